/* organization_run.h - answers of AWS Organizations in run directories that tests write. */
#ifndef TESTS_ORGANIZATION_RUN_H
#define TESTS_ORGANIZATION_RUN_H

#include "run_dir.h"

#define ROOT_ID "r-test"
#define ORG_ARN "arn:aws:organizations::" HOME_ID ":"
#define BELOW(id) "{\"MaxResults\":20,\"ParentId\":\"" id "\"}"
#define POLICIES(kind) "{\"Filter\":\"" kind "_CONTROL_POLICY\",\"MaxResults\":20}"
#define ROOTS(types)                                                                       \
    "{\"Roots\":[{\"Arn\":\"" ORG_ARN "root/o-sample00001/" ROOT_ID "\",\"Id\":\"" ROOT_ID \
    "\",\"Name\":\"Root\",\"PolicyTypes\":[" types "]}]}"
#define TYPE(kind, status) "{\"Status\":\"" status "\",\"Type\":\"" kind "_CONTROL_POLICY\"}"
#define UNIT(id) "{\"Arn\":\"" ORG_ARN "ou/o-sample00001/" id "\",\"Id\":\"" id "\",\"Name\":\"n\"}"
#define MEMBER(id) \
    "{\"Arn\":\"" ORG_ARN "account/o-sample00001/" id "\",\"Id\":\"" id "\",\"Name\":\"n\"}"

/* One whole answer of Organizations to the home account. */
static inline cJSON *run_organizations(struct run *r, const char *operation, const char *parameters,
                                       const char *body)
{
    cJSON *query = run_query(r, HOME_ID, operation, parameters);

    (void)run_page(r, query, NULL, body);
    return query;
}

static inline void run_describe(struct run *r, const char *management)
{
    run_organizations(r, "DescribeOrganization", "{}",
                      arena_printf(&r->arena,
                                   "{\"Organization\":{\"Id\":\"o-sample00001\","
                                   "\"MasterAccountId\":\"%s\"}}",
                                   management));
}

/* The children of a node: rows of units and of accounts, with commas between. */
static inline void run_children(struct run *r, const char *parent, const char *units,
                                const char *accounts)
{
    const char *parameters =
        arena_printf(&r->arena, "{\"MaxResults\":20,\"ParentId\":\"%s\"}", parent);

    run_organizations(r, "ListOrganizationalUnitsForParent", parameters,
                      arena_printf(&r->arena, "{\"OrganizationalUnits\":[%s]}", units));
    run_organizations(r, "ListAccountsForParent", parameters,
                      arena_printf(&r->arena, "{\"Accounts\":[%s]}", accounts));
}

static inline void run_no_administrators(struct run *r)
{
    run_organizations(r, "ListDelegatedAdministrators", MOST_20,
                      "{\"DelegatedAdministrators\":[]}");
}

/* A tree of a root and these accounts, without policies. */
static inline void run_flat_tree(struct run *r, const char *accounts)
{
    run_organizations(r, "ListRoots", MOST_20, ROOTS(""));
    run_children(r, ROOT_ID, "", accounts);
    run_no_administrators(r);
}

#endif
