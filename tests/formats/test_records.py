from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vested.errors import InputError
from vested.formats.conversion import Converted
from vested.formats.records import convert

Read = Callable[..., tuple[Converted, list[tuple[str, ...]]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def found(content: Any, encoding: str | None = None) -> Any:
        path = tmp_path / "survey.json"
        if not isinstance(content, (bytes, str)):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        converted = convert(path, path.name, encoding)
        rows = [tuple(row) for row in converted.rows]
        assert {len(row) for row in rows} <= {len(converted.header)}
        return converted, rows

    return found


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("-0.0", "0"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("1e3", "1000"),
        ("1.5e-7", "1.5e-07"),
        ("1e22", "1e+22"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
        ('""', ""),
        ('"3.0"', "3.0"),
        ('" a\\n"', " a\n"),
        ('"\\u00e9"', "é"),
        ("[]", ""),
        ("[null, null]", ""),
        ('["a"]', "a"),
        ('["a", "b", 3, true]', "a b 3 true"),
        ("[51.5, -0.1]", "51.5 -0.1"),
        ('["a b", "c"]', '["a b", "c"]'),
        ('["a", "c "]', '["a", "c "]'),
        ('["a", ""]', '["a", ""]'),
        ('["a", null]', '["a", null]'),
        ('["é\\n"]', '["é\\n"]'),
        ("[[1, 2], [3]]", "[[1, 2], [3]]"),
        ('[{"a": 1}]', '[{"a": 1}]'),
    ],
)
def test_values_come_as_they_would_be_typed(token: str, text: str, read: Read) -> None:
    _, rows = read(f'[{{"Q1": {token}, "Q2": 1}}]')
    assert rows == [(text, "1")]


WANTED = (("a", "b/c", "d"), [("1", "2", ""), ("", "", "x")])
RECORDS: list[dict[str, Any]] = [{"a": 1, "b": {"c": 2}}, {"d": "x"}]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (RECORDS, "a JSON file"),
        ({"count": 2, "next": None, "results": RECORDS}, "the list 'results' of a JSON file"),
        ({"results": RECORDS, "tags": [], "pages": [1, 2]}, "the list 'results' of a JSON file"),
        ("\n".join(map(json.dumps, RECORDS)), "JSON lines"),
        ("\r\n\n".join(map(json.dumps, RECORDS)) + "\n\n", "JSON lines"),
        ("\ufeff" + json.dumps(RECORDS, indent=2), "a JSON file"),
        (json.dumps(RECORDS).encode("utf-16"), "a JSON file"),
        (json.dumps(RECORDS).encode("utf-16-be"), "a JSON file"),
        ("\n".join(map(json.dumps, RECORDS)).encode("utf-16"), "JSON lines"),
        ({"a": [1, None], "b/c": [2, None], "d": [None, "x"]}, "a JSON file"),
    ],
)
def test_shapes(content: Any, kind: str, read: Read) -> None:
    found, rows = read(content)
    assert (tuple(found.header), rows) == WANTED
    assert (found.kind, found.first_row) == (kind, 1)
    assert not found.notes


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ({"a": 1, "b": "x"}, ("1", "x")),
        ({"a": 1, "b": {"c": 2}}, ("1", "2")),
        ({"a": 1, "b": ["x", "y"]}, ("1", "x y")),
        ('{"a": {"b": 1}\n, "c": "{}"}', ("1", "{}")),
        ([{"a": 1, "b": {"c": {"d": {}, "e": 5}}}], ("1", "5")),
    ],
)
def test_a_single_record(content: Any, row: tuple[str, ...], read: Read) -> None:
    assert read(content)[1] == [row]


def test_columns_come_in_order_of_appearance(read: Read) -> None:
    found, rows = read([{"b": 1}, {"c": 2, "b": 3}, {"a": 4}])
    assert (found.header, rows) == (("b", "c", "a"), [("1", "", ""), ("3", "2", ""), ("", "", "4")])


RESPONSES = [
    {
        "responseId": "R_1",
        "values": {"status": 0, "QID1": 4, "QID2": ["1", "3"], "QID3_TEXT": "Gent"},
        "labels": {"status": "IP Address", "QID1": "Agree", "QID2": ["Post", "Web"]},
        "displayedFields": ["QID1"],
        "displayedValues": {"QID1": [1, 2, 3, 4, 5]},
    },
    {"responseId": "R_2", "values": {"status": 1, "QID1": 5}, "labels": {"QID1": "Fully agree"}},
    {"responseId": "R_3", "values": {"QID1": None}, "labels": {"QID1": "No answer"}},
]


@pytest.mark.parametrize("form", ["object", "lines"])
def test_qualtrics_responses(form: str, read: Read) -> None:
    lines = "\n".join(map(json.dumps, RESPONSES))
    found, rows = read({"responses": RESPONSES} if form == "object" else lines)
    assert found.header == ("responseId", "status", "QID1", "QID2", "QID3_TEXT")
    assert rows == [
        ("R_1", "0", "4", "1 3", "Gent"),
        ("R_2", "1", "5", "", ""),
        ("R_3", "", "", "", ""),
    ]
    assert [each.labels for each in found.fields] == [
        {},
        {"0": "IP Address"},
        {"4": "Agree", "5": "Fully agree"},
        {"1": "Post", "3": "Web"},
        {},
    ]
    assert not found.notes


def test_a_code_with_two_labels_is_noted(read: Read) -> None:
    other = {"responseId": "R_4", "values": {"QID1": 4}, "labels": {"QID1": "D'accord"}}
    found, _ = read({"responses": [*RESPONSES, other]})
    assert found.fields[2].labels["4"] == "Agree"
    assert ["more than one label in QID1" in note for note in found.notes] == [True]


