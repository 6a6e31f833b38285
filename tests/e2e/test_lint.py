"""test_lint.py - `reportgen lint` as a pipeline runs it: every form, every verdict, SARIF."""
import json
import time

import pytest

MFA = "aws:MultiFactorAuthPresent"
RULES = "condition_effective exemptions_minimal resources_complete".split()
OWN = "111122223333"


def deny(operator="BoolIfExists", value="false", **more):
    return {"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {operator: {MFA: value}}, **more}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trust(principal=f"arn:aws:iam::{OWN}:root", **more):
    return policy({"Effect": "Allow", "Principal": {"AWS": principal},
                   "Action": "sts:AssumeRole", **more})


def plan(*resources, account=None):
    """What `terraform show -json` prints: (type, name, values)."""
    def wire(kind, name, values, mode="managed"):
        return {"address": f"{kind}.{name}", "mode": mode, "type": kind, "name": name,
                "values": values}
    tree = {"format_version": "1.2",
            "planned_values": {"root_module": {"resources": [wire(*r) for r in resources]}}}
    if account:
        me = wire("aws_caller_identity", "me", {"account_id": account}, "data")
        tree["prior_state"] = {"values": {"root_module": {"resources": [me]}}}
    return tree


TEMPLATE = """\
Parameters:
  Mfa: {Type: String, Default: "true"}
Resources:
  Admin:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: sts:AssumeRole
  Guard:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Sid: Weak
            Effect: Deny
            Action: "s3:*"
            Resource: "*"
            Condition: {Bool: {aws:MultiFactorAuthPresent: false}}
          - Sid: Open
            Effect: Deny
            Action: "ec2:*"
            Resource: "*"
            Condition: {BoolIfExists: {aws:MultiFactorAuthPresent: !Ref Mfa}}
"""


@pytest.fixture
def lint(program, tmp_path):
    """Write a file and lint it; {(check, name before #): (status, line)} of what was said."""
    def run(content, *args, status=None, name="input"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content),
                        encoding="utf-8")
        done = program("lint", "--all", path, *args, status=status)
        said = {}
        for row in done.stdout.decode().splitlines():
            place, verdict, check, rest = row[len(str(path)) + 1:].split(": ", 3)
            said[check.split(" ")[0].split(".")[1], rest.split(": ")[0].split("#sha")[0]] = (
                verdict, int(place))
        return said
    return run


@pytest.mark.parametrize("statements,status,verdicts", [
    ([deny()], 0, ["PASS", None, "PASS"]),
    ([deny("Bool")], 1, ["FAIL", None, "PASS"]),
    ([deny(Resource="arn:aws:s3:::x")], 1, ["PASS", None, "FAIL"]),
    ([{k: v for k, v in deny(NotAction=["s3:*"]).items() if k != "Action"}], 1,
     ["PASS", "FAIL", "PASS"]),
    ([deny("BoolMaybe")], 4, ["UNKNOWN", None, "PASS"]),
    ([{"Effect": "Allow", "Action": "*", "Resource": "*"}], 0, [None, None, None]),
])
def test_a_policy_is_judged_alone(lint, statements, status, verdicts):
    said = lint(policy(*statements), status=status)
    for rule, verdict in zip(RULES, verdicts):
        assert said.get((f"mfa_policy_{rule}", "policy"), (None,))[0] == verdict


def test_a_trust_policy_is_judged_alone(lint):
    who = ("cross_account_role_trust", "role")
    assert lint(trust(), status=4)[who][0] == "UNKNOWN"
    assert lint(trust(), "--account", OWN, status=4)[who][0] == "NOT_APPLICABLE"
    assert lint(trust(), "--account", "444455556666", status=1)[who][0] == "FAIL"
    asks = trust(Condition={"StringEquals": {"sts:ExternalId": "x"}})
    args = ("--account", "444455556666", "--members")
    assert lint(asks, *args, "444455556666")[who][0] == "PASS"
    assert lint(asks, *args, f"{OWN},444455556666")[who][0] == "FAIL"
    good = lint(trust(Condition={"Bool": {MFA: "true"}}), status=0)
    assert good["role_trust_requires_mfa", "role"][0] == "PASS"


def test_a_template_is_judged_at_its_lines(lint):
    said = lint(TEMPLATE, status=1)
    assert said["role_trust_requires_mfa", "Admin"] == ("FAIL", 8)
    assert said["mfa_policy_condition_effective", "Guard#Weak"] == ("FAIL", 19)
    assert said["mfa_policy_condition_effective", "Guard#Open"] == ("UNKNOWN", 24)
    given = lint(TEMPLATE, "--parameter", "Mfa=false")
    assert given["mfa_policy_condition_effective", "Guard#Open"] == ("PASS", 24)


