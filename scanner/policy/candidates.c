/* candidates.c - the values of a free key that the policies tell apart. */
#include <ctype.h>
#include <string.h>

#include "base/lookup.h"
#include "base/text.h"
#include "policy/glob.h"
#include "policy/private.h"

/* Keys that every request carries, so that «absent» need not be tried (IAM User Guide, "AWS global
 * condition context keys", "Availability"). To add one: a row. */
static const char *const always_there[] = {
    "aws:currenttime",      "aws:epochtime",       "aws:securetransport",
    "aws:viaawsservice",    "aws:requestedregion", "aws:principalisawsservice",
    "aws:principalaccount", "aws:principalarn",    "aws:principaltype",
    "aws:userid",
};

static bool is_always_there(const char *name)
{
    for (size_t i = 0; i < sizeof always_there / sizeof *always_there; i++)
        if (strcmp(always_there[i], name) == 0)
            return true;
    return false;
}

/* A comparison that a value of the key goes through. */
struct probe {
    const struct condition *condition;
    const char *value; /* of the policy, variables put in place */
};

struct gathering {
    const struct asking *q;
    const char *name;
    struct arena *arena;
    const char **patterns; /* of texts */
    size_t pattern_count;
    struct candidates typed; /* numbers, dates, addresses, true and false */
    struct probe *probes;
    size_t probe_count;
    size_t condition_count;
    bool is_address, is_set;
    struct lookup answered; /* what the conditions answer to a value, for each that is kept */
};

#define COMPARISONS 1500000 /* of values with the conditions on one key, at most */

static const char *quoted(struct arena *arena, const char *text)
{
    char *out = arena_new(arena, char, 2 * strlen(text) + 1), *p = out;

    for (; *text; text++) {
        if (*text == '*' || *text == '?' || *text == GLOB_QUOTE)
            *p++ = GLOB_QUOTE;
        *p++ = *text;
    }
    *p = '\0';
    return out;
}

static void add_pattern(struct gathering *g, const char *pattern)
{
    *arena_push(g->arena, g->patterns, g->pattern_count) = pattern;
}

/* The same text to those who ignore case, others to those who do not. */
static void add_cases(struct gathering *g, const char *text)
{
    char *swapped = arena_strdup(g->arena, text), *first = arena_strdup(g->arena, text);

    for (char *p = swapped; *p; p++)
        *p = (char)(islower((unsigned char)*p) ? toupper((unsigned char)*p)
                                               : tolower((unsigned char)*p));
    *first = *swapped;
    add_pattern(g, quoted(g->arena, swapped));
    add_pattern(g, quoted(g->arena, first));
    add_pattern(g, quoted(g->arena, text_lower(g->arena, text)));
}

static void gather_value(struct gathering *g, const struct policy *p, const struct condition *c,
                         const char *value)
{
    bool pattern = c->comparison == COMPARE_STRING_LIKE || c->comparison == COMPARE_ARN;

    if (p->has_variables && condition_takes_variables(c) &&
        expand(g->q, value, pattern, &value) != EXPANDED)
        return;
    *arena_push(g->arena, g->probes, g->probe_count) = (struct probe){c, value};
    switch (c->comparison) {
    case COMPARE_STRING_IGNORING_CASE:
        add_cases(g, value);
        __attribute__((fallthrough));
    case COMPARE_STRING:
    case COMPARE_BINARY:
        add_pattern(g, quoted(g->arena, value));
        break;
    case COMPARE_STRING_LIKE:
    case COMPARE_ARN:
        add_pattern(g, value);
        break;
    default:
        g->is_address = g->is_address || c->comparison == COMPARE_ADDRESS;
        condition_candidates(c, value, &g->typed);
    }
}

static void gather_list(struct gathering *g, const struct policy_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < list->at[i].policy->count; k++) {
            const struct policy *p = list->at[i].policy;
            const struct statement *s = &p->statements[k];

            if (!statement_is_about(s, g->q->request))
                continue;
            for (size_t c = 0; c < s->condition_count; c++) {
                const struct condition *condition = &s->conditions[c];

                if (strcmp(condition->key, g->name) != 0)
                    continue;
                g->condition_count++;
                g->is_set = g->is_set || condition->quantifier != QUANTIFIER_NONE;
                for (size_t v = 0; v < condition->value_count; v++)
                    gather_value(g, p, condition, condition->values[v]);
            }
        }
}

