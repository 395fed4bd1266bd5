"""Secret ballots over the real app: closed before they are counted, never stuck, and silent where few have voted."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from services.community.councils.counting import Rules, Standing, fits
from services.community.councils.domain import with_all_vacancies
from tests.community.conftest import Room, problem
from tests.community.test_councils import BALLOT, council, counts, elected, opened, serving, stand

LOT = {"settled_by": "lot", "seed": "17 and 4", "witness": "interpreter"}


async def vote(room: Room, election: str, *ballots: Sequence[str], language: str = "ti") -> None:
    for number, candidates in enumerate(ballots):
        body = {"candidates": list(candidates), "language": language}
        await room.do("PUT", f"{election}/ballots/{language}-{number}", body)


async def close(room: Room, election: str) -> dict[str, Any]:
    return dict(await room.do("POST", f"{election}:close-voting"))


def shown(election: Mapping[str, Any]) -> dict[str, int]:
    return {one["candidate_id"]: one["votes"] for one in election["counts"]}


@contextmanager
def statements_on(table: str) -> Iterator[list[str]]:
    """Yield the statements that are sent to the database and name `table`."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if table in statement:
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)


async def test_a_vote_by_ballot_is_closed_before_it_is_counted(room: Room) -> None:
    home = await council(room, seats=1)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **BALLOT)
    await vote(room, election, [first], [first], [second])
    refused = problem(await room.ask("POST", f"{election}:settle", {"leave_vacant": True}), 409, "voting-open")
    assert refused["title"] == "Close the vote before it is counted"
    answer = await room.ask("POST", f"{election}:close-voting")
    assert (answer.status, dict(answer.headers)["content-location"]) == (200, election)
    closed = answer.json()
    assert (closed["state"], closed["counts"], closed["result"]) == ("closed", [], None)
    late = await room.ask("PUT", f"{election}/ballots/late", {"candidates": [second]})
    problem(late, 409, "election-closed")
    problem(await room.ask("POST", f"{election}:close-voting"), 409, "election-closed")
    settled = await room.do("POST", f"{election}:settle", {})
    assert (settled["state"], shown(settled)) == ("settled", {first: 2, second: 1})
    problem(await room.ask("POST", f"{election}:close-voting"), 409, "election-closed")
    assert "election.closed" in [fact["type"] for fact in await room.facts()]


async def test_a_show_of_hands_needs_no_closing(room: Room) -> None:
    home = await council(room, seats=1)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home)
    problem(await room.ask("POST", f"{election}:close-voting"), 409, "illegal-state")
    await room.do("PUT", f"{election}/counts", counts(9, {first: 5}))
    assert (await room.do("POST", f"{election}:settle", {}))["state"] == "settled"


async def test_a_closed_vote_is_settled_in_as_many_steps_as_it_needs(room: Room) -> None:
    home = await council(room, seats=2)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **{**BALLOT, "seats": 1})
    await vote(room, election, [first], [first], [second], [second])
    await close(room, election)
    problem(
        await room.ask("POST", f"{election}:settle", {"settlement": {**LOT, "witness": ""}}), 422, "invalid-request"
    )
    tied = await room.do("POST", f"{election}:settle", {})
    assert (tied["state"], set(tied["result"]["tied"])) == ("tied", {first, second})
    settled = await room.do("POST", f"{election}:settle", {"settlement": LOT})
    assert (settled["state"], len(elected(settled))) == ("settled", 1)


async def test_a_closed_vote_in_which_nobody_voted_is_called_off_and_any_other_is_not(room: Room) -> None:
    home = await council(room, seats=1)
    await stand(room, home, "Cedar")
    election = await opened(room, home, **BALLOT)
    await close(room, election)
    await room.do("DELETE", election)
    assert (await room.do("GET", home))["state"] == "forming"
    election = await opened(room, home, **BALLOT)
    await vote(room, election, [])
    await close(room, election)
    problem(await room.ask("DELETE", election), 409, "illegal-state")
    settled = await room.do("POST", f"{election}:settle", {"leave_vacant": True})
    assert (settled["state"], settled["result"]["vacant"]) == ("settled", 1)


