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
from collections.abc import Collection, Mapping
from pathlib import Path
from types import FunctionType

import vested
import vested.stats
from vested.analysis import consolidate, intervals, interviews, ledger, scores, technology
from vested.analysis import inspect as inspection
from vested.analysis.benchmark import check, norms
from vested.analysis.benchmark import comparison as beside
from vested.analysis.compare import change, claims, groups, paradoxes, robustness, services, waves
from vested.analysis.disclosure import account
from vested.analysis.evidence import (
    aggregation,
    agreement,
    comparison,
    items,
    models,
    reliability,
    responses,
    screening,
    structure,
)
from vested.analysis.explain import Explanation, explanations
from vested.analysis.interviews import coders, phases, saturation, transcripts
from vested.analysis.interviews import evidence as spoken
from vested.analysis.interviews import inspect as coded
from vested.analysis.population import weighting
from vested.formats import READERS
from vested.instruments import bundled, load_instrument
from vested.instruments.display import schema_text
from vested.instruments.families import family, missing_labels, missing_sources, names
from vested.model import in_language
from vested.pipeline import verify
from vested.pipeline.batch.summary import COLUMNS as CLIENTS
from vested.platforms import PLATFORMS
from vested.platforms.definitions import KINDS
from vested.platforms.qda import PLATFORMS as QDA
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
    ("interviews",),
    ("consolidate",),
    ("compare",),
    ("batch",),
    ("explain",),
    ("benchmark",),
    *(("benchmark", word) for word in ("build", "check", "show")),
    ("instrument",),
    *(("instrument", word) for word in ("list", "show", "validate", "draft", "export", "schema")),
    ("simulate",),
    ("demo",),
    ("verify",),
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


EVIDENCE = {
    "quality": screening.QUALITY,
    "screening": screening.SCREENING,
    "comparison": comparison.COLUMNS,
    "items": items.COLUMNS,
    "missing": items.REASONS,
    "reliability": reliability.COLUMNS,
    "weights": reliability.WEIGHTS,
    "agreement": agreement.COLUMNS,
    "gate": agreement.GATE,
    "agreed": agreement.SUMMARY,
    "aggregation": aggregation.COLUMNS,
    "components": aggregation.COMPONENTS,
    "suitability": structure.SUITABILITY,
    "eigenvalues": structure.EIGENVALUES,
    "loadings": structure.LOADINGS,
    "models": models.MODELS,
    "model_loadings": models.MODEL_LOADINGS,
    "discriminant": models.DISCRIMINANT,
    "invariance": models.INVARIANCE,
    "graded": responses.GRADED,
    "differential": responses.DIFFERENTIAL,
}
"""The tables of `vested evidence`, but for the ledger, which other commands have as well."""

INTERVIEWS = {
    "evidence": spoken.COLUMNS,
    "coders": coders.COLUMNS,
    "saturation": saturation.COLUMNS,
    "phases": phases.PHASES,
    "shock": phases.SHOCK,
    "codes": interviews.CODES,
    "sources": interviews.SOURCES,
    "ledger": interviews.LEDGER,
    "quotations": interviews.QUOTATIONS,
}
"""The tables of `vested interviews`; quotations are written to a file of their own."""

CLAIMED = {
    "claims": claims.CLAIMS,
    "mediation": claims.MEDIATION,
    "within_between": claims.WITHIN_BETWEEN,
    "common_method": claims.COMMON_METHOD,
    "power": claims.POWER,
}
"""The tables of `vested compare --claims`; the wave only where waves are told apart."""

CONSOLIDATION = {
    "display": consolidate.DISPLAY,
    "profiles": consolidate.PROFILES,
    "completeness": consolidate.COMPLETENESS,
    "literature": consolidate.LITERATURE,
}

