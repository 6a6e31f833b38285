"""test_fixes.py - the fixes of findings: commands that a shell reads as meant, and corrected
policies which, put in force in the recorded answers, make the same check pass.

Commands are taken apart with shlex and by sh itself, and carried out here on the raw answers, by
another way than the program's.
"""
import json
import re
import shlex
import subprocess
import urllib.parse

import pytest
from answers import child, document, local, members, text
from conftest import NOW, copy_writable
from damage import Run
from lxml import etree

NO_COMMAND = {"iam.mfa_enforcement_strategy"}
# What a check is about has happened, and no policy undoes it.
PAST = {"iam.privileged_calls_with_mfa"}
FILLED = {"<CIDR-OF-OWN-NETWORK>": "203.0.113.0/24", "<TRUSTED-ACCOUNT-ID>": "111122223333"}
HOLDERS = {"user": "UserDetailList", "group": "GroupDetailList", "role": "RoleDetailList"}


def failing(findings):
    return [f for f in findings["findings"] if f["status"] == "FAIL"]


def fixes(finding, kind):
    return [fix for fix in finding["fixes"] if fix["kind"] == kind]


def words_of(fix):
    """The commands of a fix, each as its words."""
    return [shlex.split(line) for line in fix["text"].splitlines()]


def options(words):
    """{"user-name": value} of a command; a flag has the value True."""
    found = {}
    for i, word in enumerate(words):
        if word.startswith("--") and "=" in word:
            name, found[name] = word[2:].split("=", 1)[0], word.split("=", 1)[1]
        elif word.startswith("--"):
            is_flag = i + 1 == len(words) or words[i + 1].startswith("--")
            found[word[2:]] = True if is_flag else words[i + 1]
    return found


# --- What every finding has ----------------------------------------------------------------------

def test_every_fail_says_how(findings):
    assert len({f["check"] for f in failing(findings)}) > 35
    for finding in failing(findings):
        kinds = [fix["kind"] for fix in finding["fixes"]]
        assert kinds[0] == "action" and len(kinds) > 1, finding["check"]
        assert "cli" in kinds or "steps" in kinds
        said = " ".join(fix["text"] for fix in fixes(finding, "steps"))
        assert "cli" in kinds or finding["check"] in NO_COMMAND or \
            re.search("no command|cannot be undone", said), (finding["check"], said)


def test_only_fails_have_commands(findings):
    for finding in findings["findings"]:
        if finding["status"] in ("PASS", "NOT_APPLICABLE", "MANUAL"):
            assert finding["fixes"] == []


def test_blanks_are_listed(findings):
    """Each blank stands in its text, and what looks like one is listed."""
    for finding in failing(findings):
        for fix in finding["fixes"][1:]:
            there = set(re.findall(r"<[A-Z][A-Z0-9-]*>", fix["text"]))
            assert there == set(fix["blanks"]), (finding["id"], fix)


def test_documents_are_named_and_read(findings):
    """Commands read the documents of the same finding, and no other file."""
    for finding in failing(findings):
        named = re.findall(r"Save as (\S+\.json):", " ".join(f["about"] for f in finding["fixes"]))
        assert len(named) == len(set(named)) == len(fixes(finding, "policy"))
        for fix in fixes(finding, "policy"):
            assert json.loads(fix["text"])["Statement"] and len(fix["text"]) <= 16384
        for fix in finding["fixes"]:
            read = re.findall(r"file://(\S+)", fix["text"]) if fix["kind"] == "cli" else \
                re.findall(r'file\("\$\{path\.module\}/([^"]+)"\)', fix["text"])
            assert set(read) <= set(named), (finding["id"], fix)


def test_what_was_refused_is_named(program, demo_copy):
    """An UNKNOWN for want of a permission says which, and to whom to give it."""
    run = Run(demo_copy)
    run.deny("222233334444", "GetCredentialReport")
    after = evaluated(program, demo_copy)
    unknown = [f for f in after["findings"] if f["check"] == "governance.evidence_fresh"
               and f["account"] == "222233334444" and f["status"] == "UNKNOWN"]
    assert unknown
    for finding in unknown:
        policy = json.loads(fixes(finding, "policy")[0]["text"])
        assert "iam:GetCredentialReport" in policy["Statement"][0]["Action"]
        given, = (options(words) for words in words_of(fixes(finding, "cli")[0]))
        assert given["policy-document"] == f"file://{finding['id']}.json"


