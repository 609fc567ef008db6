"""Fixtures of the web pages' tests: a knowledge base in a file, and a reader of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import WordLengths
from sqlite_utils import Database
from web_base import Get, getter, make_base

from kb.opening import open_database
from kb.web.encoding import remember
from kb.web.publication import PUBLISHED
from kb.web.server import make_datasette


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    remember(WordLengths())
    return make_base(tmp_path_factory.mktemp("web") / "harbour.db")


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def get(runner, path) -> Get:
    return getter(runner, make_datasette(path))


@pytest.fixture
def base(path) -> Iterator[Database]:
    db = open_database(path)
    yield db
    db.close()


@pytest.fixture(scope="module")
def get_any(runner, path):
    """Ask for an address of the settings that are published, whatever the status."""
    datasette = make_datasette(path, settings=PUBLISHED)

    def get(address: str):
        return runner.run(datasette.client.get(address, follow_redirects=True))

    return get
