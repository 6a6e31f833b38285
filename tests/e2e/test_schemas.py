"""test_schemas.py - what is published follows its JSON Schema, and the schemas are strict.

Broken variants of each document must fail: any unknown name, any missing one, and wrong values.
"""
import base64
import copy
import hashlib
import json
import re

import jsonschema
import pytest

KINDS = ("snapshot", "findings", "report", "statement")
OURS = ("findings", "report")
APART = ("live-test",)          # not in the sample: test_live_test.py holds documents against them
WAIVER = {"id": "EX-1", "owner": "Sample Owner", "approver": None, "reason": "sample",
          "compensatingControl": None, "approved": "2026-01-01", "expires": "2026-12-31",
          "ticket": None, "valid": True, "fault": None,
          "reviews": [{"date": "2026-06-30", "by": "Sample Owner", "decision": "keep",
                       "note": None}]}
ATTESTATION = {"id": "AT-1", "by": "Sample Owner", "statement": "sample", "attested": "2026-01-01",
               "expires": "2026-12-31",
               "evidence": {"file": "inputs/evidence/sample.txt", "sha256": "0" * 64}}
FIX = {"kind": "cli", "about": "sample", "text": "true <A-1>", "blanks": ["<A-1>"]}
POINT = {"label": "Q3 2026", "date": "2026-09-30T06:00:00Z", "score": 60, "scoreText": "60",
         "ceiling": 79, "coverage": 99.5, "result": "fail", "complete": True, "fail": 12,
         "open": 13, "rulesetSha256": "0" * 64, "current": False}
CHANGE = {"kind": "fixed", "kindText": "Fixed", "findingId": "f-0123456789abcdef",
          "check": "iam.root_mfa_enabled", "title": "Root user has MFA", "severity": "critical",
          "severityText": "Critical", "severityBars": 4, "account": "111122223333",
          "accountName": "sample", "resource": "arn:aws:iam::111122223333:root", "name": "root",
          "before": "FAIL", "after": "PASS", "since": "", "text": "root has an MFA device now"}


@pytest.fixture(scope="session")
def schemas(root):
    folder = root / "assets/schemas"
    return {kind: json.loads((folder / f"{kind}.schema.json").read_text(encoding="utf-8"))
            for kind in KINDS + APART}


@pytest.fixture(scope="session")
def documents(demo, findings, report):
    envelope = json.loads((demo / "pack/evidence.dsse.json").read_text(encoding="utf-8"))
    return {
        "snapshot": json.loads((demo / "snapshot.json").read_text(encoding="utf-8")),
        "findings": findings, "report": report,
        "statement": json.loads(base64.b64decode(envelope["payload"], validate=True)),
    }


def validator(schema):
    return jsonschema.Draft202012Validator(schema)


def shorten(node):
    """A copy with one row of each list but tiers and tiles, so that many variants can be tried."""
    if isinstance(node, dict):
        return {k: v if k == "tiles" else shorten(v) for k, v in node.items()}
    if isinstance(node, list):
        keep = 6 if any(isinstance(row, dict) and "weight" in row for row in node) else 1
        return [shorten(row) for row in node[:keep]]
    return node


def full(kind, document):
    """A short document in which also that stands which the sample has none of."""
    document = shorten(document)
    if kind == "findings":
        document["inputs"] = [{"file": "inputs/exceptions.yaml", "sha256": "0" * 64}]
        document["findings"][0].update(waiver=WAIVER, attestation=ATTESTATION,
                                       fixes=[FIX])
    if kind == "report":
        document.update(trend=[copy.deepcopy(POINT)], changes=[copy.deepcopy(CHANGE)])
        finding = document["tiers"][0]["checks"][0]["findings"][0]
        finding.update(waiver=copy.deepcopy(WAIVER), attestation=copy.deepcopy(ATTESTATION),
                       fixes=[{**FIX, "isAction": False, "language": "sh", "fence": "```",
                                "aboutText": "sample"}])
    return document


