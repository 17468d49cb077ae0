"""How an export would be read: its writer, what each column is and why, what is set aside."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from vested.analysis.ledger import ledger
from vested.analysis.surveys import PathLike, Reading, instruments_for, reduce
from vested.errors import VestedError
from vested.formats import BATCH_ROWS, column_name, open_table
from vested.model import Instrument, in_language
from vested.platforms import Export
from vested.spelling import same
from vested.survey.answers import BLANK, NOT_UNDERSTOOD, AnswerKey
from vested.survey.columns import Columns, recognise, understand
from vested.survey.mapping import IGNORE, mapping_text, read_mapping
from vested.survey.matching import Match, match_items
from vested.survey.respondents import responses
from vested.survey.roles import Roles
from vested.table import Column, ResultTable

LIKELY = 0.8
"""Texts that are at least so alike are suggested, never used: our choice."""
_EXAMPLES = 3

FILES = (
    Column("file", "File", "The export."),
    Column("read_as", "Read as", "What kind of file it is."),
    Column("encoding", "Encoding", "How its text is encoded; empty for binary files."),
    Column("platform", "Platform", "The software that wrote it, where that is recognised."),
    Column("generation", "Layout", "Which of the platform's layouts it has."),
    Column("header_rows", "Header rows", "How many rows are headers."),
    Column("answers", "Answers", "codes, labels (the texts of options), or either."),
    Column("evidence", "Because", "What that rests on."),
    Column("problem", "Problem", "Why it cannot be scored as it is; empty where it can."),
    Column("hint", "Hint", "The likely way out."),
)
COLUMNS = (
    Column("file", "File", "The export."),
    Column("position", "#", "Which column it is, from 1."),
    Column("column", "Column", "Its name in the export."),
    Column("text", "Question", "What respondents read, where the export says it."),
    Column("use", "Use", "The item or the role that it is taken for; empty where it is not used."),
    Column("because", "Because", "What that rests on."),
)
ITEMS = (
    Column("item", "Item", "The instrument's item."),
    Column("column", "Column", "The column that holds it; empty where there is none."),
    Column("scale", "Scale", "The scale that answers are understood on."),
    Column("answered", "Answered", "How many responses have an answer."),
    Column("no_answer", "No answer given", "How many chose an option such as cannot say."),
    Column("share_no_answer", "Share", "Those as a share of all cells that are not blank."),
    Column("blank", "Blank", "How many cells are empty."),
    Column("not_understood", "Not understood", "How many are neither code, label nor missing."),
    Column("examples", "For example", "Some of those."),
)
SUGGESTIONS = (
    Column("item", "Item", "An item without a column."),
    Column("text", "Its text", "What it asks."),
    Column("column", "Column", "The most similar column that is not used."),
    Column("column_text", "Text of the column", "What that one asks."),
    Column("likeness", "Likeness", "From 0 to 1; a suggestion is never used by itself."),
)


@dataclass(frozen=True, slots=True)
class Inspection:
    """Result tables by name: files, columns, items, suggestions and, where it can be, a ledger."""

    instrument: Instrument | None
    tables: Mapping[str, ResultTable]
    notes: tuple[str, ...]
    mapping: str
    """What is understood, as the text of a mapping file."""

    @property
    def main(self) -> str:
        """The table that stands for the result where only one can be written."""
        return "columns"

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Nothing: an inspection is looked at, not made again."""
        return {}

    @property
    def inputs(self) -> tuple[Mapping[str, Any], ...]:
        return ()

    @property
    def files(self) -> pl.DataFrame:
        return self.tables["files"].frame

    @property
    def columns(self) -> pl.DataFrame:
        return self.tables["columns"].frame

    @property
    def items(self) -> pl.DataFrame:
        return self.tables["items"].frame


@dataclass(slots=True)
class _Found:
    """What was found out about one export."""

    export: Export
    matches: Mapping[str, Match] = field(default_factory=dict)
    columns: Columns | None = None
    problem: VestedError | None = None


def inspect(
    surveys: PathLike | Sequence[PathLike],
    *,
    instrument: PathLike | Instrument | None = None,
    organisation: str | None = None,
    respondent: str | None = None,
    wave: str | None = None,
    group: str | Sequence[str] = (),
    weight: str | None = None,
    encoding: str | None = None,
    mapping: PathLike | None = None,
    definition: PathLike | None = None,
    answers: Literal["codes", "labels"] | None = None,
    keep_unfinished: bool = False,
) -> Inspection:
    """Find out how exports would be read, and score nothing.

    The options are those of `vested.analyse`. What would stop an analysis stands in the table
    `files` as its problem, with a hint. Raises `VestedError` where a file cannot be read at all.
    """
    paths = [surveys] if isinstance(surveys, str | Path) else list(surveys)
    groups = (group,) if isinstance(group, str) else tuple(group)
    mapped = read_mapping(mapping) if mapping is not None else None
    chosen = instrument if instrument is not None or mapped is None else mapped.instrument
    roles = Roles(organisation, respondent, wave, groups, weight)
    reading = Reading(
        paths, chosen, encoding, roles, True, None, mapped, definition, answers, keep_unfinished
    )  # fmt: skip
    with ExitStack() as stack:
        exports = reading.exports([open_table(path, encoding, stack) for path in paths])
        found = [_Found(export) for export in exports]
        known = _instrument(reading, exports, found)
        for one in found if known else ():
            _understand(one, known, reading)
        return _inspection(found, known, reading)


