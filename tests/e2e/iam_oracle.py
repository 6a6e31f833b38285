"""iam_oracle.py - a second evaluator of IAM policies, to test the first one against.

Written from the IAM User Guide, not from the program: "Policy evaluation logic", "Condition
operators", "Multivalued context keys", "Variables and tags", "Principal", "NotPrincipal". It is
slow, plain, and knows every key of a request: what is not in `keys` is absent.

True, False and None (nobody can tell) are the three truths. Where AWS's documents leave it open
whether a Resource pattern matches, an Allow is read wide and a Deny narrow.
"""
import base64
import binascii
import ipaddress
import json
import re
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from functools import lru_cache

ALLOWED, IMPLICIT, EXPLICIT, UNSURE = "allowed", "implicitDeny", "explicitDeny", "unsure"


class Refused(Exception):
    """The document is no policy."""


def every(truths):
    """AND of truths."""
    truths = list(truths)
    return False if False in truths else None if None in truths else True


def some(truths):
    """OR of truths."""
    truths = list(truths)
    return True if True in truths else None if None in truths else False


def no(truth):
    """NOT of a truth."""
    return None if truth is None else not truth


# Patterns: a list of characters and wildcards, so that the text of a variable has none.

ANY_RUN, ANY_ONE = object(), object()


def tokens(text):
    """A pattern without variables."""
    return [ANY_RUN if c == "*" else ANY_ONE if c == "?" else c for c in text]


@lru_cache(maxsize=None)
def regex(pattern, kind):
    """The pattern as a regular expression. Of "resource" and "narrow" ones the six parts of an ARN
    are compared one by one; a "narrow" one of fewer parts must end in a wildcard that stands for
    all that follows, and its other parts are compared one by one, or it has no wildcards."""
    colons = pattern.count(":")
    open_end = bool(pattern) and pattern[-1] is ANY_RUN
    by_part = kind == "narrow" or (kind == "resource" and colons >= 5)
    out, seen = [], 0
    for token in pattern:
        last_part = seen >= 5 or (colons < 5 and open_end and seen == colons)
        dot = "." if last_part or not by_part else "[^:]"
        seen += token == ":"
        if token is ANY_RUN or token is ANY_ONE:
            if kind == "narrow" and colons < 5 and not open_end:
                return re.compile("(?!)")
            out.append(dot + ("*" if token is ANY_RUN else ""))
        else:
            out.append(re.escape(token))
    return re.compile("".join(out), re.DOTALL)


def matches(pattern, text, kind="text"):
    """Does the pattern match all of the text?"""
    return regex(tuple(pattern), kind).fullmatch(text) is not None


VARIABLE = re.compile(r"\$\{([^}]*)\}")
DEFAULTED = re.compile(r"\s*([^,]*?)\s*,\s*'(.*)'\s*", re.DOTALL)


class Several(Exception):
    """A variable's key has several values: nobody says what it then stands for."""


def expanded(text, keys, variables, wildcards=True):
    """The tokens of a pattern with its variables put in place; None: one has no value."""
    plain = tokens if wildcards else list
    if not variables:
        return plain(text)
    out, at = [], 0
    for found in VARIABLE.finditer(text):
        out += plain(text[at:found.start()])
        at = found.end()
        name = found.group(1)
        if name in ("*", "?", "$"):
            out.append(name)
            continue
        default = DEFAULTED.fullmatch(name)
        key = default.group(1) if default else name.strip()
        values = keys.get(key.lower(), [])
        if len(values) == 1:
            out += list(values[0])
        elif values:
            raise Several
        elif default:
            out += list(default.group(2))
        else:
            return None
    return out + plain(text[at:])


# Conditions: each comparison says whether a value of the request stands in the relation to a value
# of the policy; None: the policy's value is none of the operator's kind.

def number(text):
    """The number, or None."""
    return Fraction(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?"
                  r"(?:Z|([+-])(\d\d):?(\d\d)))?")


def date(text):
    """Seconds since 1970, of a date as W3C writes it or of a count; or None. Four digits may be a
    year or a count."""
    if re.fullmatch(r"\d{4}", text):
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return Fraction(text)
    found = DATE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    if found.group(8):
        shift = timedelta(hours=int(found.group(9)), minutes=int(found.group(10)))
        moment -= shift if found.group(8) == "+" else -shift
    seconds = (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1)
    return seconds + Fraction(f"0.{found.group(7) or 0}")


