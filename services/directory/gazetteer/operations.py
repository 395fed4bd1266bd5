"""What can be done with areas and postcodes. Whatever changes here, the search's places follow in the background."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.gazetteer import domain, repository
from services.directory.gazetteer.domain import BadLine, Position, PostcodeLine
from services.directory.models import Area
from services.directory.search import index
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary.normal import plain

_BATCH = 2_000
_MOST_SHOWN = 1_000


@dataclass
class Loaded:
    """What became of a list of postcodes: how many were kept, and what could not be used."""

    kept: int = 0
    removed: int = 0
    refused: int = 0
    lines: list[BadLine] = field(default_factory=list)


async def find(work: Work, area_id: UUID, *, lock: bool = False) -> Area:
    """Return an area. Raises NotFound."""
    found = await repository.area(work, area_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def add(work: Work, **facts: Any) -> Area:
    """Add a named part of the neighbourhood. Raises AreaExists."""
    made = Area(id=work.new_id(), created_at=work.now, updated_at=work.now, **facts)
    await _check(work, made)
    work.session.add(made)
    await work.session.flush()
    await work.record(events.AREA_CREATED, made.id, version=made.version)
    await index.places_changed(work)
    return made


async def change(work: Work, area_id: UUID, *, if_match: str | None, **facts: Any) -> Area:
    """Change what `facts` name. A shape takes the place of a middle with a radius, and the other way round."""
    area = await find(work, area_id, lock=True)
    check_version(if_match, area.version)
    if facts.get("shape") is not None:
        facts = {"latitude": None, "longitude": None, "radius_km": None, **facts}
    elif facts.get("latitude") is not None:
        facts = {"shape": None, **facts}
    if area.change(work.now, **facts):
        await _check(work, area)
        await work.session.flush()
        await work.record(events.AREA_CHANGED, area.id, version=area.version)
        await index.places_changed(work)
    return area


async def remove(work: Work, area_id: UUID, *, if_match: str | None) -> None:
    """Delete an area. Raises AreaInUse while others are part of it."""
    await repository.hold_areas(work)
    area = await find(work, area_id, lock=True)
    check_version(if_match, area.version)
    if any(one.part_of == area_id for one in await repository.areas(work)):
        raise domain.AreaInUse
    area.change(work.now, deleted_at=work.now)
    await work.record(events.AREA_DELETED, area.id)
    await index.places_changed(work)


async def _check(work: Work, area: Area) -> None:
    with work.session.no_autoflush:
        await repository.hold_areas(work)
        others = [one for one in await repository.areas(work) if one.id != area.id]
    if not plain(area.name):
        raise Invalid.field("/name", "has no letter and no digit")
    if (area.shape is None) == (area.latitude is None):
        raise Invalid.field("/shape", "is needed, or a middle and a radius_km instead; not both")
    if plain(area.name) in {plain(one.name) for one in others}:
        raise domain.AreaExists
    if area.part_of is not None and area.part_of not in {one.id for one in others} | {area.id}:
        raise Invalid.field("/part_of", "names no area here")
    domain.check_not_within_itself(area.id, {one.id: one.part_of for one in others} | {area.id: area.part_of})


async def where_is(work: Work, written: str) -> tuple[Position, str]:
    """Return where a postcode is, and how well that is known: `postcode`, or `outward` for the middle of its half.

    Raises UnknownPostcode.
    """
    try:
        code = domain.code_of(written)
    except ValueError:
        raise Invalid.field("/postcode", "is not a postcode", source="query") from None
    found = await repository.postcode(work, code)
    if found is not None:
        return (found.latitude, found.longitude), "postcode"
    middle = await repository.middle_of(work, domain.outward_of(code) or code)
    if middle is None:
        raise domain.UnknownPostcode(
            "Load it with POST /v1/postcodes:load, or search by near=latitude,longitude or by area."
        )
    return middle, "outward"


async def load(work: Work, lines: Iterator[str], *, replace: bool) -> Loaded:
    """Take in a list of postcodes, line by line; with `replace` those that were there go first."""
    loaded = Loaded()
    if replace:
        loaded.removed = await repository.forget_postcodes(work)
    batch: dict[str, PostcodeLine] = {}
    for line in domain.postcode_lines(lines):
        if isinstance(line, BadLine):
            _refuse(loaded, line)
            continue
        loaded.kept += line.code not in batch
        batch[line.code] = line
        if len(batch) >= _BATCH:
            await repository.keep_postcodes(work, batch.values())
            batch.clear()
    await repository.keep_postcodes(work, batch.values())
    if loaded.kept == 0 and replace:
        raise Invalid("No line can be used, so nothing was replaced.")
    await index.places_changed(work)
    return loaded


def _refuse(loaded: Loaded, line: BadLine) -> None:
    loaded.refused += 1
    if len(loaded.lines) < _MOST_SHOWN:
        loaded.lines.append(line)
