"""Councils over the real app: the two that were elected after round tables, and everything an election must refuse."""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from tests.community.conftest import Room, problem

COUNCIL: Mapping[str, Any] = {
    "name": "Council of the Linden quarter", "language": "en", "languages": ["prs", "ti"], "seats": 6,
    "task": "Improve the quality of life of the language communities, give them a voice, be a bridge.",
}  # fmt: skip
MEETING = {"method": "meeting", "electorate": "all_together", "held_on": "2026-11-21"}
BALLOT = {**MEETING, "method": "ballot"}


async def council(room: Room, *, communities: Mapping[str, int] | None = None, **more: Any) -> str:
    made = await room.do("POST", "/v1/councils", {**COUNCIL, **more})
    for language, people in ({"prs": 14, "ti": 11} if communities is None else communities).items():
        body = {"language": language, "people": people, "agreed": people}
        await room.do("POST", f"/v1/councils/{made['id']}/electorates", body)
    return f"/v1/councils/{made['id']}"


async def stand(
    room: Room, home: str, *names: str, language: str = "ti", speaks_for: tuple[str, ...] = ()
) -> list[str]:
    bodies = [{"name_shown": name, "language": language, "speaks_for": list(speaks_for)} for name in names]
    return [str((await room.do("POST", f"{home}/candidates", body))["id"]) for body in bodies]


async def opened(room: Room, home: str, **more: Any) -> str:
    made = await room.do("POST", f"{home}/elections", {**MEETING, **more})
    return f"{home}/elections/{made['id']}"


def counts(present: int, votes: Mapping[str, int], **more: Any) -> dict[str, Any]:
    return {"present": present, "counts": [{"candidate_id": k, "votes": v} for k, v in votes.items()], **more}


def elected(election: Mapping[str, Any]) -> list[str]:
    return [str(one["candidate_id"]) for one in election["result"]["elected"]]


async def serving(room: Room, home: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await room.do("GET", f"{home}/members?state=serving"))["items"]
    return found


async def test_the_first_council_has_six_members_of_two_language_communities_and_two_women(room: Room) -> None:
    quotas = [{"by": "line", "of": "women", "at_least": 2}]
    home = await council(room, quotas=quotas, term_starts="2026-12-01", term_ends="2027-11-30")
    dari = await stand(room, home, "Saffron", "Pine", "River", "Stone", language="prs")
    tigrinya = await stand(room, home, "Cedar", "Harbour", "Field")
    women = await stand(room, home, "Almond", language="prs", speaks_for=("women", "children"))
    women += await stand(room, home, "Olive", speaks_for=("women", "children"))
    election = await opened(room, home, electorate="by_language", seats={"prs": 3, "ti": 3}, votes_each=3)
    votes = dict(zip([*dari, *tigrinya, *women], [12, 9, 7, 5, 10, 8, 6, 4, 3], strict=True))
    present = {"prs": 14, "ti": 11}
    shown = await room.do("PUT", f"{election}/counts", counts(25, votes, present_by_language=present))
    assert shown["turnout"] == {"voted": 25, "by_language": present}
    settled = await room.do("POST", f"{election}:settle", {})
    assert settled["state"] == "settled"
    assert set(elected(settled)) == {*dari[:2], *tigrinya[:2], *women}
    members = await serving(room, home)
    assert sorted(one["language"] for one in members) == ["prs"] * 3 + ["ti"] * 3
    assert sum("women" in one["speaks_for"] for one in members) == 2
    assert {(one["since"], one["until"]) for one in members} == {("2026-12-01", "2027-11-30")}
    assert (await room.do("GET", home))["state"] == "elected"
    electorates = (await room.do("GET", f"{home}/electorates"))["items"]
    assert sum(one["agreed"] for one in electorates) == 25