def objects(node, path=()):
    """Every object of a document, once for each shape of path."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from objects(value, (*path, key))
    elif isinstance(node, list):
        for row in node:
            yield from objects(row, (*path, "[]"))


def shapes(document):
    seen = {}
    for path, node in objects(document):
        seen.setdefault((path, tuple(sorted(node))), node)
    return [(path, node) for (path, _), node in seen.items()]


# --- The documents -------------------------------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS + APART)
def test_schema_is_one(schemas, kind):
    jsonschema.Draft202012Validator.check_schema(schemas[kind])
    assert schemas[kind]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("kind", KINDS)
def test_sample_follows(schemas, documents, kind):
    errors = [f"{list(e.absolute_path)}: {e.message[:200]}"
              for e in validator(schemas[kind]).iter_errors(documents[kind])]
    assert errors == []


@pytest.mark.parametrize("edition", ["internal", "auditor"])
def test_each_edition_follows(program, schemas, demo_copy, edition):
    program("report", demo_copy, "--format", "json", "--edition", edition)
    name = "report.json" if edition == "internal" else "report-auditor.json"
    document = json.loads((demo_copy / name).read_text(encoding="utf-8"))
    validator(schemas["report"]).validate(document)
    assert document["edition"]["id"] == edition


def test_what_the_sample_has_none_of_follows(schemas, documents):
    for kind in OURS:
        validator(schemas[kind]).validate(full(kind, documents[kind]))


def test_ruleset_hash_is_as_described(program, findings):
    """The description in the findings schema is a recipe."""
    catalogue = json.loads(program("checks", "--format", "json").stdout)
    text = json.dumps(catalogue, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    recipe = f"reportgen {findings['producer']['version']}\n{text}"
    assert hashlib.sha256(recipe.encode()).hexdigest() == findings["ruleset"]["sha256"]


# --- The schemas are strict and described --------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS + APART)
def test_no_object_is_open(schemas, kind):
    for path, node in objects(schemas[kind]):
        if "properties" in node and node.get("type") == "object":
            assert node.get("additionalProperties") is False, path
            assert set(node["required"]) <= set(node["properties"]), path


@pytest.mark.parametrize("kind", OURS + APART)
def test_every_name_is_described(schemas, kind):
    """People who write templates read it. A row of a list may be described where it is defined."""
    defs = schemas[kind]["$defs"]
    for path, node in objects(schemas[kind]):
        if node.get("type") == "object":
            for name, schema in node.get("properties", {}).items():
                assert schema.get("description"), (path, name)
        if node.get("$ref") and "[]" not in path:
            assert node["$ref"].removeprefix("#/$defs/") in defs


def test_templates_use_names_of_the_report(root, schemas):
    known = {name for _, node in objects(schemas["report"]) if node.get("type") == "object"
             for name in node.get("properties", {})}
    for path in [root / "templates/report.md", *(root / "templates/partials").glob("*.md")]:
        for tag in re.findall(r"\{\{\s*[#^/&]?\s*([\w.]+)\s*\}\}", path.read_text("utf-8")):
            assert set(tag.split(".")) <= known | {""}, f"{path.name}: {tag}"


# --- Broken variants -----------------------------------------------------------------------------

@pytest.mark.parametrize("kind", OURS)
def test_unknown_name_fails(schemas, documents, kind):
    document = full(kind, documents[kind])
    check = validator(schemas[kind])
    for path, node in shapes(document):
        node["unknownName"] = 1
        assert not check.is_valid(document), path
        del node["unknownName"]
    assert check.is_valid(document)


@pytest.mark.parametrize("kind", OURS)
def test_missing_name_fails(schemas, documents, kind):
    document = full(kind, documents[kind])
    check = validator(schemas[kind])
    for path, node in shapes(document):
        for name in list(node):
            if path[-2:] == ("evidence", "[]") and name == "cell" and kind == "findings":
                continue  # the only one that may be left out
            value = node.pop(name)
            assert not check.is_valid(document), (path, name)
            node[name] = value
    assert check.is_valid(document)


def change(document, path, value):
    *parents, last = path
    for step in parents:
        document = document[step]
    document[last] = value


BROKEN = [
    ("snapshot", ("schema",), "reportgen-snapshot/2"),
    ("snapshot", ("scope", "home"), "1111"),
    ("snapshot", ("queries", 0, "pages", 0, "sha256"), "A" * 64),
    ("snapshot", ("queries", 0, "pages", 0, "file"), "../secret.xml"),
    ("snapshot", ("queries", 0, "error"), {"code": "x", "message": ""}),
    ("snapshot", ("startedAt",), "yesterday"),
    ("findings", ("schema",), "reportgen-findings/2"),
    ("findings", ("score", "value"), 71.5),
    ("findings", ("score", "value"), 101),
    ("findings", ("score", "grade"), "E"),
    ("findings", ("score", "version"), "score/2"),
    ("findings", ("score", "tiers"), []),
    ("findings", ("score", "explain", 0, "check"), None),
    ("findings", ("coverage",), "94 %"),
    ("findings", ("counts", "PASS"), -1),
    ("findings", ("verdict", "result"), "ok"),
    ("findings", ("verdict", "complete"), None),
    ("findings", ("findings", 0, "id"), "f-1"),
    ("findings", ("findings", 0, "status"), "pass"),
    ("findings", ("findings", 0, "severity"), "urgent"),
    ("findings", ("findings", 0, "layer"), "X"),
    ("findings", ("findings", 0, "account"), 111122223333),
    ("findings", ("findings", 0, "resource"), ""),
    ("findings", ("findings", 0, "evidence", 0, "file"), "snapshot.json"),
    ("findings", ("findings", 0, "evidence", 0, "xpath"), "value"),
    ("findings", ("findings", 0, "evidence", 0, "cell"), "4,1"),
    ("findings", ("findings", 0, "evidence", 0, "pointer"), "/0"),
    ("findings", ("findings", 0, "waiver"), {}),
    ("findings", ("findings", 0, "waiver", "reviews"), None),
    ("findings", ("findings", 0, "waiver", "reviews", 0, "date"), 20260630),
    ("report", ("schema",), "reportgen-report/2"),
    ("report", ("edition", "id"), "public"),
    ("report", ("score", "gradeShown"), "A"),
    ("report", ("score", "explain", 0, "pointsText"), "1"),
    ("report", ("scan", "snapshotSha256Groups"), "0" * 64),
    ("report", ("tiles",), []),
    ("report", ("tiers", 0, "ceiling"), 100),
    ("report", ("tiers", 0, "level"), "red"),
    ("report", ("tiers", 0, "checks", 0, "findings", 0, "since"), "today"),
    ("report", ("tiers", 0, "checks", 0, "findings", 0, "evidence", 0, "pointer"), "value"),
    ("report", ("tiers", 0, "checks", 0, "findings", 0, "evidence", 0, "pointerKind"), "cell"),
    ("report", ("tiers", 0, "checks", 0, "findings", 0, "evidence", 0, "cell"), "cell=1,1"),
    ("report", ("fixes", 0, "gainText"), "9"),
    ("report", ("trend", 0, "score"), "60"),
    ("report", ("trend", 0, "rulesetSha256"), ""),
    ("report", ("changes", 0, "kind"), "gone"),
    ("report", ("changes", 0, "before"), "OPEN"),
    ("statement", ("predicateType",), "https://slsa.dev/provenance/v1"),
    ("statement", ("subject", 0, "digest"), {}),
    ("statement", ("predicate", "verdict", "complete"), "no"),
    ("statement", ("predicate", "limitations"), []),
]


@pytest.mark.parametrize(("kind", "path", "value"), BROKEN,
                         ids=lambda x: "/".join(map(str, x)) if isinstance(x, tuple) else None)
def test_wrong_value_fails(schemas, documents, kind, path, value):
    document = copy.deepcopy(full(kind, documents[kind]))
    assert validator(schemas[kind]).is_valid(document)
    change(document, path, value)
    assert not validator(schemas[kind]).is_valid(document)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", [None, [], "text", 1, {}])
def test_not_a_document_fails(schemas, kind, document):
    assert not validator(schemas[kind]).is_valid(document)
