/* plan.c - what is tested, and what the evaluator says of the caller beforehand. */
#include <stdlib.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "checks/entries.h"
#include "policy/enforcement.h"
#include "trial/trial.h"

/* Sessions are asked for with this policy, so that one that is given all the same can do nothing.
 * It limits the session and has no part in whether it is given (STS API reference, AssumeRole). */
#define POWERLESS                                                                 \
    "{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Deny\",\"Resource\":\"*\"}]," \
    "\"Version\":\"2012-10-17\"}"

/* EC2's calls. None of them would matter if it were done: a gateway and a network that nobody uses
 * and that cost nothing, and the deletion of a key that is not there. To add one: a row. */
static const struct dry_run {
    const char *operation, *action, *parameters, *resource; /* the last: of the ARN */
} dry_runs[] = {
    {"CreateInternetGateway", "ec2:createinternetgateway", "{\"DryRun\":\"true\"}",
     "internet-gateway/*"},
    {"CreateVpc", "ec2:createvpc", "{\"CidrBlock\":\"10.255.255.240/28\",\"DryRun\":\"true\"}",
     "vpc/*"},
    {"DeleteKeyPair", "ec2:deletekeypair",
     "{\"DryRun\":\"true\",\"KeyName\":\"reportgen-live-test\"}", "key-pair/reportgen-live-test"},
};
#define DRY_RUNS (sizeof dry_runs / sizeof *dry_runs)

struct planning {
    struct trial *t;
    const struct account *a;
    struct enforcement *e;
    struct identity identity;
    const char *doubt; /* why nothing can be telling; NULL: something can */
    struct arena scratch;
};

/* --- What the evaluator says --------------------------------------------------------------------
 */

/* `role` NULL: an action of EC2 on one resource. */
struct asked {
    const struct principal *role;
    const char *action, *resource;
};

static struct decided decide_for(struct planning *p, const struct asked *q, enum circumstance c)
{
    struct entrant from = {.who = &p->identity};
    struct request request = {.action = q->action, .resource = q->resource};

    if (q->role)
        return may_enter(p->e, &from, q->role, c, &p->scratch);
    circumstance_keys(&p->identity, c, &p->scratch, &request);
    return decide(p->identity.policies, &request, &p->scratch);
}

/* With MFA the caller would have to be let in whatever else is in the request, and in a session
 * without MFA refused as with the key; else the refusal may be for the sake of something else. */
static const char *doubt_of(struct planning *p, const struct asked *q, const struct decided *key,
                            const struct decided *mfa)
{
    struct arena *arena = &p->t->arena;

    if (key->decision == DECISION_UNSURE)
        return arena_printf(arena, "what the policies say without MFA is not understood: %s",
                            key->why ? key->why : "no reason");
    if (mfa->decision == DECISION_UNSURE)
        return arena_printf(arena, "what the policies say with MFA is not understood: %s",
                            mfa->why ? mfa->why : "no reason");
    if (mfa->decision != DECISION_ALLOWED)
        return "by the policies read the caller is refused with MFA too, so that a refusal says "
               "nothing about MFA";
    if (mfa->witness_count > 0)
        return arena_printf(arena,
                            "with MFA the caller is let in only under further conditions (%s), so "
                            "that a refusal may be for these",
                            mfa->witness[0].name);
    if (decide_for(p, q, CIRCUMSTANCE_CONSOLE).decision >= DECISION_UNSURE)
        return "by the policies read a session without MFA may be let in, so that the refusal may "
               "be of the access key";
    return p->doubt;
}

static struct trial_judged judge(struct planning *p, const struct asked *q)
{
    struct decided key = decide_for(p, q, CIRCUMSTANCE_KEY);
    struct decided mfa = decide_for(p, q, CIRCUMSTANCE_MFA);
    struct trial_judged j = {key.decision, mfa.decision, false, NULL};

    if (key.decision == DECISION_ALLOWED)
        j.why = arena_printf(&p->t->arena, "the policies let this caller in without MFA, %s",
                             decided_text(&key, &p->t->arena));
    else
        j.why = doubt_of(p, q, &key, &mfa);
    if (!j.why) {
        j.telling = true;
        j.why = arena_printf(&p->t->arena, "with MFA %s; without it %s",
                             decided_text(&mfa, &p->t->arena),
                             key.by ? decided_text(&key, &p->t->arena) : "nothing allows it");
    }
    arena_free(&p->scratch);
    return j;
}

/* --- The tests ----------------------------------------------------------------------------------
 */

static void add_test(struct planning *p, const struct trial_test *test)
{
    struct trial *t = p->t;
    struct trial_test *added = arena_push(&t->arena, t->tests, t->count);

    *added = *test;
    added->ask = added->judged.with_key != DECISION_ALLOWED;
    added->status = added->ask ? STATUS_UNKNOWN : STATUS_NOT_APPLICABLE;
    added->detail = added->ask ? "not asked yet" : added->judged.why;
    added->answer = (struct strbuf)STRBUF_INIT(LIMIT_ANSWER_BYTES);
}

static int session_parameters(struct trial *t, const char *role, const char **out,
                              struct error *err)
{
    cleanup_json cJSON *object = cJSON_CreateObject();
    cleanup_strbuf struct strbuf text = STRBUF_INIT(MIB);

    cJSON_AddStringToObject(object, "DurationSeconds", "900");
    cJSON_AddStringToObject(object, "Policy", POWERLESS);
    cJSON_AddStringToObject(object, "RoleArn", role);
    cJSON_AddStringToObject(object, "RoleSessionName", TRIAL_SESSION);
    if (json_canonical(object, &text, err) || strbuf_finish(&text, "AssumeRole", err))
        return -1;
    *out = arena_strdup(&t->arena, text.buf);
    return 0;
}

