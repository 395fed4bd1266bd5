"""What requests about transfers carry and answers show."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, ExternalId, ExternalIds, Line, Seconds
from services.timebank.domain import LONGEST, SHORTEST, Kind, RequestedKind

TransferSeconds = Annotated[Seconds, Field(ge=SHORTEST, le=LONGEST, examples=[5400])]
"""A minute at the least, a year at the most."""

WITHHELD = "Its words are withheld: a person in it lets the organisation keep her account no longer."


class TransferCreate(Body):
    from_account: UUID
    to_account: UUID
    seconds: TransferSeconds
    reason: Line = Field(examples=["Two hours of gardening"], description="Shown to both sides; no names, please.")
    kind: RequestedKind = Field(
        default="transfer", description="A donation goes to the community's account; an opening balance comes from it."
    )
    external_ids: ExternalIds = []


class Reversal(Body):
    reason: Line = Field(examples=["Entered twice"])


class TransferPublic(BaseModel):
    """Hours that went from one account to another."""

    id: UUID
    kind: Kind
    from_account: UUID
    to_account: UUID
    seconds: int
    reason: str
    withheld: bool = Field(default=False, description=WITHHELD)
    match_id: UUID | None
    reverses: UUID | None = Field(description="The transfer that this one gives back.")
    state: Literal["posted", "reversed"]
    made_by: str = Field(description="Kind and id of whoever made it.")
    external_ids: list[ExternalId]
    created_at: datetime
    updated_at: datetime
    version: int
