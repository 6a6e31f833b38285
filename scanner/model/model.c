/* model.c - names of things, orders and lookups of the model. */
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#include "model/credentials.h"

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

void model_free(struct model *m)
{
    arena_free(&m->arena);
}

void model_outline(const struct model *m, struct account *a)
{
    bool reported = data_complete(a, DATA_CREDENTIAL_REPORT);

    a->outline = (struct account_outline){
        .users = a->user_count,
        .roles = a->role_count,
        .report_made = reported ? a->report_info->generated_at : NULL,
        .report_age = reported ? report_age(m, a) : -1,
    };
    for (size_t i = 0; i < a->user_count; i++)
        a->outline.console_users += known_password(a, &a->users[i]).word == WORD_YES;
    for (size_t i = 0; a->user_count == 0 && i < a->report_count; i++)
        a->outline.console_users += report_cell(&a->report[i], REPORT_PASSWORD) == CELL_TRUE;
}

static const char *copy(struct model *m, const char *text)
{
    return text ? arena_strdup(&m->arena, text) : NULL;
}

void model_release(struct model *m, struct account *a)
{
    struct account kept = {.id = a->id,
                           .partition = copy(m, a->partition),
                           .name = copy(m, a->name),
                           .alias = copy(m, a->alias),
                           .root_arn = copy(m, a->root_arn),
                           .included = a->included,
                           .reason = a->reason,
                           .outline = a->outline};

    kept.outline.report_made = copy(m, a->outline.report_made);
    for (int set = 0; set < DATA_COUNT; set++)
        kept.data[set] = (struct data_status){a->data[set].state, copy(m, a->data[set].reason),
                                              copy(m, a->data[set].file)};
    *a = kept;
}

static int account_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct account *)element)->id);
}

struct account *model_account(const struct model *m, const char *id)
{
    return m->account_count
               ? bsearch(id, m->accounts, m->account_count, sizeof *m->accounts, account_against)
               : NULL;
}

static int listed_against(const void *key, const void *element)
{
    return strcmp(key, ((const struct listed_account *)element)->id);
}

const struct listed_account *model_listed(const struct model *m, const char *id)
{
    return m->listed_count
               ? bsearch(id, m->listed, m->listed_count, sizeof *m->listed, listed_against)
               : NULL;
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
    return strcmp(((const struct report_row *)a)->text[REPORT_ARN],
                  ((const struct report_row *)b)->text[REPORT_ARN]);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_document(const struct document *a, const struct document *b)
{
    return same_text(a->name, b->name) && same_text(a->text, b->text);
}

static bool same_attachments(const struct principal *a, const struct principal *b)
{
    bool same = a->attached_count == b->attached_count && a->inline_count == b->inline_count &&
                a->group_count == b->group_count;

    for (size_t i = 0; same && i < a->attached_count; i++)
        same = same_text(a->attached[i].arn, b->attached[i].arn);
    for (size_t i = 0; same && i < a->inline_count; i++)
        same = same_document(&a->inline_policies[i], &b->inline_policies[i]);
    for (size_t i = 0; same && i < a->group_count; i++)
        same = same_text(a->groups[i], b->groups[i]);
    return same;
}

/* Do two copies of an entity agree in what the checks read? */
static bool same_principal(const void *x, const void *y)
{
    const struct principal *a = x, *b = y;

    return same_text(a->id, b->id) && same_text(a->path, b->path) &&
           same_text(a->created, b->created) && same_text(a->boundary_arn, b->boundary_arn) &&
           a->tag_count == b->tag_count && same_document(&a->trust, &b->trust) &&
           same_attachments(a, b);
}

static bool same_policy(const void *x, const void *y)
{
    const struct managed_policy *a = x, *b = y;

    return same_text(a->default_version, b->default_version) &&
           same_document(&a->document, &b->document);
}

static bool same_device(const void *x, const void *y)
{
    return same_text(((const struct device *)x)->owner_arn, ((const struct device *)y)->owner_arn);
}

static const char *principal_arn(const void *p)
{
    return ((const struct principal *)p)->arn;
}

static const char *policy_arn(const void *p)
{
    return ((const struct managed_policy *)p)->arn;
}

static const char *device_serial(const void *p)
{
    return ((const struct device *)p)->serial;
}

/* How a list is sorted, and what two entries of one place must have in common. */
struct order {
    size_t size;
    int (*compare)(const void *, const void *);
    bool (*same)(const void *, const void *); /* NULL: doubles are the collector's business */
    const char *(*name)(const void *);
};

/* In order, and without doubles? Lists are sorted anew after each one that was read. */
static bool is_sorted(const char *base, size_t count, const struct order *o)
{
    for (size_t i = 1; i < count; i++)
        if (o->compare(base + (i - 1) * o->size, base + i * o->size) >= 0)
            return false;
    return true;
}

/* Sort, then keep the first of equals; `list` may be NULL when *count is 0. */
static void sort(void *list, size_t *count, const struct order *o, const char **contradiction)
{
    char *base = list;
    size_t kept = 0;

    if (*count < 2 || is_sorted(base, *count, o))
        return;
    qsort(list, *count, o->size, o->compare);
    for (size_t i = 1; i < *count; i++) {
        const char *last = base + kept * o->size, *next = base + i * o->size;

        if (o->compare(last, next) == 0) {
            if (o->same && !o->same(last, next))
                *contradiction = o->name(next);
            continue;
        }
        kept++;
        if (kept != i)
            memcpy(base + kept * o->size, next, o->size);
    }
    *count = kept + 1;
}

void model_sort(struct account *a)
{
    static const struct order principals = {sizeof(struct principal), by_name, same_principal,
                                            principal_arn};
    static const struct order policies = {sizeof(struct managed_policy), by_policy_arn, same_policy,
                                          policy_arn};
    static const struct order devices = {sizeof(struct device), by_serial, same_device,
                                         device_serial};
    static const struct order rows = {sizeof(struct report_row), by_report_arn, NULL, NULL};

    sort(a->users, &a->user_count, &principals, &a->contradiction);
    sort(a->groups, &a->group_count, &principals, &a->contradiction);
    sort(a->roles, &a->role_count, &principals, &a->contradiction);
    sort(a->policies, &a->policy_count, &policies, &a->contradiction);
    sort(a->virtual_devices, &a->virtual_device_count, &devices, &a->contradiction);
    for (size_t i = 0; i < a->user_count; i++)
        sort(a->users[i].devices, &a->users[i].device_count, &devices, &a->contradiction);
    sort(a->report, &a->report_count, &rows, NULL);
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
