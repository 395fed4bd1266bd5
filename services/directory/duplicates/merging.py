"""Making two entries one, and two again.

The absorbed entry stays as it was, with `merged_into`: its id and its names in other systems lead to the survivor.
What referred to it refers to the survivor; the merge notes exactly what was moved, so that it can be put back.

- Merges follow one another per kind and tenant, and lock their entries in the order of their ids: of two that meet,
  the second finds the pair decided (`illegal-state`) or an entry gone (`not-found`).
- Chains: when a survivor is absorbed in turn, everything that leads to it leads on. The earlier merge cannot be
  undone before the later (`merged-further`). An entry that was absorbed cannot be merged again, so no circles.
- Kinds: a suspicion is always about two of one kind, so that nothing merges across kinds.
- Entries of other holders: `directory:manage` is the community's mandate to tidy up, whoever holds the entries. The
  survivor's holder stays, and the fact names the absorbed one's, so that its organisation learns of it.
- An organisation in whose own name people were registered, consent was given or entries are held is never absorbed
  (`organisation-acts`): consent to one organisation is not consent to another.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi.encoders import jsonable_encoder

from services.directory import events
from services.directory.assets import repository as assets
from services.directory.assets.domain import check_no_cycle, check_together
from services.directory.duplicates import domain, looking, operations, persons, references, repository
from services.directory.models import Merge, Organisation, Suspicion
from services.directory.search.index import noted
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.work import Work


async def merge(work: Work, suspicion_id: UUID, *, survivor: UUID, take: Mapping[str, str]) -> Merge:
    """Let `survivor` absorb the other of a suspected pair; `take` says which side a field comes from."""
    seen = await operations.find(work, suspicion_id)
    operations.require(work, seen.kind)
    await repository.in_turn(work, seen.kind)
    both = await repository.standing(work, seen.kind, (seen.one_id, seen.other_id), lock=True)
    suspicion = await operations.find(work, suspicion_id, lock=True)
    if suspicion.state != "open":
        raise IllegalState(f"This suspicion is {suspicion.state}.")
    absorbed = domain.split(suspicion.one_id, suspicion.other_id, survivor)
    columns = domain.columns_taken(suspicion.kind, take)
    if both.keys() != {survivor, absorbed}:
        raise NotFound
    await _check(work, suspicion.kind, both[survivor], both[absorbed])
    return await _merge(work, suspicion, both[survivor], both[absorbed], columns, take)


async def _check(work: Work, kind: str, survivor: Any, absorbed: Any) -> None:
    if kind == domain.PEOPLE:
        await persons.check(work, survivor, absorbed)
    if kind == "organisations" and await repository.acts(work, absorbed.id):
        raise domain.OrganisationActs


async def _merge(
    work: Work, suspicion: Suspicion, survivor: Any, absorbed: Any, columns: set[str], take: Mapping[str, str]
) -> Merge:
    kind = suspicion.kind
    changes = {name: getattr(absorbed, name) for name in columns}
    if kind != domain.PEOPLE:
        changes |= {name: getattr(absorbed, name) for name in _carried(survivor, absorbed) if name not in take}
    if isinstance(survivor, Organisation):
        changes |= await _above(work, survivor, absorbed)
    if kind != domain.PEOPLE:
        check_together({**survivor.model_dump(), **changes}, today=work.now.date())
    before = {name: [getattr(survivor, name), value] for name, value in changes.items()}
    if kind == domain.PEOPLE:
        before |= await persons.join(work, survivor, absorbed)
    made = Merge(
        id=work.new_id(), created_at=work.now, updated_at=work.now, kind=kind, survivor_id=survivor.id,
        absorbed_id=absorbed.id, suspicion_id=suspicion.id, before=jsonable_encoder(before),
        merged_by=work.organisation,
        moved=await references.turn(work, kind, absorbed=absorbed.id, survivor=survivor.id),
    )  # fmt: skip
    survivor.change(work.now, **changes)
    absorbed.change(work.now, merged_into=survivor.id, **_gone(work, kind))
    suspicion.change(work.now, state="merged", merge_id=made.id)
    work.session.add(made)
    await work.session.flush()
    await _tell(work, kind, "merged", survivor, absorbed)
    return made


def _gone(work: Work, kind: str) -> dict[str, Any]:
    """An absorbed participant is gone from every list; assets know `merged_into` themselves."""
    return {"deleted_at": work.now} if kind == domain.PEOPLE else {}


def _carried(survivor: Any, absorbed: Any) -> list[str]:
    """Return the fields about which the survivor says nothing and the absorbed entry something."""
    nothing: tuple[Any, ...] = (None, [], {})
    here = [name for name in domain.CARRIED if hasattr(survivor, name)]
    return [name for name in here if getattr(survivor, name) in nothing and getattr(absorbed, name) not in nothing]


async def _above(work: Work, survivor: Organisation, absorbed: Organisation) -> dict[str, Any]:
    """Return the survivor's new parent if it was under the absorbed one. Raises CyclicReference for a circle."""
    parents = await assets.parents(work)
    direct = survivor.parent_id == absorbed.id
    mine = absorbed.parent_id if direct else survivor.parent_id
    after = {one: survivor.id if above == absorbed.id else above for one, above in parents.items()}
    check_no_cycle(survivor.id, {**after, survivor.id: mine})
    return {"parent_id": mine} if direct else {}


