"""Norms: who counts, what numbers stand for them, and that the order of rows changes nothing."""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats.mstats import hdquantiles

import vested
from vested.analysis.benchmark.build import build
from vested.analysis.benchmark.norms import NUMBERS, OVERALL, fingerprint
from vested.analysis.benchmark.reading import read_norms
from vested.errors import VestedError
from vested.report.norms import FILES, write_norms

Rows = list[list[str]]


def cells(frame: pl.DataFrame, measure: str = "F0") -> dict[str, int | None]:
    rows = frame.filter(measure=measure)
    return dict(rows.select("cell", "organisations").rows())


@pytest.fixture
def path(norm_survey: Callable[..., Path], many: Callable[..., Rows]) -> Path:
    return norm_survey(many())


def test_numbers_are_those_of_the_scores(path: Path, eight: Path) -> None:
    frame = build(path, instrument=eight, by="sector").norms
    scores = vested.analyse(path, instrument=eight).scores.filter(measure="F0")
    row = frame.filter(cell="all", measure="F0").row(0, named=True)
    own = scores["score"].to_list()
    assert row["organisations"] == len(own) == 24
    assert row["respondents"] == scores["respondents"].sum()
    assert row["mean"] == pytest.approx(statistics.fmean(own), rel=1e-13)
    assert row["sd"] == pytest.approx(statistics.stdev(own), rel=1e-13)
    deciles = [row[f"p{at}0"] for at in range(1, 10)]
    expected = hdquantiles(np.array(own), prob=np.arange(1, 10) / 10)
    assert deciles == pytest.approx(list(expected), rel=1e-12)
    assert not {row[name] for name in NUMBERS[2:]} & set(own)


def test_cells_and_quantiles_follow_the_organisations(path: Path, eight: Path) -> None:
    frame = build(path, instrument=eight, by=["sector", "owner"]).norms
    assert cells(frame) == {"all": 24, "a": 8, "b": 8, "c": 8} | {
        f"owner {at}": None for at in range(8)
    }
    row = frame.filter(cell="a", measure="F0").row(0, named=True)
    known = [name for name in NUMBERS if name.startswith("p") and row[name] is not None]
    assert known == ["p50"]  # eight organisations


def test_hidden_scores_do_not_count(
    norm_survey: Callable[..., Path], many: Callable[..., Rows], eight: Path
) -> None:
    rows = many()
    small = [row for row in rows if row[0] == "Org 00"][:9]
    path = norm_survey([row for row in rows if row[0] != "Org 00"] + small)
    frame = build(path, instrument=eight).norms
    assert set(frame["organisations"]) == {23}
    assert set(build(path, instrument=eight, min_respondents=9).norms["organisations"]) == {24}


def test_waves_are_cells_of_their_own(
    norm_survey: Callable[..., Path], many: Callable[..., Rows], eight: Path
) -> None:
    path = norm_survey(many(waves=("2", "10")))
    frame = build(path, instrument=eight, wave="wave").norms
    assert frame.filter(measure="X").select("dimension", "cell").rows() == [
        OVERALL, ("wave", "2"), ("wave", "10"),
    ]  # fmt: skip
    own = vested.analyse(path, instrument=eight, wave="wave").scores.filter(measure="X", wave="10")
    row = frame.filter(cell="10", measure="X").row(0, named=True)
    assert row["mean"] == pytest.approx(own["score"].mean(), rel=1e-13)
    whole = vested.analyse(path, instrument=eight).scores.filter(measure="X")["score"]
    mean = frame.filter(cell="all", measure="X")["mean"].item()
    assert mean == pytest.approx(whole.mean(), rel=1e-13)


def test_what_is_hidden_holds_no_number(path: Path, eight: Path) -> None:
    frame = build(path, instrument=eight, by="owner").norms
    gone = frame.filter(status="suppressed")
    assert gone.height == 8 * 9
    assert gone.select(NUMBERS).null_count().row(0) == (gone.height,) * len(NUMBERS)


def test_a_client_with_half_of_a_cell_learns_nothing_of_the_others(path: Path, eight: Path) -> None:
    """Sector a without the owners 0, 3 and 6 would be the others', fewer than five or not."""
    shown = build(path, instrument=eight, by="sector").norms
    assert cells(shown)["a"] == 8
    rows = [line.split(",") for line in path.read_text().splitlines()]
    for row in rows[1:]:
        row[3] = "one" if row[1] == "a" and row[0] < "Org 15" else row[0]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")
    hidden = build(path, instrument=eight, by="sector", client="owner").norms
    both = build(path, instrument=eight, by=["sector", "owner"], client="owner").norms
    assert cells(both)["a"] is cells(hidden)["a"] is None
    assert cells(hidden)["all"] == 24


def test_shuffled_rows_in_several_files_give_the_same_bytes(
    norm_survey: Callable[..., Path], many: Callable[..., Rows], eight: Path, tmp_path: Path
) -> None:
    rows = many(waves=("1", "2"))
    whole = norm_survey(rows)
    random.Random(3).shuffle(rows)
    parts = [norm_survey(rows[at::2], f"part{at}.csv") for at in range(2)]
    found = []
    for at, paths in enumerate(([whole], parts, parts[::-1])):
        norms = build(paths, instrument=eight, by="sector", wave="wave")
        write_norms(norms, tmp_path / f"norms{at}", force=False)
        found.append({name: (tmp_path / f"norms{at}" / name).read_bytes() for name in FILES})
    assert found[0] == found[1] == found[2]
    recipes = [(tmp_path / f"norms{at}" / "recipe.json").read_bytes() for at in (1, 2)]
    assert recipes[0] == recipes[1]


