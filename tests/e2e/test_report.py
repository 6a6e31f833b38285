"""test_report.py - the documents: names, editions, PDF opened by other programs, Markdown rendered.

Markdown is rendered by libcmark itself, which the program is linked with, through ctypes.
"""
import copy
import ctypes
import ctypes.util
import datetime
import itertools
import json
import re
import stat
import subprocess
from html.parser import HTMLParser

import pytest

from answers import Answers, text
from conftest import NOW, copy_writable, tree
from damage import Run

EXTENSIONS = {"pdf": "pdf", "markdown": "md", "json": "json"}
SUFFIXES = {"internal": "", "auditor": "-auditor"}
DOCUMENTS = ["report.pdf", "report-auditor.pdf"]
PAGES = ["report.md", "report-auditor.md"]
HOSTILE = ("| a | b |\n# heading\n\n<script>alert(1)</script> ![i](http://sample.example/x.png) "
           "[l](javascript:x) <http://sample.example> `c` ```f``` **d** _e_ ~~f~~ &lt; &#60; \\ "
           "\u202eRTL\u202c \x1b[31m {{title}} {{{title}}} =1+1 $x$ 1. one\n- two\n> three")


def run_tool(*args):
    """A program that must be content: exit 0 and not a word on stderr."""
    done = subprocess.run([*map(str, args)], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0 and done.stderr == b"", done.stderr.decode(errors="replace")
    return done.stdout.decode("utf-8", errors="replace")


def page_texts(pdf):
    """The text of each page."""
    pages = run_tool("pdftotext", "-layout", pdf, "-").split("\f")
    assert pages[-1].strip() == ""
    return pages[:-1]


def words(text):
    return " ".join(text.split())


class Shape(HTMLParser):
    """Elements, their attributes, and the text of rendered Markdown."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.attributes = [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="session")
def render():
    """Markdown to HTML by CommonMark's own library; raw HTML and unsafe links are let through."""
    library = ctypes.CDLL(ctypes.util.find_library("cmark"))
    library.cmark_markdown_to_html.restype = ctypes.c_char_p
    library.cmark_markdown_to_html.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]

    def markdown_to_html(text):
        data = text.encode()
        return library.cmark_markdown_to_html(data, len(data), 1 << 17).decode()
    return markdown_to_html


def rewrite(run, change):
    """Change the report.json of a run that is one's own."""
    path = run / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    change(report)
    path.write_text(json.dumps(report), encoding="utf-8")


# --- Formats, editions, names --------------------------------------------------------------------

@pytest.mark.parametrize("edition", SUFFIXES)
@pytest.mark.parametrize("form", EXTENSIONS)
def test_name_of_file(program, demo_copy, form, edition):
    name = f"report{SUFFIXES[edition]}.{EXTENSIONS[form]}"
    before = tree(demo_copy)
    if form != "json":
        (demo_copy / name).unlink(missing_ok=True)
    done = program("report", demo_copy, "--format", form, "--edition", edition, "--now", NOW)
    assert done.stdout.decode() == f"{demo_copy / name}\n"
    assert stat.S_IMODE((demo_copy / name).stat().st_mode) == 0o600
    after = tree(demo_copy)
    assert set(after) == set(before) | {name}
    assert all(after[path] == before[path] for path in before if path != name)


def test_usual_formats(program, demo_copy):
    done = program("report", demo_copy)
    assert done.stdout.decode().split() == [f"{demo_copy}/report.pdf", f"{demo_copy}/report.md"]


def test_formats_may_be_many(program, demo_copy):
    done = program("report", demo_copy, "-f", "json", "-f", "markdown", "-e", "auditor")
    assert done.stdout.decode().split() == [f"{demo_copy}/report-auditor.json",
                                            f"{demo_copy}/report-auditor.md"]


def test_json_is_the_report_itself(program, demo_copy, report):
    program("report", demo_copy, "--format", "json", "--edition", "auditor", "--now", NOW)
    told = json.loads((demo_copy / "report-auditor.json").read_text(encoding="utf-8"))
    assert told.pop("edition") == {"id": "auditor", "label": "Auditor edition",
                                   "classification": "Confidential", "appendix": True}
    assert told == {k: v for k, v in report.items() if k != "edition"}


