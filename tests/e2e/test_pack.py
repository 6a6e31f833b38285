"""test_pack.py - the signed pack: checked by other code than ours, and by the printed commands."""
import base64
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
    assert b"2 written by evaluate" in done.stdout

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
