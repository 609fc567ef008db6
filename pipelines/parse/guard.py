"""Reading in worker processes: a file that crashes, stalls or swells costs nobody but itself."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
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
from pipelines.files import LARGEST
from pipelines.parse.worker import OUT_OF_MEMORY

Reading = tuple[Path, str, Parsed | UnreadableFile]
"""A file, the sha256 of its bytes ("" if they were not read), and what came of reading it."""

Waiting = tuple[str, Path | UnreadableFile]
"""A file's sha256, and where its pickled outcome waits on disk or why there is none."""

SECONDS = 60.0
PER_MEGABYTE = 40.0
"""What a file may compute: files that are made to stall are small, and long reports are not."""

PATIENCE = 10.0
"""How many times as long a file may take by the clock: others compute too, and disks are slow."""

MEMORY = 2 * 2**30
LOOK_AHEAD = 4
"""Files in hand per worker, so that a slow one does not leave the others idle."""

ADVICE = "open it and save it anew, or split it"
ANEW = "build again when the machine is less busy"

DYING = 10.0
"""Seconds a dying process may take, for the system to write down two GiB of memory, say."""

COMPUTED = -getattr(signal, "SIGPROF", 27)
"""How a process ends that has computed for too long."""

SWELLED = {-getattr(signal, "SIGABRT", 6), OUT_OF_MEMORY}
"""How a process ends that may not have more memory: PDFium aborts."""

KILLED = -getattr(signal, "SIGKILL", 9)
"""How a process ends that the system takes for the one to spare when memory runs out."""


class Worker:
    """One child process; `read` gives it a file, and a new process takes over if it dies."""

    def __init__(self, folder: str, *, seconds: float, per_megabyte: float, memory: int) -> None:
        self.folder = folder
        self.seconds = seconds
        self.per_megabyte = per_megabyte
        self.memory = memory
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self.lock = threading.Lock()

    def read(self, path: Path, outcome: Path) -> Waiting:
        """The file's sha256, and `outcome` with what it holds or why that cannot be had."""
        sha256, label = "", "file"
        seconds = self.seconds + self.per_megabyte * path.stat().st_size / 1e6
        try:
            process = self.running()
        except OSError as error:
            reason = f"was not read, for no process could be started ({error.strerror})"
            return "", UnreadableFile(f"{reason}; {ANEW}", passing=True)
        late = threading.Event()
        timer = threading.Timer(PATIENCE * seconds, stop, [process, late])
        timer.daemon = True
        timer.start()
        try:
            task = {"path": str(path), "seconds": seconds, "outcome": str(outcome)}
            self.send(process, task)
            sha256, label = receive(process)
            receive(process)
            return sha256, outcome
        except (EOFError, OSError, pickle.UnpicklingError):
            return sha256, self.failure(process, late, label, seconds)
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
                self.end()
                self.process = start()
                try:
                    self.send(self.process, {"memory": self.memory, "folder": self.folder})
                except OSError:
                    self.end()
                    raise
            return self.process

    def end(self) -> None:
        """End the process, if there is one, and let go of it."""
        if self.process:
            kill(self.process)
            self.process.wait()
            release(self.process)

    def send(self, process: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
        """Write one line to the process."""
        assert process.stdin  # opened as a pipe in start()
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()

    def failure(
        self,
        process: subprocess.Popen[bytes],
        late: threading.Event,
        label: str,
        seconds: float,
    ) -> UnreadableFile:
        """Why the process is dead, in a sentence about the file."""
        try:
            status = process.wait(timeout=DYING)  # it closed its end; how it died comes after
        except subprocess.TimeoutExpired:
            kill(process)
            status = process.wait()
        kill(process)  # what it started may live on
        release(process)
        if status == COMPUTED:
            return UnreadableFile(f"took longer than {seconds:.0f} s; {ADVICE}")
        if late.is_set():
            took = f"took longer than {PATIENCE * seconds:.0f} s by the clock"
            return UnreadableFile(f"{took}; {ANEW}", passing=True)
        if status == KILLED:
            return UnreadableFile(f"its reading was killed from outside; {ANEW}", passing=True)
        if status in SWELLED:
            allowed = f"{self.memory / 2**30:.3g} GiB allowed"
            return UnreadableFile(f"needs more memory than the {allowed}; {ADVICE}")
        return UnreadableFile(f"crashed the {label} reader; please report it with the file")

    def close(self) -> None:
        """End the process at once."""
        with self.lock:
            self.closed = True
            self.end()


def start() -> subprocess.Popen[bytes]:
    """A new child, which imports neither the caller's main module nor what that one imports."""
    package_root = str(Path(__file__).parents[2])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "pipelines.parse.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # to be ended together with what it starts
    )


