"""Explanations: complete, found by any of their names, and true to what the program computes."""

from __future__ import annotations

import math
import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import FunctionType

import numpy as np
import pytest

from vested.analysis import explain as module
from vested.analysis.compare.claims.checks import HARMAN
from vested.analysis.compare.claims.mediation import BOOTSTRAP_LEAST, DRAWS
from vested.analysis.compare.claims.rows import SPLIT_LEAST, SPLITS
from vested.analysis.consolidate import convergence
from vested.analysis.explain import Explanation, explain, explanations, names
from vested.analysis.gate import Cuts as Gate
from vested.errors import UsageError
from vested.stats.agreement import ad_cut, null_variance
from vested.stats.coding.kappa import cohen, gwet, percent_agreement, weights
from vested.stats.coding.polarity import evidence, source_polarity
from vested.stats.coding.saturation import Rule
from vested.stats.coding.unitizing import Segments, alpha_unitized
from vested.stats.comparison.correlation import disattenuated, fisher_interval, marker_adjusted
from vested.stats.comparison.power import organisations_for, smallest_correlation
from vested.stats.flags import FAMILIES, Cuts
from vested.stats.intervals import mean_interval, unanimous_interval
from vested.stats.reliability import alpha_interval, spearman_brown
from vested.stats.screening import distance_cut

WANTED = [
    "alpha", "feldt-interval", "standardised-alpha", "ordinal-alpha", "item-rest",
    "alpha-if-deleted", "skew", "omega", "omega-h", "spearman-brown", "sem",
    "rwg", "rwgj", "rwg-lindell", "ad", "awg", "icc1", "icc2", "variance-components",
    "design-effect", "respondents-for-70", "gate",
    "longstring", "irv", "mahalanobis", "even-odd", "synonyms", "seconds-per-item", "duplicates",
    "key-inconsistency", "instructed", "share-missing", "flags", "comparison",
    "kmo", "bartlett", "parallel-analysis", "efa", "cfa", "cfi", "tli", "rmsea", "srmr", "ave",
    "htmt", "invariance", "graded", "dif",
    "pomp", "half-rule", "sixty-percent-rule", "t-interval", "clopper-pearson", "bca", "kish-n",
    "raking", "finite-population", "response-rate",
    "suppression", "disclosure", "joint", "tilt", "balance", "combined", "norm-quantiles",
    "percentile",
    "norm-protection", "shrinkage", "rank-sets", "bands",
    "percent-agreement", "cohen-kappa", "weighted-kappa", "fleiss", "krippendorff-alpha", "alpha-u",
    "gwet-ac1", "prevalence", "saturation",
    "polarity", "evidence-score", "convergence", "completeness",
    "split-sample", "pearson", "spearman", "partial-correlation", "attenuation", "hc3", "mediation",
    "cluster-bootstrap", "within-between", "marker", "harman", "latent-method", "power",
    "robustness", "sobol", "effective-weight",
    "welch", "mann-whitney", "kruskal-wallis", "epsilon-squared", "omega-squared",
    "hedges-g", "cliff-delta", "holm",
    "benjamini-hochberg", "change", "reliable-change", "coping", "resilience-triangle",
    "congruence",
]  # fmt: skip
TOPICS = [
    "reliability", "agreement", "screening", "structure", "scores", "coding", "consolidation",
    "comparison",
]  # fmt: skip
each = pytest.mark.parametrize("entry", explanations(), ids=names())


def test_all_that_can_be_met_with_is_explained() -> None:
    assert list(names()) == WANTED


def test_topics_stand_together() -> None:
    topics = [entry.topic for entry in explanations()]
    assert list(dict.fromkeys(topics)) == TOPICS
    assert sorted(topics, key=TOPICS.index) == topics


@each
def test_each_explanation_is_complete(entry: Explanation) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id)
    for text in (entry.what, entry.misleads):
        assert re.fullmatch(r"[A-Z0-9\"].*[.)]", text)
    assert 2 <= len(re.findall(r"\.(?= |$)", entry.what)) <= 4
    texts = [entry.name, entry.formula, entry.source, *entry.aliases]
    texts += [text for rule in entry.reading for text in (rule.rule, rule.source)]
    assert entry.reading
    assert all(text == text.strip() != "" and not text.endswith(".") for text in texts)


