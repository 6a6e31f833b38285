"""lengths.py - no function over 80 lines, no file over 500; prints the ten longest functions.

A test program may have 1000 lines: its cases are read one at a time, and belong together.

A function is counted from the first line of its head to its closing brace. The format puts both
of its braces alone in the first column, which is what is looked for here.
"""
import sys

from c_source import code, files

FUNCTION_LINES = 80
FILE_LINES = {"scanner": 500, "reportgen": 500, "tests": 1000}


def continues(line):
    """The line before a line of a head belongs to the same head."""
    return line.strip() and not line.startswith(("}", "#")) and not line.rstrip().endswith(";")


def functions(lines):
    """(first line, number of lines, head) of each function."""
    first = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            first = number - 1
            while first > 1 and continues(lines[first - 2]):
                first -= 1
        elif line.startswith("}") and first:
            yield first, number - first + 1, lines[first - 1]
            first = None


def main():
    bad = False
    found = []
    for path in files("scanner", "reportgen", "tests"):
        lines = code(path.read_text(encoding="utf-8")).splitlines()
        most = FILE_LINES[path.parts[0]]
        if len(lines) > most:
            print(f"{path}:{most + 1}: {len(lines)} lines, more than {most}: split it")
            bad = True
        for first, length, head in functions(lines):
            found.append((length, f"{path}:{first}", head.strip()))
            if length > FUNCTION_LINES:
                print(f"{path}:{first}: {length} lines, more than {FUNCTION_LINES}: {head.strip()}")
                bad = True
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    print(f"info: {len(found)} functions; the longest:")
    for length, place, head in found[:10]:
        print(f"info: {length:4} {place} {head}")
    return bad


sys.exit(main())
