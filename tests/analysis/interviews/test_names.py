"""Pseudonyms: whole words, however they are spelled, the longest first."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.analysis.interviews.names import Pseudonyms
from vested.errors import InputError

NAMES = Pseudonyms({
    "Ann": "P1", "Ann Peters": "P2", "Peters": "P3", "Zoë": "P4", "O'Brien": "P5", "Li": "P6",
    "Weiß": "P7", "Jean-Luc": "P8", "C++ (team)": "P9", "İpek": "P10", "Ali": "P11",
})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("Ann said", "P1 said"),
        ("ANN, ann; aNn.", "P1, P1; P1."),
        ("Ann Peters and Peters", "P2 and P3"),
        ("Ann\nPeters, Ann  Peters, Ann\u00a0Peters", "P2, P2, P2"),
        ("Annex, Joann, _Ann_, Ann2", "Annex, Joann, _Ann_, Ann2"),
        ("Ann's (Ann) “Ann” Ann-like", "P1's (P1) “P1” P1-like"),
        ("ZOË, Zoe\u0308, zoë", "P4, P4, P4"),
        ("O’Brien, O'brien, O`BRIEN", "P5, P5, P5"),
        ("like Li and LI", "like P6 and P6"),
        ("WEISS, weiß, Weiss", "P7, P7, P7"),
        ("jean‐luc and Jean Luc", "P8 and Jean Luc"),
        ("the C++ (team)", "the P9"),
        ("İPEK; Alı, ALİ, ali", "P10; P11, P11, P11"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_names_are_replaced(text: str, replaced: str) -> None:
    assert NAMES.replaced(text) == replaced


def test_what_stands_for_a_name_is_not_replaced_again() -> None:
    assert Pseudonyms({"Ann": "Li", "Li": "Ann"}).replaced("Ann, Li") == "Li, Ann"


@pytest.mark.parametrize("pseudonym", [r"\1", r"\g<0>", "[Bob]", "=1"])
def test_a_pseudonym_stays_as_it_is(pseudonym: str) -> None:
    assert Pseudonyms({"Ann": pseudonym}).replaced("Ann!") == f"{pseudonym}!"


def test_no_names_change_nothing() -> None:
    assert Pseudonyms({}).replaced("Zoe\u0308") == "Zoe\u0308"


@pytest.mark.parametrize(
    "text",
    ["name,pseudonym\nAnn,P1\n", "Ann,P1\n", "Ann;P1\r\n", "\ufeffNaam;x\n Ann ; P1 \n\n",
     "Ann,P1\nANN,P1\n"],
)  # fmt: skip
def test_the_file_is_read(text: str, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text(text, encoding="utf-8", newline="")
    assert Pseudonyms.read(tmp_path / "names.csv").replaced("ann") == "P1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no names"),
        ("name,pseudonym\n", "holds no names"),
        ("Ann\n", "row 1: a name and its pseudonym"),
        ("name,pseudonym\nAnn,\n", "row 2: a name and its pseudonym"),
        ("name,pseudonym\n,P1\n", "row 2: a name and its pseudonym"),
        ("Ann,P1,x\n", "row 1: a name and its pseudonym"),
        ("Ann,P1\nann,P2\n", "row 2: another pseudonym"),
        ('Ann,"P1\n', "line 1"),
        (None, "cannot be read"),
    ],
)
def test_the_file_is_refused(text: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as told:
        Pseudonyms.read(path)
    assert told.value.hint
    assert "Ann" not in told.value.message


LETTERS = st.characters(categories=["Lu", "Ll", "Lt"], max_codepoint=0x2FF)


@given(st.text(LETTERS, min_size=1, max_size=6), st.text(max_size=9), st.text(max_size=9),
       st.sampled_from(["", "NFD", "NFC"]))  # fmt: skip
def test_a_name_never_stays(name: str, before: str, after: str, form: str) -> None:
    """Between any text, in capitals too, with accents composed or not."""
    names = Pseudonyms({name: "\u2042"})
    for spelled in (name, name.upper(), name.casefold()):
        text = f"{before} {spelled} {after}"
        text = unicodedata.normalize(form, text) if form else text  # type: ignore[arg-type]
        assert "\u2042" in names.replaced(text)
