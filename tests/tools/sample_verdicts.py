"""sample_verdicts.py - what the first checks must say of the sample organisation, and its README.

The verdicts come from the letters in sample_story.py. disagreements() derives them once more by
rule, so that a slip of the pen shows; nothing here looks at what the program answers.
"""
import importlib
from collections import Counter
from pathlib import Path

import sample_story as story
import sample_wire as wire

STATUS = {"P": "PASS", "F": "FAIL", "N": "NOT_APPLICABLE"}
USER_CHECKS = ("iam.users_without_mfa", "iam.admin_users_mfa", "iam.users_mfa_phishing_resistant")
ROOT_CHECKS = ("iam.root_mfa_enabled", "iam.root_mfa_hardware", "iam.root_access_keys_absent")
DEVICE_CHECK, STRATEGY_CHECK = "iam.mfa_devices_orphaned", "iam.mfa_enforcement_strategy"
CHECKS = ROOT_CHECKS + USER_CHECKS + (DEVICE_CHECK, STRATEGY_CHECK)
# Of the composite, beside the first checks.
PARTS = ("iam.root_sign_in_with_mfa", "federation.saml_mfa_attested",
         "federation.identity_center_mfa", "iam.users_onboarding_mfa", "iam.leavers_removed",
         "governance.exceptions_current")
# Further checks: verdicts_<area>.py, each with account_verdicts(account) as below.
AREAS = [importlib.import_module(path.stem)
         for path in sorted(Path(__file__).parent.glob("verdicts_*.py"))]
EXPECTED = "tests/golden/sample/expected.json"


def device_verdicts(account):
    """Where the list is denied: the virtual devices that users own and those only counted, which
    are the summary's devices less every other device that is known."""
    listed = [device for device, _, _ in wire.virtual_devices(account)]
    if account.number in story.ORPHANED:
        failing = {wire.virtual_serial(account, name) for name in story.ORPHANED[account.number]}
        return {device: "FAIL" if device in failing else "PASS" for device in listed}
    total = len(listed) + account.unseen
    hidden = ["%s/[device %d of %d, not listed]" % (account.number, i + 1, total)
              for i in range(len(listed), total)]
    return dict.fromkeys(listed + hidden, "UNKNOWN")


KNOWN = {}      # {(area, account): verdicts}: some of them evaluate policies, which takes its time


def area_verdicts(area, account):
    key = area.__name__, account.number
    if key not in KNOWN:
        KNOWN[key] = area.account_verdicts(account)
    return KNOWN[key]


def first_verdicts(account):
    """{check: {resource: status}}; account-level resources go by the account number."""
    out = {check: {} for check in CHECKS}
    for check, letter in zip(ROOT_CHECKS, story.ROOTS[account.number]):
        out[check][wire.root_arn(account)] = STATUS[letter]
    for user in story.USERS[account.number]:
        for check, letter in zip(USER_CHECKS, user.expect):
            out[check][wire.user_arn(account, user)] = STATUS[letter]
    out[DEVICE_CHECK] = device_verdicts(account)
    out[STRATEGY_CHECK][account.number] = STATUS[story.STRATEGY[account.number]]
    return out


def account_verdicts(account):
    """The same of all checks."""
    out = first_verdicts(account)
    for area in AREAS:
        out.update(area_verdicts(area, account))
    return out


def populations(account):
    users, counted = story.USERS[account.number], wire.summary(account)
    reported = sum(not wire.is_unreported(account, u) for u in users)
    return {"users": len(users), "reported": reported,
            "consoleUsers": sum(u.password for u in users),
            "administrators": sum(u.expect[1] != "N" for u in users),
            "roles": len(story.ROLES[account.number]),
            "groups": len(story.GROUPS[account.number]),
            "policies": len(story.POLICIES[account.number]),
            "devices": counted["MFADevices"], "devicesInUse": counted["MFADevicesInUse"]}


def expected():
    """expected.json: every verdict, and their counts."""
    accounts = {a.number: account_verdicts(a) for a in story.ACCOUNTS}
    counts = {number: {check: Counter(rows.values()) for check, rows in checks.items()}
              for number, checks in accounts.items()}
    total = {check: sum((counts[number][check] for number in counts), Counter())
             for check in next(iter(counts.values()))}
    return {"schema": "reportgen-sample-expected/1", "accounts": accounts, "counts": counts,
            "total": total, "populations": {a.number: populations(a) for a in story.ACCOUNTS}}


# --------------------------------------------------------------------------- once more, by rule


