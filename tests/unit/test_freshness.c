/* test_freshness.c - every way in which report and truth can part, under each --freshness: what is
 * asked, and what is said. The accounts are answered from the truth, by a transport made here. */
#include "run_dir.h"

#include "model/credentials.h"

#define ARN "arn:aws:iam::" HOME_ID ":"
#define USERS_MFA "iam.users_without_mfa"
#define ADMINS_MFA "iam.admin_users_mfa"
#define RESISTANT "iam.users_mfa_phishing_resistant"
#define ORPHANED "iam.mfa_devices_orphaned"
#define LAST "<IsTruncated>false</IsTruncated>"
#define BEFORE "2026-11-01T00:00:00Z"
#define AFTER "2026-11-23T05:30:00Z" /* the report is of 05:00 */

enum stale { FRESH, STALE_MFA, STALE_PASSWORD, UNREPORTED, UNCLEAR_MFA, UNCLEAR_PASSWORD, STALES };
enum refusal { NOTHING, DEVICES, LOGIN, KEYS, REFUSALS };

/* A user as he is, and how the report tells it. */
struct person {
    char name[32];
    bool virtual, fido, hardware;
    bool password, key, administrator;
    bool young; /* his virtual device was enabled after the report */
    enum stale stale;
    enum refusal refused;
    int asked; /* requests about him, GetMFADevice apart */
    int asked_devices;
};

struct world {
    struct transport transport;
    struct arena arena;
    struct person *people;
    size_t count;
    bool no_virtual_list, no_report; /* denied */
};

static bool has_device(const struct person *p)
{
    return p->virtual || p->fido || p->hardware;
}

static const char *truth_word(bool yes)
{
    return yes ? "true" : "false";
}

