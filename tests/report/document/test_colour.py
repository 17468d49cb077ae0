"""An accent that nobody could read on white is made darker."""

from __future__ import annotations

import pytest

from vested.report.document.colour import readable


# White on black is 21:1; #767676 on white is the lightest grey with 4.5:1 (WebAIM, "Contrast").
@pytest.mark.parametrize(
    ("colour", "found"),
    [("#000000", "#000000"), ("#767676", "#767676"), ("#777777", "#757575"),
     ("#00568F", "#00568f"), ("#ffffff", "#757575")],
)  # fmt: skip
def test_readable(colour: str, found: str) -> None:
    assert readable(colour) == found
