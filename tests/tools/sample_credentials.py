"""sample_credentials.py - what is asked of the sample's users one by one, and AWS's answers to it.

The rule of `--freshness confirm` is told here once more, from scanner/collect/freshness.h: a sample
that was recorded by another rule would lack answers, and the verdicts would show it.
"""
import sample_story as story
import sample_verdicts as verdicts
import sample_wire as wire

# ------------------------------------------------------------------------------- wire forms


def login_profile_xml(account, user):
    return [("LoginProfile", [("UserName", user.name),
                              ("CreateDate", wire.created(account, user.name)),
                              ("PasswordResetRequired", "false")])]


def key_id(account, user, index):
    return wire.sample_id("AKIA", account.number, user.name, str(index))


def access_keys_xml(account, user):
    rows = [[("UserName", user.name), ("AccessKeyId", key_id(account, user, index)),
             ("Status", "Active" if key.active else "Inactive"),
             ("CreateDate", wire.key_created(account, user, key))]
            for index, key in enumerate(user.keys)]
    return [("AccessKeyMetadata", wire.members(rows)), ("IsTruncated", "false")]


def key_used_xml(user, key):
    """A key that was never used has no date."""
    used = [("LastUsedDate", key.used)] if key.used else []
    return [("UserName", user.name),
            ("AccessKeyLastUsed", used + [("ServiceName", key.service if key.used else "N/A"),
                                          ("Region", key.region if key.used else "N/A")])]


def certifications(device):
    """A synced passkey has no certificate, a key of metal has."""
    return [] if "passkey" in device.name else [("FIDO", "L1"), ("FIPS-140-2", "L2")]


def mfa_device_xml(account, user, device):
    rows = [("entry", [("key", k), ("value", v)]) for k, v in certifications(device)]
    return [("UserName", user.name), ("SerialNumber", wire.serial(account, user, device)),
            ("EnableDate", wire.enabled(account, user, device)), ("Certifications", rows)]


def service_credential_xml(account, row):
    name, service, active, since = row
    identifier = wire.sample_id("ACCA", account.number, name, service)
    return [("CreateDate", since), ("ServiceName", service + ".amazonaws.com"),
            ("ServiceUserName", "%s-at-%s" % (name, account.number)),
            ("ServiceSpecificCredentialId", identifier), ("UserName", name),
            ("Status", "Active" if active else "Inactive")]


def service_credentials_xml(account):
    rows = story.SERVICE_CREDENTIALS.get(account.number, [])
    return [("IsTruncated", "false"), ("ServiceSpecificCredentials", wire.members(
        service_credential_xml(account, row) for row in rows))]


def password_policy_xml(account):
    """None where the account never set one."""
    rows = story.PASSWORD_POLICIES.get(account.number)
    return [("PasswordPolicy", rows)] if rows else None


def no_such_xml(message, request):
    body = [("Error", [("Type", "Sender"), ("Code", "NoSuchEntity"), ("Message", message)]),
            ("RequestId", request)]
    return wire.element("ErrorResponse", body, attributes=' xmlns="%s"' % wire.IAM).encode()


# ------------------------------------------------------------------------- who is asked what


def virtual_devices(account, user):
    """As the account's list shows them; the sandbox's is denied."""
    return [] if account.number == story.SANDBOX else [
        device for device in user.devices if device.kind == "virtual"]


def devices_are_open(account, user):
    row = wire.reported_user(user)
    listed = virtual_devices(account, user)
    mfa = wire.reported_mfa(account, user)
    younger = any(wire.enabled(account, user, d) >= account.report.generated for d in listed)
    keys = any(k.active for k in row.keys)
    if holds_orphan(account, user):
        return False
    return mfa != bool(listed) or younger or (not mfa and (
        row.password or (keys and verdicts.is_administrator(account.number, user))))


def holds_orphan(account, user):
    row = wire.reported_user(user)
    return (not row.password and not any(k.active for k in row.keys)
            and bool(virtual_devices(account, user)))


def asked(account, user):
    """Of «devices», «login», «keys», «use»: what `confirm` asks about the user."""
    if wire.is_unreported(account, user):
        return {"devices", "login", "keys", "use"}
    found = {"devices"} if devices_are_open(account, user) else set()
    if found and not user.devices:
        found.add("login")
    return found | ({"login", "keys"} if holds_orphan(account, user) else set())


def queries(account, query, refused):
    """query(account, service, operation, parameters, pages); refused(account, operation,
    parameters, code, body) for an answer that is an error."""
    rows = []
    for user in story.USERS[account.number]:
        wanted, name = asked(account, user), {"UserName": user.name}
        if "devices" in wanted:
            rows.append(query(account, "iam", "ListMFADevices", name,
                              [(wire.user_devices_xml(account, user), None)]))
            rows += [query(account, "iam", "GetMFADevice",
                           dict(name, SerialNumber=wire.serial(account, user, device)),
                           [(mfa_device_xml(account, user, device), None)])
                     for device in user.devices if device.kind == "fido"]
        if "login" in wanted and user.password:
            rows.append(query(account, "iam", "GetLoginProfile", name,
                              [(login_profile_xml(account, user), None)]))
        elif "login" in wanted:
            rows.append(refused(account, "GetLoginProfile", name,
                                "Login Profile for User %s cannot be found." % user.name))
        if "keys" in wanted:
            rows.append(query(account, "iam", "ListAccessKeys", name,
                              [(access_keys_xml(account, user), None)]))
        rows += [query(account, "iam", "GetAccessKeyLastUsed",
                       {"AccessKeyId": key_id(account, user, index)},
                       [(key_used_xml(user, key), None)])
                 for index, key in enumerate(user.keys) if "use" in wanted and key.active]
    return rows + account_queries(account, query, refused)


def account_queries(account, query, refused):
    policy = password_policy_xml(account)
    return [query(account, "iam", "ListServiceSpecificCredentials",
                  {"AllUsers": "true", "MaxItems": "1000"},
                  [(service_credentials_xml(account), None)]),
            query(account, "iam", "GetAccountPasswordPolicy", {}, [(policy, None)]) if policy else
            refused(account, "GetAccountPasswordPolicy", {},
                    "The Password Policy with domain name %s cannot be found." % account.number)]