def as_list(value):
    return value if isinstance(value, list) else [value]


def grants_everything(statement):
    return (statement["Effect"] == "Allow" and "*" in as_list(statement.get("Resource", []))
            and bool({"*", "*:*"} & set(as_list(statement.get("Action", [])))))


def is_administrator(number, user):
    groups = [g for g in story.GROUPS[number] if g.name in user.groups]
    own = {p.name: p.versions[p.default - 1] for p in story.POLICIES[number]}
    documents = []
    for row in [user] + groups:
        documents += [content for _, content in row.inline]
        documents += [story.AWS_MANAGED[r[4:]][0] if r.startswith("aws:") else own[r]
                      for r in row.attached]
    return any(grants_everything(s) for d in documents for s in as_list(d["Statement"]))


def user_letters(number, user):
    kinds = {d.kind for d in user.devices}
    idle = not user.password and not any(k.active for k in user.keys)
    exempt = idle or user.path == "/service/"
    return "".join((
        "N" if not user.password else "P" if kinds else "F",
        "N" if exempt or not is_administrator(number, user) else "P" if kinds else "F",
        "N" if exempt or not kinds else "P" if kinds == {"fido"} else "F"))


def disagreements():
    for number, users in story.USERS.items():
        for user in users:
            letters = user_letters(number, user)
            if letters != user.expect:
                yield "%s: the story says %s, the rules say %s" % (user.name, user.expect, letters)
        core = story.ROOTS[number][0::2] + "".join(u.expect[:2] for u in users)
        parts = {status for area in AREAS for account in story.ACCOUNTS if account.number == number
                 for check, rows in area_verdicts(area, account).items() if check in PARTS
                 for status in rows.values()}
        if story.STRATEGY[number] != ("F" if "F" in core or "FAIL" in parts else "P"):
            yield "%s: the composite does not follow from its parts" % number


# ------------------------------------------------------------------------------------ README.md

HEAD = """# The sample organisation

%s is made up, and so is every name and figure in it. `reportgen demo`
reads these answers instead of AWS's: %d users (%d with a console password) and %d roles in three
accounts, in AWS's own wire format. `tests/tools/sample_story.py` tells the story row by row and
`tests/tools/make_sample.py` writes this folder from it: edit the story, not the files.

| account | name in AWS | what it shows |
|---|---|---|"""
ROLES = """
All others are ordinary: a password and one device, or a machine (`svc-…`, path `/service/`, tag
`type=service`). Roles: service-linked, Identity Center, EC2 with an instance profile, GitHub OIDC,
SAML, service roles, and ways in from other accounts with and without MFA.

What the checks must say (every resource: `%s`):

| check | %s | of all |
|---|---|---|---|---|""" % (EXPECTED, " | ".join(a.short for a in story.ACCOUNTS))
TAIL = """
The wire holds what readers trip over: answers of two and three pages, an empty page with a token, a
`Marker` in the middle, documents with `+` and `%20`, old policy versions, nested roles of instance
profiles, a root user without name and path, reports of 22 and 23 columns with `true` and `TRUE`,
`Z` and `+00:00`, a device younger than the report. Users, roles, groups, policies and report rows
reconcile.
"""


def cell(counts):
    names = (("PASS", "pass"), ("FAIL", "fail"), ("UNKNOWN", "unknown"),
             ("MANUAL", "manual"), ("NOT_APPLICABLE", "n/a"))
    return ", ".join("%d %s" % (counts[key], text) for key, text in names if key in counts)


def readme():
    data = expected()
    total = {key: sum(p[key] for p in data["populations"].values())
             for key in ("users", "consoleUsers", "roles")}
    lines = [HEAD % (story.ORGANIZATION_NAME, total["users"], total["consoleUsers"],
                     total["roles"])]
    lines += ["| %s %s | %s | %s |" % (a.short, a.number, a.name, a.shows)
              for a in story.ACCOUNTS]
    lines += ["", "| user | account | what the user shows |", "|---|---|---|"]
    lines += ["| `%s` | %s | %s |" % (u.name, a.short, u.why)
              for a in story.ACCOUNTS for u in story.USERS[a.number] if u.why]
    lines.append(ROLES)
    for check in data["total"]:
        counts = [data["counts"][a.number][check] for a in story.ACCOUNTS] + [data["total"][check]]
        lines.append("| `%s` | %s |" % (check, " | ".join(map(cell, counts))))
    return "\n".join(lines) + "\n" + TAIL
