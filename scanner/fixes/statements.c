/* statements.c - fixes of policy statements that test MFA.
 *
 * A document is put right as a whole, so that the fixes of two findings on it are the same one and
 * do not undo each other. A correction is said only when the corrected text, read again, passes the
 * very test that the check makes. */
#include <ctype.h>
#include <string.h>

#include "base/json_edit.h"
#include "base/limits.h"
#include "base/text.h"
#include "fixes/policy.h"
#include "model/federation.h"
#include "policy/glob.h"

/* Before the finding of that check on that resource? */
static bool is_before(const struct finding *f, size_t row, const char *resource)
{
    return f->row < row || (f->row == row && strcmp(f->resource, resource) < 0);
}

/* An account's findings stand in the order of checks, and of resources within each: of a hundred
 * thousand, seventeen are looked at. */
bool fix_fails(const struct fixing *x, const char *check, const char *resource)
{
    const struct findings *out = x->c->out;
    size_t row = 0, low = x->c->first, high = out->count;

    while (strcmp(check_at(row)->id, check) != 0)
        row++;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_before(&out->at[middle], row, resource))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < out->count && out->at[low].row == row; low++) {
        if (strcmp(out->at[low].resource, resource) != 0)
            return false;
        if (out->at[low].status == STATUS_FAIL)
            return true;
    }
    return false;
}

const struct mfa_statements *fix_mfa_statements(struct fixing *x)
{
    if (!x->statements) {
        struct mfa_statements *all = arena_new(x->scratch, struct mfa_statements, 1);

        *all = mfa_statements_of(x->c, x->scratch);
        x->statements = all;
    }
    return x->statements;
}

static const struct mfa_statement *statement_of(struct fixing *x)
{
    (void)fix_mfa_statements(x);
    for (size_t i = 0; i < x->statements->count; i++)
        if (x->statements->at[i].s && strcmp(x->statements->at[i].resource, x->f->resource) == 0)
            return &x->statements->at[i];
    return NULL;
}

/* --- Is it right? -------------------------------------------------------------------------------
 */

/* As iam.mfa_policy_condition_effective has it. */
static bool is_effective(const struct mfa_statement *m, struct arena *scratch)
{
    return statement_passes(m, CIRCUMSTANCE_MFA, NULL, false, scratch).decision ==
               DECISION_ALLOWED &&
           statement_passes(m, CIRCUMSTANCE_KEY, NULL, true, scratch).decision < DECISION_UNSURE &&
           statement_passes(m, CIRCUMSTANCE_CONSOLE, NULL, true, scratch).decision <
               DECISION_UNSURE;
}

static bool is_exempting(const struct statement *s)
{
    for (size_t i = 0; !s->allow && s->not_action && i < s->action_count; i++)
        if (!exempts_enrolment_only(s->actions[i]))
            return true;
    return false;
}

static bool is_narrow(const struct mfa_statement *m)
{
    return !m->s->allow && m->s->has_resource && !is_about_all(m->s) && !covering_denial(m);
}

/* --- Making it right ----------------------------------------------------------------------------
 */

struct repair {
    struct fixing *x;
    struct policy policy; /* as it stands */
    cJSON *document;
    const char *about;
};

static void note(struct repair *r, const char *what, size_t index)
{
    r->about = arena_printf(r->x->arena, "%s%s%s in /Statement/%zu", r->about,
                            *r->about ? "; " : "", what, index);
}

static bool is_listed(const cJSON *list, const char *action)
{
    for (const cJSON *e = json_first(list); e; e = e->next)
        if (text_icmp(e->valuestring, action) == 0)
            return true;
    return false;
}

/* What stays of one entry: itself, or the enrolling actions that it stood for as well. */
static void keep_enrolment(struct arena *scratch, const char *entry, cJSON *kept)
{
    char *lower = text_lower(scratch, entry);

    if (exempts_enrolment_only(lower)) {
        cJSON_AddItemToArray(kept, cJSON_CreateString(entry));
        return;
    }
    for (size_t i = 0; fix_enrolment[i]; i++)
        if (glob_match(lower, text_lower(scratch, fix_enrolment[i])) &&
            !is_listed(kept, fix_enrolment[i]))
            cJSON_AddItemToArray(kept, cJSON_CreateString(fix_enrolment[i]));
}

static void shorten(struct repair *r, cJSON *s)
{
    const cJSON *list = json_find(s, "NotAction");
    cJSON *kept = cJSON_CreateArray();

    if (cJSON_IsString(list))
        keep_enrolment(r->x->scratch, list->valuestring, kept);
    for (const cJSON *e = cJSON_IsArray(list) ? list->child : NULL; e; e = e->next)
        if (cJSON_IsString(e))
            keep_enrolment(r->x->scratch, e->valuestring, kept);
    for (size_t i = 0; !kept->child && fix_enrolment[i]; i++)
        cJSON_AddItemToArray(kept, cJSON_CreateString(fix_enrolment[i]));
    cJSON_ReplaceItemInObjectCaseSensitive(s, "NotAction", kept);
}

