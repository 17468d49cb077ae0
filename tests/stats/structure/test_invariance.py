"""Measurement invariance: against R's lavaan, and where it must decline."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vested.stats.structure import newton
from vested.stats.structure.confirmatory import confirmatory
from vested.stats.structure.covariance_structure import Sample
from vested.stats.structure.invariance import invariance

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DATA = Path(__file__).parents[4] / "shared" / "reference" / "data"
THREE = np.repeat(np.arange(3), 3)
ONE = np.zeros(4, np.int64)


def sample(answers: Floats) -> Sample:
    return Sample(np.cov(answers, rowvar=False, bias=True), answers.mean(axis=0), len(answers))


@pytest.fixture(scope="module")
def schools() -> list[Sample]:
    path = DATA / "hs1939.csv"
    if not path.exists():
        pytest.skip("the reference data hs1939.csv are not at hand")
    answers: dict[str, list[list[float]]] = {}
    with path.open(newline="") as lines:
        for row in csv.DictReader(lines):
            answers.setdefault(row["school"], []).append(
                [float(row[f"x{i}"]) for i in range(1, 10)]
            )
    return [sample(np.array(each)) for each in answers.values()]


def population(
    n: int,
    *,
    scale: float = 1.0,
    mean: float = 0.0,
    strength: tuple[float, ...] = (0.8, 0.7, 0.6, 0.5),
    shift: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0),
) -> Sample:
    """A group whose factor has this variance and mean, answers of exactly these moments."""
    loadings = np.array(strength)
    covariance = scale * np.outer(loadings, loadings) + np.diag([0.4, 0.5, 0.6, 0.7])
    return Sample(covariance, 3 + mean * loadings + shift, n)


@pytest.mark.parametrize(
    ("at", "chi_square", "df", "cfi", "rmsea", "srmr"),
    [
        (0, 115.851343875559, 48, 0.923398380408964, 0.0969148567676119, 0.068),
        (1, 124.043544179993, 54, 0.920923468576775, 0.0928365358682976, 0.072),
        (2, 164.102830925183, 60, 0.882471812680586, 0.107371098089257, 0.082),
    ],
)
def test_fit_as_lavaan(
    schools: list[Sample],
    at: int,
    chi_square: float,
    df: int,
    cfi: float,
    rmsea: float,
    srmr: float,
) -> None:
    # lavaan 0.6.14 (R 4.2.2): cfa(HS.model, group = "school"), group.equal = "loadings", and
    # group.equal = c("loadings", "intercepts"); srmr as printed
    model = invariance(schools, THREE).models[at]
    assert model.fit.df == df
    # lavaan's optimiser (nlminb) stops 1e-8 above the minimum, ours goes on.
    assert model.fit.chi_square == pytest.approx(chi_square, rel=1e-9)
    assert model.fit.chi_square <= chi_square
    assert model.fit.cfi == pytest.approx(cfi, rel=1e-9)
    assert model.fit.rmsea == pytest.approx(rmsea, rel=1e-9)
    assert round(model.fit.srmr, 3) == srmr


def test_steps_between_schools(schools: list[Sample]) -> None:
    """Loadings are equal in both schools and intercepts are not, by lavaan's numbers."""
    found = invariance(schools, THREE)
    metric, scalar = found.steps
    assert (metric.df, scalar.df) == (6, 6)
    assert metric.chi_square == pytest.approx(124.043544179993 - 115.851343875559, rel=1e-7)
    assert scalar.cfi == pytest.approx(0.882471812680586 - 0.920923468576775, rel=1e-8)
    assert scalar.rmsea == pytest.approx(0.107371098089257 - 0.0928365358682976, rel=1e-8)
    # R 4.2.2: pchisq(8.1922, 6, lower.tail = FALSE), pchisq(40.0593, 6, lower.tail = FALSE)
    assert metric.p == pytest.approx(0.2244, abs=5e-5)
    assert scalar.p == pytest.approx(4.435e-07, rel=1e-3)
    assert (metric.holds, scalar.holds, found.level) == (True, False, "metric")


def test_the_free_model_is_each_group_alone(schools: list[Sample]) -> None:
    model = invariance(schools, THREE).models[0]
    alone = [confirmatory(each.covariance, each.respondents, THREE) for each in schools]
    total = sum(each.fit.chi_square for each in alone)
    assert model.fit.chi_square == pytest.approx(total, rel=1e-10)
    likelihood = sum(each.log_likelihood for each in alone)
    assert model.log_likelihood == pytest.approx(likelihood, rel=1e-12)
    # Means are counted here: 9 in each of 2 schools.
    assert model.parameters == sum(each.parameters for each in alone) + 18
    assert model.aic == pytest.approx(2 * model.parameters - 2 * likelihood, rel=1e-12)
    assert model.bic == pytest.approx(model.parameters * np.log(301) - 2 * likelihood, rel=1e-12)


@pytest.mark.parametrize(
    ("second", "level"),
    [
        (population(300), "scalar"),
        (population(900, scale=2.5, mean=1.2), "scalar"),
        (population(300, scale=0.5, mean=-0.7, shift=(0.9, 0, 0, -0.9)), "metric"),
        (population(300, strength=(0.2, 0.7, 1.4, 0.5)), "configural"),
    ],
)
def test_what_differs_is_found(second: Sample, level: str) -> None:
    found = invariance([population(300), second], ONE)
    assert found.level == level
    assert [model.reason for model in found.models] == [None] * 3
    assert found.models[0].fit.chi_square == pytest.approx(0, abs=1e-6)
    if level != "configural":
        assert found.models[1].fit.chi_square == pytest.approx(0, abs=1e-6)
    if level == "scalar":
        assert found.models[2].fit.chi_square == pytest.approx(0, abs=1e-6)


