"""LaTeX that compiles whatever a text from data holds, and in which no such text acts."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from vested.report.document.model import Document
from vested.report.paper import latex
from vested.report.paper.characters import escaped
from vested.table import Column, ResultTable

GOLDEN = Path(__file__).parents[2] / "golden" / "document.tex"
COMMANDS = {
    "documentclass", "usepackage", "setlength", "parindent", "parskip", "baselineskip", "label",
    "emergencystretch", "renewcommand", "tablename", "title", "large", "author", "date", "begin",
    "end", "maketitle", "section", "subsection", "item", "noindent", "medskip", "linewidth",
    "raggedright", "refstepcounter", "addcontentsline", "protect", "numberline", "thetable",
    "textbf", "textit", "par", "normalsize", "small", "footnotesize", "scriptsize", "tabcolsep",
    "vspace", "toprule", "midrule", "bottomrule", "shortstack", "begingroup", "endgroup",
    "nopagebreak", "tabularnewline", "addtocounter", "endhead", "endfoot",
}  # fmt: skip
PRINTING = {
    "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater",
    "textquotedbl", "textbar", "textasciigrave", "allowbreak",
}  # fmt: skip


def test_golden(make_document: Callable[..., Document]) -> None:
    assert latex.document(make_document()).decode() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\\b{c}", r"a\textbackslash{}b\{c\}"),
        ("$&#_%", r"\$\&\#\_\%"),
        ("~^<>\"|`", r"\textasciitilde{}\textasciicircum{}\textless{}\textgreater{}"
         r"\textquotedbl{}\textbar{}\textasciigrave{}"),
        ("-- --- '' ,,", "-{}- -{}-{}- '{}' ,{},"),
        ("[a]*", "{[}a{]}{*}"),
        ("é ﬁ ß Ș €", "é ‹U+FB01› ß Ș €"),
        ("e\u0301", "é"),
        ("α ≥ −1 n₀", r"$\alpha$ $\geq$ $-$1 n$_{0}$"),
        ("数", "‹U+6570›"),
        ("a\nb\x1b", "a‹U+000A›b‹U+001B›"),
        ("x\u200by", "x‹U+200B›y"),
        ("\ud800", "‹U+D800›"),
        ("a" * 61, "\\allowbreak%\n".join(("a" * 30, "a" * 30, "a"))),
        ("", ""),
    ],
)  # fmt: skip
def test_escaped(text: str, printed: str) -> None:
    assert escaped(text) == printed


def inert(text: str) -> None:
    """Only commands of ours, only comments that end a line of ours, and every brace closed."""
    within_rows = re.sub(r"\$\\[a-zA-Z]+\$", "", text.replace(r"\\", " "))  # Greek letters
    assert set(re.findall(r"\\([a-zA-Z]+)", within_rows)) <= COMMANDS | PRINTING
    bare = re.sub(r"\\.", "", within_rows)
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"%.", bare)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def test_nothing_acts(make_document: Callable[..., Document], nasty: str) -> None:
    inert(latex.document(make_document(nasty)).decode())


def test_naughty_strings(naughty: Document) -> None:
    inert(latex.document(naughty).decode())


COMPILES = pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not here")


def compiled(folder: Path, content: bytes) -> int:
    (folder / "a.tex").write_bytes(content)
    run = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "a.tex"]
    done = subprocess.run(run, cwd=folder, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout.decode("latin-1")[-2000:]
    return int(re.findall(rb"Output written on a.pdf \((\d+) pages?", done.stdout)[0])


@COMPILES
def test_compiles(make_document: Callable[..., Document], tmp_path: Path, nasty: str) -> None:
    assert compiled(tmp_path, latex.document(make_document(nasty))) >= 1


@COMPILES
def test_naughty_strings_compile(naughty: Document, tmp_path: Path) -> None:
    assert compiled(tmp_path, latex.document(naughty)) > 50


COLUMNS = (
    Column("measure", "Measure", "What is scored."),
    Column("score", "Score", "A mean.", 1),
    Column("ci_low", "Low", "Lower end.", 1),
    Column("ci_high", "High", "Upper end.", 1),
    Column("p", "p", "Its p.", 3),
)


def a_table(rows: int, measure: str = "X") -> ResultTable:
    frame = pl.DataFrame(
        {
            "measure": [measure] * rows, "score": [59.75] * rows, "ci_low": [55.5] * rows,
            "ci_high": [64.0] * rows, "p": [0.0004] * rows,
        }
    )  # fmt: skip
    return ResultTable("a_b", "Scores", COLUMNS, frame)


def test_table() -> None:
    lines = latex.tables({"a": a_table(1)}, {"options": {"confidence": 0.9}}).decode().splitlines()
    assert lines[0] == r"\begin{table}[htbp]"
    assert r"\label{tab:a-b}" in lines[1]
    assert r"Measure & Score & 90\% CI & \textit{p} \\" in lines
    assert r"X & 59.8 & {[}55.5, 64.0{]} & \textless{} .001 \\" in lines
    assert lines[-2:] == [
        r"\textit{Note.} Score: A mean. p: Its p.\par",
        r"\end{table}",
    ]
    assert not any("|" in line for line in lines if "tabular" in line)


@pytest.mark.parametrize(
    ("rows", "measure", "environment"),
    [
        (30, "X", "tabular"),
        (31, "X", "longtable"),
        (0, "X", "tabular"),
        (9, "x " * 300, "longtable"),
    ],
)
def test_long_tables_break(rows: int, measure: str, environment: str) -> None:
    assert rf"\begin{{{environment}}}" in latex.table(a_table(rows, measure)).decode()


def test_long_texts_break_lines_and_are_cut() -> None:
    text = latex.table(a_table(1, "word " * 400)).decode()
    assert re.search(r"@\{\}p\{0\.\d+\\linewidth\}rrr@\{\}", text)
    assert r"… &" in text


def test_wide_tables_have_smaller_type() -> None:
    columns = tuple(Column(f"c{at}", "Respondents", "") for at in range(14))
    frame = pl.DataFrame({each.key: [1] for each in columns})
    assert r"\scriptsize" in latex.table(ResultTable("a", "A", columns, frame)).decode()


def test_decimal_comma(make_document: Callable[..., Document]) -> None:
    text = latex.document(make_document(language="nl")).decode()
    assert "59,8 & {[}55,5; 64,0{]} & 50,0" in text
    assert "59.75" not in text


def test_columns_without_a_value_are_left_out() -> None:
    result = a_table(2)
    bare = result.frame.with_columns(score=None, ci_low=None, ci_high=None)
    text = latex.table(ResultTable("a", "A", COLUMNS, bare)).decode()
    assert r"Measure & \textit{p} \\" in text
    assert "A mean" not in text
