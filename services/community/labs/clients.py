"""Labs' narrow view of matching: the groups that it suggests, and whether a need or an offer exists."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from services.kernel.problems import NotFound
from services.kernel.upstream import Answer, UpstreamUnavailable
from services.kernel.work import Work

Shape = TypeVar("Shape", bound=BaseModel)


class SuggestedMember(BaseModel):
    """Somebody whom matching suggests: a participant, or an organisation."""

    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    staff: bool = False


class SuggestedLab(BaseModel):
    """A suggested group; `number` is its place in the list."""

    number: int
    concept: str
    members: list[SuggestedMember]


class _Labs(BaseModel):
    labs: list[SuggestedLab]


class _Fact(BaseModel):
    id: UUID
    kind: str
    state: str


class _Facts(BaseModel):
    items: list[_Fact]


async def suggested(work: Work, plan_id: UUID, *, organisation: UUID) -> list[SuggestedLab]:
    """Return the labs of a plan of `organisation`. Raises NotFound, and UpstreamUnavailable."""
    query = {"organisation": str(organisation)}
    answer = await work.peers.ask("matching", "GET", f"/internal/labs/{plan_id}", tenant=work.tenant, query=query)
    if answer.status == 404:
        raise NotFound
    return _read(_Labs, answer).labs


async def listings(work: Work, ids: Collection[UUID]) -> set[tuple[str, UUID]]:
    """Return which of `ids` are needs or offers, each with what it is; deleted ones are none."""
    query = {"ids": ",".join(map(str, sorted(ids)))}
    answer = await work.peers.ask("matching", "GET", "/internal/facts", tenant=work.tenant, query=query)
    facts = _read(_Facts, answer, wrapped="items").items
    return {(fact.kind, fact.id) for fact in facts if fact.state != "deleted"}


def _read(shape: type[Shape], answer: Answer, *, wrapped: str | None = None) -> Shape:
    try:
        if answer.status != 200:
            raise UpstreamUnavailable(f"matching answered {answer.status}.")
        body = answer.json()
        return shape.model_validate({wrapped: body} if wrapped else body)
    except (ValidationError, ValueError):
        raise UpstreamUnavailable("matching answered what cannot be read.") from None
