"""What must be true once everything runs again, whatever was broken while writers wrote."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import psycopg

from services.kernel.app import NAMES
from tests.faults.load import TABLES, Load
from tests.town import ok

_UNBALANCED = """
select a.id from timebank.accounts a left join timebank.entries e on e.tenant_id = a.tenant_id and e.account_id = a.id
 group by a.tenant_id, a.id, a.balance_seconds having a.balance_seconds <> coalesce(sum(e.seconds), 0)
"""
_STUCK = """
select task_name, status::text from {0}.procrastinate_jobs j left join {0}.procrastinate_workers w on w.id = j.worker_id
 where status = 'failed' or (status = 'doing' and (w.id is null or w.last_heartbeat < now() - interval '30 seconds'))
    or (status = 'todo' and coalesce(scheduled_at, now()) < now() - interval '20 seconds')
"""


def rows(admin_url: str, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(admin_url) as connection:
        return connection.execute(statement, values).fetchall()


def counted(admin_url: str) -> dict[str, int]:
    """Return how many there are of each thing that writers make."""
    return {kind: int(rows(admin_url, f"select count(*) from {table}")[0][0]) for kind, table in TABLES.items()}


def until(look: Callable[[], Any], *, seconds: float, what: str) -> None:
    """Wait until `look` finds nothing left."""
    ends = time.monotonic() + seconds
    while left := look():
        assert time.monotonic() < ends, f"{what}: {str(left)[:1500]}"
        time.sleep(0.1)


def nothing_acknowledged_is_lost_and_nothing_is_done_twice(load: Load, admin_url: str) -> None:
    now = counted(admin_url)
    for writer in load.writers:
        table, ids = TABLES[writer.kind], list(writer.acknowledged.values())
        assert not writer.wrong, writer.wrong
        assert len(ids) == len(set(ids))
        assert ids, f"no {writer.kind} was ever acknowledged: {writer.statuses}"
        found = {str(row[0]) for row in rows(admin_url, f"select id from {table} where id = any(%s::uuid[])", ids)}
        assert found == set(ids), f"lost: {set(ids) - found}"
        made = now[writer.kind] - load.began[writer.kind]
        assert len(ids) <= made <= len(ids) + len(writer.in_doubt), (writer.kind, made, len(ids), writer.in_doubt)


def a_key_used_again_shows_what_it_made(load: Load, url: str, *, most: int = 3) -> None:
    for writer in load.writers:
        with httpx.Client(base_url=url, timeout=30) as http:
            for key, id in list(writer.acknowledged.items())[-most:]:
                answer = writer.once(http, key)
                assert answer is not None
                assert (answer.json()["id"], answer.headers["idempotency-replayed"]) == (id, "true")


def told(load: Load) -> list[dict[str, Any]]:
    """Return the whole feed of the quarter."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = ok(load.quarter.council.get("/v1/events", params={"after": after, "limit": 1000}))
        found += page["items"]
        if not page["items"]:
            return found
        after = page["next"]


def every_write_is_in_the_feed_once_and_has_arrived(load: Load, *, seconds: float) -> None:
    feed = told(load)
    assert max(Counter(one["id"] for one in feed).values()) == 1
    about = {one["subject"] for one in feed} | {str(id) for one in feed for id in one["ids"].values()}
    for writer in load.writers:
        missing = set(writer.acknowledged.values()) - about
        assert not missing, f"{len(missing)} of {writer.kind} are not in the feed"
    since = datetime.fromisoformat(load.told_from)
    expected = {one["id"] for one in feed if datetime.fromisoformat(one["at"]) > since}
    until(lambda: expected - load.arrived, seconds=seconds, what="not delivered")


def a_minute_has_passed(admin_url: str) -> None:
    """Let go of the deliveries that the dead still hold, which time does otherwise."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("update gateway.webhook_deliveries set next_at = now() where state = 'waiting'")
        connection.execute("notify gateway_events")


def credits_are_conserved(admin_url: str) -> None:
    assert rows(admin_url, _UNBALANCED) == []
    sums = "select coalesce(sum(balance_seconds), 0), (select coalesce(sum(seconds), 0) from timebank.entries)"
    assert rows(admin_url, f"{sums} from timebank.accounts") == [(0, 0)]


def followers_have_caught_up(admin_url: str, *, seconds: float = 40) -> None:
    def behind() -> list[tuple[str, str, str, str]]:
        found = []
        for service in ("gateway", *NAMES):
            for source, position in rows(admin_url, f"select source, position from {service}.cursors"):
                feed = source.removeprefix("webhooks/")
                if feed not in ("gateway", *NAMES):  # a mark of a service's own
                    continue
                last = rows(admin_url, f"select xid, seq from {feed}.events order by xid desc, seq desc limit 1")
                if last and tuple(int(part) for part in position.split(".")) < tuple(last[0]):
                    found.append((service, source, position, str(last[0])))
        return found

    until(behind, seconds=seconds, what="behind")


def no_job_is_stuck(admin_url: str, *, seconds: float) -> None:
    def stuck() -> list[tuple[Any, ...]]:
        return [row for one in ("gateway", *NAMES) for row in rows(admin_url, _STUCK.format(f"{one}_jobs"))]

    until(stuck, seconds=seconds, what="stuck")


def the_index_is_as_the_database(load: Load, admin_url: str) -> None:
    """Each need is shown just the open offers of others; beyond a hundred, that many of them."""
    open_to_all = "select id from matching.offers where state = 'open' and tenant_id = %s and participant_id <> %s"
    for need, (found, _) in zip(load.needs, candidates(load), strict=True):
        owner = rows(admin_url, "select participant_id from matching.needs where id = %s", need)[0][0]
        offers = {str(row[0]) for row in rows(admin_url, open_to_all, load.quarter.id, owner)}
        shown = {offer for offer, _ in found}
        assert shown <= offers
        assert len(shown) == min(len(offers), 100)


def candidates(load: Load) -> list[Any]:
    """Return whom the quarter's first needs are shown now: who, with which score, and how many were held back."""
    found = [ok(load.quarter.council.get(f"/v1/needs/{one}/candidates", params={"limit": 100})) for one in load.needs]
    return [([(one["offer_id"], one["score"]) for one in page["items"]], page["held_back"]) for page in found]
