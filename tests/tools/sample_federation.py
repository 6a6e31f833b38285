"""sample_federation.py - how people and programs from elsewhere get into the sample organisation:
SAML and OIDC providers of its accounts, and its Identity Center. Story and wire form.

The providers are those that the roles of sample_story.py trust. To add a permission set, person or
group: one row in CENTER; a set's roles are rows of sample_story.py. fakeaws answers from the same
functions, for any Center. Everything is made up; the two certificates' keys are gone.
"""
import json
import re
import uuid
from collections import namedtuple

import sample_story as story
import sample_wire as wire

# ----------------------------------------------------------------------------------- providers

IDP_CERTIFICATE = """\
MIIBYTCCAQigAwIBAgICEJIwCgYIKoZIzj0EAwIwOjEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChz
YW1wbGUpMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5jb20wHhcNMjUwMzAxMDAwMDAwWhcNMjgwMzAx
MDAwMDAwWjA6MR4wHAYDVQQKDBVFeGFtcGxlIENvcnAgKHNhbXBsZSkxGDAWBgNVBAMMD2lkcC5l
eGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBg8co7eDmyUeC1JSx+axPcKrR5/
f0p45qWLjMxvM1gNhN52ZAhEx/XTJ+bny7GD8pR3oxqeSgM0f1h/fCGAbtYwCgYIKoZIzj0EAwID
RwAwRAIgRThHU2fivLWbrGeoZRmZ1r1jPxTWEZyD6pB/nfxWZtoCIAF1LMUXyFzEigPKA/YbjNyp
3s3NVLPPw47cPedzK1uw"""
CENTER_CERTIFICATE = """\
MIIBcTCCARagAwIBAgICEJMwCgYIKoZIzj0EAwIwQTEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChz
YW1wbGUpMR8wHQYDVQQDDBZwb3J0YWwuc3NvLmV4YW1wbGUuY29tMB4XDTI0MTExNDAwMDAwMFoX
DTI5MTExNDAwMDAwMFowQTEeMBwGA1UECgwVRXhhbXBsZSBDb3JwIChzYW1wbGUpMR8wHQYDVQQD
DBZwb3J0YWwuc3NvLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEC3+JsRJA
TDJSwJFlZ3X/BFQremKb9pHEhDsU5eDRSH1swQmOyjrRycgEU+ap7o7tMkIpixSupigHf+lNyunj
TzAKBggqhkjOPQQDAgNJADBGAiEA4Jbxl3yY5wuoj2MBpRbkjbVSATv0hbS2QwnK+tHfvzsCIQDa
vLy+QJ0sqboflZwrzsRzFsKlC7bZlV9TM3JeWYqC3g=="""

# AWS's own provider of Identity Center writes its metadata without line breaks and prefixes.
METADATA = """\
<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%(entity)s">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" \
protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data>
          <ds:X509Certificate>
%(certificate)s
          </ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" \
Location="https://%(host)s/%(path)s"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" \
Location="https://%(host)s/%(path)s"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def federated(number):
    """ARNs of the providers that the account's roles trust."""
    return sorted({p for role in story.ROLES[number] for statement in role.trust["Statement"]
                   if isinstance(statement["Principal"], dict)
                   for p in [statement["Principal"].get("Federated")] if p})


def saml_providers(number):
    return [p for p in federated(number) if ":saml-provider/" in p]


def oidc_providers(number):
    return [p for p in federated(number) if ":oidc-provider/" in p]


def metadata(arn):
    if "/AWSSSO_" not in arn:
        return METADATA % {"entity": "https://idp.example.com/saml/metadata", "path": "saml/sso",
                           "host": "idp.example.com", "certificate": IDP_CERTIFICATE}
    path = "saml/assertion/" + wire.opaque("assertion", arn)[:60]
    host = "portal.sso.eu-central-1.amazonaws.com"
    text = METADATA.replace("md:", "").replace("xmlns:md", "xmlns") % {
        "entity": "https://%s/%s" % (host, path), "host": host, "path": path,
        "certificate": CENTER_CERTIFICATE.replace("\n", "")}
    return re.sub(r">\s+<", "><", re.sub(r">\s+(\S+)\s+</", r">\1</", text)).strip()


def made(arn):
    return wire.moment("2024-11-14", "2025-06-30", "provider", arn)


