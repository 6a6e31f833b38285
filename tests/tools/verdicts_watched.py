"""verdicts_watched.py - what the checks on events, alarms, buckets, directories, user pools and
federation must say of the sample organisation.

Derived from the story, not from the answers: who is in EVENTS, what the CIS benchmark asks of an
alarm, what a bucket was given. The patterns are compared with the benchmark's own text and not
evaluated, so that the evaluator in the program is held against something else.
"""
import re

import sample_detective as detective
import sample_events as events
import sample_federation as federation
import sample_inputs as inputs
import sample_story as story
import sample_wire as wire

PASS, FAIL, UNKNOWN, MANUAL, NONE = "PASS", "FAIL", "UNKNOWN", "MANUAL", "NOT_APPLICABLE"
FROM, TO = "2026-08-25T06:00:00Z", "2026-11-23T06:00:00Z"
# Calls that LookupEvents is asked for, and those of them that are care of one's own credentials
# when they are about the caller.
OWN_CARE = {"EnableMFADevice", "CreateAccessKey", "CreateLoginProfile"}


def told(account):
    """The account's events in the period, with their records."""
    rows = [(e, events.record(e)) for e in events.EVENTS
            if e.account == account and FROM <= e.time <= TO]
    return [(e, r) for e, r in rows if r["userIdentity"]], [e for e, r in rows
                                                           if not r["userIdentity"]]


def resource(record):
    return "%s#%s" % (record["userIdentity"]["arn"], record["eventID"])


def or_nothing(found, resource_of_nothing):
    return found or {resource_of_nothing: NONE}


# ------------------------------------------------------------------------------------- sign-ins


def sign_ins(account, kind, nothing):
    readable, unreadable = told(account.number)
    found = {resource(r): PASS if r["additionalEventData"]["MFAUsed"].lower() == "yes" else FAIL
             for e, r in readable if e.name == "ConsoleLogin" and e.by["type"] == kind
             and r["responseElements"]["ConsoleLogin"] == "Success"}
    found.update({"%s#%s" % (account.number, e.time[:10]): UNKNOWN
                  for e in unreadable if e.name == "ConsoleLogin"})
    return or_nothing(found, nothing)


def root_use(account):
    readable, unreadable = told(account.number)
    if any(e.by["type"] == "Root" and e.name != "CheckMfa" for e, _ in readable):
        return FAIL
    root = next(row for row in wire.report_rows(account) if row[0] == "<root_account>")
    assert not any(str(cell) >= FROM for cell in root if re.match(r"20\d\d-", str(cell)))
    return UNKNOWN if any(events.user_name(e) == "root" for e in unreadable) else PASS


# ---------------------------------------------------------------------------------------- calls


def is_program(account, name):
    user = next(u for u in story.USERS[account.number] if u.name == name)
    return not user.password and (user.path == "/service/" or name.startswith("svc-"))


def had_mfa(account, event, record):
    by = event.by
    attributes = by.get("sessionContext", {}).get("attributes", {})
    if by["type"] == "AssumedRole":
        if "aws-reserved" in by["sessionContext"]["sessionIssuer"]["arn"]:
            return MANUAL
        issued = [(e, r) for e, r in told(account.number)[0] if e.name == "AssumeRole"
                  and r["responseElements"]["credentials"]["accessKeyId"] == by["accessKeyId"]]
        return had_mfa(account, *issued[0]) if issued else UNKNOWN
    if event.name == "AssumeRole" and record["requestParameters"].get("serialNumber"):
        return PASS
    if attributes.get("mfaAuthenticated") == "true":
        return PASS
    return NONE if is_program(account, by["userName"]) else FAIL


def calls(account):
    found = {}
    for event, record in told(account.number)[0]:
        target = (record["requestParameters"] or {}).get("userName")
        on_own = event.by["type"] == "IAMUser" and target in (None, event.by["userName"])
        if event.name in events.CALLS and not (event.name in OWN_CARE and on_own):
            found[resource(record)] = had_mfa(account, event, record)
    return or_nothing(found, account.number)


# --------------------------------------------------------------------------------------- alarms


def alarm(account, pattern):
    tale, number = detective.SAMPLE, account.number
    for trail in detective.trails_of(tale, number):
        if trail.owner != number or not trail.group or not trail.multi or trail.stopped:
            continue
        metrics = {f.metric for f in tale.filters.get((number, trail.home, trail.group), [])
                   if f.pattern == pattern}
        alarms = tale.alarms.get((number, trail.home), [])
        if any(a.metric in metrics and a.actions for a in alarms):
            return PASS
    elsewhere = [t for t in detective.trails_of(tale, number)
                 if t.owner != number and t.multi and t.group and not t.stopped]
    return NONE if elsewhere else FAIL


