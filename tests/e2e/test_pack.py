"""test_pack.py - the signed pack: checked by other code than ours, and by the printed commands."""
import base64
import copy
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import uuid
from pathlib import Path

import jsonschema
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import BINARY, NOW, Program, copy_writable, tree

TYPE = "application/vnd.in-toto+json"
PREDICATE = "https://reportgen.example/mfa-enforcement/evidence/v1"
SEALS = {"statement.json", "evidence.dsse.json", "signer.pub", "SHA256SUMS"}


@pytest.fixture(scope="session")
def pack(demo):
    """The pack of the shared demo run. Read only."""
    return demo / "pack"


@pytest.fixture(scope="session")
def statement(pack):
    return json.loads((pack / "statement.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def public_key(demo_home, tmp_path_factory):
    """The public key of the demo, as `key show` prints it."""
    path = tmp_path_factory.mktemp("key") / "signer.pem"
    path.write_bytes(Program(demo_home / "home")("key", "show").stdout)
    return path


def blocks(path):
    """The shell commands that a Markdown file prints."""
    return re.findall(r"^```sh\n(.*?)^```$", path.read_text(encoding="utf-8"), re.S | re.M)


def run_shell(script, cwd, path=None):
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", script], cwd=cwd, capture_output=True, text=True, check=False,
        env={"PATH": str(path or os.environ["PATH"]), "LC_ALL": "C"}, timeout=60)


# --- What is in it -------------------------------------------------------------------------------

def test_files_and_modes(pack):
    names = set(tree(pack))
    assert SEALS | {"VERIFY.md", "snapshot.json", "findings.json", "report.json",
                    "inputs/evaluation.json", "report-auditor.pdf", "report-auditor.md"} <= names
    assert any(name.startswith("raw/") for name in names)
    for path in [pack, *pack.rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_subjects_are_every_other_file(pack, statement):
    subjects = [(s["name"], s["digest"]["sha256"]) for s in statement["subject"]]
    files = tree(pack)
    assert [name for name, _ in subjects] == sorted(set(files) - SEALS)
    assert all(hashlib.sha256(files[name]).hexdigest() == digest for name, digest in subjects)


def test_statement_follows_its_schema(root, statement):
    schema = json.loads((root / "assets/schemas/statement.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(statement)


def objects(node):
    """Every object of a JSON document."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node[:2]:
            yield from objects(value)


def test_schema_leaves_nothing_open(root, statement):
    """A name that no one knows is refused wherever it stands."""
    schema = json.loads((root / "assets/schemas/statement.schema.json").read_text())
    check = jsonschema.Draft202012Validator(schema)
    document = copy.deepcopy(statement)
    parameters = [query["parameters"] for query in document["predicate"]["queries"]]
    for node in objects(document):
        if not any(node is one for one in parameters):
            node["unknownName"] = 1
            assert not check.is_valid(document), sorted(node)
            del node["unknownName"]
    assert check.is_valid(document)


def test_criteria_are_the_catalogue(program, statement):
    catalogue = json.loads(program("checks", "--format", "json").stdout)
    assert statement["predicate"]["criteria"] == [
        {"check": row["id"], "title": row["title"], "severity": row["severity"],
         "passWhen": row["passesWhen"], "frameworks": row["frameworks"]} for row in catalogue]


def test_documents_are_those_of_the_run(demo, pack, statement, report):
    """The pack renders them anew; with the same date they are the same bytes."""
    for name in ("report-auditor.pdf", "report-auditor.md", "findings.json", "snapshot.json"):
        assert (pack / name).read_bytes() == (demo / name).read_bytes(), name
    told = json.loads((pack / "report.json").read_text(encoding="utf-8"))
    assert told.pop("edition")["id"] == "auditor"
    assert told == {key: value for key, value in report.items() if key != "edition"}
    assert [row["path"] for row in statement["predicate"]["documents"]] == [
        "report-auditor.md", "report-auditor.pdf", "report.json"]


def test_predicate_is_that_of_the_run(pack, statement, findings):
    predicate = statement["predicate"]
    snapshot = json.loads((pack / "snapshot.json").read_text())
    pages = [page for query in snapshot["queries"] for page in query["pages"]]
    assert statement["predicateType"] == PREDICATE
    assert predicate["score"]["value"] == findings["score"]["value"]
    assert predicate["score"]["coverage"] == findings["coverage"]
    assert predicate["verdict"]["result"] == findings["verdict"]["result"]
    assert predicate["verdict"]["complete"] is False
    assert predicate["findings"]["counts"] == findings["counts"]
    assert len(predicate["queries"]) == len(snapshot["queries"])
    assert [e["sha256"] for e in predicate["evidence"]] == [p["sha256"] for p in pages]
    assert predicate["bundle"]["documentDate"] == NOW
    assert any("audited party signs" in text for text in predicate["limitations"])
    assert any("AWS signed none" in text for text in predicate["limitations"])


def test_bundle_id_can_be_recomputed(pack, statement, findings):
    digest = hashlib.sha256((pack / "snapshot.json").read_bytes()).hexdigest()
    name = f"{PREDICATE}#{digest}/{findings['ruleset']['sha256']}/auditor/{NOW}"
    assert statement["predicate"]["bundle"]["id"] == str(uuid.uuid5(uuid.NAMESPACE_URL, name))


# --- Checked without our program -----------------------------------------------------------------

def test_signature_with_other_code(pack, public_key):
    text = (pack / "evidence.dsse.json").read_text(encoding="ascii")
    envelope = json.loads(text)
    payload = base64.b64decode(envelope["payload"], validate=True)
    (signature,) = envelope["signatures"]
    key = serialization.load_pem_public_key(public_key.read_bytes())
    spki = key.public_bytes(serialization.Encoding.DER,
                            serialization.PublicFormat.SubjectPublicKeyInfo)
    pae = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)

    key.verify(base64.b64decode(signature["sig"], validate=True), pae, ec.ECDSA(hashes.SHA256()))
    assert envelope["payloadType"] == TYPE
    assert signature["keyid"] == hashlib.sha256(spki).hexdigest()
    assert payload == (pack / "statement.json").read_bytes()
    assert public_key.read_bytes() == (pack / "signer.pub").read_bytes()
    assert text == json.dumps(envelope, sort_keys=True, separators=(",", ":")) + "\n"


def passed(done):
    """Which of the lines that mean yes were printed."""
    return {line for line in done.stdout.splitlines() if line in (
        "Verified OK", "statement.json is the signed payload", "SHA256SUMS: OK",
        "signed files: OK", "answers: OK", "findings.json is of this snapshot",
        f"payload type: {TYPE}")}


def test_printed_commands_work(pack):
    before = tree(pack)
    done = run_shell("".join(blocks(pack / "VERIFY.md")), pack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(passed(done)) == 7
    assert done.stderr == ""
    assert tree(pack) == before


def test_signature_needs_openssl_only(pack, tmp_path):
    """The first two blocks run where there is nothing but openssl and POSIX tools: no jq."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("openssl", "mktemp", "sed", "wc", "cat", "grep"):
        (tools / name).symlink_to(shutil.which(name))
    done = run_shell("".join(blocks(pack / "VERIFY.md")[:2]), pack, tools)
    assert done.returncode == 0, done.stderr
    assert "Verified OK" in done.stdout


def test_printed_commands_see_damage(demo_copy):
    pack = demo_copy / "pack"
    script = "".join(blocks(pack / "VERIFY.md"))
    for name in ("statement.json", "report-auditor.md", "evidence.dsse.json", "snapshot.json",
                 "SHA256SUMS"):
        text = (pack / name).read_bytes()
        at = len(text) // 2
        (pack / name).write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1:])
        assert len(passed(run_shell(script, pack))) < 7, name
        (pack / name).write_bytes(text)
    assert len(passed(run_shell(script, pack))) == 7
    (pack / "extra").write_text("not signed")
    assert "\textra" in run_shell(script, pack).stdout.splitlines()


def test_findings_can_be_recomputed(pack, statement, tmp_path):
    """The command that the statement names, as it stands there."""
    copy = copy_writable(pack, tmp_path / "pack")
    command = statement["predicate"]["reproduce"]["command"]
    done = subprocess.run(["/bin/sh", "-c", command], cwd=copy, capture_output=True, check=False,
                          env={"PATH": f"{BINARY.parent}:{os.environ['PATH']}"}, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "again/findings.json").is_file()


# --- The commands --------------------------------------------------------------------------------

def test_verify_says_yes(program, pack, public_key):
    done = program("verify", pack, "--key", public_key)
    assert b"REFUSED" not in done.stdout and b"\033" not in done.stdout
    answer = json.loads(program("verify", pack, "--key", public_key, "--format", "json").stdout)
    assert answer["result"] == "good" and answer["trust"] == "pinned"
    assert {step["state"] for step in answer["steps"]} == {"ok"}


def test_verify_warns_on_first_use(program, pack):
    done = program("verify", pack, "--trust-on-first-use")
    assert b"THE KEY CAME FROM THE PACK ITSELF" in done.stdout
    done = program("verify", pack, "--trust-on-first-use", "--format", "json")
    assert json.loads(done.stdout)["trust"] == "first-use"


def test_verify_needs_a_key(program, pack, public_key):
    program("verify", pack, status=2)
    program("verify", pack, "--key", public_key, "--trust-on-first-use", status=2)


def test_verify_exit_status(program, pack, public_key, tmp_path):
    program("verify", tmp_path / "nowhere", "--key", public_key, status=3)
    program("verify", pack, "--key", tmp_path / "nokey", status=3)
    program("verify", public_key, "--key", public_key, status=1)
    program("verify", tmp_path, "--key", public_key, status=1)
    program("verify", pack, "--key", pack / "VERIFY.md", status=1)


@pytest.mark.parametrize("name", ["evidence.dsse.json", "findings.json", "signer.pub", "VERIFY.md"])
def test_verify_says_no_and_why(program, demo_copy, public_key, name):
    pack = demo_copy / "pack"
    (pack / name).unlink()
    done = program("verify", pack, "--key", public_key, "--format", "json", status=1)
    answer = json.loads(done.stdout)
    assert answer["result"] == "refused" and name in answer["reason"]
    assert name in done.stderr.decode()


def test_evaluating_a_pack_leaves_it_good(program, demo_copy, public_key):
    """evaluate writes beside what is signed; verify says so and refuses anything else there."""
    pack = demo_copy / "pack"
    before = (pack / "findings.json").read_bytes()

    program("evaluate", pack, status=4)
    assert (pack / "findings.json").read_bytes() == before
    done = program("verify", pack, "--key", public_key)
    assert "2 files not signed in evaluated-…: ignore them" in done.stdout.decode()
    assert b"complete and unchanged; 2 unsigned files beside it\n" in done.stdout
    answer = json.loads(program("verify", pack, "--key", public_key, "--format", "json").stdout)
    assert answer["result"] == "good" and answer["unsignedFiles"] == 2

    folder, = pack.glob("evaluated-*")
    (folder / "notes.txt").write_text("mine")
    done = program("verify", pack, "--key", public_key, status=1)
    assert b"notes.txt: in the pack, but not signed" in done.stderr


def test_another_key_is_refused(program, pack, tmp_path):
    program("key", "new", "--key", tmp_path / "other.pem")
    (tmp_path / "other.pub").write_bytes(
        program("key", "show", "--key", tmp_path / "other.pem").stdout)
    program("verify", pack, "--key", tmp_path / "other.pub", status=1)


def test_bundle_of_each_edition(program, demo_copy):
    for edition, wanted, other in (("auditor", "report-auditor.pdf", "report.pdf"),
                                   ("internal", "report.pdf", "report-auditor.pdf")):
        target = demo_copy / f"pack-{edition}"
        done = program("bundle", demo_copy, "-o", target, "--edition", edition, "--now", NOW)
        assert done.stdout.decode() == f"{target}\n"
        assert wanted in tree(target) and other not in tree(target)
        (demo_copy / "key.pem").write_bytes(program("key", "show").stdout)
        program("verify", target, "--key", demo_copy / "key.pem")


def test_same_run_same_statement(program, demo_copy):
    for name in ("one", "two"):
        program("bundle", demo_copy, "-o", demo_copy / name, "--now", NOW)
    one, two = tree(demo_copy / "one"), tree(demo_copy / "two")
    changed = {name for name in one if one[name] != two[name]}
    assert set(one) == set(two)
    assert changed == {"evidence.dsse.json", "SHA256SUMS"}


def test_bundle_refuses_a_changed_answer(program, demo_copy):
    answer = next(path for path in sorted((demo_copy / "raw").rglob("*")) if path.is_file())
    answer.write_bytes(answer.read_bytes() + b"\n")
    before = tree(demo_copy)
    done = program("bundle", demo_copy, status=3)
    assert answer.name in done.stderr.decode()
    assert tree(demo_copy) == before


@pytest.mark.parametrize("name", ["report.json", "report-auditor.md", "report-auditor.pdf",
                                  "report-auditor.json"])
@pytest.mark.parametrize("data", [b"forged", None])
def test_documents_of_the_run_are_not_trusted(program, demo, demo_copy, name, data):
    """What lies in the run under the name of a document does not get signed."""
    (demo_copy / name).unlink(missing_ok=True)
    if data:
        (demo_copy / name).write_bytes(data)
    program("bundle", demo_copy, "--now", NOW)
    made, wanted = tree(demo_copy / "pack"), tree(demo / "pack")
    signatures = SEALS | {"VERIFY.md"}
    assert {k: v for k, v in made.items() if k not in signatures} == {
        k: v for k, v in wanted.items() if k not in signatures}


@pytest.mark.parametrize("change", [
    lambda text: text.replace('"FAIL"', '"PASS"', 1), lambda text: text + "\n",
    lambda text: json.dumps(json.loads(text)), lambda text: "{}", lambda text: ""])
def test_findings_must_be_what_the_program_finds(program, demo_copy, change):
    path = demo_copy / "findings.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    before = tree(demo_copy)
    done = program("bundle", demo_copy, status=3)
    assert (f"{path}: is not what this program finds in the snapshot; run: reportgen evaluate "
            f"{demo_copy}\n") in done.stderr.decode()
    assert tree(demo_copy) == before
    path.unlink()
    done = program("bundle", demo_copy, status=3)
    assert f"first run: reportgen evaluate {demo_copy}\n" in done.stderr.decode()
    program("evaluate", demo_copy, status=4)
    program("bundle", demo_copy)


@pytest.mark.parametrize("args", [
    ("report", "PACK"), ("report", "PACK", "-f", "json"), ("report", "PACK/", "-e", "auditor"),
    ("bundle", "PACK"), ("bundle", "PACK", "-o", "ELSEWHERE")])
def test_a_pack_stays_as_it_was_signed(program, demo_copy, tmp_path, args):
    names = {"PACK": demo_copy / "pack", "PACK/": f"{demo_copy / 'pack'}/",
             "ELSEWHERE": tmp_path / "elsewhere"}
    before = tree(demo_copy)
    done = program(*(names.get(word, word) for word in args), status=2)
    assert b"is a signed pack" in done.stderr and done.stdout == b""
    assert tree(demo_copy) == before and not (tmp_path / "elsewhere").exists()


def test_nothing_is_added_to_an_evaluated_pack(program, demo_copy):
    program("evaluate", demo_copy / "pack", status=4)
    before = tree(demo_copy)
    folder, = (demo_copy / "pack").glob("evaluated-*")
    program("report", folder, status=2)
    assert tree(demo_copy) == before


@pytest.mark.parametrize("name", ["notes.txt", "raw/notes.txt", "pack/notes.txt", "report.docx",
                                  "deep/er/report.json", "report-public.pdf", "SHA256SUMS",
                                  "raw/111122223333/9999-iam-Other.xml", ".hidden"])
def test_demo_deletes_nothing_of_others(program, demo_copy, name):
    """An older demo is replaced, but not what somebody put into it."""
    (demo_copy / name).parent.mkdir(parents=True, exist_ok=True)
    (demo_copy / name).write_text("mine")
    before = tree(demo_copy)
    done = program("demo", demo_copy, status=2)
    assert name in done.stderr.decode() and done.stderr.count(b"\n") == 1
    assert tree(demo_copy) == before


def test_demo_replaces_an_older_one(program, demo, demo_copy):
    """With all that the other commands make of it."""
    program("report", demo_copy, "-f", "pdf,markdown,json", "-e", "auditor")
    program("evaluate", demo_copy / "pack", status=4)
    program("demo", demo_copy, "--now", NOW)
    assert set(tree(demo_copy)) == set(tree(demo))
    program("demo", demo_copy / "pack", status=2)  # a pack of the sample is no demo


def test_bundle_leaves_other_folders_alone(program, demo_copy):
    before = tree(demo_copy)
    program("bundle", demo_copy, "-o", demo_copy, status=2)
    program("bundle", demo_copy, "-o", demo_copy / "raw", status=2)
    program("bundle", demo_copy, "-o", demo_copy / "pack.zip", status=2)
    assert tree(demo_copy) == before


def test_keys(program, tmp_path):
    made = program("key", "show")
    assert b"made it just now" in made.stderr
    shown = program("key", "show")
    assert b"made it just now" not in shown.stderr
    path = Path(program.env["XDG_DATA_HOME"]) / "reportgen/keys/default.pem"
    assert made.stdout == shown.stdout and shown.stdout.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert b"self-made" in shown.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    before = path.read_bytes()
    program("key", "new", status=3)
    assert path.read_bytes() == before
    program("key", "new", "--key", tmp_path / "second.pem")
    assert program("key", "show", "--key", tmp_path / "second.pem").stdout != shown.stdout
    path.chmod(0o644)
    assert b"chmod 600" in program("key", "show", status=3).stderr
    program("key", "sign", status=2)
    program("key", "show", "--key", tmp_path / "none", status=3)
