from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vested
from vested.model import Scale
from vested.spelling import same
from vested.survey.answers import BLANK, NOT_UNDERSTOOD, AnswerKey, whole_number

SCALES = {
    f"{instrument}.{scale.id}": scale
    for instrument in ("vested", "vested-short")
    for scale in vested.load_instrument(instrument).scales.values()
}
INVENTORY = vested.load_instrument("vested").inventory
assert INVENTORY is not None
SCALES |= {"stages": INVENTORY.stages, "changes": INVENTORY.changes}
AGREEMENT = SCALES["vested.agreement5"]
LABELS = [
    (name, language, code, label)
    for name, scale in SCALES.items()
    for language, labels in scale.labels.items()
    for code, label in zip(scale.codes, labels, strict=True)
]
KNOWN = {same(label) for labels in AGREEMENT.labels.values() for label in labels} | {
    same(label) for labels in AGREEMENT.missing.values() for label in labels
}


@pytest.mark.parametrize(
    "spelling",
    ["3", "03", "003", "3.0", "3,0", "3.", "3.00", " 3 ", "\u00a03", "+3", "３", "3\t", "\ufeff3"],
    ids=ascii,
)
def test_codes_in_any_spelling(spelling: str) -> None:
    assert AnswerKey(AGREEMENT).meaning(spelling) == 3


@pytest.mark.parametrize(
    "spelling",
    [
        "0",
        "6",
        "-3",
        "3.5",
        "3,5",
        "3.01",
        "3e0",
        "33",
        "3 3",
        "3/5",
        "(3)",
        "0x3",
        "III",
        "three",
        "1,000,0",
        "--3",
        "³5",
        "3¹",
        "3 Agree",
    ],
    ids=ascii,
)
def test_what_is_no_code(spelling: str) -> None:
    assert AnswerKey(AGREEMENT).meaning(spelling) == NOT_UNDERSTOOD


@pytest.mark.parametrize(("name", "language", "code", "label"), LABELS)
def test_labels_in_each_language(name: str, language: str, code: int, label: str) -> None:
    key = AnswerKey(SCALES[name])
    no_break, curly = label.replace(" ", "\u00a0"), label.replace("'", "\u2019")
    spellings = (label, label.upper(), label.lower(), f" {label}\u00a0", no_break, curly)
    assert [key.meaning(spelling) for spelling in spellings] == [code] * 6


@pytest.mark.parametrize("apostrophe", "'\u2018\u2019\u02bc\u00b4`\uff07", ids=ascii)
def test_apostrophe_variants(apostrophe: str) -> None:
    key = AnswerKey(AGREEMENT)
    spelled = [f"D{apostrophe}accord", f"Tout à fait d{apostrophe}accord"]
    assert [key.meaning(spelling) for spelling in spelled] == [4, 5]


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d", ids=ascii)
def test_dash_variants(dash: str) -> None:
    scale = Scale("often", (1, 2), {"en": ("Half-yearly", "Yes – always")}, missing_codes=(-9,))
    key = AnswerKey(scale)
    spelled = [f"half{dash}yearly", f"yes {dash} always", f"{dash}9"]
    assert [key.meaning(spelling) for spelling in spelled] == [1, 2, "missing code -9"]


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de"])
def test_missing_labels_are_no_answer_for_one_reason(language: str) -> None:
    """The same reason in every language, so that the ledger has one line for it."""
    (label,) = AGREEMENT.missing[language]
    key = AnswerKey(AGREEMENT)
    assert {key.meaning(label), key.meaning(f" {label.upper()} ")} == {"cannot say"}


@pytest.mark.parametrize(
    ("spelling", "reason"),
    [
        ("9", "missing code 9"),
        ("99", "missing code 99"),
        ("-9", "missing code -9"),
        ("-99.0", "missing code -99"),
        ("", BLANK),
        ("  ", BLANK),
        ("\u00a0", BLANK),
        ("\u200b", BLANK),
        ("NA", "marked NA"),
        ("na", "marked NA"),
        ("N/A", "marked N/A"),
        ("#N/A", "marked #N/A"),
        ("NaN", "marked NAN"),
        ("NULL", "marked NULL"),
        (".", "marked ."),
    ],
)
def test_missing_codes_and_marks(spelling: str, reason: str) -> None:
    assert AnswerKey(AGREEMENT).meaning(spelling) == reason


def test_a_label_beats_a_mark_and_a_code() -> None:
    """A scale may use NA, or a number that is no code, as the text of an answer."""
    scale = Scale("odd", (1, 2), {"en": ("NA", "5")}, missing_codes=(5,))
    assert [AnswerKey(scale).meaning(text) for text in ("n/a", "NA", "5")] == ["marked N/A", 1, 2]


