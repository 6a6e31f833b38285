"""answers.py - reads raw answers by evidence pointers with code that is not ours: lxml, json, csv.

`Answers` is a run directory; `element`, `value` and `cell` give what a pointer names and fail the
test when it names nothing or more than one thing.
"""
import base64
import csv
import hashlib
import io
import json
import re
import urllib.parse
from pathlib import Path

from lxml import etree


def local(element):
    return etree.QName(element).localname


def child(element, name):
    """The only child of that name, or None."""
    found = [c for c in element if local(c) == name]
    assert len(found) < 2, f"{name} comes {len(found)} times"
    return found[0] if found else None


def text(element, *names):
    """The text at the end of a path of child names; None when a name is missing."""
    for name in names:
        element = None if element is None else child(element, name)
    return None if element is None else element.text or ""


def members(element):
    return [c for c in element if local(c) == "member"]


def follow(document, pointer):
    """RFC 6901."""
    assert pointer == "" or pointer.startswith("/"), pointer
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        document = document[int(part) if isinstance(document, list) else part]
    return document


def document(encoded):
    """A policy document as AWS sends it in XML: percent-encoded JSON; a plus is a plus."""
    return json.loads(urllib.parse.unquote(encoded))


def is_list(value):
    return value if isinstance(value, list) else [value]


def allows_everything(policy):
    return any(
        s["Effect"] == "Allow" and {"*", "*:*"} & set(is_list(s.get("Action", [])))
        and "*" in is_list(s.get("Resource", [])) and not s.get("Condition")
        for s in is_list(policy["Statement"]))


class Answers:
    """The raw answers of a run."""

    def __init__(self, run):
        self.run = Path(run)
        self.snapshot = json.loads((self.run / "snapshot.json").read_text(encoding="utf-8"))
        self.pages = {page["file"]: (query, page) for query in self.snapshot["queries"]
                      for page in query["pages"]}
        self.read = {}

    def bytes(self, name):
        return (self.run / name).read_bytes()

    def sha256(self, name):
        return hashlib.sha256(self.bytes(name)).hexdigest()

    def query(self, name):
        return self.pages[name][0]

    def root(self, name):
        if name not in self.read:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            self.read[name] = etree.fromstring(self.bytes(name), parser)
        return self.read[name]

    def element(self, evidence):
        found = self.root(evidence["file"]).xpath(evidence["xpath"])
        assert len(found) == 1, f"{evidence['xpath']} names {len(found)} elements"
        return found[0]

    def value(self, evidence):
        """What a JSON pointer names."""
        return follow(json.loads(self.bytes(evidence["file"])), evidence["pointer"])

    def rows(self, evidence):
        """The table in an element: base64 of CSV, the header first."""
        name = (evidence["file"], evidence["xpath"])
        if name not in self.read:
            content = base64.b64decode(self.element(evidence).text)
            self.read[name] = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
        return self.read[name]

    def place(self, evidence):
        """(row, column) of a cell, from 1; column 0 is the whole row."""
        cell = re.fullmatch(r"cell=([1-9]\d*),([1-9]\d*)", evidence["cell"])
        row = re.fullmatch(r"row=([1-9]\d*)", evidence["cell"])
        assert cell or row, evidence["cell"]
        return (int(cell[1]), int(cell[2])) if cell else (int(row[1]), 0)

    def record(self, evidence):
        """The row of a cell as {column name: text}."""
        rows = self.rows(evidence)
        row, column = self.place(evidence)
        assert 1 < row <= len(rows) and column <= len(rows[0])
        return dict(zip(rows[0], rows[row - 1], strict=True))

    def column(self, evidence):
        """Name of the column that a cell is in."""
        return self.rows(evidence)[0][self.place(evidence)[1] - 1]
