"""Answers of several sittings and hands: merged without loss, shown where they differ, decided by somebody."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.assessments.instruments.operations import get_shipped
from services.assessments.models import AnswerEntry
from services.assessments.one_to_one.conflicts import heads, in_conflict
from tests.assessments.conftest import Room, problem

EARLY = "2026-11-20T10:00:00Z"
LATE = "2026-11-20T12:00:00Z"
_AT = datetime(2026, 11, 20, tzinfo=UTC)


def _entry(value: str, hour: int, *, author: str = "A", replaces: tuple[UUID, ...] = ()) -> AnswerEntry:
    when = _AT + timedelta(hours=hour)
    return AnswerEntry(
        id=uuid4(), assessment_id=uuid4(), question_id="q", value=value, language="en", answered_at=when,
        answered_by="caseworker", author=author, caller="app:1", replaces=[str(one) for one in replaces],
        created_at=when,
    )  # fmt: skip


def _values(*entries: AnswerEntry) -> list[str]:
    return [entry.value for entry in heads(entries)]


def test_what_one_author_says_later_counts_and_two_authors_stand_against_each_other() -> None:
    first, second, other = _entry("a", 1), _entry("b", 2), _entry("c", 0, author="B")
    assert _values(first, second) == ["b"]
    assert _values(first, second, other) == ["b", "c"]
    assert in_conflict(heads([second, other]))
    assert not in_conflict(heads([second, _entry("b", 0, author="B")]))


def test_an_answer_that_replaces_another_counts_whatever_the_clocks_say() -> None:
    first = _entry("a", 5)
    second = _entry("b", 4, author="B", replaces=(first.id,))
    third = _entry("c", 3, replaces=(second.id,))
    assert _values(first, second, third) == ["c"]


def test_what_was_decided_does_not_come_back_through_an_older_answer() -> None:
    old, new, other = _entry("a", 1), _entry("b", 2), _entry("c", 3, author="B")
    decided = _entry("b", 4, author="C", replaces=(new.id, other.id))
    assert _values(old, new, other, decided) == ["b"]


def _line(question: str, value: Any, at: str = EARLY, **more: Any) -> dict[str, Any]:
    said = {"client_id": str(uuid4()), "question_id": question, "value": value, "answered_at": at}
    return {**said, "answered_by": "caseworker", "author": "caseworker A", "device_id": "tablet 1", **more}


async def _merge(room: Room, home: str, *lines: dict[str, Any]) -> Any:
    return await room.do("POST", f"{home}/answers:merge", {"answers": list(lines)})


async def _home(room: Room, **more: Any) -> str:
    return f"/v1/assessments/{(await room.started(**more))['id']}"


async def test_answers_gathered_offline_are_kept_once_however_often_they_come(room: Room) -> None:
    home = await _home(room)
    lines = [_line("willing", "yes"), _line("needs", ["company"], at=LATE)]
    assert [one["outcome"] for one in (await _merge(room, home, *lines))["items"]] == ["kept", "kept"]
    again = await _merge(room, home, *lines, lines[0])
    assert [one["outcome"] for one in again["items"]] == ["repeated"] * 3
    answer = await room.do("GET", f"{home}/answers/willing")
    assert (answer["value"], answer["answered_by"], answer["author"]) == ("yes", "caseworker", "caseworker A")
    assert (answer["answered_at"], answer["device_id"], answer["version"]) == (EARLY, "tablet 1", 1)
    assert len((await room.do("GET", f"{home}/answers/willing/history"))["items"]) == 1


async def test_a_bad_line_is_refused_with_its_reason_and_stops_no_other(room: Room) -> None:
    home = await _home(room)
    ahead = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    good = _line("willing", "yes")
    done = await _merge(
        room, home, _line("shoe_size", 3), _line("willing", 3), _line("willing", "yes", at=ahead), good,
        {**good, "value": "perhaps"}, _line("willing", "yes", replaces=str(uuid4())),
    )  # fmt: skip
    assert [one["outcome"] for one in done["items"]] == ["refused"] * 3 + ["kept"] + ["refused"] * 2
    reasons = [one["problem"]["type"].rpartition("/")[2] for one in done["items"] if one["problem"]]
    assert reasons == ["unknown-question", "wrong-answer", "clock-ahead", "client-id-reused", "invalid-request"]


async def test_two_who_had_not_seen_each_other_are_in_conflict_and_nothing_is_overwritten(room: Room) -> None:
    home = await _home(room)
    mine = _line("willing", "yes", at=LATE)
    theirs = _line("willing", "not_now", author="caseworker B", device_id="tablet 2")
    await _merge(room, home, mine)
    done = await _merge(room, home, theirs, _line("needs", []))
    assert [one["question_id"] for one in done["conflicts"]] == ["willing"]
    assert (await room.do("GET", f"{home}/answers/willing"))["value"] == "yes"
    shown = (await room.do("GET", f"{home}/conflicts"))["items"][0]
    assert [entry["value"] for entry in shown["entries"]] == ["yes", "not_now"]
    said = problem(await room.ask("POST", f"{home}:complete"), 409, "answers-in-conflict")
    assert said["questions"] == ["willing"]
    chosen = shown["entries"][1]["id"]
    wrong = await room.ask("POST", f"{home}/conflicts/willing:resolve", {"entry_id": str(uuid4())})
    problem(wrong, 422, "invalid-request")
    kept = await room.do("POST", f"{home}/conflicts/willing:resolve", {"entry_id": chosen})
    assert kept["value"] == "not_now"
    assert (await room.do("GET", f"{home}/conflicts"))["items"] == []
    history = (await room.do("GET", f"{home}/answers/willing/history"))["items"]
    assert [entry["value"] for entry in history] == ["yes", "not_now", "not_now"]
    again = await room.ask("POST", f"{home}/conflicts/willing:resolve", {"entry_id": chosen})
    problem(again, 404, "not-found")
    assert (await room.do("POST", f"{home}:complete"))["state"] == "completed"


async def test_who_names_what_she_had_seen_makes_no_conflict(room: Room) -> None:
    home = await _home(room)
    seen = (await _merge(room, home, _line("willing", "yes", at=LATE)))["items"][0]["entry_id"]
    other = _line("willing", "not_now", author="caseworker B", replaces=seen)
    assert (await _merge(room, home, other))["conflicts"] == []
    assert (await room.do("GET", f"{home}/answers/willing"))["value"] == "not_now"


async def test_an_answer_that_is_put_leaves_a_history_and_decides_only_what_it_names(room: Room) -> None:
    home = await _home(room)
    path = f"{home}/answers/willing"
    await room.do("PUT", path, {"value": "yes"})
    other = (await _merge(room, home, _line("willing", "not_now")))["conflicts"][0]["entries"][1]
    await room.do("PUT", path, {"value": "perhaps"})
    open_now = (await room.do("GET", f"{home}/conflicts"))["items"][0]
    assert [entry["value"] for entry in open_now["entries"]] == ["perhaps", "not_now"]
    body = {"value": "perhaps", "resolves": [other["id"]], "answered_by": "person", "author": "herself"}
    assert (await room.do("PUT", path, body))["answered_by"] == "person"
    assert (await room.do("GET", f"{home}/conflicts"))["items"] == []
    assert len((await room.do("GET", f"{path}/history"))["items"]) == 4
    problem(await room.ask("PUT", path, {**body, "resolves": [str(uuid4())]}), 422, "invalid-request")


async def test_whose_token_it_is_says_who_answers_unless_somebody_is_named(room: Room) -> None:
    person = room.participant()
    home = await _home(room, person=person)
    path = f"{home}/answers/willing"
    assert (await room.do("PUT", path, {"value": "yes"}, caller=room.person(person)))["answered_by"] == "person"
    body = {"value": "perhaps", "answered_by": "caseworker"}
    problem(await room.ask("PUT", path, body, caller=room.person(person)), 422, "invalid-request")
    entry = (await room.do("GET", f"{path}/history"))["items"][0]
    assert entry["caller"] == f"person:{person}"


async def test_only_who_may_see_an_assessment_merges_or_reads_its_history(room: Room) -> None:
    home = await _home(room)
    foreign = room.app_of(uuid4())
    body = {"answers": [_line("willing", "yes")]}
    problem(await room.ask("POST", f"{home}/answers:merge", body, caller=foreign), 404, "not-found")
    for path in ("/conflicts", "/answers/willing/history", "/sittings", "/strengths", "/outcomes", "/summary"):
        problem(await room.ask("GET", home + path, caller=foreign), 404, "not-found")


@pytest.mark.parametrize("answers", [[], [_line("willing", "yes")] * 501])
async def test_a_merge_has_one_to_five_hundred_lines(room: Room, answers: list[Any]) -> None:
    answer = await room.ask("POST", f"{await _home(room)}/answers:merge", {"answers": answers})
    problem(answer, 422, "invalid-request")


async def test_five_hundred_lines_are_merged_at_once(room: Room) -> None:
    home = await _home(room)
    lines = [_line("own_effort", f"effort {n}", at=(_AT + timedelta(minutes=n)).isoformat()) for n in range(500)]
    done = await _merge(room, home, *lines)
    assert {one["outcome"] for one in done["items"]} == {"kept"}
    assert (await room.do("GET", f"{home}/answers/own_effort"))["value"] == "effort 499"


async def _consenting(room: Room, language: str, **more: Any) -> str:
    key = str(get_shipped("needs-and-capabilities", 2).id)
    return await _home(room, instrument_id=key, language=language, **more)


async def test_consent_in_words_that_nobody_reviewed_needs_an_interpreter(room: Room) -> None:
    body = {"value": True}
    english = await _consenting(room, "en")
    await room.do("PUT", f"{english}/answers/consent_record", body)
    somali = await _consenting(room, "so")
    path = f"{somali}/answers/consent_record"
    problem(await room.ask("PUT", path, body), 422, "consent-not-understood")
    assert (await room.ask("PUT", path, {"value": False})).status == 201
    line = _line("consent_record", True)
    assert (await _merge(room, somali, line))["items"][0]["problem"]["type"] == "/problems/consent-not-understood"
    assert (await room.do("PUT", path, {**body, "interpreter": "interpreter C"}))["interpreter"] == "interpreter C"


async def test_an_interpreter_of_the_talk_or_of_a_sitting_is_enough(room: Room) -> None:
    told = await _consenting(room, "so", interpreter="interpreter C")
    await room.do("PUT", f"{told}/answers/consent_record", {"value": True})
    met = await _consenting(room, "so")
    sitting = {"started_at": EARLY, "ended_at": LATE, "interpreter": "interpreter C", "present": ["person"]}
    await room.do("POST", f"{met}/sittings", sitting)
    await room.do("PUT", f"{met}/answers/consent_record", {"value": True})
    found = (await room.do("GET", f"{met}/sittings"))["items"]
    assert [(one["interpreter"], one["present"]) for one in found] == [("interpreter C", ["person"])]
    backwards = {"started_at": LATE, "ended_at": EARLY}
    problem(await room.ask("POST", f"{met}/sittings", backwards), 422, "invalid-request")


async def test_devices_that_deliver_at_once_and_twice_lose_and_double_nothing(room: Room) -> None:
    home = await _home(room)
    lines = [
        _line("own_effort", f"effort {n}", at=(_AT + timedelta(minutes=n)).isoformat(), device_id=f"tablet {n}")
        for n in range(10)
    ]
    await asyncio.gather(*(_merge(room, home, line) for line in lines + lines))
    history = (await room.do("GET", f"{home}/answers/own_effort/history"))["items"]
    assert sorted(entry["value"] for entry in history) == sorted(line["value"] for line in lines)
    assert len((await room.do("GET", f"{home}/conflicts"))["items"][0]["entries"]) == 10
    assert (await room.do("GET", f"{home}/answers/own_effort"))["value"] == "effort 9"


async def test_a_question_with_a_nul_in_its_name_is_an_unknown_one(room: Room) -> None:
    home = f"/v1/assessments/{(await room.started())['id']}"
    body = {"entry_id": str(uuid4())}
    problem(await room.ask("PUT", f"{home}/answers/\x00", {"value": "x"}), 404, "unknown-question")
    problem(await room.ask("POST", f"{home}/conflicts/\x00:resolve", body), 404, "unknown-question")


def test_thousands_of_answers_of_one_device_are_sorted_out_at_once() -> None:
    delivered = [_entry(f"a{place}", place) for place in range(5000)]
    started = time.process_time()
    assert _values(*delivered) == ["a4999"]
    assert time.process_time() - started < 2


async def test_no_more_is_written_down_once_she_has_taken_back_her_consent(room: Room) -> None:
    person = room.participant()
    home = f"/v1/assessments/{(await room.started(person))['id']}"
    await room.do("PUT", f"{home}/answers/willing", {"value": "yes"})
    room.revoke(person, "assessment")
    problem(await room.ask("PUT", f"{home}/answers/willing", {"value": "perhaps"}), 409, "consent-missing")
    gathered = {"answers": [_line("willing", "perhaps")]}
    problem(await room.ask("POST", f"{home}/answers:merge", gathered), 409, "consent-missing")
    own = room.person(person)
    assert (await room.do("PUT", f"{home}/answers/willing", {"value": "perhaps"}, caller=own))["value"] == "perhaps"
