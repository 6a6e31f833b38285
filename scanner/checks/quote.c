/* quote.c - decisions in words. */
#include "checks/quote.h"

#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

#define KEYS_SHOWN 3

const char *quote_decision(struct arena *arena, const struct decided *d)
{
    if (!d->by || !d->statement)
        return "as no policy allows it";
    return arena_printf(
        arena, "by policy %s, statement %s%s%s/Statement/%zu%s", text_shown(arena, d->by->name),
        d->statement->sid ? "«" : "", d->statement->sid ? text_shown(arena, d->statement->sid) : "",
        d->statement->sid ? "» (" : "", d->statement->index, d->statement->sid ? ")" : "");
}

bool quote_hides(const struct request_key *key)
{
    return strcmp(key->name, "sts:externalid") == 0;
}

static void add_key(struct strbuf *out, struct arena *arena, const struct request_key *key)
{
    strbuf_addf(out, "%s ", text_shown(arena, key->name));
    if (key->count == 0)
        strbuf_addstr(out, "is absent");
    else if (quote_hides(key))
        strbuf_addstr(out, "is the one agreed on");
    else
        strbuf_addf(out, "is «%s»%s", text_shown(arena, key->values[0]),
                    key->count > 1 ? " and more" : "");
}

const char *quote_witness(struct arena *arena, const struct decided *d)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(65536);
    const char *join = ", when ";

    for (size_t i = 0; i < d->witness_count && i < KEYS_SHOWN; i++) {
        strbuf_addstr(&out, join);
        add_key(&out, arena, &d->witness[i]);
        join = " and ";
    }
    if (d->witness_count > KEYS_SHOWN)
        strbuf_addf(&out, " and %zu more keys fit", d->witness_count - KEYS_SHOWN);
    return arena_strdup(arena, out.buf);
}

const char *quote_assumption(const struct checking *c, struct arena *arena)
{
    const char *unseen = enforcement_unseen(c->enforcement, POLICY_SERVICE_CONTROL);

    return unseen ? arena_printf(arena, "; assuming that no SCP denies it: %s", unseen) : "";
}

void cite_decision(struct checking *c, struct finding *f, const struct decided *d)
{
    if (d->by)
        cite(c, f, d->by->source);
}
