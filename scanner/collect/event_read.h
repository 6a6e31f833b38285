/* event_read.h - one CloudTrail record, from LookupEvents or from a log file. */
#ifndef COLLECT_EVENT_READ_H
#define COLLECT_EVENT_READ_H

#include "base/json.h"
#include "model/events.h"

/* What an account may see: its id, and where texts go. */
struct event_reader {
    struct arena *arena;
    const char *account;
};

/* Read a record ("AWS CloudTrail record contents") into *out, all but `where`. Missing fields that
 * are optional stay NULL. Errors: ERR_FORMAT a record without time, name, source, region, id or
 * userIdentity, or a field of another type; ERR_LIMIT a text over LIMIT_NAME_BYTES; ERR_INTEGRITY a
 * record that another account received. */
int event_read(const struct event_reader *r, const cJSON *record, struct event *out,
               struct error *err);

/* Parse the text of a record, at most LIMIT_EVENT_BYTES, and read it. `name` begins messages. */
int event_parse(const struct event_reader *r, const char *name, const char *text, size_t len,
                struct event *out, struct error *err);

#endif