@each
def test_a_source_has_a_year_or_is_our_own(entry: Explanation) -> None:
    own = ("our choice", "Handbook on Statistical Disclosure Control", "the Spearman-Brown formula")
    assert re.search(r"\b(18|19|20)\d\d\b", entry.source) or entry.source.startswith(own)


@each
def test_what_rests_on_memory_is_not_called_our_own(entry: Explanation) -> None:
    assert not any(rule.recalled and rule.source == "our choice" for rule in entry.reading)


def test_what_was_not_looked_up_is_marked() -> None:
    assert [rule.recalled for rule in explain("cfi").reading] == [True]
    assert [rule.recalled for rule in explain("ad").reading] == [False]
    assert explain("half-rule").recalled
    assert not explain("alpha").recalled


@each
def test_the_functions_behind_it_exist(entry: Explanation) -> None:
    for name in entry.functions:
        path, _, function = name.rpartition(".")
        found = getattr(import_module(f"vested.stats.{path}"), function)
        assert not function.startswith("_")
        assert isinstance(found, FunctionType)
        assert found.__module__ == f"vested.stats.{path}"
    assert len(set(entry.functions)) == len(entry.functions)


def test_only_rules_of_the_program_have_no_function() -> None:
    assert [entry.id for entry in explanations() if not entry.functions] == [
        "gate", "comparison", "half-rule", "sixty-percent-rule", "response-rate",
        "suppression", "joint", "tilt", "balance", "combined", "convergence", "completeness",
    ]  # fmt: skip


def test_no_name_stands_for_two_things() -> None:
    keys = [module._key(n) for e in explanations() for n in {*e.aliases, e.id}]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    whole = [module._key(e.name) for e in explanations()]
    assert len(set(whole)) == len(whole)
    for entry in explanations():
        assert explain(entry.name) is explain(entry.id) is entry
        assert all(explain(alias) is entry for alias in entry.aliases)


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Cronbach’s Alpha", "alpha"), ("α", "alpha"), ("ALPHA", "alpha"), (" omega_h ", "omega-h"),
        (" omega_total ", "omega"), ("Gwet’s AC1 and AC2", "gwet-ac1"),
        ("ICC(1)", "icc1"), ("r*WG(J)", "rwg-lindell"), ("confidence interval", "t-interval"),
        ("Alpha if item deleted", "alpha-if-deleted"), ("n_eff", "kish-n"), ("D²", "mahalanobis"),
    ],
)  # fmt: skip
def test_names_are_found_however_they_are_spelled(name: str, id: str) -> None:
    assert explain(name).id == id


@pytest.mark.parametrize(
    "column",
    [
        "alpha_low", "alpha_high", "alpha_std", "spearman_brown", "omega_total", "omega_h", "sem",
        "item_rest", "alpha_if_deleted", "rwg_uniform", "rwg_slight_skew", "rwg_lindell", "awg",
        "icc1_plain", "icc2_plain", "design_effect", "respondents_for_70", "even_odd",
        "seconds_per_item", "share_missing", "instructed", "alpha_ordinal", "omega_t", "skew",
        "floor", "ceiling", "htmt", "htmt2", "ave", "ci_low", "ci_high", "n_effective",
        "prevalence", "kappa", "fleiss", "ac1", "alpha_u", "polarity", "rated", "convergence",
        "shrunk", "rank_low", "rank_high_marginal", "band", "next_band_probability",
    ],
)  # fmt: skip
def test_columns_of_result_tables_are_names(column: str) -> None:
    assert explain(column)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("cronbahc", "did you mean cronbach"),
        ("mahalonobis", "did you mean mahalanobis"),
        ("zzzz", "`vested explain` without a name"),
        ("", "`vested explain` without a name"),
    ],
)
def test_an_unknown_name_gets_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        explain(name)
    assert error.value.message == f"nothing is known by the name {name!r}"
    assert error.value.hint.startswith(hint)


# --- the numbers in the texts -------------------------------------------------------------------


def said(id: str) -> str:
    entry = explain(id)
    return " ".join([entry.what, entry.misleads, *(rule.rule for rule in entry.reading)])


