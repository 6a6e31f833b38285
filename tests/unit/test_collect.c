/* test_collect.c - the collectors over answers in AWS's own wire format. */
#include "run_dir.h"

/* What one run directory gives. */
struct collected {
    struct run run;
    struct snapshot snapshot;
    struct model model;
};

static void open_run(struct collected *c)
{
    *c = (struct collected){0};
    run_open(&c->run);
}

static struct account *collect_run(struct collected *c)
{
    struct recorded recorded;
    struct error err = {0};

    run_write(&c->run);
    expect_ok(snapshot_open(&c->snapshot, c->run.dir, &err), err);
    recorded_open(&recorded, &c->snapshot, &c->model.arena);
    expect_ok(collect(&c->snapshot, &recorded.transport, &c->model, &err), err);
    return model_account(&c->model, HOME_ID);
}

static void close_run(struct collected *c)
{
    model_free(&c->model);
    snapshot_close(&c->snapshot);
    run_close(&c->run);
}

static void expect_state(const struct account *a, enum data_set set, enum data_state state,
                         const char *reason)
{
    if (a->data[set].state != state)
        print_error("%s: state %d, %s\n", data_set_name(set), (int)a->data[set].state,
                    word_or(a->data[set].reason, "(no reason)"));
    assert_int_equal(a->data[set].state, state);
    if (reason)
        expect_holds(a->data[set].reason, reason);
    else
        assert_null(a->data[set].reason);
}

/* --- GetAccountAuthorizationDetails ----------------------------------------------------------- */

#define GAAD "GetAccountAuthorizationDetails"
#define GAAD_PARAMETERS "{\"MaxItems\":\"1000\"}"
#define LAST "<IsTruncated>false</IsTruncated>"

static struct account *collect_authorization(struct collected *c, const char *inside)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, GAAD, GAAD_PARAMETERS, inside);
    return collect_run(c);
}

static const char *user_xml(struct collected *c, const char *name, const char *more)
{
    return arena_printf(&c->run.arena,
                        "<member><UserName>%s</UserName><Arn>arn:aws:iam::111122223333:user/%s"
                        "</Arn><Path>/</Path>%s</member>",
                        name, name, more);
}

TEST(documents_are_percent_decoded_and_plus_stays)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<UserDetailList><member><UserName>u</UserName><Arn>arn:u</Arn><UserPolicyList>"
                 "<member><PolicyName>p</PolicyName><PolicyDocument>"
                 "%7b%22a%22%3A%22x+y%2Bz%20%C3%A4%22%7D</PolicyDocument></member>"
                 "</UserPolicyList></member></UserDetailList>");

    expect_state(a, DATA_AUTHORIZATION, STATE_COMPLETE, NULL);
    assert_int_equal(a->users[0].inline_count, 1);
    assert_string_equal(a->users[0].inline_policies[0].name, "p");
    assert_string_equal(a->users[0].inline_policies[0].text, "{\"a\":\"x+y+z \xC3\xA4\"}");
    assert_int_equal(a->users[0].inline_policies[0].len,
                     strlen(a->users[0].inline_policies[0].text));
    close_run(&c);
}

TEST(documents_that_cannot_be_decoded_are_no_text)
{
    static const char *const bad[] = {"%", "%4", "%zz", "abc%", "%7B%2", "% 41", "%+1", "%-1"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;
        const struct account *a;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
                   arena_printf(&c.run.arena,
                                LAST "<GroupDetailList><member><GroupName>g</GroupName><Arn>arn:g"
                                     "</Arn><GroupPolicyList><member><PolicyName>p</PolicyName>"
                                     "<PolicyDocument>%s</PolicyDocument></member>"
                                     "</GroupPolicyList></member></GroupDetailList>",
                                bad[i]));
        a = collect_run(&c);
        assert_int_equal(a->group_count, 1);
        assert_int_equal(a->groups[0].inline_count, 1);
        assert_null(a->groups[0].inline_policies[0].text);
        close_run(&c);
    }
}

/* A document written as NUL must not end the text early and hide what follows. */
TEST(an_encoded_nul_does_not_end_a_document)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<UserDetailList><member><UserName>u</UserName><Arn>arn:u</Arn><UserPolicyList>"
                 "<member><PolicyDocument>%7B%7D%00x</PolicyDocument></member>"
                 "</UserPolicyList></member></UserDetailList>");

    assert_int_equal(a->users[0].inline_policies[0].len, 4);
    close_run(&c);
}

#define VERSION_XML(document, id, is_default)                 \
    "<member><Document>" document "</Document><VersionId>" id \
    "</VersionId><IsDefaultVersion>" is_default "</IsDefaultVersion></member>"

