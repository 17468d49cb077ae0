"""Maximum likelihood of factor models: gradient and information against plain differences."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vested.stats.structure.covariance_structure import Sample, Structure, estimate, parts

Floats = NDArray[np.float64]

FACTOR_OF = np.array([0, 0, 0, 1, 1, 1])
# Two groups. Loadings and intercepts are equal; residual variances, factor means and variances of
# the second group and the covariance of the factors are free.
ITEMS = np.arange(6)
PARAMETER = np.array(
    [
        [*ITEMS, *(6 + ITEMS), *(12 + ITEMS), -1, -1, -1, 18, -1],
        [*ITEMS, *(19 + ITEMS), *(12 + ITEMS), 25, 26, 27, 28, 29],
    ]
)
FIXED = np.zeros((2, 23))
FIXED[:, [20, 22]] = 1.0
STRUCTURE = Structure(FACTOR_OF, PARAMETER, FIXED)
TRUE = np.concatenate(
    [
        [0.8, 0.7, 0.9, 1.1, 0.6, 0.5], [0.4, 0.5, 0.6, 0.7, 0.5, 0.3], [3, 2, 1, 2, 3, 4], [0.3],
        [0.5, 0.4, 0.7, 0.6, 0.5, 0.2], [0.4, -0.3], [1.4, 0.2, 0.8],
    ]
)  # fmt: skip


def discrepancy(values: Floats, samples: list[Sample]) -> float:
    """As in textbooks: no whitening, no shortcuts."""
    total = 0.0
    for group, sample in enumerate(samples):
        sigma, mu = parts(STRUCTURE, group, values).moments()
        ratio = sample.covariance @ np.linalg.inv(sigma)
        apart = sample.means - mu
        misfit = np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 6
        misfit += apart @ np.linalg.solve(sigma, apart)
        total += sample.respondents * float(misfit)
    return total


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    """Groups whose moments are not quite those of the model."""
    random = np.random.default_rng(7)
    made = []
    for group, n in enumerate((90, 140)):
        sigma, mu = parts(STRUCTURE, group, TRUE).moments()
        answers = random.multivariate_normal(mu, sigma, n)
        made.append(Sample(np.cov(answers, rowvar=False, bias=True), answers.mean(axis=0), n))
    return made


def test_the_estimate_is_a_minimum(samples: list[Sample]) -> None:
    found = estimate(STRUCTURE, samples, TRUE)
    assert found.reason is None
    assert found.chi_square == pytest.approx(discrepancy(found.values, samples), rel=1e-12)
    for step in np.eye(30) * 1e-4:
        up, down = (discrepancy(found.values + sign * step, samples) for sign in (1, -1))
        assert up > found.chi_square < down
        # The two sides differ by the third derivative alone.
        assert (up - down) / 2e-4 == pytest.approx(0, abs=1e-4)


def test_errors_come_from_the_curvature() -> None:
    """Where the model holds exactly, expected and observed information are the same."""
    exact = [
        Sample(*parts(STRUCTURE, group, TRUE).moments(), n) for group, n in enumerate((90, 140))
    ]
    found = estimate(STRUCTURE, exact, TRUE * 1.05)
    assert found.values == pytest.approx(TRUE, abs=1e-8)
    step = 1e-3
    hessian = np.empty((30, 30))
    for a in range(30):
        for b in range(30):
            move = step * np.array([np.eye(30)[a], np.eye(30)[b]])
            corners = [
                sign * discrepancy(TRUE + move.T @ np.array(at), exact)
                for sign, at in ((1, (1, 1)), (-1, (1, -1)), (-1, (-1, 1)), (1, (-1, -1)))
            ]
            hessian[a, b] = sum(corners) / (4 * step**2)
    errors = np.sqrt(np.diag(np.linalg.inv(hessian / 2)))
    # Differences of this step size are good to about 1e-5.
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(errors, rel=1e-3)


def test_cells_stand_where_they_belong() -> None:
    model = parts(STRUCTURE, 1, TRUE)
    assert model.loadings[:, 0].tolist() == [0.8, 0.7, 0.9, 0, 0, 0]
    assert model.loadings[:, 1].tolist() == [0, 0, 0, 1.1, 0.6, 0.5]
    assert model.factors.tolist() == [[1.4, 0.2], [0.2, 0.8]]
    assert model.factor_means.tolist() == [0.4, -0.3]
    assert parts(STRUCTURE, 0, TRUE).factors.tolist() == [[1, 0.3], [0.3, 1]]
    assert parts(STRUCTURE, 0, TRUE).factor_means.tolist() == [0, 0]
    assert model.moments()[1].round(6).tolist() == [3.32, 2.28, 1.36, 1.67, 2.82, 3.85]


def test_parameters_that_do_nothing_are_not_identified(samples: list[Sample]) -> None:
    parameter = PARAMETER.copy()
    # The scale of the first factor free in both groups, its loadings too.
    parameter[0, 20] = 30
    found = estimate(Structure(FACTOR_OF, parameter, FIXED), samples, np.append(TRUE, 1.0))
    assert found.reason == "the data do not identify the model"
    assert np.isnan(found.values).all()