async def test_the_second_council_is_elected_by_both_communities_in_a_full_meeting(room: Room) -> None:
    home = await council(room, seats=2, quotas=[{"by": "language", "of": one, "at_least": 1} for one in ("prs", "ti")])
    dari = await stand(room, home, "Saffron", "Pine", language="prs")
    tigrinya = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, votes_each=2)
    votes = dict(zip([*dari, *tigrinya], [15, 14, 9, 3], strict=True))
    await room.do("PUT", f"{election}/counts", counts(21, votes))
    settled = await room.do("POST", f"{election}:settle", {})
    assert elected(settled) == [dari[0], tigrinya[0]]
    facts = {fact["type"] for fact in await room.facts()}
    assert {"council.created", "candidate.stood", "election.opened", "election.counted", "council.elected"} <= facts


async def test_a_tie_at_the_last_seat_is_never_settled_silently_and_its_settlement_stays(room: Room) -> None:
    home = await council(room, seats=2)
    first, second, third = await stand(room, home, "Cedar", "Harbour", "Field")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(19, {first: 9, second: 5, third: 5}))
    tied = await room.do("POST", f"{election}:settle", {})
    assert tied["state"] == "tied"
    assert (set(tied["result"]["tied"]), tied["result"]["places"]) == ({second, third}, 1)
    assert await serving(room, home) == []
    agreed = {"settled_by": "agreement", "chosen": [third], "witness": "interpreter"}
    unfit = await room.ask("POST", f"{election}:settle", {"settlement": {**agreed, "chosen": [first]}})
    problem(unfit, 409, "settlement-unfit")
    settled = await room.do("POST", f"{election}:settle", {"settlement": agreed})
    assert elected(settled) == [first, third]
    kept = (await room.do("GET", election))["settlements"][0]
    assert (kept["settled_by"], kept["chosen"], kept["witness"]) == ("agreement", [third], "interpreter")
    problem(await room.ask("POST", f"{election}:settle", {}), 409, "election-closed")
    problem(await room.ask("PUT", f"{election}/counts", counts(19, {first: 1})), 409, "election-closed")


async def test_a_lot_is_drawn_from_a_seed_that_is_shown(room: Room) -> None:
    home = await council(room, seats=1)
    people = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(10, dict.fromkeys(people, 5)))
    lot = {"settled_by": "lot", "seed": "17 and 4", "witness": "caseworker"}
    settled = await room.do("POST", f"{election}:settle", {"settlement": lot})
    assert settled["state"] == "settled"
    assert settled["settlements"][0]["seed"] == "17 and 4"
    assert settled["settlements"][0]["chosen"] == elected(settled)


@pytest.mark.parametrize(
    "settlement",
    [
        {"settled_by": "lot", "witness": "caseworker"},
        {"settled_by": "runoff", "seed": "x", "witness": "caseworker"},
        {"settled_by": "agreement", "chosen": [], "witness": "caseworker"},
        {"settled_by": "lot", "seed": "x"},
    ],
)
async def test_a_settlement_says_one_way_and_who_saw_it(room: Room, settlement: dict[str, Any]) -> None:
    home = await council(room)
    election = await opened(room, home)
    problem(await room.ask("POST", f"{election}:settle", {"settlement": settlement}), 422, "invalid-request")


async def test_there_is_nothing_to_settle_without_a_tie_and_nothing_to_count_without_votes(room: Room) -> None:
    home = await council(room, seats=1)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home)
    problem(await room.ask("POST", f"{election}:settle", {}), 409, "illegal-state")
    await room.do("PUT", f"{election}/counts", counts(9, {first: 5}))
    lot = {"settled_by": "lot", "seed": "1", "witness": "caseworker"}
    problem(await room.ask("POST", f"{election}:settle", {"settlement": lot}), 409, "illegal-state")


async def test_more_seats_than_candidates_with_votes_need_a_word_that_seats_stay_empty(room: Room) -> None:
    home = await council(room, seats=3)
    first, second, _ = await stand(room, home, "Cedar", "Harbour", "Nobody's choice")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(9, {first: 5, second: 4}))
    refused = problem(await room.ask("POST", f"{election}:settle", {}), 409, "too-few-candidates")
    assert (refused["seats"], refused["candidates"]) == (3, 2)
    assert "leave_vacant" in refused["title"]
    settled = await room.do("POST", f"{election}:settle", {"leave_vacant": True})
    assert (elected(settled), settled["result"]["vacant"]) == ([first, second], 1)


