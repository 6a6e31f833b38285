/* alarms.c - is somebody told when a person signs in without MFA, or when root is used?
 *
 * The chain that must hold (CIS AWS Foundations, monitoring section): a trail that is running,
 * covers every region and records management events; a log group that it writes to; a metric filter
 * there that catches every such event, and tells it from others; an alarm of that region on the
 * filter's metric, with an action that is enabled. One whole chain is enough. An organisation's
 * trail of another account takes this account's events there: whoever scans that account judges it.
 *
 * Not looked at: the threshold of the alarm, and whether anybody has subscribed to its topic. */
#include <string.h>

#include "base/text.h"
#include "checks/detective.h"
#include "checks/watch.h"

/* --- Outcomes --------------------------------------------------------------------------------- */

/* How far a chain holds. */
enum step { STEP_TRAIL, STEP_GROUP, STEP_FILTER, STEP_ALARM, STEP_ACTION, STEP_WHOLE };

#define SOURCES_MOST 6
struct chain_end {
    enum status status;
    enum step step;
    const char *detail;
    struct source sources[SOURCES_MOST];
    size_t source_count;
};

/* One chain being followed. */
struct chain {
    struct checking *c;
    const struct watch *watch;
    const struct trail *trail;
    const struct log_group *group;
    const char *unread; /* the first link that is not known; NULL: all are */
    struct source sources[SOURCES_MOST];
    size_t source_count;
};

static void link_to(struct chain *k, struct source source)
{
    if (source.file && k->source_count < SOURCES_MOST)
        k->sources[k->source_count++] = source;
}

static struct chain_end end(const struct chain *k, enum status status, enum step step,
                            const char *detail)
{
    struct chain_end o = {status, step, detail, .source_count = k->source_count};

    memcpy(o.sources, k->sources, sizeof o.sources);
    return o;
}

static const char *shown(const struct chain *k, const char *text)
{
    return text_shown(&k->c->out->arena, text);
}

/* What is told of a link that could not be read. */
static void miss(struct chain *k, const struct data_status *s, enum data_set set)
{
    const char *reason = s->reason ? s->reason : k->c->account->data[set].reason;

    if (!k->unread)
        k->unread = reason ? reason : data_set_name(set);
    if (s->file)
        link_to(k, (struct source){s->file, "", NULL});
}

/* The outcome of a chain that breaks here: it fails, whatever else is not known. */
static struct chain_end broken(struct chain *k, enum step step, const char *fmt, const char *name)
{
    const char *start = arena_printf(&k->c->out->arena, "trail %s", shown(k, k->trail->name));

    return end(k, STATUS_FAIL, step,
               arena_printf(&k->c->out->arena, "%s %s%s%s", start, fmt, name ? " " : "",
                            name ? shown(k, name) : ""));
}

static struct chain_end unknown(struct chain *k, enum step step)
{
    return end(
        k, STATUS_UNKNOWN, step,
        arena_printf(&k->c->out->arena, "trail %s: %s", shown(k, k->trail->name), k->unread));
}

/* --- Alarms ----------------------------------------------------------------------------------- */

static bool watches(const struct alarm *a, const struct metric_filter *f)
{
    for (size_t i = 0; i < a->metric_count; i++)
        if (strcmp(a->metrics[i].name, f->metric_name) == 0 &&
            strcmp(a->metrics[i].metric_namespace, f->metric_namespace) == 0)
            return true;
    return false;
}

static bool acts(const struct alarm *a)
{
    return a->actions_enabled && a->action_count > 0;
}

/* Behind the ALARM(...) at p; NULL: it is none. */
static const char *behind_alarm(const char *p)
{
    static const char opens[] = "ALARM(";
    const char *end;
    size_t len = strlen(opens);

    if (strncmp(p, opens, len) != 0)
        return NULL;
    p += len;
    end = *p == '"' || *p == '\'' ? strchr(p + 1, *p) : p;
    end = end ? strchr(end, ')') : NULL;
    return end ? end + 1 : NULL;
}

/* Alarms joined by OR, and nothing else: no AND, NOT, OK, INSUFFICIENT_DATA, TRUE or FALSE. */
static bool is_any_of_alarms(const char *rule)
{
    while (*(rule += strspn(rule, " \t\r\n()")) != '\0') {
        const char *behind = behind_alarm(rule);

        if (!behind && strncmp(rule, "OR", 2) == 0 && strchr(" \t\r\n(", rule[2]))
            behind = rule + 2;
        if (!behind)
            return false;
        rule = behind;
    }
    return true;
}

