/* register.h - exceptions.yaml, attestations.yaml, people.csv: reading them. Private to config/.
 *
 * Everything kept lies in the inputs' arena. Errors: ERR_CONFIG with file and line, and what to do.
 * What only time or AWS can show (expired, unused) is no error: model/exceptions.h. */
#ifndef CONFIG_REGISTER_H
#define CONFIG_REGISTER_H

#include "base/yaml.h"
#include "model/inputs.h"

#define EXCEPTIONS_FILE "exceptions.yaml"
#define ATTESTATIONS_FILE "attestations.yaml"
#define PEOPLE_FILE "people.csv"
#define EVIDENCE_FOLDER "evidence" /* below the same folder: the attestations' files */

int exceptions_read(struct inputs *in, const struct yaml *root, struct error *err);
/* Checks also each evidence file's SHA-256 (ERR_INTEGRITY), and adds it to in->files. */
int attestations_read(struct inputs *in, const struct yaml *root, struct error *err);
int people_read(struct inputs *in, const char *name, const char *bytes, size_t len,
                struct error *err);

/* Once all are read: what needs more than one of them (is the approver the owner, by people.csv?)
 */
void exceptions_join(struct inputs *in);

#endif
