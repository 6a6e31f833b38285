/* run_dir.h - run directories that tests write: a query log and the answers it names, and accounts
 * told in a few words, answered as AWS would. */
#ifndef TESTS_UNIT_RUN_DIR_H
#define TESTS_UNIT_RUN_DIR_H

#include "expect.h"

#include "assessment.h"
#include "aws/transport.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/json_build.h"
#include "base/limits.h"
#include "base/log.h"
#include "checks/check.h"
#include "collect/collect.h"
#include "evaluate.h"

#define HOME_ID "111122223333"
#define OTHER_ID "222233334444"
#define MOST_20 "{\"MaxResults\":20}" /* parameters of Organizations' lists */

/* A run directory being written. */
struct run {
    struct arena arena;
    char dir[64];
    cJSON *snapshot, *queries, *accounts;
    int pages; /* written so far: their numbers */
};

static inline void run_open(struct run *r)
{
    cJSON *producer, *scope, *collect, *period;

    *r = (struct run){0};
    json_init();
    log_setup(LOG_ERROR, false);
    (void)snprintf(r->dir, sizeof r->dir, "%s", "/tmp/reportgen-unit-XXXXXX");
    assert_non_null(mkdtemp(r->dir));
    r->snapshot = cJSON_CreateObject();
    json_add_text(r->snapshot, "schema", SNAPSHOT_SCHEMA);
    producer = cJSON_AddObjectToObject(r->snapshot, "producer");
    json_add_text(producer, "name", "reportgen");
    json_add_text(producer, "version", "0.1.0");
    json_add_text(r->snapshot, "startedAt", "2026-11-23T06:00:00Z");
    json_add_text(r->snapshot, "finishedAt", "2026-11-23T06:01:12Z");
    scope = cJSON_AddObjectToObject(r->snapshot, "scope");
    json_add_text(scope, "mode", "accounts");
    json_add_text(scope, "home", HOME_ID);
    collect = cJSON_AddArrayToObject(scope, "collect");
    cJSON_AddItemToArray(collect, cJSON_CreateString("iam"));
    cJSON_AddItemToArray(collect, cJSON_CreateString("sts"));
    (void)cJSON_AddArrayToObject(scope, "regions");
    json_add_text(scope, "freshness", "confirm");
    period = cJSON_AddObjectToObject(scope, "period");
    json_add_text(period, "from", "2026-08-25T06:00:00Z");
    json_add_text(period, "to", "2026-11-23T06:00:00Z");
    r->accounts = cJSON_AddArrayToObject(scope, "accounts");
    (void)cJSON_AddArrayToObject(r->snapshot, "overrides");
    r->queries = cJSON_AddArrayToObject(r->snapshot, "queries");
}

static inline void run_close(struct run *r)
{
    struct error err = {0};

    cJSON_Delete(r->snapshot);
    arena_free(&r->arena);
    expect_ok(file_remove_tree(r->dir, &err), err);
}

/* An account of the scope; left out when there is a reason. */
static inline void run_account(struct run *r, const char *id, const char *reason)
{
    cJSON *row = json_append_object(r->accounts);

    json_add_text(row, "id", id);
    cJSON_AddBoolToObject(row, "included", !reason);
    json_add_text(row, "reason", reason);
}

static inline cJSON *run_scope(struct run *r)
{
    return cJSON_GetObjectItem(r->snapshot, "scope");
}

static inline void run_collects(struct run *r, const char *service)
{
    cJSON_AddItemToArray(cJSON_GetObjectItem(run_scope(r), "collect"), cJSON_CreateString(service));
}

static inline void run_set(cJSON *obj, const char *key, cJSON *value)
{
    cJSON_DeleteItemFromObject(obj, key);
    cJSON_AddItemToObject(obj, key, value);
}

static inline bool is_of_organizations(const char *operation)
{
    static const char *const operations[] = {"DescribeOrganization",
                                             "DescribePolicy",
                                             "ListAccounts",
                                             "ListAccountsForParent",
                                             "ListDelegatedAdministrators",
                                             "ListOrganizationalUnitsForParent",
                                             "ListPolicies",
                                             "ListRoots",
                                             "ListTargetsForPolicy"};

    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (strcmp(operation, operations[i]) == 0)
            return true;
    return false;
}

