/* exceptions.c - what an exception covers, and what is wrong with it. */
#include "model/exceptions.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/pattern.h"
#include "base/text.h"

#define SEPARATORS "/:#"
/* Characters that the last part of a pattern with a star must name. */
#define LITERALS 3

static const struct {
    const char *word, *advice;
    bool is_void;
} problems[] = {
#define X(id, word, is_void, advice) [id] = {word, advice, is_void},
    EXCEPTION_PROBLEMS(X)
#undef X
};

const char *exception_problem_word(enum exception_problem p)
{
    return problems[p].word;
}

const char *exception_problem_advice(enum exception_problem p)
{
    return problems[p].advice;
}

/* --- What the register itself shows ----------------------------------------------------------- */

static bool by_owner(const struct exception *x, const char *who)
{
    return text_icmp(who, x->waiver.owner) == 0;
}

static bool is_self_approved(const struct exception *x)
{
    return x->same_person || by_owner(x, x->waiver.approver);
}

struct day exception_last_review(const struct exception *x, time_t now)
{
    struct day last = x->approved;

    for (size_t i = 0; i < x->waiver.review_count; i++)
        if (x->reviewed[i].at <= now && x->reviewed[i].at > last.at &&
            !by_owner(x, x->waiver.reviews[i].by))
            last = x->reviewed[i];
    return last;
}

/* The decision of the newest review; of two on one day, the later in the file. */
static bool is_ended(const struct exception *x, time_t now)
{
    const char *decision = "";
    time_t newest = 0;

    for (size_t i = 0; i < x->waiver.review_count; i++)
        if (x->reviewed[i].at <= now && x->reviewed[i].at >= newest) {
            newest = x->reviewed[i].at;
            decision = x->waiver.reviews[i].decision;
        }
    return strcmp(decision, "end") == 0;
}

static bool is_expired(const struct exception *x, time_t now)
{
    return now >= x->expires.at + DAY_SECONDS;
}

/* Where the last part of the resource begins: behind the last separator. */
static const char *last_part(const char *pattern)
{
    const char *part = pattern;

    for (const char *c = pattern; *c; c++)
        if (strchr(SEPARATORS, *c))
            part = c + 1;
    return part;
}

/* A pattern may stand in the last part only, and must name some of it. */
static bool is_over_broad(const struct exception *x)
{
    const char *part = last_part(x->resource);
    size_t before = strcspn(x->resource, "*?"), literals = 0;

    if (!pattern_has_wildcard(x->resource))
        return false;
    for (const char *c = part; *c; c++)
        literals += *c != '*' && *c != '?';
    return before < (size_t)(part - x->resource) || literals < LITERALS;
}

static bool is_too_long(const struct exception *x, const struct settings *settings)
{
    time_t runs = x->expires.at - x->approved.at;

    return runs > settings->exception_days * DAY_SECONDS;
}

/* Past the last day for its next review; one that is out of force needs none. */
static bool is_overdue(const struct exception *x, const struct settings *settings, time_t now)
{
    time_t next = exception_last_review(x, now).at + settings->exception_review_days * DAY_SECONDS;

    return now >= next + DAY_SECONDS && !is_expired(x, now) && !is_ended(x, now);
}

unsigned exception_problems(const struct exception *x, const struct settings *settings, time_t now)
{
    bool found[EXCEPTION_PROBLEM_COUNT] = {false};
    unsigned bits = 0;

    found[EXCEPTION_EXPIRED] = is_expired(x, now);
    found[EXCEPTION_ENDED] = is_ended(x, now);
    found[EXCEPTION_EARLY] = x->approved.at > now;
    found[EXCEPTION_SELF_APPROVED] = is_self_approved(x);
    found[EXCEPTION_TOO_LONG] = is_too_long(x, settings);
    found[EXCEPTION_OVER_BROAD] = is_over_broad(x);
    found[EXCEPTION_UNKNOWN_CHECK] = !x->check_known;
    found[EXCEPTION_UNREVIEWED] = is_overdue(x, settings, now);
    for (int p = 0; p < EXCEPTION_PROBLEM_COUNT; p++)
        bits |= found[p] ? EXCEPTION_BIT(p) : 0;
    return bits;
}

/* The first problem that makes a waiver not valid, in a word; NULL: it is valid. */
static const char *fault_of(unsigned bits)
{
    for (int p = 0; p < EXCEPTION_PROBLEM_COUNT; p++)
        if (bits & EXCEPTION_BIT(p) && problems[p].is_void)
            return problems[p].word;
    return NULL;
}

