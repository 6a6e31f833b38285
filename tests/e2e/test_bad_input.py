"""test_bad_input.py - answers and query logs that are broken, truncated, huge or hostile.

What cannot be trusted or opened ends with exit 3 and changes nothing. An answer that AWS might
have given but that cannot be read ends with exit 4: what rests on it is UNKNOWN. Either way one
line names file and place, no PASS appears that was not there, and the score does not rise.
Each case starts from a run without any failure (exit 0), so that exit 4 is due to the case alone.
"""
import base64
import json
import os
import re
import shutil
import urllib.parse

import pytest

from answers import Answers, text
from conftest import NOW, Program, copy_writable, tree
from damage import Run

MANAGEMENT, PRODUCTION, SANDBOX = "111122223333", "222233334444", "333344445555"
SPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
DEEP = 10_000
HUGE = 200 * 1024 * 1024


# --- A run without failures ----------------------------------------------------------------------

def virtual_devices(run, account):
    """Serial numbers and owners of the virtual devices that the users of an account list."""
    answers = Answers(run.path)
    for name, (query, _) in answers.pages.items():
        if query["account"] == account and query["operation"] == "ListMFADevices":
            for device in answers.root(name).iter("{*}member"):
                if ":mfa/" in text(device, "SerialNumber"):
                    yield text(device, "SerialNumber"), query["parameters"]["UserName"]


def heal(run):
    """Give the queries that AWS refused an answer: the devices that the users list themselves, and
    that there is no bucket."""
    page = run.page(SANDBOX, "ListVirtualMFADevices")
    rows = "".join(
        f"<member><SerialNumber>{serial}</SerialNumber>"
        "<EnableDate>2026-01-01T00:00:00Z</EnableDate>"
        f"<User><UserName>{user}</UserName><Arn>arn:aws:iam::{SANDBOX}:user/{user}</Arn></User>"
        "</member>" for serial, user in virtual_devices(run, SANDBOX))
    query = run.query(SANDBOX, "ListVirtualMFADevices")
    query.update(complete=True, error=None)
    page["httpStatus"] = 200
    run.write(page, (
        f'<ListVirtualMFADevicesResponse xmlns="{SPACE}"><ListVirtualMFADevicesResult>'
        f"<IsTruncated>false</IsTruncated><VirtualMFADevices>{rows}</VirtualMFADevices>"
        "</ListVirtualMFADevicesResult></ListVirtualMFADevicesResponse>").encode())
    lost = {"Bucket": "sample-lab-trail"}
    run.query(SANDBOX, "GetBucketLocation", **lost).update(complete=True, error=None)
    page = run.page(SANDBOX, "GetBucketLocation", **lost)
    page["httpStatus"] = 404
    run.write(page, b"<Error><Code>NoSuchBucket</Code></Error>")


@pytest.fixture(scope="module")
def good(demo, tmp_path_factory):
    """A run directory, evaluated, in which every query went well. Read only."""
    place = tmp_path_factory.mktemp("good")
    path = copy_writable(demo, place / "run")
    shutil.rmtree(path / "pack")
    heal(Run(path))
    Program(place / "home")("evaluate", path, "--now", NOW, status=0)
    return path


@pytest.fixture
def run(good, tmp_path):
    return Run(copy_writable(good, tmp_path / "run"))


def load(path):
    return json.loads((path / "findings.json").read_text(encoding="utf-8"))


def passes(findings):
    return {f["id"] for f in findings["findings"] if f["status"] == "PASS"}


def statuses(findings, check, account):
    return {f["resource"]: f["status"] for f in findings["findings"]
            if f["check"] == check and f["account"] == account}


def assert_refused(program, run, *told):
    """Exit 3, one line that says all this, and no file of the run is another or a new one."""
    before = {k: v for k, v in tree(run.path).items() if len(v) < HUGE}
    done = program("evaluate", run.path, "--now", NOW, status=3)
    lines = done.stderr.decode().splitlines()
    errors = [line for line in lines if line.startswith("reportgen: error: ")]
    assert len(errors) == 1 and errors == lines[-1:], lines
    for words in told:
        assert re.search(words, errors[0]), f"{words!r} is not in: {errors[0]}"
    assert done.stdout == b""
    assert {k: v for k, v in tree(run.path).items() if len(v) < HUGE} == before
    for name in ("findings.json", "report.json"):
        (run.path / name).unlink(missing_ok=True)
    program("evaluate", run.path, "--now", NOW, status=3)
    left = [p.name for p in run.path.iterdir() if p.name.startswith(("findings", "report.json"))]
    assert left == []


