"""Standard input and output, whatever they are: a terminal, a file, a closed pipe, or nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from kb.errors import KbError


def emit(lines: Iterable[str]) -> None:
    """Write lines, each ending in a newline, as UTF-8; a reader who has had enough is no error.

    Raises KbError where there is no standard output.
    """
    if sys.stdout is None:
        raise KbError("standard output is closed; there is nowhere to write to")
    try:
        for line in lines:
            sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # what is still in the buffer would be written, and fail, when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def read_input() -> str:
    """Read standard input, marking what is not UTF-8; raises KbError if it is closed."""
    if sys.stdin is None:
        raise KbError("standard input is closed; give the text in the place of -")
    return sys.stdin.buffer.read().decode("utf-8", "replace")


def speak_utf8() -> None:
    """Make standard output UTF-8, and let no character that a terminal lacks stop an answer."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
