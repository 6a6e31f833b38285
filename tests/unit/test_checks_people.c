/* test_checks_people.c - the checks that read people.csv and the register of exceptions. The scan
 * of watched_scene.h ends 2026-11-23T06:00:00Z. */
#include "day.h"
#include "watched_scene.h"

#include "model/inputs.h"

#define LEAVERS "iam.leavers_removed"
#define CURRENT "governance.exceptions_current"
#define USER(name) MINE "user/" name
#define STORE(id) "arn:aws:identitystore:::user/" id

/* --- People ----------------------------------------------------------------------------------- */

struct crowd {
    struct watched w;
    struct inputs in;
    struct people_row rows[SCENE_MOST];
};

static void crowd_begin(struct crowd *c)
{
    watched_begin(&c->w);
    c->in = inputs_default;
    c->in.has_people = true;
    c->in.people = c->rows;
    c->w.model.inputs = &c->in;
}

static void crowd_end(struct crowd *c)
{
    watched_end(&c->w);
    inputs_close(&c->in);
}

static void add_row(struct crowd *c, const char *person, const char *identity, const char *joined,
                    const char *left)
{
    size_t i = c->in.people_count++;

    assert_true(i < SCENE_MOST);
    c->rows[i] = (struct people_row){person, identity, day_of(joined), day_of(left), i + 2};
    people_sort(&c->in);
}

static const struct finding *expect_leaver(struct crowd *c, const char *resource,
                                           enum status status, const char *detail)
{
    return judged(&c->w, LEAVERS, resource, status, detail);
}

static struct principal *add_ann(struct crowd *c)
{
    add_row(c, "Ann", USER("ann"), "2020-01-01", "2026-10-30");
    return add_user(&c->w, "ann");
}

static struct access_key active = {.id = "AKIAEXAMPLE", .active = true, .status = "Active"};

static void give_key(struct principal *user)
{
    user->credentials->keys = &active;
    user->credentials->key_count = 1;
}

TEST(a_leaver_may_keep_nothing)
{
    static struct device device = {.serial = MINE "mfa/ann", .kind = DEVICE_VIRTUAL};
    static struct service_credential service = {
        .user = "ann", .id = "ACCAEXAMPLE", .service = "codecommit", .status = "Active"};
    struct crowd c;
    struct principal *ann;

    crowd_begin(&c);
    ann = add_ann(&c);
    (void)expect_leaver(&c, USER("ann"), STATUS_PASS, "Ann (people.csv, row 2) left on 2026-10-30");
    ann->credentials->has_login = true;
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "a console password");
    ann->credentials->has_login = false;
    give_key(ann);
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "an active access key");
    ann->credentials->key_count = 0;
    ann->devices = &device;
    ann->device_count = 1;
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "1 device: virtual");
    ann->device_count = 0;
    c.w.account->service_credentials = &service;
    c.w.account->service_credential_count = 1;
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "1 service-specific credential");
    service.status = "Inactive";
    (void)expect_leaver(&c, USER("ann"), STATUS_PASS, "no device any more");
    crowd_end(&c);
}

TEST(nothing_found_is_nothing_known_when_a_list_was_refused)
{
    static const enum data_set sets[] = {DATA_SERVICE_CREDENTIALS, DATA_AUTHORIZATION};
    struct crowd c;
    struct principal *ann;

    for (size_t i = 0; i < 2; i++) {
        crowd_begin(&c);
        (void)add_ann(&c);
        refused(&c.w, sets[i]);
        (void)expect_leaver(&c, USER("ann"), STATUS_UNKNOWN, "AccessDenied");
        crowd_end(&c);
    }
    crowd_begin(&c);
    ann = add_ann(&c);
    ann->devices_status = (struct data_status){STATE_DENIED, "denied here", NULL};
    (void)expect_leaver(&c, USER("ann"), STATUS_UNKNOWN, "denied here");
    give_key(ann); /* what is there is known */
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "an active access key");
    ann->credentials->key_count = 0;
    ann->devices_status.state = STATE_COMPLETE;
    ann->credentials->login_status = (struct data_status){STATE_FAILED, "failed here", NULL};
    (void)expect_leaver(&c, USER("ann"), STATUS_UNKNOWN, "failed here");
    crowd_end(&c);
}

