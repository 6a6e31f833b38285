/* agree.h - do statement and report say what the findings say? */
#ifndef EVIDENCE_AGREE_H
#define EVIDENCE_AGREE_H

#include "base/error.h"
#include "base/json.h"

/* ERR_VERIFY naming the member when verdict, score, coverage, counts or rule set of the parsed
 * statement, or of the parsed report.json, are not those of findings.json. */
int agree_statement(const cJSON *statement, const cJSON *findings, struct error *err);
int agree_report(const cJSON *report, const cJSON *findings, struct error *err);

/* Are the signed files below inputs/ those that the findings were made with, and no others? */
struct pack_files;
int agree_inputs(const struct pack_files *subjects, const cJSON *findings, struct error *err);

#endif
