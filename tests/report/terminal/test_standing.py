"""Ranks and bands in the terminal: in full where there is room, and in fewer letters where not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import vested
from vested.analysis.result import Analysis
from vested.report.terminal import show
from vested.report.terminal.standing import shortened

SAMPLE = Path(__file__).parents[3] / "data" / "samples" / "survey.csv"


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return vested.analyse(SAMPLE)


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("columns", "one", "two"),
    [
        (80, "3–19 est 85 %", "3–19 est/dev"),
        (120, "3–19 established 85 %", "3–19 established/developing"),
        (180, "3rd–19th  established, 85 %", "3rd–19th  established 51 % or developing 49 %"),
    ],
)
def test_every_terminal_shows_them(
    analysis: Analysis, columns: int, one: str, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    screen = Screen()
    show(analysis, screen)
    table = screen.getvalue().partition("Ranks and bands")[2]
    line = next(line for line in table.splitlines() if line.startswith("City of Larkmouth"))
    assert one in line
    assert line.rstrip().endswith(two)
    assert max(map(len, screen.getvalue().splitlines())) <= columns
    key = "est is established; dev is developing." in " ".join(table.split())
    assert key == (columns == 80)


def test_what_is_hidden_stands_nowhere(analysis: Analysis) -> None:
    screen = Screen()
    show(analysis, screen)
    assert "Youth Health Centre" not in screen.getvalue().partition("Ranks and bands")[2]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), {}),
        ((None, "low", "low"), {"low": "low"}),
        (("developing", "established"), {"developing": "dev", "established": "est"}),
        (("stage 1", "stage 2"), {"stage 1": "stage 1", "stage 2": "stage 2"}),
        (("ab", "abc"), {"ab": "ab", "abc": "abc"}),
    ],
)
def test_shortened(names: tuple[str | None, ...], expected: dict[str, str]) -> None:
    assert shortened(names) == expected