@pytest.mark.parametrize("part", [
    {"PolicyDocument": {"Ref": "Elsewhere"}},
    {"PolicyDocument": policy({"Fn::If": ["C", {"Ref": "X"}, {"Ref": "AWS::NoValue"}]})},
    {"PolicyDocument": policy(deny(Resource={"Fn::ImportValue": "x"}))},
    {"PolicyDocument": policy(deny(Action={"Ref": "Actions"}))},
    {"PolicyDocument": "not JSON"},
    {"PolicyDocument": {"Statement": 3}},
    {},
])
def test_what_is_not_known_is_not_silence(lint, part):
    template = {"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": part}}}
    said = lint(template, status=4)
    assert said["mfa_policy_condition_effective", "P"][0] == "UNKNOWN"


BRANCHES = """\
Parameters: {Env: {Type: String}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Equals [!Ref Env, dev]
  IsNeither: !Not [!Or [!Condition IsProd, !Condition IsDev]]
Resources:
  P:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          - !If
            - IsNeither
            - Sid: Weak
              Effect: Deny
              Action: "*"
              Resource: "*"
              Condition: {Bool: {aws:MultiFactorAuthPresent: false}}
            - !Ref AWS::NoValue
          - Sid: Same
            Effect: Deny
            Action: "*"
            Resource: "arn:aws:s3:::x"
            Condition: {BoolIfExists: {aws:MultiFactorAuthPresent: false}}
  Admin:
    Type: AWS::IAM::Role
    Condition: IsDev
    Properties:
      ManagedPolicyArns: !If [IsProd, [], [arn:aws:iam::aws:policy/AdministratorAccess]]
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: sts:AssumeRole}
"""


def test_both_branches_of_a_condition_are_judged(program, lint, tmp_path):
    said = lint(BRANCHES, status=1)
    assert said["mfa_policy_condition_effective", "P#Weak"] == ("FAIL", 14)
    assert said["mfa_policy_resources_complete", "P#Same"] == ("FAIL", 20)
    assert said["role_trust_requires_mfa", "Admin"][0] == "FAIL"
    rows = program("lint", tmp_path / "input", status=1).stdout.decode().splitlines()
    assert [row.rsplit("; where ")[-1] for row in rows if "; where " in row] == [
        "IsProd is false and IsDev is false", "IsProd is true", "IsDev is true"]
    assert sum("P#Same" in row for row in rows) == 1
    prod = lint(BRANCHES, "--parameter", "Env=prod", status=1)
    assert {name for _, name in prod} == {"P#Same"}
    assert "; where" not in program("lint", "--all", "--parameter", "Env=dev", tmp_path / "input",
                                    status=1).stdout.decode()


def test_an_account_that_nobody_named_equals_none(lint):
    condition = {"C": {"Fn::Equals": [{"Ref": "AWS::AccountId"}, OWN]}}
    template = {"Conditions": condition, "Resources": {"P": {
        "Type": "AWS::IAM::ManagedPolicy", "Condition": "C",
        "Properties": {"PolicyDocument": policy(deny("Bool"))}}}}
    who = ("mfa_policy_condition_effective", "P")
    assert lint(template, status=1)[who][0] == "FAIL"
    assert lint(template, "--account", OWN, status=1)[who][0] == "FAIL"
    assert not lint(template, "--account", "444455556666", status=0)


