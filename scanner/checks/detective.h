/* detective.h - what the checks of detective.c and alarms.c take from the configuration. */
#ifndef CHECKS_DETECTIVE_H
#define CHECKS_DETECTIVE_H

#include "checks/check.h"
#include "model/detective.h"

/* Defaults of the catalogue, here until scanner/config tells them: no user pool signs in the
 * workforce, and no directory is there only for machines to join. */
static inline bool pool_is_workforce(const struct user_pool *p)
{
    (void)p;
    return false;
}
static inline bool directory_is_join_only(const struct directory *d)
{
    (void)d;
    return false;
}

/* Speak the verdict on one pool or directory, with the configuration's word on it. */
void judge_user_pool(struct checking *c, const struct user_pool *p, bool is_workforce);
void judge_directory(struct checking *c, const struct directory *d, bool is_join_only);

/* An account of the scan that is judged too, apart from the one at hand. */
bool is_judged_elsewhere(const struct checking *c, const char *account);

#endif
