"""What can be done about participants: one function per use case, in one transaction, which the route commits."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.directory import events
from services.directory.access import assigning
from services.directory.consents import granting
from services.directory.duplicates.aliases import all_names, living_id, names_to_carry
from services.directory.models import Block, Contact, Participant
from services.directory.people import domain, repository
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.places import snap
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


def collection(registrar: UUID) -> str:
    """Return the collection of names that an organisation gives: another's must not tell whom it knows."""
    return f"participants/{registrar}"


async def register(work: Work, *, consents: Sequence[dict[str, Any]] = (), **facts: Any) -> Participant:
    """Register a participant for the caller's organisation, with the grants she gave on the spot."""
    if work.caller.person is not None:
        raise domain.OrganisationsOnly
    names = [ExternalId(**name) for name in facts.get("external_ids", [])]
    participant = Participant(
        id=work.new_id(), created_at=work.now, updated_at=work.now, registered_by=work.organisation, **_placed(facts)
    )
    work.session.add(participant)
    await work.session.flush()
    await external_ids.claim(work, collection(participant.registered_by), participant.id, names)
    await record(work, events.PARTICIPANT_CREATED, participant)
    await assigning.take_on(work, participant.id)
    for number, grant in enumerate(consents):
        await granting.grant(work, participant.id, path=f"/consents/{number}/recipient_id", **grant)
    return participant


async def find(work: Work, participant_id: UUID, *, lock: bool = False) -> Participant:
    """Return a participant. Raises NotFound alike for an unknown one and for one the caller may not see."""
    participant = await repository.participant(work, participant_id, lock=lock)
    if participant is None:
        raise NotFound
    return participant


async def own(work: Work, participant_id: UUID) -> Participant:
    """Return a participant whom the caller is or registered, locked. Raises NotFound, NotYours."""
    participant = await find(work, participant_id, lock=True)
    if not is_own(work, participant):
        raise domain.NotYours
    return participant


async def changeable(work: Work, participant_id: UUID) -> Participant:
    """Return a participant whom the caller is or registered, locked. Raises NotFound, NotYours, Restricted."""
    participant = await own(work, participant_id)
    check_use(work, participant)
    return participant


def check_use(work: Work, *participants: Participant) -> None:
    """Raise Restricted while what is held about one of them may be used by nobody, unless she does it herself.

    How she is reached, what ends a grant and what keeps somebody from her may be noted all the same: that protects.
    """
    if any(one.restricted_at is not None and one.id != work.caller.person for one in participants):
        raise domain.Restricted


def is_own(work: Work, participant: Participant) -> bool:
    """Say whether the caller is she, or the organisation that registered her."""
    return participant.id == work.caller.person or participant.registered_by == work.caller.organisation


async def change(work: Work, participant_id: UUID, *, if_match: str | None, **facts: Any) -> Participant:
    """Change what `facts` names. Nothing happens when it was so already."""
    participant = await own(work, participant_id)
    check_version(if_match, participant.version)
    if participant.change(work.now, **_placed(facts)):
        check_use(work, participant)
        if "external_ids" in facts:
            names = [ExternalId(**name) for name in facts["external_ids"]]
            await external_ids.claim(work, collection(participant.registered_by), participant.id, names)
        await record(work, events.PARTICIPANT_CHANGED, participant)
    return participant


async def upsert_by_external_id(
    work: Work,
    external: ExternalId,
    *,
    if_match: str | None,
    said: Collection[str],
    consents: Sequence[dict[str, Any]],
    **facts: Any,
) -> tuple[Participant, bool]:
    """Register or change the participant that another system calls `external`; say whether she is new.

    Of a known one only the fields that were `said` change: a system that does not know of her right not to be asked
    must not erase it. Grants are given at registration only: a repeat must not bring back what was revoked.
    """
    known = await external_ids.find(work, collection(work.organisation), external)
    if known is None:
        facts["external_ids"] = external_ids.merged([external.model_dump()], facts["external_ids"])
        return await register(work, consents=consents, **facts), True
    before = await find(work, known, lock=True)
    given = {name: value for name, value in facts.items() if name in said}
    names = [*facts["external_ids"], external.model_dump()]
    given["external_ids"] = await names_to_carry(work, Participant, before.id, before.external_ids, names)
    return await change(work, known, if_match=if_match, **given), False


