/* scope.c - who is asking, and what is to be read, where and of which days; which accounts:
 * scope_accounts.c. */
#include <stdlib.h>
#include <string.h>

#include "aws/region.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "collect/collect.h"
#include "collect/sts.h"
#include "model/organization.h"
#include "scan/private.h"

int scope_identify(struct scanning *s, struct live *l, struct error *err)
{
    struct arena *arena = &s->scope.arena;
    struct caller id = {.arena = arena};
    struct call call = caller_question(&id);

    if (l->own.missing.code != ERR_NONE) {
        *err = l->own.missing;
        return -1;
    }
    if (transport_run(&l->transport, &call, 1, err))
        return -1;
    if (call.status.state != STATE_COMPLETE) {
        const char *message = call.query ? call.query->error_message : NULL;
        bool answered = call.query && call.query->page_count > 0;
        bool words = answered && message && *message;

        return fail(err, answered ? ERR_AUTH : ERR_NET, "%s%s%s", call.status.reason,
                    words ? ": " : "", words ? message : "");
    }
    s->partition = id.partition;
    if (!partition_find(s->partition))
        return fail(err, ERR_FORMAT, "sts:GetCallerIdentity: the partition of %s is not known",
                    text_shown(arena, id.arn));
    if (s->scope.home && strcmp(s->scope.home, id.account) != 0)
        return fail(err, ERR_USAGE, "%s: was begun with credentials of account %s, these are of %s",
                    s->settings->run, s->scope.home, id.account);
    s->scope.home = id.account;
    return 0;
}

static void add_service(struct snapshot *scope, const char *service)
{
    if (!snapshot_collects(scope, service))
        *arena_push(&scope->arena, scope->collect, scope->collect_count) = service;
}

/* Every service that a collector reads. */
static void add_all_services(struct snapshot *scope)
{
    size_t count;
    const struct collector_list *const *lists = collector_lists(&count);

    for (size_t l = 0; l < count; l++)
        for (size_t i = 0; i < lists[l]->count; i++)
            add_service(scope, lists[l]->rows[i].service);
    qsort(scope->collect, scope->collect_count, sizeof *scope->collect, text_order);
}

static const char *names_of(struct arena *arena, const struct snapshot *all)
{
    const char *text = "";

    for (size_t i = 0; i < all->collect_count; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? ", " : "", all->collect[i]);
    return text;
}

/* The services to read. sts always is: it says who asked. */
static int lay_out_collect(struct scanning *s, struct error *err)
{
    struct snapshot all = {.dir = NULL};
    const char *list = s->settings->collect, *name;
    int status = 0;

    add_all_services(&all);
    if (!list)
        add_all_services(&s->scope);
    while (status == 0 && list && (name = text_next_word(&s->scope.arena, &list))) {
        if (snapshot_collects(&all, name))
            add_service(&s->scope, name);
        else
            status = fail(err, ERR_USAGE, "--collect: nothing is read from \"%s\", but from %s",
                          text_shown(&all.arena, name), names_of(&all.arena, &all));
    }
    add_service(&s->scope, "sts");
    qsort(s->scope.collect, s->scope.collect_count, sizeof *s->scope.collect, text_order);
    snapshot_close(&all);
    return status;
}

static void add_region(struct snapshot *scope, const char *region)
{
    for (size_t i = 0; i < scope->region_count; i++)
        if (strcmp(scope->regions[i], region) == 0)
            return;
    *arena_push(&scope->arena, scope->regions, scope->region_count) =
        arena_strdup(&scope->arena, region);
}

static int add_regions(struct scanning *s, const char *list, struct error *err)
{
    const char *name;

    while ((name = text_next_word(&s->scope.arena, &list))) {
        if (!config_is_region(name) || !region_has_form(name))
            return fail(err, ERR_USAGE, "--regions: \"%s\" is no region's name, such as %s",
                        text_shown(&s->scope.arena, name), partition_find(s->partition)->implied);
        if (strcmp(partition_of_region(name)->name, s->partition) != 0)
            return fail(err, ERR_USAGE, "--regions: \"%s\" is no region of partition %s",
                        text_shown(&s->scope.arena, name), s->partition);
        if (s->scope.region_count == LIMIT_REGIONS)
            return fail(err, ERR_USAGE, "--regions: more than %d", LIMIT_REGIONS);
        if (!region_is_familiar(name))
            log_warn("--regions: no known region begins as %s does; it is asked all the same",
                     name);
        add_region(&s->scope, name);
    }
    return s->scope.region_count ? 0 : fail(err, ERR_USAGE, "--regions: names no region");
}

static void add_usual_regions(struct scanning *s)
{
    for (size_t i = 0; region_of_sign_in(s->partition, i); i++)
        add_region(&s->scope, region_of_sign_in(s->partition, i));
    if (s->region && strcmp(partition_of_region(s->region)->name, s->partition) == 0)
        add_region(&s->scope, s->region);
}

static int lay_out_regions(struct scanning *s, struct error *err)
{
    if (!s->settings->regions)
        add_usual_regions(s);
    else if (add_regions(s, s->settings->regions, err))
        return -1;
    qsort(s->scope.regions, s->scope.region_count, sizeof *s->scope.regions, text_order);
    return 0;
}

/* The period ends when the scan begins. */
static void lay_out_period(struct scanning *s)
{
    char text[CLOCK_TEXT];
    time_t begun = 0;

    (void)clock_parse(s->scope.started_at, &begun);
    s->scope.period_to = s->scope.started_at;
    s->scope.period_from = arena_strdup(
        &s->scope.arena, clock_format(begun - (time_t)s->settings->period_days * 86400, text));
}

/* Asked for, it must not silently do nothing. */
static int lay_out_root(struct scanning *s, struct error *err)
{
    bool member = false;

    s->scope.assume_root = s->settings->assume_root;
    for (size_t i = 0; i < s->scope.account_count; i++)
        member = member || (s->scope.accounts[i].included &&
                            strcmp(s->scope.accounts[i].id, s->scope.home) != 0);
    if (s->scope.assume_root && !member)
        return fail(err, ERR_USAGE,
                    "--assume-root looks at the root users of member accounts; no member is to be "
                    "scanned (--organization and --accounts name them)");
    if (s->scope.assume_root && !snapshot_collects(&s->scope, "iam"))
        return fail(err, ERR_USAGE, "--assume-root asks iam, which --collect leaves out");
    return 0;
}

/* Asked for, it must not silently do nothing. */
static int lay_out_simulate(struct scanning *s, struct error *err)
{
    s->scope.simulate = s->settings->simulate;
    if (s->scope.simulate && !snapshot_collects(&s->scope, "iam"))
        return fail(err, ERR_USAGE, "--simulate asks iam, which --collect leaves out");
    return 0;
}

int scope_lay_out(struct scanning *s, struct live *l, struct error *err)
{
    int status = lay_out_collect(s, err) || lay_out_regions(s, err) ? -1 : 0;

    s->scope.freshness = s->settings->freshness;
    lay_out_period(s);

    return status || scope_lay_out_accounts(s, l, err) || lay_out_root(s, err) ||
                   lay_out_simulate(s, err)
               ? -1
               : 0;
}