def test_agree_is_never_disagree() -> None:
    key = AnswerKey(AGREEMENT)
    found = [key.meaning(text) for text in ("Agree", "Disagree", "Mee eens", "Mee oneens")]
    assert found == [4, 2, 4, 2]


@pytest.mark.parametrize(
    "spelling",
    [
        "Agre",
        "Agreee",
        "Agreed",
        "I agree",
        "Agree.",
        "Dis agree",
        "Strongly",
        "Stronglyagree",
        "D accord",
        "Stimme",
        "Mee een s",
        "Agree, Disagree",
        "4 Agree",
        "Somewhat agree",
        "4 - Agree",
        "[Agree]",
    ],
)
def test_nothing_is_understood_by_likeness(spelling: str) -> None:
    assert AnswerKey(AGREEMENT).meaning(spelling) == NOT_UNDERSTOOD


@given(
    label=st.sampled_from([label for name, *_, label in LABELS if name == "vested.agreement5"]),
    data=st.data(),
)
def test_one_letter_more_or_less_or_other_is_not_understood(
    label: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(label) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyzéü"))
    for other in (label[:at] + letter + label[at + 1 :], label[:at] + label[at + 1 :]):
        if same(other) not in KNOWN:
            assert AnswerKey(AGREEMENT).meaning(other) == NOT_UNDERSTOOD
    assert AnswerKey(AGREEMENT).meaning(label[:at] + letter * 3 + label[at:]) == NOT_UNDERSTOOD


@given(st.text(max_size=8))
def test_what_is_understood_is_a_code_a_label_or_a_kind_of_missing(text: str) -> None:
    meaning = AnswerKey(AGREEMENT).meaning(text)
    if isinstance(meaning, int):
        assert whole_number(same(text)) == meaning or same(text) in KNOWN
    elif meaning == BLANK:
        assert not same(text)


@given(st.integers(-200, 200))
def test_a_number_is_a_code_a_missing_code_or_nothing(number: int) -> None:
    meaning = AnswerKey(AGREEMENT).meaning(str(number))
    if number in AGREEMENT.codes:
        assert meaning == number
    elif number in AGREEMENT.missing_codes:
        assert meaning == f"missing code {number}"
    else:
        assert meaning == NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("spelling", "part"),
    [
        ("Agre", "'Agree' (4)"),
        ("strongly agreed", "'Strongly agree' (5)"),
        ("Disagre", "'Disagree' (2)"),
        ("helemaal mee ens", "'Helemaal mee eens' (5)"),
        ("Stimme zuu", "'Stimme zu' (4)"),
        ("7", "1–5"),
        ("0", "1–5"),
        ("qqqq", "1–5"),
    ],
)
def test_hint_names_the_nearest_label_or_the_codes(spelling: str, part: str) -> None:
    assert part in AnswerKey(AGREEMENT).hint(spelling)


@given(st.text(max_size=40))
def test_there_is_a_hint_for_anything(text: str) -> None:
    assert AnswerKey(AGREEMENT).hint(text)


def test_hint_for_a_scale_of_codes_only_names_them() -> None:
    assert "1–5" in AnswerKey(replace(AGREEMENT, labels={}, missing={})).hint("Agree")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("3", 3), ("-3", -3), ("+3", 3), ("3,0", 3), ("3.", 3), ("003", 3), ("3.000", 3)),
        *((bad, None) for bad in ("", "3.1", "x", "9" * 400, "3..0", "3.0.0", "3 ", "3\n", "-")),
    ],
)
def test_whole_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number


# --- what the export says of its own answers ---------------------------------------------------

NUMBERED = Scale("shift", (1, 2, 3), {"en": ("0", "1", "2")})
QUALITY = Scale(
    "quality", (1, 2, 3), {"en": ("Bad", "Fair", "Good")}, {"en": ("No idea",)}, missing_codes=(9,)
)


def meanings(key: AnswerKey, spellings: str) -> list[int | str]:
    return [key.meaning(spelling) for spelling in spellings.split("|")]


