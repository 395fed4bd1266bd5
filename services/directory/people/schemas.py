"""Request and answer bodies about participants."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.directory.consents.schemas import ConsentCreate
from services.kernel.fields import (
    Body,
    ExternalId,
    ExternalIds,
    Language,
    Line,
    Moment,
    Number,
    Patch,
    Point,
    Switch,
    Travel,
    Windows,
)

Level = Literal["basic", "good", "fluent", "native"]
BUSY = "When she cannot after all: holidays, what is booked."


class Spoken(Body):
    """A language somebody speaks, and how well."""

    tag: Language
    level: Level = "good"


def _once(spoken: list[Spoken]) -> None:
    if len({one.tag for one in spoken}) != len(spoken):
        raise ValueError("names a language twice")


class ParticipantPatch(Patch):
    """What can be changed about a participant. What is left out stays."""

    _required = frozenset({"called", "languages", "travel", "availability", "busy", "do_not_ask", "external_ids"})

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


class BlockCreate(Body):
    """Keep this participant and another apart, both ways and in silence."""

    other_id: UUID


class BlockPublic(BaseModel):
    """A block, shown only to who may see the participant that asked for it."""

    id: UUID
    participant_id: UUID
    other_id: UUID
    created_at: datetime
