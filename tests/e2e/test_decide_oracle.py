"""test_decide_oracle.py - the evaluator of IAM policies agrees with iam_oracle.py.

One process of tests/tools/decide.c answers all cases: the patterns and trust policies of the
literature, twenty thousand and more random ones from a fixed seed, and degenerate documents. Keys
that are free are tried by brute force: a denial must hold for every assignment, and what is said to
be allowed must be so with the witness.
"""
import itertools
import json
import os
import random
import subprocess

import pytest

import iam_oracle
from conftest import BINARY, ROOT

LIBRARIES = ("libcurl", "libcrypto", "libcjson", "libcmark", "expat", "inih")
SEED = 20261124
RANDOM_CASES = int(os.environ.get("DECIDE_CASES", "20000"))
FREE_CASES = RANDOM_CASES // 20

ACCOUNT, OTHER = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/admin"


def build_driver(target):
    """tests/tools/decide.c, built with the flags of the library it asks."""
    folder = BINARY.parent
    words = (folder / "flags").read_text(encoding="utf-8").split()
    flags = [word for word in words if word.startswith(("-fsanitize", "--coverage"))]
    libraries = subprocess.run(["pkg-config", "--libs", *LIBRARIES], check=True,
                               capture_output=True, text=True).stdout.split()
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-O1",
                    "-Iscanner", *flags, "-o", target, "tests/tools/decide.c",
                    folder / "libscanner.a", *libraries, "-lcsv", "-lm"], check=True, cwd=ROOT)
    return target


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    return build_driver(tmp_path_factory.mktemp("decide") / "decide")