@pytest.mark.parametrize("args", [
    ("--format", "docx"), ("--format", ""), ("--edition", "public"), ("--format", "PDF"),
    ("--format", "markdown", "--format", "docx"), ("--edition", "../x")])
def test_unknown_word_is_usage(program, demo_copy, args):
    before = tree(demo_copy)
    done = program("report", demo_copy, *args, status=2)
    assert done.stderr.count(b"\n") == 1 and args[-1].encode() in done.stderr
    assert done.stdout == b"" and tree(demo_copy) == before


def test_report_before_evaluate(program, demo_copy):
    for name in ("report.json", "findings.json", "report.pdf", "report.md"):
        (demo_copy / name).unlink()
    before = tree(demo_copy)
    done = program("report", demo_copy, status=3)
    assert done.stderr.count(b"\n") == 1
    assert f"first run: reportgen evaluate {demo_copy}".encode() in done.stderr
    assert b"report.json" in done.stderr and tree(demo_copy) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema":"reportgen-report/2"}',
                                  '{"schema":"reportgen-report/1","schema":"x"}', "[" * 10_000,
                                  '{"schema":7}'])
def test_report_json_that_is_none(program, demo_copy, text):
    (demo_copy / "report.json").write_text(text, encoding="utf-8")
    before = tree(demo_copy)
    done = program("report", demo_copy, status=3)
    assert done.stderr.count(b"\n") == 1 and b"/report.json" in done.stderr
    assert tree(demo_copy) == before


