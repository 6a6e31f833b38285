"""test_inputs.py - a person's own files: settings, exceptions, attestations, from file to pack."""
import hashlib
import json

import pytest

from conftest import NOW

USER = "arn:aws:iam::222233334444:user/"
KEYLESS = USER + "sample-admin-06"
CURRENT = "governance.exceptions_current"
EXCEPTION = """
  - id: {id}
    check: {check}
    scope: {{account: "222233334444", resource: "{resource}"{ids}}}
    reason: the desk has no reader until spring
    compensatingControl: the desk stands in a guarded room
    owner: Ann Owner
    approver: {approver}
    approved: {approved}
    expires: {expires}
"""


def exception(**more):
    fields = {"id": "EX-1", "check": "iam.users_without_mfa", "resource": KEYLESS, "ids": "",
              "approver": "Bob Approver", "approved": "2026-10-01", "expires": "2026-12-31"}
    return EXCEPTION.format(**{**fields, **more})


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "config"
    (folder / "evidence").mkdir(parents=True)
    return folder


@pytest.fixture
def run(root, tmp_path):
    """A run directory of one's own: the sample without its inputs, not evaluated yet."""
    folder = tmp_path / "run"
    folder.mkdir()
    sample = root / "assets/sample"
    (folder / "snapshot.json").write_bytes((sample / "snapshot.json").read_bytes())
    for path in sample.glob("raw/*/*"):
        target = folder / path.relative_to(sample)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def read(run):
    return json.loads((run / "findings.json").read_text(encoding="utf-8"))


def statuses(findings):
    """Of all that an exception may be about: not of exceptions themselves."""
    return [f["status"] for f in findings["findings"] if f["check"] != CURRENT]


def of(findings, check, resource):
    return next(f for f in findings["findings"]
                if f["check"] == check and f["resource"] == resource)


@pytest.fixture
def call(program):
    """The program; its output as text, and any status."""
    def run_it(*args, cwd=None, **environment):
        done = program(*args, status=None, cwd=cwd, env=environment)
        done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
        return done
    return run_it


def evaluate(call, run, *args, status=4, **environment):
    done = call("evaluate", run, "--now", NOW, *args, **environment)
    assert done.returncode == status, done.stderr
    return read(run)


def test_an_exception_waives_and_changes_no_status(call, run, config):
    plain = evaluate(call, run)
    (config / "exceptions.yaml").write_text("exceptions:" + exception(), encoding="utf-8")
    waived = evaluate(call, run, "--config", config)
    assert statuses(plain) == statuses(waived)
    assert of(waived, CURRENT, "EX-1")["status"] == "PASS"
    waiver = of(waived, "iam.users_without_mfa", KEYLESS)["waiver"]
    assert waiver["valid"] and waiver["approver"] == "Bob Approver"
    assert waived["score"]["value"] == plain["score"]["value"]
    assert waived["score"]["raw"] == plain["score"]["raw"]
    assert waived["score"]["withExceptions"] >= plain["score"]["withExceptions"]
    assert waived["counts"]["waived"] == plain["counts"]["waived"] + 1
    assert waived["inputs"] == [{"file": "inputs/exceptions.yaml", "sha256": hashlib.sha256(
        (config / "exceptions.yaml").read_bytes()).hexdigest()}]


def test_what_was_judged_with_is_kept_and_used_again(call, run, config):
    (config / "exceptions.yaml").write_text("exceptions:" + exception(), encoding="utf-8")
    (config / "reportgen.yaml").write_text("thresholds: {graceDays: 3}\n", encoding="utf-8")
    evaluate(call, run, "--config", config)
    first = (run / "findings.json").read_bytes()
    record = json.loads((run / "inputs/evaluation.json").read_text(encoding="utf-8"))
    settings = {row["name"]: (row["value"], row["source"]) for row in record["settings"]}
    assert settings["thresholds.graceDays"] == (3, "reportgen.yaml:1")
    assert settings["thresholds.unusedDays"] == (45, "default")
    assert record["now"] == read(run)["snapshot"]["finishedAt"]
    (config / "exceptions.yaml").unlink()
    evaluate(call, run)
    assert (run / "findings.json").read_bytes() == first
    evaluate(call, run, "--config", config)
    assert (run / "findings.json").read_bytes() != first
    assert not (run / "inputs/exceptions.yaml").exists()
    modes = {oct(p.stat().st_mode & 0o777) for p in (run / "inputs").iterdir()}
    assert modes == {"0o600"}