TEST(the_last_day_is_a_day_of_work)
{
    struct crowd c;

    crowd_begin(&c);
    add_row(&c, "Ann", USER("ann"), NULL, "2026-11-23");
    give_key(add_user(&c.w, "ann"));
    (void)expect_leaver(&c, USER("ann"), STATUS_PASS, "of Ann");
    c.rows[0].left = day_of("2026-11-22");
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "left on 2026-11-22");
    crowd_end(&c);
}

/* Mistake: the second user of a leaver stays because the date stands in one row only. */
TEST(who_left_left_under_every_identity)
{
    struct crowd c;

    crowd_begin(&c);
    (void)add_ann(&c);
    add_row(&c, "ann", USER("ann-admin"), "2021-01-01", NULL);
    give_key(add_user(&c.w, "ann-admin"));
    (void)expect_leaver(&c, USER("ann-admin"), STATUS_FAIL,
                        "ann (people.csv, row 3) left on 2026-10-30 by row 2");
    c.rows[1].joined = day_of(NULL);
    people_sort(&c.in);
    (void)expect_leaver(&c, USER("ann-admin"), STATUS_FAIL, "left on 2026-10-30");
    crowd_end(&c);
}

TEST(who_came_back_is_here)
{
    struct crowd c;

    crowd_begin(&c);
    give_key(add_ann(&c));
    add_row(&c, "Ann", USER("ann2"), "2026-11-01", NULL);
    (void)expect_leaver(&c, USER("ann"), STATUS_PASS, "of Ann");
    c.rows[1].joined = day_of("2026-12-01"); /* not yet */
    people_sort(&c.in);
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "left on 2026-10-30");
    crowd_end(&c);
}

TEST(a_user_handed_over_is_known_to_who_left)
{
    struct crowd c;

    crowd_begin(&c);
    give_key(add_ann(&c));
    add_row(&c, "Bob", USER("ann"), "2026-11-01", NULL);
    (void)expect_leaver(&c, USER("ann"), STATUS_FAIL, "now that of Bob (people.csv, row 3)");
    crowd_end(&c);
}

TEST(whose_nobody_is_found)
{
    static const struct tag tags[] = {{"type", "service"}};
    struct crowd c;
    struct principal *bob;

    crowd_begin(&c);
    bob = add_user(&c.w, "bob");
    (void)expect_leaver(&c, USER("bob"), STATUS_NOT_APPLICABLE, "idle");
    give_key(bob);
    (void)expect_leaver(&c, USER("bob"), STATUS_FAIL, "no row of people.csv");
    bob->tags = (struct tag *)(void *)tags;
    bob->tag_count = 1;
    (void)expect_leaver(&c, USER("bob"), STATUS_NOT_APPLICABLE, "a machine by tag");
    bob->tag_count = 0;
    bob->credentials->login_status = (struct data_status){STATE_DENIED, "denied here", NULL};
    (void)expect_leaver(&c, USER("bob"), STATUS_UNKNOWN, "denied here");
    add_row(&c, "Bob", "AIDAbob", NULL, NULL);
    (void)expect_leaver(&c, USER("bob"), STATUS_PASS, "of Bob (people.csv, row 2)");
    crowd_end(&c);
}

TEST(a_removed_user_is_told_of)
{
    struct crowd c;

    crowd_begin(&c);
    add_row(&c, "Ann", USER("gone"), NULL, "2026-10-30");
    add_row(&c, "Bob", USER("coming"), "2026-12-01", NULL);
    add_row(&c, "Eve", "arn:aws:iam::" OTHER_ID ":user/eve", NULL, "2026-10-30");
    (void)expect_leaver(&c, "gone", STATUS_PASS, "there is no such user");
    assert_null(finding_of(&c.w.findings, LEAVERS, "coming"));
    assert_null(finding_of(&c.w.findings, LEAVERS, "eve"));
    c.w.account->summary[SUMMARY_USERS] = (struct summary_value){.known = true, .value = 1};
    evaluate(&c.w.snapshot, &c.w.model, &c.w.findings); /* somebody is not listed: who? */
    (void)expect_leaver(&c, HOME_ID "/[user 1 of 1, not listed]", STATUS_UNKNOWN, "counted by");
    assert_null(finding_of(&c.w.findings, LEAVERS, "gone"));
    crowd_end(&c);
}

