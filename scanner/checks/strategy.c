/* strategy.c - the composite: is MFA enforced as a whole? Explained by its parts. */
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "checks/check.h"

/* In what order MFA is brought in. */
enum phase { PHASE_FIRST, PHASE_EVERYBODY, PHASE_KEPT, PHASES };

static const char *const phases[PHASES] = {
    "First root and administrators",
    "Then everybody who signs in",
    "And that it stays so",
};

/* Its parts: the ten core checks and four more. */
static const struct part_row {
    const char *check;
    enum phase phase;
} parts[] = {
    {"iam.root_mfa_enabled", PHASE_FIRST},
    {"iam.root_access_keys_absent", PHASE_FIRST},
    {"iam.root_sign_in_with_mfa", PHASE_FIRST},
    {"iam.admin_users_mfa", PHASE_FIRST},
    {"iam.privileged_actions_require_mfa", PHASE_FIRST},
    {"iam.role_trust_requires_mfa", PHASE_FIRST},
    {"iam.mfa_control_actions_guarded", PHASE_FIRST},
    {"iam.users_without_mfa", PHASE_EVERYBODY},
    {"iam.users_mfa_enforced", PHASE_EVERYBODY},
    {"federation.saml_mfa_attested", PHASE_EVERYBODY},
    {"federation.identity_center_mfa", PHASE_EVERYBODY},
    {"iam.users_onboarding_mfa", PHASE_KEPT},
    {"iam.leavers_removed", PHASE_KEPT},
    {"governance.exceptions_current", PHASE_KEPT},
};
#define PARTS (sizeof parts / sizeof *parts)
#define NAMES_SHOWN 3 /* of the resources of a part that are open */

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
    struct strbuf observed;     /* every part that has resources, by its id */
    struct strbuf open[PHASES]; /* what is open of a phase, in words */
    size_t passing[PHASES], judged[PHASES];
    const char *next;               /* the first part that is open and not waived; NULL: none */
    size_t by_status[STATUS_COUNT]; /* of the parts, each by its worst */
    enum status status;
    struct part parts[PARTS];
};

static bool all_waived(const struct part *p)
{
    return p->by_status[STATUS_FAIL] > 0 && p->waived == p->by_status[STATUS_FAIL];
}

/* "sample-user-02, sample-user-07, sample-user-11 and 4 more" */
static void add_names(struct strbuf *sb, const struct checking *c, const char *check,
                      enum status status, size_t count)
{
    size_t shown = 0;

    for (size_t i = c->first; i < c->out->count && shown < NAMES_SHOWN; i++) {
        const struct finding *f = &c->out->at[i];

        if (f->status != status || strcmp(f->check, check) != 0)
            continue;
        strbuf_addf(sb, "%s%s", shown ? ", " : "",
                    text_shown(&c->out->arena, *f->name ? f->name : f->resource));
        shown++;
    }
    if (count > shown)
        strbuf_addf(sb, " and %zu more", count - shown);
}

static void tell_open(struct story *s, const struct checking *c, const struct part_row *row,
                      const struct part *p, enum status status)
{
    struct strbuf *sb = &s->open[row->phase];
    const char *waived = all_waived(p) ? ", waived" : "";

    strbuf_addf(&s->observed, " (%zu of %zu%s)", p->by_status[status], p->judged, waived);
    strbuf_addf(sb, "%s«%s» %s for %zu of %zu%s: ", sb->len ? "; " : "",
                check_find(row->check)->title, status_name(status), p->by_status[status], p->judged,
                waived);
    add_names(sb, c, row->check, status, p->by_status[status]);
    if (!s->next && !all_waived(p))
        s->next = row->check;
}

static void tell_part(struct story *s, const struct checking *c, const struct part_row *row,
                      const struct part *p)
{
    enum status status = status_worst(p->by_status);

    s->by_status[status]++;
    if (status == STATUS_NOT_APPLICABLE) /* without resources: no say */
        return;
    strbuf_addf(&s->observed, "%s%s %s", s->observed.len ? "; " : "", row->check,
                status_name(status));
    s->judged[row->phase]++;
    if (status == STATUS_PASS)
        s->passing[row->phase]++;
    else
        tell_open(s, c, row, p, status);
}

static void tell_story(const struct checking *c, struct story *s)
{
    for (size_t i = 0; i < PARTS; i++) {
        count_part(c, parts[i].check, &s->parts[i]);
        tell_part(s, c, &parts[i], &s->parts[i]);
    }
    s->status = status_worst(s->by_status);
}

/* "First root and administrators: 5 of 7 parts pass; open: ... Then everybody ..." */
static const char *story_text(const struct story *s, struct arena *arena)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(65536);

    for (int phase = 0; phase < PHASES; phase++) {
        const char *end = sb.len ? ". " : "";

        if (s->judged[phase] == 0)
            strbuf_addf(&sb, "%s%s: nothing to judge", end, phases[phase]);
        else
            strbuf_addf(&sb, "%s%s: %zu of %zu part%s pass%s%s%s", end, phases[phase],
                        s->passing[phase], s->judged[phase], s->judged[phase] == 1 ? "" : "s",
                        s->judged[phase] == 1 ? "es" : "", s->open[phase].len ? "; open: " : "",
                        s->open[phase].len ? s->open[phase].buf : "");
    }
    if (s->next)
        strbuf_addf(&sb, ". Next in order: «%s» (%s)", check_find(s->next)->title, s->next);
    return arena_strdup(arena, sb.buf);
}

static void story_free(struct story *s)
{
    strbuf_free(&s->observed);
    for (int phase = 0; phase < PHASES; phase++)
        strbuf_free(&s->open[phase]);
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
    struct story s = {.observed = STRBUF_INIT(65536)};
    struct finding *f;

    for (int phase = 0; phase < PHASES; phase++)
        s.open[phase] = (struct strbuf)STRBUF_INIT(65536);
    tell_story(c, &s);
    f = verdict(c, s.status, c->account->id, c->account->id, "%s",
                s.status == STATUS_NOT_APPLICABLE ? "no part has a resource in this account"
                                                  : story_text(&s, &c->out->arena));
    if (s.status == STATUS_FAIL)
        f->waiver = common_waiver(&s);
    cite_parts(c, f, &s);
    observed(c, f, "%s", s.observed.buf);
    story_free(&s);
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
