/* report_scope.c - what was looked at, what was not, and on which raw answers it rests. */
#include <stdio.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/clock.h"
#include "base/json_build.h"
#include "checks/check.h"
#include "model/credentials.h"
#include "report_parts.h"

/* Was all that was asked of the account answered, and anything asked? */
static bool was_read(const struct account *a)
{
    bool any = false;

    for (int set = 0; set < DATA_COUNT; set++) {
        enum data_state state = a->data[set].state;

        if (state != STATE_COMPLETE && state != STATE_NOT_COLLECTED)
            return false;
        any = any || state == STATE_COMPLETE;
    }
    return any;
}

/* How old what is known of passwords was at the scan. */
static void add_report_age(cJSON *row, const struct account *account)
{
    cJSON *report = assessment_report_json(account);
    const struct account_outline *o = &account->outline;
    struct arena scratch = {0};
    char text[CLOCK_TEXT];
    time_t made;

    if (!cJSON_IsNull(report) && clock_parse(o->report_made, &made)) {
        json_add_format(report, "generatedText", "%s", clock_format_minute(made, text));
        cJSON_AddStringToObject(report, "ageText", report_age_text(o->report_age, &scratch));
    }
    cJSON_AddItemToObject(row, "credentialReport", report);
    arena_free(&scratch);
}

static void add_account(cJSON *list, const struct assessment *a, size_t index)
{
    const struct account *account = &a->model.accounts[index];
    const struct score *s = &a->account_scores[index];
    struct finding_counts n = findings_of_account(&a->findings, index);
    cJSON *row = json_append_object(list);

    cJSON_AddStringToObject(row, "id", account->id);
    cJSON_AddStringToObject(row, "name", account->name ? account->name : "");
    cJSON_AddStringToObject(row, "alias", account->alias ? account->alias : "");
    cJSON_AddBoolToObject(row, "management",
                          a->model.management_id &&
                              strcmp(a->model.management_id, account->id) == 0);
    cJSON_AddBoolToObject(row, "included", account->included);
    cJSON_AddBoolToObject(row, "read", was_read(account));
    cJSON_AddStringToObject(row, "reason", account->reason ? account->reason : "");
    json_add_fraction(row, "score", s->assessed, s->value, 1);
    if (s->assessed)
        json_add_format(row, "scoreText", "%d", s->value);
    else
        cJSON_AddStringToObject(row, "scoreText", "–");
    cJSON_AddNumberToObject(row, "ceiling", s->ceiling);
    add_report_age(row, account);
    json_add_count(row, "fail", n.by_status[STATUS_FAIL]);
    json_add_count(row, "unknown", n.by_status[STATUS_UNKNOWN]);
}

/* Does what was read depend on the region it was asked in? STS does not. */
static bool reads_regions(const struct snapshot *s)
{
    for (size_t i = 0; i < s->collect_count; i++) {
        const struct service *service = service_find(s->collect[i]);

        if (service && service->reach == REACH_REGION && strcmp(service->name, "sts") != 0)
            return true;
    }
    return false;
}

/* "a", "a and b", "a, b and c". */
static void add_names(struct strbuf *out, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " and ", names[i]);
}

static void add_regions(cJSON *scope, const struct snapshot *s)
{
    size_t count = reads_regions(s) ? s->region_count : 0;

    cJSON_AddItemToObject(scope, "regions",
                          cJSON_CreateStringArray((const char *const *)s->regions, (int)count));
}

static void add_scope(cJSON *report, const struct assessment *a)
{
    cJSON *obj = cJSON_AddObjectToObject(report, "scope"), *list;
    size_t users = 0, identities = 0;

    for (size_t i = 0; i < a->model.account_count; i++) {
        const struct account_outline *o = &a->model.accounts[i].outline;

        users += o->console_users;
        identities += o->users + o->roles;
    }
    json_add_count(obj, "accountCount", a->model.account_count);
    report_counted(obj, "accountCountText", a->model.account_count, "AWS account", "AWS accounts");
    json_add_count(obj, "consoleUsers", users);
    report_counted(obj, "consoleUsersText", users, "console user", "console users");
    json_add_count(obj, "identities", identities);
    add_regions(obj, &a->snapshot);
    list = cJSON_AddArrayToObject(obj, "accounts");
    for (size_t i = 0; i < a->model.account_count; i++)
        add_account(list, a, i);
}

static void add_populations(cJSON *report, const struct findings *f)
{
    cJSON *list = cJSON_AddArrayToObject(report, "populations");

    for (size_t i = 0; i < f->population_count; i++) {
        const struct population *p = &f->populations[i];
        cJSON *row = assessment_population_json(p);

        cJSON_AddBoolToObject(row, "explained", p->listed == p->expected);
        cJSON_AddItemToArray(list, row);
    }
}

/* A parameter that is no text, as JSON. */
static void add_value(struct strbuf *out, const cJSON *value)
{
    cleanup_strbuf struct strbuf text = STRBUF_INIT(16384);
    struct error ignored = {0};

    if (json_canonical(value, &text, &ignored) || text.overflowed)
        strbuf_addstr(out, "…");
    else
        strbuf_addstr(out, text.buf);
}

/* {"UserName":"x","MaxResults":60} -> UserName=x, MaxResults=60 */
static void add_parameters(cJSON *row, const struct query *q)
{
    struct error ignored = {0};
    cleanup_json cJSON *parameters =
        json_parse("parameters", q->parameters, strlen(q->parameters), &ignored);
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(65536);

    for (const cJSON *p = json_first(parameters); p; p = p->next) {
        strbuf_addf(&sb, "%s%s=", sb.len ? ", " : "", p->string);
        if (cJSON_IsString(p))
            strbuf_addstr(&sb, p->valuestring);
        else
            add_value(&sb, p);
    }
    if (q->as_root)
        strbuf_addf(&sb, "%sasked as root", sb.len ? ", " : "");
    cJSON_AddStringToObject(row, "parametersText", sb.buf);
}

