"""verdicts_statements.py - what the checks on MFA statements must say of the sample.

Found by trying the conditions of each statement with and without MFA.
"""
import hashlib
import json
from collections import namedtuple

import sample_organization as organization
import sample_policies as policies
import sample_story as story
import sample_wire as wire
from sample_policies import CONSOLE, KEY, MFA, Caller, as_list

EFFECTIVE = "iam.mfa_policy_condition_effective"
EXEMPTIONS = "iam.mfa_policy_exemptions_minimal"
RESOURCES = "iam.mfa_policy_resources_complete"
SATISFIABLE = "iam.mfa_conditions_satisfiable"

# statement None: the document cannot be read. roles: on whom it bears.
Found = namedtuple("Found", "resource statement document attached roles home")


def tests_mfa(statement):
    return any(key.endswith(policies.SECOND_FACTOR)
               for _, key, _ in policies.conditions([{"Statement": [statement]}]))


def name_of(statement):
    if "Sid" in statement:
        return statement["Sid"]
    canonical = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()[:12]


def found_in(owner, document, attached, roles, home):
    if not policies.is_readable(document):
        if "multifactorauth" in json.dumps(document).lower():
            yield Found(owner, None, document, attached, roles, home)
        return
    for statement in as_list(document["Statement"]):
        if tests_mfa(statement):
            yield Found("%s#%s" % (owner, name_of(statement)), statement, document, attached, roles,
                        home)


def holders(account, name):
    rows = (story.USERS[account.number] + story.GROUPS[account.number]
            + story.ROLES[account.number])
    return [row for row in rows if name in (*row.attached, getattr(row, "boundary", None))]


def of_identities(account):
    for user in story.USERS[account.number]:
        for name, document in user.inline:
            yield from found_in("%s/%s" % (wire.user_arn(account, user), name), document, True, [],
                                "identity")
    for group in story.GROUPS[account.number]:
        for name, document in group.inline:
            yield from found_in("%s/%s" % (wire.arn(account, "group", "/", group.name), name),
                                document, True, [], "identity")
    for role in story.ROLES[account.number]:
        for name, document in role.inline:
            yield from found_in("%s/%s" % (policies.role_arn(account, role), name), document, True,
                                [role], "identity")
    for name, document in policies.own(account).items():
        rows = holders(account, name)
        yield from found_in(wire.policy_arn(account, name), document, bool(rows),
                            [r for r in rows if isinstance(r, story.Role)], "identity")


def of_others(account):
    for role in story.ROLES[account.number]:
        yield from found_in(policies.role_arn(account, role), role.trust, True, [], "trust")
    limited = [r for r in story.ROLES[account.number] if "/aws-service-role/" not in r.path]
    for kind in (organization.SCP, organization.RCP):
        for level in policies.controls(account, kind):
            for control in level:
                arn = organization.summary(organization.SAMPLE, control)["Arn"]
                yield from found_in(arn, control.content, True, limited, "organization")


def passes(statement, certain):
    """Does a request that is about the statement go through? The weakest answer."""
    widened = {"Effect": statement["Effect"], "Action": "*", "Resource": "*",
               "Condition": statement["Condition"]}
    document = story.policy(*([story.allow("*")] if statement["Effect"] == "Deny" else []), widened)
    case = {"caller": {}, "action": "a:b", "target": "*", "identity": policies.texts([document])}
    return policies.best(case, [document], dict(policies.NOW, **certain))


def effective(found):
    answers = [passes(found.statement, signed) for signed in (KEY, CONSOLE)]
    with_mfa = passes(found.statement, MFA)
    if "allowed" in answers or with_mfa == "denied":
        return "FAIL"
    return "UNKNOWN" if "unsure" in answers + [with_mfa] else "PASS"


ENROLMENT = {action.lower() for action in organization.ENROLMENT}


def exemptions(found):
    listed = {action.lower() for action in as_list(found.statement["NotAction"])}
    return "PASS" if listed <= ENROLMENT else "FAIL"


def resources(found):
    return "PASS" if as_list(found.statement.get("Resource")) == ["*"] else "FAIL"


def satisfiable(account, found):
    if found.home == "trust":
        principal = found.statement["Principal"]
        people = set(principal) == {"AWS"} and not any(
            ":role/" in name for name in as_list(principal["AWS"]))
        return "PASS" if people else "FAIL"
    for role in found.roles:
        certain = dict(Caller(account, role).certain(), **{"aws:viaawsservice": ["false"]})
        if any(passes(found.statement, dict(certain, **signed)) == "denied"
               for signed in (KEY, CONSOLE)):
            return "FAIL"
    return "PASS"


def verdict(found, judge):
    if found.statement is None:
        return "UNKNOWN"
    return judge(found) if found.attached else "NOT_APPLICABLE"


def is_denial(found, *names):
    statement = found.statement or {"Effect": "Deny", "NotAction": []}
    return statement["Effect"] == "Deny" and all(name in statement for name in names)


def account_verdicts(account):
    own = list(of_identities(account))
    out = {
        EFFECTIVE: {f.resource: verdict(f, effective) for f in own},
        EXEMPTIONS: {f.resource: verdict(f, exemptions) for f in own if is_denial(f, "NotAction")},
        RESOURCES: {f.resource: verdict(f, resources) for f in own if is_denial(f)},
        SATISFIABLE: {f.resource: verdict(f, lambda f: satisfiable(account, f))
                      for f in own + list(of_others(account))}}
    return {check: rows or {account.number: "NOT_APPLICABLE"} for check, rows in out.items()}
