"""Request and answer bodies about people's rights."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Day, Text

Requester = Literal["person", "representative", "organisation", "authority"]
WhyErased = Literal["withdrawn", "objected", "no_longer_needed", "unlawful", "died", "other"]
WhyRestricted = Literal["contested", "unlawful", "needed_for_a_claim", "objected"]
RequestKind = Literal["access", "rectify", "restrict", "erase", "object"]
RequestState = Literal["open", "done", "refused"]


class EraseBody(Body):
    """Why somebody is erased, and who asked for it. No free text: it would stay."""

    reason: WhyErased
    requested_by: Requester


class ErasurePublic(BaseModel):
    """How far an erasure has come: how many rows each service took away, and who has yet to answer."""

    id: UUID
    participant_id: UUID
    created_at: datetime
    reason: str
    requested_by: str
    state: str
    acknowledged: dict[str, dict[str, int]]
    missing: list[str]
    finished_at: datetime | None


class ExportPublic(BaseModel):
    """Everything held about one person, by service and table."""

    person: UUID
    also: list[UUID] = Field(description="Other records that turned out to be the same person; theirs is included.")
    made_at: datetime
    services: dict[str, dict[str, list[dict[str, Any]]]]
    missing: list[str] = Field(description="Services that did not answer; empty unless a partial export was asked for.")


class RestrictBody(Body):
    """Why nothing may be done with what is held about somebody, or why it may be again."""

    reason: WhyRestricted


class RestrictionPublic(BaseModel):
    """Whether the use of somebody's data is restricted."""

    participant_id: UUID
    restricted_at: datetime | None
    reason: str | None


class RightsRequestCreate(Body):
    """What somebody asked for. It must be answered within a month of the day on which it was received."""

    participant_id: UUID
    kind: RequestKind
    asked: Text | None = Field(None, description="In her own words.")
    received_on: Day | None = Field(None, description="Today, if left out.")


class RightsRequestPatch(Body):
    """The answer to a request: what was done, or why it was refused."""

    state: Literal["done", "refused"]
    answer: Text


class RightsRequestPublic(BaseModel):
    """What somebody asked for, by when it must be answered, and the answer."""

    id: UUID
    participant_id: UUID
    kind: str
    asked: str | None
    received_on: date
    due_on: date
    overdue: bool
    state: str
    answer: str | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
