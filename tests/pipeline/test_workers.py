"""One process breaking down is the end of one client, not of the batch."""

from __future__ import annotations

import os
from multiprocessing import active_children
from pathlib import Path

import pytest

from vested.pipeline.batch.clients import Client
from vested.pipeline.batch.workers import Job, available, do, run


class Breaker:
    """Ends the process that unpacks it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def job(name: str, output: Path, **options: object) -> Job:
    """A client of whom there is no survey, which is quickly told."""
    return Job(Client(name, name, (), {"formats": [], **options}), "", output)


def test_a_process_that_breaks_down_takes_only_its_client_along(tmp_path: Path) -> None:
    jobs = [job("a", tmp_path), job("b", tmp_path, title=Breaker()), job("c", tmp_path)]
    before = dict(os.environ)
    told = {client.name: wrong for client, wrong in run(jobs, 2, tmp_path)}
    assert told["b"] is not None
    assert told["b"][0] == "the process that made it broke down (exit status 9)"
    assert told["a"] == told["c"] == ("no survey is named", told["a"][1] if told["a"] else "")
    assert dict(os.environ) == before


def test_leaving_early_ends_the_processes(tmp_path: Path) -> None:
    results = run([job(name, tmp_path) for name in "abc"], 2, tmp_path)
    next(results)
    results.close()
    assert active_children() == []


@pytest.mark.parametrize("error", [ValueError("a\nb"), MemoryError(), OSError(28, "No space left")])
def test_what_nobody_expected_is_told_too(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("vested.pipeline.batch.making.made", fail)
    wrong = do(job("a", tmp_path))
    assert wrong is not None
    assert wrong[0] in (
        "the program failed: ValueError: a",
        "the program failed: MemoryError: ",
        "cannot be written or read: No space left",
    )


def test_processors() -> None:
    assert available() >= 1
