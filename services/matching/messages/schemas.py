"""The bodies of messages, and of what a side may know of the other before they are introduced."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Point, Text
from services.matching.matches.domain import Side
from services.matching.messages.domain import Voice


class MessageCreate(Body):
    """What to tell the other side. How to reach somebody belongs in it only once both have accepted."""

    text: Annotated[Text, Field(max_length=2000)]
    side: Side | None = Field(None, description="From which side; needed only by who holds both.")


class MessagePublic(BaseModel):
    """A message as both sides read it: from which side, and in whose voice; never a name."""

    id: UUID
    match_id: UUID
    side: Side
    voice: Voice
    text: str
    created_at: datetime


class PseudonymousProfile(BaseModel):
    """One side of a match: what it offers or needs, in which languages and about where; never who it is."""

    side: Side
    yours: bool
    kind: Literal["participant", "organisation"]
    languages: list[str]
    area: Point | None = Field(description="The middle of a 1 km cell.")
    released_text: str | None = Field(description="What was released for others to read.")
    category: str | None
    means: list[str]
    minutes: int | None
    exchange: str


class PseudonymousProfiles(BaseModel):
    """Both sides of a match, the need's first."""

    items: list[PseudonymousProfile]
