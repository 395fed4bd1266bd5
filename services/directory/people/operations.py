"""What can be done about participants: one function per use case, in one transaction, which the route commits."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.directory import events
from services.directory.access import assigning
from services.directory.consents import granting
from services.directory.duplicates.aliases import all_names, living_id, names_to_carry
from services.directory.models import COPIES, Block, Contact, Participant
from services.directory.people import domain, repository
from services.directory.people_shown.telling import seen_by_others
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.origins import HERE, From, key_of
from services.kernel.places import snap
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Fact, Work

_FIELDS = {"latitude": "place", "longitude": "place"}


def collection(registrar: UUID) -> str:
    """Return the collection of names that an organisation gives: another's must not tell whom it knows."""
    return f"participants/{registrar}"


async def register(work: Work, *, consents: Sequence[dict[str, Any]] = (), **facts: Any) -> Participant:
    """Register a participant for the caller's organisation, with the grants she gave on the spot."""
    if work.caller.person is not None:
        raise domain.OrganisationsOnly
    names = [ExternalId(**name) for name in facts.get("external_ids", [])]
    participant = new(work, **facts)
    work.session.add(participant)
    await work.session.flush()
    await external_ids.claim(work, collection(participant.registered_by), participant.id, names)
    await record(work, events.PARTICIPANT_CREATED, participant)
    await assigning.take_on(work, participant.id)
    for number, grant in enumerate(consents):
        await granting.grant(work, participant.id, path=f"/consents/{number}/recipient_id", **grant)
    return participant


def new(work: Work, **facts: Any) -> Participant:
    """Return a participant as the caller's organisation registers her, not written yet."""
    return Participant(
        id=work.new_id(), created_at=work.now, updated_at=work.now, registered_by=work.organisation, **placed(facts)
    )


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


async def change(
    work: Work, participant_id: UUID, *, if_match: str | None, by: From | None = None, **facts: Any
) -> Participant:
    """Change what `facts` names. Nothing happens when it was so already. `by`: who told us, if nobody here."""
    participant = await own(work, participant_id)
    check_version(if_match, participant.version)
    kept = placed(facts)
    fields = {_FIELDS.get(name, name) for name, value in kept.items() if getattr(participant, name) != value}
    await COPIES.changed(work, collection(participant.registered_by), participant, fields, by or From(HERE, work.now))
    if participant.change(work.now, **kept):
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
    must not erase it. Grants are given at registration only: a repeat must not bring back what was revoked, nor what
    ended when she was deleted or erased here; then only what she gave since counts.
    """
    known = await external_ids.find(work, collection(work.organisation), external)
    if known is None:
        facts["external_ids"] = external_ids.merged([external.model_dump()], facts["external_ids"])
        made = await register(work, consents=await _given_since(work, external, consents), **facts)
        await COPIES.pushed(work, collection(made.registered_by), made, external.model_dump(), new=True)
        return made, True
    before = await find(work, known, lock=True)
    given = {name: value for name, value in facts.items() if name in said}
    names = [*facts["external_ids"], external.model_dump()]
    given["external_ids"] = await names_to_carry(work, Participant, before.id, before.external_ids, names)
    by = From(external.system, work.now)
    changed = await change(work, known, if_match=if_match, by=by, **given)
    await COPIES.pushed(work, collection(changed.registered_by), changed, external.model_dump(), new=False)
    return changed, False


async def _given_since(work: Work, name: ExternalId, consents: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Return the grants of somebody new; of her who was taken away here, only those that she gave since."""
    key = key_of(work.tenant, collection(work.organisation), name.system, name.value)
    word = (await COPIES.last_words(work, [key])).get(key)
    if word is None or not word.gone:
        return consents
    return [one for one in consents if one.get("given_at") is not None and one["given_at"] > word.said_at]


async def remove(work: Work, participant_id: UUID, *, if_match: str | None) -> None:
    """Delete a participant; a tombstone stays in the feed."""
    participant = await changeable(work, participant_id)
    if participant.id != participant_id:
        raise IllegalState("This record was merged into another, which deleting it would delete.")
    check_version(if_match, participant.version)
    await remove_all(work, [participant])


async def remove_all(work: Work, gone: Sequence[Participant]) -> None:
    """Delete people who may be deleted, under every id that they are known by: no name leads to them any more."""
    names = await all_names(work, [one.id for one in gone])
    await COPIES.bury(work, names)
    facts: list[Fact] = []
    for one in gone:
        one.change(work.now, deleted_at=work.now, external_ids=[])
        facts.append(fact_of(events.PARTICIPANT_DELETED, one))
        for absorbed in sorted(name for name, living in names.items() if living == one.id != name):
            facts.append((events.PARTICIPANT_DELETED, absorbed, {"registered_by": one.registered_by}))
    given = {collection(one) for one in await repository.registrars(work, names)}
    await external_ids.release_all(work, given, names)
    await work.session.flush()
    await work.record_all(facts)
    await seen_by_others(work, list(names))


async def touch(work: Work, participant: Participant) -> None:
    """Note that what is kept beside a participant has changed: who keeps a copy of her profile takes no older one."""
    participant.version, participant.updated_at = participant.version + 1, work.now
    await record(work, events.PARTICIPANT_CHANGED, participant)


async def record(work: Work, fact: str, participant: Participant) -> None:
    """Record a fact about a participant."""
    await work.record_all([fact_of(fact, participant)])


def fact_of(fact: str, participant: Participant) -> Fact:
    """Return a fact about a participant."""
    return fact, participant.id, {"version": participant.version, "registered_by": participant.registered_by}


def placed(facts: dict[str, Any]) -> dict[str, Any]:
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
