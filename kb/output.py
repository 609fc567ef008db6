"""Writing to standard output, whoever reads it: a terminal, a file, or a pipe that is closed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable


def emit(lines: Iterable[str]) -> None:
    """Write lines, each ending in a newline, as UTF-8; a reader who has had enough is no error."""
    try:
        for line in lines:
            sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:
        # what is still in the buffer would be written, and fail, when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def speak_utf8() -> None:
    """Make standard output UTF-8, and let no character that a terminal lacks stop an answer."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
