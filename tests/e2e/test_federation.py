"""test_federation.py - providers and Identity Center, scanned from the server of tests/fakeaws."""
import pytest
from test_scan import HOME, MEMBERS, SECOND, THIRD, Scanner, queries, read

pytest_plugins = ["fakeaws_fixture"]

CENTER = ("--collect", "iam,organizations,sso-admin,identitystore")
SETS = ("ListPermissionSets", "DescribePermissionSet", "GetInlinePolicyForPermissionSet",
        "GetPermissionsBoundaryForPermissionSet", "ListManagedPoliciesInPermissionSet",
        "ListCustomerManagedPolicyReferencesInPermissionSet",
        "ListAccountsForProvisionedPermissionSet", "ListAccountAssignments", "ListUsers",
        "ListGroups", "ListGroupMemberships")


@pytest.fixture(name="fakeaws")
def with_fresh_reports(fresh_fakeaws):
    return fresh_fakeaws


@pytest.fixture
def scan(program, fakeaws, tmp_path):
    return Scanner(program, fakeaws, tmp_path)


def reasons(run):
    return [r["text"] for r in read(run / "findings.json")["verdict"]["reasons"]
            if r["code"] == "query"]


def pairs(run):
    return sorted(q["parameters"]["AccountId"] for q in
                  queries(run, operation="ListAccountAssignments"))


def test_providers_of_every_account(scan):
    run = scan("--organization", *MEMBERS, *CENTER, status=4)
    assert [len(queries(run, account=number, operation="GetSAMLProvider"))
            for number in (HOME, SECOND, THIRD)] == [2, 1, 1]
    found = queries(run, operation="GetOpenIDConnectProvider")
    assert [q["account"] for q in found] == [SECOND]
    assert found[0]["complete"] and len(found[0]["pages"]) == 1


def test_identity_center_is_found_where_roles_say(scan, fakeaws):
    """Its region is in no option: a role's path names it."""
    run = scan(*CENTER, "--regions", "us-east-2")
    assert {q["region"] for q in queries(run, operation="ListInstances")} == {
        "eu-central-1", "us-east-2"}
    for operation in SETS:
        found = queries(run, operation=operation)
        assert found and {q["region"] for q in found} == {"eu-central-1"}, operation
        assert {q["account"] for q in found} == {HOME}
    assert all(line["signature"] == "ok" for line in fakeaws.log())
    assert len(queries(run, operation="ListUsers")[0]["pages"]) == 3


def test_only_accounts_of_the_scan_are_asked_about(scan):
    assert pairs(scan(*CENTER)) == [HOME, HOME]
    run = scan("--organization", *MEMBERS, *CENTER, status=4)
    assert pairs(run) == [HOME] * 2 + [SECOND] * 3 + [THIRD] * 2
    run = scan("--organization", *MEMBERS, *CENTER, "--exclude", THIRD)
    assert pairs(run) == [HOME] * 2 + [SECOND] * 3


def test_replaying_asks_what_the_scan_asked(scan, program):
    """Nothing that the scan read is missing when its answers are judged again."""
    run = scan("--organization", *MEMBERS, status=4)
    before = (run / "findings.json").read_bytes()
    program("evaluate", run, status=4)
    assert (run / "findings.json").read_bytes() == before
    assert not [text for text in reasons(run) if text.startswith(
        ("iam:GetSAML", "iam:ListSAML", "iam:GetOpen", "iam:ListOpen", "sso-admin:",
         "identitystore:"))]


def test_an_instance_nowhere_is_an_answer(start_fakeaws, program, tmp_path):
    server = start_fakeaws("--world", "generated", "--accounts", "1", "--users", "5")
    run = Scanner(program, server, tmp_path)("--collect", "iam,identitystore,sso-admin,sts",
                                             "--regions", "eu-west-1,us-east-2")
    assert not queries(run, service="identitystore")
    assert [q["complete"] for q in queries(run, service="sso-admin")] == [True, True]
    assert not reasons(run)


@pytest.mark.parametrize("operation", ["ListSAMLProviders", "GetSAMLProvider",
                                       "ListOpenIDConnectProviders", "ListInstances", *SETS])
def test_what_is_refused_is_said(scan, fakeaws, operation):
    fakeaws.control(rules=[{"operation": operation, "fault": "denied"}])
    run = scan(*CENTER, status=4)
    named = [text for text in reasons(run) if ":%s: AccessDenied" % operation in text]
    assert named and all(text.endswith("account " + HOME) for text in named)
    for query in queries(run, operation=operation):
        assert query["error"]["code"].startswith("AccessDenied")


def test_a_provider_deleted_meanwhile_is_unknown_alone(scan, fakeaws):
    fakeaws.control(rules=[{"operation": "GetSAMLProvider", "fault": "error", "times": 1,
                            "code": "NoSuchEntity", "status": 404}])
    run = scan(*CENTER, status=4)
    assert reasons(run) == ["iam:GetSAMLProvider: NoSuchEntity, account %s" % HOME]
    assert sorted(q["complete"] for q in queries(run, operation="GetSAMLProvider")) == [
        False, True]


@pytest.mark.parametrize("rule", [
    {"fault": "throttle", "service": "sso-admin", "every": 4},
    {"fault": "reset", "at": "body", "service": "identitystore", "every": 3},
    {"fault": "malformed", "operation": "GetSAMLProvider", "times": 2},
    {"fault": "error", "code": "InternalServerException", "status": 500, "service": "sso-admin",
     "every": 5},
], ids=lambda rule: rule["fault"])
def test_faults_that_pass_leave_no_trace(scan, fakeaws, rule):
    fakeaws.control(rules=[rule])
    run = scan(*CENTER)
    assert fakeaws.control()["rules"][0]["hits"] > 0
    assert not reasons(run)


@pytest.mark.parametrize("operation", ["ListPermissionSets", "ListUsers"])
def test_pages_that_lead_in_a_circle(scan, fakeaws, operation):
    fakeaws.control(rules=[{"fault": "repeat-token", "operation": operation}])
    run = scan(*CENTER, status=4)
    assert queries(run, operation=operation)[0]["error"]["code"] == "RepeatedToken"


def test_a_region_that_refuses_is_named(scan, fakeaws):
    """An instance may be there."""
    fakeaws.control(rules=[{"operation": "ListInstances", "fault": "denied", "times": 1}])
    run = scan(*CENTER, "--regions", "us-west-2", status=4)
    assert any("ListInstances: AccessDeniedException, in " in text for text in reasons(run))


def test_the_cost_grows_with_pairs_that_exist(start_fakeaws, program, tmp_path):
    """Ten permission sets over twenty accounts: one question for each pair, and little else."""
    sets, accounts = 10, 20
    server = start_fakeaws("--world", "generated", "--accounts", str(accounts), "--users", "5",
                           "--roles", "4", "--sets", str(sets))
    Scanner(program, server, tmp_path)("--organization", "--role-name", "reportgen-audit",
                                       "--collect", "organizations,sso-admin,identitystore",
                                       "--regions", "us-east-1")
    asked = [line for line in server.log() if line["service"] in ("sso-admin", "identitystore")]
    assert len(asked) == 1 + 1 + 5 * sets + sets + sets * accounts + 1 + 1 + sets
