"""Request and answer bodies about participants."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import (
    Body,
    Day,
    ExternalId,
    ExternalIds,
    Language,
    Line,
    Moment,
    Number,
    Point,
    Switch,
    Travel,
    Windows,
)

Level = Literal["basic", "good", "fluent", "native"]
Purpose = Literal["assessment", "matching", "introduction", "timebank", "referral", "research", "acting", "directory"]
"""`acting` lets an organisation's app obtain tokens in the person's own name; `directory` shows it what she offers."""
LegalBasis = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
]
Method = Literal["in_person", "phone", "online", "paper"]
Gender = Literal["female", "male", "diverse"]
CheckKind = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40, examples=["dbs-enhanced"])]
BUSY = "When she cannot after all: holidays, what is booked."


class Spoken(Body):
    """A language somebody speaks, and how well."""

    tag: Language
    level: Level = "good"


def _once(spoken: list[Spoken]) -> None:
    if len({one.tag for one in spoken}) != len(spoken):
        raise ValueError("names a language twice")


class ConsentCreate(Body):
    """A grant: for what, to whom, on what basis, how it was captured, until when."""

    purpose: Purpose
    recipient_id: UUID = Field(description="The organisation that may use it.")
    categories: Annotated[list[Line], Field(max_length=20)] = []
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
    expires_at: datetime | None
    revoked_at: datetime | None
    live: bool


class ParticipantPatch(Body):
    """What can be changed about a participant. What is left out stays."""

    called: Line | None = Field(None, description="What the person wants to be called.", examples=["Amina"])
    languages: Annotated[list[Spoken], Field(max_length=20)] | None = None
    place: Point | None = Field(None, description="Kept only as the centre of its 1 km cell.")
    travel: Annotated[list[Travel], Field(max_length=5)] | None = None
    reach_km: Annotated[Number, Field(gt=0, le=500)] | None = None
    availability: Windows | None = None
    busy: Windows | None = Field(None, description=BUSY)
    do_not_ask: Switch | None = Field(None, description="The right not to be asked.")
    do_not_ask_until: Moment | None = None
    external_ids: ExternalIds | None = None

    @model_validator(mode="after")
    def _sound(self) -> "ParticipantPatch":
        for name in {
            "called",
            "languages",
            "travel",
            "availability",
            "busy",
            "do_not_ask",
            "external_ids",
        } & self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} may be left out, but not be null")
        _once(self.languages or [])
        return self


class ParticipantCreate(Body):
    """A participant to register. The caller's organisation becomes the one that registered her."""

    called: Line = Field(description="What the person wants to be called.", examples=["Amina"])
    languages: Annotated[list[Spoken], Field(max_length=20)] = []
    place: Point | None = Field(None, description="Kept only as the centre of its 1 km cell.")
    travel: Annotated[list[Travel], Field(max_length=5)] = []
    reach_km: Annotated[Number, Field(gt=0, le=500)] | None = None
    availability: Windows = []
    busy: Windows = Field([], description=BUSY)
    do_not_ask: Switch = False
    do_not_ask_until: Moment | None = None
    external_ids: ExternalIds = []
    consents: Annotated[list[ConsentCreate], Field(max_length=20)] = Field([], description="Grants given on the spot.")

    @model_validator(mode="after")
    def _sound(self) -> "ParticipantCreate":
        _once(self.languages)
        return self


class ParticipantPublic(BaseModel):
    """A participant as those see her who may."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    external_ids: list[ExternalId]
    called: str
    languages: list[Spoken]
    place: Point | None
    travel: list[str]
    reach_km: float | None
    availability: Windows
    busy: Windows
    do_not_ask: bool
    do_not_ask_until: datetime | None
    registered_by: UUID


class ContactEntry(Body):
    """One way to reach somebody."""

    kind: Literal["phone", "email", "address", "other"]
    value: Line


class ContactPut(Body):
    """All ways to reach somebody; they replace those before."""

    entries: Annotated[list[ContactEntry], Field(max_length=10)]
    do_not_disclose: Switch = Field(False, description="Never released, not even after both have accepted a match.")


class ContactPublic(BaseModel):
    """How to reach a participant. Every reading of it is on record."""

    participant_id: UUID
    entries: list[ContactEntry]
    do_not_disclose: bool
    updated_at: datetime
    version: int


class HeldCheck(Body):
    """A check that she holds, such as of a criminal record: which, when, by whom, until when; never what it says."""

    kind: CheckKind
    checked_on: Day
    checked_by: Line = Field(description="A role or an organisation.", examples=["Hazelbrook Council"])
    valid_until: Day

    @model_validator(mode="after")
    def _sound(self) -> "HeldCheck":
        if self.valid_until < self.checked_on:
            raise ValueError("valid_until lies before checked_on")
        return self


class SafeguardsPut(Body):
    """What safety gates may know of her; it replaces what was there before, and what is left out is taken back.

    Gender and date of birth are as she declares them herself, and serve these gates alone.
    """

    gender: Gender | None = None
    born_on: Day | None = Field(None, description="Not in the future.")
    guardian_agreed: Switch = Field(False, description="A guardian has agreed, for somebody under 18.")
    checks: Annotated[list[HeldCheck], Field(max_length=10)] = []


class SafeguardsPublic(BaseModel):
    """What safety gates may know of a participant. Every reading of it is on record."""

    participant_id: UUID
    gender: Gender | None
    born_on: date | None
    guardian_agreed: bool
    checks: list[HeldCheck]
    updated_at: datetime
    version: int


class BlockCreate(Body):
    """Keep this participant and another apart, both ways and in silence."""

    other_id: UUID


class BlockPublic(BaseModel):
    """A block, shown only to who may see the participant that asked for it."""

    id: UUID
    participant_id: UUID
    other_id: UUID
    created_at: datetime
