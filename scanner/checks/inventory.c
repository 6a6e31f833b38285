/* inventory.c - is every entry from elsewhere known, and somebody's? What the account has and what
 * its roles trust is listed; who owns it a person attests, for the account as a whole. */
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "checks/check.h"
#include "model/federation.h"
#include "policy/document.h"

/* Entries being listed. */
struct roll {
    struct checking *c;
    struct strbuf list, missing;
    size_t count, missing_count;
    const struct principal *unread; /* a role whose trust policy cannot be read */
    struct source missing_at;       /* the first role that trusts what is not there */
    time_t newest;                  /* when the newest was made; of `made` */
    const char *made;               /* "": of one it is not known */
};

/* An attestation vouches for what was there when it was made. */
static void note_made(struct roll *r, const char *made)
{
    time_t at;

    if (!made || !clock_parse(made, &at)) {
        r->made = "";
    } else if (!r->made || (*r->made && at > r->newest)) {
        r->made = made;
        r->newest = at;
    }
}

static void list_entry(struct roll *r, const char *kind, const char *name, const char *made)
{
    note_made(r, made);
    strbuf_addf(&r->list, "%s%s %s", r->count++ ? ", " : "", kind,
                text_shown(&r->c->out->arena, name));
}

static bool is_listed(const struct account *a, const char *arn)
{
    return federation_saml(a, arn) || federation_oidc(a, arn);
}

/* A provider of the role's trust policy: listed above, AWS's own (cognito-identity.amazonaws.com,
 * accounts.google.com and others need no provider), or nowhere. */
static void note_trusted(struct roll *r, const struct principal *role, const char *provider)
{
    if (strncmp(provider, "arn:", 4) != 0) {
        list_entry(r, "web identity of", provider, role->created);
        return;
    }
    if (is_listed(r->c->account, provider))
        return;
    if (r->missing_count++ == 0)
        r->missing_at = role->trust.source;
    strbuf_addf(&r->missing, "%s%s by role %s", r->missing_count > 1 ? ", " : "",
                text_shown(&r->c->out->arena, provider), text_shown(&r->c->out->arena, role->name));
}

static void note_role(struct roll *r, const struct principal *role)
{
    struct arena scratch = {0};
    struct policy trust = {.count = 0};
    struct error ignored = {0};

    if (!role->trust.text ||
        policy_parse(&scratch, "trust", role->trust.text, role->trust.len, &trust, &ignored))
        r->unread = role;
    for (size_t s = 0; s < trust.count; s++)
        for (size_t p = 0; trust.statements[s].allow && p < trust.statements[s].principal_count;
             p++)
            if (trust.statements[s].principals[p].kind == PRINCIPAL_FEDERATED)
                note_trusted(r, role, trust.statements[s].principals[p].value);
    arena_free(&scratch);
}

static void note_entries(struct roll *r)
{
    const struct account *a = r->c->account;
    const struct federation *f = federation_of(a);

    for (size_t i = 0; i < f->saml_count; i++)
        list_entry(r, "SAML provider", f->saml[i].name, f->saml[i].created);
    for (size_t i = 0; i < f->oidc_count; i++)
        list_entry(r, "OIDC provider", f->oidc[i].url ? f->oidc[i].url : f->oidc[i].arn,
                   f->oidc[i].created);
    for (size_t i = 0; i < a->role_count; i++)
        note_role(r, &a->roles[i]);
}

static void cite_entries(struct checking *c, struct finding *f)
{
    const struct federation *federation = federation_of(c->account);

    for (size_t i = 0; i < federation->saml_count; i++)
        cite(c, f, federation->saml[i].source);
    for (size_t i = 0; i < federation->oidc_count; i++)
        cite(c, f, federation->oidc[i].source);
}

/* All that is trusted is there. Whose is it? */
static struct finding *judge_owners(struct roll *r)
{
    struct checking *c = r->c;
    const char *id = c->account->id, *why, *entries = r->count == 1 ? "entry" : "entries";
    const struct attestation *a = vouched_for(c, id, r->made, &why);
    struct finding *f;

    if (!a)
        return verdict(c, STATUS_MANUAL, id, id,
                       "%zu federated %s, of which AWS knows no owner, and %s: %s", r->count,
                       entries, why, r->list.buf);
    f = verdict(c, STATUS_PASS, id, id, "%zu federated %s; %s: %s", r->count, entries,
                vouched_text(c, a), r->list.buf);
    attest(f, a);
    return f;
}

static void entry_points_inventoried(struct checking *c)
{
    struct roll r = {.c = c, .list = STRBUF_INIT(MIB), .missing = STRBUF_INIT(MIB)};
    const char *id = c->account->id;
    struct finding *f = NULL;

    note_entries(&r);
    if (r.missing_count > 0)
        f = verdict(
            c, STATUS_FAIL, id, id,
            "a provider is trusted that the account does not have, so that whoever makes one "
            "of that name gets in: %s",
            r.missing.buf);
    else if (r.unread)
        f = verdict(c, STATUS_UNKNOWN, id, id, "the trust policy of role %s cannot be read",
                    text_shown(&c->out->arena, r.unread->name));
    else if (r.count > 0)
        f = judge_owners(&r);
    else
        f = verdict(c, STATUS_NOT_APPLICABLE, id, id, "the account has no federated entry");
    cite_entries(c, f);
    cite(c, f, r.missing_at);
    observed(c, f, "entries: %zu%s%s", r.count, r.count ? ": " : "", r.count ? r.list.buf : "");
    strbuf_free(&r.list);
    strbuf_free(&r.missing);
}

static const struct check rows[] = {
    {
        .id = "federation.entry_points_inventoried",
        .title = "Federated entries are known and owned",
        .severity = SEVERITY_LOW,
        .tier = TIER_FEDERATED,
        .layer = LAYER_POPULATION,
        .subject = SUBJECT_ACCOUNT,
        .needs = DATA_BIT(DATA_AUTHORIZATION) | DATA_BIT(DATA_SAML_PROVIDERS) |
                 DATA_BIT(DATA_OIDC_PROVIDERS),
        .passes_when = "every provider that is trusted exists, and its owner is attested",
        .why = "An entry that nobody owns is an entry that nobody closes when its provider is "
               "replaced, sold or broken into.",
        .action = "Clear up the federated entries of",
        .noun = "account",
        .nouns = "accounts",
        .run = entry_points_inventoried,
    },
};
const struct check_list inventory_checks = {rows, sizeof rows / sizeof *rows};
