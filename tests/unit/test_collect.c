/* test_collect.c - the collectors of principals and credential reports over answers in wire format.
 */
#include "collect/batch.h"
#include "collected.h"

/* --- GetAccountAuthorizationDetails ----------------------------------------------------------- */

static struct account *collect_authorization(struct collected *c, const char *inside)
{
    open_run(c);
    run_account(&c->run, HOME_ID, NULL);
    run_answer(&c->run, HOME_ID, GAAD, GAAD_PARAMETERS, inside);
    return collect_run(c);
}

TEST(documents_are_percent_decoded_and_plus_stays)
{
    struct collected c;
    const struct account *a = collect_authorization(
        &c, LAST "<UserDetailList><member><UserName>u</UserName><Arn>arn:aws:iam::111122223333:x/"
                 "u</Arn><UserPolicyList>"
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
                                LAST "<GroupDetailList><member><GroupName>g</"
                                     "GroupName><Arn>arn:aws:iam::111122223333:x/g"
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
        &c, LAST "<UserDetailList><member><UserName>u</UserName><Arn>arn:aws:iam::111122223333:x/"
                 "u</Arn><UserPolicyList>"
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
        &c, LAST "<Policies><member><PolicyName>p</PolicyName><Arn>arn:aws:iam::111122223333:x/p</"
                 "Arn><PolicyVersionList>"
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
        &c, LAST "<Policies><member><PolicyName>p</PolicyName><Arn>arn:aws:iam::111122223333:x/p</"
                 "Arn><PolicyVersionList>"
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
                 "</InstanceProfileName><Arn>arn:aws:iam::111122223333:x/ip</"
                 "Arn><Roles><member><RoleName>inner</RoleName>"
                 "<Arn>arn:aws:iam::111122223333:x/inner</Arn><AssumeRolePolicyDocument>inner</"
                 "AssumeRolePolicyDocument>"
                 "</member></Roles></member></InstanceProfileList><RoleName>r</RoleName>"
                 "<Arn>arn:aws:iam::111122223333:x/r</Arn><AssumeRolePolicyDocument>%7B%7D</"
                 "AssumeRolePolicyDocument>"
                 "</member></RoleDetailList>");

    assert_int_equal(a->role_count, 1);
    assert_string_equal(a->roles[0].name, "r");
    assert_string_equal(a->roles[0].arn, "arn:aws:iam::111122223333:x/r");
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
        "<UserDetailList><member><UserName>a</UserName><Arn>arn:aws:iam::111122223333:x/a</Arn></"
        "member>"
        "<member><Path>/",
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>"
        "<UserDetailList><member><UserName>a</UserName><Arn>arn:aws:iam::111122223333:x/a</Arn></"
        "member>"
        "<member><UserName>b</UserName><GroupList><member>g",
        "<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>"
        "<UserDetailList><member><Arn>arn:aws:iam::111122223333:x/a</Arn></member></"
        "UserDetailList>",
        "<R><S><GroupDetailList><member><GroupName>a</GroupName><Arn>arn:aws:iam::111122223333:x/"
        "a</Arn></member>"
        "<member></member></GroupDetailList></S></R>",
        "<R><S><RoleDetailList><member><RoleName>a</RoleName><Arn>arn:aws:iam::111122223333:x/a</"
        "Arn></member>"
        "<member><RoleName>b</RoleName></member></RoleDetailList></S></R>",
        "<R><S><Policies><member><Arn>arn:aws:iam::111122223333:x/a</Arn></"
        "member><member><PolicyName>x</PolicyName>"
        "</member></Policies></S></R>",
        "<R><S><Policies><member><Arn>arn:aws:iam::111122223333:x/a</Arn></"
        "member><member><PolicyName>",
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
        /* but for the two that are about a person's own lists, and there are none */
        assert_int_equal(
            count_of(&s.findings, NULL, STATUS_NOT_APPLICABLE),
            count_of(&s.findings, "iam.leavers_removed", STATUS_NOT_APPLICABLE) +
                count_of(&s.findings, "governance.exceptions_current", STATUS_NOT_APPLICABLE));
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
        {"<UserName>", "</UserName><Arn>arn:aws:iam::111122223333:x/u</Arn>"},
        {"<UserName>u</UserName><Arn>arn:aws:iam::111122223333:", "</Arn>"},
        {"<UserName>u</UserName><Arn>arn:aws:iam::111122223333:x/u</Arn><GroupList><member>",
         "</member></GroupList>"},
        {"<UserName>u</UserName><Arn>arn:aws:iam::111122223333:x/u</Arn><Tags><member><Key>",
         "</Key></member></Tags>"},
        {"<UserName>u</UserName><Arn>arn:aws:iam::111122223333:x/u</"
         "Arn><AttachedManagedPolicies><member><PolicyArn>",
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
                                LAST "<UserDetailList><member><UserName>a</UserName><Arn>"
                                     "arn:aws:iam::111122223333:user/a</Arn></"
                                     "member><member>%s%s%s</member></UserDetailList>",
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
        assert_string_equal(a->report_info->generated_at, "2026-11-23T05:00:00Z");
        assert_non_null(row);
        assert_int_equal(report_cell(row, REPORT_PASSWORD), CELL_TRUE);
        assert_int_equal(report_cell(row, REPORT_MFA), CELL_FALSE);
        assert_int_equal(report_cell(row, REPORT_KEY1), CELL_TRUE);
        assert_int_equal(report_cell(row, REPORT_KEY2), CELL_FALSE);
        assert_string_equal(report_source(a, row, REPORT_PASSWORD, &c.model.arena).cell,
                            i == 2 ? "cell=2,5" : "cell=2,4");
        assert_string_equal(report_source(a, row, REPORT_KEY1_REGION, &c.model.arena).cell,
                            i == 2 ? "row=2" : "cell=2,12");
        assert_string_equal(word_or(row->text[REPORT_KEY1_REGION], "none"), i == 2 ? "none" : "x");
        assert_string_equal(word_or(row->text[REPORT_KEY2_SERVICE], "none"), i == 2 ? "none" : "y");
        assert_string_equal(word_or(row->text[REPORT_CREATED], "none"), i == 2 ? "none" : "t");
        assert_int_equal(report_cell(row, REPORT_CERT2),
                         i == 2 ? CELL_NO_COLUMN : CELL_NOT_APPLICABLE);
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
    assert_int_equal(report_cell(a->report_root, REPORT_PASSWORD), CELL_NOT_SUPPORTED);
    assert_int_equal(report_cell(a->report_root, REPORT_MFA), CELL_TRUE);
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

/* A user deleted and made anew has the ARN of the old one, and none of its history. */
TEST(a_row_of_the_user_before_is_not_joined)
{
    static const struct {
        const char *reported;
        bool joined;
    } rows[] = {{"2026-01-01T00:00:00+00:00", true}, {"2020-05-05T00:00:00Z", false}, {"t", true}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct collected c;
        const struct account *a;

        open_run(&c);
        run_account(&c.run, HOME_ID, NULL);
        run_answer(
            &c.run, HOME_ID, GAAD, GAAD_PARAMETERS,
            arena_printf(&c.run.arena, LAST "<UserDetailList>%s</UserDetailList>",
                         user_xml(&c, "u", "<CreateDate>2026-01-01T00:00:00Z</CreateDate>")));
        run_report(&c.run, HOME_ID,
                   arena_printf(&c.run.arena,
                                REPORT_HEADER "\nu," U_ARN ",%s,false,N/A,false,false,false\n",
                                rows[i].reported));
        a = collect_run(&c);
        assert_true((a->users[0].report != NULL) == rows[i].joined);
        close_run(&c);
    }
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
        {"<Content>dXNlcg==</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
         "2026-11-20T05:00:00Z</GeneratedTime>",
         "too old to rely on"},
        {"<Content>dXNlcg==</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>"
         "2026-11-23T07:00:00Z</GeneratedTime>",
         "after the scan"},
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

TEST(the_worst_part_speaks_for_the_whole)
{
    struct data_status whole = {STATE_COMPLETE, NULL, NULL};
    const struct data_status complete = whole, incomplete = {STATE_INCOMPLETE, "a page", NULL},
                             denied = {STATE_DENIED, "first", NULL},
                             again = {STATE_DENIED, "second", NULL};

    collect_fold(&whole, &complete);
    assert_int_equal(whole.state, STATE_COMPLETE);
    collect_fold(&whole, &incomplete);
    assert_string_equal(whole.reason, "a page");
    collect_fold(&whole, &denied);
    collect_fold(&whole, &again);
    collect_fold(&whole, &incomplete);
    assert_int_equal(whole.state, STATE_DENIED);
    assert_string_equal(whole.reason, "first");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(a_row_of_the_user_before_is_not_joined),
        cmocka_unit_test(broken_reports_fail),
        cmocka_unit_test(broken_csv_fails_and_names_the_row),
        cmocka_unit_test(a_report_with_an_endless_name_fails),
        cmocka_unit_test(the_worst_part_speaks_for_the_whole),
    };

    return RUN_TESTS(tests, NULL, NULL);
}
