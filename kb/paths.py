"""Paths that people give: where they lead to."""

from __future__ import annotations

from pathlib import Path

from kb.errors import KbError


def real_path(path: Path) -> Path:
    """Give where a path leads through its links; raises KbError if these go in a circle."""
    try:
        return path.resolve()
    except (RuntimeError, OSError) as error:  # the first before Python 3.13
        raise KbError(f"{path} is a link that leads to itself; mend or delete it") from error
