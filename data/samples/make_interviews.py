"""Make the coded interviews of this folder again: `python data/samples/make_interviews.py`.

Every organisation, source and word in them is invented. What sources say follows the true scores
of `survey-truth.csv`, but for two organisations of which they tell another story.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

import vested
from vested.platforms.qda import Code, Project, Segment, Source
from vested.platforms.qda.refi.writer import write

FOLDER = Path(__file__).parent
SEED = 2026
INTERVIEWED = (
    *("City of Oakhaven", "Pension Office", "Saint Alder Hospital", "Family Benefits Agency"),
    *("Regional Railways", "Blood Service", "Employment Service", "City of Larkmouth"),
    *("Water Ways Authority", "Sickness Fund", "Town of Stonebridge", "Disability Fund"),
)
OTHERWISE = ("Employment Service", "City of Oakhaven")
"""Here interviews tell the opposite of what the survey does."""
ROUNDS = (("1", 1, "Exploratory talk"), ("3a", 1, "Panel"), ("3b", 1, "Case"),
          ("3c", 5, "Interview"))  # fmt: skip
"""Phase, sources of it per organisation (of the panel only every third), and what it is called."""
FRAMES: Mapping[int, tuple[str, ...]] = {
    2: ("{topic}: that is how we work here, every day and in every unit.",
        "If we are good at anything it is this one. {topic}, I mean; ask anybody."),
    1: ("{topic}: more often than not, yes, and more so than last year.",
        "We have made a start with it. {topic} is no longer a word on a slide."),
    0: ("{topic}: some units do, some do not, and nobody compares notes.",
        "It depends on whom you ask about it. {topic} means something else to everyone."),
    -1: ("{topic}: we talk about it more than we do it, to be honest.",
         "It was tried once and then forgotten. {topic} has no owner here."),
    -2: ("{topic}: no. Nobody does that here, and nobody expects it.",
         "There is nothing of the kind. {topic} is what others have, not we."),
}  # fmt: skip
QUESTIONS = ("And what about this?", "How does that go with you?", "Could you say more?",
             "What would a colleague say?", "Has that changed?")  # fmt: skip
KINDS = ("event", "claim", "document")


@dataclass(frozen=True, slots=True)
class Passage:
    """What one passage is about, and where it stands."""

    measure: str
    polarity: int
    kind: str
    start: int
    end: int


def codebook() -> list[Code]:
    """The facets of the instrument, polarities and kinds, as the instrument's codebook has them."""
    instrument = vested.load_instrument("vested")
    facets = [measure for measure in instrument.measures if measure.kind == "facet"]
    codes = [Code(m.id, m.id, (), f"{m.name['en']}. {m.description['en']}") for m in facets]
    codes.append(Code("POLARITY", "Polarity", codable=False))
    codes += [Code(f"P{value:+d}", f"{value:+d}", ("Polarity",)) for value in FRAMES]
    codes.append(Code("KIND", "Kind", codable=False))
    return [*codes, *(Code(f"K-{kind}", kind, ("Kind",)) for kind in KINDS)]


def interview(
    organisation: str, scores: Mapping[str, float], random: np.random.Generator
) -> tuple[str, list[Passage]]:
    """The text of one source and what its passages say, after the organisation's true scores."""
    names = {m.id: m.name["en"] for m in vested.load_instrument("vested").measures}
    chosen = random.choice(sorted(scores), size=int(random.integers(9, 16)), replace=False)
    text, passages = "", []
    for measure in chosen.tolist():
        middle = (scores[measure] - 50) / 14 * (-1 if organisation in OTHERWISE else 1)
        polarity = int(np.clip(round(middle + random.normal(0, 0.7)), -2, 2))
        text += f"Q: {random.choice(QUESTIONS)}\nA: "
        said = str(random.choice(FRAMES[polarity])).format(topic=names[measure])
        kind = str(random.choice(KINDS, p=(0.3, 0.6, 0.1)))
        passages.append(Passage(measure, polarity, kind, len(text), len(text) + len(said)))
        text += f"{said}\n"
    return text, passages


def second_opinion(passage: Passage, random: np.random.Generator) -> Passage | None:
    """How another coder reads a passage: now and then not at all, or a step apart."""
    if random.random() < 0.12:
        return None
    step = int(random.choice((-1, 0, 1), p=(0.08, 0.84, 0.08)))
    polarity = int(np.clip(passage.polarity + step, -2, 2))
    kind = passage.kind if random.random() < 0.9 else "claim"
    return Passage(passage.measure, polarity, kind, passage.start, passage.end)