def test_the_package_describes_the_files(path: Path, eight: Path, tmp_path: Path) -> None:
    norms = build(path, instrument=eight, by="sector")
    write_norms(norms, tmp_path / "norms", force=False)
    package = json.loads((tmp_path / "norms" / "datapackage.json").read_text())
    for resource in package["resources"]:
        content = (tmp_path / "norms" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == norms.norms.columns
    with (tmp_path / "norms" / "norms.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            for field in fields:
                if field["type"] in ("integer", "number") and row[field["name"]]:
                    assert float(row[field["name"]]) >= 0
                assert row[field["name"]] or not field.get("constraints")
    text = "".join(p.read_text() for p in (tmp_path / "norms").iterdir() if p.suffix != ".parquet")
    assert "Org 0" not in text
    assert str(tmp_path) not in text


def test_norms_are_read_back(path: Path, eight: Path, tmp_path: Path) -> None:
    norms = build(path, instrument=eight, by="sector")
    write_norms(norms, tmp_path / "norms", force=False)
    again = read_norms(tmp_path / "norms")
    assert again.norms.equals(norms.norms)
    assert (again.members, again.inputs) == (norms.members, norms.inputs)
    assert len(again.members) == 2 * 24


def damage(folder: Path, name: str, content: bytes | None) -> None:
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("norms.csv", b"dimension\n", "norms/norms.csv is not what the recipe says"),
        ("norms.parquet", b"PAR1", "norms/norms.parquet is not what the recipe says"),
        ("members.json", None, "norms/members.json is not what the recipe says"),
        ("recipe.json", None, "norms has no recipe.json"),
        ("recipe.json", b"{", "norms/recipe.json cannot be understood"),
        ("recipe.json", b"[]", "norms/recipe.json cannot be understood"),
        ("recipe.json", b'{"command": "analyse"}', "norms/recipe.json cannot be understood"),
    ],
)
def test_damaged_norms(
    name: str, content: bytes | None, message: str, path: Path, eight: Path, tmp_path: Path
) -> None:
    write_norms(build(path, instrument=eight), tmp_path / "norms", force=False)
    damage(tmp_path / "norms", name, content)
    with pytest.raises(VestedError, match=message):
        read_norms(tmp_path / "norms")


@pytest.mark.parametrize("content", [b"PAR1", b"", b"PAR1" + b"\xff" * 400 + b"PAR1"])
def test_norms_that_are_no_table_although_the_hash_is_right(
    content: bytes, path: Path, eight: Path, tmp_path: Path
) -> None:
    write_norms(build(path, instrument=eight), tmp_path / "norms", force=False)
    frame = pl.read_parquet(tmp_path / "norms" / "norms.parquet")
    if not content:
        buffer = io.BytesIO()
        frame.with_columns(pl.col("mean").cast(pl.String)).write_parquet(buffer)
        content = buffer.getvalue()
    damage(tmp_path / "norms", "norms.parquet", content)
    recipe = json.loads((tmp_path / "norms" / "recipe.json").read_text())
    recipe["outputs"]["norms.parquet"] = sha256(content).hexdigest()
    damage(tmp_path / "norms", "recipe.json", json.dumps(recipe).encode())
    with pytest.raises(VestedError, match="the norms in norms are damaged"):
        read_norms(tmp_path / "norms")


@pytest.mark.parametrize("option", ["min_organisations", "min_respondents", "max_share"])
def test_norms_without_rules(option: str, path: Path, eight: Path, tmp_path: Path) -> None:
    write_norms(build(path, instrument=eight), tmp_path / "norms", force=False)
    recipe = json.loads((tmp_path / "norms" / "recipe.json").read_text())
    del recipe["options"][option]
    damage(tmp_path / "norms", "recipe.json", json.dumps(recipe).encode())
    with pytest.raises(VestedError, match="the norms in norms are damaged"):
        read_norms(tmp_path / "norms")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_organisations": 2}, "--min-organisations 2 is below 3"),
        ({"max_share": 0}, "--max-share 0 is not between 0 and 1"),
        ({"by": ["sector", "sector"]}, "--by sector: the column is named twice"),
        ({"by": "wave"}, "--by wave: the norms call"),
        ({"by": "sektor"}, r"has no column 'sektor' \(--by\)"),
        ({"by": "sector", "client": "owned"}, r"has no column 'owned' \(--client\)"),
        ({"min_organisations": 25}, "every cell of the norms would be suppressed"),
    ],
)
def test_refused(options: dict[str, Any], message: str, path: Path, eight: Path) -> None:
    with pytest.raises(VestedError, match=message):
        build(path, instrument=eight, **options)


def test_an_organisation_has_one_value(path: Path, eight: Path) -> None:
    text = path.read_text().replace("Org 00,a", "Org 00,z", 1)
    path.write_text(text)
    with pytest.raises(VestedError, match="Org 00 has two values in column sector: 'a' and 'z'"):
        build(path, instrument=eight, by="sector")
    path.write_text(text.replace("Org 00,z", "Org 00,"))  # a blank says nothing
    assert cells(build(path, instrument=eight, by="sector").norms)["a"] == 8


def test_few_facets_give_no_fingerprint() -> None:
    row = {"measure": "A", "kind": "facet", "respondents": 10, "score": 50.0, "sd": 1.0}
    hidden = {**row, "score": None}
    assert fingerprint("overall", "all", "Gent", "", [row] * 7 + [hidden]) is None
    whole = fingerprint("overall", "all", "Gent", "", [row] * 8)
    assert whole == fingerprint("overall", "all", "Gent", "", [*[row] * 8, hidden])
    others = [("sector", "all", "Gent", ""), ("overall", "all", "Mons", "")]
    assert whole not in {fingerprint(*other, [row] * 8) for other in others}
