/* people.c - do the identities belong to people who are here? people.csv against the users of IAM
 * and of the identity store.
 *
 * Names in people.csv are those of its owners; they are shown, and its rows are named by number. */
#include <string.h>

#include "base/text.h"
#include "checks/identity.h"
#include "checks/user_known.h"
#include "model/federation.h"

/* Whose an identity is. Both may be set: then it was handed over. */
struct owners {
    const struct people_row *here; /* of a person who is here */
    const struct people_row *gone; /* of one who has left */
    const struct people_row *left; /* the row that says so: another identity's, perhaps */
};

static void add_owners(const struct checking *c, const char *identity, struct owners *out)
{
    size_t count = 0;
    const struct people_row *rows = identity ? people_of(c->inputs, identity, &count) : NULL;

    for (size_t i = 0; i < count; i++) {
        const struct people_row *left = person_left(c->inputs, rows[i].person, c->model->taken_at);

        if (!left) {
            out->here = &rows[i];
        } else if (!out->left || left->left.at > out->left->left.at) {
            out->gone = &rows[i];
            out->left = left;
        }
    }
}

/* "Ann (people.csv, row 7)" */
static const char *person_text(struct checking *c, const struct people_row *row)
{
    return arena_printf(&c->out->arena, "%s (people.csv, row %zu)",
                        text_shown(&c->out->arena, row->person), row->row);
}

/* "Ann (people.csv, row 7) left on 2026-10-30 (row 9)" */
static const char *left_text(struct checking *c, const struct owners *o)
{
    struct arena *arena = &c->out->arena;
    const char *where = o->left == o->gone ? "" : arena_printf(arena, " by row %zu", o->left->row);

    return arena_printf(arena, "%s left on %s%s", person_text(c, o->gone), o->left->left.text,
                        where);
}

static const char *handed_over(struct checking *c, const struct owners *o)
{
    return o->here ? arena_printf(&c->out->arena, "; it is now that of %s, and known to who left",
                                  person_text(c, o->here))
                   : "";
}

/* --- Users of IAM ------------------------------------------------------------------------------
 */

/* Active credentials for one service alone; they never ask for MFA. */
static size_t count_service(const struct account *a, const struct principal *user)
{
    size_t count = 0;

    for (size_t i = 0; i < a->service_credential_count; i++)
        count += strcmp(a->service_credentials[i].user, user->name) == 0 &&
                 strcmp(a->service_credentials[i].status, "Active") == 0;
    return count;
}

/* "a console password, an active access key, 2 devices: FIDO, virtual": what is known to be there;
 * "" for nothing. */
static const char *live_text(struct checking *c, const struct principal *user)
{
    const struct account *a = c->account;
    struct arena *arena = &c->out->arena;
    const char *text = "";
    size_t service = count_service(a, user);

    if (known_password(a, user).word == WORD_YES)
        text = "a console password";
    if (known_active_key(a, user).word == WORD_YES)
        text = arena_printf(arena, "%s%san active access key", text, *text ? ", " : "");
    if (service > 0)
        text = arena_printf(arena, "%s%s%zu service-specific %s", text, *text ? ", " : "", service,
                            service == 1 ? "credential" : "credentials");
    if (known_device(a, user).word == WORD_YES)
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "",
                            identity_devices_text(a, user, arena));
    return text;
}

static void user_observed(struct checking *c, struct finding *f, const struct principal *user)
{
    user_observe(c, f, user);
    identity_cite_keys(c, f, user);
    cite(c, f, user->source);
    for (size_t i = 0; i < c->account->service_credential_count; i++)
        if (strcmp(c->account->service_credentials[i].user, user->name) == 0)
            cite(c, f, c->account->service_credentials[i].source);
}

/* Nothing was found; is all of it known? */
static bool lacks_any(struct checking *c, const struct principal *user)
{
    const struct data_status *service = &c->account->data[DATA_SERVICE_CREDENTIALS];

    if (user_lacks_password(c, user) || user_lacks_keys(c, user) || user_lacks_devices(c, user))
        return true;
    if (service->state == STATE_COMPLETE)
        return false;
    unknown_because(c, user->arn, user->name, service);
    return true;
}

