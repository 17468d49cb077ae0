"""No client's name or number appears in another's files, in any form; text from data never acts."""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from vested.pipeline.batch import Batch
from vested.report import FORMATS

Rows = list[list[str]]
DRAWN = ["html", "pdf", "pptx"]
"""Forms with charts, which take most of the time."""
QUICK = [name for name in FORMATS if name not in DRAWN]
TreeOf = Callable[[Path], dict[str, bytes]]


def layers(name: str, content: bytes) -> Iterator[bytes]:
    """A file as it lies there, and all that is packed in it."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield member.encode()
                yield from layers(member, archive.read(member))
    if name.endswith(".parquet"):
        yield pl.read_parquet(content).write_csv().encode()
    if content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.S):
            with_end = zlib.decompressobj()
            try:
                yield with_end.decompress(stream)
            except zlib.error:
                continue
    for packed in re.findall(rb"base64,([A-Za-z0-9+/=]+)", content):
        yield base64.b64decode(packed)


_CANARY = re.compile(
    rb"(?i)zyq(\d\d)"  # as it is, in markup, in JSON and in addresses
    rb"|z\0y\0q\0(\d\0\d)"  # UTF-16 of either order
    rb"|(?:7a|5a)(?:79|59)(?:71|51)(3\d3\d)"  # as hexadecimal digits, which PDF has
)


def canaries(content: bytes) -> set[int]:
    """The numbers of the clients whose names stand in a file, whichever way they are spelled."""
    found = set()
    for plain, wide, digits in _CANARY.findall(content):
        found.add(int(plain or wide.replace(b"\0", b"") or bytes.fromhex(digits.decode())))
    return found


def test_the_search_finds_every_spelling() -> None:
    for text in (b"zyq07", b"<b>Zyq07v&ouml;rn", "ZYQ07".encode("utf-16"), b"zyq07".hex().encode()):
        assert canaries(b"x" + text) == {7}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "Zyq08 " * 9)
    found = set().union(*map(canaries, layers("a.xlsx", packed.getvalue())))
    assert found == {8}


def numbers(content: bytes) -> set[bytes]:
    """The numbers of so many digits that chance would not repeat them."""
    return set(re.findall(rb"\d+\.\d{9,}", content))


def intervals(folder: Path) -> set[bytes]:
    """The ends of a client's intervals: with quantiles in them, no two clients share one."""
    frame = pl.read_csv(folder / "scores.csv", columns=["ci_low", "ci_high"], infer_schema=False)
    return {end.encode() for column in frame for end in column if end and numbers(end.encode())}


@pytest.mark.parametrize(("size", "forms"), [(50, QUICK), (5, DRAWN)], ids=["50", "drawn"])
def test_nothing_of_a_client_is_in_the_files_of_another(
    size: int, forms: list[str],
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path, tree_of: TreeOf,
) -> None:  # fmt: skip
    """Clients with words of their own in every column, and as many rows as no other."""
    clients = {f"Zyq{number:02}vörn": 12 + number for number in range(size)}
    rows: Rows = []
    for name, count in clients.items():
        for row in answered(name, count, f"{name} Ørg"):
            rows.insert(len(rows) // 2, row)
    folder = survey(rows, "everyone.csv")
    options = {"formats": forms, "group": ["client"], "respondent": "respondent"}
    found = run(folder, by="client", options=options, jobs=2)
    assert len(found.done) == len(clients)
    folders = sorted(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    own: dict[str, set[bytes]] = {}
    for number, (name, path) in enumerate(zip(clients, folders, strict=True)):
        texts = [each for item in tree_of(path).items() for each in layers(*item)]
        assert set().union(*map(canaries, texts)) == {number}
        assert not any(b"everyone" in each for each in texts)
        own[name] = set().union(*map(numbers, texts))
    ends = {name: intervals(path) for path, name in zip(folders, sorted(clients), strict=True)}
    for mine, seen in own.items():
        foreign = set().union(*(ends[name] for name in clients if name != mine)) - ends[mine]
        assert len(foreign) > 50
        assert not seen & foreign, mine


def test_a_client_gets_the_same_whoever_else_is_in_the_batch(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path, tree_of: TreeOf,
) -> None:  # fmt: skip
    """What does not change when the others go or change cannot say anything of them."""
    options = {"formats": ["html", "pdf", "xlsx", "json"]}
    run(survey(answered("a", 3) + answered("b") + answered("c", 4)), by="client", options=options)
    run(survey(answered("b"), folder="alone"), "alone-out", by="client", options=options)
    more = answered("d", 5) + answered("b") + answered("a", 9)
    run(survey(more, "x.csv", "others"), "others-out", by="client", options=options)
    trees = [tree_of(tmp_path / f"{each}/b") for each in ("out", "alone-out", "others-out")]
    assert trees[0] == trees[1] == trees[2]


NAMES = (
    *("../../etc/passwd", "<script>alert(1)</script>", '=HYPERLINK("http://x")', "@SUM(1)"),
    *("a\x1b[31mb", "\u202egnp.exe", "con", "[bold]x[/bold]", '#import "x"', "$x^2$ \\input{x}"),
    *("&amp;&lt;", "a,b;c\"d'e", "x" * 300, "\u200b\ufeff", "{{7*7}}", "%s%n", "نص"),
)


def test_text_in_names_never_acts(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path,
) -> None:  # fmt: skip
    rows = [row for name in NAMES for row in answered(name)]
    found = run(survey(rows), by="client", options={"formats": QUICK, "group": ["client"]})
    assert found.failed == {}
    assert len(found.done) == len(NAMES)
    known = {"surveys", "surveys/all.csv", "out", "out/summary.csv"}
    outside = {
        path.relative_to(tmp_path).as_posix()
        for path in tmp_path.rglob("*")
        if not re.match(r"out/[^./][^/]*(/[\w-]+\.\w+)?$", path.relative_to(tmp_path).as_posix())
    }
    assert outside <= known
    table = (tmp_path / "out/summary.csv").read_text(encoding="utf-8")
    assert not re.search(r'(?m)(^|[,"])[=@]', table)
    assert "\x1b" not in table
    assert "\u202e" not in table


def test_naughty_names_of_files(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch]
) -> None:
    names = ["<b>&.csv", "=1+1.csv", "a\x1b[31m.csv", "\u202efdp.csv", "; rm -rf x.csv", "-o.csv"]
    names += ["con.csv", "[a-z]*.csv", "%s.csv", "e\u0301.csv", "ü" * 120 + ".csv", "a\nb.csv"]
    for name in names:
        folder = survey(answered(name), name)
    found = run(folder)
    assert found.failed == {}
    assert len(found.done) == len(names)