def valid_until(arn):
    return "2029-11-14T00:00:00Z" if "/AWSSSO_" in arn else "2028-03-01T00:00:00Z"


def saml_list_xml(number):
    return [("SAMLProviderList", wire.members(
        [("Arn", arn), ("ValidUntil", valid_until(arn)), ("CreateDate", made(arn))]
        for arn in saml_providers(number)))]


def saml_xml(arn):
    return [("CreateDate", made(arn)), ("ValidUntil", valid_until(arn)),
            ("SAMLMetadataDocument", metadata(arn))]


def oidc_list_xml(number):
    return [("OpenIDConnectProviderList", wire.members(
        [("Arn", arn)] for arn in oidc_providers(number)))]


def oidc_xml(arn):
    return [("Url", arn.partition(":oidc-provider/")[2]), ("CreateDate", made(arn)),
            ("ThumbprintList", wire.members([wire.digest("thumbprint", arn).hex()[:40]])),
            ("ClientIDList", wire.members(["sts.amazonaws.com"]))]


def account_questions(number):
    """(operation, parameters, pages) in the order of a scan."""
    yield "ListSAMLProviders", {}, [(saml_list_xml(number), None)]
    for arn in saml_providers(number):
        yield "GetSAMLProvider", {"SAMLProviderArn": arn}, [(saml_xml(arn), None)]
    yield "ListOpenIDConnectProviders", {}, [(oidc_list_xml(number), None)]
    for arn in oidc_providers(number):
        yield ("GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": arn},
               [(oidc_xml(arn), None)])


# ------------------------------------------------------------------------------ Identity Center

# grants: {(name of a set, account): [("GROUP" or "USER", name)]}; it is provisioned where it has
# a row. gone: names of groups that were deleted and still stand in a grant.
Center = namedtuple("Center", "owner region partition sets people groups grants gone")
Set = namedtuple("Set", "name managed inline customer boundary")     # the last two: (name, path)
Person = namedtuple("Person", "name enabled issuer")
Group = namedtuple("Group", "name people")

ADMINISTRATORS, READERS, DEPLOYERS = "sample-administrators", "sample-readers", "sample-deployers"
FORMER = "sample-former-team"
CENTER = Center(
    story.MANAGEMENT, "eu-central-1", "aws",
    sets=[Set("SampleAdmin", ["AdministratorAccess"], None, [], None),
          Set("SampleView", [], story.VIEW_ONLY[0][1], [], None),
          Set("SampleDeploy", [], None, [("sample-deploy", "/sample/")],
              ("sample-boundary", "/"))],
    people=[Person("sample-person-0%d" % n, n != 5, None) for n in range(1, 7)],
    groups=[Group(ADMINISTRATORS, ["sample-person-01", "sample-person-02"]),
            Group(READERS, ["sample-person-03", "sample-person-04", "sample-person-05"]),
            Group(DEPLOYERS, ["sample-person-02", "sample-person-05"]),
            Group("sample-unassigned", ["sample-person-06"])],
    grants={("SampleAdmin", story.MANAGEMENT): [("GROUP", ADMINISTRATORS)],
            ("SampleAdmin", story.PRODUCTION): [("GROUP", ADMINISTRATORS),
                                                ("USER", "sample-person-06")],
            ("SampleAdmin", story.SANDBOX): [("GROUP", ADMINISTRATORS)],
            ("SampleView", story.MANAGEMENT): [("GROUP", READERS)],
            ("SampleView", story.PRODUCTION): [("GROUP", READERS), ("GROUP", FORMER)],
            ("SampleView", story.SANDBOX): [("GROUP", READERS)],
            ("SampleDeploy", story.PRODUCTION): [("GROUP", DEPLOYERS)]},
    gone=[FORMER])


class Missing(Exception):
    """A ResourceNotFoundException, in these words."""


def instance_id(center):
    return "ssoins-" + wire.digest("instance", center.owner).hex()[:16]


def instance_arn(center):
    return "arn:%s:sso:::instance/%s" % (center.partition, instance_id(center))


def store_id(center):
    return "d-" + wire.digest("store", center.owner).hex()[:10]


def set_arn(center, name):
    return "arn:%s:sso:::permissionSet/%s/ps-%s" % (
        center.partition, instance_id(center), wire.digest("set", center.owner, name).hex()[:16])


