"""SQLite databases that QDA software keeps its projects in.

A database from a stranger is a program: views, triggers, generated columns and virtual tables run
when it is asked, and a damaged one can make the library read on for ever. So it is opened in a
child process that has little memory and time (`formats/sandbox.py`), read-only and as a file that
nobody changes. Nothing is asked but plain columns of plain tables, the library is told to allow
nothing else, and no more is taken from a file than it can hold.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from vested.errors import InputError
from vested.formats import sandbox
from vested.platforms.qda import Code, Project, Segment, Source

_MAGIC = b"SQLite format 3\0"
_LARGEST = 1 << 30
_MB = 1 << 20
_BATCH = 1000
_STEPS = 5_000

Row = tuple[Any, ...]
Tables = Mapping[str, Sequence[str]]
"""The columns that are wanted of each table, in the order in which rows give them."""


def is_database(path: Path) -> bool:
    """Whether a file begins as SQLite databases do."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def project(path: Path, name: str, module: str) -> Project | None:
    """What the function `packed` of a module finds in a database, read by a child process.

    None where the database is none of that module's; `InputError` where it is damaged, or where
    reading it took too much.
    """
    size = path.stat().st_size
    if size > _LARGEST:
        raise InputError(
            f"{name} has {size >> 20:,} MB, more than a project of texts",
            "pictures and recordings belong beside the database; export the coded segments as CSV",
        )
    limits = sandbox.Limits(
        memory=192 * _MB + 24 * size, seconds=3 + size // _MB, output=64 * _MB + 8 * size
    )
    found = sandbox.value(path, name, "database", module, "packed", limits)
    if found is None:
        return None
    return _unpacked(found, _unwritten(path, name))


def _unwritten(path: Path, name: str) -> tuple[str, ...]:
    """A note where the program left changes beside the database, which is read without them."""
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            return (
                f"{name}: {beside.name} holds changes that are not in it yet, and that were not "
                "read; close the project in its program first.",
            )
    return ()


# --- in the child process -----------------------------------------------------------------------


class Database:
    """An open database of which only some columns of some tables can be read."""

    def __init__(self, connection: sqlite3.Connection, name: str, size: int, tables: Tables):
        self.connection = connection
        self.name = name
        self.left = 4 * size + (_MB >> 4)
        """How many characters and rows may still come out of it."""
        self.tables = tables
        self.columns: dict[str, set[str]] = {}

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table; None for columns that it lacks, nothing where it is missing.

        Raises `InputError` where they hold more than the file could: then its pages are shared.
        """
        if table not in self.columns:
            return
        has = self.columns[table]
        wanted = ", ".join(f'"{each}"' if each in has else "NULL" for each in self.tables[table])
        cursor = self.connection.execute(f'SELECT {wanted} FROM "{table}"')
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                self.left -= 2
                for value in row:
                    if type(value) is str or type(value) is bytes:
                        self.left -= len(value)
            if self.left < 0:
                raise damaged(self.name, f"table {table} holds more than the file can")
            yield from batch


def opened(path: Path, name: str, tables: Tables, needed: Sequence[str]) -> Database | None:
    """The database, if all `needed` tables are there; call `closing` on its connection.

    Raises `InputError` where one of `tables` is something else than a plain table.
    """
    size = path.stat().st_size
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
    )
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * size + _MB)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
    deadline = time.process_time() + 1.2 + size / (2 * _MB)
    connection.set_progress_handler(lambda: time.process_time() > deadline, _STEPS)
    for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    database = Database(connection, name, size, tables)
    seen = set()
    asked = "SELECT type, name, tbl_name, substr(sql, 1, 40) FROM sqlite_master"
    for kind, title, owner, sql in connection.execute(asked):
        if owner in tables and (kind in ("view", "trigger") or _is_virtual(sql)):
            raise InputError(
                f"{name} is no database as its program writes it: {title} is a "
                f"{'virtual table' if kind == 'table' else kind}",
                "do not open it; export the coded segments as CSV from the program itself",
            )
        if kind == "table":
            seen.add(title)
    if not all(table in seen for table in needed):
        return None
    for table in seen & tables.keys():
        # The last of these numbers says whether a column is computed.
        listed = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
        database.columns[table] = {column[1] for column in listed if column[6] == 0}
    allowed = frozenset(tables)
    connection.set_authorizer(lambda *what: _allowed(allowed, *what))
    return database


def _is_virtual(sql: object) -> bool:
    return isinstance(sql, str) and sql.lstrip().upper().startswith("CREATE VIRTUAL")


def _allowed(tables: frozenset[str], action: int, first: str | None, *rest: str | None) -> int:
    reads = action == sqlite3.SQLITE_READ and first in tables
    return sqlite3.SQLITE_OK if reads or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY


def damaged(name: str, reason: str) -> InputError:
    """The refusal of a database that cannot be read."""
    return InputError(
        f"{name} is a damaged SQLite database: {reason}",
        "close its program, copy the file again, or export the coded segments as CSV from it",
    )


class reading:
    """Turn what SQLite says about a database into an `InputError`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (sqlite3.Error, sqlite3.Warning, OverflowError)):
            reason = str(error).partition("\n")[0][:120]
            if reason == "interrupted":
                reason = "it takes too long to read"
            raise damaged(self.name, reason) from None


def close(database: Database) -> closing[sqlite3.Connection]:
    """For a `with` statement: closes the database at its end."""
    return closing(database.connection)


def text(value: object) -> str:
    """A value as text: nothing for NULL, whatever a stranger put in for the rest."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def whole(value: object) -> int | None:
    """A value that should be a whole number, None for any other."""
    return value if isinstance(value, int) else None


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same but for spaces and line breaks."""
    return one == other or "".join(one.split()) == "".join(other.split())


# --- across the border --------------------------------------------------------------------------


def pack(found: Project) -> list[Any]:
    """A project in a form that JSON can hold."""
    return [
        found.file,
        found.platform,
        [[c.id, c.name, list(c.parents), c.description, c.codable] for c in found.codes],
        [[s.id, s.name, s.length, dict(s.variables)] for s in found.sources],
        [
            [s.source, s.code, s.coder, s.start, s.end, s.quotation, s.passage, dict(s.variables)]
            for s in found.segments
        ],
        list(found.coders),
        list(found.notes),
    ]


def _unpacked(found: Sequence[Any], notes: tuple[str, ...]) -> Project:
    file, platform, codes, sources, segments, coders, others = found
    return Project(
        file,
        platform,
        tuple(Code(at, name, tuple(above), *rest) for at, name, above, *rest in codes),
        tuple(Source(*each) for each in sources),
        tuple(Segment(*each) for each in segments),
        tuple(coders),
        (*others, *notes),
    )
