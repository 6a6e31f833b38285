/* identity_center.h - what the files that read Identity Center share. */
#ifndef COLLECT_IDENTITY_CENTER_H
#define COLLECT_IDENTITY_CENTER_H

#include "collect/batch.h"
#include "collect/json_list.h"
#include "model/federation.h"

#define CENTER_PAGE 100 /* most that one page of sso-admin and identitystore may hold */

/* permission_sets.c, assignments.c, identity_store.c */
int collect_permission_sets(struct collection *c, enum data_set fills, struct error *err);
int collect_assignments(struct collection *c, enum data_set fills, struct error *err);
int collect_store_users(struct collection *c, enum data_set fills, struct error *err);
int collect_store_groups(struct collection *c, enum data_set fills, struct error *err);
int collect_store_memberships(struct collection *c, enum data_set fills, struct error *err);

/* The state with which a data set about the instances begins: complete, or what is known to be
 * lacking in the one it rests on. */
struct data_status center_state(const struct collection *c, enum data_set fills,
                                enum data_set rests_on);

#endif
