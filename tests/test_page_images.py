from __future__ import annotations

import hashlib
import os
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from kb import page_images
from kb.errors import FileMissing, NoSuchId
from kb.page_images import (
    DocumentFile,
    document_file,
    find_file,
    keep,
    page_image,
    page_sizes,
    surplus,
)
from kb.pdf_page import WIDTH, png

PDF = Path(__file__).parent.parent / "corpus" / "notes" / "prisma-quebec.pdf"
SHA256 = hashlib.sha256(PDF.read_bytes()).hexdigest()
FILE = DocumentFile(name="prisma.pdf", places=(PDF,), sha256=SHA256, pages=2)


def test_a_page_is_drawn_once_and_kept(tmp_path):
    content = page_image(FILE, 2, tmp_path)
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">2I", content[16:24]) == (WIDTH, 1415)
    gone = replace(FILE, places=())
    assert page_image(gone, 2, tmp_path) == content
    with pytest.raises(FileMissing, match=r"prisma.pdf is not on this machine"):
        page_image(gone, 1, tmp_path)


def test_pages_have_their_size_in_points(tmp_path):
    assert [tuple(map(round, size)) for size in page_sizes(FILE, tmp_path)] == [(595, 842)] * 2
    assert page_sizes(FILE, tmp_path) == page_sizes(FILE, tmp_path / "other")
    with pytest.raises(FileMissing):
        page_sizes(replace(FILE, places=()), tmp_path)


@pytest.mark.parametrize("page", [-1, 0, 3])
def test_there_is_no_other_page(page, tmp_path):
    with pytest.raises(NoSuchId, match=f"has no page {page}; it has 2"):
        page_image(FILE, page, tmp_path)


def test_only_the_very_file_is_opened(tmp_path):
    other = tmp_path / "other.pdf"
    other.write_bytes(PDF.read_bytes() + b"\n")
    with pytest.raises(FileMissing, match="has changed since it was read"):
        find_file(replace(FILE, places=(other,)))
    assert find_file(replace(FILE, places=(other, PDF))) == PDF


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path, Path("/dev/zero"), tmp_path / "nul\0"):
        with pytest.raises(FileMissing, match="is not on this machine"):
            find_file(replace(FILE, places=(path,)))


def test_a_file_that_cannot_be_drawn_is_told(tmp_path):
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(b"%PDF-1.7 torn")
    file = replace(FILE, places=(torn,), sha256=hashlib.sha256(torn.read_bytes()).hexdigest())
    with pytest.raises(FileMissing, match="cannot be drawn"):
        page_image(file, 1, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_what_was_not_asked_for_the_longest_goes_first(tmp_path):
    for number, name in enumerate(["old", "new", "newest"], 1):
        (tmp_path / name).write_bytes(b"123")
        os.utime(tmp_path / name, (number, number))
    assert list(surplus(tmp_path.iterdir(), 6)) == [tmp_path / "old"]
    assert list(surplus(tmp_path.iterdir(), 9)) == []


def test_images_together_stay_below_their_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(page_images, "ROOM", 5)
    for name in ("a", "b", "c"):
        keep(tmp_path / name, b"123")
        os.utime(tmp_path / name, (1, 1))
    assert [path.name for path in tmp_path.iterdir()] == ["c"]


def test_where_nothing_can_be_kept_images_are_drawn_all_the_same(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"")
    assert len(page_sizes(FILE, blocked / "pages")) == 2


def test_png_holds_the_rows_without_their_padding():
    content = png(b"abcdef..ghijkl..", 2, 2, 8)
    at = content.index(b"IDAT")
    (size,) = struct.unpack(">I", content[at - 4 : at])
    assert zlib.decompress(content[at + 4 : at + 4 + size]) == b"\0abcdef\0ghijkl"


def test_the_file_is_the_one_the_database_names(garden):
    assert document_file(garden, "d1") is None
    garden.conn.execute("update documents set pages = 2")
    assert document_file(garden, "d1") == DocumentFile(
        name="b/beans.txt", places=(), sha256="1", pages=2
    )
    row = {"document_id": "d1", "file": "/far/beans.pdf", "read_by": "", "coded_by": ""}
    garden.table("stages").insert(row)
    found = document_file(garden, "d1")
    assert found
    assert found.places == (Path("/far/beans.pdf"),)
    with pytest.raises(NoSuchId, match="nope"):
        document_file(garden, "nope")


def test_a_file_may_lie_beside_the_database_but_not_outside(garden, tmp_path):
    garden.conn.execute("update documents set pages = 2")
    garden.conn.execute("update documents set path = '../../etc/passwd' where id = 'd2'")
    garden.conn.commit()
    garden.conn.execute("vacuum into ?", [str(tmp_path / "kb.db")])
    db = Database(tmp_path / "kb.db")
    inside, outside = document_file(db, "d1"), document_file(db, "d2")
    db.close()
    assert inside
    assert outside
    assert inside.places == (tmp_path.resolve() / "b" / "beans.txt",)
    assert outside.places == ()
