"""The texts of reports: the same in every language, each of them used, and none missing."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

import vested
from vested.analysis.consolidate import AGREEMENT, DISSONANCE, PARTIAL
from vested.analysis.evidence.screening import QUALITY, SCREENING
from vested.analysis.reports.points import STRENGTH, WORK_POINT
from vested.analysis.scores import CAUTION, PUBLISHED, SUPPRESSED
from vested.analysis.standing.bands import Bands
from vested.errors import UsageError
from vested.model import PARTS
from vested.report.document.wording import LANGUAGES, Words, checked_language

SOURCES = Path(vested.__file__).parent
DOCUMENT = SOURCES / "report" / "document"
OTHERS = [language for language in LANGUAGES if language != "en"]
ENGLISH = Words("en").all()


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


# --- every language -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_texts_in_the_same_order(language: str) -> None:
    assert list(Words(language).all()) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_same_values_and_forms(language: str) -> None:
    for name, text in Words(language).all().items():
        forms, wanted = text.split(" | "), ENGLISH[name].split(" | ")
        assert len(forms) == len(wanted) <= 2, name
        for form, english in zip(forms, wanted, strict=True):
            assert placeholders(form) == placeholders(english), name
        assert text.strip(), name
        assert len(forms) == 1 or "n" in {*placeholders(forms[0]), *placeholders(forms[1])}, name


@pytest.mark.parametrize("language", OTHERS)
def test_texts_are_translated(language: str) -> None:
    """Of whole sentences none is left in English."""
    texts = Words(language).all()
    same = [name for name, text in texts.items() if text == ENGLISH[name] and len(text) > 40]
    assert same == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_set_as_the_language_is(language: str) -> None:
    for name, text in Words(language).all().items():
        plain = re.sub(r"\{\w+\}", "X", text)
        assert " %" not in plain, name
        assert "\t" not in plain, name
        assert "\n" not in plain, name
        if language == "fr":
            assert not re.search(r"(?<![\u00a0|])[;?!»](?!\w)|« |[^\u00a0]:(?= |$)", plain), name
        if language == "de":
            assert plain.count("„") == plain.count("“"), name
            assert '"' not in plain, name


@pytest.mark.parametrize("language", OTHERS)
def test_a_file_says_that_no_native_reader_has_read_it(language: str) -> None:
    first = (DOCUMENT / "words" / f"{language}.yaml").read_text(encoding="utf-8").partition("\n")[0]
    words = {"nl": "geen moedertaalspreker", "fr": "aucun locuteur natif", "de": "Muttersprache"}
    assert first.startswith("# ")
    assert words[language] in first


def test_languages_are_those_that_there_are_files_of() -> None:
    there = {Path(str(each)).stem for each in (files("vested.report.document") / "words").iterdir()}
    assert there == set(LANGUAGES)


# --- every text is used, and every text that is used is there -------------------------------------

FAMILIES = {
    "status": {PUBLISHED, CAUTION, SUPPRESSED},
    "convergence": {AGREEMENT, PARTIAL, DISSONANCE},
    "band": {*Bands().names},
    "point": {STRENGTH, WORK_POINT},
    "part": {part for parts in PARTS.values() for part in parts},
}
"""Texts whose names end in a word of the results."""
DYNAMIC = ("column", "screen", "reason")


@cache
def trees() -> list[ast.AST]:
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(DOCUMENT.rglob("*.py"))]


def asked_for() -> Iterator[str]:
    """What `words(…)` is called with in the sources, as regular expressions."""
    for tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = node.func
            called = function.id if isinstance(function, ast.Name) else ""
            called = function.attr if isinstance(function, ast.Attribute) else called
            if called in ("words", "self"):
                yield from patterns(node.args[0])


def patterns(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*patterns(node.body), *patterns(node.orelse))
    elif isinstance(node, ast.Constant):
        yield re.escape(str(node.value))
    elif isinstance(node, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
            for part in node.values
        )
        yield "".join(parts)


def of_writers() -> set[str]:
    """What the forms ask a document for by name."""
    found: set[str] = set()
    for path in (SOURCES / "report").rglob("*"):
        if path.suffix not in (".py", ".jinja", ".typ"):
            continue
        text = path.read_text(encoding="utf-8")
        names = re.findall(r"\bwords\.(?:get\(\s*[\"'](\w+)|(\w+)(?!\w*\())", text)
        found |= {one or other for one, other in names}
    return found & set(ENGLISH)


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(asked_for())
    assert len(asked) > 80
    missing = {each for each in asked if not any(re.fullmatch(each, name) for name in ENGLISH)}
    assert missing == set()


def test_every_text_is_used() -> None:
    asked, told = set(asked_for()), of_writers()
    told |= {name for each in asked for name in ENGLISH if re.fullmatch(each, name)}
    constants = {
        str(node.value)
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    }
    told |= {name for name in ENGLISH if "." not in name and name in constants}
    told |= {name for name in ENGLISH if name in constants}
    left = [name for name in ENGLISH if name not in told]
    assert [name for name in left if name.partition(".")[0] not in (*FAMILIES, *DYNAMIC)] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_words_of_results_have_texts(family: str) -> None:
    named = {name.partition(".")[2] for name in ENGLISH if name.startswith(f"{family}.")}
    assert named == FAMILIES[family]


TUPLES = ("_COLUMNS", "columns", "_WEIGHTING", "_AGREEMENT", "_RELIABILITY", "_AGGREGATION")
"""The variables in `sections/` that hold keys of columns."""


def test_every_column_of_a_report_has_a_heading() -> None:
    """Every key in such a tuple, and no other."""
    known = {name.removeprefix("column.") for name in ENGLISH if name.startswith("column.")}
    used = {"name", "value"}
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name) and target.id in TUPLES:
                    used |= {
                        each.value
                        for each in ast.walk(node)
                        if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    }
    assert used == known


def test_every_sign_of_careless_answers_has_a_text() -> None:
    signs = {column.key for column in SCREENING[4:-2]}
    named = {name.removeprefix("screen.") for name in ENGLISH if name.startswith("screen.")}
    assert named == signs
    assert {"screen", "flagged"} <= {column.key for column in QUALITY}


def test_every_reason_to_set_a_row_aside_has_a_text() -> None:
    """Each is a text in the modules that read, or is `no` and the role of a column."""
    told = {name.removeprefix("reason.") for name in ENGLISH if name.startswith("reason.")}
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("platforms", "survey")
        for path in (SOURCES / folder).rglob("*.py")
    )
    written = {reason for reason in told if f'"{reason}"' in sources}
    assert told - written == {"no organisation"}
    given = set(re.findall(r'Exclusion\([^()]*(?:\([^()]*\)[^()]*)*, "([^"]+)"\)', sources))
    assert given <= told


# --- numbers and names ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "number", "percent", "confidence"),
    [
        ("en", "−12.3", "62\u00a0%", "99.5\u00a0%"),
        ("nl", "−12,3", "62\u00a0%", "99,5\u00a0%"),
        ("fr", "−12,3", "62\u00a0%", "99,5\u00a0%"),
        ("de", "−12,3", "62\u00a0%", "99,5\u00a0%"),
    ],
)
def test_numbers(language: str, number: str, percent: str, confidence: str) -> None:
    words = Words(language)
    assert words.number(-12.345) == number
    assert words.number(-0.04) in ("0.0", "0,0")
    assert words.percent(0.6249) == percent
    assert words.confidence(0.995) == confidence
    assert words.confidence(0.95) == "95\u00a0%"


@pytest.mark.parametrize(
    ("n", "shown"), [(1, "1 organisation"), (0, "0 organisations"), (20, "20 organisations")]
)
def test_one_or_many(n: int, shown: str) -> None:
    assert Words("en")("subtitle.several", n=n) == shown


def test_a_text_without_values_keeps_its_braces() -> None:
    assert Words("en")("points.reversed") == "{text} (R)"


def test_a_value_is_no_template() -> None:
    assert Words("en")("profile.value_bare", measure="{score} | b", score="1") == "{score} | b 1"


@pytest.mark.parametrize(
    ("name", "language", "shown"),
    [
        ("VESTED", "en", "Vested digital leadership"),
        ("REU", "fr", "Réutilisation"),
        ("PTP.tilt", "en", "Transparency and privacy: leaning"),
        ("PTP.joint", "nl", "Transparantie en privacy: samen"),
        ("AMBIDEXTERITY.balance", "de", "Ambidextrie: Ausgewogenheit"),
    ],
)
def test_names_of_measures(name: str, language: str, shown: str) -> None:
    assert Words(language).measure(vested.load_instrument("vested"), name) == shown


def test_an_unknown_language() -> None:
    assert checked_language("nl") == "nl"
    with pytest.raises(UsageError, match="no reports in 'nk'") as caught:
        checked_language("nk")
    assert "nl" in caught.value.hint
