"""The bodies of hours."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Day, Seconds

SecondsADay = Annotated[Seconds, Field(ge=60, le=24 * 3600)]


class HoursCreate(Body):
    """Hours that one side gave the other on one day: the offer's, unless said otherwise."""

    seconds: SecondsADay = Field(examples=[5400])
    day: Day
    given_by: Literal["need", "offer"] = Field("offer", description="Which side gave them.")


class HoursPublic(BaseModel):
    id: UUID
    match_id: UUID
    version: int
    created_at: datetime
    updated_at: datetime
    seconds: int
    day: date
    given_by: Literal["need", "offer"] = Field(description="Which side gave them.")
    state: Literal["stated", "confirmed"]
    need_confirmed_at: datetime | None
    offer_confirmed_at: datetime | None