def address(text):
    """The network, or None."""
    if not re.fullmatch(r"[0-9a-fA-F.:]+(/\d{1,3})?", text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def binary(text):
    """The bytes, or None."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def truth(text):
    """"true", "false" or None."""
    return text.lower() if text.lower() in ("true", "false") else None


def typed(parse, relation):
    """A comparison of parsed values."""
    def compare(asked, value, _keys, _variables):
        wanted = parse(value)
        if wanted is None:
            return None
        given = parse(asked)
        return given is not None and relation(given, wanted)
    return compare


def within(given, wanted):
    """Is the address in the network?"""
    return (given.version == wanted.version and given.num_addresses == 1
            and given.subnet_of(wanted))


def text_equals(asked, value, keys, variables):
    """StringEquals: no wildcards."""
    wanted = expanded(value, keys, variables, wildcards=False)
    return wanted is not None and asked == "".join(wanted)


def text_equals_ignoring_case(asked, value, keys, variables):
    """StringEqualsIgnoreCase."""
    wanted = expanded(value, keys, variables, wildcards=False)
    return wanted is not None and asked.lower() == "".join(wanted).lower()


def text_like(asked, value, keys, variables):
    """StringLike."""
    wanted = expanded(value, keys, variables)
    return wanted is not None and matches(wanted, asked)


def six(pattern):
    """The six parts of an ARN or of a pattern of ARNs, or None."""
    parts, at = [[]], 0
    for token in pattern:
        if token == ":" and at < 5:
            parts.append([])
            at += 1
        else:
            parts[-1].append(token)
    return parts if len(parts) == 6 else None


def arn_like(asked, value, keys, variables):
    """ArnLike and ArnEquals, which behave alike: part by part."""
    wanted = expanded(value, keys, variables)
    if wanted is None:
        return False
    if wanted == [ANY_RUN]:
        return True
    parts, given = six(wanted), six(list(asked))
    if parts is None:
        return None
    return given is not None and all(matches(p, "".join(g)) for p, g in zip(parts, given))


COMPARISONS = {
    "StringEquals": text_equals,
    "StringEqualsIgnoreCase": text_equals_ignoring_case,
    "StringLike": text_like,
    "NumericEquals": typed(number, lambda a, b: a == b),
    "NumericLessThan": typed(number, lambda a, b: a < b),
    "NumericLessThanEquals": typed(number, lambda a, b: a <= b),
    "NumericGreaterThan": typed(number, lambda a, b: a > b),
    "NumericGreaterThanEquals": typed(number, lambda a, b: a >= b),
    "DateEquals": typed(date, lambda a, b: a == b),
    "DateLessThan": typed(date, lambda a, b: a < b),
    "DateLessThanEquals": typed(date, lambda a, b: a <= b),
    "DateGreaterThan": typed(date, lambda a, b: a > b),
    "DateGreaterThanEquals": typed(date, lambda a, b: a >= b),
    "Bool": typed(truth, lambda a, b: a == b),
    "BinaryEquals": typed(binary, lambda a, b: a == b),
    "IpAddress": typed(address, within),
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
OPERATORS = [*COMPARISONS, *NEGATED]
SPELLED = {name.lower(): name for name in OPERATORS}
OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?", re.IGNORECASE)


def null_holds(values, wanted):
    """Null: is the key absent?"""
    return some(None if truth(value) is None else (truth(value) == "true") == (not values)
                for value in wanted) if wanted else None


class Comparing:
    """One operator of one statement, with the policy's values."""

    def __init__(self, operator, wanted, statement, variables):
        found = OPERATOR.fullmatch(operator)
        quantifier, name, self.if_exists = found.groups() if found else (None, "", None)
        self.quantifier = (quantifier or "").lower()
        name = SPELLED.get(name.lower(), "")
        self.negated = name in NEGATED
        self.compare = COMPARISONS.get(NEGATED.get(name, name))
        self.wanted, self.allow, self.variables = wanted, statement["allow"], variables

    def one(self, value, keys):
        """Does a value of the request stand in the relation, or in none when it is negated?

        Where the policy's values cannot be told, an Allow is read wide and a Deny narrow: when a
        variable's key has several values, and when it has none and the operator is negated, of
        which AWS says both that it holds and that the statement may be invalid."""
        truths, open_to_reading = [], False
        for wanted in self.wanted:
            try:
                truths.append(self.compare(value, wanted, keys, self.variables))
                if self.negated and self.variables:
                    open_to_reading |= has_valueless(self.compare, wanted, keys)
            except Several:
                open_to_reading = True
        hit = some(truths)
        if hit is not True and open_to_reading:
            return self.allow
        return no(hit) if self.negated else hit

    def holds(self, values, keys):
        """With these values of the key."""
        if self.compare is None or not self.wanted:
            return None
        together = self.quantifier == "forallvalues" or (self.negated and not self.quantifier)
        if not values:
            return bool(self.if_exists or together)
        return (every if together else some)([self.one(value, keys) for value in values])


def has_valueless(compare, wanted, keys):
    """Is there a variable in it that has no value?"""
    return (compare in (text_equals, text_equals_ignoring_case, text_like, arn_like)
            and expanded(wanted, keys, True) is None)


def condition_holds(condition, statement, keys, variables):
    """Does one operator with one key hold?"""
    operator, key, wanted = condition
    values = keys.get(key, [])
    if operator.lower() == "null":
        return null_holds(values, wanted)
    return Comparing(operator, wanted, statement, variables).holds(values, keys)


# Documents.

def as_list(value):
    """A scalar stands for a list of one."""
    return value if isinstance(value, list) else [value]


def as_text(value):
    """Booleans and numbers may stand without quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if not isinstance(value, str):
        raise Refused(f"no text: {value!r}")
    return value


def unique(pairs):
    """An object without duplicate members."""
    out = dict(pairs)
    if len(out) != len(pairs):
        raise Refused("duplicate key")
    return out


def texts(value):
    """A list of texts."""
    out = as_list(value)
    if not all(isinstance(text, str) for text in out):
        raise Refused("not text")
    return out


def either(statement, name, required):
    """(negated, values) of Action or NotAction and the like."""
    if name in statement and "Not" + name in statement:
        raise Refused(f"{name} and Not{name}")
    for key in (name, "Not" + name):
        if key in statement:
            return key != name, statement[key]
    if required:
        raise Refused(f"no {name}")
    return False, None


def read_statement(given):
    """A statement, checked."""
    if not isinstance(given, dict):
        raise Refused("a statement is an object")
    if given.get("Effect") not in ("Allow", "Deny"):
        raise Refused("Effect")
    action, resource = either(given, "Action", True), either(given, "Resource", False)
    principal = either(given, "Principal", False)
    conditions = []
    block = given.get("Condition", {})
    if not isinstance(block, dict) or not all(isinstance(keys, dict) for keys in block.values()):
        raise Refused("Condition")
    for operator, keys in block.items():
        for key, values in keys.items():
            conditions.append((operator, key.lower(), [as_text(v) for v in as_list(values)]))
    return {"sid": given.get("Sid"), "allow": given["Effect"] == "Allow",
            "action": (action[0], texts(action[1])),
            "resource": (resource[0], None if resource[1] is None else texts(resource[1])),
            "principal": principal, "conditions": conditions}


@lru_cache(maxsize=4096)
def read_policy(text):
    """(has variables, statements); raises Refused."""
    try:
        document = json.loads(text, object_pairs_hook=unique)
    except ValueError as error:
        raise Refused(str(error)) from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise Refused("no Statement")
    statements = [read_statement(given) for given in as_list(document["Statement"])]
    return document.get("Version") == "2012-10-17", statements


# Statements.

def action_matches(statement, action):
    """Actions are compared without regard to case."""
    negated, patterns = statement["action"]
    if not patterns:
        return negated and statement["allow"]
    return negated != any(matches(tokens(p.lower()), action.lower()) for p in patterns)


def names_resource(text, resource, keys, variables, wide):
    """Does a Resource pattern match? Of variables that cannot be told: any text, when wide."""
    try:
        pattern = expanded(text, keys, variables)
    except Several:
        return wide and matches(tokens(VARIABLE.sub("*", text)), resource, "resource")
    return pattern is not None and matches(pattern, resource, "resource" if wide else "narrow")


def resource_matches(statement, case, variables, of_resource):
    """Wide for what an Allow names and for what a Deny leaves out, narrow for the others."""
    negated, patterns = statement["resource"]
    if patterns is None:
        return statement["allow"] or of_resource
    if not patterns:
        return negated and statement["allow"]
    wide = statement["allow"] != negated
    return negated != any(names_resource(p, case["target"], case["keys"], variables, wide)
                          for p in patterns)


def names(value, caller):
    """"caller", "account" or "" for one value of {"AWS": ...}."""
    if value == "*":
        return "anybody"
    if value in (caller.get("arn"), caller.get("id")):
        return "caller"
    account = caller.get("account")
    whole = re.fullmatch(r"arn:[^:]*:iam::(\d{12}):root", value)
    return "account" if account and account in (value, whole and whole.group(1)) else ""


def principal_matches(statement, caller):
    """(does it match, whom does it name)."""
    negated, principal = statement["principal"]
    if principal is None:
        return False, ""
    if isinstance(principal, str):
        named = ["anybody"] if principal == "*" else []
    else:
        named = [names(v, caller) for v in texts(principal.get("AWS", []))]
    if negated and statement["allow"]:
        return {"anybody", "caller"}.isdisjoint(named), "anybody"
    if negated:
        return bool(caller.get("arn") and named and not any(named)), "anybody"
    best = [who for who in ("anybody", "caller", "account") if who in named]
    return bool(best), best[0] if best else ""


def statement_matches(statement, variables, case, of_resource):
    """(does it match, whom it names)."""
    keys = case["keys"]
    hit, who = principal_matches(statement, case["caller"]) if of_resource else (True, "")
    if not hit or not action_matches(statement, case["action"]):
        return False, who
    if not resource_matches(statement, case, variables, of_resource):
        return False, who
    return every(condition_holds(condition, statement, keys, variables)
                 for condition in statement["conditions"]), who


def found(texts_of_layer, case, allow, of_resource=False):
    """[(truth, whom it names, Sid)] of the statements with that effect that may match."""
    out = []
    for text in texts_of_layer:
        variables, statements = read_policy(text)
        for statement in statements:
            if statement["allow"] == allow:
                hit, who = statement_matches(statement, variables, case, of_resource)
                if hit is not False:
                    out.append((hit, who, statement["sid"]))
    return out


# The order of evaluation.

def layers(case):
    """(texts, of a resource) of all policies."""
    yield case.get("identity", []), False
    yield case.get("boundary") or [], False
    yield case.get("session") or [], False
    for level in case.get("scps", []) + case.get("rcps", []):
        yield level, False
    yield case.get("resource") or [], True


def is_limited(who, caller):
    """A grant to a role's ARN is limited by boundary and session, to a user's or anybody is not."""
    return who == "caller" and ":role/" in (caller.get("arn") or "")


def allows(case):
    """Would it be allowed, explicit denies aside?"""
    caller = case["caller"]
    guards = every(some(hit for hit, _, _ in found(level, case, True))
                   for level in case.get("scps", []) + case.get("rcps", []))
    identity = (True if case.get("identity_unknown")
                else some(hit for hit, _, _ in found(case.get("identity", []), case, True)))
    limits = every(some(hit for hit, _, _ in found(case[layer], case, True))
                   for layer in ("boundary", "session") if case.get(layer) is not None)
    if case.get("resource") is None:
        return every([guards, identity, limits])
    grants = found(case["resource"], case, True, True)
    own = case.get("resource_account") in (None, caller.get("account"))
    ways = [every([hit, identity, limits]) for hit, _, _ in grants]
    if own:
        ways += [every([hit, limits if is_limited(who, caller) else True])
                 for hit, who, _ in grants if who != "account"]
    return every([guards, some(ways)])


def decide(case):
    """(decision, Sids of the statements that may have decided)."""
    denies = [hit for texts_of_layer, of_resource in layers(case)
              for hit in found(texts_of_layer, case, False, of_resource)]
    sids = [sid for hit, _, sid in denies if hit]
    if sids:
        return EXPLICIT, sids
    allowed = every([no(some(hit for hit, _, _ in denies)), allows(case)])
    if allowed is None:
        return UNSURE, []
    if not allowed:
        return IMPLICIT, []
    return ALLOWED, [sid for texts_of_layer, of_resource in layers(case)
                     for _, _, sid in found(texts_of_layer, case, True, of_resource)]
