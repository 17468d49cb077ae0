"""Many clients in one go: to each its own files, made of its own rows, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from vested.errors import OutputError, UsageError, VestedError
from vested.formats import Part
from vested.pipeline.batch.clients import (
    Client,
    clients_of_files,
    clients_of_parts,
    survey_files,
)
from vested.pipeline.batch.making import check_options, fingerprint, is_current, recipe_in, recover
from vested.pipeline.batch.project import NAME, Project, read_project
from vested.pipeline.batch.summary import NAME as SUMMARY
from vested.pipeline.batch.summary import summary
from vested.pipeline.batch.workers import Job, Wrong, available, run
from vested.report.files import write_files


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the clients, by name, and what the consultant should be told."""

    done: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: Mapping[str, Wrong]
    """Message and hint."""
    notes: tuple[str, ...]
    summary: Path
    """The overview, for the consultant alone."""


def batch(
    source: Path,
    output: Path,
    *,
    project: Path | None = None,
    by: str | None = None,
    options: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    force: bool = False,
    rows: Callable[[int], None] = lambda rows: None,
    progress: Callable[[int, int, int], None] = lambda done, failed, total: None,
) -> Batch:
    """Make the files of many clients, each from its own rows alone, and an overview of all.

    `source` is a folder with one file per client or, with `by`, a folder or file whose rows belong
    to the clients that this column names. `project` is a project file, `vested.yaml` in the folder
    if not given; `options` go before what it says. What would come out the same is not made again,
    unless `force` says so. `rows` is called with the number of rows as they are taken apart,
    `progress` with the numbers of clients done, failed and in all.

    Raises `VestedError` where the batch as a whole is wrong; what is wrong with one client is told
    in the result, and the others are made.
    """
    settings = _project(source, project)
    by = by or settings.by
    files, notes = survey_files(source, settings)
    if by is None and source.is_file():
        raise UsageError(
            f"{source.name} is one file", "say with --by COLUMN which column names the client"
        )
    if jobs is not None and jobs < 1:
        raise UsageError(f"--jobs {jobs} is below 1", "1 makes one client after the other")
    _check_output(source, output)
    given = {key: value for key, value in (options or {}).items() if value is not None}
    with _held(output, force=force), _private_folder(output) as folder:
        if by is None:
            clients, more = clients_of_files(files, settings, given)
        else:
            clients, more = _taken_apart(files, by, folder, settings, given, rows)
        for client in clients:
            check_options(client)
        failed, unchanged = _make(clients, output, folder, jobs, force, progress)
        write_files({output / SUMMARY: summary(clients, failed, output)}, force=True)
        more += _left(clients, failed, output)
    done = tuple(each.name for each in clients if each.name not in {*failed, *unchanged})
    return Batch(done, unchanged, failed, (*notes, *more), output / SUMMARY)


def _taken_apart(
    files: Sequence[Path],
    by: str,
    folder: Path,
    project: Project,
    given: Mapping[str, Any],
    rows: Callable[[int], None],
) -> tuple[list[Client], list[str]]:
    """The clients that a column names, and notes."""
    from vested.pipeline.batch.splitting import split

    said = {**project.common, **given}
    how = {key: said.get(key) for key in ("encoding", "definition")}
    found = split(files, by, folder, progress=rows, **how)
    clients, notes = clients_of_parts(found.parts, project, given)
    if found.blank:
        notes.append(f"{found.blank:,} rows name no client in column {by}; nobody gets them.")
    return clients, notes


def _make(
    clients: Sequence[Client],
    output: Path,
    folder: Path,
    jobs: int | None,
    force: bool,
    progress: Callable[[int, int, int], None],
) -> tuple[dict[str, Wrong], tuple[str, ...]]:
    """Make what is not there yet; who failed, and of whom nothing changed."""
    failed: dict[str, Wrong] = {}
    unchanged: list[str] = []
    waiting: list[Job] = []
    for client in clients:
        try:
            made_from = fingerprint(client)
        except VestedError as error:
            failed[client.name] = error.message, error.hint
            continue
        if not force and is_current(output / client.folder, made_from):
            unchanged.append(client.name)
        else:
            waiting.append(Job(client, made_from, output))
    done = len(clients) - len(waiting)
    progress(done, len(failed), len(clients))
    with closing(run(waiting, jobs or available(), folder)) as results:
        for client, wrong in results:
            done += 1
            if wrong:
                failed[client.name] = _with_names_of_files(client, wrong)
            progress(done, len(failed), len(clients))
    return dict(sorted(failed.items())), tuple(unchanged)


def _with_names_of_files(client: Client, wrong: Wrong) -> Wrong:
    """What was wrong, for the consultant: of the file that the rows are from."""
    message, hint = wrong
    for part in client.surveys:
        if isinstance(part, Part):
            message = message.replace(part.name, part.origin.name)
    return message, hint


def _left(clients: Sequence[Client], failed: Mapping[str, Wrong], output: Path) -> Iterator[str]:
    """Notes on folders that an earlier batch made, and this one did not."""
    for client in clients:
        if client.name in failed and (output / client.folder).exists():
            yield f"{client.folder} is as an earlier batch left it: {client.name} failed."
    now = {client.folder for client in clients}
    gone = sorted(
        path.name for path in output.iterdir() if path.name not in now and recipe_in(path)
    )
    if gone:
        shown = ", ".join(gone[:5]) + (", …" if len(gone) > 5 else "")
        yield f"{len(gone)} folders are of clients that are not here any more, and stay: {shown}."


def _project(source: Path, given: Path | None) -> Project:
    path = given or (source / NAME if source.is_dir() else source.parent / NAME)
    return read_project(path) if given or path.is_file() else Project()


def _check_output(source: Path, output: Path) -> None:
    """What is written may not be read as a survey the next time, nor take a survey's place."""
    folder, target = source.resolve(), output.resolve()
    if folder in (target, *target.parents) and source.is_dir():
        raise OutputError(f"{output} is in the folder of the surveys", "write to another folder")
    if target in folder.parents and source.is_dir():
        raise OutputError(f"{output} holds the folder of the surveys", "write to another folder")
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output} is a file", "name a folder")
    if not output.parent.is_dir():
        raise OutputError(f"there is no folder {output.parent}", "make the folder first")


@contextmanager
def _held(output: Path, *, force: bool) -> Iterator[None]:
    """Keep the folder for this batch alone, and in order whatever happens.

    Raises `OutputError` where another batch writes to it, or where it holds something else.
    """
    is_new = not output.exists()
    try:
        output.mkdir(mode=0o700, exist_ok=True)
        with _lock(output):
            recover(output)
            names = sorted(path.name for path in output.iterdir())
            ours = not names or SUMMARY in names or any(recipe_in(output / name) for name in names)
            if not ours and not force:
                raise OutputError(
                    f"{output} holds {names[0]}, and nothing that a batch made",
                    "name a new folder, or say --force to write beside it",
                )
            try:
                yield
            finally:
                recover(output)
    except BaseException:
        if is_new:
            with suppress(OSError):
                output.rmdir()  # nothing was made
        raise


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Refuse to work in a folder in which another batch is at work, where the system can tell."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise OutputError(
            f"another batch is writing to {folder}", "wait until it is done"
        ) from None
    finally:
        os.close(handle)


@contextmanager
def _private_folder(output: Path) -> Iterator[Path]:
    """A folder for the parts of clients, which only the owner can read, and which is gone after.

    A batch that was killed could not clear away its own: the next one to the same place does.
    """
    own = sha256(str(output.resolve()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    prefix = f"vested-batch-{own}-"
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
