/* fuzz_json.c - JSON: what is accepted is written, read again and written the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};

    json_init();

    cleanup_json cJSON *tree = json_parse("input", (const char *)data, size, &err);

    if (!tree) {
        must(err.code == ERR_FORMAT || err.code == ERR_LIMIT);
        must(strncmp(err.msg, "input:", 6) == 0);
        return 0;
    }
    check_round_trip(tree, false);
    check_round_trip(tree, true);
    return 0;
}