def test_records_in_records_are_noted(read: Read) -> None:
    found, rows = read([{"_id": 1}, {"_id": 2, "team": [{"name": "Zoë"}]}])
    assert rows == [("1", ""), ("2", '[{"name": "Zoë"}]')]
    assert ["kept as JSON in team" in note for note in found.notes] == [True]


def test_lines_are_not_held(tmp_path: Path) -> None:
    path = tmp_path / "survey.json"
    path.write_text("".join(f'{{"a": "{row} {"x" * 200}"}}\n' for row in range(20_000)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in convert(path, path.name, None).rows) == 20_000
        assert tracemalloc.get_traced_memory()[1] < path.stat().st_size / 10
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "survey.json, line 1, column 1: expecting value"),
        ("[]", "holds no answers"),
        ("[{}]", "holds no answers"),
        ("{}", "holds no answers"),
        ('{"count": 0, "results": []}', "holds no answers"),
        ("3", "holds a single value"),
        ("[1, 2]", "record 1 is no object"),
        ('[{"a": 1}, ["b"]]', "record 2 is no object"),
        ('{"a": [{"b": 1}], "c": [{"d": 1}]}', "more than one list of records: a, c"),
        ('{"a": [1, 2], "b": [1]}', r"different lengths \(1 to 2\)"),
        ('{"Q1": {"0": 1, "1": 2}}', "holds no list of records"),
        ('[{"a": 1},\n {"b" 2}]', "line 2, column 7: expecting ':' delimiter"),
        ('[{"a": 1}] x', "line 1, column 12: extra data"),
        ('[{"a": 1}, {"b', "line 1, column 13: unterminated string"),
        ("[{'a': 1}]", "line 1, column 3: expecting property name"),
        ('{"a": 1}\n{"b": 2, }', "line 2, column 10: "),
        ('{"a": 1}\n\n{"b"', "line 3, column 5: expecting ':'"),
        ('{"a": 1}\n{"b": 2}\n[3]', "line 3 is no record"),
        ('[{"a": 1}, {"b": 1, "b": 2}]', "record 2: the key 'b' stands twice"),
        ('[{"a": 1}, {"c": [{"b": 1, "b": 1}]}]', "record 2: the key 'b' stands twice"),
        ('{"a": 1}\n{"b": 1, "b": 2}', "line 2: the key 'b' stands twice"),
        ('{"r": [{"a": 1}], "r": [{"b": 2}]}', "survey.json: the key 'r' stands twice"),
        ('[{"a/b": 1, "a": {"b": 2}}]', "record 1: the key 'a/b' stands twice"),
        ('[{"a": NaN}]', "NaN is no number"),
        ('{"a": 1}\n{"a": -Infinity}', "line 2: -Infinity is no number"),
        ('[{"a": 1e400}]', "1e400 is no number"),
        (f'[{{"a": {"9" * 5000}}}]', "thousands of digits"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('[{"a":' + "[" * 100_000, "nested too deeply"),
        ('{"b": 1}\n{"a":' + "[" * 100_000 + "}", "nested too deeply"),
        (b'[{"a": "\xe9"}]', "not text in the encoding utf-8"),
        (b'{"a": 1}\n{"a": "\xe9"}', "not text in the encoding utf-8"),
        (b'\xff\xfe[\x00{\x00"', "not text in the encoding utf-16"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_cannot_be_read_is_named(content: bytes | str, words: str, read: Read) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(content)
    assert caught.value.message.startswith("survey.json")
    assert caught.value.hint
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ('[{"a": 1}, {"b', "stopped before it was done"),
        ('[{"a": 1}, ', "stopped before it was done"),
        ('[{"a": 1} {"b": 2}]', "is it JSON"),
    ],
)
def test_what_may_have_happened(content: str, hint: str, read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(content)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("raw", "given", "text"),
    [
        ("é".encode("cp1252"), "cp1252", "é"),
        ("满".encode("gbk"), "gbk", "满"),
        ("é".encode(), "utf-8", "é"),
    ],
)
def test_an_encoding_can_be_named(raw: bytes, given: str, text: str, read: Read) -> None:
    assert read(b'[{"a": "' + raw + b'"}]', given)[1] == [(text,)]


def test_a_byte_order_mark_says_more(read: Read) -> None:
    assert read('[{"a": "é"}]'.encode("utf-16"), "cp1252")[1] == [("é",)]


@pytest.mark.parametrize("given", ["no such", "rot13", "base64"])
def test_encodings_that_do_not_exist_are_named(given: str, read: Read) -> None:
    with pytest.raises(InputError, match="there is no encoding"):
        read("[]", given)


KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/"))
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)  # fmt: skip


def typed(value: Any) -> str:
    """By another way than the code: JSON's own spelling, without a needless fraction."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value == int(value) and abs(value) < 2**63:
        return str(int(value))
    return "" if value is None else json.dumps(value)


@pytest.mark.parametrize("form", ["list", "object", "lines", "indented"])
@given(records=st.lists(st.dictionaries(KEYS, SCALARS, min_size=1), min_size=2))
@settings(deadline=None)
def test_round_trip(form: str, records: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    path = tmp_path_factory.mktemp("round") / "trip"
    content = {
        "list": json.dumps(records),
        "object": json.dumps({"results": records}, ensure_ascii=False),
        "lines": "\n".join(json.dumps(record, ensure_ascii=False) for record in records),
        "indented": json.dumps(records, indent=1),
    }[form]
    path.write_text(content, encoding="utf-8")
    found = convert(path, "trip", None)
    keys = list(dict.fromkeys(key for record in records for key in record))
    assert list(found.header) == keys
    assert list(found.rows) == [tuple(typed(record.get(key)) for key in keys) for record in records]