def test_a_pack_carries_its_inputs(call, run, config):
    (config / "evidence/okta.txt").write_text("proof\n", encoding="utf-8")
    (config / "exceptions.yaml").write_text("exceptions:" + exception(), encoding="utf-8")
    (config / "attestations.yaml").write_text(
        "attestations:\n- {id: AT-1, check: federation.saml_mfa_attested, resource: r, statement: "
        "s, by: Ann, attested: 2026-10-01, expires: 2027-09-30, evidence: {file: "
        "evidence/okta.txt, sha256: %s}}\n" % hashlib.sha256(b"proof\n").hexdigest(),
        encoding="utf-8")
    evaluate(call, run, "--config", config)
    done = call("bundle", run, "--now", NOW)
    assert done.returncode == 0, done.stderr
    pack = run / "pack"
    subjects = {s["name"] for s in json.loads(
        (pack / "statement.json").read_text(encoding="utf-8"))["subject"]}
    kept = {"inputs/attestations.yaml", "inputs/evaluation.json", "inputs/evidence/okta.txt",
            "inputs/exceptions.yaml"}
    assert kept <= subjects
    for name in kept:
        assert (pack / name).read_bytes() == (run / name).read_bytes()
    key = call("key", "show").stdout
    (run.parent / "key.pem").write_text(key, encoding="utf-8")
    verify = ["verify", pack, "--key", run.parent / "key.pem"]
    assert call(*verify).returncode == 0
    # Whoever judges the pack again finds the same, in a folder of its own.
    done = call("evaluate", pack, "--now", NOW)
    assert done.returncode == 4, done.stderr
    again = next(pack.glob("evaluated-*/findings.json"))
    assert again.read_bytes() == (pack / "findings.json").read_bytes()
    assert call(*verify).returncode == 0
    text = (pack / "inputs/exceptions.yaml").read_text(encoding="utf-8")
    (pack / "inputs/exceptions.yaml").write_text(text.replace("2026-12-31", "2027-12-31"),
                                                 encoding="utf-8")
    assert call(*verify).returncode == 1


def test_nothing_is_read_from_the_working_directory(call, run, config):
    (config / "exceptions.yaml").write_text("exceptions:" + exception(), encoding="utf-8")
    done = call("evaluate", run, "--now", NOW, cwd=config)
    assert done.returncode == 4, done.stderr
    assert read(run)["inputs"] == []
    assert call("config", cwd=config).stdout.startswith("# no directory of settings")


def test_the_xdg_directory_is_the_default(call, run, config, tmp_path):
    (tmp_path / "xdg").mkdir()
    config.rename(tmp_path / "xdg/reportgen")
    (tmp_path / "xdg/reportgen/exceptions.yaml").write_text("exceptions:" + exception(),
                                                            encoding="utf-8")
    found = evaluate(call, run, XDG_CONFIG_HOME=str(tmp_path / "xdg"))
    assert [row["file"] for row in found["inputs"]] == ["inputs/exceptions.yaml"]


@pytest.mark.parametrize("more, fault", [
    ({"expires": "2026-11-22"}, "expired"),
    ({"approver": "ann owner"}, "self-approved"),
    ({"approved": "2025-01-01"}, "runs too long"),
    ({"resource": USER + "*"}, "over-broad"),
    ({"approved": "2026-11-24"}, "not yet approved"),
])
def test_one_that_is_not_valid_is_shown_and_waives_nothing(call, run, config, more, fault):
    (config / "exceptions.yaml").write_text("exceptions:" + exception(**more), encoding="utf-8")
    found = evaluate(call, run, "--config", config)
    waiver = of(found, "iam.users_without_mfa", KEYLESS)["waiver"]
    assert (waiver["valid"], waiver["fault"]) == (False, fault)
    assert found["counts"]["waived"] == 0
    assert found["score"]["withExceptions"] == found["score"]["value"]


@pytest.mark.parametrize("ids, covered", [("", True), (", ids: [{real}]", True),
                                          (", ids: [AIDAOTHER00000000009]", False)])
def test_the_unique_id_binds(call, run, config, root, ids, covered):
    raw = "".join(p.read_text(encoding="utf-8")
                  for p in (root / "assets/sample/raw/222233334444").glob("*AuthorizationDetails*"))
    # Members of an entity come in any order: the id is the one in the user's own element.
    mine = next(m for m in raw.split("<member>") if "<UserName>sample-admin-06</UserName>" in m)
    real = mine.split("<UserId>")[1].split("<")[0]
    (config / "exceptions.yaml").write_text(
        "exceptions:" + exception(ids=ids.replace("{real}", real)), encoding="utf-8")
    found = evaluate(call, run, "--config", config)
    assert (of(found, "iam.users_without_mfa", KEYLESS)["waiver"] is not None) == covered


