"""What can be done about the community's assets: the same few steps for organisations, places and services."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from services.directory import events
from services.directory.assets import domain, repository
from services.directory.models import Organisation, Place, Service
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

A = TypeVar("A", Organisation, Place, Service)


def _named(kind: type[A]) -> str:
    return kind.__name__.lower()


def collection(kind: type[A]) -> str:
    """Return the collection's name, as it stands in addresses: `organisations`, `places`, `services`."""
    return str(kind.__tablename__)


async def add(work: Work, kind: type[A], /, *, source: str | None = None, **facts: Any) -> A:
    """Add an asset; the caller's organisation holds it from now on."""
    made = kind(
        id=work.new_id(),
        created_at=work.now,
        updated_at=work.now,
        held_by=work.caller.organisation,
        source=source,
        **facts,
    )
    await _check_references(work, made.id, facts)
    work.session.add(made)
    await work.session.flush()
    await external_ids.claim(work, collection(kind), made.id, [ExternalId(**one) for one in made.external_ids])
    await work.record(events.asset(_named(kind), "created"), made.id, version=made.version, held_by=made.held_by)
    return made


async def found_organisation(work: Work, *, name: str) -> Organisation:
    """Found the first organisation of a tenant; it holds itself."""
    made = await add(work, Organisation, name=name, kind="council", languages=[], external_ids=[])
    made.held_by = made.id
    return made


async def find(work: Work, kind: type[A], asset_id: UUID, *, lock: bool = False) -> A:
    """Return an asset. Raises NotFound."""
    found = await repository.asset(work, kind, asset_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def change(work: Work, kind: type[A], asset_id: UUID, /, *, if_match: str | None, **facts: Any) -> tuple[A, bool]:
    """Change what `facts` names; say whether anything differed."""
    asset = await find(work, kind, asset_id, lock=True)
    if asset.held_by is not None and asset.held_by != work.caller.organisation:
        raise domain.HeldByAnother
    check_version(if_match, asset.version)
    await _check_references(work, asset.id, facts)
    changed = asset.change(work.now, **facts)
    if changed:
        await work.session.flush()
        names = [ExternalId(**one) for one in asset.external_ids]
        await external_ids.claim(work, collection(kind), asset.id, names)
        await work.record(events.asset(_named(kind), "changed"), asset.id, version=asset.version, held_by=asset.held_by)
    return asset, changed


async def upsert(
    work: Work,
    kind: type[A],
    external: ExternalId,
    /,
    *,
    if_match: str | None = None,
    otherwise: Mapping[str, Any] | None = None,
    **facts: Any,
) -> tuple[A, str]:
    """Add or change the asset that another system calls `external`; say which: created, updated, unchanged.

    `otherwise` says what a new one has where `facts` are silent; a known one keeps what it has.
    """
    source = facts.pop("source", None)
    known = await external_ids.find(work, collection(kind), external)
    kept = (await find(work, kind, known)).external_ids if known else []
    facts["external_ids"] = external_ids.merged(kept, facts.get("external_ids", []), [external.model_dump()])
    if known is None:
        return await add(work, kind, source=source, **{**(otherwise or {}), **facts}), "created"
    asset, changed = await change(work, kind, known, if_match=if_match, **facts)
    return asset, "updated" if changed else "unchanged"


async def remove(work: Work, kind: type[A], asset_id: UUID, *, if_match: str | None) -> None:
    """Delete an asset; a tombstone stays in the feed. An organisation must not be referred to any more."""
    asset = await find(work, kind, asset_id, lock=True)
    if asset.held_by is not None and asset.held_by != work.caller.organisation:
        raise domain.HeldByAnother
    check_version(if_match, asset.version)
    if kind is Organisation and await repository.in_use(work, asset_id):
        raise domain.StillInUse
    asset.change(work.now, deleted_at=work.now, external_ids=[])
    await external_ids.release(work, collection(kind), asset.id)
    await work.record(events.asset(_named(kind), "deleted"), asset.id, held_by=asset.held_by)


async def _check_references(work: Work, asset_id: UUID, facts: dict[str, Any]) -> None:
    """Refuse ids that lead nowhere in this tenant, and parents that would close a circle."""
    for name in ("parent_id", "organisation_id"):
        named = facts.get(name)
        if named is not None and not await repository.organisation_exists(work, named):
            raise Invalid.field(f"/{name}", "names no organisation here")
    if facts.get("parent_id") is not None:
        domain.check_no_cycle(asset_id, {**await repository.parents(work), asset_id: facts["parent_id"]})
    places = [UUID(str(one)) for one in facts.get("place_ids") or []]
    known = await repository.known_places(work, places) if places else set()
    for number, place in enumerate(places):
        if place not in known:
            raise Invalid.field(f"/place_ids/{number}", "names no place here")