TEST(only_the_default_version_is_in_force)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST
        "<Policies><member><PolicyName>p</PolicyName><Arn>arn:aws:iam::111122223333:"
        "policy/p</Arn><DefaultVersionId>v2</DefaultVersionId>"
        "<PolicyVersionList>" VERSION_XML("three", "v3", "false") VERSION_XML("two", "v2", "true")
            VERSION_XML("one", "v1", "false") "</PolicyVersionList></member></Policies>");

    assert_int_equal(a->policy_count, 1);
    assert_string_equal(a->policies[0].document.text, "two");
    assert_string_equal(a->policies[0].default_version, "v2");
    expect_holds(a->policies[0].document.source.pointer, "[local-name()='member'][2]/*");
    close_run(&c);
}

TEST(a_policy_without_default_version_has_no_text)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<Policies><member><PolicyName>p</PolicyName><Arn>arn:p</"
                 "Arn><PolicyVersionList>" VERSION_XML(
                     "one", "v1", "false") "</PolicyVersionList></member></Policies>");

    assert_int_equal(a->policy_count, 1);
    assert_null(a->policies[0].document.text);
    close_run(&c);
}

/* The element order within a version is not promised: the flag may come first. */
TEST(the_default_flag_may_come_before_the_document)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<Policies><member><PolicyName>p</PolicyName><Arn>arn:p</Arn><PolicyVersionList>"
                 "<member><IsDefaultVersion>true</IsDefaultVersion><Document>x</Document></member>"
                 "<member><IsDefaultVersion>false</IsDefaultVersion><Document>y</Document></member>"
                 "</PolicyVersionList></member></Policies>");

    assert_string_equal(a->policies[0].document.text, "x");
    close_run(&c);
}

/* A version that does not say so is not the default, whatever the one before was. */
TEST(a_version_without_flag_is_not_the_default)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<Policies><member><PolicyName>p</PolicyName><Arn>arn:p</Arn><PolicyVersionList>"
                 "<member><IsDefaultVersion>true</IsDefaultVersion><Document>x</Document></member>"
                 "<member><Document>y</Document></member></PolicyVersionList></member></Policies>");

    assert_string_equal(a->policies[0].document.text, "x");
    close_run(&c);
}

TEST(roles_within_instance_profiles_are_copies)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<RoleDetailList><member><InstanceProfileList><member><InstanceProfileName>ip"
                 "</InstanceProfileName><Arn>arn:ip</Arn><Roles><member><RoleName>inner</RoleName>"
                 "<Arn>arn:inner</Arn><AssumeRolePolicyDocument>inner</AssumeRolePolicyDocument>"
                 "</member></Roles></member></InstanceProfileList><RoleName>r</RoleName>"
                 "<Arn>arn:r</Arn><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>"
                 "</member></RoleDetailList>");

    assert_int_equal(a->role_count, 1);
    assert_string_equal(a->roles[0].name, "r");
    assert_string_equal(a->roles[0].arn, "arn:r");
    assert_string_equal(a->roles[0].trust.text, "{}");
    close_run(&c);
}

TEST(doubles_across_pages_are_dropped)
{
    struct collected c;
    cJSON *query;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    query = run_query(&c.run, HOME_ID, GAAD, GAAD_PARAMETERS);
    run_page(&c.run, query, NULL,
             run_xml(&c.run, GAAD,
                     arena_printf(&c.run.arena,
                                  "<IsTruncated>true</IsTruncated><Marker>m+/=1</Marker>"
                                  "<UserDetailList>%s%s</UserDetailList>",
                                  user_xml(&c, "zoe", ""), user_xml(&c, "amy", ""))));
    run_page(&c.run, query, "m+/=1",
             run_xml(&c.run, GAAD,
                     "<UserDetailList/><IsTruncated>true</IsTruncated><Marker>2</Marker>"));
    run_page(&c.run, query, "2",
             run_xml(&c.run, GAAD,
                     arena_printf(&c.run.arena, "<UserDetailList>%s%s</UserDetailList>" LAST,
                                  user_xml(&c, "amy", ""), user_xml(&c, "bob", ""))));
    a = collect_run(&c);
    expect_state(a, DATA_AUTHORIZATION, STATE_COMPLETE, NULL);
    assert_int_equal(a->user_count, 3);
    assert_string_equal(a->users[0].name, "amy");
    assert_string_equal(a->users[1].name, "bob");
    assert_string_equal(a->users[2].name, "zoe");
    assert_ptr_equal(model_user(a, "bob"), &a->users[1]);
    assert_null(model_user(a, "bo"));
    assert_ptr_equal(model_user_by_arn(a, "arn:aws:iam::111122223333:user/zoe"), &a->users[2]);
    close_run(&c);
}

