/* fuzz_filter.c - any bytes as the pattern of a metric filter: an answer with its reason, the same
 * each time, that knowing more of the events does not turn round.
 *
 * Input: the pattern. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks/filter_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of an event that is known better and better. */
static const struct log_field fields[] = {
    {"eventName", "ConsoleLogin"},    {"userIdentity.type", "Root"},
    {"userIdentity.invokedBy", NULL}, {"additionalEventData.MFAUsed", "No"},
    {"sourceIPAddress", "192.0.2.1"}, {"errorCode", NULL},
};
#define FIELDS (sizeof fields / sizeof *fields)

static void must(bool truth)
{
    if (!truth)
        abort();
}

static enum filter_match match(const char *pattern, size_t known, struct arena *arena)
{
    static const char untouched[] = "";
    const char *why = untouched, *again = untouched;
    enum filter_match m = filter_match(pattern, fields, known, arena, &why);

    must(m == filter_match(pattern, fields, known, arena, &again));
    must(m == FILTER_NEVER || m == FILTER_ALWAYS || m == FILTER_SOMETIMES || m == FILTER_UNCLEAR);
    must((m == FILTER_SOMETIMES || m == FILTER_UNCLEAR) == (why != untouched));
    must(strcmp(why, again) == 0);
    return m;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    char *pattern = arena_strndup(&arena, (const char *)data, size);
    enum filter_match last = match(pattern, 0, &arena);

    for (size_t known = 1; known <= FIELDS; known++) {
        enum filter_match next = match(pattern, known, &arena);

        must((last != FILTER_ALWAYS && last != FILTER_NEVER) || next == last);
        last = next;
    }
    arena_free(&arena);
    return 0;
}
