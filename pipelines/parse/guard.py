"""Reading in worker processes: a file that crashes, stalls or swells costs nobody but itself."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any

from kb.errors import UnreadableFile
from kb.models import Parsed
from pipelines.parse.worker import OUT_OF_MEMORY

Reading = tuple[Path, str, Parsed | UnreadableFile]
"""A file, the sha256 of its bytes ("" if they were not read), and what came of reading it."""

SECONDS = 120.0
MEMORY = 4 * 2**30
SIZE = 300 * 10**6
LOOK_AHEAD = 4
"""Files in hand per worker, so that a slow one does not leave the others idle."""

DYING = 10.0
"""Seconds a dying process may take, for the system to write down four GiB of memory, say."""

SWELLED = {-getattr(signal, "SIGABRT", 6), -getattr(signal, "SIGKILL", 9), OUT_OF_MEMORY}
"""How a process ends that may not have more memory: PDFium aborts, the system kills."""


class Worker:
    """One child process; `read` gives it a file, and a new process takes over if it dies."""

    def __init__(self, *, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self.lock = threading.Lock()

    def read(self, path: Path) -> tuple[str, Parsed | UnreadableFile]:
        """The file's sha256 and what it holds, or why that cannot be had."""
        sha256, label = "", "file"
        process = self.running()
        late = threading.Event()
        timer = threading.Timer(self.seconds, stop, [process, late])
        timer.daemon = True
        timer.start()
        try:
            self.send(process, {"path": str(path), "seconds": self.seconds})
            sha256, label = receive(process)
            return sha256, receive(process)
        except (EOFError, OSError, pickle.UnpicklingError):
            return sha256, UnreadableFile(self.reason(process, late, label))
        finally:
            timer.cancel()
            if late.is_set():  # it may have fired between the answer and here
                process.wait()

    def running(self) -> subprocess.Popen[bytes]:
        """The live process, started if there is none."""
        with self.lock:
            if self.closed:
                raise RuntimeError("the reader is closed")
            if self.process is None or self.process.poll() is not None:
                self.process = start()
                self.send(self.process, {"memory": self.memory})
            return self.process

    def send(self, process: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
        """Write one line to the process."""
        assert process.stdin  # opened as a pipe in start()
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()

    def reason(self, process: subprocess.Popen[bytes], late: threading.Event, label: str) -> str:
        """Why the process is dead, in a sentence about the file."""
        try:
            status = process.wait(timeout=DYING)  # it closed its end; how it died comes after
        except subprocess.TimeoutExpired:
            process.kill()
            status = process.wait()
        release(process)
        if late.is_set():
            return f"took longer than {self.seconds:g} s"
        if status in SWELLED:
            return f"needs more memory than the {self.memory / 2**30:.3g} GiB allowed"
        return f"crashed the {label} reader; please report it with the file"

    def close(self) -> None:
        """End the process at once."""
        with self.lock:
            self.closed = True
            if self.process:
                self.process.kill()
                self.process.wait()
                release(self.process)


def start() -> subprocess.Popen[bytes]:
    """A new child, which imports neither the caller's main module nor what that one imports."""
    package_root = str(Path(__file__).parents[2])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "pipelines.parse.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def receive(process: subprocess.Popen[bytes]) -> Any:
    """The next answer of the process; EOFError if it died."""
    assert process.stdout  # opened as a pipe in start()
    return pickle.load(process.stdout)


def stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    """Kill a process that has had its time, and say so."""
    late.set()
    process.kill()


def release(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of the pipes."""
    for pipe in (process.stdin, process.stdout):
        if pipe and not pipe.closed:
            try:
                pipe.close()
            except OSError:  # unsent bytes to the dead
                continue


class Reader:
    """A pool of workers, for use in a `with` block.

    `seconds` and `memory` (bytes) are what one file may cost, `size` the bytes it may have.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        size: int = SIZE,
    ) -> None:
        self.size = size
        self.workers = [
            Worker(seconds=seconds, memory=memory)
            for _ in range(workers or min(os.cpu_count() or 1, 4))
        ]
        self.idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self.workers:
            self.idle.put(worker)
        self.threads = ThreadPoolExecutor(len(self.workers), thread_name_prefix="reader")

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self.workers:
            worker.close()
        self.threads.shutdown(wait=True, cancel_futures=True)

    def read_all(self, paths: Sequence[Path]) -> Iterator[Reading]:
        """Each file in the order given, while the next ones are being read."""
        ahead: deque[Future[Reading]] = deque()
        waiting = iter(paths)
        for path in waiting:
            ahead.append(self.threads.submit(self.read_one, path))
            if len(ahead) >= LOOK_AHEAD * len(self.workers):
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def read_one(self, path: Path) -> Reading:
        """One file, checked before any process sees it."""
        if reason := self.refused(path):
            return path, "", UnreadableFile(reason)
        worker = self.idle.get()
        try:
            return (path, *worker.read(path))
        finally:
            self.idle.put(worker)

    def refused(self, path: Path) -> str | None:
        """Why a file is not even opened, if so."""
        try:
            size = path.stat().st_size
        except OSError as error:
            return f"cannot be opened ({error.strerror})"
        if not path.is_file():
            return "is not a regular file"
        if size > self.size:
            return f"has {size / 1e6:,.0f} MB, more than the {self.size / 1e6:,.0f} MB allowed"
        return None
