/* pacer_shared.c - turns at even distances, in numbers that change each in one step: there is no
 * lock that a worker could take with it. */
#include "aws/pacer_shared.h"

#include <stdatomic.h>

#include "base/file.h"

#define SLOWED_EVERY 1000 /* milliseconds */
#define CREEP 0.05        /* of the whole rate, per second of steady work */
#define SECOND 1000000LL  /* microseconds */

struct pacer_shared {
    long long fastest, slowest;      /* microseconds between requests */
    _Atomic long long distance;      /* the same, now */
    _Atomic long long next;          /* microseconds: the next turn */
    _Atomic long long slowed;        /* milliseconds: when the rate was last halved */
    _Atomic long long trouble_since; /* milliseconds; 0: the last request was answered */
};

struct pacer_shared *pacer_shared_open(double most, double least, long long now, struct error *err)
{
    struct pacer_shared *p = file_share_memory(sizeof *p, err);

    if (!p)
        return NULL;
    p->fastest = (long long)((double)SECOND / most);
    p->slowest = (long long)((double)SECOND / least);
    p->distance = p->fastest;
    p->slowed = now - SLOWED_EVERY;
    return p;
}

void pacer_shared_close(struct pacer_shared *p)
{
    file_unshare_memory(p, sizeof *p);
}

long pacer_shared_take(struct pacer_shared *p, long long now)
{
    long long at = now * 1000, next = p->next, turn;

    do {
        turn = next > at ? next : at;
    } while (!atomic_compare_exchange_weak(&p->next, &next, turn + p->distance));
    return (long)((turn - at + 999) / 1000);
}

static void slow_down(struct pacer_shared *p, long long now)
{
    long long slowed = p->slowed, distance = p->distance * 2;

    if (now - slowed >= SLOWED_EVERY && atomic_compare_exchange_strong(&p->slowed, &slowed, now))
        p->distance = distance < p->slowest ? distance : p->slowest;
}

/* As pacer_answered() does it. Should two workers do so at once, one step is lost. */
static void creep_up(struct pacer_shared *p)
{
    double rate = (double)SECOND / (double)p->distance, most = (double)SECOND / (double)p->fastest;
    long long distance = (long long)((double)SECOND / (rate + CREEP * most / rate));

    p->distance = distance > p->fastest ? distance : p->fastest;
}

void pacer_shared_tell(struct pacer_shared *p, enum pacer_news news, long long now)
{
    long long none = 0;

    if (news == PACER_THROTTLED)
        slow_down(p, now);
    if (news == PACER_ANSWERED) {
        creep_up(p);
        p->trouble_since = 0;
    } else {
        (void)atomic_compare_exchange_strong(&p->trouble_since, &none, now);
    }
}

long long pacer_shared_trouble(struct pacer_shared *p, long long now)
{
    long long since = p->trouble_since;

    return since ? now - since : 0;
}
