/* detective.c - checks on the buckets that trails write to, on user pools and on directories. */
#include "checks/detective.h"

#include <string.h>

#include "base/text.h"

static const char *partition_of(const struct checking *c)
{
    return c->account->partition ? c->account->partition : "aws";
}

/* --- Buckets of trails ------------------------------------------------------------------------ */

static const char *bucket_arn(struct checking *c, const struct trail_bucket *b)
{
    return arena_printf(&c->out->arena, "arn:%s:s3:::%s", partition_of(c), b->name);
}

/* A trail that writes to the bucket, of another account when `foreign`. */
static const struct trail *trail_of(const struct checking *c, const struct trail_bucket *b)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->trail_count; i++)
        if (strcmp(d->trails[i].bucket, b->name) == 0 &&
            (b->foreign || strcmp(d->trails[i].account, c->account->id) == 0))
            return &d->trails[i];
    return NULL;
}

static struct finding *bucket_verdict(struct checking *c, const struct trail_bucket *b,
                                      enum status status, const char *detail)
{
    static const char *const versioning[] = {"never", "Enabled", "Suspended"};
    const struct trail *t = trail_of(c, b);
    struct finding *f =
        verdict(c, status, bucket_arn(c, b), text_shown(&c->out->arena, b->name), "%s", detail);

    cite(c, f, b->source);
    cite(c, f, b->lock_source);
    if (t)
        cite(c, f, t->source);
    if (b->status.state == STATE_COMPLETE && !b->missing)
        observed(c, f, "versioning=%s, MfaDelete=%s, default retention: %s",
                 versioning[b->versioning], b->mfa_delete ? "Enabled" : "no",
                 b->lock_mode ? text_shown(&c->out->arena, b->lock_mode) : "none");
    return f;
}

/* Its versions can be deleted without MFA. Can they be deleted at all? */
static void judge_lock(struct checking *c, const struct trail_bucket *b, const char *lacking)
{
    struct arena *arena = &c->out->arena;

    if (b->lock_mode)
        (void)bucket_verdict(
            c, b, STATUS_PASS,
            arena_printf(arena,
                         "no MFA delete, but an Object Lock with default retention %s: a "
                         "log file cannot be deleted before its time%s",
                         text_shown(arena, b->lock_mode),
                         strcmp(b->lock_mode, "GOVERNANCE") == 0
                             ? ", but by who holds s3:BypassGovernanceRetention"
                             : ""));
    else if (b->lock_status.state != STATE_COMPLETE)
        (void)bucket_verdict(c, b, STATUS_UNKNOWN,
                             arena_printf(arena, "%s, and its Object Lock is not known: %s",
                                          lacking,
                                          b->lock_status.reason ? b->lock_status.reason
                                                                : data_set_name(DATA_OBJECT_LOCK)));
    else
        (void)bucket_verdict(c, b, STATUS_FAIL,
                             arena_printf(arena, "%s, and %s", lacking,
                                          b->object_lock
                                              ? "its Object Lock has no default retention"
                                              : "it has no Object Lock"));
}

/* The account could not read it: as a member that sees the organisation's trail, as the owner of a
 * trail whose bucket is another account's (a log archive), or as the owner of the bucket, by a role
 * that lacks a permission. AWS refuses all three with the same words. */
static void judge_refused(struct checking *c, const struct trail_bucket *b)
{
    struct arena *arena = &c->out->arena;
    const struct trail *t = trail_of(c, b);

    if (b->foreign && b->status.state == STATE_DENIED)
        (void)bucket_verdict(
            c, b, STATUS_NOT_APPLICABLE,
            arena_printf(arena,
                         "only a trail of account %s writes to it, and this account "
                         "may not read it: it is judged where it is owned",
                         t ? t->account : "another"));
    else
        (void)bucket_verdict(
            c, b, STATUS_UNKNOWN,
            arena_printf(
                arena, "%s%s", b->status.reason ? b->status.reason : "not read",
                b->status.state == STATE_DENIED
                    ? "; it may be the bucket of another account, a log archive: then that "
                      "account has to be scanned"
                    : ""));
}

