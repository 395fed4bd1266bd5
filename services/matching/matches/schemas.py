"""The bodies of matches. Who the other side is stands in none of them: that comes with the introduction alone."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, ExternalId, ExternalIds, Moment
from services.matching.listings.schemas import Anonymous
from services.matching.matches.domain import Reason, Side, State

Note = Annotated[Anonymous, Field(max_length=500)]


class MatchCreate(Body):
    """Two to bring together. The note is read by both sides before they know each other."""

    need_id: UUID
    offer_id: UUID
    note: Note | None = None
    expires_at: Moment | None = Field(default=None, description="Until when both must have accepted; else four weeks.")
    external_ids: ExternalIds = []


class ForSide(Body):
    """Which side decides."""

    side: Side


class Suspension(Body):
    """Why it is halted, as a code."""

    reason: Reason


class SideState(BaseModel):
    """What one side has decided, and whether the caller may decide for it."""

    accepted_at: datetime | None
    yours: bool


class MatchPublic(BaseModel):
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    external_ids: list[ExternalId] = Field(description="Shown to the organisation that gave them, and to nobody else.")
    need_id: UUID
    offer_id: UUID
    state: State
    suspended_from: State | None
    suspended_by: UUID | None = Field(description="The organisation that may lift it; shown to organisations only.")
    reason: Reason | None = Field(description="Shown to organisations only.")
    note: str | None
    exchange: str
    seconds: int = Field(description="What is held for it where the exchange is for credit.")
    category: str | None
    expires_at: datetime
    proposed_by: UUID
    need: SideState
    offer: SideState


class ContactEntry(BaseModel):
    kind: str
    value: str


class Introduction(BaseModel):
    """How to reach the other side; `withheld` says for whom not, and why. It is not kept anywhere: read it now."""

    match: MatchPublic
    contacts: dict[UUID, list[ContactEntry] | None]
    withheld: dict[UUID, str]
    organisations: list[UUID] = Field(
        description="Sides that are organisations: the directory tells how to reach them."
    )
