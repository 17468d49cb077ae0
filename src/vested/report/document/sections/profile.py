"""The profile of an organisation: its scores, its paradoxes, its strengths and work points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from vested.model import in_language
from vested.report.document.model import Block, Chart, Paragraph, Section
from vested.report.document.sections.parts import TILT, Contents, Row, visible
from vested.report.text import distinct, harmless

_COLUMNS = (
    *("measure", "respondents", "score", "ci_low", "ci_high", "n_effective"),
    *("response_rate", "fpc_low", "fpc_high", "norm_mean", "difference", "percentile", "ranks"),
    *("bands", "status"),
)


def profile(contents: Contents, name: str, *, alone: bool) -> list[Section]:
    """The sections on one organisation; `alone` where the report is about no other."""
    words = contents.words
    at = contents.organisations.index(name) + 1
    key = "" if alone else f"-{at}"
    title = words("profile") if alone else harmless(name)
    rows = contents.scores(name)
    level = 1 if alone else 2
    if not any(visible(row) for row in rows):
        hidden = words("profile.hidden", minimum=contents.options["min_respondents"])
        return [Section(f"profile{key}", title, (Paragraph(hidden),), level)]
    norms = contents.norms(name)
    text = words("profile.text", confidence=words.confidence(contents.options["confidence"]))
    if norms:
        most = max(row["organisations"] or 0 for row in norms.values())
        text = f"{text} {words('profile.norm', n=most)}"
    blocks: list[Block] = [
        Paragraph(text),
        intervals_of(contents, f"profile{key}-scores", rows, norms, grouped=True),
    ]
    if alone:  # among several the chart has the numbers, and a table of all would be long
        blocks.append(_scores(contents, name))
    made = [
        Section(f"profile{key}", title, tuple(blocks), level),
        *_paradoxes(contents, rows, key, level),
        *_points(contents, name, key, level),
    ]
    return made


def intervals_of(
    contents: Contents,
    name: str,
    rows: Sequence[Row],
    norms: Mapping[str, Row],
    *,
    by: str = "measure",
    grouped: bool = False,
    title: str | None = None,
) -> Chart:
    """A chart of scores with their intervals, hidden ones marked so."""
    words = contents.words
    absent = (".joint", TILT) if grouped else TILT  # pairs have a map of theirs
    rows = [row for row in rows if not row["measure"].endswith(absent)]
    groups = _groups(contents) if grouped else {}
    order = list(dict.fromkeys(groups.values()))
    if grouped:
        rows = sorted(rows, key=lambda row: order.index(groups[row["measure"]]))
    labels = [contents.measure(row[by]) if by == "measure" else harmless(row[by]) for row in rows]
    norm = [(norms.get(row["measure"]) or {}).get("norm_mean") for row in rows]
    frame = pl.DataFrame(
        {
            "label": distinct(labels),
            "score": pl.Series([row["score"] for row in rows], dtype=pl.Float64),
            "low": pl.Series([row["ci_low"] for row in rows], dtype=pl.Float64),
            "high": pl.Series([row["ci_high"] for row in rows], dtype=pl.Float64),
            "norm": pl.Series(norm, dtype=pl.Float64),
            "careful": [row["status"] == "caution" for row in rows],
            "group": [groups.get(row["measure"], "") for row in rows],
            "text": [contents.number(row["score"]) if visible(row) else "" for row in rows],
        }
    )
    told = words("separator").join(
        value_of(contents, label, row) for label, row in zip(labels, rows, strict=True)
    )
    description = words("profile.description", values=told)
    return contents.chart("intervals", name, title or words("profile.chart"), description, frame)


def value_of(contents: Contents, label: str, row: Row) -> str:
    """A score with its interval, for a description."""
    if not visible(row):
        return contents.words("profile.value_hidden", measure=label)
    score = contents.number(row["score"])
    if row["ci_low"] is None:
        return contents.words("profile.value_bare", measure=label, score=score)
    low, high = contents.number(row["ci_low"]), contents.number(row["ci_high"])
    return contents.words("profile.value", measure=label, score=score, low=low, high=high)


def _groups(contents: Contents) -> dict[str, str]:
    """Of each output the heading that it stands under: the headline scores, then by index."""
    instrument, words = contents.instrument, contents.words
    first = words("overview.table")
    groups = dict.fromkeys(contents.headlines, first)
    headlines = {output.measure.id for output in instrument.headlines}
    indices = [m for m in instrument.measures if m.kind == "index"]
    indices.sort(key=lambda measure: measure.id not in headlines)
    for index in indices:
        for part in index.of:
            groups.setdefault(part, contents.measure(index.id))
    for output in instrument.outputs:
        groups.setdefault(output.id, words("profile.further"))
    return groups


def _scores(contents: Contents, name: str) -> Block:
    groups = _groups(contents)
    order = list(dict.fromkeys(groups.values()))
    rank = {measure: order.index(group) for measure, group in groups.items()}
    frame = contents.report.analysis.scores.filter(pl.col("organisation") == name).sort(
        pl.col("measure").replace_strict(rank), maintain_order=True
    )
    frame, notes = contents.standing(frame)
    table = contents.report.tables.get("benchmark")
    if table is None:
        return contents.table("scores", contents.words("profile.table"), _COLUMNS, notes, frame)
    norms = table.frame.filter(pl.col("organisation") == name).select(
        "measure", "norm_mean", "difference", "percentile"
    )
    joined = frame.join(norms, on="measure", how="left", maintain_order="left")
    title = contents.words("profile.table")
    return contents.table("scores", title, _COLUMNS, notes, joined, beside="benchmark")


def _paradoxes(contents: Contents, rows: Sequence[Row], key: str, level: int) -> list[Section]:
    """The paradox map; nothing where the instrument has no pair, or all pairs are hidden."""
    words, known = contents.words, {row["measure"]: row for row in rows}
    names = ("label", "tilt", "tilt_low", "tilt_high", "joint", "joint_low", "joint_high")
    found, told = [], []
    for pair in (m for m in contents.instrument.measures if m.kind == "pair"):
        joint, tilt = known[f"{pair.id}.joint"], known[f"{pair.id}.tilt"]
        if not (visible(joint) and visible(tilt)):
            continue
        poles = _poles(contents, pair.poles)
        label = contents.measure(pair.id)
        found.append(
            (label, tilt["score"], tilt["ci_low"], tilt["ci_high"],
             joint["score"], joint["ci_low"], joint["ci_high"], *poles)
        )  # fmt: skip
        even = round(tilt["score"], 1) == 0
        told.append(
            words(
                "paradox.value_even" if even else "paradox.value",
                pair=label,
                joint=contents.number(joint["score"]),
                **(
                    {}
                    if even
                    else {
                        "tilt": contents.number(abs(tilt["score"])),
                        "pole": poles[0] if tilt["score"] > 0 else poles[1],
                    }
                ),
            )
        )
    if not found:
        return []
    schema = dict.fromkeys(names, pl.Float64) | dict.fromkeys(("first", "second"), pl.String)
    frame = pl.DataFrame(found, {**schema, "label": pl.String}, orient="row")
    chart = contents.chart(
        "quadrant", f"paradox{key}-map", words("paradox.chart"),
        words("paradox.description", values=words("separator").join(told)), frame,
    )  # fmt: skip
    blocks = (Paragraph(words("paradox.text")), chart)
    return [Section(f"paradox{key}", words("paradox"), blocks, level + 1)]


def _poles(contents: Contents, poles: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    found = poles.get(contents.words.language) or poles.get("en") or ("1", "2")
    return harmless(found[0]), harmless(found[1])


def _points(contents: Contents, name: str, key: str, level: int) -> list[Section]:
    words = contents.words
    frame = contents.report.tables["points"].frame.filter(pl.col("organisation") == name)
    if not frame.height:
        return []
    if frame["against"][0] == "benchmark":
        text = words("points.benchmark")
    else:
        text = words("points.own", reference=contents.number(frame["reference"][0]))
    if not frame["clear"].all():
        text = f"{text} {words('points.unclear')}"
    columns = ("measure", "point", "score", "ci_low", "ci_high", "reference", "difference", "clear")
    blocks: list[Block] = [
        Paragraph(text),
        contents.table("points", words("points.table"), columns, frame=frame),
    ]
    for point, word in (("strength", "strengths"), ("work point", "work_points")):
        facets = frame.filter(pl.col("point") == point)["measure"].to_list()
        chart = _answers(contents, name, facets, f"points{key}-{word}", words(f"points.{word}"))
        blocks += [chart] if chart else []
    if any(
        isinstance(block, Chart) and " (R)" in "".join(block.frame["label"]) for block in blocks
    ):
        blocks.append(Paragraph(words("points.reversed_note")))
    answers = contents.report.tables["answers"].frame.filter(
        (pl.col("organisation") == name) & pl.col("measure").is_in(frame["measure"].to_list())
    )
    if (answers["status"] == "suppressed").any():
        blocks.append(Paragraph(words("points.hidden_note")))
    return [Section(f"points{key}", words("points"), tuple(blocks), level + 1)]


def _answers(
    contents: Contents, name: str, facets: Sequence[str], key: str, title: str
) -> Chart | None:
    """How the answers to the items of some facets are spread; None where all are hidden."""
    words = contents.words
    answers = contents.report.tables["answers"].frame.filter(
        (pl.col("organisation") == name)
        & pl.col("measure").is_in(facets)
        & (pl.col("status") != "suppressed")
    )
    if not answers.height:
        return None
    rank = {facet: at for at, facet in enumerate(facets)}
    answers = answers.sort(pl.col("measure").replace_strict(rank), maintain_order=True)
    labels = []
    for item_id in answers["item"]:
        item = contents.instrument.item(item_id)
        text = harmless(in_language(item.text, words.language) or item.id)
        labels.append(words("points.reversed", text=text) if item.reversed else text)
    told = words("separator").join(
        f"{label} {words.percent(share)}"
        for label, share in zip(labels, answers["favourable"], strict=True)
    )
    frame = answers.select(
        pl.Series("label", distinct(labels)),
        *("unfavourable", "middle", "favourable", "respondents"),
    )
    description = words("points.description", values=told)
    return contents.chart("answers", key, title, description, frame)