TEST(groups_attachments_and_tags_are_read)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
               arena_printf(&c.run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                            user_xml(&c, "u",
                                     "<GroupList><member>g</member><member>h</member></GroupList>"
                                     "<AttachedManagedPolicies><member><PolicyName>n</PolicyName>"
                                     "<PolicyArn>arn:n</PolicyArn></member>"
                                     "</AttachedManagedPolicies><Tags><member><Key>k</Key>"
                                     "<Value>v&#10;|`</Value></member></Tags>"
                                     "<PermissionsBoundary><PermissionsBoundaryType>Policy"
                                     "</PermissionsBoundaryType><PermissionsBoundaryArn>arn:b"
                                     "</PermissionsBoundaryArn></PermissionsBoundary>")));
    a = collect_run(&c);
    assert_int_equal(a->users[0].group_count, 2);
    assert_string_equal(a->users[0].groups[1], "h");
    assert_string_equal(a->users[0].attached[0].arn, "arn:n");
    assert_string_equal(a->users[0].tags[0].value, "v\n|`");
    assert_string_equal(a->users[0].boundary_arn, "arn:b");
    close_run(&c);
}

/* Answers that break off or are not what was asked: the call fails, nothing crashes, and what was
 * half read is not left behind. */
TEST(broken_authorization_answers_fail)
{
    static const char *const bad[] = {
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>"
        "<UserDetailList><member><UserName>a</UserName><Arn>arn:a</Arn></member>"
        "<member><Path>/",
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>"
        "<UserDetailList><member><UserName>a</UserName><Arn>arn:a</Arn></member>"
        "<member><UserName>b</UserName><GroupList><member>g",
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>"
        "<UserDetailList><member><Arn>arn:a</Arn></member></UserDetailList>",
        "<R><S><GroupDetailList><member><GroupName>a</GroupName><Arn>arn:a</Arn></member>"
        "<member></member></GroupDetailList></S></R>",
        "<R><S><RoleDetailList><member><RoleName>a</RoleName><Arn>arn:a</Arn></member>"
        "<member><RoleName>b</RoleName></member></RoleDetailList></S></R>",
        "<R><S><Policies><member><Arn>arn:a</Arn></member><member><PolicyName>x</PolicyName>"
        "</member></Policies></S></R>",
        "<R><S><Policies><member><Arn>arn:a</Arn></member><member><PolicyName>",
        "<html><body>sign in to the network first</body></html>",
        "<a/>",
        "",
        "{}",
        ACCESS_DENIED,
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct assessment s = {0};
        struct run r;

        run_open(&r);
        run_account(&r, HOME_ID, NULL);
        run_page(&r, run_query(&r, HOME_ID, GAAD, GAAD_PARAMETERS), NULL, bad[i]);
        run_assess(&r, &s);
        expect_state(&s.model.accounts[0], DATA_AUTHORIZATION, STATE_FAILED,
                     "iam:GetAccountAuthorizationDetails: raw/");
        for (size_t u = 0; u < s.model.accounts[0].user_count; u++)
            assert_non_null(s.model.accounts[0].users[u].name);
        assert_int_equal(count_of(&s.findings, NULL, STATUS_PASS), 0);
        assert_int_equal(count_of(&s.findings, NULL, STATUS_NOT_APPLICABLE), 0);
        assessment_close(&s);
        run_close(&r);
    }
}

TEST(marker_and_truncation_must_agree)
{
    static const struct {
        const char *inside, *reason;
    } rows[] = {
        {"<IsTruncated>true</IsTruncated><UserDetailList/>", "IsTruncated and Marker disagree"},
        {"<IsTruncated>false</IsTruncated><Marker>x</Marker><UserDetailList/>",
         "IsTruncated and Marker disagree"},
        {"<IsTruncated>true</IsTruncated><Marker/><UserDetailList/>", "empty paging token"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        expect_state(collect_authorization(&c, rows[i].inside), DATA_AUTHORIZATION, STATE_FAILED,
                     rows[i].reason);
        close_run(&c);
    }
}

/* A name longer than any AWS allows is refused, and leaves no gap in a list. */
TEST(names_are_bounded)
{
    static const char *const around[][2] = {
        {"<UserName>", "</UserName><Arn>arn:u</Arn>"},
        {"<UserName>u</UserName><Arn>", "</Arn>"},
        {"<UserName>u</UserName><Arn>arn:u</Arn><GroupList><member>", "</member></GroupList>"},
        {"<UserName>u</UserName><Arn>arn:u</Arn><Tags><member><Key>", "</Key></member></Tags>"},
        {"<UserName>u</UserName><Arn>arn:u</Arn><AttachedManagedPolicies><member><PolicyArn>",
         "</PolicyArn></member></AttachedManagedPolicies>"},
    };
    char name[LIMIT_NAME_BYTES + 2] = {0};

    memset(name, 'n', sizeof name - 1);
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        struct assessment s = {0};
        struct run r;

        run_open(&r);
        run_account(&r, HOME_ID, NULL);
        run_answer(&r, HOME_ID, GAAD, GAAD_PARAMETERS,
                   arena_printf(&r.arena,
                                LAST "<UserDetailList><member><UserName>a</UserName><Arn>arn:a"
                                     "</Arn></member><member>%s%s%s</member></UserDetailList>",
                                around[i][0], name, around[i][1]));
        run_assess(&r, &s);
        expect_state(&s.model.accounts[0], DATA_AUTHORIZATION, STATE_FAILED,
                     "longer than 4096 bytes");
        assessment_close(&s);
        run_close(&r);
    }
}

