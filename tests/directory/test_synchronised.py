"""A time bank pushes its members by its own ids: rules for each field, grants that stay ended, erasure that holds."""

import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.caseworkers import Worker
from tests.directory.test_duplicates import merged, word
from tests.directory.test_duplicates_of_people import HERE, reach
from tests.pushing import NDJSON, at, body_of, gone, line, moved, outcomes, push
from tests.town import Quarter, Town, ok, problem


@pytest.fixture(scope="module")
def bank(hazelbrook: Quarter) -> tuple[httpx.Client, str]:
    """An app of a time bank, and the time bank's id."""
    named = hazelbrook.organisation_named(f"Time Bank {uuid4().hex[:6]}")
    return hazelbrook.app(named), named


Bank = tuple[httpx.Client, str]


def _name() -> str:
    return f"m-{uuid4().hex[:8]}"


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _member(bank: Bank, **data: Any) -> tuple[str, str]:
    """Push one member as of the tenth hour; return her id there and here."""
    name = _name()
    said, _ = push(bank[0], "participants", [line(name, 10, called="Amina", **data)])
    assert outcomes(said) == ["created"], said
    return name, said[0]["resource_id"]


def _grant(bank: Bank, **more: Any) -> dict[str, Any]:
    return {"purpose": "matching", "recipient_id": bank[1], "notice_version": "2026-01", **more}


