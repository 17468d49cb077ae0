"""A synthetic survey whose true scores are known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vested.errors import UsageError, did_you_mean
from vested.instruments import load_instrument
from vested.model import Instrument, Item, Measure
from vested.stats.latent import latent_mean, thresholds
from vested.stats.random import generator
from vested.survey.measures import plan

Floats = NDArray[np.float64]

CAUSE, EFFECTS = "VESTED", ("AGILITY", "RESILIENCE")
"""The indices between which the effect runs, where the instrument has them."""

_MEAN = 55.0
_COMMON = 0.7  # share of a facet's variance between organisations that its index has in common
_PERSON, _FACET = 0.25, 0.25  # shares of an answer's variance: halo and facet; the rest is noise
_WITHIN = 19.0  # about the sd of a facet's score within an organisation on five points
_FLOOR, _CEILING = 5.0, 95.0


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated survey: `answers`, one row per respondent, all text; `truth`, the true scores."""

    answers: pl.DataFrame
    truth: pl.DataFrame


def simulate(
    instrument: str | Path | Instrument = "vested",
    *,
    organisations: int | Sequence[str] = 20,
    respondents: int | Sequence[int] = 45,
    sectors: Sequence[str] = (),
    icc: float = 0.25,
    effect: float = 0.5,
    true_scores: Mapping[tuple[str, str], float] | None = None,
    waves: int = 1,
    shock: float = 0.0,
    missing: float = 0.03,
    careless: float = 0.0,
    inventory: bool = False,
    answers: Literal["codes", "labels"] = "codes",
    language: str = "en",
    seed: int = 0,
) -> Simulation:
    """Make a survey in which the expected score of each organisation is known.

    `organisations` are a number or names, `respondents` a number or one per organisation, `icc`
    the share of a facet score's variance that lies between organisations, `effect` the correlation
    of an organisation's vested practices with its agility and resilience. With several `waves`,
    the second brings a `shock` of so many points, softer where practices are vested, of which each
    later wave makes good the half. `true_scores` sets (organisation, facet or index) by hand.
    `missing` is the share of unanswered items, `careless` that of respondents who answer without
    reading; the truth is that of the careful ones. Raises `UsageError` for impossible wishes.

    Model: answers are cut-up normal variables (see `vested.stats.latent`) with a part that a
    person has in common over all items, one over a facet, and noise. All parameters are our choice.

    >>> simulation = simulate("vested-short", organisations=2, respondents=3)
    >>> simulation.answers.shape[0], simulation.truth.columns
    (6, ['organisation', 'measure', 'score'])
    """
    chosen = instrument if isinstance(instrument, Instrument) else load_instrument(instrument)
    names = (
        [f"Organisation {at + 1:0{len(str(organisations))}}" for at in range(organisations)]
        if isinstance(organisations, int)
        else list(organisations)
    )
    sizes = [respondents] * len(names) if isinstance(respondents, int) else list(respondents)
    _check(chosen, names, sizes, icc, effect, waves, shock, missing, careless, answers, language)
    wishes = dict(true_scores or {})
    _check_wishes(chosen, names, wishes)
    world = _World(chosen, icc, effect, waves, shock, wishes, seed)
    frames: list[pl.DataFrame] = []
    truths: list[pl.DataFrame] = []
    for at, (name, size) in enumerate(zip(names, sizes, strict=True)):
        truth = world.truth(name)
        codes = _answer(chosen, truth, name, size, careless, seed)
        spelled = _spell(chosen, codes, name, missing, answers, language, seed)
        known = {"organisation": [name] * size * waves}
        if sectors:
            known["sector"] = [sectors[at % len(sectors)]] * size * waves
        if waves > 1:
            known["wave"] = [str(wave + 1) for wave in range(waves) for _ in range(size)]
        known["respondent"] = [
            f"{at + 1}-{person + 1}" for _ in range(waves) for person in range(size)
        ]
        facts = _facts(chosen, name, size * waves, answers, language, seed) if inventory else {}
        frames.append(pl.DataFrame({**known, **spelled, **facts}))
        truths.append(_true_scores(chosen, truth, name))
    truth_frame = pl.concat(truths)
    answers_frame = pl.concat(frames).with_columns(pl.all().replace("", None))
    return Simulation(answers_frame, truth_frame if waves > 1 else truth_frame.drop("wave"))


