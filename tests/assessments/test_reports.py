"""The gap report: counts what is needed and what is there, and lets nobody be recognised."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.assessments.reports.domain import Gap, Shown, Tally, gap
from services.vocabulary import CATEGORIES
from tests.assessments.conftest import Room, problem

FEW = Shown(None, "fewer than 5")
WITHHELD = Shown(None, "withheld")


def _gap(**counts: int) -> Gap:
    return gap(Tally("food", **counts), threshold=5)


def test_large_counts_and_zeros_are_shown() -> None:
    found = _gap(needs=20, capabilities=7, published=12, met=8)
    assert (found.needs.count, found.capabilities.count, found.published.count) == (20, 7, 12)
    assert (found.met.count, found.unmet.count) == (8, 12)
    assert _gap().needs == Shown(0, "0")


@pytest.mark.parametrize("count", [1, 4])
def test_small_counts_are_words(count: int) -> None:
    found = _gap(needs=count, capabilities=count, published=count)
    assert found.needs == found.capabilities == found.published == FEW


def test_five_is_the_first_number_that_is_shown() -> None:
    assert _gap(capabilities=5).capabilities == Shown(5, "5")


@pytest.mark.parametrize("met", [0, 1, 3])
def test_of_a_few_needs_it_is_not_even_told_that_none_is_met(met: int) -> None:
    found = _gap(needs=3, met=met)
    assert (found.met, found.unmet) == (FEW, FEW)


def test_the_other_part_of_a_small_one_is_withheld() -> None:
    assert (_gap(needs=20, met=2).met, _gap(needs=20, met=2).unmet) == (FEW, WITHHELD)
    assert (_gap(needs=20, met=18).met, _gap(needs=20, met=18).unmet) == (WITHHELD, FEW)


def test_beside_a_hidden_count_the_published_ones_are_hidden_too() -> None:
    assert _gap(needs=3, capabilities=10, published=12).published == WITHHELD
    assert _gap(needs=2, capabilities=1, published=0).published == FEW


@given(needs=st.integers(0, 30), met=st.integers(0, 30), threshold=st.integers(3, 8))
def test_nobody_who_knows_the_rule_can_tell_a_hidden_part(needs: int, met: int, threshold: int) -> None:
    met = min(met, needs)

    def seen(truth: int) -> tuple[Any, ...]:
        found = gap(Tally(None, needs=needs, met=truth), threshold=threshold)
        return found.needs, found.met, found.unmet

    possible = [truth for truth in range(needs + 1) if seen(truth) == seen(met)]
    small = any(0 < part < threshold for part in (met, needs - met))
    if small:
        assert len(possible) > 1
    if 0 < needs < threshold:
        assert len(possible) == needs + 1


async def _report(room: Room, category: str) -> dict[str, Any]:
    items = (await room.do("GET", f"/v1/reports/gaps?category={category}"))["items"]
    assert [item["category"] for item in items] == [category]
    return dict(items[0])


async def test_assessments_and_anonymous_cards_are_counted_together(room: Room) -> None:
    person = room.participant()
    entry = {"text": "cook", "category": "food"}
    done = await room.completed(
        person, activities=[entry], needs=[{"text": f"n{i}", "category": "food"} for i in range(3)]
    )
    evening = await room.evening()
    table = await room.table(evening)
    for question, count in ((1, 3), (2, 4)):
        for _ in range(count):
            await room.lay(evening, table, question=question, category="food")
    found = await _report(room, "food")
    assert (found["needs"]["count"], found["capabilities"]["count"]) == (6, 5)
    assert (found["met"]["count"], found["unmet"]["count"], found["published"]["count"]) == (0, 6, 0)
    await room.do("DELETE", f"/v1/assessments/{done['id']}")
    assert (await _report(room, "food"))["needs"] == {"count": None, "shown": "fewer than 5"}
    await room.do("DELETE", f"/v1/round-tables/{evening['id']}")
    assert (await _report(room, "food"))["needs"]["count"] == 0


async def test_a_met_need_is_counted_once_and_stays_met_after_its_publication_ends(room: Room) -> None:
    needs = [{"text": f"n{i}", "category": "garden"} for i in range(10)]
    done = await room.completed(room.participant(), needs=needs)
    home = f"/v1/assessments/{done['id']}/needs"
    for need in (await room.items(done, "needs"))[:5]:
        made = await room.do("POST", f"{home}/{need['id']}:publish", {"title": "x"})
        listing = str(uuid4())
        room.tell("matching", "need.created", listing, state="open", publication=made["id"])
        room.tell("matching", "need.met", listing, state="met", publication=made["id"])
        room.tell("matching", "need.met", listing, state="met", publication=made["id"])
    await room.heard()
    found = await _report(room, "garden")
    assert (found["met"]["count"], found["unmet"]["count"], found["published"]["count"]) == (5, 5, 5)
    for need in (await room.items(done, "needs"))[:5]:
        await room.do("POST", f"{home}/{need['id']}:unpublish")
    found = await _report(room, "garden")
    assert (found["met"]["count"], found["published"]["count"]) == (5, 0)


async def test_a_tenants_report_counts_nothing_of_another(room: Room) -> None:
    await room.completed(needs=[{"text": f"n{i}", "category": "sport"} for i in range(6)])
    elsewhere = Room(room.app, room.neighbours, room.admin)
    assert (await _report(room, "sport"))["needs"]["count"] == 6
    assert (await _report(elsewhere, "sport"))["needs"]["count"] == 0


async def test_the_report_names_every_category_and_needs_its_own_scope(room: Room) -> None:
    await room.completed(needs=["something without a category"])
    items = (await room.do("GET", "/v1/reports/gaps"))["items"]
    assert (len(items), items[-1]["category"]) == (len(CATEGORIES) + 1, None)
    reader = room.app_of(scopes=frozenset({"assessments:read"}))
    problem(await room.ask("GET", "/v1/reports/gaps", caller=reader), 403, "forbidden")
    problem(await room.ask("GET", "/v1/reports/gaps?category=astrology"), 422, "invalid-request")
