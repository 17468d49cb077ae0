"""The date of a document: the one that is stated, or none."""

from __future__ import annotations

import pytest

from vested.errors import UsageError
from vested.report.document.date import stated_date


@pytest.mark.parametrize(
    ("stated", "found"),
    [("", "None"), ("0", "1970-01-01 00:00:00+00:00"), ("1767225600", "2026-01-01 00:00:00+00:00")],
)
def test_stated(stated: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    assert str(stated_date()) == found


@pytest.mark.parametrize("stated", ["2026-01-01", "1.5", "9" * 30, "-1"])
def test_no_date(stated: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", stated)
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        stated_date()