def _instrument(
    reading: Reading, exports: Sequence[Export], found: Sequence[_Found]
) -> Instrument | None:
    candidates = instruments_for(reading.instrument)
    if reading.instrument is not None:
        return candidates[0]
    try:
        return recognise(exports, candidates, reading.mapping)
    except VestedError as error:
        for one in found:
            one.problem = error
        return None


def _understand(one: _Found, instrument: Instrument | None, reading: Reading) -> None:
    """Go as far as an analysis would; what stops it is kept as the problem."""
    assert instrument is not None
    try:
        one.matches = match_items(one.export, instrument, reading.mapping)
        one.columns = understand(one.export, instrument, reading.roles, reading.mapping)
    except VestedError as error:
        one.problem = error


def _inspection(
    found: Sequence[_Found], instrument: Instrument | None, reading: Reading
) -> Inspection:
    notes = [note for one in found for note in (*one.export.table.notes, *one.export.notes)]
    notes += [note for one in found if one.columns for note in one.columns.notes]
    tables = [_files(found), _columns(found, instrument), _items(found, instrument)]
    tables.append(_suggestions(found, instrument))
    understood = [one.columns for one in found if one.columns is not None]
    if instrument and len(understood) == len(found):
        every = [one.export.table for one in found]
        try:
            read, _ = reduce(every, understood, instrument, invalid_as_missing=True)
        except VestedError as error:
            found[0].problem = error
            tables[0] = _files(found)
        else:
            tables.append(ledger(read))
    return Inspection(
        instrument,
        {table.name: table for table in tables},
        tuple(dict.fromkeys(notes)),
        _mapping(found, instrument),
    )


def _frame(
    columns: Sequence[Column], rows: Sequence[Sequence[Any]], kinds: Mapping[str, Any]
) -> pl.DataFrame:
    schema = {column.key: kinds.get(column.key, pl.String) for column in columns}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _files(found: Sequence[_Found]) -> ResultTable:
    rows = []
    for one in found:
        export, table = one.export, one.export.table
        problem = one.problem
        rows.append(
            (
                table.name, table.kind, table.encoding, export.platform, export.generation,
                1 + table.skipped, export.answers, export.evidence,
                problem.message if problem else "", problem.hint if problem else "",
            )
        )  # fmt: skip
    return ResultTable("files", "Files", FILES, _frame(FILES, rows, {"header_rows": pl.Int64}))


def _columns(found: Sequence[_Found], instrument: Instrument | None) -> ResultTable:
    rows = []
    for one in found:
        uses = _uses(one)
        items = {item.id: item for item in instrument.items} if instrument else {}
        for at, column in enumerate(one.export.columns):
            use, because = uses.get(at, ("", ""))
            wanted = {same(text) for text in items[use].text.values()} if use in items else set()
            # Of a question with statements, the statement.
            shown = [text for text in column.texts if same(text) in wanted] or column.texts
            text = shown[0] if shown else ""
            rows.append((one.export.table.name, at + 1, column.name, text, use, because))
    return ResultTable("columns", "Columns", COLUMNS, _frame(COLUMNS, rows, {"position": pl.Int64}))


def _uses(one: _Found) -> dict[int, tuple[str, str]]:
    """By position, what a column is used as and why."""
    uses: dict[int, tuple[str, str]] = {
        at: (column.role, column.why or f"{one.export.platform} column")
        for at, column in enumerate(one.export.columns)
        if column.role
    }
    for exclusion in one.export.exclusions:
        use, why = uses.get(exclusion.column, ("status", ""))
        joint = ", " if "sets aside" in why else "; sets aside " if why else "sets aside "
        uses[exclusion.column] = (use, f"{why}{joint}{exclusion.reason}")
    uses |= {match.position: (target, match.how) for target, match in one.matches.items()}
    if found := one.columns:
        named = {"respondent": found.respondent, "wave": found.wave, "weight": found.weight}
        uses[found.organisation] = ("organisation", "name")
        for role, at in [*named.items(), *(("group", at) for at in found.groups)]:
            if at is not None and not one.export.columns[at].role:
                uses[at] = (role, "as you said")
    return uses


