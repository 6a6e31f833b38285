/* report_fixes.c - what to do about a finding, as documents show it. */
#include <string.h>

#include "base/json_build.h"
#include "base/limits.h"
#include "report_parts.h"

/* Backticks around a text as it stands: more than any run of them within. */
static void add_fence(cJSON *row, const char *text)
{
    cleanup_strbuf struct strbuf fence = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    size_t longest = 2;

    for (const char *p = text; *p; p++) {
        size_t run = strspn(p, "`");

        longest = run > longest ? run : longest;
        if (run > 0)
            p += run - 1;
    }
    for (size_t i = 0; i <= longest; i++)
        strbuf_addch(&fence, '`');
    cJSON_AddStringToObject(row, "fence", fence.buf);
}

static const char *language_of(const char *kind)
{
    static const struct {
        const char *kind, *language;
    } rows[] = {{"cli", "sh"}, {"policy", "json"}, {"terraform", "hcl"}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].kind, kind) == 0)
            return rows[i].language;
    return "";
}

/* What stands before the text. */
static void add_lead(cJSON *row)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_DOCUMENT_BYTES);
    const cJSON *blank = json_first(json_find(row, "blanks"));

    strbuf_addstr(&text, json_str(row, "about"));
    if (blank)
        strbuf_addf(&text, "%sFill in: ", text.len ? " " : "");
    for (; blank; blank = blank->next)
        strbuf_addf(&text, "%s%s", blank->valuestring, blank->next ? ", " : ".");
    cJSON_AddStringToObject(row, "aboutText", text.buf);
}

cJSON *report_fixes_json(const struct finding *f)
{
    cJSON *list = assessment_fixes_json(f);

    for (cJSON *row = list->child; row; row = row->next) {
        const char *kind = json_str(row, "kind");

        cJSON_AddBoolToObject(row, "isAction", strcmp(kind, "action") == 0);
        cJSON_AddStringToObject(row, "language", language_of(kind));
        add_fence(row, json_str(row, "text"));
        add_lead(row);
    }
    return list;
}
