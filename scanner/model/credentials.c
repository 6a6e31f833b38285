/* credentials.c - the credential report's cells, and which source's word counts. */
#include "model/credentials.h"

#include "base/clock.h"
#include "base/text.h"

const char *report_column_name(enum report_column column)
{
    static const char *const names[] = {
#define X(id, name) [id] = name,
        REPORT_COLUMNS(X)
#undef X
    };

    return names[column];
}

enum cell cell_of(const char *text)
{
    static const struct {
        const char *text;
        enum cell cell;
    } words[] = {
        {"true", CELL_TRUE},
        {"false", CELL_FALSE},
        {"not_supported", CELL_NOT_SUPPORTED},
        {"no_information", CELL_NO_INFORMATION},
        {"N/A", CELL_NOT_APPLICABLE},
    };

    if (!text)
        return CELL_NO_COLUMN;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_icmp(text, words[i].text) == 0)
            return words[i].cell;
    return CELL_OTHER;
}

enum cell report_cell(const struct report_row *row, enum report_column column)
{
    return row ? cell_of(row->text[column]) : CELL_NO_COLUMN;
}

struct source report_source(const struct account *a, const struct report_row *row,
                            enum report_column column, struct arena *arena)
{
    struct source source = a->report_info->content;
    size_t number = a->report_info->column[column];

    source.cell = number ? arena_printf(arena, "cell=%zu,%zu", row->number, number)
                         : arena_printf(arena, "row=%zu", row->number);
    return source;
}

long report_age(const struct model *m, const struct account *a)
{
    time_t generated = a->report_info->generated;

    if (!generated || !m->taken_at)
        return -1;
    return generated < m->taken_at ? (long)(m->taken_at - generated) : 0;
}

bool report_is_older(const struct account *a, const struct principal *user)
{
    time_t generated = a->report_info->generated, created;

    return generated && user->created && clock_parse(user->created, &created) &&
           created >= generated;
}

const char *report_age_text(long seconds, struct arena *arena)
{
    long minutes = seconds / 60;

    return minutes < 60 ? arena_printf(arena, "%ld min", minutes)
                        : arena_printf(arena, "%ld h %ld min", minutes / 60, minutes % 60);
}

const char *report_text(const struct model *m, const struct account *a, struct arena *arena)
{
    const char *at = a->report_info->generated_at;
    long age = report_age(m, a);

    if (!at)
        return "no credential report";
    if (age < 0)
        return arena_printf(arena, "the credential report of %s", at);
    return arena_printf(arena, "the credential report of %s, %s old at the scan", at,
                        report_age_text(age, arena));
}

static struct known unknown(const struct data_status *why)
{
    return (struct known){WORD_UNKNOWN, BASIS_NONE, why};
}

static struct known say(bool yes, enum basis basis)
{
    return (struct known){yes ? WORD_YES : WORD_NO, basis, NULL};
}

/* A user who is not in the report that was read, or a cell that is neither: nobody's fault. */
static struct known unreported(const struct account *a, const struct principal *user)
{
    const struct data_status *report = &a->data[DATA_CREDENTIAL_REPORT];

    return unknown(!user->report && report->state != STATE_COMPLETE ? report : NULL);
}

static struct known by_report(const struct account *a, const struct principal *user,
                              enum report_column column)
{
    enum cell cell = report_cell(user->report, column);

    if (cell == CELL_TRUE || cell == CELL_FALSE)
        return say(cell == CELL_TRUE, BASIS_REPORT);
    return unreported(a, user);
}

struct known known_device(const struct account *a, const struct principal *user)
{
    const struct credentials *c = user->credentials;

    if (c->asked & ASKED_DEVICES)
        return user->devices_status.state == STATE_COMPLETE
                   ? say(user->device_count > 0, BASIS_LIVE)
                   : unknown(&user->devices_status);
    if (c->virtual_count > 0)
        return say(true, BASIS_VIRTUAL_LIST);
    return by_report(a, user, REPORT_MFA);
}

struct known known_password(const struct account *a, const struct principal *user)
{
    const struct credentials *c = user->credentials;

    if (c->asked & ASKED_LOGIN)
        return c->login_status.state == STATE_COMPLETE ? say(c->has_login, BASIS_LIVE)
                                                       : unknown(&c->login_status);
    return by_report(a, user, REPORT_PASSWORD);
}

static struct known listed_key(const struct credentials *c)
{
    for (size_t i = 0; i < c->key_count; i++)
        if (c->keys[i].active)
            return say(true, BASIS_LIVE);
    return say(false, BASIS_LIVE);
}

struct known known_active_key(const struct account *a, const struct principal *user)
{
    const struct credentials *c = user->credentials;
    enum cell first = report_cell(user->report, REPORT_KEY1);
    enum cell second = report_cell(user->report, REPORT_KEY2);

    if (c->asked & ASKED_KEYS)
        return c->keys_status.state == STATE_COMPLETE ? listed_key(c) : unknown(&c->keys_status);
    if (first == CELL_TRUE || second == CELL_TRUE)
        return say(true, BASIS_REPORT);
    if (first == CELL_FALSE && second == CELL_FALSE)
        return say(false, BASIS_REPORT);
    return unreported(a, user);
}

static bool has_own_list(const struct principal *user)
{
    return user->credentials->asked & ASKED_DEVICES;
}

size_t known_device_count(const struct principal *user)
{
    return has_own_list(user) ? user->device_count : user->credentials->virtual_count;
}

const struct device *known_device_at(const struct principal *user, size_t index)
{
    return has_own_list(user) ? &user->devices[index] : user->credentials->virtual_devices[index];
}
