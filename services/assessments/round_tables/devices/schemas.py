"""Bodies about what devices deliver."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from services.assessments.round_tables.cards.schemas import CardBody, WordingPublic, card_shown, laid
from services.assessments.round_tables.devices.operations import Line, Outcome
from services.kernel.fields import Body
from services.kernel.problems import Invalid, Problem, ProblemBody, field_errors


class DeliverCard(CardBody):
    """One card by the device's own number, which it keeps however often it is delivered."""

    card_id: UUID
    table_id: UUID


class Deliver(Body):
    """Up to 500 cards, of one device or several. A line that is not as it should be does not touch the others."""

    cards: Annotated[
        list[Annotated[DeliverCard | Any, Field(union_mode="left_to_right")]], Field(min_length=1, max_length=500)
    ]


class Delivered(BaseModel):
    """What became of one line.

    `kept` as a new card or as its newer wording; `known` already; in `conflict`, with both texts in `wordings` and on
    the card; or `refused`, with the problem.
    """

    card_id: UUID | None
    state: Literal["kept", "known", "conflict", "refused"]
    id: UUID | None = None
    version: int | None = None
    late: bool = False
    clock_doubtful: bool = False
    wordings: list[WordingPublic] = []
    problem: ProblemBody | None = None


class Delivery(BaseModel):
    """The results, in the order of the lines, and how many there are of each."""

    results: list[Delivered]
    kept: int
    known: int
    conflict: int
    refused: int


def lines(body: Deliver) -> list[Line | Problem]:
    """Return each line of a delivery, or what is wrong with it."""
    return [_line(raw) for raw in body.cards]


def _line(raw: Any) -> Line | Problem:
    try:
        card = raw if isinstance(raw, DeliverCard) else DeliverCard.model_validate(raw)
    except ValidationError as error:
        errors = field_errors([dict(one) for one in error.errors()], source="body")
        return Invalid("Some fields are not as they should be.", errors=errors)
    told = {"image": card.image, "category": card.category, "written_at": card.written_at, **laid(card)}
    return Line(table_id=card.table_id, card_id=card.card_id, told=told)


def delivery_shown(body: Deliver, outcomes: list[Outcome]) -> Delivery:
    """Return what became of a delivery."""
    results = [_shown(raw, one) for raw, one in zip(body.cards, outcomes, strict=True)]
    states: list[str] = [one.state for one in outcomes]
    counts = {state: states.count(state) for state in ("kept", "known", "conflict", "refused")}
    return Delivery(results=results, **counts)


def _shown(raw: Any, outcome: Outcome) -> Delivered:
    number = raw.card_id if isinstance(raw, DeliverCard) else _number(raw)
    if outcome.problem is not None:
        return Delivered(card_id=number, state="refused", problem=ProblemBody.model_validate(outcome.problem.body()))
    assert outcome.card is not None
    card = card_shown(outcome.card)
    said = {name: getattr(card, name) for name in ("id", "version", "late", "clock_doubtful", "wordings")}
    return Delivered(card_id=number, state=outcome.state, **said)


def _number(raw: Any) -> UUID | None:
    """Return the number of a line that cannot be read as a card, if at least that can be read."""
    try:
        return UUID(raw["card_id"])
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
