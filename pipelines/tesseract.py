"""Tesseract as it is installed on this machine, if it is: what reads scans, and which version."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

LANGUAGE = "eng"


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program as it is installed here, and the language it reads."""

    command: str
    language: str
    turns: bool
    """Whether it can tell which way up a page is."""


@cache
def find_tesseract() -> Tesseract | None:
    """Tesseract, if it is installed with a language."""
    command = shutil.which("tesseract")
    if command is None:
        return None
    try:
        languages = asked(command, "--list-langs").splitlines()[1:]
    except (OSError, subprocess.SubprocessError):
        return None
    readable = [LANGUAGE] if LANGUAGE in languages else sorted({*languages} - {"osd", "equ"})
    if not readable:
        return None
    return Tesseract(command, readable[0], "osd" in languages)


def asked(command: str, option: str) -> str:
    """What the program says of itself."""
    done = subprocess.run([command, option], capture_output=True, timeout=20, check=True)
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def ocr_version() -> str:
    """What decides how scans are read on this machine: a name for Tesseract, or its absence."""
    found = find_tesseract()
    return f"{version_of(found.command)}-{found.language}" if found else "none"


@cache
def version_of(command: str) -> str:
    """The program's version, for which the processes that read have no use."""
    try:
        return asked(command, "--version").split()[1]
    except (OSError, IndexError, subprocess.SubprocessError):
        return "unknown"
