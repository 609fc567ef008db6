"""Loading what other libraries read, such as graphs: a damaged file is one line that names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import shorten

from kb.errors import KbError

LONGEST = 120
"""Characters of what a library says."""


@contextmanager
def loading(path: Path, error: type[KbError], remedy: str) -> Iterator[None]:
    """Turn whatever is raised over a file into an error that names it, and what to do."""
    try:
        yield
    except (KbError, MemoryError):
        raise
    except Exception as problem:  # each library has its own, some no better class
        said = shorten(str(problem) or type(problem).__name__, LONGEST)
        raise error(f"{path} cannot be read ({said}); {remedy}") from problem