/* --- GetCredentialReport -----------------------------------------------------------------------
 */

#define U_ARN "arn:aws:iam::111122223333:user/u"

static struct account *collect_report(struct collected *c, const char *csv)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, GAAD, GAAD_PARAMETERS,
               arena_printf(&c->run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                            user_xml(c, "u", "")));
    run_report(&c->run, HOME_ID, csv);
    return collect_run(c);
}

#define COLUMNS_22                                                                              \
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"    \
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"          \
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," \
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"                \
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"               \
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"

TEST(reports_of_22_and_23_columns_and_shuffled_ones_are_read)
{
    static const char *const reports[] = {
        COLUMNS_22 "\nu," U_ARN ",t,true,p,p,p,false,true,r,d,x,y,false,r,d,x,y,N/A,c,N/A,c\n",
        COLUMNS_22 ",additional_credentials_info\nu," U_ARN
                   ",t,TRUE,p,p,p,FALSE,TRUE,r,d,x,y,FALSE,r,d,x,y,N/A,c,N/A,c,{}\n",
        "access_key_2_active,mfa_active,brand_new,arn,password_enabled,access_key_1_active,user\r\n"
        "false,false,true," U_ARN ",True,true,u\r\n",
    };

    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        struct collected c;
        const struct account *a = collect_report(&c, reports[i]);
        const struct report_row *row = a->users[0].report;

        expect_state(a, DATA_CREDENTIAL_REPORT, STATE_COMPLETE, NULL);
        assert_string_equal(a->report_generated_at, "2026-11-23T05:00:00Z");
        assert_non_null(row);
        assert_int_equal(row->password_enabled, CELL_TRUE);
        assert_int_equal(row->mfa_active, CELL_FALSE);
        assert_int_equal(row->key1_active, CELL_TRUE);
        assert_int_equal(row->key2_active, CELL_FALSE);
        assert_string_equal(row->password.cell, i == 2 ? "cell=2,5" : "cell=2,4");
        close_run(&c);
    }
}

