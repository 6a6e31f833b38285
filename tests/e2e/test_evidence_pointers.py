"""test_evidence_pointers.py - every finding rests on places that another reader finds, too.

The answers are read with lxml, json and csv. A place must be there, once, in a file of the hash
that the finding names, and what stands there must bear out what the finding says it observed.
"""
import re

import pytest

from answers import Answers, allows_everything, is_list, child, document, local, members, text

HOME = "111122223333"        # whose credentials ask about the organisation
KINDS = {"mfa": "virtual", "u2f": "FIDO", "sms-mfa": "SMS"}


@pytest.fixture(scope="session")
def answers(demo):
    return Answers(demo)


def of_check(findings, *names):
    found = [f for f in findings["findings"] if f["check"] in names]
    assert found, names
    return found


def places(answers, finding, name):
    """The elements of that name among the evidence, cells of the credential report excepted."""
    elements = [answers.element(e) for e in finding["evidence"] if "xpath" in e and "cell" not in e]
    return [e for e in elements if local(e) == name]


def cells(answers, finding):
    return [e for e in finding["evidence"] if "cell" in e]


def device_kind(serial):
    """By the wire format: an ARN names its kind, a hardware token has a bare serial number."""
    arn = re.fullmatch(r"arn:[^:]+:iam::\d{12}:([a-z0-9-]+)/.+", serial)
    return KINDS[arn[1]] if arn else "hardware TOTP"


# --- The places ----------------------------------------------------------------------------------

def test_every_place_is_there_once(answers, findings):
    seen = {"xpath": 0, "cell": 0, "pointer": 0}
    for finding in findings["findings"]:
        for evidence in finding["evidence"]:
            if "pointer" in evidence:
                answers.value(evidence)
            elif "cell" in evidence:
                answers.record(evidence)
            else:
                answers.element(evidence)
            seen["pointer" if "pointer" in evidence else "cell" if "cell" in evidence
                 else "xpath"] += 1
    assert seen["xpath"] > 250 and seen["cell"] > 80


def test_every_file_has_the_hash_named(answers, findings):
    """Of the account judged, or of the management account where the organisation is asked."""
    for finding in findings["findings"]:
        for evidence in finding["evidence"]:
            query, page = answers.pages[evidence["file"]]
            assert evidence["sha256"] == page["sha256"] == answers.sha256(evidence["file"])
            of_organization = query["service"] == "organizations" \
                or query["operation"] == "ListOrganizationsFeatures"
            assert query["account"] == (HOME if of_organization else finding["account"])
            assert evidence["file"].startswith(f"raw/{query['account']}/")


def test_no_verdict_without_evidence(findings):
    """But where there is nothing to judge: a part without resources, a composite of none."""
    for finding in findings["findings"]:
        assert (finding["evidence"] or finding["status"] == "NOT_APPLICABLE" or
                finding["check"] == "governance.exceptions_current"), finding  # of the inputs


def test_no_place_is_named_twice(findings):
    for finding in findings["findings"]:
        rows = [tuple(sorted(e.items())) for e in finding["evidence"]]
        assert len(rows) == len(set(rows)), finding["id"]


# --- What stands there ---------------------------------------------------------------------------

def test_root(answers, findings):
    """AccountMFAEnabled=1 and the others: a value beside the key of that name."""
    for finding in of_check(findings, "iam.root_mfa_enabled", "iam.root_mfa_hardware",
                            "iam.root_access_keys_absent"):
        found = {}
        for value in places(answers, finding, "value"):
            found[text(value.getparent(), "key")] = value.text
        counted, _, told = finding["observed"].partition("; root itself: ")
        pairs = dict(p.split("=") for p in counted.split(", "))
        assert pairs == found, finding["id"]
        assert set(pairs) == {"AccountMFAEnabled", "AccountPasswordPresent",
                              "AccountAccessKeysPresent", "AccountSigningCertificatesPresent"}
        if told:
            check_told(answers, finding, dict(p.split(": ") for p in told.split(", ")))


ROOT_LISTS = {"MFADevices": "MFA devices", "AccessKeyMetadata": "access keys",
              "Certificates": "signing certificates"}


