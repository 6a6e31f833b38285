"""sample_events.py - what people did in the sample organisation, as CloudTrail records it.

The story is told in EVENTS, one row an event; everything else is the wire form: records as in log
files, and the answers of LookupEvents, which hold each record as a text. Which questions a scan
asks (QUESTIONS and what follows from the answers) is told here once more, by hand, and not taken
from the program. Times lie in the sample's period.

To add an event: a row in EVENTS.
"""
import datetime
import json
from collections import namedtuple

import sample_story as story
import sample_wire as wire

PAGE = 50
SIGN_IN_REGIONS = ["us-east-1", "us-east-2", "eu-north-1", "ap-southeast-2"]
GLOBAL, CENTER = "us-east-1", "eu-central-1"      # of IAM's events; Identity Center's home
CALLS = ["DeactivateMFADevice", "EnableMFADevice", "CreateAccessKey", "CreateLoginProfile",
         "AttachUserPolicy", "UpdateAssumeRolePolicy"]
CONSOLE = "https://console.aws.amazon.com/console/home?state=hashArgs%23&isauthcode=true"
PORTAL = "https://sample-portal.awsapps.com/start/"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

# by: userIdentity; more: further members of the record; resources: (type, name) of the row.
Event = namedtuple("Event", "account time region name source by more resources")

# ---------------------------------------------------------------------------------- identities


def arn(account, resource, service="iam"):
    return "arn:aws:%s::%s:%s" % (service, account, resource)


def root(account):
    return {"type": "Root", "principalId": account, "arn": arn(account, "root"),
            "accountId": account, "accessKeyId": ""}


def person(account, name, key="", path="/"):
    return {"type": "IAMUser", "principalId": wire.sample_id("AIDA", account, name),
            "arn": arn(account, "user" + path + name), "accountId": account, "accessKeyId": key,
            "userName": name}


def session_of(identity, mfa, when, key, issuer=None):
    """The same with temporary credentials; issuer None: a console or GetSessionToken session."""
    return dict(identity, accessKeyId=key, sessionContext={
        "sessionIssuer": issuer or {}, "webIdFederationData": {},
        "attributes": {"creationDate": when, "mfaAuthenticated": "true" if mfa else "false"}})


def role_session(account, path, role, name, mfa, when, key):
    identity = wire.sample_id("AROA", account, role)
    issuer = {"type": "Role", "principalId": identity, "arn": arn(account, "role" + path + role),
              "accountId": account, "userName": role}
    made = {"type": "AssumedRole", "principalId": "%s:%s" % (identity, name),
            "arn": arn(account, "assumed-role/%s/%s" % (role, name), "sts"), "accountId": account}
    return session_of(made, mfa, when, key, issuer)


def center_user(name):
    return {"type": "IdentityCenterUser", "accountId": story.MANAGEMENT, "onBehalfOf": {
        "userId": wire.request_id("identity-center", name),
        "identityStoreArn": arn(story.MANAGEMENT, "identitystore/d-9906sample", "identitystore")},
        "credentialId": wire.request_id("credential", name)}


# ------------------------------------------------------------------------------------- events


def console(account, time, region, by, used, identifier=None, outcome="Success"):
    data = {"LoginTo": CONSOLE, "MobileVersion": "No", "MFAUsed": used}
    if identifier:
        data["MFAIdentifier"] = identifier
    more = {"responseElements": {"ConsoleLogin": outcome}, "additionalEventData": data,
            "eventType": "AwsConsoleSignIn"}
    if outcome == "Failure":
        more["errorMessage"] = "Failed authentication"
    return Event(account, time, region, "ConsoleLogin", "signin", by, more, ())


def nobody(event):
    """The same without userIdentity: no program can tell whose it is."""
    return event._replace(more=dict(event.more, userIdentity=None))


def check_mfa(account, time, by, kind):
    return Event(account, time, GLOBAL, "CheckMfa", "signin", by, {
        "responseElements": {"CheckMfa": "Success"}, "additionalEventData": {"MfaType": kind},
        "eventType": "AwsConsoleSignIn"}, ())