async def test_a_quota_that_nobody_is_there_for_is_said_and_can_be_left_empty(room: Room) -> None:
    home = await council(room, seats=2, quotas=[{"by": "line", "of": "women", "at_least": 1}])
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(9, {first: 5, second: 4}))
    problem(await room.ask("POST", f"{election}:settle", {}), 409, "quota-unmet")
    settled = await room.do("POST", f"{election}:settle", {"leave_vacant": True})
    assert (elected(settled), settled["result"]["vacant"]) == ([first], 1)


async def test_quotas_that_cannot_be_met_together_are_refused(room: Room) -> None:
    quotas = [{"by": "language", "of": "prs", "at_least": 1}, {"by": "line", "of": "women", "at_least": 1}]
    home = await council(room, seats=1, quotas=quotas)
    (man,) = await stand(room, home, "Pine", language="prs")
    (woman,) = await stand(room, home, "Olive", speaks_for=("women",))
    problem(await room.ask("POST", f"{home}/elections", MEETING), 409, "quota-unmet")  # whatever the votes will be
    await stand(room, home, "Almond", language="prs", speaks_for=("women",))
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(9, {man: 5, woman: 4}))
    problem(await room.ask("POST", f"{election}:settle", {}), 409, "quota-unmet")


async def test_a_quota_asks_for_no_more_seats_than_an_election_fills(room: Room) -> None:
    home = await council(room, seats=6, quotas=[{"by": "line", "of": "women", "at_least": 2}])
    await stand(room, home, "Almond", "Olive", speaks_for=("women",))
    problem(await room.ask("POST", f"{home}/elections", {**BALLOT, "seats": 1}), 409, "quota-unmet")
    assert (await room.do("GET", home))["state"] == "forming"
    problem(await room.ask("PATCH", home, {"seats": 1}), 422, "invalid-request")
    changed = await room.do("PATCH", home, {"seats": 1, "quotas": []})
    assert (changed["seats"], changed["quotas"]) == (1, [])


async def test_a_term_ends_after_it_starts_also_when_only_one_of_both_is_changed(room: Room) -> None:
    home = await council(room, term_starts="2026-12-01", term_ends="2027-11-30")
    problem(await room.ask("PATCH", home, {"term_ends": "2026-11-30"}), 422, "invalid-request")
    assert (await room.do("PATCH", home, {"term_ends": "2028-11-30"}))["term_ends"] == "2028-11-30"


async def test_an_open_ballot_box_tells_nothing_to_those_who_try_to_count(room: Room) -> None:
    home = await council(room)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **{**BALLOT, "seats": 1})
    guess = {"settled_by": "runoff", "chosen": [first], "witness": "interpreter"}
    said = []
    for number, candidate in enumerate((first, second)):
        await room.do("PUT", f"{election}/ballots/{number}", {"candidates": [candidate]})
        asked = await room.ask("POST", f"{election}:settle", {"leave_vacant": True, "settlement": guess})
        said.append(problem(asked, 409, "voting-open"))
    assert said[0] == said[1]  # though the second ballot made a tie
    await room.do("POST", f"{election}:close-voting")
    assert (await room.do("POST", f"{election}:settle", {}))["state"] == "tied"
    settled = await room.do("POST", f"{election}:settle", {"settlement": guess})
    assert elected(settled) == [first]


async def test_a_count_of_an_open_ballot_box_that_does_not_fill_the_seats_names_no_number(room: Room) -> None:
    home = await council(room, seats=3, quotas=[{"by": "line", "of": "women", "at_least": 1}])
    people = await stand(room, home, "Cedar", "Harbour")
    people += await stand(room, home, "Olive", speaks_for=("women",))
    election = await opened(room, home, **BALLOT)
    said = []
    for number, candidate in enumerate((people[0], people[1])):
        await room.do("PUT", f"{election}/ballots/{number}", {"candidates": [candidate]})
        said.append(problem(await room.ask("POST", f"{election}:settle", {}), 409, "voting-open"))
    assert said[0] == said[1]
    assert said[0].keys() <= {"type", "title", "status", "detail", "errors", "instance"}
    await room.do("POST", f"{election}:close-voting")
    told = problem(await room.ask("POST", f"{election}:settle", {}), 409, "too-few-candidates")
    assert (told["seats"], told["candidates"]) == (3, 2)