def entry_id(center, kind, name):
    """Of a user or group, as Identity Center makes them: ten digits of the store, then a UUID."""
    made_of = wire.digest("entry", center.owner, kind, name)[:16]
    return "%s-%s" % (store_id(center)[2:], uuid.UUID(bytes=made_of, version=4))


def seconds(*words):
    return 1731590400.0 + wire.number(10**7, "seconds", *words) + 0.125


def instances(center):
    return [{"CreatedDate": seconds("instance", center.owner), "IdentityStoreId": store_id(center),
             "InstanceArn": instance_arn(center), "OwnerAccountId": center.owner,
             "Status": "ACTIVE"}]


def set_of(center, parameters):
    for row in center.sets:
        if set_arn(center, row.name) == parameters.get("PermissionSetArn"):
            return row
    raise Missing("PermissionSet with ARN %s not found." % parameters.get("PermissionSetArn"))


def reference(pair):
    return {"Name": pair[0], "Path": pair[1]}


def describe(center, parameters):
    row = set_of(center, parameters)
    return {"PermissionSet": {
        "CreatedDate": seconds("set", row.name), "Name": row.name,
        "PermissionSetArn": set_arn(center, row.name), "SessionDuration": "PT8H"}}


def inline(center, parameters):
    row = set_of(center, parameters)
    return {"InlinePolicy": json.dumps(row.inline) if row.inline else ""}


def boundary(center, parameters):
    row = set_of(center, parameters)
    if not row.boundary:
        raise Missing("The permissions boundary does not exist.")
    return {"PermissionsBoundary": {"CustomerManagedPolicyReference": reference(row.boundary)}}


def managed(center, parameters):
    return [{"Arn": "arn:%s:iam::aws:policy/%s" % (center.partition, name), "Name": name}
            for name in set_of(center, parameters).managed]


def customer(center, parameters):
    return [reference(pair) for pair in set_of(center, parameters).customer]


def accounts_of(center, parameters):
    name = set_of(center, parameters).name
    return sorted(account for set_name, account in center.grants if set_name == name)


def assignments(center, parameters):
    name, account = set_of(center, parameters).name, parameters.get("AccountId")
    return [{"AccountId": account, "PermissionSetArn": set_arn(center, name),
             "PrincipalId": entry_id(center, kind, who), "PrincipalType": kind}
            for kind, who in center.grants.get((name, account), [])]


def users(center, _):
    rows = []
    for person in center.people:
        row = {"DisplayName": person.name,
               "Emails": [{"Primary": True, "Type": "work", "Value": person.name + "@example.com"}],
               "IdentityStoreId": store_id(center),
               "Name": {"FamilyName": person.name.rpartition("-")[2], "GivenName": "Sample"},
               "UserId": entry_id(center, "USER", person.name), "UserName": person.name,
               "UserStatus": "ENABLED" if person.enabled else "DISABLED"}
        if person.issuer:
            row["ExternalIds"] = [{"Id": "external-" + person.name, "Issuer": person.issuer}]
        rows.append(row)
    return rows


def groups(center, _):
    return [{"DisplayName": group.name, "GroupId": entry_id(center, "GROUP", group.name),
             "IdentityStoreId": store_id(center)} for group in center.groups]


def memberships(center, parameters):
    asked = parameters.get("GroupId")
    for group in center.groups:
        if entry_id(center, "GROUP", group.name) == asked:
            return [{"GroupId": asked, "IdentityStoreId": store_id(center),
                     "MemberId": {"UserId": entry_id(center, "USER", name)},
                     "MembershipId": entry_id(center, "MEMBER", group.name + "/" + name)}
                    for name in group.people]
    raise Missing("GROUP not found.")


# One thing, or the rows of a list under that name.
SSO_ADMIN = {
    "DescribePermissionSet": (None, describe),
    "GetInlinePolicyForPermissionSet": (None, inline),
    "GetPermissionsBoundaryForPermissionSet": (None, boundary),
    "ListAccountAssignments": ("AccountAssignments", assignments),
    "ListAccountsForProvisionedPermissionSet": ("AccountIds", accounts_of),
    "ListCustomerManagedPolicyReferencesInPermissionSet":
        ("CustomerManagedPolicyReferences", customer),
    "ListInstances": ("Instances", lambda center, _: instances(center)),
    "ListManagedPoliciesInPermissionSet": ("AttachedManagedPolicies", managed),
    "ListPermissionSets": ("PermissionSets",
                           lambda center, _: [set_arn(center, row.name) for row in center.sets]),
}
STORE = {"ListUsers": ("Users", users), "ListGroups": ("Groups", groups),
         "ListGroupMemberships": ("GroupMemberships", memberships)}


