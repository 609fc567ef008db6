"""Where what was trained is put, looked at before hours go into it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kb.errors import KbError


def writable(folder: Path) -> Path:
    """Make a folder if there is none, and give it; raises KbError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        reason = f"{folder} cannot be written: {error.strerror}"
        raise KbError(f"{reason}; name another folder with -o") from error
