"""verdicts_inputs.py - what the checks on people and on exceptions must say of the sample.

Derived from the story and from people.csv as it is written, and for exceptions from the verdicts
of the other areas: what one covers is looked up there, by its own matching of patterns.
"""
import csv
import datetime
import io
import re

import sample_federation as federation
import sample_inputs as inputs
import sample_story as story
import sample_verdicts
import sample_wire as wire

PASS, FAIL, UNKNOWN, NONE = "PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE"
TODAY = "2026-11-23"


def people():
    """{identity: "" or the last day}: nobody of the sample has two rows."""
    rows = list(csv.DictReader(io.StringIO(inputs.people())))
    assert len({row["identity"] for row in rows}) == len(rows) == len({r["person"] for r in rows})
    return {row["identity"]: row["left"] for row in rows}


# --------------------------------------------------------------------------------------- people


def has_key(user):
    return any(key.active for key in user.keys)


def keeps_anything(account, user):
    return (user.password or has_key(user) or bool(user.devices)
            or any(name == user.name and active for name, _, active, _
                   in story.SERVICE_CREDENTIALS.get(account.number, [])))


def of_user(account, user, rows):
    arn = wire.user_arn(account, user)
    if arn in rows:
        gone = rows[arn] and rows[arn] < TODAY
        return FAIL if gone and keeps_anything(account, user) else PASS
    machine = ("type", "service") in user.tags or user.path == "/service/"
    return FAIL if user.password or (has_key(user) and not machine) else NONE


def of_center(person, rows):
    if person.name in rows:
        return FAIL if rows[person.name] and rows[person.name] < TODAY and person.enabled else PASS
    return FAIL if person.enabled else NONE


def leavers(account):
    rows, center = people(), federation.CENTER
    found = {wire.user_arn(account, user): of_user(account, user, rows)
             for user in story.USERS[account.number]}
    found.update({arn: PASS for arn, left in rows.items() if left and arn not in found
                  and arn.startswith("arn:aws:iam::%s:" % account.number)})
    if account.number == center.owner:
        found.update({"arn:aws:identitystore:::user/" + federation.entry_id(center, "USER", p.name):
                      of_center(p, rows) for p in center.people})
    return found


# ----------------------------------------------------------------------------------- exceptions


def others(account):
    """The verdicts that the exceptions of the account may cover."""
    out = sample_verdicts.first_verdicts(account)
    for area in sample_verdicts.AREAS:
        if area.__name__ != __name__:
            out.update(sample_verdicts.area_verdicts(area, account))
    return out


def covers(row, account, resource):
    if "user" in row:       # bound to the id of the user, who is there
        user = inputs.the_user(account.number, row["user"])
        return resource == wire.user_arn(account, user)
    pattern = "".join("[^/:#]*" if c == "*" else re.escape(c) for c in row["resource"])
    if not re.fullmatch(pattern, resource):
        return False
    made = [wire.created(account, u.name) for u in story.USERS[account.number]
            if wire.user_arn(account, u) == resource]
    return all(day[:10] <= row["approved"] for day in made)


def is_broad(row):
    before, last = re.fullmatch(r"(.*[/:#])?([^/:#]*)", row.get("resource", "")).groups()
    return "*" in (before or "") or ("*" in last and len(last.replace("*", "")) < 3)


def days(first, last):
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


def is_at_fault(row):
    looked = max([row["approved"]] + [date for date, by, _, _ in row["reviews"]
                                      if by != row["owner"]])
    return (row["expires"] < TODAY or row["owner"] == row["approver"] or is_broad(row)
            or any(decision == "end" for _, _, decision, _ in row["reviews"])
            or days(row["approved"], row["expires"]) > 365
            or days(looked, TODAY) > 92)


def of_exception(row, account, verdicts):
    covered = [status for resource, status in verdicts.get(row["check"], {}).items()
               if covers(row, account, resource)]
    failing = covered.count(FAIL)
    unknown = sum(status in (UNKNOWN, "MANUAL") for status in covered)
    if is_at_fault(row) or not failing + unknown or failing + unknown > 10:
        return FAIL
    return PASS if failing else UNKNOWN


def exceptions(account):
    numbers, verdicts = {a.number for a in story.ACCOUNTS}, others(account)
    found = {row["id"]: of_exception(row, account, verdicts)
             for row in inputs.EXCEPTIONS if row["account"] == account.number}
    if account.number == story.MANAGEMENT:      # from which it was scanned
        found.update({row["id"]: FAIL if is_at_fault(row) else NONE
                      for row in inputs.EXCEPTIONS if row["account"] not in numbers})
    return found or {account.number: NONE}


def account_verdicts(account):
    """{check: {resource: status}}"""
    return {"iam.leavers_removed": leavers(account),
            "governance.exceptions_current": exceptions(account)}
