from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1, stdtrit

from vested.stats.comparison.power import organisations_for, power, smallest_correlation


def exact(rho: float, n: int) -> float:
    """Power by the density of r of bivariate normal values (Hotelling 1953)."""
    constant = (
        math.log(n - 2) + gammaln(n - 1) - gammaln(n - 0.5) - 0.5 * math.log(2 * math.pi)
        + (n - 1) / 2 * math.log(1 - rho * rho)
    )  # fmt: skip

    def density(r: float) -> float:
        logs = constant + (n - 4) / 2 * math.log(1 - r * r) - (n - 1.5) * math.log(1 - rho * r)
        return math.exp(logs) * float(hyp2f1(0.5, 0.5, n - 0.5, (1 + rho * r) / 2))

    t = float(stdtrit(n - 2, 0.975))
    critical = t / math.sqrt(t * t + n - 2)
    return quad(density, critical, 1)[0] + quad(density, -1, -critical)[0]


@pytest.mark.parametrize(("n", "within"), [(10, 0.02), (23, 0.005), (60, 0.002), (150, 0.002)])
def test_as_the_exact_distribution_has_it(n: int, within: float) -> None:
    assert exact(smallest_correlation(n), n) == pytest.approx(0.80, abs=within)


def test_twenty_three_organisations() -> None:
    # By the exact distribution 80 % power is reached between .54 and .55.
    assert exact(0.54, 23) < 0.80 < exact(0.55, 23)
    assert round(smallest_correlation(23), 2) == 0.55


# R, ((1.96 + .842) / atanh r)^2 + 3
@pytest.mark.parametrize(("r", "organisations"), [(0.5, 29), (0.4, 47), (0.3, 85)])
def test_organisations_for_80_percent(r: float, organisations: int) -> None:
    assert round(organisations_for(r)) == organisations
    assert power(r, organisations) == pytest.approx(0.80, abs=0.015)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_too_few_organisations(n: int) -> None:
    assert math.isnan(power(0.5, n))
    assert math.isnan(smallest_correlation(n))


def test_the_smallest_is_the_inverse_of_the_power() -> None:
    for n in (4, 12, 300):
        assert power(smallest_correlation(n), n) == pytest.approx(0.80, abs=1e-9)
    assert math.isinf(organisations_for(0.0))
    assert power(0.0, 30) == pytest.approx(0.05, abs=0.002)
    assert np.all(np.diff([power(r, 30) for r in np.linspace(0, 1, 21)]) > 0)
