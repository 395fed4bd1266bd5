"""Searching: pages of `/v1` are looked through until a bundle is full. Its `next` link is to be followed as it is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from services.connect.fhir.asked import Asked, external_of
from services.connect.fhir.kinds import Kind, Resource
from services.connect.fhir.outcomes import Wrong
from services.connect.fhir.shapes.parts import Row
from services.connect.fhir.wanted import POSITION, Position, Test, Wanted
from services.connect.public import Refused

_MOST_PAGES = 40
_MOST_COUNTED = 5_000


class _Full(Exception):
    """The bundle is full; `at` is where the next one goes on."""

    def __init__(self, at: Position) -> None:
        super().__init__()
        self.at = at


async def search(asked: Asked, kind: Kind, wanted: Wanted) -> Resource:
    """Return a bundle of what fits, at most `_count` of it."""
    if wanted.person_named is not None:
        await _find_her(asked, wanted)
    if not wanted.count:
        return await _counted(asked, kind, wanted)
    found: list[Resource] = []
    following: Position | None = None
    if wanted.ids is not None:
        found = await _these(asked, kind, wanted)
    elif not wanted.nothing:
        try:
            following = await _look_through(asked, kind, wanted, found)
        except _Full as full:
            following = full.at
    return _bundle(asked, kind, wanted, found, following)


async def _find_her(asked: Asked, wanted: Wanted) -> None:
    """Replace the identifier of the person who is meant by her id, or find nothing."""
    assert wanted.person_named is not None
    query = {"system": external_of(wanted.person_named.system or "")[:200], "value": wanted.person_named.value}
    found = (await asked.public.read("/v1/participants", limit=1, **query))["items"]
    person = found[0]["id"] if found else None
    wanted.nothing = wanted.nothing or person is None or wanted.person not in (None, person)
    wanted.person = person
    if person is not None:
        wanted.tests.append(Test("patient", "reference", [person]))


async def _counted(asked: Asked, kind: Kind, wanted: Wanted) -> Resource:
    """Return how many fit, and none of them; without `total` where that is more than is looked through at once."""
    whole = await search(asked, kind, replace(wanted, count=_MOST_COUNTED, position=Position(), person_named=None))
    own = f"{asked.url(kind.name)}?{urlencode([*wanted.used, ('_count', '0')])}"
    total = {"total": whole["total"]} if "total" in whole else {}
    return {"resourceType": "Bundle", "type": "searchset", **total, "link": [{"relation": "self", "url": own}]}


async def _these(asked: Asked, kind: Kind, wanted: Wanted) -> list[Resource]:
    """Return those of the ids that are there and fit: all in one bundle, for they were named."""
    found = []
    for identity in sorted(wanted.ids or ()):
        try:
            one = await kind.read(asked, identity)
        except Wrong as wrong:
            if wrong.status != 404:
                raise
            continue
        except Refused as refused:
            if refused.status != 404:
                raise
            continue
        if wanted.fits(one):
            found.append(one)
    return found


async def _look_through(asked: Asked, kind: Kind, wanted: Wanted, found: list[Resource]) -> Position | None:
    """Fill `found`; return where to go on, None at the end. Raises _Full."""
    at = wanted.position
    for _ in range(_MOST_PAGES):
        page = await kind.page(asked, wanted, at.cursor)
        rows = _from(page.items, at)
        kept = [row for row in rows if kind.keeps(row, wanted)]
        await _take(asked, kind, wanted, kept, at, found)
        if page.following is None:
            return None
        at = Position(page.following)
    return at


def _from(rows: Sequence[Row], at: Position) -> Sequence[Row]:
    """Return the rows from where the page before ended, also where that row is gone by now."""
    if at.row is None:
        return rows
    places = [place for place, row in enumerate(rows) if row["id"] == at.row]
    return rows[places[0] :] if places else [row for row in rows if row["id"] > at.row]


async def _take(
    asked: Asked, kind: Kind, wanted: Wanted, rows: Sequence[Row], at: Position, found: list[Resource]
) -> None:
    for start in range(0, len(rows), kind.at_once):
        some = rows[start : start + kind.at_once]
        shown = await kind.show_all(asked, some)
        for row, resources in zip(some, shown, strict=True):
            skipped = at.shown if row["id"] == at.row else 0
            fitting = [one for one in resources if wanted.fits(one)]
            for number, one in enumerate(fitting[skipped:], skipped):
                if len(found) == wanted.count:
                    raise _Full(Position(at.cursor, str(row["id"]), number))
                found.append(one)


def _bundle(
    asked: Asked, kind: Kind, wanted: Wanted, found: Sequence[Resource], following: Position | None
) -> dict[str, Any]:
    """Return the searchset; `total` is there when the whole of it is."""
    own = asked.url(kind.name)
    used = [*wanted.used, ("_count", str(wanted.count))]
    at = [] if wanted.position == Position() else [(POSITION, wanted.position.text())]
    links = [{"relation": "self", "url": f"{own}?{urlencode([*used, *at])}"}]
    if following is not None:
        links.append({"relation": "next", "url": f"{own}?{urlencode([*used, (POSITION, following.text())])}"})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if following is None and not at:
        bundle["total"] = len(found)
    if found:
        bundle["entry"] = [
            {"fullUrl": asked.url(kind.name, one["id"]), "resource": one, "search": {"mode": "match"}} for one in found
        ]
    return bundle