static const char *told(bool yes, const struct person *p, enum stale flipped, enum stale unclear)
{
    return p->stale == unclear ? "no_information" : truth_word(yes != (p->stale == flipped));
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void write_users(const struct world *w, struct strbuf *out)
{
    strbuf_addstr(out, LAST "<UserDetailList>");
    for (size_t i = 0; i < w->count; i++) {
        const struct person *p = &w->people[i];

        strbuf_addf(out,
                    "<member><UserName>%s</UserName><Arn>" ARN "user/%s</Arn><Path>/</Path>"
                    "<CreateDate>%s</CreateDate>",
                    p->name, p->name, p->stale == UNREPORTED ? AFTER : BEFORE);
        if (p->administrator)
            strbuf_addstr(out, "<AttachedManagedPolicies><member><PolicyName>A</PolicyName>"
                               "<PolicyArn>arn:aws:iam::aws:policy/AdministratorAccess</PolicyArn>"
                               "</member></AttachedManagedPolicies>");
        strbuf_addstr(out, "</member>");
    }
    strbuf_addstr(out, "</UserDetailList>");
}

static void write_report(const struct world *w, struct strbuf *out)
{
    cleanup_strbuf struct strbuf csv = STRBUF_INIT(16 * MIB);

    strbuf_addstr(&csv, REPORT_HEADER "\n");
    for (size_t i = 0; i < w->count; i++) {
        const struct person *p = &w->people[i];

        if (p->stale != UNREPORTED)
            strbuf_addf(&csv, "%s," ARN "user/%s," BEFORE ",%s,no_information,%s,%s,false\n",
                        p->name, p->name, told(p->password, p, STALE_PASSWORD, UNCLEAR_PASSWORD),
                        told(has_device(p), p, STALE_MFA, UNCLEAR_MFA), truth_word(p->key));
    }
    strbuf_addstr(out, "<Content>");
    base64_encode(out, csv.buf, csv.len);
    strbuf_addstr(out, "</Content><ReportFormat>text/csv</ReportFormat>"
                       "<GeneratedTime>2026-11-23T05:00:00Z</GeneratedTime>");
}

static void write_virtual(const struct world *w, struct strbuf *out)
{
    strbuf_addstr(out, LAST "<VirtualMFADevices>");
    for (size_t i = 0; i < w->count; i++)
        if (w->people[i].virtual)
            strbuf_addf(out,
                        "<member><SerialNumber>" ARN "mfa/%s</SerialNumber><EnableDate>%s"
                        "</EnableDate><User><Arn>" ARN "user/%s</Arn></User></member>",
                        w->people[i].name, w->people[i].young ? AFTER : BEFORE, w->people[i].name);
    strbuf_addstr(out, "</VirtualMFADevices>");
}

static void write_device(struct strbuf *out, const struct person *p, const char *serial)
{
    strbuf_addf(out,
                "<member><UserName>%s</UserName><SerialNumber>%s%s</SerialNumber>"
                "<EnableDate>" BEFORE "</EnableDate></member>",
                p->name, serial, p->name);
}

static void write_devices(const struct person *p, struct strbuf *out)
{
    strbuf_addstr(out, LAST "<MFADevices>");
    if (p->virtual)
        write_device(out, p, ARN "mfa/");
    if (p->fido)
        write_device(out, p, ARN "u2f/user/x/");
    if (p->hardware)
        write_device(out, p, "GAHT");
    strbuf_addstr(out, "</MFADevices>");
}

static void write_keys(const struct person *p, struct strbuf *out)
{
    strbuf_addstr(out, LAST "<AccessKeyMetadata>");
    if (p->key)
        strbuf_addf(out,
                    "<member><UserName>%s</UserName><AccessKeyId>AKIA%s</AccessKeyId><Status>Active"
                    "</Status></member>",
                    p->name, p->name);
    strbuf_addstr(out, "</AccessKeyMetadata>");
}

/* About one person; false when it is refused or there is none. */
static bool write_personal(struct person *p, const char *operation, struct strbuf *out)
{
    if (strcmp(operation, "ListMFADevices") == 0) {
        write_devices(p, out);
        return p->refused != DEVICES;
    }
    if (strcmp(operation, "ListAccessKeys") == 0) {
        write_keys(p, out);
        return p->refused != KEYS;
    }
    if (strcmp(operation, "GetAccessKeyLastUsed") == 0)
        strbuf_addf(out, "<UserName>%s</UserName><AccessKeyLastUsed/>", p->name);
    if (strcmp(operation, "GetMFADevice") == 0)
        strbuf_addf(out, "<SerialNumber>" ARN "u2f/user/x/%s</SerialNumber>", p->name);
    if (strcmp(operation, "GetLoginProfile") == 0)
        strbuf_addf(out, "<LoginProfile><UserName>%s</UserName></LoginProfile>", p->name);
    return strcmp(operation, "GetLoginProfile") != 0 || (p->password && p->refused != LOGIN);
}

/* About the account; false when it is refused, or nothing that is asked here. */
static bool write_common(const struct world *w, const char *operation, struct strbuf *out)
{
    if (strcmp(operation, "GetAccountAuthorizationDetails") == 0)
        write_users(w, out);
    else if (strcmp(operation, "GetCredentialReport") == 0)
        write_report(w, out);
    else if (strcmp(operation, "ListVirtualMFADevices") == 0)
        write_virtual(w, out);
    else if (strcmp(operation, "GenerateCredentialReport") == 0)
        strbuf_addstr(out, "<State>COMPLETE</State>");
    else if (strcmp(operation, "GetCallerIdentity") == 0)
        strbuf_addstr(out, "<Arn>" ARN "user/x</Arn><Account>" HOME_ID "</Account>");
    else if (strcmp(operation, "GetAccountSummary") == 0)
        strbuf_addstr(out, "<SummaryMap><entry><key>AccountMFAEnabled</key><value>1</value></entry>"
                           "</SummaryMap>");
    else
        return false;
    return !(w->no_virtual_list && strcmp(operation, "ListVirtualMFADevices") == 0) &&
           !(w->no_report && strcmp(operation, "GetCredentialReport") == 0);
}

/* The person whose name ends a parameter: "…person-0012"}". */
static struct person *asked_person(struct world *w, const char *parameters)
{
    const char *name = strstr(parameters, "person-");

    return name ? &w->people[strtol(name + 7, NULL, 10)] : NULL;
}

static void answer_call(struct world *w, struct call *call)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(64 * MIB);
    struct person *p = asked_person(w, call->parameters);
    const struct page page = {
        .file = arena_printf(&w->arena, "raw/" HOME_ID "/0001-iam-%s.xml", call->operation),
        .http_status = 200};
    struct error why = {0};
    bool good =
        p ? write_personal(p, call->operation, &out) : write_common(w, call->operation, &out);

    if (p && strcmp(call->operation, "GetMFADevice") != 0)
        p->asked++;
    if (p && strcmp(call->operation, "ListMFADevices") == 0)
        p->asked_devices++;
    call->status = (struct data_status){STATE_COMPLETE, NULL, page.file};
    if (good) {
        struct run r = {.arena = w->arena};
        const char *body = run_xml(&r, call->operation, out.buf);

        w->arena = r.arena;
        expect_ok(call->receive(call, &(struct answer){body, strlen(body), &page}, &why), why);
    } else if (!p || !call->benign_errors || p->refused == LOGIN) {
        call->status = (struct data_status){STATE_DENIED, "x:Y: AccessDenied", page.file};
    }
}