COMPARE = {
    "groups": groups.GROUPS,
    "group_tests": groups.TESTS,
    "change": change.COLUMNS,
    "shock": waves.SHOCK,
    "service_levels": services.COLUMNS,
    "service_courses": services.COURSES,
    "paradoxes": paradoxes.MAP,
    "congruence": paradoxes.CONGRUENCE,
    "robustness": robustness.ROBUSTNESS,
    "stability": robustness.STABILITY,
    "sobol": robustness.SOBOL,
    "leave_out": robustness.LEAVE_OUT,
    "effective_weights": robustness.EFFECTIVE,
}
"""The tables of `vested compare`, but for the ledger."""


def tables() -> str:
    """The columns of the result tables."""
    text = "# Result tables\n"
    for name, columns in (
        ("scores", (*scores.COLUMNS, intervals.INTERVAL)),
        ("weighting (analyse --population)", weighting.COLUMNS),
        ("disclosure (analyse --disclosure-report)", account.COLUMNS),
        ("ledger", ledger.COLUMNS),
        ("technology", technology.COLUMNS),
        ("norms (benchmark)", norms.COLUMNS),
        ("benchmark (analyse --benchmark)", beside.COLUMNS),
        ("moved (benchmark check)", check.COLUMNS),
        ("differences (verify)", verify.COLUMNS),
        *((f"{name} (evidence)", columns) for name, columns in EVIDENCE.items()),
        *((f"{name} (interviews)", columns) for name, columns in INTERVIEWS.items()),
        *((f"{name} (consolidate)", columns) for name, columns in CONSOLIDATION.items()),
        *((f"{name} (compare)", columns) for name, columns in CLAIMED.items()),
        *((f"{name} (compare)", columns) for name, columns in COMPARE.items()),
        ("summary (batch)", CLIENTS),
        ("files (inspect)", inspection.FILES),
        ("columns (inspect)", inspection.COLUMNS),
        ("items (inspect)", inspection.ITEMS),
        ("suggestions (inspect)", inspection.SUGGESTIONS),
        ("files (inspect, coded interviews)", coded.FILES),
        ("suggestions (inspect, coded interviews)", coded.SUGGESTIONS),
        ("speakers (inspect, transcripts)", transcripts.SPEAKERS),
        ("totals (inspect, transcripts)", transcripts.TOTALS),
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
    text += "\n## Coded interviews\n\nIn the order in which they are asked whether a file is "
    text += "theirs; [how to](../how-to/bring-in-coded-interviews.md).\n\n"
    text += "".join(f"- {name}: {_summary(module)}\n" for name, module in QDA.items())
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
    """Each statistic by topic, with a link to its page."""
    text = "# Statistics\n\nEach page says what a number is, how to read it and where it misleads, "
    text += "as `vested explain NAME` does, and shows the functions of `vested.stats` behind it. "
    text += "[Evidence](../explanation/evidence.md) tells which to look at first.\n"
    topic = ""
    for each in explanations():
        if each.topic != topic:
            topic = each.topic
            text += f"\n## {topic.capitalize()}\n\n"
        summary = f"{each.what.partition('. ')[0].strip().removesuffix('.')}."
        text += f"- [{each.name}](statistics/{each.id}.md): {summary}\n"
    return text + f"\n## The rest\n\n- [Other functions]({OTHERS}): {OTHERS_SAY}\n"


OTHERS = "statistics/other-functions.md"
OTHERS_SAY = "what helps to compute the above, and what is not explained yet."


def statistic_pages() -> dict[str, str]:
    """A page for each explanation, and one for the functions that none of them names."""
    functions = public_functions()
    pages = {f"statistics/{each.id}.md": statistic(each, functions) for each in explanations()}
    named = {name for each in explanations() for name in each.functions}
    text = f"# Other functions\n\n{INDEX}In `vested.stats`: {OTHERS_SAY}\n"
    module = ""
    for name, function in functions.items():
        if name in named:
            continue
        if function.__module__ != module:
            module = function.__module__
            text += f"\n## {module}\n\n{inspect.getdoc(sys.modules[module])}\n"
        text += _shown(name, function)
    return {**pages, OTHERS: text}


INDEX = "[All statistics](../statistics.md)\n\n"
RECALLED = "quoted from general knowledge, not looked up"


def statistic(each: Explanation, functions: Mapping[str, FunctionType]) -> str:
    """What `vested explain` says, and the docstrings of the functions behind it."""
    also = ", ".join(f"`{alias}`" for alias in each.aliases)
    text = f"# {each.name}\n\n{INDEX}{each.what.strip()}\n\n"
    text += f"In the program: `vested explain {each.id}`. Also known as {also}.\n"
    text += f"\n## Formula\n\n```text\n{each.formula}\n```\n\n## How to read it\n\n"
    for reading in each.reading:
        recalled = f"; {RECALLED}" if reading.recalled else ""
        text += f"- {reading.rule} [{reading.source}{recalled}]\n"
    text += f"\n## Where it misleads\n\n{each.misleads.strip()}\n\n## Source\n\n"
    text += each.source[0].upper() + each.source[1:] + (f" [{RECALLED}]" if each.recalled else "")
    text += ".\n\n## Functions\n"
    if not each.functions:
        text += "\nNone in `vested.stats`: it is a rule of the program itself.\n"
    modules = []
    for name in each.functions:
        text += _shown(name, functions[name])
        modules.append(functions[name].__module__)
    for module in dict.fromkeys(modules):
        summary, _, rest = (inspect.getdoc(sys.modules[module]) or "").partition("\n")
        if rest.strip():  # what holds for all functions in it
            text += f"\n### {module}\n\n```text\n{summary}\n{rest}\n```\n"
    return text


def public_functions() -> dict[str, FunctionType]:
    """The functions of vested.stats by their dotted names below it, module by module."""
    found = {}
    for entry in pkgutil.walk_packages(vested.stats.__path__, "vested.stats."):
        module = importlib.import_module(entry.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == entry.name and not name.startswith("_"):
                found[f"{entry.name.removeprefix('vested.stats.')}.{name}"] = function
    return found


def _shown(name: str, function: FunctionType) -> str:
    text = f"{_signature(function)}\n\n{inspect.getdoc(function)}"
    return f"\n### {name}\n\n```text\n{text}\n```\n"


class _Plain(str):
    """An annotation that is shown without quotation marks."""

    __slots__ = ()
    __repr__ = str.__str__


def _signature(function: FunctionType) -> str:
    """A function's name, parameters and result; a parameter a line where one line is too long."""
    signature = inspect.signature(function)
    parameters = [
        parameter.replace(annotation=_Plain(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    result = _Plain(signature.return_annotation)
    shown = function.__name__ + str(inspect.Signature(parameters, return_annotation=result))
    if len(shown) <= 100:
        return shown
    lines = [f"    {parameter}," for parameter in parameters]
    keywords = sum(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters)
    if keywords:
        lines.insert(len(lines) - keywords, "    *,")
    return "\n".join([f"{function.__name__}(", *lines, f") -> {result!r}"])


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


def leftovers(pages: Collection[Path], folder: Path) -> list[Path]:
    """Pages in a folder that is made as a whole which are not made any more."""
    return sorted(set(folder.glob("*.md")) - set(pages))


def main() -> int:
    pages = {
        FOLDER / f"{page.__name__.replace('_', '-')}.md": NOTE + page()
        for page in (commands, tables, formats, statistics, instruments, scale_families)
    }
    pages |= {FOLDER / name: NOTE + text for name, text in statistic_pages().items()}
    pages[SCHEMA] = schema_text()
    left = leftovers(pages, FOLDER / "statistics")
    if "--check" not in sys.argv:
        (FOLDER / "statistics").mkdir(exist_ok=True)
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        for path in left:
            path.unlink()
        return 0
    stale = [
        path.name
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    stale += [f"{path.name} (not made any more)" for path in left]
    if stale:
        print(f"out of date: {', '.join(stale)}; run python docs/make_reference.py")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