async def test_no_closed_vote_is_stuck_when_those_with_votes_do_not_fit_the_quotas(room: Room) -> None:
    quotas = [{"by": "language", "of": "prs", "at_least": 2}, {"by": "line", "of": "women", "at_least": 2}]
    home = await council(room, seats=3, quotas=quotas)
    men = await stand(room, home, "Pine", "River", "Stone", language="prs")
    women = await stand(room, home, "Olive", "Brook", speaks_for=("women",))
    await stand(room, home, "Almond", language="prs", speaks_for=("women",))  # whom nobody chooses
    election = await opened(room, home, **{**BALLOT, "votes_each": 3})
    await vote(room, election, men, [men[0], *women], [men[0], men[1]])
    await close(room, election)
    problem(await room.ask("POST", f"{election}:settle", {}), 409, "quota-unmet")
    assert (await room.do("GET", election))["state"] == "closed"
    settled = await room.do("POST", f"{election}:settle", {"leave_vacant": True})
    assert (settled["state"], set(settled["result"]["tied"])) == ("tied", set(women))  # the other seat is a woman's
    chosen = {"settled_by": "agreement", "chosen": [women[0]], "witness": "interpreter"}
    settled = await room.do("POST", f"{election}:settle", {"settlement": chosen})
    assert (set(elected(settled)), settled["result"]["vacant"]) == ({men[0], women[0]}, 1)
    leaver = next(one for one in await serving(room, home) if one["candidate_id"] == men[0])
    await room.do("POST", f"{home}/members/{leaver['id']}:leave", {"on": "2027-02-01"})
    assert {one["candidate_id"] for one in await serving(room, home)} == {men[1], women[0]}


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Rules(2, {"prs": 1}, {"women": 1}), Rules(2, {"prs": 1}, {"women": 1})),  # nothing is taken away in vain
        (Rules(1, {"prs": 1}, {"women": 1}), Rules(0, {"prs": 0}, {"women": 0})),
        (Rules(3, {"prs": 2}, {"women": 2}), Rules(2, {"prs": 1}, {"women": 1})),
        (Rules(4, {"prs": 2, "ti": 2}, {"women": 3}), Rules(3, {"prs": 1, "ti": 1}, {"women": 2})),
        (Rules(9, {}, {}), Rules(4, {}, {})),
    ],
)
def test_seats_are_left_empty_until_the_quotas_fit_and_an_empty_seat_counts_for_all(wanted: Rules, left: Rules) -> None:
    nobody = frozenset[str]()
    people = [("prs", nobody), ("prs", nobody), ("ti", frozenset({"women"})), ("ti", frozenset({"women"}))]
    pool = [Standing(UUID(int=n), language, lines, 1) for n, (language, lines) in enumerate(people)]
    assert with_all_vacancies(pool, wanted) == left
    assert fits([], pool, left)


@pytest.mark.parametrize("voters", [1, 2, 3])
async def test_counts_of_fewer_than_three_ballots_are_never_shown(room: Room, voters: int) -> None:
    home = await council(room, seats=1)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **{**BALLOT, "votes_each": 2})
    await vote(room, election, *[[first, second], [first], [first]][:voters])
    await close(room, election)
    body = {"settlement": {"settled_by": "agreement", "chosen": [first], "witness": "interpreter"}}
    settled = await room.do("POST", f"{election}:settle", body if voters == 1 else {})
    few = voters < 3
    assert settled["counts_withheld"] is few
    assert shown(settled) == ({} if few else {first: 3, second: 1})
    assert settled["result"]["elected"] == [{"candidate_id": first, "votes": None if few else 3}]
    assert (await room.do("GET", election)) == settled
    (member,) = await serving(room, home)
    assert member["votes"] == (None if few else 3)
    gone = await room.do("POST", f"{home}/members/{member['id']}:leave", {"on": "2027-02-01"})
    (follower,) = await serving(room, home)
    assert (follower["id"], follower["candidate_id"]) == (gone["succeeded_by"], second)
    assert follower["votes"] == (None if few else 1)


async def test_withheld_counts_do_not_show_in_the_order_of_those_elected_either(room: Room) -> None:
    home = await council(room, seats=2)
    first, second = sorted(await stand(room, home, "Cedar", "Harbour"))
    election = await opened(room, home, **{**BALLOT, "votes_each": 2})
    await vote(room, election, [first, second], [second])
    await close(room, election)
    assert elected(await room.do("POST", f"{election}:settle", {})) == [first, second]


async def test_where_each_community_elects_its_own_only_the_small_ones_counts_are_withheld(room: Room) -> None:
    home = await council(room)
    tigrinya = await stand(room, home, "Cedar", "Harbour")
    dari = await stand(room, home, "Saffron", "Pine", language="prs")
    seats = {"ti": 1, "prs": 1}
    election = await opened(room, home, **{**BALLOT, "electorate": "by_language", "seats": seats})
    await vote(room, election, [tigrinya[0]], [tigrinya[0]], [tigrinya[1]])
    await vote(room, election, [dari[1]], [], language="prs")
    assert (await close(room, election))["counts_withheld"] is False  # nothing is counted yet
    settled = await room.do("POST", f"{election}:settle", {})
    assert (settled["counts_withheld"], shown(settled)) == (True, {tigrinya[0]: 2, tigrinya[1]: 1})
    told = {one["candidate_id"]: one["votes"] for one in settled["result"]["elected"]}
    assert told == {tigrinya[0]: 2, dari[1]: None}
    assert {one["candidate_id"]: one["votes"] for one in await serving(room, home)} == told


async def test_a_show_of_hands_of_two_is_shown_as_everybody_saw_it(room: Room) -> None:
    home = await council(room, seats=1)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(2, {first: 2}))
    settled = await room.do("POST", f"{election}:settle", {})
    assert (settled["counts_withheld"], shown(settled)) == (False, {first: 2})


async def test_turnout_is_asked_once_for_a_page_of_elections(room: Room) -> None:
    home = await council(room, seats=1)
    (first,) = await stand(room, home, "Cedar")
    for voters in (1, 2):
        election = await opened(room, home, **BALLOT)
        await vote(room, election, *[[first]] * voters)
        await close(room, election)
        await room.do("POST", f"{election}:settle", {})
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(9, {first: 5}, present_by_language={"ti": 4}))
    with statements_on("voters") as sent:
        found = (await room.do("GET", f"{home}/elections"))["items"]
    assert len(sent) == 1
    assert [one["turnout"]["voted"] for one in found] == [1, 2, 9]
    assert [one["turnout"]["by_language"] for one in found] == [{"ti": 1}, {"ti": 2}, {"ti": 4}]