# --- Quoting -------------------------------------------------------------------------------------

SHOW = r"""aws() { printf '%s\0' aws "$@"; printf '\n'; }
reportgen() { printf '%s\0' reportgen "$@"; printf '\n'; }
"""


def test_shells_read_the_words_as_meant(findings):
    """sh and shlex agree about every word, and sh runs nothing but aws and reportgen."""
    for finding in failing(findings):
        for fix in fixes(finding, "cli"):
            answer = subprocess.run(["/bin/sh", "-c", SHOW + fix["text"]], capture_output=True,
                                    check=True, text=True, env={"PATH": "/nowhere"})
            assert answer.stderr == ""
            said = [line.split("\0")[:-1] for line in answer.stdout.splitlines()]
            assert said == words_of(fix)


def test_names_arrive_whole(findings, demo):
    """Every --user-name of a command is a user of the account, hostile names included."""
    seen = set()
    for account in {f["account"] for f in failing(findings)}:
        users = {text(user, "UserName") for user in details(Run(demo), account, "user")}
        for finding in failing(findings):
            if finding["account"] != account:
                continue
            for words in (w for fix in fixes(finding, "cli") for w in words_of(fix)):
                name = options(words).get("user-name")
                assert name is None or name.startswith("<USER") or name in users, words
                seen.add(name)
    assert {"=sample+key@example.com", "<b>x</b>"} & seen, seen


def hcl_strings(snippet):
    """The quoted strings of a snippet, read by HCL's rules; fails on a template but path.module."""
    found = []
    rest = snippet
    while '"' in rest:
        rest = rest[rest.index('"') + 1:]
        value = re.match(r'(?:[^"\\\n]|\\.)*"', rest)
        assert value, snippet
        body = value.group()[:-1]
        for sign in re.finditer(r"([$%]+)\{", body):
            assert len(sign.group(1)) % 2 == 0 or body.startswith("${path.module}/f-"), body
        found.append(re.sub(r"\\(.)", r"\1", body).replace("$${", "${").replace("%%{", "%{"))
        rest = rest[value.end():]
    return found


def test_terraform_is_well_formed(findings):
    labels = set()
    for finding in failing(findings):
        for fix in fixes(finding, "terraform"):
            hcl_strings(fix["text"])
            bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', fix["text"])
            assert bare.count("{") == bare.count("}")
            for kind, label in re.findall(r'^resource "(\w+)" "([\w-]+)" \{', fix["text"], re.M):
                assert (kind, label) not in labels and label.startswith("f-")
                labels.add((kind, label))
    assert len({kind for kind, _ in labels}) >= 10


# --- Put in force --------------------------------------------------------------------------------

def trees(run, account):
    for page in run.query(account, "GetAccountAuthorizationDetails")["pages"]:
        yield page, etree.fromstring(run.file(page).read_bytes())


def details(run, account, kind):
    for _, root in trees(run, account):
        for listed in root.iter():
            if isinstance(listed.tag, str) and local(listed) == HOLDERS[kind]:
                yield from members(listed)


def add(parent, name, value=None):
    element = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    element.text = value
    return element


def encoded(policy):
    return urllib.parse.quote(json.dumps(policy), safe="")


def put_inline(entry, kind, name, policy):
    listed = child(entry, f"{kind.capitalize()}PolicyList")
    if listed is None:
        listed = add(entry, f"{kind.capitalize()}PolicyList")
    for member in members(listed):
        if text(member, "PolicyName") == name:
            child(member, "PolicyDocument").text = encoded(policy)
            return
    member = add(listed, "member")
    add(member, "PolicyName", name)
    add(member, "PolicyDocument", encoded(policy))


