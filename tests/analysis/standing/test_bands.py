"""Bands as the user names them."""

from __future__ import annotations

import pytest

from vested.analysis.standing.bands import Bands, bands_from
from vested.errors import UsageError


@pytest.mark.parametrize(
    ("text", "names", "cuts"),
    [
        ("25,50,75", Bands().names, (25.0, 50.0, 75.0)),
        (" 30, 50 ,80.5", Bands().names, (30.0, 50.0, 80.5)),
        ("low=0,high=50", ("low", "high"), (50.0,)),
        ("ad  hoc=0,a=b=60", ("ad hoc", "a=b"), (60.0,)),
    ],
)
def test_what_is_read(text: str, names: tuple[str, ...], cuts: tuple[float, ...]) -> None:
    found = bands_from(text)
    assert (found.names, found.cuts) == (names, cuts)
    assert bands_from(str(found)) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is no number"),
        ("25,50", "three cuts make the four bands"),
        ("50,25,75", "cuts must rise"),
        ("0,50,75", "above 0 and below 100"),
        ("25,50,100", "above 0 and below 100"),
        ("25,nan,75", "cuts must rise"),
        ("25,x,75", "'x' is no number"),
        ("low=10,high=50", "must begin at 0"),
        ("low=0,high", "'high' is no number"),
        ("low=0,low=50", "a name of its own"),
        ("=0,high=50", "a name of its own"),
        (f"{'x' * 41}=0,high=50", "at most 40 characters"),
        ("low=0", "2 to 9 bands"),
        (",".join(f"b{n}={n}" for n in range(10)), "2 to 9 bands"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=r"^--bands ") as found:
        bands_from(text)
    assert message in found.value.message
    assert found.value.hint
