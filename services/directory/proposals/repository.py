"""Every query about proposals. The holder of a survey sees what came of it, and so does who manages the directory."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, false, select, true
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.directory.models import AssetProposal
from services.kernel.caller import Caller
from services.kernel.pages import After, after_cursor
from services.kernel.work import Work


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that the caller may see a proposal: what is not confirmed is not published yet."""
    if caller.person is not None or caller.organisation is None:
        return false()
    return true() if caller.may("directory:manage") else col(AssetProposal.held_by) == caller.organisation


async def keep(work: Work, row: AssetProposal) -> bool:
    """Store a proposal unless there is one of the same response; say whether it is new."""
    values = row.model_dump(exclude={"tenant_id"})
    statement = upsert(AssetProposal).values(values).on_conflict_do_nothing().returning(col(AssetProposal.id))
    return (await work.session.execute(statement)).first() is not None


async def proposal(work: Work, proposal_id: UUID, *, lock: bool = False) -> AssetProposal | None:
    """Return a proposal that the caller may see."""
    query = select(AssetProposal).where(col(AssetProposal.id) == proposal_id, visible_to(work.caller))
    found: AssetProposal | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def page(
    work: Work, *, after: After, limit: int, state: str | None, kind: str | None, survey_id: UUID | None
) -> Sequence[AssetProposal]:
    """Return up to `limit` + 1 proposals that the caller may see, oldest first."""
    query = select(AssetProposal).where(visible_to(work.caller))
    for column, wanted in (
        (AssetProposal.state, state), (AssetProposal.kind, kind), (AssetProposal.survey_id, survey_id)
    ):  # fmt: skip
        if wanted is not None:
            query = query.where(col(column) == wanted)
    return (await work.session.scalars(after_cursor(query, AssetProposal, after, limit))).all()


async def take_away(
    work: Work, *, survey_id: UUID | None = None, response_id: UUID | None = None
) -> Sequence[tuple[UUID, UUID]]:
    """Take away what is still open of a survey or a response; return each proposal's id and who held it."""
    of_survey, of_response = col(AssetProposal.survey_id) == survey_id, col(AssetProposal.response_id) == response_id
    gone = delete(AssetProposal).where(
        col(AssetProposal.state) == "open", of_response if survey_id is None else of_survey
    )
    rows = await work.session.execute(gone.returning(col(AssetProposal.id), col(AssetProposal.held_by)))
    return [(row[0], row[1]) for row in rows]
