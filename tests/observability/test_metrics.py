"""What can be read at `/metrics`: by whom, what it counts, and that it says nothing about anybody."""

import asyncio
import re
import time
from contextlib import AsyncExitStack

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from deploy.database import runtime_url
from services.kernel.database import Database
from services.kernel.measures import SELDOM
from services.kernel.metrics import Metrics, Panel, watch_pool
from services.kernel.tracing import watch_transactions
from tests.conftest import SECRET
from tests.observability.conftest import METRICS_TOKEN
from tests.town import Quarter, Town, ok, problem

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]
_LABELS = {
    "service", "route", "method", "status", "le", "slug", "upstream", "state", "event", "level", "task", "outcome",
    "source", "reason", "what", "version", "python", "limit", "kind",
}  # fmt: skip


def scraped(town: Town) -> str:
    answer = town.http(METRICS_TOKEN).get("/metrics")
    assert answer.status_code == 200, answer.text
    return answer.text


def figures(town: Town) -> Figures:
    families = text_string_to_metric_families(scraped(town))
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for f in families for one in f.samples}


def value(found: Figures, name: str, **labels: str) -> float:
    return sum(v for (n, given), v in found.items() if n == name and labels.items() <= dict(given).items())


def test_without_the_token_there_is_no_such_address(watched: Town, town: Town) -> None:
    for answer in (
        watched.http().get("/metrics"),
        watched.http("wrong").get("/metrics"),
        town.http().get("/metrics"),
        httpx.get(f"{town.url}/metrics", headers={"authorization": "Bearer"}),
        httpx.get(f"{watched.url}/metrics", headers={"authorization": "Bearer"}),
    ):
        problem(answer, 404, "not-found")


def test_a_client_token_does_not_open_it(watched: Town, quarter: Quarter) -> None:
    problem(quarter.council.get("/metrics"), 404, "not-found")


def test_all_parts_of_one_process_are_shown_together_and_each_figure_once(watched: Town, quarter: Quarter) -> None:
    ok(quarter.council.get("/v1/needs"))
    shown = scraped(watched)
    types = re.findall(r"^# TYPE (\S+) ", shown, re.MULTILINE)
    assert len(types) == len(set(types))
    families = {one.name: one for one in text_string_to_metric_families(shown)}
    parts = {one.labels["service"] for one in families["cando_requests_under_way"].samples}
    assert parts == {
        "gateway", "edge", "directory", "assessments", "matching", "timebank", "community", "connect",
    }  # fmt: skip
    assert {"process_resident_memory_bytes", "process_cpu_seconds", "process_open_fds"} <= families.keys()
    assert families["cando_build_info"].samples[0].labels["version"]


def test_a_request_is_counted_once_in_each_part_by_its_template(watched: Town, quarter: Quarter) -> None:
    person = quarter.register("Counted")
    before = figures(watched)
    ok(quarter.council.get(f"/v1/participants/{person['id']}"))
    after = figures(watched)

    def grew(**labels: str) -> float:
        return value(after, "cando_requests_total", **labels) - value(before, "cando_requests_total", **labels)

    assert grew(service="directory", route="/v1/participants/{participant_id}", method="GET", status="2xx") == 1
    assert grew(service="edge", route="/v1/participants", method="GET", status="2xx") == 1
    took = {"service": "directory", "route": "/v1/participants/{participant_id}"}
    assert value(after, "cando_request_seconds_count", **took) == 1 + value(
        before, "cando_request_seconds_count", **took
    )
    assert value(after, "cando_requests_under_way", service="edge") == 1  # the scrape itself
    spent = {"service": "directory"}
    assert value(after, "cando_transaction_seconds_count", **spent) > value(
        before, "cando_transaction_seconds_count", **spent
    )


def test_no_word_of_a_caller_becomes_a_label(watched: Town, quarter: Quarter) -> None:
    word = "Canarymetric"
    person = quarter.register(word)
    for path in (f"/{word}", f"/v1/{word}", f"/v1/needs/{word}", f"/fhir/{word}", f"/problems/{word}"):
        quarter.council.get(path, params={word: word}, headers={"x-request-id": word * 2})
    quarter.council.request(word.upper(), "/v1/needs")
    text = scraped(watched)
    assert word.lower() not in text.lower()
    assert person["id"] not in text
    assert quarter.id not in text
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", text)
    labels = {
        label for family in text_string_to_metric_families(text) for one in family.samples for label in one.labels
    }
    assert labels - {"implementation", "major", "minor", "patchlevel"} <= _LABELS


