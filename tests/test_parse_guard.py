import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Timer

import pytest

from kb.errors import UnreadableFile
from kb.models import Block, Parsed
from pipelines.parse.guard import ADVICE, ANEW, Reader

ROOT = Path(__file__).parents[1]

SCAN = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>
>>endobj
4 0 obj<</Length 25>>stream
q 9 0 0 9 0 0 cm /I Do Q\x20
endstream endobj
5 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8
/Length 1>>stream
A
endstream endobj trailer<</Root 1 0 R>>
%%EOF"""


def said(answer: Parsed | UnreadableFile) -> str:
    if isinstance(answer, UnreadableFile):
        return answer.reason
    return " ".join(block.text for block in answer.blocks)


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A file that takes a quarter of a minute and gigabytes to read."""
    path = tmp_path / "slow.md"
    path.write_text("- word\n" * 500_000, "utf-8")
    return path


@pytest.fixture
def quick(tmp_path: Path) -> Path:
    path = tmp_path / "quick.md"
    path.write_text("They met.", "utf-8")
    return path


def test_a_file_may_vanish(tmp_path: Path, quick: Path) -> None:
    class Fading(Reader):
        def refused(self, path: Path) -> str | None:
            reason = super().refused(path)
            path.unlink()
            return reason

    with Fading(workers=1) as reader:
        answers = [(sha256, said(found)) for _, sha256, found in reader.read_all([quick])]
    assert answers == [("", "cannot be opened (No such file or directory)")]


def test_a_large_outcome_comes_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    words = [f"Ward {number} met." for number in range(30_000)]
    path.write_text("\n\n".join(words), "utf-8")
    with Reader(workers=1) as reader:
        ((_, _, found),) = reader.read_all([path])
    assert isinstance(found, Parsed)
    assert [block.text for block in found.blocks] == words


