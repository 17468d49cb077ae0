"""Questionnaires of a few facets, and the evidence of rows of answers to them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from vested.analysis.evidence import Evidence, evidence

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
Facets = Mapping[str, Sequence[str]]
Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """The numbers of R's packages; a test that needs them is skipped where they are not at hand."""
    if not REFERENCE.is_dir():
        pytest.skip("the reference data are not at hand")
    found: dict[str, Any] = json.loads((REFERENCE / "reference.json").read_text())["r"]
    return found


@pytest.fixture(scope="session")
def data(reference: dict[str, Any]) -> Path:
    """The folder of the data that those numbers are of."""
    return REFERENCE / "data"


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Make a questionnaire of facets; an item that begins with - is turned."""

    def made(
        facets: Facets, low: int, high: int, more: Sequence[str] = (), items: Sequence[str] = ()
    ) -> Path:
        lines = ["id: made", 'version: "1"', "name: {en: Made}", "scales:"]
        lines += [f"  s: {{codes: {list(range(low, high + 1))}}}", "items:"]
        of_facets = dict.fromkeys(item for of in facets.values() for item in of)
        known = {item.removeprefix("-") for item in of_facets}
        for item in [*of_facets, *(item for item in items if item not in known)]:
            turned = ", reversed: true" if item.startswith("-") else ""
            name = item.removeprefix("-")
            lines.append(f"  - {{id: {name}, scale: s, text: {{en: Text of {name}.}}{turned}}}")
        lines.append("measures:")
        for facet, of in facets.items():
            names = ", ".join(item.removeprefix("-") for item in of)
            lines.append(f"  - {{id: {facet}, kind: facet, of: [{names}], name: {{en: {facet}}}}}")
        lines += [f"  - {measure}" for measure in more]
        path = tmp_path_factory.mktemp("form") / "made.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return made


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a survey and give its path."""

    def made(header: Sequence[str], rows: Rows, name: str = "survey.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return made


@pytest.fixture
def judge(form: Callable[..., Path], write: Callable[..., Path]) -> Callable[..., Evidence]:
    """The evidence of rows of an organisation and answers to A1, A2, …, on codes 1 to 5.

    All items are of facet A unless `facets` says otherwise; `columns` are named in front of them.
    """

    def made(rows: Rows, **options: Any) -> Evidence:
        columns = options.pop("columns", ("organisation",))
        items = [f"A{at}" for at in range(1, len(rows[0]) - len(columns) + 1)]
        turned = options.pop("turned", ())
        facets = options.pop("facets", None)
        if facets is None:
            facets = {"A": [f"-{item}" if item in turned else item for item in items]}
        made_form = form(facets, 1, 5, options.pop("more", ()), items)
        path = write([*columns, *items], rows)
        return evidence(path, instrument=made_form, **{"min_respondents": 1, **options})

    return made
