"""What is shown while work lasts: only on a terminal, with the time that the rest will take."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from vested.cli import streams
from vested.cli.streams import Clients


class Terminal(io.StringIO):
    """A standard error that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What is shown of clients of whom two are there already, and two seconds go into each."""

    def made(stream: io.StringIO, *, quiet: bool = False) -> list[str]:
        monkeypatch.setattr(streams.sys, "stderr", stream)
        clock = iter(range(0, 1000, 2))
        monkeypatch.setattr(streams.time, "monotonic", lambda: float(next(clock)))
        with Clients(quiet) as progress:
            for done, failed in ((2, 0), (3, 0), (4, 1), (40, 1)):
                progress(done, failed, 40)
        return stream.getvalue().replace("\x1b[K", "").split("\r")[1:]

    return made


def test_on_a_terminal_clients_are_counted(shown: Callable[..., list[str]]) -> None:
    assert shown(Terminal()) == [
        "2 of 40 clients",
        "3 of 40 clients, about 1 min left",
        "4 of 40 clients, 1 failed, about 1 min left",
        "40 of 40 clients, 1 failed",
        "",
    ]


def test_elsewhere_nothing_is_shown(shown: Callable[..., list[str]]) -> None:
    assert shown(io.StringIO()) == []
    assert shown(Terminal(), quiet=True) == []
