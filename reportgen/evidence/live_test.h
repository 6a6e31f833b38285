/* live_test.h - the live tests that a run holds (scanner/trial/trial.h), as files of a pack.
 *
 * Each lies in a folder of its own, live-test/<time>/: live-test.json and the answers that it
 * names with their SHA-256. Nothing else may lie there. */
#ifndef EVIDENCE_LIVE_TEST_H
#define EVIDENCE_LIVE_TEST_H

#include "base/json.h"
#include "evidence/pack.h"

/* Is that the record of a live test: "live-test/20261124T062900Z/live-test.json"? */
bool live_test_is_record(const char *name);
/* Does it lie among them at all? */
bool live_test_is_name(const char *name);

/* Add the answers that the record names. `name` is the record's own, as above. ERR_FORMAT: it is
 * malformed, or names a file outside its folder; ERR_INTEGRITY: it tested another snapshot. */
int live_test_answers(const cJSON *record, const char *name, const char *snapshot_sha256,
                      struct arena *arena, struct pack_files *out, struct error *err);

/* How many of its questions AWS let in. */
size_t live_test_let_in(const cJSON *record);

#endif