/* The question of iam (or sts, organizations) without answers; `parameters` as JSON. */
static inline cJSON *run_query(struct run *r, const char *account, const char *operation,
                               const char *parameters)
{
    cJSON *row = json_append_object(r->queries);
    struct error err = {0};
    bool is_sts = strcmp(operation, "GetCallerIdentity") == 0;
    bool is_json = is_of_organizations(operation);

    json_add_text(row, "account", account);
    json_add_text(row, "region", "us-east-1");
    json_add_text(row, "service", is_sts ? "sts" : is_json ? "organizations" : "iam");
    json_add_text(row, "operation", operation);
    cJSON_AddItemToObject(row, "parameters",
                          json_parse("parameters", parameters, strlen(parameters), &err));
    json_add_text(row, "endpointHost", "iam.amazonaws.com");
    cJSON_AddBoolToObject(row, "complete", true);
    cJSON_AddNullToObject(row, "error");
    (void)cJSON_AddArrayToObject(row, "pages");
    return row;
}

/* One page of `query`: written to disk and to the log. */
static inline cJSON *run_page_bytes(struct run *r, cJSON *query, const char *token, int status,
                                    const char *body, size_t len)
{
    cJSON *row = json_append_object(cJSON_GetObjectItem(query, "pages"));
    const char *account = json_str(query, "account"), *service = json_str(query, "service");
    const char *folder = arena_printf(&r->arena, "%s/raw/%s", r->dir, account);
    const char *file = arena_printf(&r->arena, "raw/%s/%04d-%s-%s.%s", account, ++r->pages, service,
                                    json_str(query, "operation"),
                                    strcmp(service, "organizations") == 0 ? "json" : "xml");
    struct error err = {0};
    char hex[DIGEST_HEX];

    expect_ok(file_make_dirs(folder, 0700, &err), err);
    expect_ok(file_write(file_join(&r->arena, r->dir, file), body, len, 0600, &err), err);
    json_add_text(row, "file", file);
    json_add_text(row, "sha256", digest_bytes(body, len, hex));
    json_add_count(row, "size", len);
    cJSON_AddNumberToObject(row, "httpStatus", status);
    json_add_text(row, "requestId", "00000000-0000-4000-8000-000000000000");
    json_add_text(row, "sentAt", "2026-11-23T06:00:02.120Z");
    json_add_text(row, "receivedAt", "2026-11-23T06:00:02.201Z");
    json_add_text(row, "serverDate", "2026-11-23T06:00:02Z");
    json_add_text(row, "token", token);
    return row;
}

static inline cJSON *run_page(struct run *r, cJSON *query, const char *token, const char *body)
{
    return run_page_bytes(r, query, token, 200, body, strlen(body));
}

#define ACCESS_DENIED                                                       \
    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n" \
    "  <Error><Type>Sender</Type><Code>AccessDenied</Code>"                 \
    "<Message>not authorized</Message></Error>\n"                           \
    "  <RequestId>00000000-0000-4000-8000-000000000000</RequestId>\n</ErrorResponse>\n"

#define NO_SUCH_ENTITY                                                      \
    "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n" \
    "  <Error><Type>Sender</Type><Code>NoSuchEntity</Code>"                 \
    "<Message>cannot be found</Message></Error>\n"                          \
    "  <RequestId>00000000-0000-4000-8000-000000000000</RequestId>\n</ErrorResponse>\n"

/* The last page of `query` is an error, and the query is marked so. */
static inline void run_error(struct run *r, cJSON *query, const char *token, int status,
                             const char *body)
{
    cJSON *error = cJSON_CreateObject();

    (void)run_page_bytes(r, query, token, status, body, strlen(body));
    json_add_text(error, "code", "AccessDenied");
    json_add_text(error, "message", "not authorized");
    run_set(query, "complete", cJSON_CreateBool(false));
    run_set(query, "error", error);
}