# ---------------------------------------------------------------------------------- wire form

LABELS = {"sso-admin": "sso", "identitystore": "identitystore"}      # first part of the host
# error: (code, message) of a refusal with HTTP status 400; pages are then empty.
Question = namedtuple("Question", "service operation parameters region pages error")


def json_bytes(value):
    """Compact; seconds since 1970 as AWS writes them."""
    def mark(node):
        if isinstance(node, float):
            return "@%.3f@" % node
        if isinstance(node, dict):
            return {key: mark(child) for key, child in node.items()}
        return [mark(child) for child in node] if isinstance(node, list) else node

    text = json.dumps(mark(value), separators=(",", ":"), ensure_ascii=False)
    return re.sub(r'"@([\d.]+)@"', lambda m: wire.json_number(float(m.group(1))), text).encode()


def paged(key, rows, cuts, *words):
    """Pages of the rows, cut before those numbers; a cut twice gives an empty page."""
    pages, edges = [], [0, *cuts, len(rows)]
    for page, (first, last) in enumerate(zip(edges, edges[1:])):
        token = wire.opaque("center", *words, str(page)) if page + 2 < len(edges) else None
        more = {"NextToken": token} if token else {}
        pages.append((json_bytes({key: rows[first:last], **more}), token))
    return pages


def question(center, service, operation, parameters, cuts=()):
    key, answer = (SSO_ADMIN if service == "sso-admin" else STORE)[operation]
    try:
        found = answer(center, parameters)
    except Missing as missing:
        return Question(service, operation, parameters, center.region, [],
                        ("ResourceNotFoundException", str(missing)))
    pages = paged(key, found, cuts, operation) if key else [(json_bytes(found), None)]
    return Question(service, operation, parameters, center.region, pages, None)


def home_questions(center=CENTER, regions=tuple(story.REGIONS)):
    """What a scan asks with the home account's credentials."""
    at = {"InstanceArn": instance_arn(center)}
    page = {"MaxResults": 100}
    for region in regions:
        rows = instances(center) if region == center.region else []
        yield Question("sso-admin", "ListInstances", page, region,
                       paged("Instances", rows, ()), None)
    yield question(center, "sso-admin", "ListPermissionSets", dict(at, **page), cuts=(2,))
    for row in center.sets:
        one = dict(at, PermissionSetArn=set_arn(center, row.name))
        for operation in ("DescribePermissionSet", "GetInlinePolicyForPermissionSet",
                          "GetPermissionsBoundaryForPermissionSet"):
            yield question(center, "sso-admin", operation, one)
        for operation in ("ListManagedPoliciesInPermissionSet",
                          "ListCustomerManagedPolicyReferencesInPermissionSet",
                          "ListAccountsForProvisionedPermissionSet"):
            yield question(center, "sso-admin", operation, dict(one, **page))
        for account in accounts_of(center, one):
            yield question(center, "sso-admin", "ListAccountAssignments",
                           dict(one, AccountId=account, **page))
    store = {"IdentityStoreId": store_id(center)}
    yield question(center, "identitystore", "ListUsers", dict(store, **page), cuts=(4, 4))
    yield question(center, "identitystore", "ListGroups", dict(store, **page))
    assigned = {who for rows in center.grants.values() for kind, who in rows if kind == "GROUP"}
    for name in sorted(assigned):
        yield question(center, "identitystore", "ListGroupMemberships",
                       dict(store, GroupId=entry_id(center, "GROUP", name), **page))


def problems():
    """Complaints about the story: each provisioned set has its role, with the same policies."""
    for row in CENTER.sets:
        for account in story.ROLES:
            made_of = [r for r in story.ROLES[account]
                       if re.fullmatch("AWSReservedSSO_%s_[0-9a-f]{16}" % row.name, r.name)]
            if len(made_of) != ((row.name, account) in CENTER.grants):
                yield "%s: roles of %s and its grants differ" % (account, row.name)
            for role in made_of:
                policies = ["aws:" + name for name in row.managed] + [n for n, _ in row.customer]
                documents = [document for _, document in role.inline]
                if list(role.attached) != policies or documents != [row.inline][:bool(row.inline)]:
                    yield "%s: %s grants something else than its set" % (account, role.name)