async def test_who_reads_the_people_of_a_council_is_on_record(room: Room) -> None:
    home = await council(room)
    person = room.participant()
    body = {"name_shown": "Cedar", "language": "ti", "participant_id": person}
    made = await room.do("POST", f"{home}/candidates", body)
    await room.do("GET", f"{home}/candidates")
    await room.do("GET", f"{home}/candidates/{made['id']}")
    await room.do("GET", f"{home}/electorates")
    with psycopg.connect(room.admin) as connection:
        query = "select action from community.audit where tenant_id = %s and subject = %s order by at"
        found = [action for (action,) in connection.execute(query, (room.tenant, person))]
    assert found == ["candidates.listed", "candidate.read"]


@pytest.mark.parametrize(
    ("present", "votes", "slug"),
    [
        (10, (11, 0), "votes-exceeded"),
        (10, (10, 1), "votes-exceeded"),
        (26, (1, 1), "votes-exceeded"),
    ],
)
async def test_there_are_no_more_votes_than_people(room: Room, present: int, votes: tuple[int, int], slug: str) -> None:
    home = await council(room)
    people = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home)
    body = counts(present, dict(zip(people, votes, strict=True)))
    problem(await room.ask("PUT", f"{election}/counts", body), 409, slug)
    assert (await room.do("GET", election))["counts"] == []


async def test_a_community_that_votes_for_itself_has_its_own_votes_only(room: Room) -> None:
    home = await council(room)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home, electorate="by_language", seats={"prs": 1, "ti": 1})
    for present, slug in (({"prs": 9}, "not-in-electorate"), ({"ti": 4, "prs": 9}, "votes-exceeded")):
        answer = await room.ask("PUT", f"{election}/counts", counts(13, {first: 5}, present_by_language=present))
        problem(answer, 409, slug)
    too_many = counts(25, {first: 5}, present_by_language={"ti": 12})
    problem(await room.ask("PUT", f"{election}/counts", too_many), 409, "votes-exceeded")
    more_than_all = counts(10, {first: 5}, present_by_language={"ti": 11})
    problem(await room.ask("PUT", f"{election}/counts", more_than_all), 409, "votes-exceeded")
    strange = counts(10, {first: 5}, present_by_language={"ti": 5, "fr": 5})
    problem(await room.ask("PUT", f"{election}/counts", strange), 409, "not-in-electorate")


async def test_votes_for_somebody_who_does_not_stand_are_refused(room: Room) -> None:
    home = await council(room)
    (gone,) = await stand(room, home, "Cedar")
    await room.do("DELETE", f"{home}/candidates/{gone}")
    election = await opened(room, home)
    problem(await room.ask("PUT", f"{election}/counts", counts(9, {gone: 5})), 422, "unknown-candidate")
    elsewhere = await council(room)
    (other,) = await stand(room, elsewhere, "Cedar")
    problem(await room.ask("PUT", f"{election}/counts", counts(9, {other: 5})), 422, "unknown-candidate")


async def test_a_ballot_is_cast_once_and_nobody_learns_for_whom(room: Room) -> None:
    home = await council(room, seats=1)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **BALLOT)
    assert await room.do("GET", f"{election}/ballots/voter-1") == {"voted": False}
    for voter, choice in (("voter-1", first), ("voter-2", second), ("voter-3", first)):
        await room.do("PUT", f"{election}/ballots/{voter}", {"candidates": [choice], "language": "ti"})
    again = await room.ask("PUT", f"{election}/ballots/voter-1", {"candidates": [second], "language": "ti"})
    problem(again, 409, "already-voted")
    assert await room.do("GET", f"{election}/ballots/voter-1") == {"voted": True}
    before = await room.do("GET", election)
    assert (before["counts"], before["result"]) == ([], None)
    assert before["turnout"] == {"voted": 3, "by_language": {"ti": 3}}
    await room.do("POST", f"{election}:close-voting")
    settled = await room.do("POST", f"{election}:settle", {})
    assert {one["candidate_id"]: one["votes"] for one in settled["counts"]} == {first: 2, second: 1}
    late = await room.ask("PUT", f"{election}/ballots/voter-4", {"candidates": [first]})
    problem(late, 409, "election-closed")


