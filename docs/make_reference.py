"""Write docs/reference from the code, or with --check say whether it still says what the code does.

Usage: python docs/make_reference.py [--check]
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import vested
import vested.stats
from vested.analysis import inspect as inspection
from vested.analysis import ledger, scores, technology
from vested.analysis.evidence import aggregation, agreement, items, reliability
from vested.formats import READERS
from vested.instruments import bundled, load_instrument
from vested.instruments.display import schema_text
from vested.instruments.families import family, missing_labels, missing_sources, names
from vested.model import in_language
from vested.platforms import PLATFORMS
from vested.platforms.definitions import KINDS
from vested.questionnaire import TARGETS
from vested.report import FORMATS
from vested.table import Column

FOLDER = Path(__file__).parent / "reference"
SCHEMA = Path(vested.__file__).parent / "instruments" / "instrument.schema.json"
COMMANDS = (
    (),
    ("analyse",),
    ("inspect",),
    ("evidence",),
    ("explain",),
    ("instrument",),
    *(("instrument", word) for word in ("list", "show", "validate", "draft", "export", "schema")),
    ("simulate",),
)
NOTE = "<!-- Made by docs/make_reference.py from the code; change it there. -->\n"


def commands() -> str:
    """What each command says with --help."""
    text = "# Commands\n"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    for command in COMMANDS:
        shown = subprocess.run(
            [sys.executable, "-m", "vested", *command, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        shown = shown.replace("python -m vested", "vested").replace("__main__.py", "vested")
        lines = [line.rstrip() for line in shown.strip().splitlines()]
        text += f"\n## vested {' '.join(command)}".rstrip() + "\n\n```text\n"
        text += "\n".join(lines) + "\n```\n"
    return text


def tables() -> str:
    """The columns of the result tables."""
    text = "# Result tables\n"
    for name, columns in (
        ("scores", scores.COLUMNS),
        ("ledger", ledger.COLUMNS),
        ("technology", technology.COLUMNS),
        ("items (evidence)", items.COLUMNS),
        ("missing (evidence)", items.REASONS),
        ("reliability (evidence)", reliability.COLUMNS),
        ("weights (evidence)", reliability.WEIGHTS),
        ("agreement (evidence)", agreement.COLUMNS),
        ("aggregation (evidence)", aggregation.COLUMNS),
        ("files (inspect)", inspection.FILES),
        ("columns (inspect)", inspection.COLUMNS),
        ("items (inspect)", inspection.ITEMS),
        ("suggestions (inspect)", inspection.SUGGESTIONS),
    ):
        text += f"\n## {name}\n\n| column | what it says |\n| --- | --- |\n"
        text += "".join(_row(column) for column in columns)
    return text


def _row(column: Column) -> str:
    return f"| `{column.key}` | {column.explain} |\n"


def formats() -> str:
    """What can be read and written."""
    text = "# Formats\n\n## Read\n\n"
    for name, module in READERS.items():
        text += f"- **{name}**: {_summary(module)}\n"
    text += "\n## Platforms\n\nIn the order in which they are asked whether a file is theirs.\n\n"
    text += "| platform | what is known of its exports | how to |\n| --- | --- | --- |\n"
    for name, module in PLATFORMS.items():
        page = Path(f"../how-to/export-from-{module.rpartition('.')[2].replace('_', '-')}.md")
        link = f"[page]({page.as_posix()})" if (FOLDER / page).exists() else ""
        text += f"| {name} | {_summary(module)} | {link} |\n"
    text += "\n## Definitions (`--definition`)\n\n"
    text += "".join(f"- {kind}: {_summary(module)}\n" for kind, module in KINDS.items())
    text += "\n## Questionnaires out (`vested instrument export --to`)\n\n"
    text += "".join(f"- `{name}`: {_summary(t.module)}\n" for name, t in TARGETS.items())
    text += "\n## Written\n\n| `--format` | suffix | what it is |\n| --- | --- | --- |\n"
    for name, form in FORMATS.items():
        text += f"| `{name}` | `{form.suffix}` | {_summary(form.module)} |\n"
    return text


def _summary(module: str) -> str:
    return (importlib.import_module(module).__doc__ or "").splitlines()[0]


def statistics() -> str:
    """The docstrings of the functions in vested.stats."""
    text = "# Statistics\n\nEach is a function on arrays in `vested.stats`.\n"
    names = (
        entry.name.removeprefix("vested.stats.")
        for entry in pkgutil.walk_packages(vested.stats.__path__, "vested.stats.")
    )
    for module in sorted(names):
        loaded = importlib.import_module(f"vested.stats.{module}")
        summary = (loaded.__doc__ or "").strip()
        text += f"\n## {module}\n\n{summary}\n"
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if function.__module__ != loaded.__name__ or name.startswith("_"):
                continue
            text += f"\n### {name}\n\n```text\n{inspect.getdoc(function)}\n```\n"
    return text


def instruments() -> str:
    """The measures and items of the bundled instruments."""
    text = (
        "# Instruments\n\nAll texts in all languages: `vested instrument show ID --format json`.\n"
    )
    for name in bundled():
        instrument = load_instrument(name)
        text += f"\n## {instrument.id} {instrument.version}\n\n{in_language(instrument.about)}\n"
        text += "\n| measure | kind | of | name |\n| --- | --- | --- | --- |\n"
        for measure in instrument.measures:
            of = ", ".join(measure.of)
            text += f"| `{measure.id}` | {measure.kind} | {of} | {in_language(measure.name)} |\n"
        text += "\n| item | statement | reversed | source |\n| --- | --- | --- | --- |\n"
        for item in instrument.items:
            turned = "reversed" if item.reversed else ""
            text += f"| `{item.id}` | {in_language(item.text)} | {turned} | {item.source} |\n"
        text += "\nSources:\n\n"
        text += "".join(f"- {key}: {source}\n" for key, source in instrument.references.items())
        text += "\nValidation still owed:\n\n"
        text += "".join(f"- {in_language(entry)}\n" for entry in instrument.validation)
    return text


def scale_families() -> str:
    """The response labels that a scale can take from a family."""
    text = "# Scale families\n\n"
    text += (
        "Response labels that a scale of an instrument takes with `family` and `points` "
        "([how](../how-to/use-your-own-questionnaire.md#take-the-labels-from-a-family)). "
        "What else is read as each label is shown by `vested instrument show FILE --language CODE`."
        "\n"
    )
    for name in names():
        known = family(name)
        text += f"\n## {name}\n\n| points | language | labels, from low to high |\n"
        text += "| --- | --- | --- |\n"
        for points, labels in known.labels.items():
            for language, row in labels.items():
                text += f"| {points} | {language} | {' · '.join(row)} |\n"
        text += "\nFound in:\n\n"
        text += "".join(f"- {language}: {source}\n" for language, source in known.sources.items())
    text += "\n## No answer\n\nEvery family has these labels for no answer.\n"
    text += "\n| language | labels |\n| --- | --- |\n"
    text += "".join(
        f"| {language} | {' · '.join(row)} |\n" for language, row in missing_labels().items()
    )
    text += "\nFound in:\n\n"
    text += "".join(f"- {language}: {source}\n" for language, source in missing_sources().items())
    return text


def main() -> int:
    pages = {
        FOLDER / f"{page.__name__.replace('_', '-')}.md": NOTE + page()
        for page in (commands, tables, formats, statistics, instruments, scale_families)
    }
    pages[SCHEMA] = schema_text()
    if "--check" not in sys.argv:
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [
        path.name
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if stale:
        print(f"out of date: {', '.join(stale)}; run python docs/make_reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
