/* catalogue.c - the checks as JSON, and the hash of the rule set. */
#include "checks/catalogue.h"

#include "base/digest.h"
#include "base/limits.h"
#include "checks/check.h"

static cJSON *needs_json(uint64_t needs)
{
    cJSON *list = cJSON_CreateArray();

    for (int set = 0; set < DATA_COUNT; set++)
        if (needs & DATA_BIT(set))
            cJSON_AddItemToArray(list, cJSON_CreateString(data_set_name((enum data_set)set)));
    return list;
}

static cJSON *frameworks_json(const char *check)
{
    cJSON *list = cJSON_CreateArray();
    size_t count;
    const struct framework_row *rows = framework_rows(check, &count);

    for (size_t i = 0; i < count; i++) {
        cJSON *row = cJSON_CreateObject();

        cJSON_AddStringToObject(row, "framework", rows[i].framework);
        cJSON_AddStringToObject(row, "id", rows[i].id);
        cJSON_AddItemToArray(list, row);
    }
    return list;
}

static cJSON *check_json(const struct check *check)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "id", check->id);
    cJSON_AddStringToObject(row, "title", check->title);
    cJSON_AddStringToObject(row, "severity", severity_name(check->severity));
    cJSON_AddStringToObject(row, "tier", tier_name(check->tier));
    cJSON_AddStringToObject(row, "layer", layer_name(check->layer));
    cJSON_AddBoolToObject(row, "core", check->core);
    cJSON_AddNumberToObject(row, "weight",
                            check->weightless ? 0 : severity_weight(check->severity));
    cJSON_AddStringToObject(row, "passesWhen", check->passes_when);
    cJSON_AddItemToObject(row, "needs", needs_json(check->needs));
    cJSON_AddItemToObject(row, "narrows", needs_json(check->narrows));
    cJSON_AddItemToObject(row, "frameworks", frameworks_json(check->id));
    return row;
}

cJSON *catalogue_json(void)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t row = 0; row < check_count(); row++)
        cJSON_AddItemToArray(list, check_json(check_at(row)));
    return list;
}

const char *ruleset_sha256(char hex[DIGEST_HEX])
{
    cleanup_json cJSON *catalogue = catalogue_json();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(16 * MIB);
    struct error ignored = {0};

    strbuf_addstr(&text, "reportgen " VERSION "\n");
    (void)json_canonical(catalogue, &text, &ignored); /* our own tree: texts and numbers */
    return digest_bytes(text.buf, text.len, hex);
}
