"""test_score_recomputed.py - score/1 computed again from findings.json with exact fractions.

Nothing is taken from the program but the findings and its accounts: weights, core checks and
ceilings are written here as design of the formula says them. Each case is a change of the sample.
"""
import json
import re
from fractions import Fraction
from math import floor

import jsonschema
import pytest

from conftest import NOW, Program, copy_writable
from damage import Run

SEVERITY = {"critical": 8, "high": 4, "medium": 2, "low": 1}
TIERS = {"root": 30, "privileged": 30, "standard": 20, "federated": 10, "machine": 5,
         "detective": 5}
CORE = {
    "root": {"iam.root_mfa_enabled", "iam.root_access_keys_absent"},
    "privileged": {"iam.admin_users_mfa", "iam.privileged_actions_require_mfa",
                   "iam.role_trust_requires_mfa", "iam.mfa_control_actions_guarded"},
    "standard": {"iam.users_without_mfa", "iam.users_mfa_enforced"},
    "federated": {"federation.saml_mfa_attested", "federation.identity_center_mfa"},
}
OPEN = {"FAIL", "UNKNOWN", "MANUAL"}
MANAGEMENT, PRODUCTION, SANDBOX = "111122223333", "222233334444", "333344445555"


def weight(finding):
    if finding["check"] == "iam.mfa_enforcement_strategy" or \
            finding["check"].startswith("governance."):
        return 0
    return SEVERITY[finding["severity"]]


def is_waived(finding):
    return finding["status"] == "FAIL" and bool(finding["waiver"]) and finding["waiver"]["valid"]


def rate(findings):
    """proven / (proven + open) of some findings; None when nothing is judged."""
    proven = sum(f["status"] == "PASS" for f in findings)
    open_ = sum(f["status"] in OPEN for f in findings)
    return Fraction(proven, proven + open_) if proven + open_ else None


def by(findings, key):
    groups = {}
    for finding in findings:
        groups.setdefault(finding[key], []).append(finding)
    return groups


def tier_rates(findings):
    """{tier: rate} of tiers in which a check of weight has one."""
    rates = {}
    for tier, members in by(findings, "tier").items():
        rated = [(weight(group[0]), rate(group)) for group in by(members, "check").values()
                 if rate(group) is not None]
        total = sum(w for w, _ in rated)
        if total:
            rates[tier] = sum(w * r for w, r in rated) / total
    return rates


def raw(findings):
    rates = tier_rates(findings)
    if not rates:
        return None
    return sum(TIERS[t] * r for t, r in rates.items()) / sum(TIERS[t] for t in rates)


def tier_ceiling(findings, tier):
    core = [f for f in findings if f["check"] in CORE.get(tier, ())]
    open_ = sum(f["status"] in OPEN for f in core)
    share = Fraction(open_, sum(f["status"] != "NOT_APPLICABLE" for f in core) or 1)
    if not open_:
        return 100
    if tier in ("root", "privileged"):
        return {"root": 49, "privileged": 69}[tier]
    if tier == "standard" and share > Fraction(1, 2):
        return 59
    return 79 if share > Fraction(1, 10) else 89


def account_ceiling(findings):
    return min(tier_ceiling(findings, tier) for tier in TIERS)


def ceiling(findings, accounts):
    """Mean over the accounts, at most 89 while any is below 100."""
    of_account = by(findings, "account")
    each = [account_ceiling(of_account.get(a, [])) for a in accounts]
    mean = Fraction(sum(each), len(each))
    return mean if min(each) == 100 else min(mean, Fraction(89))


def score(findings, accounts):
    return None if raw(findings) is None else floor(raw(findings) * ceiling(findings, accounts))


def grade(value):
    if value is None:
        return "not assessed"
    return next(g for g, least in zip("ABCDF", (90, 80, 70, 60, 0)) if value >= least)


def with_fixed(findings, checks):
    return [{**f, "status": "PASS", "waiver": None} if f["check"] in checks and f["status"] in OPEN
            else f for f in findings]


def hundredths(value):
    return None if value is None else Fraction(floor(value * 10000), 100)


def same(number, fraction):
    """A JSON number against an exact fraction of few decimals."""
    return number is fraction is None or round(number * 100) == fraction * 100


def points(findings, check):
    """Points of raw that what is open in a check costs."""
    group = by(findings, "check")[check]
    tier = group[0]["tier"]
    rates = tier_rates(findings)
    if tier not in rates or rate(group) is None:
        return Fraction(0)
    inside = sum(weight(g[0]) for g in by(by(findings, "tier")[tier], "check").values()
                 if rate(g) is not None)
    return (1 - rate(group)) * Fraction(weight(group[0]), inside) * \
        Fraction(TIERS[tier], sum(TIERS[t] for t in rates))


# --- Cases ---------------------------------------------------------------------------------------

def root_has_keys(run):
    run.edit(run.page(MANAGEMENT, "GetAccountSummary"),
             b"<key>AccountAccessKeysPresent</key>\n        <value>0</value>",
             b"<key>AccountAccessKeysPresent</key>\n        <value>1</value>")


