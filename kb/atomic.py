"""Writing a file in one step: what stands at its place is whole, or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it; a killed one leaves a hidden `.part` file."""
    with beside(path) as file:
        file.write(content)


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines as UTF-8; where that fails, a file that was there is as it was.

    What is no file of a disk, such as a pipe, is written into. A link stays one.
    """
    is_pipe = path.exists() and not path.is_file()
    with path.open("wb") if is_pipe else beside(path.resolve()) as file:
        file.writelines(line.encode() for line in lines)


@contextmanager
def beside(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes its place once all is written, and is gone where that failed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def move_whole(names: Sequence[str], made: Path, out: Path) -> None:
    """Move files into another folder, each whole, and in order once all are written there."""
    with ExitStack() as written:
        # what is opened last takes its place first
        for name in reversed(names):
            file = written.enter_context(beside(out / name))
            file.write((made / name).read_bytes())
