"""`vested instrument`: list, show, validate and export questionnaires."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vested.cli.commands.instrument import draft, export
from vested.cli.streams import emit

app = typer.Typer(
    help="List, show, validate and export questionnaires.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class Form(StrEnum):
    text = "text"
    json = "json"
    yaml = "yaml"


Name = Annotated[
    str, typer.Argument(metavar="ID-or-FILE", help="A bundled instrument or a YAML file.")
]


@app.command("list")
def list_() -> None:
    """List the bundled instruments."""
    from vested.instruments import bundled, load_instrument
    from vested.model import in_language

    for name in bundled():
        instrument = load_instrument(name)
        typer.echo(
            f"{instrument.id:<14} {instrument.version:<5} {len(instrument.items):>3} items  "
            f"{','.join(instrument.languages):<12} {in_language(instrument.name)}"
        )


@app.command()
def show(
    name: Name,
    form: Annotated[Form, typer.Option("--format", "-f", help="Form of the answer.")] = Form.text,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="Language of the texts.")
    ] = "en",
) -> None:
    """Show a whole instrument: its items, scales and measures."""
    from vested.instruments import load_instrument, source_of
    from vested.instruments.display import as_json, as_text

    instrument = load_instrument(name)
    if form is Form.yaml:
        emit(source_of(name).read_bytes())
    elif form is Form.json:
        typer.echo(as_json(instrument))
    else:
        typer.echo(as_text(instrument, language))


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Instrument files to check.")],
) -> None:
    """Check that instrument files are right."""
    from vested.instruments import load_instrument

    for path in files:
        instrument = load_instrument(path)
        typer.echo(
            f"{path.name}: right. {len(instrument.items)} items, "
            f"{len(instrument.measures)} measures, languages {', '.join(instrument.languages)}."
        )


@app.command()
def schema() -> None:
    """Print the JSON Schema of instrument files, for editors."""
    from vested.instruments.display import schema_text

    typer.echo(schema_text(), nl=False)


app.command("draft")(draft.command)
app.command("export")(export.command)