async def remove(work: Work, participant_id: UUID, *, if_match: str | None) -> None:
    """Delete a participant; a tombstone stays in the feed."""
    participant = await changeable(work, participant_id)
    if participant.id != participant_id:
        raise IllegalState("This record was merged into another, which deleting it would delete.")
    check_version(if_match, participant.version)
    participant.change(work.now, deleted_at=work.now, external_ids=[])
    await external_ids.release(work, collection(participant.registered_by), participant.id)
    await record(work, events.PARTICIPANT_DELETED, participant)


async def touch(work: Work, participant: Participant) -> None:
    """Note that what is kept beside a participant has changed: who keeps a copy of her profile takes no older one."""
    participant.version, participant.updated_at = participant.version + 1, work.now
    await record(work, events.PARTICIPANT_CHANGED, participant)


async def record(work: Work, fact: str, participant: Participant) -> None:
    """Record a fact about a participant."""
    await work.record(fact, participant.id, version=participant.version, registered_by=participant.registered_by)


def _placed(facts: dict[str, Any]) -> dict[str, Any]:
    """Replace `place` by the centre of its cell: the exact point is never stored."""
    if "place" not in facts:
        return facts
    kept = {name: value for name, value in facts.items() if name != "place"}
    if facts["place"] is None:
        return kept | {"latitude": None, "longitude": None}
    latitude, longitude = snap(**facts["place"])
    return kept | {"latitude": latitude, "longitude": longitude}


async def set_contact(
    work: Work, participant_id: UUID, *, entries: list[dict[str, str]], do_not_disclose: bool, if_match: str | None
) -> Contact:
    """Replace how a participant can be reached."""
    hers = (await own(work, participant_id)).id
    before = await repository.contact(work, hers)
    check_version(if_match, before.version if before else 0)
    values: dict[str, Any] = {
        "entries": entries,
        "do_not_disclose": do_not_disclose,
        "updated_at": work.now,
        "version": before.version + 1 if before else 1,
    }
    statement = upsert(Contact).values(id=hers, **values)
    await work.session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_=values))
    await work.audit("contact.written", hers)
    return Contact(id=hers, **values)


async def block(work: Work, participant_id: UUID, other_id: UUID) -> Block:
    """Keep two participants apart. The other need not be visible: an unknown one is refused without saying why."""
    hers = (await own(work, participant_id)).id
    if other_id in await all_names(work, [hers]):
        raise domain.BlocksItself
    if not await repository.by_ids(work, [await living_id(work, other_id)]):
        raise Invalid.field("/other_id", "names no participant here")
    for known in await repository.blocks(work, hers):
        if known.other_id == other_id:
            return known
    made = Block(id=work.new_id(), participant_id=hers, other_id=other_id, created_at=work.now)
    work.session.add(made)
    await work.session.flush()
    return made


async def blocks(work: Work, participant_id: UUID) -> Sequence[Block]:
    """Return whom a participant is kept from: to her and to who registered her, nobody else."""
    return await repository.blocks(work, (await own(work, participant_id)).id)


async def find_block(work: Work, participant_id: UUID, block_id: UUID) -> Block:
    """Return one block that a participant asked for. Raises NotFound."""
    for made in await blocks(work, participant_id):
        if made.id == block_id:
            return made
    raise NotFound


async def unblock(work: Work, participant_id: UUID, block_id: UUID) -> None:
    """Lift a block."""
    participant = await changeable(work, participant_id)
    if not await repository.unblock(work, participant.id, block_id):
        raise NotFound
