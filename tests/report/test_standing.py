"""Ranks and bands in words."""

from __future__ import annotations

from typing import Any

import pytest

from vested.report.document.standing import bands, ranks
from vested.report.document.wording import Words
from vested.report.standing import band_text, ordinal, rank_text

ONE = {
    "band": "established",
    "band_probability": 0.84,
    "next_band": None,
    "next_band_probability": None,
}
TWO = {**ONE, "band_probability": 0.6, "next_band": "advanced", "next_band_probability": 0.4}


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (102, "102nd"), (111, "111th")],
)  # fmt: skip
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


@pytest.mark.parametrize(
    ("low", "high", "text", "in_reports"),
    [(2, 5, "2nd–5th", "2–5"), (1, 1, "1st", "1"), (None, None, "", "")],
)
def test_ranks(low: int | None, high: int | None, text: str, in_reports: str) -> None:
    row = {"rank_low": low, "rank_high": high}
    assert rank_text(row) == text
    assert ranks(row) == in_reports
    assert rank_text({}) == ""


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (ONE, "established, 84 %"),
        ({**ONE, "band_probability": 0.9999}, "established, >99 %"),
        ({**ONE, "band_probability": None}, "established"),
        (TWO, "established 60 % or advanced 40 %"),
        ({**ONE, "band": None}, ""),
    ],
)
def test_bands(row: dict[str, Any], text: str) -> None:
    assert band_text(row) == text
    assert bands(row, Words("en")).replace("\N{NO-BREAK SPACE}", " ") == text


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "gevestigd 60 % of gevorderd 40 %"), ("fr", "établi 60 % ou avancé 40 %"),
     ("de", "etabliert 60 % oder fortgeschritten 40 %")],
)  # fmt: skip
def test_bands_in_other_languages(language: str, text: str) -> None:
    assert bands(TWO, Words(language)).replace("\N{NO-BREAK SPACE}", " ") == text


def test_names_of_bands_from_users_do_nothing() -> None:
    told = bands({**ONE, "band": "a\x1b[31mb"}, Words("en"))
    assert "\x1b" not in told