class Account:
    """Carries commands out on the recorded answers of an account."""

    def __init__(self, run, account, files):
        self.run, self.account, self.files = run, account, files

    def edit(self, kind, name, change):
        found = 0
        for page, root in trees(self.run, self.account):
            for listed in root.iter():
                if isinstance(listed.tag, str) and local(listed) == HOLDERS.get(kind, "Policies"):
                    for entry in members(listed):
                        if name in (text(entry, "Arn"), text(entry, f"{kind.capitalize()}Name")):
                            change(entry)
                            found += 1
            self.run.write(page, etree.tostring(root))
        assert found == 1, (kind, name)

    def do(self, words):
        given = options(words)
        name = words[2].replace("-", "_")
        policy = next((self.files[value[7:]] for value in given.values()
                       if str(value).startswith("file://")), None)
        getattr(self, name)(given, policy)

    def put_policy(self, kind, given, policy):
        self.edit(kind, given[f"{kind}-name"],
                  lambda entry: put_inline(entry, kind, given["policy-name"], policy))

    def put_user_policy(self, given, policy):
        self.put_policy("user", given, policy)

    def put_role_policy(self, given, policy):
        self.put_policy("role", given, policy)

    def put_group_policy(self, given, policy):
        self.put_policy("group", given, policy)

    def update_assume_role_policy(self, given, policy):
        def change(entry):
            child(entry, "AssumeRolePolicyDocument").text = encoded(policy)
        self.edit("role", given["role-name"], change)

    def create_policy_version(self, given, policy):
        assert given["set-as-default"] is True

        def change(entry):
            version = next(v for v in members(child(entry, "PolicyVersionList"))
                           if text(v, "IsDefaultVersion") == "true")
            child(version, "Document").text = encoded(policy)
        self.edit("policy", given["policy-arn"], change)

    def create_policy(self, given, policy):
        self.created = policy

    def attach_user_policy(self, given, policy):
        """The new managed policy, here as an inline one: nothing else is asked of it."""
        assert given["policy-arn"].endswith(":policy/require-mfa")
        self.edit("user", given["user-name"],
                  lambda entry: put_inline(entry, "user", "require-mfa", self.created))

    def attach_group_policy(self, given, policy):
        assert given["group-name"] == "group-name"

    def update_policy(self, given, policy):
        page = self.run.page("111122223333", "DescribePolicy", PolicyId=given["policy-id"])
        answer = json.loads(self.run.file(page).read_bytes())
        answer["Policy"]["Content"] = json.dumps(policy)
        self.run.write(page, json.dumps(answer).encode())

    def put_inline_policy_to_permission_set(self, given, policy):
        self.set_policy = policy

    def provision_permission_set(self, given, policy):
        assert given["target-type"] == "ALL_PROVISIONED_ACCOUNTS"
        for role in details(self.run, self.account, "role"):
            if any(text(p, "PolicyName") == "AwsSSOInlinePolicy"
                   and "SecretsWithMFA" in urllib.parse.unquote(text(p, "PolicyDocument"))
                   for p in members(child(role, "RolePolicyList"))):
                self.edit("role", text(role, "RoleName"),
                          lambda entry: put_inline(entry, "role", "AwsSSOInlinePolicy",
                                                   self.set_policy))

    def detach_role_policy(self, given, policy):
        def change(entry):
            listed = child(entry, "AttachedManagedPolicies")
            for member in members(listed):
                if text(member, "PolicyArn") == given["policy-arn"]:
                    listed.remove(member)
        self.edit("role", given["role-name"], change)


def filled(value, blanks):
    for blank in blanks:
        value = value.replace(blank, FILLED.get(blank, blank[1:-1].lower()))
    return value


def carry_out(run, finding):
    files = {}
    for fix in fixes(finding, "policy"):
        name = re.match(r"Save as (\S+\.json):", fix["about"]).group(1)
        files[name] = json.loads(filled(fix["text"], fix["blanks"]))
    account = Account(run, finding["account"], files)
    for fix in fixes(finding, "cli"):
        for words in words_of({"text": filled(fix["text"], fix["blanks"])}):
            account.do(words)


