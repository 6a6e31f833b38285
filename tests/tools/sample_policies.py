"""sample_policies.py - the sample's policies in force, for whoever derives verdicts a second time.

Requests are tried one by one in the independent evaluator (tests/e2e/iam_oracle.py): every caller,
every kind of signature, and every value that the policies mention for keys that callers choose.
Nothing here looks at what the program answers.
"""
import itertools
import json
import sys
from pathlib import Path

import sample_organization as organization
import sample_story as story
import sample_wire as wire

sys.path.insert(0, str(Path(__file__).parent.parent / "e2e"))
import iam_oracle as oracle  # noqa: E402  pylint: disable=wrong-import-position

PRESENT, AGE = "aws:multifactorauthpresent", "aws:multifactorauthage"
KEY, CONSOLE, MFA = {}, {PRESENT: ["false"]}, {PRESENT: ["true"], AGE: ["60"]}
NOW = {"aws:currenttime": ["2026-11-23T06:00:00Z"], "aws:epochtime": ["1795413600"]}
SECOND_FACTOR = ("multifactorauthpresent", "multifactorauthage")


def as_list(value):
    return value if isinstance(value, list) else [value]


def role_arn(account, role):
    return wire.arn(account, "role", role.path, role.name)


def own(account):
    return {p.name: p.versions[p.default - 1] for p in story.POLICIES[account.number]}


def content(account, reference):
    return story.AWS_MANAGED[reference[4:]][0] if reference.startswith("aws:") \
        else own(account)[reference]


def identity(account, row):
    """The documents of a user, group or role, groups' included."""
    documents = [d for _, d in row.inline] + [content(account, r) for r in row.attached]
    for group in story.GROUPS[account.number]:
        if group.name in getattr(row, "groups", ()):
            documents += identity(account, group)
    return documents


def controls(account, kind):
    """The policies of the organisation over the account, level by level; none over its own."""
    tree = organization.SAMPLE
    if account.number == tree.management:
        return []
    parents = {unit.id: unit.parent for unit in tree.units}
    levels, node = [], account.number
    while node:
        levels.append([p for p in tree.policies if p.kind == kind
                       and (p.targets is None or node in p.targets)])
        node = tree.places.get(node) or parents.get(node)
    return levels


def texts(documents):
    return [json.dumps(d) for d in documents]


def is_readable(document):
    try:
        oracle.read_policy(json.dumps(document))
    except oracle.Refused:
        return False
    return True


def conditions(documents):
    """(operator, key, values) of every condition, keys in lower case."""
    for document in documents:
        for statement in as_list(document["Statement"]):
            for operator, keys in statement.get("Condition", {}).items():
                for key, values in keys.items():
                    yield operator, key.lower(), as_list(values)


def choices(documents, certain):
    """What callers may choose: each key that is named, absent or one of the values named, wildcards
    filled in."""
    free = {}
    for _, key, values in conditions(documents):
        if key not in certain and not key.endswith(SECOND_FACTOR):
            free.setdefault(key, [None]).extend(str(v).replace("*", "x") for v in values)
    for values in itertools.product(*free.values()):
        yield {key: [value] for key, value in zip(free, values) if value is not None}


def best(case, documents, certain):
    """The most that any choice of free keys gets: "allowed", else "unsure", else a denial."""
    answers = {oracle.decide(dict(case, keys=dict(certain, **chosen)))[0]
               for chosen in choices(documents, certain)}
    return next((a for a in (oracle.ALLOWED, oracle.UNSURE) if a in answers), "denied")


class Caller:
    """A user or role of an account (`row`), or somebody of an account."""

    def __init__(self, account=None, row=None, number=None):
        self.row, self.account = row, account
        self.number = account.number if account else number
        self.is_role = isinstance(row, story.Role)
        self.arn = None
        if row:
            self.arn = role_arn(account, row) if self.is_role else wire.user_arn(account, row)

    def certain(self):
        keys = dict(NOW, **{"aws:principalaccount": [self.number]})
        if self.row:
            keys["aws:principalarn"] = [self.arn]
            keys["aws:principalorgid"] = [story.ORGANIZATION]
            keys["aws:principaltype"] = ["AssumedRole" if self.is_role else "User"]
        if self.row and not self.is_role:
            keys["aws:username"] = [self.row.name]
        return keys

    def case(self):
        out = {"caller": {"account": self.number}, "rcps": []}
        if not self.row:
            return dict(out, identity_unknown=True)
        out["caller"]["arn"] = self.arn
        out["identity"] = texts(identity(self.account, self.row))
        if self.row.boundary:
            out["boundary"] = texts([content(self.account, self.row.boundary)])
        if "/aws-service-role/" not in self.row.path:
            out["scps"] = [texts(p.content for p in level)
                           for level in controls(self.account, organization.SCP)]
        return out

    def may(self, action, target, signed, trust=None, home=None):
        """"allowed", "unsure" or "denied"; `trust` and `home` of a role that is to be entered."""
        case = dict(self.case(), action=action, target=target)
        documents = [json.loads(text) for layer in ("identity", "boundary")
                     for text in case.get(layer, [])]
        if trust:
            case.update(resource=texts([trust]), resource_account=home.number,
                        rcps=[texts(p.content for p in level)
                              for level in controls(home, organization.RCP)])
            documents.append(trust)
        return best(case, documents, dict(self.certain(), **signed))
