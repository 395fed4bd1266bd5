"""The index against brute force: the same answers, whatever its size and however it came to be."""

from dataclasses import replace

import pytest

from services.matching.engine import Listing, Matcher
from services.matching.engine import side as index
from tests.benchmarks.country import NOW, Country


@pytest.fixture(scope="module")
def country() -> tuple[list[Listing], list[Listing]]:
    made = Country(seed=7)
    return list(made.listings("offer", 12_000)), list(made.listings("need", 40))


@pytest.fixture(scope="module")
def matcher(country: tuple[list[Listing], list[Listing]]) -> Matcher:
    return Matcher().fit(country[0])


def _ids(matcher: Matcher, asked: Listing, limit: int = 20) -> list[tuple[str, float]]:
    found = matcher.candidates(asked, now=NOW, limit=limit, refusals=0)
    return [(one.id, one.score) for one in found.candidates]


@pytest.mark.parametrize("km", [5, 30])
def test_who_is_near_is_found_as_by_looking_at_everybody(
    country: tuple[list[Listing], list[Listing]], matcher: Matcher, km: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [replace(one, means=frozenset({"in_person"}), reach_km=km, travel=frozenset()) for one in country[1]]
    quick = [_ids(matcher, one) for one in asked]
    monkeypatch.setattr(index, "_TAIL", 10**9)
    assert quick == [_ids(matcher, one) for one in asked]
    assert any(quick)


def test_who_may_be_anywhere_is_found_nearly_as_by_looking_at_everybody(
    country: tuple[list[Listing], list[Listing]], matcher: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [replace(one, means=frozenset({"online"})) for one in country[1]]
    quick = [{name for name, _ in _ids(matcher, one)} for one in asked]
    monkeypatch.setattr(index, "_TAIL", 10**9)
    exact = [{name for name, _ in _ids(matcher, one)} for one in asked]
    missed = sum(len(those - these) for these, those in zip(quick, exact, strict=True))
    assert missed <= 0.05 * sum(map(len, exact))


def test_what_is_added_changed_and_withdrawn_counts_in_the_next_query(
    country: tuple[list[Listing], list[Listing]],
) -> None:
    offers, (asked, *_) = country
    matcher = Matcher().fit(offers[:9_000])
    same = replace(asked, id="same", kind="offer", owner="somebody else", capacity_left=1)
    assert "same" in dict(_ids(matcher.add([same]), asked))
    matcher.add([replace(same, title="nothing of the kind", category=None)])
    assert dict(_ids(matcher, asked, limit=9_001)).get("same", 0.0) < 0.5
    matcher.add([same]).remove(["same"])
    assert "same" not in dict(_ids(matcher, asked, limit=9_001))


def test_moving_together_and_merging_blocks_change_no_answer(country: tuple[list[Listing], list[Listing]]) -> None:
    offers, needs = country
    grown = Matcher().fit(offers[:6_000])
    for start in range(6_000, 12_000, 500):
        grown.add(offers[start : start + 500])
    grown.remove(one.id for one in offers[:8_000])
    fresh = Matcher().fit(offers[8_000:])
    assert [_ids(grown, one) for one in needs[:10]] == [_ids(fresh, one) for one in needs[:10]]


def test_progress_is_told_while_a_community_is_taken_in(country: tuple[list[Listing], list[Listing]]) -> None:
    told: list[int] = []
    Matcher().fit(country[0], progress=told.append)
    assert told[-1] == 12_000
    assert len(told) >= 3
    assert told == sorted(told)