def center(time, name, by, workflow, credentials):
    data = {"AuthWorkflowID": wire.request_id("workflow", workflow), "CredentialType": credentials}
    if name == "UserAuthentication":
        data["LoginTo"] = PORTAL
    return Event(story.MANAGEMENT, time, CENTER, name, "signin", by, {
        "additionalEventData": data, "serviceEventDetails": {name: "Success"},
        "eventType": "AwsServiceEvent"}, ())


def call(account, time, name, by, asked, resources=(), source="iam", answered=None):
    return Event(account, time, GLOBAL, name, source, by, {
        "requestParameters": asked, "responseElements": answered, "eventType": "AwsApiCall"},
        resources)


M, P, S = story.MANAGEMENT, story.PRODUCTION, story.SANDBOX
ADMIN_KEY, OPERATOR_KEY, SSO_KEY = "ASIASAMPLE0000000001", "ASIASAMPLE0000000002", \
    "ASIASAMPLE0000000003"
KEY_ONLY = "AKIASAMPLE0000000008"
OPERATOR = role_session(P, "/", "sample-operator", "sample-user-09", True,
                        "2026-11-18T07:45:10Z", OPERATOR_KEY)
READ_ONLY = "policy/ReadOnlyAccess"


def attach(account, time, by, user):
    policy = arn("aws", READ_ONLY)
    return call(account, time, "AttachUserPolicy", by, {"userName": user, "policyArn": policy},
                (("AWS::IAM::Policy", policy), ("AWS::IAM::User", user)))


CENTER_ADMIN = role_session(M, "/aws-reserved/sso.amazonaws.com/eu-central-1/",
                            "AWSReservedSSO_SampleAdmin_1a2b3c4d5e6f7081", "sample.person", False,
                            "2026-11-20T09:14:22Z", SSO_KEY)