def test_worked_numbers_are_what_the_program_computes() -> None:
    low, high = alpha_interval(0.70, 30, 5, confidence=0.95)
    assert f"from {low:.2f} to {high:.2f}".replace("0.", ".") in said("feldt-interval")
    assert f"reach {spearman_brown(0.95, 28 / 80):.2f}".replace("0.", ".") in said("spearman-brown")
    assert f"gives {spearman_brown(0.5):.2f}".replace("0.", ".") in said("spearman-brown")
    assert f".70 is the usual least; variances {null_variance('slight-skew', 5)}"[-4:] in said(
        "rwgj"
    )
    assert f"{ad_cut(5):.2f} with five, {ad_cut(7):.2f} with seven".lstrip("0") in said("ad")
    assert f"{0.7 * 0.87 / (0.3 * 0.13):.1f}" == "15.6"
    assert "takes 16" in said("respondents-for-70")
    assert f"is {1 + 19 * 0.13:.2f}" in said("design-effect")
    assert f"give {spearman_brown(0.13, 20):.2f}".replace("0.", ".") in said("icc2")
    weights = np.array([0.5, 0.8, 1, 1, 1.2, 1.5, 2, 3])
    assert f"{weights.sum() ** 2 / (weights**2).sum():.2f} of 8" in said("kish-n")
    assert f"{math.sqrt(70 * 60):.1f}, 90 and 30 give {math.sqrt(90 * 30):.1f}" in said("combined")
    assert math.sqrt(100 * 49) == 70


def test_worked_intervals_are_what_the_program_computes() -> None:
    scores = np.array([55, 61, 47, 70, 66, 58, 63, 52.0])
    mean, se = np.array([scores.mean()]), np.array([scores.std(ddof=1) / math.sqrt(8)])
    low, high = mean_interval(mean, se, np.array([8]), confidence=0.95, low=0, high=100)
    assert f"mean {mean[0]:.0f}, interval {low[0]:.1f} to {high[0]:.1f}" in said("t-interval")
    low, _ = unanimous_interval(np.array([100.0]), np.array([10]), confidence=0.95, low=0, high=100)
    assert f"{low[0]:.0f} to 100" in said("clopper-pearson")


def pair(both: int, first: int, second: int, neither: int) -> np.ndarray:
    """Codes of two coders: so many passages marked by both, by one, by the other, by none."""
    kinds = [([1, 1], both), ([1, 0], first), ([0, 1], second), ([0, 0], neither)]
    return np.array([codes for codes, number in kinds for _ in range(number)])


def test_worked_numbers_of_coding_are_what_the_program_computes() -> None:
    apart = pair(0, 4, 4, 92)
    assert percent_agreement(apart, 2).value == pytest.approx(0.92)
    assert "4 of 100 passages each, and never the same one: 92 %" in said("percent-agreement")
    ac1, kappa = gwet(apart, 2).value, cohen(apart, 2).value
    assert f"AC1 {ac1:.2f}, kappa −{-kappa:.2f}".replace("0.", ".") in said("gwet-ac1")
    assert cohen(pair(15, 10, 5, 20), 2).value == pytest.approx(0.4)
    even, rare = pair(95, 5, 5, 95), pair(5, 5, 5, 185)
    numbers = [f"{f(codes, 2).value:.2f}"[1:] for codes in (even, rare) for f in (cohen, gwet)]
    assert "kappa {} and AC1 {} at a prevalence of .50, kappa {} and AC1 {} at .05".format(
        *numbers
    ) in said("prevalence")
    steps = weights("quadratic", 5)
    assert (steps[0, 1] / steps[0, 0], steps[0, 4]) == (15 / 16, 0)
    start, end = np.array([(225, 295), (370, 400), (220, 300), (355, 375), (400, 420)]).T - 150
    unitised = alpha_unitized(Segments([0] * 5, [0, 0, 1, 1, 1], start, end), [300], [[1, 1]])
    assert "70 and 30 characters against 80, 20 and 20" in said("alpha-u")
    assert f"its source: {unitised.value:.2f}".replace("0.", ".") in said("alpha-u")