def made() -> tuple[Project, dict[str, str]]:
    """The project of both coders, and the text of each source."""
    truth = pl.read_csv(FOLDER / "survey-truth.csv")
    facets = {m.id for m in vested.load_instrument("vested").measures if m.kind == "facet"}
    random = np.random.default_rng(SEED)
    sources, segments, texts = [], [], {}
    for at, organisation in enumerate(INTERVIEWED):
        own = truth.filter(pl.col("organisation") == organisation)
        for phase, count, called in ROUNDS:
            wave = 1 if phase == "1" else 2
            scores = {
                measure: score
                for measure, score in own.filter(pl.col("wave") == wave)
                .select("measure", "score")
                .rows()
                if measure in facets
            }
            for number in range(count if phase != "3a" or at % 3 == 0 else 0):
                name = f"{called} {at + 1:02}-{number + 1}"
                text, passages = interview(organisation, scores, random)
                texts[name] = text
                variables = {"organisation": organisation, "phase": phase}
                sources.append(Source(name, name, len(text), variables))
                for passage in passages:
                    segments += coded(name, "Coder A", passage, text)
                    other = second_opinion(passage, random)
                    if len(sources) % 2 and other is not None:
                        segments += coded(name, "Coder B", other, text)
    project = Project("interviews.qdpx", "REFI-QDA", tuple(codebook()), tuple(sources),
                      tuple(segments), ("Coder A", "Coder B"))  # fmt: skip
    return project, texts


def coded(source: str, coder: str, passage: Passage, text: str) -> list[Segment]:
    """The three codes of a passage: what it is about, its polarity, its kind."""
    place = (coder, passage.start, passage.end, text[passage.start : passage.end])
    codes = (passage.measure, f"P{passage.polarity:+d}", f"K-{passage.kind}")
    return [Segment(source, code, *place) for code in codes]


def plain_table(project: Project) -> str:
    """The same as a table of one row per passage and coder."""
    of = {source.id: source.variables for source in project.sources}
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, lineterminator="\n")
    heads = ("organisation", "phase", "source", "coder", "code", "polarity", "kind", "quotation")
    writer.writerow(heads)
    for about, polarity, kind in zip(*[iter(project.segments)] * 3, strict=True):
        variables = of[about.source]
        writer.writerow(
            (variables["organisation"], variables["phase"], about.source, about.coder, about.code,
             polarity.code.removeprefix("P"), kind.code.removeprefix("K-"), about.quotation)
        )  # fmt: skip
    return rows.getvalue()


def taguette(project: Project) -> str:
    """The codings of the first coder as Taguette exports them: a row per tag, ids repeat."""
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, lineterminator="\r\n")
    writer.writerow(("id", "document", "tag", "content"))
    places: dict[tuple[str, int | None], int] = {}
    for segment in project.segments:
        if segment.coder != "Coder A":
            continue
        number = places.setdefault((segment.source, segment.start), len(places) + 1)
        tag = segment.code
        if tag.startswith("P"):
            tag = f"Polarity.{tag.removeprefix('P')}" if tag[1] in "+-" else tag
        elif tag.startswith("K-"):
            tag = f"Kind.{tag.removeprefix('K-')}"
        writer.writerow((number, segment.source, tag, segment.quotation))
    return rows.getvalue()


def of_sources(project: Project) -> str:
    """What Taguette does not know of its documents: organisation and phase."""
    rows = [("source", "organisation", "phase")]
    rows += [
        (source.name, source.variables["organisation"], source.variables["phase"])
        for source in project.sources
    ]
    return "".join(f"{','.join(row)}\n" for row in rows)


def main() -> None:
    project, texts = made()
    (FOLDER / "interviews.qdpx").write_bytes(write(project, texts))
    (FOLDER / "interviews.csv").write_text(plain_table(project), encoding="utf-8", newline="")
    (FOLDER / "interviews-taguette.csv").write_text(taguette(project), encoding="utf-8", newline="")
    (FOLDER / "interviews-sources.csv").write_text(
        of_sources(project), encoding="utf-8", newline=""
    )


if __name__ == "__main__":
    main()
