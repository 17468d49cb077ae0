"""Mapping files of codes: read, checked against the instrument, and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

import vested
from vested.errors import InputError
from vested.interviews.mapping import code_mapping_text, read_code_mapping

INSTRUMENT = vested.load_instrument("vested")


def written(folder: Path, text: str) -> Path:
    path = folder / "codes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_it_is_read(tmp_path: Path) -> None:
    text = "instrument: vested\ncodes:\n  Growth: REU\n  Up: +1\n  'no': -2\n  Empty:\n  3: ''\n"
    mapping = read_code_mapping(written(tmp_path, text))
    assert (mapping.name, mapping.instrument) == ("codes.yaml", "vested")
    assert mapping.codes == {"Growth": "REU", "Up": "1", "no": "-2", "Empty": "", "3": ""}
    mapping.check(INSTRUMENT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "codes.yaml has no names and values"),
        ("- a\n", "codes.yaml has no names and values"),
        ("a: [\n", "codes.yaml, line"),
        ("codes: {}\n", "codes.yaml names no codes"),
        ("codes: [SCL]\n", "codes.yaml names no codes"),
        ("instrument: vested\n", "codes.yaml names no codes"),
        ("instrument: vested\ncods:\n  a: SCL\n", "codes.yaml, line 2: unknown entry 'cods'"),
        ("columns:\n  - column: a\n", "codes.yaml, line 1: unknown entry 'columns'"),
    ],
)
def test_what_is_no_mapping(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_code_mapping(written(tmp_path, text))


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_files_that_cannot_be_read(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "codes.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"codes\.yaml (cannot be read|is not UTF-8)"):
        read_code_mapping(path)


@pytest.mark.parametrize(
    ("what", "hint"),
    [("SLC", "SCL"), ("evnt", "event"), ("ignroe", "ignore"), ("3", "polarities are"),
     ("SCL1", "SCL"), ("[SCL]", "")],
)  # fmt: skip
def test_a_typo_is_told_with_its_line(what: str, hint: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"codes:\n  Good: REU\n  Growth: {what}\n")
    with pytest.raises(
        InputError, match=r"codes\.yaml, line 3: .* is no measure of vested"
    ) as told:
        read_code_mapping(path).check(INSTRUMENT)
    assert hint in told.value.hint


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.sampled_from(["SCL", "SCL -2", "+1", "event", "ignore", ""]),
                       min_size=1, max_size=4), NAMES)  # fmt: skip
def test_what_is_written_is_read_again(codes: dict[str, str], source: str) -> None:
    text = code_mapping_text("vested", codes.items(), source)
    tree = YAML(typ="safe", pure=True).load(text)
    assert tree["instrument"] == "vested"
    assert {key: str(value) for key, value in tree["codes"].items()} == codes