def assert_unknown(program, run, good, *told):
    """Exit 4, a warning that says all this; gives findings.json."""
    done = program("evaluate", run.path, "--now", NOW, status=4)
    lines = done.stderr.decode().splitlines()
    warnings = [line for line in lines if line.startswith("reportgen: warning: ")]
    assert any(all(re.search(words, line) for words in told) for line in warnings), lines
    was, now = load(good), load(run.path)
    assert passes(now) <= passes(was)
    assert passes(now) != passes(was) or now["coverage"] < was["coverage"] or \
        len(now["verdict"]["reasons"]) > len(was["verdict"]["reasons"])
    assert (now["score"]["value"] or 0) <= was["score"]["value"]
    assert now["verdict"]["complete"] is False
    assert any(all(re.search(words, r["text"]) for words in told)
               for r in now["verdict"]["reasons"]), now["verdict"]["reasons"]
    json.loads((run.path / "report.json").read_text(encoding="utf-8"))
    return now


def assert_only_live_answers_count(good, now):
    """Without the report: what was asked of a user live decides, of the others nothing is known."""
    was = statuses(load(good), "iam.users_without_mfa", PRODUCTION)
    live = {f["resource"] for f in now["findings"] if f["check"] == "iam.users_without_mfa"
            and any("GetLoginProfile" in e["file"] for e in f["evidence"])}
    found = statuses(now, "iam.users_without_mfa", PRODUCTION)
    assert found == {user: status if user in live else "UNKNOWN" for user, status in was.items()}
    assert "UNKNOWN" in found.values()


def test_good_run_is_good(good):
    findings = load(good)
    assert not any("AccessDenied" in f["detail"] for f in findings["findings"])
    assert [r["code"] for r in findings["verdict"]["reasons"]] == ["override"]


# --- Answers that cannot be read: exit 4 ---------------------------------------------------------

def nested(deep):
    return b"<a>" * deep + b"</a>" * deep


def bomb(body):
    """Ten levels of entities, each ten of the one below, used where a count should be."""
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(10))
    head = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>'.encode()
    return head + body.replace(b"<value>", b"<value>&e10;", 1)


def external(body):
    return b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + \
        body.replace(b"<value>", b"<value>&x;", 1)