def test_worked_numbers_of_consolidation_are_what_the_program_computes() -> None:
    rule = Rule()
    assert f"base {rule.base}, runs of {rule.run}, at most {rule.threshold:.0%} new".replace(
        "%", " %"
    ) in said("saturation")
    assert f"two: {4 / 37 * 100:.1f} %; 1 new: {1 / 37 * 100:.1f} %" in said("saturation")
    assert source_polarity([0] * 3, [0] * 3, [2, 2, -1]).polarity == [0.5]
    found = evidence([0] * 3, [0, 0, 1], [2, -1, -1], 1)
    assert f"score {found.score[0]}, interval {found.low[0]:.0f} to {found.high[0]}" in said(
        "evidence-score"
    )
    pairs = [(74, 76), (51, 74), (40, 80)]
    codes = [convergence({"score": one}, {"score": other})[0] for one, other in pairs]
    assert codes == ["partial", "agreement", "dissonance"]


def test_worked_numbers_of_claims_are_what_the_program_computes() -> None:
    low, high = fisher_interval(0.5, 30, confidence=0.95)
    assert f"from {low:.2f} to {high:.2f}".replace("0.", ".") in said("pearson")
    assert f"becomes {disattenuated(0.3, 0.7, 0.8):.2f}".replace("0.", ".") in said("attenuation")
    left = marker_adjusted(0.45, 0.10, 30, confidence=0.95).r
    assert f"shares .10, {left:.2f} are left".replace("0.", ".") in said("marker")
    smallest = f"With 23 organisations it is {smallest_correlation(23):.2f}".replace("0.", ".")
    needed = "{}, {} or {}".format(*(round(organisations_for(r)) for r in (0.5, 0.4, 0.3)))
    assert smallest in said("power")
    assert f"takes {needed}" in said("power")
    assert f"{SPLITS} splits" in said("split-sample")
    assert f"at least {SPLIT_LEAST} respondents" in said("split-sample")
    assert f"{DRAWS:,} bootstrap draws" in " ".join(said("mediation").split())
    assert f"below {BOOTSTRAP_LEAST} organisations" in said("mediation")
    assert f"< {HARMAN:.0%}".replace("%", " %") in said("harman")


def test_cuts_of_the_gate_are_those_that_are_used() -> None:
    gate = Gate()
    refused, caution = (rule.rule for rule in explain("gate").reading[:2])
    assert f"< {gate.rwg_refuse:.2f} with the uniform".replace("0.", ".") in refused
    assert f"< {gate.rwg:.2f} with the uniform".replace("0.", ".") in caution
    assert f"< {gate.rwg_skew:.2f} with the slight-skew".replace("0.", ".") in caution
    assert f"p ≥ {gate.p:.2f}".replace("0.", ".") in caution


def test_cuts_of_the_screens_are_those_that_are_used() -> None:
    cuts = Cuts()
    assert cuts.run_share == 0.5
    assert "half of the items of a page" in said("longstring")
    assert f"{cuts.mean_run_quantile * 100:.0f}th percentile" in said("longstring")
    assert f"{cuts.variability_quantile * 100:.0f}st percentile" in said("irv")
    assert f"probability {cuts.mahalanobis_upper}".replace("0.", ".") in said("mahalanobis")
    distances = [f"{distance_cut(items, cuts.mahalanobis_upper):.1f}" for items in (10, 30, 60)]
    assert "{} with 10 items, {} with 30, {} with 60".format(*distances) in said("mahalanobis")
    for screen, cut in (("even-odd", cuts.even_odd), ("synonyms", cuts.synonyms)):
        assert f"below {cut:.0f}" in said(screen)
    assert f"{cuts.contradictions} facets or more" in said("key-inconsistency")
    assert f"fewer than {cuts.seconds_per_item:.0f} seconds per item" in said("seconds-per-item")
    assert f"{80 * cuts.seconds_per_item:.0f} seconds for 80 items" in said("seconds-per-item")
    assert cuts.share_of_median == 1 / 3
    assert f"{cuts.independent} independent flags or more" in said("flags")
    once = {family for family in FAMILIES.values() if [*FAMILIES.values()].count(family) > 1}
    assert once == {"straight-lining", "consistency", "duplicate"}


def test_loading_waits_until_something_is_asked() -> None:
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert not re.search(r"^(import|from) (ruamel|numpy|scipy|polars)", source, re.M)
