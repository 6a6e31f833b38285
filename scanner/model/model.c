/* model.c - names of things, orders and lookups of the model. */
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *data_set_name(enum data_set set)
{
    static const char *const names[] = {
#define X(id, name) [id] = name,
        DATA_SETS(X)
#undef X
    };

    return names[set];
}

const char *summary_key_name(enum summary_key key)
{
    static const char *const names[] = {
#define X(id, name) [id] = name,
        SUMMARY_KEYS(X)
#undef X
    };

    return names[key];
}

const char *device_kind_name(enum device_kind kind)
{
    static const char *const names[] = {
        [DEVICE_VIRTUAL] = "virtual",
        [DEVICE_FIDO] = "FIDO",
        [DEVICE_HARDWARE] = "hardware TOTP",
        [DEVICE_SMS] = "SMS",
    };

    return names[kind];
}

/* The resource part of an ARN: what follows the fifth colon; NULL when there are fewer. */
static const char *arn_resource(const char *arn)
{
    for (int colons = 0; colons < 5; colons++) {
        arn = strchr(arn, ':');
        if (!arn)
            return NULL;
        arn++;
    }
    return arn;
}

enum device_kind device_kind_of(const char *serial)
{
    if (strncmp(serial, "arn:", 4) != 0)
        return DEVICE_HARDWARE;

    const char *resource = arn_resource(serial);

    if (resource && strncmp(resource, "u2f/", 4) == 0)
        return DEVICE_FIDO;
    if (resource && strncmp(resource, "sms-mfa/", 8) == 0)
        return DEVICE_SMS;
    return DEVICE_VIRTUAL;
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

void model_free(struct model *m)
{
    arena_free(&m->arena);
}

struct account *model_account(const struct model *m, const char *id)
{
    for (size_t i = 0; i < m->account_count; i++)
        if (strcmp(m->accounts[i].id, id) == 0)
            return &m->accounts[i];
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct principal *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order ? order : strcmp(x->arn, y->arn);
}

static int by_policy_arn(const void *a, const void *b)
{
    return strcmp(((const struct managed_policy *)a)->arn, ((const struct managed_policy *)b)->arn);
}

static int by_serial(const void *a, const void *b)
{
    return strcmp(((const struct device *)a)->serial, ((const struct device *)b)->serial);
}

static int by_report_arn(const void *a, const void *b)
{
    return strcmp(((const struct report_row *)a)->arn, ((const struct report_row *)b)->arn);
}

/* Sort, then keep the first of equals; `list` may be NULL when *count is 0. */
static void sort(void *list, size_t *count, size_t size, int (*order)(const void *, const void *))
{
    char *base = list;
    size_t kept = 0;

    if (*count < 2)
        return;
    qsort(list, *count, size, order);
    for (size_t i = 1; i < *count; i++) {
        if (order(base + kept * size, base + i * size) == 0)
            continue;
        kept++;
        if (kept != i)
            memcpy(base + kept * size, base + i * size, size);
    }
    *count = kept + 1;
}

void model_sort(struct account *a)
{
    sort(a->users, &a->user_count, sizeof *a->users, by_name);
    for (size_t i = 0; i < a->user_count; i++)
        sort(a->users[i].devices, &a->users[i].device_count, sizeof *a->users[i].devices,
             by_serial);
    sort(a->groups, &a->group_count, sizeof *a->groups, by_name);
    sort(a->roles, &a->role_count, sizeof *a->roles, by_name);
    sort(a->policies, &a->policy_count, sizeof *a->policies, by_policy_arn);
    sort(a->virtual_devices, &a->virtual_device_count, sizeof *a->virtual_devices, by_serial);
    sort(a->report, &a->report_count, sizeof *a->report, by_report_arn);
}

static int name_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct principal *)element)->name);
}

static int policy_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct managed_policy *)element)->arn);
}

static const void *find(const char *key, const void *list, size_t count, size_t size,
                        int (*order)(const void *, const void *))
{
    return count ? bsearch(key, list, count, size, order) : NULL;
}

const struct principal *model_user(const struct account *a, const char *name)
{
    return find(name, a->users, a->user_count, sizeof *a->users, name_against);
}

const struct principal *model_group(const struct account *a, const char *name)
{
    return find(name, a->groups, a->group_count, sizeof *a->groups, name_against);
}

const struct managed_policy *model_policy(const struct account *a, const char *arn)
{
    return find(arn, a->policies, a->policy_count, sizeof *a->policies, policy_against);
}

/* An ARN ends with path and name, and nothing tells where the path ends: AWS allows no '/' in a
 * name, but what comes from outside may have one. So every part is tried, the whole ARN decides. */
const struct principal *model_user_by_arn(const struct account *a, const char *arn)
{
    const struct principal *user = NULL;

    for (const char *slash = strchr(arn, '/'); slash && !user; slash = strchr(slash + 1, '/')) {
        user = model_user(a, slash + 1);
        if (user && strcmp(user->arn, arn) != 0)
            user = NULL;
    }
    return user;
}
