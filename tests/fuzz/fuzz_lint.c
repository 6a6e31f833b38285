/* fuzz_lint.c - any bytes as a file to lint: an error, or verdicts that have a place. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "lint/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const members[] = {"111122223333", "444455556666"};
    static const struct parameter parameter = {"Mfa", "true,false"};
    const struct lint_options options = {.account = size % 2 ? members[0] : NULL,
                                         .members = members,
                                         .member_count = size % 3 ? 2 : 0,
                                         .parameters = {&parameter, 1}};
    cleanup_lint_judgement struct lint_judgement j = {.count = 0};
    struct error err = {0};

    json_init();
    if (lint_judge(&options, "f", (const char *)data, size, &j, &err)) {
        if (err.code != ERR_FORMAT && err.code != ERR_CONFIG && err.code != ERR_LIMIT)
            abort();
        return 0;
    }
    for (size_t i = 0; i < j.count; i++)
        if (!j.at[i].check || !j.at[i].line || !j.at[i].detail || !j.at[i].pointer)
            abort();
    return 0;
}
