"""One survey in every kind of file: the same bytes of scores come out."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pyreadstat
import pytest
import xlsxwriter

import vested
from vested.errors import InputError

Rows = list[list[str]]
Scores = Callable[..., bytes]
Writer = Callable[[Path, list[str], Rows], None]


def typed(header: list[str], rows: Rows) -> pl.DataFrame:
    """The survey as a program that knows types holds it: answers are numbers."""
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    return pl.DataFrame(
        {
            name: values if name in ("organisation", "comment") else [int(v) for v in values]
            for name, values in columns.items()
        }
    )


def csv_text(header: list[str], rows: Rows, separator: str = ",") -> str:
    return "".join(separator.join(line) + "\n" for line in [header, *rows])


def utf16_tsv(path: Path, header: list[str], rows: Rows) -> None:
    path.write_bytes(csv_text(header, rows, "\t").encode("utf-16"))


def gzipped(path: Path, header: list[str], rows: Rows) -> None:
    path.write_bytes(gzip.compress(csv_text(header, rows).encode()))


def zipped(path: Path, header: list[str], rows: Rows) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("CSV/survey.csv", csv_text(header, rows))
        archive.writestr("__MACOSX/CSV/._survey.csv", b"\0\1")


def zipped_workbook(path: Path, header: list[str], rows: Rows) -> None:
    inner = path.with_name("inner.xlsx")
    workbook(inner, header, rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Excel/Survey.xlsx", inner.read_bytes())


def workbook(path: Path, header: list[str], rows: Rows) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Answers")
        sheet.write_row(0, 0, header)
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, [*row[:2], *map(float, row[2:])])


def workbook_with_titles(path: Path, header: list[str], rows: Rows) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Read me").write(0, 0, "About this file")
        sheet = book.add_worksheet("Answers")
        sheet.write(0, 0, "Survey of 2026")
        sheet.write_row(2, 0, header)
        for at, row in enumerate(rows, 3):
            sheet.write_row(at, 0, row)


def opendocument(path: Path, header: list[str], rows: Rows) -> None:
    def cell(text: str) -> str:
        if text.isdecimal():
            kind = f'office:value-type="float" office:value="{text}"'
        else:
            kind = 'office:value-type="string"'
        return f"<table:table-cell {kind}><text:p>{escape(text)}</text:p></table:table-cell>"

    body = "".join(
        f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in [header, *rows]
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<?xml version='1.0'?><office:document-content{names} office:version='1.2'><office:body>"
        f"<office:spreadsheet><table:table table:name='Answers'>{body}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        "<?xml version='1.0'?><manifest:manifest "
        "xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/>"
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)


def spss(path: Path, header: list[str], rows: Rows) -> None:
    pyreadstat.write_sav(typed(header, rows), str(path))


def spss_compressed(path: Path, header: list[str], rows: Rows) -> None:
    pyreadstat.write_sav(typed(header, rows), str(path), compress=True)


def spss_other_codes(path: Path, header: list[str], rows: Rows) -> None:
    """Codes 10 to 50 whose labels are the scale's: the labels count."""
    items = vested.load_instrument("vested-short").items
    labels = {
        item.id: {10.0 * code: label for code, label in zip(item.scale.codes, known, strict=True)}
        for item in items
        for known in [item.scale.labels["fr"]]
    }
    frame = typed(header, rows).with_columns(pl.col(list(labels)) * 10)
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)


def stata(path: Path, header: list[str], rows: Rows) -> None:
    pyreadstat.write_dta(typed(header, rows), str(path))


def sas_transport(path: Path, header: list[str], rows: Rows) -> None:
    frame = typed(header, rows).rename({"organisation": "org"})
    pyreadstat.write_xport(frame, str(path), file_format_version=8)


def parquet(path: Path, header: list[str], rows: Rows) -> None:
    typed(header, rows).write_parquet(path)


def arrow(path: Path, header: list[str], rows: Rows) -> None:
    typed(header, rows).with_columns(pl.col("organisation").cast(pl.Categorical)).write_ipc(path)


def json_array(path: Path, header: list[str], rows: Rows) -> None:
    path.write_text(json.dumps(typed(header, rows).to_dicts()), encoding="utf-8")


def json_lines(path: Path, header: list[str], rows: Rows) -> None:
    buffer = io.BytesIO()
    typed(header, rows).write_ndjson(buffer)
    path.write_bytes(buffer.getvalue())


WRITERS: dict[str, Writer] = {
    "survey.tsv": utf16_tsv,
    "survey.csv.gz": gzipped,
    "survey.csv.zip": zipped,
    "survey.xlsx.zip": zipped_workbook,
    "survey.xlsx": workbook,
    "with-titles.xlsx": workbook_with_titles,
    "survey.ods": opendocument,
    "survey.sav": spss,
    "survey.zsav": spss_compressed,
    "other-codes.sav": spss_other_codes,
    "survey.dta": stata,
    "survey.xpt": sas_transport,
    "survey.parquet": parquet,
    "survey.arrow": arrow,
    "survey.json": json_array,
    "survey.ndjson": json_lines,
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_survey_gives_the_same_bytes(
    name: str, header: list[str], rows: Rows, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / name
    WRITERS[name](path, header, rows)
    assert scores(path) == plain_scores


@pytest.mark.parametrize("name", WRITERS)
def test_what_a_file_is_does_not_depend_on_its_name(
    name: str, header: list[str], rows: Rows, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    WRITERS[name](path, header, rows)
    assert scores(path) == plain_scores


@pytest.mark.parametrize("name", ["survey.xlsx", "survey.sav", "survey.parquet", "survey.json"])
def test_invalid_answer_is_named_with_its_row(
    name: str, header: list[str], rows: Rows, scores: Scores, tmp_path: Path
) -> None:
    changed = [row.copy() for row in rows]
    changed[20][5] = "7"
    path = tmp_path / name
    WRITERS[name](path, header, changed)
    # A sheet counts its header, a table of cases does not.
    row = 22 if name == "survey.xlsx" else 21
    with pytest.raises(InputError, match=f"{name}, row {row}, column {header[5]}: '7'"):
        scores(path)


def test_several_kinds_of_file_at_once(
    header: list[str], rows: Rows, scores: Scores, plain_scores: bytes, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("survey.xlsx", "survey.sav", "survey.tsv")]
    for at, path in enumerate(paths):
        WRITERS[path.name](path, header, rows[at::3])
    assert scores(paths) == plain_scores