TEST(without_a_list_of_people_nothing_is_asked)
{
    struct crowd c;

    crowd_begin(&c);
    give_key(add_user(&c.w, "bob"));
    c.in.has_people = false;
    (void)expect_leaver(&c, HOME_ID, STATUS_NOT_APPLICABLE, "no people.csv");
    refused(&c.w, DATA_AUTHORIZATION);
    (void)expect_leaver(&c, HOME_ID, STATUS_NOT_APPLICABLE, "no people.csv");
    c.w.account->included = false;
    (void)expect_leaver(&c, HOME_ID, STATUS_NOT_APPLICABLE, "no people.csv");
    c.in.has_people = true;
    (void)expect_leaver(&c, USER("bob"), STATUS_UNKNOWN, "");
    crowd_end(&c);
}

TEST(people_of_the_identity_store)
{
    static struct store_user user = {.id = "1-2", .name = "ann", .status = "ENABLED"};
    static struct identity_center center = {.arn = "arn:aws:sso:::instance/ssoins-1",
                                            .region = REGION,
                                            .users = &user,
                                            .user_count = 1};
    struct crowd c;

    crowd_begin(&c);
    c.w.model.centers = &center;
    c.w.model.center_count = 1;
    (void)expect_leaver(&c, STORE("1-2"), STATUS_FAIL, "no row of people.csv");
    user.issuer = "https://idp.example.com";
    (void)expect_leaver(&c, STORE("1-2"), STATUS_NOT_APPLICABLE, "https://idp.example.com");
    user.status = "DISABLED";
    (void)expect_leaver(&c, STORE("1-2"), STATUS_NOT_APPLICABLE, "idle");
    add_row(&c, "Ann", "ann", NULL, "2026-10-30");
    (void)expect_leaver(&c, STORE("1-2"), STATUS_PASS, "disabled");
    user.status = "ENABLED";
    (void)expect_leaver(&c, STORE("1-2"), STATUS_FAIL, "still enabled");
    user.status = NULL;
    (void)expect_leaver(&c, STORE("1-2"), STATUS_UNKNOWN, "not said");
    c.rows[0].left = day_of(NULL);
    (void)expect_leaver(&c, STORE("1-2"), STATUS_PASS, "of Ann");
    refused(&c.w, DATA_STORE_USERS);
    (void)expect_leaver(&c, HOME_ID, STATUS_UNKNOWN, "AccessDenied");
    (void)expect_leaver(&c, STORE("1-2"), STATUS_PASS, "of Ann"); /* on a page that was read */
    center.user_count = 0;
    (void)expect_leaver(&c, "ann", STATUS_UNKNOWN, "AccessDenied");
    c.w.model.home = OTHER_ID;
    (void)expect_leaver(&c, HOME_ID, STATUS_NOT_APPLICABLE, "no IAM users");
    crowd_end(&c);
}

/* --- Exceptions ------------------------------------------------------------------------------- */

#define WITHOUT_MFA "iam.users_without_mfa"

/* Of one user, who fails iam.users_without_mfa, and whom the exception covers. */
struct register_case {
    struct watched w;
    struct inputs in;
    struct exception x;
    struct day reviewed;
};

static void register_begin(struct register_case *r)
{
    watched_begin(&r->w);
    add_user(&r->w, "ann")->credentials->has_login = true;
    r->w.users[0].created = "2026-01-01T00:00:00Z";
    r->x = (struct exception){.waiver = {.id = "EX-1", .owner = "Ann", .approver = "Bob"},
                              .check = WITHOUT_MFA,
                              .account = HOME_ID,
                              .resource = USER("ann"),
                              .approved = day_of("2026-10-01"),
                              .expires = day_of("2026-12-31"),
                              .reviewed = &r->reviewed,
                              .check_known = true,
                              .file = "exceptions.yaml",
                              .line = 2};
    r->in = (struct inputs){.settings = &settings_default, .exceptions = {&r->x, 1}};
    r->w.model.inputs = &r->in;
}

static void expect_current(struct register_case *r, enum status status, const char *detail)
{
    exceptions_judge(&r->in.exceptions, r->in.settings, TO);
    (void)judged(&r->w, CURRENT, "EX-1", status, detail);
}

TEST(an_exception_in_order_passes)
{
    struct register_case r;

    register_begin(&r);
    expect_current(&r, STATUS_PASS, "approved by Bob until 2026-12-31; it covers 1 failing");
    expect_holds(finding_of(&r.w.findings, CURRENT, "EX-1")->observed, "exceptions.yaml:2");
    assert_true(finding_is_waived(finding_of(&r.w.findings, WITHOUT_MFA, USER("ann"))));
    watched_end(&r.w);
}

