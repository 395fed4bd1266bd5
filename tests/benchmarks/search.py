"""How fast a large directory is searched and exported: `python -m tests.benchmarks.search 100000`.

A house of its own on an embedded PostgreSQL. Its index is filled by the database itself: 20,000 invented words, of
which some are common and most are rare, in descriptions of 30 of them; two of 25 plain ones in each name.
"""

import random
import sys
import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from services.kernel import logs
from tests.benchmarks.house import CARELESS, own_house
from tests.town import Quarter

NAMED = [
    "repair", "bicycle", "garden", "lunch", "club", "choir", "language", "cafe", "advice", "knitting", "walking",
    "group", "children", "homework", "football",
]  # fmt: skip
ASKED_AT = "2026-07-07T11:00:00+01:00"
_LETTERS = "abcdefghijklmnoprstuvw"

_MAKE: tuple[LiteralString, ...] = (
    """create temp table made as select gen_random_uuid() as id, i, array[
           (select %(named)s::text[])[1 + floor(random() * 15)::int],
           (array['seniors', 'youth', 'monday', 'friends', 'open', 'joint', 'little', 'young', 'new', 'old'])
               [1 + floor(random() * 10)::int]] as named,
           (select array_agg((power(random(), 4) * 20000)::int) from generate_series(1, 30) where i > 0) as said,
           random() as r1, random() as r2, random() as r3
       from generate_series(1, %(count)s) i""",
    "create temp table saying as select made.id, words.word from made, unnest(said) number join words on words.n = number",
    """insert into services (tenant_id, id, created_at, updated_at, version, external_ids, name, description, status,
           organisation_id, place_ids, codes, languages, opening)
       select %(tenant)s, id, now(), now(), 1, '[]', named[1] || ' ' || named[2] || ' ' || i, texts.said, 'active',
           %(organisation)s, '[]', '[]', '[]', '[]'
       from made join (select id, string_agg(word, ' ') as said from saying group by id) texts using (id)""",
    """insert into asset_index (tenant_id, id, kind, name, category, tongues, access, areas, free, lowest_cost, hours,
           zone, plain_from, updated_at, state)
       select %(tenant)s, id, 'service', named[1] || ' ' || named[2] || ' ' || i,
           (array['sport', 'food', 'repair', null])[1 + floor(r1 * 4)::int],
           case when r3 < .3 then array['en'] when r3 < .5 then array['de', 'en'] else '{}' end, '{}', '{}', r2 < .3,
           case when r2 < .5 then 100 end,
           int4multirange(int4range((r3 * 4)::int * 1440 + 600, (r3 * 4)::int * 1440 + 720)), 'Europe/London',
           case when r1 < .9 then timestamptz '2026-01-01' end, now(), 'linked'
       from made""",
    """insert into asset_postings (tenant_id, term, asset_id, weight) select %(tenant)s, term, id, max(weight)
       from (select id, unnest(named) as term, 2 as weight from made union all select id, i::text, 2 from made
             union all select id, word, 1 from saying) terms group by term, id""",
    """insert into asset_points (tenant_id, asset_id, number, latitude, longitude)
       select %(tenant)s, id, 0, 52.4 + random() * .4, -2.2 + random() * .6 from made""",
    """insert into known_words (tenant_id, word, length) select distinct %(tenant)s::uuid, term, length(term)
       from asset_postings where left(term, 1) not in ('#', '@') on conflict do nothing""",
)


def vocabulary(draw: random.Random) -> list[str]:
    """Return 20,000 invented words; the first are the commonest."""
    return ["".join(draw.choice(_LETTERS) for _ in range(draw.randint(4, 10))) for _ in range(20_000)]