static void widen(cJSON *s)
{
    cJSON_DeleteItemFromObjectCaseSensitive(s, "NotResource");
    cJSON_DeleteItemFromObjectCaseSensitive(s, "Resource");
    cJSON_AddStringToObject(s, "Resource", "*");
}

static void repair_statement(struct repair *r, const struct mfa_statement *m)
{
    cJSON *s = fix_statement(r->document, m->s->index);

    if (!is_effective(m, r->x->scratch)) {
        fix_ask(r->x->scratch, s, m->s->allow);
        note(r, "the test of MFA is corrected", m->s->index);
    }
    if (is_exempting(m->s)) {
        shorten(r, s);
        note(r, "NotAction holds enrolment only", m->s->index);
    }
    if (is_narrow(m)) {
        widen(s);
        note(r, "Resource is *", m->s->index);
    }
}

static void repair_document(struct repair *r)
{
    struct denials denials = denials_of(&r->policy, r->x->scratch);

    for (size_t i = 0; i < r->policy.count; i++) {
        struct mfa_statement m = {.home = HOME_IDENTITY,
                                  .policy = &r->policy,
                                  .s = &r->policy.statements[i],
                                  .denials = &denials};

        if (tests_mfa(m.s))
            repair_statement(r, &m);
    }
}

/* Read again, does the statement pass what the finding is about? */
static bool is_right(const struct repair *r, const char *check, size_t index)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(LIMIT_POLICY_BYTES);
    struct policy p;
    struct error err = {0};
    struct denials denials;
    struct mfa_statement m = {.home = HOME_IDENTITY, .policy = &p, .denials = &denials};

    if (json_canonical(r->document, &text, &err) || text.overflowed ||
        policy_parse(r->x->scratch, "policy", text.buf, text.len, &p, &err) || index >= p.count)
        return false;
    m.s = &p.statements[index];
    denials = denials_of(&p, r->x->scratch);
    if (strcmp(check, "iam.mfa_policy_exemptions_minimal") == 0)
        return !is_exempting(m.s);
    if (strcmp(check, "iam.mfa_policy_resources_complete") == 0)
        return !is_narrow(&m);
    return is_effective(&m, r->x->scratch);
}

static void statement(struct fixing *x)
{
    const struct mfa_statement *m = statement_of(x);
    struct fix_home home;
    struct error err = {0};
    struct repair r = {.x = x, .about = ""};

    if (!m || !fix_home_of(x, &home) || !home.document->text ||
        policy_parse(x->scratch, "policy", home.document->text, home.document->len, &r.policy,
                     &err))
        return;
    r.document = fix_read(home.document);
    if (!r.document)
        return;
    repair_document(&r);
    if (is_right(&r, x->f->check, m->s->index)) {
        fix_put(x, &home, r.about, "", r.document, m->s->index);
        return;
    }
    cJSON_Delete(r.document);
    fix_steps(x,
              "The statement asks for more than MFA, so that no change of the test alone mends it: "
              "give MFA a Deny of its own, {\"BoolIfExists\": {\"aws:MultiFactorAuthPresent\": "
              "\"false\"}}, and leave the other conditions in another.",
              NULL);
}

/* --- iam.mfa_conditions_satisfiable -------------------------------------------------------------
 */

#define ROLES_MOST 20

/* Of a role's inline policy: an Allow that asks nobody, or no Deny. */
static void without_question(struct fixing *x, const struct fix_home *home,
                             const struct mfa_statement *m)
{
    cJSON *document = fix_read(home->document), *list, *s;

    if (!document)
        return;
    s = fix_statement(document, m->s->index);
    list = json_edit(document, "Statement");
    if (m->s->allow)
        (void)fix_unask(x->scratch, s);
    else if (cJSON_IsArray(list) && json_count(list) > 1)
        cJSON_DeleteItemFromArray(list, (int)m->s->index);
    else {
        cJSON_Delete(document);
        fix_cli(x, "The policy holds nothing but this Deny.",
                "aws iam delete-role-policy --role-name {} --policy-name {}", home->holder->name,
                home->name, NULL);
        return;
    }
    fix_put(x, home,
            m->s->allow ? "the test of MFA is gone from the statement; whether people entered with "
                          "MFA is the trust policy's to ask, or the identity provider's."
                        : "the Deny is gone; whether people entered with MFA is the trust policy's "
                          "to ask.",
            "", document, m->s->allow ? m->s->index : 0);
}

