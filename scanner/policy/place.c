/* place.c - is what an identity may do bound to a network, or may it be done from anywhere? */
#include <string.h>

#include "policy/enforcement.h"

/* Addresses far from each other, of blocks that are in public use, so that a list of one's own
 * networks has hardly more than one of a kind. None is asked, only held against policies. */
static const char *const addresses_v4[] = {"5.61.17.4",   "24.118.7.93",  "52.29.140.8",
                                           "77.186.2.41", "103.77.24.9",  "139.162.5.77",
                                           "181.44.9.16", "203.145.86.2", NULL};
static const char *const addresses_v6[] = {"2001:4860:17::9", "2400:cb00:2::51", "2600:1f18:8::7",
                                           "2a02:8108:3::21", NULL};
static const char *const *const families[] = {addresses_v4, addresses_v6};

/* Keys of a request that takes the way over a VPC endpoint, or that a service makes for somebody
 * (IAM User Guide, "AWS global condition context keys": network, and service-to-service). */
static const char *const elsewhere_absent[] = {
    "aws:sourcevpc",   "aws:sourcevpce",    "aws:sourcevpcarn",   "aws:vpcsourceip",
    "aws:vpceaccount", "aws:vpceorgid",     "aws:vpceorgpaths",   "aws:calledvia",
    "aws:sourcearn",   "aws:sourceaccount", "aws:calledviafirst", "aws:calledvialast",
    "aws:sourceorgid", "aws:sourceorgpaths"};
#define ABSENT (sizeof elsewhere_absent / sizeof *elsewhere_absent)

/* What is certain of a request from that address. */
static struct identity at_address(const struct identity *of, const char *address,
                                  struct arena *arena)
{
    static const char *const no = "false";
    const char **values = arena_new(arena, const char *, 1);
    struct request_key *keys = arena_new(arena, struct request_key, ABSENT + 2);
    struct identity out = *of;

    for (size_t i = 0; i < ABSENT; i++)
        keys[i].name = elsewhere_absent[i];
    values[0] = address;
    keys[ABSENT] = (struct request_key){"aws:sourceip", values, 1};
    keys[ABSENT + 1] = (struct request_key){"aws:viaawsservice", &no, 1};
    out.also = keys;
    out.also_count = ABSENT + 2;
    return out;
}

/* All actions of the privilege, from one address: the least of their decisions. */
static struct decided decide_at(const struct identity *of, const struct privilege *p,
                                enum circumstance c, struct arena *arena)
{
    struct decided least = {.decision = DECISION_ALLOWED};

    for (size_t i = 0; i < PRIVILEGE_ACTIONS && p->actions[i]; i++) {
        struct ability a = ability_of_privilege(of, p, i, arena);
        struct outcome o = ability_of(of, &a, CIRCUMSTANCE_BIT(c), arena);

        if (i == 0 || o.by[c].decision < least.decision)
            least = o.by[c];
    }
    return least;
}

/* Over the addresses of a family: ALLOWED from half of them, else UNSURE where it may be. */
static struct decided decide_family(const struct identity *of, const struct privilege *p,
                                    enum circumstance c, const char *const *addresses,
                                    struct arena *arena)
{
    struct decided best = {.decision = DECISION_IMPLICIT_DENY}, denied = best;
    size_t count = 0, allowed = 0, may_be = 0;

    for (; addresses[count]; count++) {
        struct identity here = at_address(of, addresses[count], arena);
        struct decided d = decide_at(&here, p, c, arena);

        allowed += d.decision == DECISION_ALLOWED;
        may_be += d.decision >= DECISION_UNSURE;
        if (d.decision > best.decision)
            best = d;
        if (d.decision < DECISION_UNSURE && d.decision >= denied.decision)
            denied = d;
    }
    if (2 * allowed >= count)
        return best;
    if (2 * may_be < count)
        return denied;
    best.decision = DECISION_UNSURE;
    best.why = best.why ? best.why : "from some networks it is allowed, from others it may be";
    return best;
}

struct decided held_from_anywhere(const struct privileges *p, const struct held *h,
                                  unsigned circumstances, struct arena *arena,
                                  enum circumstance *in)
{
    struct decided best = {.decision = DECISION_IMPLICIT_DENY};

    for (int c = 0; c < CIRCUMSTANCES; c++) {
        if (!(circumstances & (h->allowed | h->unsure) & CIRCUMSTANCE_BIT(c)))
            continue;
        for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
            struct decided d =
                decide_family(&p->identity, h->privilege, (enum circumstance)c, families[f], arena);

            if (d.decision < best.decision || (best.by && d.decision == best.decision))
                continue;
            best = d;
            *in = (enum circumstance)c;
        }
    }
    return best;
}
