"""What a line says of a need or an offer: what an upsert says, and how its person is called in the other system."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from services.kernel.fields import ExternalId, ExternalIds, Language, Line
from services.kernel.problems import Invalid, field_errors
from services.matching.listings.domain import Kind
from services.matching.listings.schemas import Source, Terms
from services.matching.synchronised.domain import Said

_TIMES = {"availability", "busy"}
_APART = {"external_ids", "participant", "participant_id", "organisation_id", "state"}


class ListingSaid(Terms):
    """A need or an offer as another system has it. What is left out stays as it is; `null` empties it."""

    participant: ExternalId | None = Field(None, description="Whose it is, by her id in the other system.")
    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    title: Line
    language: Language = "en"
    external_ids: ExternalIds = []
    source: Source = Source()

    @model_validator(mode="after")
    def _one_owner(self) -> "ListingSaid":
        owners = (self.participant, self.participant_id, self.organisation_id)
        if sum(one is not None for one in owners) > 1:
            raise ValueError("belongs to one: participant, participant_id or organisation_id")
        return self


class NeedSaid(ListingSaid):
    """A need as another system has it."""

    state: Literal["stated", "recognised", "open", "withdrawn"] | None = None


class OfferSaid(ListingSaid):
    """An offer as another system has it."""

    state: Literal["open", "paused", "withdrawn"] | None = None


_SHAPES: dict[Kind, type[NeedSaid] | type[OfferSaid]] = {"need": NeedSaid, "offer": OfferSaid}


def said_of(kind: Kind, data: dict[str, Any]) -> Said:
    """Return what the data of a line says. Raises Invalid, with the field that is wrong."""
    try:
        body = _SHAPES[kind].model_validate(data)
    except ValidationError as error:
        wrong = field_errors(error.errors(), source="data")
        raise Invalid("Some fields are not as they should be.", errors=wrong) from None
    values = body.model_dump(exclude=_APART | _TIMES) | body.model_dump(mode="json", include=_TIMES)
    return Said(
        values=values, named=frozenset(body.model_fields_set - _APART), names=body.external_ids,
        participant=body.participant or body.participant_id, organisation=body.organisation_id, state=body.state,
    )  # fmt: skip
