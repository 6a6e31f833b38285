/* keys.c - checks on long-term credentials: access keys and service-specific ones.
 *
 * Access keys are known by iam:ListAccessKeys where a user was asked about, else by the two slots
 * of the credential report, which names no key ids. Both tell when a key was made, to the second,
 * so that its finding goes by user and time: the same key has the same finding whichever was read.
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/age.h"
#include "checks/check.h"
#include "checks/identity.h"
#include "checks/thresholds.h"
#include "checks/user_known.h"

/* --- Access keys --------------------------------------------------------------------------------
 */

#define SLOTS 2 /* AWS quota: access keys per user */

/* One key, of either source. */
struct key {
    const struct principal *user;
    size_t number;  /* from 1, in its source */
    const char *id; /* NULL: not known */
    struct age made;
    enum word active;
    const char *written; /* the status as the source writes it */
    struct source source, made_source;
};

static const char *key_resource(struct checking *c, const struct key *k)
{
    char text[CLOCK_TEXT];

    if (k->made.known)
        return arena_printf(&c->out->arena, "%s#%s", k->user->arn, clock_format(k->made.at, text));
    return arena_printf(&c->out->arena, "%s#access_key_%zu", k->user->arn, k->number);
}

static const char *key_name(struct checking *c, const struct key *k)
{
    struct arena *arena = &c->out->arena;

    if (k->id)
        return arena_printf(arena, "%s %s", k->user->name, k->id);
    return arena_printf(arena, "%s access key %zu", k->user->name, k->number);
}

static void key_verdict(struct checking *c, const struct key *k, enum status status,
                        const char *detail)
{
    struct finding *f = verdict(c, status, key_resource(c, k), key_name(c, k), "%s", detail);
    const char *reported = c->account->report_info->generated_at;

    observed(c, f, "%s: %s, made %s%s%s",
             k->id ? text_shown(&c->out->arena, k->id)
                   : arena_printf(&c->out->arena, "access_key_%zu", k->number),
             k->written ? text_shown(&c->out->arena, k->written) : "no status",
             k->made.known ? age_day(k->made, &c->out->arena) : "at a time not known",
             !k->id && reported ? "; credential report of " : "",
             !k->id && reported ? reported : "");
    cite(c, f, k->source);
    cite(c, f, k->made_source);
}

static void judge_key(struct checking *c, const struct key *k)
{
    struct arena *arena = &c->out->arena;
    bool young = k->made.known && age_within(k->made, KEY_AGE_DAYS);
    const char *basis =
        k->id ? "" : arena_printf(arena, ", by %s", report_text(c->model, c->account, arena));

    if (k->active == WORD_NO)
        key_verdict(c, k, STATUS_NOT_APPLICABLE, "inactive");
    else if (k->active == WORD_UNKNOWN)
        key_verdict(c, k, STATUS_UNKNOWN,
                    arena_printf(arena, "whether the key is active is not known: «%s»",
                                 k->written ? text_shown(arena, k->written) : ""));
    else if (!k->made.known)
        key_verdict(c, k, STATUS_UNKNOWN, "an active key; when it was made is not known");
    else
        key_verdict(c, k, young ? STATUS_PASS : STATUS_FAIL,
                    arena_printf(arena, "an active key, made on %s, %s before the scan%s",
                                 age_day(k->made, arena), age_text(k->made, arena), basis));
}

static void judge_listed(struct checking *c, const struct principal *user)
{
    for (size_t i = 0; i < user->credentials->key_count; i++) {
        const struct access_key *from = &user->credentials->keys[i];
        bool off = from->status &&
                   (strcmp(from->status, "Inactive") == 0 || strcmp(from->status, "Expired") == 0);
        struct key k = {.user = user,
                        .number = i + 1,
                        .id = from->id,
                        .made = age_at_scan(c->model, from->created),
                        .active = from->active ? WORD_YES
                                  : off        ? WORD_NO
                                               : WORD_UNKNOWN,
                        .written = from->status,
                        .source = from->source};

        judge_key(c, &k);
    }
}

/* A slot without a key is not active, and has no time. */
static void judge_reported(struct checking *c, const struct principal *user)
{
    static const enum report_column active[SLOTS] = {REPORT_KEY1, REPORT_KEY2};
    static const enum report_column made[SLOTS] = {REPORT_KEY1_ROTATED, REPORT_KEY2_ROTATED};

    for (size_t i = 0; i < SLOTS; i++) {
        enum cell cell = report_cell(user->report, active[i]);
        struct key k = {
            .user = user,
            .number = i + 1,
            .made = age_at_scan(c->model, user->report->text[made[i]]),
            .active = cell == CELL_TRUE    ? WORD_YES
                      : cell == CELL_FALSE ? WORD_NO
                                           : WORD_UNKNOWN,
            .written = user->report->text[active[i]],
            .source = report_source(c->account, user->report, active[i], &c->out->arena),
            .made_source = report_source(c->account, user->report, made[i], &c->out->arena)};

        if (cell != CELL_FALSE || k.made.known)
            judge_key(c, &k);
    }
}

/* As many as the user can have, so that what cannot be read never improves a rate. */
static void unknown_keys(struct checking *c, const struct principal *user,
                         const struct data_status *why)
{
    for (size_t i = 1; i <= SLOTS; i++)
        unknown_because(c, arena_printf(&c->out->arena, "%s#access_key_%zu", user->arn, i),
                        arena_printf(&c->out->arena, "%s access key %zu", user->name, i), why);
}