static void judge_leaver(struct checking *c, const struct principal *user, const struct owners *o)
{
    struct arena *arena = &c->out->arena;
    const char *left = left_text(c, o), *live = live_text(c, user);

    if (*live)
        user_observed(c,
                      user_verdict(c, user, STATUS_FAIL,
                                   arena_printf(arena, "%s, and the user still has %s%s", left,
                                                live, handed_over(c, o))),
                      user);
    else if (!lacks_any(c, user))
        user_observed(c,
                      user_verdict(c, user, STATUS_PASS,
                                   arena_printf(arena,
                                                "%s; the user has no password, no active key and "
                                                "no device any more",
                                                left)),
                      user);
}

static void judge_unowned(struct checking *c, const struct principal *user)
{
    const char *excuse;

    if (user_lacks_identity(c, user))
        return;
    excuse = user_exempt(c, user);
    user_observed(c,
                  excuse ? user_verdict(c, user, STATUS_NOT_APPLICABLE, excuse)
                         : user_verdict(c, user, STATUS_FAIL,
                                        "no row of people.csv has it: whose it is, nobody says"),
                  user);
}

static void judge_user(struct checking *c, const struct principal *user)
{
    struct owners o = {.here = NULL};

    add_owners(c, user->arn, &o);
    add_owners(c, user->id, &o);
    if (o.gone)
        judge_leaver(c, user, &o);
    else if (o.here)
        cite(c,
             user_verdict(c, user, STATUS_PASS,
                          arena_printf(&c->out->arena, "of %s", person_text(c, o.here))),
             user->source);
    else
        judge_unowned(c, user);
}

/* Leavers' users that are gone. A row with another user's name by mistake hides none: whoever it
 * was for has no row then. */
static void judge_removed(struct checking *c)
{
    const struct inputs *in = c->inputs;
    const char *own =
        arena_printf(&c->out->arena, "arn:%s:iam::%s:user/",
                     c->account->partition ? c->account->partition : "aws", c->account->id);
    bool all_listed = unlisted_users(c->account) == 0;

    for (size_t i = 0; all_listed && i < in->people_count; i++) {
        const char *arn = in->people[i].identity, *slash = strrchr(arn, '/');
        struct owners o = {.here = NULL};

        if (strncmp(arn, own, strlen(own)) != 0 || model_user_by_arn(c->account, arn) ||
            (i > 0 && strcmp(arn, in->people[i - 1].identity) == 0))
            continue;
        add_owners(c, arn, &o);
        if (o.gone)
            cite_status(c,
                        verdict(c, STATUS_PASS, arn, slash + 1, "%s, and there is no such user",
                                left_text(c, &o)),
                        &c->account->data[DATA_AUTHORIZATION]);
    }
}

/* --- Users of the identity store ---------------------------------------------------------------
 */

static void judge_store_leaver(struct checking *c, const struct store_user *user, const char *arn,
                               const struct owners *o)
{
    bool known = user->status != NULL;
    bool disabled = known && strcmp(user->status, "DISABLED") == 0;

    cite(c,
         verdict(c,
                 !known     ? STATUS_UNKNOWN
                 : disabled ? STATUS_PASS
                            : STATUS_FAIL,
                 arn, "", "%s, and the user of the identity store is %s%s", left_text(c, o),
                 !known     ? "still there; whether it is disabled is not said"
                 : disabled ? "disabled"
                            : "still enabled",
                 disabled ? "" : handed_over(c, o)),
         user->source);
}

/* Without a row. One that another directory made has its owner there; so it is said. */
static void judge_store_unowned(struct checking *c, const struct store_user *user, const char *arn)
{
    struct finding *f;

    if (user->status && strcmp(user->status, "DISABLED") == 0)
        f = verdict(c, STATUS_NOT_APPLICABLE, arn, "", "idle: disabled in the identity store");
    else if (user->issuer)
        f = verdict(c, STATUS_NOT_APPLICABLE, arn, "",
                    "made by another directory, %s, which knows whose it is",
                    text_shown(&c->out->arena, user->issuer));
    else
        f = verdict(c, STATUS_FAIL, arn, "",
                    "no row of people.csv has its name: whose it is, nobody says");
    cite(c, f, user->source);
}

