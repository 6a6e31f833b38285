/* bench_policy.c - how fast policies are decided: single decisions, the privileges of all
 * identities of a large account, and every check over it.
 *
 * The numbers that were promised stand beside what was measured. Every fifth policy of the account
 * asks for MFA; users hold policies through four groups of many and some of their own, roles one to
 * three, so that most identities have a set of policies that nobody else has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/json.h"
#include "checks/check.h"
#include "evaluate.h"
#include "model/credentials.h"
#include "model/detective.h"
#include "model/events.h"
#include "policy/enforcement.h"

#define ACCOUNT "111122223333"
#define MFA_FALSE "\"Condition\":{\"BoolIfExists\":{\"aws:MultiFactorAuthPresent\":\"false\"}}"
#define MFA_TRUE "\"Condition\":{\"Bool\":{\"aws:MultiFactorAuthPresent\":\"true\"}}"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16 & 0x7fff;
}

/* --- One decision -------------------------------------------------------------------------------
 */

#define STATEMENTS 20
#define DECISIONS 1000000

static void parse_into(struct arena *arena, const char *text, struct policy_use *out)
{
    struct policy *p = arena_new(arena, struct policy, 1);
    struct error err = {0};

    if (policy_parse(arena, "bench", text, strlen(text), p, &err) != 0) {
        fprintf(stderr, "%s\n", err.msg);
        exit(1);
    }
    *out = (struct policy_use){p, "bench", {0}};
}

/* Twenty statements of three actions and three resources; the last but one allows, the last denies
 * without MFA. */
static void bench_decisions(void)
{
    struct arena arena = {0};
    struct policy_use use;
    char *text = arena_strdup(&arena, "");
    struct policies p = {0};
    const struct request_key keys[] = {
        {"aws:multifactorauthpresent", (const char *const[]){"true"}, 1},
        {"aws:multifactorauthage", (const char *const[]){"60"}, 1},
    };
    struct request r = {.action = "iam:createaccesskey",
                        .resource = "arn:aws:iam::" ACCOUNT ":user/alice",
                        .caller = {"arn:aws:iam::" ACCOUNT ":user/bob", "AIDABOB", ACCOUNT},
                        .keys = keys,
                        .key_count = 2};
    double began;
    size_t allowed = 0;

    for (int i = 0; i < STATEMENTS - 2; i++)
        text = arena_printf(&arena,
                            "%s{\"Effect\":\"Allow\",\"Action\":[\"s3:Get*\",\"ec2:Describe%d*\","
                            "\"iam:*MFADevice%d\"],\"Resource\":[\"arn:aws:s3:::bucket%d/*\","
                            "\"arn:aws:iam::*:user/team%d/*\",\"arn:aws:ec2:*:*:instance/*\"]},",
                            text, i, i, i, i);
    text = arena_printf(&arena,
                        "{\"Version\":\"2012-10-17\",\"Statement\":[%s{\"Effect\":\"Allow\","
                        "\"Action\":\"iam:Create*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\","
                        "\"Action\":\"*\",\"Resource\":\"*\"," MFA_FALSE "}]}",
                        text);
    parse_into(&arena, text, &use);
    p.identity = (struct policy_list){&use, 1};
    began = now();
    for (size_t i = 0; i < DECISIONS; i++) {
        struct arena scratch = {0};

        allowed += decide(&p, &r, &scratch).decision == DECISION_ALLOWED;
        arena_free(&scratch);
    }
    printf("decisions    %8.2f million/s of %d statements, uncached   (promised: 1 or more)\n",
           DECISIONS / (now() - began) / 1e6, STATEMENTS);
    if (allowed != DECISIONS)
        exit(1);
    arena_free(&arena);
}

/* --- An account ---------------------------------------------------------------------------------
 */

#define POLICIES 1500
#define GROUPS 300

/* Of ten policies one administers, two touch privileges, the others are ordinary work. */
static const char *document_of(struct arena *arena, unsigned i, unsigned *seed)
{
    static const char *const services[] = {"s3",  "ec2", "dynamodb", "lambda", "sqs",
                                           "sns", "kms", "logs",     "ecs",    "rds"};
    static const char *const privileged[] = {
        "\"iam:CreateAccessKey\",\"iam:PutUserPolicy\"", "\"iam:PassRole\",\"ec2:RunInstances\"",
        "\"iam:Attach*Policy\",\"iam:Create*\"", "\"cloudtrail:*\",\"organizations:*\""};
    char *text = arena_strdup(arena, "");

    for (unsigned s = 0; s < 4; s++) {
        const char *service = services[next(seed) % 10];

        text = arena_printf(arena,
                            "%s{\"Sid\":\"S%u\",\"Effect\":\"Allow\",\"Action\":[\"%s:Get*\","
                            "\"%s:List*\",\"%s:Describe*\",\"%s:Update%u*\",\"%s:Put%u\"],"
                            "\"Resource\":[\"arn:aws:%s:*:" ACCOUNT ":thing%u/*\","
                            "\"arn:aws:%s:::other-%u-*\"]},",
                            text, s, service, service, service, service, i, service, i, service, i,
                            service, i);
    }
    if (i % 10 == 0)
        text =
            arena_printf(arena, "%s{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"%s},",
                         text, i % 20 == 0 ? "," MFA_TRUE : "");
    else if (i % 10 < 3)
        text = arena_printf(arena,
                            "%s{\"Effect\":\"Allow\",\"Action\":[%s],\"Resource\":"
                            "[\"arn:aws:iam::" ACCOUNT ":*/team%u/*\",\"*\"]},",
                            text, privileged[next(seed) % 4], i % 50);
    if (i % 20 == 7 || i % 20 == 11 || i % 20 == 15)
        text = arena_printf(
            arena,
            "%s{\"Sid\":\"NoMFA\",\"Effect\":\"Deny\",\"NotAction\":["
            "\"iam:EnableMFADevice\",\"sts:GetSessionToken\"],\"Resource\":\"*\"," MFA_FALSE "},",
            text);
    return arena_printf(arena,
                        "{\"Version\":\"2012-10-17\",\"Statement\":[%s{\"Effect\":\"Allow\","
                        "\"Action\":\"sts:GetCallerIdentity\",\"Resource\":\"*\"}]}",
                        text);
}