static void gather(struct gathering *g)
{
    const struct policies *p = g->q->policies;

    gather_list(g, &p->identity);
    if (p->has_boundary)
        gather_list(g, &p->boundary);
    if (p->has_session)
        gather_list(g, &p->session);
    for (size_t i = 0; i < p->scp_levels; i++)
        gather_list(g, &p->scps[i]);
    for (size_t i = 0; i < p->rcp_levels; i++)
        gather_list(g, &p->rcps[i]);
    if (p->has_resource_policy)
        gather_list(g, &p->resource);
}

/* A text that no pattern matches, unless it is one of wildcards alone. */
static const char *outsider(const struct gathering *g)
{
    static const char usual[] = "something else";
    size_t longest = 0, len;
    bool taken = false;
    char c = '~';
    char *out;

    for (size_t i = 0; i < g->pattern_count; i++) {
        len = strlen(g->patterns[i]);
        longest = len > longest ? len : longest;
        taken = taken || glob_match(g->patterns[i], usual);
    }
    if (!taken)
        return usual;
    for (size_t i = 0; i < g->pattern_count && c > ' ';)
        if (strchr(g->patterns[i], c))
            c--, i = 0;
        else
            i++;
    out = arena_new(g->arena, char, longest + 2);
    memset(out, c, longest + 1);
    return out;
}

/* A value is like those before it when every condition answers it as it did them. */
static void add_value(struct gathering *g, struct candidates *all, const char *value)
{
    char *answers = arena_new(g->arena, char, g->probe_count + 1);
    void **seen;

    for (size_t i = 0; i < g->probe_count; i++)
        answers[i] = condition_compares(g->probes[i].condition, value, g->probes[i].value);
    seen = lookup_at(&g->answered, answers, g->probe_count + 1);
    if (*seen)
        return;
    *seen = answers;
    *arena_push(g->arena, all->at, all->count) = value;
}

/* Addresses of the blocks kept for documents: nobody's network, hence outside of most. */
static const char *const other_addresses[] = {"192.0.2.1", "2001:db8::1"};

/* One value of each class. */
static int single_values(struct gathering *g, struct candidates *all, struct error *err)
{
    struct glob_classes classes;

    if (glob_classes(g->arena, g->patterns, g->pattern_count, &classes, err))
        return -1;
    if ((g->typed.count + classes.count + 4) * g->probe_count > COMPARISONS)
        return fail(err, ERR_LIMIT, "too many values");
    g->answered = (struct lookup){.arena = g->arena};
    for (size_t i = 0; i < g->typed.count; i++)
        add_value(g, all, g->typed.at[i]);
    for (size_t i = 0; i < classes.count; i++)
        add_value(g, all, classes.at[i].witness);
    for (size_t i = 0; g->is_address && i < sizeof other_addresses / sizeof *other_addresses; i++)
        add_value(g, all, other_addresses[i]);
    add_value(g, all, outsider(g));
    return 0;
}

#define SETS 4096 /* of values, that are tried for one key */

/* All sets of `left` more values from `from` on. */
static int add_sets(struct gathering *g, const struct candidates *all,
                    const struct request_key *chosen, size_t from, size_t left,
                    struct key_values *out)
{
    if (left == 0) {
        *arena_push(g->arena, out->at, out->count) = *chosen;
        return out->count > SETS ? -1 : 0;
    }
    for (size_t i = from; i + left <= all->count; i++) {
        const char **values = arena_new(g->arena, const char *, chosen->count + 1);
        struct request_key more = {g->name, values, chosen->count + 1};

        for (size_t k = 0; k < chosen->count; k++)
            values[k] = chosen->values[k];
        values[chosen->count] = all->at[i];
        if (add_sets(g, all, &more, i + 1, left - 1, out))
            return -1;
    }
    return 0;
}

/* A condition asks for one value that does or does not compare, so a set need not have more values
 * than there are conditions. */
int key_candidates(const struct asking *q, const char *name, struct arena *arena,
                   struct key_values *out, struct error *err)
{
    struct gathering g = {.q = q, .name = name, .arena = arena, .typed = {.arena = arena}};
    struct candidates all = {.arena = arena};
    struct request_key none = {name, NULL, 0};
    size_t most;

    gather(&g);
    if (single_values(&g, &all, err))
        return -1;
    if (!is_always_there(name))
        *arena_push(arena, out->at, out->count) = none;
    most = g.is_set ? g.condition_count : 1;
    for (size_t size = 1; size <= most && size <= all.count; size++)
        if (add_sets(&g, &all, &none, 0, size, out))
            return fail(err, ERR_LIMIT, "too many values");
    return 0;
}
