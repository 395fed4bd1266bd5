"""Feeds that break, change, repeat and lie never leave half a directory behind; files of any size go on where they stopped."""

import asyncio
import io
import itertools
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.feeds import operations as feeds
from services.directory.imports import cleaning, operations, pulling, repository, running, scratch
from services.directory.models import Import
from services.kernel.context import Kernel
from services.kernel.outbound import Fetched
from services.kernel.work import as_service
from tests.directory.conftest import kernel_of
from tests.town import Quarter, Town, ok, problem

ENDS = {"finished", "incomplete", "suspect", "failed", "cancelled"}


def service(key: str, **facts: Any) -> dict[str, Any]:
    at = {"id": f"l-{key}", "name": f"Hall {key}", "latitude": 52.5, "longitude": -1.9}
    return {"id": key, "name": f"Service {key}", "status": "active", "organization": {"id": "o", "name": "Feed Owner"},
            "service_at_locations": [{"id": f"x-{key}", "location": at}], **facts}  # fmt: skip


class Feed:
    """A feed that does what it is told: two services a page, and whatever is wrong with it."""

    def __init__(self) -> None:
        self.services: list[dict[str, Any]] = []
        self.details: dict[str, dict[str, Any]] = {}
        self.root: dict[str, Any] = {"version": "HSDS-UK-3.0"}
        self.broken_page, self.how = 0, ""
        self.totals: dict[int, int] = {}
        self.asked: list[str] = []

    def answer(self, target: str) -> tuple[int, bytes, bool]:
        self.asked.append(target)
        url = urlsplit(target)
        if url.path.endswith("/services"):
            page = int(parse_qs(url.query)["page"][0])
            return self._page(page)
        if url.path.rpartition("/")[2] in self.details:
            return 200, json.dumps(self.details[url.path.rpartition("/")[2]]).encode(), False
        return (404, b"{}", False) if "/services/" in url.path else (200, json.dumps(self.root).encode(), False)

    def _page(self, page: int) -> tuple[int, bytes, bool]:
        pages = max(1, -(-len(self.services) // 2))
        body = {
            "total_items": self.totals.get(page, len(self.services)), "total_pages": pages, "page_number": page,
            "last_page": page >= pages, "contents": self.services[2 * page - 2 : 2 * page],
        }  # fmt: skip
        content = json.dumps(body).encode()
        if page != self.broken_page:
            return 200, content, False
        return {"status": (503, b"", False), "cut": (200, content, True), "json": (200, content[:-9], False)}[self.how]


@pytest.fixture
def feed(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Feed, str]]:
    told = Feed()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content, cut = told.answer(self.path)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) * 2 // 3] if cut else content)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    monkeypatch.setattr(pulling, "REST", 0.01)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert town.house
    settings = town.house.apps["directory"].state.kernel.settings
    monkeypatch.setattr(settings, "outbound_allow", f"127.0.0.1:{server.server_port}")
    yield told, f"http://127.0.0.1:{server.server_port}/open"
    server.shutdown()
    server.server_close()


def followed(quarter: Quarter, url: str, **facts: Any) -> dict[str, Any]:
    body = {"source": f"feed-{uuid4().hex[:8]}", "url": url, **facts}
    return dict(ok(quarter.council.post("/v1/feeds", json=body)))


def ended(quarter: Quarter, job: dict[str, Any]) -> dict[str, Any]:
    for _ in range(400):
        job = ok(quarter.council.get(f"/v1/imports/{job['id']}"))
        if job["state"] in ENDS:
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def run(quarter: Quarter, made: dict[str, Any]) -> dict[str, Any]:
    return ended(quarter, ok(quarter.council.post(f"/v1/feeds/{made['id']}:run")))


def there(quarter: Quarter, made: dict[str, Any]) -> set[str]:
    found = ok(quarter.council.get("/v1/services", params={"limit": 200}))
    names = {one["name"] for one in found["items"] if one["source"] == made["source"]}
    while found["next"]:
        found = ok(quarter.council.get("/v1/services", params={"limit": 200, "cursor": found["next"]}))
        names |= {one["name"] for one in found["items"] if one["source"] == made["source"]}
    return {name.rpartition(" ")[2] for name in names}


def lines(quarter: Quarter, job: dict[str, Any]) -> list[dict[str, Any]]:
    return list(ok(quarter.council.get(f"/v1/imports/{job['id']}/lines"))["items"])


