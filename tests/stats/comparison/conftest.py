"""Figures that several tests of this folder use."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

# Motor Trend US (1974), as mtcars of R: mpg, hp, wt of 32 cars.
MTCARS = """
21.0 110 2.620  21.0 110 2.875  22.8  93 2.320  21.4 110 3.215  18.7 175 3.440  18.1 105 3.460
14.3 245 3.570  24.4  62 3.190  22.8  95 3.150  19.2 123 3.440  17.8 123 3.440  16.4 180 4.070
17.3 180 3.730  15.2 180 3.780  10.4 205 5.250  10.4 215 5.424  14.7 230 5.345  32.4  66 2.200
30.4  52 1.615  33.9  65 1.835  21.5  97 2.465  15.5 150 3.520  15.2 150 3.435  13.3 245 3.840
19.2 175 3.845  27.3  66 1.935  26.0  91 2.140  30.4 113 1.513  15.8 264 3.170  19.7 175 2.770
15.0 335 3.570  21.4 109 2.780
"""


@pytest.fixture(scope="session")
def mtcars() -> dict[str, NDArray[np.float64]]:
    rows = np.array(MTCARS.split(), float).reshape(32, 3)
    return dict(zip(("mpg", "hp", "wt"), rows.T, strict=True))