def test_reader_answers_in_the_order_given(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.md" for number in range(20)]
    for number, path in enumerate(paths):
        path.write_text(f"Word {number}.", "utf-8")
    with Reader(workers=2) as reader:
        answers = list(reader.read_all(paths))
    assert answers == [
        (
            path,
            hashlib.sha256(f"Word {number}.".encode()).hexdigest(),
            Parsed(blocks=(Block(kind="paragraph", text=f"Word {number}."),)),
        )
        for number, path in enumerate(paths)
    ]


def test_reader_gives_reasons_and_goes_on(tmp_path: Path, quick: Path) -> None:
    (tmp_path / "large.md").write_text("word " * 100, "utf-8")
    (tmp_path / "wrong.pdf").write_text("word", "utf-8")
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    names = ["absent.md", "large.md", "wrong.pdf", "pipe.md", "quick.md"]
    with Reader(workers=1, size=99) as reader:
        answers = [said(found) for _, _, found in reader.read_all([tmp_path / n for n in names])]
    assert answers == [
        "cannot be opened (No such file or directory)",
        "has 0 MB, more than the 0 allowed; split it",
        "is not PDF but plain text; fetch it again or rename it",
        "is not a regular file; give the document itself",
        "They met.",
    ]


def test_a_file_may_not_take_too_long(slow: Path, quick: Path) -> None:
    with Reader(workers=1, seconds=3, per_megabyte=0) as reader:
        answers = [said(found) for _, _, found in reader.read_all([slow, quick])]
    assert answers == [f"took longer than 3 s; {ADVICE}", "They met."]


def test_time_by_the_clock_is_named_and_may_be_enough_the_next_time(
    slow: Path, quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.parse.guard.PATIENCE", 0.1)
    with Reader(workers=1, seconds=30, per_megabyte=0) as reader:
        failed, found = (found for _, _, found in reader.read_all([slow, quick]))
    assert isinstance(failed, UnreadableFile)
    assert (failed.reason, failed.passing) == (f"took longer than 3 s by the clock; {ANEW}", True)
    assert said(found) == "They met."


def test_a_process_that_cannot_be_started_is_no_fault_of_the_file(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    with Reader(workers=1) as reader:
        with monkeypatch.context() as patch:
            patch.setattr("pipelines.parse.guard.start", fail)
            ((_, _, failed),) = reader.read_all([quick])
        assert isinstance(failed, UnreadableFile)
        assert (failed.reason, failed.passing) == (
            f"was not read, for no process could be started (Cannot allocate memory); {ANEW}",
            True,
        )
        assert [said(found) for _, _, found in reader.read_all([quick])] == ["They met."]


@pytest.mark.parametrize("end", ["close", "crash"])
def test_what_a_worker_started_ends_with_it(tmp_path: Path, quick: Path, end: str) -> None:
    child = tmp_path / "child"
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\ncase "$1" in --version) echo tesseract 5;; '
        f"--list-langs) printf 'List:\\neng\\n';; *) echo $$ > {child}; exec sleep 60;; esac\n"
    )
    program.chmod(0o755)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        with Reader(workers=1) as reader:
            readings = reader.read_all([quick, scan, quick, quick, quick])
            next(readings)
            process = reader.workers[0].process
            assert process
            assert within(10, lambda: child.exists() and child.read_text().strip() != "")
            if end == "crash":
                process.send_signal(signal.SIGSEGV)
                assert said(next(readings)[2]).startswith("crashed the PDF reader")
                assert gone_within(int(child.read_text()), seconds=5)
    assert gone_within(int(child.read_text()), seconds=5)


def within(seconds: float, is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def test_a_file_may_not_swell(slow: Path, quick: Path) -> None:
    with Reader(workers=1, memory=3 * 2**26) as reader:
        readings = list(reader.read_all([slow, quick]))
    assert [said(found) for _, _, found in readings] == [
        f"needs more memory than the 0.188 GiB allowed; {ADVICE}",
        "They met.",
    ]
    assert readings[0][1] == hashlib.sha256(slow.read_bytes()).hexdigest()


def test_a_crash_costs_one_file(slow: Path, quick: Path) -> None:
    with Reader(workers=1) as reader:
        assert [said(found) for _, _, found in reader.read_all([quick])] == ["They met."]
        process = reader.workers[0].process
        assert process
        Timer(1, process.send_signal, [signal.SIGSEGV]).start()
        answers = [said(found) for _, _, found in reader.read_all([slow, quick])]
    assert answers == ["crashed the Markdown reader; please report it with the file", "They met."]


def test_leaving_the_block_ends_all_workers(slow: Path, quick: Path) -> None:
    with Reader(workers=2) as reader:
        readings = reader.read_all([quick, slow, slow, slow])
        next(readings)
    ended = [worker.process.returncode for worker in reader.workers if worker.process]
    assert ended == [-signal.SIGKILL] * len(ended)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_its_parent(tmp_path: Path, slow: Path, end: signal.Signals) -> None:
    code = f"""from pathlib import Path
from threading import Timer
from pipelines.parse.guard import Reader
with Reader(workers=1) as reader:
    Timer(1, lambda: print(reader.workers[0].process.pid, flush=True)).start()
    list(reader.read_all([Path({str(slow)!r})]))"""
    folder = tmp_path / "temporary"
    folder.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        send = parent.send_signal if end == signal.SIGKILL else partial(os.killpg, parent.pid)
        send(end)  # to the workers too, but none of them can outlive what kills outright
    assert gone_within(worker, seconds=10)
    assert list(folder.iterdir()) == []


def gone_within(process: int, *, seconds: float) -> bool:
    return within(seconds, lambda: not is_running(process))


def is_running(process: int) -> bool:
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()[:1] not in ("", "Z")


def test_a_script_without_a_guard_can_read(tmp_path: Path, quick: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from pipelines.parse.guard import Reader\n"
        "print('once')\n"
        "with Reader() as reader:\n"
        f"    print(len(list(reader.read_all([Path({str(quick)!r})]))))\n",
        "utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("once\n1\n", "")


def test_workers_start_without_what_is_heavy() -> None:
    code = """import sys, pipelines.parse.worker
print(sorted({"torch", "spacy", "numpy", "trafilatura", "pypdfium2"} & set(sys.modules)))"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