async def test_nothing_that_is_stored_leads_from_a_voter_to_a_ballot(room: Room) -> None:
    home = await council(room, seats=1)
    first, second = await stand(room, home, "Cedar", "Harbour")
    election = await opened(room, home, **BALLOT)
    for number in range(10):
        choice = first if number % 3 else second
        await room.do("PUT", f"{election}/ballots/voter-{number}", {"candidates": [choice]})
    await room.do("POST", f"{election}:close-voting")
    with psycopg.connect(room.admin) as connection:
        which = "select {} from community.{} where election_id = %s"
        of = (election.rpartition("/")[2],)
        voters = connection.execute(which.format("xmin::text, id, voter", "voters"), of).fetchall()
        ballots = connection.execute(which.format("xmin::text, id", "ballots"), of).fetchall()
        columns = "select column_name from information_schema.columns where table_name = 'ballots'"
        assert {one for (one,) in connection.execute(columns)} == {"tenant_id", "id", "election_id", "choices"}
    assert len(voters) == len(ballots) == 10
    assert not {xmin for xmin, *_ in voters} & {xmin for xmin, *_ in ballots}
    assert {version.version for _, version, *_ in [*voters, *ballots]} == {4}
    assert not any("voter-" in voter for *_, voter in voters)
    cast = [fact for fact in await room.facts() if fact["type"] == "ballot.cast"]
    assert {fact["subject"] for fact in cast} == set(of)
    assert all(set(fact["ids"]) == {"by", "council"} for fact in cast)


async def test_a_ballot_has_as_many_choices_as_votes_for_ones_own_community(room: Room) -> None:
    home = await council(room)
    mine = await stand(room, home, "Cedar", "Harbour", "Field")
    (other,) = await stand(room, home, "Saffron", language="prs")
    election = await opened(
        room, home, **{**BALLOT, "electorate": "by_language", "seats": {"ti": 2, "prs": 1}, "votes_each": 2}
    )
    ballot = f"{election}/ballots/voter-1"
    problem(await room.ask("PUT", ballot, {"candidates": mine, "language": "ti"}), 409, "votes-exceeded")
    problem(await room.ask("PUT", ballot, {"candidates": [other], "language": "ti"}), 409, "not-in-electorate")
    problem(await room.ask("PUT", ballot, {"candidates": mine[:2]}), 422, "invalid-request")
    problem(await room.ask("PUT", ballot, {"candidates": [], "language": "fr"}), 409, "not-in-electorate")
    problem(await room.ask("PUT", ballot, {"candidates": [mine[0], mine[0]], "language": "ti"}), 422, "invalid-request")
    unknown = "00000000-0000-4000-8000-000000000000"
    problem(await room.ask("PUT", ballot, {"candidates": [unknown], "language": "ti"}), 422, "unknown-candidate")
    problem(await room.ask("PUT", f"{election}/ballots/a%00b", {"candidates": []}), 422, "invalid-request")
    assert await room.do("GET", ballot) == {"voted": False}
    await room.do("PUT", ballot, {"candidates": mine[:2], "language": "ti"})


async def test_no_more_people_vote_than_may_even_at_once(room: Room) -> None:
    home = await council(room, communities={"ti": 3})
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home, **BALLOT)
    body = {"candidates": [first], "language": "ti"}
    answers = await asyncio.gather(*(room.ask("PUT", f"{election}/ballots/voter-{n}", body) for n in range(6)))
    assert sorted(one.status for one in answers) == [201] * 3 + [409] * 3
    assert (await room.do("GET", election))["turnout"]["voted"] == 3


