/* quote.h - a decision of the policies in words: which policy, Sid and statement decided, what must
 * be so for it, and what was not seen. Texts live in the arena. */
#ifndef CHECKS_QUOTE_H
#define CHECKS_QUOTE_H

#include "checks/check.h"

/* "by policy NAME, statement «Sid» (/Statement/0)"; an implicit deny: "as no policy allows it". */
const char *quote_decision(struct arena *arena, const struct decided *d);

/* Is the value of the key nobody else's business? An ExternalId is agreed on by two parties, and
 * reports go to third ones: it stays in the trust policies that AWS lists. */
bool quote_hides(const struct request_key *key);

/* Of an allowed request: ", when aws:sourceip is «192.0.2.1» and aws:x is absent"; "" when it is
 * whatever the free keys are. */
const char *quote_witness(struct arena *arena, const struct decided *d);

/* To be said with every «allowed»: "; assuming that no SCP denies it: service control
 * policies were not seen: …"; "" when all were seen. */
const char *quote_assumption(const struct checking *c, struct arena *arena);

/* The document that decided. */
void cite_decision(struct checking *c, struct finding *f, const struct decided *d);

#endif