def everybody_denied(run):
    for account in (MANAGEMENT, PRODUCTION, SANDBOX):
        for operation in ("GetAccountSummary", "GetAccountAuthorizationDetails",
                          "GetCredentialReport"):
            run.deny(account, operation)


def one_account(run):
    run.snapshot["scope"].update(mode="accounts", accounts=[
        row for row in run.snapshot["scope"]["accounts"] if row["id"] == MANAGEMENT])
    run.snapshot["queries"] = [q for q in run.snapshot["queries"] if q["account"] == MANAGEMENT]
    run.save()


CASES = {
    "sample": lambda run: None,
    "root has keys": root_has_keys,
    "summary denied": lambda run: run.deny(PRODUCTION, "GetAccountSummary"),
    "users denied": lambda run: run.deny(SANDBOX, "GetAccountAuthorizationDetails"),
    "devices of one user denied":
        lambda run: run.deny(PRODUCTION, "ListMFADevices", UserName="sample-admin-04"),
    "everything denied": everybody_denied,
    "account left out": lambda run: run.exclude(SANDBOX, "not ours"),
    "good account left out": lambda run: run.exclude(MANAGEMENT, "not ours"),
    "one account": one_account,
}


@pytest.fixture(scope="module", params=CASES)
def case(request, demo, tmp_path_factory):
    """(name, findings.json, report.json) of a changed sample."""
    place = tmp_path_factory.mktemp("case")
    path = copy_writable(demo, place / "run")
    CASES[request.param](Run(path))
    done = Program(place / "home")("evaluate", path, "--now", NOW, status=None)
    assert done.returncode in (0, 4), done.stderr
    return (request.param, json.loads((path / "findings.json").read_text(encoding="utf-8")),
            json.loads((path / "report.json").read_text(encoding="utf-8")))


# --- What is compared ----------------------------------------------------------------------------

def test_value(case):
    _, data, report = case
    accounts = [a["id"] for a in data["accounts"]]
    told = data["score"]
    value = score(data["findings"], accounts)
    assert told["version"] == "score/1"
    assert told["value"] == value == report["score"]["value"]
    assert told["grade"] == grade(value) == report["score"]["grade"]
    assert same(told["raw"], hundredths(raw(data["findings"])))
    assert told["ceiling"] == floor(ceiling(data["findings"], accounts))
    unwaived = [f for f in data["findings"] if not is_waived(f)]
    assert told["withExceptions"] == score(unwaived, accounts)


def test_accounts(case):
    _, data, report = case
    for told, shown in zip(data["accounts"], report["scope"]["accounts"], strict=True):
        own = by(data["findings"], "account").get(told["id"], [])
        assert told["score"] == score(own, [told["id"]]) == shown["score"]
        assert told["grade"] == grade(told["score"])
        assert told["ceiling"] == account_ceiling(own) == shown["ceiling"]


def test_tiers(case):
    _, data, report = case
    rates = tier_rates(data["findings"])
    assert [t["tier"] for t in data["score"]["tiers"]] == list(TIERS)
    for told, shown in zip(data["score"]["tiers"], report["tiers"], strict=True):
        name = told["tier"]
        members = by(data["findings"], "tier").get(name, [])
        lowest = min([tier_ceiling(g, name) for g in by(members, "account").values()] or [100])
        assert told["weight"] == TIERS[name] == shown["weight"]
        assert same(told["rate"], hundredths(rates.get(name)))
        assert same(shown["rate"], hundredths(rates.get(name)))
        assert told["open"] == sum(f["status"] in OPEN for f in members) == shown["open"]
        assert told["ceiling"] == lowest
        assert shown["ceiling"] == (lowest if lowest < 100 else None)


def test_explain(case):
    _, data, report = case
    rows = data["score"]["explain"]
    if data["score"]["value"] is None:
        assert rows == []
        return
    accounts = [a["id"] for a in data["accounts"]]
    assert sum(round(row["points"] * 100) for row in rows) == 100 * (100 - data["score"]["value"])
    assert [row["kind"] for row in rows][-2:] == ["ceiling", "rounding"]
    assert {row["kind"] for row in rows[:-2]} == {"check"}
    for row in rows[:-2]:
        assert same(row["points"], hundredths(points(data["findings"], row["check"])))
    judged = {f["check"] for f in data["findings"] if f["status"] != "NOT_APPLICABLE"}
    assert {row["check"] for row in rows[:-2]} == judged
    left = raw(data["findings"]) * (1 - ceiling(data["findings"], accounts) / 100)
    assert same(rows[-2]["points"], hundredths(left))
    # What rounding may drop: less than a point, and less than a hundredth of each row.
    assert 0 <= rows[-1]["points"] < 1 + 0.01 * len(rows)
    assert [(r["kind"], r["points"]) for r in rows] == \
        [(r["kind"], r["points"]) for r in report["score"]["explain"]]


