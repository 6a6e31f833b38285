"""organizations.py - Organizations: one unit below the root holds all members; one policy.

To add an operation: a function, and a row in TABLE.
"""
import functools
import json

import sample_story as story

from fakeaws.errors import AwsError, refusal
from fakeaws.questions import Paged, empty_json


def management_only(function):
    @functools.wraps(function)
    def guarded(q):
        if q.account.number != q.world.home:
            raise refusal("denied", q.service, "You don't have permissions to access this "
                          "resource.")
        return function(q)
    return guarded


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


@management_only
def accounts_for_parent(q):
    parent = q.parameters.get("ParentId")
    return paged_accounts(q, [n for n in q.world.numbers if parent_of(q.world, n) == parent])


@management_only
def one_account(q):
    found = q.world.account(q.parameters.get("AccountId", ""))
    if not found:
        raise AwsError("AccountNotFoundException", "You specified an account that doesn't exist.")
    return {"Account": q.world.account_json(found)}


def org_arn(world, rest):
    return "arn:%s:organizations::%s:%s" % (world.partition, world.home, rest)


def parent_of(world, child):
    """The management account and the one unit lie below the root, the members in the unit."""
    return world.root_id if child in (world.home, world.unit_id) else world.unit_id


@management_only
def roots(q):
    w = q.world
    return {"Roots": [{"Arn": org_arn(w, "root/%s/%s" % (w.organization, w.root_id)),
                       "Id": w.root_id, "Name": "Root",
                       "PolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}]}]}


@management_only
def parents(q):
    child = q.parameters.get("ChildId", "")
    if child != q.world.unit_id and not q.world.account(child):
        raise AwsError("ChildNotFoundException", "We can't find an organizational unit or account "
                       "with the ChildId that you specified.")
    parent = parent_of(q.world, child)
    kind = "ROOT" if parent == q.world.root_id else "ORGANIZATIONAL_UNIT"
    return {"Parents": [{"Id": parent, "Type": kind}]}


@management_only
def units_for_parent(q):
    w = q.world
    unit = {"Arn": org_arn(w, "ou/%s/%s" % (w.organization, w.unit_id)), "Id": w.unit_id,
            "Name": "members"}
    return {"OrganizationalUnits": [unit] if q.parameters.get("ParentId") == w.root_id else []}


@management_only
def children(q):
    parent, kind = q.parameters.get("ParentId"), q.parameters.get("ChildType")
    found = [n for n in q.world.numbers if parent_of(q.world, n) == parent] \
        if kind == "ACCOUNT" else [q.world.unit_id] if parent == q.world.root_id else []
    return Paged(len(found), lambda first, last: {
        "Children": [{"Id": c, "Type": kind} for c in found[first:last]]}, 20, 20)


FULL_ACCESS = story.policy(story.allow("*"))


def full_access(world):
    return {"Arn": "arn:%s:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
                   % world.partition, "AwsManaged": True, "Description": "Allows access to every "
            "operation", "Id": "p-FullAWSAccess", "Name": "FullAWSAccess",
            "Type": "SERVICE_CONTROL_POLICY"}


@management_only
def policies(q):
    scp = q.parameters.get("Filter") == "SERVICE_CONTROL_POLICY"
    return {"Policies": [full_access(q.world)] if scp else []}


@management_only
def describe_policy(q):
    if q.parameters.get("PolicyId") != "p-FullAWSAccess":
        raise AwsError("PolicyNotFoundException", "You specified a policy that doesn't exist.")
    return {"Policy": {"Content": json.dumps(FULL_ACCESS, indent=2),
                       "PolicySummary": full_access(q.world)}}


@management_only
def targets(q):
    w = q.world
    rows = [(w.root_id, "ROOT"), (w.unit_id, "ORGANIZATIONAL_UNIT")] + [
        (n, "ACCOUNT") for n in w.numbers]
    return Paged(len(rows), lambda first, last: {"Targets": [
        {"Arn": org_arn(w, "target/" + i), "Name": i, "TargetId": i, "Type": kind}
        for i, kind in rows[first:last]]}, 20, 20)


TABLE = {
    "DescribeAccount": one_account,
    "DescribeOrganization": organization,
    "DescribePolicy": describe_policy,
    "ListAccounts": accounts,
    "ListAccountsForParent": accounts_for_parent,
    "ListChildren": children,
    "ListDelegatedAdministrators": management_only(empty_json(DelegatedAdministrators=[])),
    "ListOrganizationalUnitsForParent": units_for_parent,
    "ListParents": parents,
    "ListPolicies": policies,
    "ListPoliciesForTarget": policies,
    "ListRoots": roots,
    "ListTargetsForPolicy": targets,
}