static int world_run(struct transport *t, struct call *calls, size_t count, struct error *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++)
        answer_call((struct world *)t, &calls[i]);
    return 0;
}

/* --- All people that there can be ------------------------------------------------------------- */

static void add_person(struct world *w, const struct person *like)
{
    struct person *p = arena_push(&w->arena, w->people, w->count);

    *p = *like;
    (void)snprintf(p->name, sizeof p->name, "person-%04zu", w->count - 1);
}

static void add_people(struct world *w, enum stale stale, enum refusal refused)
{
    for (unsigned bits = 0; bits < 128; bits++) {
        struct person p = {.virtual = bits & 1,
                           .fido = bits & 2,
                           .hardware = bits & 4,
                           .password = bits & 8,
                           .key = bits & 16,
                           .administrator = bits & 32,
                           .young = bits & 64,
                           .stale = stale,
                           .refused = refused};

        if (p.virtual || !p.young)
            add_person(w, &p);
    }
}

static void open_world(struct world *w)
{
    *w = (struct world){.count = 0};
    json_init();
    log_setup(LOG_ERROR, false);
    for (int stale = 0; stale < STALES; stale++)
        for (int refused = 0; refused < REFUSALS; refused++)
            add_people(w, (enum stale)stale, (enum refusal)refused);
}

/* What one --freshness says of a world. */
static void judge(struct world *w, enum freshness freshness, struct assessment *a)
{
    static struct scope_account scope = {HOME_ID, true, NULL};
    static const char *services[] = {"iam", "sts"};
    struct error err = {0};

    *a = (struct assessment){.snapshot = {.mode = "accounts",
                                          .home = HOME_ID,
                                          .started_at = "2026-11-23T06:00:00Z",
                                          .finished_at = "2026-11-23T06:00:00Z",
                                          .taken_at = 1795413600,
                                          .collect = services,
                                          .collect_count = 2,
                                          .freshness = freshness,
                                          .accounts = &scope,
                                          .account_count = 1}};
    for (size_t i = 0; i < w->count; i++)
        w->people[i].asked = w->people[i].asked_devices = 0;
    w->transport = (struct transport){.run = world_run, .arena = &a->model.arena};
    expect_ok(collect(&a->snapshot, &w->transport, &a->model, &err), err);
    evaluate(&a->snapshot, &a->model, &a->findings);
}

static size_t row_of(const char *check)
{
    size_t row = 0;

    while (strcmp(check_at(row)->id, check) != 0)
        row++;
    return row;
}

/* Findings are sorted by check and resource, and names count up. */
static const struct finding *about(const struct assessment *a, const char *check, const char *name)
{
    size_t low = 0, high = a->findings.count, row = row_of(check);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct finding *f = &a->findings.at[middle];
        int order = f->row != row ? (f->row < row ? -1 : 1) : strcmp(f->name, name);

        if (order == 0)
            return f;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    print_error("%s: nothing about %s\n", check, name);
    assert_true(false);
    return NULL;
}

static enum status said(const struct assessment *a, const char *check, const char *name)
{
    return about(a, check, name)->status;
}

static enum status truth_of(const struct person *p)
{
    return !p->password ? STATUS_NOT_APPLICABLE : has_device(p) ? STATUS_PASS : STATUS_FAIL;
}