async def _tell(work: Work, kind: str, happened: str, survivor: Any, absorbed: Any) -> None:
    """Record the facts and look at the survivor again; the search knows it as it is now."""
    fact = "participant" if kind == domain.PEOPLE else assets.NAMES[type(survivor)]
    if kind == domain.PEOPLE:
        named = {"registered_by": absorbed.registered_by}
        mine = {"registered_by": survivor.registered_by}
        await work.record(events.PARTICIPANT_CHANGED, absorbed.id, version=absorbed.version, **named)
    else:
        named, mine = {"held_by": absorbed.held_by}, {"held_by": survivor.held_by}
        await noted(work, survivor)
        await noted(work, absorbed)
    await work.record(events.asset(fact, happened), absorbed.id, into=survivor.id, **named)
    await work.record(events.asset(fact, "changed"), survivor.id, version=survivor.version, **mine)
    await looking.look(work, kind, [survivor.id])


async def find(work: Work, merge_id: UUID) -> Merge:
    """Return a merge. Raises NotFound."""
    found = await repository.merge(work, merge_id)
    if found is None or not readable(work, found.kind):
        raise NotFound
    if found.kind == domain.PEOPLE and not await persons.visible(work, found.survivor_id):
        raise NotFound
    return found


def readable(work: Work, kind: str) -> bool:
    """Say whether the caller may read about merges of a kind at all: of people only who may read participants."""
    return kind != domain.PEOPLE or (work.caller.may("participants:read") and work.caller.kind != "person")


async def undo(work: Work, merge_id: UUID) -> Merge:
    """Make one entry two again, as they were; what has changed since stays as it is, and `stayed` says so.

    The pair is noted as refused: they are two. Raises MergedFurther while the survivor itself is absorbed.
    """
    made = await find(work, merge_id)
    operations.require(work, made.kind)
    await repository.in_turn(work, made.kind)
    await work.session.refresh(made, with_for_update=True)
    if made.state != "done":
        raise IllegalState(f"This merge is {made.state}.")
    survivor, absorbed = await _parted(work, made)
    if made.kind == domain.PEOPLE:
        await persons.check_own(work, survivor, absorbed)
    stayed = _restored(work, made, survivor)
    if made.kind == domain.PEOPLE:
        stayed += await persons.part(work, made.before, survivor.id, absorbed.id)
    stayed += await references.turn_back(work, made.kind, made.moved, absorbed=absorbed.id, survivor=survivor.id)
    absorbed.change(work.now, merged_into=None, deleted_at=None)
    made.change(work.now, state="undone", undone_at=work.now, undone_by=work.organisation, stayed=stayed, before={})
    await _refuse(work, made)
    await work.session.flush()
    await _tell(work, made.kind, "unmerged", survivor, absorbed)
    return made


async def _parted(work: Work, made: Merge) -> tuple[Any, Any]:
    """Return survivor and absorbed of a merge, locked. Raises MergedFurther, and NotFound when one was deleted."""
    rows = await repository.both(work, made.kind, (made.survivor_id, made.absorbed_id))
    survivor, absorbed = rows.get(made.survivor_id), rows.get(made.absorbed_id)
    if survivor is None or absorbed is None:
        raise NotFound
    if survivor.merged_into is not None or absorbed.merged_into != survivor.id:
        raise domain.MergedFurther
    if survivor.deleted_at is not None or getattr(absorbed, "erased_at", None) is not None:
        raise IllegalState("What they became was deleted.")
    return survivor, absorbed


def _restored(work: Work, made: Merge, survivor: Any) -> list[str]:
    """Give the survivor back what it had before where nobody has changed it since; return what stays."""
    stayed, back = [], {}
    for name in (name for name in made.before if not name.startswith("_")):
        before, after = made.before[name]
        if jsonable_encoder(getattr(survivor, name)) == after:
            back[name] = UUID(before) if name.endswith("_id") and before is not None else before
        else:
            stayed.append(name)
    try:
        check_together({**survivor.model_dump(), **back}, today=work.now.date())
    except Invalid:  # a part has changed since, and the rest does not go with it any more
        stayed, back = [*stayed, *back], {}
    survivor.change(work.now, **back)
    return [f"{made.kind}/{survivor.id}/{name}" for name in stayed]


async def _refuse(work: Work, made: Merge) -> None:
    suspicion = await work.session.get(Suspicion, (work.tenant, made.suspicion_id)) if made.suspicion_id else None
    if suspicion is not None:
        suspicion.change(
            work.now, state="refused", refused_because="Merged and taken apart again.", refused_by=work.organisation,
            refused_at=work.now, merge_id=None,
        )  # fmt: skip