def ask(program, cases):
    """The evaluator's answers, in order."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def policy(*statements, version="2012-10-17"):
    return json.dumps({"Version": version, "Statement": list(statements)})


def case_of(identity=(), keys=None, **more):
    """A case; all that is not named is ordinary."""
    return {"identity": list(identity), "keys": keys or {}, "action": "iam:createuser",
            "target": ALICE, "caller": {"arn": ALICE, "id": "AIDAEXAMPLE", "account": ACCOUNT},
            **more}


def expected(case):
    try:
        return iam_oracle.decide(case)
    except iam_oracle.Refused:
        return "refused", []


def disagreement(case, answer):
    """What is wrong with the answer, all keys being known; "": nothing."""
    decision, sids = expected(case)
    if answer["decision"] != decision:
        return f"oracle {decision}, evaluator {answer['decision']} ({answer['why']})"
    if decision in (iam_oracle.ALLOWED, iam_oracle.EXPLICIT) and answer["sid"]:
        if answer["sid"] not in sids:
            return f"{decision} by {answer['sid']}, oracle by {sids}"
    return ""


def check(cases, answers, judge=disagreement):
    """Fail with the first few cases that are judged wrong."""
    assert len(answers) == len(cases)
    wrong = [(why, case) for case, answer in zip(cases, answers)
             for why in [judge(case, answer)] if why]
    if wrong:
        shown = "\n\n".join(f"{why}\n{json.dumps(case)}" for why, case in wrong[:5])
        pytest.fail(f"{len(wrong)} of {len(cases)} cases:\n{shown}", pytrace=False)


# The patterns people write: denied or allowed for K a key, C a console session without MFA, M
# fresh MFA, S stale MFA.

PRESENT, AGE = "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge"
CONTEXTS = ({}, {PRESENT: ["false"]}, {PRESENT: ["true"], AGE: ["60"]},
            {PRESENT: ["true"], AGE: ["7200"]})
A = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def allow(operator, key, value, **more):
    return {**A, "Condition": {operator: {key: value}}, **more}


def deny(operator, key, value, **more):
    return {**allow(operator, key, value), "Effect": "Deny", **more}


def all_but_listed(operator):
    out = {**deny(operator, PRESENT, "false"),
           "NotAction": ["iam:EnableMFADevice", "sts:GetSessionToken"]}
    del out["Action"]
    return out


PATTERNS = [
    ("DDAA", [allow("Bool", PRESENT, "true")]),
    ("ADAA", [allow("BoolIfExists", PRESENT, "true")]),
    ("DAAA", [allow("Null", PRESENT, "false")]),
    ("ADAA", [A, deny("Bool", PRESENT, "false")]),
    ("DDAA", [A, deny("BoolIfExists", PRESENT, "false")]),
    ("DAAA", [A, deny("Null", PRESENT, "true")]),
    ("DDAA", [A, all_but_listed("BoolIfExists")]),
    ("ADAA", [A, all_but_listed("Bool")]),
    ("DDAD", [allow("NumericLessThan", AGE, "3600")]),
    ("AAAD", [allow("NumericLessThanIfExists", AGE, "3600")]),
    ("AAAD", [A, deny("NumericGreaterThan", AGE, "3600")]),
    ("DDAD", [A, deny("NumericGreaterThanIfExists", AGE, "3600")]),
    ("DDAA", [A, deny("Null", AGE, "true")]),
    ("ADAA", [allow("ForAllValues:Bool", PRESENT, "true")]),
    ("DDAA", [allow("ForAnyValue:Bool", PRESENT, "true")]),
    ("DDAA", [A, deny("ForAllValues:Bool", PRESENT, "false")]),
    ("DDAA", [allow("StringEquals", PRESENT, "true")]),
    ("DDAA", [A, deny("StringNotEquals", PRESENT, "true")]),
    ("ADAA", [A, {**deny("BoolIfExists", PRESENT, "false"),
                  "Condition": {"BoolIfExists": {PRESENT: "false"}, "Null": {PRESENT: "false"}}}]),
    ("DAAA", [allow("Bool", PRESENT, ["true", "false"])]),
    ("DDAA", [A, deny("BoolIfExists", PRESENT, "false", Action="iam:*")]),
    ("AAAA", [A, deny("BoolIfExists", PRESENT, "false", Action="s3:*")]),
    ("DADD", [allow("Bool", PRESENT, "false")]),
    ("AAAA", [A, allow("Bool", PRESENT, "true")]),
    ("DDAA", [A, deny("BoolIfExists", PRESENT, False)]),
    ("DDAA", [A, deny("BoolIfExists", "aws:multifactorauthpresent", "false")]),
    ("AAAA", [A, deny("BoolIfExists", PRESENT, "false", Resource="arn:aws:s3:::bucket")]),
    ("DDDD", [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*",
               "Condition": {"Bool": {PRESENT: "true"}}}]),
    ("DDDD", [allow("StringEquals", PRESENT, "True")]),
]

MAY = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
MAY_NOT = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
ROOT_USER, OTHER_ROOT = f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{OTHER}:root"
MFA = {"Bool": {PRESENT: "true"}}


def trust(principal, condition=None, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole",
            "Condition": condition or {}, **more}


def refuse(operator):
    return trust("*", {operator: {PRESENT: "false"}}, Effect="Deny")


TRUSTS = [  # expected, trust policy, the caller's own, the caller's account
    ("DDAA", [trust({"AWS": ROOT_USER}, MFA)], MAY, ACCOUNT),
    ("DDDD", [trust({"AWS": ROOT_USER}, MFA)], MAY_NOT, ACCOUNT),
    ("DDAA", [trust({"AWS": ALICE}, MFA)], MAY_NOT, ACCOUNT),
    ("ADAA", [trust({"AWS": ROOT_USER}, {"BoolIfExists": {PRESENT: "true"}})], MAY, ACCOUNT),
    ("DDAA", [trust({"AWS": ROOT_USER}), refuse("BoolIfExists")], MAY, ACCOUNT),
    ("ADAA", [trust({"AWS": ROOT_USER}), refuse("Bool")], MAY, ACCOUNT),
    ("AAAA", [trust({"AWS": ROOT_USER}, MFA), trust({"AWS": ALICE})], MAY, ACCOUNT),
    ("DDAA", [trust({"AWS": OTHER_ROOT}, MFA)], MAY, OTHER),
    ("DDDD", [trust({"AWS": ALICE.replace(ACCOUNT, OTHER)}, MFA)], MAY_NOT, OTHER),
    ("DDAA", [trust("*", MFA)], MAY, ACCOUNT),
    ("DDAA", [trust("*", MFA)], MAY_NOT, ACCOUNT),
    ("DDDD", [trust("*", MFA)], MAY_NOT, OTHER),
    ("DDAA", [trust({"AWS": ROOT_USER}, MFA, Action="sts:*")], MAY, ACCOUNT),
    ("DDAA", [trust({"AWS": ACCOUNT}, MFA)], MAY, ACCOUNT),
    ("DDDD", [trust({"Service": "ec2.amazonaws.com"})], MAY, ACCOUNT),
    ("AAAA", [trust({"AWS": ["AIDAOTHER", "AIDAEXAMPLE"]})], MAY_NOT, ACCOUNT),
]

GUARDS = [  # expected, level of service control policies, boundary
    ("DDAA", [A, deny("BoolIfExists", PRESENT, "false")], None),
    ("DDAA", [A], [allow("Bool", PRESENT, "true")]),
    ("DDAA", [allow("Bool", PRESENT, "true")], None),
    ("DDDD", [MAY_NOT], [A]),
    ("DDDD", [A], [MAY_NOT]),
]


def literature():
    """(letter, case) of all rows in all contexts."""
    for letters, statements in PATTERNS:
        for letter, keys in zip(letters, CONTEXTS):
            yield letter, case_of([policy(*statements)], keys)
    for letters, statements, own, account in TRUSTS:
        caller = {"arn": ALICE.replace(ACCOUNT, account), "id": "AIDAEXAMPLE", "account": account}
        for letter, keys in zip(letters, CONTEXTS):
            yield letter, case_of([policy(own)], keys, resource=[policy(*statements)],
                                  resource_account=ACCOUNT, action="sts:assumerole", target=ADMIN,
                                  caller=caller)
    for letters, level, boundary in GUARDS:
        for kind in ("scps", "rcps"):
            for letter, keys in zip(letters, CONTEXTS):
                yield letter, case_of([policy(A)], keys, boundary=boundary and [policy(*boundary)],
                                      **{kind: [[policy(A)], [policy(*level)]]})


def with_known_keys(case):
    """Every key that a policy may ask for is known: those not given are absent."""
    keys = {name.lower(): [] for name in (PRESENT, AGE, *KEYS)}
    keys.update({name.lower(): values for name, values in case["keys"].items()})
    return {**case, "keys": keys}


# Random cases, dense enough that statements hit, and differ in one thing.

KEYS = {
    "aws:MultiFactorAuthPresent": ["true", "false"],
    "aws:username": ["alice", "bob", "a*", "${x}"],
    "aws:PrincipalTag/Team": ["red", "blue", "Red", "*", "re?"],
    "aws:TagKeys": ["red", "blue", "green", "RED"],
    "aws:MultiFactorAuthAge": ["5", "60", "3600", "3600.0", "-1", "abc"],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "1767225600",
                        "2026-01-01T01:00:00+01:00", "yesterday"],
    "aws:SourceIp": ["10.0.0.1", "10.1.2.3", "192.168.0.1", "2001:db8::1", "10.0.0", "::1"],
    "aws:SourceArn": ["arn:aws:s3:::red", "arn:aws:sns:eu-west-1:111122223333:t:x",
                      "arn:aws:iam::111122223333:user/alice", "no arn"],
    "aws:Blob": ["cmVk", "Ymx1ZQ==", "YQ=="],
}
POLICY_VALUES = {
    "String": ["red", "blue", "Red", "*", "r*", "?e?", "*e*", "", "true",
               "${aws:username}",
               "${aws:PrincipalTag/Team}", "${aws:principaltag/team, 'red'}", "r${*}", "re${?}",
               "${$}{x}", "x${aws:username}*", "alice", "a*", "*${aws:username}*",
               "${aws:TagKeys}"],
    "Numeric": ["5", "60", 60, "3600", "3600.00", "-1", 0.5, "abc", "${aws:MultiFactorAuthAge}"],
    "Date": ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "1767225600", "2026-01-01",
             "2025-06-30T12:00:00.5Z", "2026-13-01T00:00:00Z", "tomorrow"],
    "Bool": ["true", "false", "True", True, False, "yes"],
    "Binary": ["cmVk", "Ymx1ZQ==", "YQ==", "%%"],
    "Ip": ["10.0.0.0/8", "10.0.0.1", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "::/0",
           "192.168.0.0/16", "10.0.0.0/33", "10.0.0/8", "here"],
    "Arn": ["arn:aws:s3:::*", "arn:aws:s3:::red", "arn:*:sns:*:*:*", "*", "arn:aws:iam::*:user/*",
            "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:s?:::r?d", "arn:aws:*",
            "arn:aws:sns:eu-west-1:1111*3:t:?"],
}
ACTIONS = ["iam:CreateUser", "iam:createuser", "IAM:Create*", "iam:*", "*", "*:*", "iam:*User",
           "iam:?reateUser", "i*:CreateUser", "s3:*", "iam:DeleteUser", "s3:GetObject", "*User",
           "iam:CreateUser?", "iam:**User", ""]
ASKED_ACTIONS = ["iam:createuser", "iam:deleteuser", "s3:getobject", "sts:assumerole"]
RESOURCES = ["*", ALICE, "arn:aws:iam::*:user/*", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}",
             "arn:aws:iam::*", "arn:*:user/alice", "arn:aws:s3:::red/*", "arn:aws:s3:::*",
             "arn:aws:s3:::${aws:PrincipalTag/Team}/*", "arn:aws:*", "*alice",
             "arn:aws:i?m::*/alice",
             f"arn:aws:iam::{ACCOUNT}:user/ALICE", "arn:aws:s3:::${aws:PrincipalTag/Team, 'red'}/k",
             "arn:aws:s3:?:red/k", "arn:aws:s3:::r*d/?", ADMIN, f"arn:aws:iam::{ACCOUNT}:*/*",
             "*:*",
             "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:*:log-group:*:s", "*?", "**"]
ASKED_RESOURCES = [ALICE, "arn:aws:s3:::red/k", "*", ADMIN,
                   "arn:aws:logs:eu-west-1:111122223333:log-group:a:s"]
PRINCIPALS = ["*", ALICE, ROOT_USER, ACCOUNT, "AIDAEXAMPLE", ADMIN, OTHER_ROOT, OTHER, "AIDAOTHER",
              f"arn:aws:iam::{ACCOUNT}:user/*", "arn:aws-cn:iam::111122223333:root"]
KIND = {"aws:MultiFactorAuthPresent": "Bool", "aws:MultiFactorAuthAge": "Numeric",
        "aws:CurrentTime": "Date", "aws:SourceIp": "Ip", "aws:SourceArn": "Arn",
        "aws:Blob": "Binary"}
UNKNOWN_OPERATORS = ["BoolSometimes", "NullIfExists", "StringEqualsIfExistsIfExists", "",
                     "ForSomeValues:StringEquals", "NotNull"]


class Maker:
    """Random cases from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sid = 0

    def maybe(self, chance):
        return self.random.random() < chance

    def one(self, values):
        return self.random.choice(values)

    def some(self, values, most=3):
        """One value or a list of some."""
        if self.maybe(0.4):
            return self.one(values)
        return [self.one(values) for _ in range(self.random.randint(1, most))]

    def cased(self, text):
        """The same in another case, at times."""
        return self.one([text.lower(), text.upper(), text.title()]) if self.maybe(0.1) else text

    def operator(self, key):
        """(operator, pool of values) that mostly fits the key."""
        if self.maybe(0.1):
            return "Null", POLICY_VALUES["Bool"][:5]
        if self.maybe(0.02):
            return self.one(UNKNOWN_OPERATORS), POLICY_VALUES["String"]
        kind = KIND.get(key, "String") if self.maybe(0.85) else self.one(list(POLICY_VALUES))
        name = self.one([o for o in iam_oracle.OPERATORS if kind in o])
        if self.maybe(0.3):
            name += "IfExists"
        if self.maybe(0.5 if key == "aws:TagKeys" else 0.15):
            name = self.one(["ForAllValues:", "ForAnyValue:"]) + name
        pool = POLICY_VALUES[kind]
        return name, pool if self.maybe(0.2) else [v for v in pool if v not in INVALID]

    def condition(self):
        out = {}
        for _ in range(self.one([0, 0, 1, 1, 1, 2])):
            key = self.one(list(KEYS))
            name, pool = self.operator(key)
            out.setdefault(name, {})[self.cased(key)] = self.some(pool)
        return out

    def statement(self, allowing, principals=False):
        self.sid += 1
        named = self.one(["Action", "Action", "Action", "NotAction"])
        out = {"Sid": f"s{self.sid}", "Effect": "Allow" if self.maybe(allowing) else "Deny",
               named: self.some(ACTIONS)}
        if not principals or self.maybe(0.1):
            out[self.one(["Resource", "Resource", "Resource", "NotResource"])] = (
                self.some(RESOURCES))
        if principals:
            negated = self.maybe(0.2)
            principal = self.one(["*", {"AWS": self.some(PRINCIPALS)}, {"AWS": ROOT_USER},
                                  {"AWS": self.some(PRINCIPALS), "Service": "ec2.amazonaws.com"}])
            out["NotPrincipal" if negated else "Principal"] = principal
        condition = self.condition()
        if condition or self.maybe(0.1):
            out["Condition"] = condition
        return out

    def policy(self, allowing=0.6, principals=False):
        statements = [self.statement(allowing, principals)
                      for _ in range(self.random.randint(1, 3))]
        document = {"Statement": statements[0] if len(statements) == 1 and self.maybe(0.5)
                    else statements}
        if self.maybe(0.9):
            document["Version"] = "2012-10-17" if self.maybe(0.95) else "2008-10-17"
        return json.dumps(document)

    def guard(self):
        """A level of guard rails: mostly all is allowed, then some."""
        level = [policy(A)] if self.maybe(0.7) else []
        return level + [self.policy(0.5) for _ in range(self.one([0, 1]) or not level)]

    def keys(self):
        out = {}
        for name, values in KEYS.items():
            count = self.one([0, 1, 1, 1])
            if name == "aws:TagKeys" and count:
                count = self.random.randint(1, 3)
            out[name.lower()] = [self.one(values) for _ in range(count)]
        return out

    def case(self):
        case = case_of(([policy(A)] if self.maybe(0.4) else [])
                       + [self.policy() for _ in range(self.one([1, 1, 2]))], self.keys(),
                       action=self.one(ASKED_ACTIONS), target=self.one(ASKED_RESOURCES))
        if self.maybe(0.3):
            case["scps"] = [self.guard() for _ in range(self.one([1, 2]))]
        if self.maybe(0.15):
            case["rcps"] = [self.guard()]
        if self.maybe(0.2):
            case["boundary"] = self.guard()
        if self.maybe(0.1):
            case["session"] = self.guard()
        if self.maybe(0.3):
            case["resource"] = [self.policy(0.75, principals=True)]
            case["resource_account"] = self.one([ACCOUNT, ACCOUNT, OTHER, None])
        if self.maybe(0.2):
            case["caller"] = {"arn": self.one([ADMIN, None]), "id": "AROAEXAMPLE",
                              "account": ACCOUNT}
        if self.maybe(0.05):
            case["identity_unknown"] = True
        return case


