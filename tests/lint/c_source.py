"""c_source.py - what the lints share: the list of C files, and their text without comments."""
import re
from pathlib import Path

TOKENS = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL
)


def files(*folders, endings=(".c", ".h")):
    """All C files under the folders, sorted."""
    found = (path for folder in folders for path in Path(folder).rglob("*"))
    return sorted(path for path in found if path.suffix in endings)


def code(text, keep_strings=False):
    """The text with comments (and texts in quotes) emptied; the lines stay where they are."""

    def blank(match):
        token = match.group()
        if token[0] in "\"'":
            return token if keep_strings else token[0] * 2
        return "\n" * token.count("\n")

    return TOKENS.sub(blank, text)