TEST(cells_are_kept_apart)
{
    static const struct {
        const char *text;
        enum cell cell;
    } rows[] = {
        {"true", CELL_TRUE},
        {"TRUE", CELL_TRUE},
        {"false", CELL_FALSE},
        {"False", CELL_FALSE},
        {"not_supported", CELL_NOT_SUPPORTED},
        {"no_information", CELL_NO_INFORMATION},
        {"N/A", CELL_NOT_APPLICABLE},
        {"", CELL_OTHER},
        {" true", CELL_OTHER},
        {"yes", CELL_OTHER},
        {"1", CELL_OTHER},
        {"trueish", CELL_OTHER},
        {"2026-01-01T00:00:00+00:00", CELL_OTHER},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(cell_of(rows[i].text), rows[i].cell);
    assert_int_equal(cell_of(NULL), CELL_NO_COLUMN);
}

TEST(the_root_row_is_kept_apart)
{
    struct collected c;
    const struct account *a = collect_report(
        &c, REPORT_HEADER "\n<root_account>,arn:aws:iam::111122223333:root,t,not_supported,"
                          "no_information,true,false,false\nu," U_ARN ",t,false,N/A,false,false,"
                          "false\n");

    assert_int_equal(a->report_count, 1);
    assert_non_null(a->report_root);
    assert_int_equal(a->report_root->password_enabled, CELL_NOT_SUPPORTED);
    assert_int_equal(a->report_root->mfa_active, CELL_TRUE);
    close_run(&c);
}

TEST(a_missing_root_row_is_no_error)
{
    struct collected c;
    const struct account *a =
        collect_report(&c, REPORT_HEADER "\nu," U_ARN ",t,false,N/A,false,false,false\n");

    expect_state(a, DATA_CREDENTIAL_REPORT, STATE_COMPLETE, NULL);
    assert_null(a->report_root);
    close_run(&c);
}

/* Rows are joined by ARN: a user deleted and made again under another path is another one. */
TEST(rows_of_other_arns_are_not_joined)
{
    struct collected c;
    const struct account *a = collect_report(
        &c, REPORT_HEADER "\nu,arn:aws:iam::111122223333:user/old/u,t,true,N/A,true,false,false\n");

    assert_null(a->users[0].report);
    assert_int_equal(a->report_count, 1);
    close_run(&c);
}

TEST(broken_reports_fail)
{
    static const struct {
        const char *inside, *reason;
    } rows[] = {
        {"<ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-23T05:00:00Z"
         "</GeneratedTime>",
         "no Content"},
        {"<Content>dXNlcg==</Content><GeneratedTime>2026-11-23T05:00:00Z</GeneratedTime>",
         "ReportFormat is not text/csv"},
        {"<Content>dXNlcg==</Content><ReportFormat>text/csv</ReportFormat>", "no GeneratedTime"},
        {"<Content>dXNlcg==</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>now"
         "</GeneratedTime>",
         "no GeneratedTime"},
        {"<Content>dXNlcg=</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
         "2026-11-23T05:00:00Z</GeneratedTime>",
         "Content: "},
        {"<Content>dXN*cg==</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
         "2026-11-23T05:00:00Z</GeneratedTime>",
         "Content: "},
        {"<Content></Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
         "2026-11-23T05:00:00Z</GeneratedTime>",
         "credential report"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "GetCredentialReport", "{}", rows[i].inside);
        expect_state(collect_run(&c), DATA_CREDENTIAL_REPORT, STATE_FAILED, rows[i].reason);
        close_run(&c);
    }
}

TEST(broken_csv_fails_and_names_the_row)
{
    static const struct {
        const char *csv, *reason;
    } rows[] = {
        {REPORT_HEADER "\nu," U_ARN ",t,true,N/A,true,false\n", "credential report:row 2: "},
        {REPORT_HEADER "\nu,\"" U_ARN ",t,true,N/A,true,false,false\n", "credential report:row "},
        {"user,arn,password_enabled\nu," U_ARN ",true\n",
         "column user, arn, password_enabled or mfa_active is missing"},
        {"user,user,arn,password_enabled,mfa_active\nu,u," U_ARN ",true,true\n",
         "credential report:row 1: "},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        expect_state(collect_report(&c, rows[i].csv), DATA_CREDENTIAL_REPORT, STATE_FAILED,
                     rows[i].reason);
        close_run(&c);
    }
}

/* The row that could not be kept must not stay in the list. */
TEST(a_report_with_an_endless_name_fails)
{
    char name[LIMIT_NAME_BYTES + 2] = {0};
    struct assessment s = {0};
    struct run r;

    memset(name, 'n', sizeof name - 1);
    run_open(&r);
    run_account(&r, HOME_ID, NULL);
    run_report(&r, HOME_ID,
               arena_printf(&r.arena,
                            REPORT_HEADER "\nu," U_ARN ",t,true,N/A,true,false,false\n"
                                          "%s,%s,t,true,N/A,true,false,false\n",
                            name, name));
    run_assess(&r, &s);
    expect_state(&s.model.accounts[0], DATA_CREDENTIAL_REPORT, STATE_FAILED,
                 "credential report:row 3: ");
    assessment_close(&s);
    run_close(&r);
}

/* --- Devices -----------------------------------------------------------------------------------
 */

TEST(the_kind_of_a_device_is_told_by_its_serial)
{
    static const struct {
        const char *serial;
        enum device_kind kind;
    } rows[] = {
        {"arn:aws:iam::111122223333:mfa/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/path/to/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/u2f/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:mfa/root-account-mfa-device", DEVICE_VIRTUAL},
        {"arn:aws-cn:iam::111122223333:mfa/name", DEVICE_VIRTUAL},
        {"arn:aws:iam::111122223333:u2f/user/name/key-ABC", DEVICE_FIDO},
        {"arn:aws-us-gov:iam::111122223333:u2f/user/name/key-ABC", DEVICE_FIDO},
        {"arn:aws:iam::111122223333:sms-mfa/name", DEVICE_SMS},
        {"arn:aws:iam::111122223333:something-new/name", DEVICE_VIRTUAL},
        {"arn:aws:iam:u2f/x", DEVICE_VIRTUAL},
        {"arn:", DEVICE_VIRTUAL},
        {"GAHT12345678", DEVICE_HARDWARE},
        {"u2f/user/name", DEVICE_HARDWARE},
        {"ARN:aws:iam::111122223333:mfa/name", DEVICE_HARDWARE},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(device_kind_of(rows[i].serial), rows[i].kind);
}

#define VIRTUAL_PARAMETERS "{\"AssignmentStatus\":\"Any\",\"MaxItems\":\"1000\"}"

TEST(virtual_devices_keep_owner_and_place)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS,
               LAST "<VirtualMFADevices>"
                    "<member><SerialNumber>arn:aws:iam::111122223333:mfa/b</SerialNumber></member>"
                    "<member><SerialNumber>arn:aws:iam::111122223333:mfa/a</SerialNumber>"
                    "<EnableDate>2026-01-01T00:00:00Z</EnableDate><User><UserId>111122223333"
                    "</UserId><Arn>arn:aws:iam::111122223333:root</Arn></User></member>"
                    "</VirtualMFADevices>");
    a = collect_run(&c);
    expect_state(a, DATA_VIRTUAL_DEVICES, STATE_COMPLETE, NULL);
    assert_int_equal(a->virtual_device_count, 2);
    assert_string_equal(a->virtual_devices[0].owner_arn, "arn:aws:iam::111122223333:root");
    assert_string_equal(a->virtual_devices[0].enabled_at, "2026-01-01T00:00:00Z");
    assert_null(a->virtual_devices[1].owner_arn);
    assert_null(a->virtual_devices[1].enabled_at);
    expect_holds(a->virtual_devices[0].source.pointer, "[local-name()='member'][2]");
    expect_holds(a->virtual_devices_source.pointer, "[local-name()='VirtualMFADevices']");
    close_run(&c);
}

