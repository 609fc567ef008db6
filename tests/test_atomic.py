from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.atomic import write_lines
from kb.errors import KbError


def test_lines_take_the_place_of_a_file_and_a_link_stays_one(tmp_path):
    (tmp_path / "old").write_text("old")
    (tmp_path / "link").symlink_to("old")
    write_lines(tmp_path / "link", ["é\n", "b\r\n"])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "old").read_bytes() == "é\nb\r\n".encode()


def test_a_failure_leaves_a_file_as_it_was(tmp_path):
    def lines() -> Iterator[str]:
        yield "new\n"
        raise KbError("no")

    (tmp_path / "old").write_text("old")
    with pytest.raises(KbError, match="no"):
        write_lines(tmp_path / "old", lines())
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("old", "old")]


def test_what_is_no_file_is_written_into():
    write_lines(Path("/dev/null"), ["gone\n"])
    assert Path("/dev/null").is_char_device()