INVALID = {"abc", "${aws:MultiFactorAuthAge}", "2026-13-01T00:00:00Z", "tomorrow", "yes", "%%",
           "10.0.0.0/33", "10.0.0/8", "here", "arn:aws:*"}


def test_literature(driver):
    rows = list(literature())
    cases = [with_known_keys(case) for _, case in rows]
    letter = {"allowed": "A", "implicitDeny": "D", "explicitDeny": "D", "unsure": "U"}
    for (wanted, case), full in zip(rows, cases):
        assert letter[iam_oracle.decide(full)[0]] == wanted, f"the oracle: {case}"
    check(cases, ask(driver, cases))


def test_random(driver):
    maker = Maker(SEED)
    cases = [maker.case() for _ in range(RANDOM_CASES)]
    check(cases, ask(driver, cases))


# Free keys.

ALWAYS_THERE = {"aws:currenttime"}
MORE_VALUES = {
    "String": ["purple", "reX", "rX", "~~~~", "BLUE", "bLUE", "rED", "r*", "re?", "", "true"],
    "Numeric": ["5.00001", "59", "61", "0.5", "0", "1e9"],
    "Date": ["2025-06-30T12:00:00Z", "2025-06-30T12:00:01Z", "2026-01-01T00:00:01Z", "0"],
    "Bool": [],
    "Binary": ["eA=="],
    "Ip": ["10.0.0.2", "10.9.9.9", "11.0.0.0", "203.0.113.9", "2001:db8::2", "2001:db9::"],
    "Arn": ["arn:aws:s3:::blue", "arn:aws:s3:::rad", "arn:aws:sqs:::red",
            "arn:aws:iam::1:user/bob"],
}


