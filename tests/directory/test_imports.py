"""Imports take in what can be used, say line by line what cannot, and are the same twice."""

import json
import os
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.directory.imports import hsds_csv, open_referral
from services.directory.imports.domain import File
from tests.town import Quarter, ok, problem

SAMPLES = Path(os.environ.get("CANDO_SAMPLES", "../shared"))
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the real files do not lie beside the repository")

CSV = {
    "organizations.csv": "id,name,description,website\n1,Food Train,Groceries,ftp://wrong\n2,,No name,\n",
    "locations.csv": "id,organization_id,name,latitude,longitude\n"
    "1,1,Depot,52.58,-1.98\n2,1,Far out,152.58,-1.98\n3,9,Lost,,\n",
    "addresses.csv": "id,location_id,address_1,city,postal_code,country\n1,1,1 Mill Lane,Hazelbrook,ZZ1 1ZZ,GB\n",
    "services.csv": "id,location_id,name,description,status,taxonomy_ids\n"
    '1,1,Delivery,"With, comma",active,"a,b,a"\n2,3,Nobody,,active,\n',
}


def imported(quarter: Quarter, source: str, files: dict[str, str], form: str = "hsds-csv") -> dict[str, Any]:
    body = {"format": form, "source": source, "files": [{"name": n, "content": c} for n, c in files.items()]}
    job = ok(quarter.council.post("/v1/imports", json=body))
    for _ in range(150):
        job = ok(quarter.council.get(f"/v1/imports/{job['id']}"))
        if job["state"] == "finished":
            return dict(job)
        time.sleep(0.1)
    raise AssertionError(job)


def lines(quarter: Quarter, job: dict[str, Any]) -> list[dict[str, Any]]:
    return list(ok(quarter.council.get(f"/v1/imports/{job['id']}/lines"))["items"])


def test_what_can_be_used_goes_in_and_the_rest_is_reported_by_line(hazelbrook: Quarter) -> None:
    source = f"src-{uuid4().hex[:8]}"
    job = imported(hazelbrook, source, CSV)
    assert job["counts"] == {"read": 7, "created": 5, "refused": 2}
    told = {(line["file"], line["line"], line["field"], line["outcome"]) for line in lines(hazelbrook, job)}
    assert ("organizations.csv", 2, "website", "field_dropped") in told
    assert ("organizations.csv", 3, "name", "refused") in told
    assert ("locations.csv", 3, "latitude", "field_dropped") in told
    assert ("services.csv", 2, "taxonomy_ids", "field_dropped") in told
    assert ("services.csv", 3, "organisation_id", "refused") in told
    (service,) = ok(hazelbrook.council.get("/v1/services", params={"q": "delivery comma"}))["items"][-1:]
    assert (service["codes"], service["source"], len(service["place_ids"])) == (["a", "b"], source, 1)


def test_the_same_import_again_changes_nothing(hazelbrook: Quarter) -> None:
    source = f"src-{uuid4().hex[:8]}"
    first = imported(hazelbrook, source, CSV)
    again = imported(hazelbrook, source, CSV)
    assert again["counts"]["unchanged"] == first["counts"]["created"]
    assert "created" not in again["counts"]


def test_people_of_a_feed_stay_out(hazelbrook: Quarter) -> None:
    service = {
        "id": "s1", "name": "Counselling", "status": "active", "email": "canary@hazelbrook.example",
        "contacts": [{"id": "c", "name": "Canary"}], "organization": {"id": "o1", "name": "Listening Ear"},
        "service_at_locations": [
            {"id": "x", "location": {"id": "l1", "name": "Hall", "latitude": 100, "longitude": 101}}
        ],
        "schedules": [{"id": "t", "freq": "WEEKLY", "byday": "TH", "dtstart": "2026-01-01", "opens_at": "10:00:00",
                       "closes_at": "12:00:00"}],
    }  # fmt: skip
    job = imported(hazelbrook, f"src-{uuid4().hex[:8]}", {"s.json": json.dumps(service)}, "open-referral")
    told = lines(hazelbrook, job)
    assert {line["field"] for line in told} >= {"email", "contacts", "latitude"}
    assert "canary" not in json.dumps(told).lower()
    found = ok(hazelbrook.council.get("/v1/services", params={"q": "counselling"}))["items"][-1]
    assert found["opening"][0] == {"starts": "2026-01-01T10:00:00", "minutes": 120, "time_zone": "Europe/London",
                                   "rule": "FREQ=WEEKLY;BYDAY=TH"}  # fmt: skip


def test_files_that_cannot_be_read_are_reported_and_nothing_breaks(hazelbrook: Quarter) -> None:
    job = imported(hazelbrook, "broken", {"a.json": "{", "b.json": "[1, {}]", "c.json": "\x00"}, "open-referral")
    assert [line["outcome"] for line in lines(hazelbrook, job)] == ["refused"] * 4


def test_a_row_with_too_many_columns_is_refused() -> None:
    reading = hsds_csv.read([File("organizations.csv", "id,name\n1,A,extra\n2,B\n")])
    assert [(flaw.line, flaw.outcome) for flaw in reading.flaws] == [(2, "refused")]
    assert [entry.name for entry in reading.entries] == ["2"]


def test_an_unknown_format_is_refused_at_once(hazelbrook: Quarter) -> None:
    body = {"format": "pdf", "source": "x", "files": [{"name": "a", "content": "b"}]}
    problem(hazelbrook.council.post("/v1/imports", json=body), 422, "invalid-request")


@needs_samples
def test_the_real_csv_export_is_taken_in(hazelbrook: Quarter) -> None:
    folder = SAMPLES / "data" / "hsds_csv"
    job = imported(hazelbrook, "county", {path.name: path.read_text() for path in sorted(folder.glob("*.csv"))})
    assert job["counts"]["read"] == 185 + 237 + 354 - 83
    assert job["counts"].get("refused", 0) < 10


@needs_samples
def test_the_published_examples_of_open_referral_are_read() -> None:
    folder = SAMPLES / "standards" / "oruk" / "examples"
    reading = open_referral.read([File(path.name, path.read_text()) for path in sorted(folder.glob("*.json"))])
    kinds = {entry.kind for entry in reading.entries}
    assert kinds == {"organisation", "place", "service", "taxonomy", "term"}
    assert not [flaw for flaw in reading.flaws if flaw.outcome == "refused"]
