/* enforcement_account.c - checks on the account as a whole: how many administrators there are, and
 * whether its SCPs guard what controls MFA. */
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "checks/quote.h"
#include "checks/reach.h"

#define NAMES_SHOWN 3

/* --- iam.admin_users_excessive ------------------------------------------------------------------
 */

/* Where the share of all users allows more than the number, the share counts. */
static size_t administrators_allowed(const struct settings *s, size_t users)
{
    size_t most = (size_t)s->administrators_max;
    size_t share = users * (size_t)s->administrators_percent / 100;

    return share > most ? share : most;
}

static size_t count_verdict(const struct checking *c, enum administrator_verdict verdict)
{
    size_t count = 0;

    for (size_t i = 0; i < c->account->user_count; i++)
        count += c->administrators[i].verdict == verdict && !c->administrators[i].by_settings;
    return count;
}

static void cite_administrators(struct checking *c, struct finding *f,
                                enum administrator_verdict verdict)
{
    for (size_t i = 0; i < c->account->user_count; i++)
        if (c->administrators[i].verdict == verdict && !c->administrators[i].by_settings) {
            cite(c, f, c->account->users[i].source);
            cite(c, f, c->administrators[i].source);
        }
}

static const char *names_of_administrators(struct checking *c)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(65536);
    size_t shown = 0, total = count_verdict(c, ADMINISTRATOR_YES);

    for (size_t i = 0; i < c->account->user_count && shown < NAMES_SHOWN; i++)
        if (c->administrators[i].verdict == ADMINISTRATOR_YES && !c->administrators[i].by_settings)
            strbuf_addf(&out, "%s%s", shown++ ? ", " : "",
                        text_shown(&c->out->arena, c->account->users[i].name));
    if (total > shown)
        strbuf_addf(&out, " and %zu more", total - shown);
    return arena_strdup(&c->out->arena, out.buf);
}

static void admin_users_excessive(struct checking *c)
{
    struct arena *arena = &c->out->arena;
    const char *id = c->account->id;
    const struct settings *s = c->inputs->settings;
    size_t users = c->account->user_count, unlisted = unlisted_users(c->account);
    size_t sure = count_verdict(c, ADMINISTRATOR_YES);
    size_t perhaps = count_verdict(c, ADMINISTRATOR_UNKNOWN) + unlisted;
    size_t most = administrators_allowed(s, users);
    const char *limit = arena_printf(arena, "at most %ld, or %ld %% of %zu users",
                                     s->administrators_max, s->administrators_percent, users);
    struct finding *f;

    if (sure > most)
        f = verdict(c, STATUS_FAIL, id, id, "%zu administrators (%s): %s%s", sure, limit,
                    names_of_administrators(c), quote_assumption(c, arena));
    else if (sure + perhaps > most || (sure == 0 && perhaps > 0))
        f = verdict(c, STATUS_UNKNOWN, id, id,
                    "%zu administrators (%s), and of %zu users more it is not known", sure, limit,
                    perhaps);
    else if (sure == 0)
        f = verdict(c, STATUS_NOT_APPLICABLE, id, id, "no IAM user is an administrator");
    else
        f = verdict(c, STATUS_PASS, id, id, "%zu administrators (%s): %s", sure, limit,
                    names_of_administrators(c));
    observed(c, f, "administrators: %zu, not known: %zu, users: %zu", sure, perhaps, users);
    cite_administrators(c, f, ADMINISTRATOR_YES);
    cite_administrators(c, f, ADMINISTRATOR_UNKNOWN);
}

/* --- org.scp_mfa_guardrail ----------------------------------------------------------------------
 */

/* Whom SCPs are tried on: an identity that its own policy, `all`, allows everything. */
static struct principal with_policy(const struct principal *like, struct document *all)
{
    struct principal out = *like;

    out.inline_policies = all;
    out.inline_count = 1;
    out.attached_count = out.group_count = 0;
    out.boundary_arn = NULL;
    return out;
}

static const char all_text[] = "{\"Version\":\"2012-10-17\",\"Statement\":"
                               "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";