/* «There is none»: an error that answers the question. */
static inline void run_none(struct run *r, cJSON *query)
{
    (void)run_page_bytes(r, query, NULL, 404, NO_SUCH_ENTITY, strlen(NO_SUCH_ENTITY));
}

/* The home account is in no organisation, and says so. */
static inline void run_standalone(struct run *r)
{
    static const char body[] =
        "{\"__type\":\"AWSOrganizationsNotInUseException\",\"Message\":\"not a member\"}";

    cJSON_AddItemToArray(cJSON_GetObjectItem(run_scope(r), "collect"),
                         cJSON_CreateString("organizations"));
    (void)run_page_bytes(r, run_query(r, HOME_ID, "DescribeOrganization", "{}"), NULL, 400, body,
                         sizeof body - 1);
    (void)run_page_bytes(r, run_query(r, HOME_ID, "ListAccounts", MOST_20), NULL, 400, body,
                         sizeof body - 1);
}

/* "<Op>Response" and "<Op>Result" around `inside`. */
static inline const char *run_xml(struct run *r, const char *operation, const char *inside)
{
    return arena_printf(&r->arena,
                        "<%sResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\n"
                        "  <%sResult>%s</%sResult>\n"
                        "  <ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000"
                        "</RequestId></ResponseMetadata>\n</%sResponse>\n",
                        operation, operation, inside, operation, operation);
}

/* A question with one whole answer. */
static inline cJSON *run_answer(struct run *r, const char *account, const char *operation,
                                const char *parameters, const char *inside)
{
    cJSON *query = run_query(r, account, operation, parameters);

    (void)run_page(r, query, NULL, run_xml(r, operation, inside));
    return query;
}

static inline void run_write(struct run *r)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(64 * MIB);
    struct error err = {0};

    expect_ok(json_pretty(r->snapshot, &text, &err), err);
    expect_ok(
        file_write(file_join(&r->arena, r->dir, SNAPSHOT_FILE), text.buf, text.len, 0600, &err),
        err);
}

/* --- Accounts in a few words ------------------------------------------------------------------ */

/* A user; what is NULL is as of a plain one: path "/", password and MFA false, keys inactive. */
struct user_story {
    const char *name, *path;
    const char *password, *mfa, *key1, *key2; /* cells of the credential report */
    const char *devices;                      /* serials, separated by blanks */
    const char *groups;                       /* names, separated by blanks */
    const char *attached;                     /* ARNs of managed policies, separated by blanks */
    const char *inline_policy;                /* document, JSON */
    const char *tag;                          /* "type=service" */
    const char *created;                      /* NULL: of no time in the list, 2026-01-01 else */
    const char *used, *changed;               /* the password; NULL: "no_information", "N/A" */
    const char *made1, *made2;                /* the keys; NULL: "N/A" */
    const char *enabled;                      /* the devices; NULL: 2026-01-01 */
    bool not_in_report, devices_denied;
};

struct account_story {
    const char *id;                                                       /* NULL: HOME_ID */
    const char *partition;                                                /* NULL: "aws" */
    const char *root_mfa, *root_password, *root_keys, *root_certificates; /* "-": key absent */
    const struct user_story *users;  /* ends with one without a name */
    const char *groups, *policies;   /* members of GroupDetailList and Policies, XML */
    const char *virtual_devices;     /* members besides the users' own, XML */
    const char *summary;             /* further entries: "MFADevices=3 Policies=1" */
    const char *report_root;         /* root's row; NULL: none */
    const char *features;            /* of the organisation, separated by blanks */
    const char *freshness;           /* NULL: "confirm" */
    const char *password_policy;     /* elements of it, XML; NULL: none was set */
    const char *service_credentials; /* members, XML */
};

static inline const char *word_or(const char *text, const char *other)
{
    return text ? text : other;
}

