"""What the package offers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import vested
from vested import report

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def test_all_is_what_is_public() -> None:
    public = {name for name in dir(vested) if not name.startswith("_")}
    assert public == set(vested.__all__)
    assert {"analyse", "load_instrument", "simulate"} <= public
    assert list(vested.__all__) == sorted(vested.__all__)


@pytest.mark.parametrize("name", sorted(vested.__all__))
def test_every_public_name_is_there_and_explained(name: str) -> None:
    assert getattr(vested, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'analyze'"):
        vested.analyze  # noqa: B018


def test_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|rc\d+)?", vested.__version__)


@pytest.mark.skipif(not CHANGELOG.exists(), reason="there is no CHANGELOG.md here")
def test_version_is_at_the_top_of_the_changelog() -> None:
    heading = re.search(r"^## \[?(\d[^\s\]]*)", CHANGELOG.read_text(), re.MULTILINE)
    assert heading
    assert heading[1] == vested.__version__


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(vested.__file__).parent / "py.typed").exists()


def test_every_output_format_can_be_imported() -> None:
    for name, form in report.FORMATS.items():
        assert report.format_of(Path(f"scores{form.suffix}")) == name
