"""Request and answer bodies about consent."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Language, Line, Moment

Purpose = Literal[
    "assessment",
    "matching",
    "introduction",
    "timebank",
    "referral",
    "research",
    "acting",
    "directory",
    "public_listing",
]
"""`acting` lets an organisation's app obtain tokens in the person's own name; `directory` shows it what she offers;
`public_listing` lets it show everybody what she offers and needs, without her name: it wants `matching` beside it."""
LegalBasis = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
]
Method = Literal["in_person", "phone", "online", "paper"]


class ConsentCreate(Body):
    """A grant: for what, to whom, on what basis, how it was captured, until when."""

    purpose: Purpose
    recipient_id: UUID = Field(description="The organisation that may use it.")
    categories: Annotated[list[Line], Field(max_length=20)] = Field(
        [], description="Which kinds of her data; none named means all that the purpose needs."
    )
    legal_basis: LegalBasis = "consent"
    notice_version: Line = Field(examples=["2026-01"])
    method: Method = "in_person"
    language: Language = "en"
    interpreter: Line | None = Field(None, description="Role or pseudonym of the interpreter, if there was one.")
    given_at: Moment | None = Field(None, description="Now, unless said otherwise; never in the future.")
    expires_at: Moment | None = None


class ConsentPublic(BaseModel):
    """A grant as it stands, with the end of it if it was revoked."""

    id: UUID
    participant_id: UUID
    purpose: str
    recipient_id: UUID
    categories: list[str]
    legal_basis: str
    notice_version: str
    method: str
    language: str
    interpreter: str | None
    given_at: datetime
    created_at: datetime = Field(description="When it was recorded here: later than it was given on paper.")
    expires_at: datetime | None
    revoked_at: datetime | None
    captured_by: str | None = Field(
        None, description="Who recorded it, as kind and id; shown to her and to who registered her."
    )
    revoked_by: str | None = Field(None, description="Who recorded its end; shown to the same.")
    live: bool
