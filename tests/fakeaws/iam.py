"""iam.py - IAM's reads, from the rows of an account. To add one: a function, and a row in TABLE."""
import base64
import re
import time

import sample_credentials as credentials
import sample_federation as federation
import sample_simulation as simulation
import sample_story as story
import sample_wire as wire

from fakeaws.errors import AwsError
from fakeaws.questions import Paged, empty_xml


def no_such(kind, name):
    return AwsError("NoSuchEntity", "The %s with name %s cannot be found." % (kind, name), 404)


# -------------------------------------------------------------------------------- the account


def authorization_kinds(account):
    attached = sorted({r for rows in (account.users, account.groups, account.roles)
                       for row in rows for r in row.attached if r.startswith("aws:")})
    return (("User", "UserDetailList", account.users, wire.user_xml),
            ("Group", "GroupDetailList", account.groups, wire.group_xml),
            ("Role", "RoleDetailList", account.roles, wire.role_xml),
            ("LocalManagedPolicy", "Policies", account.policies, wire.own_policy_xml),
            ("AWSManagedPolicy", "Policies", attached, wire.aws_policy_xml))


def authorization_details(q):
    wanted = {v for k, v in q.parameters.items() if k.startswith("Filter.member.")}
    kinds = authorization_kinds(q.account)
    rows = [(tag, row, write) for kind, tag, rows, write in kinds
            if not wanted or kind in wanted for row in rows]

    def build(first, last):
        lists = {tag: [] for _, tag, _, _ in kinds}
        for tag, row, write in rows[first:last]:
            lists[tag].append(write(q.account.row, row))
        return [(tag, wire.members(found)) for tag, found in lists.items()]

    return Paged(len(rows), build, 1000, 100)


def account_summary(q):
    return wire.summary_xml(q.account.row)


def generate_report(q):
    """STARTED, then INPROGRESS as often as `polls` says, then COMPLETE."""
    report = q.account.report
    if report["state"] == "limit":
        raise AwsError("LimitExceeded", "Cannot exceed quota for reports.", 409)
    if report["state"] in ("absent", "expired"):
        report["state"] = "started"
        return [("State", "STARTED"),
                ("Description", "No report exists. Starting a new report generation task")]
    if report["state"] == "started" and report["polls"] > 0:
        report["polls"] -= 1
        return [("State", "INPROGRESS")]
    if report["state"] != "stuck":
        report["state"] = "ready"
        return [("State", "COMPLETE")]
    return [("State", "INPROGRESS")]


REPORT_ERRORS = {
    "absent": ("ReportNotPresent", "No report is present; call GenerateCredentialReport.", 410),
    "limit": ("ReportNotPresent", "No report is present; call GenerateCredentialReport.", 410),
    "expired": ("ReportExpired", "The report has expired; call GenerateCredentialReport.", 410),
    "started": ("ReportInProgress", "The report is still being generated.", 404),
    "stuck": ("ReportInProgress", "The report is still being generated.", 404),
}


def report_not_ready(q):
    """Raises what GetCredentialReport says when there is no report, recorded or not."""
    if q.account.report["state"] in REPORT_ERRORS:
        raise AwsError(*REPORT_ERRORS[q.account.report["state"]])


def aged_report(q, body):
    """The recorded report, `age` seconds old when the test says so, else as old as it is."""
    if "age" not in q.account.report:
        return body
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(q.now - q.account.report["age"]))
    return re.sub(rb"<GeneratedTime>[^<]*<", b"<GeneratedTime>%s<" % made.encode(), body)


def credential_report(q):
    (name, content), *others = wire.report_xml(q.account.row)
    text = base64.b64decode(content).replace(b"arn:aws:", b"arn:%s:" % q.world.partition.encode())
    return [(name, base64.b64encode(text).decode()), *others]


def account_aliases(q):
    alias = q.account.row.alias
    return [("AccountAliases", wire.members([alias] if alias else [])), ("IsTruncated", "false")]


def organizations_features(q):
    if q.account.number != q.world.home:
        raise AwsError("AccountNotManagementOrDelegatedAdministratorException",
                       "You must use the management account or a delegated administrator.", 400)
    return [("OrganizationId", q.world.organization), ("EnabledFeatures", wire.members(
        ["RootCredentialsManagement", "RootSessions"]))]


# ----------------------------------------------------------------------------- the identities


def asked_user(q):
    name = q.parameters.get("UserName")
    if name is None:
        raise AwsError("ValidationError", "Must specify userName when calling with non-User "
                       "credentials", 400)
    if name not in q.account.by_name:
        raise no_such("user", name)
    return q.account.by_name[name]


def mfa_devices(q):
    return wire.user_devices_xml(q.account.row, asked_user(q))


def mfa_device(q):
    """FIDO devices only."""
    wanted = q.parameters.get("SerialNumber", "")
    if ":u2f/" not in wanted:
        raise AwsError("ValidationError", "The serial number is not of a FIDO device.", 400)
    for user in q.account.users:
        for device in user.devices:
            if wire.serial(q.account.row, user, device) == wanted:
                return credentials.mfa_device_xml(q.account.row, user, device)
    raise no_such("device", wanted)


def virtual_devices(q):
    wanted = q.parameters.get("AssignmentStatus", "Any")
    rows = [row for row in wire.virtual_devices(q.account.row)
            if wanted == "Any" or (wanted == "Assigned") == bool(row[2])]

    def build(first, last):
        return [("VirtualMFADevices", wire.members(
            wire.virtual_device_xml(q.account.row, row) for row in rows[first:last]))]

    return Paged(len(rows), build, 1000, 100)


