/* people.c - people.csv: person, identity, joined, left. */
#include <string.h>

#include "base/csv.h"
#include "base/limits.h"
#include "config/field.h"
#include "config/register.h"

/* A day, or nothing. */
static int read_day(struct inputs *in, const struct csv_row *row, const char *column,
                    struct day *out, struct error *err)
{
    const char *text = csv_field(row, column);

    if (!text || !*text)
        return 0;
    if (!field_parse_day(arena_strdup(&in->arena, text), out))
        return fail(err, ERR_CONFIG, "%s: expected a day, as 2026-11-24, or nothing", column);
    return 0;
}

static int take_row(void *context, const struct csv_row *row, struct error *err)
{
    struct inputs *in = context;
    struct people_row p = {.row = csv_row_number(row)};
    const char *person = csv_field(row, "person"), *identity = csv_field(row, "identity");

    if (!person || !identity || !csv_column(row, "joined") || !csv_column(row, "left"))
        return fail(err, ERR_CONFIG,
                    "the first row must name the columns person, identity, "
                    "joined and left");
    if (!*person || !*identity)
        return fail(err, ERR_CONFIG, "person and identity must not be empty");
    if (strlen(person) > LIMIT_NAME_BYTES || strlen(identity) > LIMIT_NAME_BYTES)
        return fail(err, ERR_CONFIG, "person or identity is too long");
    p.person = arena_strdup(&in->arena, person);
    p.identity = arena_strdup(&in->arena, identity);
    if (read_day(in, row, "joined", &p.joined, err) || read_day(in, row, "left", &p.left, err))
        return -1;
    if (p.joined.text && p.left.text && p.left.at < p.joined.at)
        return fail(err, ERR_CONFIG, "left is before joined");
    *arena_push(&in->arena, in->people, in->people_count) = p;
    return 0;
}

int people_read(struct inputs *in, const char *name, const char *bytes, size_t len,
                struct error *err)
{
    if (csv_each(name, bytes, len, take_row, in, err)) {
        if (err->code == ERR_FORMAT)
            err->code = ERR_CONFIG;
        return -1;
    }
    people_sort(in);
    in->has_people = true;
    return 0;
}