async def test_one_voter_on_two_devices_votes_once(room: Room) -> None:
    home = await council(room)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home, **BALLOT)
    tries = (room.ask("PUT", f"{election}/ballots/voter-1", {"candidates": [first]}) for _ in range(4))
    answers = await asyncio.gather(*tries)
    assert sorted(one.status for one in answers) == [201, 409, 409, 409]


async def test_hands_are_not_counted_in_a_secret_vote_nor_ballots_cast_in_a_show_of_hands(room: Room) -> None:
    home = await council(room)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home)
    problem(await room.ask("PUT", f"{election}/ballots/v", {"candidates": [first]}), 409, "illegal-state")
    await room.do("DELETE", election)
    election = await opened(room, home, **BALLOT)
    problem(await room.ask("PUT", f"{election}/counts", counts(3, {first: 3})), 409, "illegal-state")


async def test_what_an_election_stands_on_does_not_move_while_it_is_under_way(room: Room) -> None:
    home = await council(room)
    (first,) = await stand(room, home, "Cedar")
    await opened(room, home)
    refused = [
        await room.ask("POST", f"{home}/elections", MEETING),
        await room.ask("POST", f"{home}/candidates", {"name_shown": "Late", "language": "ti"}),
        await room.ask("DELETE", f"{home}/candidates/{first}"),
        await room.ask("POST", f"{home}/electorates", {"language": "fr", "people": 3}),
        await room.ask("PATCH", home, {"seats": 2}),
        await room.ask("POST", f"{home}:end"),
    ]
    for answer in refused:
        problem(answer, 409, "illegal-state")


async def test_an_election_is_called_off_only_before_anybody_has_voted(room: Room) -> None:
    home = await council(room)
    (first,) = await stand(room, home, "Cedar")
    election = await opened(room, home, **BALLOT)
    await room.do("PUT", f"{election}/ballots/v", {"candidates": [first]})
    problem(await room.ask("DELETE", election), 409, "illegal-state")


async def test_whoever_leaves_is_followed_by_the_next_by_votes(room: Room) -> None:
    home = await council(room, seats=2)
    first, second, third, fourth = await stand(room, home, "Cedar", "Harbour", "Field", "Brook")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(25, {first: 9, second: 8, third: 5, fourth: 3}))
    await room.do("POST", f"{election}:settle", {})
    leaver = next(one for one in await serving(room, home) if one["candidate_id"] == second)
    gone = await room.do("POST", f"{home}/members/{leaver['id']}:leave", {"on": "2027-02-01", "because": "moved away"})
    assert (gone["state"], gone["until"]) == ("left", "2027-02-01")
    follower = await room.do("GET", f"{home}/members/{gone['succeeded_by']}")
    assert (follower["candidate_id"], follower["moved_up_for"], follower["since"]) == (third, gone["id"], "2027-02-01")
    again = await room.ask("POST", f"{home}/members/{leaver['id']}:leave", {"on": "2027-02-01"})
    problem(again, 409, "illegal-state")


async def test_a_tie_among_those_who_would_move_up_is_said_and_nobody_leaves_unseen(room: Room) -> None:
    home = await council(room, seats=1)
    first, second, third = await stand(room, home, "Cedar", "Harbour", "Field")
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(25, {first: 9, second: 5, third: 5}))
    await room.do("POST", f"{election}:settle", {})
    (member,) = await serving(room, home)
    leave = f"{home}/members/{member['id']}:leave"
    tied = problem(await room.ask("POST", leave, {"on": "2027-02-01"}), 409, "election-tied")
    assert set(tied["tied"]) == {second, third}
    assert len(await serving(room, home)) == 1
    runoff = {"settled_by": "runoff", "chosen": [third], "witness": "caseworker"}
    await room.do("POST", leave, {"on": "2027-02-01", "settlement": runoff})
    assert [one["candidate_id"] for one in await serving(room, home)] == [third]
    assert (await room.do("GET", election))["settlements"][0]["settled_by"] == "runoff"


