r"""The columns of tables of coded segments, by the program that writes them.

What each layout rests on (found in public repositories in 2026; no export file itself was at hand,
so that the tests write the tables themselves):

MAXQDA
    English `Document name`, `Code` (`A > B > C`), `Segment`, and `Code: A > B` columns of 0 and 1:
    an R script that reads a file "MAXQDA 24 Coded Segments". German `Farbe`, `Dokumentgruppe`,
    `Dokumentname`, `Code`, `Segment`, `Erstellt am`, then document variables, of which one is
    again called `Dokumentname`: an R script of 2024; `Anfang`, `Ende`: the tests of another
    program that reads such files. That older versions write `A\B`: a script on a list of codes.
    Not verified: `Beginning`, `End`, `Weight score`, `Author`, `Modified by`, `Comment`, `Area`,
    `Coverage %` and their German forms, which are taken as the manuals speak of them.
    `Beginning` and `End` are paragraphs or pages, no characters: they stay variables.
ATLAS.ti
    `ID`, `Quotation Name`, `Document`, `Document Groups`, `Quotation Content`, `Comment`, `Codes`,
    `Reference`, `Density`, `Created by`, `Modified by`, `Created`, `Modified`: an R script on a
    workbook of 2022, and two readers that count on that order. Codes are separated by line breaks
    (that script, and two readers of CSV); a web application separates them by semicolons, which
    is believed where no cell has a line break. `Number`, `Reference`, `Name`, `Text Content`,
    `Document`, `Codes`: the description of a published export. `Created by` is who made the
    quotation; who attached which code is not in the table.
NVivo
    `Hierarchical Name` of the node (`Nodes\\Topic\Subtopic`, since version 12 `Codes\\…`),
    `Folder Location`, `Hierarchical Name` of the source, `Coded Text`: scripts that read the
    extract "Coding Summary by Node". Not verified: `Coverage`, `Coded By`, `Coded By Initials`,
    and the names `File`, `Node`, `Reference Text` and their like.
QualCoder
    `File` or `Case` and `Filename`, `Coder`, `Coded`, `Id`, `Codename`, `Coded_Memo`, `Category`
    (several, from the nearest up), `FileVar_…`, `CaseVar_…`: its code, versions 3.2 to 4.0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vested.spelling import same

Parts = tuple[str, tuple[str, ...]]
"""The name of a code, and the names above it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one program writes tables of coded segments."""

    platform: str
    roles: Mapping[str, tuple[str, ...]]
    """Role to the headers that can have it, the best first. Roles are `source`, `group` (what
    tells sources of one name apart), `code`, `quotation`, `coder`, `passage`, `start`, `end`, and
    `coding` (the id of one code on one passage)."""
    marks: frozenset[str]
    """Headers of which one must be there."""
    parts: Callable[[str], Parts] = lambda code: (code, ())
    several: bool = False
    """Whether a cell can hold several codes."""

    def places(self, columns: Sequence[str], first: Sequence[str]) -> dict[str, int] | None:
        """Role to position, None where a table is none of this program's.

        `columns` are normalised, `first` is a row of the body.
        """
        if not self.marks & set(columns):
            return None
        found = {}
        for role, headers in self.roles.items():
            for header in headers:
                if header in columns:
                    found[role] = columns.index(header)
                    break
        if columns.count("hierarchical name") > 1 and self.platform == "NVivo":
            one, other = [at for at, name in enumerate(columns) if name == "hierarchical name"][:2]
            if _NVIVO_SOURCE.match(first[one]):
                one, other = other, one
            found.update(code=one, source=other)
        return found if {"source", "code"} <= found.keys() else None


_NVIVO_SOURCE = re.compile(r"(files|internals|externals|memos|sources)\\\\", re.IGNORECASE)
_NVIVO_PREFIX = re.compile(r"[^\\]+\\\\")


def _of_maxqda(code: str) -> Parts:
    *above, name = (part.strip() for part in re.split(r"\s>\s|\\", code))
    return name, tuple(above)


def _of_nvivo(code: str) -> Parts:
    *above, name = _NVIVO_PREFIX.sub("", code, count=1).split("\\")
    return name, tuple(above)


_VARIABLES = {
    "organisation": ("organisation", "organization", "organisatie"),
    "phase": ("phase", "fase"),
    "polarity": ("polarity", "polariteit", "polarité", "polarität"),
    "kind": ("kind",),
    "measure": ("measure",),
}
VARIABLES = {same(word): name for name, words in _VARIABLES.items() for word in words}
"""Columns that mean the same in every table, by the name under which they are kept."""

PLAIN = Layout(
    "",
    {
        "source": ("source", "interview", "document"),
        "group": _VARIABLES["organisation"],
        "code": ("code",),
        "quotation": ("quotation", "quote", "segment", "text"),
        "coder": ("coder", "rater"),
        "passage": ("passage", "id"),
        "start": ("start",),
        "end": ("end",),
    },
    frozenset({"quotation", "quote", "coder", *VARIABLES}),
)

LAYOUTS = (
    Layout(
        "ATLAS.ti",
        {
            "source": ("document", "document name"),
            "code": ("codes", "code"),
            "quotation": ("quotation content", "text content"),
            "coder": ("created by", "creator"),
            "passage": ("id", "number"),
        },
        frozenset({"quotation content", "text content", "quotation name"}),
        several=True,
    ),
    Layout(
        "MAXQDA",
        {
            "source": ("document name", "dokumentname"),
            "group": ("document group", "dokumentgruppe"),
            "code": ("code",),
            "quotation": ("segment", "coded segment", "codiertes segment", "preview", "vorschau"),
            "coder": (
                *("author", "autor", "created by", "erstellt von"),
                *("modified by", "geändert von", "bearbeitet von"),
            ),
        },
        frozenset({"document name", "dokumentname"}),
        _of_maxqda,
    ),
    Layout(
        "NVivo",
        {
            "source": ("file name", "file", "files", "source name", "source", "sources"),
            "code": (
                *("hierarchical name", "code name", "code", "codes"),
                *("node name", "node", "nodes"),
            ),
            "quotation": ("coded text", "reference text", "reference content", "coded content"),
            "coder": ("coded by", "coded by name", "coded by initials"),
        },
        frozenset(
            {"coded text", "reference text", "reference content", "coded content", "coverage"}
        ),
        _of_nvivo,
    ),
    Layout(
        "QualCoder",
        {
            "source": ("filename", "file"),
            "code": ("codename",),
            "quotation": ("coded",),
            "coder": ("coder",),
            "coding": ("id",),
        },
        frozenset({"codename"}),
    ),
    PLAIN,
)
"""In the order of asking: the more peculiar their marks, the earlier."""