def all_texts(case):
    """All documents of a case, as one text in lower case."""
    return "".join(text for layer, _ in iam_oracle.layers(case) for text in layer).lower()


def assignments(case, key):
    """Values to try for a free key: none, one, and of some keys two."""
    kind = KIND.get(key, "String")
    singles = dict.fromkeys([*KEYS[key], *MORE_VALUES[kind]])
    if key.lower() not in ALWAYS_THERE:
        yield []
    yield from ([value] for value in singles)
    if key == "aws:TagKeys":
        for size in (2, 3):
            for values in itertools.combinations(["red", "blue", "green", "purple"], size):
                yield list(values)


def with_free_keys(maker):
    """(case, names of its free keys)."""
    case = maker.case()
    free = maker.random.sample(list(KEYS), maker.one([1, 1, 1, 2]))
    for name in free:
        del case["keys"][name.lower()]
    return case, free


def brute_force(case, free):
    """The oracle's decisions over all assignments that are tried."""
    out = set()
    for values in itertools.product(*(list(assignments(case, name)) for name in free)):
        keys = {name.lower(): value for name, value in zip(free, values)}
        out.add(iam_oracle.decide({**case, "keys": {**case["keys"], **keys}})[0])
    return out


def free_disagreement(case, free, answer):
    """A denial holds for all assignments; what is allowed is so with the witness."""
    decisions = brute_force(case, free)
    names = [name.lower() for name in free]
    if answer["decision"] in (iam_oracle.IMPLICIT, iam_oracle.EXPLICIT):
        if decisions & {iam_oracle.ALLOWED, iam_oracle.UNSURE}:
            return f"{answer['decision']}, brute force {decisions}"
    elif answer["decision"] == iam_oracle.UNSURE:
        if iam_oracle.ALLOWED in decisions:
            return f"unsure ({answer['why']}), brute force {decisions}"
    elif not any("${" + name in all_texts(case) for name in names):
        keys = {name: [] for name in names} | answer["witness"]
        decision, _ = iam_oracle.decide({**case, "keys": {**case["keys"], **keys}})
        if decision != iam_oracle.ALLOWED:
            return f"allowed with {answer['witness']}, oracle {decision}"
    return ""


