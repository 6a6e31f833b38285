/* strategy.c - the composite: is MFA enforced as a whole? Explained by its parts. */
#include <string.h>

#include "base/strbuf.h"
#include "checks/check.h"

/* Its parts: the ten core checks and four more, in the order in which MFA is brought in: root and
 * administrators first, then every person, then what keeps it so. */
static const char *const parts[] = {
    "iam.root_mfa_enabled",
    "iam.root_access_keys_absent",
    "iam.root_sign_in_with_mfa",
    "iam.admin_users_mfa",
    "iam.privileged_actions_require_mfa",
    "iam.role_trust_requires_mfa",
    "iam.mfa_control_actions_guarded",
    "iam.users_without_mfa",
    "iam.users_mfa_enforced",
    "federation.saml_mfa_attested",
    "federation.identity_center_mfa",
    "iam.users_onboarding_mfa",
    "iam.leavers_removed",
    "governance.exceptions_current",
};
#define PARTS (sizeof parts / sizeof *parts)

struct part {
    size_t judged, by_status[STATUS_COUNT], waived;
    const struct waiver *waiver; /* of those that are valid, the one that ends first */
    const struct finding *first[STATUS_COUNT];
};

/* Days are written so that their texts are in their order. */
static const struct waiver *ends_first(const struct waiver *a, const struct waiver *b)
{
    return !a || (b && strcmp(b->expires, a->expires) < 0) ? b : a;
}

static void count_part(const struct checking *c, const char *check, struct part *out)
{
    for (size_t i = c->first; i < c->out->count; i++) {
        const struct finding *f = &c->out->at[i];

        if (strcmp(f->check, check) != 0)
            continue;
        if (!out->first[f->status])
            out->first[f->status] = f;
        out->by_status[f->status]++;
        if (finding_is_waived(f)) {
            out->waived++;
            out->waiver = ends_first(out->waiver, f->waiver);
        }
        out->judged += f->status != STATUS_NOT_APPLICABLE;
    }
}

struct story {
    struct strbuf judged;
    const char *next;               /* the first part that is open and not waived; NULL: none */
    size_t by_status[STATUS_COUNT]; /* of the parts, each by its worst */
    enum status status;
    struct part parts[PARTS];
};

static bool all_waived(const struct part *p)
{
    return p->by_status[STATUS_FAIL] > 0 && p->waived == p->by_status[STATUS_FAIL];
}

static void tell_part(struct story *s, const char *check, const struct part *p)
{
    enum status status = status_worst(p->by_status);

    s->by_status[status]++;
    if (status == STATUS_NOT_APPLICABLE) /* without resources: no say */
        return;
    strbuf_addf(&s->judged, "%s%s %s", s->judged.len ? "; " : "", check, status_name(status));
    if (status == STATUS_PASS)
        return;
    strbuf_addf(&s->judged, " (%zu of %zu%s)", p->by_status[status], p->judged,
                all_waived(p) ? ", waived" : "");
    if (!s->next && !all_waived(p))
        s->next = check;
}

static void tell_story(const struct checking *c, struct story *s)
{
    for (size_t i = 0; i < PARTS; i++) {
        count_part(c, parts[i], &s->parts[i]);
        tell_part(s, parts[i], &s->parts[i]);
    }
    s->status = status_worst(s->by_status);
}

/* The exception of the whole: when every FAIL of every part has a valid one, that which ends first.
 */
static const struct waiver *common_waiver(const struct story *s)
{
    const struct waiver *first = NULL;

    for (size_t i = 0; i < PARTS; i++) {
        if (s->parts[i].by_status[STATUS_FAIL] > 0 && !all_waived(&s->parts[i]))
            return NULL;
        if (s->parts[i].waiver)
            first = ends_first(first, s->parts[i].waiver);
    }
    return first;
}

/* The evidence of the composite: what the first deciding finding of each part rests on. */
static void cite_parts(struct checking *c, struct finding *f, const struct story *s)
{
    for (size_t i = 0; i < PARTS; i++) {
        const struct finding *first = s->parts[i].first[s->status];

        for (size_t e = 0; first && e < first->evidence_count; e++)
            cite(c, f, first->evidence[e]);
    }
}

static void mfa_enforcement_strategy(struct checking *c)
{
    struct story s = {.judged = STRBUF_INIT(65536)};
    struct finding *f;

    tell_story(c, &s);
    f = verdict(c, s.status, c->account->id, c->account->id, "%s%s%s",
                s.judged.len ? s.judged.buf : "no part has a resource in this account",
                s.next ? "; next in order: " : "", s.next ? s.next : "");
    if (s.status == STATUS_FAIL)
        f->waiver = common_waiver(&s);
    cite_parts(c, f, &s);
    observed(c, f, "%s", s.judged.buf);
    strbuf_free(&s.judged);
}

static const struct check rows[] = {
    {
        .id = "iam.mfa_enforcement_strategy",
        .title = "MFA is enforced as a whole",
        .severity = SEVERITY_MEDIUM,
        .tier = TIER_STANDARD,
        .layer = LAYER_DESIGN | LAYER_POPULATION | LAYER_OPERATION,
        .weightless = true,
        .subject = SUBJECT_ACCOUNT,
        .passes_when = "every part that has resources passes",
        .why = "MFA that covers some doors only moves the attack to the next one. This check reads "
               "the others together: root and administrators first, then everybody who signs in.",
        .action = "Close the failing parts in",
        .noun = "account",
        .nouns = "accounts",
        .run = mfa_enforcement_strategy,
    },
};
const struct check_list strategy_checks = {rows, sizeof rows / sizeof *rows};
