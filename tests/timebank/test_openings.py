"""A time bank moves in: accounts with what stood on them, line by line, as often as it likes."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.kernel.caller import Caller
from services.timebank.domain import Owner
from services.timebank.openings.domain import Wanted
from services.timebank.openings.operations import bring_in
from tests.timebank.conftest import WRITE, Bank
from tests.timebank.test_conservation import faults
from tests.timebank.test_limits import waits

HOUR = 3600


def line(number: int, owner: UUID | str, opening: Any = None, kind: str = "participant", **more: Any) -> dict[str, Any]:
    data = {"owner": {"kind": kind, "id": str(owner)}, **more}
    return {"id": str(number), "data": data if opening is None else {**data, "opening_seconds": opening}}


def outcomes(answer: list[dict[str, Any]]) -> list[str]:
    return [one["outcome"] for one in answer[:-1]]


async def pot_of(bank: Bank) -> dict[str, Any]:
    (pot,) = (await bank.ask("GET", "/v1/accounts?owner_kind=community")).json()["items"]
    return dict(pot)


async def test_balances_come_in_against_the_pot_which_may_owe_them_without_limit(bank: Bank) -> None:
    people = [bank.newcomer() for _ in range(3)]
    done = await bank.bring_in(
        line(1, people[0], 100 * HOUR), line(2, people[1], -5 * HOUR), line(3, people[2], 0), line(4, people[2])
    )
    assert outcomes(done) == ["created", "created", "created", "updated"]
    assert done[-1] == {
        "summary": {"lines": 4, "created": 3, "updated": 1, "unchanged": 0, "refused": 0, "dry_run": False}
    }
    balances = [(await bank.read(one["resource_id"]))["balance_seconds"] for one in done[:3]]
    assert balances == [100 * HOUR, -5 * HOUR, 0]
    pot = await pot_of(bank)
    assert (pot["balance_seconds"], pot["opened_seconds"]) == (-95 * HOUR, 95 * HOUR)
    assert pot["available_seconds"] == 36_000
    transfer = (await bank.ask("GET", f"/v1/transfers/{done[0]['transfer_id']}")).json()
    assert (transfer["kind"], transfer["reason"]) == ("opening", "Opening balance")
    assert faults(bank) == []


async def test_what_the_pot_owes_for_openings_is_not_its_to_spend(bank: Bank) -> None:
    done = await bank.bring_in(line(1, bank.newcomer(), -9 * HOUR))
    pot = await pot_of(bank)
    assert (pot["balance_seconds"], pot["available_seconds"]) == (9 * HOUR, 10 * HOUR)
    account = done[0]["resource_id"]
    assert (await bank.transfer(pot["id"], account, 10 * HOUR + 1)).json()["type"] == "/problems/insufficient-credit"
    assert (await bank.transfer(pot["id"], account, 10 * HOUR)).status == 201
    assert faults(bank) == []


async def test_the_same_lines_again_change_nothing_and_tell_nothing(bank: Bank) -> None:
    lines = [line(n, bank.newcomer(), n * HOUR, debit_limit_seconds=60) for n in range(1, 6)]
    first = await bank.bring_in(*lines)
    facts = len(await bank.facts())
    again = await bank.bring_in(*reversed(lines))
    assert outcomes(again) == ["unchanged"] * 5
    assert {one["resource_id"] for one in again[:-1]} == {one["resource_id"] for one in first[:-1]}
    assert len(await bank.facts()) == facts
    assert faults(bank) == []


async def test_a_key_makes_no_difference_to_an_import_which_is_simply_taken_again(bank: Bank) -> None:
    lines = [json.dumps(line(n, bank.newcomer(), n * HOUR)).encode() for n in (1, 2)]
    for content, expected in (
        (lines[0], ["created"]),
        (lines[0], ["unchanged"]),
        (b"\n".join(lines), ["unchanged", "created"]),
    ):
        answer = await bank.send_lines(content, idempotency_key="book-2026")
        assert answer.status_code == 200
        assert outcomes([json.loads(one) for one in answer.text.splitlines()]) == expected


async def test_a_second_different_opening_is_refused_until_the_first_is_given_back(bank: Bank) -> None:
    person = bank.newcomer()
    (made, _) = await bank.bring_in(line(1, person, 2 * HOUR))
    (refused, other) = (await bank.bring_in(line(1, person, 3 * HOUR), line(2, person, HOUR)))[:2]
    for one in (refused, other):
        assert (one["outcome"], one["problem"]["slug"]) == ("refused", "opening-differs")
    assert (await bank.read(made["resource_id"]))["external_ids"] == [{"system": "hours-book", "value": "1"}]
    assert (await bank.reverse(made["transfer_id"], "Wrong book")).status == 201
    (right, _) = await bank.bring_in(line(1, person, 3 * HOUR))
    assert right["outcome"] == "updated"
    assert (await bank.read(made["resource_id"]))["balance_seconds"] == 3 * HOUR
    assert (await pot_of(bank))["opened_seconds"] == 3 * HOUR
    assert faults(bank) == []


async def test_a_debt_comes_in_down_to_the_limit_that_its_line_may_widen(bank: Bank) -> None:
    person = bank.newcomer()
    refused, _ = await bank.bring_in(line(1, person, -11 * HOUR))
    assert (refused["outcome"], refused["problem"]["slug"]) == ("refused", "insufficient-credit")
    assert (await bank.ask("GET", f"/v1/accounts?owner_id={person}")).json()["items"] == []
    made, _ = await bank.bring_in(line(1, person, -11 * HOUR, debit_limit_seconds=20 * HOUR))
    assert made["outcome"] == "created"


async def test_a_refused_line_leaves_nothing_and_stops_no_other(bank: Bank) -> None:
    good, elsewhere, stranger = bank.newcomer(), bank.newcomer(), bank.app_of(uuid4())
    body = {"owner": {"kind": "participant", "id": str(elsewhere)}}
    assert (await bank.ask("POST", "/v1/accounts", body, caller=stranger)).status == 201
    done = await bank.bring_in(
        line(1, uuid4(), HOUR), line(2, elsewhere, HOUR), line(3, good, HOUR), line(3, bank.newcomer(), HOUR)
    )
    assert [one.get("problem", {}).get("slug") for one in done[:-1]] == [
        "invalid-request", "account-exists", None, "owner-differs",
    ]  # fmt: skip
    assert done[0]["problem"]["errors"][0]["path"] == "/data/owner/id"
    held = (await bank.ask("GET", "/v1/accounts?owner_kind=participant")).json()["items"]
    assert [one["owner"]["id"] for one in held] == [str(good)]
    assert faults(bank) == []


async def test_lines_that_cannot_be_read_say_why_and_the_others_count(bank: Bank) -> None:
    owner = bank.newcomer()
    bad = [
        b"{", b"[]", b"\xff", b"17", b'{"id": "1"}', b'{"id": "1", "data": {}}', b"[" * 5000,
        json.dumps(line(1, owner, 1.5)).encode(), json.dumps(line(1, owner, "3600")).encode(),
        json.dumps(line(1, owner, float("nan"))).encode(), json.dumps(line(1, owner, 366 * 24 * HOUR)).encode(),
        json.dumps(line(1, owner, -(10**30))).encode(), json.dumps({**line(1, owner), "id": "a\u0000"}).encode(),
        json.dumps({**line(1, owner), "name": "x"}).encode(), b"x" * 9000,
    ]  # fmt: skip
    content = b"\xef\xbb\xbf" + b"\n".join([*bad, b"", json.dumps(line(99, owner, HOUR)).encode()]) + b"\r\n"
    answer = await bank.send_lines(content)
    *lines, summary = [json.loads(one) for one in answer.text.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [one["outcome"] for one in lines] == ["refused"] * len(bad) + ["created"]
    assert [one["line"] for one in lines] == [*range(1, len(bad) + 1), len(bad) + 2]
    assert summary["summary"]["refused"] == len(bad)


async def test_a_dry_run_says_what_would_become_of_it_and_changes_nothing(bank: Bank) -> None:
    lines = [line(1, bank.newcomer(), HOUR), line(2, uuid4(), HOUR)]
    tried = await bank.bring_in(*lines, query="&dry_run=true")
    assert outcomes(tried) == ["created", "refused"]
    assert "resource_id" not in tried[0]
    assert (await bank.ask("GET", "/v1/accounts")).json()["items"] == []
    assert await bank.facts() == []
    assert outcomes(await bank.bring_in(*lines)) == ["created", "refused"]


async def test_imports_and_transfers_at_once_neither_lose_nor_double_anything(bank: Bank) -> None:
    people = [bank.newcomer() for _ in range(8)]
    lines = [line(n, person, HOUR) for n, person in enumerate(people)]
    first = await bank.bring_in(*lines[:4])
    ids, pot = [one["resource_id"] for one in first[:-1]], await pot_of(bank)
    gifts = [bank.transfer(one, pot["id"], 60, kind="donation") for one in ids for _ in range(5)]
    answers = await asyncio.gather(*(bank.bring_in(*lines) for _ in range(3)), *gifts)
    assert sorted(sum(outcomes(answer).count("created") for answer in [one]) for one in answers[:3]) == [0, 0, 4]
    assert {one.status for one in answers[3:]} == {201}
    assert (await pot_of(bank))["opened_seconds"] == 8 * HOUR
    assert faults(bank) == []


async def test_an_import_waits_for_the_one_before_it(bank: Bank) -> None:
    people = [bank.newcomer(), bank.newcomer()]
    async with bank.work() as work:
        first = [Wanted("1", Owner("participant", people[0]))]
        assert [one.outcome for one in await bring_in(work, system="hours-book", lines=first)] == ["created"]
        rival = asyncio.create_task(bank.bring_in(line(2, people[1])))
        await waits(bank, rival)
        assert not rival.done()
    assert outcomes(await rival) == ["created"]


@pytest.mark.parametrize("media", ["application/json", "text/csv", ""])
async def test_only_lines_of_json_are_read(bank: Bank, media: str) -> None:
    assert (await bank.send_lines(b"{}", content_type=media)).status_code == 415


async def test_opening_balances_are_for_managers_and_a_thousand_at_once(bank: Bank) -> None:
    us = bank.app_of()
    weak = Caller("app", "x", "x", WRITE - {"timebank:manage"}, bank.tenant, us.organisation)
    assert (await bank.send_lines(b"", caller=weak)).status_code == 403
    for content in (b"{}\n" * 1001, b"\n" * 1000 + b"{}", b"x\n" * 500_000):
        assert (await bank.send_lines(content)).status_code == 413
    assert (await bank.send_lines(b"\n\n")).text == (
        '{"summary":{"lines":0,"created":0,"updated":0,"unchanged":0,"refused":0,"dry_run":false}}\n'
    )