def _check(
    instrument: Instrument,
    names: Sequence[str],
    sizes: Sequence[int],
    icc: float,
    effect: float,
    waves: int,
    shock: float,
    missing: float,
    careless: float,
    answers: str,
    language: str,
) -> None:
    if not names or len(names) != len(sizes) or min(sizes) < 1 or waves < 1:
        raise UsageError(
            f"{len(names)} organisations, {len(sizes)} sizes, {waves} waves",
            "give at least one of each, and one size of 1 or more per organisation",
        )
    if len(set(names)) != len(names):
        raise UsageError("an organisation is named twice", "give each its own name")
    for word, value, top in (
        ("icc", icc, 0.95),
        ("missing", missing, 0.9),
        ("careless", careless, 1.0),
    ):
        if not 0 <= value <= top:
            raise UsageError(f"--{word} {value} is not between 0 and {top}", "for example 0.1")
    if not math.isfinite(shock):
        raise UsageError(f"--shock {shock} is no number of points", "for example 10")
    if not -1 <= effect <= 1:
        raise UsageError(f"--effect {effect} is not between -1 and 1", "it is a correlation")
    if answers == "labels":
        for scale in {item.scale.id: item.scale for item in instrument.items}.values():
            if language not in scale.labels:
                known = ", ".join(scale.labels) or "none"
                raise UsageError(
                    f"scale {scale.id} has no labels in {language!r}", f"it has labels in: {known}"
                )


def _check_wishes(
    instrument: Instrument, names: Sequence[str], wishes: Mapping[tuple[str, str], float]
) -> None:
    simple = [m.id for m in instrument.measures if m.kind in ("facet", "index")]
    for (name, measure), score in wishes.items():
        if name not in names:
            raise UsageError(
                f"true scores: there is no organisation {name!r}", did_you_mean(name, names, "?")
            )
        if measure not in simple:
            hint = did_you_mean(measure, simple, "facets and indices have true scores")
            raise UsageError(f"true scores: there is no facet or index {measure!r}", hint)
        if not _FLOOR <= score <= _CEILING:
            raise UsageError(
                f"true scores: {score} is not between {_FLOOR:g} and {_CEILING:g}",
                "nearer to the ends no simulated answers can have that mean",
            )


class _World:
    """True scores of the leaves (facets, items of pairs), organisation by organisation."""

    def __init__(
        self,
        instrument: Instrument,
        icc: float,
        effect: float,
        waves: int,
        shock: float,
        wishes: Mapping[tuple[str, str], float],
        seed: int,
    ) -> None:
        self.instrument = instrument
        self.leaves = [leaf.id for leaf in plan(instrument).leaves]
        self.spread = _WITHIN * (icc / (1 - icc)) ** 0.5
        self.effect, self.waves, self.shock, self.wishes, self.seed = (
            effect, waves, shock, wishes, seed,
        )  # fmt: skip
        self.below = {m.id: _leaves_below(instrument, m) for m in instrument.measures}

    def truth(self, organisation: str) -> dict[str, Floats]:
        """Per leaf the true score in each wave."""
        random = generator(self.seed, organisation, "truth")
        vested = random.standard_normal()
        factors: dict[str, float] = {}
        rest = (1 - self.effect**2) ** 0.5
        for measure in (*EFFECTS, ""):
            factors[measure] = self.effect * vested + rest * random.standard_normal()
        index_of = {leaf: name for name in (CAUSE, *EFFECTS) for leaf in self.below.get(name, ())}
        scores: dict[str, Floats] = {}
        for leaf in self.leaves:
            name = index_of.get(leaf, "")
            common = vested if name == CAUSE else factors[name]
            own = random.standard_normal()
            z = _COMMON**0.5 * common + (1 - _COMMON) ** 0.5 * own
            scores[leaf] = np.full(self.waves, _MEAN + self.spread * z)
        for (name, measure), score in self.wishes.items():
            if name == organisation:
                for leaf in self.below[measure]:
                    scores[leaf] = np.full(self.waves, score)
        fall = self.shock * (1 - self.effect * np.tanh(vested))
        course = np.array([0.0] + [fall * 0.5**later for later in range(self.waves - 1)])
        return {leaf: np.clip(x - course, _FLOOR, _CEILING) for leaf, x in scores.items()}


def _leaves_below(instrument: Instrument, measure: Measure) -> tuple[str, ...]:
    if measure.kind == "facet":
        return (measure.id,)
    known = {m.id: m for m in instrument.measures}
    return tuple(
        leaf
        for part in measure.of
        for leaf in (_leaves_below(instrument, known[part]) if part in known else (part,))
    )


