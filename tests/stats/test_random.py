"""Random numbers belong to a seed, an organisation and a purpose, and to nothing else."""

from __future__ import annotations

import pytest

from vested.stats.random import generator


def test_the_numbers_are_pinned() -> None:
    """Simulated samples stand in the documentation: another stream would change them all."""
    found = generator(0, "Gent", "answers").integers(0, 1000, 4).tolist()
    assert found == [32, 982, 67, 589]


@pytest.mark.parametrize("other", [(1, "Gent", "answers"), (0, "gent", "answers"), (0, "Gent", "")])
def test_each_part_of_the_name_matters(other: tuple[int, str, str]) -> None:
    assert generator(*other).random() != generator(0, "Gent", "answers").random()


def test_name_and_purpose_do_not_run_together() -> None:
    assert generator(0, "ab", "c").random() != generator(0, "a", "bc").random()


def test_any_text_is_a_name() -> None:
    assert 0 <= generator(0, "Überregionale ✓\0", "").random() < 1
