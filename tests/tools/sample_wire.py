"""sample_wire.py - the sample organisation in AWS's own wire form, one function per answer.

Element order, name spaces and number forms follow the samples in the AWS API references. What the
story leaves open (ids, dates, tokens) is a hash of names: the same every time.
"""
import base64
import csv
import datetime
import hashlib
import io
import json
import urllib.parse
import uuid

import sample_story as story

IAM = "https://iam.amazonaws.com/doc/2010-05-08/"
STS = "https://sts.amazonaws.com/doc/2011-06-15/"
DENIED = ("User: arn:aws:sts::%s:assumed-role/sample-audit/reportgen is not authorized to perform: "
          "iam:ListVirtualMFADevices on resource: arn:aws:iam::%s:mfa/ because no identity-based "
          "policy allows the iam:ListVirtualMFADevices action")


# --------------------------------------------------------------- made up, but always the same


def digest(*words):
    return hashlib.sha256("\0".join(words).encode()).digest()


def number(limit, *words):
    """A number below limit that depends on the words alone."""
    return int.from_bytes(digest(*words)[:8], "big") % limit


def request_id(*words):
    return str(uuid.UUID(bytes=digest("request", *words)[:16], version=4))


def sample_id(prefix, *words):
    return "%sSAMPLE%011d" % (prefix, number(10**11, prefix, *words))


def opaque(*words):
    """A paging token."""
    return base64.b64encode(b"".join(digest("token", part, *words) for part in "abc")).decode()


def moment(first, last, *words):
    """A time between two ISO days that depends on the words alone."""
    start = datetime.datetime.fromisoformat(first)
    days = (datetime.datetime.fromisoformat(last) - start).days
    seconds = number(days * 86400, "moment", *words)
    return iso(start + datetime.timedelta(seconds=seconds))


