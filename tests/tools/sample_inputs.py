"""sample_inputs.py - what the people of the sample organisation add to what AWS says.

Settings, a register of exceptions in which every kind of entry stands, attestations with the
files that bear them out, and the list of the workforce. make_sample.py writes them to
assets/sample/inputs/, from where `reportgen demo` judges with them. The scan was on 2026-11-23.
"""
import hashlib

import sample_federation as federation
import sample_story as story
import sample_wire as wire

SETTINGS = """# Settings of the sample organisation; what does not stand here is a default.
# See: reportgen config
thresholds:
  graceDays: 7
cognito:
  workforcePools: [eu-central-1_SAMPLE002]   # sample-partners: staff of partners sign in here
"""

EVIDENCE = {
    "evidence/sample-idp-policy.txt":
        "Sample identity provider, export of 2026-10-05 (made up)\n\n"
        "Sign-on policy «AWS»: every sign-on requires a second factor; allowed factors: passkey,\n"
        "security key. Last changed 2026-02-11. Exceptions: none.\n",
    "evidence/sample-identity-center.txt":
        "IAM Identity Center, settings, seen on 2026-10-06 (made up)\n\n"
        "Prompt users for MFA: every time they sign in. Users without a registered device:\n"
        "require them to register one. Allowed: passkeys, security keys, authenticator apps.\n",
    "evidence/sample-entries.txt":
        "Entries from elsewhere and who answers for them, as minuted on 2025-09-01 and again on\n"
        "2026-10-05 (made up)\n\n"
        "%s, all entries: Sample Person 02. %s, all entries: Sample Person 04.\n"
        % (story.MANAGEMENT, story.PRODUCTION),
}

ELSEWHERE = "444455556666"      # an account that the scan does not know

# Without ids; with ids in the account of the exception; reviews: (date, by, decision, note).
EXCEPTIONS = [
    dict(id="EX-01", check="iam.mfa_devices_orphaned", account=story.PRODUCTION,
         resource="arn:aws:iam::%s:mfa/sample-spare" % story.PRODUCTION,
         reason="A spare for the emergency account, sealed in the safe.",
         control="The safe is opened by two people, and each opening is recorded.",
         owner="Sample Person 04", approver="Sample Person 01", approved="2026-07-06",
         expires="2027-06-30", ticket="SAMPLE-101",
         reviews=[("2026-10-05", "Sample Person 02", "keep", "The seal is intact.")]),
    dict(id="EX-02", check="iam.users_mfa_phishing_resistant", account=story.MANAGEMENT,
         user="sample-admin-02",
         reason="The desk has no reader for security keys until it moves in spring.",
         control="A hardware token, and sign-in from the office network only.",
         owner="Sample Person 02", approver="Sample Person 01", approved="2026-09-14",
         expires="2027-03-31", ticket="SAMPLE-117", reviews=[]),
    dict(id="EX-03", check="iam.root_mfa_hardware", account=story.PRODUCTION,
         resource="arn:aws:iam::%s:root" % story.PRODUCTION,
         reason="The hardware token is on order.", control="The phone is kept in the safe.",
         owner="Sample Person 04", approver="Sample Person 01", approved="2026-06-01",
         expires="2026-10-31", ticket="SAMPLE-098", reviews=[]),           # expired
    dict(id="EX-04", check="iam.users_mfa_phishing_resistant", account=story.SANDBOX,
         user="sample-user-20",
         reason="Works on the sandbox only.", control="The sandbox holds no customer data.",
         owner="Sample Person 09", approver="Sample Person 09", approved="2026-11-02",
         expires="2027-04-30", ticket=None, reviews=[]),                   # self-approved
    dict(id="EX-05", check="iam.users_mfa_phishing_resistant", account=story.PRODUCTION,
         resource="arn:aws:iam::%s:user/*09" % story.PRODUCTION,
         reason="Keys are being rolled out.", control="Virtual devices are in use.",
         owner="Sample Person 05", approver="Sample Person 01", approved="2026-10-12",
         expires="2027-01-31", ticket="SAMPLE-121", reviews=[]),           # over-broad
    dict(id="EX-06", check="iam.users_mfa_phishing_resistant", account=story.MANAGEMENT,
         user="sample-user-01",
         reason="Waits for the second key.", control="One key is in use.",
         owner="Sample Person 06", approver="Sample Person 02", approved="2026-05-04",
         expires="2027-04-30", ticket="SAMPLE-090",
         reviews=[("2026-08-03", "Sample Person 06", "keep", "Still waiting.")]),
    # EX-06: unused since both keys came, and reviewed by its owner alone.
    dict(id="EX-07", check="iam.mfa_devices_orphaned", account=story.SANDBOX,
         resource="arn:aws:iam::%s:mfa/sample-user-22" % story.SANDBOX,
         reason="A spare.", control="Kept in the safe.",
         owner="Sample Person 09", approver="Sample Person 04", approved="2026-11-03",
         expires="2027-04-30", ticket="SAMPLE-125", reviews=[]),           # the list was refused
    dict(id="EX-08", check="iam.root_mfa_hardware", account=ELSEWHERE,
         resource="arn:aws:iam::%s:root" % ELSEWHERE,
         reason="Is being closed.", control="Nothing runs there any more.",
         owner="Sample Person 02", approver="Sample Person 01", approved="2026-11-04",
         expires="2027-01-31", ticket="SAMPLE-126", reviews=[]),           # not in this scan
]

