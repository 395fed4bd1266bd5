"""How fast the public feed of a large directory is read: `python -m tests.benchmarks.feed 100000`.

A house of its own on an embedded PostgreSQL. The entries are put into the tables at once, not through the API: one
organisation for ten services, a place for five, a weekly schedule, two codes, one of which is an imported term's.
"""

import statistics
import sys
import time

import psycopg

from services.kernel import logs
from tests.benchmarks.house import CARELESS, own_house
from tests.town import Quarter, Town

_TEXT = "A regular meeting in the neighbourhood for everybody who would like company and something warm to eat. " * 6
_ID = "overlay(overlay(md5('{kind}' || {number}) placing '4' from 13) placing '8' from 17)::uuid"
_EVERY = "tenant_id, id, created_at, updated_at, version, external_ids, name, description, confirmed_at"
_KEPT = "%(tenant)s, {id}, now() - interval '1 day', now() - n * interval '1 second', 1, '[]'"
_FILL = (
    f"insert into organisations ({_EVERY}, kind, languages) select {_KEPT}, 'Organisation ' || n, %(text)s, now(), 'charity', '[]'"
    " from generate_series(0, %(count)s / 10) n",
    f"insert into places ({_EVERY}, address, latitude, longitude) select {_KEPT}, 'Hall ' || n, null, now(), '{{}}',"
    " 52 + n %% 1000 / 1000.0, -1 - n %% 977 / 977.0 from generate_series(0, %(count)s / 5) n",
    "insert into taxonomies (tenant_id, id, created_at, updated_at, version, external_ids, name)"
    f" select {_KEPT}, 'Classes' from generate_series(0, 0) n",
    "insert into taxonomy_terms (tenant_id, id, created_at, updated_at, version, external_ids, name, code, taxonomy_id)"
    f" select {_KEPT}, 'Term ' || n, 'T' || n, {{taxonomy}} from generate_series(0, 1999) n",
    f"insert into services ({_EVERY}, organisation_id, status, category, languages, codes, place_ids, opening,"
    f" minimum_age) select {_KEPT}, 'Lunch club ' || n, %(text)s, now(), {{organisation}}, 'active', 'food',"
    " '[\"en\", \"de\"]', jsonb_build_array('T' || n %% 2000, 'X' || n), jsonb_build_array({place}),"
    " jsonb_build_array(jsonb_build_object('starts', '2026-01-01T12:00:00', 'minutes', 90, 'time_zone',"
    " 'Europe/London', 'rule', 'FREQ=WEEKLY;BYDAY=TH')), n %% 80 from generate_series(1, %(count)s) n",
)
_QUESTIONS = (
    ("a page of 1000", "/services"),
    ("page 100 of 1000", "/services?page=100"),
    ("a page of 5000", "/services?per_page=5000"),
    ("5000 minimal", "/services?per_page=5000&minimal=true"),
    ("1000 in full", "/services?full=true"),
    ("a word that most have", "/services?search=club"),
    ("a word that one has", "/services?search=club%2077777"),
    ("a term", "/services?taxonomy_term_id=T7"),
    ("a day and a time", "/services?day=TH&start_time=11:00"),
    ("changed since a second", "/services?modified_after={second}"),
    ("changed since an hour", "/services?modified_after={hour}"),
    ("1000 at places", "/service_at_locations"),
    ("1000 at places near a point", "/service_at_locations?latitude=52.5&longitude=-1.5&proximity=5000"),
    ("1000 organisations", "/organizations"),
)


def fill(town: Town, quarter: Quarter, count: int) -> None:
    """Put so many services, with what belongs to them, into the directory's tables."""
    numbers = {"organisations": "n / 10", "places": "n / 5", "taxonomies": "0"}
    ids = {kind: _ID.format(kind=kind, number=number) for kind, number in numbers.items()}
    with psycopg.connect(town.admin_url, options="-c search_path=directory") as connection:
        for statement in _FILL:
            own = _ID.format(kind=statement.split()[2], number="n")
            made = statement.replace("{id}", own).replace("{organisation}", ids["organisations"])
            made = made.replace("{place}", ids["places"]).replace("{taxonomy}", ids["taxonomies"])
            values = {"tenant": quarter.id, "count": count, "text": _TEXT}
            connection.execute(made, values)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")


def read(quarter: Quarter, root: str) -> None:
    """Ask every question three times and print the middle of what it took."""
    client = quarter.town.http()
    client.timeout = 120
    now = time.time()
    marks = {
        name: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - ago))
        for name, ago in (("second", 1), ("hour", 3600))
    }
    for name, path in _QUESTIONS:
        taken, size, total = [], 0, 0
        for _ in range(3):
            began = time.perf_counter()
            answer = client.get(root + path.format(**marks))
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200, answer.text
            size, total = len(answer.content), answer.json()["total_items"]
        print(f"{name}: {statistics.median(taken):.2f} s, {size / 1e6:.1f} MB, of {total:,}")  # noqa: T201
    one = client.get(f"{root}/services?per_page=1").json()["contents"][0]["id"]
    singles = []
    for _ in range(50):
        began = time.perf_counter()
        client.get(f"{root}/services/{one}").raise_for_status()
        singles.append(time.perf_counter() - began)
    print(f"one service: {statistics.median(singles) * 1000:.1f} ms")  # noqa: T201
    for detail in ("", "&full=true"):
        _stream(quarter, f"{root}/services?format=ndjson{detail}")


def _stream(quarter: Quarter, address: str) -> None:
    began, lines, size = time.perf_counter(), 0, 0
    with quarter.town.http().stream("GET", address, timeout=600) as answer:
        for chunk in answer.iter_bytes():
            lines, size = lines + chunk.count(b"\n"), size + len(chunk)
    took = time.perf_counter() - began
    print(f"the whole as lines{' in full' if 'full' in address else ''}: {took:.1f} s, {lines:,}, {size / 1e6:.0f} MB")  # noqa: T201


def main() -> None:
    """Run it on a database of its own."""
    logs.configure("ERROR")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with own_house(CARELESS) as town:
        quarter = town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")
        fill(town, quarter, count)
        read(quarter, "/open-referral-uk/hazelbrook")


if __name__ == "__main__":
    main()