static void judge_bucket(struct checking *c, const struct trail_bucket *b)
{
    if (b->missing)
        (void)bucket_verdict(c, b, b->foreign ? STATUS_NOT_APPLICABLE : STATUS_FAIL,
                             b->foreign ? "it does not exist, and only another account's trail "
                                          "names it"
                                        : "it does not exist: the trail's log files are lost");
    else if (b->status.state != STATE_COMPLETE)
        judge_refused(c, b);
    else if (b->mfa_delete && b->versioning == VERSIONING_ENABLED)
        (void)bucket_verdict(c, b, STATUS_PASS,
                             "versioning is on, and a version can be deleted with MFA only");
    else
        judge_lock(c, b,
                   b->mfa_delete ? "MFA delete is on but versioning is suspended"
                                 : "MFA delete is off");
}

static void trail_bucket_mfa_delete(struct checking *c)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->bucket_count; i++)
        judge_bucket(c, &d->buckets[i]);
    if (!data_complete(c->account, DATA_TRAILS))
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_TRAILS]);
    else if (d->trail_count > 0 && d->bucket_count == 0)
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_TRAIL_BUCKETS]);
}

/* --- User pools ------------------------------------------------------------------------------- */

/* WebAuthn is a first factor there, in place of a password. */
static const char *pool_methods(struct checking *c, const struct user_pool *p)
{
    return arena_printf(&c->out->arena, "%s%s%s", p->totp ? " TOTP" : "", p->sms ? " SMS" : "",
                        p->email ? " e-mail" : "");
}

/* Does a list of the settings name it, by id or ARN? */
static bool is_in(const struct texts *list, const char *id, const char *arn)
{
    return texts_have(list, id) || texts_have(list, arn);
}

static void judge_user_pool(struct checking *c, const struct user_pool *p)
{
    static const char *const modes[] = {"OFF", "OPTIONAL", "ON"};
    const char *arn = arena_printf(&c->out->arena, "arn:%s:cognito-idp:%s:%s:userpool/%s",
                                   partition_of(c), p->region, c->account->id, p->id);
    const char *name = text_shown(&c->out->arena, p->name), *methods = pool_methods(c, p);
    struct finding *f;

    if (!is_in(&c->inputs->settings->workforce_pools, p->id, arn))
        f = verdict(c, STATUS_NOT_APPLICABLE, arn, name,
                    "not marked as a pool of the workforce: its users are taken for customers");
    else if (p->status.state != STATE_COMPLETE)
        f = verdict(c, STATUS_UNKNOWN, arn, name, "%s",
                    p->status.reason ? p->status.reason : data_set_name(DATA_POOL_MFA));
    else if (p->mfa == POOL_MFA_OPTIONAL)
        f = verdict(c, STATUS_FAIL, arn, name,
                    "MFA is OPTIONAL: each user decides, so that nothing is enforced");
    else if (p->mfa == POOL_MFA_OFF)
        f = verdict(c, STATUS_FAIL, arn, name, "MFA is OFF");
    else if (!*methods)
        f = verdict(c, STATUS_FAIL, arn, name, "MFA is ON, but no method for it is set up");
    else
        f = verdict(c, STATUS_PASS, arn, name, "MFA is ON:%s%s", methods,
                    p->sms && !p->totp && !p->email ? " only, which can be intercepted" : "");
    cite(c, f, p->mfa_source);
    cite(c, f, p->source);
    if (p->status.state == STATE_COMPLETE)
        observed(c, f, "MfaConfiguration=%s, methods:%s", modes[p->mfa],
                 *methods ? methods : " none");
}

static void user_pool_mfa(struct checking *c)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->pool_count; i++)
        judge_user_pool(c, &d->pools[i]);
    if (!data_complete(c->account, DATA_USER_POOLS))
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_USER_POOLS]);
}

/* --- Directories ------------------------------------------------------------------------------ */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* Why a directory is not asked for MFA; NULL: it is. */
static const char *directory_exemption(const struct directory *d, bool is_join_only)
{
    static const char *const gone[] = {"Deleting", "Deleted", NULL};

    if (is_one_of(d->stage, gone))
        return "it is being deleted";
    if (strcmp(d->type, "SimpleAD") == 0)
        return "Simple AD cannot ask for MFA";
    return is_join_only ? "by the configuration only machines join it, and nobody signs in" : NULL;
}

