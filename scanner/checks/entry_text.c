/* entry_text.c - what trust policies name, and how decisions on entry are told. */
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "checks/entries.h"
#include "checks/quote.h"
#include "model/federation.h"
#include "policy/arn.h"

static bool is_account_id(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

/* "arn:P:sts::ACCOUNT:assumed-role/NAME/SESSION": the role, without its path, which is not in it.
 */
static const char *role_of_session(const struct arn_parts *parts, struct arena *arena)
{
    static const char begins[] = "assumed-role/";
    const char *name = parts->at[ARN_RESOURCE];

    if (!arn_part_is(parts, ARN_SERVICE, "sts") || strncmp(name, begins, sizeof begins - 1) != 0)
        return NULL;
    name += sizeof begins - 1;
    return arena_printf(arena, "arn:%.*s:iam::%.*s:role/%.*s", (int)parts->len[ARN_PARTITION],
                        parts->at[ARN_PARTITION], (int)parts->len[ARN_ACCOUNT],
                        parts->at[ARN_ACCOUNT], (int)strcspn(name, "/"), name);
}

struct outsider outsider_of(const char *principal, struct arena *arena)
{
    struct outsider out = {.is_whole_account = is_account_id(principal)};
    struct arn_parts parts;
    const char *role;

    if (out.is_whole_account)
        out.caller.account = principal;
    if (out.is_whole_account || !arn_split(principal, &parts))
        return out;
    out.caller.account = arena_strndup(arena, parts.at[ARN_ACCOUNT], parts.len[ARN_ACCOUNT]);
    if (!is_account_id(out.caller.account)) {
        out.caller.account = NULL;
        return out;
    }
    out.is_whole_account = arn_part_is(&parts, ARN_RESOURCE, "root");
    if (out.is_whole_account)
        return out;
    role = role_of_session(&parts, arena);
    out.caller.arn = role ? role : principal;
    out.is_role = role || arn_is_of_role(principal);
    out.is_reserved = strstr(principal, RESERVED_PATH) != NULL ||
                      strstr(principal, ":assumed-role/AWSReservedSSO_") != NULL;
    return out;
}

/* What the request itself fills in is agreed on by nobody: "${sts:ExternalId}" always holds. */
static bool are_fixed(const struct condition *c)
{
    for (size_t i = 0; i < c->value_count; i++)
        if (strstr(c->values[i], "${"))
            return false;
    return c->value_count > 0;
}

bool asks_for_external_id(const struct statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const struct condition *c = &s->conditions[i];

        if (strcmp(c->key, "sts:externalid") == 0 && c->comparison == COMPARE_STRING &&
            !c->negated && !c->if_exists && c->quantifier != QUANTIFIER_ALL && are_fixed(c))
            return true;
    }
    return false;
}

static void add_witness(struct strbuf *out, const struct request_key *key, bool first)
{
    strbuf_addstr(out, first ? " when " : " and ");
    text_add_shown(out, key->name, strlen(key->name));
    if (key->count == 0)
        strbuf_addstr(out, " is absent");
    if (key->count > 0 && quote_hides(key)) {
        strbuf_addstr(out, " is the one agreed on");
        return;
    }
    for (size_t i = 0; i < key->count; i++) {
        strbuf_addstr(out, i ? ", " : " is ");
        text_add_shown(out, key->values[i], strlen(key->values[i]));
    }
}

const char *decided_text(const struct decided *d, struct arena *arena)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(65536);

    if (!d->by || !d->statement)
        return "by no single statement";
    strbuf_addstr(&sb, "by statement ");
    if (d->statement->sid && *d->statement->sid)
        strbuf_addf(&sb, "«%s» ", text_shown(arena, d->statement->sid));
    strbuf_addf(&sb, "/Statement/%zu of %s", d->statement->index, text_shown(arena, d->by->name));
    for (size_t i = 0; d->decision == DECISION_ALLOWED && i < d->witness_count; i++)
        add_witness(&sb, &d->witness[i], i == 0);
    return arena_strdup(arena, sb.buf);
}

const char *unseen_text(const struct checking *c, bool own_caller)
{
    const char *scps =
        own_caller ? enforcement_unseen(c->enforcement, POLICY_SERVICE_CONTROL) : NULL;
    const char *rcps = enforcement_unseen(c->enforcement, POLICY_RESOURCE_CONTROL);

    return arena_printf(&c->out->arena, "%s%s%s%s", scps ? "; " : "", scps ? scps : "",
                        rcps ? "; " : "", rcps ? rcps : "");
}

const char *entry_aside_text(unsigned aside, struct arena *arena)
{
    static const struct {
        enum entry_aside bit;
        const char *text;
    } rows[] = {
        {ASIDE_SERVICE, "AWS services"},
        {ASIDE_PIPELINE, "pipelines or workloads by OIDC"},
        {ASIDE_FEDERATION, "federated sign-in, which is judged in its tier"},
        {ASIDE_THIRD_PARTY, "third parties with an ExternalId"},
        {ASIDE_MACHINE, "users that are machines"},
        {ASIDE_IDLE, "users that cannot sign in"},
        {ASIDE_DELETED, "principals that no longer exist"},
        {ASIDE_ROLES, "roles that no IAM user may enter"},
    };
    const char *text = NULL;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (aside & rows[i].bit)
            text = text ? arena_printf(arena, "%s; %s", text, rows[i].text) : rows[i].text;
    return text;
}
