"""Colours that can be read: the accent of a theme is anybody's choice."""

from __future__ import annotations

LEAST_CONTRAST = 4.5
"""Contrast of text on white: WCAG 2.2, success criterion 1.4.3."""


def readable(colour: str) -> str:
    """The colour, as much darker as text on white needs.

    Formula: contrast 1.05 / (L + 0.05) with the relative luminance L of sRGB.
    Source: WCAG 2.2 (2023), https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.

    >>> readable("#00568F"), readable("#ffff00")
    ('#00568f', '#7a7a00')
    """
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    for percent in range(100, -1, -1):
        found = [part * percent // 100 for part in parts]
        if 1.05 / (_luminance(found) + 0.05) >= LEAST_CONTRAST:
            break
    return "#" + "".join(f"{part:02x}" for part in found)


def _luminance(parts: list[int]) -> float:
    shares = [part / 255 for part in parts]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