@pytest.mark.parametrize(
    ("options", "cells", "found"),
    [
        # The same codes: nothing changes.
        ({"1": ("Bad",), "2": ("Fair",), "3": ("Good",)}, "1|2|3|9", [1, 2, 3, "missing code 9"]),
        # Other codes for known labels: the label counts (Qualtrics has yes = 4, no = 5).
        ({"4": ("Bad",), "5": ("Fair",), "6": ("Good",)}, "4|5|6", [1, 2, 3]),
        ({"3": ("bad",), "2": ("FAIR",), "1": ("Good",)}, "1|2|3", [3, 2, 1]),
        ({"0": ("Bad",), "1": ("Fair",), "2": ("Good",)}, "0|1|2|3", [1, 2, 3, 3]),
        # Only the ends are labelled.
        ({"1": ("Bad",), "3": ("Good",)}, "1|2|3", [1, 2, 3]),
        # A label outside the scale that means: no answer.
        ({"1": ("Bad",), "98": ("No idea",)}, "1|98", [1, "no idea"]),
        # Labels of another language than the instrument's: the codes count, and so do the labels.
        ({"1": ("Slecht",), "2": ("Matig",)}, "1|2|Slecht|matig", [1, 2, 1, 2]),
        # One label per language.
        ({"7": ("Schlecht", "Bad"), "8": ("Gut", "Good")}, "7|8|Gut", [1, 3, 3]),
    ],
)
def test_labels_of_the_export_go_before_its_codes(
    options: dict[str, tuple[str, ...]], cells: str, found: list[int | str]
) -> None:
    key = AnswerKey(QUALITY, options=options)
    assert meanings(key, cells) == found
    assert not key.conflict


def test_labels_unknown_beside_moved_codes_are_a_conflict() -> None:
    key = AnswerKey(QUALITY, options={"0": ("Bad",), "1": ("Middling",), "2": ("Good",)})
    assert key.conflict == "Middling"


@pytest.mark.parametrize(
    ("labels", "foreign"), [(("Bad", "Good"), False), (("Slecht", "Goed"), True)]
)
def test_labels_none_of_which_is_known_are_foreign(labels: tuple[str, str], foreign: bool) -> None:
    options = {"1": (labels[0],), "3": (labels[1],)}
    assert AnswerKey(QUALITY, options=options).foreign == foreign


@pytest.mark.parametrize(
    ("answers", "cells", "found"),
    [
        ("either", "2|Fair|9", [2, 2, "missing code 9"]),
        ("codes", "2|Fair|9|No idea", [2, NOT_UNDERSTOOD, "missing code 9", "no idea"]),
        ("labels", "2|Fair|9|No idea", [NOT_UNDERSTOOD, 2, NOT_UNDERSTOOD, "no idea"]),
    ],
)
def test_answers_are_codes_or_labels_or_either(
    answers: str, cells: str, found: list[int | str]
) -> None:
    assert meanings(AnswerKey(QUALITY, answers=answers), cells) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answers", "found"),
    [("codes", [1, 2, 3, NOT_UNDERSTOOD]), ("labels", [2, 3, NOT_UNDERSTOOD, 1])],
)
def test_labels_that_look_like_codes(answers: str, found: list[int | str]) -> None:
    key = AnswerKey(NUMBERED, answers=answers)  # type: ignore[arg-type]
    assert meanings(key, "1|2|3|0") == found


@pytest.mark.parametrize(
    ("labels", "label"),
    [(("0", "1", "2"), "1"), (("1", "2", "3"), ""), (("1 low", "2", "3 high"), ""), ((), "")],
)
def test_scales_whose_numbers_have_two_readings(labels: tuple[str, ...], label: str) -> None:
    scale = Scale("s", (1, 2, 3), {"en": labels} if labels else {})
    assert AnswerKey(scale).two_readings == label


def test_missing_cells_and_values_of_the_user_go_first() -> None:
    key = AnswerKey(QUALITY, missing={"-99": "seen but unanswered"}, values={"so so": 2, "3": "no"})
    assert meanings(key, "-99|So so|3|1") == ["seen but unanswered", 2, "no", 1]


@pytest.mark.parametrize(
    ("key", "cell", "part"),
    [
        (AnswerKey(QUALITY, answers="labels"), "2", "--answers codes"),
        (AnswerKey(QUALITY, options={"98": ("Weet niet",)}), "98", "'Weet niet'"),
    ],
)
def test_hint_says_what_the_export_says(key: AnswerKey, cell: str, part: str) -> None:
    assert part in key.hint(cell)


def test_two_labels_of_one_language_for_one_code_are_told() -> None:
    scale = replace(QUALITY, alternatives={"en": ((), ("So so", "Okay"), ("Great",))})
    key = AnswerKey(scale)
    assert meanings(key, "Bad|Okay|Great") == [1, 2, 3]
    assert key.merged is None
    key.meaning("so so")
    assert key.merged == ("Okay", "so so")


def test_kinds_of_no_answer_are_told_apart() -> None:
    scale = replace(QUALITY, missing={"en": ("Don't know", "Not applicable")})
    assert meanings(AnswerKey(scale), "don't know|Not applicable") == [
        "don't know", "not applicable",
    ]  # fmt: skip
