"""verdicts_population.py - what the checks on root's certificates and central management, on
enrolment, console passwords, keys, machines and the age of the evidence must say of the sample.

Derived from the story, not from the program: ages from the dates that the story's wire forms give,
and what a machine's key reaches by asking iam_oracle.py about requests from two networks.
"""
import datetime
import json
import sys
from pathlib import Path

import sample_credentials as credentials
import sample_events as events
import sample_organization as organization
import sample_root
import sample_story as story
import sample_wire as wire

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
import iam_oracle  # noqa: E402 (needs the path)

SCAN = datetime.datetime(2026, 11, 23, 6, 1, tzinfo=datetime.timezone.utc)  # it took two minutes
PERIOD_BEGINS = "2026-08-25T06:00:00Z"
PASS, FAIL, UNKNOWN, OTHERS = "PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"


def age(text):
    """Whole and part days before the scan."""
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (SCAN - when) / datetime.timedelta(days=1)


def has_key(user):
    return any(key.active for key in user.keys)


def is_marked(user):
    return ("type", "service") in user.tags or user.path == "/service/"


def is_machine(user):
    return is_marked(user) and not user.password and has_key(user)


def is_person(user):
    return user.password or (has_key(user) and not is_marked(user))


# ---------------------------------------------------------------------------------------- root


def root_certificates(account):
    return {wire.root_arn(account):
            FAIL if story.ROOT_CERTIFICATES.get(account.number) else PASS}


def root_central(account):
    """The organisation has the feature on; of the management account's root nothing is said."""
    if account.number == story.MANAGEMENT:
        return {story.ORGANIZATION: PASS}
    empty = sample_root.ROOTS[account.number] == sample_root.NOTHING
    return {wire.root_arn(account): PASS if empty else FAIL}


# ------------------------------------------------------------------------------------ enrolment


def own_list(account, user):
    return "devices" in credentials.asked(account, user)


def sms(account, user):
    if not is_person(user) or not user.devices:
        return OTHERS
    if any(d.kind == "sms" for d in user.devices):
        return FAIL
    return PASS if own_list(account, user) else UNKNOWN


def second(account, user):
    if not is_person(user) or not user.devices:
        return OTHERS
    seen = len(user.devices if own_list(account, user)
               else credentials.virtual_devices(account, user))
    return PASS if seen > 1 else FAIL if own_list(account, user) else UNKNOWN


def enabled_early(account, user, until):
    """By the devices of today, or by an event of then."""
    return any(wire.enabled(account, user, d) <= until for d in user.devices) or any(
        e.account == account.number and e.name == "EnableMFADevice" and e.time <= until
        and e.more["requestParameters"]["userName"] == user.name for e in events.EVENTS)


def onboarding(account, user):
    made = wire.created(account, user.name)
    if not user.password or made < PERIOD_BEGINS:
        return OTHERS
    until = wire.iso(datetime.datetime.fromisoformat(made[:-1]) + datetime.timedelta(days=7))
    if enabled_early(account, user, until):
        return PASS
    return OTHERS if not user.devices and age(until) < 0 else FAIL


# -------------------------------------------------------------------------------------- console


def signed_in(account, user):
    """Ages of the sign-ins that CloudTrail tells of."""
    return [age(e.time) for e in events.EVENTS
            if e.account == account.number and e.name == "ConsoleLogin"
            and e.by.get("type") == "IAMUser" and e.by["userName"] == user.name
            and e.more["responseElements"]["ConsoleLogin"] == "Success"]


def console(account, user):
    if not user.password:
        return OTHERS
    if wire.is_unreported(account, user):
        ages = [age(wire.created(account, user.name))]       # of the login profile
    else:
        _, used, changed, _ = wire.password_cells(account, user)
        ages = [age(changed if used == "no_information" else used)]
    return PASS if min(ages + signed_in(account, user)) <= 45 else FAIL


def password_policy(account):
    rules = dict(story.PASSWORD_POLICIES.get(account.number, []))
    strong = (int(rules.get("MinimumPasswordLength", 0)) >= 14
              and int(rules.get("PasswordReusePrevention", 0)) >= 24)
    return {account.number: PASS if strong else FAIL}


# ----------------------------------------------------------------------------- machines and keys


def hybrid(_, user):
    ways = [user.password, has_key(user)]
    return FAIL if all(ways) else PASS if any(ways) else OTHERS


def long_term(_, user):
    return FAIL if is_machine(user) else OTHERS


def machine_password(_, user):
    if not is_marked(user):
        return OTHERS
    return FAIL if user.password else PASS if has_key(user) else OTHERS


def access_keys(account):
    out = {}
    for user in story.USERS[account.number]:
        for key in user.keys:
            made = wire.key_created(account, user, key)
            out["%s#%s" % (wire.user_arn(account, user), made)] = (
                OTHERS if not key.active else PASS if age(made) <= 90 else FAIL)
    return out or {account.number: OTHERS}


