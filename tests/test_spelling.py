from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vested.spelling import same, tidy

ALIKE = {
    "case": ("Agree", "aGREE"),
    "spaces around": ("Agree", "  Agree\t"),
    "spaces within": ("Strongly agree", "Strongly   agree"),
    "newline within": ("Strongly agree", "Strongly\r\nagree"),
    "no-break space": ("Strongly agree", "Strongly\u00a0agree"),
    "no-break space at the end": ("De acuerdo", "De acuerdo\u00a0"),
    "narrow no-break space": ("Strongly agree", "Strongly\u202fagree"),
    "thin space": ("Strongly agree", "Strongly\u2009agree"),
    "decomposed letters": ("Liège", "Lie\u0300ge"),
    "decomposed capitals": ("À peu près", "a\u0300 PEU PRE\u0300S"),
    "sharp s": ("Straße", "STRASSE"),
    "umlaut": ("Überhaupt", "überhaupt"),
    "ligature": ("office", "o\ufb03ce"),
    "full width": ("Agree 1", "Ａｇｒｅｅ １"),
    "right quotation mark": ("D'accord", "D\u2019accord"),
    "left quotation mark": ("D'accord", "D\u2018accord"),
    "modifier apostrophe": ("D'accord", "D\u02bcaccord"),
    "acute accent": ("D'accord", "D\u00b4accord"),
    "grave accent": ("D'accord", "D`accord"),
    "full-width apostrophe": ("D'accord", "D\uff07accord"),
    "hyphen": ("co-design", "co\u2010design"),
    "no-break hyphen": ("co-design", "co\u2011design"),
    "figure dash": ("1-5", "1\u20125"),
    "en dash": ("1-5", "1\u20135"),
    "em dash": ("yes - no", "yes \u2014 no"),
    "minus sign": ("-9", "\u22129"),
    "full-width hyphen": ("-9", "\uff0d9"),
    "soft hyphen": ("codesign", "co\u00addesign"),
    "zero-width space": ("Agree", "Ag\u200bree"),
    "zero-width joiner": ("Agree", "Agree\u200d"),
    "byte order mark": ("Agree", "\ufeffAgree"),
}


@pytest.mark.parametrize("case", ALIKE)
def test_two_spellings_of_one_text(case: str) -> None:
    plain, other = ALIKE[case]
    assert same(other) == same(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("agree", "disagree"),
        ("d'accord", "pas d'accord"),
        ("agree", "agre"),
        ("agree", "agreed"),
        ("strongly agree", "stronglyagree"),
        ("d'accord", "daccord"),
        ("co-design", "codesign"),
        ("a", "á"),
        ("1", "1."),
        ("1", "l"),
        ("o", "ö"),
        ("-9", "9"),
        ("", "."),
    ],
)
def test_two_texts_stay_two(one: str, other: str) -> None:
    assert same(one) != same(other)


@settings(max_examples=300)
@given(st.text())
@example("\u0345")
@example("a\u200b\u0301")
@example("ẞ")
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert same(same(text)) == same(text)


@given(st.text())
def test_same_form_has_no_spaces_around_or_doubled(text: str) -> None:
    assert same(text) == " ".join(same(text).split())


@given(st.text(st.characters(codec="ascii")))
def test_case_never_matters(text: str) -> None:
    assert same(text.upper()) == same(text.lower()) == same(text)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Gent ", "Gent"),
        ("Stad\u00a0 Gent", "Stad Gent"),
        ("Lie\u0300ge", "Liège"),
        ("GENT", "GENT"),
        ("Dienst\r\nX", "Dienst X"),
        ("²", "²"),
        ("\u00a0", ""),
    ],
)
def test_tidy_keeps_what_is_seen(raw: str, kept: str) -> None:
    assert tidy(raw) == kept


@given(st.text())
def test_tidy_names_that_differ_are_the_same_text_at_most(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert same(tidy(text)) == same(text)
