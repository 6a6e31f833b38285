"""update_readme.py - renews what the README shows of the program: commands and first page.

Run by `make readme`, from the top of the tree. The picture is page one of the sample report, dated
by the snapshot, so that it changes only when the report does.
"""
import re
import subprocess
import tempfile
from pathlib import Path

PROGRAM = "build/release/reportgen"
PICTURE = Path("assets/readme/first-page")
DATE = "2026-11-24T06:14:00Z"


def renew_commands():
    readme = Path("README.md")
    text = readme.read_text(encoding="utf-8")
    answer = subprocess.run([PROGRAM, "help", "--markdown"], check=True, capture_output=True)
    section = "<!-- commands -->\n" + answer.stdout.decode("utf-8").strip() + "\n<!-- /commands -->"
    text = re.sub(r"<!-- commands -->.*<!-- /commands -->", lambda _: section, text, flags=re.S)
    readme.write_text(text, encoding="utf-8")


def renew_picture():
    with tempfile.TemporaryDirectory() as home:
        run = Path(home) / "run"
        subprocess.run([PROGRAM, "demo", str(run), "--now", DATE, "--quiet"], check=True,
                       stdout=subprocess.DEVNULL, env={"HOME": home})
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["pdftoppm", "-r", "96", "-f", "1", "-l", "1", "-png", "-singlefile",
                        str(run / "report.pdf"), str(PICTURE)], check=True)


if __name__ == "__main__":
    renew_commands()
    renew_picture()
