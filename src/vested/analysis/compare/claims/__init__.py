"""The propositions: do vested practices go with speed and with resilience, over organisations?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from vested.analysis.compare.claims.checks import Check, common_method, effects, powers
from vested.analysis.compare.claims.claim import check_marker, claims_of
from vested.analysis.compare.claims.ground import grounds
from vested.analysis.compare.claims.mediation import mediated
from vested.analysis.compare.claims.rows import SPLITS, How, tested
from vested.analysis.compare.claims.words import closing, told
from vested.analysis.surveys import Surveys
from vested.table import Column, ResultTable

if TYPE_CHECKING:
    from vested.analysis.compare import Part, Wanted
    from vested.analysis.compare.people import People

_WAVE = Column("wave", "Wave", "The round of measurement, where --wave is given.")
_HYPOTHESIS = Column("hypothesis", "Claim", "H1a, H1b, H2 and H3, or C1 and so on with --claim.")
_CAUSE = Column("cause", "Cause", "The measure that is thought to come first.")
_OUTCOME = Column("outcome", "Outcome", "The measure that is thought to follow.")
_LOW = Column("ci_low", "Low", "Lower end of its confidence interval.")
_HIGH = Column("ci_high", "High", "Upper end of its confidence interval.")
_BOOT = (
    Column("boot_low", "Boot. low", "Lower end of its percentile interval from 2,000 draws of "
           "organisations, each with its respondents (cluster bootstrap); from 10 organisations "
           "on, reliable from about 20 on."),
    Column("boot_high", "Boot. high", "Upper end."),
)  # fmt: skip
_N = Column("organisations", "n", "Organisations that it rests on.", 0)
_OUT = Column("left_out", "Left out", "Organisations that answered and could not be used.", 0)
_REASON = Column("reason", "Reason", "Why a number is missing, or what was done to it.")

CLAIMS = (
    _WAVE, _HYPOTHESIS, _CAUSE, _OUTCOME,
    Column("method", "Method", "pearson, spearman, ols (slope, HC3), partial (for --by and size), "
           "split (halves of the respondents), marker; _corrected: for unreliability."),
    Column("estimate", "Estimate", "The correlation; for ols points of outcome per one of cause."),
    _LOW, _HIGH, *_BOOT,
    Column("p", "p",
           "Of no such correlation over organisations; not adjusted for the number of claims.", 3),
    _N, _OUT,
    Column("splits_low", "Splits low", f"Lower end of the middle part of {SPLITS} random splits."),
    Column("splits_high", "Splits high", "Its upper end: the luck of the draw, no interval."),
    Column("reliability_cause", "Rel. cause", "ICC(2) of the means that were correlated."),
    Column("reliability_outcome", "Rel. outcome", "The same for the outcome."),
    Column("controls", "Controls", "What was held fast, or the marker."),
    _REASON,
)  # fmt: skip
MEDIATION = (
    _WAVE, _HYPOTHESIS, _CAUSE,
    Column("mediator", "Mediator", "The measure that is thought to carry part of it."),
    _OUTCOME,
    Column("method", "Method", "naive: scores as they are; split: without what respondents share."),
    Column("a", "a", "Slope of the mediator on the cause."),
    Column("b", "b", "Slope of the outcome on the mediator, the cause held fast."),
    Column("indirect", "a·b", "The indirect path."),
    Column("ci_low", "Low", "Lower end of its percentile bootstrap interval over organisations."),
    Column("ci_high", "High", "Upper end."),
    Column("direct", "Direct", "Slope of the outcome on the cause, the mediator held fast."),
    Column("total", "Total", "Slope of the outcome on the cause: a·b + direct."),
    Column("sobel_se", "Sobel SE", "Standard error of a·b for large samples."),
    Column("sobel_z", "Sobel z", "a·b over it."),
    Column("sobel_p", "Sobel p", "Its p; rough below some 50 organisations.", 3),
    _N, _OUT, _REASON,
)  # fmt: skip
WITHIN_BETWEEN = (
    _WAVE, _HYPOTHESIS, _CAUSE, _OUTCOME,
    Column("effect", "Effect", "within organisations, between them, contextual (the difference)."),
    Column("estimate", "Slope", "Points of the outcome per point of the cause."),
    Column("se", "SE", "Its standard error."),
    _LOW, _HIGH, *_BOOT,
    Column("p", "p", "Of no such slope.", 3),
    Column("df", "df", "Degrees of freedom.", 0),
    _N,
    Column("respondents", "Respondents", "Those who have both scores.", 0),
    _REASON,
)  # fmt: skip
COMMON_METHOD = (
    _WAVE,
    Column("check", "Check", "harman: share of the first component of all items; latent method: "
           "share of the variance of items within organisations that a factor common to all of "
           "them accounts for; marker: the smaller of its correlations with the two."),
    Column("measures", "Of", "What it is about."),
    Column("estimate", "Value", "The share, or the correlation over organisations."),
    Column("limit", "Limit", "Below which Harman's share should lie; a screen, no test."),
    Column("passed", "Passed", "Whether it does."),
    Column("cfi", "CFI", "Fit of the factor model of facets with the method factor."),
    Column("cfi_gain", "CFI gain", "How much higher that is than without it."),
    Column("chi_square", "χ² difference", "How much better the model fits, at 1 degree of "
           "freedom."),
    Column("p", "p", "Of no method factor, as if respondents' answers were normal.", 3),
    _N,
    Column("respondents", "Respondents", "Those of these organisations.", 0),
    _REASON,
)  # fmt: skip
POWER = (
    _WAVE, _HYPOTHESIS, _CAUSE, _OUTCOME, _N,
    Column("smallest", "Smallest r", "What is found with 80 % power, two-sided at .05."),
    Column("for_50", "n for .50", "Organisations that it takes to find r = .50 so.", 0),
    Column("for_40", "n for .40", "The same for .40.", 0),
    Column("for_30", "n for .30", "The same for .30.", 0),
    _REASON,
)  # fmt: skip

_TEXT = {
    "wave", "hypothesis", "cause", "mediator", "outcome", "method", "controls", "reason", "effect",
    "check", "measures",
}  # fmt: skip
_WHOLE = {"organisations", "left_out", "respondents", "df", "for_50", "for_40", "for_30"}


def claims_part(read: Surveys, people: People, wanted: Wanted) -> Part:
    """The claims put to the test, over organisations, wave by wave."""
    instrument = read.instrument
    claims = claims_of(instrument, wanted.claims or ())
    if wanted.marker is not None:
        check_marker(instrument, wanted.marker, claims)
    how = How(wanted.by, wanted.confidence, wanted.seed, wanted.marker)
    tables: dict[str, list[tuple[object, ...]]] = {name: [] for name, _, _ in _TABLES}
    sentences: list[str] = []
    checks: list[Check] = []
    pairs = [claim for claim in claims if len(claim.path) == 2]
    chains = [claim for claim in claims if len(claim.path) == 3]
    for ground in grounds(read, people, wanted.min_respondents, wanted.confidence):
        rows = [row for claim in pairs for row in tested(claim, ground, how)]
        found = [row for claim in chains for row in mediated(claim, ground, how)]
        slopes = [row for claim in pairs for row in effects(claim, ground, how)]
        power, own = powers(rows), common_method(claims, ground, instrument, how)
        made: Sequence[Sequence[tuple[object, ...]]] = (rows, found, slopes, own, power)
        for name, of_wave in zip(tables, made, strict=True):
            tables[name] += [(ground.wave, *row) for row in of_wave]
        checks += own
        before = f"Wave {ground.wave}, " if wanted.wave else ""
        sentences += [before + text for text in told(rows, found, power, instrument, how)]
    with_wave = wanted.wave is not None
    given = [
        _table(name, title, columns, tables[name], with_wave=with_wave)
        for name, title, columns in _TABLES
        if tables[name]
    ]
    return given, [*sentences, *closing(checks, instrument)]


_TABLES = (
    ("claims", "Claims", CLAIMS),
    ("mediation", "Mediation", MEDIATION),
    ("within_between", "Within and between organisations", WITHIN_BETWEEN),
    ("common_method", "Common method", COMMON_METHOD),
    ("power", "Power", POWER),
)


def _table(
    name: str, title: str, columns: Sequence[Column], rows: Sequence[tuple[object, ...]], *,
    with_wave: bool,
) -> ResultTable:  # fmt: skip
    """The rows as a table, NaN as missing; the wave only where waves are told apart."""
    schema: dict[str, Any] = {column.key: _kind(column.key) for column in columns}
    frame = pl.DataFrame(rows, schema=schema, orient="row").fill_nan(None)
    used = columns if with_wave else columns[1:]
    return ResultTable(name, title, tuple(used), frame.select(column.key for column in used))


def _kind(key: str) -> Any:
    if key in _TEXT:
        return pl.String
    if key == "passed":
        return pl.Boolean
    return pl.Int64 if key in _WHOLE else pl.Float64