def fill(url: str, quarter: Quarter, words: list[str], count: int) -> None:
    """Lay `count` services into the tables of one community."""
    wanted = {"named": NAMED, "count": count, "tenant": quarter.id, "organisation": quarter.organisation}
    with psycopg.connect(url, autocommit=True) as connection, psycopg.ClientCursor(connection) as cursor:
        cursor.execute("set search_path to directory")
        cursor.execute("create temp table words (n int primary key, word text)")
        with cursor.copy("copy words from stdin") as copy:
            for number, word in enumerate(words):
                copy.write_row((number, word))
        for statement in _MAKE:
            cursor.execute(statement, wanted)
        cursor.execute("vacuum analyze asset_index, asset_postings, asset_points, known_words, services")


def measure(quarter: Quarter, label: str, ask: Callable[[], dict[str, Any]], *, times: int = 15) -> None:
    """Ask some times, and print how long it took in the middle and nearly at worst."""
    taken, found = [], {}
    for _ in range(times):
        asked = ask()
        began = time.perf_counter()
        answer = quarter.council.get("/v1/assets", params=asked)
        taken.append((time.perf_counter() - began) * 1000)
        found = answer.raise_for_status().json()
    taken.sort()
    middle, late = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    print(f"{label:42} p50 {middle:7.1f}  p95 {late:7.1f} ms  (last: {found['total']})", flush=True)  # noqa: T201


def questions(words: list[str], draw: random.Random) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return what is asked, by what it is called."""
    long = [word for word in words[:5000] if len(word) > 7]

    def near(**more: Any) -> dict[str, Any]:
        return {"near": f"{52.45 + draw.random() * 0.3:.4f},{-2.1 + draw.random() * 0.4:.4f}", **more}

    def mistyped() -> str:
        word = draw.choice(long)
        return word[:2] + word[3:]

    return {
        "a word": lambda: {"q": draw.choice(words[50:5000])},
        "a word, without facets": lambda: {"q": draw.choice(words[50:5000]), "facets": "false"},
        "a rare word and a common one": lambda: {"q": f"{draw.choice(words[200:5000])} {draw.choice(NAMED)}"},
        "a common word": lambda: {"q": draw.choice(NAMED)},
        "a mistyped word": lambda: {"q": mistyped()},
        "2 km around": lambda: near(radius_km=2, sort="distance"),
        "10 km around": lambda: near(radius_km=10, sort="distance"),
        "2 km around, a common word, a language": lambda: near(radius_km=2, q=draw.choice(NAMED), spoken="de"),
        "nothing in particular": dict,
        "nothing in particular, without facets": lambda: {"facets": "false"},
        "kind, category, language": lambda: {"kind": "service", "category": "food", "spoken": "de"},
        "open now, a common word": lambda: {"q": draw.choice(NAMED), "open_at": ASKED_AT},
        "open now, 5 km around": lambda: near(radius_km=5, open_at=ASKED_AT),
    }


def export(quarter: Quarter, path: str) -> None:
    """Take an export, and print how large it is and how long it took."""
    began, size = time.perf_counter(), 0
    with quarter.council.stream("GET", path, timeout=600) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            size += len(part)
    print(f"{path:42} {size / 1e6:7.1f} MB in {time.perf_counter() - began:.1f} s", flush=True)  # noqa: T201


def main(count: int) -> None:
    """Fill a house and measure it."""
    logs.configure("ERROR")
    draw = random.Random(5)
    words = vocabulary(draw)
    with own_house(CARELESS) as town:
        quarter = town.found(f"bench-{time.time_ns():x}", language="en", zone="Europe/London", organisation="Bench")
        began = time.perf_counter()
        fill(town.admin_url, quarter, words, count)
        print(f"{count} services laid in, in {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201
        measure(quarter, "the first, which reads the vocabulary", lambda: {"q": "bicycle"}, times=1)
        for label, ask in questions(words, draw).items():
            measure(quarter, label, ask)
        for path in ("/v1/assets.csv", "/v1/assets.geojson", "/v1/assets.ndjson", "/v1/assets/hsds.zip"):
            export(quarter, path)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
