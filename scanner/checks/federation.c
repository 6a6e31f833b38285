/* federation.c - checks on entries from elsewhere: do SAML providers and IAM Identity Center ask
 * for MFA?
 *
 * No API of AWS tells. So these are MANUAL until a person attests it (attestations.yaml); what
 * CloudTrail has seen of Identity Center can contradict. Of a SAML provider's factors it sees
 * nothing. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "checks/period.h"
#include "model/federation.h"

/* --- SAML providers --------------------------------------------------------------------------- */

/* "idp.example.com, login.example.com" */
static const char *hosts_text(struct checking *c, const struct saml_provider *p)
{
    const char *text = "";

    for (size_t i = 0; i < p->metadata.host_count; i++)
        text = arena_printf(&c->out->arena, "%s%s%s", text, *text ? ", " : "",
                            text_shown(&c->out->arena, p->metadata.hosts[i]));
    return text;
}

/* "portal.sso.eu-central-1.amazonaws.com", in any partition that has Identity Center. */
static bool is_portal(const char *host)
{
    static const char *const suffixes[] = {".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"};
    static const char start[] = "portal.sso.";
    size_t len = strlen(host);

    if (strncmp(host, start, sizeof start - 1) != 0)
        return false;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t end = strlen(suffixes[i]);

        if (len > end && strcmp(host + len - end, suffixes[i]) == 0)
            return true;
    }
    return false;
}

/* Its name anybody can give; it signs in at AWS's own portal, too. */
static bool is_of_center(const struct saml_provider *p)
{
    bool at_portal = p->metadata.host_count > 0;

    for (size_t i = 0; i < p->metadata.host_count; i++)
        at_portal = at_portal && is_portal(p->metadata.hosts[i]);
    return p->of_identity_center && at_portal;
}

/* Why the instances that the home account sees are not known; NULL: they are. */
static const char *instances_unseen(const struct checking *c)
{
    const struct account *home = model_account(c->model, c->model->home);
    const struct data_status *s = home ? &home->data[DATA_IDENTITY_CENTER] : NULL;

    if (s && s->state == STATE_COMPLETE)
        return NULL;
    return s && s->reason ? s->reason : data_set_name(DATA_IDENTITY_CENTER);
}

/* What else is to be said with the verdict; or "". */
static const char *also_text(struct checking *c, const struct saml_provider *p)
{
    const struct data_status *s = &p->metadata_status;

    if (is_of_center(p))
        return "; it is that of IAM Identity Center, of which no instance is seen in this scan";
    if (s->state == STATE_COMPLETE)
        return "";
    return arena_printf(&c->out->arena, "; its metadata is not known: %s",
                        s->reason ? s->reason : "not read");
}

/* One whose word on MFA is all there is. */
static struct finding *judge_word(struct checking *c, const struct saml_provider *p,
                                  const char *hosts)
{
    const char *name = text_shown(&c->out->arena, p->name), *why;
    const struct attestation *a = vouched_for(c, p->arn, p->created ? p->created : "", &why);
    struct finding *f;

    if (!a)
        return verdict(c, STATUS_MANUAL, p->arn, name,
                       "whether the identity provider %s%sasks for MFA AWS does not see, and %s%s",
                       hosts, *hosts ? " " : "", why, also_text(c, p));
    f = verdict(c, STATUS_PASS, p->arn, name, "%s%s", vouched_text(c, a), also_text(c, p));
    attest(f, a);
    return f;
}

static void judge_saml(struct checking *c, const struct saml_provider *p)
{
    const char *hosts = hosts_text(c, p), *name = text_shown(&c->out->arena, p->name);
    const char *unseen = instances_unseen(c);
    bool center = is_of_center(p) && c->model->center_count > 0;
    struct finding *f;

    if (p->of_identity_center && p->metadata_status.state != STATE_COMPLETE)
        f = verdict(
            c, STATUS_UNKNOWN, p->arn, name,
            "named as IAM Identity Center names its provider, and whether it is that one is "
            "not known: %s",
            p->metadata_status.reason ? p->metadata_status.reason
                                      : data_set_name(DATA_SAML_METADATA));
    else if (center)
        f = verdict(c, STATUS_NOT_APPLICABLE, p->arn, name,
                    "the provider of IAM Identity Center, whose instance is judged by itself");
    else if (is_of_center(p) && unseen)
        f = verdict(c, STATUS_UNKNOWN, p->arn, name,
                    "the provider of IAM Identity Center, whose instances could not be listed: %s",
                    unseen);
    else
        f = judge_word(c, p, hosts);
    cite(c, f, p->source);
    cite(c, f, p->metadata_source);
    observed(c, f, "signs in at %s", *hosts ? hosts : "a host that is not known");
}

