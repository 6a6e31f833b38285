"""sample_root.py - what the root users of member accounts can sign in with, story and wire form.

As sts:AssumeRoot's sessions are told it. AWS names no user in root's own lists. GetAccountSummary
must say the same: sample_check.py sees to it.
"""
import base64
from collections import namedtuple

import sample_story as story
import sample_wire as wire

# devices: (kind, name, enabled); keys, certificates: True where active.
Root = namedtuple("Root", "devices password keys certificates")
NOTHING = Root([], None, [], [])

ROOTS = {
    story.PRODUCTION: Root([("virtual", story.ROOT_DEVICE, "2024-06-12T09:21:33Z")],
                           "2020-06-17T13:40:02Z", [], story.ROOT_CERTIFICATES[story.PRODUCTION]),
    story.SANDBOX: NOTHING,
}
OPERATIONS = ("GetLoginProfile", "ListAccessKeys", "ListMFADevices", "ListSigningCertificates")
NO_PASSWORD = "Login Profile for User root cannot be found."


def serial(account, kind, name):
    if kind == "hardware":
        return name
    if kind == "virtual":
        return wire.virtual_serial(account, name)
    random = base64.b32encode(wire.digest("fido", account.number, "root", name))[:26].decode()
    return "arn:aws:iam::%s:u2f/root/%s-%s" % (account.number, name, random)


def state(active):
    return "Active" if active else "Inactive"


def since(account, kind, index):
    return wire.moment("2023-01-10", "2025-06-30", "root", kind, account.number, str(index))


def devices_xml(account, root):
    rows = [[("SerialNumber", serial(account, kind, name)), ("EnableDate", enabled)]
            for kind, name, enabled in root.devices]
    return [("MFADevices", wire.members(rows)), ("IsTruncated", "false")]


def keys_xml(account, root):
    rows = [[("AccessKeyId", wire.sample_id("AKIA", account.number, "root", str(index))),
             ("Status", state(active)), ("CreateDate", since(account, "key", index))]
            for index, active in enumerate(root.keys)]
    return [("AccessKeyMetadata", wire.members(rows)), ("IsTruncated", "false")]


def certificates_xml(account, root):
    rows = [[("CertificateId", wire.digest("certificate", account.number, str(index)).hex()[:32]
              .upper()), ("CertificateBody", "-----BEGIN CERTIFICATE-----\nc2FtcGxl\n"
                          "-----END CERTIFICATE-----"),
             ("Status", state(active)), ("UploadDate", since(account, "certificate", index))]
            for index, active in enumerate(root.certificates)]
    return [("Certificates", wire.members(rows)), ("IsTruncated", "false")]


def password_xml(root):
    """The content, or None: AWS answers NoSuchEntity."""
    if not root.password:
        return None
    return [("LoginProfile", [("CreateDate", root.password), ("PasswordResetRequired", "false")])]


def content(account, root, operation):
    """What the operation answers in root's own session; None: NoSuchEntity."""
    if operation == "GetLoginProfile":
        return password_xml(root)
    return {"ListMFADevices": devices_xml, "ListAccessKeys": keys_xml,
            "ListSigningCertificates": certificates_xml}[operation](account, root)


def no_password_xml(request):
    return wire.element("ErrorResponse", [
        ("Error", [("Type", "Sender"), ("Code", "NoSuchEntity"), ("Message", NO_PASSWORD)]),
        ("RequestId", request)], attributes=' xmlns="%s"' % wire.IAM).encode()


def problems(folder, snapshot, account, summary, parse):
    """What root lists must be what the summary counts."""
    counted = {"ListMFADevices": "AccountMFAEnabled", "ListAccessKeys": "AccountAccessKeysPresent",
               "ListSigningCertificates": "AccountSigningCertificatesPresent",
               "GetLoginProfile": "AccountPasswordPresent"}
    for row in snapshot["queries"]:
        if row["account"] != account or row.get("session") != "root":
            continue
        tree = parse(folder, row["pages"][0])
        found = (tree.find("./*/LoginProfile") if row["operation"] == "GetLoginProfile"
                 else tree.find("./*/*/member")) is not None
        if found != bool(summary[counted[row["operation"]]]):
            yield "%s: root's %s and the summary's %s disagree" % (
                account, row["operation"], counted[row["operation"]])
