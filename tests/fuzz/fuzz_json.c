/* fuzz_json.c - JSON: what is accepted is written, read again and written the same; and no secret
 * in it is left. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/redact.h"
#include "base/json.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* Write in one form, read that, and write it again: the same bytes. */
static void check_round_trip(const cJSON *tree, bool pretty)
{
    int (*write)(const cJSON *, struct strbuf *, struct error *) =
        pretty ? json_pretty : json_canonical;
    cleanup_strbuf struct strbuf first = STRBUF_INIT(64 * MIB);
    cleanup_strbuf struct strbuf second = STRBUF_INIT(64 * MIB);
    struct error err = {0};

    must(write(tree, &first, &err) == 0);

    cleanup_json cJSON *again = json_parse("again", first.buf, first.len, &err);

    must(again != NULL);
    must(write(again, &second, &err) == 0);
    must(first.len == second.len && memcmp(first.buf, second.buf, first.len) == 0);
}

/* No member of that name has another value than the one put in its place. */
static void check_removed(const cJSON *tree)
{
    for (const cJSON *e = json_first(tree); e; e = e->next) {
        if (e->string && strcmp(e->string, "SharedSecret") == 0)
            must(cJSON_IsString(e) && strcmp(e->valuestring, "(removed by reportgen)") == 0);
        check_removed(e);
    }
}

static void check_redaction(const uint8_t *data, size_t size, bool is_json)
{
    cleanup_strbuf struct strbuf body = STRBUF_INIT(64 * MIB);
    struct query q = {.service = "ds", .operation = "DescribeDirectories"};
    struct arena arena = {0};
    struct error err = {0};

    strbuf_add(&body, data, size);
    must((redact_answer(&q, &body, &arena, &err) == 0) == is_json);
    must(is_json || body.len == 0);
    if (is_json) {
        cleanup_json cJSON *tree = json_parse("redacted", body.buf, body.len, &err);

        must(tree != NULL);
        check_removed(tree);
        must(q.redacted_count > 0 || (body.len == size && memcmp(body.buf, data, size) == 0));
    }
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};

    json_init();

    cleanup_json cJSON *tree = json_parse("input", (const char *)data, size, &err);

    check_redaction(data, size, tree != NULL);
    if (!tree) {
        must(err.code == ERR_FORMAT || err.code == ERR_LIMIT);
        must(strncmp(err.msg, "input:", 6) == 0);
        return 0;
    }
    check_round_trip(tree, false);
    check_round_trip(tree, true);
    return 0;
}
