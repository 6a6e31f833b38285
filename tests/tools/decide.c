/* decide.c - asks the evaluator: one case a line in, one decision a line out, both JSON.
 *
 * In: policies as texts in "identity", "boundary", "session", "resource" and, by level, "scps" and
 * "rcps"; "identity_unknown"; "resource_account"; "action", "target"; "caller" {"arn", "id",
 * "account"}; "keys" {name: [values]}; "complete_prefix". Out: "decision" (or "refused"), "sid",
 * "witness" {name: [values]}, "why". With an argument N every case is decided N times, for the
 * clock. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/json.h"
#include "base/strbuf.h"
#include "policy/decide.h"

struct reader {
    struct arena arena;
    bool refused;
};

static const char *text_of(struct reader *r, const cJSON *value)
{
    return cJSON_IsString(value) ? arena_strdup(&r->arena, value->valuestring) : NULL;
}

static struct policy_list read_layer(struct reader *r, const cJSON *texts)
{
    size_t count = json_count(texts), n = 0;
    struct policy_use *uses = arena_new(&r->arena, struct policy_use, count + 1);

    for (const cJSON *e = json_first(texts); e; e = e->next) {
        struct policy *p = arena_new(&r->arena, struct policy, 1);
        struct error err = {0};

        if (policy_parse(&r->arena, "p", e->valuestring, strlen(e->valuestring), p, &err) != 0)
            r->refused = true;
        uses[n++] = (struct policy_use){p, "p", {0}};
    }
    return (struct policy_list){uses, n};
}

static const struct policy_list *read_levels(struct reader *r, const cJSON *levels, size_t *count)
{
    struct policy_list *out = arena_new(&r->arena, struct policy_list, json_count(levels) + 1);

    *count = 0;
    for (const cJSON *e = json_first(levels); e; e = e->next)
        out[(*count)++] = read_layer(r, e);
    return out;
}

static struct policies read_policies(struct reader *r, const cJSON *c)
{
    const cJSON *boundary = json_find(c, "boundary"), *session = json_find(c, "session");
    const cJSON *resource = json_find(c, "resource");
    struct policies p = {.identity = read_layer(r, json_find(c, "identity")),
                         .identity_unknown = json_true(c, "identity_unknown"),
                         .has_boundary = cJSON_IsArray(boundary),
                         .boundary = read_layer(r, boundary),
                         .has_session = cJSON_IsArray(session),
                         .session = read_layer(r, session),
                         .has_resource_policy = cJSON_IsArray(resource),
                         .resource = read_layer(r, resource),
                         .resource_account = text_of(r, json_find(c, "resource_account"))};

    p.scps = read_levels(r, json_find(c, "scps"), &p.scp_levels);
    p.rcps = read_levels(r, json_find(c, "rcps"), &p.rcp_levels);
    return p;
}

static struct request_key read_key(struct reader *r, const cJSON *values)
{
    const char **out = arena_new(&r->arena, const char *, json_count(values) + 1);
    struct request_key key = {arena_strdup(&r->arena, values->string), out, 0};

    for (const cJSON *e = json_first(values); e; e = e->next)
        out[key.count++] = text_of(r, e);
    return key;
}

static struct request read_request(struct reader *r, const cJSON *c)
{
    const cJSON *caller = json_find(c, "caller"), *keys = json_find(c, "keys");
    struct request_key *out = arena_new(&r->arena, struct request_key, json_count(keys) + 1);
    struct request q = {.action = text_of(r, json_find(c, "action")),
                        .resource = text_of(r, json_find(c, "target")),
                        .caller = {text_of(r, json_find(caller, "arn")),
                                   text_of(r, json_find(caller, "id")),
                                   text_of(r, json_find(caller, "account"))},
                        .keys = out,
                        .complete_prefix = text_of(r, json_find(c, "complete_prefix"))};

    for (const cJSON *e = json_first(keys); e; e = e->next)
        out[q.key_count++] = read_key(r, e);
    return q;
}

static cJSON *witness_of(const struct decided *d)
{
    cJSON *out = cJSON_CreateObject();

    for (size_t i = 0; i < d->witness_count; i++) {
        cJSON *values = cJSON_AddArrayToObject(out, d->witness[i].name);

        for (size_t v = 0; v < d->witness[i].count; v++)
            cJSON_AddItemToArray(values, cJSON_CreateString(d->witness[i].values[v]));
    }
    return out;
}

static int print_decided(const struct decided *d)
{
    cleanup_json cJSON *out = cJSON_CreateObject();
    cleanup_strbuf struct strbuf line = STRBUF_INIT(1 << 20);
    struct error err = {0};

    cJSON_AddStringToObject(out, "decision", decision_name(d->decision));
    cJSON_AddStringToObject(out, "sid", d->statement && d->statement->sid ? d->statement->sid : "");
    cJSON_AddStringToObject(out, "why", d->why ? d->why : "");
    cJSON_AddItemToObject(out, "witness", witness_of(d));
    if (json_canonical(out, &line, &err) != 0) {
        fprintf(stderr, "%s\n", err.msg);
        return -1;
    }
    puts(line.buf);
    return 0;
}

static int answer(const char *line, size_t len, long times)
{
    struct reader r = {0};
    struct error err = {0};
    cleanup_json cJSON *c = json_parse("case", line, len, &err);

    if (!c) {
        fprintf(stderr, "%s\n", err.msg);
        return -1;
    }

    struct policies policies = read_policies(&r, c);
    struct request request = read_request(&r, c);
    int status = 0;

    if (r.refused)
        puts("{\"decision\":\"refused\",\"sid\":\"\",\"why\":\"\",\"witness\":{}}");
    for (long i = 0; !r.refused && i < times; i++) {
        struct arena scratch = {0};
        struct decided d = decide(&policies, &request, &scratch);

        if (i == times - 1)
            status = print_decided(&d);
        arena_free(&scratch);
    }
    arena_free(&r.arena);
    return status;
}

int main(int argc, char **argv)
{
    long times = argc > 1 ? strtol(argv[1], NULL, 10) : 1;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    int status = 0;

    json_init();
    while (status == 0 && (len = getline(&line, &size, stdin)) > 0)
        status = answer(line, (size_t)len, times);
    free(line);
    return status == 0 ? 0 : 1;
}