/* Does the rule of a composite alarm go off whenever this alarm does: is it named in ALARM(), and
 * joined by OR alone? "ALARM(a) OR ALARM(\"arn:...\")" */
static bool rule_rings(const char *rule, const struct alarm *a, struct arena *arena)
{
    const char *forms[] = {a->name, a->arn};

    if (!is_any_of_alarms(rule))
        return false;
    for (size_t i = 0; i < 2; i++)
        if (strstr(rule, arena_printf(arena, "ALARM(%s)", forms[i])) ||
            strstr(rule, arena_printf(arena, "ALARM(\"%s\")", forms[i])) ||
            strstr(rule, arena_printf(arena, "ALARM('%s')", forms[i])))
            return true;
    return false;
}

/* A composite alarm that acts when `a` goes off; NULL: none. */
static const struct alarm *composite_of(const struct chain *k, const struct alarm *a)
{
    const struct detective *d = k->c->account->detective;

    for (size_t i = 0; i < d->alarm_count; i++) {
        const struct alarm *composite = &d->alarms[i];

        if (composite->rule && strcmp(composite->region, a->region) == 0 && acts(composite) &&
            rule_rings(composite->rule, a, &k->c->out->arena))
            return composite;
    }
    return NULL;
}

static const struct data_status *alarms_status(const struct chain *k)
{
    const struct detective *d = k->c->account->detective;

    for (size_t i = 0; i < d->alarm_region_count; i++)
        if (strcmp(d->alarm_regions[i].region, k->group->region) == 0)
            return &d->alarm_regions[i].status;
    return &k->c->account->data[DATA_ALARMS];
}

static struct chain_end whole(struct chain *k, const struct metric_filter *f, const struct alarm *a)
{
    struct arena *arena = &k->c->out->arena;

    if (k->unread)
        return unknown(k, STEP_WHOLE);
    return end(k, STATUS_PASS, STEP_WHOLE,
               arena_printf(arena,
                            "trail %s, metric filter %s on log group %s and alarm %s, which acts "
                            "(%s), tell of every %s",
                            shown(k, k->trail->name), shown(k, f->name), shown(k, k->group->name),
                            shown(k, a->name), shown(k, a->actions[0]), k->watch->what));
}

/* The filter catches the events: is there an alarm on its metric? */
static struct chain_end follow_filter(struct chain k, const struct metric_filter *f)
{
    const struct detective *d = k.c->account->detective;
    const struct data_status *status = alarms_status(&k);
    const struct alarm *silent = NULL;

    link_to(&k, f->source);
    for (size_t i = 0; i < d->alarm_count; i++) {
        const struct alarm *a = &d->alarms[i];
        const struct alarm *acting = acts(a) ? a : NULL;

        if (a->rule || strcmp(a->region, k.group->region) != 0 || !watches(a, f))
            continue;
        if (!acting)
            acting = composite_of(&k, a);
        silent = silent ? silent : a;
        if (!acting)
            continue;
        link_to(&k, acting->source);
        return whole(&k, f, acting);
    }
    if (status->state != STATE_COMPLETE) {
        miss(&k, status, DATA_ALARMS);
        return unknown(&k, STEP_ALARM);
    }
    if (!silent)
        return broken(&k, STEP_ALARM, "has no alarm on the metric of its filter", f->name);
    link_to(&k, silent->source);
    return broken(&k, STEP_ACTION, "has an alarm without an enabled action:", silent->name);
}

/* --- Filters ---------------------------------------------------------------------------------- */

/* A pattern that is not understood is no doubt where it cannot be about this. */
static bool is_doubtful(const struct chain *k, const struct metric_filter *f)
{
    return strstr(f->pattern, k->watch->telling) != NULL;
}

static struct chain_end try_filter(struct chain k, const struct metric_filter *f)
{
    struct arena scratch = {0}, *arena = &k.c->out->arena;
    const char *why = "";
    enum filter_match match = watch_match(k.c, k.watch, f->pattern, &scratch, &why);
    const char *told = arena_strdup(arena, why);

    arena_free(&scratch);
    if (match == FILTER_ALWAYS)
        return follow_filter(k, f);
    link_to(&k, f->source);
    if (match == FILTER_UNCLEAR && is_doubtful(&k, f)) {
        k.unread = arena_printf(arena, "metric filter %s: %s", shown(&k, f->name), told);
        return unknown(&k, STEP_FILTER);
    }
    if (match == FILTER_SOMETIMES && is_doubtful(&k, f))
        return broken(&k, STEP_FILTER,
                      arena_printf(arena, "has a metric filter that hangs on %s:", told), f->name);
    return broken(&k, STEP_FILTER,
                  arena_printf(arena, "has no metric filter for %s", k.watch->what), NULL);
}

