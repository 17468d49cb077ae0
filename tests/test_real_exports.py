"""Every real file at hand is read whole, or refused with a reason that is true."""

from __future__ import annotations

import csv
import io
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pytest

from vested.errors import InputError
from vested.formats import column_name, open_table
from vested.platforms import unwrap

EXPORTS = Path(__file__).parents[2] / "shared" / "exports"
SURVEYS = sorted(
    path
    for suffix in ("*.csv", "*.tsv")
    for path in EXPORTS.rglob(suffix)
    if "qda" not in path.parts
)
pytestmark = pytest.mark.skipif(not SURVEYS, reason="the real exports are not at hand")


def name(path: Path) -> str:
    return path.relative_to(EXPORTS).as_posix()


def records(path: Path) -> list[list[str]]:
    """What the csv module reads, by the separator that stands most often in the first line."""
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    head = text[:20_000]
    separator = max(",;\t", key=head.count)
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]


@pytest.mark.parametrize("path", SURVEYS, ids=name)
def test_each_cell_of_a_real_export_is_read(path: Path) -> None:
    wanted = records(path)
    if len(wanted) < 2:
        with (
            pytest.raises(InputError, match=r"no rows|empty|no header|no responses"),
            ExitStack() as stack,
        ):
            open_table(path, None, stack)
        return
    if {len(row) for row in wanted} != {len(wanted[0])}:
        with pytest.raises(InputError, match="cells where the header has"), ExitStack() as stack:
            open_table(path, None, stack)
        return
    with ExitStack() as stack:
        export = unwrap(open_table(path, None, stack))
        types: dict[int, pl.DataType] = {at: pl.String() for at in range(len(export.columns))}
        body = export.table.scan(types).collect()
        found = [["" if cell is None else cell for cell in row] for row in body.rows()]
    assert len(export.columns) == len(wanted[0])
    assert body.columns == [column_name(at) for at in range(len(wanted[0]))]
    assert found == wanted[1 + export.table.skipped :]


PLATFORMS = {
    "qualtrics": "Qualtrics",
    "redcap": "REDCap",
    "org_surveys": "",
    "stats": "",
}


@pytest.mark.parametrize(
    "path", [path for path in SURVEYS if name(path).split("/")[0] in PLATFORMS], ids=name
)
def test_each_real_export_is_taken_for_what_it_is(path: Path) -> None:
    if len(records(path)) < 2:
        pytest.skip("it holds no responses")
    with ExitStack() as stack:
        found = unwrap(open_table(path, None, stack)).platform
    is_data = path.name.startswith("data") or "qualtrics" in path.parts
    assert found == (PLATFORMS[name(path).split("/")[0]] if is_data else "")