def evaluated(program, path):
    program("evaluate", path, "--now", NOW, status=None)
    return json.loads((path / "findings.json").read_text(encoding="utf-8"))


def owner(finding):
    return finding["check"], finding["account"], finding["resource"].split("#")[0]


def status_by_id(findings):
    return {f["id"]: f["status"] for f in findings["findings"]}


CORRECTED = [
    "federation.oidc_trust_restricted", "iam.cross_account_role_trust",
    "iam.mfa_conditions_satisfiable", "iam.mfa_control_actions_guarded",
    "iam.mfa_deny_reaches_everyone", "iam.mfa_enforcement_latent",
    "iam.mfa_policy_condition_effective", "iam.mfa_policy_exemptions_minimal",
    "iam.mfa_policy_resources_complete", "iam.mfa_self_enrolment_guarded",
    "iam.privileged_actions_require_mfa", "iam.role_trust_requires_mfa", "iam.users_mfa_enforced",
    "machine.privileged_keys_constrained",
]
# The sample attaches the new policy elsewhere: test_the_guardrail_passes.
BY_ITSELF = {"org.scp_mfa_guardrail"}


def test_every_correction_is_proven(findings):
    """To add a check that corrects policies: its id in the list above."""
    with_documents = {f["check"] for f in failing(findings) if fixes(f, "policy")}
    assert with_documents == set(CORRECTED) | PAST | BY_ITSELF


@pytest.mark.parametrize("check", CORRECTED)
def test_the_correction_passes(program, demo, findings, tmp_path, check):
    """What failed passes or is asked no more, and nothing else fails that did not."""
    path = copy_writable(demo, tmp_path / "run")
    run = Run(path)
    failed = [f for f in failing(findings) if f["check"] == check]
    for finding in failed:
        assert fixes(finding, "policy"), finding["resource"]
        carry_out(run, finding)
    after = evaluated(program, path)
    still = {owner(f) for f in failing(after)}
    assert failed and not {owner(f) for f in failed} & still
    before = status_by_id(findings)
    worse = [f for f in failing(after) if before.get(f["id"], "FAIL") in ("PASS", "MANUAL")]
    assert not worse, [(f["check"], f["resource"], f["detail"]) for f in worse]


def test_the_guardrail_passes(program, demo, findings, tmp_path):
    """The new SCP beside the corrected one of the same account."""
    path = copy_writable(demo, tmp_path / "run")
    run = Run(path)
    guard, = (f for f in failing(findings) if f["check"] == "org.scp_mfa_guardrail")
    locks, = (f for f in failing(findings) if f["check"] == "iam.mfa_conditions_satisfiable"
              and ":organizations:" in f["resource"])
    carry_out(run, locks)
    page = run.page("111122223333", "DescribePolicy", PolicyId=locks["resource"].split("/")[-1]
                    .split("#")[0])
    answer = json.loads(run.file(page).read_bytes())
    policy = json.loads(answer["Policy"]["Content"])
    policy["Statement"] += json.loads(fixes(guard, "policy")[0]["text"])["Statement"]
    answer["Policy"]["Content"] = json.dumps(policy)
    run.write(page, json.dumps(answer).encode())
    after = status_by_id(evaluated(program, path))
    assert after[guard["id"]] == "PASS"


def test_the_rest_of_a_document_stays(findings, demo):
    """A corrected managed policy keeps what the finding is not about."""
    for finding in failing(findings):
        if finding["check"] != "iam.mfa_policy_condition_effective":
            continue
        arn = finding["resource"].split("#")[0]
        was = next(document(text(v, "Document"))
                   for _, root in trees(Run(demo), finding["account"])
                   for e in root.iter() if isinstance(e.tag, str) and local(e) == "Policies"
                   for p in members(e) if text(p, "Arn") == arn
                   for v in members(child(p, "PolicyVersionList")))
        now = json.loads(fixes(finding, "policy")[0]["text"])
        for old, new in zip(was["Statement"], now["Statement"], strict=True):
            assert [new.get(k) for k in ("Sid", "Effect", "Action")] == \
                [old.get(k) for k in ("Sid", "Effect", "Action")]
