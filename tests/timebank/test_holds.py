"""Hours held back for accepted matches, posted when confirmed, free again when the match ends."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from services.kernel.events import Event
from services.kernel.work import as_service
from services.timebank.events import FACTS, follow_matching
from tests.timebank.conftest import Bank, fact


async def told(bank: Bank, *facts: dict[str, Any]) -> None:
    """Let the time bank hear `facts` of matching."""
    async with as_service(bank.kernel, bank.tenant) as work:
        await follow_matching(work, [Event.model_validate(one) for one in facts])


def confirmed(bank: Bank, match: UUID, payer: UUID, payee: UUID, seconds: int, **more: Any) -> dict[str, Any]:
    ids = {"match": match, "payer": payer, "payee": payee, "seconds": seconds, "exchange": "credit",
           "organisation": bank.organisation, **more}  # fmt: skip
    return fact(bank, "hours.confirmed", more.pop("hours", None) or uuid4(), **ids)


async def balance(bank: Bank, owner: UUID) -> tuple[int, int]:
    items = (await bank.ask("GET", f"/v1/accounts?owner_id={owner}")).json()["items"]
    return (items[0]["balance_seconds"], items[0]["held_seconds"]) if items else (0, 0)


async def state(bank: Bank, match: UUID) -> dict[str, Any]:
    answer = await bank.ask("GET", f"/internal/holds/{match}", caller=bank.service())
    return dict(answer.json())


async def test_a_hold_opens_the_accounts_and_keeps_the_hours_back(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    made = await bank.hold(match, payer, payee, 7200)
    assert (made.status, made.json()["state"]) == (201, "held")
    assert await balance(bank, payer) == (0, 7200)
    assert await balance(bank, payee) == (0, 0)
    assert [one["type"] for one in await bank.facts()] == ["account.opened", "account.opened", "hold.made"]


async def test_the_same_hold_again_answers_200_and_another_409(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    first = await bank.hold(match, payer, payee, 7200)
    again = await bank.hold(match, payer, payee, 7200)
    assert (again.status, again.json()) == (200, first.json())
    for other in (await bank.hold(match, payer, payee, 7201), await bank.hold(match, payee, payer, 7200)):
        assert (other.status, other.json()["type"]) == (409, "/problems/hold-differs")
    assert await balance(bank, payer) == (0, 7200)
    assert await balance(bank, payee) == (0, 0)


async def test_the_same_hold_asked_for_ten_times_at_once_is_made_once(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    answers = await asyncio.gather(*(bank.hold(match, payer, payee, 600) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [200] * 9 + [201]
    assert await balance(bank, payer) == (0, 600)


async def test_a_hold_beyond_the_limit_is_refused_and_leaves_nothing(bank: Bank) -> None:
    payer, payee = uuid4(), uuid4()
    assert (await bank.hold(uuid4(), payer, payee, 30_000)).status == 201
    refused = await bank.hold(match := uuid4(), payer, payee, 6001)
    assert (refused.status, refused.json()["type"]) == (409, "/problems/insufficient-credit")
    assert (await bank.ask("GET", f"/internal/holds/{match}", caller=bank.service())).status == 404
    assert await balance(bank, payer) == (0, 30_000)


async def test_what_is_held_cannot_be_spent_elsewhere(bank: Bank) -> None:
    payer, payee = bank.newcomer(), uuid4()
    account = await bank.account(payer)
    other = await bank.account()
    await bank.hold(uuid4(), payer, payee, 36_000)
    assert (await bank.transfer(account["id"], other["id"], 60)).status == 409


async def test_nobody_holds_for_themselves(bank: Bank) -> None:
    person = uuid4()
    answer = await bank.hold(uuid4(), person, person, 600)
    assert (answer.status, answer.json()["errors"][0]["path"]) == (422, "/payee")


async def test_confirmed_hours_are_posted_from_the_hold_and_the_rest_stays_held(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 7200)
    await told(bank, confirmed(bank, match, payer, payee, 3000))
    assert await balance(bank, payer) == (-3000, 4200)
    assert await balance(bank, payee) == (3000, 0)
    assert ((await state(bank, match))["state"], (await state(bank, match))["posted_seconds"]) == ("held", 3000)
    await told(bank, confirmed(bank, match, payer, payee, 4200))
    assert await balance(bank, payer) == (-7200, 0)
    assert (await state(bank, match))["state"] == "posted"
    posted = (await bank.ask("GET", f"/v1/transfers?match_id={match}")).json()["items"]
    assert [(one["kind"], one["seconds"]) for one in posted] == [("hours", 3000), ("hours", 4200)]


async def test_hours_told_twice_are_posted_once(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 7200)
    hours = confirmed(bank, match, payer, payee, 600)
    await told(bank, hours, hours)
    await told(bank, {**hours, "id": str(uuid4())})
    assert await balance(bank, payer) == (-600, 6600)


async def test_hours_given_as_a_gift_post_nothing(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await told(bank, confirmed(bank, match, payer, payee, 600, exchange="gift"))
    assert (await bank.ask("GET", "/v1/accounts")).json()["items"] == []


async def test_more_hours_than_held_draw_on_free_credit(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 3600)
    await told(bank, confirmed(bank, match, payer, payee, 5000))
    assert await balance(bank, payer) == (-5000, 0)
    assert await balance(bank, payee) == (5000, 0)


async def test_hours_that_no_credit_covers_are_put_on_record_as_short(bank: Bank) -> None:
    match, payer, payee = uuid4(), bank.newcomer(), uuid4()
    await bank.account(payer, debit_limit_seconds=4000)
    await bank.hold(match, payer, payee, 3600)
    await told(bank, confirmed(bank, match, payer, payee, 5000))
    assert await balance(bank, payer) == (-4000, 0)
    short = [one for one in await bank.facts() if one["type"] == "hours.short"]
    assert [(one["ids"]["match"], one["ids"]["seconds"]) for one in short] == [(str(match), 1000)]


async def test_hours_without_a_hold_are_posted_within_the_limit(bank: Bank) -> None:
    payer, payee = uuid4(), uuid4()
    await told(bank, confirmed(bank, uuid4(), payer, payee, 600))
    assert (await balance(bank, payer), await balance(bank, payee)) == ((-600, 0), (600, 0))
    await told(bank, confirmed(bank, uuid4(), payer, payee, 36_000))
    assert await balance(bank, payer) == (-36_000, 0)


async def test_hours_that_went_the_other_way_leave_the_hold_alone(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 3600)
    await told(bank, confirmed(bank, match, payee, payer, 600))
    assert await balance(bank, payer) == (600, 3600)
    assert await balance(bank, payee) == (-600, 0)


async def test_hours_that_nobody_can_keep_an_account_for_are_short_not_lost(bank: Bank) -> None:
    payer, payee = uuid4(), uuid4()
    await told(bank, confirmed(bank, uuid4(), payer, payee, 600, organisation=None))
    assert [one["type"] for one in await bank.facts()] == ["hours.short"]


async def test_without_an_organisation_in_the_fact_the_hold_tells_it(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 3600)
    await told(bank, confirmed(bank, match, payer, payee, 600, organisation=None))
    assert await balance(bank, payee) == (600, 0)


async def test_an_ended_match_frees_what_is_left(bank: Bank) -> None:
    for end in ("declined", "withdrawn", "expired", "completed"):
        match, payer, payee = uuid4(), uuid4(), uuid4()
        await bank.hold(match, payer, payee, 7200)
        ended = fact(bank, f"match.{end}", match)
        await told(bank, confirmed(bank, match, payer, payee, 1200), ended, {**ended, "id": str(uuid4())})
        assert await balance(bank, payer) == (-1200, 0)
        assert (await state(bank, match))["state"] == "released"
        again = await bank.hold(match, payer, payee, 7200)
        assert (again.status, again.json()["type"]) == (409, "/problems/hold-released")
    released = [one["ids"]["seconds"] for one in await bank.facts() if one["type"] == "hold.released"]
    assert released == [6000] * 4


async def test_other_facts_of_matching_move_nothing(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 7200)
    await told(bank, fact(bank, "match.suspended", match), fact(bank, "need.created", uuid4()))
    assert await balance(bank, payer) == (0, 7200)


async def test_an_organisation_can_be_the_one_who_receives_help(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    assert (await bank.hold(match, payer, payee, 600, payer_kind="organisation")).status == 201
    await told(bank, confirmed(bank, match, payer, payee, 600, payer_kind="organisation"))
    assert await balance(bank, payer) == (-600, 0)


async def test_another_tenants_hold_is_unknown(bank: Bank) -> None:
    match = uuid4()
    await bank.hold(match, uuid4(), uuid4(), 600)
    neighbour = Bank(bank.app, bank.neighbours)
    path = f"/internal/holds/{match}"
    assert (await neighbour.ask("GET", path, caller=neighbour.service())).status == 404
    await told(neighbour, fact(neighbour, "match.expired", match))
    assert (await state(bank, match))["state"] == "held"


async def test_bad_holds_name_their_field(bank: Bank) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"seconds": 0}, "/seconds"),
        ({"seconds": 10**20}, "/seconds"),
        ({"organisation": None}, "/organisation"),
        ({"payer_kind": "community"}, "/payer_kind"),
        ({"name": "x"}, "/name"),
    ]
    for more, path in cases:
        answer = await bank.hold(uuid4(), uuid4(), uuid4(), **{"seconds": 60, **more})
        assert (answer.status, answer.json()["errors"][0]["path"]) == (422, path)


async def test_the_feed_is_followed_once_for_each_fact_and_catches_up(bank: Bank) -> None:
    match, payer, payee = uuid4(), uuid4(), uuid4()
    await bank.hold(match, payer, payee, 7200)
    follower = next(one for one in bank.app.state.followers if one.source == "matching")
    before = len(bank.neighbours.facts)
    bank.neighbours.facts += [confirmed(bank, match, payer, payee, 600), confirmed(bank, match, payer, payee, 900)]
    assert await follower.step() == 2
    assert await follower.step() == 0
    assert await balance(bank, payer) == (-1500, 5700)
    bank.neighbours.facts.append(bank.neighbours.facts[before])
    await follower.step()
    assert await balance(bank, payer) == (-1500, 5700)


async def test_every_fact_that_is_told_is_one_that_is_announced(bank: Bank) -> None:
    kinds = {
        kind for (kind,) in bank.as_owner("select distinct type from timebank.events where type not like 'test.%%'")
    }
    assert kinds <= set(FACTS)
