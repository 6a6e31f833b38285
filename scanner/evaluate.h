/* evaluate.h - the stage from the model to findings. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "model/findings.h"
#include "model/model.h"
#include "model/snapshot.h"

/* Run every check on every account of the scope into *out (zeroed by the caller, released by
 * findings_free()). Pure: no I/O, no clock; it cannot fail. An account that was left out gives one
 * UNKNOWN per check; a data set that a check needs and that is not complete gives UNKNOWN for all
 * its subjects. Also fills the populations (users, groups, roles, policies, credential report
 * rows, accounts: counted against listed) and the reasons why the run is not complete. */
void evaluate(const struct snapshot *s, const struct model *m, struct findings *out);

/* The same account by account, in the model's order, each into findings of its own or all into the
 * same; and at the end what concerns the scope. An account's model may be given up once it was
 * judged: evaluate_scope() reads nothing of it but id, state and outline, and of the home account
 * what the organisation says. */
void evaluate_account(const struct snapshot *s, const struct model *m, const struct account *a,
                      struct findings *out);
void evaluate_scope(const struct snapshot *s, const struct model *m, struct findings *out);

#endif
