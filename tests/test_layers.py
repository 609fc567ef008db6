from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ROWS = (
    (
        *("kb", "pipelines", "kb.errors", "kb.models", "kb.vectors", "kb.digests", "kb.atomic"),
        "kb.as_json",
    ),
    (
        *("kb.checked_yaml", "kb.weights", "kb.unread", "kb.licences", "kb.opening"),
        *("kb.loading", "kb.paths"),
    ),
    ("kb.encoder_export", "kb.figures", "kb.cues"),
    ("kb.codebook", "kb.encoder"),
    (
        "kb.vocabulary",
        "kb.questions",
        "kb.codebook_files",
        "kb.second_schema",
        "kb.llm_schema",
        "kb.views",
    ),
    ("kb.schema", "kb.rows", "kb.short_forms"),
    (
        *("kb.tables", "kb.store", "kb.cited", "kb.pages", "kb.labels", "kb.bibliography"),
        "kb.pdf_page",
    ),
    (
        *("kb.second", "kb.integrity", "kb.search", "kb.browse", "kb.export", "kb.synthesis"),
        *("kb.page_images", "kb.published", "kb.changes", "kb.copies"),
    ),
    ("kb.layout", "kb.annotation", "kb.functions", "kb.whole"),
    ("kb.text", "kb.output", "kb.web", "kb.atom", "kb.explaining"),
    ("kb.cli",),
    ("kb.cli_search", "kb.cli_changes"),
    (
        "pipelines.files",
        "pipelines.tesseract",
        "pipelines.sentences",
        "pipelines.run_in",
        "pipelines.usual",
        "pipelines.short_forms",
        "pipelines.progress",
        "pipelines.sources",
    ),
    ("pipelines.listings",),
    (
        "pipelines.pull",
        "pipelines.parse",
        "pipelines.segment",
        "pipelines.cite",
        "pipelines.extract",
        "pipelines.entities",
        "pipelines.embed",
        "pipelines.publish",
        "pipelines.evaluate",
        "pipelines.plan",
        "pipelines.work",
    ),
    (
        "pipelines.training",
        "pipelines.score",
        "pipelines.reading",
        "pipelines.citing",
        "pipelines.copies",
    ),
    ("pipelines.train", "pipelines.build", "pipelines.second"),
    ("pipelines.cli_pull",),
    ("pipelines.cli",),
    ("pipelines.__main__",),
)
"""A module may import what stands in a row above its own, and its own package, no other."""

LATE = {
    *("torch", "spacy", "onnxruntime", "sentence_transformers", "transformers", "tokenizers"),
    "llm",
}
"""Imported only inside the functions that load a model."""

PARSERS = {"pypdfium2", "trafilatura", "mammoth", "markdown_it", "mdit_py_plugins", "lxml"}
NETWORK = {"httpx", "httpcore", "requests", "socket", "http", "aiohttp"}

MODULES = sorted([*ROOT.glob("kb/**/*.py"), *ROOT.glob("pipelines/**/*.py")])


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def place_of(module: str) -> tuple[int, str]:
    """Give the row of a module, and the name there that stands for it."""
    for row, names in enumerate(ROWS):
        for name in names:
            if module == name or (module.startswith(name + ".") and name.count(".") == 1):
                return row, name
    raise AssertionError(f"{module} stands in no row of tests/test_layers.py")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "relative imports hide where they point"
            yield node.module


def at_the_top(tree: ast.Module) -> Iterator[str]:
    """Yield what a module imports when it is imported itself."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path):
    row, own = place_of(name_of(path))
    for imported in imports(ast.parse(path.read_text())):
        if imported.split(".")[0] in {"kb", "pipelines"}:
            other_row, other = place_of(imported)
            assert other == own or other_row < row, f"{own} may not import {other}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_stay_where_they_are_needed(path):
    module, tree = name_of(path), ast.parse(path.read_text())
    roots = {imported.split(".")[0] for imported in at_the_top(tree)}
    assert roots.isdisjoint(LATE), "import a model library inside the function that needs it"
    every = {imported.split(".")[0] for imported in imports(tree)}
    if not module.startswith("pipelines.parse") and module != "kb.pdf_page":
        assert every.isdisjoint(PARSERS), "parsers are used in pipelines.parse, pages drawn apart"
    if not module.startswith("pipelines.pull."):
        assert every.isdisjoint(NETWORK), "nothing but a pull may use the network"
    assert set(imports(tree)).isdisjoint({"urllib", "urllib.request"}), "the same"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_are_short(path):
    text = path.read_text()
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno <= 50, node.name
