"""What the README shows is what comes."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def run(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "80"},
        text=True,
        capture_output=True,
        check=True,
    ).stdout


def test_the_search_answers_as_the_readme_says(tmp_path: Path) -> None:
    page = (ROOT / "README.md").read_text("utf-8")
    asked = re.search(r"kb (search .+)", page)
    shown = re.search(r"The first two answers[^`]+```\n(.+?)\n```", page, re.DOTALL)
    assert asked
    assert shown
    base = str(tmp_path / "kb.db")
    run("build", "corpus/notes", "--db", base)
    assert run(*shlex.split(asked[1]), "-n", "2", "--db", base).rstrip() == shown[1].rstrip()