def test_problems_replays_and_refusals_are_counted(watched: Town, quarter: Quarter) -> None:
    before = figures(watched)
    problem(quarter.council.get("/v1/needs/00000000-0000-7000-8000-000000000000"), 404, "not-found")
    headers = {"idempotency-key": "counted-replay"}
    for _ in range(2):
        ok(quarter.council.post("/v1/organisations", json={"name": "Twice", "kind": "charity"}, headers=headers))
    after = figures(watched)
    assert value(after, "cando_problems_total", service="matching", slug="not-found") == 1 + value(
        before, "cando_problems_total", service="matching", slug="not-found"
    )
    assert value(after, "cando_replays_total", service="directory") == 1 + value(
        before, "cando_replays_total", service="directory"
    )


def test_what_is_measured_in_the_background_is_there_and_a_scrape_asks_no_database(
    watched: Town, quarter: Quarter
) -> None:
    quarter.register("Measured")
    until = time.monotonic() + SELDOM / 2
    while not value(figures(watched), "cando_measured_seconds", service="timebank", what="seldom"):
        assert time.monotonic() < until
        time.sleep(0.2)
    before = figures(watched)
    names = {name for name, _ in before}
    assert {
        "cando_jobs_kept", "cando_job_waiting_seconds", "cando_feed_horizon_seconds", "cando_audit_unchained_seconds",
        "cando_webhook_waiting", "cando_webhooks_disabled", "cando_ledger_imbalance_seconds", "cando_loop_lag_seconds",
        "cando_erasure_outstanding_seconds", "cando_feed_lag_seconds", "cando_job_last_success_seconds",
    } <= names  # fmt: skip
    assert value(before, "cando_ledger_imbalance_seconds") == 0
    assert {dict(labels)["source"] for name, labels in before if name == "cando_feed_lag_seconds"} >= {"directory"}


def test_counting_a_request_costs_microseconds() -> None:
    metrics = Metrics("bench")
    began = time.process_time()
    for _ in range(20_000):
        metrics.under_way.inc()
        metrics.answered("/v1/needs/{need_id}", "GET", 200, 0.012)
        metrics.under_way.dec()
    each = (time.process_time() - began) / 20_000
    assert each < 25e-6, f"{each * 1e6:.1f} µs"  # 4 to 5 µs alone; this machine may be busy


def test_a_panel_without_a_token_opens_to_nobody() -> None:
    for shown in ("", "Bearer", "Bearer ", "Bearer x", " "):
        assert not Panel("").opens_to(shown)
    assert Panel("x" * 16).opens_to("Bearer " + "x" * 16)


@pytest.mark.parametrize("status", [200, 404, 503])
def test_statuses_are_counted_by_class(status: int) -> None:
    panel = Panel("x")
    panel.part("one").answered("/v1/x", "GET", status, 0.1)
    assert f'status="{status // 100}xx"' in panel.text().decode()


async def test_who_waits_for_a_connection_is_counted(database_url: str) -> None:
    database = Database(runtime_url(database_url, "community", SECRET), schema="community", pool=1)
    metrics = Metrics("one")
    watch_pool(metrics, database.engine.pool)

    def now(state: str) -> float:
        return metrics.registry.get_sample_value("cando_database_connections", {"state": state}) or 0

    async with AsyncExitStack() as held:
        for _ in range(int(now("most"))):
            await held.enter_async_context(database.transaction(None))
        one_more = asyncio.create_task(_ask(database))
        while not now("waited-for"):  # noqa: ASYNC110 - the pool tells nobody
            await asyncio.sleep(0.01)
        assert now("in-use") == now("most") == 2
    await one_more
    assert now("waited-for") == 0
    await database.close()


async def test_whoever_breaks_off_in_the_middle_of_a_question_hears_of_nothing_else(database_url: str) -> None:
    database = Database(runtime_url(database_url, "community", SECRET), schema="community", pool=1)
    watch_transactions(Metrics("one"), database.engine.sync_engine)

    async def slow() -> None:
        async with database.transaction(None) as session:
            await session.execute(text("select pg_sleep(20)"))

    for _ in range(3):
        asking = asyncio.create_task(slow())
        await asyncio.sleep(0.3)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    await _ask(database)
    await database.close()


async def _ask(database: Database) -> None:
    async with database.transaction(None):
        pass


def test_a_refused_sign_in_is_counted_by_its_reason(watched: Town, quarter: Quarter) -> None:
    app = quarter.credentials(scopes=["act:staff"])
    asked = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "no token at all",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    }
    before = figures(watched)
    answer = watched.http().post("/oauth/token", data=asked, auth=(app["client_id"], app["client_secret"]))
    assert answer.json()["error"] == "invalid_grant"
    after = figures(watched)
    refused = "cando_sign_in_refusals_total"
    assert value(after, refused, reason="not-signed") == value(before, refused, reason="not-signed") + 1
