"""Taking the directory along: for a map, a spreadsheet, a program, and another directory."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from tests.directory.test_search import place, service, until
from tests.town import Quarter, Town, ok, problem


@pytest.fixture(scope="session")
def thornton(town: Town) -> Quarter:
    """A neighbourhood of this file alone: it is exported whole."""
    return town.found("thornton", language="en", zone="Europe/London", organisation="Thornton Council")


@pytest.fixture(scope="session")
def filled(thornton: Quarter) -> dict[str, str]:
    """What it has: a hall, a service there at a price, a choir, and a person who shows herself."""
    address = {"lines": "1 Mill Lane", "city": "Thornton", "postal_code": "TH1 1AA", "country": "GB"}
    hall = place(thornton, "Mill Hall", 52.5, -1.5, address=address, accessibility="Ramp at the side")
    window = {
        "starts": "2026-01-06T10:00:00",
        "minutes": 90,
        "time_zone": "Europe/London",
        "rule": "FREQ=WEEKLY;BYDAY=TU",
    }
    made = service(
        thornton, "=cmd|calc", description="Soup, bread\nand company", category="food", languages=["de", "ar"],
        costs=[{"amount": 350, "currency": "GBP", "option": "meal"}], place_ids=[hall], opening=[window],
        website="https://soup.example/", minimum_age=18, areas=["Mill End"],
    )  # fmt: skip
    ok(thornton.council.post("/v1/groups", json={"name": "Choir", "organisation_id": thornton.organisation}))
    her = thornton.register("Rosa", purposes=("directory", "matching"))
    ok(thornton.council.post("/v1/people", json={"participant_id": her["id"], "name": "Rosa Canary"}))
    return {"hall": hall, "service": made["id"]}


def test_the_map_has_points_with_the_longitude_first(thornton: Quarter, filled: dict[str, str]) -> None:
    answer = thornton.council.get("/v1/assets.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = ok(answer)
    assert collection["type"] == "FeatureCollection"
    features = {one["properties"]["kind"]: one for one in collection["features"]}
    assert features.keys() == {"place", "service"}  # the others have no place
    assert features["service"]["geometry"] == {"type": "Point", "coordinates": [-1.5, 52.5]}
    assert features["place"]["id"] == filled["hall"]
    some = ok(thornton.council.get("/v1/assets.geojson", params={"kind": "service"}))
    assert len(some["features"]) == 1


def test_a_table_holds_no_formula(thornton: Quarter, filled: dict[str, str]) -> None:
    answer = thornton.council.get("/v1/assets.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text, newline=""))}
    assert rows[filled["service"]]["name"] == "'=cmd|calc"
    assert rows[filled["service"]]["languages"] == "de; ar"
    assert rows[filled["hall"]]["latitude"] == "52.5"
    assert rows[filled["hall"]]["kind"] == "place"


def test_every_line_is_one_whole_asset(thornton: Quarter, filled: dict[str, str]) -> None:
    lines = thornton.council.get("/v1/assets.ndjson").text.splitlines()
    found = {one["id"]: one for one in map(json.loads, lines)}
    assert found[filled["service"]]["costs"][0]["amount"] == 350
    assert found[filled["service"]]["points"] == [{"latitude": 52.5, "longitude": -1.5}]
    assert {one["kind"] for one in found.values()} == {"organisation", "place", "service", "group"}
    assert not {"tenant_id", "deleted_at"} & found[filled["service"]].keys()


@pytest.mark.parametrize("path", ["/v1/assets.geojson", "/v1/assets.csv", "/v1/assets.ndjson", "/v1/assets/hsds.zip"])
def test_nobody_is_in_an_export_and_not_everybody_gets_one(
    thornton: Quarter, lindenau: Quarter, filled: dict[str, str], path: str
) -> None:
    mine = thornton.council.get(path)
    assert mine.status_code == 200
    content = mine.content
    if path.endswith(".zip"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Canary" not in content
    theirs = lindenau.council.get(path)
    assert filled["hall"].encode() not in theirs.content
    problem(thornton.app(scopes=["matching:read"]).get(path), 403, "forbidden")
    if not path.endswith(".zip"):
        problem(thornton.council.get(path, params={"postcode": "ZZ9 9ZZ"}), 422, "unknown-postcode")


def _tables(content: bytes) -> dict[str, list[dict[str, Any]]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {
        name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
        for name in archive.namelist() if name.endswith(".csv")
    }  # fmt: skip


def test_the_package_describes_itself_and_another_directory_takes_it_in(
    thornton: Quarter, town: Town, filled: dict[str, str]
) -> None:
    content = thornton.council.get("/v1/assets/hsds.zip").content
    archive = zipfile.ZipFile(io.BytesIO(content))
    described = json.loads(archive.read("datapackage.json"))
    assert {one["path"] for one in described["resources"]} | {"datapackage.json"} == set(archive.namelist())
    tables = _tables(content)
    assert tables["services.csv"][0]["organization_id"] == thornton.organisation
    assert tables["cost_options.csv"][0]["amount"] == "3.5"
    assert tables["service_at_location.csv"][0]["location_id"] == filled["hall"]
    assert tables["schedules.csv"][0]["byday"] == "TU"

    other = town.found("thistle", language="en", zone="Europe/London", organisation="Thistle Council").council
    files = [{"name": name, "content": archive.read(name).decode()} for name in archive.namelist()]
    job = ok(other.post("/v1/imports", json={"format": "hsds-csv", "source": "thornton", "files": files}))
    assert until(lambda: ok(other.get(f"/v1/imports/{job['id']}"))["state"] == "finished", seconds=40)
    taken = ok(other.get("/v1/services"))["items"]
    assert [(one["name"], one["description"], one["minimum_age"]) for one in taken] == [
        ("=cmd|calc", "Soup, bread\nand company", 18)
    ]
    assert taken[0]["costs"][0]["amount"] == 350
    assert until(lambda: len(ok(other.get("/v1/assets.geojson"))["features"]) == 2)
