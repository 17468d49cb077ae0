"""A first instrument file from a file: an export, a definition, or both."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from pathlib import Path

from vested.errors import InputError
from vested.formats import open_table
from vested.platforms import unwrap
from vested.platforms.definitions import Definition, definition_in, described, read_definition
from vested.survey.draft import draft


def draft_instrument(
    survey: str | Path,
    *,
    definition: str | Path | None = None,
    encoding: str | None = None,
) -> str:
    """The YAML text of a first instrument file, for its author to go on with.

    `survey` is an export, or itself a definition; `definition` adds the questionnaire to an export.
    Raises `InputError` where nothing in them looks like a closed question on an ordinal scale.
    """
    name = Path(survey).name.partition(".")[0]
    known: Definition | None = None
    if definition is not None:
        known = read_definition(definition)
    elif Path(survey).is_file():
        with suppress(InputError):  # what reading it as an export says is nearer to the point
            known = definition_in(survey)
        if known is not None:
            return draft(None, known, name)
    with ExitStack() as stack:
        export = unwrap(open_table(survey, encoding, stack))
        return draft(described(export, known) if known else export, known, name)