EVENTS = [
    # Root signs in before it has a token, and with it.
    console(M, "2026-08-27T14:20:05Z", GLOBAL, root(M), "No"),
    check_mfa(M, "2026-09-14T09:02:11Z", root(M), "Hardware MFA"),
    console(M, "2026-09-14T09:02:31Z", GLOBAL, root(M), "Yes", "GAHT00000001"),
    # People: MFA "Yes" and "YES", a wrong password, and federated, where "No" means nothing.
    console(M, "2026-11-02T08:11:09Z", GLOBAL, person(M, "sample-user-01"), "Yes",
            arn(M, "u2f/user/sample-user-01/sample-key-a-SAMPLE00000000000001")),
    console(M, "2026-11-19T07:58:40Z", "eu-north-1", person(M, "sample-user-02"), "YES",
            arn(M, "mfa/sample-user-02")),
    console(M, "2026-11-19T07:57:52Z", "eu-north-1", person(M, "sample-user-02"), "No",
            outcome="Failure"),
    console(M, "2026-11-20T09:14:25Z", CENTER, CENTER_ADMIN, "No"),
    attach(M, "2026-11-20T09:31:47Z", CENTER_ADMIN, "sample-user-05"),
    # Identity Center: a password and a code, and a password alone.
    center("2026-11-20T09:13:55Z", "CredentialVerification", center_user("a"), "a", "PASSWORD"),
    center("2026-11-20T09:14:07Z", "CredentialVerification", center_user("a"), "a", "TOTP"),
    center("2026-11-20T09:14:08Z", "UserAuthentication", center_user("a"), "a", "PASSWORD,TOTP"),
    center("2026-11-21T16:40:18Z", "CredentialVerification", center_user("b"), "b", "PASSWORD"),
    center("2026-11-21T16:40:19Z", "UserAuthentication", center_user("b"), "b", "PASSWORD"),
    # Another's device is taken away, by a session with MFA.
    call(M, "2026-10-07T13:20:44Z", "DeactivateMFADevice",
         session_of(person(M, "sample-admin-03"), True, "2026-10-07T13:05:01Z", ADMIN_KEY),
         {"userName": "sample-user-06", "serialNumber": arn(M, "mfa/sample-old-phone")}),
    # Production: somebody joins and enrols; the telephone is replaced weeks later.
    call(P, "2026-09-21T07:52:18Z", "EnableMFADevice",
         session_of(person(P, "sample-user-09"), False, "2026-09-21T07:48:30Z",
                    "ASIASAMPLE0000000019"),
         {"userName": "sample-user-09", "serialNumber": arn(P, "mfa/sample-user-09-first")}),
    # Production: without MFA at the console; a long-term key, which has no session; a role.
    console(P, "2026-11-17T10:26:03Z", GLOBAL, person(P, "sample-user-13"), "No"),
    check_mfa(P, "2026-11-18T06:30:10Z", person(P, "sample-user-12"), "Multiple MFA Devices"),
    console(P, "2026-11-18T06:30:22Z", GLOBAL, person(P, "sample-user-12"), "Yes", "GAHT34567890"),
    call(P, "2026-11-12T15:09:31Z", "CreateAccessKey", person(P, "sample-admin-08", KEY_ONLY),
         {"userName": "svc-sample-orders"},
         (("AWS::IAM::AccessKey", "AKIASAMPLE0000000044"), ("AWS::IAM::User", "svc-sample-orders")),
         answered={"accessKey": {"userName": "svc-sample-orders", "status": "Active",
                                 "accessKeyId": "AKIASAMPLE0000000044"}}),
    call(P, "2026-11-18T07:45:10Z", "AssumeRole",
         session_of(person(P, "sample-user-09"), True, "2026-11-18T07:44:02Z",
                    "ASIASAMPLE0000000009"),
         {"roleArn": arn(P, "role/sample-operator"), "roleSessionName": "sample-user-09",
          "serialNumber": arn(P, "mfa/sample-user-09")},
         (("AWS::IAM::AccessKey", OPERATOR_KEY), ("AWS::STS::AssumedRole", "sample-user-09"),
          ("AWS::IAM::Role", arn(P, "role/sample-operator"))), "sts",
         {"credentials": {"accessKeyId": OPERATOR_KEY, "sessionToken": "sample",
                          "expiration": "Nov 18, 2026, 8:45:10 AM"},
          "assumedRoleUser": {"arn": OPERATOR["arn"], "assumedRoleId": OPERATOR["principalId"]}}),
    attach(P, "2026-11-18T07:51:36Z", OPERATOR, "sample-user-16"),
    # The same role, and nothing in the period says who entered it; a program; and a sign-in that
    # nobody can read, since it does not say who it was.
    attach(P, "2026-08-25T06:02:13Z", role_session(
        P, "/", "sample-operator", "sample-user-10", True, "2026-08-25T05:40:00Z",
        "ASIASAMPLE0000000004"), "sample-user-17"),
    call(P, "2026-10-21T02:00:09Z", "UpdateAssumeRolePolicy",
         person(P, "svc-sample-deploy", "AKIASAMPLE0000000051", "/service/"),
         {"roleName": "sample-app"},
         (("AWS::IAM::Role", "sample-app"),)),
    nobody(console(P, "2026-09-22T11:05:40Z", GLOBAL, root(P), "Yes")),
    # Sandbox: somebody enrols, after the credential report was made.
    console(S, "2026-11-23T05:10:58Z", "us-east-2", person(S, "sample-user-22"), "No"),
    call(S, "2026-11-23T05:12:40Z", "EnableMFADevice",
         session_of(person(S, "sample-user-22"), False, "2026-11-23T05:10:58Z",
                    "ASIASAMPLE0000000022"),
         {"userName": "sample-user-22", "serialNumber": arn(S, "mfa/sample-user-22")}),
]

# ------------------------------------------------------------------------------------- wire form


def seconds(text):
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int(when.timestamp())


def record(event):
    """As it stands in a log file."""
    words = (event.account, event.time, event.name, event.more["eventType"])
    number = wire.number(200, "address", *words)
    first = {"eventVersion": "1.10", "userIdentity": event.by, "eventTime": event.time,
             "eventSource": event.source + ".amazonaws.com", "eventName": event.name,
             "awsRegion": event.region, "sourceIPAddress": "198.51.100.%d" % (number + 1),
             "userAgent": AGENT, "requestParameters": None, "responseElements": None}
    last = {"eventID": wire.request_id("event", *words), "readOnly": event.name == "AssumeRole",
            "managementEvent": True, "recipientAccountId": event.account,
            "eventCategory": "Management"}
    if event.more["eventType"] == "AwsApiCall":
        last["requestID"] = wire.request_id("call", *words)
    return {**first, **event.more, **last}