static void saml_mfa_attested(struct checking *c)
{
    const struct federation *f = federation_of(c->account);

    for (size_t i = 0; i < f->saml_count; i++)
        judge_saml(c, &f->saml[i]);
}

/* --- Identity Center -------------------------------------------------------------------------- */

static const char *const authentications[] = {"EventName=UserAuthentication"};
static const char verifications[] = "EventName=CredentialVerification";
/* Factors are verified before the sign-in, within the life of its page. */
#define WORKFLOW_SECONDS 3600

/* Is every factor of the list, "PASSWORD,TOTP", a password? No list: it tells of none. */
static bool is_password_alone(const char *types)
{
    bool password = false;

    while (types && *types) {
        size_t len = strcspn(types, ", ");

        if (len > 0 && (len != 8 || strncmp(types, "PASSWORD", 8) != 0))
            return false;
        password = password || len > 0;
        types += len + (types[len] != '\0');
    }
    return password;
}

static bool is_failure(const struct event *e)
{
    return e->outcome && text_icmp(e->outcome, "Failure") == 0;
}

/* Was anything but a password verified in the sign-in's workflow? */
static bool has_other_factor(const struct events *events, const struct event *sign_in)
{
    for (size_t i = 0; sign_in->workflow && i < events->count; i++) {
        const struct event *e = &events->at[i];

        if (e->workflow && strcmp(e->workflow, sign_in->workflow) == 0 &&
            strcmp(e->name, "CredentialVerification") == 0 && e->credential_type &&
            !is_password_alone(e->credential_type) && !is_failure(e))
            return true;
    }
    return false;
}

static bool is_success(const struct event *e)
{
    return e->outcome && text_icmp(e->outcome, "Success") == 0;
}

/* Are all factors of this sign-in known? */
static bool workflow_is_known(struct checking *c, const struct event *e, const char **why)
{
    time_t from = e->time - WORKFLOW_SECONDS;

    if (!e->workflow) {
        *why = "the sign-in names no workflow, so that its factors cannot be joined";
        return false;
    }
    if (from < c->model->period_from)
        from = c->model->period_from;
    return events_known(c->account->events, e->region, verifications, from, e->time, &c->out->arena,
                        why);
}

/* What the events of an instance's region say. */
struct heard {
    const struct event *alone; /* the newest sign-in by password alone */
    size_t alone_count, count;
    const char *unsure; /* why another may be one */
};

static void hear(struct checking *c, const struct identity_center *center, struct heard *h)
{
    const struct events *events = c->account->events;

    for (size_t i = 0; events && i < events->count; i++) {
        const struct event *e = &events->at[i];

        if (strcmp(e->name, "UserAuthentication") != 0 || strcmp(e->region, center->region) != 0 ||
            is_failure(e))
            continue;
        h->count++;
        if (!is_success(e)) {
            h->unsure = "a sign-in does not say whether it succeeded";
        } else if (!e->credential_type) {
            h->unsure = "a sign-in does not say by which factors";
        } else if (is_password_alone(e->credential_type) && !has_other_factor(events, e)) {
            if (!workflow_is_known(c, e, &h->unsure))
                continue;
            h->alone = e;
            h->alone_count++;
        }
    }
}

/* Seen beats said: an attestation does not help, and is named. */
static struct finding *center_contradicted(struct checking *c, const struct identity_center *center,
                                           const struct heard *h, const struct attestation *a)
{
    char when[CLOCK_TEXT];
    struct arena *arena = &c->out->arena;
    struct finding *f =
        verdict(c, STATUS_FAIL, center->arn, "",
                "%zu of %zu sign-ins %s needed a password alone, the last on %s; event %s%s%s",
                h->alone_count, h->count, period_text(c), clock_format_minute(h->alone->time, when),
                text_shown(arena, h->alone->id), a ? "; it contradicts what " : "",
                a ? vouched_text(c, a) : "");

    cite(c, f, h->alone->where);
    return f;
}

/* Name for people: instances have none unless somebody gave them one. */
static const char *center_name(struct checking *c, const struct identity_center *center)
{
    const char *slash = strrchr(center->arn, '/');

    return text_shown(&c->out->arena, center->name && *center->name ? center->name
                                      : slash                       ? slash + 1
                                                                    : center->arn);
}

