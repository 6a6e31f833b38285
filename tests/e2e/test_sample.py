"""test_sample.py - the sample organisation is what its story says, and is judged as it says.

The story (tests/tools/sample_story.py) says what each check must find, apart from the program;
tests/golden/sample/expected.json is written from it.
"""
import json
import re
import subprocess
import sys
import urllib.parse
from collections import Counter

import pytest

from answers import Answers, local, text
from conftest import NOW

WORDS = {"PASS": "pass", "FAIL": "fail", "UNKNOWN": "unknown", "MANUAL": "manual",
         "NOT_APPLICABLE": "n/a"}


@pytest.fixture(scope="session")
def expected(root):
    return json.loads((root / "tests/golden/sample/expected.json").read_text(encoding="utf-8"))


def of(findings, account=None, check=None):
    return [f for f in findings["findings"]
            if account in (None, f["account"]) and check in (None, f["check"])]


def test_files_are_those_of_the_story(root):
    done = subprocess.run([sys.executable, "-B", root / "tests/tools/make_sample.py", "--check"],
                          cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_demo_has_the_sample_byte_for_byte(root, demo):
    sample = root / "assets/sample"
    for path in [sample / "snapshot.json", *sample.glob("raw/*/*")]:
        assert (demo / path.relative_to(sample)).read_bytes() == path.read_bytes(), path


def test_verdict_on_every_resource(findings, expected):
    found = {}
    for f in findings["findings"]:
        found.setdefault(f["account"], {}).setdefault(f["check"], {})[f["resource"]] = f["status"]
    assert found == expected["accounts"]


def test_counts(findings, expected):
    for account, checks in expected["counts"].items():
        for check, counts in checks.items():
            assert Counter(f["status"] for f in of(findings, account, check)) == counts
    for check, counts in expected["total"].items():
        assert Counter(f["status"] for f in of(findings, check=check)) == counts


def test_populations(findings, report, expected):
    """What the program reconciled is what the story made."""
    listed = {}
    for row in findings["populations"]:
        listed.setdefault(row["account"], {}).setdefault(row["kind"], set()).update(
            {row["expected"], row["listed"]})
    for account, counts in expected["populations"].items():
        for kind in ("users", "groups", "roles", "policies"):
            wanted = {counts[kind]} | ({counts["reported"]} if kind == "users" else set())
            assert listed[account][kind] == wanted, (account, kind)
    totals = Counter()
    for counts in expected["populations"].values():
        totals.update(counts)
    assert report["scope"]["consoleUsers"] == totals["consoleUsers"]
    assert report["scope"]["identities"] == totals["users"] + totals["roles"]
    assert report["scope"]["accountCount"] == len(expected["accounts"])


def test_devices_and_administrators(demo, findings, expected):
    answers = Answers(demo)
    for account, counts in expected["populations"].items():
        (name,) = [n for n, (q, _) in answers.pages.items()
                   if q["account"] == account and q["operation"] == "GetAccountSummary"]
        summary = {text(e, "key"): int(text(e, "value")) for e in answers.root(name).iter()
                   if isinstance(e.tag, str) and local(e) == "entry"}
        assert summary["MFADevices"] == counts["devices"]
        assert summary["MFADevicesInUse"] == counts["devicesInUse"]
        judged = [f for f in of(findings, account, "iam.admin_users_mfa")
                  if f["status"] in ("PASS", "FAIL")]
        assert len(judged) == counts["administrators"]


def cell(counts):
    return ", ".join(f"{counts[s]} {WORDS[s]}" for s in WORDS if counts[s])


def test_table_of_the_readme(root, findings):
    """The page beside the sample counts what the program counts."""
    page = (root / "assets/sample/README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9]+\.\w+)` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", page, re.M)
    assert {row[0] for row in rows} == {f["check"] for f in findings["findings"]}
    for check, *cells in rows:
        accounts = [*sorted({f["account"] for f in findings["findings"]}), None]
        told = [re.sub(r"(\d+ pass), (\d+ n/a), (\d+ fail)", r"\1, \3, \2", c) for c in cells]
        assert told == [cell(Counter(f["status"] for f in of(findings, account, check)))
                        for account in accounts], check


def test_sample_says_that_it_is_one(findings, report):
    assert report["sample"] is True
    assert any(r["code"] == "override" and r["text"].startswith("sample-data")
               for r in findings["verdict"]["reasons"])


def test_evaluating_again_says_so(program, demo_copy, demo):
    """A refused query: exit 4, and the same findings as the demo's."""
    (demo_copy / "findings.json").unlink()
    done = program("evaluate", demo_copy, "--now", NOW, status=4)
    assert b"AccessDenied" in done.stderr
    assert (demo_copy / "findings.json").read_bytes() == (demo / "findings.json").read_bytes()


# --- The sample's audit role ---------------------------------------------------------------------

READ_BY_NOBODY = "iam:ListVirtualMFADevices"     # the sandbox's role lacks it


def audit_policy(answers, account):
    """The document of sample-audit-read, as GetAccountAuthorizationDetails shows it."""
    for name, (query, _) in answers.pages.items():
        if (query["account"], query["operation"]) != (account, "GetAccountAuthorizationDetails"):
            continue
        for policy in answers.root(name).iter():
            if text(policy, "PolicyName") == "sample-audit-read" and text(policy, "PolicyId"):
                versions = [v for v in policy.iter() if text(v, "IsDefaultVersion") == "true"]
                return json.loads(urllib.parse.unquote(text(versions[0], "Document")))
    return None


def test_the_audit_role_may_ask_what_a_scan_asks(program, demo):
    """What `reportgen policy` prints is what the sample's role holds: when a collector grows, its
    action belongs into AUDIT_ACTIONS (tests/tools/sample_story.py)."""
    def printed(*args):
        done = program("policy", "--principal", "111122223333", *args)
        return json.loads(done.stdout)["PolicyDocument"]

    answers = Answers(demo)
    assert audit_policy(answers, "111122223333") == printed("--assume-root")
    assert audit_policy(answers, "222233334444") == printed()
    lacking = printed()
    lacking["Statement"][0]["Action"].remove(READ_BY_NOBODY)
    assert audit_policy(answers, "333344445555") == lacking
    denied = {query["operation"] for query in answers.snapshot["queries"]
              if query["account"] == "333344445555" and query["service"] == "iam"
              and (query["error"] or {}).get("code") == "AccessDenied"}
    assert denied == {READ_BY_NOBODY.partition(":")[2]}