def check_told(answers, finding, told):
    """What root itself lists, in answers that were asked with its own session."""
    found = {"passwords": 0}
    for evidence in finding["evidence"]:
        if answers.pages[evidence["file"]][0].get("session") != "root":
            continue
        element = answers.element(evidence)
        if local(element) == "member":
            continue
        if local(element) in ROOT_LISTS:
            found[ROOT_LISTS[local(element)]] = len(members(element))
        else:                                    # a profile, or the error that says there is none
            found["passwords"] = int(local(element) == "LoginProfile")
    assert {name: int(count) for name, count in told.items()} == found, finding["id"]


def test_root_device_is_virtual(answers, findings):
    """FAIL: a virtual device whose owner is root; PASS: a list that has none."""
    for finding in of_check(findings, "iam.root_mfa_hardware"):
        if finding["status"] == "FAIL":
            (device,) = places(answers, finding, "member")
            # Root's own list names no user: it is all root's.
            assert text(device, "User", "Arn") == finding["resource"] \
                or "known from root itself" in finding["detail"]
            assert text(device, "SerialNumber") in finding["detail"]
        elif finding["status"] == "PASS":
            (devices,) = places(answers, finding, "VirtualMFADevices")
            owners = [text(m, "User", "Arn") for m in members(devices)]
            assert finding["resource"] not in owners


def test_devices_of_users(answers, findings):
    """«2 devices: virtual, FIDO»: as many rows of the list of that user, of those kinds; «at
    least»: of the account's virtual devices. «no device»: an empty list, or the report's word."""
    judged = set()
    for finding in findings["findings"]:
        said = re.search(r"(no device|(at least )?\d+ devices?: ([^;,]+(?:, [A-Z][^;,]+)*))",
                         finding["observed"])
        if not said:
            continue
        name = finding["resource"].rpartition("/")[2]
        own = {e["file"] for e in finding["evidence"] if "ListMFADevices" in e["file"]}
        rows = [p for p in places(answers, finding, "member")
                if local(p.getparent()) in ("MFADevices", "VirtualMFADevices")]
        kinds = [device_kind(text(row, "SerialNumber")) for row in rows]
        assert sorted(kinds) == sorted(said[3].split(", ") if said[3] else [])
        judged.add("own" if own else "virtual" if said[2] else "report")
        if own:
            (lists,), (source,) = places(answers, finding, "MFADevices"), own
            assert answers.query(source)["parameters"]["UserName"] == name
            assert len(members(lists)) == len(rows)
        elif said[2]:
            assert {text(row, "User", "Arn") for row in rows} == {finding["resource"]}
        else:
            (at,) = [e for e in cells(answers, finding) if answers.column(e) == "mfa_active"]
            assert answers.record(at)["mfa_active"].lower() == "false"
    assert judged == {"own", "virtual", "report"}


def test_passwords(answers, findings):
    """password_enabled=…: the cell of that name in the row of that user, in that report."""
    judged = 0
    for finding in findings["findings"]:
        said = re.match(r"password_enabled=([^,]*), .*; credential report of (.+)",
                        finding["observed"])
        if not said:
            continue
        judged += 1
        at = [e for e in cells(answers, finding) if answers.column(e) == "password_enabled"]
        assert len(at) == 1, finding["id"]
        record = answers.record(at[0])
        assert record["arn"] == finding["resource"]
        assert record["password_enabled"] == said[1]
        result = answers.element(at[0]).getparent()
        assert text(result, "GeneratedTime") == said[2]
    assert judged > 80


def test_users_without_password(answers, findings):
    """The login profile where it was asked for, else the report's cell."""
    for finding in of_check(findings, "iam.users_without_mfa"):
        login = [e["file"] for e in finding["evidence"] if "GetLoginProfile" in e["file"]]
        at = [e for e in cells(answers, finding) if answers.column(e) == "password_enabled"]
        has = answers.pages[login[0]][1]["httpStatus"] == 200 if login else \
            answers.record(at[0])["password_enabled"].lower() == "true"
        assert has == (finding["status"] != "NOT_APPLICABLE")


def default_version(policy):
    (version,) = [m for m in members(child(policy, "PolicyVersionList"))
                  if text(m, "IsDefaultVersion") == "true"]
    return version


