"""How it was done: a paragraph for a paper, references, and the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

import vested
from vested.analysis.standing.bands import bands_from
from vested.model import in_language
from vested.report.document.model import Block, Paragraph, Points, Section, TableBlock
from vested.report.document.sections.parts import Contents
from vested.report.text import harmless
from vested.table import Column, ResultTable

REFERENCES = {
    "scores": "Cohen, P., Cohen, J., Aiken, L. S., & West, S. G. (1999). The problem of units and "
    "the circumstance for POMP. Multivariate Behavioral Research, 34(3), 315–346.",
    "gate": "James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater "
    "reliability with and without response bias. Journal of Applied Psychology, 69(1), 85–98.",
    "gate_cuts": "LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about "
    "interrater reliability and interrater agreement. Organizational Research Methods, 11(4), "
    "815–852.",
    "ad": "Burke, M. J., & Dunlap, W. P. (2002). Estimating interrater agreement with the "
    "average deviation index: A user's guide. Organizational Research Methods, 5(2), 159–172.",
    "unanimous": "Clopper, C. J., & Pearson, E. S. (1934). The use of confidence or fiducial "
    "limits illustrated in the case of the binomial. Biometrika, 26(4), 404–413.",
    "bootstrap": "Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American "
    "Statistical Association, 82(397), 171–185.",
    "raking": "Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled "
    "frequency table when the expected marginal totals are known. Annals of Mathematical "
    "Statistics, 11(4), 427–444.",
    "trim": "Potter, F. J. (1990). A study of procedures to identify and trim extreme sampling "
    "weights. Proceedings of the Survey Research Methods Section, American Statistical "
    "Association, 225–230.",
    "staff": "Cochran, W. G. (1977). Sampling techniques (3rd ed.). Wiley.",
    "benchmark": "Harrell, F. E., & Davis, C. E. (1982). A new distribution-free quantile "
    "estimator. Biometrika, 69(3), 635–640.",
    "change": "Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect "
    "measures: A general approach. Statistics in Medicine, 27(10), 1693–1702.",
    "ranks": "Mogstad, M., Romano, J. P., Shaikh, A. M., & Wilhelm, D. (2024). Inference for ranks "
    "with applications to mobility across neighbourhoods and academic achievement across "
    "countries. The Review of Economic Studies, 91(1), 476–518.",
    "ranks_pairs": "Dunnett, C. W. (1980). Pairwise multiple comparisons in the unequal variance "
    "case. Journal of the American Statistical Association, 75(372), 796–800.",
    "joint": "Farmer, T., Robinson, K., Elliott, S. J., & Eyles, J. (2006). Developing and "
    "implementing a triangulation protocol for qualitative health research. Qualitative Health "
    "Research, 16(3), 377–394.",
}
"""By what they are cited for; a report lists those of what it did."""
_WEIGHTING = (
    *("organisation", "respondents", "n_effective", "design_effect", "converged", "gap"),
    *("max_min", "trimmed"),
)
_RECIPE = (
    Column("name", "Name", "What was set, or what was used."),
    Column("value", "Value", "To what."),
)


def methods(contents: Contents) -> list[Section]:
    """Paragraphs on the scores, the references, and the recipe."""
    words = contents.words
    texts, cited = _told(contents)
    references = sorted(REFERENCES[name] for name in cited)
    recipe = TableBlock(_recipe(contents), (words("methods.recipe_text"),))
    blocks: list[Block] = [Paragraph(text) for text in texts]
    if "weighting" in contents.report.tables:
        title = words("methods.weighting")
        blocks.append(contents.table("weighting", title, _WEIGHTING))
    closing: tuple[Block, ...] = (
        recipe,
        Paragraph(words("made_with", version=vested.__version__)),
    )
    return [
        Section("methods", words("methods"), tuple(blocks)),
        Section("references", words("methods.references"), (Points(tuple(references)),), 2),
        Section("recipe", words("methods.recipe"), closing, 2),
    ]


def _told(contents: Contents) -> tuple[list[str], list[str]]:
    """What was done, in sentences, and the names of the references for it."""
    words, options, report = contents.words, contents.options, contents.report
    instrument = contents.instrument
    texts = [
        words(
            "methods.instrument",
            name=harmless(in_language(instrument.name, words.language)),
            id=instrument.id,
            version=instrument.version,
        ),
        words("methods.scores"),
        words("methods.intervals", confidence=words.confidence(options["confidence"])),
    ]
    cited = ["scores", "unanimous"]
    if options.get("interval") == "bootstrap":
        texts.append(words("methods.bootstrap", draws=words.number(options["draws"], 0)))
        cited.append("bootstrap")
    scores = report.analysis.scores
    if scores["band"].count():
        texts.append(words("methods.bands", bands=_bands(contents)))
    if scores["rank_low"].count():
        level = words.confidence(options["confidence"])
        texts.append(words("methods.ranks", confidence=level))
        cited += ["ranks", "ranks_pairs"]
    told, more = _on_population(contents)
    texts += told
    cited += more
    minimum = options["min_respondents"]
    hides = "methods.suppression" if minimum > 1 else "methods.suppression_off"
    texts.append(words(hides, minimum=minimum))
    texts.append(words("methods.gate" if options["gate"] == "on" else "methods.gate_off"))
    if options["gate"] == "on":
        cited += ["gate", "gate_cuts", "ad"]
    for name, there in (
        ("benchmark", "benchmark" in report.tables),
        ("change", "change" in report.tables),
        ("joint", report.consolidation is not None),
    ):
        if there:
            texts.append(words(f"methods.{name}"))
            cited.append(name)
    texts.append(_ledger(contents))
    return texts, cited


def _bands(contents: Contents) -> str:
    """The names of the bands and where each begins."""
    found = bands_from(contents.options["bands"])
    return ", ".join(
        f"{contents.words.get(f'band.{name}', harmless(name))} {start:g}"
        for name, start in zip(found.names, (0.0, *found.cuts), strict=True)
    )


def _on_population(contents: Contents) -> tuple[list[str], list[str]]:
    """What was done for the population behind the respondents, and the references for it."""
    words, options = contents.words, contents.options
    texts, cited = [], []
    if options["weight"]:
        texts.append(words("methods.weights"))
    if options["population"]:
        texts.append(words("methods.population"))
        cited.append("raking")
    if options["trim"]:
        texts.append(words("methods.trim", trim=words.number(options["trim"])))
        cited.append("trim")
    if options["headcount"]:
        texts.append(
            words(
                "methods.headcount",
                low=words("column.ci_low"),
                high=words("column.ci_high"),
                staff_low=words("column.fpc_low"),
                staff_high=words("column.fpc_high"),
            )
        )
        cited.append("staff")
    return texts, cited


def _ledger(contents: Contents) -> str:
    """How many rows were read, used and set aside, and for which reasons."""
    rows = contents.report.analysis.ledger.filter(pl.col("unit") == "row")
    counts = {stage: int(rows.filter(pl.col("stage") == stage)["count"].sum())
              for stage in ("read", "used")}  # fmt: skip
    aside = rows.filter(pl.col("stage") == "set aside")
    if not aside.height:
        return contents.words("methods.ledger", **counts)
    reasons = ", ".join(
        f"{count} {contents.words.get(f'reason.{reason}', harmless(reason))}"
        for reason, count in aside.select("reason", "count").rows()
    )
    return contents.words("methods.ledger_aside", reasons=reasons, **counts)


def _recipe(contents: Contents) -> ResultTable:
    """Options that were set, versions, and the files with their hashes."""
    report, words = contents.report, contents.words
    rows = [("vested", vested.__version__)]
    rows += [(f"{name}", str(value)) for name, value in report.recipe["versions"].items()]
    instrument = report.recipe["instrument"]
    rows += [("instrument", f"{instrument['id']} {instrument['version']}")]
    rows += [("instrument sha256", instrument["sha256"])]
    rows += [
        (name, _plain(value))
        for name, value in report.recipe["options"].items()
        if value and name != "items"
    ]
    for given in report.inputs:
        rows.append((harmless(str(given["file"])), f"sha256 {given['sha256']}"))
    columns = tuple(map(contents.column, _RECIPE))
    frame = pl.DataFrame(rows, {"name": pl.String, "value": pl.String}, orient="row")
    return ResultTable("recipe", words("methods.recipe"), columns, frame)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(each)}" for name, each in value.items() if each)
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    return harmless(str(value))