/* A second page that is no list of devices: a proxy's page, say. */
TEST(every_page_of_devices_is_a_list)
{
    struct collected c;
    cJSON *query;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    query = run_query(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS);
    run_page(&c.run, query, NULL,
             run_xml(&c.run, "ListVirtualMFADevices",
                     "<IsTruncated>true</IsTruncated><Marker>1</Marker><VirtualMFADevices/>"));
    run_page(&c.run, query, "1", "<html><body>sign in first</body></html>");
    expect_state(collect_run(&c), DATA_VIRTUAL_DEVICES, STATE_FAILED, "no list of devices");
    close_run(&c);
}

TEST(broken_device_lists_fail)
{
    static const char *const bad[] = {
        ("<VirtualMFADevices><member><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
         "</VirtualMFADevices>"),
        "<IsTruncated>true</IsTruncated><VirtualMFADevices/>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListVirtualMFADevices", VIRTUAL_PARAMETERS, bad[i]);
        expect_state(collect_run(&c), DATA_VIRTUAL_DEVICES, STATE_FAILED,
                     "iam:ListVirtualMFADevices: raw/");
        close_run(&c);
    }
}

TEST(user_devices_are_sorted_and_doubles_dropped)
{
    static const char serials[] = "arn:aws:iam::111122223333:mfa/u "
                                  "arn:aws:iam::111122223333:mfa/u GAHT12345678";
    static const struct user_story users[] = {{.name = "u", .devices = serials}, {0}};
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_story(&c.run, &(struct account_story){.users = users});
    a = collect_run(&c);
    assert_int_equal(a->users[0].device_count, 2);
    assert_int_equal(a->users[0].devices[0].kind, DEVICE_HARDWARE);
    assert_int_equal(a->users[0].devices[1].kind, DEVICE_VIRTUAL);
    assert_string_equal(a->users[0].devices[0].owner_arn, U_ARN);
    close_run(&c);
}

TEST(one_refused_list_of_devices_makes_one_user_unknown)
{
    static const struct user_story users[] = {
        {.name = "a"}, {.name = "b", .devices_denied = true}, {.name = "c"}, {0}};
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_story(&c.run, &(struct account_story){.users = users});
    a = collect_run(&c);
    expect_state(a, DATA_USER_DEVICES, STATE_DENIED, "iam:ListMFADevices: AccessDenied");
    assert_int_equal(a->users[0].devices_status.state, STATE_COMPLETE);
    assert_int_equal(a->users[1].devices_status.state, STATE_DENIED);
    assert_int_equal(a->users[2].devices_status.state, STATE_COMPLETE);
    close_run(&c);
}

/* --- Account and organisation ------------------------------------------------------------------
 */

static const struct account *collect_summary(struct collected *c, const char *entries)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, "GetAccountSummary", "{}",
               arena_printf(&c->run.arena, "<SummaryMap>%s</SummaryMap>", entries));
    return collect_run(c);
}

TEST(a_summary_key_that_is_absent_is_unknown)
{
    struct collected c;
    const struct account *a =
        collect_summary(&c, "<entry><key>Users</key><value>12</value></entry>"
                            "<entry><key>AccountMFAEnabled</key><value>0</value></entry>"
                            "<entry><key>Brand New Key</key><value>many</value></entry>");

    expect_state(a, DATA_SUMMARY, STATE_COMPLETE, NULL);
    assert_true(a->summary[SUMMARY_USERS].known);
    assert_int_equal(a->summary[SUMMARY_USERS].value, 12);
    assert_true(a->summary[SUMMARY_ROOT_MFA].known);
    assert_int_equal(a->summary[SUMMARY_ROOT_MFA].value, 0);
    assert_false(a->summary[SUMMARY_ROOT_KEYS].known);
    assert_false(a->summary[SUMMARY_ROOT_PASSWORD].known);
    expect_holds(a->summary[SUMMARY_ROOT_MFA].source.pointer, "[local-name()='entry'][2]");
    close_run(&c);
}