/* A role that Identity Center made cannot be changed in IAM: its permission set is. */
static void permission_set(struct fixing *x, const struct fix_home *home,
                           const struct mfa_statement *m)
{
    const struct permission_set *set = role_permission_set(x->c->model, home->holder);
    const char *instance = x->c->model->center_count == 1 ? x->c->model->centers[0].arn : NULL;
    cJSON *document = fix_read(home->document);
    const char *file;

    if (!document)
        return;
    (void)fix_unask(x->scratch, fix_statement(document, m->s->index));
    file = fix_document(x,
                        "the inline policy of the permission set, without a test of MFA that no "
                        "session of its roles can pass; ask for MFA at Identity Center's sign-in.",
                        "", document);
    if (file && set && instance)
        fix_cli(x, "In the account of Identity Center. All accounts of the set change.",
                "aws sso-admin put-inline-policy-to-permission-set --instance-arn {} "
                "--permission-set-arn {} --inline-policy file://{}\n"
                "aws sso-admin provision-permission-set --instance-arn {} --permission-set-arn {} "
                "--target-type ALL_PROVISIONED_ACCOUNTS",
                instance, set->arn, file, instance, set->arn, NULL);
    else if (file)
        fix_cli(x, "In the account of Identity Center. All accounts of the set change.",
                "aws sso-admin put-inline-policy-to-permission-set --instance-arn <INSTANCE-ARN> "
                "--permission-set-arn <PERMISSION-SET-ARN> --inline-policy file://{}\n"
                "aws sso-admin provision-permission-set --instance-arn <INSTANCE-ARN> "
                "--permission-set-arn <PERMISSION-SET-ARN> --target-type ALL_PROVISIONED_ACCOUNTS",
                file, NULL);
}

static void detach_from_roles(struct fixing *x, const struct mfa_statement *m,
                              const struct fix_home *home)
{
    fix_steps(x,
              "Roles and users share this policy, and sessions of roles can never pass the test: "
              "keep it for users, and ask where roles are entered.",
              NULL);
    for (size_t i = 0; i < m->holders->role_count && i < ROLES_MOST; i++) {
        const struct principal *role = m->holders->roles[i];

        if (role->boundary_arn && strcmp(role->boundary_arn, home->arn) == 0)
            fix_cli(x, "A boundary limits the role; give it another one without the test.",
                    "aws iam put-role-permissions-boundary --role-name {} "
                    "--permissions-boundary <POLICY-ARN>",
                    role->name, NULL);
        else
            fix_cli(x,
                    "Takes all of the policy from the role: attach what it still needs under "
                    "another policy first.",
                    "aws iam detach-role-policy --role-name {} --policy-arn {}", role->name,
                    home->arn, NULL);
    }
}

void fix_only_users(struct fixing *x, cJSON *statement)
{
    cJSON *who = cJSON_CreateArray();
    const char *partition = x->c->account->partition;

    cJSON_AddItemToArray(
        who, cJSON_CreateString(arena_printf(x->scratch, "arn:%s:iam::*:user/*", partition)));
    cJSON_AddItemToArray(
        who, cJSON_CreateString(arena_printf(x->scratch, "arn:%s:iam::*:root", partition)));
    fix_condition(statement, "ArnLike", "aws:PrincipalArn", who);
}

static bool names_caller(const struct statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (strcmp(s->conditions[i].key, "aws:principalarn") == 0)
            return true;
    return false;
}

/* A policy of the organisation: it is to ask users and root alone. */
static void ask_only_users(struct fixing *x, const struct fix_home *home,
                           const struct mfa_statement *m)
{
    cJSON *document = names_caller(m->s) ? NULL : fix_read(home->document);

    if (!document) {
        fix_steps(x,
                  "The statement names callers by aws:PrincipalArn already: take the roles out of "
                  "those it denies, or end the pattern at user/*.",
                  NULL);
        return;
    }
    fix_only_users(x, fix_statement(document, m->s->index));
    fix_put(x, home,
            arena_printf(x->arena,
                         "/Statement/%zu asks IAM users and root only, who can present MFA",
                         m->s->index),
            "", document, m->s->index);
}

static void satisfiable(struct fixing *x)
{
    const struct mfa_statement *m = statement_of(x);
    struct fix_home home;

    if (!m || !fix_home_of(x, &home))
        return;
    if (m->home == HOME_TRUST)
        fix_trust(x);
    else if (m->home == HOME_ORGANIZATION)
        ask_only_users(x, &home, m);
    else if (home.place == PLACE_ROLE && role_is_reserved(home.holder))
        permission_set(x, &home, m);
    else if (home.place == PLACE_ROLE)
        without_question(x, &home, m);
    else
        detach_from_roles(x, m, &home);
}

static const struct fix rows[] = {
    {"iam.mfa_policy_condition_effective", statement},
    {"iam.mfa_policy_exemptions_minimal", statement},
    {"iam.mfa_policy_resources_complete", statement},
    {"iam.mfa_conditions_satisfiable", satisfiable},
};
const struct fix_list statement_fixes = {rows, sizeof rows / sizeof *rows};