XML = {
    "truncated": (lambda b: b[:len(b) // 2], r"no element found"),
    "empty": (lambda b: b"", r":1:1: no element found"),
    "not XML": (lambda b: b"502 Bad Gateway", r":1:1: "),
    "HTML": (lambda b: b"<html><body><p>Bad gateway</body></html>",
             r":1:1: not an answer to GetAccountSummary"),
    "tag not closed": (lambda b: b.replace(b"</entry>", b"", 1), r"mismatched tag"),
    "text after the end": (lambda b: b + b"<x/>", r"junk after document"),
    "NUL byte": (lambda b: b[:50] + b"\0" + b[50:], r":1:51: not well-formed"),
    "not UTF-8": (lambda b: b.replace(b"<key>Users", b"<key>\xff"), r"not well-formed"),
    "UTF-16": (lambda b: b.decode().encode("utf-16"), r"not UTF-8"),
    "other encoding": (lambda b: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + b, r"UTF-8"),
    "document type": (lambda b: b"<!DOCTYPE x>" + b, r"document type"),
    "entity bomb": (bomb, r"document type"),
    "external entity": (external, r"document type"),
    "10,000 deep": (lambda b: nested(DEEP), r":1:1: not an answer to GetAccountSummary"),
    "10,000 deep inside": (lambda b: b.replace(b"<SummaryMap>", b"<x>" * DEEP + b"<SummaryMap>"),
                           r"nested too deeply"),
    "not a count": (lambda b: b.replace(b"<value>22<", b"<value>many<"), r"«many» is no count"),
    "negative count": (lambda b: b.replace(b"<value>22<", b"<value>-1<"), r"is no count"),
    "a key twice": (lambda b: b.replace(b"<key>UsersQuota<", b"<key>Users<"), r"comes twice"),
}


@pytest.mark.parametrize("name", XML)
def test_xml(program, run, good, name):
    damage, told = XML[name]
    page = run.page(PRODUCTION, "GetAccountSummary")
    body = damage(run.file(page).read_bytes())
    assert body != run.file(page).read_bytes()
    run.write(page, body)
    place = rf"{re.escape(page['file'])}:\d+:\d+: "
    assert_unknown(program, run, good, "iam:GetAccountSummary", place, told)


@pytest.mark.parametrize(("account", "operation", "parameters"), [
    (PRODUCTION, "GetAccountAuthorizationDetails", {}),
    (PRODUCTION, "GetCredentialReport", {}),
    (PRODUCTION, "ListVirtualMFADevices", {}),
    (PRODUCTION, "ListMFADevices", {"UserName": "sample-admin-04"}),
    (PRODUCTION, "GetMFADevice", {"UserName": "sample-admin-07"}),
    (PRODUCTION, "GetLoginProfile", {"UserName": "sample-user-13"}),
    (SANDBOX, "ListAccessKeys", {"UserName": "sample-user-29"}),
    (SANDBOX, "GetAccessKeyLastUsed", {}),
    (PRODUCTION, "ListServiceSpecificCredentials", {}),
    (PRODUCTION, "GetAccountPasswordPolicy", {}),
    (PRODUCTION, "GetCallerIdentity", {}),
    (PRODUCTION, "ListAccountAliases", {}),
    (MANAGEMENT, "ListOrganizationsFeatures", {}),
], ids=lambda x: x if isinstance(x, str) and not x.isdigit() else "")
def test_each_xml_answer_truncated(program, run, good, account, operation, parameters):
    page = run.page(account, operation, **parameters)
    run.write(page, run.file(page).read_bytes()[:-20])
    assert_unknown(program, run, good, operation, rf"{re.escape(page['file'])}:\d+:\d+: ")


JSON = {
    "truncated": (lambda b: b[:100], r":1:101: unexpected end"),
    "empty": (lambda b: b"", r""),
    "not JSON": (lambda b: b"<html/>", r":1:1: "),
    "a name twice": (lambda b: b.replace(b'{"Accounts"', b'{"Accounts":[],"Accounts"'),
                     r":1:16: .*twice"),
    "text after the end": (lambda b: b + b"{}", r"text after the value"),
    "10,000 lists deep": (lambda b: b"[" * DEEP + b"]" * DEEP, r"nested too deeply"),
    "10,000 objects deep": (lambda b: b'{"a":' * DEEP + b"1" + b"}" * DEEP, r"nested too deeply"),
    "number out of range": (lambda b: b.replace(b"1.700000000418E9", b"1e999"), r":1:\d+: number"),
    "not UTF-8": (lambda b: b.replace(b"Example", b"Ex\xffmple"), r":1:\d+: "),
    "NUL escape": (lambda b: b.replace(b"Example", b"Ex\\u0000mple"), r":1:\d+: "),
    "half a surrogate": (lambda b: b.replace(b"Example", b"Ex\\ud800mple"), r":1:\d+: "),
    "a list": (lambda b: b"[]", r"Accounts: expected an array"),
    "no list": (lambda b: b'{"Accounts":{}}', r"Accounts: expected an array"),
}


@pytest.mark.parametrize("name", JSON)
def test_json(program, run, good, name):
    damage, told = JSON[name]
    page = run.page(MANAGEMENT, "ListAccounts")
    body = damage(run.file(page).read_bytes())
    assert body != run.file(page).read_bytes()
    run.write(page, body)
    assert_unknown(program, run, good, "organizations:ListAccounts", re.escape(page["file"]), told)


def in_content(damage):
    """The same damage, but to the table inside the base64 of the credential report."""
    def outside(body):
        content = re.search(rb"<Content>(.*?)</Content>", body, re.S)[1]
        table = base64.b64decode(content)
        assert damage(table) != table
        return body.replace(content, base64.b64encode(damage(table)))
    return outside


CSV = {
    "base64: other characters": (lambda b: b.replace(b"<Content>", b"<Content>!!!!"), r"base64"),
    "base64: cut": (lambda b: b.replace(b"</Content>", b"A</Content>"), r"base64"),
    "no content": (lambda b: re.sub(rb"<Content>.*?</Content>", b"", b, flags=re.S), r"no Content"),
    "not CSV by its own word": (lambda b: b.replace(b"text/csv", b"text/tsv"), r"text/csv"),
    "no time": (lambda b: re.sub(rb"<GeneratedTime>.*?</GeneratedTime>", b"", b),
                r"GeneratedTime"),
    "truncated in a row": (in_content(lambda c: c[:len(c) // 2]), r"row \d+: fewer fields"),
    "truncated in the last row": (in_content(lambda c: c[:c.rindex(b",")]),
                                  r"row 28: fewer fields"),
    "too many fields": (in_content(lambda c: c.replace(b"\nsample-user-10,", b"\na,b,c,")),
                        r"row 14: "),
    "quote without end": (
        in_content(lambda c: c.replace(b"\nsample-user-10", b'\n"sample-user-10')),
        r"row 14: quote"),
    "column missing": (in_content(lambda c: c.replace(b"password_enabled", b"password", 1)),
                       r"column .*password_enabled.* is missing"),
    "column twice": (in_content(lambda c: c.replace(b"password_last_used", b"password_enabled", 1)),
                     r"row 1: two columns"),
    "empty": (in_content(lambda c: b""), r"row 1: no header"),
    "NUL byte": (in_content(lambda c: c.replace(b"\nsample-user-10", b"\nsample-user\0-10")),
                 r"row 14: NUL"),
    "not UTF-8": (in_content(lambda c: c.replace(b"\nsample-user-10", b"\nsample-user\xff-10")),
                  r"row 14: not UTF-8"),
}


@pytest.mark.parametrize("name", CSV)
def test_credential_report(program, run, good, name):
    damage, told = CSV[name]
    page = run.page(PRODUCTION, "GetCredentialReport")
    body = damage(run.file(page).read_bytes())
    assert body != run.file(page).read_bytes()
    run.write(page, body)
    now = assert_unknown(program, run, good, "iam:GetCredentialReport",
                         re.escape(page["file"]), told)
    assert len(statuses(now, "iam.users_without_mfa", PRODUCTION)) == 26
    assert_only_live_answers_count(good, now)


def test_rows_missing_from_the_report(program, run, good):
    """A table that is whole but short: the users without a row are UNKNOWN, the counts differ."""
    page = run.page(PRODUCTION, "GetCredentialReport")
    shorter = in_content(lambda c: b"\n".join(c.split(b"\n")[:-3]) + b"\n")
    run.write(page, shorter(run.file(page).read_bytes()))
    now = assert_unknown(program, run, good, f"users of account {PRODUCTION}",
                         "GetCredentialReport")
    found = statuses(now, "iam.users_without_mfa", PRODUCTION)
    assert 1 <= list(found.values()).count("UNKNOWN") <= 3


def test_two_rows_of_one_user(program, run, good):
    """Which of two rows holds cannot be known: neither is believed."""
    def twice(table):
        (row,) = [r for r in table.splitlines() if r.startswith(b"sample-user-13,")]
        fields = row.split(b",")
        fields[3] = b"false"  # password_enabled
        return table.rstrip(b"\n") + b"\n" + b",".join(fields) + b"\n"

    page = run.page(PRODUCTION, "GetCredentialReport")
    run.write(page, in_content(twice)(run.file(page).read_bytes()))
    now = assert_unknown(program, run, good, re.escape(page["file"]), "two rows of one user")
    assert_only_live_answers_count(good, now)


def test_list_of_another_user(program, run, good):
    """An answer that speaks of somebody else proves nothing of the one who was asked about."""
    asked = run.page(PRODUCTION, "ListMFADevices", UserName="sample-user-13")
    other = run.page(PRODUCTION, "ListMFADevices", UserName="sample-user-11")
    run.write(asked, run.file(other).read_bytes())
    now = assert_unknown(program, run, good, re.escape(asked["file"]), "another user")
    assert statuses(now, "iam.users_without_mfa", PRODUCTION)[
        f"arn:aws:iam::{PRODUCTION}:user/sample-user-13"] == "UNKNOWN"


# --- Pages: exit 4 -------------------------------------------------------------------------------

PAGED = "GetAccountAuthorizationDetails"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_page_missing_from_the_log(program, run, good, number):
    run.file(run.page(PRODUCTION, PAGED, number)).unlink()
    pages = run.query(PRODUCTION, PAGED)["pages"]
    del pages[number]
    run.save()
    told = r"says that more follow" if number == 2 else \
        rf"a page is missing before {re.escape(pages[number]['file'])}"
    now = assert_unknown(program, run, good, f"iam:{PAGED}", told)
    assert set(statuses(now, "iam.admin_users_mfa", PRODUCTION).values()) == {"UNKNOWN"}


def test_page_with_another_token(program, run, good):
    page = run.page(PRODUCTION, PAGED, 1)
    page["token"] = "another"
    run.save()
    assert_unknown(program, run, good, f"iam:{PAGED}",
                   rf"a page is missing before {re.escape(page['file'])}")


def test_pages_in_another_order(program, run, good):
    run.query(PRODUCTION, PAGED)["pages"].reverse()
    run.save()
    assert_unknown(program, run, good, f"iam:{PAGED}", r"a page is missing before")


def test_page_after_the_last(program, run, good):
    pages = run.query(PRODUCTION, "GetAccountSummary")["pages"]
    extra = {**pages[0], "file": f"raw/{PRODUCTION}/9999-iam-GetAccountSummary.xml", "token": "x"}
    shutil.copyfile(run.file(pages[0]), run.file(extra))
    pages.append(extra)
    run.save()
    assert_unknown(program, run, good, "iam:GetAccountSummary", r"9999-iam-GetAccountSummary")


def test_marker_without_truncation(program, run, good):
    page = run.page(PRODUCTION, PAGED, 0)
    run.edit(page, b"<IsTruncated>true</IsTruncated>", b"<IsTruncated>false</IsTruncated>")
    assert_unknown(program, run, good, re.escape(page["file"]), r"IsTruncated and Marker disagree")


def test_no_page_at_all(program, run, good):
    run.query(PRODUCTION, "ListVirtualMFADevices")["pages"].clear()
    run.save()
    assert_unknown(program, run, good, "iam:ListVirtualMFADevices", r"no answer was recorded")


def test_query_not_in_the_log(program, run, good):
    run.drop_query(run.query(PRODUCTION, "ListVirtualMFADevices"))
    done = program("evaluate", run.path, "--now", NOW, status=4)
    now = load(run.path)
    assert passes(now) <= passes(load(good)) and done.returncode == 4
    assert any("iam:ListVirtualMFADevices" in r["text"] and "not collected" in r["text"]
               for r in now["verdict"]["reasons"])


@pytest.mark.parametrize("operation", ["GetAccountSummary", PAGED, "GetCredentialReport",
                                       "ListVirtualMFADevices", "GetCallerIdentity"])
def test_refused(program, run, good, operation):
    run.deny(PRODUCTION, operation)
    assert_unknown(program, run, good, operation, r"AccessDenied")


def test_error_with_status_200(program, run, good):
    """An error document is no answer, whatever status it came with."""
    run.deny(PRODUCTION, "GetAccountSummary")
    run.query(PRODUCTION, "GetAccountSummary").update(complete=True, error=None)
    page = run.page(PRODUCTION, "GetAccountSummary")
    page["httpStatus"] = 200
    run.save()
    assert_unknown(program, run, good, "iam:GetAccountSummary", re.escape(page["file"]))


# --- Size: exit 4, and quickly -------------------------------------------------------------------

def test_answer_of_200_mb(program, run, good):
    """The log says so: not even read. The file is sparse."""
    page = run.page(PRODUCTION, "GetAccountSummary")
    os.truncate(run.file(page), HUGE)
    page["size"] = HUGE
    run.save()
    assert_unknown(program, run, good, "iam:GetAccountSummary", re.escape(page["file"]),
                   r"larger than")


def test_file_of_200_mb_where_the_log_says_less(program, run):
    page = run.page(PRODUCTION, "GetAccountSummary")
    os.truncate(run.file(page), HUGE)
    assert_refused(program, run, re.escape(page["file"]), r"larger than")


# --- Policies ------------------------------------------------------------------------------------

def encoded(policy):
    text_ = policy if isinstance(policy, str) else json.dumps(policy)
    return urllib.parse.quote(text_, safe="").encode()


def set_document(run, name, policy):
    """Replace the document in force of a managed policy of the production account."""
    for page in run.query(PRODUCTION, PAGED)["pages"]:
        body = run.file(page).read_bytes()
        at = body.find(f"<PolicyName>{name}</PolicyName>".encode(), body.find(b"<Policies>"))
        if b"<Policies>" not in body or at < 0:
            continue
        end = body.index(b"</PolicyVersionList>", at)
        versions = re.sub(rb"<Document>[^<]*</Document>",
                          b"<Document>" + encoded(policy) + b"</Document>", body[at:end])
        run.write(page, body[:at] + versions + body[end:])
        return len(versions)
    raise AssertionError(f"no policy {name}")


def large(statement, size):
    """A policy of at least that many characters, whose last statement is this."""
    rows = [{"Effect": "Allow", "Action": "s3:GetObject",
             "Resource": f"arn:aws:s3:::sample-{n:06}/*"} for n in range(size // 80)]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [*rows, statement]})
    assert len(policy) >= size
    return policy


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
SOMETHING = {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::sample-bucket/*"}


def administrators(findings):
    return {r.rsplit("/", 1)[1] for r, s in
            statuses(findings, "iam.admin_users_mfa", PRODUCTION).items()
            if s in ("PASS", "FAIL")}


@pytest.mark.parametrize(("statement", "is_administrator"),
                         [(EVERYTHING, True), (SOMETHING, False)], ids=["everything", "one bucket"])
def test_policy_of_152_kb(program, run, good, statement, is_administrator):
    """AWS has policies of that size: read like any other, and to its end."""
    set_document(run, "sample-everything", large(statement, 152_000))
    program("evaluate", run.path, "--now", NOW, status=0)
    now = load(run.path)
    assert ("sample-admin-05" in administrators(now)) is is_administrator
    assert [r["code"] for r in now["verdict"]["reasons"]] == ["override"]
    if is_administrator:
        assert passes(now) == passes(load(good))


POLICIES = {
    "not JSON": "not a policy",
    "truncated": '{"Version":"2012-10-17","Statement":[{"Effect":"All',
    "empty": "",
    "a list": "[]",
    "no statement": '{"Version":"2012-10-17"}',
    "effect of another word": '{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}',
    "action of another kind": '{"Statement":[{"Effect":"Allow","Action":7,"Resource":"*"}]}',
    "a name twice":
        '{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}',
    "10,000 deep": '{"Statement":' + "[" * DEEP + "]" * DEEP + "}",
    "1.1 MB": large(EVERYTHING, 1_100_000),
}


@pytest.mark.parametrize("name", POLICIES)
def test_policy_that_cannot_be_read(program, run, good, name):
    """Who has it: UNKNOWN, with the policy's name; nobody else is touched."""
    set_document(run, "sample-everything", POLICIES[name])
    program("evaluate", run.path, "--now", NOW, status=None)
    was, now = load(good), load(run.path)
    (finding,) = [f for f in now["findings"] if f["check"] == "iam.admin_users_mfa"
                  and f["resource"].endswith("/sample-admin-05")]
    assert finding["status"] == "UNKNOWN"
    assert "sample-everything" in finding["detail"] and "\n" not in finding["detail"]
    assert finding["evidence"]
    assert passes(now) == passes(was) - {finding["id"]}
    assert now["score"]["value"] <= was["score"]["value"] and now["coverage"] < was["coverage"]


def test_policy_badly_encoded(program, run, good):
    set_document(run, "sample-everything", "x")
    page = next(p for p in run.query(PRODUCTION, PAGED)["pages"]
                if b"<Document>x</Document>" in run.file(p).read_bytes())
    run.write(page, run.file(page).read_bytes().replace(b"<Document>x<", b"<Document>%7B%zz<"))
    program("evaluate", run.path, "--now", NOW, status=None)
    assert statuses(load(run.path), "iam.admin_users_mfa", PRODUCTION)[
        f"arn:aws:iam::{PRODUCTION}:user/sample-admin-05"] == "UNKNOWN"
    assert passes(load(run.path)) <= passes(load(good))


# --- Files that are not those of the log: exit 3 -------------------------------------------------

def replace_file(make):
    def damage(run):
        path = run.file(run.page(PRODUCTION, PAGED, 1))
        path.unlink()
        make(path)
    return damage


def set_in_page(**values):
    def damage(run):
        run.page(PRODUCTION, PAGED, 1).update(values)
        run.save()
    return damage


def flip(run):
    path = run.file(run.page(PRODUCTION, PAGED, 1))
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))


FILES = {
    "a bit flipped": (flip, r"SHA-256 is [0-9a-f]{64}, but snapshot.json says [0-9a-f]{64}"),
    "hash wrong in the log": (set_in_page(sha256="0" * 64), r"snapshot.json says 0{64}"),
    "size wrong in the log": (set_in_page(size=1), r"bytes, but snapshot.json says 1"),
    "gone": (replace_file(lambda p: None), r"No such file"),
    "a directory": (replace_file(lambda p: p.mkdir()), r"is a directory"),
    "a FIFO": (replace_file(os.mkfifo), r"not a regular file"),
    "a link to another file": (replace_file(lambda p: p.symlink_to("/etc/passwd")), r"bytes, but"),
    "a link to nothing": (replace_file(lambda p: p.symlink_to("nothing")), r"No such file"),
    "a link to itself": (replace_file(lambda p: p.symlink_to(p.name)), r"symbolic link"),
    "a link to a device": (replace_file(lambda p: p.symlink_to("/dev/zero")),
                           r"not a regular file"),
    "empty": (replace_file(lambda p: p.write_bytes(b"")), r"0 bytes, but"),
}


@pytest.mark.parametrize("name", FILES)
def test_file(program, run, name):
    damage, told = FILES[name]
    damage(run)
    assert_refused(program, run, re.escape(run.page(PRODUCTION, PAGED, 1)["file"]), told)


def test_no_raw_folder(program, run):
    shutil.rmtree(run.path / "raw")
    assert_refused(program, run, r"raw/\d{12}/", r"No such file")


# --- snapshot.json: exit 3 -----------------------------------------------------------------------

def in_log(old, new):
    def damage(text_):
        assert old in text_
        return text_.replace(old, new, 1)
    return damage


def one_file_for_two_pages(log):
    first, second = re.findall(r'"file": "(raw/[^"]+-ListAccounts\.json)"', log)[:2]
    return log.replace(first, second, 1)


LOG = {
    "unknown schema": (in_log("reportgen-snapshot/1", "reportgen-snapshot/2"),
                       r"schema: .*reportgen-snapshot/1.*reportgen-snapshot/2"),
    "schema of another file": (in_log("reportgen-snapshot/1", "reportgen-findings/1"), r"schema"),
    "schema with an escape": (in_log("reportgen-snapshot/1", r"\u001b[2J\n"), r"schema"),
    "truncated": (lambda t: t[:5000], r"snapshot.json:\d+:\d+: "),
    "empty": (lambda t: "", r"snapshot.json"),
    "10,000 deep": (lambda t: "[" * DEEP, r"snapshot.json:1:\d+: nested too deeply"),
    "a name twice": (in_log('"schema":', '"schema": "x", "schema":'),
                     r"snapshot.json:\d+:\d+: .*twice"),
    "text after the end": (lambda t: t + "x", r"snapshot.json:\d+:\d+: "),
    "a list": (lambda t: "[]", r"snapshot.json"),
    "path upwards": (in_log("raw/111122223333/0001-", "raw/../../0001-"), r"queries\[\d+\].*file"),
    "absolute path": (in_log("raw/111122223333/0001-", "/etc/0001-"), r"queries\[\d+\].*file"),
    "hidden path": (in_log("raw/111122223333/0001-", "raw/.x/0001-"), r"queries\[\d+\].*file"),
    "hash of another form": (in_log('"sha256": "', '"sha256": "X'), r"queries\[\d+\].*sha256"),
    "size below zero": (in_log('"size": ', '"size": -'), r"queries\[\d+\].*size"),
    "size with a fraction": (in_log('"size": ', '"size": 0.'), r"queries\[\d+\].*size"),
    "no date": (in_log('"serverDate": "2026', '"serverDate": "x'), r"serverDate"),
    "account of another form": (in_log('"home": "111122223333"', '"home": "root"'), r"home"),
    "mode of another word": (in_log('"mode": "organization"', '"mode": "all"'), r"mode"),
    "one file for two pages": (one_file_for_two_pages, r"listed twice"),
}


@pytest.mark.parametrize("name", LOG)
def test_log(program, run, name):
    damage, told = LOG[name]
    path = run.path / "snapshot.json"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert_refused(program, run, r"/snapshot\.json", told)


def test_log_that_contradicts_itself(program, run):
    run.query(PRODUCTION, "GetAccountSummary")["error"] = {"code": "AccessDenied", "message": ""}
    run.save()
    assert_refused(program, run, r"/snapshot\.json", r"queries\[\d+\]: error: ")


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), os.mkfifo,
                                  lambda p: p.symlink_to("/dev/zero"),
                                  lambda p: p.symlink_to("nothing")],
                         ids=["gone", "directory", "FIFO", "device", "link to nothing"])
def test_log_is_no_file(program, run, make):
    (run.path / "snapshot.json").unlink()
    make(run.path / "snapshot.json")
    assert_refused(program, run, r"/snapshot\.json: ")


def test_query_twice_in_the_log(program, run):
    query = run.query(PRODUCTION, "GetCallerIdentity")
    run.snapshot["queries"].append({**query, "pages": []})
    run.save()
    assert_refused(program, run, r"/snapshot\.json", r"GetCallerIdentity.* is listed twice")


def test_no_run_at_all(program, tmp_path):
    done = program("evaluate", tmp_path / "nothing", status=3)
    assert b"nothing/snapshot.json: No such file" in done.stderr
    assert not (tmp_path / "nothing").exists()


def test_name_with_an_escape_is_shown_harmless(program, tmp_path):
    done = program("evaluate", tmp_path / "a\033[31m\nb", status=3)
    assert b"\033" not in done.stderr and done.stderr.count(b"\n") == 1


# --- Everything once -----------------------------------------------------------------------------

def rests_on(program, good, path, number):
    """Does anything change when this query is not in the log at all? In the sandbox devices were
    asked about that a whole list of virtual devices, as here, makes nobody ask about."""
    run = Run(copy_writable(good, path))
    run.drop_query(run.snapshot["queries"][number])
    done = program("evaluate", path, "--now", NOW, status=None)
    return done.returncode != 0 or load(path)["findings"] != load(good)["findings"]


def one_of_each(snapshot):
    """[(number, query)] of whole answers, one of each operation; test_assessment.c has them all."""
    found = {}
    for number, query in enumerate(snapshot["queries"]):
        if query["complete"]:
            found.setdefault((query["service"], query["operation"]), (number, query))
    return list(found.values())


@pytest.mark.parametrize("part", range(4))
def test_every_operation_fails_once(program, good, tmp_path, part):
    """One answer of each refused: never another PASS, never a higher score, never exit 0."""
    was, idle = load(good), 0
    chosen = one_of_each(Run(good).snapshot)
    assert len(chosen) > 40
    for number, query in chosen[part::4]:
        operation = query["operation"]
        run = Run(copy_writable(good, tmp_path / str(number)))
        run.deny_query(run.snapshot["queries"][number])
        done = program("evaluate", run.path, "--now", NOW, status=None)
        now = load(run.path)
        assert passes(now) <= passes(was), query
        assert (now["score"]["value"] or 0) <= was["score"]["value"], query
        if done.returncode == 0:
            idle += 1
            assert not rests_on(program, good, tmp_path / "without", number), operation
            shutil.rmtree(tmp_path / "without")
        else:
            assert done.returncode == 4
            assert any(operation in r["text"] for r in now["verdict"]["reasons"])
        shutil.rmtree(run.path)
    assert idle < 3


# --- Packs: exit 1 -------------------------------------------------------------------------------

def at_half(path):
    path.write_bytes(path.read_bytes()[:path.stat().st_size // 2])


def instead(make):
    def damage(path):
        path.unlink()
        make(path)
    return damage


PACK_DAMAGE = {
    "gone": instead(lambda p: None),
    "empty": lambda p: p.write_bytes(b""),
    "truncated": at_half,
    "200 MB": lambda p: os.truncate(p, HUGE),
    "10,000 lists deep": lambda p: p.write_bytes(b"[" * DEEP + b"]" * DEEP),
    "a FIFO": instead(os.mkfifo),
    "a directory": instead(lambda p: p.mkdir()),
    "a link to itself": instead(lambda p: p.symlink_to(p.name)),
    "a link to a device": instead(lambda p: p.symlink_to("/dev/zero")),
    "a file beside it": lambda p: (p.parent / "extra").write_bytes(b"x"),
}


@pytest.fixture(scope="module")
def pinned(demo_home, tmp_path_factory):
    path = tmp_path_factory.mktemp("pinned") / "signer.pem"
    path.write_bytes(Program(demo_home / "home")("key", "show").stdout)
    return path


@pytest.mark.parametrize("damage", PACK_DAMAGE)
def test_pack(program, demo_copy, pinned, damage):
    """Whatever became of a file of a pack: refused in one line, and the pack is left alone."""
    summary = Run(demo_copy).page(PRODUCTION, "GetAccountSummary")["file"]
    for name in (summary, "snapshot.json", "evidence.dsse.json", "statement.json"):
        pack = copy_writable(demo_copy / "pack", demo_copy / "copy")
        PACK_DAMAGE[damage](pack / name)
        done = program("verify", pack, "--key", pinned, status=1)
        assert done.stderr.count(b"\n") == 1, name
        assert done.stdout.rstrip().endswith(b"REFUSED"), name
        shutil.rmtree(pack)


@pytest.mark.parametrize("schema", ["snapshot.json", "findings.json", "report.json"])
def test_pack_with_another_schema(program, demo_copy, pinned, schema):
    path = demo_copy / "pack" / schema
    path.write_text(path.read_text(encoding="utf-8").replace('/1"', '/2"', 1), encoding="utf-8")
    done = program("verify", demo_copy / "pack", "--key", pinned, status=1)
    assert schema.encode() in done.stderr


def test_evaluating_a_pack_leaves_it_whole(program, demo_copy):
    """The findings of today go into a folder of their own."""
    pack = demo_copy / "pack"
    before = tree(pack)
    program("evaluate", pack, "--now", NOW, status=4)
    after = tree(pack)
    assert {name: after[name] for name in before} == before
    (new,) = {name.split("/")[0] for name in set(after) - set(before)}
    ruleset = json.loads(before["findings.json"])["ruleset"]["sha256"]
    assert new == f"evaluated-{ruleset[:8]}"
    assert after[f"{new}/findings.json"] == before["findings.json"]
