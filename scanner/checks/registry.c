/* registry.c - every check, in catalogue order. */
#include <string.h>

#include "checks/check.h"

/* To add a file of checks: its list here. The composite stays last: it reads the others. */
static const struct check_list *const lists[] = {
    &root_checks,
    &user_checks,
    &device_checks,
    &enforcement_checks,
    &enforcement_all_checks,
    &enforcement_account_checks,
    &sign_in_checks,
    &call_checks,
    &alarm_checks,
    &detective_checks,
    &federation_checks,
    &trust_checks,
    &statement_checks,
    &strategy_checks,
};
#define LISTS (sizeof lists / sizeof *lists)

size_t check_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < LISTS; i++)
        count += lists[i]->count;
    return count;
}

const struct check *check_at(size_t row)
{
    size_t i = 0;

    while (row >= lists[i]->count)
        row -= lists[i++]->count;
    return &lists[i]->rows[row];
}

const struct check *check_find(const char *id)
{
    for (size_t row = 0; row < check_count(); row++)
        if (strcmp(check_at(row)->id, id) == 0)
            return check_at(row);
    return NULL;
}
