"""Moving hours, repeating, giving back, and the statement."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from services.timebank.models import Entry, Transfer
from tests.timebank.conftest import Bank
from tests.timebank.test_holds import confirmed, told


async def test_an_hour_given_is_an_hour_gained(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    answer = await bank.transfer(one["id"], other["id"], 5400)
    assert answer.status == 201
    made = answer.json()
    assert answer.headers["location"] == f"/v1/transfers/{made['id']}"
    assert (await bank.read(one["id"]))["balance_seconds"] == -5400
    assert (await bank.read(other["id"]))["balance_seconds"] == 5400
    assert (await bank.ask("GET", answer.headers["location"])).json() == made
    told = [fact for fact in await bank.facts() if fact["type"] == "transfer.posted"]
    us = str(bank.organisation)
    related = {"from": one["id"], "from_holder": us, "to": other["id"], "to_holder": us, "by": us}
    assert [(fact["subject"], fact["ids"]) for fact in told] == [
        (made["id"], {"kind": "transfer", "seconds": 5400, **related})
    ]


async def test_nobody_falls_below_the_limit(bank: Bank) -> None:
    one, other = await bank.account(debit_limit_seconds=3600), await bank.account()
    refused = await bank.transfer(one["id"], other["id"], 3601)
    assert (refused.status, refused.json()["type"]) == (409, "/problems/insufficient-credit")
    assert refused.json()["available_seconds"] == 3600
    assert (await bank.transfer(one["id"], other["id"], 3600)).status == 201
    assert (await bank.transfer(one["id"], other["id"], 60)).status == 409
    assert (await bank.read(one["id"]))["balance_seconds"] == -3600


async def test_a_transfer_needs_an_idempotency_key(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    body = {"from_account": one["id"], "to_account": other["id"], "seconds": 60, "reason": "Errand"}
    answer = await bank.ask("POST", "/v1/transfers", body)
    assert answer.json()["type"] == "/problems/idempotency-key-required"
    assert answer.json()["errors"][0]["source"] == "header"
    assert (await bank.read(one["id"]))["balance_seconds"] == 0
    made = (await bank.transfer(one["id"], other["id"], 60)).json()
    answer = await bank.ask("POST", f"/v1/transfers/{made['id']}:reverse", {"reason": "Mistake"})
    assert answer.json()["type"] == "/problems/idempotency-key-required"
    backs = [await bank.reverse(made["id"], "Mistake", idempotency_key="once") for _ in range(2)]
    assert [back.status for back in backs] == [201, 201]
    assert backs[0].json()["id"] == backs[1].json()["id"]


async def test_the_same_transfer_sent_twenty_times_at_once_moves_once(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    answers = await asyncio.gather(*(bank.transfer(one["id"], other["id"], 600, key="k") for _ in range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await bank.read(other["id"]))["balance_seconds"] == 600
    changed = await bank.transfer(one["id"], other["id"], 601, key="k")
    assert (changed.status, changed.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_bad_transfers_name_their_field(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    foreign = await Bank(bank.app, bank.neighbours).account()
    for payer, payee, seconds, path in [
        (one["id"], one["id"], 60, "/to_account"),
        (one["id"], str(uuid4()), 60, "/to_account"),
        (one["id"], foreign["id"], 60, "/to_account"),
        (str(uuid4()), one["id"], 60, "/from_account"),
        (foreign["id"], one["id"], 60, "/from_account"),
        (one["id"], other["id"], 59, "/seconds"),
        (one["id"], other["id"], 365 * 24 * 3600 + 1, "/seconds"),
        (one["id"], other["id"], 0, "/seconds"),
        (one["id"], other["id"], -60, "/seconds"),
        (one["id"], other["id"], 90.5, "/seconds"),
        (one["id"], other["id"], 10**40, "/seconds"),
        (one["id"], other["id"], "3600", "/seconds"),
        (one["id"], other["id"], True, "/seconds"),
        (one["id"], other["id"], None, "/seconds"),
        (one["id"], other["id"], float("nan"), "/seconds"),
        (one["id"], other["id"], float("inf"), "/seconds"),
    ]:
        answer = await bank.transfer(payer, payee, seconds)
        assert (answer.status, answer.json()["errors"][0]["path"]) == (422, path)
    assert (await bank.read(one["id"]))["version"] == 1


async def test_hours_go_to_any_account_but_only_from_ones_own(bank: Bank) -> None:
    mine = await bank.account()
    stranger = bank.app_of(uuid4())
    owner = {"owner": {"kind": "participant", "id": str(bank.newcomer())}}
    theirs = (await bank.ask("POST", "/v1/accounts", owner, caller=stranger)).json()
    assert (await bank.transfer(mine["id"], theirs["id"], 60)).status == 201
    assert (await bank.transfer(theirs["id"], mine["id"], 60)).status == 422
    assert len((await bank.ask("GET", "/v1/transfers", caller=stranger)).json()["items"]) == 1
    third = bank.app_of(uuid4())
    made = (await bank.ask("GET", "/v1/transfers")).json()["items"][0]["id"]
    assert (await bank.ask("GET", f"/v1/transfers/{made}", caller=third)).status == 404
    assert (await bank.ask("GET", "/v1/transfers", caller=third)).json()["items"] == []


async def test_a_donation_goes_to_the_pot_and_an_opening_balance_comes_from_it(bank: Bank) -> None:
    pot, one = await bank.account(kind="community"), await bank.account()
    assert (await bank.transfer(one["id"], pot["id"], 60, kind="donation")).status == 201
    assert (await bank.transfer(pot["id"], one["id"], 60, kind="opening")).status == 201
    wrong = await bank.transfer(pot["id"], one["id"], 60, kind="donation")
    assert wrong.json()["errors"][0]["path"] == "/to_account"
    wrong = await bank.transfer(one["id"], pot["id"], 60, kind="opening")
    assert wrong.json()["errors"][0]["path"] == "/from_account"


async def test_a_mistake_is_given_back_once(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    made = (await bank.transfer(one["id"], other["id"], 3600)).json()
    assert (await bank.reverse(made["id"], "Twice", if_match='"9"')).status == 412
    back = await bank.reverse(made["id"], "Entered twice")
    assert (back.status, back.json()["kind"], back.json()["reverses"]) == (201, "reversal", made["id"])
    assert (await bank.read(one["id"]))["balance_seconds"] == 0
    assert (await bank.ask("GET", f"/v1/transfers/{made['id']}")).json()["state"] == "reversed"
    again = await bank.reverse(made["id"], "Again")
    assert again.json()["type"] == "/problems/already-reversed"
    twice = await bank.reverse(back.json()["id"], "No")
    assert twice.json()["type"] == "/problems/not-reversible"


async def test_giving_back_is_for_whoever_received(bank: Bank) -> None:
    mine, stranger = await bank.account(), bank.app_of(uuid4())
    owner = {"owner": {"kind": "participant", "id": str(bank.newcomer())}}
    theirs = (await bank.ask("POST", "/v1/accounts", owner, caller=stranger)).json()
    made = (await bank.transfer(mine["id"], theirs["id"], 600)).json()
    assert (await bank.reverse(made["id"], "Mine")).json()["type"] == "/problems/not-your-account"
    assert (await bank.reverse(made["id"], "Yours", caller=stranger)).status == 201


async def test_what_has_been_spent_cannot_be_given_back(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account(debit_limit_seconds=0)
    made = (await bank.transfer(one["id"], other["id"], 600)).json()
    await bank.transfer(other["id"], one["id"], 60)
    refused = await bank.reverse(made["id"], "Mistake")
    assert refused.json()["type"] == "/problems/insufficient-credit"


async def test_a_statement_adds_up_over_its_pages(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    for seconds in (600, 1200, 1800):
        await bank.transfer(one["id"], other["id"], seconds)
    middle = quote(datetime.now(UTC).isoformat())
    await bank.transfer(other["id"], one["id"], 300)
    path = f"/v1/accounts/{one['id']}/statement"
    whole = (await bank.ask("GET", path)).json()
    assert [line["seconds"] for line in whole["items"]] == [-600, -1200, -1800, 300]
    assert [line["balance_seconds"] for line in whole["items"]] == [-600, -1800, -3600, -3300]
    assert (whole["opening_seconds"], whole["closing_seconds"]) == (0, -3300)
    assert whole["items"][0]["other_account"] == other["id"]
    late = (await bank.ask("GET", f"{path}?from={middle}")).json()
    assert (late["opening_seconds"], late["closing_seconds"], len(late["items"])) == (-3600, -3300, 1)
    assert late["items"][0]["balance_seconds"] == -3300
    early = (await bank.ask("GET", f"{path}?to={middle}&limit=2")).json()
    assert (early["opening_seconds"], early["closing_seconds"]) == (0, -3600)
    rest = (await bank.ask("GET", f"{path}?to={middle}&limit=2&cursor={early['next']}")).json()
    assert [line["balance_seconds"] for line in rest["items"]] == [-3600]
    assert rest["next"] is None


async def test_a_statement_refuses_times_that_make_no_sense(bank: Bank) -> None:
    account = await bank.account()
    path = f"/v1/accounts/{account['id']}/statement"
    now = datetime.now(UTC)
    turned = f"from={quote(now.isoformat())}&to={quote((now - timedelta(days=1)).isoformat())}"
    for query in (turned, "from=2026-01-01T00:00:00", "from=%00", "to=9999-01-01T00:00:00Z", "cursor=WzEsMl0"):
        assert (await bank.ask("GET", f"{path}?{query}")).status == 422


async def test_reading_a_persons_statement_is_on_record(bank: Bank) -> None:
    person = bank.newcomer()
    account = await bank.account(person)
    await bank.ask("GET", f"/v1/accounts/{account['id']}/statement")
    rows = bank.as_owner(
        "select action, actor from timebank.audit where tenant_id = %s and subject = %s", bank.tenant, person
    )
    assert rows == [("statement.read", str(bank.organisation))]


async def test_transfers_are_found_by_account_kind_and_time(bank: Bank) -> None:
    one, other, third = [await bank.account() for _ in range(3)]
    first = (await bank.transfer(one["id"], other["id"], 60)).json()
    since = quote(datetime.now(UTC).isoformat())
    second = (await bank.transfer(other["id"], third["id"], 60)).json()

    async def found(query: str) -> list[str]:
        return [item["id"] for item in (await bank.ask("GET", f"/v1/transfers?{query}")).json()["items"]]

    assert await found("") == [first["id"], second["id"]]
    assert await found(f"account_id={one['id']}") == [first["id"]]
    assert await found(f"updated_after={since}") == [second["id"]]
    assert await found("kind=hours") == []
    named = {"system": "hours-book", "value": "T/1"}
    third = (await bank.transfer(one["id"], other["id"], 60, external_ids=[named])).json()
    assert await found("system=hours-book&value=T%2F1") == [third["id"]]
    assert await found(f"system=hours-book&value=T%2F1&account_id={third['to_account']}") == [third["id"]]
    assert await found("system=other&value=T%2F1") == []
    assert (await bank.ask("GET", "/v1/transfers?system=hours-book")).json()["errors"][0]["path"] == "/value"
    page = (await bank.ask("GET", "/v1/transfers?limit=1")).json()
    assert await found(f"limit=1&cursor={page['next']}") == [second["id"]]


async def _write(bank: Bank, one: str, other: str, legs: dict[str, int], **more: Any) -> None:
    """Write a transfer with these lines, past the rules of the code."""
    async with bank.work() as work:
        transfer = {
            "id": uuid4(), "kind": "transfer", "from_account": one, "to_account": other, "seconds": 600,
            "reason": "x", "state": "posted", "made_by": "x", "external_ids": [], "version": 1,
            "created_at": work.now, "updated_at": work.now, **more,
        }  # fmt: skip
        await work.session.execute(insert(Transfer).values(transfer))
        for account, seconds in legs.items():
            line = {"transfer_id": transfer["id"], "account_id": account, "seconds": seconds, "at": work.now}
            await work.session.execute(insert(Entry).values(line))


async def test_the_database_itself_refuses_a_transfer_that_does_not_balance(bank: Bank) -> None:
    accounts = [(await bank.account())["id"] for _ in range(3)]
    one, other, third = accounts
    for legs in (
        {},
        {one: -600},
        {one: -600, other: 601},
        {one: 600, other: -600},
        {one: -600, third: 600},
        {one: -600, other: 300, third: 300},
    ):
        with pytest.raises(DBAPIError, match="does not balance"):
            await _write(bank, one, other, legs)
    await _write(bank, one, other, {one: -600, other: 600})


@pytest.mark.parametrize(
    "sql",
    [
        "update entries set seconds = seconds * 2",
        "delete from entries",
        "delete from transfers",
        "update transfers set seconds = 1",
        "delete from accounts",
        "delete from holds",
    ],
)
async def test_the_journal_cannot_be_rewritten_by_the_service(bank: Bank, sql: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with bank.work() as work:
            await work.session.execute(text(sql))


async def test_the_database_itself_keeps_an_account_above_its_limit(bank: Bank) -> None:
    account = await bank.account(debit_limit_seconds=60)
    with pytest.raises(Exception, match="names something that is not there"):
        async with bank.work() as work:
            await work.session.execute(
                text("update accounts set balance_seconds = -61 where id = :id"), {"id": account["id"]}
            )


@pytest.mark.parametrize("reason", ["", "  "])
async def test_the_database_itself_refuses_hours_that_nothing_explains(bank: Bank, reason: str) -> None:
    one, other = await bank.account(), await bank.account()
    with pytest.raises(Exception, match="names something that is not there"):
        await _write(bank, one["id"], other["id"], {one["id"]: -600, other["id"]: 600}, reason=reason)
    await _write(bank, one["id"], other["id"], {one["id"]: -600, other["id"]: 600}, reason="", match_id=uuid4())
    with pytest.raises(DBAPIError, match="row-level security"):
        await _write(bank, one["id"], other["id"], {}, reason="", forgotten=True)


async def test_a_reason_is_required_and_may_be_forgotten_only_by_erasure(bank: Bank) -> None:
    person = bank.newcomer()
    one, other = await bank.account(person), await bank.account()
    made = (await bank.transfer(one["id"], other["id"], 600, reason="Knitting")).json()
    for reason in ("", "   ", None):
        assert (await bank.transfer(one["id"], other["id"], 600, reason=reason)).status == 422
    erased = await bank.ask("POST", f"/internal/subjects/{person}:erase", caller=bank.service())
    assert erased.status == 200
    assert (await bank.ask("GET", f"/v1/transfers/{made['id']}")).json()["reason"] == ""
    assert (await bank.reverse(made["id"], "Mistake")).status == 201


async def test_hours_given_back_return_to_the_payer_and_are_not_held_again(bank: Bank) -> None:
    match, payer, payee = uuid4(), bank.newcomer(), bank.newcomer()
    await bank.hold(match, payer, payee, 3600)
    await told(bank, confirmed(bank, match, payer, payee, 3600))
    (hours,) = (await bank.ask("GET", f"/v1/transfers?match_id={match}")).json()["items"]
    back = await bank.reverse(hours["id"], "Did not happen")
    assert (back.status, back.json()["match_id"]) == (201, str(match))
    account = (await bank.ask("GET", f"/v1/accounts?owner_id={payer}")).json()["items"][0]
    assert (account["balance_seconds"], account["held_seconds"]) == (0, 0)
    assert (await bank.ask("GET", f"/internal/holds/{match}", caller=bank.service())).json()["state"] == "posted"


async def test_a_donation_is_given_back_and_nothing_goes_back_to_a_closed_account(bank: Bank) -> None:
    pot, one, other = await bank.account(kind="community"), await bank.account(), await bank.account()
    gift = (await bank.transfer(one["id"], pot["id"], 600, kind="donation")).json()
    assert (await bank.reverse(gift["id"], "By mistake")).status == 201
    made = (await bank.transfer(one["id"], other["id"], 600)).json()
    await bank.transfer(other["id"], one["id"], 600)
    assert (await bank.ask("POST", f"/v1/accounts/{one['id']}:close")).status == 200
    refused = await bank.reverse(made["id"], "Too late")
    assert (refused.status, refused.json()["type"]) == (409, "/problems/account-closed")


async def test_hours_for_somebody_whose_account_is_closed_open_another(bank: Bank) -> None:
    payer, payee = bank.newcomer(), bank.newcomer()
    closed = await bank.account(payee)
    await bank.ask("POST", f"/v1/accounts/{closed['id']}:close")
    await told(bank, confirmed(bank, uuid4(), payer, payee, 600))
    now = (await bank.ask("GET", f"/v1/accounts?owner_id={payee}")).json()["items"]
    assert [(one["state"], one["balance_seconds"]) for one in now] == [("closed", 0), ("open", 600)]