/* Appends `format` with each of the words in turn. */
static inline void each_word(struct strbuf *out, const char *words, const char *before,
                             const char *after)
{
    for (const char *w = word_or(words, ""); *w; w += strcspn(w, " "), w += *w == ' ') {
        strbuf_addstr(out, before);
        strbuf_add(out, w, strcspn(w, " "));
        strbuf_addstr(out, after);
    }
}

/* Percent-encoded as AWS does it: everything but letters, digits and -_.~ */
static inline const char *percent_encoded(struct arena *arena, const char *text)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(16 * MIB);

    for (; *text; text++) {
        if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~") > 0)
            strbuf_addch(&out, *text);
        else
            strbuf_addf(&out, "%%%02X", (unsigned char)*text);
    }
    return arena_strndup(arena, out.buf, out.len);
}

static inline const char *story_arn(struct run *r, const struct account_story *a,
                                    const struct user_story *u)
{
    return arena_printf(&r->arena, "arn:%s:iam::%s:user%s%s", word_or(a->partition, "aws"),
                        word_or(a->id, HOME_ID), word_or(u->path, "/"), u->name);
}

static inline void story_user(struct run *r, const struct account_story *a,
                              const struct user_story *u, struct strbuf *out)
{
    size_t key = strcspn(word_or(u->tag, ""), "=");

    strbuf_addstr(out, "<member><GroupList>");
    each_word(out, u->groups, "<member>", "</member>");
    strbuf_addstr(out, "</GroupList><AttachedManagedPolicies>");
    each_word(out, u->attached, "<member><PolicyName>p</PolicyName><PolicyArn>",
              "</PolicyArn></member>");
    strbuf_addf(out,
                "</AttachedManagedPolicies><Path>%s</Path><UserName>%s</UserName><Arn>%s</Arn>",
                word_or(u->path, "/"), u->name, story_arn(r, a, u));
    if (u->inline_policy)
        strbuf_addf(out,
                    "<UserPolicyList><member><PolicyName>own</PolicyName><PolicyDocument>%s"
                    "</PolicyDocument></member></UserPolicyList>",
                    percent_encoded(&r->arena, u->inline_policy));
    if (u->created)
        strbuf_addf(out, "<CreateDate>%s</CreateDate>", u->created);
    if (u->tag)
        strbuf_addf(out, "<Tags><member><Key>%.*s</Key><Value>%s</Value></member></Tags>", (int)key,
                    u->tag, u->tag + key + 1);
    strbuf_addstr(out, "</member>");
}

static inline void story_authorization(struct run *r, const struct account_story *a)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(16 * MIB);

    strbuf_addstr(&out, "<IsTruncated>false</IsTruncated><UserDetailList>");
    for (const struct user_story *u = a->users; u && u->name; u++)
        story_user(r, a, u, &out);
    strbuf_addf(&out,
                "</UserDetailList><GroupDetailList>%s</GroupDetailList><Policies>%s</Policies>",
                word_or(a->groups, ""), word_or(a->policies, ""));
    run_answer(r, word_or(a->id, HOME_ID), "GetAccountAuthorizationDetails",
               "{\"MaxItems\":\"1000\"}", out.buf);
}

#define REPORT_HEADER                                                             \
    "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active," \
    "access_key_1_active,access_key_2_active"

/* A credential report of CSV text, for `account`. */
static inline void run_report(struct run *r, const char *account, const char *csv)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(16 * MIB);

    strbuf_addstr(&out, "<Content>");
    base64_encode(&out, csv, strlen(csv));
    strbuf_addstr(&out, "</Content><ReportFormat>text/csv</ReportFormat>"
                        "<GeneratedTime>2026-11-23T05:00:00Z</GeneratedTime>");
    run_answer(r, account, "GetCredentialReport", "{}", out.buf);
}

