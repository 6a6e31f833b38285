/* lint_sarif.c - building the SARIF log. Names of properties: SARIF 2.1.0, sections 3.13 to 3.58.
 */
#include "lint_sarif.h"

#include <ctype.h>
#include <string.h>

#include "base/json_build.h"
#include "base/limits.h"
#include "base/text.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

/* Severity in SARIF's words, and as the number from 0 to 10 that code scanning sorts by. */
static const struct {
    const char *level, *number;
} severities[SEVERITY_COUNT] = {[SEVERITY_CRITICAL] = {"error", "9.5"},
                                [SEVERITY_HIGH] = {"error", "8.0"},
                                [SEVERITY_MEDIUM] = {"warning", "5.5"},
                                [SEVERITY_LOW] = {"note", "3.0"}};

static const char *const kinds[STATUS_COUNT] = {[STATUS_PASS] = "pass",
                                                [STATUS_FAIL] = "fail",
                                                [STATUS_UNKNOWN] = "open",
                                                [STATUS_MANUAL] = "review",
                                                [STATUS_NOT_APPLICABLE] = "notApplicable"};

static cJSON *add_object(cJSON *obj, const char *key)
{
    cJSON *child = cJSON_CreateObject();

    cJSON_AddItemToObject(obj, key, child);
    return child;
}

static cJSON *add_list(cJSON *obj, const char *key)
{
    cJSON *child = cJSON_CreateArray();

    cJSON_AddItemToObject(obj, key, child);
    return child;
}

static void add_message(cJSON *obj, const char *key, const char *text)
{
    json_add_text(add_object(obj, key), "text", text);
}

/* A path as a URI reference (RFC 3986); a relative one stays relative, to wherever the pipeline
 * ran. */
static void add_uri(cJSON *obj, const char *path)
{
    cleanup_strbuf struct strbuf out = STRBUF_INIT(4 * LIMIT_PATH);

    if (*path == '/')
        strbuf_addstr(&out, "file://");
    while (path[0] == '.' && path[1] == '/')
        path += 2;
    for (; *path; path++)
        if (isalnum((unsigned char)*path) || strchr("-._~/", *path))
            strbuf_addch(&out, *path);
        else
            strbuf_addf(&out, "%%%02X", (unsigned)(unsigned char)*path);
    json_add_text(obj, "uri", out.buf);
}

static void add_rule(cJSON *rules, const struct check *check)
{
    cJSON *rule = json_append_object(rules), *properties;
    struct arena arena = {0};

    json_add_text(rule, "id", check->id);
    add_message(rule, "shortDescription", check->title);
    add_message(rule, "fullDescription", check->why);
    add_message(rule, "help",
                arena_printf(&arena, "Passes when %s. See: reportgen checks show %s",
                             check->passes_when, check->id));
    json_add_text(add_object(rule, "defaultConfiguration"), "level",
                  severities[check->severity].level);
    properties = add_object(rule, "properties");
    cJSON_AddItemToArray(add_list(properties, "tags"), cJSON_CreateString("security"));
    json_add_text(properties, "security-severity", severities[check->severity].number);
    arena_free(&arena);
}

static void add_driver(cJSON *run)
{
    cJSON *driver = add_object(add_object(run, "tool"), "driver"), *rules;

    json_add_text(driver, "name", "reportgen");
    json_add_text(driver, "fullName", "reportgen lint " VERSION);
    json_add_text(driver, "version", VERSION);
    rules = add_list(driver, "rules");
    for (size_t row = 0; lint_check(row); row++)
        add_rule(rules, lint_check(row));
}

static size_t rule_index(const struct check *check)
{
    size_t row = 0;

    while (lint_check(row) != check)
        row++;
    return row;
}

/* A pointer that leads on into a text is none of the file: of kind «member», not «object». */
static void add_logical(cJSON *location, const struct lint_finding *f)
{
    cJSON *list = add_list(location, "logicalLocations"), *one = json_append_object(list);
    const char *last = strrchr(f->pointer, '/');

    json_add_text(one, "name", last ? last + 1 : "");
    json_add_text(one, "fullyQualifiedName", f->pointer);
    json_add_text(one, "kind", f->in_text ? "member" : "object");
    one = json_append_object(list);
    json_add_text(one, "name", f->label);
    json_add_text(one, "kind", "resource");
}

static void add_result(cJSON *results, const struct lint_file *file, size_t index,
                       const struct lint_finding *f)
{
    cJSON *result = json_append_object(results), *location, *physical, *artifact;
    struct arena arena = {0};
    bool fails = f->status == STATUS_FAIL;

    json_add_text(result, "ruleId", f->check->id);
    json_add_count(result, "ruleIndex", rule_index(f->check));
    json_add_text(result, "kind", kinds[f->status]);
    json_add_text(result, "level", fails ? severities[f->severity].level : "none");
    add_message(result, "message",
                arena_printf(&arena, "%s: %s: %s", status_name(f->status), f->name, f->detail));
    location = json_append_object(add_list(result, "locations"));
    physical = add_object(location, "physicalLocation");
    artifact = add_object(physical, "artifactLocation");
    add_uri(artifact, file->path);
    json_add_count(artifact, "index", index);
    json_add_count(add_object(physical, "region"), "startLine", f->line);
    add_logical(location, f);
    json_add_text(add_object(result, "partialFingerprints"), "reportgenFinding/v1", f->id);
    arena_free(&arena);
}

static void add_notification(cJSON *list, const struct lint_file *file, size_t index)
{
    cJSON *one = json_append_object(list), *artifact;
    struct arena arena = {0};

    json_add_text(one, "level", "error");
    add_message(one, "message", text_shown(&arena, file->unread.msg));
    artifact =
        add_object(add_object(json_append_object(add_list(one, "locations")), "physicalLocation"),
                   "artifactLocation");
    add_uri(artifact, file->path);
    json_add_count(artifact, "index", index);
    arena_free(&arena);
}

cJSON *lint_sarif(const struct lint_file *files, size_t count, bool all, int exit_status)
{
    cJSON *log = cJSON_CreateObject(), *run, *invocation, *artifacts, *results, *notes;

    json_add_text(log, "$schema", SCHEMA);
    json_add_text(log, "version", "2.1.0");
    run = json_append_object(add_list(log, "runs"));
    add_driver(run);
    invocation = json_append_object(add_list(run, "invocations"));
    json_add_count(invocation, "exitCode", (size_t)exit_status);
    notes = add_list(invocation, "toolExecutionNotifications");
    json_add_text(run, "columnKind", "utf16CodeUnits");
    artifacts = add_list(run, "artifacts");
    results = add_list(run, "results");
    for (size_t i = 0; i < count; i++) {
        add_uri(add_object(json_append_object(artifacts), "location"), files[i].path);
        if (files[i].unread.code != ERR_NONE)
            add_notification(notes, &files[i], i);
        for (size_t k = 0; k < files[i].judgement.count; k++)
            if (all || finding_status_is_open(files[i].judgement.at[k].status))
                add_result(results, &files[i], i, &files[i].judgement.at[k]);
    }
    cJSON_AddBoolToObject(invocation, "executionSuccessful", json_count(notes) == 0);
    return log;
}