static const struct principal *role_of(const struct account *a, const char *arn)
{
    for (size_t i = 0; i < a->role_count; i++)
        if (strcmp(a->roles[i].arn, arn) == 0)
            return &a->roles[i];
    return NULL;
}

static int add_role(struct planning *p, const struct finding *f, struct error *err)
{
    struct asked q = {.role = role_of(p->a, f->resource)};
    struct trial_test test = {.service = "sts",
                              .operation = "AssumeRole",
                              .resource = arena_strdup(&p->t->arena, f->resource),
                              .finding = arena_strdup(&p->t->arena, f->id)};

    if (!q.role)
        return 0;
    if (session_parameters(p->t, test.resource, &test.parameters, err))
        return -1;
    test.judged = judge(p, &q);
    add_test(p, &test);
    return 0;
}

static void add_dry_run(struct planning *p, const struct dry_run *row)
{
    struct trial *t = p->t;
    struct asked q = {.action = row->action,
                      .resource = arena_printf(&p->scratch, "arn:%s:ec2:%s:%s:%s", t->partition,
                                               t->region, t->account, row->resource)};
    struct trial_test test = {.service = "ec2",
                              .operation = row->operation,
                              .parameters = row->parameters,
                              .resource = arena_strdup(&t->arena, q.resource)};

    q.resource = test.resource;
    test.judged = judge(p, &q);
    add_test(p, &test);
}

/* Telling ones first, then those that are asked, then the rest; by ARN. */
static int by_use(const void *a, const void *b)
{
    const struct trial_test *x = a, *y = b;

    if (x->judged.telling != y->judged.telling)
        return x->judged.telling ? -1 : 1;
    if (x->ask != y->ask)
        return x->ask ? -1 : 1;
    return strcmp(x->resource, y->resource);
}

static int add_roles(struct planning *p, const struct findings *found, size_t max,
                     struct error *err)
{
    struct trial *t = p->t;

    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->at[i].check, TRIAL_CHECK) == 0 && found->at[i].status == STATUS_PASS &&
            add_role(p, &found->at[i], err))
            return -1;
    if (t->count > 1)
        qsort(t->tests, t->count, sizeof *t->tests, by_use);
    if (t->count > max) {
        t->left_out = t->count - max;
        t->count = max;
    }
    return 0;
}

/* --- The caller ---------------------------------------------------------------------------------
 */

static int find_caller(struct trial *t, const struct account *a, struct error *err)
{
    for (size_t i = 0; i < a->user_count && !t->user; i++)
        if (strcmp(a->users[i].arn, t->caller_arn) == 0)
            t->user = &a->users[i];
    if (!data_complete(a, DATA_AUTHORIZATION) || !t->user)
        return fail(err, ERR_USAGE,
                    "%s: %s; without its policies no refusal could be told from another",
                    text_shown(&t->arena, t->caller_arn),
                    t->user ? "what it may do was not read whole" : "is not among the users read");
    if (strcmp(t->user->id, t->caller_id) != 0)
        return fail(err, ERR_USAGE, "%s: was made anew since the scan; scan again",
                    text_shown(&t->arena, t->caller_arn));
    return 0;
}

/* What holds for all tests alike. */
static const char *common_doubt(struct planning *p, const struct model *m)
{
    const char *scps = enforcement_unseen(p->e, POLICY_SERVICE_CONTROL);
    const char *rcps = enforcement_unseen(p->e, POLICY_RESOURCE_CONTROL);
    time_t age = clock_now() + p->t->clock_offset - m->taken_at;

    if (age > TRIAL_FRESH)
        return arena_printf(&p->t->arena,
                            "the policies were read %lld hours ago, and may be others now: scan "
                            "again",
                            (long long)age / 3600);
    if (scps || rcps)
        return arena_printf(&p->t->arena, "a policy of the organisation may be what refuses: %s",
                            scps ? scps : rcps);
    return NULL;
}

/* Keys of every request of the test that are certain. Clear text goes to loopback only, to a
 * server that stands in for AWS. */
static const struct request_key *certain_keys(struct trial *t, size_t *count)
{
    static const char *const yes[] = {"true"}, *const no[] = {"false"};
    const char **region = arena_new(&t->arena, const char *, 1);
    struct request_key *keys = arena_new(&t->arena, struct request_key, 3);

    *region = t->region;
    keys[0] = (struct request_key){"aws:requestedregion", region, 1};
    keys[1] = (struct request_key){"aws:securetransport", yes, 1};
    keys[2] = (struct request_key){"aws:viaawsservice", no, 1};
    *count = 3;
    return keys;
}

int trial_plan(struct trial *t, const struct model *m, const struct account *a,
               const struct findings *found, size_t max, struct error *err)
{
    struct planning p = {.t = t, .a = a, .e = enforcement_open(m, a, &t->arena)};

    if (find_caller(t, a, err))
        return -1;
    if (!t->region)
        t->region =
            partition_find(t->partition) ? partition_find(t->partition)->implied : "us-east-1";
    p.identity = enforcement_identity(p.e, t->user);
    p.identity.also = certain_keys(t, &p.identity.also_count);
    p.doubt = common_doubt(&p, m);
    if (add_roles(&p, found, max, err))
        return -1;
    for (size_t i = 0; i < DRY_RUNS; i++)
        add_dry_run(&p, &dry_runs[i]);
    for (size_t i = 0; i < t->count; i++)
        if (t->tests[i].ask)
            return 0;
    return fail(err, ERR_MISSING,
                "account %s: no role was judged to need MFA, and the policies let %s use EC2 "
                "without: there is nothing to test",
                t->account, text_shown(&t->arena, t->caller_arn));
}