def names_of(node, path=()):
    """Paths of the names of a JSON document; of lists, those of the first row."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from names_of(value, (*path, key))
    elif isinstance(node, list) and node:
        yield from names_of(node[0], (*path, 0))


@pytest.mark.parametrize("missing", [True, False], ids=["missing", "of another kind"])
def test_report_json_of_another_shape(program, demo_copy, report, missing):
    """A name that is missing or of another kind never ends in a crash or a half-written file."""
    wrong = itertools.cycle([None, "x", -1e300, [[]], {"x": {}}, True, 1e300])
    paths = [p for p in names_of({k: v for k, v in report.items() if k != "schema"})
             if len(p) < 3]
    assert len(paths) > 60
    for path in paths:
        damaged = copy.copy(report)
        damaged[path[0]] = copy.deepcopy(report[path[0]])
        parent = damaged if len(path) == 1 else damaged[path[0]]
        if missing:
            del parent[path[-1]]
        else:
            parent[path[-1]] = next(wrong)
        (demo_copy / "report.json").write_text(json.dumps(damaged), encoding="utf-8")
        (demo_copy / "report.pdf").unlink(missing_ok=True)
        done = program("report", demo_copy, status=None)
        assert done.returncode in (0, 3), (path, done.returncode, done.stderr)
        if (demo_copy / "report.pdf").exists():
            assert (demo_copy / "report.pdf").read_bytes().rstrip().endswith(b"%%EOF"), path


def test_ceiling_out_of_range(program, demo_copy):
    """The gauge draws no hatching from minus infinity on."""
    for ceiling in (-1e300, -1, 1e300):
        rewrite(demo_copy, lambda report, c=ceiling: report["score"].update(ceiling=c))
        program("report", demo_copy, "--format", "pdf")


# --- PDF -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_opens_clean(demo, name, tmp_path):
    said = run_tool("qpdf", "--check", demo / name)
    assert "No syntax or stream encoding errors found" in said
    run_tool("pdftoppm", "-r", "20", "-png", demo / name, tmp_path / "page")
    assert len(list(tmp_path.glob("page-*.png"))) == len(page_texts(demo / name))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_fonts(demo, name):
    """All embedded, subset, and with a map back to Unicode."""
    rows = run_tool("pdffonts", demo / name).splitlines()[2:]
    assert rows
    for row in rows:
        font, *_, embedded, subset, unicode_map, _, _ = row.split()
        assert (embedded, subset, unicode_map) == ("yes", "yes", "yes"), row
        assert re.fullmatch(r"[A-Z]{6}\+(Lato|JetBrainsMono)-\w+", font)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_has_nothing_active(demo, name):
    data = subprocess.run(["qpdf", "--qdf", "--object-streams=disable", demo / name, "-"],
                          capture_output=True, check=True, timeout=60).stdout
    for word in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/URI"):
        assert word not in data, word


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_head(demo, name):
    info = run_tool("pdfinfo", "-isodates", demo / name)
    assert re.search(r"^Title: +MFA posture report$", info, re.M)
    assert re.search(r"^CreationDate: +2026-11-24T06:14:00", info, re.M)
    assert re.search(r"^Page size: .*\(A4\)$", info, re.M)
    assert re.search(r"^Creator: +reportgen 0\.", info, re.M)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_page_says_sample_and_its_number(demo, name):
    pages = page_texts(demo / name)
    for number, text in enumerate(pages, 1):
        assert "SAMPLE" in text, number
        assert f"Page {number} of {len(pages)}" in words(text), number
        assert "Confidential" in text and "Example Corp (sample)" in text


def test_first_page(demo, report):
    """Score, coverage and verdict together; while incomplete, no letter."""
    text = words(page_texts(demo / "report.pdf")[0])
    assert report["verdict"]["complete"] is False
    assert "not graded" in text and not re.search(r"\bGrade [ABCDF]\b", text)
    assert not re.search(r"^\s*[ABCDF]\s*$", page_texts(demo / "report.pdf")[0], re.M)
    for said in (report["score"]["valueText"], report["coverage"]["text"], "Fail", "Incomplete",
                 report["score"]["version"], report["question"],
                 report["scope"]["accountCountText"], report["scope"]["consoleUsersText"],
                 *(tile["label"] for tile in report["tiles"]),
                 *(tier["title"] for tier in report["tiers"])):
        assert said in text, said
    assert report["scan"]["snapshotSha256Groups"] in text
    for fix in report["fixes"][:5]:
        assert fix["title"] in text
    markdown = (demo / "report.md").read_text(encoding="utf-8")
    for fix in report["fixes"]:
        assert fix["title"] in markdown


def test_first_page_when_complete(program, demo_copy):
    """A run that is complete and no sample shows its letter, and no page says SAMPLE."""
    def complete(report):
        report.update(sample=False, sampleNote="")
        report["verdict"].update(complete=True, completeText="Complete", reasons=[], reasonCount=0)
        report["score"].update(graded=True, gradeShown="Grade C")
        report["organization"]["name"] = "Example Corp"
    rewrite(demo_copy, complete)
    program("report", demo_copy)
    pages = page_texts(demo_copy / "report.pdf")
    assert "Grade C" in words(pages[0]) and "not graded" not in words(pages[0])
    assert not re.search(r"\bSAMPLE\b", "".join(pages))
    markdown = (demo_copy / "report.md").read_text(encoding="utf-8")
    assert "Grade C" in markdown and not re.search(r"\bSAMPLE\b", markdown)


def test_not_assessed(program, demo_copy):
    """No score: no number and no letter, in either form."""
    def nothing(report):
        report["score"].update(value=None, valueText="–", assessed=False, grade="not assessed",
                               gradeShown="not assessed", raw=None, withExceptions=None,
                               withExceptionsText="–", explain=[], capped=False, ceiling=100,
                               ceilingText="")
        report.update(fixes=[], groups=[])
        for tier in report["tiers"]:
            tier.update(rate=None, rateText="not assessed", assessed=False, level="none")
    rewrite(demo_copy, nothing)
    program("report", demo_copy)
    run_tool("qpdf", "--check", demo_copy / "report.pdf")
    assert "not assessed" in words(page_texts(demo_copy / "report.pdf")[0])
    assert "not assessed" in (demo_copy / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_pdf_lists_what_is_open(demo, report, name):
    """Every finding that is not proven is in the document, with the title of its check."""
    text = words(" ".join(page_texts(demo / name)))
    for tier in report["tiers"]:
        for check in tier["checks"]:
            assert check["title"] in text
            for finding in check["openFindings"]:
                # a long name is broken into lines after any such character
                assert any(all(part in text for part in re.split(r"[/#:.,-]", name.split()[0]))
                           for name in (finding["name"], finding["resource"])), finding["name"]


def test_only_auditors_get_the_appendix(demo, report):
    auditor, internal = page_texts(demo / "report-auditor.pdf"), page_texts(demo / "report.pdf")
    assert len(auditor) > len(internal)
    assert "Evidence appendix" not in "".join(internal)
    appendix = "".join(page for page in auditor if "Evidence appendix" in page)
    for row in report["evidence"]:
        assert row["file"].rsplit("/", 1)[1].split("-")[0] in appendix
        assert row["sha256Groups"].split()[0] in appendix
    markdown = (demo / "report-auditor.md").read_text(encoding="utf-8")
    assert all(row["file"] in markdown and row["sha256"] in markdown for row in report["evidence"])
    markdown = (demo / "report.md").read_text(encoding="utf-8")
    assert "Appendix" not in markdown
    assert not any(row["sha256"] in markdown for row in report["evidence"])


# --- Markdown ------------------------------------------------------------------------------------

def without_code(text):
    """Without fenced code, where a name stands as it is."""
    return re.sub(r"^(`{3,})\w*\n.*?^\1\n", "", text, flags=re.M | re.S)


def without_fixes(text):
    """Without the commands for each finding: a name that no command can hold has steps instead."""
    return re.sub(r"^<details>\n.*?^</details>\n\n", "", text, flags=re.M | re.S)


def cells(row):
    return len(re.findall(r"(?<!\\)\|", row)) - 1


@pytest.mark.parametrize("name", PAGES)
def test_markdown_is_well_formed(demo, render, name):
    text = (demo / name).read_text(encoding="utf-8")
    shape = Shape(render(text))
    assert shape.tags.count("h1") == 1 and shape.tags.count("h2") >= 5
    assert set(shape.tags) <= {"h1", "h2", "h3", "h4", "p", "strong", "em", "ul", "ol", "li",
                               "code", "blockquote", "br", "hr", "pre", "details", "summary"}
    assert text.endswith("\n") and not text.endswith("\n\n") and "\r" not in text
    assert "{{" not in text and "\t" not in text
    assert not re.search(r"[ ]$", text, re.M) and "\n\n\n" not in text


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_equal_rows(demo, name):
    """Each table: a head, a rule, and rows of as many cells."""
    text = (demo / name).read_text(encoding="utf-8")
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.M)
    assert len(tables) > 5
    for table in tables:
        rows = table.splitlines()
        assert re.fullmatch(r"\|(:?-+:?\|)+", rows[1].replace(" ", "")), table
        assert {cells(row) for row in rows} == {cells(rows[0])}, table


def test_sample_stands_at_the_top(demo):
    for name in PAGES:
        head = (demo / name).read_text(encoding="utf-8")[:400]
        assert "**SAMPLE.**" in head and "made up" in head


def test_markdown_says_no_letter(demo):
    for name in PAGES:
        text = (demo / name).read_text(encoding="utf-8")
        assert "not graded" in text and not re.search(r"\bGrade [ABCDF]\b", text)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_name_of_the_sample(demo, render, name):
    """The user <b>x</b> is shown as such and is not markup."""
    text = (demo / name).read_text(encoding="utf-8")
    assert "<b>" not in without_code(text)
    shape = Shape(render(text))
    assert "b" not in shape.tags and "<b>x</b>" in shape.text


@pytest.fixture
def renamed(program):
    """Gives an account and a device of a run another name, and makes its documents."""
    def rename(path, name):
        run = Run(path)
        quoted = json.dumps(name).encode()
        run.edit(run.page("111122223333", "ListAccounts"), b'"Name":"sample-production"',
                 b'"Name":' + quoted)
        for page in run.query("222233334444", "ListVirtualMFADevices")["pages"]:
            body = run.file(page).read_bytes()
            escaped = name.replace("\x1b", "").replace("&", "&amp;").replace("<", "&lt;")
            run.write(page, body.replace(b"mfa/sample-spare", b"mfa/" + escaped.encode()))
        program("evaluate", path, "--now", NOW, status=4)
        for edition in SUFFIXES:
            program("report", path, "--edition", edition, "--now", NOW)
        return path
    return rename


@pytest.fixture
def hostile(renamed, demo_copy):
    return renamed(demo_copy, HOSTILE)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_names_in_markdown(demo, renamed, hostile, tmp_path, render, name):
    """What comes from outside adds no element, no link, no line: the shape is that of a harmless
    name."""
    demo = renamed(copy_writable(demo, tmp_path / "harmless"), "sample")
    text = (hostile / name).read_text(encoding="utf-8")
    plain = [without_fixes((place / name).read_text(encoding="utf-8"))
             for place in (demo, hostile)]
    was, now = (Shape(render(document)) for document in plain)
    assert now.tags == was.tags and now.attributes == was.attributes
    assert "\x1b" not in text and "\u202e" not in text
    assert plain[0].count("\n") == plain[1].count("\n")
    whole = [Shape(render((place / name).read_text(encoding="utf-8")))
             for place in (demo, hostile)]
    assert set(whole[1].tags) == set(whole[0].tags)
    assert set(whole[1].attributes) == set(whole[0].attributes)
    assert "<script>alert(1)</script>" in now.text and "{{title}}" in now.text


@pytest.mark.parametrize("name", DOCUMENTS)
def test_hostile_names_in_pdf(hostile, name):
    run_tool("qpdf", "--check", hostile / name)
    text = "".join(page_texts(hostile / name))
    assert "<script>" in text and "\x1b" not in text and "\u202e" not in text


def test_hostile_names_in_json(hostile):
    report = json.loads((hostile / "report.json").read_text(encoding="utf-8"))
    names = [account["name"] for account in report["scope"]["accounts"]]
    assert HOSTILE in names


# --- Age of the credential reports ---------------------------------------------------------------


def seconds(moment):
    return datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


def test_the_age_of_credential_reports_is_told(demo, findings, report):
    """Of every account, in JSON, Markdown and PDF: when AWS made it, and how old it was."""
    answers = Answers(demo)
    made = {query["account"]: next(text(e) for e in answers.root(name).iter()
                                   if str(e.tag).endswith("}GeneratedTime"))
            for name, (query, _) in answers.pages.items()
            if query["operation"] == "GetCredentialReport"}
    told = {row["id"]: row["credentialReport"] for row in findings["accounts"]}
    assert told == {account: {
        "generatedAt": at,
        "ageSeconds": int(seconds(answers.snapshot["finishedAt"]) - seconds(at))}
        for account, at in made.items()}
    markdown = (demo / "report.md").read_text(encoding="utf-8")
    pdf = " ".join(" ".join(page_texts(demo / "report.pdf")).split())
    for row in report["scope"]["accounts"]:
        age = row["credentialReport"]
        assert {key: age[key] for key in ("generatedAt", "ageSeconds")} == told[row["id"]]
        minutes = age["ageSeconds"] // 60
        assert age["ageText"] == "%d h %d min" % (minutes // 60, minutes % 60)
        assert "| %s, %s old at the scan |" % (age["generatedText"], age["ageText"]) in markdown
        assert "report %s old," % age["ageText"] in pdf and age["generatedText"] in pdf


def test_a_report_that_was_not_read_has_no_age(program, demo_copy):
    run = Run(demo_copy)
    run.deny("222233334444", "GetCredentialReport")
    run.exclude("333344445555", "left out for a test")
    program("evaluate", run.path, "--now", NOW, status=None)
    (demo_copy / "report.md").unlink()
    program("report", run.path, "--now", NOW)
    found = json.loads((demo_copy / "findings.json").read_text(encoding="utf-8"))
    assert [bool(row["credentialReport"]) for row in found["accounts"]] == [True, False, False]
    assert [row["credentialReport"] for row in found["accounts"]][1:] == [None, None]
    markdown = (demo_copy / "report.md").read_text(encoding="utf-8")
    assert markdown.count("| none was read |") == 2