def test_functions_of_sam_have_roles(lint):
    function = {"Type": "AWS::Serverless::Function", "Properties": {
        "Policies": ["AdministratorAccess", {"S3ReadPolicy": {"BucketName": "b"}},
                     policy({**deny("Bool"), "Sid": "Document"}),
                     {**deny("Bool"), "Sid": "Statement"}, 7]}}
    people = {**function["Properties"], "AssumeRolePolicyDocument": trust()}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {
        "F": function, "G": {**function, "Properties": people},
        "Named": {**function, "Properties": {**people, "Role": "arn:aws:iam::1:role/r"}},
        "Admin": {**function, "Properties": {**people, "Policies": [
            "AdministratorAccess", {"S3ReadPolicy": {"BucketName": "b"}}]}},
        "Template": {**function, "Properties": {**people, "Policies": [{"XPolicy": {}}]}},
        "One": {**function, "Properties": {"Policies": policy({**deny("Bool"), "Sid": "S"})}},
        "S": {**function, "Type": "AWS::Serverless::StateMachine"}}}
    said = lint(template, "--account", OWN, status=1)
    effective = "mfa_policy_condition_effective"
    for role in ("FRole", "GRole", "SRole"):
        assert said[effective, role + "/2#Document"][0] == "FAIL"
        assert said[effective, role + "/3#Statement"][0] == "FAIL"
        assert said[effective, role + "/4"][0] == "UNKNOWN"
    assert said[effective, "OneRole/Policies#S"][0] == "FAIL"
    assert said["role_trust_requires_mfa", "AdminRole"][0] == "FAIL"
    assert said["role_trust_requires_mfa", "TemplateRole"][0] == "UNKNOWN"
    assert not [name for _, name in said if name.startswith("Named")]
    template["Globals"] = {"Function": {"AssumeRolePolicyDocument": trust()}}
    said = lint(template, "--account", OWN, status=1)
    assert said["role_trust_requires_mfa", "FRole"][0] == "UNKNOWN"
    assert ("role_trust_requires_mfa", "SRole") not in said


@pytest.mark.parametrize("part,name", [
    ({"Transform": "Macro"}, "Transform Macro"),
    ({"Transform": ["AWS::Serverless-2016-10-31", {"Name": "AWS::Include"}]},
     "Transform AWS::Include"),
    ({"Resources": {"N": {"Type": "AWS::CloudFormation::Stack",
                          "Properties": {"TemplateURL": "https://example.com/n.yaml"}}}}, "N"),
    ({"Resources": {"N": {"Type": "AWS::Serverless::Application",
                          "Properties": {"Location": "n.yaml"}}}}, "N"),
    ({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {
        "Fn::Transform": {"Name": "M"}, "AssumeRolePolicyDocument": policy()}}}}, "R"),
])
def test_what_a_macro_or_another_template_makes_is_unknown(lint, part, name):
    said = lint({"Resources": {}, **part}, status=4)
    assert said == {("mfa_policy_condition_effective", name): ("UNKNOWN", 1)}
    assert not lint({"Resources": {}, "Transform": "AWS::LanguageExtensions"}, status=0)


def test_standard_input_is_a_file(program, tmp_path):
    text = json.dumps(policy(deny("Bool"))).encode()
    done = program("lint", "-", stdin=text, status=1)
    assert done.stdout.startswith(b"-:1: FAIL: ")
    run = json.loads(program("lint", "-f", "sarif", "-", stdin=text, status=1).stdout)["runs"][0]
    assert run["artifacts"][0]["location"]["uri"] == "-"
    program("lint", "-", "-", stdin=text, status=2)
    assert b"-: " in program("lint", "-", stdin=b"", status=3).stderr
    assert b"larger than" in program("lint", "-", stdin=b" " * (65 << 20), status=3).stderr


def test_thousands_of_statements_take_seconds(program, tmp_path):
    path = tmp_path / "large.json"
    path.write_text(json.dumps(policy(*[deny(Action=f"s3:A{i}") for i in range(5000)]),
                               separators=(",", ":")), encoding="utf-8")
    began = time.monotonic()
    program("lint", path, status=0)
    assert time.monotonic() - began < 20
    entry, = trust()["Statement"]
    path.write_text(json.dumps(policy(*[entry] * 5000), separators=(",", ":")), encoding="utf-8")
    assert b"larger than any trust policy" in program("lint", path, status=4).stdout


def test_a_template_costs_no_more_than_its_size(lint):
    """Conditions that double, one more than there may be, and a text that is taken apart anew by
    each of many."""
    def guard(**more):
        return {"P": {"Type": "AWS::IAM::ManagedPolicy", "Condition": "C0",
                      "Properties": {"PolicyDocument": policy({**deny("Bool"), **more})}}}
    last = {"Fn::Equals": ["a", "a"]}
    double = {f"C{i}": {"Fn::And": [{"Condition": f"C{i + 1}"}] * 2} for i in range(300)}
    template = {"Conditions": {**double, "C300": last}, "Resources": guard()}
    assert lint(template, status=1)["mfa_policy_condition_effective", "P"][0] == "FAIL"
    lint({**template, "Conditions": {f"C{i}": last for i in range(2001)}}, status=3)
    part = {"Fn::Split": ["-", {"Fn::FindInMap": ["M", "a", "b"]}]}
    parts = [{"Fn::Select": [i, part]} for i in range(2000)]
    said = lint({"Mappings": {"M": {"a": {"b": "x-" * 30000}}}, "Conditions": {"C0": last},
                 "Resources": guard(Resource=parts)}, status=4)
    assert said["mfa_policy_condition_effective", "P"][0] == "UNKNOWN"