static void attach(struct arena *arena, struct principal *p, const struct account *a, size_t count,
                   unsigned *seed)
{
    p->attached = arena_new(arena, struct attached_policy, count);
    p->attached_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct managed_policy *m = &a->policies[next(seed) % a->policy_count];

        p->attached[i] = (struct attached_policy){m->name, m->arn};
    }
}

static struct principal *principals(struct arena *arena, const char *kind, const char *prefix,
                                    size_t count)
{
    struct principal *out = arena_new(arena, struct principal, count);

    for (size_t i = 0; i < count; i++) {
        out[i].name = arena_printf(arena, "%s%05zu", kind, i);
        out[i].id = arena_printf(arena, "%s%016zu", prefix, i);
        out[i].arn = arena_printf(arena, "arn:aws:iam::" ACCOUNT ":%s/%s", kind, out[i].name);
        out[i].path = "/";
    }
    return out;
}

static void add_inline(struct arena *arena, struct principal *p, unsigned i, unsigned *seed)
{
    const char *text = document_of(arena, i, seed);

    p->inline_policies = arena_new(arena, struct document, 1);
    p->inline_policies[0] = (struct document){"own", text, strlen(text), {0}};
    p->inline_count = 1;
}

/* Of ten users seven have a password and a device, one of them a key besides; two have keys alone,
 * one of them a machine; one has a password and no device. */
static void give_credentials(struct arena *arena, struct principal *user, size_t i)
{
    static struct access_key active = {
        .id = "AKIAEXAMPLE", .created = "2026-10-01T00:00:00Z", .status = "Active", .active = true};
    static struct device device = {.serial = "arn:aws:iam::" ACCOUNT ":mfa/x"};
    static struct tag machine = {"type", "service"};
    static const struct data_status read = {STATE_COMPLETE, NULL, NULL};
    struct credentials *c = arena_new(arena, struct credentials, 1);

    *c = (struct credentials){.asked = ASKED_DEVICES | ASKED_LOGIN | ASKED_KEYS,
                              .login_status = read,
                              .has_login = i % 10 < 8,
                              .keys_status = read,
                              .keys = &active,
                              .key_count = i % 10 == 0 || i % 10 > 7};
    user->credentials = c;
    user->devices_status = read;
    user->devices = &device;
    user->device_count = i % 10 < 7;
    user->tags = &machine;
    user->tag_count = i % 10 == 9;
}

/* Roles that users, services and another account may assume, with MFA and without. */
static struct document trust_of(struct arena *arena, size_t i)
{
    static const char *const principals[] = {"\"AWS\":\"arn:aws:iam::" ACCOUNT ":root\"",
                                             "\"Service\":\"ec2.amazonaws.com\"",
                                             "\"AWS\":\"arn:aws:iam::444455556666:root\"",
                                             "\"AWS\":\"arn:aws:iam::" ACCOUNT ":role/role%05zu\""};
    const char *who = arena_printf(arena, principals[i % 4], i / 2);
    const char *text = arena_printf(
        arena,
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{%s},"
        "\"Action\":\"sts:AssumeRole\"%s}]}",
        who, i % 5 == 0 ? "," MFA_TRUE : "");

    return (struct document){"", text, strlen(text), {0}};
}

static struct account *build(struct arena *arena, size_t users, size_t roles, size_t group_sets)
{
    struct account *a = arena_new(arena, struct account, 1);
    unsigned seed = 1;