async def test_a_quota_holds_for_those_who_move_up_and_else_the_seat_stays_empty(room: Room) -> None:
    home = await council(room, seats=2, quotas=[{"by": "line", "of": "women", "at_least": 1}])
    first, second = await stand(room, home, "Cedar", "Harbour")
    (woman,) = await stand(room, home, "Olive", speaks_for=("women",))
    election = await opened(room, home)
    await room.do("PUT", f"{election}/counts", counts(25, {first: 9, second: 8, woman: 2}))
    await room.do("POST", f"{election}:settle", {})
    leaver = next(one for one in await serving(room, home) if one["candidate_id"] == woman)
    gone = await room.do("POST", f"{home}/members/{leaver['id']}:leave", {"on": "2027-02-01"})
    assert gone["succeeded_by"] is None
    assert [one["candidate_id"] for one in await serving(room, home)] == [first]


async def test_a_new_election_ends_the_terms_of_those_who_served(room: Room) -> None:
    home = await council(room, seats=1)
    first, second = await stand(room, home, "Cedar", "Harbour")
    for winner, loser in ((first, second), (second, first)):
        election = await opened(room, home)
        await room.do("PUT", f"{election}/counts", counts(25, {winner: 9, loser: 8}))
        await room.do("POST", f"{election}:settle", {})
    assert [one["candidate_id"] for one in await serving(room, home)] == [second]
    ended = (await room.do("GET", f"{home}/members?state=ended"))["items"]
    assert [one["candidate_id"] for one in ended] == [first]
    assert (await room.do("POST", f"{home}:end"))["state"] == "ended"
    assert await serving(room, home) == []
    problem(await room.ask("POST", f"{home}/elections", MEETING), 409, "illegal-state")


async def test_an_electorate_stands_once_and_no_more_agree_than_there_are(room: Room) -> None:
    home = await council(room)
    body = {"language": "ti", "people": 5}
    problem(await room.ask("POST", f"{home}/electorates", body), 409, "electorate-exists")
    problem(
        await room.ask("POST", f"{home}/electorates", {"language": "fr", "people": 5, "agreed": 6}),
        422, "invalid-request",
    )  # fmt: skip
    one = (await room.do("GET", f"{home}/electorates"))["items"][0]
    problem(await room.ask("PATCH", f"{home}/electorates/{one['id']}", {"people": 3}), 422, "invalid-request")
    changed = await room.do("PATCH", f"{home}/electorates/{one['id']}", {"people": 20, "agreed": 18})
    assert (changed["people"], changed["agreed"], changed["version"]) == (20, 18, 2)
    stale = await room.ask("PATCH", f"{home}/electorates/{one['id']}", {"people": 30}, if_match='"1"')
    problem(stale, 412, "stale-version")
    await room.do("DELETE", f"{home}/electorates/{one['id']}")
    assert len((await room.do("GET", f"{home}/electorates"))["items"]) == 1


async def test_seats_are_kept_only_for_communities_that_are_noted(room: Room) -> None:
    home = await council(room)
    strange = {**MEETING, "electorate": "by_language", "seats": {"fr": 1}}
    problem(await room.ask("POST", f"{home}/elections", strange), 409, "not-in-electorate")
    without = {**MEETING, "electorate": "by_language"}
    problem(await room.ask("POST", f"{home}/elections", without), 422, "invalid-request")


async def test_a_candidate_who_is_a_participant_has_consented_towards_the_organisation(room: Room) -> None:
    home = await council(room)
    for purpose in ("assessment", "matching", "acting"):
        body = {"name_shown": "Cedar", "language": "ti", "participant_id": room.participant(purpose)}
        assert (await room.do("POST", f"{home}/candidates", body))["participant_id"] == body["participant_id"]
    body = {"name_shown": "Cedar", "language": "ti", "participant_id": room.participant("research")}
    problem(await room.ask("POST", f"{home}/candidates", body), 422, "invalid-request")
    room.neighbours.directory_answers = False
    problem(await room.ask("POST", f"{home}/candidates", body), 503, "consent-unknown")


