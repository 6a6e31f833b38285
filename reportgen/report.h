/* report.h - the report JSON: what is published, given to templates, and read by every renderer.
 * Schema: assets/schemas/report.schema.json. */
#ifndef REPORT_H
#define REPORT_H

#include <time.h>

#include "assessment.h"
#include "base/json.h"

#define REPORT_SCHEMA "reportgen-report/1"
#define REPORT_FILE "report.json"

/* The report of an assessment, in the internal edition. `document` is the date printed on it.
 * Every text is ready to print and not escaped; every name is always present. The caller deletes
 * the tree. Cannot fail. */
cJSON *report_build(const struct assessment *a, time_t document);

/* Draft it for `path`, the same, without holding it in memory. Errors: ERR_IO. */
int report_draft(const struct assessment *a, time_t document, struct file_draft *d,
                 const char *path, struct error *err);

/* Editions. To add one: a row in report.c's table. */
struct edition {
    const char *id;    /* the word after --edition */
    const char *label; /* "Auditor edition" */
    const char *classification;
    bool appendix; /* the evidence appendix is part of it */
};
/* NULL when there is none of that name. */
const struct edition *edition_find(const char *id);
/* All of them; ends with a row whose id is NULL. */
extern const struct edition editions[];

/* Turn a report into another edition and date, in place. */
void report_set_edition(cJSON *report, const struct edition *edition);
void report_set_date(cJSON *report, time_t document);

/* Read RUN/report.json. Errors: those of json_read(); ERR_FORMAT for another schema. The caller
 * deletes the tree. */
cJSON *report_load(const char *run, struct error *err);

/* "report.pdf" for the internal edition, "report-auditor.pdf" for others; into the arena. */
const char *report_file_name(struct arena *arena, const char *edition, const char *extension);

#endif
