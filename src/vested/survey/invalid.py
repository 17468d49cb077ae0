"""Where an answer stands that is not understood."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from vested.errors import InputError
from vested.formats import BATCH_ROWS, Table, column_name
from vested.survey.answers import NOT_UNDERSTOOD, AnswerKey

_SHOWN = 60


def first_invalid(
    table: Table, answers: Iterable[tuple[int, AnswerKey]], count: int = 1
) -> InputError | None:
    """The error for the first answer that is not understood, by row and then by column.

    `answers` are the positions of answer columns and how each is understood; `count` is how many
    such answers there are in all. Reads the table once more, as text.
    """
    columns = sorted(answers, key=lambda column: column[0])
    types: dict[int, pl.DataType] = {position: pl.String() for position, _ in columns}
    start = 0
    for batch in table.scan(types).collect_batches(
        chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming"
    ):
        found: list[tuple[int, int, AnswerKey]] = []
        for position, key in columns:
            column = batch[column_name(position)]
            bad = [
                text
                for text in column.unique().drop_nulls().to_list()
                if key.meaning(text) == NOT_UNDERSTOOD
            ]
            if bad:
                found.append((int(column.is_in(bad).arg_true()[0]), position, key))
        if found:
            row, position, key = min(found, key=lambda place: place[:2])
            text = batch[column_name(position)][row]
            return _error(table, start + row, position, text, key, count)
        start += batch.height
    return None


def _error(
    table: Table, record: int, position: int, text: str, key: AnswerKey, count: int
) -> InputError:
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    more = f"; {count - 1:,} more answers are not understood" if count > 1 else ""
    column = table.columns[position].strip()
    return InputError(
        f"{table.name}, row {table.row_of(record)}, column {column}: {shown!r} is no answer on "
        f"scale {key.scale.id}{more}",
        f"{key.hint(text)}; --invalid missing counts such answers as missing",
    )
