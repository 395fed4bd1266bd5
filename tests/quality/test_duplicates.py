"""What the suspicions promise, on lists of a seed by which nothing was chosen. Smaller ones than the page's."""

import pytest

from tests.quality.duplicates import measured
from tests.quality.likenesses import KINDS, made

SIZE = 120


@pytest.mark.parametrize(("kind", "precise", "complete"), [
    ("organisations", 0.85, 0.9), ("services", 0.85, 0.9), ("participants", 0.75, 0.75),
])  # fmt: skip
def test_what_is_likely_is_mostly_right_and_what_is_the_same_is_mostly_found(
    kind: str, precise: float, complete: float
) -> None:
    found = measured("held", kind, SIZE)
    assert found.likely.precision >= precise
    assert found.possible.recall >= complete
    assert found.reached >= 0.95
    assert found.possible.f1 > max(found.exact.f1, found.fuzzy.f1) + 0.2


def test_only_few_of_all_pairs_are_compared() -> None:
    assert all(measured("held", kind, SIZE).compared < 0.3 for kind in KINDS)


def test_the_lists_come_from_their_seeds_alone() -> None:
    once, again = made("held", "services", size=20), made("held", "services", size=20)
    assert once == again
    assert once != made("development", "services", size=20)
