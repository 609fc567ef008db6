"""A knowledge base by the shipped codebook, small enough to know by heart, for the web pages."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

from conftest import WordLengths, add
from datasette.app import Datasette
from sqlite_utils import Database

from kb.codebook import Codebook, load_codebook
from kb.models import Claim, Document, Mention, Unread
from kb.store import save_mentions, save_unread
from kb.tables import create_tables, fill_lookups
from kb.vocabulary import load_vocabulary
from pipelines.publish import publish

Get = Callable[..., Any]

PRINTED = Path(__file__).parent.parent / "corpus" / "notes" / "prisma-quebec.pdf"
BOXES = {
    "d1s1": [1, 50, 100, 250, 120],
    "d1s2": [1, 50, 130, 250, 150],
    "d1s3": [2, 50, 60, 250, 80],
}

HOSTILE = '<script>alert("x")</script>'

FERRY = [
    "Shared records helped nurses and the ferry crew to plan.",
    "Separate budgets slowed the work.",
    "Emergency admissions fell by a tenth.",
    "The ferry sails at noon.",
]
ISLAND = [
    f"Records {HOSTILE} were said to slow the work.",
    "Teams met under one roof.",
    "Admissions should fall.",
]


def claim(statement: str, code: str, **attributes: Any) -> Claim:
    given = {"standing": "found", "attribution": "own"} | attributes
    return Claim(
        id=f"{statement}-{code}",
        statement_id=statement,
        document_id=statement[:2],
        code=code,
        attributes=given,
        confidence=0.75,
    )


FERRY_CLAIMS = [
    claim("d1s1", "facilitator", themes=["information_technology", "workforce_roles"]),
    claim("d1s2", "barrier", themes=["finance_incentives"]),
    claim(
        "d1s3",
        "outcome",
        domain="utilisation",
        direction="decrease",
        valence="good",
        measure="Emergency admissions",
        indicator="emergency_admissions",
        magnitude="a tenth",
    ),
]
ISLAND_CLAIMS = [
    claim("d2s1", "barrier", themes=["information_technology"], attribution="cited"),
    claim("d2s2", "integration_type", types=["horizontal"], mechanisms=["co_location"]),
    claim(
        "d2s3",
        "outcome",
        domain="utilisation",
        direction="decrease",
        valence="good",
        measure="Admissions",
        standing="recommended",
    ),
]


def fill(db: Database, codebook: Codebook) -> None:
    encoder = WordLengths()
    create_tables(db, codebook)
    fill_lookups(db, codebook)
    add(db, encoder, ferry(), FERRY, FERRY_CLAIMS)
    add(db, encoder, island(), ISLAND, ISLAND_CLAIMS)
    save_mentions(db, FERRY_CLAIMS[:1], [Mention(kind="population", name="Nurses", text="nurses")])
    save_unread(db, Unread(path="torn.pdf", sha256="3", reason="cut short"), file="", read_by="")
    publish(db, codebook, load_vocabulary(codebook), coder="rules-1", encoder=encoder.fingerprint)


def ferry() -> Document:
    return Document(
        id="d1",
        title="The ferry",
        path="ferry.txt",
        sha256="1",
        text="",
        words=25,
        authors=("Ann Oar",),
        year=2019,
        publisher="Port Press",
        kind="evaluation",
        url="https://example.org/ferry",
        licence="CC-BY-4.0",
        language="en",
    )


def island() -> Document:
    return Document(
        id="d2",
        title=f"Islands {HOSTILE}",
        path="islands.txt",
        sha256="2",
        text="",
        words=15,
        url="javascript:alert(1)",
    )


def make_base(path: Path) -> Path:
    """Write the knowledge base to a file."""
    db = Database(memory=True)
    fill(db, load_codebook())
    save(db, path)
    return path


def print_ferry(path: Path) -> None:
    """Have the ferry's document stand on two printed pages, those of a note that ships."""
    db = Database(path)
    sha256 = hashlib.sha256(PRINTED.read_bytes()).hexdigest()
    db.conn.execute("update documents set pages = 2, sha256 = ? where id = 'd1'", [sha256])
    row = {"document_id": "d1", "file": str(PRINTED), "read_by": "", "coded_by": ""}
    db.table("stages").insert(row)
    for id, box in BOXES.items():
        db.conn.execute(
            "update statements set page = ?, box = ? where id = ?", [box[0], json.dumps([box]), id]
        )
    db.conn.commit()
    db.close()


def save(db: Database, path: Path) -> None:
    """Write a database of memory to a file."""
    file = sqlite3.connect(path)
    db.conn.commit()
    db.conn.backup(file)
    file.close()
    db.close()


def getter(runner: asyncio.Runner, datasette: Datasette) -> Get:
    def get(address: str, status: int = 200) -> Any:
        response = runner.run(datasette.client.get(address))
        assert response.status_code == status, response.text
        return response

    return get


def words_of(response: Any) -> str:
    """Give what a reader sees, without tags and with white space folded."""
    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
    return re.sub(r" ([.,])(?= |$)", r"\1", text)


def links(response: Any) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', response.text)]