def iso(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_ms(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (time.microsecond // 1000)


def created(account, name, until="2025-06-30"):
    """When a user, group, role or policy was made: after its account, before any device."""
    if name in story.MADE_LATE:
        return story.MADE_LATE[name]
    if name in story.JOINED:
        return story.JOINED[name]
    return moment(max(account.created[:10], "2022-01-10"), until, "created", account.number, name)


def enabled(account, user, device):
    return device.enabled or moment("2025-07-01", "2026-10-31", account.number, user.name,
                                    device.kind, device.name)


# --------------------------------------------------------------------------------- wire forms


def escape(text):
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"),
                         ("\n", "&#10;")):
        text = text.replace(char, entity)
    return text


def element(tag, content, depth=0, attributes=""):
    """content: text, or a list of (tag, content); an empty list gives <tag/>."""
    indent = "  " * depth
    if isinstance(content, str):
        return "%s<%s%s>%s</%s>\n" % (indent, tag, attributes, escape(content), tag)
    if not content:
        return "%s<%s%s/>\n" % (indent, tag, attributes)
    inner = "".join(element(name, value, depth + 1) for name, value in content)
    return "%s<%s%s>\n%s%s</%s>\n" % (indent, tag, attributes, inner, indent, tag)


def answer_xml(operation, result, request, namespace=IAM):
    body = [(operation + "Result", result), ("ResponseMetadata", [("RequestId", request)])]
    return element(operation + "Response", body,
                   attributes=' xmlns="%s"' % namespace).encode("utf-8")


def members(values):
    return [("member", value) for value in values]


def document(content, indent=4, encode="strict"):
    """A policy document as IAM sends it: JSON text, percent-encoded."""
    if indent is None:
        text = json.dumps(content, separators=(",", ":"))
    else:
        text = json.dumps(content, indent=indent)
    return urllib.parse.quote(text, safe="+" if encode == "plus" else "")


def json_number(value):
    """Seconds since 1970 as AWS's JSON services write them: 1.700000000418E9."""
    digits = ("%.3f" % value).replace(".", "").rstrip("0")
    return "%s.%sE9" % (digits[0], digits[1:] or "0")


def pretty(value):
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


# ------------------------------------------------------------------------------ names and ids


def arn(account, kind, path, name):
    return "arn:aws:iam::%s:%s%s%s" % (account.number, kind, path, name)


def user_arn(account, user):
    return arn(account, "user", user.path, user.name)


def root_arn(account):
    return "arn:aws:iam::%s:root" % account.number


def policy_arn(account, reference):
    if reference.startswith("aws:"):
        return "arn:aws:iam::aws:policy/" + reference[4:]
    path = next(p.path for p in story.POLICIES[account.number] if p.name == reference)
    return arn(account, "policy", path, reference)


def policy_name(reference):
    return reference.rsplit("/", 1)[-1].replace("aws:", "", 1)


def serial(account, user, device):
    if device.kind == "hardware":
        return device.name
    if device.kind == "sms":
        return "arn:aws:iam::%s:sms-mfa/%s" % (account.number, device.name)
    if device.kind == "virtual":
        return virtual_serial(account, device.name)
    random = base64.b32encode(digest("fido", account.number, user.name, device.name))[:26].decode()
    return "arn:aws:iam::%s:u2f/user/%s/%s-%s" % (account.number, user.name, device.name, random)


def virtual_serial(account, name):
    return "arn:aws:iam::%s:mfa/%s" % (account.number, name)


# ---------------------------------------------------------- GetAccountAuthorizationDetails


def attached_xml(account, references):
    return members([("PolicyName", policy_name(r)), ("PolicyArn", policy_arn(account, r))]
                   for r in references)


def inline_xml(policies):
    return members([("PolicyName", name), ("PolicyDocument", document(content))]
                   for name, content in policies)


def tags_xml(tags):
    return [("Tags", members([("Key", k), ("Value", v)] for k, v in tags))] if tags else []


def boundary_xml(account, reference):
    if not reference:
        return []
    return [("PermissionsBoundary", [("PermissionsBoundaryType", "Policy"),
                                     ("PermissionsBoundaryArn", policy_arn(account, reference))])]


def user_xml(account, user):
    return ([("GroupList", members(user.groups)),
             ("AttachedManagedPolicies", attached_xml(account, user.attached))]
            + ([("UserPolicyList", inline_xml(user.inline))] if user.inline else [])
            + boundary_xml(account, user.boundary)
            + [("UserId", sample_id("AIDA", account.number, user.name)),
               ("Path", user.path), ("UserName", user.name), ("Arn", user_arn(account, user)),
               ("CreateDate", created(account, user.name))]
            + tags_xml(user.tags))


def group_xml(account, group):
    return [("GroupId", sample_id("AGPA", account.number, group.name)),
            ("AttachedManagedPolicies", attached_xml(account, group.attached)),
            ("GroupName", group.name), ("Path", "/"),
            ("Arn", arn(account, "group", "/", group.name)),
            ("CreateDate", created(account, group.name)),
            ("GroupPolicyList", inline_xml(group.inline))]


def role_names_xml(account, role):
    """The part of a role that an instance profile repeats."""
    return [("Path", role.path), ("Arn", arn(account, "role", role.path, role.name)),
            ("RoleName", role.name), ("AssumeRolePolicyDocument", document(role.trust, None)),
            ("CreateDate", created(account, role.name)),
            ("RoleId", sample_id("AROA", account.number, role.name))]


def profile_xml(account, role):
    if not role.profile:
        return []
    return members([[("InstanceProfileName", role.profile),
                     ("Roles", members([role_names_xml(account, role)])), ("Path", "/"),
                     ("Arn", arn(account, "instance-profile", "/", role.profile)),
                     ("InstanceProfileId", sample_id("AIPA", account.number, role.profile)),
                     ("CreateDate", moment("2025-07-01", "2026-02-01", role.profile))]])


def role_xml(account, role):
    last_used = [("LastUsedDate", role.used), ("Region", "eu-central-1")] if role.used else []
    return ([("RolePolicyList", inline_xml(role.inline)),
             ("AttachedManagedPolicies", attached_xml(account, role.attached)),
             ("InstanceProfileList", profile_xml(account, role)),
             ("RoleLastUsed", last_used)]
            + role_names_xml(account, role)[:2] + boundary_xml(account, role.boundary)
            + role_names_xml(account, role)[2:] + tags_xml(role.tags))


def attachments(account, reference):
    """How many users, groups and roles of the account a policy is attached to."""
    rows = (story.USERS[account.number] + story.GROUPS[account.number]
            + story.ROLES[account.number])
    return sum(reference in row.attached for row in rows)


def own_policy_xml(account, row):
    versions = []
    for index in range(len(row.versions), 0, -1):
        versions.append([("Document", document(row.versions[index - 1], encode=row.encode)),
                         ("IsDefaultVersion", "true" if index == row.default else "false"),
                         ("VersionId", "v%d" % index),
                         ("CreateDate", created(account, row.name) if index == 1 else
                          moment("2025-07-01", "2026-02-01", account.number, row.name))])
    bounded = sum(u.boundary == row.name for u in story.USERS[account.number])
    return policy_xml(row.name, row.path, "v%d" % row.default,
                      sample_id("ANPA", account.number, row.name),
                      policy_arn(account, row.name), versions,
                      (attachments(account, row.name), bounded))


def aws_policy_xml(account, reference):
    content, version, identifier, since = story.AWS_MANAGED[reference[4:]]
    path = "/" + reference[4:].rpartition("/")[0] + "/"
    versions = [[("Document", document(content)), ("IsDefaultVersion", "true"),
                 ("VersionId", version), ("CreateDate", since)]]
    return policy_xml(policy_name(reference), path.replace("//", "/"), version, identifier,
                      policy_arn(account, reference), versions,
                      (attachments(account, reference), 0))


def policy_xml(name, path, version, identifier, policy, versions, counts):
    first, last = dict(versions[-1])["CreateDate"], dict(versions[0])["CreateDate"]
    return [("PolicyName", name), ("DefaultVersionId", version), ("PolicyId", identifier),
            ("Path", path), ("PolicyVersionList", members(versions)), ("Arn", policy),
            ("AttachmentCount", str(counts[0])), ("PermissionsBoundaryUsageCount", str(counts[1])),
            ("CreateDate", first), ("IsAttachable", "true"), ("UpdateDate", last)]


def slices(rows, pages):
    """rows in `pages` parts, as even as they go."""
    return [rows[len(rows) * i // pages:len(rows) * (i + 1) // pages] for i in range(pages)]


def authorization_pages(account):
    """Every page holds users, groups, roles and policies, as AWS's may; Marker in the middle."""
    attached = sorted({r for rows in (story.USERS, story.GROUPS, story.ROLES)
                       for row in rows[account.number] for r in row.attached if r[:4] == "aws:"})
    policies = ([own_policy_xml(account, p) for p in story.POLICIES[account.number]]
                + [aws_policy_xml(account, r) for r in attached])
    kinds = [[user_xml(account, u) for u in story.USERS[account.number]],
             [group_xml(account, g) for g in story.GROUPS[account.number]],
             [role_xml(account, r) for r in story.ROLES[account.number]], policies]
    pages = []
    parts = zip(*(slices(rows, account.gaad_pages) for rows in kinds))
    for page, (users, groups, roles, own) in enumerate(parts):
        marker = opaque("gaad", account.number, str(page + 1))
        more = page + 1 < account.gaad_pages
        pages.append(([("IsTruncated", "true" if more else "false"),
                       ("UserDetailList", members(users))]
                      + ([("Marker", marker)] if more else [])
                      + [("GroupDetailList", members(groups)), ("RoleDetailList", members(roles)),
                         ("Policies", members(own))], marker if more else None))
    return pages


# ------------------------------------------------------------------------- the other answers


def virtual_devices(account):
    """(serial, owner or None for root, enabled or None when unassigned), in serial order."""
    rows = [(serial(account, u, d), u, enabled(account, u, d))
            for u in story.USERS[account.number] for d in u.devices if d.kind == "virtual"]
    rows += [(virtual_serial(account, name), None, None) for name in account.spare]
    if account.number == story.PRODUCTION:
        rows.append((virtual_serial(account, story.ROOT_DEVICE), None, "2024-06-12T09:21:33Z"))
    return sorted(rows, key=lambda row: row[0])


def virtual_device_xml(account, row):
    device, user, since = row
    if not since:
        return [("SerialNumber", device)]
    if user:
        owner = [("Path", user.path), ("UserName", user.name),
                 ("UserId", sample_id("AIDA", account.number, user.name)),
                 ("CreateDate", created(account, user.name)), ("Arn", user_arn(account, user))]
    else:                             # as AWS sends root: no Path, no UserName
        owner = [("UserId", account.number), ("Arn", root_arn(account)),
                 ("CreateDate", account.created)]
    return [("SerialNumber", device), ("EnableDate", since), ("User", owner)]


def virtual_device_pages(account):
    rows = [virtual_device_xml(account, row) for row in virtual_devices(account)]
    count = 2 if account.number == story.PRODUCTION else 1
    pages = []
    for page, part in enumerate(slices(rows, count)):
        marker = opaque("virtual", account.number, str(page + 1)) if page + 1 < count else None
        pages.append(([("IsTruncated", "true" if marker else "false")]
                      + ([("Marker", marker)] if marker else [])
                      + [("VirtualMFADevices", members(part))], marker))
    return pages


def user_devices_xml(account, user):
    devices = [[("UserName", user.name), ("SerialNumber", serial(account, user, d)),
                ("EnableDate", enabled(account, user, d))] for d in user.devices]
    return [("MFADevices", members(devices)), ("IsTruncated", "false")]


QUOTAS = {
    "AccessKeysPerUserQuota": 2, "AssumeRolePolicySizeQuota": 2048,
    "AttachedPoliciesPerGroupQuota": 10, "AttachedPoliciesPerRoleQuota": 10,
    "AttachedPoliciesPerUserQuota": 10, "GlobalEndpointTokenVersion": 1,
    "GroupPolicySizeQuota": 5120, "GroupsPerUserQuota": 10, "GroupsQuota": 300,
    "InstanceProfilesQuota": 1000, "PoliciesQuota": 1500, "PolicySizeQuota": 6144,
    "PolicyVersionsInUseQuota": 10000, "RolePolicySizeQuota": 10240, "RolesQuota": 1000,
    "ServerCertificates": 0, "ServerCertificatesQuota": 20, "SigningCertificatesPerUserQuota": 2,
    "UserPolicySizeQuota": 2048, "UsersQuota": 5000, "VersionsPerPolicyQuota": 5,
}


def summary(account):
    """Root counts as the owner of one device where it has MFA."""
    users, roles = story.USERS[account.number], story.ROLES[account.number]
    own = story.POLICIES[account.number]
    mfa, password = account.summary
    in_use = sum(len(u.devices) for u in users) + mfa
    providers = {p for r in roles for s in r.trust["Statement"]
                 for p in [s["Principal"].get("Federated")] if p}
    return dict(QUOTAS, Users=len(users), Groups=len(story.GROUPS[account.number]),
                Roles=len(roles), Policies=len(own),
                PolicyVersionsInUse=sum(len(p.versions) for p in own),
                InstanceProfiles=sum(bool(r.profile) for r in roles), Providers=len(providers),
                MFADevices=in_use + len(account.spare) + account.unseen, MFADevicesInUse=in_use,
                AccountMFAEnabled=mfa, AccountPasswordPresent=password,
                AccountAccessKeysPresent=0, AccountSigningCertificatesPresent=bool(
                    story.ROOT_CERTIFICATES.get(account.number)) + 0)


def summary_xml(account):
    entries = sorted(summary(account).items(), key=lambda e: number(10**6, "entry", e[0]))
    return [("SummaryMap", [("entry", [("key", k), ("value", str(v))]) for k, v in entries])]


KEY_COLUMNS = "active last_rotated last_used_date last_used_region last_used_service".split()
COLUMNS = ("user arn user_creation_time password_enabled password_last_used password_last_changed "
           "password_next_rotation mfa_active".split()
           + ["access_key_%d_%s" % (index, name) for index in (1, 2) for name in KEY_COLUMNS]
           + "cert_1_active cert_1_last_rotated cert_2_active cert_2_last_rotated "
             "additional_credentials_info".split())


def key_cells(account, name, keys):
    cells = []
    for index in range(2):
        if index >= len(keys):
            cells += [False, "N/A", "N/A", "N/A", "N/A"]
            continue
        key = keys[index]
        used = [key.used, key.region, key.service] if key.used else ["N/A", "N/A", "N/A"]
        since = key.created or moment("2026-03-02", "2026-11-15", "key", account.number, name)
        cells += [key.active, since] + used
    return cells


def password_cells(account, user):
    if not user.password:
        return [False, "N/A", "N/A", "N/A"]
    words = (account.number, user.name)
    joined = story.JOINED.get(user.name)
    used = moment(joined[:10] if joined else "2026-09-01", "2026-11-22", "sign-in", *words)
    return [True, max(used, joined or "") if number(9, *words) else "no_information",
            joined or moment("2026-01-05", "2026-08-30", "password", *words), "N/A"]


def reported_user(user):
    """The user as the credential report still tells."""
    return user._replace(**story.REPORTED.get(user.name, {}))


def is_unreported(account, user):
    return created(account, user.name) >= account.report.generated


def reported_mfa(account, user):
    return any(enabled(account, user, d) < account.report.generated
               for d in reported_user(user).devices)


def key_created(account, user, row):
    return row.created or moment("2026-03-02", "2026-11-15", "key", account.number, user.name)


def report_rows(account):
    """Root first, users without regard to case, as AWS sorts them; values not yet in text."""
    mfa, password = account.summary
    rows = [["<root_account>", root_arn(account), account.created,
             "not_supported" if password else False,
             moment("2025-01-01", "2025-12-01", account.number) if password else "N/A",
             "not_supported", "not_supported", bool(mfa)] + key_cells(account, "", [])]
    for user in sorted(story.USERS[account.number], key=lambda u: u.name.lower()):
        if is_unreported(account, user):
            continue
        rows.append([user.name, user_arn(account, user), created(account, user.name)]
                    + password_cells(account, reported_user(user)) + [reported_mfa(account, user)]
                    + key_cells(account, user.name, user.keys))
    return [row + [False, "N/A", False, "N/A", "N/A"] for row in rows]


def report_text(account):
    shape = account.report

    def cell(value):
        if isinstance(value, bool):
            return str(value).upper() if shape.upper_case else str(value).lower()
        if value[:2] == "20" and value.endswith("Z"):
            return value[:-1] + shape.offset
        return value

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[:shape.columns])
    for row in report_rows(account):
        writer.writerow([cell(value) for value in row[:shape.columns]])
    return out.getvalue().rstrip("\n")


def report_xml(account):
    content = base64.b64encode(report_text(account).encode()).decode()
    return [("Content", content), ("ReportFormat", "text/csv"),
            ("GeneratedTime", account.report.generated)]


def organization_json():
    manager = "arn:aws:organizations::%s:" % story.MANAGEMENT
    body = {"Organization": {
        "Arn": manager + "organization/" + story.ORGANIZATION,
        "AvailablePolicyTypes": [{"Status": "ENABLED", "Type": "SERVICE_CONTROL_POLICY"}],
        "FeatureSet": "ALL", "Id": story.ORGANIZATION,
        "MasterAccountArn": manager + "account/%s/%s" % (story.ORGANIZATION, story.MANAGEMENT),
        "MasterAccountEmail": "sample-%s@example.com" % story.MANAGEMENT,
        "MasterAccountId": story.MANAGEMENT}}
    return json.dumps(body, separators=(",", ":")).encode()


def account_json(account):
    method = "INVITED" if account.number == story.MANAGEMENT else "CREATED"
    values = [("Arn", "arn:aws:organizations::%s:account/%s/%s"
               % (story.MANAGEMENT, story.ORGANIZATION, account.number)),
              ("Email", "sample-%s@example.com" % account.number),
              ("Id", account.number), ("JoinedMethod", method), ("JoinedTimestamp", None),
              ("Name", account.name), ("State", "ACTIVE"), ("Status", "ACTIVE")]
    return "{%s}" % ",".join(
        "%s:%s" % (json.dumps(k), json_number(account.joined) if v is None else json.dumps(v))
        for k, v in values)


def account_pages():
    """Three pages; the middle one is empty, which AWS allows."""
    pages = []
    for page, part in enumerate((story.ACCOUNTS[:2], [], story.ACCOUNTS[2:])):
        token = opaque("accounts", str(page + 1)) if page < 2 else None
        after = ',"NextToken":%s' % json.dumps(token) if token else ""
        body = '{"Accounts":[%s]%s}' % (",".join(account_json(a) for a in part), after)
        pages.append((body.encode(), token))
    return pages


def denied_xml(account, request):
    body = [("Error", [("Type", "Sender"), ("Code", "AccessDenied"),
                       ("Message", DENIED % (account.number, account.number))]),
            ("RequestId", request)]
    return element("ErrorResponse", body, attributes=' xmlns="%s"' % IAM).encode()