/* PASS over UNKNOWN over FAIL; among equals what reaches further. */
static bool is_better(const struct chain_end *a, const struct chain_end *b)
{
    static const int worth[STATUS_COUNT] = {[STATUS_PASS] = 3, [STATUS_UNKNOWN] = 2};

    if (worth[a->status] != worth[b->status])
        return worth[a->status] > worth[b->status];
    return a->step > b->step;
}

static struct chain_end follow_group(struct chain *k)
{
    const struct log_group *g = k->group;
    struct chain_end best;

    link_to(k, g->source);
    if (g->missing)
        return broken(k, STEP_GROUP, "writes to a log group that does not exist:", g->name);
    if (g->status.state != STATE_COMPLETE) {
        miss(k, &g->status, DATA_METRIC_FILTERS);
        return unknown(k, STEP_GROUP);
    }
    best = broken(k, STEP_GROUP, "writes to a log group without metric filters:", g->name);
    for (size_t i = 0; i < g->filter_count; i++) {
        struct chain_end o = try_filter(*k, &g->filters[i]);

        if (is_better(&o, &best))
            best = o;
    }
    return best;
}

/* --- Trails ----------------------------------------------------------------------------------- */

static const struct log_group *group_of(const struct checking *c, const struct trail *t)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->log_group_count; i++)
        if (strcmp(d->log_groups[i].arn, t->log_group_arn) == 0)
            return &d->log_groups[i];
    return NULL;
}

/* What a trail records and whether it runs; true: *out says why it will not do. */
static bool is_unfit(struct chain *k, struct chain_end *out)
{
    const struct trail *t = k->trail;
    const char *why = NULL;

    if (!t->log_group_arn)
        why = "does not write to CloudWatch Logs";
    else if (!t->multi_region)
        why = "covers one region only";
    if (t->status.state != STATE_COMPLETE)
        miss(k, &t->status, DATA_TRAIL_STATUS);
    else if (!t->logging && !why)
        why = "is switched off";
    else if (t->logs_delivery_error && !why)
        why = "does not reach its log group: CloudTrail reports";
    link_to(k, t->status_source);
    if (t->selectors.state != STATE_COMPLETE)
        miss(k, &t->selectors, DATA_EVENT_SELECTORS);
    else if ((!t->logs_writes || (k->watch->reads && !t->logs_reads)) && !why)
        why = "leaves out management events";
    else if (t->narrowed_more && !k->unread)
        k->unread = "its event selectors leave some management events out, and which is not read";
    link_to(k, t->selectors_source);
    if (why)
        *out = broken(k, STEP_TRAIL, why,
                      strncmp(why, "does not reach", 14) == 0 ? t->logs_delivery_error : NULL);
    return why != NULL;
}

static struct chain_end follow_trail(struct checking *c, const struct watch *w,
                                     const struct trail *t)
{
    struct chain k = {.c = c, .watch = w, .trail = t};
    struct chain_end o;

    link_to(&k, t->source);
    if (is_unfit(&k, &o))
        return o;
    k.group = group_of(c, t);
    if (!k.group) {
        miss(&k, &(struct data_status){STATE_NOT_COLLECTED, NULL, NULL}, DATA_METRIC_FILTERS);
        return unknown(&k, STEP_GROUP);
    }
    return follow_group(&k);
}

/* Account in which the trail's log group lies: "arn:P:logs:REGION:ACCOUNT:log-group:..." */
static const char *group_account(const struct checking *c, const struct trail *t)
{
    const char *at = t->log_group_arn;

    for (int part = 0; at && part < 4; part++) {
        at = strchr(at, ':');
        at = at ? at + 1 : NULL;
    }
    return at ? arena_strndup(&c->out->arena, at, strcspn(at, ":")) : t->account;
}

/* A trail that takes this account's events into another's log group; NULL: there is none. */
static const struct trail *trail_elsewhere(const struct checking *c)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++) {
        const struct trail *t = &d->trails[i];
        bool stopped = t->status.state == STATE_COMPLETE && !t->logging;

        if (t->organization && t->multi_region && t->log_group_arn && !stopped &&
            strcmp(group_account(c, t), c->account->id) != 0)
            return t;
    }
    return NULL;
}

