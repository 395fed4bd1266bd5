"""Freshness: what nobody has confirmed for long is listed, asked for once, and in the end hidden."""

from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import select
from sqlmodel import col

from services.directory.freshness import repository
from services.directory.freshness.domain import Policy, hidden_from_feed, months_before
from services.directory.freshness.operations import ask_all
from services.directory.models import Group
from services.kernel.work import as_service
from tests.directory.conftest import kernel_of
from tests.town import Quarter, Town, ok, problem


@pytest.fixture(scope="module")
def quiet(town: Town) -> Quarter:
    """A tenant of its own, whose policy no other test minds."""
    return town.found("elmrow", language="en", zone="Europe/London", organisation="Elm Row Council")


def _confirmed(quarter: Quarter, group: str, at: datetime) -> None:
    with psycopg.connect(quarter.town.admin_url, autocommit=True) as connection:
        connection.execute("update directory.groups set confirmed_at = %s where id = %s", (at, group))


def _months_ago(months: int) -> datetime:
    return months_before(datetime.now(UTC), months)


def test_an_entry_is_hidden_only_when_it_went_unconfirmed_for_longer_than_allowed() -> None:
    now = datetime(2026, 8, 31, tzinfo=UTC)
    policy = Policy(ask_after_months=3, hide_after_months=6)
    assert not hidden_from_feed(datetime(2026, 2, 28, tzinfo=UTC), now=now, policy=policy)
    assert hidden_from_feed(datetime(2026, 2, 27, 23, 59, tzinfo=UTC), now=now, policy=policy)


def test_what_waits_is_listed_longest_first_and_page_by_page(quiet: Quarter) -> None:
    api = quiet.council
    ages = {ok(api.post("/v1/groups", json={"name": f"Waits {age}"}))["id"]: age for age in (13, 8, 7, 2)}
    for group, age in ages.items():
        _confirmed(quiet, group, _months_ago(age))
    oldest_first = sorted(ages, key=lambda one: -ages[one])
    listed = ok(api.get("/v1/assets/stale"))["items"]
    assert [one["id"] for one in listed] == oldest_first[:3], "six months is when somebody is asked"
    assert [one["hidden"] for one in listed] == [True, False, False]
    first = ok(api.get("/v1/assets/stale", params={"limit": 2}))
    second = ok(api.get("/v1/assets/stale", params={"limit": 2, "cursor": first["next"]}))
    assert [one["id"] for one in first["items"] + second["items"]] == oldest_first[:3]
    assert [one["id"] for one in ok(api.get("/v1/assets/stale", params={"months": 1}))["items"]] == oldest_first
    assert ok(api.get("/v1/assets/stale", params={"kind": "place"}))["items"] == []
    other = quiet.app(quiet.organisation_named("Elm Row Neighbours"))
    assert ok(other.get("/v1/assets/stale", params={"mine": True}))["items"] == []
    ok(api.post(f"/v1/groups/{oldest_first[0]}:confirm"))
    assert [one["id"] for one in ok(api.get("/v1/assets/stale"))["items"]] == oldest_first[1:3]
    for group in ages:
        ok(api.delete(f"/v1/groups/{group}"))


async def test_the_holder_is_asked_once_until_it_confirms(quiet: Quarter) -> None:
    api, kernel = quiet.council, kernel_of(quiet.town)
    group = ok(api.post("/v1/groups", json={"name": "Old friends"}))["id"]
    before = ok(api.get("/v1/events", params={"limit": 1000}))["next"]
    for _ in range(2):
        _confirmed(quiet, group, _months_ago(7))
        await ask_all(kernel)
        await ask_all(kernel)
    await kernel.database.close()
    facts = ok(api.get("/v1/events", params={"after": before, "wait": 2}))["items"]
    asked = [one for one in facts if one["type"] == "asset.confirmation-asked"]
    assert [(one["subject"], one["ids"]["holder"], one["ids"]["kind"]) for one in asked] == [
        (group, quiet.organisation, "group")
    ]
    assert ok(api.get("/v1/assets/stale"))["items"][0]["asked_at"] is not None
    assert ok(api.post(f"/v1/groups/{group}:confirm"))["version"] == 2
    assert ok(api.get("/v1/assets/stale"))["items"] == []


async def test_the_feeds_condition_and_the_rule_agree(quiet: Quarter) -> None:
    group, kernel = ok(quiet.council.post("/v1/groups", json={"name": "Edge"}))["id"], kernel_of(quiet.town)
    now, policy = datetime(2026, 11, 1, tzinfo=UTC), Policy(1, 2)
    for at in (datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 8, 31, 23, tzinfo=UTC)):
        _confirmed(quiet, group, at)
        async with as_service(kernel, UUID(quiet.id)) as work:
            query = select(col(Group.id)).where(repository.fresh(Group, now=now, policy=policy))
            shown = UUID(group) in set(await work.session.scalars(query))
        assert shown is not hidden_from_feed(at, now=now, policy=policy)
    await kernel.database.close()


def test_a_tenant_decides_how_long_entries_stay_fresh(quiet: Quarter, lindenau: Quarter) -> None:
    api, address = quiet.council, "/v1/assets/freshness-policy"
    assert ok(api.get(address)) == {"ask_after_months": 6, "hide_after_months": 12, "version": 0}
    problem(api.put(address, json={"ask_after_months": 5, "hide_after_months": 4}), 422, "invalid-request")
    reader = quiet.app(scopes=["directory:write"])
    problem(reader.put(address, json={"ask_after_months": 3}), 403, "forbidden")
    decided = ok(api.put(address, json={"ask_after_months": 3, "hide_after_months": 4}, headers={"If-Match": '"0"'}))
    assert decided == {"ask_after_months": 3, "hide_after_months": 4, "version": 1}
    problem(api.put(address, json={"ask_after_months": 2}, headers={"If-Match": '"0"'}), 412, "stale-version")
    assert ok(api.put(address, json={"ask_after_months": 3, "hide_after_months": 4}))["version"] == 1
    assert ok(lindenau.council.get(address))["version"] == 0
