/* pack.h - how an evidence pack is laid out: its names, and the list of its files. */
#ifndef EVIDENCE_PACK_H
#define EVIDENCE_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/strbuf.h"

/* Not subjects: the signature cannot cover what is made after it. verify compares each of them
 * with the signed payload or with the key. */
#define PACK_STATEMENT "statement.json"    /* the signed payload, readable */
#define PACK_ENVELOPE "evidence.dsse.json" /* payload and signature */
#define PACK_SIGNER "signer.pub"
#define PACK_SUMS "SHA256SUMS"

/* Subjects with a fixed name. */
#define PACK_SNAPSHOT "snapshot.json"
#define PACK_FINDINGS "findings.json"
#define PACK_REPORT "report.json"
#define PACK_INPUTS "inputs" /* folder of what a person added: config/load.h */
#define PACK_EVALUATION PACK_INPUTS "/evaluation.json"
#define PACK_GUIDE "VERIFY.md"
#define PACK_RAW "raw" /* folder of the answers */

/* The largest file that a pack can hold, in bytes: also answers that are too large to be judged. */
#define PACK_FILE_MAX LIMIT_DOCUMENT_BYTES

/* What a signed document says it is (in-toto/attestation spec/v1/statement.md). */
#define PACK_STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PACK_PREDICATE_TYPE "https://reportgen.example/mfa-enforcement/evidence/v1"

struct pack_file {
    const char *name;       /* relative, '/' between */
    const char *media_type; /* "" when it has no special one */
    char sha256[DIGEST_HEX];
};

/* Sorted by name, byte by byte; each name once. Borrows from the arena given to pack_add(). */
struct pack_files {
    struct pack_file *at;
    size_t count;
};

/* Add a file; the name and media type are copied. */
void pack_add(struct pack_files *files, struct arena *arena, const char *name,
              const char *media_type, const char sha256[DIGEST_HEX]);
/* Bring the list into its order. ERR_FORMAT when a name stands twice. */
int pack_sort(struct pack_files *files, struct error *err);
/* NULL when there is none of that name. */
const struct pack_file *pack_find(const struct pack_files *files, const char *name);

/* Whether the signature covers a file of that name. */
bool pack_is_subject(const char *name);

/* Whether evaluate wrote the file into the pack afterwards: "evaluated-<8 hex digits>/" and
 * findings.json or report.json. Not signed, and no reason to refuse. */
bool pack_is_evaluation(const char *name);

/* Whether `name` is a path that we would write: relative, printable ASCII without space, '\' or
 * an empty, "." or ".." part. */
bool pack_name_ok(const char *name);

/* The answers that snapshot.json lists: names and hashes as stated there, sorted. ERR_FORMAT when
 * the list is malformed, names a file twice or one outside raw/. */
int pack_answers(const cJSON *snapshot, struct arena *arena, struct pack_files *out,
                 struct error *err);

/* Append the text of SHA256SUMS, as sha256sum writes it. */
void pack_write_sums(const struct pack_files *files, struct strbuf *out);

#endif
