r"""Text as LaTeX prints it: nothing in it acts, and what the fonts have not is made visible."""

from __future__ import annotations

import re
import unicodedata

_ASCII = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "^": r"\textasciicircum{}", "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
    "<": r"\textless{}", ">": r"\textgreater{}", '"': r"\textquotedbl{}", "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    # After the end of a row these would be read as an option of it.
    "[": "{[}", "]": "{]}", "*": "{*}",
}  # fmt: skip
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "ς": "varsigma", "τ": "tau", "υ": "upsilon",
    "φ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "≤": "leq", "≥": "geq", "≈": "approx", "≠": "neq", "→": "rightarrow",
    "←": "leftarrow", "∞": "infty",
}  # fmt: skip
_MATHS = {
    "\N{MINUS SIGN}": "$-$",
    "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    **{sign: rf"$\{name}$" for sign, name in _GREEK.items()},
    **{chr(0x2080 + digit): f"$_{{{digit}}}$" for digit in range(10)},
}
_WITHOUT = frozenset("\N{SOFT HYPHEN}ĦħĸĿŀŉŦŧſ")
_FURTHER = frozenset("ȘșȚțẞ–—‘’‚“”„†‡•…‰‹›€™")
_LIGATURES = re.compile(r"(?<=-)(?=-)|(?<=')(?=')|(?<=,)(?=,)")
_UNBROKEN = re.compile(r"\S{30}(?=\S)")
LONGEST = 1000
"""A longer title, or text in a cell, is cut: they do not break across pages. Our choice."""
_BREAK = "\N{ZERO WIDTH SPACE}"


def escaped(text: str) -> str:
    r"""Text for pdfLaTeX; a word may break after each 30 characters, so that it stays on the page.

    >>> print(escaped("R&D_50% \\input{x}"), escaped("数"))
    R\&D\_50\% \textbackslash{}input\{x\} ‹U+6570›
    """
    composed = unicodedata.normalize("NFC", text)
    known = "".join(_kept(character) for character in composed)
    parts = _UNBROKEN.sub(lambda found: found[0] + _BREAK, known)
    return _LIGATURES.sub("{}", "".join(_printed(character) for character in parts))


def escaped_in_part(text: str) -> str:
    """The same of a title or a cell, which is cut where it is too long for a page."""
    return escaped(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _kept(character: str) -> str:
    code = ord(character)
    if 0x20 <= code < 0x7F or character in _MATHS or character in _FURTHER:
        return character
    if 0xA1 <= code < 0x180 and character not in _WITHOUT:
        return character
    return f"‹U+{code:04X}›"


def _printed(character: str) -> str:
    if character == _BREAK:
        return "\\allowbreak%\n"  # a new line of the file, too: TeX does not read very long ones
    return _ASCII.get(character) or _MATHS.get(character) or character
