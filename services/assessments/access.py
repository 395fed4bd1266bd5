"""Who sees what in this room: the organisation that holds a thing, and the person whom it is about."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlmodel import col

from services.assessments import clients
from services.assessments.clients import Purpose
from services.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from services.kernel.work import Work


class ConsentMissing(Conflict):
    slug = "consent-missing"
    title = "The person has not consented to this"


class ConsentRevoked(Forbidden):
    slug = "consent-revoked"
    title = "The person does not let you read this any more"


class _Personal(Protocol):
    held_by: UUID
    participant_id: UUID


class _Held(Protocol):
    held_by: UUID


def seen_by(work: Work, table: type[_Personal]) -> ColumnElement[bool]:
    """Return the condition for rows that the caller may see: a person her own, others their organisation's."""
    person = work.caller.person
    return col(table.participant_id) == person if person else held_by(work, table)


def held_by(work: Work, table: type[_Held]) -> ColumnElement[bool]:
    """Return the condition for rows that the caller's organisation holds; a person's own token sees none."""
    return false() if work.caller.person else col(table.held_by) == work.organisation


def check_worker(work: Work) -> None:
    """Raise Forbidden for a person's own token: what the worker notes is noted by an organisation."""
    if work.caller.person:
        raise Forbidden("This is noted by the organisation that talks with the person.")


async def check_participant(work: Work, participant: UUID, *purposes: Purpose) -> None:
    """Refuse a person who is unknown, or lets the organisation do none of `purposes`: the answer is the same."""
    await _check_participant(work, participant, purposes, staff=None)


async def check_assessed(work: Work, participant: UUID) -> None:
    """Refuse to assess as `check_participant` does, also for staff who are not assigned to the person."""
    purposes: tuple[Purpose, ...] = ("assessment",)
    await _check_participant(work, participant, purposes, staff=work.caller.staff)


async def _check_participant(
    work: Work, participant: UUID, purposes: Collection[Purpose], *, staff: UUID | None
) -> None:
    mine = work.caller.person in (None, participant)
    for purpose in purposes:
        if mine and await clients.allowed(
            work, [participant], organisation=work.organisation, purpose=purpose, staff=staff
        ):
            return
    raise Invalid.field(
        "/participant_id",
        "is unknown here, or has not consented to this towards your organisation (purpose assessment or matching)",
    )


async def readable(work: Work, people: Collection[UUID]) -> set[UUID]:
    """Return whose assessments the caller may read now: a person her own, others those of whom consent is live.

    A member of staff must be assigned to them as well. Raises ConsentUnknown.
    """
    if work.caller.person is not None:
        return set(people) & {work.caller.person}
    return await clients.allowed(
        work, people, organisation=work.organisation, purpose="assessment", staff=work.caller.staff
    )


async def check_readable(work: Work, participant: UUID) -> None:
    """Raise ConsentRevoked when what was written with her consent may not be read any more."""
    if participant not in await readable(work, [participant]):
        raise ConsentRevoked


async def check_assigned(work: Work, participant: UUID) -> None:
    """Raise NotFound for a member of staff who is not assigned to somebody, or of whom consent has ended."""
    if work.caller.staff is not None and participant not in await readable(work, [participant]):
        raise NotFound


async def check_consent(work: Work, participant: UUID, *, organisation: UUID, purpose: Purpose = "matching") -> None:
    """Raise ConsentMissing unless the person lets `organisation` use her words for `purpose` now."""
    if not await clients.allowed(work, [participant], organisation=organisation, purpose=purpose):
        raise ConsentMissing(f"Consent for {purpose}, towards the organisation that holds this, is needed.")
