from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.errors import InputError
from vested.formats import Table, open_table
from vested.formats.source import Source
from vested.instruments import load_instrument
from vested.instruments.reader import read_instrument
from vested.model import Instrument, Scale
from vested.platforms import Column, Export, Role, unwrap
from vested.platforms.definitions import Definition, Question, read_definition
from vested.survey.draft import draft

REAL = Path(__file__).parents[3] / "shared" / "exports"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real exports are not here")

AGREE = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table of which only the names and the first rows are ever asked for."""

    def never(*_: object) -> Any:
        raise AssertionError("a draft looks at the first rows only")

    source = Source(Path("survey.csv"), "survey.csv", "delimited", 0, str)
    return Table(source, tuple(names), tuple(map(tuple, rows)), never, never, never, never)


def export(columns: Mapping[str, Sequence[str]], **known: Column) -> Export:
    """An export with these cells, and with what is known of some columns."""
    made = table(list(columns), list(zip(*columns.values(), strict=True)))
    return Export(made, tuple(known.get(name, Column(name)) for name in columns))


def options(**labels: str) -> dict[str, tuple[str, ...]]:
    return {code.removeprefix("c").replace("m", "-"): (label,) for code, label in labels.items()}


def loaded(text: str) -> Instrument:
    return read_instrument(text.encode(), "draft.yaml")


def scale(text: str, item: str) -> Scale:
    return loaded(text).item(item).scale


def reason(text: str, name: str) -> str:
    found = [line for line in text.splitlines() if line.startswith(f"#   {name}: ")]
    assert len(found) == 1, text
    return found[0].removeprefix(f"#   {name}: ")


def test_labels_of_a_family_become_items() -> None:
    text = draft(export({"A1": AGREE, "A2": AGREE[::-1], "note": list("abcde")}), None, "climate")
    found = loaded(text)
    assert (found.id, found.version, found.name) == ("climate", "0.1", {"en": "climate"})
    assert [item.id for item in found.items] == ["A1", "A2"]
    assert [(m.id, m.kind, m.of) for m in found.measures] == [("A", "facet", ("A1", "A2"))]
    assert "family: agreement\n    points: 5" in text
    assert found.item("A1").scale.labels["en"] == tuple(AGREE)
    assert reason(text, "note") == "answers of no family, so their order cannot be told: " + (
        "a · b · c · d · e"
    )
    assert text.startswith("# A draft, made from the first 5 rows of survey.csv.")


def test_too_few_labels_are_understood_by_the_other_questions() -> None:
    few = ["Agree", "Agree", "Disagree", "", "Don't know"]
    text = draft(export({"A1": AGREE, "A2": few}), None, "x")
    assert scale(text, "A2") == scale(text, "A1")
    alone = draft(export({"A2": few, "A3": ["Yes", "No", "", "", ""]}), None, "x")
    assert scale(alone, "A2").codes == (1, 2)
    assert "is the scale longer?" in alone
    middle = ["Disagree", "Neutral", "Agree", "", ""]
    assert reason(draft(export({"A2": middle, "A3": ["Yes", "No"] + [""] * 3}), None, "x"), "A2")
    assert scale(draft(export({"A1": AGREE, "A2": middle}), None, "x"), "A2").codes[-1] == 5


OPTIONS = {
    # Options; codes, labels in English, missing codes, a piece of the remarks.
    "low to high": (
        {str(at): (label,) for at, label in enumerate(AGREE, 1)}, range(1, 6), AGREE, (), "",
    ),
    "from zero": (
        {str(at): (label,) for at, label in enumerate(AGREE)}, range(5), AGREE, (), "",
    ),
    "high to low": (
        {str(6 - at): (label,) for at, label in enumerate(AGREE, 1)}, range(1, 6), AGREE[::-1], (),
        "reversed: true? because the survey gives its lowest code to the most",
    ),
    "yes first": (
        options(c1="Yes", c2="No"), (1, 2), ["Yes", "No"], (), "lowest code to the most",
    ),
    "in another order": (
        options(c1="Disagree", c2="Strongly agree", c3="Agree", c4="Strongly disagree"),
        range(1, 5), [AGREE[0], AGREE[1], AGREE[3], AGREE[4]], (),
        "the survey codes these labels otherwise: 1 Disagree, 2 Strongly agree",
    ),
    "codes that are no numbers": (
        {f"AO0{at}": (label,) for at, label in enumerate(AGREE, 1)}, range(1, 6), AGREE, (), "",
    ),
    "with a missing label": (
        {**{str(at): (label,) for at, label in enumerate(AGREE, 1)}, "9": ("Don't know",)},
        range(1, 6), AGREE, (9,), "",
    ),
    "numbers only": (
        {str(at): (str(at),) for at in range(1, 6)}, range(1, 6), None, (), "numbers only",
    ),
    "all of 0 to 10": (
        {"0": ("Not at all likely",), **{str(at): (str(at),) for at in range(1, 10)},
         "10": ("Extremely likely",)},
        range(11), ["Not at all likely", *map(str, range(1, 10)), "Extremely likely"], (), "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPTIONS)
def test_options_of_one_question(case: str) -> None:
    given, codes, labels, missing, remark = OPTIONS[case]
    column = Column("A1", ("How is it?",), options=given)  # type: ignore[arg-type]
    text = draft(export({"A1": ["1", "2"]}, A1=column), None, "x")
    found = scale(text, "A1")
    assert found.codes == tuple(codes)
    assert found.labels.get("en") == (tuple(labels) if labels else None)
    assert found.missing_codes == missing
    assert remark in text


REFUSED = {
    "nominal": (options(c1="Red", c2="Green", c3="Blue"), "options of no family, so their order"),
    "two": (options(c1="Male", c2="Female"), "options of no family"),
    "box": (options(c0="Unchecked", c1="Checked"), "a tick box"),
    "one": (options(c1="Yes"), "a tick box"),
    "twelve": ({str(at): (f"a{at}",) for at in range(12)}, "12 options"),
    "one label twice": (options(c1="a", c2="A", c3="b"), "two of its options have one label"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_options_that_are_no_scale(case: str) -> None:
    given, why = REFUSED[case]
    column = Column("B1", options=given)  # type: ignore[arg-type]
    text = draft(export({"A1": AGREE, "B1": ["1"] * 5}, B1=column), None, "x")
    assert why in reason(text, "B1")


def test_options_of_a_grid_are_kept_in_the_order_of_their_codes() -> None:
    given = options(c3="Much", c1="Little", c2="Some", cm1="No opinion")
    stem = "How much?"
    columns = {
        name: Column(name, (f"{stem} - {it}", it), options=given, missing={"-1": "no basis"})
        for name, it in (("Q5_1", "Bread"), ("Q5_2", "Wine"))
    }
    text = draft(export({"Q5_1": ["1"], "Q5_2": ["2"]}, **columns), None, "x")
    found = scale(text, "Q5_1")
    assert (found.codes, found.labels) == ((1, 2, 3), {"en": ("Little", "Some", "Much")})
    assert (found.missing, found.missing_codes) == ({"en": ("No opinion",)}, (-1,))
    assert loaded(text).item("Q5_2").text == {"en": "Wine"}
    assert [(m.id, m.of) for m in loaded(text).measures] == [("Q5", ("Q5_1", "Q5_2"))]
    assert "no family has these labels" in text
    assert "one question stands above these: How much?" in text


NUMBERS: dict[str, tuple[str, tuple[int, ...] | None, tuple[int, ...]]] = {
    # Cells of two columns; codes, codes for no answer.
    "one to five": ("1 2 3 4 5|5 4 3 2 2", tuple(range(1, 6)), ()),
    "the wider one counts": ("1 2 3 4 5|2 3 4 4 3", tuple(range(1, 6)), ()),
    "zero to ten": ("0 2 7 9 10|10 4 3 2 0", tuple(range(11)), ()),
    "zero to four": ("0 1 2 3 4|4 4 3 2 0", tuple(range(5)), ()),
    "as decimals": ("1.0 2.0 3.0 4.0 5.0|1 2 3 4 5", tuple(range(1, 6)), ()),
    "around zero": ("-2 -1 0 1 2|-2 -1 0 1 2", tuple(range(-2, 3)), ()),
    "no answer": ("1 2 3 -9 5|99 4 3 2 1", tuple(range(1, 6)), (-9, 99)),
    "nine beside five": ("1 2 3 9 5|9 4 3 2 1", tuple(range(1, 6)), (9,)),
    "years": ("1990 1991 1992 1993 1994|1 2 3 4 5", None, ()),
    "two values": ("0 1 0 1 1|1 0 1 0 0", None, ()),
    "parts": ("1.5 2 3 4 5|1.5 2 3 4 5", None, ()),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers(case: str) -> None:
    cells, codes, missing = NUMBERS[case]
    first, second = (column.split() for column in cells.split("|"))
    made = export({"S1": first, "S2": second, "A1": AGREE})
    text = draft(made, None, "x")
    if codes is None:
        assert [item.id for item in loaded(text).items] == ["A1"]
    else:
        assert scale(text, "S1") == scale(text, "S2")
        assert (scale(text, "S1").codes, scale(text, "S1").missing_codes) == (codes, missing)
        assert "from the numbers that were given" in text


def test_numbers_are_no_part_of_a_scale_from_0_to_10_in_words() -> None:
    ends = ["Not at all likely", *map(str, range(1, 10)), "Extremely likely"]
    made = export({"L1": ends, "S1": list("12345543215"), "S2": list("54321123451")})
    text = draft(made, None, "x")
    assert (scale(text, "L1").codes[-1], scale(text, "S1").codes[-1]) == (10, 5)


def test_a_ranking_is_no_rating() -> None:
    made = export({"R1": list("12321"), "R2": list("23112"), "R3": list("31233"), "A1": AGREE})
    text = draft(made, None, "x")
    assert [reason(text, f"R{at}") for at in (1, 2, 3)] == [
        "a ranking: each number is given once"
    ] * 3


ROLES: dict[Role, str] = {
    "organisation": "names the organisation",
    "person": "may identify someone",
    "technical": "added by the survey software",
}


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_no_items(role: Role) -> None:
    made = export({"A1": AGREE, "B": AGREE}, B=Column("B", role=role))
    assert reason(draft(made, None, "x"), "B") == ROLES[role]


def test_organisation_blank_and_repeated_names_are_no_items() -> None:
    made = table(["A1", "org", "", "C", "c"], [[label] * 5 for label in AGREE])
    text = draft(unwrap(made), None, "x")
    assert [item.id for item in loaded(text).items] == ["A1"]
    assert reason(text, "org") == "names the organisation"
    assert reason(text, "(no name)") == "without a name"
    assert reason(text, "C") == reason(text, "c") == "one of 2 columns of this name"


@pytest.mark.parametrize(
    ("name", "item", "aliases"),
    [
        ("SCL1", "SCL1", ()),
        ("a-b_c", "a-b_c", ()),
        ("Q02[SQ001]", "Q02_SQ001", ("Q02[SQ001]",)),
        ("1.2 Élan", "Q1_2_Elan", ("1.2 Élan",)),
        ("How far do you agree that we share data?", "Q1", (
            "How far do you agree that we share data?",
        )),
        ("true", "true", ()),
        ("Null", "Null", ()),
        ("問い", "Q1", ("問い",)),
    ],
)  # fmt: skip
def test_ids_and_aliases(name: str, item: str, aliases: tuple[str, ...]) -> None:
    found = loaded(draft(export({name: AGREE}), None, "x")).items[0]
    assert (found.id, found.aliases) == (item, aliases)


def test_ids_stay_apart() -> None:
    columns = {"Q3": AGREE, "a.b": AGREE, "a b": AGREE, "a_b": AGREE, "x" * 70: AGREE}
    found = loaded(draft(export(columns), None, "x"))
    assert [item.id for item in found.items] == ["Q3", "a_b_2", "a_b_3", "a_b", "Q5"]


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "We don't share data.", "don't"),
        ("en", "Nothing is shared, and never was.", "nothing"),
        ("nl", "Wij delen geen gegevens.", "geen"),
        ("fr", "Nous ne partageons pas.", "pas"),
        ("de", "Wir teilen nichts.", "nichts"),
        ("en", "We share data.", ""),
        ("nl", "Wij delen gegevens nonstop.", ""),
    ],
)
def test_negations_are_left_for_the_author_to_decide(language: str, text: str, word: str) -> None:
    question = Question("A1", {language: text}, options={"1": {"en": "No"}, "2": {"en": "Yes"}})
    made = draft(None, Definition("Qualtrics", "Climate", language, (question,)), "x")
    assert ("reversed: true?" in made) is bool(word)
    assert f"because the text contains {word!r}" in made if word else True
    assert loaded(made).item("A1").reversed is False


def test_definition_alone_gives_texts_in_its_languages() -> None:
    agree = {str(at): {"nl": f"n{at}", "fr": f"f{at}"} for at in (1, 2, 3)}
    questions = [
        Question(f"G1_{at}", {"nl": f"Stelling {at}", "fr": f"Énoncé {at}"}, {"nl": "Mee eens?"},
                 options=agree)
        for at in (1, 2)
    ]  # fmt: skip
    made = draft(None, Definition("LimeSurvey", "Klimaat: 'wij'", "nl", tuple(questions)), "K 1")
    found = loaded(made)
    assert (found.id, found.name) == ("k-1", {"nl": "Klimaat: 'wij'"})
    assert found.item("G1_2").text == {"nl": "Stelling 2", "fr": "Énoncé 2"}
    assert found.item("G1_1").scale.labels == {"nl": ("n1", "n2", "n3"), "fr": ("f1", "f2", "f3")}
    assert found.measure("G1").name == {"nl": "Mee eens?"}


def test_definition_says_what_the_columns_of_an_export_mean() -> None:
    columns = (Column("renamed", export_id="QID1"), Column("B"), Column("C"))
    made = replace(export({"renamed": ["1", "2"], "B": ["1", "1"], "C": ["x", "y"]}))
    labels = {str(at): {"en": label} for at, label in enumerate(AGREE, 1)}
    questions = (
        Question("Q1", {"en": "First."}, export_id="QID1", options=labels),
        Question("b", {"en": "Second."}, options=labels),
    )
    text = draft(replace(made, columns=columns), Definition("Qualtrics", "T", "en", questions), "x")
    found = loaded(text)
    assert [(item.id, item.text) for item in found.items] == [
        ("renamed", {"en": "First."}),
        ("B", {"en": "Second."}),
    ]
    assert "survey.csv and the Qualtrics survey 'T'" in text


@pytest.mark.parametrize(
    ("cells", "language"), [(["nl", "nl"], "nl"), (["de-informal"] * 2, "de-informal"),
                            (["nl", "fr"], "en"), (["?", "?"], "en")],
)  # fmt: skip
def test_language_is_that_of_all_respondents(cells: list[str], language: str) -> None:
    columns = {
        "A1": Column("A1", ("Text",), options={"1": ("No",), "2": ("Yes",)}),
        "startlanguage": Column("startlanguage", role="language"),
    }
    made = export({"A1": ["1", "2"], "startlanguage": cells}, **columns)
    assert loaded(draft(made, None, "x")).item("A1").text == {language: "Text"}


def test_language_is_else_that_of_the_answers() -> None:
    labels = ["Helemaal mee oneens", "Oneens", "Neutraal", "Eens", "Helemaal mee eens"]
    made = export({"A1": labels}, A1=Column("A1", ("Wij delen.",)))
    text = draft(made, None, "x")
    assert loaded(text).item("A1").text == {"nl": "Wij delen."}
    assert "# Helemaal mee oneens · Mee oneens" in text


def test_nothing_to_make_items_of() -> None:
    with pytest.raises(InputError, match=r"^survey\.csv: no column looks like a closed question"):
        draft(export({"note": ["a", "b"], "id": ["1", "2"]}), None, "x")
    with pytest.raises(InputError, match=r"^x: no column"):
        draft(None, Definition("KoBo", "T", "en", (Question("A"),)), "x")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=90), st.text(max_size=20))
def test_data_never_breaks_the_file(name: str, text: str, label: str, title: str) -> None:
    grid = {"1": ("a" + label,), "2": ("b" + label,), "3": ("c",)}
    columns = (
        Column("A1"),
        Column(name, (text, text)),
        Column("G1", ("Stem" + text + "x", "x"), options=grid),
    )
    made = Export(table(["A1", name, "G1"], [[at, at, "1"] for at in AGREE]), columns)
    instrument = loaded(draft(made, None, title))
    assert {"A1", "G1"} <= {item.id for item in instrument.items}


@real
def test_real_survey_in_words() -> None:
    path = REAL / "org_surveys" / "pandas_survey_toolkit" / "Community_Survey_20240911.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        names, *rows = list(csv.reader(file))[:201]
    words = {
        "satisfaction5": {"very dissatisfied", "dissatisfied", "neutral", "satisfied",
                          "very satisfied"},
        "agreement5": {"strongly disagree", "disagree", "neutral", "agree", "strongly agree"},
        "yes_no2": {"yes", "no"},
    }  # fmt: skip
    seen = {
        name: {row[at].strip().casefold() for row in rows} - {"", "don't know"}
        for at, name in enumerate(names)
    }
    expected = {
        key: [name for name in names if len(seen[name]) > 1 and seen[name] <= labels]
        for key, labels in words.items()
    }
    with ExitStack() as stack:
        text = draft(unwrap(open_table(path, None, stack)), None, "austin")
    found = loaded(text)
    for key, columns in expected.items():
        items = [item for item in found.items if item.scale.id == key]
        assert [(item.aliases or (item.id,))[0] for item in items] == columns
    assert sum(map(len, expected.values())) == len(found.items) > 100
    left = [line for line in text.splitlines() if line.startswith("#   ")]
    unplaced = len(found.items) - len({item for m in found.measures for item in m.of})
    assert len(left) == len(names) - len(found.items) + unplaced


@real
def test_real_survey_of_rankings_and_tick_boxes() -> None:
    path = REAL / "surveymonkey" / "fivethirtyeight" / "StarWars.csv"
    with ExitStack() as stack:
        text = draft(unwrap(open_table(path, None, stack)), None, "Star Wars")
    assert [item.id for item in loaded(text).items] == ["Q2", "Q3", "Q31", "Q32", "Q33"]
    assert text.count(": a ranking: each number is given once") == 6
    assert text.count("so perhaps a tick box: Star Wars") == 6


@real
def test_real_definition_with_options_that_are_no_answer(tmp_path: Path) -> None:
    path = REAL / "qualtrics" / "qualtricstools" / "No_Basis_for_Evaluation.qsf"
    saved = tmp_path / "squash.yaml"
    saved.write_text(draft(None, read_definition(path), "squash"), encoding="utf-8")
    found = load_instrument(saved)
    assert [(m.id, m.of) for m in found.measures] == [
        ("Q3", ("Q3_1", "Q3_2", "Q3_3", "Q3_4")),
        ("Q4", ("Q4_1", "Q4_2", "Q4_3", "Q4_4")),
    ]
    assert found.item("Q4_1").scale.missing == {"en": ("No Opinion", "Never tried it")}
    assert found.item("Q4_1").scale.missing_codes == (-2, -1)


FILES = sorted(
    path
    for path in REAL.rglob("*")
    if path.suffix in (".csv", ".tsv", ".qsf", ".lss") and path.stat().st_size < 300_000
)


@real
def test_each_real_file_gives_an_instrument_or_says_why_not() -> None:
    drafts = 0
    for path in FILES:
        with ExitStack() as stack:
            try:
                if path.suffix in (".qsf", ".lss"):
                    text = draft(None, read_definition(path), path.stem)
                else:
                    text = draft(unwrap(open_table(path, None, stack)), None, path.stem)
            except InputError:
                continue
        assert loaded(text).items
        drafts += 1
    assert drafts > 15
