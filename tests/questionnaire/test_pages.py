"""Pages of a questionnaire: order, options, texts, and what the author is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vested.errors import InstrumentError
from vested.model import Instrument
from vested.questionnaire.pages import change_text, questionnaire, said, spelled
from vested.questionnaire.wording import ORGANISATION_QUESTION

Make = Callable[..., Instrument]


def scale(**changes: object) -> dict[str, object]:
    return {"s": {"codes": [1, 2], **changes}}


def test_every_item_once_in_the_order_of_the_instrument(full: Instrument) -> None:
    asked = questionnaire(full, ["en"])
    assert [question.id for question in asked.questions] == [item.id for item in full.items]


def test_pages_are_sections_with_their_stem(full: Instrument) -> None:
    asked = questionnaire(full, ["fr"])
    shown = [(page.title["fr"], page.grids[0].text["fr"]) for page in asked.pages]
    assert shown == [(section.title["fr"], section.stem["fr"]) for section in full.sections]


def test_the_inventory_comes_last_and_only_if_asked_for(full: Instrument) -> None:
    without, with_it = questionnaire(full, ["en"]), questionnaire(full, ["en"], inventory=True)
    assert with_it.pages[:-1] == without.pages
    stages, changes = with_it.pages[-1].grids
    assert [q.id for q in stages.questions][:2] == ["TCL", "TMO"]
    assert [q.id for q in changes.questions][:2] == ["TCL_change", "TMO_change"]
    assert [o.code for o in stages.options] == [0, 1, 2, 3, 4, 9]
    assert [o.code for o in changes.options] == [0, 1, 2, 3, 9]
    assert len(stages.questions) == len(changes.questions) == 8


def test_text_of_a_change_where_there_is_no_grid(full: Instrument) -> None:
    assert full.inventory is not None
    text = change_text(full.inventory, full.inventory.technologies[0])
    assert text["nl"] == "Cloudcomputing: Wat is daardoor in het werk veranderd?"
    asked = questionnaire(full, ["nl"], inventory=True)
    assert asked.grids[-1].questions[0].alone == text


@pytest.mark.parametrize(
    ("missing", "codes", "expected"),
    [
        (["None"], [9, 99], [1, 2, 9]),
        (["None"], [-9, 8, 9], [1, 2, 8]),
        (["None"], [-9, -8], [1, 2, -9]),
        (["None", "Nothing"], [9, 99], [1, 2, 9]),
        ([], [9], [1, 2]),
        (["None"], [], [1, 2]),
    ],
)
def test_option_for_no_answer(
    make: Make, missing: list[str], codes: list[int], expected: list[int]
) -> None:
    labels = {"en": missing} if missing else {}
    made = make(scales=scale(missing=labels, missing_codes=codes))
    asked = questionnaire(made, ["en"])
    assert [option.code for option in asked.grids[0].options] == expected
    left_out = [note for note in asked.notes if "missing code" in note]
    assert len(left_out) == (bool(missing) and not codes)


def test_codes_without_labels_are_their_own(make: Make) -> None:
    asked = questionnaire(make(scales=scale()), ["en"])
    assert [asked.say(option.label) for option in asked.grids[0].options] == ["1", "2"]


def test_a_seed_gives_one_order_and_another_seed_another(full: Instrument) -> None:
    def order(seed: int | None) -> list[list[str]]:
        asked = questionnaire(full, ["en"], inventory=True, seed=seed)
        return [[question.id for question in grid.questions] for grid in asked.grids]

    fixed, first, again, other = order(None), order(1), order(1), order(2)
    assert first == again
    assert fixed != first != other
    assert [sorted(ids) for ids in first] == [sorted(ids) for ids in fixed]
    assert first[-2:] == fixed[-2:], "the inventory keeps its order"


def test_the_order_of_a_seed_is_fixed_for_good(short: Instrument) -> None:
    """As sha256sum of `7 AGX1` (6bc7…), `7 AGE1` (9282…), `7 AGX2` (9ecc…), `7 AGE2` (a157…)."""
    speed = questionnaire(short, ["en"], seed=7).grids[3]
    assert [question.id for question in speed.questions] == ["AGX1", "AGE1", "AGX2", "AGE2"]


def test_scales_that_alternate_make_grids_of_one_page(awkward: Instrument) -> None:
    asked = questionnaire(awkward, ["en"])
    shape = [[(g.scale, [q.id for q in g.questions]) for g in page.grids] for page in asked.pages]
    assert shape == [
        [("yes-no", ["A1"]), ("bare", ["A2"]), ("yes-no", ["A3", "A4"])],
        [("yes-no", ["B_1", "B-2"])],
    ]
    assert asked.say(asked.pages[1].title) == 'Awkward "title" <x>'
    assert asked.say(asked.pages[1].grids[0].text) == "Please choose one answer on each line."


def test_texts_are_single_lines_without_control_signs(awkward: Instrument) -> None:
    asked = questionnaire(awkward, ["en"])
    texts = {question.id: asked.say(question.text) for question in asked.questions}
    assert texts["A2"] == "a tab, a line, and a bell"
    assert texts["A4"] == '</script>\\"; throw 1; // \\u0041 "'
    assert texts["B_1"] == "3. Numbered, “quoted”, c'est-à-dire … ?"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "Ja"), ("nl-informal", "Ja"), ("nl-BE", "Ja"), ("en", "Yes"), ("es", "Yes")],
)
def test_language_of_a_text(language: str, expected: str) -> None:
    assert said({"en": "Yes", "nl": "Ja"}, language) == expected


def test_gaps_of_a_language_are_told(awkward: Instrument) -> None:
    assert questionnaire(awkward, ["en"]).notes[1:] == ()
    (told,) = questionnaire(awkward, ["nl"]).notes[1:]
    assert told == (
        "no text in nl, so another language stands there: the introduction 'How {far} & <wide>?', "
        "the options of scale yes-no, A2, A3, A4 and 2 more"
    )


def test_wording_that_is_missing_is_told(make: Make) -> None:
    made = make(name={"es": "Breve"}, scales=scale(), items=[{"id": "X1", "scale": "s"}])
    (told,) = questionnaire(made, ["es"]).notes[1:]
    assert told.endswith("'Please choose one answer on each line.', X1, consent and instructions")


def test_what_to_replace_is_told(short: Instrument, make: Make) -> None:
    told = questionnaire(short, ["nl"]).notes[0]
    assert told == (
        "before you send it, replace the text on consent, [naam van de verstoring], [begindatum], "
        "[einddatum]"
    )
    assert questionnaire(make(), ["en"]).notes[0].endswith("replace the text on consent")


@pytest.mark.parametrize("name", ["organisation", "Organisation", "CONSENT"])
def test_names_that_are_taken(make: Make, name: str) -> None:
    items = [{"id": name, "scale": "s"}]
    made = make(items=items, measures=[{"id": "F", "kind": "facet", "of": [name]}])
    with pytest.raises(InstrumentError, match=f"small: {name} cannot be named {name}"):
        questionnaire(made, ["en"])


def test_two_names_that_would_be_one(awkward: Instrument) -> None:
    asked = questionnaire(awkward, ["en"])
    with pytest.raises(InstrumentError, match="A2 cannot be named A in the tool: A1 is"):
        spelled(asked, lambda name: name[0], "the tool", ())


@pytest.mark.parametrize("language", ORGANISATION_QUESTION)
def test_columns_named_by_their_texts_are_recognised(
    full: Instrument, language: str, write: Callable[..., Path], scores: Callable[..., bytes]
) -> None:
    """What comes back from tools that know no names: texts of questions and labels of options."""
    asked = questionnaire(full, [language])
    labels = [asked.say(option.label) for option in asked.grids[0].options]
    speeds = [asked.say(option.label) for option in asked.grids[3].options]
    rows, codes = [], []
    for row in range(12):
        places = [(row + at) % 6 for at in range(len(asked.questions))]
        grids = [grid for grid in asked.grids for _ in grid.questions]
        answers = [
            (speeds if grid.scale == "speed5" else labels)[place]
            for grid, place in zip(grids, places, strict=True)
        ]
        rows.append(["Gent", *answers])
        codes.append(["Gent", *(str((1, 2, 3, 4, 5, 9)[place]) for place in places)])
    texts = [asked.say(question.text) for question in asked.questions]
    by_text = write([ORGANISATION_QUESTION[language], *texts], rows, "texts.csv")
    by_id = write(["organisation", *(item.id for item in full.items)], codes, "ids.csv")
    assert scores(by_text, instrument=full) == scores(by_id, instrument=full)
