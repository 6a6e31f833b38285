"""guides.py - every check has its guide templates/guides/<id>.md, and every guide its check."""
import json
import subprocess
import sys
from pathlib import Path

PROGRAM = "build/release/reportgen"
FOLDER = Path("templates/guides")


def main():
    command = [PROGRAM, "checks", "--format", "json"]
    answer = subprocess.run(command, check=True, capture_output=True)
    checks = {check["id"] for check in json.loads(answer.stdout)}
    guides = {path.name[: -len(".md")] for path in FOLDER.glob("*.*.md")}

    for name in sorted(checks - guides):
        print(f"scanner/checks:1: {name} has no guide {FOLDER}/{name}.md")
    for name in sorted(guides - checks):
        print(f"{FOLDER}/{name}.md:1: there is no check {name}")
    if not checks:
        print("scanner/checks:1: no check at all")
    return checks != guides or not checks


sys.exit(main())