def uploaded(quarter: Quarter, content: bytes, media: str, **query: str) -> dict[str, Any]:
    asked = {"format": "open-referral", "source": f"up-{uuid4().hex[:8]}", **query}
    headers = {"content-type": media}
    return dict(ok(quarter.council.post("/v1/imports:upload", params=asked, content=content, headers=headers)))


def test_a_feed_that_breaks_at_any_page_adds_and_never_deletes(hazelbrook: Quarter, feed: tuple[Feed, str]) -> None:
    told, url = feed
    told.services = [service(str(n)) for n in range(6)]
    made = followed(hazelbrook, url)
    first = run(hazelbrook, made)
    assert (first["state"], first["counts"]["created"], first["done"]) == ("finished", 13, 1.0)
    told.services = [service(str(n)) for n in range(1, 6)] + [service("new")]
    for page, how in ((1, "status"), (2, "cut"), (3, "json")):
        told.broken_page, told.how = page, how
        job = run(hazelbrook, made)
        assert (job["state"], job["counts"].get("deleted")) == ("incomplete", None)
        assert there(hazelbrook, made) >= {str(n) for n in range(6)}
        assert [line["outcome"] for line in lines(hazelbrook, job)][-1] == "refused"
    told.broken_page = 0
    whole = run(hazelbrook, made)
    assert (whole["state"], whole["counts"]["deleted"]) == ("finished", 2)  # the service and its place
    assert there(hazelbrook, made) == {"1", "2", "3", "4", "5", "new"}
    assert ok(hazelbrook.council.get(f"/v1/feeds/{made['id']}"))["state"] == "finished"


def test_a_feed_that_changes_while_it_is_read_is_not_taken_for_the_whole(
    hazelbrook: Quarter, feed: tuple[Feed, str]
) -> None:
    told, url = feed
    told.services = [service(str(n)) for n in range(6)]
    made = followed(hazelbrook, url, stop_at_share=1)
    run(hazelbrook, made)
    told.services = [service(n) for n in ("1", "2", "3", "2")]  # an id of another page again: one has slipped
    slipped = run(hazelbrook, made)
    assert (slipped["state"], slipped["counts"]["repeated"]) == ("incomplete", 1)
    told.services, told.totals = [service(n) for n in ("1", "2", "3")], {1: 3, 2: 4}
    moved = run(hazelbrook, made)
    assert moved["state"] == "incomplete"
    assert "its total moved" in " ".join(line["reason"] for line in lines(hazelbrook, moved))
    told.totals = {1: 5, 2: 5}  # ids are missing
    assert run(hazelbrook, made)["state"] == "incomplete"
    assert there(hazelbrook, made) == {str(n) for n in range(6)}


def test_a_feed_that_is_suddenly_empty_waits_for_somebody_to_look(hazelbrook: Quarter, feed: tuple[Feed, str]) -> None:
    told, url = feed
    told.services = [service("a"), service("b")]
    made = followed(hazelbrook, url, every_hours=24)
    run(hazelbrook, made)
    told.services = []
    job = run(hazelbrook, made)
    assert (job["state"], job["counts"]["would_be_deleted"]) == ("suspect", 5)
    assert there(hazelbrook, made) == {"a", "b"}
    accept = f"/v1/imports/{job['id']}:accept-deletions"
    writer = hazelbrook.app(scopes=["directory:write"])
    problem(writer.post(accept), 403, "forbidden")
    ok(hazelbrook.council.post(accept))
    job = ended(hazelbrook, job)
    assert (job["state"], job["counts"]["deleted"], there(hazelbrook, made)) == ("finished", 5, set())
    problem(hazelbrook.council.post(accept), 409, "nothing-to-accept")
    problem(hazelbrook.council.post(f"/v1/imports/{job['id']}:cancel"), 409, "import-ended")


