"""Clients made by several processes, so that one that breaks down takes only its client along."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple, cast

from vested.errors import VestedError
from vested.pipeline.batch.clients import Client

Wrong = tuple[str, str]
"""A message and a hint."""


class Job(NamedTuple):
    """A client to make, the fingerprint of what it is made from, and where it goes."""

    client: Client
    made_from: str
    output: Path


def available() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    jobs: Sequence[Job], workers: int, folder: Path
) -> Generator[tuple[Client, Wrong | None], None, None]:
    """Do the jobs, and yield each client when it is done, with what was wrong with it.

    Temporary files go into `folder`. With one worker no process is started.
    """
    if workers == 1 or len(jobs) <= 1:
        for job in jobs:
            yield job.client, do(job)
        return
    yield from _Crew(deque(jobs), min(workers, len(jobs)), folder).work()


def do(job: Job) -> Wrong | None:
    """Make one client; what is wrong with it is its own affair, and no other's."""
    from vested.pipeline.batch.making import made, put

    try:
        put(job.output, job.client, made(job.client, job.made_from))
    except VestedError as error:
        return error.message, error.hint
    except OSError as error:
        return f"cannot be written or read: {error.strerror or error}", "has the disk room?"
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of Polars is no Exception
        what = f"{type(error).__name__}: {error}".splitlines()[0]
        return f"the program failed: {what}", "please report it with `vested analyse` on this input"
    return None


class _Crew:
    """Processes that each make one client at a time and then ask for the next.

    They are started afresh and not forked, which Polars does not survive. A pool of the standard
    library would not say who broke down, or would wait for them forever.
    """

    def __init__(self, waiting: deque[Job], size: int, folder: Path) -> None:
        self.waiting = waiting
        self.size = size
        self.folder = folder
        self.busy: dict[Connection, tuple[BaseProcess, Job]] = {}

    def work(self) -> Iterator[tuple[Client, Wrong | None]]:
        try:
            with _environment(self.size):
                for _ in range(self.size):
                    self._start()
                while self.busy:
                    for pipe in connection.wait(list(self.busy)):
                        yield self._told(cast(Connection, pipe))
        finally:
            for process, _ in self.busy.values():
                process.kill()
            for process, _ in self.busy.values():
                process.join()

    def _start(self) -> None:
        if not self.waiting:
            return
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self.folder), daemon=True)
        process.start()
        theirs.close()
        self._give(ours, process)

    def _give(self, pipe: Connection, process: BaseProcess) -> None:
        if not self.waiting:
            pipe.close()  # which ends the process
            process.join()
            return
        job = self.waiting.popleft()
        self.busy[pipe] = process, job
        with suppress(OSError):  # it broke down: waiting for its answer will tell
            pipe.send(job)

    def _told(self, pipe: Connection) -> tuple[Client, Wrong | None]:
        process, job = self.busy.pop(pipe)
        try:
            wrong: Wrong | None = pipe.recv()
        except (EOFError, OSError):
            pipe.close()
            process.join()
            self._start()
            return job.client, (
                f"the process that made it broke down (exit status {process.exitcode})",
                "is there enough memory? Fewer --jobs need less",
            )
        self._give(pipe, process)
        return job.client, wrong


def _serve(pipe: Connection, folder: Path) -> None:
    """Do jobs until there are no more."""
    # Ctrl-C is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    tempfile.tempdir = str(folder)
    while True:
        try:
            job: Job = pipe.recv()
            pipe.send(do(job))
        except (EOFError, OSError):
            return


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _environment(workers: int) -> Iterator[None]:
    """Let the processes that are started meanwhile share the processors."""
    threads: Mapping[str, str] = {
        "POLARS_MAX_THREADS": str(max(1, available() // workers)),
        "RAYON_NUM_THREADS": str(max(1, available() // workers)),  # typst
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    before = {name: os.environ.get(name) for name in threads}
    os.environ.update(threads)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