/* The order within an entry is not promised; a value must never go to another key. */
TEST(a_summary_value_belongs_to_its_own_key)
{
    struct collected c;
    const struct account *a =
        collect_summary(&c, "<entry><value>1</value><key>AccountAccessKeysPresent</key></entry>"
                            "<entry><value>0</value><key>AccountMFAEnabled</key></entry>");

    expect_state(a, DATA_SUMMARY, STATE_COMPLETE, NULL);
    assert_int_equal(a->summary[SUMMARY_ROOT_KEYS].value, 1);
    assert_int_equal(a->summary[SUMMARY_ROOT_MFA].value, 0);
    close_run(&c);
}

TEST(broken_summaries_fail)
{
    static const char *const bad[] = {
        "<entry><key>Users</key><value>twelve</value></entry>",
        "<entry><key>Users</key><value>-1</value></entry>",
        "<entry><key>Users</key><value>+1</value></entry>",
        "<entry><key>Users</key><value> 1</value></entry>",
        "<entry><key>Users</key><value>1.5</value></entry>",
        "<entry><key>Users</key><value></value></entry>",
        "<entry><key>Users</key><value>99999999999999999999999</value></entry>",
        ("<entry><key>Users</key><value>1</value></entry>"
         "<entry><key>Users</key><value>2</value></entry>"),
        "<entry><key>Users</key></entry>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        expect_state(collect_summary(&c, bad[i]), DATA_SUMMARY, STATE_FAILED,
                     "iam:GetAccountSummary: raw/");
        close_run(&c);
    }
}

/* The caller's partition makes root's ARN; an answer for another account is not taken. */
TEST(the_caller_tells_the_partition)
{
    struct collected c;
    const struct account *a;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "GetCallerIdentity", "{}",
               "<Arn>arn:aws-us-gov:iam::111122223333:user/x</Arn><Account>111122223333</Account>");
    a = collect_run(&c);
    assert_string_equal(a->root_arn, "arn:aws-us-gov:iam::111122223333:root");
    close_run(&c);

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_answer(&c.run, HOME_ID, "GetCallerIdentity", "{}",
               "<Arn>arn:aws-cn:iam::222233334444:user/x</Arn><Account>222233334444</Account>");
    a = collect_run(&c);
    expect_state(a, DATA_CALLER, STATE_FAILED, "not an answer for account 111122223333");
    assert_string_equal(a->root_arn, "arn:aws:iam::111122223333:root");
    close_run(&c);
}

static void open_organization(struct collected *c)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_account(&c->run, OTHER_ID, NULL);
    run_collects(&c->run, "organizations");
}

TEST(accounts_are_named_by_state_or_status)
{
    struct collected c;
    cJSON *query;

    open_organization(&c);
    query = run_query(&c.run, HOME_ID, "ListAccounts", "{}");
    run_page(&c.run, query, NULL,
             "{\"Accounts\":[{\"Id\":\"222233334444\",\"Name\":\"n\",\"Status\":\"ACTIVE\","
             "\"State\":\"SUSPENDED\"}],\"NextToken\":\"t\"}");
    run_page(&c.run, query, "t", "{\"Accounts\":[],\"NextToken\":\"u\"}");
    run_page(&c.run, query, "u",
             "{\"Accounts\":[{\"Id\":\"111122223333\",\"Name\":\"m\",\"Status\":\"ACTIVE\"}],"
             "\"NextToken\":null}");
    expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_COMPLETE, NULL);
    assert_int_equal(c.model.listed_count, 2);
    assert_string_equal(c.model.listed[0].state, "SUSPENDED");
    assert_string_equal(c.model.listed[1].state, "ACTIVE");
    assert_string_equal(model_account(&c.model, OTHER_ID)->name, "n");
    assert_string_equal(c.model.listed[0].source.pointer, "/Accounts/0");
    close_run(&c);
}

TEST(broken_account_lists_fail)
{
    static const char *const bad[] = {
        "{\"Accounts\":[{\"Id\":\"222233334444\",\"Name\":\"n\"}]}",
        "{\"Accounts\":[{\"Name\":\"n\",\"State\":\"ACTIVE\"}]}",
        "{\"Accounts\":[{\"Id\":\"1\",\"Name\":\"n\",\"State\":\"ACTIVE\"},{}]}",
        "{\"Accounts\":[7]}",
        "{\"Accounts\":{}}",
        "{\"Accounts\":[],\"NextToken\":\"\"}",
        "{\"Accounts\":[],\"NextToken\":5}",
        "{\"Accounts\":[]",
        "{}",
        "[]",
        "<a/>",
        "",
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collected c;

        open_organization(&c);
        run_page(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", "{}"), NULL, bad[i]);
        expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_FAILED, "organizations:ListAccounts: ");
        for (size_t l = 0; l < c.model.listed_count; l++)
            assert_non_null(c.model.listed[l].state);
        close_run(&c);
    }
}

