/* identity.h - what kind of identity a user is, by stated evidence. */
#ifndef CHECKS_IDENTITY_H
#define CHECKS_IDENTITY_H

#include "base/arena.h"
#include "checks/check.h"
#include "model/model.h"

/* Can the user sign in or sign a request at all? Told by what is known of the console password and
 * the access keys (model/credentials.h). */
enum activity { ACTIVITY_IDLE, ACTIVITY_ACTIVE, ACTIVITY_UNKNOWN };
enum activity identity_activity(const struct account *a, const struct principal *user);

/* Cite what told identity_activity() of the keys; and, where that was the report, its row. */
void identity_cite_keys(struct checking *c, struct finding *f, const struct principal *user);
/* Cite what tells of the console password, and of the devices; nothing of what is not known. */
void identity_cite_password(struct checking *c, struct finding *f, const struct principal *user);
void identity_cite_devices(struct checking *c, struct finding *f, const struct principal *user);

/* Positive evidence that the user is a program, e.g. "tag type=service", or NULL: then it counts
 * as a person. A user with a console password is always a person, and so is one whom people.csv
 * names or a rule of the settings for people meets. Evidence: the rules for machines; by default
 * tags type, kind, identity-type; path /service/, /system/, /bots/; a word of the name. */
const char *identity_machine_evidence(const struct inputs *in, const struct account *a,
                                      const struct principal *user, struct arena *arena);

/* The same evidence whatever the password: that the user is meant for a program. */
const char *identity_machine_mark(const struct inputs *in, const struct principal *user,
                                  struct arena *arena);

/* "2 devices: FIDO, virtual" in the order of the list; "at least 1 device: virtual" where only
 * virtual ones were listed; "a device" by the report's word; "no device". */
const char *identity_devices_text(const struct account *a, const struct principal *user,
                                  struct arena *arena);

#endif