static inline void story_report(struct run *r, const struct account_story *a)
{
    cleanup_strbuf struct strbuf csv = STRBUF_INIT(16 * MIB);

    strbuf_addstr(&csv, REPORT_HEADER ",password_last_changed,access_key_1_last_rotated,"
                                      "access_key_2_last_rotated\n");
    if (a->report_root)
        strbuf_addf(&csv, "%s,N/A,N/A,N/A\n", a->report_root);
    for (const struct user_story *u = a->users; u && u->name; u++)
        if (!u->not_in_report)
            strbuf_addf(&csv, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", u->name, story_arn(r, a, u),
                        word_or(u->created, "2026-01-01T00:00:00Z"), word_or(u->password, "false"),
                        word_or(u->used, "no_information"), word_or(u->mfa, "false"),
                        word_or(u->key1, "false"), word_or(u->key2, "false"),
                        word_or(u->changed, "N/A"), word_or(u->made1, "N/A"),
                        word_or(u->made2, "N/A"));
    run_report(r, word_or(a->id, HOME_ID), csv.buf);
}

static inline void story_summary_entry(struct strbuf *out, const char *key, const char *value)
{
    if (strcmp(value, "-") != 0)
        strbuf_addf(out, "<entry><key>%s</key><value>%s</value></entry>", key, value);
}

static inline void story_summary(struct run *r, const struct account_story *a)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);
    char count[16];
    int users = 0;

    while (a->users && a->users[users].name)
        users++;
    (void)snprintf(count, sizeof count, "%d", users);
    strbuf_addstr(&out, "<SummaryMap>");
    story_summary_entry(&out, "Users", count);
    story_summary_entry(&out, "AccountMFAEnabled", word_or(a->root_mfa, "1"));
    story_summary_entry(&out, "AccountPasswordPresent", word_or(a->root_password, "1"));
    story_summary_entry(&out, "AccountAccessKeysPresent", word_or(a->root_keys, "0"));
    story_summary_entry(&out, "AccountSigningCertificatesPresent",
                        word_or(a->root_certificates, "0"));
    for (const char *s = word_or(a->summary, ""); *s; s += strcspn(s, " "), s += *s == ' ') {
        const char *pair = arena_strndup(&r->arena, s, strcspn(s, " "));
        const char *equals = strchr(pair, '=');

        story_summary_entry(&out, arena_strndup(&r->arena, pair, (size_t)(equals - pair)),
                            equals + 1);
    }
    strbuf_addstr(&out, "</SummaryMap>");
    run_answer(r, word_or(a->id, HOME_ID), "GetAccountSummary", "{}", out.buf);
}

static inline bool is_virtual_serial(const char *serial, size_t len)
{
    const char *mfa = strstr(serial, ":mfa/");

    return strncmp(serial, "arn:", 4) == 0 && mfa && mfa < serial + len;
}

static inline void story_virtual_devices(struct run *r, const struct account_story *a)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(16 * MIB);

    strbuf_addstr(&out, "<IsTruncated>false</IsTruncated><VirtualMFADevices>");
    for (const struct user_story *u = a->users; u && u->name; u++)
        for (const char *d = word_or(u->devices, ""); *d; d += strcspn(d, " "), d += *d == ' ')
            if (is_virtual_serial(d, strcspn(d, " ")))
                strbuf_addf(&out,
                            "<member><SerialNumber>%.*s</SerialNumber><EnableDate>"
                            "%s</EnableDate><User><Arn>%s</Arn></User></member>",
                            (int)strcspn(d, " "), d, word_or(u->enabled, "2026-01-01T00:00:00Z"),
                            story_arn(r, a, u));
    strbuf_addf(&out, "%s</VirtualMFADevices>", word_or(a->virtual_devices, ""));
    run_answer(r, word_or(a->id, HOME_ID), "ListVirtualMFADevices",
               "{\"AssignmentStatus\":\"Any\",\"MaxItems\":\"1000\"}", out.buf);
}

static inline void story_user_devices(struct run *r, const struct account_story *a,
                                      const struct user_story *u)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(16 * MIB);
    cJSON *query = run_query(r, word_or(a->id, HOME_ID), "ListMFADevices",
                             arena_printf(&r->arena, "{\"UserName\":\"%s\"}", u->name));

    strbuf_addstr(&out, "<MFADevices>");
    each_word(&out, u->devices, "<member><SerialNumber>",
              arena_printf(&r->arena,
                           "</SerialNumber><EnableDate>%s</EnableDate>"
                           "<UserName>%s</UserName></member>",
                           word_or(u->enabled, "2026-01-01T00:00:00Z"), u->name));
    strbuf_addstr(&out, "</MFADevices><IsTruncated>false</IsTruncated>");
    if (u->devices_denied)
        run_error(r, query, NULL, 403, ACCESS_DENIED);
    else
        (void)run_page(r, query, NULL, run_xml(r, "ListMFADevices", out.buf));
}