static void complain(const struct person *p, const struct assessment *a, const char *check)
{
    const struct finding *f = about(a, check, p->name);

    print_error("%s %s: %s (%s); virtual %d fido %d hardware %d password %d key %d admin %d young "
                "%d, stale %d, refused %d, asked %d\n",
                check, p->name, status_name(f->status), f->detail, p->virtual, p->fido, p->hardware,
                p->password, p->key, p->administrator, p->young, (int)p->stale, (int)p->refused,
                p->asked);
}

#define expect_that(condition, p, a, check) \
    do {                                    \
        if (!(condition))                   \
            complain((p), (a), (check));    \
        assert_true(condition);             \
    } while (0)

TEST(live_answers_tell_the_truth_whatever_the_report_says)
{
    struct world w;
    struct assessment a;

    open_world(&w);
    judge(&w, FRESHNESS_LIVE, &a);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];
        enum status is = said(&a, USERS_MFA, p->name);

        expect_that(is == truth_of(p) || (p->refused && is == STATUS_UNKNOWN), p, &a, USERS_MFA);
        expect_that(p->asked == 3 + (p->key && p->refused != KEYS), p, &a, USERS_MFA);
    }
    assessment_close(&a);
    arena_free(&w.arena);
}

static const char *const user_checks_of[] = {USERS_MFA, ADMINS_MFA, RESISTANT};

/* While report and truth agree, it makes no difference how much is asked again. */
TEST(confirm_says_what_live_says_while_the_report_is_fresh)
{
    struct assessment live, confirm;
    struct world w;

    open_world(&w);
    judge(&w, FRESHNESS_LIVE, &live);
    judge(&w, FRESHNESS_CONFIRM, &confirm);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];

        if (p->refused || p->stale == STALE_MFA || p->stale == STALE_PASSWORD)
            continue;
        for (size_t c = 0; c < 3; c++)
            expect_that(said(&live, user_checks_of[c], p->name) ==
                            said(&confirm, user_checks_of[c], p->name),
                        p, &confirm, user_checks_of[c]);
        if (p->virtual)
            expect_that(said(&live, ORPHANED, p->name) == said(&confirm, ORPHANED, p->name), p,
                        &confirm, ORPHANED);
    }
    assessment_close(&live);
    assessment_close(&confirm);
    arena_free(&w.arena);
}

/* Whatever changed, and whatever was refused: nobody without a device passes. */
static void expect_no_false_pass(struct world *w, enum freshness freshness)
{
    struct assessment a;

    judge(w, freshness, &a);
    for (size_t i = 0; i < w->count; i++) {
        const struct person *p = &w->people[i];

        for (size_t c = 0; c < 3; c++)
            expect_that(said(&a, user_checks_of[c], p->name) != STATUS_PASS || has_device(p), p, &a,
                        user_checks_of[c]);
        if (p->fido && !p->virtual && !p->hardware)
            continue;
        expect_that(said(&a, RESISTANT, p->name) != STATUS_PASS, p, &a, RESISTANT);
    }
    assessment_close(&a);
}

TEST(a_stale_report_gives_nobody_a_false_pass)
{
    struct world w;

    open_world(&w);
    for (int refused = 0; refused < 4; refused++) {
        w.no_virtual_list = refused & 1;
        w.no_report = refused & 2;
        expect_no_false_pass(&w, FRESHNESS_CONFIRM);
        expect_no_false_pass(&w, FRESHNESS_LIVE);
    }
    arena_free(&w.arena);
}

/* A device that came or went since is seen in both directions; so is a password that went. */
TEST(confirm_sees_what_it_says_it_sees)
{
    struct world w;
    struct assessment a;

    open_world(&w);
    judge(&w, FRESHNESS_CONFIRM, &a);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];
        enum status is = said(&a, USERS_MFA, p->name), truth = truth_of(p);

        if (p->stale == STALE_PASSWORD && p->password) /* given since: not seen, by the header */
            expect_that(is == truth || is == STATUS_NOT_APPLICABLE || is == STATUS_UNKNOWN, p, &a,
                        USERS_MFA);
        else if (p->stale == STALE_PASSWORD && has_device(p))
            expect_that(is == truth || is == STATUS_PASS || is == STATUS_UNKNOWN, p, &a, USERS_MFA);
        else
            expect_that(is == truth || (p->refused && is == STATUS_UNKNOWN), p, &a, USERS_MFA);
        if (p->virtual && !p->refused && p->stale == STALE_PASSWORD && p->password && !p->key)
            expect_that(said(&a, ORPHANED, p->name) == STATUS_PASS, p, &a, ORPHANED);
    }
    assessment_close(&a);
    arena_free(&w.arena);
}