def _consents(bank: Bank, person: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ok(bank[0].get(f"/v1/participants/{person}/consents"))["items"]
    return found


def _facts(bank: Bank, person: str) -> list[str]:
    after, found = "", []
    while True:
        page = ok(bank[0].get("/v1/events", params={"after": after, "limit": 1000}))
        found += [fact["type"] for fact in page["items"] if fact["subject"] == person]
        if not page["items"]:
            return found
        after = page["next"]


def test_members_are_pushed_twice_out_of_order_and_with_deletions(bank: Bank) -> None:
    name, person = _member(bank, languages=[{"tag": "ar"}])
    lines = [gone(name, 40), line(name, 20, called="Amina B"), line(name, 30, called="Amina C")]
    said, _ = push(bank[0], "participants", lines[1:])
    assert outcomes(said) == ["updated", "updated"]
    assert outcomes(push(bank[0], "participants", lines[1:])[0]) == ["stale", "unchanged"]
    shown = ok(bank[0].get(f"/v1/participants/{person}"))
    assert (shown["called"], shown["languages"]) == ("Amina C", [{"tag": "ar", "level": "good"}])
    assert outcomes(push(bank[0], "participants", lines)[0]) == ["deleted", "stale", "unchanged"]
    problem(bank[0].get(f"/v1/participants/{person}"), 404, "not-found")
    assert outcomes(push(bank[0], "participants", lines)[0]) == ["unchanged", "stale", "stale"]
    kinds = ["participant.created", "participant.changed", "participant.changed", "participant.deleted"]
    assert _facts(bank, person) == kinds


def test_each_field_follows_its_rule(bank: Bank, worker: Worker) -> None:
    name, person = _member(bank, do_not_ask=True)
    address = f"/v1/participants/{person}"
    ok(bank[0].patch(address, json={"called": "Ours", "availability": [], "reach_km": 2}))
    window = {"starts": "2026-01-03T10:00:00", "minutes": 120, "time_zone": "Europe/London"}
    said, _ = push(bank[0], "participants", [line(name, 20, called="Amina", do_not_ask=False, availability=[window])])
    assert said[0]["fields"] == ["availability", "called", "do_not_ask"]  # nobody here had a word in it
    ok(bank[0].patch(address, json={"do_not_ask": True, "availability": []}))
    said, _ = push(bank[0], "participants", [line(name, 30, called="Amina", do_not_ask=False, availability=[window])])
    assert {field: kept["rule"] for field, kept in said[0]["kept"].items()} == {
        "do_not_ask": "narrower", "availability": "newest",
    }  # fmt: skip
    shown = ok(bank[0].get(address))
    assert (shown["called"], shown["do_not_ask"], shown["availability"]) == ("Amina", True, [])
    told = ok(bank[0].get(f"{address}/origins"))
    assert told["system"] == "time-bank"
    assert {one["field"]: one["system"] for one in told["fields"]}["do_not_ask"] == "here"
    problem(worker.api.get(f"{address}/origins"), 404, "not-found")


def test_a_push_does_not_bring_back_a_grant_that_she_has_revoked(bank: Bank) -> None:
    name, person = _member(bank, consents=[_grant(bank)])
    (first,) = _consents(bank, person)
    assert first["live"]
    assert first["given_at"].startswith(at(10)[:19])
    ok(bank[0].post(f"/v1/participants/{person}/consents/{first['id']}:revoke"))
    for when, given in ((at(20), {}), (_now(), {}), (_now(), {"given_at": at(20)})):
        data = {"called": "Amina", "consents": [_grant(bank, **given)]}
        said, _ = push(bank[0], "participants", [{"id": name, "updated_at": when, "data": data}])
        assert said[0]["outcome"] == "unchanged"
        assert said[0]["kept"]["consents/0"]["system"] == "here"
    assert not any(one["live"] for one in _consents(bank, person))
    anew = {"called": "Amina", "consents": [_grant(bank, given_at=_now())]}
    line_ = {"id": name, "updated_at": _now(), "data": anew}
    said, _ = push(bank[0], "participants", [line_])
    assert said[0]["fields"] == ["consents"]
    assert outcomes(push(bank[0], "participants", [line_])[0]) == ["unchanged"]
    assert [one["live"] for one in _consents(bank, person)] == [False, True]
    said, _ = push(bank[0], "participants", [{"id": name, "updated_at": _now(), "data": {
        "called": "Amina", "consents_ended": [{"purpose": "matching", "recipient_id": bank[1]}]}}])  # fmt: skip
    assert said[0]["fields"] == ["consents_ended"]
    assert not any(one["live"] for one in _consents(bank, person))


def test_an_end_that_is_told_late_still_ends_it_and_no_line_knows_of_a_later_grant(bank: Bank) -> None:
    name, person = _member(bank, consents=[_grant(bank)])
    ended = {"called": "Amina", "consents_ended": [{"purpose": "matching", "recipient_id": bank[1]}]}
    push(bank[0], "participants", [line(name, 30, called="Newer")])
    said, _ = push(bank[0], "participants", [line(name, 20, **ended)])
    assert (outcomes(said), said[0]["fields"]) == (["updated"], ["consents_ended"])
    assert [one["live"] for one in _consents(bank, person)] == [False]
    assert ok(bank[0].get(f"/v1/participants/{person}"))["called"] == "Newer"
    assert outcomes(push(bank[0], "participants", [line(name, 20, **ended)])[0]) == ["stale"]
    later = [_grant(bank, given_at="2031-01-01T00:00:00Z")]
    said, _ = push(bank[0], "participants", [line(name, 40, called="Newer", consents=later)])
    assert (outcomes(said), "consents/0" in said[0]["kept"]) == (["unchanged"], True)


def test_who_was_deleted_or_erased_here_does_not_come_back_by_an_older_word(bank: Bank) -> None:
    (one, person), (other, erased) = _member(bank), _member(bank, consents=[_grant(bank)])
    ok(bank[0].delete(f"/v1/participants/{person}"))
    asked = {"reason": "withdrawn", "requested_by": "person"}
    assert bank[0].post(f"/v1/participants/{erased}:erase", json=asked).is_success
    old = [line(one, 600, called="Amina"), line(other, 600, called="Amina")]
    assert outcomes(push(bank[0], "participants", old)[0]) == ["stale", "stale"]
    data = {"called": "Amina", "consents": [_grant(bank)]}
    said, _ = push(bank[0], "participants", [{"id": other, "updated_at": _now(), "data": data}])
    assert outcomes(said) == ["created"]
    assert "consents/0" in said[0]["kept"]
    assert _consents(bank, said[0]["resource_id"]) == []
    answer = bank[0].put("/v1/participants/by-external-id", params={"system": "time-bank", "value": one}, json=data)
    assert (answer.status_code, _consents(bank, ok(answer)["id"])) == (201, [])


def test_her_id_may_change_and_a_record_that_was_merged_is_still_found(bank: Bank) -> None:
    (old, person), new = _member(bank), _name()
    unheard = push(bank[0], "participants", [moved(_name(), 20, _name())])[0]
    assert outcomes(unheard) == ["unknown-record"]  # what is said of it may still come
    assert outcomes(push(bank[0], "participants", [moved(old, 20, new)])[0]) == ["renamed"]
    said, _ = push(bank[0], "participants", [line(old, 15, called="Old"), line(new, 25, called="Amina D")])
    assert outcomes(said) == ["stale", "updated"]
    assert said[1]["resource_id"] == person
    (left, gone_person), later = _member(bank), _name()
    push(bank[0], "participants", [gone(later, 30)])
    assert outcomes(push(bank[0], "participants", [moved(left, 20, later)])[0]) == ["deleted"]
    problem(bank[0].get(f"/v1/participants/{gone_person}"), 404, "not-found")
    (absorbed, hers), (survivor, living) = _member(bank), _member(bank)
    called = word()
    for person in (hers, living):
        ok(bank[0].patch(f"/v1/participants/{person}", json={"called": f"{called} Rahimi", "place": HERE}))
        reach(bank[0], person, "07700 900 127")
    merged(bank[0], "participants", living, hers)
    both = [line(absorbed, 20, called="By her old number"), line(survivor, 21, called="By the new", reach_km=3)]
    said, _ = push(bank[0], "participants", both)
    assert [(one["outcome"], one["resource_id"]) for one in said] == [("updated", living)] * 2
    assert ok(bank[0].get(f"/v1/participants/{living}"))["called"] == "By the new"
    assert outcomes(push(bank[0], "participants", [gone(absorbed, 22)])[0]) == ["unlinked"]
    assert outcomes(push(bank[0], "participants", [gone(survivor, 23)])[0]) == ["deleted"]


def test_two_pushes_of_one_system_at_once_end_as_one_after_the_other(bank: Bank) -> None:
    names = [_name() for _ in range(30)]
    grants = [_grant(bank)]
    bodies = [[line(name, hour, called=f"At {hour}", consents=grants) for name in names] for hour in (3, 1, 2, 3)]
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda lines: push(bank[0], "participants", lines)[0], bodies))
    assert Counter(outcome for said in told for outcome in outcomes(said))["created"] == 30
    assert {outcome for said in told for outcome in outcomes(said)} <= {"created", "updated", "unchanged", "stale"}
    shown = [ok(bank[0].get(f"/v1/participants/{one['resource_id']}"))["called"] for one in told[0][:5]]
    assert shown == ["At 3"] * 5
    assert len(_consents(bank, told[0][0]["resource_id"])) == 1


