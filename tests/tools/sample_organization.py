"""sample_organization.py - tree and policies of the sample organisation, and their wire form.

The story first, then one function per answer; they serve any Tree, so that tests/fakeaws answers
for its own organisations with them too. Element order and number forms follow the samples in the
AWS Organizations API reference. To add a unit or a policy: a row below, then run make_sample.py.
"""
import json
from collections import namedtuple

import sample_story as story
import sample_wire as wire

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"

Unit = namedtuple("Unit", "id name parent")
# targets: ids of nodes; None: attached to every node. aws: one of AWS's own.
Control = namedtuple("Control", "id name kind aws description content targets")
# places: {account: id of the node it stands at}; delegates: {account: since, seconds since 1970}.
Tree = namedtuple("Tree", "organization management partition root units places policies delegates")

# ------------------------------------------------------------------------------- any organisation

FULL_ACCESS = Control("p-FullAWSAccess", "FullAWSAccess", SCP, True,
                      "Allows access to every operation", story.policy(story.allow("*")), None)
RCP_FULL_ACCESS = Control(
    "p-RCPFullAWSAccess", "RCPFullAWSAccess", RCP, True, "Allow access to all resources",
    story.policy({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}), None)

ENROLMENT = ["iam:ChangePassword", "iam:CreateVirtualMFADevice", "iam:EnableMFADevice",
             "iam:GetAccountPasswordPolicy", "iam:GetUser", "iam:ListMFADevices",
             "iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken"]


def deny(**more):
    return dict({"Effect": "Deny", "Resource": "*"}, **more)


REQUIRE_MFA = story.policy(deny(
    Sid="DenyEverythingWithoutMFA", NotAction=ENROLMENT,
    Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))

# What controls MFA, of users only: sessions of roles never carry MFA.
NO_MFA_USER = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
               "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}
GUARD_MFA = story.policy(
    deny(Sid="UsersNeedMFAToControlMFA", Condition=NO_MFA_USER, Action=[
        "iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice", "iam:*SAMLProvider*",
        "iam:*OpenIDConnectProvider*", "iam:UpdateAccountPasswordPolicy",
        "iam:DisableOrganizationsRoot*", "organizations:DetachPolicy",
        "organizations:UpdatePolicy", "organizations:DisablePolicyType",
        "organizations:LeaveOrganization", "sso:PutMfaDeviceManagementForDirectory",
        "sso-directory:DeleteMfaDeviceForUser", "sso:CreateAccountAssignment",
        "sso:PutInlinePolicyToPermissionSet", "sso:AttachManagedPolicyToPermissionSet",
        "cloudtrail:StopLogging", "cloudtrail:DeleteTrail"]),
    {"Sid": "UsersNeedMFAForOthersDevices", "Effect": "Deny",
     "Action": ["iam:EnableMFADevice", "iam:ResyncMFADevice"],
     "NotResource": ["arn:aws:iam::*:user/${aws:username}",
                     "arn:aws:iam::*:user/*/${aws:username}"],
     "Condition": NO_MFA_USER})

# Services whose only endpoint is in one region are left out, as everybody has to.
APPROVED_REGIONS = story.policy(deny(
    Sid="DenyOtherRegions", NotAction=["cloudfront:*", "iam:*", "organizations:*", "route53:*",
                                       "sts:*", "support:*"],
    Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}))

# -------------------------------------------------------------------------------------- the sample

ROOT = "r-smpl"
WORKLOADS, PRODUCTION, SANDBOX = "ou-smpl-workload1", "ou-smpl-product1", "ou-smpl-sandbox01"