def test_free_keys(driver):
    maker = Maker(SEED + 1)
    pairs = [with_free_keys(maker) for _ in range(FREE_CASES)]
    free = {id(case): names for case, names in pairs}
    cases = [case for case, _ in pairs]
    check(cases, ask(driver, cases),
          lambda case, answer: free_disagreement(case, free[id(case)], answer))


# Degenerate documents.

def statement(**parts):
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **parts}


def without(name, **parts):
    out = statement(**parts)
    del out[name]
    return out


def condition(operator, value, effect="Allow", key="aws:k"):
    return statement(Effect=effect, Condition={operator: {key: value}})


BIG = [statement(Sid=f"s{n}", Action=[f"x:A{n}{m:03}" for m in range(100)]) for n in range(152)]
TEXTS = [
    "", "{}", "[]", "null", "{", '{"Statement":[]}', '{"Statement":{}}', '{"Statement":null}',
    '{"Statement":"x"}', '{"Statement":[[]]}', '{"statement":[]}',
    '{"Statement":[],"Statement":[]}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Effect":"Deny","Action":"*"}}',
    *(policy(one) for one in [
        statement(Effect="allow"), statement(Effect=""), statement(Effect=["Allow"]),
        without("Effect"), without("Action"), without("Resource"), statement(NotAction="x:*"),
        without("Resource", Effect="Deny"), statement(NotResource="*"), statement(Action=1),
        statement(Action=[1]), statement(Action=None), statement(Action=[]), statement(Resource=[]),
        statement(Effect="Deny", Resource=[]), statement(Effect="Deny", Action=[]),
        without("Action", NotAction=[]), without("Action", NotAction=[], Effect="Deny"),
        without("Resource", NotResource=[]), without("Resource", NotResource=[], Effect="Deny"),
        statement(Condition={}), statement(Condition=[]), statement(Condition="x"),
        statement(Condition={"Bool": {}}), statement(Condition={"Bool": []}),
        statement(Condition={"Bool": {"aws:k": {}}}),
        statement(Condition={"Bool": {"aws:k": None}}),
        statement(Action="IAM:CREATEUSER"), statement(Action="iam:create?ser"),
        statement(Action="iam:Create User"), statement(Action="\u0001"), statement(Sid=""),
        statement(Principal="*", NotPrincipal="*"),
    ]),
    *(policy(A, condition(operator, value, effect)) for effect in ("Allow", "Deny")
      for operator, value in [
          ("NumericLessThan", "abc"), ("NumericLessThan", ""), ("NumericEquals", "0x10"),
          ("NumericNotEquals", "abc"), ("NumericLessThan", ["abc", "9"]), ("NumericEquals", 1e3),
          ("NumericEquals", 5.0), ("Bool", "yes"), ("Bool", "TRUE"), ("Bool", ["yes", "true"]),
          ("BoolIfExists", "no"), ("bool", "true"), ("BOOLIFEXISTS", "true"), ("Bool ", "true"),
          ("IpAddress", "10.0.0.0/33"), ("NotIpAddress", "10.0.0/8"), ("IpAddress", "10.0.0.0/"),
          ("NotIpAddress", ""), ("IpAddress", "10.0.0.0/08"), ("IpAddress", "010.0.0.1"),
          ("IpAddress", "1::/129"), ("NotIpAddress", "::ffff:10.0.0.1"), ("DateLessThan", "2026"),
          ("DateLessThan", "2026-01"), ("DateNotEquals", "noon"), ("DateEquals", "2026-02-30"),
          ("ArnLike", "arn:aws:s3"), ("ArnNotLike", "x"), ("ArnNotEquals", ""), ("ArnLike", "*"),
          ("BinaryEquals", "YQ="), ("BinaryEquals", ""), ("StringEquals", []),
          ("StringNotEquals", []), ("Null", []), ("Null", "maybe"), ("Null", ["maybe", "false"]),
          ("Null", "FALSE"), ("ForAllValues:StringEquals", []), ("StringEqualsIfExists", []),
          ("ForAnyValue:Null", "true"), ("NullIfExists", "true"), ("Frobnicate", "x"), ("", "x"),
          ("IfExists", "x"), ("ForAllValues:", "x"), ("StringLike", ""), ("StringEquals", "${"),
          ("StringEquals", "${}"), ("StringNotEquals", "${aws:none, 'x'}"), ("StringLike", "${*}*"),
          ("StringEquals", "${ aws:k }"), ("StringEquals", "${aws:k"),
          ("StringEquals", "$${aws:k}"),
      ]),
]
VALUES = [[], ["true"], ["5"], ["10.0.0.1"], ["arn:aws:s3:::b"], ["1000"], ["x", "5"],
          ["a", "YQ=="],
          ["2026-01-01T00:00:00Z"], ["${"], ["*"]]


def test_degenerate(driver):
    cases = [case_of([text], {"aws:k": values, "aws:none": []}) for text in TEXTS
             for values in VALUES]
    cases += [case_of([policy(A)], {"aws:k": ["5"], "aws:none": []}, scps=[[policy(A)], [text]])
              for text in TEXTS]
    check(cases, ask(driver, cases))


def test_large(driver):
    cases = [case_of([policy(*BIG)], action=action) for action in ("x:a151099", "x:a151100")]
    assert len(cases[0]["identity"][0]) > 152_000
    check(cases, ask(driver, cases))
    answers = ask(driver, [case_of([policy(*BIG * 12)])])
    assert answers[0]["decision"] == "refused"