bool is_judged_elsewhere(const struct checking *c, const char *account)
{
    const struct account *other = model_account(c->model, account);

    return other && other->included && strcmp(account, c->account->id) != 0;
}

/* --- The verdict ------------------------------------------------------------------------------ */

static void speak(struct checking *c, const struct chain_end *o)
{
    struct finding *f = verdict(c, o->status, c->account->id, c->account->id, "%s", o->detail);

    for (size_t i = 0; i < o->source_count; i++)
        cite(c, f, o->sources[i]);
    observed(c, f, "trails: %zu, log groups: %zu, alarms: %zu", c->account->detective->trail_count,
             c->account->detective->log_group_count, c->account->detective->alarm_count);
}

static struct chain_end judged_elsewhere(struct checking *c, const struct trail *t)
{
    const char *account = group_account(c, t);
    bool judged = is_judged_elsewhere(c, account);
    struct chain_end o = {.status = judged ? STATUS_NOT_APPLICABLE : STATUS_UNKNOWN,
                          .sources = {t->source},
                          .source_count = 1};

    o.detail = arena_printf(
        &c->out->arena,
        "the organisation's trail %s takes the account's events to a log group of account %s, %s",
        text_shown(&c->out->arena, t->name), text_shown(&c->out->arena, account),
        judged ? "where filters and alarms are judged" : "which is not in this scan");
    return o;
}

static void judge_watch(struct checking *c, const struct watch *w)
{
    const struct detective *d = c->account->detective;
    const struct trail *elsewhere = trail_elsewhere(c);
    struct chain_end best = {.status = STATUS_FAIL,
                             .step = STEP_TRAIL,
                             .detail = "no trail of the account records its events"};

    for (size_t i = 0; i < d->trail_count; i++) {
        struct chain_end o;

        if (strcmp(d->trails[i].account, c->account->id) != 0 ||
            (d->trails[i].log_group_arn &&
             strcmp(group_account(c, &d->trails[i]), c->account->id) != 0))
            continue;
        o = follow_trail(c, w, &d->trails[i]);
        if (is_better(&o, &best) || best.source_count == 0)
            best = o;
    }
    if (best.status != STATUS_PASS && !data_complete(c->account, DATA_TRAILS)) {
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_TRAILS]);
        return;
    }
    if (best.status != STATUS_PASS && elsewhere)
        best = judged_elsewhere(c, elsewhere);
    speak(c, &best);
}

static void sign_in_without_mfa_alarm(struct checking *c)
{
    struct watch w = watch_sign_in(c);

    judge_watch(c, &w);
}

static void root_usage_alarm(struct checking *c)
{
    struct watch w = watch_root(c);

    judge_watch(c, &w);
}

#define NEEDS                                                                               \
    (DATA_BIT(DATA_TRAILS) | DATA_BIT(DATA_TRAIL_STATUS) | DATA_BIT(DATA_EVENT_SELECTORS) | \
     DATA_BIT(DATA_METRIC_FILTERS) | DATA_BIT(DATA_ALARMS))

static const struct check rows[] = {
    {
        .id = "cloudwatch.sign_in_without_mfa_alarm",
        .title = "Console sign-in without MFA sets off an alarm",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ACCOUNT,
        .needs = NEEDS,
        .handles = NEEDS,
        .passes_when = "a metric filter on a trail's log group catches every console sign-in "
                       "without MFA, and an alarm with an enabled action watches it",
        .why = "A sign-in without a second factor is how a guessed or stolen password is first "
               "used. Nobody reads the log of it in time; an alarm is read.",
        .action = "Set up metric filter and alarm in",
        .noun = "account",
        .nouns = "accounts",
        .run = sign_in_without_mfa_alarm,
    },
    {
        .id = "cloudwatch.root_usage_alarm",
        .title = "Use of root sets off an alarm",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ACCOUNT,
        .needs = NEEDS,
        .handles = NEEDS,
        .passes_when = "a metric filter on a trail's log group catches all that root does, and an "
                       "alarm with an enabled action watches it",
        .why = "Root is needed a few times a year, and everybody who may use it knows when. Any "
               "other use is an intruder, and no policy will stop it.",
        .action = "Set up metric filter and alarm in",
        .noun = "account",
        .nouns = "accounts",
        .run = root_usage_alarm,
    },
};
const struct check_list alarm_checks = {rows, sizeof rows / sizeof *rows};
