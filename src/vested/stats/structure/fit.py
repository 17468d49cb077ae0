"""How well a covariance matrix is reproduced by a model of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True)
class Fit:
    """Fit of a model: p, CFI, TLI, RMSEA and its limits are NaN where df = 0, nothing to test."""

    chi_square: float
    df: int
    p: float
    baseline_chi_square: float
    baseline_df: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float


NO_FIT = Fit(np.nan, 0, np.nan, np.nan, 0, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
"""The fit of what could not be fitted: always beside a reason."""


def obstacle(covariance: Floats, respondents: int | None = None) -> str | None:
    """Why no factor model can be fitted to a covariance matrix (p, p), or None if one can.

    Checked in this order: fewer than 3 items, a missing entry, an item without variance, no more
    `respondents` than items, and a matrix that is singular or worse: the smallest eigenvalue of
    its correlations is below 1e-10 (our choice; correlations of pairs of items, each from other
    respondents, can even give a negative one). ValueError if the matrix is not square.

    >>> obstacle(np.ones((4, 4)))
    'the matrix is singular'
    """
    if covariance.ndim != 2 or covariance.shape[0] != covariance.shape[1]:
        raise ValueError(f"a covariance matrix is square, not {covariance.shape}")
    variances = np.diag(covariance)
    if len(variances) < 3:
        return "fewer than 3 items"
    if not np.isfinite(covariance).all():
        return "a covariance is missing"
    if np.any(variances <= 0):
        return "an item has no variance"
    if respondents is not None and respondents <= len(variances):
        return "no more respondents than items"
    smallest = float(np.linalg.eigvalsh(correlations(covariance))[0])
    if smallest < -_SINGULAR:
        return "the matrix is not positive definite"
    return "the matrix is singular" if smallest < _SINGULAR else None


def correlations(covariance: Floats) -> Floats:
    """The correlations of a covariance matrix (p, p) whose variances are positive.

    >>> correlations(np.array([[4.0, 3.0], [3.0, 9.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    scale = 1 / np.sqrt(np.diag(covariance))
    result: Floats = covariance * np.outer(scale, scale)
    np.fill_diagonal(result, 1.0)
    return result


def fit(
    chi_square: float,
    df: int,
    baseline_chi_square: float,
    baseline_df: int,
    respondents: int,
    srmr: float,
    *,
    groups: int = 1,
) -> Fit:
    """Fit indices of a model from its χ² and that of the baseline, where no items correlate.

    CFI and TLI are NaN where the baseline leaves nothing to explain; TLI may exceed 1.

    Formulas, d = χ² - df: CFI = 1 - max(d, 0)/max(d, d_baseline, 0), which is 1 where d ≤ 0;
    TLI = (χ²_b/df_b - χ²/df)/(χ²_b/df_b - 1).
    Sources: Bentler (1990), Psychological Bulletin 107(2); Tucker & Lewis (1973), Psychometrika
    38(1). The same as lavaan's.

    >>> round(fit(85.3055, 24, 918.8516, 36, 301, 0.065).cfi, 5)
    0.93056
    """
    from scipy.special import chdtrc

    excess = max(chi_square - df, 0.0)
    baseline_excess = max(baseline_chi_square - baseline_df, excess)
    cfi = tli = p = np.nan
    if df > 0:
        p = float(chdtrc(df, max(chi_square, 0.0)))
        cfi = 1 - excess / baseline_excess if baseline_excess else 1.0
        ratio = baseline_chi_square / baseline_df
        tli = (ratio - chi_square / df) / (ratio - 1) if ratio != 1 else np.nan
    error = rmsea(chi_square, df, respondents, groups=groups)
    return Fit(chi_square, df, p, baseline_chi_square, baseline_df, cfi, tli, *error, srmr)


def rmsea(
    chi_square: float, df: int, respondents: int, *, groups: int = 1, confidence: float = 0.90
) -> tuple[float, float, float]:
    """Root mean square error of approximation with its confidence limits; NaN where df = 0.

    Formula: √[max(χ² - df, 0)·G/(n·df)]; the limits put in place of χ² - df the noncentralities at
    which χ² is the (1+c)/2 and the (1-c)/2 quantile of the noncentral χ², 0 if there is none.
    Sources: Steiger & Lind (1980); limits of Browne & Cudeck (1993); √G for several groups of
    Steiger (1998), Structural Equation Modeling 5(4). n as in lavaan; other programs have n - 1.

    >>> [round(value, 4) for value in rmsea(85.3055, 24, 301)]
    [0.0921, 0.0714, 0.1137]
    """
    from scipy.special import chdtr, chndtrinc

    if df < 1:
        return np.nan, np.nan, np.nan
    centralities = [max(chi_square - df, 0.0)]
    for probability in ((1 + confidence) / 2, (1 - confidence) / 2):
        beyond = chi_square > 0 and float(chdtr(df, chi_square)) > probability
        centralities.append(float(chndtrinc(chi_square, df, probability)) if beyond else 0.0)
    here, low, high = (float(np.sqrt(each * groups / (respondents * df))) for each in centralities)
    return here, low, high


def standardised_residual(
    covariance: Floats, implied: Floats, means: Floats | None = None, fitted: Floats | None = None
) -> float:
    """Standardised root mean square residual of one group, over means too where they are given.

    Formula: the root of the mean of [(s_ij - σ_ij)/√(s_ii·s_jj)]² over i ≤ j and of
    [(m_i - μ_i)/√s_ii]² over i.
    Source: Bentler (1995), EQS structural equations program manual; lavaan's default.

    >>> round(standardised_residual(np.eye(3), np.full((3, 3), 0.1) + 0.9 * np.eye(3)), 6)
    0.070711
    """
    scale = np.sqrt(np.diag(covariance))
    residuals = (covariance - implied) / np.outer(scale, scale)
    each = residuals[np.tril_indices(len(scale))]
    if means is not None and fitted is not None:
        each = np.concatenate([each, (means - fitted) / scale])
    return float(np.sqrt(np.mean(each**2)))
