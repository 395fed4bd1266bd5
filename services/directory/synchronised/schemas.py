"""What a line says of a participant, and the names by which our own services ask who somebody is."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from services.directory.consents.schemas import Purpose
from services.directory.people.schemas import ParticipantCreate
from services.directory.synchronised.domain import Said
from services.kernel.fields import Body, ExternalId
from services.kernel.problems import Invalid, field_errors

_APART = {"consents", "consents_ended"}
_TIMES = {"availability", "busy"}


class ConsentEnded(Body):
    """Every grant of hers for this purpose to this organisation has ended."""

    purpose: Purpose
    recipient_id: UUID


class ParticipantSaid(ParticipantCreate):
    """A participant as another system has her. What is left out stays as it is."""

    consents_ended: Annotated[list[ConsentEnded], Field(max_length=20)] = Field(
        [], description="Grants that she has withdrawn there: they end here too."
    )


class Names(Body):
    """Whom does an organisation call so?"""

    organisation: UUID
    names: Annotated[list[ExternalId], Field(max_length=500)]


class NamedPerson(BaseModel):
    """The record that a name leads to, and whom it is now."""

    system: str
    value: str
    id: UUID
    lives_as: UUID


class NamedPeople(BaseModel):
    people: list[NamedPerson]


def said_of(data: dict[str, Any]) -> Said:
    """Return what the data of a line says. Raises Invalid, with the field that is wrong."""
    try:
        body = ParticipantSaid.model_validate(data)
    except ValidationError as error:
        wrong = field_errors(error.errors(), source="data")
        raise Invalid("Some fields are not as they should be.", errors=wrong) from None
    facts = body.model_dump(exclude=_APART | _TIMES) | body.model_dump(mode="json", include=_TIMES)
    return Said(
        facts=facts, named=frozenset(body.model_fields_set - _APART),
        consents=[grant.model_dump() for grant in body.consents],
        ended=[one.model_dump() for one in body.consents_ended],
    )  # fmt: skip