TEST(every_fault_of_an_exception_fails)
{
    struct register_case r;
    const struct exception good = (register_begin(&r), r.x);
    struct settings settings = settings_default;
    struct waiver_review review = {"2026-11-01", "Bob", "end", ""};

    r.x.expires = day_of("2026-11-22");
    expect_current(&r, STATUS_FAIL, "expired (fix what it covers");
    r.x = good;
    r.x.approved = day_of("2026-11-24");
    expect_current(&r, STATUS_FAIL, "not yet approved");
    r.x = good;
    r.x.waiver.approver = "ANN";
    expect_current(&r, STATUS_FAIL, "self-approved");
    r.x = good;
    r.x.resource = MINE "user/*nn";
    expect_current(&r, STATUS_FAIL, "over-broad");
    r.x = good;
    r.x.resource = USER("bob");
    expect_current(&r, STATUS_FAIL, "unused");
    r.x = good;
    r.x.check_known = false;
    expect_current(&r, STATUS_FAIL, "unknown check");
    r.x = good;
    r.x.expires = day_of("2027-12-31");
    expect_current(&r, STATUS_FAIL, "runs too long");
    r.x = good;
    r.x.approved = day_of("2026-05-01");
    expect_current(&r, STATUS_FAIL, "review overdue");
    r.x.waiver.reviews = &review;
    r.x.waiver.review_count = 1;
    r.reviewed = day_of("2026-11-01");
    expect_current(&r, STATUS_FAIL, "ended");
    review.decision = "keep";
    expect_current(&r, STATUS_PASS, "it covers 1 failing");
    review.by = "Ann"; /* the owner */
    expect_current(&r, STATUS_FAIL, "review overdue");
    r.x = good;
    settings.exception_resources = 0;
    r.in.settings = &settings;
    expect_current(&r, STATUS_FAIL, "covers too many");
    watched_end(&r.w);
}

TEST(an_exception_for_what_was_not_read_is_unknown)
{
    struct register_case r;

    register_begin(&r);
    r.w.users[0].credentials->login_status =
        (struct data_status){STATE_DENIED, "denied here", NULL};
    expect_current(&r, STATUS_UNKNOWN, "it covers 0 failing, and 1 not known");
    watched_end(&r.w);
}

TEST(exceptions_are_judged_in_their_account_or_at_home)
{
    struct register_case r;

    register_begin(&r);
    r.x.account = "999999999999"; /* not in the scan */
    expect_current(&r, STATUS_NOT_APPLICABLE, "999999999999 is not in this scan");
    r.x.waiver.approver = "Ann";
    expect_current(&r, STATUS_FAIL, "self-approved");
    r.x.account = OTHER_ID;
    r.w.model.account_count = 2;
    r.w.accounts[1].included = true;
    for (int set = 0; set < DATA_COUNT; set++)
        r.w.accounts[1].data[set].state = STATE_DENIED;
    r.w.accounts[1].report_info = &r.w.report;
    r.w.accounts[1].detective = &r.w.detective;
    expect_current(&r, STATUS_FAIL, "self-approved");
    (void)judged(&r.w, CURRENT, HOME_ID, STATUS_NOT_APPLICABLE, "for this account");
    r.in.exceptions.count = 0;
    (void)judged(&r.w, CURRENT, HOME_ID, STATUS_NOT_APPLICABLE, "there are no exceptions");
    watched_end(&r.w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaver_may_keep_nothing),
        cmocka_unit_test(nothing_found_is_nothing_known_when_a_list_was_refused),
        cmocka_unit_test(the_last_day_is_a_day_of_work),
        cmocka_unit_test(who_left_left_under_every_identity),
        cmocka_unit_test(who_came_back_is_here),
        cmocka_unit_test(a_user_handed_over_is_known_to_who_left),
        cmocka_unit_test(whose_nobody_is_found),
        cmocka_unit_test(a_removed_user_is_told_of),
        cmocka_unit_test(without_a_list_of_people_nothing_is_asked),
        cmocka_unit_test(people_of_the_identity_store),
        cmocka_unit_test(an_exception_in_order_passes),
        cmocka_unit_test(every_fault_of_an_exception_fails),
        cmocka_unit_test(an_exception_for_what_was_not_read_is_unknown),
        cmocka_unit_test(exceptions_are_judged_in_their_account_or_at_home),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
