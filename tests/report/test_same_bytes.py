"""The writers of documents give the same bytes, whatever machine and settings they run on."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import vested
from vested.report.document.model import Document

WRITERS = ["vested.report.markdown", "vested.report.paper.latex", "vested.report.xlsx"]
ELSEWHERE = """
import hashlib, importlib, pickle, sys
document = pickle.load(open(sys.argv[1], "rb"))
for name in sys.argv[2:]:
    print(hashlib.sha256(importlib.import_module(name).document(document)).hexdigest())
"""


def hashes(document: Document) -> list[str]:
    made = (import_module(name).document(document) for name in WRITERS)
    return [hashlib.sha256(content).hexdigest() for content in made]


def test_twice(make_document: Callable[..., Document]) -> None:
    assert hashes(make_document()) == hashes(make_document())


@pytest.mark.parametrize(
    "settings",
    [
        {"TZ": "Pacific/Auckland", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Caracas", "LC_ALL": "C", "PYTHONHASHSEED": "2", "POLARS_MAX_THREADS": "1"},
    ],
)
def test_elsewhere(
    make_document: Callable[..., Document], tmp_path: Path, settings: dict[str, str]
) -> None:
    (tmp_path / "document").write_bytes(pickle.dumps(make_document()))
    found = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, "document", *WRITERS],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(vested.__file__).parents[1]),
             **settings},
    )  # fmt: skip
    assert found.stdout.split() == hashes(make_document())
