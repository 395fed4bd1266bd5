"""What our own services ask the directory, and what it answers."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.consents.schemas import Purpose
from services.kernel.fields import Body, Line, Moment, Windows


class Question(Body):
    """May `organisation` use what these people share, for `purpose`, now?"""

    people: Annotated[list[UUID], Field(max_length=1000)]
    organisation: UUID
    purpose: Purpose
    categories: Annotated[list[Line], Field(max_length=20)] = Field(
        [], description="What exactly is to be used; a grant that names categories must name each of them."
    )
    staff: UUID | None = Field(None, description="The member of staff who asks: she must be assigned to them.")


class Verdict(BaseModel):
    """`allowed` by live consent; `ask` unless she asked not to be asked; `blocks`: whom she is kept from."""

    allowed: bool = False
    ask: bool = False
    blocks: list[UUID] = []


class Verdicts(BaseModel):
    """A verdict for each person that was asked about. An unknown one is simply not allowed."""

    people: dict[UUID, Verdict]


class InCare(BaseModel):
    """Whom a member of staff is assigned to, as far as consent lets her organisation use what is theirs."""

    people: list[UUID]


class DoNotAsk(Body):
    """That a person is not to be asked again: for good, or until a moment."""

    until: Moment | None = None


class Release(Body):
    """Contacts to release for one match to the organisation that introduces the two."""

    match_id: UUID
    organisation: UUID
    people: Annotated[list[UUID], Field(min_length=1, max_length=10)]
    parties: Annotated[list[UUID], Field(max_length=10)] = Field([], description="Everybody on the match.")


class Entry(BaseModel):
    """One way to reach somebody."""

    kind: str
    value: str


class Released(BaseModel):
    """What was released, and for whom and why something was not."""

    contacts: dict[UUID, list[Entry] | None]
    withheld: dict[UUID, str]


class Profile(BaseModel):
    """What matching may know of a participant: how to match her, not what she is called."""

    id: UUID
    languages: list[dict[str, str]]
    place: dict[str, float] | None
    travel: list[str]
    reach_km: float | None
    availability: Windows
    busy: Windows
    do_not_ask: bool
    version: int


class CheckUntil(BaseModel):
    """A check that somebody holds, and its last day."""

    kind: str
    valid_until: date


class GuardedProfile(Profile):
    """A profile with what safety gates ask: gender and age only as declared, and only for those gates."""

    gender: str | None = None
    born_on: date | None = None
    guardian_agreed: bool = False
    checks: list[CheckUntil] = []


class Profiles(BaseModel):
    """The profiles that were found; one that is missing is gone."""

    items: list[GuardedProfile]


class OrganisationNamed(Body):
    """An organisation to found with its tenant."""

    name: Line


class GroupRef(BaseModel):
    """A group's id."""

    id: UUID


class OrganisationRef(BaseModel):
    """An organisation's id."""

    id: UUID


class OrganisationShown(BaseModel):
    """What anybody may know of an organisation that is to be reached."""

    id: UUID
    website: str | None


class OrganisationsShown(BaseModel):
    """The organisations that were found; one that is missing is gone."""

    items: list[OrganisationShown]
