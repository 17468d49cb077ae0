"""Phases of the trajectory: how they are written, and in which order they follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vested.interviews.phases import (
    AFTER,
    BEFORE,
    PHASES,
    named_phase,
    order,
    phase_in_name,
    phase_of,
)


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("1", "1"), ("4", "4"), ("3a", "3a"), ("3A", "3a"), ("3 b", "3b"), ("Phase 3c", "3c"),
        ("fase-2", "2"), ("PH.1", "1"), ("phase_3C", "3c"), ("#4", "4"), (" phase  1 ", "1"),
        ("３ｃ", "3c"), ("3", None), ("3d", None), ("5", None), ("12", None), ("", None),
        ("phase", None), ("2020", None), ("phase 1 and 2", None), ("later", None),
    ],
)  # fmt: skip
def test_of_a_cell(text: str, phase: str | None) -> None:
    assert phase_of(text) == phase
    assert named_phase(text) == (phase or " ".join(text.split()))


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("Harbour, phase 3c, interview 2", "3c"), ("fase_3A-Gent", "3a"), ("Phase1.docx", "1"),
        ("x/ph-4/y", "4"), ("phase 1 (again phase 1)", "1"), ("phase 1 and phase 3a", None),
        ("Interview 3", None), ("3c", None), ("telegraph 1", None), ("phase 12", None),
        ("phase 3", None), ("", None),
    ],
)  # fmt: skip
def test_in_the_name_of_a_source(name: str, phase: str | None) -> None:
    assert phase_in_name(name) == phase


def test_the_trajectory() -> None:
    assert sorted([*PHASES, "pilot", "after", ""], key=order) == [
        "1", "2", "3a", "3b", "3c", "4", "after", "pilot", "",
    ]  # fmt: skip
    assert {*BEFORE, *AFTER} <= set(PHASES)
    assert not {*BEFORE} & {*AFTER}


@given(st.sampled_from(list(PHASES)), st.sampled_from(["{}", "Phase {}", "fase-{}", "PH_{}"]))
def test_a_phase_is_known_however_it_is_written(phase: str, form: str) -> None:
    text = form.format(phase)
    assert phase_of(text) == phase_of(text.upper()) == named_phase(text) == phase
    assert named_phase(phase) == phase
    if form != "{}":
        assert phase_in_name(f"Interview, {text}") == phase


@given(st.text())
def test_any_text_is_a_phase_or_stays(text: str) -> None:
    assert named_phase(text) in (*PHASES, " ".join(named_phase(text).split()))
    assert named_phase(named_phase(text)) == named_phase(text)
