/* load.h - a directory of a person's inputs: from where it comes, read as a whole, kept in a run.
 *
 * It may hold reportgen.yaml, exceptions.yaml, attestations.yaml, people.csv and evidence/; what is
 * missing is a default or empty, and other files are not looked at. It is never the working
 * directory: --config DIR, the XDG directory, or RUN/inputs/, where the inputs of a run are kept
 * with the run, as they were. */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include "model/inputs.h"

#define INPUTS_FOLDER "inputs"                     /* of a run */
#define INPUTS_EVALUATION "inputs/evaluation.json" /* what was in force: inputs_record_json() */

/* The person's own directory: `named` (--config), which must be there; else reportgen/ below
 * $XDG_CONFIG_HOME or ~/.config when it is there, else NULL in *out: defaults. Errors: ERR_MISSING,
 * ERR_USAGE `named` is no directory. */
int inputs_choose(const char *named, struct arena *arena, const char **out, struct error *err);

/* The directory that a run was judged with: RUN/inputs when it is there, else NULL. */
const char *inputs_of_run(const char *run, struct arena *arena);

/* Is that the name of a file that inputs_save() may have written, from the run:
 * "inputs/people.csv"?
 */
bool inputs_is_name(const char *name);

/* Read them all into *in (zeroed by the caller, released by inputs_close() also after a failure).
 * `dir` NULL: defaults. Errors: ERR_CONFIG with file and line; ERR_INTEGRITY evidence is not what
 * an attestation says; ERR_MISSING it is not there; ERR_IO, ERR_LIMIT. */
int inputs_load(struct inputs *in, const char *dir, struct error *err);

/* Make RUN/inputs hold these inputs, and what was there before hold no longer: whole or not at all.
 * `record` is the text of evaluation.json. Evidence must still have the SHA-256 it was read with.
 * Errors: ERR_IO, ERR_INTEGRITY. */
struct strbuf;
int inputs_save(const struct inputs *in, const char *run, const struct strbuf *record,
                struct error *err);

/* The bytes of one of the files, into *out: those that were read, or, of evidence, the same read
 * again. Errors: ERR_INTEGRITY they are other ones now; ERR_MISSING, ERR_IO. */
int input_file_bytes(const struct inputs *in, const struct input_file *file, struct strbuf *out,
                     struct error *err);

/* evaluation.json: everything beside snapshot and rule set that decides what evaluation says: {now,
 * ruleset{}, settings[], files[{name, sha256}]}. The caller deletes it. */
struct cJSON;
struct cJSON *inputs_record_json(const struct inputs *in, const char *now);

#endif