static void judge_store_user(struct checking *c, const struct store_user *user)
{
    struct arena *arena = &c->out->arena;
    const char *arn = arena_printf(arena, "arn:%s:identitystore:::user/%s",
                                   c->account->partition ? c->account->partition : "aws", user->id);
    struct owners o = {.here = NULL};
    struct finding *f;

    add_owners(c, user->name, &o);
    if (o.gone)
        judge_store_leaver(c, user, arn, &o);
    else if (o.here)
        cite(c, verdict(c, STATUS_PASS, arn, "", "of %s", person_text(c, o.here)), user->source);
    else
        judge_store_unowned(c, user, arn);
    f = &c->out->at[c->out->count - 1];
    f->name = text_shown(arena, user->name ? user->name : user->id);
    observed(c, f, "UserStatus=%s", user->status ? user->status : "not said");
}

static bool is_listed_in_store(const struct model *m, const char *name)
{
    for (size_t i = 0; i < m->center_count; i++)
        for (size_t k = 0; k < m->centers[i].user_count; k++)
            if (m->centers[i].users[k].name && strcmp(m->centers[i].users[k].name, name) == 0)
                return true;
    return false;
}

/* Neither the ARN nor the unique id of something of IAM. */
static bool is_store_name(const char *identity)
{
    return strncmp(identity, "arn:", 4) != 0 && strncmp(identity, "AIDA", 4) != 0;
}

/* The store could not be read whole. Those whom people.csv names there are not known; of further
 * ones the account says it. */
static void judge_store_unread(struct checking *c)
{
    const struct data_status *why = &c->account->data[DATA_STORE_USERS];
    const struct inputs *in = c->inputs;

    for (size_t i = 0; i < in->people_count; i++) {
        const char *name = in->people[i].identity;

        if (is_store_name(name) && (i == 0 || strcmp(name, in->people[i - 1].identity) != 0) &&
            !is_listed_in_store(c->model, name))
            unknown_because(c, name, text_shown(&c->out->arena, name), why);
    }
    unknown_because(c, c->account->id, c->account->id, why);
}

/* Instances are asked for at home, and their people judged there once. */
static void judge_store(struct checking *c)
{
    const struct model *m = c->model;

    if (strcmp(c->account->id, m->home) != 0)
        return;
    for (size_t i = 0; i < m->center_count; i++)
        for (size_t k = 0; k < m->centers[i].user_count; k++)
            judge_store_user(c, &m->centers[i].users[k]);
    if (!data_complete(c->account, DATA_STORE_USERS))
        judge_store_unread(c);
}

static const char *without_people(const struct checking *c)
{
    return c->inputs->has_people ? NULL : "no people.csv says who is here and who has left";
}

static void leavers_removed(struct checking *c)
{
    const struct data_status *users = &c->account->data[DATA_AUTHORIZATION];

    if (users->state == STATE_COMPLETE) {
        for (size_t i = 0; i < c->account->user_count; i++)
            judge_user(c, &c->account->users[i]);
        judge_removed(c);
    } else {
        unknown_for_all(c, users);
    }
    judge_store(c);
}

static const struct check rows[] = {
    {
        .id = "iam.leavers_removed",
        .title = "Every identity is that of somebody who is here",
        .severity = SEVERITY_HIGH,
        .tier = TIER_STANDARD,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_USER,
        .needs = NEEDS_USERS | DATA_BIT(DATA_SERVICE_CREDENTIALS) | DATA_BIT(DATA_STORE_USERS),
        .handles = NEEDS_USERS | DATA_BIT(DATA_SERVICE_CREDENTIALS) | DATA_BIT(DATA_STORE_USERS),
        .excuse = without_people,
        .passes_when = "its person is in people.csv and has not left, or nothing of it is active",
        .why = "Who has left keeps what nobody took away, device and all, so that MFA lets them in "
               "as before. An identity that is nobody's is missed by nobody.",
        .action = "Remove the access of, or name in people.csv the person of,",
        .noun = "identity",
        .nouns = "identities",
        .run = leavers_removed,
    },
};
const struct check_list people_checks = {rows, sizeof rows / sizeof *rows};
