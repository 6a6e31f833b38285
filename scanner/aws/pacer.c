/* pacer.c - an even rate of requests that yields to throttling. */
#include "aws/pacer.h"

#define LEAST 0.1         /* requests per second, however much AWS throttles */
#define SLOWED_EVERY 1000 /* milliseconds */
#define CREEP 0.05        /* of the whole rate, per second of steady work */

/* Saving a little keeps the rate when waking up late; too little to be a burst. */
static double most_saved(const struct pacer *p)
{
    double some = p->rate * 0.05;

    return some < 1.5 ? 1.5 : some;
}

void pacer_init(struct pacer *p, double most, long long now)
{
    if (most < LEAST)
        most = LEAST;
    *p = (struct pacer){
        .most = most, .rate = most, .saved = 1, .at = now, .slowed = now - SLOWED_EVERY};
}

static void save(struct pacer *p, long long now)
{
    if (now > p->at)
        p->saved += (double)(now - p->at) * p->rate / 1000;
    if (p->saved > most_saved(p))
        p->saved = most_saved(p);
    p->at = now;
}

long pacer_wait(struct pacer *p, long long now)
{
    save(p, now);
    return p->saved >= 1 ? 0 : (long)((1 - p->saved) * 1000 / p->rate) + 1;
}

void pacer_sent(struct pacer *p, long long now)
{
    save(p, now);
    p->saved -= 1;
}

void pacer_throttled(struct pacer *p, long long now)
{
    if (now - p->slowed < SLOWED_EVERY)
        return;
    save(p, now);
    p->slowed = now;
    p->rate = p->rate / 2 < LEAST ? LEAST : p->rate / 2;
}

void pacer_answered(struct pacer *p)
{
    p->rate += CREEP * p->most / p->rate;
    if (p->rate > p->most)
        p->rate = p->most;
}