async def test_the_same_council_put_twice_changes_nothing(room: Room) -> None:
    url = "/v1/councils/by-external-id?system=civicrm&value=c1"
    first = await room.ask("PUT", url, dict(COUNCIL))
    again = await room.ask("PUT", url, dict(COUNCIL))
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    changed = await room.do("PUT", url, {**COUNCIL, "area": "Lindenau"})
    assert (changed["version"], changed["area"]) == (2, "Lindenau")
    assert [fact["type"] for fact in await room.facts()] == ["council.created", "council.changed"]


async def test_what_a_project_may_cost_is_raised_with_a_reason(room: Room) -> None:
    home = await council(room)
    assert (await room.do("GET", home))["project_limit"] == 100_000
    problem(await room.ask("POST", f"{home}:raise-limit", {"amount": 200_000, "by": "city"}), 422, "invalid-request")
    problem(await room.ask("PATCH", home, {"project_limit": 1}), 422, "invalid-request")
    body = {"amount": 200_000, "by": "integration manager", "reason": "the first project was a success"}
    raised = await room.do("POST", f"{home}:raise-limit", body)
    assert raised["project_limit"] == 200_000
    assert (raised["limits"][0]["before"], raised["limits"][0]["reason"]) == (100_000, body["reason"])


async def test_a_council_is_seen_by_the_organisation_that_holds_it_and_by_nobody_else(room: Room) -> None:
    home = await council(room)
    other, elsewhere = (
        Room(room.app, room.neighbours, room.admin, tenant=room.tenant),
        Room(room.app, room.neighbours, room.admin),
    )
    for stranger in (other, elsewhere):
        for path in (home, f"{home}/candidates", f"{home}/elections", f"{home}/members", f"{home}/electorates"):
            problem(await stranger.ask("GET", path), 404, "not-found")
        assert (await stranger.do("GET", "/v1/councils"))["items"] == []
    hers = room.person(room.participant())
    problem(await room.ask("GET", home, caller=hers), 403, "organisations-only")
    problem(await room.ask("POST", "/v1/councils", dict(COUNCIL), caller=hers), 403, "organisations-only")
    reads = room.app_of(scopes=frozenset({"community:read"}))
    assert (await room.ask("GET", home, caller=reads)).status == 200
    problem(await room.ask("PATCH", home, {"area": "x"}, caller=reads), 403, "forbidden")


async def test_councils_are_paged_changed_with_care_and_leave_a_tombstone(room: Room) -> None:
    homes = [await council(room, communities={}) for _ in range(3)]
    first = await room.do("GET", "/v1/councils?limit=2")
    rest = await room.do("GET", f"/v1/councils?limit=2&cursor={first['next']}")
    assert [f"/v1/councils/{one['id']}" for one in first["items"] + rest["items"]] == homes
    problem(await room.ask("PATCH", homes[0], {"area": "x"}, if_match='"7"'), 412, "stale-version")
    problem(await room.ask("DELETE", homes[0], if_match='"7"'), 412, "stale-version")
    await room.do("DELETE", homes[0])
    problem(await room.ask("GET", homes[0]), 404, "not-found")
    assert (await room.facts())[-1]["type"] == "council.deleted"


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": 0}, {"seats": 2**40}, {"seats": True}, {"name": "a\x00b"}, {"languages": ["xx-nonsense-tag-zz"]},
        {"quotas": [{"by": "line", "of": "women", "at_least": 7}]}, {"task": None}, {"surprise": 1},
        {"quotas": [{"by": "line", "of": "women", "at_least": 1}] * 2}, {"currency": "euro"},
        {"term_starts": "2027-01-01", "term_ends": "2026-01-01"}, {"project_limit": -1},
        {"quotas": [{"by": "line", "of": str(n), "at_least": 1} for n in range(4)]},
    ],
)  # fmt: skip
async def test_a_council_that_makes_no_sense_is_refused(room: Room, wrong: dict[str, Any]) -> None:
    problem(await room.ask("POST", "/v1/councils", {**COUNCIL, **wrong}), 422, "invalid-request")
