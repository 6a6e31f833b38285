"""organizations.py - Organizations: the tree of the world, its policies and its administrators.

The rows are those of sample_organization.py; a world has one Tree. To add an operation: a function,
and a row in TABLE.
"""
import functools

import sample_organization as wire

from fakeaws.errors import AwsError, refusal
from fakeaws.questions import Paged


def management_only(function):
    @functools.wraps(function)
    def guarded(q):
        if q.account.number != q.world.home and q.account.number not in q.world.tree.delegates:
            raise refusal("denied", q.service, "You don't have permissions to access this "
                          "resource.")
        return function(q)
    return guarded


def paged(name, rows):
    return Paged(len(rows), lambda first, last: {name: rows[first:last]}, 20, 20)


def organization(q):
    w = q.world
    prefix = "arn:%s:organizations::%s:" % (w.partition, w.home)
    return {"Organization": {
        "Arn": prefix + "organization/" + w.organization, "Id": w.organization,
        "AvailablePolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}],
        "FeatureSet": "ALL", "MasterAccountId": w.home,
        "MasterAccountArn": "%saccount/%s/%s" % (prefix, w.organization, w.home),
        "MasterAccountEmail": "account-%s@example.com" % w.home}}


def paged_accounts(q, numbers):
    return Paged(len(numbers), lambda first, last: {
        "Accounts": [q.world.account_json(q.world.account(n)) for n in numbers[first:last]]},
        20, 20)


@management_only
def accounts(q):
    return paged_accounts(q, q.world.numbers)


def parent_asked(q):
    tree, parent = q.world.tree, q.parameters.get("ParentId")
    if parent != tree.root and not any(unit.id == parent for unit in tree.units):
        raise AwsError("ParentNotFoundException", "We can't find a root or OU with the ParentId "
                       "that you specified.")
    return parent


@management_only
def accounts_for_parent(q):
    return paged_accounts(q, q.world.below[parent_asked(q)])


@management_only
def units_for_parent(q):
    return paged("OrganizationalUnits", wire.units_below(q.world.tree, parent_asked(q)))


@management_only
def children(q):
    parent, kind = parent_asked(q), q.parameters.get("ChildType")
    found = q.world.below[parent] if kind == "ACCOUNT" else [
        unit["Id"] for unit in wire.units_below(q.world.tree, parent)]
    return paged("Children", [{"Id": child, "Type": kind} for child in found])


@management_only
def one_account(q):
    found = q.world.account(q.parameters.get("AccountId", ""))
    if not found:
        raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")
    return {"Account": q.world.account_json(found)}


@management_only
def roots(q):
    return paged("Roots", wire.roots(q.world.tree))


@management_only
def parents(q):
    tree, child = q.world.tree, q.parameters.get("ChildId", "")
    found = dict(tree.places, **{unit.id: unit.parent for unit in tree.units}).get(child)
    if not found:
        raise AwsError("ChildNotFoundException", "We can't find an organizational unit or account "
                       "with the ChildId that you specified.")
    kind = "ROOT" if found == tree.root else "ORGANIZATIONAL_UNIT"
    return {"Parents": [{"Id": found, "Type": kind}]}


@management_only
def policies(q):
    return paged("Policies", wire.summaries(q.world.tree, q.parameters.get("Filter")))


def policy_asked(q):
    for policy in q.world.tree.policies:
        if policy.id == q.parameters.get("PolicyId"):
            return policy
    raise AwsError("PolicyNotFoundException", "You specified a policy that doesn't exist.")


@management_only
def describe_policy(q):
    return wire.description(q.world.tree, policy_asked(q))


@management_only
def targets(q):
    policy = policy_asked(q)
    if policy.id not in q.world.targets:  # 10,000 accounts have 500 pages
        q.world.targets[policy.id] = wire.targets(q.world.tree, policy)
    return paged("Targets", q.world.targets[policy.id])


@management_only
def policies_for_target(q):
    tree, target, kind = q.world.tree, q.parameters.get("TargetId"), q.parameters.get("Filter")
    return paged("Policies", [wire.summary(tree, policy) for policy in tree.policies
                              if policy.kind == kind
                              and (policy.targets is None or target in policy.targets)])


@management_only
def administrators(q):
    w = q.world
    return paged("DelegatedAdministrators", [
        dict(w.account_json(w.account(number)), DelegationEnabledDate=since)
        for number, since in w.tree.delegates.items()])


TABLE = {
    "DescribeAccount": one_account,
    "DescribeOrganization": organization,
    "DescribePolicy": describe_policy,
    "ListAccounts": accounts,
    "ListAccountsForParent": accounts_for_parent,
    "ListChildren": children,
    "ListDelegatedAdministrators": administrators,
    "ListOrganizationalUnitsForParent": units_for_parent,
    "ListParents": parents,
    "ListPolicies": policies,
    "ListPoliciesForTarget": policies_for_target,
    "ListRoots": roots,
    "ListTargetsForPolicy": targets,
}
