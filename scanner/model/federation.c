/* federation.c - orders and lookups of providers and of Identity Center. */
#include "model/federation.h"

#include <stdlib.h>
#include <string.h>

const struct federation *federation_of(const struct account *a)
{
    static const struct federation none;

    return a->federation ? a->federation : &none;
}

/* Every one of these structs begins with its key, a text. */
static int by_first(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int first_against(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

static const void *find(const char *key, const void *list, size_t count, size_t size)
{
    return count ? bsearch(key, list, count, size, first_against) : NULL;
}

const struct saml_provider *federation_saml(const struct account *a, const char *arn)
{
    const struct federation *f = federation_of(a);

    return find(arn, f->saml, f->saml_count, sizeof *f->saml);
}

const struct oidc_provider *federation_oidc(const struct account *a, const char *arn)
{
    const struct federation *f = federation_of(a);

    return find(arn, f->oidc, f->oidc_count, sizeof *f->oidc);
}

const struct permission_set *center_set(const struct identity_center *c, const char *arn)
{
    return find(arn, c->sets, c->set_count, sizeof *c->sets);
}

const struct store_user *center_user(const struct identity_center *c, const char *id)
{
    return find(id, c->users, c->user_count, sizeof *c->users);
}

struct store_group *center_group(const struct identity_center *c, const char *id)
{
    return c->group_count ? bsearch(id, c->groups, c->group_count, sizeof *c->groups, first_against)
                          : NULL;
}

/* --- Orders ------------------------------------------------------------------------------------
 */

static int by_assignment(const void *x, const void *y)
{
    const struct assignment *a = x, *b = y;
    int order = strcmp(a->account, b->account);

    if (order == 0)
        order = strcmp(a->permission_set, b->permission_set);
    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    return order ? order : strcmp(a->principal, b->principal);
}

static int by_customer_policy(const void *x, const void *y)
{
    const struct customer_policy *a = x, *b = y;
    int order = strcmp(a->name, b->name);

    return order ? order : strcmp(a->path, b->path);
}

static int by_managed_arn(const void *x, const void *y)
{
    return strcmp(((const struct attached_policy *)x)->arn,
                  ((const struct attached_policy *)y)->arn);
}

static bool sort(void *list, size_t *count, size_t size, int (*order)(const void *, const void *))
{
    char *base = list;
    size_t kept = 0, before = *count;

    if (*count < 2)
        return false;
    qsort(list, *count, size, order);
    for (size_t i = 1; i < *count; i++) {
        if (order(base + kept * size, base + i * size) == 0)
            continue;
        kept++;
        if (kept != i)
            memcpy(base + kept * size, base + i * size, size);
    }
    *count = kept + 1;
    return *count != before;
}

void texts_sort(const char **texts, size_t *count)
{
    (void)sort(texts, count, sizeof *texts, by_first);
}

bool federation_sort(struct federation *f)
{
    bool saml = sort(f->saml, &f->saml_count, sizeof *f->saml, by_first);
    bool oidc = sort(f->oidc, &f->oidc_count, sizeof *f->oidc, by_first);

    for (size_t i = 0; i < f->saml_count; i++)
        texts_sort(f->saml[i].metadata.hosts, &f->saml[i].metadata.host_count);
    for (size_t i = 0; i < f->oidc_count; i++) {
        texts_sort(f->oidc[i].clients, &f->oidc[i].client_count);
        texts_sort(f->oidc[i].thumbprints, &f->oidc[i].thumbprint_count);
    }
    return saml || oidc;
}

static void sort_set(struct permission_set *s)
{
    (void)sort(s->managed, &s->managed_count, sizeof *s->managed, by_managed_arn);
    (void)sort(s->customer, &s->customer_count, sizeof *s->customer, by_customer_policy);
    texts_sort(s->accounts, &s->account_count);
}

void center_sort(struct identity_center *c)
{
    (void)sort(c->sets, &c->set_count, sizeof *c->sets, by_first);
    (void)sort(c->users, &c->user_count, sizeof *c->users, by_first);
    (void)sort(c->groups, &c->group_count, sizeof *c->groups, by_first);
    (void)sort(c->assignments, &c->assignment_count, sizeof *c->assignments, by_assignment);
    for (size_t i = 0; i < c->set_count; i++)
        sort_set(&c->sets[i]);
    for (size_t i = 0; i < c->group_count; i++)
        texts_sort(c->groups[i].members, &c->groups[i].member_count);
}

/* --- Reserved roles ----------------------------------------------------------------------------
 */

bool role_is_reserved(const struct principal *role)
{
    return role->path && strncmp(role->path, RESERVED_PATH, sizeof RESERVED_PATH - 1) == 0;
}

const char *role_reserved_region(const struct principal *role, struct arena *arena)
{
    const char *rest = role->path + sizeof RESERVED_PATH - 1;
    size_t len = strcspn(rest, "/");

    return len ? arena_strndup(arena, rest, len) : NULL;
}

#define RESERVED_NAME "AWSReservedSSO_"
#define RESERVED_RANDOM 16

/* Is `name` the permission set's name in the role's? */
static bool is_named_after(const char *role_name, const char *name)
{
    size_t start = sizeof RESERVED_NAME - 1, len = strlen(name);
    const char *rest = role_name + start;

    return strncmp(role_name, RESERVED_NAME, start) == 0 && strncmp(rest, name, len) == 0 &&
           rest[len] == '_' && strlen(rest + len + 1) == RESERVED_RANDOM &&
           strspn(rest + len + 1, "0123456789abcdef") == RESERVED_RANDOM;
}

const struct permission_set *role_permission_set(const struct model *m,
                                                 const struct principal *role)
{
    const struct permission_set *found = NULL;

    if (!role_is_reserved(role))
        return NULL;
    for (size_t c = 0; c < m->center_count; c++)
        for (size_t i = 0; i < m->centers[c].set_count; i++) {
            const struct permission_set *set = &m->centers[c].sets[i];

            if (!set->name || !is_named_after(role->name, set->name))
                continue;
            if (found)
                return NULL;
            found = set;
        }
    return found;
}