def policies_at(answers, finding):
    """(name, document in force) of each policy among the evidence, inline or managed."""
    for place in places(answers, finding, "PolicyDocument"):
        yield text(place.getparent(), "PolicyName"), document(place.text)
    for place in places(answers, finding, "member"):
        if local(place.getparent()) == "Policies":
            yield text(place, "PolicyName"), document(text(default_version(place), "Document"))
    for place in places(answers, finding, "Document"):
        version = place.getparent()
        policy = version.getparent().getparent()
        assert version is default_version(policy), "an old version decides nothing"
        yield text(policy, "PolicyName"), document(place.text)


def test_administrators(answers, findings):
    """Judged: a policy that allows all is named. Not judged: the user's own entry."""
    for finding in of_check(findings, "iam.admin_users_mfa"):
        if finding["detail"].startswith("no policy allows every action"):
            (user,) = places(answers, finding, "member")
            assert text(user, "Arn") == finding["resource"]
            continue
        holders = [p for p in places(answers, finding, "member")
                   if local(p.getparent()) in ("UserDetailList", "GroupDetailList")]
        assert finding["resource"] in [text(p, "Arn") for p in holders]
        ((name, policy),) = policies_at(answers, finding)
        # a condition that cannot be compared may hold: an administrator all the same
        for statement in is_list(policy["Statement"]):
            if "2026-13-31T00:00:00Z" in str(statement.get("Condition")):
                del statement["Condition"]
        assert allows_everything(policy)
        assert re.search(rf"\bpolicy {re.escape(name)}\b", finding["detail"])


def test_orphans(answers, findings):
    """owner: the ARN in the device's entry, or none when it has no User."""
    for finding in of_check(findings, "iam.mfa_devices_orphaned"):
        if finding["status"] == "UNKNOWN":
            continue
        (device,) = [p for p in places(answers, finding, "member")
                     if local(p.getparent()) == "VirtualMFADevices"]
        assert text(device, "SerialNumber") == finding["resource"]
        owner = text(device, "User", "Arn") or "none"
        assert finding["observed"] == f"owner: {owner}"
        for cell in cells(answers, finding):
            record = answers.record(cell)
            active = "true" in (record[key].lower() for key in (
                "password_enabled", "access_key_1_active", "access_key_2_active"))
            assert record["arn"] == owner
            assert active == (finding["status"] == "PASS")


def test_what_could_not_be_read(answers, findings):
    """UNKNOWN points to AWS's refusal and gives its code."""
    unknown = [f for f in of_check(findings, "iam.mfa_devices_orphaned")
               if f["status"] == "UNKNOWN"]
    assert unknown
    for finding in unknown:
        (at,) = finding["evidence"]
        root = answers.element(at)
        assert local(root) == "ErrorResponse"
        assert text(root, "Error", "Code") in finding["detail"]
        assert answers.query(at["file"])["complete"] is False
        assert finding["observed"] == ""


def test_composite_rests_on_its_parts(findings):
    """Its evidence is that of parts of the same account with the same answer."""
    for finding in of_check(findings, "iam.mfa_enforcement_strategy"):
        parts = re.findall(r"([a-z0-9]+\.\w+) (PASS|FAIL|UNKNOWN|MANUAL)", finding["observed"])
        assert parts
        of_parts = [e for f in findings["findings"] for e in f["evidence"]
                    if (f["check"], f["status"]) in parts and f["account"] == finding["account"]
                    and f["status"] == finding["status"]]
        assert finding["evidence"] and all(e in of_parts for e in finding["evidence"])


def test_report_names_the_same_places(findings, report):
    """report.json tells them in its own form."""
    of_finding = {f["id"]: f["evidence"] for f in findings["findings"]}
    rows = [f for tier in report["tiers"] for check in tier["checks"] for f in check["findings"]]
    assert len(rows) == len(of_finding)
    for row in rows:
        told = [{"file": e["file"], "sha256": e["sha256"],
                 "pointer" if e["pointerKind"] == "json" else "xpath": e["pointer"],
                 **({"cell": e["cell"]} if e["cell"] else {})} for e in row["evidence"]]
        assert told == of_finding[row["id"]]