def test_a_list_that_was_cut_short_deletes_nobody(bank: Bank, town: Town) -> None:
    lines = [line(f"cut-{n}", 1, called=f"Member {n}") for n in range(4)]
    push(bank[0], "participants", lines, system="cut")
    whole = body_of(lines)
    host, port = town.url.removeprefix("http://").split(":")
    for length in (f"Content-Length: {len(whole)}", "Transfer-Encoding: chunked"):
        with socket.create_connection((host, int(port)), timeout=10) as wire:
            head = f"POST /v1/participants:resync?system=cut HTTP/1.1\r\nHost: {host}\r\n{length}\r\n"
            auth = f"Authorization: {bank[0].headers['authorization']}\r\nContent-Type: application/x-ndjson\r\n\r\n"
            part = whole[: len(whole) // 2]
            sized = part if "Length" in length else f"{len(part):x}\r\n".encode() + part + b"\r\n"
            wire.sendall((head + auth).encode() + sized)
    asked: dict[str, Any] = {"content": body_of(lines[:3]), "headers": NDJSON}
    short = bank[0].post("/v1/participants:resync", params={"system": "cut", "lines": 4}, **asked)
    problem(short, 422, "invalid-request")
    half: dict[str, Any] = {"content": body_of(lines[:1]), "headers": NDJSON}
    problem(bank[0].post("/v1/participants:resync", params={"system": "cut"}, **half), 409, "resync-would-delete")
    assert outcomes(push(bank[0], "participants", lines, system="cut")[0]) == ["unchanged"] * 4
    three = bank[0].post("/v1/participants:resync", params={"system": "cut", "lines": 3}, **asked)
    assert three.text.count('"deleted"') == 2  # her line, and the sum
    said, summary = push(bank[0], "participants", lines, how="resync", system="cut")
    assert (outcomes(said)[3], summary["missing_here"]) == ("created", 1)  # a list that lacked her is put right


def test_her_id_may_be_swapped_with_anothers_by_way_of_a_third(bank: Bank) -> None:
    (one, first), (other, second), third = _member(bank), _member(bank), _name()
    assert outcomes(push(bank[0], "participants", [moved(one, 20, other)])[0]) == ["external-id-taken"]
    steps = [moved(one, 21, third), moved(other, 22, one), moved(third, 23, other)]
    assert outcomes(push(bank[0], "participants", steps)[0]) == ["renamed"] * 3
    named = [line(one, 30, called="Second"), line(other, 30, called="First")]
    assert [told["resource_id"] for told in push(bank[0], "participants", named)[0]] == [second, first]


def test_a_bad_line_is_refused_by_itself_and_a_complete_list_repairs(hazelbrook: Quarter) -> None:
    named = hazelbrook.organisation_named("Small Time Bank")
    bank = (hazelbrook.app(named), named)
    lines = [line(_name(), 1, called=f"Member {n}") for n in range(3)]
    nowhere = _grant(bank, recipient_id=str(uuid4()))
    bad = [line(_name(), 1, called=" "), line(_name(), 1, called="Amina", consents=[nowhere])]
    said, summary = push(bank[0], "participants", [*bad, *lines])
    assert outcomes(said) == ["invalid-request", "invalid-request", "created", "created", "created"]
    ok(bank[0].patch(f"/v1/participants/{said[2]['resource_id']}", json={"called": "Drifted"}))
    said, summary = push(bank[0], "participants", lines[:2], how="resync")
    assert {"drifted": 1, "extra_here": 1, "missing_here": 0, "repaired": 2}.items() <= summary.items()
    assert len(ok(bank[0].get("/v1/participants"))["items"]) == 2
    rules = {one["field"]: one["rule"] for one in ok(bank[0].get("/v1/participants:import-rules"))["fields"]}
    assert (rules["called"], rules["do_not_ask"]) == ("owner", "narrower")


def test_a_single_push_that_says_its_time_follows_the_same_rules(bank: Bank) -> None:
    name, person = _member(bank)
    where = {"system": "time-bank", "value": name}
    address = "/v1/participants/by-external-id"
    answer = bank[0].put(address, params={**where, "updated_at": at(20)}, json={"called": "Later"})
    assert (answer.status_code, ok(answer)["called"], ok(answer)["id"]) == (200, "Later", person)
    older = bank[0].put(address, params={**where, "updated_at": at(15)}, json={"called": "Older"})
    problem(older, 409, "older-than-known")
    assert bank[0].delete(address, params={**where, "updated_at": at(30)}).status_code == 204
    problem(bank[0].get(f"/v1/participants/{person}"), 404, "not-found")
