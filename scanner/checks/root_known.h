/* root_known.h - what is known of an account's root user, from two sources: GetAccountSummary,
 * which counts for every account, and for members, when the scan asked so, root itself
 * (model/root.h), which is exact. Where both speak they must agree. */
#ifndef CHECKS_ROOT_KNOWN_H
#define CHECKS_ROOT_KNOWN_H

#include "checks/check.h"
#include "model/root.h"

enum presence { ABSENT, PRESENT, UNSURE };

/* What root itself said of a part, or NULL: it was not asked, or did not answer. */
const struct root_list *root_told(const struct account *a, enum root_part part);

/* What the summary counts of a part. */
const struct summary_value *root_counted(const struct account *a, enum root_part part);

/* Does root have any of the part? By root itself, else by the summary. */
enum presence root_presence(const struct account *a, enum root_part part);

/* Why a part is not to be relied on: the two sources contradict each other, in the finding's own
 * words, or NULL. */
const char *root_contradiction(struct checking *c, enum root_part part);

/* What both sources say, as the finding's observation, with their places as evidence. */
void root_observe(struct checking *c, struct finding *f);

/* UNKNOWN on root, because nothing says whether it has any of the part. */
void root_unknown(struct checking *c, enum root_part part);

#endif
