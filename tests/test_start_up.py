"""Starting is cheap: what a command does not need is not imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("polars", "numpy", "scipy", "pydantic", "ruamel", "rich.console")


def loaded(code: str) -> set[str]:
    """The modules that a fresh Python has loaded after running some code."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


def the_program(*arguments: str) -> str:
    return (
        f"import sys; sys.argv = ['vested', *{list(arguments)!r}]\n"
        "from vested.cli import main\n"
        "try:\n    main()\nexcept SystemExit as leaving:\n    assert not leaving.code\n"
    )


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import vested", (*HEAVY, "typer", "argparse")),
        ("import vested; vested.__version__; dir(vested)", (*HEAVY, "typer")),
        (the_program("--version"), (*HEAVY, "typer")),
        (the_program("--help"), ("polars", "numpy", "scipy", "pydantic", "ruamel")),
        (the_program("analyse", "--help"), ("polars", "numpy", "scipy", "ruamel")),
        (the_program("simulate", "--help"), ("polars", "numpy", "scipy", "ruamel")),
        (the_program("instrument", "--help"), ("polars", "numpy", "scipy", "ruamel")),
        ("import vested; vested.load_instrument('vested')", ("polars", "scipy")),
    ],
)
def test_what_is_not_imported(code: str, absent: tuple[str, ...]) -> None:
    assert not loaded(code) & set(absent)


def test_version_is_one_line() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "vested", "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("vested ")
    assert run.stdout.count("\n") == 1
