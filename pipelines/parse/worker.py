"""The child process that reads one file after the other, so that a hostile one harms only itself.

It gets one JSON line per file on stdin, {"path": …, "seconds": …, "outcome": …}, and answers on
stdout with two pickles: the file's (sha256, format) before the parser starts, so that its death can
be told with them, and True when what came of it is written to the path `outcome`. The first line
of all holds the limit on memory and the folder of the outcomes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import shutil
import signal
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse import read
from pipelines.parse.formats import FORMATS, LABELS

OUT_OF_MEMORY = 77
"""The exit status of a worker that a file cost more memory than it may have."""


def limit_memory(size: int) -> None:
    """Let the address space grow to `size` bytes and no further, where the system can do that."""
    try:
        import resource
    except ImportError:  # not a Unix system
        return
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    size = size if ceiling == resource.RLIM_INFINITY else min(size, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (size, ceiling))


def set_alarm(seconds: float) -> None:
    """Let the system end this process when it has computed so many seconds; 0 takes that back."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def reading(content: bytes, name: str) -> Parsed | UnreadableFile:
    """What reading comes to."""
    try:
        return read(content, name)
    except UnreadableFile as reason:
        return UnreadableFile(reason.reason, passing=reason.passing)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the requests end; nothing in a process that lacks memory can be trusted."""
    for request in requests:
        task = json.loads(request)
        set_alarm(task["seconds"])
        try:
            answer(Path(task["path"]), Path(task["outcome"]), answers)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        set_alarm(0)


def answer(path: Path, outcome: Path, answers: BinaryIO) -> None:
    """Read one file, and send what it is and then that what it holds is written down."""
    sha256, label = "", ""
    try:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        label = LABELS.get(FORMATS.get(path.suffix.lower(), ""), "file")
    except OSError as error:
        found: Parsed | UnreadableFile = UnreadableFile(f"cannot be opened ({error.strerror})")
    send(answers, (sha256, label))
    if sha256:
        found = reading(content, path.name)
    with outcome.open("wb") as file:
        pickle.dump(found, file, protocol=pickle.HIGHEST_PROTOCOL)
    send(answers, True)


def send(answers: BinaryIO, record: object) -> None:
    """Write one pickle and let it go at once."""
    pickle.dump(record, answers, protocol=pickle.HIGHEST_PROTOCOL)
    answers.flush()


def end_with(parent: int, folder: str) -> None:
    """End this process when its parent is gone, whatever file it is busy with."""
    while os.getppid() == parent:
        time.sleep(1)
    leave(folder)


def leave(folder: str) -> None:
    """End this process and what it started, and take away the outcomes that no parent waits for."""
    shutil.rmtree(folder, ignore_errors=True)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def main() -> None:
    """Keep the pipe to the parent, and send to nowhere what libraries print."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when to stop
    logging.disable(logging.CRITICAL)
    parent, first = os.getppid(), sys.stdin.buffer.readline()
    if not first:
        return
    start = json.loads(first)
    limit_memory(start["memory"])
    threading.Thread(target=end_with, args=[parent, start["folder"]], daemon=True).start()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    serve(sys.stdin.buffer, answers)
    leave(start["folder"])


if __name__ == "__main__":
    main()
