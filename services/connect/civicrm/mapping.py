"""The mapping: which of their groups, types, fields and statuses mean what here. Checked when it is given.

It is kept with the connection, and written by whoever knows the CRM: as a file of its own, TOML or JSON.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from services.kernel.fields import Body, Language, Line, Number, Switch, TimeZone

Wins = Literal["civicrm", "cando", "newest"]
Name = Annotated[
    str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[A-Za-z_][A-Za-z0-9_]{0,63})?$", examples=["Cando.reference"])
]
"""A field of theirs; a custom field as `Group.field`."""
Names = Annotated[list[Line], Field(max_length=20)]
Purpose = Literal["assessment", "matching", "introduction", "timebank", "referral", "research"]
MatchStep = Literal[
    "proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "suspended", "expired"
]


class CiviConsent(Body):
    """Where the CRM keeps what she agreed to. A switch means all of `purposes`; a list those it names."""

    field: Name = Field(examples=["Cando.consent"])
    given_on: Name | None = Field(None, description="The field with the day of it.", examples=["Cando.consent_date"])
    notice_version: Line = Field(examples=["2026-01"])
    purposes: Annotated[list[Purpose], Field(min_length=1, max_length=6)] = ["matching", "introduction"]
    language: Language = "en"
    method: Literal["in_person", "phone", "online", "paper"] = "paper"


class CiviContacts(Body):
    """Which contacts take part. Without `consent` nobody is registered from there."""

    group: Line | None = Field(None, description="The group's name (not its label).", examples=["Cando"])
    tag: Line | None = None
    called: Annotated[list[Name], Field(min_length=1, max_length=5)] = ["nick_name", "first_name"]
    consent: CiviConsent | None = None
    wins: Wins = "newest"
    writes: Switch = Field(False, description="Write a changed name back, into the first field of `called`.")
    create: Switch = Field(False, description="Make a contact of a participant whom your organisation registered here.")

    @model_validator(mode="after")
    def _either(self) -> "CiviContacts":
        if (self.group is None) == (self.tag is None):
            raise ValueError("needs group or tag, and not both")
        return self


class CiviActivities(Body):
    """Activities of one type that are needs, or offers. Of each list of statuses the first is the one written."""

    type: Line = Field(examples=["Cando need"])
    kind: Literal["need", "offer"]
    open: Annotated[Names, Field(min_length=1)] = ["Scheduled", "Available"]
    met: Annotated[Names, Field(min_length=1)] = ["Completed"]
    withdrawn: Annotated[Names, Field(min_length=1)] = ["Cancelled"]
    language: Language = "en"
    wins: Wins = "newest"
    writes: Switch = Field(True, description="Write what is stated or changed here into activities of this type.")

    @model_validator(mode="after")
    def _once(self) -> "CiviActivities":
        every = [*self.open, *self.met, *self.withdrawn]
        if len(set(every)) != len(every):
            raise ValueError("names a status twice")
        return self


class CiviMatches(Body):
    """How matches are told: one activity of this type for each side whose person is a contact there."""

    type: Line = Field(examples=["Cando match"])
    case_type: Line | None = Field(None, description="Put it into the contact's open case of this type; made if none.")
    statuses: dict[MatchStep, Line] = Field(
        {
            "proposed": "Scheduled", "accepted": "Scheduled", "introduced": "Scheduled", "active": "Scheduled",
            "suspended": "Scheduled", "completed": "Completed", "declined": "Cancelled", "withdrawn": "Cancelled",
            "expired": "Cancelled",
        },
        description="A step that is not named is not told.",
    )  # fmt: skip


class CiviMapping(Body):
    """What means what between a CiviCRM and Cando."""

    time_zone: TimeZone = Field("Europe/London", description="Theirs: their times carry none.")
    per_second: Annotated[Number, Field(gt=0, le=50)] = 5
    reference: Name | None = Field(
        None, description="A custom text field of activities that keeps Cando's own name of each that it wrote."
    )
    contacts: CiviContacts
    activities: Annotated[list[CiviActivities], Field(max_length=10)] = []
    matches: CiviMatches | None = None

    @model_validator(mode="after")
    def _sound(self) -> "CiviMapping":
        types = [one.type for one in self.activities] + ([self.matches.type] if self.matches else [])
        if len(set(types)) != len(types):
            raise ValueError("names a type of activity twice")
        if self.reference is None and (self.matches or any(one.writes for one in self.activities)):
            raise ValueError("reference: writing activities needs a field that says which of them Cando wrote")
        return self

    @property
    def every_type(self) -> dict[str, CiviActivities]:
        """Return the types of activities that are needs or offers, by name."""
        return {one.type: one for one in self.activities}
