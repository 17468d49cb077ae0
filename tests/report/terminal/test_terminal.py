"""The terminal: plain where nobody watches, harmless always, readable when narrow."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest

import vested
from vested import report
from vested.analysis.result import Analysis
from vested.model import Instrument, Item, Measure, Scale
from vested.report.terminal import show
from vested.spelling import tidy

BLNS = Path(__file__).parents[4] / "shared" / "corpora" / "blns" / "blns.json"
GOLDEN = Path(__file__).parents[2] / "golden"
FIVE = Scale("five", (1, 2, 3, 4, 5), {}, {"en": ("Cannot say",)}, (9,))
INSTRUMENT = Instrument(
    id="four", version="1.0", name={"en": "Four items"}, about={}, validated=False, references={},
    scales={"five": FIVE}, sections=(),
    items=tuple(Item(name, FIVE, reversed=name == "q2") for name in ("q1", "q2", "q3", "q4")),
    measures=(
        Measure("F", "facet", ("q1", "q2"), {"en": "First"}),
        Measure("G", "facet", ("q3", "q4"), {"en": "Second"}),
        Measure("X", "index", ("F", "G"), {"en": "Both"}, headline=True),
        Measure("P", "pair", ("q3", "q4"), {"en": "Poles"}, poles={"en": ("third", "fourth")}),
    ),
    inventory=None, validation=(), licence="", digest="",
)  # fmt: skip
TWELVE = [
    *("Gent,1,5,1,1", "Gent,2,4,2,3", "Gent,3,3,3,3", "Gent,4,2,4,3", "Gent,5,1,5,5"),
    *["Mons,4,2,5,3"] * 3,
    "Mons,5,2,4,2",
    "Mons,5,1,5,4",
    *("Zele,1,,9,5", "Zele,5,5,5,5"),
]


class Screen(io.StringIO):
    """A stream that says whether it is a terminal and which characters it has."""

    def __init__(self, encoding: str = "utf-8", *, tty: bool = False) -> None:
        super().__init__()
        self._encoding, self._tty = encoding, tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._tty


def analysed(folder: Path, rows: list[str] = TWELVE, minimum: int = 5) -> Analysis:
    text = "\n".join(["organisation,q1,q2,q3,q4", *rows, ""])
    (folder / "survey.csv").write_text(text, encoding="utf-8")
    return vested.analyse(folder / "survey.csv", instrument=INSTRUMENT, min_respondents=minimum)


def shown(analysis: Analysis, screen: Screen | None = None, *, detail: bool = False) -> str:
    screen = screen or Screen()
    show(analysis, screen, detail=detail)
    return screen.getvalue()


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(("detail", "file"), [(False, "twelve.txt"), (True, "twelve-detail.txt")])
def test_golden(detail: bool, file: str, tmp_path: Path) -> None:
    expected = (GOLDEN / file).read_text(encoding="utf-8")
    assert shown(analysed(tmp_path), detail=detail) == expected


def test_golden_csv(tmp_path: Path) -> None:
    found = report.render(analysed(tmp_path), "csv").decode()
    assert found == (GOLDEN / "twelve.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", ["30", "40", "60", "80", "120", "300"])
def test_no_line_is_wider_than_the_terminal(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(analysed(tmp_path), Screen(tty=True))
    assert max(map(len, text.splitlines())) <= int(columns)
    assert "Gent" in text


@pytest.mark.parametrize("detail", [False, True])
def test_ranks_and_bands_of_every_measure_are_shown_where_there_is_room(
    detail: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    told = "1st–2nd  advanced 72 % or established 28 %"
    assert told in shown(analysed(tmp_path), Screen(tty=True), detail=detail)


@pytest.mark.parametrize("columns", ["20", "80", "200"])
def test_a_file_does_not_depend_on_the_terminal(
    columns: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = shown(analysed(tmp_path), detail=True)
    monkeypatch.setenv("COLUMNS", columns)
    assert shown(analysed(tmp_path), detail=True) == expected


@pytest.mark.parametrize(
    ("tty", "no_color", "coloured"),
    [(True, None, True), (True, "1", False), (False, None, False), (False, "1", False)],
)
def test_colour_only_on_a_terminal_without_no_color(
    tty: bool,
    no_color: str | None,
    coloured: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b[" in shown(analysed(tmp_path), Screen(tty=tty), detail=True)) == coloured


def test_forced_colour_stays_out_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in shown(analysed(tmp_path))


def test_an_ascii_terminal_gets_a_table_without_blocks(tmp_path: Path) -> None:
    lines = shown(analysed(tmp_path), Screen("ascii")).splitlines()
    table = lines[: next(at for at, line in enumerate(lines) if "rows read" in line)]
    assert "\n".join(table).isascii()
    assert any("#####" in line for line in table)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("=1+1", "=1+1"),
        ("[bold]A[/bold]", "[bold]A[/bold]"),
        ("[link=file:///etc]x", "[link=file:///etc]x"),
        (":smile:", ":smile:"),
        ("A\x1b[31mB", "A␛[31mB"),
        ("A\x1b]0;title\x07", "A␛]0;title␇"),
        ("a\u202eb", "a‹U+202E›b"),
        ("\x9b31mx", "‹U+009B›31mx"),
        ("Évora 東京", "Évora 東京"),
    ],
)
@pytest.mark.parametrize("detail", [False, True])
def test_names_are_shown_harmlessly(name: str, expected: str, detail: bool, tmp_path: Path) -> None:
    text = shown(analysed(tmp_path, [f"{name},{at},2,3,{at}" for at in range(1, 6)]), detail=detail)
    assert expected in text
    assert "\x1b" not in text


@pytest.mark.parametrize(("minimum", "mark"), [(5, "<5"), (6, "<6")])
def test_hidden_scores_show_the_minimum(minimum: int, mark: str, tmp_path: Path) -> None:
    rows = [*TWELVE, "Gent,1,1,1,1"]
    line = next(
        line
        for line in shown(analysed(tmp_path, rows, minimum)).splitlines()
        if line.startswith("Zele")
    )
    assert line.split() == ["Zele", mark, mark]


def test_what_a_reader_must_know_is_there(tmp_path: Path) -> None:
    text = " ".join(shown(analysed(tmp_path)).split())
    for part in (
        "12 rows read · 12 used · none set aside", "four 1.0", "Not yet validated", "95 %",
        "population", "<5: fewer than 5 respondents",
    ):  # fmt: skip
        assert part in text


def test_very_many_organisations_are_not_all_shown(tmp_path: Path) -> None:
    rows = [f"Organisation {at},1,2,3,4" for at in range(1100)]
    text = shown(analysed(tmp_path, rows, 1))
    assert "… and 100 more" in text
    assert text.partition("\nBands")[0].count("\nOrganisation ") == 1000


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
def test_naughty_organisations_go_through_everything(tmp_path: Path) -> None:
    strings = json.loads(BLNS.read_text(encoding="utf-8"))
    names = list(dict.fromkeys(text for text in strings if tidy(text) and "\0" not in text))
    path = tmp_path / "survey.csv"
    with path.open("w", newline="", encoding="utf-8", errors="surrogatepass") as file:
        writer = csv.writer(file)
        writer.writerow(["organisation", "q1", "q2", "q3", "q4"])
        writer.writerows([name, 1, 2, 3, 4] for name in names)
    analysis = vested.analyse(path, instrument=INSTRUMENT, min_respondents=1)
    text = shown(analysis, detail=True)
    assert not {unicodedata.category(c) for c in text.replace("\n", "")} & {"Cc", "Cf"}
    expected = {tidy(name) for name in names}
    assert set(analysis.scores["organisation"]) == expected
    found = json.loads(report.render(analysis, "json"))
    assert {row["organisation"] for row in found["scores"]} == expected
    report.render(analysis, "markdown")
    cells = csv.reader(io.StringIO(report.render(analysis, "csv").decode(), newline=""))
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t", "\r")) for row in cells)