void exceptions_judge(struct exceptions *list, const struct settings *settings, time_t now)
{
    for (size_t i = 0; i < list->count; i++) {
        struct exception *x = &list->at[i];

        x->problems = exception_problems(x, settings, now);
        x->waiver.fault = fault_of(x->problems);
        x->waiver.valid = !x->waiver.fault;
    }
}

/* --- What one covers -------------------------------------------------------------------------- */

static const struct principal *find_by_arn(const struct principal *at, size_t count,
                                           const char *arn)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(at[i].arn, arn) == 0)
            return &at[i];
    return NULL;
}

/* The user, role or group that the resource is; NULL for anything else. */
static const struct principal *principal_of(const struct account *a, const char *resource)
{
    const struct principal *p = model_user_by_arn(a, resource);

    if (!p && strstr(resource, ":role/"))
        p = find_by_arn(a->roles, a->role_count, resource);
    if (!p && strstr(resource, ":group/"))
        p = find_by_arn(a->groups, a->group_count, resource);
    return p;
}

/* A day of approval covers what was made on that day: people approve what they have just made. */
static bool existed_at_approval(const struct exception *x, const struct principal *p)
{
    time_t created;

    return p->created && clock_parse(p->created, &created) &&
           created < x->approved.at + DAY_SECONDS;
}

bool exception_covers(const struct exception *x, const struct account *a, const char *resource)
{
    const struct principal *p;

    if (!pattern_match(x->resource, resource, SEPARATORS))
        return false;
    p = principal_of(a, resource);
    if (x->ids.count > 0)
        return p && p->id && texts_have(&x->ids, p->id);
    return !p || existed_at_approval(x, p);
}

static int order_of(const struct exception *x, const char *account, const char *check)
{
    int order = strcmp(x->account, account);

    return order ? order : strcmp(x->check, check);
}

const struct exception *exceptions_of(const struct exceptions *list, const char *account,
                                      const char *check, size_t *count)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (order_of(&list->at[middle], account, check) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (low + *count < list->count && order_of(&list->at[low + *count], account, check) == 0)
        ++*count;
    return *count ? &list->at[low] : NULL;
}

static bool is_better(const struct exception *x, const struct exception *than)
{
    if (!than || x->waiver.valid != than->waiver.valid)
        return !than || x->waiver.valid;
    return x->expires.at > than->expires.at;
}

static const struct waiver *waiver_of(const struct exception *x, size_t count,
                                      const struct account *a, const char *resource)
{
    const struct exception *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (is_better(&x[i], best) && exception_covers(&x[i], a, resource))
            best = &x[i];
    return best ? &best->waiver : NULL;
}

void exceptions_apply(const struct exceptions *list, const struct account *a, struct findings *out,
                      size_t first)
{
    size_t count;
    const struct exception *x =
        first < out->count ? exceptions_of(list, a->id, out->at[first].check, &count) : NULL;

    for (size_t i = first; x && i < out->count; i++)
        if (out->at[i].status == STATUS_FAIL)
            out->at[i].waiver = waiver_of(x, count, a, out->at[i].resource);
}

/* --- How one is used -------------------------------------------------------------------------- */

struct exception_use exception_use(const struct exception *x, const struct account *a,
                                   const struct findings *f, size_t first)
{
    struct exception_use use = {.failing = 0};

    for (size_t i = first; i < f->count; i++) {
        const struct finding *found = &f->at[i];
        const struct principal *p;

        if (!finding_is_open(found) || strcmp(found->check, x->check) != 0 ||
            !exception_covers(x, a, found->resource))
            continue;
        use.failing += found->status == STATUS_FAIL;
        use.unread += found->status != STATUS_FAIL;
        p = use.id ? NULL : principal_of(a, found->resource);
        if (p) {
            use.id = p->id;
            use.resource = p->arn;
        }
    }
    return use;
}

unsigned exception_use_problems(const struct exception *x, const struct settings *settings,
                                const struct exception_use *use)
{
    size_t covered = use->failing + use->unread;
    unsigned bits = 0;

    if (covered == 0)
        bits |= EXCEPTION_BIT(EXCEPTION_UNUSED);
    if (covered > (size_t)settings->exception_resources)
        bits |= EXCEPTION_BIT(EXCEPTION_TOO_MANY);
    if (use->id && x->ids.count == 0)
        bits |= EXCEPTION_BIT(EXCEPTION_UNBOUND);
    return bits;
}