def test_what_cannot_matter_is_no_noise(lint):
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": {"Fn::GetAtt": ["B", "Arn"]}}
    template = {"Resources": {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {
        "PolicyDocument": policy(statement, {"Fn::If": ["C", statement, statement]}, deny())}}}}
    assert lint(template, status=0)["mfa_policy_condition_effective", "P"][0] == "PASS"


def test_a_plan_is_judged(lint):
    text = json.dumps
    admin = {"name": "a", "policy": text(policy({"Effect": "Allow", "Action": "*",
                                                 "Resource": "*"}))}
    said = lint(plan(
        ("aws_iam_policy", "weak", {"policy": text(policy(deny("Bool")))}),
        ("aws_iam_policy", "later", {}),
        ("aws_iam_role", "own", {"name": "own", "assume_role_policy": text(trust()),
                                 "inline_policy": [admin]}),
        ("aws_iam_role_policy", "p", {"role": "own", "policy": text(policy(deny()))}),
        ("aws_organizations_policy", "scp", {"type": "SERVICE_CONTROL_POLICY",
                                             "content": text(policy(deny()))}),
        ("aws_ssoadmin_permission_set_inline_policy", "set",
         {"inline_policy": text(policy(deny()))}),
        account=OWN), status=1)
    effective, keeps_out = "mfa_policy_condition_effective", "mfa_conditions_satisfiable"
    assert said[effective, "aws_iam_policy.weak"][0] == "FAIL"
    assert said[effective, "aws_iam_policy.later"][0] == "UNKNOWN"
    assert said["cross_account_role_trust", "aws_iam_role.own"][0] == "NOT_APPLICABLE"
    for name in ("aws_iam_role_policy.p", "aws_organizations_policy.scp",
                 "aws_ssoadmin_permission_set_inline_policy.set/inline"):
        assert said[keeps_out, name][0] == "FAIL"
    assert (keeps_out, "aws_iam_policy.weak") not in said  # who has it is not known


@pytest.mark.parametrize("content", [
    b"", b"# nothing\n", b"hello\n", b"[1,2]", b'{"Statement": "\xff"}', b"[" * 100000,
    b"Resources: " + b"[" * 5000, b'{"Statement":[],"Statement":[]}', b"a: 1\na: 2\n",
    b"a: &a [x]\nResources: {b: *a}\n", b"Resources: {A: !!binary aGk=}\n",
    b'{"format_version":"1.0"}', b'{"Statement":[]}\0',
])
def test_what_cannot_be_read_ends_with_3(program, tmp_path, content):
    bad, good = tmp_path / "bad", tmp_path / "good.json"
    bad.write_bytes(content)
    good.write_text(json.dumps(policy(deny("Bool"))), encoding="utf-8")
    done = program("lint", bad, good, status=3)
    assert str(bad).encode() in done.stderr and b"FAIL" in done.stdout
    run = json.loads(program("lint", "-f", "sarif", bad, good, status=3).stdout)["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1
    assert len(run["results"]) == 1


def test_sarif_has_what_the_standard_requires(program, tmp_path):
    path = tmp_path / "a template é.yaml"
    path.write_text(TEMPLATE, encoding="utf-8")
    log = json.loads(program("lint", "-f", "sarif", "--all", path, status=1).stdout)
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "reportgen"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert run["invocations"][0] == {"executionSuccessful": True, "exitCode": 1,
                                     "toolExecutionNotifications": []}
    kinds = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] and result["message"]["text"]
        assert (result["level"] == "none") == (result["kind"] != "fail")
        assert result["level"] in ("none", "note", "warning", "error")
        place, = result["locations"]
        physical = place["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        assert uri.startswith("file:///") and uri.endswith("a%20template%20%C3%A9.yaml")
        assert run["artifacts"][physical["artifactLocation"]["index"]]["location"]["uri"] == uri
        assert physical["region"]["startLine"] >= 1
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("/Resources/")
        kinds.add(result["kind"])
    assert kinds == {"pass", "fail", "open", "notApplicable"}


@pytest.mark.parametrize("args", [
    ["--account", "1"], ["--members", "1,2"], ["--parameter", "x"], ["--format", "html"]])
def test_bad_options_are_usage_errors(program, args):
    program("lint", "x", *args, status=2)
