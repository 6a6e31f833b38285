"""rows.py - a table or a row that nobody reads: defined for others, named in no other C file.

Checks, collectors, commands, renderers and the like are `const struct KIND name` (or a list of
them) in the file of their functions, and named once more where they are gathered. Static ones are
the compiler's to find. To add a kind: a word in KINDS.
"""
import re
import sys

from c_source import code, files

KINDS = "check|check_list|collector|command|renderer|delivery|transport|option"
DEFINITION = re.compile(rf"^const struct (?:{KINDS}) (\w+)(?:\[\w*\])?\s*=", re.MULTILINE)


def main():
    texts = {path: code(path.read_text(encoding="utf-8"))
             for path in files("scanner", "reportgen", endings=(".c",))}
    bad = False
    for path, text in texts.items():
        for match in DEFINITION.finditer(text):
            name = match.group(1)
            used = re.compile(rf"\b{name}\b")
            if not any(used.search(other) for place, other in texts.items() if place != path):
                line = text.count("\n", 0, match.start()) + 1
                print(f"{path}:{line}: {name} stands in no list: nobody will ever run it")
                bad = True
    return bad


sys.exit(main())
