"""Request and answer bodies about access."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Moment, Text

Category = Literal["risk_to_life", "safeguarding", "medical_emergency", "legal_duty", "other"]
Reason = Annotated[Text, Field(min_length=10, max_length=2000)]


class AssignmentCreate(Body):
    """A member of your organisation's staff who is to look after a participant."""

    participant_id: UUID
    staff_id: UUID
    starts_at: Moment | None = Field(None, description="Now, unless said otherwise.")
    ends_at: Moment | None = None


class AssignmentPublic(BaseModel):
    """Who looks after whom, from when until when."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    participant_id: UUID
    organisation_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    live: bool


class OverrideCreate(Body):
    """Why somebody's record must be read without assignment or consent."""

    participant_id: UUID
    category: Category
    reason: Reason = Field(description="What happened; a second member of staff reads it.")


class OverrideReview(Body):
    """What a second member of staff thinks of it."""

    verdict: Literal["justified", "unjustified"]
    note: Text | None = None


class OverridePublic(BaseModel):
    """Who broke the glass, why, until when it stays broken, and what a second member of staff thinks of it."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    participant_id: UUID
    organisation_id: UUID
    staff_id: UUID
    category: Category
    reason: str
    ends_at: datetime
    reviewed_at: datetime | None
    reviewed_by: UUID | None
    verdict: Literal["justified", "unjustified"] | None
    note: str | None


class LookPublic(BaseModel):
    """Somebody looked: when, who, at what, what for."""

    at: datetime
    service: str
    kind: Literal["app", "staff", "person", "service"]
    organisation_id: UUID | None
    organisation: str | None = Field(description="What the organisation is called.")
    staff_id: UUID | None = Field(description="The pseudonym of a member of staff.")
    action: str = Field(examples=["contact.read"])
    says: str = Field(description="The action in words.", examples=["read how to reach you"])
    purpose: str | None


class LooksPublic(BaseModel):
    """Who looked, in the order of time; `missing` are the services that do not answer at the moment."""

    items: list[LookPublic]
    next: str | None = None
    missing: list[str] = []


class AuditRow(BaseModel):
    """One row of the audit by somebody of your organisation."""

    id: UUID
    at: datetime
    service: str
    actor_kind: str
    actor: str
    on_behalf_of: UUID | None
    action: str
    subject: UUID
    person: UUID | None
    purpose: str | None


class AuditRows(BaseModel):
    """Rows of every service in the order of time; `missing` are the services that do not answer at the moment."""

    items: list[AuditRow]
    next: str | None = None
    missing: list[str] = []


class ChainPublic(BaseModel):
    """One service's chain: how many rows, the hash over all, the first that does not fit, how many are not chained."""

    service: str
    number: int
    chain: str
    broken: int | None = Field(description="The number of the first row that is missing, changed or put between.")
    unchained: int = Field(description="Rows since the last batch, which is made every minute.")


class ProofPublic(BaseModel):
    """The chains of all services. Keep what it says elsewhere: it shows later that nothing was cut off or rewritten."""

    sound: bool
    chains: list[ChainPublic]
    missing: list[str] = []
