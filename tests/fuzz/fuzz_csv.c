/* fuzz_csv.c - CSV: rows are numbered in order and have every column of the header. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static int on_row(void *context, const struct csv_row *row, struct error *err)
{
    static const char *const columns[] = {"a", "b", "user", "arn", "mfa_active", ""};
    size_t *last = context;

    must(csv_row_number(row) == *last + 1);
    *last = csv_row_number(row);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const char *field = csv_field(row, columns[i]);

        must((field != NULL) == (csv_column(row, columns[i]) > 0));
        if (field)
            must(text_is_utf8(field, strlen(field)));
        if (field && strcmp(field, "stop") == 0)
            return fail(err, ERR_MISSING, "stopped");
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    size_t last = 1;

    if (csv_each("input", (const char *)data, size, on_row, &last, &err) < 0)
        must(err.code != ERR_NONE && strncmp(err.msg, "input:row ", 10) == 0);
    return 0;
}
