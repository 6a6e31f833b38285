/* report_scope.c - what was looked at, what was not, and on which raw answers it rests. */
#include <stdio.h>
#include <string.h>

#include "aws/endpoint.h"
#include "base/json_build.h"
#include "checks/check.h"
#include "model/credentials.h"
#include "report_parts.h"

/* By what is known of each user; where no user is listed, by the report alone. */
static size_t console_users(const struct account *a)
{
    size_t count = 0;

    for (size_t i = 0; i < a->user_count; i++)
        count += known_password(a, &a->users[i]).word == WORD_YES;
    for (size_t i = 0; a->user_count == 0 && i < a->report_count; i++)
        count += report_cell(&a->report[i], REPORT_PASSWORD) == CELL_TRUE;
    return count;
}

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

/* Findings of one account. */
struct open_count {
    size_t failing, unknown;
};

/* One for each account of the model, in its order. */
static struct open_count *count_open(const struct assessment *a, struct arena *arena)
{
    struct open_count *counts = arena_new(arena, struct open_count, a->model.account_count);

    for (size_t i = 0; i < a->findings.count; i++) {
        const struct finding *f = &a->findings.at[i];
        const struct account *account = model_account(&a->model, f->account);

        if (!account)
            continue;
        counts[account - a->model.accounts].failing += f->status == STATUS_FAIL;
        counts[account - a->model.accounts].unknown += f->status == STATUS_UNKNOWN;
    }
    return counts;
}

static void add_account(cJSON *list, const struct assessment *a, size_t index,
                        const struct open_count *open)
{
    const struct account *account = &a->model.accounts[index];
    const struct score *s = &a->account_scores[index];
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
    json_add_count(row, "fail", open->failing);
    json_add_count(row, "unknown", open->unknown);
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
    struct arena arena = {0};
    const struct open_count *open = count_open(a, &arena);

    for (size_t i = 0; i < a->model.account_count; i++) {
        const struct account *account = &a->model.accounts[i];

        users += console_users(account);
        identities += account->user_count + account->role_count;
    }
    json_add_count(obj, "accountCount", a->model.account_count);
    report_counted(obj, "accountCountText", a->model.account_count, "AWS account", "AWS accounts");
    json_add_count(obj, "consoleUsers", users);
    report_counted(obj, "consoleUsersText", users, "console user", "console users");
    json_add_count(obj, "identities", identities);
    add_regions(obj, &a->snapshot);
    list = cJSON_AddArrayToObject(obj, "accounts");
    for (size_t i = 0; i < a->model.account_count; i++)
        add_account(list, a, i, &open[i]);
    arena_free(&arena);
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

static void add_query(cJSON *list, const struct query *q)
{
    cJSON *row = json_append_object(list), *ids;

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
    ids = cJSON_AddArrayToObject(row, "requestIds");
    for (size_t i = 0; i < q->page_count; i++)
        cJSON_AddItemToArray(ids, cJSON_CreateString(q->pages[i].request_id));
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

static void add_evidence(cJSON *list, const struct query *q, const struct page *p)
{
    cJSON *row = json_append_object(list);

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
}

static void add_log(cJSON *report, const struct snapshot *s)
{
    cJSON *queries = cJSON_AddArrayToObject(report, "queries");
    cJSON *evidence = cJSON_AddArrayToObject(report, "evidence");

    for (size_t q = 0; q < s->query_count; q++) {
        add_query(queries, &s->queries[q]);
        for (size_t p = 0; p < s->queries[q].page_count; p++)
            add_evidence(evidence, &s->queries[q], &s->queries[q].pages[p]);
    }
}

/* What a reader might take this report to say, and it does not. */
static void add_limits(cJSON *report, const struct snapshot *s)
{
    static const char *const limits[] = {
        "A registered device makes AWS ask for a second factor at that user's console sign-in. "
        "Whether policies require MFA of access keys and role sessions is not judged by this "
        "version; the composite check names the parts that are missing.",
        "MFA at an identity provider (SAML, OIDC, IAM Identity Center) cannot be read from AWS "
        "and is not judged by this version.",
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
    if (!reads_regions(s) || s->region_count == 0)
        return;
    strbuf_addstr(&text, "Regional services were read in ");
    add_names(&text, (const char *const *)s->regions, s->region_count);
    strbuf_addstr(&text, ": what stands in other regions only is not in this report.");
    cJSON_AddItemToArray(list, cJSON_CreateString(text.buf));
}

void report_scope(cJSON *report, const struct assessment *a)
{
    add_scope(report, a);
    add_populations(report, &a->findings);
    add_log(report, &a->snapshot);
    add_limits(report, &a->snapshot);
}
