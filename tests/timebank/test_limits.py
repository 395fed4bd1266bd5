"""How much is too little and too much: limits both ways, alerts once per crossing, and the community's policy."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from services.kernel.caller import Caller
from services.timebank.repository import lock_accounts
from services.timebank.transfers.operations import transfer
from tests.timebank.conftest import WRITE, Bank
from tests.timebank.test_holds import confirmed, told

POLICY = {"debit_limit_seconds": 36_000}


async def alerts(bank: Bank) -> list[tuple[str, str]]:
    """Return the facts about alerts: which, and of which account."""
    kinds = ("account.low", "account.hoarding", "account.balanced")
    return [(one["type"].partition(".")[2], one["subject"]) for one in await bank.facts() if one["type"] in kinds]


async def decide(bank: Bank, **policy: Any) -> dict[str, Any]:
    answer = await bank.ask("PUT", "/v1/timebank-policy", {**POLICY, **policy})
    assert answer.status == 200, answer.body
    return dict(answer.json())


async def waits(bank: Bank, task: asyncio.Task[Any]) -> None:
    """Return once `task` waits for a lock, or is done without."""
    waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    while not task.done() and bank.as_owner(waiting) == [(0,)]:
        await asyncio.wait([task], timeout=0.02)


async def test_a_transfer_into_a_full_account_is_refused_and_says_how_much_fits(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account(credit_limit_seconds=3600)
    assert (await bank.transfer(one["id"], other["id"], 3000)).status == 201
    refused = await bank.transfer(one["id"], other["id"], 601)
    assert (refused.status, refused.json()["type"]) == (409, "/problems/account-full")
    assert refused.json()["room_seconds"] == 600
    assert (await bank.transfer(one["id"], other["id"], 600)).status == 201
    assert (await bank.transfer(other["id"], one["id"], 3600)).status == 201


async def test_hours_that_were_worked_are_posted_to_a_full_account_and_what_is_given_back_too(bank: Bank) -> None:
    payer, payee = bank.newcomer(), bank.newcomer()
    account = await bank.account(payee, credit_limit_seconds=600, high_alert_seconds=600)
    await told(bank, confirmed(bank, uuid4(), payer, payee, 3600))
    assert (await bank.read(account["id"]))["balance_seconds"] == 3600
    assert await alerts(bank) == [("hoarding", account["id"])]
    other = await bank.account()
    made = (await bank.transfer(account["id"], other["id"], 3600)).json()
    await told(bank, confirmed(bank, uuid4(), payer, payee, 600))
    assert (await bank.reverse(made["id"], "Mistake")).status == 201
    assert (await bank.read(account["id"]))["balance_seconds"] == 4200


async def test_the_policys_limit_counts_where_an_account_says_nothing_and_never_for_the_pot(bank: Bank) -> None:
    await decide(bank, credit_limit_seconds=600)
    one, other, pot = await bank.account(), await bank.account(), await bank.account(kind="community")
    free = await bank.account(credit_limit_seconds=7200)
    assert (await bank.transfer(one["id"], other["id"], 601)).json()["type"] == "/problems/account-full"
    assert (await bank.transfer(one["id"], free["id"], 7200)).status == 201
    assert (await bank.transfer(one["id"], pot["id"], 3600, kind="donation")).status == 201
    path = f"/v1/accounts/{pot['id']}"
    await bank.ask("PATCH", path, {"credit_limit_seconds": 3600})
    full = await bank.transfer(one["id"], pot["id"], 60, kind="donation")
    assert full.json()["type"] == "/problems/account-full"


async def test_an_alert_is_told_once_for_each_crossing(bank: Bank) -> None:
    await decide(bank, low_alert_seconds=-3600, high_alert_seconds=3600)
    one, other = await bank.account(), await bank.account()
    for _ in range(3):
        await bank.transfer(one["id"], other["id"], 1800)
    low, hoarding = ("low", one["id"]), ("hoarding", other["id"])
    assert await alerts(bank) == [low, hoarding]
    assert (await bank.read(one["id"]))["alert"] == "low"
    await bank.transfer(other["id"], one["id"], 1800)
    assert await alerts(bank) == [low, hoarding, ("balanced", other["id"]), ("balanced", one["id"])]
    (fact,) = [one for one in await bank.facts() if one["type"] == "account.low"]
    assert fact["ids"]["owner"] == one["owner"]["id"]
    assert "seconds" not in str(fact)


async def test_what_is_refused_raises_no_alert(bank: Bank) -> None:
    one, other = await bank.account(low_alert_seconds=0), await bank.account(credit_limit_seconds=0)
    assert (await bank.transfer(one["id"], other["id"], 60)).status == 409
    assert await alerts(bank) == []


async def test_a_coordinator_finds_the_accounts_in_alert(bank: Bank) -> None:
    one, other = await bank.account(low_alert_seconds=-60), await bank.account(high_alert_seconds=60)
    await bank.account()
    await bank.transfer(one["id"], other["id"], 600)
    for kind, account in (("low", one), ("hoarding", other)):
        found = (await bank.ask("GET", f"/v1/accounts?alert={kind}")).json()["items"]
        assert [(item["id"], item["alert"]) for item in found] == [(account["id"], kind)]
    assert (await bank.ask("GET", "/v1/accounts?alert=rich")).status == 422


async def test_a_new_policy_looks_at_every_account_again_at_once(bank: Bank) -> None:
    one, other, own = await bank.account(), await bank.account(), await bank.account(high_alert_seconds=99_999)
    await bank.transfer(one["id"], other["id"], 7200)
    await bank.transfer(one["id"], own["id"], 7200)
    assert await alerts(bank) == []
    decided = await decide(bank, low_alert_seconds=-7200, high_alert_seconds=3600)
    assert sorted(await alerts(bank)) == sorted([("low", one["id"]), ("hoarding", other["id"])])
    again = await decide(bank, low_alert_seconds=-7200, high_alert_seconds=3600)
    assert again == decided
    await decide(bank, low_alert_seconds=-20_000, high_alert_seconds=3600)
    assert (await alerts(bank))[2:] == [("balanced", one["id"])]


async def test_changing_an_accounts_own_threshold_raises_or_ends_its_alert(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    await bank.transfer(one["id"], other["id"], 600)
    path = f"/v1/accounts/{other['id']}"
    changed = await bank.ask("PATCH", path, {"high_alert_seconds": 0})
    assert changed.json()["alert"] == "hoarding"
    await bank.ask("PATCH", path, {"high_alert_seconds": None})
    assert await alerts(bank) == [("hoarding", other["id"]), ("balanced", other["id"])]
    crossed = await bank.ask("PATCH", path, {"high_alert_seconds": 0, "low_alert_seconds": 60})
    assert crossed.json()["errors"][0]["path"] == "/high_alert_seconds"


async def test_transfers_and_policies_at_once_leave_every_alert_as_the_last_policy_has_it(bank: Bank) -> None:
    accounts = [(await bank.account())["id"] for _ in range(4)]

    async def push(n: int) -> None:
        for k in range(5):
            await bank.transfer(accounts[(n + k) % 4], accounts[(n + 2 * k + 1) % 4], 600 * (1 + n % 3))

    async def policies() -> None:
        for high in (600, 5400, 0, 1200):
            await decide(bank, low_alert_seconds=-high, high_alert_seconds=high)

    await asyncio.gather(*(push(n) for n in range(6)), policies())
    for account in (await bank.ask("GET", "/v1/accounts")).json()["items"]:
        balance = account["balance_seconds"]
        assert account["alert"] == ("low" if balance < -1200 else "hoarding" if balance > 1200 else "balanced")


async def test_a_policy_decided_while_a_transfer_waits_for_its_turn_counts_for_it(bank: Bank) -> None:
    pot, one = await bank.account(kind="community"), await bank.account()
    async with bank.work() as work:
        await lock_accounts(work.session, [UUID(pot["id"])])
        given = asyncio.create_task(bank.transfer(pot["id"], one["id"], 7200))
        await waits(bank, given)
        await decide(bank, high_alert_seconds=3600)
    assert (await given).status == 201
    assert await alerts(bank) == [("hoarding", one["id"])]


async def test_a_policy_waits_for_what_is_being_moved_and_looks_at_it_then(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    async with bank.work() as work:
        await transfer(work, payer=UUID(one["id"]), payee=UUID(other["id"]), seconds=7200, reason="Gardening")
        decided = asyncio.create_task(decide(bank, high_alert_seconds=3600))
        await waits(bank, decided)
    await decided
    assert await alerts(bank) == [("hoarding", other["id"])]


async def test_the_policy_is_for_all_to_read_and_for_managers_to_decide(bank: Bank) -> None:
    first = (await bank.ask("GET", "/v1/timebank-policy")).json()
    assert (first["version"], first["debit_limit_seconds"], first["high_alert_seconds"]) == (0, 36_000, None)
    us = bank.app_of()
    weak = Caller("app", "x", "x", WRITE - {"timebank:manage"}, bank.tenant, us.organisation)
    assert (await bank.ask("PUT", "/v1/timebank-policy", POLICY, caller=weak)).status == 403
    owner = {"owner": {"kind": "participant", "id": str(bank.newcomer())}}
    for more in ({"credit_limit_seconds": 1}, {"high_alert_seconds": 1}, {"debit_limit_seconds": 36_001}):
        assert (await bank.ask("POST", "/v1/accounts", {**owner, **more}, caller=weak)).status == 403
    await decide(bank, debit_limit_seconds=60)
    assert (await bank.account())["debit_limit_seconds"] == 60
    assert (await bank.ask("PUT", "/v1/timebank-policy", POLICY, if_match='"0"')).status == 412
    neighbour = Bank(bank.app, bank.neighbours)
    assert (await neighbour.ask("GET", "/v1/timebank-policy")).json()["version"] == 0


async def test_a_policy_that_makes_no_sense_names_its_field(bank: Bank) -> None:
    for more, path in (
        ({"debit_limit_seconds": None}, "/debit_limit_seconds"),
        ({"credit_limit_seconds": -1}, "/credit_limit_seconds"),
        ({"low_alert_seconds": 1}, "/low_alert_seconds"),
        ({"high_alert_seconds": -1}, "/high_alert_seconds"),
        ({"high_alert_seconds": 1.5}, "/high_alert_seconds"),
        ({"high_alert_seconds": 10**12}, "/high_alert_seconds"),
    ):
        answer = await bank.ask("PUT", "/v1/timebank-policy", {**POLICY, **more})
        assert (answer.status, answer.json()["errors"][0]["path"]) == (422, path)


async def test_a_group_of_the_neighbourhood_has_an_account_and_an_unknown_one_has_not(bank: Bank) -> None:
    choir = bank.newcomer()
    account = await bank.account(choir, kind="group")
    other = await bank.account()
    assert (await bank.transfer(other["id"], account["id"], 600)).status == 201
    unknown = await bank.ask("POST", "/v1/accounts", {"owner": {"kind": "group", "id": str(uuid4())}})
    assert (unknown.status, unknown.json()["errors"][0]["path"]) == (422, "/owner/id")
    found = (await bank.ask("GET", "/v1/accounts?owner_kind=group")).json()["items"]
    assert [one["owner"]["id"] for one in found] == [str(choir)]


async def test_a_member_of_staff_sees_and_opens_accounts_of_people_she_is_assigned_to(bank: Bank) -> None:
    hers, others = bank.newcomer(), bank.newcomer()
    bank.neighbours.in_care = {str(hers)}
    her, other, pot = await bank.account(hers), await bank.account(others), await bank.account(kind="community")
    bell = bank.staff()
    seen = {one["id"] for one in (await bank.ask("GET", "/v1/accounts", caller=bell)).json()["items"]}
    assert seen == {her["id"], pot["id"]}
    assert (await bank.ask("GET", f"/v1/accounts/{other['id']}/statement", caller=bell)).status == 404
    assert (await bank.transfer(other["id"], her["id"], 60, caller=bell)).status == 422
    assert (await bank.transfer(her["id"], other["id"], 60, caller=bell)).status == 201
    body = {"owner": {"kind": "participant", "id": str(bank.newcomer())}}
    assert (await bank.ask("POST", "/v1/accounts", body, caller=bell)).status == 422
    bank.neighbours.directory_answers = False
    assert (await bank.ask("GET", f"/v1/accounts/{her['id']}", caller=bell)).status == 503
