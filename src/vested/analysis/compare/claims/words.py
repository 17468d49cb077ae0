"""What the tests of the claims come to, in plain sentences: what goes together, never why."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from vested.analysis.compare.claims.checks import LATENT, Check, Power
from vested.analysis.compare.claims.claim import name_of
from vested.analysis.compare.claims.mediation import Path
from vested.analysis.compare.claims.rows import SPLITS, How, Row
from vested.model import Instrument

Name = Callable[[str], str]


def told(
    rows: Sequence[Row], found: Sequence[Path], powers: Sequence[Power], instrument: Instrument,
    how: How,
) -> list[str]:  # fmt: skip
    """One sentence or two per hypothesis."""
    sentences = []
    for power in powers:
        key = (power.hypothesis, power.cause, power.outcome)
        own = {row.method: row for row in rows if row[:3] == key}
        sentences.append(_claim(own, power, lambda name: name_of(instrument, name), how))
    by_claim: dict[str, dict[str, Path]] = {}
    for path in found:
        by_claim.setdefault(path.hypothesis, {})[path.method] = path
    for own_paths in by_claim.values():
        sentences.append(_path(own_paths, lambda name: name_of(instrument, name), how))
    return sentences


def closing(checks: Sequence[Check], instrument: Instrument) -> list[str]:
    """What holds for all of them."""
    sentences = []
    for check in checks:
        if check.passed is False and check.estimate is not None:
            sentences.append(
                f"Harman's screen: one component has {100 * check.estimate:.0f} % of the variance "
                "of the items, so much that a common way of answering may be behind it."
            )
        if check.check == LATENT and check.estimate is not None and not check.reason:
            sentences.append(
                "A factor that is common to all items, whatever they are about, has "
                f"{100 * check.estimate:.0f} % of their variance within organisations "
                f"({_p(check.p)}; CFI {number(check.cfi, 3)} with it, "
                f"{number(check.cfi_gain, 3)} more than without)."
            )
    sentences.append(
        "What goes together in one survey does not show what brings it about, and what all "
        "respondents of an organisation share, such as its fame, is in both halves."
    )
    if not instrument.validated:
        sentences.append(
            f"{instrument.id} is not yet validated: the measures are its own way of putting these "
            "ideas into numbers."
        )
    return sentences


def _claim(own: dict[str, Row], power: Power, name: Name, how: How) -> str:
    split, naive = own.get("split"), own["pearson"]
    head, x, y = power.hypothesis, name(power.cause), name(power.outcome)
    if naive.estimate is None or math.isnan(naive.estimate):
        return f"{head}: whether organisations higher on {x} are higher on {y} cannot be told: " + (
            f"{naive.reason}."
        )
    whole = f"r = {number(naive.estimate)} ({_interval(naive, how)}, {_p(naive.p)})"
    if split is None or split.estimate is None or math.isnan(split.estimate):
        text = f"{head}: among {naive.organisations} organisations, {_tendency(naive, x, y, how)}: "
        text += f"{whole} where the same respondents judge both. How much of it is their way of "
        text += f"answering cannot be told: {split.reason if split else 'no halves'}."
        return text + _power(power)
    text = f"{head}: among {split.organisations} organisations, {_tendency(split, x, y, how)}: "
    text += f"r = {number(split.estimate)} between one half of their respondents on the first and "
    text += f"the other half on the second ({_interval(split, how)}, {_p(split.p)}; "
    text += f"{_share(how)} of {SPLITS} splits {number(split.splits_low)} to "
    text += f"{number(split.splits_high)}). Where the same respondents judge both, {whole}."
    return text + _power(power)


def _tendency(row: Row, x: str, y: str, how: How) -> str:
    if row.p is None or row.estimate is None or not row.p < 1 - how.confidence:
        return f"that {x} and {y} go together cannot be told from chance"
    return f"those higher on {x} tend to be {'higher' if row.estimate > 0 else 'lower'} on {y}"


def _power(power: Power) -> str:
    if power.smallest is None:
        return ""
    return (
        f" With {power.organisations} organisations, only r ≥ {number(power.smallest)} would be "
        "found with 80 % power."
    )


def _path(own: dict[str, Path], name: Name, how: How) -> str:
    best = own.get("split", own["naive"])
    if best.indirect is None or best.ci_low is None or math.isnan(best.ci_low):
        best = own["naive"]
    x, m, y = name(best.cause), name(best.mediator), name(best.outcome)
    head = f"{best.hypothesis}: whether {m} carries part of what {x} and {y} have in common"
    if best.indirect is None or best.ci_low is None or best.ci_high is None:
        return f"{head} cannot be told: {best.reason}."
    shared = (
        "without what respondents share"
        if best.method == "split"
        else "as the same respondents report them"
    )
    indirect, total, low, high = (
        _decimal(value or 0.0) for value in (best.indirect, best.total, best.ci_low, best.ci_high)
    )
    figures = f"a·b = {indirect} of a slope of {total}, {_share(how)} bootstrap interval "
    figures += f"{low} to {high}, {shared}"
    if best.ci_low <= 0 <= best.ci_high:
        return f"{head} cannot be told from chance among {best.organisations} organisations " + (
            f"({figures})."
        )
    return (
        f"{best.hypothesis}: among {best.organisations} organisations, the answers are compatible "
        f"with {m} carrying part of what {x} and {y} have in common ({figures}); one survey cannot "
        "tell it from other orders of the three."
    )


def _interval(row: Row, how: How) -> str:
    if row.ci_low is None or row.ci_high is None or math.isnan(row.ci_low):
        return "no interval"
    return f"{_share(how)} interval {number(row.ci_low)} to {number(row.ci_high)}"


def _share(how: How) -> str:
    return f"{100 * how.confidence:.4g} %"


def _p(value: float | None) -> str:
    if value is None or math.isnan(value):
        return "no p"
    return "p < .001" if value < 0.001 else f"p = {number(value, 3)}"


def _decimal(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def number(value: float | None, digits: int = 2) -> str:
    """A correlation as it is written: no zero before the point.

    >>> number(0.549), number(-0.3), number(1.0)
    ('.55', '−.30', '1.00')
    """
    if value is None or math.isnan(value):
        return "–"
    text = f"{round(value, digits) + 0.0:.{digits}f}"
    return (
        text.replace("-", "−").replace("0.", ".", 1)
        if abs(round(value, digits)) < 1
        else (text.replace("-", "−"))
    )
