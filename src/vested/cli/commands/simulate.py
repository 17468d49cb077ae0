"""`vested simulate`: a synthetic survey with known truth."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vested.cli import options
from vested.cli.streams import emit, say

if TYPE_CHECKING:
    import polars as pl


class Answers(StrEnum):
    codes = "codes"
    labels = "labels"


def command(
    instrument: Annotated[
        str,
        typer.Option(
            "--instrument", "-i", metavar="ID-or-FILE", help="Questionnaire that is answered."
        ),
    ] = "vested",
    organisations: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many organisations there are.")
    ] = 20,
    respondents: Annotated[
        str,
        typer.Option(
            metavar="N",
            help="Respondents per organisation: a number, a range like 4-120, or a list like 5,9.",
        ),
    ] = "45",
    icc: Annotated[
        float, typer.Option(help="Share of a facet's variance that is between organisations.")
    ] = 0.25,
    effect: Annotated[
        float, typer.Option(help="Correlation of vested practices with agility and resilience.")
    ] = 0.5,
    true_scores: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV of organisation, measure, score: true scores set by hand.",
            show_default=False,
        ),
    ] = None,
    waves: Annotated[int, typer.Option(min=1, help="How many rounds of measurement.")] = 1,
    shock: Annotated[
        float, typer.Option(help="Points that the second wave costs an average organisation.")
    ] = 0.0,
    missing: Annotated[float, typer.Option(help="Share of items left unanswered.")] = 0.03,
    careless: Annotated[
        float, typer.Option(help="Share of respondents who answer without reading.")
    ] = 0.0,
    inventory: Annotated[
        bool, typer.Option("--inventory", help="Add a technology inventory per organisation.")
    ] = False,
    answers: Annotated[
        Answers, typer.Option(help="Whether answers are written as codes or as labels.")
    ] = Answers.codes,
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the labels.")] = "en",
    truth: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV to write the true scores to.", show_default=False),
    ] = None,
    seed: options.Seed = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="CSV to write the survey to; standard output if not given.",
            show_default=False,
        ),
    ] = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a synthetic survey with known truth."""
    from vested.analysis.simulate import simulate
    from vested.report.files import write_files

    wishes = _wishes(true_scores) if true_scores else {}
    names = list(dict.fromkeys(name for name, _ in wishes))
    made = simulate(
        instrument,
        organisations=names or organisations,
        respondents=_sizes(respondents, len(names) or organisations),
        icc=icc,
        effect=effect,
        true_scores=wishes,
        waves=waves,
        shock=shock,
        missing=missing,
        careless=careless,
        inventory=inventory,
        answers=answers.value,
        language=language,
        seed=seed,
    )
    files = {
        path: _csv(frame)
        for path, frame in ((output, made.answers), (truth, made.truth))
        if path is not None
    }
    write_files(files, force=force)
    if output is None:
        emit(_csv(made.answers))
    say([f"wrote {', '.join(map(str, files))}"] if files else [], quiet=quiet)


def _csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def _sizes(text: str, organisations: int) -> int | list[int]:
    """A number, a range (evenly spread by ratio) or a list of numbers of respondents."""
    from vested.errors import UsageError

    try:
        if "-" in text:
            low, high = (int(part) for part in text.split("-"))
            ratio = (high / low) ** (1 / max(organisations - 1, 1))
            return [round(low * ratio**at) for at in range(organisations)]
        return [int(part) for part in text.split(",")] if "," in text else int(text)
    except (ValueError, ZeroDivisionError):
        raise UsageError(
            f"--respondents {text!r} is no number of respondents", "for example 45, 4-120 or 5,9,30"
        ) from None


def _wishes(path: Path) -> dict[tuple[str, str], float]:
    import csv

    from vested.errors import InputError

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {(row["organisation"], row["measure"]): float(row["score"]) for row in rows}
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "check the path") from None
    except (KeyError, TypeError, ValueError, csv.Error):
        raise InputError(
            f"{path} is no list of true scores",
            "it must be a CSV with the columns organisation, measure and score",
        ) from None