def test_order_of_work(case):
    """gain alone, the score when done in this order, and that nothing open is left out."""
    _, data, report = case
    findings, accounts = data["findings"], [a["id"] for a in data["accounts"]]
    now, done = data["score"]["value"], set()
    for row in data["score"]["fixes"]:
        alone = score(with_fixed(findings, {row["check"]}), accounts)
        done.add(row["check"])
        after = with_fixed(findings, done)
        assert row["gain"] == alone - now
        assert row["scoreAfter"] == score(after, accounts)
        assert row["ceilingAfter"] == floor(ceiling(after, accounts))
        assert row["count"] == sum(
            f["check"] == row["check"] and f["status"] in OPEN for f in findings)
    if now is not None:
        assert done == {f["check"] for f in findings if f["status"] in OPEN and weight(f)}
        assert data["score"]["fixes"][-1]["scoreAfter"] == 100
    after = [row["scoreAfter"] for row in data["score"]["fixes"]]
    assert after == sorted(after)
    assert [(f["check"], f["scoreAfter"]) for f in report["fixes"]] == \
        [(f["check"], f["scoreAfter"]) for f in data["score"]["fixes"]]


def test_what_to_do_counts_what_is_open(case):
    """The fix of a check says how many to mend, to confirm and to make readable; 0 is not said."""
    _, _, report = case
    for check in (check for tier in report["tiers"] for check in tier["checks"]):
        numbers = [int(n) for n in re.findall(r"\b\d+\b", check["fix"])]
        assert numbers == [n for n in (check["fail"], check["manual"], check["unknown"]) if n]
        assert check["open"] == check["fail"] + check["manual"] + check["unknown"]
        assert ("by hand" in check["fix"]) == (check["manual"] > 0)
        assert ("readable" in check["fix"]) == (check["unknown"] > 0)
        assert bool(check["fix"]) == (check["open"] > 0)
    of_check = {c["id"]: c["fix"] for tier in report["tiers"] for c in tier["checks"]}
    assert all(fix["title"] == of_check[fix["check"]] for fix in report["fixes"])


def test_groups_hold_every_fix_once(case):
    _, _, report = case
    assert [f for g in report["groups"] for f in g["fixes"]] == report["fixes"]
    assert [f["rank"] for f in report["fixes"]] == list(range(1, len(report["fixes"]) + 1))
    assert all(f["group"] == g["id"] for g in report["groups"] for f in g["fixes"])


def test_coverage_and_counts(case):
    _, data, report = case
    findings = data["findings"]
    count = {s: sum(f["status"] == s for f in findings) for s in
             ("PASS", "FAIL", "UNKNOWN", "MANUAL", "NOT_APPLICABLE")}
    assessed, missing = count["PASS"] + count["FAIL"], count["UNKNOWN"] + count["MANUAL"]
    percent = Fraction(floor(1000 * Fraction(assessed, assessed + missing)), 10)
    assert {k: data["counts"][k] for k in count} == count
    assert same(data["coverage"], percent) and same(report["coverage"]["percent"], percent)
    shown = report["counts"]
    assert (shown["pass"], shown["fail"], shown["unknown"], shown["notApplicable"]) == (
        count["PASS"], count["FAIL"], count["UNKNOWN"], count["NOT_APPLICABLE"])
    assert shown["open"] == sum(f["status"] in OPEN for f in findings)
    for severity in SEVERITY:
        assert shown[severity] == sum(
            f["status"] == "FAIL" and not is_waived(f) and f["severity"] == severity
            for f in findings)


def test_verdict(case):
    name, data, report = case
    fails = any(f["status"] == "FAIL" and not is_waived(f) for f in data["findings"])
    assert data["verdict"]["result"] == ("fail" if fails else "pass")
    assert data["verdict"]["complete"] is False  # the sample says of itself that it is one
    assert report["score"]["graded"] is False
    assert ("left out" in name) == any(
        r["code"] == "account" for r in data["verdict"]["reasons"])


def test_leaving_out_never_helps(case, findings):
    """Whatever was denied or left out: the score is not above that of the whole sample."""
    name, data, _ = case
    if name != "one account":
        assert (data["score"]["value"] or 0) <= findings["score"]["value"]


@pytest.mark.parametrize("kind", ["findings", "report"])
def test_documents_follow_their_schemas(case, root, kind):
    _, findings, report = case
    schema = json.loads((root / f"assets/schemas/{kind}.schema.json").read_text(encoding="utf-8"))
    document = findings if kind == "findings" else report
    errors = [f"{list(e.absolute_path)}: {e.message[:200]}"
              for e in jsonschema.Draft202012Validator(schema).iter_errors(document)]
    assert errors == []


def test_documents_can_be_made(case, tmp_path):
    """Of every such run: the report JSON is all that the renderers need."""
    _, _, report = case
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    for edition in ("internal", "auditor"):
        Program(tmp_path / "home")("report", tmp_path, "--edition", edition, "--now", NOW)
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report["score"]["valueText"] in text and "{{" not in text
