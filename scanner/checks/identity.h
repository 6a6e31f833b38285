/* identity.h - what kind of identity a user is, by stated evidence. */
#ifndef CHECKS_IDENTITY_H
#define CHECKS_IDENTITY_H

#include "base/arena.h"
#include "model/model.h"

/* Can the user sign in or sign a request at all? Told by the credential report: a console
 * password, or an active access key. */
enum activity { ACTIVITY_IDLE, ACTIVITY_ACTIVE, ACTIVITY_UNKNOWN };
enum activity identity_activity(const struct principal *user);

/* Positive evidence that the user is a program, e.g. "tag type=service", or NULL: then it counts
 * as a person. A user with a console password is always a person; a tag that says so too. Evidence:
 * tags type, kind, identity-type; path /service/, /system/, /bots/; a part of the name. */
const char *identity_machine_evidence(const struct principal *user, struct arena *arena);

/* "2 devices: FIDO, virtual" in the order of the list. */
const char *identity_devices_text(const struct principal *user, struct arena *arena);

#endif