static inline void story_features(struct run *r, const struct account_story *a)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    strbuf_addstr(&out, "<OrganizationId>o-sample00001</OrganizationId><EnabledFeatures>");
    each_word(&out, a->features, "<member>", "</member>");
    strbuf_addstr(&out, "</EnabledFeatures>");
    run_answer(r, HOME_ID, "ListOrganizationsFeatures", "{}", out.buf);
}

static inline bool is_true(const char *cell)
{
    return cell && (strcmp(cell, "true") == 0 || strcmp(cell, "TRUE") == 0);
}

/* Login profile and keys, for whom it is asked: as the cells of the report say. */
static inline void story_user_credentials(struct run *r, const char *id, const struct user_story *u)
{
    const char *parameters = arena_printf(&r->arena, "{\"UserName\":\"%s\"}", u->name);
    cJSON *login = run_query(r, id, "GetLoginProfile", parameters);
    const char *keys[] = {u->key1, u->key2}, *made[] = {u->made1, u->made2};
    cleanup_strbuf struct strbuf out = STRBUF_INIT(MIB);

    if (is_true(u->password))
        (void)run_page(
            r, login, NULL,
            run_xml(r, "GetLoginProfile",
                    arena_printf(&r->arena,
                                 "<LoginProfile><UserName>%s</UserName>%s%s%s</LoginProfile>",
                                 u->name, u->changed ? "<CreateDate>" : "", word_or(u->changed, ""),
                                 u->changed ? "</CreateDate>" : "")));
    else
        run_none(r, login);
    strbuf_addstr(&out, "<AccessKeyMetadata>");
    for (int i = 0; i < 2; i++)
        if (keys[i])
            strbuf_addf(&out,
                        "<member><UserName>%s</UserName><AccessKeyId>AKIA%d%s</AccessKeyId>"
                        "<Status>%s</Status>%s%s%s</member>",
                        u->name, i, u->name, is_true(keys[i]) ? "Active" : "Inactive",
                        made[i] ? "<CreateDate>" : "", word_or(made[i], ""),
                        made[i] ? "</CreateDate>" : "");
    strbuf_addstr(&out, "</AccessKeyMetadata><IsTruncated>false</IsTruncated>");
    run_answer(r, id, "ListAccessKeys", parameters, out.buf);
    for (int i = 0; i < 2; i++)
        if (is_true(keys[i]))
            run_answer(r, id, "GetAccessKeyLastUsed",
                       arena_printf(&r->arena, "{\"AccessKeyId\":\"AKIA%d%s\"}", i, u->name),
                       arena_printf(&r->arena,
                                    "<UserName>%s</UserName><AccessKeyLastUsed><ServiceName>N/A"
                                    "</ServiceName><Region>N/A</Region></AccessKeyLastUsed>",
                                    u->name));
}

/* What GetMFADevice says of every FIDO device: no certificate. */
static inline void story_fido(struct run *r, const char *id, const struct user_story *u)
{
    for (const char *d = word_or(u->devices, ""); *d; d += strcspn(d, " "), d += *d == ' ') {
        const char *serial = arena_strndup(&r->arena, d, strcspn(d, " "));

        if (device_kind_of(serial) == DEVICE_FIDO)
            run_answer(r, id, "GetMFADevice",
                       arena_printf(&r->arena, "{\"SerialNumber\":\"%s\",\"UserName\":\"%s\"}",
                                    serial, u->name),
                       arena_printf(&r->arena,
                                    "<UserName>%s</UserName><SerialNumber>%s</SerialNumber>"
                                    "<Certifications/>",
                                    u->name, serial));
    }
}

