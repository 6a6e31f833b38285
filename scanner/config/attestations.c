/* attestations.c - attestations.yaml, and the files that bear them out. */
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/field.h"
#include "config/register.h"

#define AT(member) offsetof(struct attestation, member)

/* A plain name below evidence/: what can stand in a pack, and leads nowhere else. */
static int read_file_name(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    static const char folder[] = EVIDENCE_FOLDER "/";
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const char *name = v->text + strlen(folder);

    if (field_text(v, into, arena, err))
        return -1;
    if (strncmp(v->text, folder, strlen(folder)) != 0 || !*name || *name == '.' ||
        name[strspn(name, letters)] || strlen(name) > 200)
        return yaml_fail(v, err,
                         "%s: expected " EVIDENCE_FOLDER "/NAME, where NAME has only letters, "
                         "digits, dots, _ and -",
                         v->key);
    return 0;
}

static const struct field evidence_fields[] = {
    {"file", true, AT(evidence), read_file_name},
    {"sha256", true, AT(evidence_sha256), field_sha256},
    {0},
};

static int read_evidence(const struct yaml *v, void *into, struct arena *arena, struct error *err)
{
    return fields_read(evidence_fields, v, into, arena, err);
}

/* Offset 0: it fills several members. */
static const struct field fields[] = {
    {"id", true, AT(id), field_text},
    {"check", true, AT(check), field_text},
    {"resource", true, AT(resource), field_text},
    {"statement", true, AT(statement), field_prose},
    {"by", true, AT(by), field_text},
    {"attested", true, AT(attested), field_day},
    {"expires", true, AT(expires), field_day},
    {"evidence", true, 0, read_evidence},
    {0},
};

static const struct input_file *file_of(const struct inputs *in, const char *name)
{
    for (size_t i = 0; i < in->file_count; i++)
        if (strcmp(in->files[i].name, name) == 0)
            return &in->files[i];
    return NULL;
}

/* The same file may bear out several. */
static int take_evidence(struct inputs *in, const struct attestation *a, struct error *err)
{
    const struct input_file *known = file_of(in, a->evidence);
    struct input_file file = {.name = a->evidence};

    if (!known && digest_file(file_join(&in->arena, in->dir, a->evidence), LIMIT_ATTESTED_BYTES,
                              file.sha256, &file.len, err))
        return fail_in(err, "%s:%zu: evidence", a->file, a->line);
    if (!known) {
        *arena_push(&in->arena, in->files, in->file_count) = file;
        known = &file;
    }
    if (strcmp(known->sha256, a->evidence_sha256) != 0)
        return fail(err, ERR_INTEGRITY,
                    "%s:%zu: evidence: %s has SHA-256 %s, not the one stated; if it was replaced, "
                    "attest anew",
                    a->file, a->line, a->evidence, known->sha256);
    return 0;
}

static int read_attestation(struct inputs *in, const struct yaml *v, struct attestation *a,
                            struct error *err)
{
    if (fields_read(fields, v, a, &in->arena, err))
        return -1;
    a->file = v->file;
    a->line = v->line;
    if (a->expires.at < a->attested.at)
        return yaml_fail(yaml_find(v, "expires"), err, "expires: is before attested, %s",
                         a->attested.text);
    for (size_t i = 0; i + 1 < in->attestation_count; i++)
        if (strcmp(in->attestations[i].id, a->id) == 0)
            return yaml_fail(v, err, "id \"%s\" stands in line %zu too; give each its own",
                             text_shown(&in->arena, a->id), in->attestations[i].line);
    return take_evidence(in, a, err);
}

int attestations_read(struct inputs *in, const struct yaml *root, struct error *err)
{
    const struct yaml *first;

    if (field_list_of(root, "attestations", &first, err))
        return -1;
    for (const struct yaml *v = first; v; v = v->next) {
        struct attestation *a = arena_push(&in->arena, in->attestations, in->attestation_count);

        *a = (struct attestation){.line = 0};
        if (in->attestation_count > LIMIT_ATTESTATIONS)
            return yaml_fail(v, err, "more than %d attestations", LIMIT_ATTESTATIONS);
        if (read_attestation(in, v, a, err))
            return -1;
    }
    return 0;
}
