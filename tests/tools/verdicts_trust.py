"""verdicts_trust.py - what the checks on trust policies must say of the sample, found by trying.

Every user and role of an account tries to enter every role of it, strangers and neighbours try
theirs, and tokens of strangers are shown to roles that take tokens.
"""
import re

import sample_policies as policies
import sample_story as story
from sample_policies import CONSOLE, KEY, MFA, Caller, as_list

TRUST_MFA = "iam.role_trust_requires_mfa"
ACROSS = "iam.cross_account_role_trust"
OIDC = "federation.oidc_trust_restricted"
NOTHING, WITH_MFA, UNSURE, OPEN = range(4)
STATUS = {NOTHING: "NOT_APPLICABLE", WITH_MFA: "PASS", UNSURE: "UNKNOWN", OPEN: "FAIL"}
MEMBERS = {a.number for a in story.ACCOUNTS}

# Some of what makes privileged, on a resource that nobody's policy names.
PRIVILEGED = [
    "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AttachUserPolicy",
    "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:PutRolePolicy",
    "iam:AddUserToGroup", "iam:UpdateAssumeRolePolicy", "iam:CreateAccessKey",
    "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "sts:AssumeRole",
    "iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice", "iam:UpdateSAMLProvider",
    "organizations:LeaveOrganization", "sso:CreateAccountAssignment", "cloudtrail:StopLogging",
    "iam:PassRole"]


def is_privileged(account, role):
    caller = Caller(account, role)
    target = "arn:aws:iam::%s:role/nobody-names-this" % account.number
    return any(caller.may(action, target, signed) != "denied"
               for action in PRIVILEGED for signed in (KEY, CONSOLE, MFA))


def is_linked(role):
    return role.path.startswith("/aws-service-role/")


def is_person(user):
    """Neither a machine nor without any way in."""
    return user.path != "/service/" and (user.password or any(k.active for k in user.keys))


def hop(caller, account, role, trust=None):
    """How weakly the caller enters, by the whole trust policy or the part that is given."""
    target = policies.role_arn(account, role)
    answers = [caller.may("sts:AssumeRole", target, signed, trust or role.trust, account)
               for signed in (KEY, CONSOLE)]
    if "allowed" in answers:
        return OPEN
    if "unsure" in answers:
        return UNSURE
    if caller.is_role or caller.may("sts:AssumeRole", target, MFA, trust or role.trust,
                                    account) == "denied":
        return NOTHING
    return WITH_MFA


def statements(role):
    return as_list(role.trust["Statement"])


def foreigners(account, role):
    """(statement alone, account number) of every other account that is named."""
    for statement in statements(role):
        names = statement.get("Principal", {})
        names = ["*"] if names == "*" else as_list(names.get("AWS", []))
        for name in names:
            found = re.search(r"\d{12}", name)
            if name == "*" or (found and found.group() != account.number):
                yield dict(role.trust, Statement=[statement]), found and found.group()


def asks_external_id(document):
    return any(operator == "StringEquals" and key == "sts:externalid"
               for operator, key, _ in policies.conditions([document]))


def entered_from_outside(account, role):
    worst = NOTHING
    for alone, number in foreigners(account, role):
        if not asks_external_id(alone):
            worst = max(worst, hop(Caller(number=number or "999988887777"), account, role, alone))
    return worst


def entries(account):
    """{role name: how weakly people enter it}, chains followed until nothing changes."""
    roles = {r.name: r for r in story.ROLES[account.number] if not is_linked(r)}
    users = [u for u in story.USERS[account.number] if is_person(u)]
    state = {}
    for name, role in roles.items():
        state[name] = UNSURE
        if policies.is_readable(role.trust):
            state[name] = max([entered_from_outside(account, role)]
                              + [hop(Caller(account, u), account, role) for u in users])
    hops = {(a, b): hop(Caller(account, roles[a]), account, roles[b])
            for a in roles for b in roles if a != b and policies.is_readable(roles[b].trust)}
    for _ in roles:
        for (a, b), weak in hops.items():
            state[b] = max(state[b], min(state[a], weak))
    return state


def trust_mfa(account, role, state):
    if is_linked(role) or not is_privileged(account, role):
        return "NOT_APPLICABLE"
    return STATUS[state[role.name]]


def across_one(account, role, alone, number):
    if number is None:
        return OPEN
    weak = hop(Caller(number=number), account, role, alone)
    if weak == OPEN and number not in MEMBERS and asks_external_id(alone):
        return WITH_MFA
    return max(weak, WITH_MFA)


def across(account, role):
    if not policies.is_readable(role.trust):
        return "UNKNOWN"
    found = [across_one(account, role, alone, number)
             for alone, number in foreigners(account, role)]
    return STATUS[max(found, default=NOTHING)]


# Tokens of others: (audience, subject).
STRANGERS = [("sts.amazonaws.com", "repo:somebody/else:ref:refs/heads/main"),
             ("sts.amazonaws.com", "repo:sample-organisation-too/x:ref:refs/heads/main"),
             ("somebody.example", "repo:sample-organisation/sample-repository:ref:refs/heads/main")]


def takes_strangers(statement, host):
    variables, parsed = policies.oracle.read_policy(
        '{"Version":"2012-10-17","Statement":[%s]}' % policies.json.dumps(statement))
    return any(policies.oracle.every(
        policies.oracle.condition_holds(condition, parsed[0],
                                        {host + ":aud": [audience], host + ":sub": [subject]},
                                        variables)
        for condition in parsed[0]["conditions"]) is not False for audience, subject in STRANGERS)


def oidc(role):
    if not policies.is_readable(role.trust):
        return "UNKNOWN"
    found = []
    for statement in statements(role):
        names = statement.get("Principal", {})
        names = as_list(names.get("Federated", [])) if isinstance(names, dict) else []
        found += [takes_strangers(statement, name.partition(":oidc-provider/")[2])
                  for name in names if ":oidc-provider/" in name]
    return "FAIL" if any(found) else "PASS" if found else "NOT_APPLICABLE"


def account_verdicts(account):
    state = entries(account)
    out = {TRUST_MFA: {}, ACROSS: {}, OIDC: {}}
    for role in story.ROLES[account.number]:
        resource = policies.role_arn(account, role)
        out[TRUST_MFA][resource] = trust_mfa(account, role, state)
        out[ACROSS][resource] = across(account, role)
        out[OIDC][resource] = oidc(role)
    return out
