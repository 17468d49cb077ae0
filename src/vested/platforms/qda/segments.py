"""Tables of coded segments: MAXQDA, ATLAS.ti, NVivo, QualCoder, and a plain one.

They are told apart by their columns, in any case; `layouts` says what each layout rests on. The
plain table has the columns `organisation`, `phase`, `source`, `coder`, `code`, `polarity`, `kind`
and `quotation`, and if need be `start`, `end` (characters of the source's text, from 0) and
`measure`; it needs `source`, `code` and one of the others. Columns that no layout knows become
variables of the segment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from vested.errors import InputError
from vested.formats import Table
from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.cells import counted, opened, rows
from vested.platforms.qda.layouts import LAYOUTS, VARIABLES, Layout
from vested.platforms.qda.polarity import fix, polarity
from vested.spelling import same, tidy

_FLAG = "code: "
"""Columns of MAXQDA that repeat for each code whether the segment bears it."""
_OWN_VARIABLE = re.compile(r"(?:FileVar|CaseVar)_(?=.)")
_MEDIA = re.compile(r"(?:imid|avid):\d+")


def read(path: Path, name: str) -> Project | None:
    """The coded segments in a table; None for any other file.

    Raises `InputError` where the table is broken, or a polarity or a place cannot be one.
    """
    with ExitStack() as stack:
        table = opened(path, stack)
        return recognise(table, name) if table else None


def recognise(table: Table, name: str) -> Project | None:
    """The coded segments in a table whose columns are those of a layout; None for any other."""
    columns = [same(column) for column in table.columns]
    first = table.sample[0] if table.sample else [""] * len(columns)
    for layout in LAYOUTS:
        places = layout.places(columns, first)
        if places is not None:
            return _Reader(table, layout, places, columns).project(name)
    return None


@dataclass(slots=True)
class _Found:
    """What the rows so far gave."""

    codes: dict[str, Code] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    coders: dict[str, None] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


class _Reader:
    """A table whose columns are known."""

    def __init__(
        self, table: Table, layout: Layout, places: Mapping[str, int], columns: Sequence[str]
    ) -> None:
        self.table, self.layout, self.places = table, layout, places
        self.body = list(rows(table))
        self.above = _categories(columns) if layout.platform == "QualCoder" else []
        taken = {at for role, at in places.items() if role not in ("group", "coding")}
        self.variables = _variables(table.columns, columns, {*taken, *self.above})
        self.flags = sum(name.startswith(_FLAG) for name in columns)
        self.groups: dict[str, set[str]] = {}
        for row in self.body:
            if group := self._cell(row, "group"):
                self.groups.setdefault(self._cell(row, "source"), set()).add(group)
        code = places["code"]
        self.broken = any(len(row[code].strip().splitlines()) > 1 for row in self.body)

    def project(self, name: str) -> Project:
        """All of the table, each of its rows either a segment or counted."""
        found = _Found()
        for at, row in enumerate(self.body):
            self._row(at, row, found)
        counts = (f"{name}: {counted(number, what)}" for what, number in found.counts.items())
        return Project(
            name, self.layout.platform, tuple(found.codes.values()),
            tuple(found.sources.values()), tuple(found.segments), tuple(found.coders),
            (*self.table.notes, *counts, *self._remarks(name)),
        )  # fmt: skip

    def _row(self, at: int, row: Sequence[str], found: _Found) -> None:
        source, title = self._source(row)
        if not title:
            found.counts["row{s} without a source left out."] += 1
            return
        found.sources.setdefault(source, Source(source, title))
        codes = self._codes(row)
        if not codes:
            found.counts["row{s} without a code left out."] += 1
            return
        coder = self._cell(row, "coder")
        if coder:
            found.coders[coder] = None
        elif "coder" in self.places:
            found.counts["row{s} without a coder."] += 1
        quotation = row[self.places["quotation"]] if "quotation" in self.places else ""
        if _MEDIA.fullmatch(self._cell(row, "coding")):
            found.counts["coding{s} of pictures or recordings, which have no text."] += 1
            quotation = ""
        start, end = self._place(at, row)
        passage = self._cell(row, "passage") or (f"row {at + 1}" if len(codes) > 1 else "")
        said = {key: cell for place, key in self.variables if (cell := row[place].strip())}
        if "polarity" in said:
            said["polarity"] = self._polarity(at, said["polarity"])
        above = tuple(row[place] for place in self.above if row[place])
        for code in codes:
            if code not in found.codes:
                name, parents = self.layout.parts(code)
                found.codes[code] = Code(code, name, (*above, *parents))
            found.segments.append(
                Segment(source, code, coder, start, end, quotation, passage, said)
            )

    def _cell(self, row: Sequence[str], role: str) -> str:
        """A cell by its role, nothing where there is no such column."""
        return tidy(row[self.places[role]]) if role in self.places else ""

    def _source(self, row: Sequence[str]) -> tuple[str, str]:
        """Id and name: what tells sources of one name apart belongs to the id, where it must."""
        title, group = self._cell(row, "source"), self._cell(row, "group")
        several = group and len(self.groups[title]) > 1
        return (f"{group} > {title}" if several else title), title

    def _codes(self, row: Sequence[str]) -> list[str]:
        cell = row[self.places["code"]]
        if self.layout.several:
            pieces = cell.splitlines() if self.broken else cell.split(";")
        else:
            pieces = [cell]
        return [code for code in dict.fromkeys(map(tidy, pieces)) if code]

    def _place(self, at: int, row: Sequence[str]) -> tuple[int | None, int | None]:
        start, end = self._number(at, row, "start"), self._number(at, row, "end")
        if start is None and end is None:
            return None, None
        if start is None or end is None or start >= end:
            raise self._wrong(
                at, "end", f"a passage from {start} to {end}",
                "start and end count characters from 0, and end stands behind the last one; give "
                "both or neither",
            )  # fmt: skip
        return start, end

    def _number(self, at: int, row: Sequence[str], role: str) -> int | None:
        cell = self._cell(row, role)
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit() and len(cell) < 10):
            raise self._wrong(at, role, f"{cell!r} is no place in a text", "give a whole number")
        return int(cell)

    def _polarity(self, at: int, cell: str) -> str:
        found = polarity(cell)
        if found is None:
            place = next(place for place, key in self.variables if key == "polarity")
            raise self._wrong(at, place, f"{cell!r} is no polarity", fix(cell))
        return found

    def _wrong(self, at: int, column: str | int, what: str, hint: str) -> InputError:
        place = self.places.get(column, 0) if isinstance(column, str) else column
        name, row = self.table.name, self.table.row_of(at)
        return InputError(
            f"{name}, row {row}, column {self.table.columns[place].strip()}: {what[:200]}", hint
        )

    def _remarks(self, name: str) -> Iterator[str]:
        shared = sum(len(groups) > 1 for groups in self.groups.values())
        if shared:
            of = self.table.columns[self.places["group"]].strip()
            yield (
                f"{name}: {counted(shared, 'name{s}')} of sources with more than one {of}, taken "
                "for different sources."
            )
        if self.flags:
            yield f"{name}: {counted(self.flags, 'column{s}')} that repeat the codes left out."
        at = self.places["code"]
        if self.layout.several and not self.broken and any(";" in row[at] for row in self.body):
            yield f"{name}: several codes in a cell were taken apart at semicolons."


def _categories(columns: Sequence[str]) -> list[int]:
    """The columns of what stands above a code, from the top: the nearest is written first."""
    return [at for at, name in enumerate(columns) if name == "category"][::-1]


def _variables(
    headers: Sequence[str], columns: Sequence[str], taken: set[int]
) -> list[tuple[int, str]]:
    """The columns that become variables, and under which name; no two under the same."""
    found: dict[str, int] = {}
    for at, (header, column) in enumerate(zip(headers, columns, strict=True)):
        known = VARIABLES.get(column)
        if (at in taken and known is None) or column.startswith(_FLAG):
            continue
        key = _OWN_VARIABLE.sub("", tidy(header))
        key = known or VARIABLES.get(same(key), key) or f"column {at + 1}"
        if key in found:
            key = f"{key} ({at + 1})"
        found[key] = at
    return [(at, key) for key, at in found.items()]