@pytest.mark.parametrize("name, text, message", [
    ("reportgen.yaml", "threshold: {}\n",
     "reportgen.yaml:1: unknown key \"threshold\"; did you mean thresholds?"),
    ("reportgen.yaml", "severities:\n  iam.rot_mfa_enabled: low\n",
     "reportgen.yaml:2: unknown check \"iam.rot_mfa_enabled\"; did you mean "
     "iam.root_mfa_enabled?"),
    ("exceptions.yaml", "exceptions:\n  - id: a\n    id: b\n",
     "exceptions.yaml:3: id: stands there twice, first in line 2"),
    ("exceptions.yaml", "a: &a [x]\nb: [*a, *a]\n", "exceptions.yaml:1: an anchor"),
    ("people.csv", "person\nx\n", "people.csv:row 2: the first row must name the columns"),
])
def test_a_mistake_stops_everything(call, run, config, name, text, message):
    (config / name).write_text(text, encoding="utf-8")
    for command in (["evaluate", run], ["config"], ["exceptions", "check"]):
        done = call(*command, "--config", config)
        assert done.returncode == 3
        assert f"{config}/{message}" in done.stderr
    # Not even a scan begins.
    done = call("scan", "--config", config, "-o", run.parent / "new")
    assert done.returncode == 3 and message in done.stderr
    assert not (run.parent / "new").exists()


def test_config_prints_values_and_sources(call, config):
    (config / "reportgen.yaml").write_text("# a\nthresholds:\n  unusedDays: 30\n",
                                           encoding="utf-8")
    done = call("config", "--config", config)
    assert "  unusedDays: 30  # reportgen.yaml:3\n" in done.stdout
    assert "  graceDays: 7  # default\n" in done.stdout
    shown = json.loads(call("config", "--config", config, "--format", "json").stdout)
    rows = {row["name"]: row for row in shown["settings"]}
    assert rows["thresholds.unusedDays"]["value"] == 30
    assert rows["thresholds.unusedDays"]["source"] == "reportgen.yaml:3"
    # What is printed is a file that means the same.
    (config / "reportgen.yaml").write_text(done.stdout, encoding="utf-8")
    again = json.loads(call("config", "--config", config, "--format", "json").stdout)
    assert [r["value"] for r in again["settings"]] == [r["value"] for r in shown["settings"]]


def test_check_lints_the_register(call, run, config):
    (config / "exceptions.yaml").write_text(
        "exceptions:" + exception() + exception(id="EX-2", check="iam.users_witout_mfa")
        + exception(id="EX-3", resource=USER + "sample-user-99", expires="2026-11-01"),
        encoding="utf-8")
    args = ["--config", config, "--now", NOW]
    done = call("exceptions", "check", *args)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("exceptions.yaml:12: EX-2: unknown check: ")
    assert lines[0].endswith("did you mean iam.users_without_mfa?")
    assert lines[1].startswith("exceptions.yaml:22: EX-3: expired: ")
    assert len(lines) == 2
    evaluate(call, run)
    done = call("exceptions", "check", run, *args, "--format", "json")
    assert done.returncode == 1, done.stderr
    rows = {row["id"]: [p["word"] for p in row["problems"]] for row in json.loads(done.stdout)}
    assert rows == {"EX-1": ["bound to no id"], "EX-2": ["unknown check", "unused"],
                    "EX-3": ["expired", "unused"]}
    (config / "exceptions.yaml").write_text("exceptions:" + exception(), encoding="utf-8")
    done = call("exceptions", "check", run, *args)
    assert done.returncode == 0, done.stdout
    assert f"{KEYLESS} is AIDA" in done.stdout


def test_due_prints_the_sheet_of_a_quarter(call, config):
    review = "    reviews: [{date: 2026-11-02, by: Eve | *x*, decision: keep}]\n"
    (config / "exceptions.yaml").write_text(
        "exceptions:" + exception(approved="2026-08-01") + exception(
            id="EX-2", approved="2026-08-01") + review + exception(
            id="EX-3", approved="2026-08-01", expires="2026-09-30"), encoding="utf-8")
    args = ["exceptions", "due", "--config", config, "--now", NOW]
    sheet = json.loads(call(*args, "--quarter", "2026Q4", "--format", "json").stdout)
    assert [(r["id"], r["due"]) for r in sheet["rows"]] == [("EX-1", True), ("EX-2", False)]
    assert (sheet["due"], sheet["reviewed"], sheet["expiring"]) == (1, 1, 2)
    assert (sheet["from"], sheet["to"]) == ("2026-10-01T00:00:00Z", "2026-12-31T23:59:59Z")
    assert call(*args).stdout == call(*args, "--quarter", "2026Q4", "--format", "md").stdout
    assert "## EX-1: due\n" in call(*args).stdout
    third = json.loads(call(*args, "--quarter", "2026Q3", "--format", "json").stdout)
    assert [r["id"] for r in third["rows"]] == ["EX-3", "EX-1", "EX-2"]
    assert call(*args, "--quarter", "2026Q5").returncode == 2