    *a = (struct account){.id = ACCOUNT, .partition = "aws", .included = true};
    a->policies = arena_new(arena, struct managed_policy, POLICIES);
    a->policy_count = POLICIES;
    for (unsigned i = 0; i < POLICIES; i++) {
        const char *text = document_of(arena, i, &seed);

        a->policies[i].name = arena_printf(arena, "policy%05u", i);
        a->policies[i].arn =
            arena_printf(arena, "arn:aws:iam::" ACCOUNT ":policy/%s", a->policies[i].name);
        a->policies[i].document = (struct document){"", text, strlen(text), {0}};
    }
    a->groups = principals(arena, "group", "AGPA", GROUPS);
    a->group_count = GROUPS;
    for (size_t i = 0; i < GROUPS; i++)
        attach(arena, &a->groups[i], a, 1 + next(&seed) % 3, &seed);
    a->users = principals(arena, "user", "AIDA", users);
    a->user_count = users;
    for (size_t i = 0; i < users; i++) {
        struct principal *u = &a->users[i];
        unsigned which = (unsigned)(i % group_sets) * 7 + 3;

        u->groups = arena_new(arena, const char *, 4);
        while (u->group_count < 1 + i % group_sets % 4)
            u->groups[u->group_count++] = a->groups[next(&which) % GROUPS].name;
        if (i % group_sets % 5 == 0) {
            which = (unsigned)(i % group_sets);
            attach(arena, u, a, 1, &which);
        }
        if (i % 50 == 0)
            add_inline(arena, u, 3 + (unsigned)i % 7, &seed);
        give_credentials(arena, u, i);
    }
    a->roles = principals(arena, "role", "AROA", roles);
    a->role_count = roles;
    for (size_t i = 0; i < roles; i++) {
        attach(arena, &a->roles[i], a, 1 + next(&seed) % 3, &seed);
        a->roles[i].trust = trust_of(arena, i);
    }
    return a;
}

/* --- All identities -----------------------------------------------------------------------------
 */

struct result {
    double seconds;
    size_t kinds, held;
};

static size_t count_held(struct enforcement *e, const struct principal *list, size_t count,
                         size_t *kinds)
{
    size_t held = 0;

    for (size_t i = 0; i < count; i++) {
        const struct privileges *p = privileges_of(e, &list[i]);

        held += p->count;
        *kinds += p->decided_with == p->identity.policies;
    }
    return held;
}

/* Users of `group_sets` different choices of groups. */
static struct result run_account(size_t users, size_t roles, size_t group_sets)
{
    struct arena arena = {0};
    struct model model = {.home = NULL};
    struct account *a = build(&arena, users, roles, group_sets);
    double began = now();
    struct enforcement *e = enforcement_open(&model, a, &arena);
    struct result out = {0, 0, 0};

    out.held = count_held(e, a->users, users, &out.kinds);
    out.held += count_held(e, a->roles, roles, &out.kinds);
    out.seconds = now() - began;
    arena_free(&arena);
    return out;
}

static void bench_account(size_t users, size_t roles, size_t group_sets, const char *promised)
{
    struct result r = run_account(users, roles, group_sets);

    printf("privileges   %8.3f s for %4zu users, %4zu roles, %d policies: %4zu kinds, %6zu held"
           "%s\n",
           r.seconds, users, roles, POLICIES, r.kinds, r.held, promised);
}

/* --- All checks ---------------------------------------------------------------------------------
 */

/* As `evaluate` does it: every check over the whole account, of which everything was read. */
static double bench_checks(size_t users, size_t roles, size_t group_sets, const char *promised)
{
    struct arena arena = {0};
    struct account *a = build(&arena, users, roles, group_sets);
    struct snapshot snapshot = {.mode = "accounts", .home = ACCOUNT};
    struct model model = {.home = ACCOUNT, .accounts = a, .account_count = 1};
    struct report report = {0};
    struct detective detective = {0};
    struct events events = {0};
    struct password_policy passwords = {.exists = true};
    struct findings found = {0};
    double began, seconds;

    a->report_info = &report;
    a->detective = &detective;
    a->events = &events;
    a->password_policy = &passwords;
    a->root_arn = "arn:aws:iam::" ACCOUNT ":root";
    for (int set = 0; set < DATA_COUNT; set++)
        a->data[set].state = STATE_COMPLETE;
    began = now();
    evaluate(&snapshot, &model, &found);
    seconds = now() - began;
    printf("%2zu checks    %8.3f s for %4zu users, %4zu roles, %d policies: %6zu findings%s\n",
           check_count(), seconds, users, roles, POLICIES, found.count, promised);
    findings_free(&found);
    arena_free(&arena);
    return seconds;
}

int main(void)
{
    struct rusage usage;
    double many, few;

    json_init();
    bench_decisions();
    bench_account(5000, 1500, 200, "   (promised: under 2 s)");
    bench_account(5000, 1500, 5000, "");
    bench_account(2500, 750, 2500, "");
    bench_account(1250, 375, 1250, "");
    (void)bench_checks(5000, 1500, 200, "   (promised: under 2 s)");
    many = bench_checks(5000, 1500, 5000, "");
    few = bench_checks(1000, 300, 1000, "");
    printf("linearity    %8.1f times as long for five times the identities (promised: about 5)\n",
           many / few);
    getrusage(RUSAGE_SELF, &usage);
    printf("policy memory%8.1f MB peak                              (promised: under 200 MB)\n",
           (double)usage.ru_maxrss / 1024);
    return 0;
}