static void judge_directory(struct checking *c, const struct directory *d)
{
    static const char *const able[] = {"ADConnector", "MicrosoftAD", "SharedMicrosoftAD", NULL};
    struct arena *arena = &c->out->arena;
    const char *arn = arena_printf(arena, "arn:%s:ds:%s:%s:directory/%s", partition_of(c),
                                   d->region, c->account->id, d->id);
    const char *name = text_shown(arena, d->name);
    const char *status = d->radius_status ? text_shown(arena, d->radius_status) : "none";
    bool join_only = is_in(&c->inputs->settings->join_only_directories, d->id, arn);
    const char *exempt = directory_exemption(d, join_only);
    struct finding *f;

    if (exempt)
        f = verdict(c, STATUS_NOT_APPLICABLE, arn, name, "%s", exempt);
    else if (!is_one_of(d->type, able))
        f = verdict(c, STATUS_UNKNOWN, arn, name, "a directory of type %s, which is not known",
                    text_shown(arena, d->type));
    else if (!d->radius)
        f = verdict(c, STATUS_FAIL, arn, name,
                    "no RADIUS server is set up, so that people sign in by password alone");
    else if (strcmp(status, "Completed") != 0)
        f = verdict(c, STATUS_FAIL, arn, name,
                    "RADIUS servers are set up but not in use: their status is %s", status);
    else
        f = verdict(
            c, STATUS_PASS, arn, name,
            "sign-in asks a RADIUS server%s; which factor that one asks for is not seen here",
            d->owner ? ", by the settings of its owner" : "");
    cite(c, f, d->source);
    observed(c, f, "Type=%s, RADIUS servers: %s, RadiusStatus=%s", text_shown(arena, d->type),
             d->radius ? "yes" : "none", status);
}

static void radius_mfa(struct checking *c)
{
    const struct detective *d = c->account->detective;

    for (size_t i = 0; i < d->directory_count; i++)
        judge_directory(c, &d->directories[i]);
    if (!data_complete(c->account, DATA_DIRECTORIES))
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_DIRECTORIES]);
}

static const struct check rows[] = {
    {
        .id = "s3.trail_bucket_mfa_delete",
        .title = "Log files of trails cannot be deleted without MFA",
        .severity = SEVERITY_LOW,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_BUCKET,
        .needs = DATA_BIT(DATA_TRAILS) | DATA_BIT(DATA_TRAIL_BUCKETS) | DATA_BIT(DATA_OBJECT_LOCK),
        .handles =
            DATA_BIT(DATA_TRAILS) | DATA_BIT(DATA_TRAIL_BUCKETS) | DATA_BIT(DATA_OBJECT_LOCK),
        .passes_when = "the bucket has MFA delete, or an Object Lock with retention",
        .why = "Whoever breaks in deletes the log of it. A bucket that asks for MFA, or does not "
               "delete at all, keeps the evidence.",
        .action = "Protect the log files in",
        .noun = "bucket",
        .nouns = "buckets",
        .run = trail_bucket_mfa_delete,
    },
    {
        .id = "cognito.user_pool_mfa",
        .title = "User pools of the workforce enforce MFA",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_USER_POOL,
        .needs = DATA_BIT(DATA_USER_POOLS) | DATA_BIT(DATA_POOL_MFA),
        .handles = DATA_BIT(DATA_USER_POOLS) | DATA_BIT(DATA_POOL_MFA),
        .passes_when = "a pool that is marked as the workforce's has MFA ON with a method",
        .why = "A pool in which people of the organisation sign in is a door to its tools. Where "
               "MFA is off or left to each user, a password opens it.",
        .action = "Turn MFA on for",
        .noun = "user pool",
        .nouns = "user pools",
        .run = user_pool_mfa,
    },
    {
        .id = "ds.radius_mfa",
        .title = "Directories ask for MFA",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_DETECTIVE,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_DIRECTORY,
        .needs = DATA_BIT(DATA_DIRECTORIES),
        .handles = DATA_BIT(DATA_DIRECTORIES),
        .passes_when = "a directory that people sign in by asks a RADIUS server",
        .why = "WorkSpaces, the console and other applications take a sign-in of the directory. "
               "Without RADIUS it is a password, and IAM's own MFA does not come into it.",
        .action = "Set up RADIUS for",
        .noun = "directory",
        .nouns = "directories",
        .run = radius_mfa,
    },
};
const struct check_list detective_checks = {rows, sizeof rows / sizeof *rows};
