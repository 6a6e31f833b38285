/* reach.c - by password, devices and keys of a user. */
#include "checks/reach.h"

#include "checks/identity.h"

/* A fact of a user, and where the credential report tells of it. */
struct fact {
    struct known known;
    enum report_column column;
    const char *what;
};
struct facts {
    struct fact password, device, key;
};

static struct facts facts_of(const struct account *a, const struct principal *user)
{
    return (struct facts){
        .password = {known_password(a, user), REPORT_PASSWORD, "a console password"},
        .device = {known_device(a, user), REPORT_MFA, "an MFA device"},
        .key = {known_active_key(a, user), REPORT_KEY1, "an active access key"},
    };
}

static const char *not_known(struct checking *c, const struct principal *user,
                             const struct fact *fact)
{
    struct arena *arena = &c->out->arena;
    const struct data_status *why = fact->known.why;
    const char *at = c->account->report_info->generated_at;

    if (why)
        return arena_printf(arena, "whether there is %s is not known: %s", fact->what,
                            why->reason ? why->reason : "not read");
    if (!user->report)
        return arena_printf(arena,
                            "whether there is %s is not known: not in the credential report of %s",
                            fact->what, at ? at : "this account");
    return arena_printf(
        arena, "whether there is %s is not known: %s is neither true nor false in the report",
        fact->what, report_column_name(fact->column));
}

static void lack(struct checking *c, const struct principal *user, const struct fact *fact,
                 struct reach *r)
{
    r->open = not_known(c, user, fact);
    r->lacking = fact->known;
}

static void judge_kind(struct checking *c, const struct principal *user, const struct facts *f,
                       struct reach *r)
{
    const char *evidence = identity_machine_evidence(c->inputs, c->account, user, &c->out->arena);

    if (identity_activity(c->account, user) == ACTIVITY_IDLE) {
        r->is = USER_IDLE;
        r->kind = "idle: no console password and no active access key";
    } else if (evidence) {
        r->is = USER_MACHINE;
        r->kind = arena_printf(&c->out->arena, "a machine by %s", evidence);
    } else if (f->password.known.word == WORD_UNKNOWN) {
        r->is = USER_UNKNOWN;
        lack(c, user, &f->password, r);
    } else if (f->password.known.word == WORD_NO && f->key.known.word == WORD_UNKNOWN) {
        r->is = USER_UNKNOWN;
        lack(c, user, &f->key, r);
    }
}

static void judge_reach(struct checking *c, const struct principal *user, const struct facts *f,
                        struct reach *r)
{
    enum word password = f->password.known.word, device = f->device.known.word,
              key = f->key.known.word;

    if (key == WORD_YES)
        r->certain = WITHOUT_MFA;
    else if (password == WORD_YES && device == WORD_NO)
        r->certain = CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE);
    r->possible = r->certain;
    if (password != WORD_NO && device != WORD_YES)
        r->possible |= CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE);
    if (key == WORD_UNKNOWN)
        r->possible = WITHOUT_MFA;
    if (r->possible != r->certain && !r->open)
        lack(c, user, key == WORD_UNKNOWN ? &f->key : &f->device, r);
}

static const char *ways_of(struct checking *c, const struct principal *user, const struct facts *f)
{
    static const char *const keys[] = {"perhaps an active access key", "no active access key",
                                       "an active access key"};
    static const char *const passwords[] = {"perhaps a console password", "no console password",
                                            "a console password"};
    struct arena *arena = &c->out->arena;

    return arena_printf(arena, "%s, %s, %s", passwords[f->password.known.word],
                        identity_devices_text(c->account, user, arena), keys[f->key.known.word]);
}

struct reach reach_of(struct checking *c, const struct principal *user)
{
    struct facts facts = facts_of(c->account, user);
    struct reach r = {.is = USER_PERSON, .ways = ways_of(c, user, &facts)};

    judge_kind(c, user, &facts, &r);
    judge_reach(c, user, &facts, &r);
    return r;
}

void reach_add_stale(struct checking *c, const struct principal *user, struct reach *r)
{
    struct facts f = facts_of(c->account, user);
    enum word password = f.password.known.word, device = f.device.known.word,
              key = f.key.known.word;

    if (device == WORD_NO || (password == WORD_NO && key == WORD_NO))
        return;
    r->possible |= STALE_MFA;
    if (device == WORD_YES && (password == WORD_YES || key == WORD_YES))
        r->certain |= STALE_MFA;
    else if (!r->open)
        lack(c, user, device == WORD_UNKNOWN ? &f.device : &f.key, r);
}

const char *reach_names(unsigned circumstances)
{
    if (circumstances == (WITHOUT_MFA | STALE_MFA))
        return "with an access key, without MFA and with MFA of long ago";
    if (circumstances == (STALE_MFA | CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY)))
        return "with an access key and with MFA of long ago";
    if (circumstances == (STALE_MFA | CIRCUMSTANCE_BIT(CIRCUMSTANCE_CONSOLE)))
        return "without MFA and with MFA of long ago";
    if (circumstances == STALE_MFA)
        return circumstance_name(CIRCUMSTANCE_STALE);
    if (circumstances == WITHOUT_MFA)
        return "with an access key and without MFA";
    return circumstance_name(circumstances & CIRCUMSTANCE_BIT(CIRCUMSTANCE_KEY)
                                 ? CIRCUMSTANCE_KEY
                                 : CIRCUMSTANCE_CONSOLE);
}

void reach_observe(struct checking *c, struct finding *f, const struct principal *user,
                   const struct reach *reach)
{
    const char *reported = c->account->report_info->generated_at;

    observed(c, f, "%s%s%s", reach->ways, reported ? "; credential report of " : "",
             reported ? reported : "");
    identity_cite_password(c, f, user);
    identity_cite_devices(c, f, user);
    identity_cite_keys(c, f, user);
}

void reach_unknown(struct checking *c, const struct principal *user, const struct reach *reach,
                   const char *but)
{
    struct finding *f = verdict(c, STATUS_UNKNOWN, user->arn, user->name, "%s%s", but, reach->open);

    cite_status(c, f, reach->lacking.why);
    reach_observe(c, f, user, reach);
}

bool reach_excuses(struct checking *c, const struct principal *user, const struct reach *reach)
{
    if (reach->is == USER_UNKNOWN)
        reach_unknown(c, user, reach, "");
    else if (reach->is != USER_PERSON)
        reach_observe(c,
                      verdict(c, STATUS_NOT_APPLICABLE, user->arn, user->name, "%s", reach->kind),
                      user, reach);
    return reach->is != USER_PERSON;
}
