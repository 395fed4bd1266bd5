"""Cards as devices deliver them: many at once, late, twice, in other wordings, with clocks that are wrong."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.assessments.round_tables.devices.domain import MOST_WORDINGS
from tests.assessments.conftest import Room, problem


def now(**later: float) -> str:
    return (datetime.now(UTC) + timedelta(**later)).isoformat()


def card(table: str, **more: Any) -> dict[str, Any]:
    return {
        "card_id": str(uuid4()), "table_id": table, "question": 1, "category": "language", "language": "en",
        "text": "a language course", "device_id": "tablet 1", "written_at": now(minutes=-10), **more,
    }  # fmt: skip


async def deliver(room: Room, evening: dict[str, Any], *cards: Any) -> list[dict[str, Any]]:
    body = {"cards": list(cards)}
    told = await room.do("POST", f"/v1/round-tables/{evening['id']}/cards:deliver", body)
    results: list[dict[str, Any]] = told["results"]
    return results


async def laid(room: Room, evening: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await room.do("GET", f"/v1/round-tables/{evening['id']}/cards?limit=200"))["items"]
    return found


async def close(room: Room, evening: dict[str, Any]) -> None:
    for step in ("to-plenary", "close"):
        await room.do("POST", f"/v1/round-tables/{evening['id']}:{step}")


async def test_one_bad_line_does_not_lose_the_others(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    good = card(table)
    bad = [
        card(table, text=" "), "no card at all", card(str(uuid4())), card(table, category="astrology"),
        card(table, participant_id=str(uuid4())), card(table, by="table", participant_id=str(uuid4())),
        card(table, image="sport", category="food"),
    ]  # fmt: skip
    results = await deliver(room, evening, *bad, good)
    assert [one["state"] for one in results] == ["refused"] * 7 + ["kept"]
    kinds = [one["problem"]["type"].rpartition("/")[2] for one in results[:7]]
    assert kinds == ["invalid-request", "invalid-request", "not-found", *["invalid-request"] * 4]
    assert [one["text"] for one in await laid(room, evening)] == ["a language course"]


async def test_a_card_without_consent_of_who_is_named_waits_and_the_others_are_kept(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    person = room.participant("assessment")
    room.neighbours.directory_answers = False
    named, anonymous = card(table, participant_id=person), card(table)
    first = await deliver(room, evening, named, anonymous)
    assert [one["state"] for one in first] == ["refused", "kept"]
    assert first[0]["problem"]["type"] == "/problems/consent-unknown"
    room.neighbours.directory_answers = True
    assert [one["state"] for one in await deliver(room, evening, named, anonymous)] == ["kept", "known"]


async def test_what_is_delivered_twice_is_known(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    one, other = card(table), card(table)
    first = await deliver(room, evening, one, other, one)
    assert [line["state"] for line in first] == ["kept", "kept", "known"]
    again = await deliver(room, evening, other, one)
    assert [line["state"] for line in again] == ["known", "known"]
    assert again[0]["id"] == first[1]["id"]
    assert len(await laid(room, evening)) == 2


async def test_a_card_laid_alone_and_delivered_is_one(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    line = card(table)
    alone = {name: value for name, value in line.items() if name != "table_id"}
    path = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    answers = [await room.ask("POST", path, alone) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 200]
    assert (await deliver(room, evening, line))[0]["state"] == "known"
    assert answers[0].json()["card_id"] == line["card_id"]


async def test_a_later_wording_of_the_same_device_takes_the_place_of_the_first(room: Room) -> None:
    evening = await room.evening()
    line = card(await room.table(evening))
    newer = {**line, "text": "an evening course", "written_at": now(minutes=-5)}
    assert [one["state"] for one in await deliver(room, evening, line, newer)] == ["kept", "kept"]
    (found,) = await laid(room, evening)
    assert found["text"] == "an evening course"
    assert [(one["text"], one["state"]) for one in found["wordings"]] == [("a language course", "replaced")]
    assert [one["state"] for one in await deliver(room, evening, line, newer)] == ["known", "known"]


async def test_an_older_wording_that_comes_after_the_newer_is_kept_beside_it(room: Room) -> None:
    evening = await room.evening()
    line = card(await room.table(evening))
    older = {**line, "text": "a course", "written_at": now(minutes=-30)}
    assert [one["state"] for one in await deliver(room, evening, line, older)] == ["kept", "known"]
    (found,) = await laid(room, evening)
    assert (found["text"], found["wordings"][0]["text"]) == ("a language course", "a course")


async def test_a_wording_that_meets_a_translated_card_is_a_conflict_with_both_texts_kept(room: Room) -> None:
    evening = await room.evening()
    line = card(await room.table(evening))
    (kept,) = await deliver(room, evening, line)
    path = f"/v1/round-tables/{evening['id']}/cards/{kept['id']}"
    await room.do("PATCH", path, {"translation": {"language": "de", "text": "ein Sprachkurs"}})
    newer = {**line, "text": "an evening course", "written_at": now(minutes=-1)}
    for _ in range(2):
        (met,) = await deliver(room, evening, newer)
        assert (met["state"], [one["text"] for one in met["wordings"]]) == ("conflict", ["an evening course"])
    found = await room.do("GET", path)
    assert (found["text"], found["wordings"][0]["state"]) == ("a language course", "conflict")


@pytest.mark.parametrize(("choice", "text", "other"), [("present", "one", "two"), ("delivered", "two", "one")])
async def test_a_conflict_is_settled_and_neither_wording_is_lost(
    room: Room, choice: str, text: str, other: str
) -> None:
    evening = await room.evening()
    line = card(await room.table(evening), text="one")
    (kept,) = await deliver(room, evening, line)
    (met,) = await deliver(room, evening, {**line, "text": "two", "device_id": "tablet 2"})
    assert met["state"] == "conflict"
    path = f"/v1/round-tables/{evening['id']}/cards/{kept['id']}"
    settled = await room.do("POST", f"{path}:settle", {"wording": choice})
    assert (settled["text"], [(one["text"], one["state"]) for one in settled["wordings"]]) == (
        text, [(other, "replaced")],
    )  # fmt: skip
    problem(await room.ask("POST", f"{path}:settle", {"wording": choice}), 409, "nothing-to-settle")


async def test_another_wording_of_a_card_that_was_taken_off_is_refused(room: Room) -> None:
    evening = await room.evening()
    line = card(await room.table(evening))
    (kept,) = await deliver(room, evening, line)
    await room.do("DELETE", f"/v1/round-tables/{evening['id']}/cards/{kept['id']}")
    same, other = await deliver(room, evening, line, {**line, "text": "something else"})
    assert (same["state"], other["state"]) == ("known", "refused")
    assert other["problem"]["type"] == "/problems/card-deleted"


async def test_what_was_written_in_time_is_taken_after_the_evening_and_what_was_not_is_refused(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    in_time = card(table)
    known = card(table)
    await deliver(room, evening, known)
    await close(room, evening)
    after, unsaid = card(table, written_at=now(seconds=2)), card(table, written_at=None)
    results = await deliver(room, evening, in_time, after, unsaid, {**known, "written_at": None})
    assert [one["state"] for one in results] == ["kept", "refused", "refused", "known"]
    assert results[0]["late"] is True
    assert {one["problem"]["type"] for one in results[1:3]} == {"/problems/table-closed"}
    path = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    single = {"question": 2, "category": "food", "text": "I cook", "language": "en"}
    problem(await room.ask("POST", path, {**single, "written_at": now(seconds=2)}), 409, "table-closed")
    assert (await room.do("POST", path, {**single, "written_at": now(minutes=-3)}))["late"] is True


async def test_a_clock_that_runs_ahead_loses_no_card(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    ahead, a_little = card(table, written_at=now(hours=3)), card(table, written_at=now(minutes=3))
    results = await deliver(room, evening, ahead, a_little)
    assert [one["clock_doubtful"] for one in results] == [True, False]
    found = {one["card_id"]: one for one in await laid(room, evening)}
    assert found[ahead["card_id"]]["written_at"] < now(minutes=1)
    await close(room, evening)
    (late,) = await deliver(room, evening, card(table, written_at=now(days=300)))
    assert (late["state"], late["late"], late["clock_doubtful"]) == ("kept", True, True)


async def test_forty_devices_that_write_at_once_lose_and_double_nothing(room: Room) -> None:
    evening = await room.evening()
    tables = [await room.table(evening, language) for language in ("ti", "prs", "ar")]
    dice = random.Random(7)
    shared = card(tables[0], text="two devices carry this one", device_id="tablet 0")

    async def device(number: int) -> list[str]:
        cards = [card(dice.choice(tables), text=f"{number}/{place}", device_id=str(number)) for place in range(4)]
        path = f"/v1/round-tables/{evening['id']}/tables/{cards[0]['table_id']}/cards"
        alone = {name: value for name, value in cards[0].items() if name != "table_id"}
        batch = [*cards, shared]
        dice.shuffle(batch)
        told = [room.do("POST", path, alone), deliver(room, evening, *batch), deliver(room, evening, *reversed(batch))]
        answers = await asyncio.gather(*told)
        states = [line["state"] for some in answers[1:] for line in some]
        assert set(states) <= {"kept", "known"}
        return [one["text"] for one in cards]

    written = await asyncio.gather(*(device(number) for number in range(40)))
    found = [one["text"] for one in await laid(room, evening)]
    assert len(found) == len(set(found)) == 161
    assert set(found) == {text for some in written for text in some} | {shared["text"]}
    created = [fact for fact in await room.facts() if fact["type"] == "card.created"]
    assert len(created) == 161


async def test_a_delivery_has_at_most_five_hundred_cards(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    path = f"/v1/round-tables/{evening['id']}/cards:deliver"
    problem(await room.ask("POST", path, {"cards": [card(table)] * 501}), 422, "invalid-request")
    told = await room.do("POST", path, {"cards": [card(table) for _ in range(500)]})
    assert (told["kept"], told["refused"]) == (500, 0)


async def test_a_card_takes_only_so_many_other_wordings_and_loses_none_of_them(room: Room) -> None:
    evening = await room.evening()
    first = card(await room.table(evening), text="the first")
    others = [{**first, "device_id": f"tablet {n}", "text": f"wording {n}"} for n in range(2, MOST_WORDINGS + 3)]
    results = await deliver(room, evening, first, *others)
    assert [one["state"] for one in results] == ["kept", *["conflict"] * MOST_WORDINGS, "refused"]
    assert results[-1]["problem"]["type"] == "/problems/conflict"
    again = await deliver(room, evening, first, others[0])
    assert [one["state"] for one in again] == ["known", "conflict"]
    (kept,) = await laid(room, evening)
    assert len(kept["wordings"]) == MOST_WORDINGS