/* A user or role that no policy names: its name is of a character that no name has. */
static struct principal nobody(struct checking *c, const char *kind, struct document *all)
{
    const char *partition = c->account->partition ? c->account->partition : "aws";
    const struct principal like = {.name = "\002",
                                   .id = "\002",
                                   .path = "/",
                                   .arn = arena_printf(&c->out->arena, "arn:%s:iam::%s:%s/\002",
                                                       partition, c->account->id, kind)};

    *all = (struct document){"all", all_text, sizeof all_text - 1, {NULL, NULL, NULL}};
    return with_policy(&like, all);
}

/* What the SCPs leave allowed of what controls MFA. */
struct gap {
    size_t count;
    unsigned in;
    bool is_unsure;
    const char *names;
    struct decided first;
};

static void add_gap(struct checking *c, const struct privileges *p, const struct held *h,
                    unsigned in, struct gap *gap)
{
    struct arena *arena = &c->out->arena;
    const char *on, *name = h->privilege->actions[0];

    gap->in |= in;
    if (gap->count == 0)
        gap->first = held_decided(
            p, h, 0,
            in & CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY) ? CIRCUMSTANCE_KEY : CIRCUMSTANCE_CONSOLE, &on);
    if (gap->count++ < NAMES_SHOWN)
        gap->names = gap->names ? arena_printf(arena, "%s, %s", gap->names, name) : name;
}

static struct gap gap_for(struct checking *c, const struct principal *who)
{
    const struct privileges *p = privileges_of(c->enforcement, who);
    struct gap open = {.names = NULL}, unsure = {.is_unsure = true};

    for (size_t i = 0; i < p->count; i++) {
        const struct held *h = &p->held[i];

        if (h->privilege->kind != PRIVILEGE_MFA_CONTROL)
            continue;
        if (h->allowed & WITHOUT_MFA)
            add_gap(c, p, h, h->allowed & WITHOUT_MFA, &open);
        else if (h->unsure & WITHOUT_MFA)
            add_gap(c, p, h, h->unsure & WITHOUT_MFA, &unsure);
    }
    return open.count > 0 || unsure.count == 0 ? open : unsure;
}

/* The first action that a role's sessions may do with MFA only, which they never have; NULL: none.
 */
static const char *locked_out(struct checking *c)
{
    struct document all;
    struct principal role = nobody(c, "role", &all);
    const struct privileges *p = privileges_of(c->enforcement, &role);

    for (size_t i = 0; i < p->count; i++)
        if (p->held[i].privilege->kind == PRIVILEGE_MFA_CONTROL &&
            !((p->held[i].allowed | p->held[i].unsure) & WITHOUT_MFA))
            return p->held[i].privilege->actions[0];
    return NULL;
}

/* The first gap: for a user whom no policy names, else for one of the account's, whom an SCP may
 * leave out; *who: its name. */
static struct gap first_gap(struct checking *c, const char **who)
{
    struct document all;
    struct principal any = nobody(c, "user", &all);
    struct gap gap = gap_for(c, &any), unsure = gap;

    *who = "any IAM user";
    for (size_t i = 0; (gap.count == 0 || gap.is_unsure) && i < c->account->user_count; i++) {
        struct principal user = with_policy(&c->account->users[i], &all);

        gap = gap_for(c, &user);
        *who = text_shown(&c->out->arena, user.name);
        if (unsure.count == 0)
            unsure = gap;
    }
    return gap.count > 0 && !gap.is_unsure ? gap : unsure;
}

static const char *names_of_gap(struct checking *c, const struct gap *gap)
{
    if (gap->count <= NAMES_SHOWN)
        return gap->names;
    return arena_printf(&c->out->arena, "%s and %zu more", gap->names, gap->count - NAMES_SHOWN);
}

static struct finding *judge_guardrail(struct checking *c)
{
    struct arena *arena = &c->out->arena;
    const char *id = c->account->id, *who = NULL, *locked = locked_out(c);
    struct gap gap = first_gap(c, &who);

