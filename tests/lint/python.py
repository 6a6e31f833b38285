"""python.py - every Python file compiles, begins with a docstring, and has no unused import."""
import ast
import sys
from pathlib import Path


def problems(path):
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, str(path))
    except SyntaxError as error:
        yield error.lineno, error.msg
        return
    if not ast.get_docstring(tree):
        yield 1, f'begins with """{path.name} - what it is"""'
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = (alias.asname or alias.name).split(".")[0]
                if name not in names:
                    yield node.lineno, f"{name} is imported and not used"
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > 100:
            yield number, f"{len(line)} columns, more than 100"


def main():
    bad = False
    for path in sorted(Path("tests").rglob("*.py")):
        for line, reason in problems(path):
            print(f"{path}:{line}: {reason}")
            bad = True
    return bad


sys.exit(main())