KEEP_INSIDE = story.policy(deny(
    Sid="DenyStrangersToBuckets", Principal="*", Action="s3:*",
    Condition={"StringNotEqualsIfExists": {"aws:PrincipalOrgID": story.ORGANIZATION},
               "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}))

# The sandbox account was created below the root, as every account is, and moved to its unit: until
# then the policy of that unit did not apply to it.
MOVED = {"account": story.SANDBOX, "from": ROOT, "to": SANDBOX, "at": "2026-10-05T08:21:07Z"}

SAMPLE = Tree(
    story.ORGANIZATION, story.MANAGEMENT, "aws", ROOT,
    [Unit(WORKLOADS, "Workloads", ROOT), Unit(PRODUCTION, "Production", WORKLOADS),
     Unit(SANDBOX, "Sandbox & trials", ROOT)],
    {story.MANAGEMENT: ROOT, story.PRODUCTION: PRODUCTION, story.SANDBOX: SANDBOX},
    [FULL_ACCESS,
     Control("p-smplmfa001", "require-mfa", SCP, False, "No request without MFA, but enrolment",
             REQUIRE_MFA, [SANDBOX]),
     Control("p-smplguard1", "guard-mfa", SCP, False, "Control of MFA needs MFA", GUARD_MFA,
             [PRODUCTION]),
     Control("p-smplregion", "approved-regions", SCP, False, "", APPROVED_REGIONS, [WORKLOADS]),
     RCP_FULL_ACCESS,
     Control("p-smplinside", "keep-inside", RCP, False, "Buckets are for the organisation",
             KEEP_INSIDE, [ROOT])],
    {story.PRODUCTION: 1751360400.5})

# ---------------------------------------------------------------------------------- wire, any tree


def body(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def arn(tree, rest):
    return "arn:%s:organizations::%s:%s" % (tree.partition, tree.management, rest)


def roots(tree):
    kinds = sorted({policy.kind for policy in tree.policies})
    return [{"Arn": arn(tree, "root/%s/%s" % (tree.organization, tree.root)), "Id": tree.root,
             "Name": "Root", "PolicyTypes": [{"Status": "ENABLED", "Type": k} for k in kinds]}]


def unit_json(tree, unit):
    return {"Arn": arn(tree, "ou/%s/%s" % (tree.organization, unit.id)), "Id": unit.id,
            "Name": unit.name}


def units_below(tree, parent):
    return [unit_json(tree, unit) for unit in tree.units if unit.parent == parent]


def accounts_below(tree, parent):
    return [account for account, place in tree.places.items() if place == parent]


def summary(tree, policy):
    owner = "arn:%s:organizations::aws:policy/%s" % (tree.partition, policy.kind.lower()) \
        if policy.aws else arn(tree, "policy/%s/%s" % (tree.organization, policy.kind.lower()))
    return {"Arn": "%s/%s" % (owner, policy.id), "AwsManaged": policy.aws,
            "Description": policy.description, "Id": policy.id, "Name": policy.name,
            "Type": policy.kind}


def summaries(tree, kind):
    return [summary(tree, policy) for policy in tree.policies if policy.kind == kind]


def description(tree, policy):
    """AWS gives the text back as it was put in; people put in indented JSON."""
    return {"Policy": {"Content": json.dumps(policy.content, indent=2),
                       "PolicySummary": summary(tree, policy)}}


def nodes(tree):
    """[(id, type, name, path in its ARN)] of every node, the root first."""
    inside = tree.organization
    return [(tree.root, "ROOT", "Root", "root/%s/%s" % (inside, tree.root))] \
        + [(u.id, "ORGANIZATIONAL_UNIT", u.name, "ou/%s/%s" % (inside, u.id)) for u in tree.units] \
        + [(a, "ACCOUNT", a, "account/%s/%s" % (inside, a)) for a in tree.places]


def targets(tree, policy, names=None):
    """names: {account: its name}."""
    return [{"Arn": arn(tree, path), "Name": (names or {}).get(node, name), "TargetId": node,
             "Type": kind} for node, kind, name, path in nodes(tree)
            if policy.targets is None or node in policy.targets]


# -------------------------------------------------------------------------------- wire, the sample

NAMES = {account.number: account.name for account in story.ACCOUNTS}


def accounts_body(tree, parent):
    """Byte for byte as ListAccounts has them."""
    rows = [wire.account_json(a) for a in story.ACCOUNTS if tree.places[a.number] == parent]
    return ('{"Accounts":[%s]}' % ",".join(rows)).encode()


def administrators_body(tree):
    rows = []
    for account in story.ACCOUNTS:
        if account.number in tree.delegates:
            since = wire.json_number(tree.delegates[account.number])
            rows.append(wire.account_json(account).replace(
                "{", '{"DelegationEnabledDate":%s,' % since, 1))
    return ('{"DelegatedAdministrators":[%s]}' % ",".join(rows)).encode()


def target_pages(tree, policy):
    """Two pages where there are many; AWS may always give fewer than were asked for."""
    rows = targets(tree, policy, NAMES)
    if len(rows) < 5:
        return [(body({"Targets": rows}), None)]
    token = wire.opaque("targets", policy.id)
    return [(body({"Targets": rows[:4], "NextToken": token}), token),
            (body({"Targets": rows[4:]}), None)]


def questions(tree=SAMPLE):
    """[(operation, parameters, pages)] in the order a scan asks them."""
    below, rows = {"MaxResults": 20}, []
    rows.append(("ListRoots", below, [(body({"Roots": roots(tree)}), None)]))
    for node in [tree.root] + [unit.id for unit in tree.units]:
        asked = dict(below, ParentId=node)
        rows.append(("ListOrganizationalUnitsForParent", asked,
                     [(body({"OrganizationalUnits": units_below(tree, node)}), None)]))
        rows.append(("ListAccountsForParent", asked, [(accounts_body(tree, node), None)]))
    for kind in (SCP, RCP):
        rows.append(("ListPolicies", dict(below, Filter=kind),
                     [(body({"Policies": summaries(tree, kind)}), None)]))
        for policy in (p for p in tree.policies if p.kind == kind):
            rows.append(("DescribePolicy", {"PolicyId": policy.id},
                         [(body(description(tree, policy)), None)]))
            if policy is not RCP_FULL_ACCESS:
                rows.append(("ListTargetsForPolicy", dict(below, PolicyId=policy.id),
                             target_pages(tree, policy)))
    return rows + [("ListDelegatedAdministrators", below, [(administrators_body(tree), None)])]


def problems(tree=SAMPLE):
    """Complaints about the story: what AWS would not allow."""
    known = {node for node, *_ in nodes(tree)}
    for unit in tree.units:
        if unit.parent not in known:
            yield "%s: its parent %s is no node" % (unit.id, unit.parent)
    for policy in tree.policies:
        for target in set(policy.targets or ()) - known:
            yield "%s: its target %s is no node" % (policy.id, target)
        if len(json.dumps(policy.content, separators=(",", ":"))) > 5120:
            yield "%s: longer than 5,120 characters" % policy.id
    if set(tree.places) != {account.number for account in story.ACCOUNTS}:
        yield "the accounts of the tree are not the organisation's"