# ----------------------------------------------------------------- buckets, pools, directories


def buckets(account):
    found, tale = {}, detective.SAMPLE
    for trail in detective.trails_of(tale, account.number):
        bucket = tale.buckets[trail.bucket]
        arn = "arn:aws:s3:::" + trail.bucket
        if bucket.owner != account.number:
            found.setdefault(arn, NONE)
        elif (account.number, trail.bucket) in tale.denied:
            found[arn] = UNKNOWN
        else:
            kept = bucket.versioning == "Enabled" and (bucket.mfa_delete or bucket.lock)
            found[arn] = PASS if kept else FAIL
    return or_nothing(found, account.number)


def of_regions(account, rows):
    return [(region, row) for (number, region), found in rows.items() if number == account.number
            for row in found]


def pools(account):
    """Staff sign in where the settings say so; WebAuthn is a first factor there."""
    def verdict(pool):
        if pool.id not in inputs.SETTINGS:
            return NONE
        return PASS if pool.mfa == "ON" and set(pool.methods) - {"webauthn"} else FAIL

    return or_nothing({"arn:aws:cognito-idp:%s:%s:userpool/%s" % (region, account.number, row.id):
                       verdict(row) for region, row in of_regions(account, detective.SAMPLE.pools)},
                      account.number)


def directories(account):
    return or_nothing({"arn:aws:ds:%s:%s:directory/%s" % (region, account.number, row.id):
                       NONE if row.kind == "SimpleAD" else PASS if row.radius else FAIL
                       for region, row in of_regions(account, detective.SAMPLE.directories)},
                      account.number)


# ----------------------------------------------------------------------------------- federation


def identity_center(account):
    if account.number != story.MANAGEMENT:
        return {account.number: NONE}
    factors = {}
    for event, record in told(account.number)[0]:
        data = record.get("additionalEventData") or {}
        if "AuthWorkflowID" in data:
            factors.setdefault(data["AuthWorkflowID"], set()).update(
                data["CredentialType"].split(","))
    alone = any(kinds == {"PASSWORD"} for kinds in factors.values())
    instance = federation.instance_arn(federation.CENTER)
    return {instance: FAIL if alone else attested("federation.identity_center_mfa", instance)}


def vouched():
    """{(check, resource)} of the attestations that are good on the day of the scan."""
    rows = re.findall(r"check: (\S+)\n +resource: \"(.*)\"\n(?:.*\n){2} +attested: (\S+)\n"
                      r" +expires: (\S+)\n", inputs.attestations())
    assert len(rows) == inputs.attestations().count("- id:")
    return {(check, resource) for check, resource, since, until in rows
            if since <= TO[:10] <= until}


def attested(check, resource):
    return PASS if (check, resource) in vouched() else MANUAL


def saml(account):
    return or_nothing({arn: NONE if "/AWSSSO_" in arn
                       else attested("federation.saml_mfa_attested", arn)
                       for arn in federation.saml_providers(account.number)}, account.number)


def entry_points(account):
    """AWS refuses such an Effect today, and the program does not guess what it means."""
    if any(statement["Effect"] not in ("Allow", "Deny") for role in story.ROLES[account.number]
           for statement in role.trust["Statement"]):
        return UNKNOWN
    if not federation.federated(account.number):
        return NONE
    return attested("federation.entry_points_inventoried", account.number)


def account_verdicts(account):
    number, root = account.number, wire.root_arn(account)
    return {
        "iam.root_usage_absent": {root: root_use(account)},
        "iam.root_sign_in_with_mfa": sign_ins(account, "Root", root),
        "iam.console_sign_in_with_mfa": sign_ins(account, "IAMUser", number),
        "iam.privileged_calls_with_mfa": calls(account),
        "cloudwatch.sign_in_without_mfa_alarm": {number: alarm(account, detective.WITHOUT_MFA)},
        "cloudwatch.root_usage_alarm": {number: alarm(account, detective.ROOT_USE)},
        "s3.trail_bucket_mfa_delete": buckets(account),
        "cognito.user_pool_mfa": pools(account),
        "ds.radius_mfa": directories(account),
        "federation.saml_mfa_attested": saml(account),
        "federation.identity_center_mfa": identity_center(account),
        "federation.entry_points_inventoried": {number: entry_points(account)},
    }
