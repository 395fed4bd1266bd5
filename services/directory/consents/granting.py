"""Putting a grant on record: when somebody is registered, and afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.assets.repository import organisation_exists
from services.directory.duplicates.aliases import all_names
from services.directory.models import Consent, Notice
from services.directory.notices import domain as notices
from services.directory.notices import repository as published
from services.directory.people_shown.repository import PURPOSE
from services.directory.people_shown.telling import seen_by_others
from services.kernel.problems import Invalid
from services.kernel.work import Fact, Work


@dataclass(slots=True)
class Grounds:
    """What grants are judged by: which organisations there are, and which notices. Each is asked for once."""

    work: Work
    _here: dict[UUID, bool] = field(default_factory=dict)
    _published: dict[str, Sequence[Notice]] = field(default_factory=dict)

    async def new(self, participant_id: UUID, *, path: str, **said: Any) -> Consent:
        """Return a grant as it is put on record. `path` is where the request names its recipient.

        Raises Invalid, NotReviewed.
        """
        work = self.work
        if not await self._is_here(said["recipient_id"]):
            raise Invalid.field(path, "names no organisation here")
        given_at: datetime = said.pop("given_at", None) or work.now
        if given_at > work.now:
            raise Invalid.field(path.replace("recipient_id", "given_at"), "lies in the future")
        notices.check(
            await self._of_purpose(said["purpose"]), version=said["notice_version"], language=said["language"],
            interpreter=said["interpreter"], at=given_at, path=path.removesuffix("/recipient_id"),
        )  # fmt: skip
        return Consent(
            id=work.new_id(), participant_id=participant_id, given_at=given_at, created_at=work.now,
            captured_by=work.caller.named, **said,
        )  # fmt: skip

    async def _is_here(self, organisation: UUID) -> bool:
        if organisation not in self._here:
            self._here[organisation] = await organisation_exists(self.work, organisation)
        return self._here[organisation]

    async def _of_purpose(self, purpose: str) -> Sequence[Notice]:
        if purpose not in self._published:
            self._published[purpose] = await published.of_purpose(self.work, purpose)
        return self._published[purpose]


async def grant(work: Work, participant_id: UUID, *, path: str, **said: Any) -> Consent:
    """Record a grant. `path` is where the request names its recipient. Raises Invalid, NotReviewed."""
    consent = await Grounds(work).new(participant_id, path=path, **said)
    work.session.add(consent)
    await work.session.flush()
    await record(work, events.CONSENT_GIVEN, consent)
    return consent


async def record(work: Work, fact: str, grant: Consent) -> None:
    """Record a fact about a grant, of each id under which its person is known: it holds for all of them."""
    names = sorted(await all_names(work, [grant.participant_id]))
    await work.record_all([fact_of(fact, one, grant) for one in names])
    if grant.purpose == PURPOSE:
        await seen_by_others(work, names)


def fact_of(fact: str, name: UUID, grant: Consent) -> Fact:
    """Return a fact about a grant, of one id under which its person is known."""
    return fact, name, {"consent": grant.id, "purpose": grant.purpose, "recipient": grant.recipient_id}
