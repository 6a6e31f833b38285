"""test_settings.py - every setting that `reportgen config` prints is read by something: a
reportgen.yaml that sets it changes what is said of the sample organisation."""
import json
import shutil

import pytest

from conftest import NOW

ENFORCED, ADMINISTRATORS = "iam.privileged_actions_require_mfa", "iam.admin_users_mfa"
MACHINE_KEYS, MACHINE_PASSWORDS = "machine.no_long_term_keys", "machine.no_console_password"
EXCEPTIONS = "governance.exceptions_current"
# (a value, the check of which some finding changes by it)
SETTINGS = {
    "thresholds.unusedDays": ("10", "iam.console_access_unused"),
    "thresholds.graceDays": ("0", "iam.users_onboarding_mfa"),
    "thresholds.reportAgeHours": ("1", "governance.evidence_fresh"),
    "thresholds.scanAgeDays": ("1", "governance.evidence_fresh"),
    "thresholds.administrators": ("20", "iam.admin_users_excessive"),
    "thresholds.administratorsPercent": ("90", "iam.admin_users_excessive"),
    "thresholds.mfaAgeSeconds": ("3600", ENFORCED),
    "privileged.names": ("['sample-user-*']", ADMINISTRATORS),
    "privileged.words": ("[user]", ADMINISTRATORS),
    "privileged.paths": ("[/service/]", ADMINISTRATORS),
    "privileged.tags": ("[type=service]", ADMINISTRATORS),
    "privileged.permissions": ("['s3:GetObject']", ENFORCED),
    "privileged.computeReuse": ("true", ENFORCED),
    "machines.names": ("['sample-user-*']", MACHINE_PASSWORDS),
    "machines.words": ("[user]", MACHINE_PASSWORDS),
    "machines.paths": ("[/]", MACHINE_PASSWORDS),
    "machines.tags": ("[a=b]", MACHINE_KEYS),
    "humans.names": ("['svc-*']", MACHINE_KEYS),
    "humans.words": ("[svc]", MACHINE_KEYS),
    "humans.paths": ("[/service/]", MACHINE_KEYS),
    "humans.tags": ("[type=service]", MACHINE_KEYS),
    "cognito.workforcePools": ("[eu-central-1_SAMPLE001]", "cognito.user_pool_mfa"),
    "directories.joinOnly": ("[{directory}]", "ds.radius_mfa"),
    "exceptions.maxDays": ("100", EXCEPTIONS),
    "exceptions.reviewDays": ("10", EXCEPTIONS),
    "exceptions.maxResources": ("1", EXCEPTIONS),
    "attestations.maxDays": ("30", "federation.saml_mfa_attested"),
    "severities": ("{iam.users_without_mfa: low}", "iam.users_without_mfa"),
}
# Read by something else than a check: the scan's own period, and the report.
ELSEWHERE = {"thresholds.periodDays", "report.frameworks"}
# What else is set before and after: a name tells of every machine that its tag tells of.
BESIDE = {"machines.tags": "words: [], paths: []"}
SEVERAL = """
  - id: EX-99
    check: iam.users_mfa_phishing_resistant
    scope: {account: "222233334444", resource: "arn:aws:iam::222233334444:user/sample-user-*"}
    reason: keys are being rolled out
    compensatingControl: virtual devices are in use
    owner: Ann Owner
    approver: Bob Approver
    approved: 2026-11-20
    expires: 2026-12-31
"""


class Bench:
    """A run of the sample, begun two days before it ended, and its inputs without settings."""

    def __init__(self, root, folder, program):
        self.run, self.config, self.program = folder / "run", folder / "config", program
        sample = root / "assets/sample"
        shutil.copytree(sample, self.run, ignore=shutil.ignore_patterns("inputs", "README.md"))
        shutil.copytree(sample / "inputs", self.config)
        path = self.run / "snapshot.json"
        text = path.read_text(encoding="utf-8")
        began = json.loads(text)["startedAt"]
        path.write_text(text.replace('"startedAt": "%s"' % began,
                                     '"startedAt": "2026-11-21T05:59:00Z"', 1), encoding="utf-8")
        register = self.config / "exceptions.yaml"
        register.write_text(register.read_text(encoding="utf-8") + SEVERAL, encoding="utf-8")

    def judge(self, settings):
        """{check: [(resource, severity, status, detail)]}"""
        (self.config / "reportgen.yaml").write_text(settings, encoding="utf-8")
        self.program("evaluate", self.run, "--config", self.config, "--now", NOW, status=4)
        found = {}
        findings = json.loads((self.run / "findings.json").read_text(encoding="utf-8"))
        for f in findings["findings"]:
            found.setdefault(f["check"], []).append(
                (f["account"], f["resource"], f["severity"], f["status"], f["detail"]))
        return found

    def frameworks(self):
        report = json.loads((self.run / "report.json").read_text(encoding="utf-8"))
        return {name for name in ("SOC 2", "FSBP") if '"%s"' % name in json.dumps(report)}


@pytest.fixture(name="bench")
def make_bench(root, tmp_path, program):
    return Bench(root, tmp_path, program)


def as_yaml(name, value):
    section, _, key = name.rpartition(".")
    more = ", " + BESIDE[name] if name in BESIDE else ""
    return ("%s: {%s: %s%s}\n" % (section, key, value, more) if section
            else "%s: %s\n" % (name, value))


def beside(name):
    return "%s: {%s}\n" % (name.partition(".")[0], BESIDE[name]) if name in BESIDE else ""


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_setting_changes_a_verdict(bench, name):
    value, check = SETTINGS[name]
    before = bench.judge(beside(name))
    directory = next(row for row in before["ds.radius_mfa"] if row[3] == "FAIL")[1]
    after = bench.judge(as_yaml(name, value.replace("{directory}", directory.split("/")[-1])))
    assert after[check] != before[check]
    assert after["iam.root_mfa_enabled"] == before["iam.root_mfa_enabled"]


def test_frameworks_are_those_of_the_report(bench):
    bench.judge("")
    assert bench.frameworks() == {"SOC 2", "FSBP"}
    bench.judge(as_yaml("report.frameworks", "[FSBP]"))
    assert bench.frameworks() == {"FSBP"}


def test_no_setting_is_left_out(program, tmp_path):
    shown = json.loads(program("config", "--config", tmp_path, "--format", "json").stdout)
    assert {row["name"] for row in shown["settings"]} == set(SETTINGS) | ELSEWHERE