def plain_user(account, user):
    return [("Path", user.path), ("UserName", user.name),
            ("UserId", wire.sample_id("AIDA", account.number, user.name)),
            ("Arn", wire.user_arn(account, user)),
            ("CreateDate", wire.created(account, user.name))]


def users(q):
    rows = q.account.users
    return Paged(len(rows), lambda first, last: [("Users", wire.members(
        plain_user(q.account.row, user) for user in rows[first:last]))], 1000, 100)


def user(q):
    return [("User", plain_user(q.account.row, asked_user(q)))]


def login_profile(q):
    row = asked_user(q)
    if not row.password:
        raise AwsError("NoSuchEntity", "Login Profile for User %s cannot be found." % row.name,
                       404)
    return credentials.login_profile_xml(q.account.row, row)


def access_keys(q):
    return credentials.access_keys_xml(q.account.row, asked_user(q))


def access_key_last_used(q):
    wanted = q.parameters.get("AccessKeyId")
    for row in q.account.users:
        for index, key in enumerate(row.keys):
            if credentials.key_id(q.account.row, row, index) == wanted:
                return credentials.key_used_xml(row, key)
    raise no_such("access key", wanted)


def service_credentials(q):
    """Of one user, or with AllUsers of all."""
    rows = story.SERVICE_CREDENTIALS.get(q.account.number, [])
    if q.parameters.get("AllUsers") != "true":
        rows = [row for row in rows if row[0] == asked_user(q).name]
    return Paged(len(rows), lambda first, last: [
        ("ServiceSpecificCredentials", wire.members(
            credentials.service_credential_xml(q.account.row, row)
            for row in rows[first:last]))], 1000, 100)


def asked_policy(q):
    for policy in q.account.policies:
        if wire.policy_arn(q.account.row, policy.name) == q.parameters.get("PolicyArn"):
            return wire.own_policy_xml(q.account.row, policy)
    for reference in story.AWS_MANAGED:
        if wire.policy_arn(q.account.row, "aws:" + reference) == q.parameters.get("PolicyArn"):
            return wire.aws_policy_xml(q.account.row, "aws:" + reference)
    raise no_such("policy", q.parameters.get("PolicyArn"))


def policy(q):
    return [("Policy", [row for row in asked_policy(q) if row[0] != "PolicyVersionList"])]


def policy_version(q):
    for _, version in dict(asked_policy(q))["PolicyVersionList"]:
        if dict(version)["VersionId"] == q.parameters.get("VersionId"):
            return [("PolicyVersion", version)]
    raise no_such("policy version", q.parameters.get("VersionId"))


def provider(listed, parameter, write):
    """One of the account's providers, by its ARN; ARNs are of partition aws until they are sent."""
    def answer(q):
        wanted = q.parameters.get(parameter, "").replace("arn:%s:" % q.world.partition, "arn:aws:")
        if wanted not in listed(q.account.number):
            raise no_such("provider", wanted)
        return write(wanted)
    return answer


def simulate_principal_policy(q):
    """Users only; one decision for each action, on «*»."""
    arn = q.parameters.get("PolicySourceArn", "").replace("arn:%s:" % q.world.partition, "arn:aws:")
    rows = [row for row in q.account.users if wire.user_arn(q.account.row, row) == arn]
    actions = simulation.numbered(q.parameters, "ActionNames")
    if not rows:
        raise AwsError("NoSuchEntity", "%s cannot be found." % arn, 404)
    if not actions or len({action.lower() for action in actions}) != len(actions):
        raise AwsError("InvalidInput", "Invalid Input Actions: %s" % actions, 400)
    return Paged(len(actions), lambda first, last: [("EvaluationResults", wire.members(
        simulation.result(q.account.row, rows[0], action, q.parameters, q.world.tree)
        for action in actions[first:last]))], 1000, 100)


def password_policy(q):
    found = credentials.password_policy_xml(q.account.row)
    if found:
        return found
    raise AwsError("NoSuchEntity", "The Password Policy with domain name %s cannot be found."
                   % q.account.number, 404)


TABLE = {
    "GenerateCredentialReport": generate_report,
    "GetAccessKeyLastUsed": access_key_last_used,
    "GetAccountAuthorizationDetails": authorization_details,
    "GetAccountPasswordPolicy": password_policy,
    "GetAccountSummary": account_summary,
    "GetCredentialReport": credential_report,
    "GetLoginProfile": login_profile,
    "GetMFADevice": mfa_device,
    "GetOpenIDConnectProvider": provider(federation.oidc_providers, "OpenIDConnectProviderArn",
                                         federation.oidc_xml),
    "GetPolicy": policy,
    "GetPolicyVersion": policy_version,
    "GetSAMLProvider": provider(federation.saml_providers, "SAMLProviderArn",
                                federation.saml_xml),
    "GetUser": user,
    "ListAccessKeys": access_keys,
    "ListAccountAliases": account_aliases,
    "ListMFADevices": mfa_devices,
    "ListOpenIDConnectProviders": lambda q: federation.oidc_list_xml(q.account.number),
    "ListOrganizationsFeatures": organizations_features,
    "ListSAMLProviders": lambda q: federation.saml_list_xml(q.account.number),
    "ListServiceSpecificCredentials": service_credentials,
    "ListSigningCertificates": empty_xml("Certificates", True),
    "ListUsers": users,
    "ListVirtualMFADevices": virtual_devices,
    "SimulatePrincipalPolicy": simulate_principal_policy,
}