def service_credentials(account):
    rows = story.SERVICE_CREDENTIALS.get(account.number, [])
    return {wire.sample_id("ACCA", account.number, name, service): FAIL if active else PASS
            for name, service, active, _ in rows} or {account.number: OTHERS}


# Some of what makes privileged, each with all the actions that it takes, and on what. Enough for
# the sample's machines; the program's own table is longer.
POWERS = [("iam:CreatePolicyVersion",), ("iam:AttachUserPolicy",), ("iam:PutUserPolicy",),
          ("iam:DeactivateMFADevice",), ("iam:PassRole", "ec2:RunInstances"),
          ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"),
          ("iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild")]
STRANGER, COLLEAGUE = "93.184.216.34", "198.51.100.77"
TARGETS = {"iam:PassRole": "role/sample-batch-instance", "iam:CreatePolicyVersion": "policy/any",
           "iam:DeactivateMFADevice": "user/anybody", "iam:AttachUserPolicy": "user/anybody",
           "iam:PutUserPolicy": "user/anybody"}


def documents(account, user):
    own = {p.name: p.versions[p.default - 1] for p in story.POLICIES[account.number]}
    groups = [g for g in story.GROUPS[account.number] if g.name in user.groups]
    found = []
    for row in [user] + groups:
        found += [content for _, content in row.inline]
        found += [story.AWS_MANAGED[r[4:]][0] if r.startswith("aws:") else own[r]
                  for r in row.attached]
    return [json.dumps(d) for d in found]


def limits(account):
    """The SCPs of every level, which never limit the management account."""
    tree, levels = organization.SAMPLE, []
    above = {unit.id: unit.parent for unit in tree.units}
    node = None if account.number == story.MANAGEMENT else account.number
    while node:
        levels.append([json.dumps(p.content) for p in tree.policies if p.kind == organization.SCP
                       and (p.aws or node in p.targets)])
        node = tree.places[node] if node in tree.places else above.get(node)
    return levels


def may(account, user, action, address):
    arn = wire.user_arn(account, user)
    target = TARGETS.get(action)
    decision, _ = iam_oracle.decide({
        "action": action, "identity": documents(account, user), "scps": limits(account),
        "target": "arn:aws:iam::%s:%s" % (account.number, target) if target else "*",
        "caller": {"arn": arn, "account": account.number},
        "keys": {"aws:sourceip": [address], "aws:viaawsservice": ["false"],
                 "aws:requestedregion": ["eu-central-1"], "aws:username": [user.name],
                 "aws:principalarn": [arn], "aws:principalaccount": [account.number],
                 "aws:principalorgid": [story.ORGANIZATION]}})
    return decision


def power(account, user, address):
    """The most that one of the powers comes to, from that address."""
    order = [iam_oracle.EXPLICIT, iam_oracle.IMPLICIT, iam_oracle.UNSURE, iam_oracle.ALLOWED]
    return max((min((may(account, user, action, address) for action in actions), key=order.index)
                for actions in POWERS), key=order.index)


def bound(account, user):
    if not is_machine(user):
        return OTHERS
    at_home, abroad = (power(account, user, address) for address in (COLLEAGUE, STRANGER))
    if abroad == iam_oracle.ALLOWED:
        return FAIL
    if iam_oracle.UNSURE in (at_home, abroad):
        return UNKNOWN
    return PASS if at_home == iam_oracle.ALLOWED else OTHERS


# ------------------------------------------------------------------------------------- evidence


def evidence(account):
    return {"iam:GetCredentialReport": PASS if age(account.report.generated) <= 4 / 24 else FAIL,
            "scan": PASS}


OF_USERS = {
    "iam.users_mfa_no_sms": sms, "iam.user_single_mfa_device": second,
    "iam.users_onboarding_mfa": onboarding, "iam.console_access_unused": console,
    "iam.hybrid_users": hybrid, "machine.no_long_term_keys": long_term,
    "machine.no_console_password": machine_password, "machine.privileged_keys_constrained": bound,
}
OF_ACCOUNTS = {
    "iam.root_signing_certificates_absent": root_certificates,
    "iam.root_credentials_centralized": root_central,
    "iam.password_policy_strong": password_policy,
    "iam.access_keys_older_than_90_days": access_keys,
    "iam.service_specific_credentials_reviewed": service_credentials,
    "governance.evidence_fresh": evidence,
}


def account_verdicts(account):
    """{check: {resource: status}}"""
    out = {check: {wire.user_arn(account, user): judge(account, user)
                   for user in story.USERS[account.number]} for check, judge in OF_USERS.items()}
    out.update((check, judge(account)) for check, judge in OF_ACCOUNTS.items())
    return out
