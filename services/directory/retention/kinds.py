"""What the directory keeps for a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlmodel import col

from services.directory.models import (
    COPIES,
    AssetProposal,
    Consent,
    Heard,
    Import,
    ImportLine,
    Override,
    Participant,
    RetentionReport,
    Revocation,
    RightsRequest,
    Suspicion,
)
from services.directory.rights.idle import erase_idle
from services.kernel.retention import Kind, Led, Stays
from services.kernel.subjects import Deleted, Emptied, Forgotten
from services.kernel.work import Work


def _lines(before: datetime) -> ColumnElement[bool]:
    return col(ImportLine.import_id).in_(select(col(Import.id)).where(col(Import.updated_at) < before))


def _idle(before: datetime) -> ColumnElement[bool]:
    granted = exists().where(col(Consent.participant_id) == col(Participant.id), col(Consent.given_at) >= before)
    return and_(col(Participant.updated_at) < before, col(Participant.erased_at).is_(None), ~granted)


def _of_erased(before: datetime) -> ColumnElement[bool]:
    erased = select(col(Participant.id)).where(col(Participant.erased_at) < before)
    return col(Consent.participant_id).in_(erased)


def _refused(before: datetime) -> ColumnElement[bool]:
    return and_(col(Suspicion.state) == "refused", col(Suspicion.refused_at) < before)


async def _end_idle(work: Work, people: Sequence[UUID], before: datetime) -> int:
    return await erase_idle(work, people, before=before)


KINDS = (
    Kind("directory.import-lines", ImportLine, _lines, Deleted(), "what was wrong with lines of an import", 12),
    Kind(
        "directory.idle-participants", Participant, _idle,
        Led("erased, unless another service has seen her since", _end_idle),
        "people of whom nothing has been heard", None,
    ),
    Kind(
        "directory.grants-of-the-erased", Consent, _of_erased, Forgotten("they are only added to", "forget_old_grants"),
        "that an erased person had granted something", 72,
    ),
    Kind(
        "directory.ended-grants", Revocation, lambda before: col(Revocation.revoked_at) < before,
        Stays("what was allowed when must be shown for as long as she is known"), "grants that have ended", None,
    ),
    Kind(
        "directory.answered-requests", RightsRequest, lambda before: col(RightsRequest.closed_at) < before,
        Emptied("that it was answered in time must be shown", {"asked": None, "answer": None}),
        "what people asked for by law, in their words", 36,
    ),
    Kind(
        "directory.decided-proposals", AssetProposal, lambda before: col(AssetProposal.decided_at) < before,
        Emptied("which answers led to entries", {"facts": {}, "activities": []}),
        "what a survey said of an asset, once somebody has decided about it", 12,
    ),
    Kind(
        "directory.names-gone", Heard, COPIES.over, Deleted(),
        "that whom another system had here is gone, so that an older word of it does not bring her back", 24,
    ),
    Kind("directory.refused-duplicates", Suspicion, _refused, Deleted(), "that two entries are not one", None),
    Kind(
        "directory.reviewed-overrides", Override, lambda before: col(Override.reviewed_at) < before,
        Emptied("that somebody broke the glass is answered for", {"reason": "", "note": None}),
        "why somebody broke the glass", 72,
    ),
    Kind(
        "directory.retention-reports", RetentionReport, lambda before: col(RetentionReport.created_at) < before,
        Deleted(), "how much was old at each run", 36,
    ),
)  # fmt: skip
