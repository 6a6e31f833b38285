/* live.h - verdicts held against what AWS did (model/live_tests.h). */
#ifndef CHECKS_LIVE_H
#define CHECKS_LIVE_H

#include "checks/check.h"

/* To the findings of the check from `first` on: an answer that let somebody in without MFA makes
 * the verdict on its resource FAIL, of critical severity, whatever policies say; a refusal is one
 * more piece of evidence for a PASS. NOT_APPLICABLE stays. */
void live_tests_apply(struct checking *c, size_t first);

#endif