def user_name(event):
    by = event.by
    return {"Root": "root", "AssumedRole": by.get("arn", "").rpartition("/")[2]}.get(
        by.get("type"), by.get("userName", ""))


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def row_json(event):
    """One element of LookupEvents' Events, as text: times have AWS's own form."""
    inside = record(event)
    fields = [("CloudTrailEvent", compact(compact(inside))),
              ("EventId", compact(inside["eventID"])),
              ("EventName", compact(event.name)), ("EventSource", compact(inside["eventSource"])),
              ("EventTime", wire.json_number(seconds(event.time))),
              ("ReadOnly", compact("true" if inside["readOnly"] else "false")),
              ("Resources", compact([{"ResourceName": name, "ResourceType": kind}
                                     for kind, name in event.resources])),
              ("Username", compact(user_name(event)))]
    if event.by.get("accessKeyId"):
        fields.insert(0, ("AccessKeyId", compact(event.by["accessKeyId"])))
    return "{%s}" % ",".join('"%s":%s' % field for field in fields)


MATCHES = {"EventName": lambda e, v: e.name == v, "Username": lambda e, v: user_name(e) == v,
           "ResourceName": lambda e, v: any(name == v for _, name in e.resources),
           "EventSource": lambda e, v: e.source + ".amazonaws.com" == v,
           "EventId": lambda e, v: record(e)["eventID"] == v,
           "AccessKeyId": lambda e, v: e.by.get("accessKeyId") == v}


def found(account, region, parameters, events=None):
    """The events that LookupEvents finds for these parameters, newest first."""
    wanted = [(a["AttributeKey"], a["AttributeValue"])
              for a in parameters.get("LookupAttributes", [])]
    return sorted((e for e in (EVENTS if events is None else events)
                   if e.account == account and e.region == region
                   and parameters.get("StartTime", 0) <= seconds(e.time)
                   <= parameters.get("EndTime", 1 << 40)
                   and all(MATCHES[key](e, value) for key, value in wanted)),
                  key=lambda e: (e.time, e.name), reverse=True)


def page_json(rows, token):
    more = ',"NextToken":%s' % compact(token) if token else ""
    return ('{"Events":[%s]%s}' % (",".join(rows), more)).encode()


def parameters_of(key, value, period):
    return {"EndTime": seconds(period[1]), "LookupAttributes": [
        {"AttributeKey": key, "AttributeValue": value}], "MaxResults": PAGE,
        "StartTime": seconds(period[0])}


def questions(account, period):
    """[(region, parameters)] of a scan, in the order asked."""
    def ask(region, key, value):
        out.append((region, parameters_of(key, value, period)))
        return found(account, *out[-1])

    out = []
    for region in SIGN_IN_REGIONS + [r for r in story.REGIONS if r not in SIGN_IN_REGIONS]:
        ask(region, "EventName", "ConsoleLogin")
    ask(GLOBAL, "Username", "root")
    calls = [event for name in CALLS for event in ask(GLOBAL, "EventName", name)]
    if account == story.MANAGEMENT:
        signed_in = [r for r in story.REGIONS if ask(r, "EventName", "UserAuthentication")]
        for region in signed_in:
            ask(region, "EventName", "CredentialVerification")
    for event in calls:
        if event.by["type"] == "AssumedRole" and event.by["accessKeyId"] != SSO_KEY:
            for region in story.REGIONS:
                ask(region, "ResourceName", event.by["accessKeyId"])
    return out


def answer_pages(account, region, parameters):
    """[(body, token to the next page)]"""
    rows = [row_json(event) for event in found(account, region, parameters)]
    assert len(rows) <= PAGE
    return [(page_json(rows, None), None)]