/* Every question of an account, answered as its story says. */
static inline void run_story(struct run *r, const struct account_story *a)
{
    const char *id = word_or(a->id, HOME_ID);

    run_account(r, id, NULL);
    if (a->freshness)
        run_set(run_scope(r), "freshness", cJSON_CreateString(a->freshness));
    run_answer(r, id, "GetCallerIdentity", "{}",
               arena_printf(&r->arena,
                            "<Arn>arn:%s:sts::%s:assumed-role/audit/reportgen</Arn>"
                            "<UserId>AROASAMPLE:reportgen</UserId><Account>%s</Account>",
                            word_or(a->partition, "aws"), id, id));
    story_authorization(r, a);
    story_report(r, a);
    story_summary(r, a);
    story_virtual_devices(r, a);
    for (const struct user_story *u = a->users; u && u->name; u++)
        story_user_devices(r, a, u);
    for (const struct user_story *u = a->users; u && u->name; u++)
        story_user_credentials(r, id, u);
    for (const struct user_story *u = a->users; u && u->name; u++)
        story_fido(r, id, u);
    run_answer(r, id, "ListServiceSpecificCredentials",
               "{\"AllUsers\":\"true\",\"MaxItems\":\"1000\"}",
               arena_printf(&r->arena,
                            "<ServiceSpecificCredentials>%s</ServiceSpecificCredentials>"
                            "<IsTruncated>false</IsTruncated>",
                            word_or(a->service_credentials, "")));
    if (a->password_policy)
        run_answer(
            r, id, "GetAccountPasswordPolicy", "{}",
            arena_printf(&r->arena, "<PasswordPolicy>%s</PasswordPolicy>", a->password_policy));
    else
        run_none(r, run_query(r, id, "GetAccountPasswordPolicy", "{}"));
    run_answer(r, id, "ListAccountAliases", "{}", "<AccountAliases/>");
    run_answer(r, id, "ListSAMLProviders", "{}", "<SAMLProviderList/>");
    run_answer(r, id, "ListOpenIDConnectProviders", "{}", "<OpenIDConnectProviderList/>");
    if (strcmp(id, HOME_ID) == 0)
        story_features(r, a);
}

/* Write, read back and judge. */
static inline void run_assess(struct run *r, struct assessment *out)
{
    struct error err = {0};

    run_write(r);
    expect_ok(assess(out, r->dir, &err), err);
    findings_bring_back(&out->findings);
}

/* The finding of a check on a resource whose name (or ARN) it is; NULL when there is none. */
static inline const struct finding *finding_of(const struct findings *f, const char *check,
                                               const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->at[i].check, check) == 0 &&
            (strcmp(f->at[i].name, name) == 0 || strcmp(f->at[i].resource, name) == 0))
            return &f->at[i];
    return NULL;
}

#define expect_status(f, check, name, status) \
    expect_status_((f), (check), (name), (status), __FILE__, __LINE__)

static inline const struct finding *expect_status_(const struct findings *f, const char *check,
                                                   const char *name, enum status status,
                                                   const char *file, int line)
{
    const struct finding *found = finding_of(f, check, name);

    if (found && found->status == status)
        return found;
    print_error("%s on %s: got %s (%s), want %s\n", check, name,
                found ? status_name(found->status) : "no finding", found ? found->detail : "",
                status_name(status));
    _fail(file, line);
    return NULL;
}

/* How many findings of a check have the status; of every check when it is NULL. */
static inline size_t count_of(const struct findings *f, const char *check, enum status status)
{
    size_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        count += (!check || strcmp(f->at[i].check, check) == 0) && f->at[i].status == status;
    return count;
}

#define expect_holds(text, part) expect_holds_((text), (part), __FILE__, __LINE__)

static inline void expect_holds_(const char *text, const char *part, const char *file, int line)
{
    if (text && strstr(text, part))
        return;
    print_error("«%s» does not hold «%s»\n", text ? text : "(null)", part);
    _fail(file, line);
}

#endif