def _answer(
    instrument: Instrument,
    truth: Mapping[str, Floats],
    organisation: str,
    size: int,
    careless: float,
    seed: int,
) -> dict[str, NDArray[np.int64]]:
    """Per item the codes of all respondents, wave after wave."""
    random = generator(seed, organisation, "answers")
    waves = len(next(iter(truth.values())))
    person = np.tile(random.standard_normal(size), waves)
    inattentive = np.tile(random.random(size) < careless, waves)
    straight = np.tile(random.random(size) < 0.5, waves)
    favourite = np.tile(random.random(size), waves)
    codes: dict[str, NDArray[np.int64]] = {}
    leaves = plan(instrument).leaves
    # All leaves at once: solving for their means is most of the work.
    means = {
        options: latent_mean(np.array([truth[leaf.id] for leaf in leaves]), thresholds(options))
        for options in {len(item.scale.codes) for item in instrument.items}
    }
    for at, leaf in enumerate(leaves):
        shared = np.tile(random.standard_normal(size), waves)
        for item in leaf.items:
            if item.id in codes:
                continue
            cuts = thresholds(len(item.scale.codes))
            mean = np.repeat(means[len(item.scale.codes)][at], size)
            noise = random.standard_normal(size * waves)
            z = mean + _PERSON**0.5 * person + _FACET**0.5 * shared
            z += (1 - _PERSON - _FACET) ** 0.5 * noise
            place = (z[:, None] > cuts).sum(axis=1)
            if item.reversed:
                place = len(item.scale.codes) - 1 - place
            guess = np.where(straight, favourite, random.random(size * waves))
            guess = (guess * len(item.scale.codes)).astype(np.int64)
            codes[item.id] = np.where(inattentive, guess, place)
    return codes


def _spell(
    instrument: Instrument,
    codes: Mapping[str, NDArray[np.int64]],
    organisation: str,
    missing: float,
    answers: str,
    language: str,
    seed: int,
) -> dict[str, list[str]]:
    """The answers as they stand in a file: codes or labels, half of the missing ones blank."""
    random = generator(seed, organisation, "missing")
    spelled: dict[str, list[str]] = {}
    for item in instrument.items:
        if item.id not in codes:
            continue
        options = np.array([*_options(item, answers, language), ""])
        places = codes[item.id]
        blank, other = len(options) - 1, len(options) - 2
        draw = random.random(len(places))
        places = np.where(draw < missing, np.where(draw < missing / 2, blank, other), places)
        spelled[item.id] = options[places].tolist()
    return spelled


def _options(item: Item, answers: str, language: str) -> list[str]:
    """The spellings of an item's codes and, last, of "cannot say" (blank where there is none)."""
    scale = item.scale
    if answers == "labels":
        missing = scale.missing.get(language, ())
        return [*scale.labels[language], missing[0] if missing else ""]
    missing_code = str(scale.missing_codes[0]) if scale.missing_codes else ""
    return [*(str(code) for code in scale.codes), missing_code]


def _facts(
    instrument: Instrument, organisation: str, rows: int, answers: str, language: str, seed: int
) -> dict[str, list[str]]:
    """The technology inventory, filled in by the first respondent of the organisation."""
    if not instrument.inventory:
        raise UsageError(
            f"instrument {instrument.id} has no technology inventory", "leave --inventory out"
        )
    random = generator(seed, organisation, "inventory")
    facts: dict[str, list[str]] = {}
    lead = random.random()
    for technology in instrument.inventory.technologies:
        for name, scale in (
            (technology.id, instrument.inventory.stages),
            (technology.change_id, instrument.inventory.changes),
        ):
            place = min(len(scale.codes) - 1, int(len(scale.codes) * random.beta(1 + lead, 1.5)))
            words = scale.labels.get(language) if answers == "labels" else None
            first = words[place] if words else str(scale.codes[place])
            facts[name] = [first, *[""] * (rows - 1)]
    return facts


def _true_scores(
    instrument: Instrument, truth: Mapping[str, Floats], organisation: str
) -> pl.DataFrame:
    """The expected scores of facets, indices and tilts; those of roots have no closed form."""
    known: dict[str, Floats] = dict(truth)
    rows: list[tuple[str, str, str, float]] = []
    for measure in instrument.measures:
        if measure.kind == "index":
            if measure.aggregation != "arithmetic":
                continue
            weights = measure.weights or (1.0,) * len(measure.of)
            if not all(part in known for part in measure.of):
                continue
            parts = [known[part] * w for part, w in zip(measure.of, weights, strict=True)]
            known[measure.id] = np.sum(parts, axis=0) / sum(weights)
        name, scores = measure.id, known.get(measure.id)
        if measure.kind == "pair" and all(part in known for part in measure.of):
            name, scores = f"{name}.tilt", known[measure.of[0]] - known[measure.of[1]]
        if scores is not None:
            rows += [
                (organisation, str(wave + 1), name, float(score))
                for wave, score in enumerate(scores)
            ]
    schema = ["organisation", "wave", "measure", "score"]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("wave", maintain_order=True)
