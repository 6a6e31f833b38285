/* report_parts.h - the parts of the report JSON, each built by one function. Private to report*.c.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "assessment.h"
#include "base/json.h"
#include "base/json_list.h"

/* What the long lists of a report are made from, while it is written. */
struct report_source {
    const struct assessment *assessment;
    struct finding_reader reader;
    struct arena arena; /* of the lists themselves */
};

/* A list of the report. `next` finds `source` in its context, and `number` in list->number. */
void report_add_list(cJSON *obj, const char *key, struct report_source *source, size_t number,
                     cJSON *(*next)(struct json_list *list));

/* report_tiers.c */
cJSON *report_tiers(struct report_source *source);
/* Places of findings.json with every name there, and with the kind of pointer in a word. */
cJSON *report_evidence_json(const cJSON *places);
/* report_work.c: adds "fixes" and "groups". */
void report_work(cJSON *report, const struct assessment *a);
/* report_scope.c: adds "scope", "populations", "secondOpinion", "queries", "evidence", "limits". */
void report_scope(cJSON *report, struct report_source *source);

/* report_opinions.c: adds "secondOpinion", null where none was asked for; what came of it in one
 * sentence, in the arena. */
void report_opinions(cJSON *report, const struct assessment *a);
char *report_opinions_text(const struct assessment *a, struct arena *arena);

/* "1 console user", "3 console users". */
void report_counted(cJSON *obj, const char *key, size_t n, const char *one, const char *many);
/* A SHA-256 in 16 groups of 4. */
void report_add_hash(cJSON *obj, const char *key, const char *hex);
/* severity, severityText, severityBars. */
void report_add_severity(cJSON *obj, enum severity severity);
/* What to do about the open resources of a check, by its row; empty when there is none. */
void report_add_work(cJSON *obj, const char *key, const struct assessment *a, size_t row);
/* The finding's fixes: each with "isAction", "language" ("sh", "json", "hcl", "" of plain text),
 * "fence" (backticks that hold its text) and "aboutText". */
cJSON *report_fixes_json(const struct finding *f);
/* Name of an account for people: in Organizations, else the alias, else the id. */
const char *report_account_name(const struct account *account);

#endif
