"""Putting a grant on record: when somebody is registered, and afterwards."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.directory import events
from services.directory.assets.repository import organisation_exists
from services.directory.models import Consent
from services.directory.notices import domain as notices
from services.directory.notices import repository as published
from services.kernel.problems import Invalid
from services.kernel.work import Work


async def grant(work: Work, participant_id: UUID, *, path: str, **said: Any) -> Consent:
    """Record a grant. `path` is where the request names its recipient. Raises Invalid, NotReviewed."""
    if not await organisation_exists(work, said["recipient_id"]):
        raise Invalid.field(path, "names no organisation here")
    given_at: datetime = said.pop("given_at", None) or work.now
    if given_at > work.now:
        raise Invalid.field(path.replace("recipient_id", "given_at"), "lies in the future")
    notices.check(
        await published.of_purpose(work, said["purpose"]), version=said["notice_version"], language=said["language"],
        interpreter=said["interpreter"], at=given_at, path=path.removesuffix("/recipient_id"),
    )  # fmt: skip
    by = work.caller.named
    consent = Consent(
        id=work.new_id(), participant_id=participant_id, given_at=given_at, created_at=work.now, captured_by=by, **said
    )
    work.session.add(consent)
    await work.session.flush()
    await record(work, events.CONSENT_GIVEN, consent)
    return consent


async def record(work: Work, fact: str, grant: Consent) -> None:
    await work.record(fact, grant.participant_id, consent=grant.id, purpose=grant.purpose, recipient=grant.recipient_id)
