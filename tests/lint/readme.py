"""readme.py - the README's section on commands is what the program says about itself.

Between the two markers stands the output of `reportgen help --markdown`, byte for byte.
"""
import subprocess
import sys
from pathlib import Path

PROGRAM = "build/release/reportgen"
BEGIN, END = "<!-- commands -->\n", "<!-- /commands -->"


def main():
    text = Path("README.md").read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        print(f"README.md:1: wanted once each: {BEGIN.strip()} and {END}")
        return True

    before, rest = text.split(BEGIN)
    section = rest.split(END)[0].strip().splitlines()
    answer = subprocess.run([PROGRAM, "help", "--markdown"], check=True, capture_output=True)
    wanted = answer.stdout.decode("utf-8").strip().splitlines()

    if section == wanted:
        return False
    same = sum(1 for _ in iter_same(section, wanted))
    line = text[: len(before)].count("\n") + 2 + same
    print(f"README.md:{line}: differs from `reportgen help --markdown`, which says:")
    print("    " + (wanted[same] if same < len(wanted) else "(nothing more)"))
    return True


def iter_same(left, right):
    """The lines that both begin with."""
    for one, other in zip(left, right):
        if one != other:
            return
        yield one


sys.exit(main())