/* Two requests for a user in the report; none where report and virtual list agree. */
TEST(confirm_asks_few_and_report_nobody)
{
    struct world w;
    struct assessment a;

    open_world(&w);
    judge(&w, FRESHNESS_CONFIRM, &a);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];
        bool settled = p->stale == FRESH && p->virtual && !p->young && (p->password || p->key);
        bool keyless = p->stale == FRESH && !has_device(p) && !p->password && !p->administrator;

        expect_that(p->asked <= 2 || p->stale == UNREPORTED, p, &a, USERS_MFA);
        expect_that(p->asked == 0 || !(settled || keyless), p, &a, USERS_MFA);
        expect_that(p->asked_devices == 1 || p->stale != FRESH || !p->password || p->virtual, p, &a,
                    USERS_MFA);
    }
    assessment_close(&a);
    judge(&w, FRESHNESS_REPORT, &a);
    for (size_t i = 0; i < w.count; i++)
        assert_int_equal(w.people[i].asked, 0);
    assessment_close(&a);
    arena_free(&w.arena);
}

/* `report` takes the report's word, says so, and knows no kinds but virtual. */
TEST(report_says_what_it_rests_on)
{
    struct world w;
    struct assessment a;

    open_world(&w);
    judge(&w, FRESHNESS_REPORT, &a);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];
        const struct finding *f = about(&a, USERS_MFA, p->name);
        enum status kinds = said(&a, RESISTANT, p->name);

        if (p->stale == FRESH)
            expect_that(f->status == truth_of(p), p, &a, USERS_MFA);
        if (p->stale == FRESH && f->status == STATUS_PASS && !p->virtual)
            expect_holds(f->detail, "by the credential report of 2026-11-23T05:00:00Z, 1 h 0 min "
                                    "old at the scan; not asked live");
        if (p->stale == FRESH && f->status == STATUS_PASS && p->virtual)
            expect_holds(f->detail, "by the live list of virtual devices");
        if (p->stale == FRESH && (p->password || p->key) && has_device(p))
            expect_that(kinds == (p->virtual ? STATUS_FAIL : STATUS_UNKNOWN), p, &a, RESISTANT);
    }
    assessment_close(&a);
    arena_free(&w.arena);
}

/* A refused answer, or a list or report that is, never makes a verdict better; whoever is not in
 * the report that cannot be read is asked like everybody who is not in it. */
TEST(without_a_report_everybody_is_asked)
{
    struct world w;
    struct assessment a;

    open_world(&w);
    w.no_report = true;
    judge(&w, FRESHNESS_CONFIRM, &a);
    for (size_t i = 0; i < w.count; i++) {
        const struct person *p = &w.people[i];
        enum status is = said(&a, USERS_MFA, p->name);

        expect_that(is == truth_of(p) || (p->refused && is == STATUS_UNKNOWN), p, &a, USERS_MFA);
    }
    assessment_close(&a);
    judge(&w, FRESHNESS_REPORT, &a);
    for (size_t i = 0; i < w.count; i++)
        assert_int_equal(said(&a, USERS_MFA, w.people[i].name), STATUS_UNKNOWN);
    assessment_close(&a);
    arena_free(&w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_answers_tell_the_truth_whatever_the_report_says),
        cmocka_unit_test(confirm_says_what_live_says_while_the_report_is_fresh),
        cmocka_unit_test(a_stale_report_gives_nobody_a_false_pass),
        cmocka_unit_test(confirm_sees_what_it_says_it_sees),
        cmocka_unit_test(confirm_asks_few_and_report_nobody),
        cmocka_unit_test(report_says_what_it_rests_on),
        cmocka_unit_test(without_a_report_everybody_is_asked),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
