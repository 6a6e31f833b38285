"""junit_count.py - count the test cases of a JUnit file: prints "passed failed skipped".

usage: junit_count.py FILE STATUS
STATUS is pytest's exit status: a run that died, or ran no test, counts as one failed test.
"""
import sys
import xml.etree.ElementTree as ElementTree


def count(path, status):
    try:
        suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0

    def total(name):
        return sum(int(suite.get(name, "0")) for suite in suites)

    failed = total("failures") + total("errors")
    skipped = total("skipped")
    passed = max(total("tests") - failed - skipped, 0)
    if status != 0 and failed == 0:
        failed = 1
    return passed, failed, skipped


print(*count(sys.argv[1], int(sys.argv[2])))
