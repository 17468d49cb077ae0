"""Make the simulated samples of this folder again: `python data/samples/make_samples.py`.

Every organisation in them is invented. `minimal.csv` and `minimal.yaml` are written by hand.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import polars as pl

import vested

FOLDER = Path(__file__).parent
SEED = 2026

SECTORS = ("municipality", "health", "social security", "mobility")
BODIES = (
    *("City of Oakhaven", "Elder Care North", "Pension Office", "Port of Greywater"),
    *("Town of Millbrook", "Saint Alder Hospital", "Family Benefits Agency", "Regional Railways"),
    *("Municipality of Fernfield", "Blood Service", "Employment Service", "Road Agency West"),
    *("City of Larkmouth", "Youth Health Centre", "Disability Fund", "Water Ways Authority"),
    *("Town of Stonebridge", "Mental Health Trust", "Sickness Fund", "City Transport Larkmouth"),
)
SIZES = (45, 9, 28, 12, 7, 120, 38, 18, 5, 16, 32, 10, 25, 4, 13, 22, 15, 6, 20, 8)

DUTCH_BODIES = (
    *("Gemeente Zeeëind", "Politiezone Drieëik", "OCMW Heuvelgem", "Stad Rivierdonk"),
    *("Woonzorg Sint-Noé", "Havenbedrijf Noordgeul"),
)
DUTCH_SIZES = (24, 14, 31, 18, 11, 6)

QUALTRICS_SIZES = (30, 16, 24, 12, 20, 18)


def survey() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Twenty bodies in four sectors, two waves with a shock between them, a few unusable rows."""
    made = vested.simulate(
        organisations=BODIES,
        respondents=SIZES,
        sectors=SECTORS,
        icc=0.15,
        waves=2,
        shock=6.0,
        careless=0.03,
        inventory=True,
        seed=SEED,
    )
    rows = np.arange(made.answers.height)
    nameless, silent = rows % 181 == 90, rows % 302 == 150
    items = [item.id for item in vested.load_instrument("vested").items]
    answers = made.answers.with_columns(
        pl.when(pl.Series(~nameless)).then("organisation").alias("organisation"),
        *(pl.when(pl.Series(~silent)).then(pl.col(item)).alias(item) for item in items),
    )
    return answers, made.truth


def survey_labels_nl() -> bytes:
    """Labels, semicolons, a decimal comma and Windows-1252, as a spreadsheet saves them."""
    made = vested.simulate(
        organisations=DUTCH_BODIES,
        respondents=DUTCH_SIZES,
        icc=0.15,
        answers="labels",
        language="nl",
        seed=SEED,
    )
    weights = np.random.default_rng(SEED).uniform(0.5, 1.5, made.answers.height)
    commas = [f"{weight:.2f}".replace(".", ",") for weight in weights]
    answers = made.answers.rename({"organisation": "organisatie"}).insert_column(
        2, pl.Series("gewicht", commas)
    )
    text: str = answers.write_csv(separator=";", line_terminator="\r\n")
    return text.encode("cp1252")


def qualtrics_choice_text() -> bytes:
    """The short form as Qualtrics exports it: three header rows, previews, unfinished responses."""
    instrument = vested.load_instrument("vested-short")
    made = vested.simulate(
        instrument,
        organisations=BODIES[:6],
        respondents=QUALTRICS_SIZES,
        icc=0.15,
        answers="labels",
        language="en",
        seed=SEED,
    )
    fields = {"StartDate": "Start Date", "EndDate": "End Date", "Status": "Response Type",
              "Progress": "Progress", "Duration (in seconds)": "Duration (in seconds)",
              "Finished": "Finished", "ResponseId": "Response ID", "UserLanguage": "User Language",
              "organisation": "organisation"}  # fmt: skip
    ids = ("startDate", "endDate", "status", "progress", "duration", "finished", "_recordId",
           "userLanguage", "organisation")  # fmt: skip
    items = instrument.items
    stem = "How far do you agree with each statement?\nThink of the past year."
    head = [
        [*fields, *(f"Q2_{number}" for number in range(1, len(items) + 1))],
        [*fields.values(), *(f"{stem} - {item.text['en']}" for item in items)],
        [
            json.dumps({"ImportId": key}, separators=(",", ":"))
            for key in (*ids, *(f"QID2_{number}" for number in range(1, len(items) + 1)))
        ],
    ]
    body = []
    answers = made.answers.select("organisation", *(item.id for item in items))
    for number, (organisation, *labels) in enumerate(answers.rows()):
        kind = "Survey Preview" if number % 40 == 7 else "IP Address"
        done = number % 25 != 11
        given = labels if done else [*labels[:15], *([None] * (len(labels) - 15))]
        minute = f"2026-03-{1 + number % 28:02} 10:{number % 60:02}"
        body.append(
            [f"{minute}:00", f"{minute}:48", kind, "100" if done else "54", str(200 + number),
             str(done), f"R_{number:015}", "EN", organisation, *given]
        )  # fmt: skip
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([*head, *body])
    return text.getvalue().encode()


def main() -> None:
    answers, truth = survey()
    (FOLDER / "survey.csv").write_bytes(answers.write_csv().encode())
    (FOLDER / "survey-truth.csv").write_bytes(truth.write_csv().encode())
    (FOLDER / "survey-labels-nl.csv").write_bytes(survey_labels_nl())
    (FOLDER / "qualtrics-choice-text.csv").write_bytes(qualtrics_choice_text())


if __name__ == "__main__":
    main()
