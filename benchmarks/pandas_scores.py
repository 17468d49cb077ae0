"""The scores of `vested analyse`, as one would reasonably write them with pandas.

It does less than vested: no check of the answers, no ledger, no suppression, one delimiter and one
encoding. The instrument comes as the plain dicts of `vested instrument show ID --format json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

CONFIDENCE = 0.95
FLAT = 1e-9
"""A standard error below this is rounding: all answers were equal."""

Instrument = dict[str, Any]


def read_answers(survey: Path, instrument: Instrument, *, labels: bool) -> pd.DataFrame:
    """The survey with its answers as numbers, reversed items turned."""
    items = instrument["items"]
    # As categories, labels are looked up once per distinct label instead of once per cell.
    frame = pd.read_csv(survey, dtype={i["id"]: "category" for i in items} if labels else None)
    if labels:
        keys = {
            name: dict(zip(scale["labels"]["en"], scale["codes"], strict=True))
            for name, scale in instrument["scales"].items()
        }
        columns = {i["id"]: frame[i["id"]].map(keys[i["scale"]]).astype(float) for i in items}
        frame = pd.DataFrame({"organisation": frame["organisation"], **columns})
    for item in items:
        if item["reversed"]:
            codes = instrument["scales"][item["scale"]]["codes"]
            frame[item["id"]] = min(codes) + max(codes) - frame[item["id"]]
    return frame


def measure_values(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """One column per measure, one row per respondent."""
    items = {item["id"]: item for item in instrument["items"]}
    scales = instrument["scales"]

    def of_items(names: list[str]) -> pd.Series:
        """Mean of the answered items on 0-100, if at least half of them are answered."""
        codes = scales[items[names[0]]["scale"]]["codes"]
        part = frame[names]
        mean = part.mean(axis=1).where(part.count(axis=1) >= len(names) / 2)
        return (mean - min(codes)) / (max(codes) - min(codes)) * 100

    values: dict[str, pd.Series] = {}
    for measure in instrument["measures"]:
        name, of = measure["id"], measure["of"]
        if measure["kind"] == "facet":
            values[name] = of_items(of)
        elif measure["kind"] == "index":
            part = pd.DataFrame({facet: values[facet] for facet in of})
            values[name] = part.mean(axis=1).where(part.count(axis=1) >= 0.6 * len(of))
        else:
            p, q = (of_items([pole]) if pole in items else values[pole] for pole in of)
            if measure["kind"] == "pair":
                values[f"{name}.joint"] = np.sqrt(p * q)
                values[f"{name}.tilt"] = p - q
            else:
                values[f"{name}.balance"] = 100 - (p - q).abs()
                values[f"{name}.combined"] = np.sqrt(p * q)
    return pd.DataFrame(values)


def organisation_scores(values: pd.DataFrame, organisation: pd.Series) -> pd.DataFrame:
    """One row per organisation and measure: n, mean, standard deviation and error, t interval."""
    groups = values.groupby(organisation)
    mean, sd, n = groups.mean(), groups.std(), groups.count()
    table = pd.DataFrame(
        {
            "organisation": np.repeat(mean.index.to_numpy(), mean.shape[1]),
            "measure": np.tile(mean.columns.to_numpy(), mean.shape[0]),
            "respondents": n.to_numpy().ravel(),
            "score": mean.to_numpy().ravel(),
            "sd": sd.to_numpy().ravel(),
        }
    )
    table["se"] = table["sd"] / np.sqrt(table["respondents"])
    return with_interval(table)


def with_interval(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its t intervals, and vested's wider ones where all answers are equal."""
    n, score, se = table["respondents"], table["score"], table["se"]
    low, high = np.where(table["measure"].str.endswith(".tilt"), -100, 0), 100
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, n - 1) * se
    otherwise = 1 - ((1 - CONFIDENCE) / 2) ** (1 / n)
    flat = se < FLAT
    lower = np.maximum(score - half, low)
    upper = np.minimum(score + half, high)
    table["ci_low"] = lower.mask(flat, score - otherwise * (score - low))
    table["ci_high"] = upper.mask(flat, score + otherwise * (high - score))
    return table


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Score a survey with pandas.")
    parser.add_argument("survey", type=Path)
    parser.add_argument("instrument", type=Path, help="the instrument as JSON")
    parser.add_argument("output", type=Path)
    parser.add_argument("--labels", action="store_true", help="the answers are English labels")
    given = parser.parse_args()
    instrument = json.loads(given.instrument.read_text(encoding="utf-8"))
    frame = read_answers(given.survey, instrument, labels=given.labels)
    values = measure_values(frame, instrument)
    organisation_scores(values, frame["organisation"]).to_csv(given.output, index=False)


if __name__ == "__main__":
    main()