def test_three_items_fit_exactly_at_first() -> None:
    """No degrees of freedom count as a perfect fit, so that the next step can be judged."""
    items = slice(0, 3)
    groups = [
        Sample(each.covariance[items, items], each.means[items], each.respondents)
        for each in (population(200), population(200, strength=(0.3, 1.0, 0.6, 0.5)))
    ]
    found = invariance(groups, ONE[items])
    assert [model.fit.df for model in found.models] == [0, 2, 4]
    assert np.isnan(found.models[0].fit.cfi)
    assert found.steps[0].cfi == pytest.approx(found.models[1].fit.cfi - 1)
    assert found.steps[0].rmsea == pytest.approx(found.models[1].fit.rmsea)
    assert found.level == "configural"


def test_a_step_from_a_model_that_fits_anything_is_judged_by_cfi_alone() -> None:
    items = slice(0, 3)
    groups = [
        Sample(each.covariance[items, items], each.means[items], each.respondents)
        for each in (population(800), population(800, strength=(0.75, 0.78, 0.6, 0.5)))
    ]
    step = invariance(groups, ONE[items]).steps[0]
    assert step.rmsea > 0.015
    assert step.cfi > -0.010
    assert step.holds


@given(
    st.lists(st.sampled_from([0.02, -1.0, 1.0, 40.0]), min_size=9, max_size=9),
    st.lists(st.floats(-500, 500), min_size=9, max_size=9),
    st.permutations(range(9)),
)
@settings(max_examples=15, deadline=None)
def test_units_and_order_do_not_matter(
    units: list[float], origin: list[float], order: list[int]
) -> None:
    random = np.random.default_rng(2)
    root = np.kron(np.eye(3), np.full((3, 1), 0.7)) @ np.linalg.cholesky(0.6 * np.eye(3) + 0.4)
    answers = [
        random.standard_normal((120 + 30 * group, 3)) @ root.T
        + 0.7 * random.standard_normal((120 + 30 * group, 9))
        for group in range(3)
    ]
    plain = invariance([sample(each) for each in answers], THREE)
    turned = invariance(
        [sample((each * units + origin)[:, order]) for each in answers], THREE[order]
    )
    for one, other in zip(plain.models, turned.models, strict=True):
        assert other.fit.chi_square == pytest.approx(one.fit.chi_square, rel=1e-6)
        assert other.fit.srmr == pytest.approx(one.fit.srmr, rel=1e-5)
    assert (turned.level, [model.fit.df for model in turned.models]) == (plain.level, [72, 84, 96])


def test_each_level_costs_fit() -> None:
    random = np.random.default_rng(6)
    groups = [sample(random.standard_normal((80, 4)) + random.standard_normal((80, 1)))
              for _ in range(2)]  # fmt: skip
    found = invariance(groups, ONE)
    values = [model.fit.chi_square for model in found.models]
    assert values == sorted(values)
    assert [step.chi_square for step in found.steps] == pytest.approx(np.diff(values))


FEW = population(4)
CONSTANT = Sample(np.diag([1.0, 1, 1, 0]), np.zeros(4), 100)
UNKNOWN = Sample(population(100).covariance, np.array([0, 0, np.nan, 0]), 100)
UNCORRELATED = Sample(np.eye(4), np.zeros(4), 100)


@pytest.mark.parametrize(
    ("groups", "factor_of", "reason"),
    [
        ([population(100)], ONE, "fewer than 2 groups"),
        ([], ONE, "fewer than 2 groups"),
        ([population(100), FEW], ONE, "group 2: no more respondents than items"),
        ([CONSTANT, population(100)], ONE, "group 1: an item has no variance"),
        ([population(100), UNKNOWN], ONE, "group 2: a mean is missing"),
        ([population(100)] * 2, np.array([0, 0, 0, 1]), "a factor has fewer than 2 items"),
    ],
)
def test_what_cannot_be_compared_says_why(
    groups: list[Sample], factor_of: Ints, reason: str
) -> None:
    found = invariance(groups, factor_of)
    assert (found.reason, found.level, found.models, found.steps) == (reason, None, (), ())


def test_a_group_without_a_factor_has_no_level() -> None:
    found = invariance([population(100), UNCORRELATED], ONE)
    assert found.level is None
    assert found.models[0].reason == "the data do not identify the model"
    assert np.isnan([found.models[0].aic, found.steps[0].cfi, found.steps[0].chi_square]).all()
    assert not found.steps[0].holds


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newton, "_STEPS", 1)
    found = invariance([population(100), population(100, strength=(0.3, 0.9, 0.4, 0.8))], ONE)
    assert found.models[1].reason == "the estimation did not converge"
    assert found.level is None


def test_groups_need_the_same_items() -> None:
    with pytest.raises(ValueError, match="factor_of"):
        invariance([population(100), population(100)], ONE[:3])
    with pytest.raises(ValueError, match="factor_of"):
        invariance([population(100), population(100)], np.array([0, 0, 2, 2]))