def _items(found: Sequence[_Found], instrument: Instrument | None) -> ResultTable:
    rows: list[tuple[Any, ...]] = []
    tallies = [_tally(one, instrument) for one in found]
    for item in instrument.items if instrument else ():
        total: Counter[str] = Counter()
        examples: dict[str, None] = {}
        names = []
        for one, tally in zip(found, tallies, strict=True):
            if item.id in one.matches:
                names.append(one.export.columns[one.matches[item.id].position].name)
                total += tally[item.id][0]
                examples |= dict.fromkeys(tally[item.id][1])
        answered, blank = total.pop("answered", 0), total.pop(BLANK, 0)
        unknown = total.pop(NOT_UNDERSTOOD, 0)
        none = total.total()
        filled = answered + none + unknown
        rows.append(
            (
                item.id, ", ".join(dict.fromkeys(names)), item.scale.id, answered, none,
                none / filled if filled else None, blank, unknown,
                "; ".join(list(examples)[:_EXAMPLES]),
            )
        )  # fmt: skip
    kinds = dict.fromkeys(("answered", "no_answer", "blank", "not_understood"), pl.Int64)
    frame = _frame(ITEMS, rows, {**kinds, "share_no_answer": pl.Float64})
    return ResultTable("items", "Items", ITEMS, frame)


def _tally(one: _Found, instrument: Instrument | None) -> dict[str, tuple[Counter[str], list[str]]]:
    """Per item how its cells are understood, and some that are not."""
    if instrument is None or not one.matches:
        return {}
    items = {item.id: item for item in instrument.items if item.id in one.matches}
    keys = {
        name: one.columns.keys[name]
        if one.columns
        else AnswerKey(
            item.scale,
            options=one.export.columns[one.matches[name].position].options,
            missing=one.export.columns[one.matches[name].position].missing,
            answers=one.export.answers,
        )
        for name, item in items.items()
    }
    tallies: dict[str, tuple[Counter[str], list[str]]] = {name: (Counter(), []) for name in items}
    types: dict[int, pl.DataType] = {one.matches[name].position: pl.String() for name in items}
    rows = responses(one.export.table, types, one.export.exclusions)
    for batch in rows.collect_batches(chunk_size=BATCH_ROWS, engine="streaming"):
        for name, (tally, examples) in tallies.items():
            column = batch[column_name(one.matches[name].position)].fill_null("")
            for text, count in column.value_counts(sort=True).iter_rows():
                meaning = keys[name].meaning(text)
                tally["answered" if isinstance(meaning, int) else meaning] += count
                if meaning == NOT_UNDERSTOOD and len(examples) < _EXAMPLES:
                    examples.append(text)
    return tallies


def _suggestions(found: Sequence[_Found], instrument: Instrument | None) -> ResultTable:
    rows = list(_near_misses(found, instrument)) if instrument else []
    frame = _frame(SUGGESTIONS, rows, {"likeness": pl.Float64})
    return ResultTable("suggestions", "Near misses", SUGGESTIONS, frame)


def _near_misses(
    found: Sequence[_Found], instrument: Instrument
) -> Iterator[tuple[str, str, str, str, float]]:
    """For each item without a column the most similar column that is not used."""
    for one in found:
        uses = _uses(one)
        unused = [
            (column, same(text))
            for at, column in enumerate(one.export.columns)
            if at not in uses
            for text in (column.name, *column.texts)
            if text
        ]
        for item in instrument.items:
            if item.id in one.matches:
                continue
            best: tuple[float, Any] = (LIKELY, None)
            for text in (item.id, *item.text.values()):
                matcher = difflib.SequenceMatcher(autojunk=False, b=same(text))
                for column, known in unused:
                    matcher.set_seq1(known)
                    if matcher.real_quick_ratio() > best[0] and matcher.quick_ratio() > best[0]:
                        best = max(best, (matcher.ratio(), column), key=lambda pair: pair[0])
            likeness, column = best
            if column is not None:
                text = column.texts[0] if column.texts else ""
                shown = in_language(item.text)
                yield item.id, shown, column.name, text, round(likeness, 2)


def _mapping(found: Sequence[_Found], instrument: Instrument | None) -> str:
    """The mapping file of the first export; others of the same platform have the same columns."""
    one = found[0]
    uses = _uses(one)
    roles = {"organisation", "respondent", "wave", "group", "weight", *one.matches}
    names = Counter(same(column.name) for column in one.export.columns)
    columns = []
    for at, column in enumerate(one.export.columns):
        use = uses.get(at, ("", ""))[0]
        name = column.name if names[same(column.name)] == 1 and column.name else f"#{at + 1}"
        text = column.texts[0] if column.texts else ""
        columns.append((name, text, use if use in roles else IGNORE))
    source = f"{one.export.platform} exports such as {one.export.table.name}".strip()
    return mapping_text(instrument.id if instrument else "", one.export.answers, columns, source)
