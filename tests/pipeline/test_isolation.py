"""No client's name or number appears in another's files, in any form; text from data never acts."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import polars as pl

from vested.pipeline.batch import Batch
from vested.report import FORMATS

Rows = list[list[str]]
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


def spellings(word: str) -> set[bytes]:
    """The ways in which a word may stand in a file."""
    texts = {word, html.escape(word), quote(word), json.dumps(word)[1:-1], word.lower()}
    found = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le", "utf-16-be")}
    return found | {base64.b64encode(word.encode())[:-4], word.encode().hex().encode()}


def numbers(content: bytes) -> set[bytes]:
    """The numbers of so many digits that chance would not repeat them."""
    return set(re.findall(rb"\d+\.\d{9,}", content))


def intervals(folder: Path) -> set[bytes]:
    """The ends of a client's intervals: with quantiles in them, no two clients share one."""
    frame = pl.read_csv(folder / "scores.csv", columns=["ci_low", "ci_high"], infer_schema=False)
    return {end.encode() for column in frame for end in column if end and numbers(end.encode())}


def test_nothing_of_a_client_is_in_the_files_of_another(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path, tree_of: TreeOf,
) -> None:  # fmt: skip
    """Fifty clients, each with words of its own in every column, and as many rows as no other."""
    clients = {f"Zyq{number:02}vörn": 12 + number for number in range(50)}
    rows = []
    for name, size in clients.items():
        for row in answered(name, size, f"{name} Ørg"):
            rows.insert(len(rows) // 2, row)
    folder = survey(rows, "everyone.csv")
    options = {"formats": list(FORMATS), "group": ["client"], "respondent": "respondent"}
    found = run(folder, by="client", options=options, jobs=2)
    assert len(found.done) == len(clients)
    words = {name: spellings(name[:5]) | spellings(f"{name} Ørg") for name in clients}
    folders = sorted(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    own: dict[str, set[bytes]] = {}
    for path in folders:
        mine = next(name for name in clients if name[:5].lower() in path.name)
        texts = [each for item in tree_of(path).items() for each in layers(*item)]
        seen = b"\n".join(texts)
        assert any(word in seen for word in words[mine])  # the search does find
        for other in clients.keys() - {mine}:
            assert not [word for word in words[other] if word in seen], (mine, other)
        assert b"everyone" not in seen
        own[mine] = numbers(seen)
    ends = {name: intervals(path) for path, name in zip(folders, sorted(clients), strict=True)}
    for mine, seen in own.items():
        foreign = set().union(*(ends[name] for name in clients if name != mine)) - ends[mine]
        assert len(foreign) > 1000
        assert not seen & foreign, mine


def test_a_client_gets_the_same_whoever_else_is_in_the_batch(
    survey: Callable[..., Path], answered: Callable[..., Rows], run: Callable[..., Batch],
    tmp_path: Path, tree_of: TreeOf,
) -> None:  # fmt: skip
    """What does not change when the others go or change cannot say anything of them."""
    options = {"formats": list(FORMATS)}
    run(survey(answered("a") + answered("b") + answered("c")), by="client", options=options)
    run(survey(answered("b"), folder="alone"), "alone-out", by="client", options=options)
    more = answered("d", 40) + answered("b") + answered("a", 13)
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
    found = run(survey(rows), by="client", options={"formats": list(FORMATS), "group": ["client"]})
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
