"""Each rule of a plan by itself: small cases that have no other answer, asked of the solver and of the app."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.community.rotas.planning import Plan, Slot, Volunteer, plan
from tests.community.conftest import Room
from tests.community.test_rotas import START, TODAY, cleaning_plan, join, seats

FIRST = date(2026, 11, 29)


def slot(week: int = 0, *, place: str = "stairs", people: int = 1, kept: tuple[str, ...] = ()) -> Slot:
    return Slot(day=FIRST + timedelta(weeks=week), place=place, people=people, kept=kept)


def one(name: str, **more: Any) -> Volunteer:
    return Volunteer(name=name, **{"household": name, **more})


def counted(made: Plan) -> dict[str, int]:
    return dict(Counter(name for _, name in made.turns))


def test_two_of_one_household_never_share_a_turn() -> None:
    family = [one("a", household="h"), one("b", household="h")]
    made = plan([slot(people=2)], volunteers=family)
    assert (len(made.turns), [gap.missing for gap in made.gaps]) == (1, [1])
    assert len(plan([slot(), slot(place="yard")], volunteers=family).turns) == 2


def test_nobody_joins_one_of_her_household_whose_turn_is_settled() -> None:
    made = plan([slot(people=2, kept=("a",))], volunteers=[one("a", household="h"), one("b", household="h")])
    assert made.turns == ()


def test_nobody_comes_on_a_day_she_cannot_even_if_nobody_else_can() -> None:
    made = plan([slot(0), slot(1)], volunteers=[one("a", not_on=frozenset({FIRST}))])
    assert [(taken.day, name) for taken, name in made.turns] == [(slot(1).day, "a")]


def test_nobody_comes_to_a_place_that_is_not_hers_even_if_nobody_else_does() -> None:
    made = plan([slot(), slot(1, place="yard")], volunteers=[one("a", only_places=frozenset({"yard"}))])
    assert [(taken.place, name) for taken, name in made.turns] == [("yard", "a")]


def test_nobody_has_two_turns_on_one_day() -> None:
    assert len(plan([slot(), slot(place="yard")], volunteers=[one("a")]).turns) == 1
    away = one("a", not_on=frozenset({slot(1).day}))
    assert len(plan([slot(), slot(place="yard"), slot(1)], volunteers=[away]).turns) == 1
    settled = [slot(kept=("a",)), slot(place="yard")]
    assert plan(settled, volunteers=[one("a")]).turns == ()


@pytest.mark.parametrize("most", [0, 1, 2])
def test_nobody_takes_more_turns_than_she_says_even_if_nobody_else_can(most: int) -> None:
    assert counted(plan([slot(n) for n in range(4)], volunteers=[one("a", most=most)])) == ({"a": most} if most else {})


def test_a_place_has_no_more_people_than_it_wants() -> None:
    assert len(plan([slot(people=2), slot(1)], volunteers=[one(name) for name in "abcdef"]).turns) == 3


def test_turns_go_first_to_those_who_have_had_fewer() -> None:
    people = [one("a", helped=3), one("b", helped=2), one("c")]
    assert counted(plan([slot(n) for n in range(4)], volunteers=people)) == {"b": 1, "c": 3}


def test_loads_are_even_for_each_unit_of_share() -> None:
    people = [one("a", share=2.0), one("b"), one("c", share=0.5)]
    assert counted(plan([slot(n) for n in range(7)], volunteers=people)) == {"a": 4, "b": 2, "c": 1}


def test_loads_below_the_greatest_are_even_too() -> None:
    # Nobody but a comes to the yard. Her four turns are the greatest load: they leave b and c every way to share.
    stairs = frozenset({"stairs"})
    people = [one("a", only_places=frozenset({"yard"})), one("b", only_places=stairs, share=3.0)]
    slots = [slot(n, place=place) for n in range(4) for place in ("stairs", "yard")]
    assert counted(plan(slots, volunteers=[*people, one("c", only_places=stairs)])) == {"a": 4, "b": 3, "c": 1}


@pytest.mark.parametrize("spoken", ["xxyy", "xyxy", "xyyx"])
def test_two_of_one_language_take_no_turn_together_where_languages_are_mixed(spoken: str) -> None:
    people = [one(name, language=language) for name, language in zip("abcd", spoken, strict=True)]
    made = plan([slot(people=2), slot(2, people=2)], volunteers=people, mixed=True)
    languages = {person.name: person.language for person in people}
    assert {(taken.day, languages[name]) for taken, name in made.turns} == {
        (slot(week).day, language) for week in (0, 2) for language in "xy"
    }


@pytest.mark.parametrize("spoken", ["xy", "yx"])
def test_languages_are_mixed_with_those_whose_turn_is_settled(spoken: str) -> None:
    people = [one(name, language=language) for name, language in zip("ab", spoken, strict=True)]
    made = plan([slot(people=2, kept=("z",))], volunteers=[*people, one("z", language="x")], mixed=True)
    assert counted(made) == {"ab"[spoken.index("y")]: 1}


def test_the_greatest_load_is_lowered_before_the_loads_are_evened() -> None:
    # To give it to a would make the sum of squares least (1 + 16/5.5), but her load 1, more than b's 5/5.5.
    assert counted(plan([slot()], volunteers=[one("a"), one("b", helped=4, share=5.5)])) == {"b": 1}


async def test_a_rota_lets_households_come_together_only_if_it_says_so(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=4, each=4, different_households=False)
    assert len(seats(await room.do("POST", f"{home}:plan", {}))) == 16
    home, _ = await cleaning_plan(room, people=4, each=4)
    assert len(seats(await room.do("POST", f"{home}:plan", {"partial": True}))) == 8


async def test_what_a_volunteer_says_reaches_the_plan(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=0, helpers_each=1)
    rota = home.rpartition("/")[2]
    away = await join(room, rota, 0, each=1, not_on=[TODAY.isoformat()])
    upstairs = await join(room, rota, 1, each=1, only_places=["upper level"])
    never = await join(room, rota, 2, each=1, most=0)
    taken = seats(await room.do("POST", f"{home}:plan", {"partial": True}))
    assert len(taken) == 7  # of four days at two places: nobody can come below today
    days = {name: {day for day, _, seat in taken if seat["volunteer_id"] == name} for name in (away, never)}
    assert TODAY.isoformat() not in days[away]
    assert {place for _, place, seat in taken if seat["volunteer_id"] == upstairs} == {"upper level"}
    assert days[never] == set()


async def test_loads_before_and_shares_reach_the_plan(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=0, helpers_each=1, places=["hall"])
    rota = home.rpartition("/")[2]
    await join(room, rota, 0, each=1, helped_before=9)
    half = await join(room, rota, 1, each=1, share=0.5)
    whole = await join(room, rota, 2, each=1, share=1.5)
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    assert Counter(seat["volunteer_id"] for *_, seat in taken) == {half: 1, whole: 3}


async def test_turns_done_and_missed_count_towards_the_most_when_it_is_planned_anew(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=0, helpers_each=1, places=["hall"])
    later = [(TODAY + timedelta(weeks=week)).isoformat() for week in (1, 2)]
    keen = await join(room, home.rpartition("/")[2], 0, each=1, most=2, not_on=later)
    first, second = (seat["turn_id"] for *_, seat in seats(await room.do("POST", f"{home}:plan", {"partial": True})))
    await room.do("POST", f"{home}/turns/{first}:done")
    await room.do("POST", f"{home}/turns/{second}:missed")
    await room.do("PATCH", f"{home}/volunteers/{keen}", {"not_on": []})
    again = seats(await room.do("POST", f"{home}:replan", {"from_day": START.isoformat(), "partial": True}))
    assert [seat["state"] for *_, seat in again] == ["done", "missed"]


async def test_whoever_missed_a_day_is_not_put_down_for_it_again(room: Room) -> None:
    home, _ = await cleaning_plan(room, people=1, helpers_each=1, places=["hall"])
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    await room.do("POST", f"{home}/turns/{taken[0][2]['turn_id']}:missed")
    again = seats(await room.do("POST", f"{home}:replan", {"from_day": START.isoformat(), "partial": True}))
    assert [seat["state"] for *_, seat in again] == ["missed", "planned", "planned", "planned"]


async def test_whoever_has_left_takes_no_more_turns(room: Room) -> None:
    home, joined = await cleaning_plan(room, people=2, each=1, helpers_each=1, places=["hall"])
    await room.do("DELETE", f"{home}/volunteers/{joined[0]}")
    taken = seats(await room.do("POST", f"{home}:plan", {}))
    assert {seat["volunteer_id"] for *_, seat in taken} == {joined[1]}


@pytest.mark.parametrize("wanted", ["prefer", "none"])
async def test_languages_are_mixed_where_the_rota_prefers_it(
    room: Room, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def noted(*given: Any, mixed: bool, **more: Any) -> Plan:
        asked.append(mixed)
        return plan(*given, mixed=mixed, **more)

    monkeypatch.setattr("services.community.rotas.planning.plan", noted)
    home, _ = await cleaning_plan(room, languages=wanted)
    await room.do("POST", f"{home}:plan", {})
    assert asked == [wanted == "prefer"]