def test_bad_values_are_reported_by_line_and_the_rest_is_taken_in(hazelbrook: Quarter, feed: tuple[Feed, str]) -> None:
    told, url = feed

    def at(latitude: Any, longitude: Any) -> list[dict[str, Any]]:
        spot = {"id": uuid4().hex, "name": "Spot", "latitude": latitude, "longitude": longitude}
        return [{"id": uuid4().hex, "location": spot}]

    circle = [
        {"id": "p", "name": "P", "parent_organization_id": "q"},
        {"id": "q", "name": "Q", "parent_organization_id": "p"},
    ]
    told.services = [
        service("html", description="<p>Tea &amp; <b>cake</b><script>alert(1)</script></p>", alert=None, url=None),
        service("long", description="x" * 10_000_000),
        service("swapped", service_at_locations=at(-1.9, 52.5), organization=circle[0]),
        service("zero", service_at_locations=at(0, 0), organization=circle[1]),
        service("far", service_at_locations=at(152.5, -190), minimum_age=70, maximum_age=18),
        service("nothing", name=None),
        {"id": None},
        service("rich", schedules=[{"freq": "WEEKLY", "byday": "MO", "opens_at": "22:00", "closes_at": "01:00Z",
                                    "valid_from": "2026-01-05", "valid_to": "2026-12-31"}, {"opens_at": "noon"}],
                cost_options=[{"option": "Adults", "amount": 3.5}, {"amount": -1}], languages=[{"code": "de"}, {"code": "?"}],
                service_areas=[{"name": "Mill End"}], assured_date="2026-01-02", minimum_age=12.0),
    ]  # fmt: skip
    made = followed(hazelbrook, url)
    job = run(hazelbrook, made)
    assert there(hazelbrook, made) == {"html", "long", "swapped", "zero", "far", "rich"}
    told_of = {(line["file"], line["line"], line["field"]): line["reason"] for line in lines(hazelbrook, job)}
    assert "HTML" in told_of["page 1", 1, "description"]
    assert "longer than 10000" in told_of["page 1", 2, "description"]
    assert "swapped" in told_of["page 2", 1, "latitude"]
    assert "zero" in told_of["page 2", 2, "latitude"]
    assert "out of range" in told_of["page 3", 1, "latitude"]
    assert ("page 3", 2, "name") in told_of
    assert ("page 4", 1, "id") in told_of
    circles = [key for key, reason in told_of.items() if "circle" in reason]
    assert [field for _, _, field in circles] == ["parent_id"]
    by_name = {one["name"]: one for one in ok(hazelbrook.council.get("/v1/services", params={"limit": 200, "q": "service"}))["items"]
               if one["source"] == made["source"]}  # fmt: skip
    assert by_name["Service html"]["description"] == "Tea & cake"
    rich = by_name["Service rich"]
    assert rich["opening"] == [{"starts": "2026-01-05T22:00:00", "minutes": 180, "time_zone": "Europe/London",
                                "rule": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231T235959"}]  # fmt: skip
    assert (rich["languages"], rich["areas"], rich["minimum_age"], rich["assured_on"]) == (
        ["de"],
        ["Mill End"],
        12,
        "2026-01-02",
    )
    assert [(one["option"], one["amount"], one["currency"]) for one in rich["costs"]] == [("Adults", 350, "GBP")]
    sheet = hazelbrook.council.get(f"/v1/imports/{job['id']}/lines.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    assert len(sheet.text.splitlines()) == 1 + len(lines(hazelbrook, job))
    again = run(hazelbrook, made)
    assert (again["counts"].get("created", 0), again["counts"].get("updated", 0)) == (0, 0)


def test_a_list_in_short_is_read_by_its_ids_and_changes_are_asked_for_if_the_feed_knows_them(
    hazelbrook: Quarter, feed: tuple[Feed, str]
) -> None:
    told, url = feed
    owner = {"id": "o", "name": "Feed Owner"}
    told.services = [
        {"id": n, "name": f"Service {n}", "status": "active", "organization": owner} for n in ("in-full", "gone")
    ]
    told.details = {"in-full": service("in-full", description="All of it")}
    made = followed(hazelbrook, url, mode="changed-since")
    job = run(hazelbrook, made)
    assert there(hazelbrook, made) == {"in-full", "gone"}
    assert [line["field"] for line in lines(hazelbrook, job)] == ["id"]
    run(hazelbrook, made)
    assert not [one for one in told.asked if "modified_after" in one]
    told.root["parameters"] = ["modified_after"]
    told.services = []
    assert run(hazelbrook, made)["state"] == "finished"
    assert [one for one in told.asked if "modified_after=20" in one]
    assert there(hazelbrook, made) == {"in-full", "gone"}  # who asks for changes alone learns of no deletion


def test_feeds_are_kept_by_those_who_may_and_lead_nowhere_inside(
    hazelbrook: Quarter, lindenau: Quarter, feed: tuple[Feed, str]
) -> None:
    _, url = feed
    made = followed(hazelbrook, url)
    problem(hazelbrook.council.post("/v1/feeds", json={"source": made["source"], "url": url}), 409, "feed-exists")
    problem(lindenau.council.get(f"/v1/feeds/{made['id']}"), 404, "not-found")
    problem(hazelbrook.app(scopes=["directory:write"]).get("/v1/feeds"), 403, "forbidden")
    other = hazelbrook.app(hazelbrook.organisation_named("Another"))
    problem(other.post(f"/v1/feeds/{made['id']}:run"), 403, "forbidden")
    for inside in ("http://169.254.169.254/latest", "http://localhost/", "http://10.0.0.1/", "http://[::1]/"):
        found = problem(
            hazelbrook.council.post("/v1/feeds", json={"source": "x", "url": inside}), 422, "invalid-request"
        )
        assert found["errors"][0]["path"] == "/url"
    changed = ok(hazelbrook.council.patch(f"/v1/feeds/{made['id']}", json={"every_hours": 6}))
    assert changed["next_run_at"]
    problem(hazelbrook.council.patch(f"/v1/feeds/{made['id']}", json={"mode": None}), 422, "invalid-request")
    problem(hazelbrook.council.delete(f"/v1/feeds/{made['id']}", headers={"if-match": '"1"'}), 412, "stale-version")
    ok(hazelbrook.council.delete(f"/v1/feeds/{made['id']}"))
    assert made["id"] not in {one["id"] for one in ok(hazelbrook.council.get("/v1/feeds"))["items"]}


async def begun(quarter: Quarter, kernel: Kernel, content: bytes, form: str = "open-referral") -> Import:
    """Return an import that no worker takes: who asks for it works on it here."""
    mine, tenant = UUID(quarter.organisation), UUID(quarter.id)
    async with as_service(kernel, tenant, organisation=mine) as work:
        job = operations.new(work, format=form, source=f"here-{uuid4().hex[:8]}", held_by=mine)
        job.files = [{"name": "s.ndjson", "media": "application/x-ndjson"}]
        work.session.add(job)
        await work.session.flush()
        await repository.add_chunk(work, job.id, file=0, number=0, content=content)
    return job


async def test_a_killed_import_goes_on_after_its_last_batch_and_says_nothing_twice(
    town: Town, hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_READ_AT_ONCE", 5)
    monkeypatch.setattr(running, "BATCH", 4)
    real, calls = running._note, itertools.count()

    async def note(*given: Any) -> None:
        await real(*given)
        if next(calls) % 3 == 2:
            raise ConnectionError("killed")

    monkeypatch.setattr(running, "_note", note)
    some = [json.dumps(service(str(n), email="canary@hazelbrook.example")) for n in range(12)]
    kernel = kernel_of(town)
    made = await begun(hazelbrook, kernel, "\n".join([*some[:6], '{"id": broken', *some[6:]]).encode())
    kills = 0
    for _ in range(30):
        try:
            await running.run(kernel, tenant=hazelbrook.id, import_id=str(made.id))
            break
        except ConnectionError:
            kills += 1
    job = ok(hazelbrook.council.get(f"/v1/imports/{made.id}"))
    assert kills > 5
    assert (job["state"], job["counts"]) == ("finished", {"read": 26, "created": 25, "refused": 1})
    said = [(line["line"], line["field"]) for line in lines(hazelbrook, job)]
    assert len(said) == len(set(said)) == 13
    assert (7, None) in said
    await kernel.database.close()


async def test_an_import_that_is_cancelled_at_work_stops_and_keeps_what_is_in(
    town: Town, hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, kernel = running._take, kernel_of(town)

    async def take(run: Any, stage: str, rank: int) -> None:
        if (stage, rank) == ("take", 1):
            cancelled = await asyncio.to_thread(hazelbrook.council.post, f"/v1/imports/{made.id}:cancel")
            assert ok(cancelled)["state"] == "cancelled"
        await real(run, stage, rank)

    monkeypatch.setattr(running, "_take", take)
    made = await begun(hazelbrook, kernel, json.dumps(service("stopped")).encode())
    await running.run(kernel, tenant=hazelbrook.id, import_id=str(made.id))
    job = ok(hazelbrook.council.get(f"/v1/imports/{made.id}"))
    assert (job["state"], job["counts"]["created"]) == ("cancelled", 1)  # the organisation; neither place nor service
    async with as_service(kernel, UUID(hazelbrook.id)) as work:
        assert not await repository.count_entries(work, made.id)
        assert await repository.chunk(work, made.id, file=0, number=0) is None
    await kernel.database.close()


async def test_a_feed_whose_time_has_come_is_read_once(
    town: Town, hazelbrook: Quarter, feed: tuple[Feed, str]
) -> None:  # fmt: skip
    told, url = feed
    told.services = [service("due")]
    made, kernel = followed(hazelbrook, url, every_hours=24), kernel_of(town)
    asked_only = followed(hazelbrook, url)
    await asyncio.gather(feeds.start_due(kernel), feeds.start_due(kernel))
    found = ok(hazelbrook.council.get(f"/v1/feeds/{made['id']}"))
    job = ended(hazelbrook, {"id": found["last_import_id"]})
    assert (job["state"], there(hazelbrook, made)) == ("finished", {"due"})
    due, last = datetime.fromisoformat(found["next_run_at"]), datetime.fromisoformat(found["last_run_at"])
    assert due - last == timedelta(hours=24)
    await feeds.start_due(kernel)
    assert ok(hazelbrook.council.get(f"/v1/feeds/{made['id']}"))["last_import_id"] == found["last_import_id"]
    assert ok(hazelbrook.council.get(f"/v1/feeds/{asked_only['id']}"))["last_import_id"] is None
    of_feed = [one for one in ok(hazelbrook.council.get("/v1/imports", params={"limit": 200}))["items"]
               if one["feed_id"] == made["id"]]  # fmt: skip
    assert len(of_feed) == 1
    await kernel.database.close()


def test_what_depends_on_something_else_that_goes_goes_with_it_and_what_is_needed_stays(
    hazelbrook: Quarter, feed: tuple[Feed, str]
) -> None:
    told, url = feed
    above, below = {"id": "a-above", "name": "Above"}, {"id": "b-below", "name": "Below"}
    below["parent_organization_id"] = "a-above"
    told.services = [service("x", organization=above), service("y", organization=below), service("z")]
    made = followed(hazelbrook, url, stop_at_share=1)
    run(hazelbrook, made)
    hall = next(one for one in ok(hazelbrook.council.get("/v1/places", params={"limit": 200, "q": "hall y"}))["items"]
                if one["source"] == made["source"])  # fmt: skip
    ok(hazelbrook.council.post("/v1/groups", json={"name": "They meet there", "place_ids": [hall["id"]]}))
    told.services = [service("z")]
    job = run(hazelbrook, made)
    assert (job["counts"]["deleted"], job["counts"]["kept"]) == (5, 1)
    assert there(hazelbrook, made) == {"z"}
    assert ok(hazelbrook.council.get(f"/v1/places/{hall['id']}"))["name"] == "Hall y"
    found = ok(hazelbrook.council.get("/v1/assets", params={"q": "Service x", "limit": 200}))["items"]
    assert not {"Service x", "Hall x"} & {one["name"] for one in found}


def test_what_no_database_can_hold_spoils_nothing_else(hazelbrook: Quarter) -> None:
    strange = {**service("nul"), "url": "https://x.example/\x00", "minimum_age": float("inf"), "alert": "half \ud800"}
    content = "\n".join(json.dumps(one) for one in (strange, service("fine")))
    job = ended(hazelbrook, uploaded(hazelbrook, content.encode(), "application/x-ndjson"))
    assert (job["state"], job["counts"]["created"]) == ("finished", 5)
    assert {line["field"] for line in lines(hazelbrook, job)} == {"website", "minimum_age", "alert"}


def test_a_file_that_is_sent_twice_with_one_key_is_taken_once(hazelbrook: Quarter) -> None:
    asked = {"format": "open-referral", "source": f"key-{uuid4().hex[:8]}"}
    headers = {"content-type": "application/x-ndjson", "idempotency-key": uuid4().hex}

    def send(content: bytes, **more: str) -> httpx.Response:
        sent = {**headers, **more}
        return hazelbrook.council.post("/v1/imports:upload", params=asked, content=content, headers=sent)

    content = json.dumps(service("once")).encode()
    first = send(content)
    again = send(content)
    assert (again.status_code, again.headers.get("idempotency-replayed")) == (201, "true")
    assert ok(again)["id"] == ok(first)["id"]
    problem(send(content + b" "), 422, "idempotency-key-reused")
    broken = {"idempotency-key": uuid4().hex}
    problem(send(b"", **broken), 422, "invalid-request")
    assert "idempotency-replayed" not in send(content, **broken).headers  # nothing came of the first
    with ThreadPoolExecutor(8) as pool:
        key = {"idempotency-key": uuid4().hex}
        answers = list(pool.map(lambda _: send(content, **key), range(8)))
    made = {one.json()["id"] for one in answers if one.status_code == 201}
    assert len(made) == 1
    assert {one.status_code for one in answers} <= {201, 409}


def test_terms_are_kept_with_their_taxonomies_and_told_once(hazelbrook: Quarter) -> None:
    files = {
        "taxonomies.csv": "id,name,description,uri,version\ntx,Needs,What for,https://x.example/t,2\n",
        "taxonomy_terms.csv": "id,name,taxonomy_id,parent_id\nlunch,Lunch,tx,food-x\nfood-x,Food,tx,\nlost,Lost,ty,\n",
        "organizations.csv": "id,name\no,Owner\n",
        "services.csv": "id,organization_id,name,description,status\ns,o,Soup kitchen,Soup,active\n",
        "attributes.csv": "id,link_id,link_entity,taxonomy_term_id\na,s,service,lunch\n",
    }
    source = f"terms-{uuid4().hex[:8]}"
    facts = {"format": "hsds-csv", "source": source}
    job = ended(hazelbrook, uploaded(hazelbrook, packed(files), "application/zip", **facts))
    assert job["counts"] == {"read": 2, "created": 2, "terms": 2}
    assert [line["field"] for line in lines(hazelbrook, job)] == ["taxonomy_id"]
    again = ended(hazelbrook, uploaded(hazelbrook, packed(files), "application/zip", **facts))
    assert again["counts"] == {"read": 2, "unchanged": 2}
    kept = next(one for one in ok(hazelbrook.council.get("/v1/taxonomies", params={"limit": 200}))["items"]
                if one["source"] == source)  # fmt: skip
    found = ok(hazelbrook.council.get(f"/v1/taxonomies/{kept['id']}/terms"))["items"]
    by_code = {one["code"]: one for one in found}
    assert by_code["lunch"]["parent_id"] == by_code["food-x"]["id"]
    inside = service("tagged", attributes=[
        {"taxonomy_term": {"id": "tea", "name": "Tea", "taxonomy": "Drinks"}}])  # fmt: skip
    told = ended(hazelbrook, uploaded(hazelbrook, json.dumps(inside).encode(), "application/json"))
    assert (told["counts"]["terms"], lines(hazelbrook, told)) == (1, [])


def test_postcodes_that_no_list_has_are_noted_and_kept(lindenau: Quarter) -> None:
    at = [{"id": "x", "location": {"id": "l", "name": "Hall", "latitude": 52.5, "longitude": -1.9,
           "addresses": [{"address_1": "1 Mill Lane", "postal_code": "ZZ9 9ZZ", "country": "GB"}]}}]  # fmt: skip
    content = json.dumps(service("far", service_at_locations=at)).encode()
    silent = ended(lindenau, uploaded(lindenau, content, "application/json"))
    sheet = "postcode,latitude,longitude\nZZ1 1ZZ,52.5,-1.9\n"
    loaded = lindenau.council.post("/v1/postcodes:load", content=sheet, headers={"content-type": "text/csv"})
    ok(loaded)
    told = lines(lindenau, ended(lindenau, uploaded(lindenau, content, "application/json")))
    assert lines(lindenau, silent) == []
    assert [(line["outcome"], line["field"]) for line in told] == [("noted", "postal_code")]


V3 = {
    "datapackage.json": "{}",
    "folder/organizations.csv": "id,name,parent_organization_id\no1,Above,\no2,Below,o1\n",
    "services.csv": "id,organization_id,name,description,status\ns1,o2,Lunch,Soup,active\n",
    "locations.csv": "id,name,latitude,longitude\nl1,Hall,52.5,-1.9\n",
    "service_at_location.csv": "id,service_id,location_id\nx1,s1,l1\n",
    "schedules.csv": "id,service_at_location_id,freq,byday,dtstart,opens_at,closes_at\nt,x1,WEEKLY,FR,2026-01-02,12:00,14:00\n",
    "languages.csv": "id,service_id,code\na,s1,en\nb,s1,prs\nc,s9,en\n",
    "cost_options.csv": "id,service_id,option,amount,currency\nc,s1,Meal,2.50,GBP\n",
    "addresses.csv": "id,location_id,address_1,city,postal_code,country\na,l1,1 Mill Lane,Hazelbrook,ZZ1 1ZZ,GB\n",
    "accessibility.csv": "id,location_id,description\na,l1,Ramp\n",
    "attributes.csv": "id,link_id,link_entity,taxonomy_term_id\na,s1,service,food\n",
    "contacts.csv": "id,name\nc,Canary\n",
}


def packed(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in files.items():
            made.writestr(name, text)
    return content.getvalue()


def test_a_tabular_data_package_is_put_together_from_its_files(hazelbrook: Quarter) -> None:
    job = ended(hazelbrook, uploaded(hazelbrook, packed(V3), "application/zip", format="hsds-csv"))
    assert (job["state"], job["counts"]) == ("finished", {"read": 4, "created": 4})
    lunch = next(one for one in ok(hazelbrook.council.get("/v1/services", params={"q": "lunch soup"}))["items"]
                 if one["source"] == job["source"])  # fmt: skip
    assert lunch["languages"] == ["en", "prs"]
    assert (lunch["codes"], lunch["costs"][0]["amount"], lunch["opening"][0]["minutes"]) == (["food"], 250, 120)
    place = ok(hazelbrook.council.get(f"/v1/places/{lunch['place_ids'][0]}"))
    assert (place["address"]["city"], place["accessibility"]) == ("Hazelbrook", "Ramp")
    below = ok(hazelbrook.council.get(f"/v1/organisations/{lunch['organisation_id']}"))
    assert ok(hazelbrook.council.get(f"/v1/organisations/{below['parent_id']}"))["name"] == "Above"
    told = {(line["file"], line["line"], line["outcome"]) for line in lines(hazelbrook, job)}
    assert told == {("contacts.csv", 0, "left_out"), ("languages.csv", 4, "left_out")}


def test_files_that_are_cut_or_bombs_are_refused_as_far_as_they_are_bad(hazelbrook: Quarter) -> None:
    page = json.dumps({"contents": [service("1"), service("2"), service("3")]}).encode()
    cut = ended(hazelbrook, uploaded(hazelbrook, page[:-40], "application/json"))
    assert (cut["counts"]["created"], cut["counts"]["refused"]) == (5, 1)
    bomb = ended(
        hazelbrook,
        uploaded(hazelbrook, packed({"services.csv": "0" * 50_000_000}), "application/zip", format="hsds-csv"),
    )
    assert bomb["counts"] == {"read": 1, "refused": 1}
    torn = ended(hazelbrook, uploaded(hazelbrook, packed(V3)[:-60], "application/zip", format="hsds-csv"))
    assert torn["counts"] == {"read": 1, "refused": 1}
    asked = {"format": "open-referral", "source": "x"}
    api = hazelbrook.council
    problem(
        api.post("/v1/imports:upload", params=asked, content=b"x", headers={"content-type": "text/html"}),
        415,
        "unsupported-media-type",
    )
    problem(
        api.post("/v1/imports:upload", params=asked, content=b"", headers={"content-type": "text/csv"}),
        422,
        "invalid-request",
    )


def test_a_zip_that_lies_about_its_size_is_stopped_where_it_goes_too_far() -> None:
    with pytest.raises(OSError, match="more than it may"):
        scratch._Counted(io.BytesIO(b"x" * 100), 50).readall()


@pytest.mark.parametrize(
    ("latitude", "longitude", "wrong"),
    [(52.5, -1.9, ""), (-1.9, 52.5, "swapped"), (0, 0, "zero"), (91, 5, "swapped"), (91, 181, "out of range"),
     (5, 181, "out of range"), ("north", 1, "no pair"), (True, 1, "no pair")],
)  # fmt: skip
def test_a_wrong_point_is_told_from_a_right_one(latitude: Any, longitude: Any, wrong: str) -> None:
    found = cleaning.wrong_point(latitude, longitude, "GB") or ""
    assert (wrong in found) if wrong else not found


def test_what_stands_whole_in_a_broken_page_is_saved() -> None:
    body = b'{"total_items": 3, "contents": [{"id": "a"}, {"id": "b"}, {"id": "c'
    assert [one["id"] for one in pulling._salvaged(body)] == ["a", "b"]
    with pytest.raises(ValueError, match="broken off"):
        pulling._parsed(Fetched(200, {}, b"{}", whole=False))
