"""test_guides.py - the guides agree with the catalogue, their links resolve, their code parses."""
import json
import re
import subprocess
import textwrap

import pytest

from conftest import ROOT, Program

FOLDER = ROOT / "templates/guides"
SECTIONS = ["What it means", "Why it matters", "Pass rule", "How to fix", "How to verify", "FAQ",
            "Related checks"]
GUIDES = sorted(FOLDER.glob("*.md"))


def front_matter(text):
    """The simple YAML between the two rules: one `key: value` a line."""
    head = re.match(r"---\n(.*?)\n---\n", text, re.S).group(1)
    return dict(line.split(": ", 1) for line in head.split("\n"))


def code_blocks(text, language):
    return [textwrap.dedent(block)
            for block in re.findall(rf"^ *```{language}\n(.*?)^ *```$", text, re.S | re.M)]


@pytest.fixture(scope="module")
def checks(tmp_path_factory):
    answer = Program(tmp_path_factory.mktemp("home"))("checks", "--format", "json")
    return {check["id"]: check for check in json.loads(answer.stdout)}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
class TestGuide:
    def test_front_matter_is_the_catalogue(self, path, checks):
        text = path.read_text(encoding="utf-8")
        said = front_matter(text)
        check = checks[path.stem]
        assert said["id"] == check["id"]
        assert said["title"] == check["title"]
        assert said["severity"] == check["severity"]
        assert said["tier"] == check["tier"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", said["last_updated"])
        assert re.search(r"^# (.*)$", text, re.M).group(1) == check["title"]

    def test_sections_are_whole_and_in_order(self, path):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"^## (.*)$", text, re.M) == SECTIONS
        assert not re.search(r"^\|", text, re.M), "tables come from data"

    def test_links_lead_to_guides(self, path):
        text = path.read_text(encoding="utf-8")
        related = front_matter(text)["related"].strip("[]").split(", ")
        linked = re.findall(r"\]\(([^)]*)\)", text)
        assert {f"{name}.md" for name in related} == set(linked)
        for target in linked:
            assert (FOLDER / target).is_file(), target

    def test_code_parses(self, path):
        text = path.read_text(encoding="utf-8")
        for block in code_blocks(text, "sh"):
            subprocess.run(["sh", "-n"], input=block, text=True, check=True)
        for block in code_blocks(text, "json"):
            json.loads(block)


def test_no_sentence_stands_in_two_guides():
    seen = {}
    assert GUIDES
    for path in GUIDES:
        prose = path.read_text(encoding="utf-8").split("\n## Related checks")[0]
        prose = re.sub(r"```.*?```|^#+ [^\n]*$|^- ", "", prose, flags=re.S | re.M)
        for sentence in re.split(r"(?<=[.:?])\s+", prose):
            if len(sentence) > 40:
                assert seen.setdefault(sentence, path.stem) == path.stem, sentence