def receive(process: subprocess.Popen[bytes]) -> Any:
    """The next answer of the process; EOFError if it died."""
    assert process.stdout  # opened as a pipe in start()
    return pickle.load(process.stdout)


def opened(outcome: Path | UnreadableFile) -> Parsed | UnreadableFile:
    """An outcome, taken from disk now that its turn has come."""
    if isinstance(outcome, UnreadableFile):
        return outcome
    try:
        with outcome.open("rb") as file:
            found: Parsed | UnreadableFile = pickle.load(file)
        return found
    finally:
        outcome.unlink()


def stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    """Kill a process that has had its time, and say so."""
    late.set()
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and what it started, such as Tesseract, which may outlive it."""
    if not hasattr(os, "killpg"):
        process.kill()
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # all of them are gone
        return


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

    `seconds` of computing, those `per_megabyte` on top, and `memory` (bytes) are what one file may
    cost, `size` the bytes it may have.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        seconds: float = SECONDS,
        per_megabyte: float = PER_MEGABYTE,
        memory: int = MEMORY,
        size: int = LARGEST,
    ) -> None:
        self.size = size
        self.folder = tempfile.TemporaryDirectory(prefix="kb-")
        self.workers = [
            Worker(self.folder.name, seconds=seconds, per_megabyte=per_megabyte, memory=memory)
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
        self.folder.cleanup()

    def read_all(self, paths: Sequence[Path]) -> Iterator[Reading]:
        """Each file in the order given, while the next ones are being read."""
        ahead: deque[tuple[Path, Future[Waiting]]] = deque()
        for number, path in enumerate(paths):
            outcome = Path(self.folder.name, f"{number}.pickle")
            ahead.append((path, self.threads.submit(self.read_one, path, outcome)))
            if len(ahead) >= LOOK_AHEAD * len(self.workers):
                yield self.next_of(ahead)
        while ahead:
            yield self.next_of(ahead)

    def next_of(self, ahead: deque[tuple[Path, Future[Waiting]]]) -> Reading:
        """The first of the files in hand, as soon as it is read."""
        path, future = ahead.popleft()
        sha256, outcome = future.result()
        return path, sha256, opened(outcome)

    def read_one(self, path: Path, outcome: Path) -> Waiting:
        """One file, checked before any process sees it."""
        if reason := self.refused(path):
            return "", UnreadableFile(reason)
        worker = self.idle.get()
        try:
            return worker.read(path, outcome)
        except OSError as error:
            return "", UnreadableFile(f"cannot be opened ({error.strerror})")
        finally:
            self.idle.put(worker)

    def refused(self, path: Path) -> str | None:
        """Why a file is not even opened, if so."""
        try:
            size = path.stat().st_size
        except OSError as error:
            return f"cannot be opened ({error.strerror})"
        if not path.is_file():
            return "is not a regular file; give the document itself"
        if size > self.size:
            return (
                f"has {size / 1e6:,.0f} MB, more than the {self.size / 1e6:,.0f} allowed; split it"
            )
        return None