static void access_keys_older_than_90_days(struct checking *c)
{
    static const struct data_status unreported = {
        STATE_INCOMPLETE, "the user is not in the credential report, and was not asked about",
        NULL};

    for (size_t i = 0; i < c->account->user_count; i++) {
        const struct principal *user = &c->account->users[i];
        const struct credentials *live = user->credentials;
        const struct data_status *report = &c->account->data[DATA_CREDENTIAL_REPORT];

        if (live->asked & ASKED_KEYS && live->keys_status.state == STATE_COMPLETE)
            judge_listed(c, user);
        else if (live->asked & ASKED_KEYS)
            unknown_keys(c, user, &live->keys_status);
        else if (user->report)
            judge_reported(c, user);
        else
            unknown_keys(c, user, report->state == STATE_COMPLETE ? &unreported : report);
    }
}

/* --- Service-specific credentials ---------------------------------------------------------------
 */

static void judge_credential(struct checking *c, const struct service_credential *s)
{
    struct arena *arena = &c->out->arena;
    struct age expires = age_at_scan(c->model, s->expires); /* not known: in the future, or none */
    bool active = strcmp(s->status, "Active") == 0;
    bool off = strcmp(s->status, "Inactive") == 0 || strcmp(s->status, "Expired") == 0;
    const char *of =
        arena_printf(arena, "%s of %s", text_shown(arena, s->service), text_shown(arena, s->user));
    struct finding *f;

    if (active && expires.known && expires.at < c->model->taken_at)
        f = verdict(c, STATUS_PASS, s->id, of, "expired on %s", age_day(expires, arena));
    else if (active)
        f = verdict(c, STATUS_FAIL, s->id, of,
                    "an active credential for %s, which can never carry MFA%s", of,
                    s->expires ? "" : " and never expires");
    else if (off)
        f = verdict(c, STATUS_PASS, s->id, of, "not active: %s", s->status);
    else
        f = verdict(c, STATUS_UNKNOWN, s->id, of, "its status is «%s»",
                    text_shown(arena, s->status));
    observed(c, f, "%s, %s, made %s", of, text_shown(arena, s->status),
             s->created ? text_shown(arena, s->created) : "at a time not known");
    cite(c, f, s->source);
}

static void service_specific_credentials_reviewed(struct checking *c)
{
    for (size_t i = 0; i < c->account->service_credential_count; i++)
        judge_credential(c, &c->account->service_credentials[i]);
}

/* --- Both at once -------------------------------------------------------------------------------
 */

static void hybrid_user(struct checking *c, const struct principal *user)
{
    bool password, key;
    struct finding *f;

    /* Of one of the two nothing is known: it may make the user a hybrid, or idle. */
    if (user_lacks_password(c, user) || user_lacks_keys(c, user))
        return;
    password = known_password(c->account, user).word == WORD_YES;
    key = known_active_key(c->account, user).word == WORD_YES;
    if (password && key)
        f = user_verdict(c, user, STATUS_FAIL,
                         "has both a console password and an active access key");
    else if (password || key)
        f = user_verdict(c, user, STATUS_PASS,
                         password ? "has a console password, and no active access key"
                                  : "has an active access key, and no console password");
    else
        f = user_verdict(c, user, STATUS_NOT_APPLICABLE, user_idle);
    user_observe_credentials(c, f, user);
}

static void hybrid_users(struct checking *c)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        hybrid_user(c, &c->account->users[i]);
}

static const struct check rows[] = {
    {
        .id = "iam.access_keys_older_than_90_days",
        .title = "Access keys are at most 90 days old",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_MACHINE,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_ACCESS_KEY,
        .needs = DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_CREDENTIAL_REPORT) |
                 DATA_BIT(DATA_ACCESS_KEYS),
        .handles = DATA_BIT(DATA_CREDENTIAL_REPORT) | DATA_BIT(DATA_ACCESS_KEYS),
        .passes_when = "an active access key is at most 90 days old",
        .why = "An access key works from anywhere until somebody switches it off. The longer it "
               "lives, the more files, histories and machines it has been copied to.",
        .action = "Replace, or better do without,",
        .noun = "access key",
        .nouns = "access keys",
        .run = access_keys_older_than_90_days,
    },
    {
        .id = "iam.service_specific_credentials_reviewed",
        .title = "No service-specific credential is active",
        .severity = SEVERITY_LOW,
        .tier = TIER_MACHINE,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_CREDENTIAL,
        .needs = DATA_BIT(DATA_SERVICE_CREDENTIALS),
        .passes_when = "the service-specific credential is not active",
        .why =
            "Passwords and long-term keys for CodeCommit, Keyspaces, Bedrock or CloudWatch stand "
            "in no credential report and can never carry MFA, so that nobody remembers them.",
        .action = "Delete, or record an exception for,",
        .noun = "service-specific credential",
        .nouns = "service-specific credentials",
        .run = service_specific_credentials_reviewed,
    },
    {
        .id = "iam.hybrid_users",
        .title = "No user has both a console password and access keys",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_MACHINE,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_CREDENTIALS,
        .handles = HANDLES_CREDENTIALS,
        .passes_when = "the user has a console password or active access keys, not both",
        .why =
            "Whoever signs in with MFA and keeps an access key beside it has a second way in that "
            "asks for nothing. And a program that shares its user with a person cannot be told "
            "from that person in any log.",
        .action = "Take apart the person and the program of",
        .noun = "user",
        .nouns = "users",
        .run = hybrid_users,
    },
};
const struct check_list key_checks = {rows, sizeof rows / sizeof *rows};
