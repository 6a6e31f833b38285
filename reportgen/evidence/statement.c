/* statement.c - what the signature says: an in-toto Statement v1 over every file of the pack. */
#include "evidence/statement.h"

#include <string.h>

#include "base/digest.h"
#include "base/limits.h"
#include "evidence/predicate.h"

int statement_write(const struct statement_source *source, struct strbuf *out, struct error *err)
{
    cleanup_json cJSON *tree = cJSON_CreateObject();

    cJSON_AddStringToObject(tree, "_type", PACK_STATEMENT_TYPE);
    cJSON_AddStringToObject(tree, "predicateType", PACK_PREDICATE_TYPE);

    cJSON *subjects = cJSON_AddArrayToObject(tree, "subject");

    for (size_t i = 0; i < source->subjects->count; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "name", source->subjects->at[i].name);
        cJSON_AddStringToObject(cJSON_AddObjectToObject(row, "digest"), "sha256",
                                source->subjects->at[i].sha256);
        cJSON_AddItemToArray(subjects, row);
    }

    cJSON *predicate = cJSON_AddObjectToObject(tree, "predicate");

    if (predicate_fill(source, predicate, err))
        return -1;
    if (json_pretty(tree, out, err))
        return -1;
    return strbuf_finish(out, PACK_STATEMENT, err);
}

int statement_subjects(const cJSON *tree, struct arena *arena, struct pack_files *out,
                       struct error *err)
{
    const cJSON *subjects = json_array(tree, "subject", err);

    if (!subjects)
        return -1;
    for (const cJSON *s = json_first(subjects); s; s = s->next) {
        const char *name = json_text(s, "name", err);
        const cJSON *digest = name ? json_object(s, "digest", err) : NULL;
        const char *hex = digest ? json_text(digest, "sha256", err) : NULL;

        if (!hex)
            return fail_in(err, "subject");
        if (!digest_is_hex(hex))
            return fail(err, ERR_FORMAT, "subject \"%.200s\": not a SHA-256", name);
        if (!pack_name_ok(name) || !pack_is_subject(name))
            return fail(err, ERR_FORMAT, "subject \"%.200s\": not a name a pack can hold", name);
        pack_add(out, arena, name, "", hex);
    }
    return pack_sort(out, err);
}

int statement_evidence(const cJSON *tree, const struct pack_files *listed, struct error *err)
{
    const cJSON *evidence = json_find(json_find(tree, "predicate"), "evidence");

    for (const cJSON *e = json_first(evidence); e; e = e->next) {
        const struct pack_file *file = pack_find(listed, json_str(e, "path"));

        if (!file || strcmp(file->sha256, json_str(e, "sha256")))
            return fail(err, ERR_VERIFY, "evidence of \"%.200s\" is not that of %s",
                        json_str(e, "path"), PACK_SNAPSHOT);
    }
    if (json_count(evidence) != listed->count)
        return fail(err, ERR_VERIFY, "evidence is not all that %s lists", PACK_SNAPSHOT);
    return 0;
}