# Who left, and whose identities nobody owns up to.
LEFT = {"sample-user-15": "2026-10-30", "sample-user-07": "2026-08-31"}
NOBODYS = {"sample-user-17"}
# A user of production that was removed in time, and people of Identity Center: the third left and
# is still enabled, the fifth left and is disabled; the sixth is nobody's.
REMOVED = "sample-user-99"
CENTER_LEFT = {"sample-person-03": "2026-11-13", "sample-person-05": "2026-09-30"}
CENTER_NOBODYS = {"sample-person-06"}


def the_account(number):
    return next(a for a in story.ACCOUNTS if a.number == number)


def the_user(number, name):
    return next(u for u in story.USERS[number] if u.name == name)


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def exception_lines(row):
    account = row["account"] if row["account"] == ELSEWHERE else the_account(row["account"])
    number = getattr(account, "number", account)
    resource, ids = row.get("resource"), ""
    if "user" in row:
        resource = wire.user_arn(account, the_user(account.number, row["user"]))
        ids = "\n      ids: [%s]" % wire.sample_id("AIDA", account.number, row["user"])
    yield "  - id: %s\n    check: %s\n    scope:" % (row["id"], row["check"])
    yield "      account: %s\n      resource: %s%s" % (quoted(number), quoted(resource), ids)
    yield "    reason: %s\n    compensatingControl: %s" % (row["reason"], row["control"])
    yield "    owner: %(owner)s\n    approver: %(approver)s" % row
    yield "    approved: %(approved)s\n    expires: %(expires)s" % row
    if row["ticket"]:
        yield "    ticket: " + row["ticket"]
    if row["reviews"]:
        yield "    reviews:"
    for date, by, decision, note in row["reviews"]:
        yield "      - {date: %s, by: %s, decision: %s, note: %s}" % (date, by, decision, note)


def exceptions():
    lines = ["# The register of exceptions of the sample organisation: each kind of mistake stands",
             "# in it once. See: reportgen exceptions check", "exceptions:"]
    return "\n".join(lines + [line for row in EXCEPTIONS for line in exception_lines(row)]) + "\n"


def attestation_lines(number, check, resource, statement, evidence, attested,
                      expires="2027-09-30"):
    yield "  - id: AT-%02d\n    check: %s" % (number, check)
    yield "    resource: %s\n    statement: %s" % (quoted(resource), statement)
    yield "    by: Sample Person 03\n    attested: %s\n    expires: %s" % (attested, expires)
    yield "    evidence:\n      file: %s" % evidence
    yield "      sha256: %s" % hashlib.sha256(EVIDENCE[evidence].encode()).hexdigest()


def attestations():
    center = federation.CENTER
    rows = [
        (1, "federation.saml_mfa_attested",
         next(p for p in federation.saml_providers(story.MANAGEMENT) if "sample-idp" in p),
         "Every sign-on to AWS asks for a passkey or security key.",
         "evidence/sample-idp-policy.txt", "2026-10-05"),
        (2, "federation.identity_center_mfa", federation.instance_arn(center),
         "Everybody is asked for MFA at every sign-in.",
         "evidence/sample-identity-center.txt", "2026-10-06"),
        (3, "federation.entry_points_inventoried", story.MANAGEMENT,
         "Sample Person 02 owns each entry of this account.", "evidence/sample-entries.txt",
         "2026-10-05"),
        (4, "federation.entry_points_inventoried", story.PRODUCTION,
         "Sample Person 04 owns each entry of this account.", "evidence/sample-entries.txt",
         "2025-09-01", "2026-08-31"),                                      # expired
    ]
    lines = ["# What the people of the sample organisation vouch for, and with what.",
             "attestations:"]
    return "\n".join(lines + [line for row in rows for line in attestation_lines(*row)]) + "\n"


def is_person(user):
    return ("type", "service") not in user.tags and user.name not in NOBODYS


def people():
    """A person for every user that is none's machine and most of Identity Center's; the same number
    is the same person."""
    lines, number = ["person,identity,joined,left"], 0
    for account in story.ACCOUNTS:
        for user in story.USERS[account.number]:
            if not is_person(user):
                continue
            number += 1
            lines.append("Sample Person %02d,%s,%s,%s" % (
                number, wire.user_arn(account, user), wire.created(account, user.name)[:10],
                LEFT.get(user.name, "")))
    more = [("arn:aws:iam::%s:user/%s" % (story.PRODUCTION, REMOVED), "2021-03-01", "2026-06-30")]
    more += [(p.name, "2024-11-15", CENTER_LEFT.get(p.name, "")) for p in federation.CENTER.people
             if p.name not in CENTER_NOBODYS]
    for number, row in enumerate(more, number + 1):
        lines.append("Sample Person %02d,%s,%s,%s" % (number, *row))
    return "\n".join(lines) + "\n"


def files():
    """{path below inputs/: bytes}."""
    texts = {"reportgen.yaml": SETTINGS, "exceptions.yaml": exceptions(),
             "attestations.yaml": attestations(), "people.csv": people(), **EVIDENCE}
    return {name: text.encode() for name, text in texts.items()}
