"""The instrument file, checked with pydantic: what may stand in it and what must fit together."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr

LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
FilledText = Annotated[StrictStr, Field(min_length=1)]
TextIn = Annotated[
    dict[LanguageCode, FilledText],
    Field(
        min_length=1, description="One text per language code, for example {en: Agree, nl: Eens}."
    ),
]
LabelsIn = dict[LanguageCode, list[FilledText]]
# A dot is kept for the parts of a pair (PTP.joint), and the rest must do as a column name.
Identifier = Annotated[StrictStr, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=64)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _say_families(schema: dict[str, Any]) -> None:
    """Which families there are, so that editors can offer them with the points of each."""
    from vested.instruments.families import family, names

    schema["properties"]["family"] |= {"enum": list(names())}
    for key in ("family", "points"):
        del schema["properties"][key]["default"]
    schema["anyOf"] = [{"required": ["codes"]}, {"required": ["family", "points"]}]
    schema["allOf"] = [
        {
            "if": {"properties": {"family": {"const": name}}, "required": ["family"]},
            "then": {"properties": {"points": {"enum": sorted(family(name).labels)}}},
        }
        for name in names()
    ]


class ScaleEntry(Entry):
    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_say_families)

    family: StrictStr = Field(
        default="", description="A family of labels in ten languages, in place of labels."
    )
    points: StrictInt = Field(default=0, description="How many labels of the family there are.")
    codes: Annotated[list[StrictInt], Field(min_length=2)] = Field(
        default_factory=list,
        description="The integer codes of the answers, from the lowest to the highest; "
        "of a family 1, 2, 3, … if not given.",
    )
    labels: LabelsIn = Field(
        default_factory=dict, description="Per language the labels of the codes, in the same order."
    )
    missing: LabelsIn = Field(
        default_factory=dict, description="Per language the labels that mean: no answer."
    )
    missing_codes: list[StrictInt] = Field(
        default_factory=list, description="Codes that mean: no answer."
    )


class SectionEntry(Entry):
    id: Identifier
    title: TextIn
    stem: TextIn = Field(default_factory=dict, description="The sentence above the items.")


class ItemEntry(Entry):
    id: Identifier = Field(description="The column name in a plain export.")
    scale: StrictStr = Field(description="A name under scales.")
    reversed: StrictBool = Field(
        default=False, description="Whether agreeing speaks against the measure."
    )
    text: TextIn = Field(default_factory=dict, description="The statement or question.")
    aliases: list[FilledText] = Field(
        default_factory=list, description="Other column names seen in exports."
    )
    section: StrictStr = Field(default="", description="A name under sections.")
    source: StrictStr = Field(default="", description="Where the idea comes from.")


class MeasureEntry(Entry):
    id: Identifier
    kind: Literal["facet", "index", "pair", "ambidexterity"]
    of: Annotated[list[StrictStr], Field(min_length=1)] = Field(
        description="Items of a facet; measures of an index; two of either for the other kinds."
    )
    name: TextIn = Field(default_factory=dict, description="Its name; the id if not given.")
    aggregation: Literal["arithmetic", "geometric"] = Field(
        default="arithmetic", description="How an index joins its measures."
    )
    weights: list[Annotated[float, Field(gt=0, allow_inf_nan=False)]] = Field(
        default_factory=list, description="One positive weight per measure of an index."
    )
    headline: StrictBool = Field(default=False, description="Whether it is shown first.")
    poles: dict[LanguageCode, Annotated[list[FilledText], Field(min_length=2, max_length=2)]] = (
        Field(default_factory=dict, description="Per language the names of a pair's two poles.")
    )
    description: TextIn = Field(
        default_factory=dict, description="One sentence for a codebook: what it looks like."
    )


class TechnologyEntry(Entry):
    id: Identifier
    name: TextIn


class InventoryEntry(Entry):
    title: TextIn
    stem: TextIn
    stages: ScaleEntry
    changes: ScaleEntry
    change_question: TextIn
    technologies: Annotated[list[TechnologyEntry], Field(min_length=1)]


class InstrumentFile(Entry):
    """A questionnaire for vested: scales, items and measures."""

    id: Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)] = Field(
        description="Lower case; the name on the command line."
    )
    version: StrictStr = Field(description='In quotes, so that "1.10" stays 1.10.')
    name: TextIn
    about: TextIn = Field(default_factory=dict)
    validated: StrictBool = False
    licence: StrictStr = ""
    references: dict[StrictStr, FilledText] = Field(default_factory=dict)
    scales: Annotated[dict[Identifier, ScaleEntry], Field(min_length=1)]
    sections: list[SectionEntry] = Field(default_factory=list)
    items: Annotated[list[ItemEntry], Field(min_length=1)]
    measures: Annotated[list[MeasureEntry], Field(min_length=1)]
    inventory: InventoryEntry | None = None
    validation: list[TextIn] = Field(
        default_factory=list, description="What a validation still owes, one entry each."
    )