/* The members whose values were secrets: "SharedSecret". */
static void add_redacted(cJSON *row, const struct query *q)
{
    cleanup_strbuf struct strbuf sb = STRBUF_INIT(65536);

    for (size_t i = 0; i < q->redacted_count; i++)
        strbuf_addf(&sb, "%s%s", i ? ", " : "", q->redacted[i]);
    cJSON_AddStringToObject(row, "redactedText", sb.buf);
}

static cJSON *query_json(const struct query *q)
{
    cJSON *row = cJSON_CreateObject(), *ids;

    cJSON_AddStringToObject(row, "account", q->account);
    cJSON_AddStringToObject(row, "service", q->service);
    cJSON_AddStringToObject(row, "operation", q->operation);
    add_parameters(row, q);
    json_add_count(row, "pages", q->page_count);
    cJSON_AddBoolToObject(row, "complete", q->complete);
    cJSON_AddStringToObject(row, "completeText",
                            q->complete     ? "complete"
                            : q->error_code ? q->error_code
                                            : "incomplete");
    cJSON_AddStringToObject(row, "error", q->error_message ? q->error_message : "");
    add_redacted(row, q);
    ids = cJSON_AddArrayToObject(row, "requestIds");
    for (size_t i = 0; i < q->page_count; i++)
        cJSON_AddItemToArray(ids, cJSON_CreateString(q->pages[i].request_id));
    return row;
}

static void add_size_text(cJSON *row, size_t size)
{
    if (size < 1024)
        json_add_format(row, "sizeText", "%zu B", size);
    else if (size < 1024 * 1024)
        json_add_format(row, "sizeText", "%.1f KB", (double)size / 1024);
    else
        json_add_format(row, "sizeText", "%.1f MB", (double)size / (1024 * 1024));
}

static cJSON *page_json(const struct query *q, const struct page *p)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddStringToObject(row, "file", p->file);
    cJSON_AddStringToObject(row, "sha256", p->sha256);
    report_add_hash(row, "sha256Groups", p->sha256);
    json_add_count(row, "size", p->size);
    add_size_text(row, p->size);
    cJSON_AddStringToObject(row, "account", q->account);
    cJSON_AddStringToObject(row, "service", q->service);
    cJSON_AddStringToObject(row, "operation", q->operation);
    cJSON_AddStringToObject(row, "receivedAt", p->received_at);
    cJSON_AddStringToObject(row, "requestId", p->request_id);
    cJSON_AddNumberToObject(row, "httpStatus", p->http_status);
    return row;
}

static cJSON *next_query(struct json_list *list)
{
    const struct report_source *source = list->context;
    const struct snapshot *s = &source->assessment->snapshot;

    return list->at[0] < s->query_count ? query_json(&s->queries[list->at[0]++]) : NULL;
}

/* at[]: query, page. */
static cJSON *next_page(struct json_list *list)
{
    const struct report_source *source = list->context;
    const struct snapshot *s = &source->assessment->snapshot;

    for (; list->at[0] < s->query_count; list->at[0]++, list->at[1] = 0) {
        const struct query *q = &s->queries[list->at[0]];

        if (list->at[1] < q->page_count)
            return page_json(q, &q->pages[list->at[1]++]);
    }
    return NULL;
}

/* What a reader might take this report to say, and it does not. */
static void add_limits(cJSON *report, const struct assessment *a)
{
    const struct snapshot *s = &a->snapshot;
    struct arena scratch = {0};
    static const char *const limits[] = {
        "Whether policies require MFA is decided by this program's own evaluation of the policies "
        "that AWS lists: identity policies, groups, boundaries, trust policies, SCPs and RCPs. "
        "Policies on other resources, VPC endpoints and sessions were not read.",
        "MFA at an identity provider (SAML, IAM Identity Center) cannot be read from AWS: it is "
        "manual until somebody attests it, and sign-ins recorded by CloudTrail can contradict it.",
        "Whether a user has a console password comes from the credential report, which AWS "
        "renews at most every four hours; devices are read live.",
        "Whether root has a hardware device is inferred where it says so: AWS lists root's "
        "virtual devices only.",
        "The audited party made this report and, where it is signed, signed it. AWS signed none "
        "of the answers it rests on.",
    };
    cJSON *list = cJSON_AddArrayToObject(report, "limits");
    cleanup_strbuf struct strbuf text = STRBUF_INIT(65536);

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(limits[i]));
    if (s->simulate)
        cJSON_AddItemToArray(list, cJSON_CreateString(report_opinions_text(a, &scratch)));
    arena_free(&scratch);
    if (!reads_regions(s) || s->region_count == 0)
        return;
    strbuf_addstr(&text, "Regional services were read in ");
    add_names(&text, (const char *const *)s->regions, s->region_count);
    strbuf_addstr(&text, ": what stands in other regions only is not in this report.");
    cJSON_AddItemToArray(list, cJSON_CreateString(text.buf));
}

void report_scope(cJSON *report, struct report_source *source)
{
    add_scope(report, source->assessment);
    add_populations(report, &source->assessment->findings);
    report_opinions(report, source->assessment);
    report_add_list(report, "queries", source, 0, next_query);
    report_add_list(report, "evidence", source, 0, next_page);
    add_limits(report, source->assessment);
}
