from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from typer.main import get_command

from kb.codebook import load_codebook
from pipelines.cli import app

ROOT = Path(__file__).parent.parent

spec = importlib.util.spec_from_file_location("write", ROOT / "docs" / "write.py")
write = importlib.util.module_from_spec(spec)
spec.loader.exec_module(write)

COMMANDS = get_command(app).commands
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
PAGES += sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", write.PAGES)
def test_generated_pages_are_current(page):
    assert (ROOT / "docs" / page).read_text("utf-8") == write.PAGES[page](), "run: make docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_what_it_does_and_gives_an_example(name):
    text = COMMANDS[name].help
    assert re.match(r"[A-Z][^\n]+\.\n", text)
    assert f"Example: kb {name}" in text
    assert all(parameter.help for parameter in COMMANDS[name].params)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_in_the_changelog(name):
    assert re.search(rf"`(kb )?{name}\b", (ROOT / "CHANGELOG.md").read_text("utf-8"))


def test_each_code_and_value_is_documented():
    page = (ROOT / "docs" / "codebook.md").read_text("utf-8")
    book = load_codebook()
    values = [value.id for attribute in book.attributes for value in attribute.values]
    assert [
        id for id in [*(code.id for code in book.codes), *values] if f"`{id}`" not in page
    ] == []


def test_each_module_stands_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = [*ROOT.glob("kb/*.py"), *ROOT.glob("pipelines/*.py")]
    names = [path.name for path in modules if not path.name.startswith("__")]
    assert [name for name in names if not re.search(rf"`(kb/|pipelines/)?{name}`", page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
