/* registry.c - every check, in catalogue order. */
#include <assert.h>
#include <string.h>

#include "checks/check.h"

/* To add a file of checks: its list here. The composite stays last: it reads the others. */
static const struct check_list *const lists[] = {
    &root_checks,
    &root_central_checks,
    &user_checks,
    &enrolment_checks,
    &console_checks,
    &device_checks,
    &machine_checks,
    &key_checks,
    &enforcement_checks,
    &enforcement_all_checks,
    &enforcement_account_checks,
    &sign_in_checks,
    &call_checks,
    &alarm_checks,
    &detective_checks,
    &federation_checks,
    &inventory_checks,
    &trust_checks,
    &statement_checks,
    &people_checks,
    &evidence_checks,
    &exception_checks, /* it reads the others, too */
    &strategy_checks,  /* it stays last */
};
#define LISTS (sizeof lists / sizeof *lists)
#define CHECK_MAX 128

size_t check_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < LISTS; i++)
        count += lists[i]->count;
    return count;
}

/* The rows one after another: the order of work asks for them millions of times. */
static const struct check *flat[CHECK_MAX];
static size_t cores[CHECK_MAX], core_count;

__attribute__((constructor)) static void flatten(void)
{
    size_t row = 0;

    assert(check_count() <= CHECK_MAX);
    for (size_t i = 0; i < LISTS; i++)
        for (size_t j = 0; j < lists[i]->count; j++, row++) {
            flat[row] = &lists[i]->rows[j];
            if (flat[row]->core)
                cores[core_count++] = row;
        }
}

const struct check *check_at(size_t row)
{
    assert(row < CHECK_MAX);
    return flat[row];
}

const size_t *check_cores(size_t *count)
{
    *count = core_count;
    return cores;
}

const struct check *check_find(const char *id)
{
    for (size_t row = 0; row < check_count(); row++)
        if (strcmp(check_at(row)->id, id) == 0)
            return check_at(row);
    return NULL;
}
