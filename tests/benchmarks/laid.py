"""A large community laid straight into the tables of a running house: what the API would have written, in seconds.

One of each kind is made through the API; the others are copies of its row with their own ids, people, texts and
places. Nothing is recorded as a fact: whoever starts to follow the feeds later begins from here.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from services.kernel.places import snap
from tests.benchmarks.country import Country
from tests.town import Quarter, ok

_CENTRE = (52.58, -1.98)
_HOUSEHOLDS = 40
"""People who live in one cell of the map."""
_PURPOSES = ("assessment", "matching", "introduction", "timebank")
_ACCOUNTS = 400
_NAMESPACE = uuid.UUID("5b5a3f36-4a51-4f0e-9a42-3c1f3a7c9a10")
_COPY = """insert into {table} select made.* from pg_temp.laid, jsonb_populate_record(
    (select one from {table} one where tenant_id = {tenant} and id = {sample}), laid.said) made"""


class Laid(NamedTuple):
    """What lies in one community."""

    tenant: str
    participants: list[str]
    needs: list[str]
    offers: list[str]
    accounts: list[str]
    organisations: list[str]


def lay(url: str, quarter: Quarter, *, participants: int, listings: int) -> Laid:
    """Lay so many people, and half as many needs and offers each as `listings`, into one community."""
    samples = _samples(quarter)
    ids = {kind: [_id(quarter, kind, n) for n in range(many)] for kind, many in {
        "participant": participants, "need": listings // 2, "offer": listings // 2, "organisation": participants // 50,
        "account": min(_ACCOUNTS, participants)}.items()}  # fmt: skip
    with psycopg.connect(url) as connection:
        for table, sample, rows in _everything(quarter, samples, ids):
            _copy(connection, quarter, table, sample, rows)
    return Laid(quarter.id, ids["participant"], ids["need"], ids["offer"], ids["account"], ids["organisation"])


def settle(url: str) -> None:
    """Let the database look at what was laid, as it does by itself within minutes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("vacuum analyze")


def _id(quarter: Quarter, kind: str, number: int) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{quarter.id}/{kind}/{number}"))


def _samples(quarter: Quarter) -> Mapping[str, str]:
    """Make one of each through the API, and return its id."""
    api = quarter.council
    person = quarter.register("Somebody", place={"latitude": _CENTRE[0], "longitude": _CENTRE[1]}, travel=["car"])["id"]
    terms = {"participant_id": person, "title": "Something", "category": "company"}
    account = ok(api.post("/v1/accounts", json={"owner": {"kind": "participant", "id": person}}))["id"]
    consent = ok(api.get(f"/v1/participants/{person}/consents"))["items"][0]["id"]
    return {
        "participant": person, "consent": consent, "account": account,
        "need": ok(api.post("/v1/needs", json=terms))["id"],
        "offer": ok(api.post("/v1/offers", json=terms))["id"],
        "organisation": ok(api.post("/v1/organisations", json={"name": "A club", "kind": "charity"}))["id"],
    }  # fmt: skip


Rows = Iterable[Mapping[str, Any]]


def _everything(
    quarter: Quarter, samples: Mapping[str, str], ids: Mapping[str, list[str]]
) -> Iterator[tuple[str, str, Rows]]:
    people = ids["participant"]
    places = [_place(number) for number in range(len(people))]
    yield "directory.participants", samples["participant"], (
        {"id": one, "called": f"Neighbour {n}", **places[n],
         "external_ids": [{"system": "load", "value": f"p{n}"}]} for n, one in enumerate(people))  # fmt: skip
    yield "directory.consents", samples["consent"], (
        {"id": _id(quarter, purpose, n), "participant_id": one, "purpose": purpose}
        for n, one in enumerate(people) for purpose in _PURPOSES)  # fmt: skip
    yield "matching.people", samples["participant"], ({"id": one, **places[n]} for n, one in enumerate(people))
    yield "directory.organisations", samples["organisation"], (
        {"id": one, "name": f"Club {n}", "description": f"The club of street {n}. " * 5}
        for n, one in enumerate(ids["organisation"]))  # fmt: skip
    yield "timebank.accounts", samples["account"], (
        {"id": one, "owner_id": people[n], "debit_limit_seconds": 36_000_000, "alert": "balanced"}
        for n, one in enumerate(ids["account"]))  # fmt: skip
    country = Country()
    for kind in ("need", "offer"):
        yield f"matching.{kind}s", samples[kind], _listings(country, kind, ids[kind], people, places)


def _listings(country: Country, kind: Any, ids: list[str], people: list[str], places: list[dict[str, Any]]) -> Rows:
    for n, drawn in enumerate(country.listings(kind, len(ids))):
        owner = n % len(people)
        windows = [{"starts": one.starts.isoformat(), "minutes": one.minutes, "time_zone": one.zone,
                    "rule": one.rule} for one in drawn.windows]  # fmt: skip
        yield {
            "id": ids[n], "participant_id": people[owner], "title": drawn.title, "language": drawn.language,
            "category": drawn.category, "means": sorted(drawn.means), "availability": windows, "capacity": 3,
            "languages": sorted({"en", *drawn.languages}), **places[owner], "source_id": None, "external_ids": [],
        }  # fmt: skip


def _place(number: int) -> dict[str, Any]:
    """Return where somebody lives: cells of a kilometre in growing rings around the middle."""
    cell = number // _HOUSEHOLDS
    latitude, longitude = snap(_CENTRE[0] + cell % 47 * 0.009, _CENTRE[1] + cell // 47 * 0.015)
    return {"latitude": latitude, "longitude": longitude}


def _copy(connection: psycopg.Connection, quarter: Quarter, table: str, sample: str, rows: Rows) -> None:
    schema, name = table.split(".")
    connection.execute("drop table if exists pg_temp.laid")
    connection.execute("create temp table laid (said jsonb)")
    with connection.cursor().copy("copy pg_temp.laid from stdin") as copy:
        for row in rows:
            copy.write_row((json.dumps(row),))
    wanted = sql.SQL(_COPY).format(
        table=sql.Identifier(schema, name), tenant=sql.Literal(quarter.id), sample=sql.Literal(sample)
    )
    connection.execute(wanted)
