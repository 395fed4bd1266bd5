"""What the directory holds about a person, and what becomes of each row when she is erased.

The participant's row stays, empty, so that what others counted about an unnamed person still adds up. Her grants
stay as bare facts: that there was one, for what, for whom and until when is what the law asks us to be able to show.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlmodel import SQLModel, col

from services.directory import events
from services.directory.consents import granting
from services.directory.consents import repository as consents
from services.directory.models import (
    COPIES,
    Assignment,
    Block,
    Check,
    Consent,
    Contact,
    DuplicateKey,
    DuplicateLook,
    Erasure,
    Heard,
    Household,
    HouseholdMember,
    Merge,
    Origins,
    Override,
    Participant,
    Person,
    Relation,
    Revocation,
    RightsRequest,
    Safeguards,
    Suspicion,
)
from services.kernel.subjects import Deleted, Emptied, Forgotten, Holding, Holdings
from services.kernel.work import Work

_NOBODY: dict[str, Any] = {
    "called": "", "languages": [], "latitude": None, "longitude": None, "travel": [], "reach_km": None,
    "availability": [], "busy": [], "do_not_ask": True, "do_not_ask_until": None, "external_ids": [],
    "restricted_at": None, "restricted_because": None,
}  # fmt: skip


def _in(*columns: Any) -> Callable[[UUID], ColumnElement[bool]]:
    """Return what finds the rows in which one of `columns` is the person."""
    return lambda person: or_(*(col(column) == person for column in columns))


def _her_household(person: UUID) -> ColumnElement[bool]:
    return col(Household.id).in_(select(col(HouseholdMember.household_id)).where(col(HouseholdMember.id) == person))


def _left_behind(_: UUID) -> ColumnElement[bool]:
    """Return the condition that nobody is left in a household: how many live together is told about them too."""
    return ~exists().where(col(HouseholdMember.household_id) == col(Household.id))


def _her_revocations(person: UUID) -> ColumnElement[bool]:
    return col(Revocation.id).in_(select(col(Consent.id)).where(col(Consent.participant_id) == person))


def _gone(table: type[SQLModel], *columns: Any) -> Holding:
    return Holding(table, _in(*columns), Deleted())


async def _announce(work: Work, person: UUID) -> None:
    """End her grants and say that she is gone, so that copies elsewhere go too."""
    for grant, revocation in await consents.of_participants(work, [person]):
        if revocation is None:
            by = work.caller.named
            work.session.add(Revocation(id=grant.id, revoked_at=work.now, revoked_by=by))
            await granting.record(work, events.CONSENT_REVOKED, grant)
    for shown in await work.session.scalars(select(Person).where(col(Person.participant_id) == person)):
        if shown.deleted_at is None:
            await work.record(events.asset("person", "deleted"), shown.id, held_by=shown.held_by)
    await COPIES.bury(work, [person])
    participant = await work.session.get(Participant, (work.tenant, person))
    if participant is None:
        return
    present = participant.deleted_at is None
    participant.change(
        work.now, deleted_at=participant.deleted_at or work.now, erased_at=participant.erased_at or work.now
    )
    if present:
        await work.record(
            events.PARTICIPANT_DELETED,
            person,
            version=participant.version + 1,
            registered_by=participant.registered_by,
        )


_LAW = "that there was a grant, for whom and for what, must be shown for as long as what it allowed is answered for"
HOLDINGS = Holdings(
    (
        _gone(Contact, Contact.id),
        _gone(Safeguards, Safeguards.id),
        _gone(Check, Check.participant_id),
        _gone(HouseholdMember, HouseholdMember.id),
        Holding(Household, _left_behind, Deleted(), shown=_her_household),
        _gone(Relation, Relation.participant_id, Relation.other_id),
        Holding(
            Block, _in(Block.participant_id, Block.other_id), Deleted(), shown=_in(Block.participant_id)
        ),  # who asked to be kept from her stays that person's secret
        _gone(Person, Person.participant_id),
        _gone(Suspicion, Suspicion.one_id, Suspicion.other_id),
        _gone(DuplicateKey, DuplicateKey.entry_id),
        _gone(DuplicateLook, DuplicateLook.id),
        Holding(
            Merge,
            _in(Merge.survivor_id, Merge.absorbed_id),
            Emptied("later records still lead to the one that stayed", {"before": {}, "moved": [], "stayed": []}),
        ),
        Holding(Assignment, _in(Assignment.participant_id), Emptied("who was responsible when is answered for")),
        Holding(
            Override,
            _in(Override.participant_id),
            Emptied("that somebody broke the glass is answered for", {"reason": "", "note": None}),
        ),
        Holding(Revocation, _her_revocations, Emptied(_LAW)),
        Holding(Consent, _in(Consent.participant_id), Forgotten(_LAW, "forget_consents")),
        Holding(
            RightsRequest,
            _in(RightsRequest.participant_id),
            Emptied("that it was answered in time must be shown", {"asked": None, "answer": None}),
        ),
        Holding(Erasure, _in(Erasure.participant_id), Emptied("the proof that she was erased")),
        _gone(Origins, Origins.id),
        Holding(
            Heard,
            _in(Heard.resource_id),
            Emptied("no older word of another system brings her back", {"resource_id": None, "gone": True}),
        ),
        Holding(
            Participant,
            _in(Participant.id),
            Emptied("what others counted refers to somebody", _NOBODY),
            named=lambda collection: collection.like("participants/%"),
        ),
    ),
    before=_announce,
)