    if (gap.count > 0 && !gap.is_unsure)
        return verdict(c, STATUS_FAIL, id, id, "no SCP denies %s to %s %s%s%s",
                       names_of_gap(c, &gap), who, reach_names(gap.in),
                       quote_witness(arena, &gap.first),
                       locked ? "; and role sessions, which never carry MFA, are locked out" : "");
    if (locked)
        return verdict(c, STATUS_FAIL, id, id,
                       "the SCPs lock role sessions out of %s: they ask for MFA, which no session "
                       "of a role carries",
                       locked);
    if (gap.count > 0)
        return verdict(c, STATUS_UNKNOWN, id, id, "whether the SCPs deny %s is not known: %s",
                       names_of_gap(c, &gap),
                       gap.first.why ? gap.first.why : "a policy is not understood");
    return verdict(c, STATUS_PASS, id, id,
                   "the SCPs alone deny every MFA-control action to IAM users without MFA, and not "
                   "to role sessions");
}

/* The SCPs of every level, and that they are attached there. */
static void cite_scps(struct checking *c, struct finding *f)
{
    const struct organization *o = c->model->organization;
    const struct organization_node *path[ORGANIZATION_LEVELS];
    size_t depth = organization_path(o, c->account->id, path), total = 0;

    cite(c, f, c->model->management_source);
    for (size_t i = 0; i < depth; i++) {
        size_t count;
        const struct attachment *at =
            organization_attached(o, POLICY_SERVICE_CONTROL, path[i]->id, &count);

        cite(c, f, path[i]->source);
        for (size_t k = 0; k < count; k++) {
            cite(c, f, at[k].source);
            cite(c, f, at[k].policy->document.source);
        }
        total += count;
    }
    observed(c, f, "levels from the account to the root: %zu, SCPs attached there: %zu", depth,
             total);
}

static bool is_member(const struct checking *c, const char **why)
{
    const struct model *m = c->model;
    const struct account *home = m->home ? model_account(m, m->home) : NULL;

    if (m->management_id && strcmp(m->management_id, c->account->id) == 0)
        *why = "no SCP applies to the management account";
    else if (!m->organization_id && home && data_complete(home, DATA_ORGANIZATION))
        *why = "the account is in no organisation";
    else
        return true;
    return false;
}

static void scp_mfa_guardrail(struct checking *c)
{
    const char *id = c->account->id, *why = NULL;
    const char *unseen = enforcement_unseen(c->enforcement, POLICY_SERVICE_CONTROL);
    struct finding *f;

    if (!is_member(c, &why))
        f = verdict(c, STATUS_NOT_APPLICABLE, id, id, "%s", why);
    else if (unseen)
        f = verdict(c, STATUS_UNKNOWN, id, id, "%s", unseen);
    else
        f = judge_guardrail(c);
    cite_scps(c, f);
}

static const struct check rows[] = {
    {
        .id = "iam.admin_users_excessive",
        .title = "Administrators are few",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_ACCOUNT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .narrows = REACH_NARROWS,
        .passes_when = "at most 5 IAM users, or 10 % of them, are administrators",
        .why = "Every administrator is a way around every policy. Few can be trained, given keys "
               "of hardware and watched; many cannot.",
        .action = "Take administration from users who do not need it in",
        .noun = "account",
        .nouns = "accounts",
        .run = admin_users_excessive,
    },
    {
        .id = "org.scp_mfa_guardrail",
        .title = "Service control policies guard what controls MFA",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_PRIVILEGED,
        .layer = LAYER_DESIGN,
        .subject = SUBJECT_ACCOUNT,
        .needs = DATA_BIT(DATA_AUTHORIZATION),
        .passes_when = "the SCPs of a member account alone deny every MFA-control action without "
                       "MFA to IAM users, and not to role sessions",
        .why = "An account's own administrators can remove the policies that ask for MFA. What the "
               "organisation denies stays denied.",
        .action = "Attach an SCP that guards MFA to",
        .noun = "account",
        .nouns = "accounts",
        .run = scp_mfa_guardrail,
    },
};
const struct check_list enforcement_account_checks = {rows, sizeof rows / sizeof *rows};
