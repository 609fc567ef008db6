"""A folder with all that a server needs to show a knowledge base to anybody."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template
from typing import Any

import yaml
from sqlite_utils import Database

import kb
from kb.checked_yaml import ID
from kb.codebook import SHIPPED
from kb.codebook_files import codebook_folders
from kb.encoder import graph_folder, is_exported
from kb.errors import EncoderMissing, KbError
from kb.labels import load_labels
from kb.opening import open_database
from kb.published import Withheld, inspect, nothing, write_published
from kb.search import open_index
from kb.synthesis.maps import keep_maps
from kb.synthesis.plan import load_plan
from kb.web.in_place import listed, replaced
from kb.web.metadata import columns_of, metadata_for
from kb.web.server import SETTINGS

NAME = "kb"
"""The name of the database there, and the first part of its tables' addresses."""

INSPECTED = "inspect-data.json"

PUBLISHED = SETTINGS | {
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "facet_time_limit_ms": 500,
    "default_cache_ttl": 300,
}
"""What strangers' SQL may cost; see docs/publishing.md."""

PLUGIN = {"evidence_kb": {"keep_mb": 64}}
"""Pages that were made are kept: nothing of an immutable database changes."""

NEEDS = (
    "datasette",
    "sqlite-utils",
    "numpy",
    "onnxruntime",
    "tokenizers",
    "pyyaml",
    "platformdirs",
)
"""What a server needs beside this package; no parser, no torch."""

SHOWN_BY = ("codebook.yml", "pages.yml", "coder.json", "questions.json", "questions.onnx")
"""The files of a codebook that a server needs, if they are there."""

TEMPLATES = Path(__file__).parent / "site"
"""The Dockerfile, the README and the rest, with $names to be filled in."""


def publish_site(db: Path, folder: Path, *, withheld: Withheld = nothing) -> list[Path]:
    """Write the folder and give its files; raises KbError if it holds others' files alone.

    `withheld` names the documents whose licence does not allow their text to be shown: of these,
    nothing but what claims quote is written. What the folder held stays until all is written.
    """
    if db.resolve().parent == folder.resolve() and db.name in listed(folder):
        raise KbError(f"{db} is what was published into {folder}; give another folder")
    try:
        with replaced(folder) as new:
            fill(db, new, withheld)
            made = [path.name for path in new.iterdir()]
    except OSError as error:
        raise KbError(f"{folder} cannot be written: {error.strerror or error}") from error
    return sorted(folder / name for name in made if not name.startswith("."))


def fill(db: Path, folder: Path, withheld: Withheld) -> None:
    """Write all that a server needs."""
    target = folder / f"{NAME}.db"
    write_published(db, target, withheld=withheld)
    base = open_database(db)
    keep_counts(base, target)
    copy_package(folder / "package")
    copy_codebook(base, folder / "package" / "kb" / "codebooks")
    base.close()
    base = open_database(target)
    open_index(base)  # made here, so that no server has to before its first answer
    columns, encoder = columns_of(base), base.conn.execute("select model from collections")
    model = (encoder.fetchone() or ("",))[0]
    base.close()
    write_settings(folder, metadata_for(NAME, columns), inspect(target))
    has_encoder = copy_encoder(model, folder / "encoder")
    for template in sorted(TEMPLATES.glob("*.in")):
        text = Template(template.read_text("utf-8")).substitute(facts(has_encoder))
        write(folder / places(template.stem), text)


def keep_counts(base: Database, target: Path) -> None:
    """Count in a published copy what the maps of a base show, for that takes long."""
    labels = load_labels(base)
    copy = Database(sqlite3.connect(target))
    keep_maps(copy, labels, load_plan(base, labels))
    copy.close()


def write(path: Path, text: str) -> None:
    """Write a text file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def write_settings(folder: Path, metadata: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write what Datasette reads: 0.65 settings.json, 1.0 datasette.yml, both the rest."""
    write(folder / INSPECTED, json.dumps({NAME: facts}, indent=1) + "\n")
    write(folder / "metadata.yml", dump(metadata | {"plugins": PLUGIN}))
    write(folder / "settings.json", json.dumps(PUBLISHED, indent=1) + "\n")
    write(folder / "datasette.yml", dump({"settings": PUBLISHED, "plugins": PLUGIN}))


def dump(value: Any) -> str:
    """Give a value as YAML, in the order in which it was written."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)
    return text


def copy_package(folder: Path) -> None:
    """Copy this package's code and pages, without what only a build needs."""
    source = Path(kb.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "coder.onnx", "training", "site", "*.jsonl")
    shutil.copytree(source, folder / "kb", ignore=ignored)


def copy_codebook(base: Database, codebooks: Path) -> None:
    """Copy what pages show by a codebook, under its name, where it is not one that ships."""
    built = next(iter(codebook_folders(base)), None)
    if built is None or built.parent == SHIPPED:
        return
    (name,) = base.conn.execute("select codebook from builds order by id desc limit 1").fetchone()
    if not ID.fullmatch(name):  # a path, in a base that somebody has made up
        return
    shutil.rmtree(codebooks / name, ignore_errors=True)
    (codebooks / name).mkdir()
    for file in SHOWN_BY:
        if (built / file).is_file():
            shutil.copyfile(built / file, codebooks / name / file)


def copy_encoder(name: str, folder: Path) -> bool:
    """Copy the graph that embeds questions; without one, a server searches by words alone."""
    try:
        if not is_exported(name):
            return False
    except EncoderMissing:
        return False
    source = graph_folder(name)
    shutil.copytree(source, folder / "evidence-kb" / "encoders" / source.name)
    return True


def facts(has_encoder: bool) -> dict[str, str]:
    """Give what the templates name."""
    return {
        "name": NAME,
        "version": kb.__version__,
        "requirements": "\n".join(pinned()),
        "dependencies": "".join(f"    {json.dumps(each)},\n" for each in pinned()),
        "search": "by words and by meaning" if has_encoder else "by words only",
    }


def pinned() -> Iterator[str]:
    """Yield the packages that a server needs in the versions that are here."""
    for name in NEEDS:
        try:
            yield f"{name}=={version(name)}"
        except PackageNotFoundError:
            yield name


def places(name: str) -> str:
    """Say where a filled template goes."""
    return {"pyproject.toml": f"package/{name}", "dockerignore": f".{name}"}.get(name, name)
