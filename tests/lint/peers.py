"""peers.py - every test that tests/PEERS.md names is there, and is run.

A row is "| mistake | file: test |". Tests of a .c file stand in tests/unit as TEST(name) and in the
list that main() runs; tests of a .py file in tests/e2e.
"""
import re
import sys
from pathlib import Path

from c_source import code

LIST = Path("tests/PEERS.md")
ROW = re.compile(r"\| (\S.*?) \| (test_\w+)\.(c|py): (\w+) \|")


def is_run(name, ending, test):
    path = Path("tests", "unit" if ending == "c" else "e2e", f"{name}.{ending}")
    if not path.is_file():
        return False
    text = path.read_text(encoding="utf-8")
    if ending == "py":
        return test.startswith("test_") and f"\ndef {test}(" in text
    text = code(text)
    return f"\nTEST({test})" in text and f"cmocka_unit_test({test})" in text


def main():
    bad, rows = False, set()
    for number, line in enumerate(LIST.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|") or line in ("| Mistake | Test |", "|---|---|"):
            continue
        row = ROW.fullmatch(line)
        if not row:
            print(f"{LIST}:{number}: wanted | mistake | file: test |")
        elif row[1] in rows:
            print(f"{LIST}:{number}: the same mistake a second time")
        elif not is_run(*row.groups()[1:]):
            print(f"{LIST}:{number}: no such test is run: {row[2]}.{row[3]}: {row[4]}")
        else:
            rows.add(row[1])
            continue
        bad = True
    return bad or not rows


sys.exit(main())
