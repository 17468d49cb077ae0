from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import vested
from vested.errors import InputError, UsageError, VestedError

Rows = list[list[str]]
Write = Callable[..., Path]
Scores = Callable[..., bytes]

ORGANISATION = {
    "en": ["organisation", "organization", "org", "company", "agency", "employer"],
    "nl": ["organisatie", "instelling", "werkgever", "bedrijf", "overheidsdienst"],
    "fr": ["organisme", "employeur", "entreprise", "établissement", "administration"],
    "de": ["Behörde", "Arbeitgeber", "Unternehmen", "Einrichtung", "Firma", "Dienststelle"],
}
TINY = """
id: tiny
version: "1"
name: {en: Tiny}
scales:
  yesno: {codes: [0, 1], labels: {en: [no, yes]}}
items:
  - {id: A1, scale: yesno, text: {en: First.}, aliases: [q_1, "First question?"]}
  - {id: A2, scale: yesno, text: {en: Second.}}
measures:
  - {id: A, kind: facet, of: [A1, A2], name: {en: Both}}
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY, encoding="utf-8")
    return path


def renamed(header: list[str], **names: str) -> list[str]:
    return [names.get(name, name) for name in header]


# --- the organisation -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for names in ORGANISATION.values() for name in names])
def test_organisation_is_recognised_in_four_languages(
    name: str, header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    assert scores(write(renamed(header, organisation=name), rows)) == plain_scores


@pytest.mark.parametrize(
    "name",
    [
        "ORGANISATION",
        " Organisation ",
        "organisation\u00a0",
        "e\u0301tablissement",
        "BEHO\u0308RDE",
    ],
    ids=ascii,
)
def test_organisation_is_recognised_in_any_spelling(
    name: str, header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    assert scores(write(renamed(header, organisation=name), rows)) == plain_scores


@pytest.mark.parametrize("asked", ["The place", "THE PLACE", " the place "])
def test_organisation_is_named(
    asked: str, header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    path = write(renamed(header, organisation="The place"), rows)
    assert scores(path, organisation=asked) == plain_scores


def test_exact_name_goes_before_one_in_another_case(
    header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    path = write(renamed(header, organisation="Place", comment="PLACE"), rows)
    assert scores(path, organisation="Place") == plain_scores


def test_organisation_that_is_named_may_have_rivals(
    header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    path = write(renamed(header, comment="company"), rows)
    assert scores(path, organisation="organisation") == plain_scores


@pytest.mark.parametrize("rival", ["company", "Werkgever", "organisation", "ORGANISATION"])
def test_two_organisation_columns_are_refused(
    rival: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(InputError, match=f"organisation, {rival}") as caught:
        scores(write(renamed(header, comment=rival), rows))
    assert "--organisation" in caught.value.hint


@pytest.mark.parametrize("name", ["organisation_size", "organisational unit", "orgs", "place"])
def test_absent_organisation_is_refused_with_candidates(
    name: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(InputError, match="no column is recognised as the organisation") as caught:
        scores(write(renamed(header, organisation=name), rows))
    assert f"candidates: {name}, comment" in caught.value.hint


# --- items ------------------------------------------------------------------------------------


@pytest.mark.parametrize("spell", [str.lower, str.title, " {} ".format, "{}\u00a0".format])
def test_items_are_found_in_any_spelling(
    spell: Callable[[str], str],
    header: list[str],
    rows: Rows,
    write: Write,
    scores: Scores,
    plain_scores: bytes,
) -> None:
    path = write([*header[:2], *map(spell, header[2:])], rows)
    assert scores(path) == plain_scores


def test_order_of_columns_does_not_matter(
    header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    assert scores(write(header[::-1], [row[::-1] for row in rows])) == plain_scores


@pytest.mark.parametrize("name", ["A1", "a1", "q_1", "Q_1", "First question?", "first  QUESTION?"])
def test_items_are_found_by_alias(name: str, tiny: Path, write: Write, scores: Scores) -> None:
    table = [["X", "1", "0"], ["X", "no", "yes"], ["X", "1", "yes"]]
    plain = scores(write(["org", "A1", "A2"], table), instrument=tiny)
    assert scores(write(["org", name, "A2"], table, "other.csv"), instrument=tiny) == plain
    assert b"66.6666" in plain


@pytest.mark.parametrize("double", ["A1", "a1", "q_1", "First question?"])
def test_item_that_stands_twice_is_refused(double: str, tiny: Path, write: Write) -> None:
    path = write(["org", "A1", "A2", double], [["X", "1", "0", "1"]])
    with pytest.raises(InputError, match=r"A1 stands in columns 2 \(A1\) and 4 \("):
        vested.analyse(path, instrument=tiny)


def test_no_item_is_refused_with_names(
    rows: Rows, write: Write, scores: Scores, items: list[str]
) -> None:
    path = write(["organisation", "comment", *(f"x{name}" for name in items)], rows)
    with pytest.raises(InputError, match="no column is an item of vested-short") as caught:
        scores(path)
    assert "SCL1, SCL3" in caught.value.hint


# --- columns that the user names --------------------------------------------------------------


@pytest.mark.parametrize("role", ["organisation", "respondent", "wave", "group", "weight"])
def test_named_column_that_is_not_there_gives_the_nearest(
    role: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    path = write(header, rows)
    with pytest.raises(
        UsageError, match=rf"survey\.csv has no column 'coment' \(--{role}"
    ) as caught:
        scores(path, **{role: "coment"})
    assert caught.value.hint == "did you mean comment?"


def test_named_column_without_a_near_one_gives_the_columns(
    header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(UsageError) as caught:
        scores(write(header, rows), group="zzzzzz")
    assert "organisation, comment, SCL1" in caught.value.hint


@pytest.mark.parametrize("role", ["organisation", "respondent", "wave", "group", "weight"])
def test_named_column_that_is_an_item_is_refused(
    role: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    with pytest.raises(UsageError, match=f"--{role} SCL1: that column is an item"):
        scores(write(header, rows), **{role: "SCL1"})


@pytest.mark.parametrize("role", ["organisation", "respondent", "wave", "group", "weight"])
def test_named_column_that_stands_twice_is_refused(
    role: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    path = write([*header, "part", "part"], [[*row, "1", "1"] for row in rows])
    with pytest.raises(InputError, match="'part' is the name of columns 31 and 32"):
        scores(path, **{role: "part"})


def outcome(scores: Scores, path: Path, **options: str) -> str:
    """The scores as text, or what stands in the way."""
    try:
        return scores(path, **options).decode()
    except VestedError as error:
        return f"error: {error.message}"


@pytest.mark.parametrize("role", ["wave", "group", "weight"])
def test_organisation_column_in_a_second_role_is_refused_or_right(
    role: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    """Never `no row can be used`: every row has an organisation."""
    found = outcome(scores, write(renamed(header, organisation="org"), rows), **{role: "org"})
    assert "Gent,Gent," in found or ("error" in found and "org" in found)
    assert "can be used" not in found


@pytest.mark.parametrize(("one", "other"), [("wave", "group"), ("wave", "weight")])
def test_one_named_column_in_two_roles_is_refused_or_right(
    one: str, other: str, header: list[str], rows: Rows, write: Write, scores: Scores
) -> None:
    path = write([*header, "round"], [[*row, str(at % 2 + 1)] for at, row in enumerate(rows)])
    found = outcome(scores, path, **{one: "round", other: "round"})
    assert found.count("Gent,1,") == found.count("Gent,2,")
    assert "Gent,1," in found or ("error" in found and "round" in found)
    assert "can be used" not in found


def test_respondent_column_changes_no_score(
    header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    assert scores(write(header, rows), respondent="comment") == plain_scores


# --- which instrument -------------------------------------------------------------------------


def survey_of(name: str, share: float, write: Write) -> Path:
    ids = [item.id for item in vested.load_instrument(name).items]
    kept = ids[: round(len(ids) * share)]
    return write(
        ["organisation", *kept],
        [["X", *(code * 80)[: len(kept)]] for code in ("34", "45", "223")] * 4,
    )


@pytest.mark.parametrize(
    ("name", "share", "found"),
    [
        ("vested", 1, "vested"),
        ("vested", 0.9, "vested"),
        ("vested-short", 1, "vested-short"),
        ("vested-short", 0.6, "vested-short"),
        ("vested-short", 0.5, "vested-short"),
    ],
)
def test_instrument_is_recognised(name: str, share: float, found: str, write: Write) -> None:
    analysis = vested.analyse(survey_of(name, share, write), min_respondents=1)
    assert analysis.instrument.id == found


@pytest.mark.parametrize("share", [0.4, 0.1, 0])
def test_instrument_that_is_not_recognised_lists_what_was_compared(
    share: float, write: Write
) -> None:
    found = round(28 * share)
    with pytest.raises(
        InputError, match=rf"vested: {found} of 80 items; vested-short: {found} of 28"
    ) as caught:
        vested.analyse(survey_of("vested-short", share, write))
    assert "--instrument" in caught.value.hint


def test_full_instrument_without_one_item_is_not_taken_for_the_short_one(write: Write) -> None:
    """All 28 items of the short form are there, and 51 that it does not know."""
    ids = [item.id for item in vested.load_instrument("vested").items if item.id != "SCL2"]
    path = write(["organisation", *ids], [["X", *code * len(ids)] for code in "34"] * 5)
    assert vested.analyse(path).instrument.id == "vested"


def test_missing_items_are_named_in_a_note(write: Write) -> None:
    analysis = vested.analyse(survey_of("vested-short", 0.9, write))
    assert any("3 of 28 items" in note and "RSA1" in note for note in analysis.notes)


def test_full_instrument_on_few_columns_is_chosen_by_name(write: Write) -> None:
    analysis = vested.analyse(survey_of("vested-short", 0.1, write), instrument="vested")
    assert analysis.instrument.id == "vested"


def test_items_may_stand_in_different_files(
    header: list[str], rows: Rows, write: Write, scores: Scores, plain_scores: bytes
) -> None:
    """Two exports of one survey, their columns in other orders."""
    one = write(header, rows[:20], "one.csv")
    two = write(header[::-1], [row[::-1] for row in rows[20:]], "two.csv")
    assert scores([one, two]) == plain_scores == scores([two, one])