static void judge_center(struct checking *c, const struct identity_center *center)
{
    const struct model *m = c->model;
    struct heard h = {.alone = NULL};
    const char *why = NULL, *unvouched;
    const struct attestation *a = vouched_for(c, center->arn, NULL, &unvouched);
    struct finding *f;

    hear(c, center, &h);
    if (!h.alone && !events_known(c->account->events, center->region, authentications[0],
                                  m->period_from, m->period_to, &c->out->arena, &why))
        h.unsure = why;
    if (h.alone)
        f = center_contradicted(c, center, &h, a);
    else if (h.unsure)
        f = verdict(c, STATUS_UNKNOWN, center->arn, "",
                    "whether anybody signed in by password alone "
                    "is not known%s: %s",
                    a ? ", which could contradict the attestation" : "", h.unsure);
    else if (a)
        f = verdict(c, STATUS_PASS, center->arn, "", "%s; none of %zu sign-ins %s contradicts",
                    vouched_text(c, a), h.count, period_text(c));
    else
        f = verdict(c, STATUS_MANUAL, center->arn, "",
                    "whether it asks everybody for MFA AWS does not tell, and %s; none of %zu "
                    "sign-ins %s contradicts",
                    unvouched, h.count, period_text(c));
    if (f->status == STATUS_PASS)
        attest(f, a);
    f->name = center_name(c, center);
    cite(c, f, center->source);
    if (c->account->events)
        period_cite(c, f, &(struct questions){authentications, 1, false});
    observed(c, f, "sign-ins: %zu, by password alone: %zu", h.count, h.alone_count);
}

/* A role that Identity Center made in the account; NULL: there is none. */
static const struct principal *reserved_role(const struct account *a)
{
    for (size_t i = 0; i < a->role_count; i++)
        if (role_is_reserved(&a->roles[i]))
            return &a->roles[i];
    return NULL;
}

/* Instances are asked for at home, and judged there once. */
static void identity_center_mfa(struct checking *c)
{
    const struct model *m = c->model;
    const struct principal *role = reserved_role(c->account);

    if (strcmp(c->account->id, m->home) != 0) {
        (void)verdict(c, STATUS_NOT_APPLICABLE, c->account->id, c->account->id,
                      "IAM Identity Center is judged in account %s, from which it was asked",
                      m->home);
        return;
    }
    for (size_t i = 0; i < m->center_count; i++)
        judge_center(c, &m->centers[i]);
    if (!data_complete(c->account, DATA_IDENTITY_CENTER))
        unknown_because(c, c->account->id, c->account->id, &c->account->data[DATA_IDENTITY_CENTER]);
    else if (m->center_count == 0 && role)
        cite(c,
             verdict(c, STATUS_UNKNOWN, c->account->id, c->account->id,
                     "IAM Identity Center made the role %s, and its instance is not seen from this "
                     "account and these regions",
                     text_shown(&c->out->arena, role->name)),
             role->source);
}

static const struct check rows[] = {
    {
        .id = "federation.saml_mfa_attested",
        .title = "MFA at SAML providers is attested",
        .severity = SEVERITY_HIGH,
        .tier = TIER_FEDERATED,
        .layer = LAYER_DESIGN,
        .core = true,
        .subject = SUBJECT_PROVIDER,
        .needs = DATA_BIT(DATA_SAML_PROVIDERS) | DATA_BIT(DATA_SAML_METADATA),
        .handles = DATA_BIT(DATA_SAML_METADATA),
        .passes_when = "a current attestation says that the provider asks for MFA",
        .why = "Who comes by SAML has been let in by another system. AWS sees its word and not its "
               "factors, and no policy of AWS's can ask for more.",
        .action = "Have MFA attested for",
        .noun = "SAML provider",
        .nouns = "SAML providers",
        .run = saml_mfa_attested,
    },
    {
        .id = "federation.identity_center_mfa",
        .title = "IAM Identity Center asks for MFA",
        .severity = SEVERITY_HIGH,
        .tier = TIER_FEDERATED,
        .layer = LAYER_DESIGN | LAYER_OPERATION,
        .core = true,
        .subject = SUBJECT_INSTANCE,
        .needs = DATA_BIT(DATA_IDENTITY_CENTER) | DATA_BIT(DATA_EVENTS),
        .handles = DATA_BIT(DATA_IDENTITY_CENTER) | DATA_BIT(DATA_EVENTS),
        .passes_when = "a current attestation says that it asks for MFA, and nobody signed in by "
                       "password alone in the period",
        .why = "One sign-in there opens every account that is assigned. Its MFA settings are in no "
               "API, so what people say of them is held against the sign-ins that were seen.",
        .action = "Require MFA at every sign-in of",
        .noun = "instance",
        .nouns = "instances",
        .run = identity_center_mfa,
    },
};
const struct check_list federation_checks = {rows, sizeof rows / sizeof *rows};