TEST(no_organisation_is_an_answer)
{
    static const char body[] = "{\"__type\":\"AWSOrganizationsNotInUseException\","
                               "\"Message\":\"not a member\"}";
    struct collected c;
    const struct account *a;

    open_organization(&c);
    run_error(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", "{}"), NULL, 400, body);
    run_error(&c.run, run_query(&c.run, HOME_ID, "DescribeOrganization", "{}"), NULL, 400, body);
    a = collect_run(&c);
    expect_state(a, DATA_ACCOUNTS, STATE_COMPLETE, NULL);
    expect_state(a, DATA_ORGANIZATION, STATE_COMPLETE, NULL);
    assert_null(c.model.organization_id);
    close_run(&c);
}

TEST(only_the_whole_word_is_the_feature)
{
    static const struct {
        const char *inside;
        bool enabled;
    } rows[] = {
        {"<EnabledFeatures><member>RootSessions</member><member>RootCredentialsManagement</member>"
         "</EnabledFeatures>",
         true},
        {"<EnabledFeatures><member>RootCredentialsManagementX</member></EnabledFeatures>", false},
        {"<EnabledFeatures/>", false},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(&c.run, HOME_ID, "ListOrganizationsFeatures", "{}", rows[i].inside);
        expect_state(collect_run(&c), DATA_ORGANIZATION_FEATURES, STATE_COMPLETE, NULL);
        assert_int_equal(c.model.root_credentials_management, rows[i].enabled);
        close_run(&c);
    }
}

/* The organisation is asked at home only; what was not to be collected is not asked at all. */
TEST(scope_and_collection_are_kept_to)
{
    struct collected c;

    open_run(&c);
    run_account(&c.run, HOME_ID, NULL);
    run_account(&c.run, OTHER_ID, "excluded by the caller");
    run_page(&c.run, run_query(&c.run, HOME_ID, "ListAccounts", "{}"), NULL, "{\"Accounts\":[]}");
    run_answer(&c.run, OTHER_ID, "ListAccountAliases", "{}",
               "<AccountAliases><member>other</member></AccountAliases>");
    expect_state(collect_run(&c), DATA_ACCOUNTS, STATE_NOT_COLLECTED,
                 "organizations:ListAccounts: not collected");
    assert_null(model_account(&c.model, OTHER_ID)->alias);
    close_run(&c);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_percent_decoded_and_plus_stays),
        cmocka_unit_test(documents_that_cannot_be_decoded_are_no_text),
        cmocka_unit_test(an_encoded_nul_does_not_end_a_document),
        cmocka_unit_test(only_the_default_version_is_in_force),
        cmocka_unit_test(a_policy_without_default_version_has_no_text),
        cmocka_unit_test(the_default_flag_may_come_before_the_document),
        cmocka_unit_test(a_version_without_flag_is_not_the_default),
        cmocka_unit_test(roles_within_instance_profiles_are_copies),
        cmocka_unit_test(doubles_across_pages_are_dropped),
        cmocka_unit_test(groups_attachments_and_tags_are_read),
        cmocka_unit_test(broken_authorization_answers_fail),
        cmocka_unit_test(marker_and_truncation_must_agree),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(reports_of_22_and_23_columns_and_shuffled_ones_are_read),
        cmocka_unit_test(cells_are_kept_apart),
        cmocka_unit_test(the_root_row_is_kept_apart),
        cmocka_unit_test(a_missing_root_row_is_no_error),
        cmocka_unit_test(rows_of_other_arns_are_not_joined),
        cmocka_unit_test(broken_reports_fail),
        cmocka_unit_test(broken_csv_fails_and_names_the_row),
        cmocka_unit_test(a_report_with_an_endless_name_fails),
        cmocka_unit_test(the_kind_of_a_device_is_told_by_its_serial),
        cmocka_unit_test(virtual_devices_keep_owner_and_place),
        cmocka_unit_test(every_page_of_devices_is_a_list),
        cmocka_unit_test(broken_device_lists_fail),
        cmocka_unit_test(user_devices_are_sorted_and_doubles_dropped),
        cmocka_unit_test(one_refused_list_of_devices_makes_one_user_unknown),
        cmocka_unit_test(a_summary_key_that_is_absent_is_unknown),
        cmocka_unit_test(a_summary_value_belongs_to_its_own_key),
        cmocka_unit_test(broken_summaries_fail),
        cmocka_unit_test(the_caller_tells_the_partition),
        cmocka_unit_test(accounts_are_named_by_state_or_status),
        cmocka_unit_test(broken_account_lists_fail),
        cmocka_unit_test(no_organisation_is_an_answer),
        cmocka_unit_test(only_the_whole_word_is_the_feature),
        cmocka_unit_test(scope_and_collection_are_kept_to),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
