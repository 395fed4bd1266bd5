"""The plenary: tables present, like cards are grouped and put right by hand, dots are set, results are published."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.assessments.round_tables.plenary import operations
from services.assessments.round_tables.plenary.domain import About, priorities
from tests.assessments.conftest import Room, problem


@dataclass
class FakeGroup:
    question: int = 1
    id: UUID = field(default_factory=uuid4)


@dataclass
class FakeVote:
    dots: dict[str, int]


@dataclass
class Evening:
    """An evening with two tables that has come to its plenary."""

    path: str
    ti: str
    prs: str
    cards: dict[str, str]


async def evening_of(room: Room, *, plenary: bool = True, **more: Any) -> Evening:
    planned = await room.evening(host_language="de", **more)
    ti, prs = await room.table(planned, "ti"), await room.table(planned, "prs")
    cards = {}
    for name, table, said in (
        ("course", ti, {"text": "I need a language course", "visibility": "plenary"}),
        ("sprachkurs", prs, {"text": "Wir brauchen einen Sprachkurs", "language": "de", "visibility": "plenary"}),
        ("flat", prs, {"text": "a flat for us", "category": "housing", "visibility": "plenary"}),
        ("quiet", ti, {"text": "only for our table", "category": "housing"}),
        ("cook", prs, {"question": 2, "text": "I can cook", "category": "food", "visibility": "plenary"}),
    ):
        cards[name] = (await room.lay(planned, table, **said))["id"]
    path = f"/v1/round-tables/{planned['id']}"
    if plenary:
        await room.do("POST", f"{path}:to-plenary")
    return Evening(path, ti, prs, cards)


async def groups(room: Room, evening: Evening, **query: str) -> list[dict[str, Any]]:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    found: list[dict[str, Any]] = (await room.do("GET", f"{evening.path}/groups?{asked}"))["items"]
    return found


async def group_of(room: Room, evening: Evening, card: str) -> dict[str, Any]:
    number = evening.cards[card]
    return next(one for one in await groups(room, evening) if number in {card["id"] for card in one["cards"]})


async def test_each_table_presents_once_in_its_turn(room: Room) -> None:
    evening = await evening_of(room, plenary=False)
    problem(await room.ask("POST", f"{evening.path}/tables/{evening.prs}:present"), 409, "not-in-plenary")
    await room.do("POST", f"{evening.path}:to-plenary")
    first = await room.do("POST", f"{evening.path}/tables/{evening.prs}:present")
    assert (first["presented_as"], len(first["cards"])) == (1, 3)
    problem(await room.ask("POST", f"{evening.path}/tables/{evening.prs}:present"), 409, "already-presented")
    before = (await room.do("GET", f"{evening.path}/presentations"))["tables"]
    assert [(one["table_id"], one["presented_as"], len(one["cards"])) for one in before] == [
        (evening.prs, 1, 3), (evening.ti, None, 0),
    ]  # fmt: skip
    second = await room.do("POST", f"{evening.path}/tables/{evening.ti}:present")
    assert (second["presented_as"], [one["text"] for one in second["cards"]]) == (2, ["I need a language course"])


async def test_tables_that_present_at_once_get_different_places(room: Room) -> None:
    evening = await evening_of(room)
    paths = [f"{evening.path}/tables/{table}:present" for table in (evening.ti, evening.prs)]
    places = await asyncio.gather(*(room.do("POST", path) for path in paths))
    assert sorted(one["presented_as"] for one in places) == [1, 2]


async def test_like_cards_of_different_languages_come_into_one_group(room: Room) -> None:
    evening = await evening_of(room)
    assert await room.do("POST", f"{evening.path}/groups:suggest") == {"grouped": 4}
    course = await group_of(room, evening, "course")
    assert {one["id"] for one in course["cards"]} == {evening.cards["course"], evening.cards["sprachkurs"]}
    assert course["origin"] == "suggestion"
    found = await groups(room, evening, language="ti")
    assert len(found) == 3
    assert {one["label_language"] for one in found} == {"ti"}
    assert evening.cards["quiet"] not in str(found)


async def test_what_was_put_right_by_hand_survives_another_suggestion(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    made = await room.do("POST", f"{evening.path}/groups", {"question": 1, "labels": {"en": "At home"}})
    for card, group in (("flat", made["id"]), ("sprachkurs", None)):
        await room.do("PUT", f"{evening.path}/cards/{evening.cards[card]}/group", {"group_id": group})
    assert await room.do("POST", f"{evening.path}/groups:suggest") == {"grouped": 0}
    assert (await group_of(room, evening, "flat"))["label"] == "At home"
    cards = (await room.do("GET", f"{evening.path}/cards"))["items"]
    assert {one["id"]: one["group_id"] for one in cards}[evening.cards["sprachkurs"]] is None


async def test_a_group_is_named_in_each_language_and_broken_up_by_hand(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    group = await group_of(room, evening, "course")
    path = f"{evening.path}/groups/{group['id']}"
    labels = {"de": "Deutsch lernen", "en": "To learn German"}
    problem(await room.ask("PATCH", path, {"labels": labels}, if_match='"9"'), 412, "stale-version")
    await room.do("PATCH", path, {"labels": labels})
    assert (await room.do("GET", f"{path}?language=de"))["label"] == "Deutsch lernen"
    await room.do("DELETE", path)
    problem(await room.ask("GET", path), 404, "not-found")
    assert await room.do("POST", f"{evening.path}/groups:suggest") == {"grouped": 0}


async def test_a_card_does_not_go_into_a_group_of_the_other_question(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    need, offer = await group_of(room, evening, "flat"), await group_of(room, evening, "cook")
    path = f"{evening.path}/cards/{evening.cards['cook']}/group"
    problem(await room.ask("PUT", path, {"group_id": need["id"]}), 409, "group-of-another-question")
    merge = f"{evening.path}/groups/{need['id']}:merge"
    problem(await room.ask("POST", merge, {"into": offer["id"]}), 409, "group-of-another-question")
    problem(await room.ask("POST", merge, {"into": need["id"]}), 409, "same-group")
    problem(await room.ask("PUT", path, {"group_id": str(uuid4())}), 404, "not-found")


async def test_groups_are_made_in_the_plenary_not_before(room: Room) -> None:
    evening = await evening_of(room, plenary=False)
    problem(await room.ask("POST", f"{evening.path}/groups:suggest"), 409, "not-in-plenary")
    problem(await room.ask("POST", f"{evening.path}/groups", {"question": 1, "image": "food"}), 409, "not-in-plenary")
    nameless = await room.ask("POST", f"{evening.path}/groups", {"question": 1})
    problem(nameless, 422, "invalid-request")


async def test_dots_are_replaced_as_a_whole_and_nobody_has_more_than_hers(room: Room) -> None:
    evening = await evening_of(room, dots_each=3)
    await room.do("POST", f"{evening.path}/groups:suggest")
    course, flat = await group_of(room, evening, "course"), await group_of(room, evening, "flat")
    path = f"{evening.path}/votes/voter-1"
    first = await room.ask("PUT", path, {"dots": {course["id"]: 2}})
    assert (first.status, first.json()["left"]) == (201, 1)
    said = problem(await room.ask("PUT", path, {"dots": {course["id"]: 2, flat["id"]: 2}}), 409, "votes-exceeded")
    assert (said["dots_each"], said["asked"], said["left"]) == (3, 4, 1)
    for _ in range(2):
        second = await room.ask("PUT", path, {"dots": {course["id"]: 1, flat["id"]: 2}})
        assert (second.status, second.json()["left"], second.json()["version"]) == (200, 0, 2)
    assert (await room.do("GET", path))["dots"] == {course["id"]: 1, flat["id"]: 2}
    unknown = problem(await room.ask("PUT", path, {"dots": {str(uuid4()): 1}}), 422, "invalid-request")
    assert unknown["errors"][0]["path"].startswith("/dots/")
    problem(await room.ask("GET", f"{evening.path}/votes/nobody"), 404, "not-found")
    problem(await room.ask("PUT", f"{evening.path}/votes/nul\x00", {"dots": {}}), 422, "invalid-request")


async def test_the_same_voter_at_once_on_two_devices_has_no_more_dots(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    course, flat = await group_of(room, evening, "course"), await group_of(room, evening, "flat")
    votes = [{course["id"]: 3}, {flat["id"]: 3}] * 5
    await asyncio.gather(*(room.do("PUT", f"{evening.path}/votes/one", {"dots": dots}) for dots in votes))
    found = await room.do("GET", f"{evening.path}/priorities")
    assert (found["dots"], found["voters"]) == (3, 1)


async def test_there_is_no_voting_before_and_after_the_plenary(room: Room) -> None:
    evening = await evening_of(room, plenary=False)
    problem(await room.ask("PUT", f"{evening.path}/votes/one", {"dots": {}}), 409, "voting-closed")
    for step in ("to-plenary", "close"):
        await room.do("POST", f"{evening.path}:{step}")
    problem(await room.ask("PUT", f"{evening.path}/votes/one", {"dots": {}}), 409, "voting-closed")


def test_groups_with_as_many_dots_share_a_rank_and_are_said_to_be_tied() -> None:
    most, tied, also, none = (FakeGroup() for _ in range(4))
    votes = [FakeVote({str(most.id): 3, str(tied.id): 1}), FakeVote({str(also.id): 1})]
    found = {one.group: one for one in priorities([none, tied, also, most], votes)}
    assert next(iter(found)) == most.id
    assert [(found[one.id].rank, found[one.id].tied) for one in (most, tied, also, none)] == [
        (1, False), (2, True), (2, True), (4, False),
    ]  # fmt: skip
    assert found[most.id].share == 0.6


def test_each_question_has_ranks_of_its_own() -> None:
    need, strength, other = FakeGroup(), FakeGroup(question=2), FakeGroup(question=2)
    votes = [FakeVote({str(need.id): 3, str(strength.id): 3, str(other.id): 1})]
    found = {one.group: one for one in priorities([need, strength, other], votes)}
    assert [found[one.id].rank for one in (need, strength, other)] == [1, 1, 2]
    assert not any(one.tied for one in found.values())


async def test_merged_groups_keep_every_card_and_every_dot(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    course, flat = await group_of(room, evening, "course"), await group_of(room, evening, "flat")
    await room.do("PUT", f"{evening.path}/votes/one", {"dots": {course["id"]: 1, flat["id"]: 2}})
    before = await room.do("GET", f"{evening.path}/priorities?question=1")
    assert [(one["dots"], one["rank"]) for one in before["groups"]] == [(2, 1), (1, 2)]
    merged = await room.do("POST", f"{evening.path}/groups/{flat['id']}:merge", {"into": course["id"]})
    assert len(merged["cards"]) == 3
    after = await room.do("GET", f"{evening.path}/priorities?question=1&language=de")
    assert [(one["group_id"], one["dots"], one["share"]) for one in after["groups"]] == [(course["id"], 3, 1.0)]
    await room.do("DELETE", f"{evening.path}/groups/{course['id']}")
    assert (await room.do("GET", f"{evening.path}/votes/one"))["left"] == 3


async def test_ties_are_said(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    course, flat = await group_of(room, evening, "course"), await group_of(room, evening, "flat")
    await room.do("PUT", f"{evening.path}/votes/one", {"dots": {course["id"]: 1, flat["id"]: 1}})
    found = await room.do("GET", f"{evening.path}/priorities")
    assert [sorted(tie) for tie in found["ties"]] == [sorted([course["id"], flat["id"]])]
    standing = await room.do("GET", f"{evening.path}/results")
    assert (standing["dots"], standing["voters"], len(standing["groups"])) == (2, 1, 3)


async def published(room: Room, **more: Any) -> Evening:
    evening = await evening_of(room, **more)
    await room.do(
        "PATCH", f"{evening.path}/cards/{evening.cards['flat']}",
        {"translation": {"language": "prs", "text": "یک خانه", "by": "interpreter A"}},
    )  # fmt: skip
    await room.do("POST", f"{evening.path}/groups:suggest")
    flat = await group_of(room, evening, "flat")
    await room.do("PUT", f"{evening.path}/votes/one", {"dots": {flat["id"]: 3}})
    await room.do("POST", f"{evening.path}:publish-results")
    return evening


async def test_results_are_read_in_every_language_that_sat_there(room: Room) -> None:
    evening = await published(room)
    path = f"{evening.path}/results/published"
    dari = await room.do("GET", f"{path}?language=prs")
    assert (dari["language"], set(dari["languages"])) == ("prs", {"de", "ti", "prs"})
    first = dari["questions"][0]["groups"][0]
    assert (first["label"]["language"], first["label"]["translated"], first["dots"]) == ("prs", True, 3)
    assert (first["cards"][0]["shown"], first["cards"][0]["translation"]["text"]) == ("translation", "یک خانه")
    german = await room.do("GET", f"{path}?language=de")
    shown = {card["text"]: card["shown"] for one in german["questions"][0]["groups"] for card in one["cards"]}
    assert shown == {
        "a flat for us": "untranslated",
        "I need a language course": "untranslated",
        "Wir brauchen einen Sprachkurs": "original",
    }
    assert german["questions"][0]["text"]["translated"] is True
    tigrinya = await room.do("GET", f"{path}?language=ti")
    assert [one["text"]["translated"] for one in tigrinya["questions"]] == [True, True]
    assert {one["shown"] for one in tigrinya["questions"][1]["others"]} <= {"original", "untranslated"}
    assert (await room.do("GET", f"{path}?language=fi"))["language"] == "de"


async def test_what_was_not_for_the_plenary_is_counted_in_the_results_but_not_read(room: Room) -> None:
    evening = await published(room)
    for format in ("json", "html"):
        answer = await room.ask("GET", f"{evening.path}/results/published?format={format}&language=ti")
        assert b"only for our table" not in answer.body
    found = await room.do("GET", f"{evening.path}/results/published")
    assert found["questions"][0]["count"] == 4


async def test_published_results_stay_as_they_were_but_a_card_taken_away_is_gone_from_them(room: Room) -> None:
    evening = await published(room)
    problem(await room.ask("POST", f"{evening.path}:publish-results"), 409, "results-published")
    flat = await group_of(room, evening, "flat")
    await room.do("PUT", f"{evening.path}/votes/two", {"dots": {flat["id"]: 3}})
    await room.do("PATCH", f"{evening.path}/groups/{flat['id']}", {"labels": {"de": "Anders"}})
    await room.do("DELETE", f"{evening.path}/cards/{evening.cards['flat']}")
    answer = await room.ask("GET", f"{evening.path}/results/published?language=de")
    assert answer.json()["dots"] == 3
    assert "a flat for us" not in answer.body.decode()
    assert "Anders" not in answer.body.decode()


async def test_a_group_whose_cards_were_all_moved_away_is_not_in_what_is_published(room: Room) -> None:
    evening = await evening_of(room)
    await room.do("POST", f"{evening.path}/groups:suggest")
    course, flat = await group_of(room, evening, "course"), await group_of(room, evening, "flat")
    await room.do("PUT", f"{evening.path}/cards/{evening.cards['flat']}/group", {"group_id": course["id"]})
    shown = await room.do("POST", f"{evening.path}:publish-results")
    groups = [one["id"] for question in shown["questions"] for one in question["groups"]]
    assert course["id"] in groups
    assert flat["id"] not in groups


async def test_results_are_published_from_the_plenary_on(room: Room) -> None:
    evening = await evening_of(room, plenary=False)
    problem(await room.ask("POST", f"{evening.path}:publish-results"), 409, "not-in-plenary")
    problem(await room.ask("GET", f"{evening.path}/results/published"), 404, "results-not-published")


async def test_results_are_printed_and_nothing_people_wrote_is_run(room: Room) -> None:
    evening = await evening_of(room)
    table = {"id": evening.path.rpartition("/")[2]}
    wild = "<script>alert(1)</script> #panic() $x$"
    await room.lay(table, evening.ti, text=wild, visibility="plenary", category="food")
    await room.do("POST", f"{evening.path}:publish-results")
    page = await room.ask("GET", f"{evening.path}/results/published?format=html&language=prs")
    body = page.body.decode()
    assert page.headers["content-type"].startswith("text/html")
    assert '<html lang="prs" dir="rtl">' in body
    assert "<script" not in body
    assert "http" not in body
    paper = await room.ask("GET", f"{evening.path}/results/published?format=pdf&language=prs")
    assert (paper.status, paper.body[:5], paper.headers["content-type"]) == (200, b"%PDF-", "application/pdf")
    assert "results-prs.pdf" in paper.headers["content-disposition"]


async def test_only_the_organisation_that_holds_it_sees_the_plenary(room: Room) -> None:
    evening = await published(room)
    flat = await group_of(room, evening, "flat")
    paths = ["presentations", "groups", f"groups/{flat['id']}", "votes/one", "priorities", "results/published"]
    for caller in (room.app_of(uuid4()), room.person(room.participant())):
        for path in [*paths, "attendance", "card-sheet"]:
            problem(await room.ask("GET", f"{evening.path}/{path}", caller=caller), 404, "not-found")
        problem(await room.ask("PUT", f"{evening.path}/votes/x", {"dots": {}}, caller=caller), 404, "not-found")


async def test_devices_need_not_wait_while_the_words_of_cards_are_read(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = await evening_of(room)
    begun, read = asyncio.Event(), operations._about
    loop = asyncio.get_running_loop()

    def slowly(card: Any) -> About:
        loop.call_soon_threadsafe(begun.set)
        time.sleep(0.5)
        return read(card)

    monkeypatch.setattr(operations, "_about", slowly)
    suggesting = asyncio.create_task(room.do("POST", f"{evening.path}/groups:suggest"))
    await begun.wait()
    body = {"question": 1, "category": "housing", "text": "a room of our own", "language": "en"}
    late = await room.do("POST", f"{evening.path}/tables/{evening.ti}/cards", {**body, "visibility": "plenary"})
    assert not suggesting.done()
    assert (await suggesting)["grouped"] == 5  # what came meanwhile is grouped too
    assert (await room.do("GET", f"{evening.path}/cards/{late['id']}"))["group_id"] is not None
