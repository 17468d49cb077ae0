from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from vested.errors import InputError
from vested.survey.mapping import mapping_text, read_mapping


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_mapping_is_read(tmp_path: Path) -> None:
    mapping = read_mapping(
        written(
            tmp_path,
            "instrument: vested\nanswers: codes\ncolumns:\n"
            '  - {column: Q1, as: SCL1, text: Any, values: {"so so": 3, "?": no idea}}\n'
            "  - {column: Q2, as: Organisation}\n"
            "  - {column: '#3', as: ignore}\n",
        )
    )
    assert (mapping.instrument, mapping.answers) == ("vested", "codes")
    assert [(e.column, e.item, e.role) for e in mapping.entries] == [
        ("Q1", "SCL1", ""), ("Q2", "", "organisation"), ("#3", "", ""),
    ]  # fmt: skip
    assert mapping.entries[0].values == {"so so": 3, "?": "no idea"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "has no names and values"),
        ("- a\n", "has no names and values"),
        ("columns: []\n", "names no columns"),
        ("instrument: vested\n", "names no columns"),
        ("colums:\n  - {column: a, as: b}\n", "line 1: unknown entry 'colums'"),
        ("columns:\n  - {column: a}\n", "line 2: an entry needs column and as"),
        ("columns:\n  - {column: a, as: b}\n  - {column: c, as: d, vals: 1}\n", "line 3: unknown"),
        ("columns:\n  - {column: a, as: b, values: [1]}\n", "line 2: values must say"),
        ("answers: yes\ncolumns:\n  - {column: a, as: b}\n", "line 1: answers"),
        ("columns: [\n", "not YAML"),
        ("columns: &a [*a]\n", "needs column and as"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, part: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_mapping(written(tmp_path, text))
    assert part in caught.value.message
    assert caught.value.hint


def test_absent_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_mapping(tmp_path / "absent.yaml")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        read_mapping(tmp_path / "b.yaml")


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_any_header_survives_being_written(name: str, text: str) -> None:
    made = mapping_text("vested", "either", [(name, text, "ignore")], name)
    read = YAML(typ="safe", pure=True).load(made)
    assert read["columns"][0]["column"] == name
    assert read["columns"][0].get("text", "") == text
