"""Who looked: the audit's rows about a person or by an organisation, and its proof, for our own services.

The directory asks every service and shows a person what they say together.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, or_, select, tuple_

from services.kernel import audit, tables
from services.kernel.audit import Head
from services.kernel.fields import Moment
from services.kernel.problems import Invalid
from services.kernel.work import Work, WorkRoute, within

MOST = 201
_COLUMNS = tuple(name for name in audit.HASHED if name != "tenant_id")
t = tables.audit
router = APIRouter(prefix="/internal/audit", route_class=WorkRoute, include_in_schema=False)
Inside = Annotated[Work, within("internal")]


class Look(BaseModel):
    """One row of the audit: who did what to whose data, when, in which service."""

    service: str
    id: UUID
    at: datetime
    actor_kind: str
    actor: str
    organisation_id: UUID | None = None
    on_behalf_of: UUID | None = None
    action: str
    subject: UUID
    person: UUID | None = None
    purpose: str | None = None


class Looks(BaseModel):
    """Rows in the order of their times."""

    items: list[Look]


class Chain(BaseModel):
    """What looking through one service's chain showed."""

    service: str
    number: int
    chain: str
    broken: int | None
    unchained: int


def about(people: Collection[UUID]) -> ColumnElement[bool]:
    """Return the condition that a row tells of somebody's data; she may be known under several ids."""
    return or_(t.c.subject.in_(people), t.c.person.in_(people), t.c.on_behalf_of.in_(people))


async def rows(
    work: Work, *conditions: ColumnElement[bool], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Look]:
    """Return up to `limit` rows of this service after a position, in the order of their times."""
    query = select(*(t.c[name] for name in _COLUMNS)).where(*conditions)
    if after is not None:
        query = query.where(tuple_(t.c.at, t.c.id) > tuple_(*after))
    found = await work.session.execute(query.order_by(t.c.at, t.c.id).limit(limit))
    return [Look(service=work.kernel.name, **row) for row in found.mappings()]


async def proof(work: Work, *, anchor: Head | None = None) -> Chain:
    """Look through this service's chain."""
    found = await audit.prove(work.session, work.kernel.name, work.tenant, anchor=anchor)
    head: dict[str, Any] = {"number": found.head.number, "chain": found.head.chain}
    return Chain(service=work.kernel.name, **head, broken=found.broken, unchained=found.unchained)


@router.get("/rows")
async def read(
    work: Inside,
    people: Annotated[str | None, Query(max_length=4000, description="Ids with commas between.")] = None,
    organisation: Annotated[UUID | None, Query()] = None,
    actor: Annotated[str | None, Query(max_length=200)] = None,
    since: Annotated[Moment | None, Query()] = None,
    after_id: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> Looks:
    wanted = conditions(people=_ids(people), organisation=organisation, actor=actor)
    after = None if since is None else (since, after_id or UUID(int=0))
    return Looks(items=list(await rows(work, *wanted, after=after, limit=limit)))


def _ids(people: str | None) -> list[UUID] | None:
    try:
        return None if people is None else [UUID(one) for one in people.split(",")]
    except ValueError:
        raise Invalid.field("/people", "must be ids with commas between", source="query") from None


def conditions(
    *, people: Collection[UUID] | None, organisation: UUID | None, actor: str | None
) -> list[ColumnElement[bool]]:
    """Return what narrows the rows: whose data, which organisation's actors, which actor."""
    wanted = [] if people is None else [about(people)]
    wanted += [] if organisation is None else [t.c.organisation_id == organisation]
    return wanted + ([] if actor is None else [t.c.actor == actor])


@router.get("/proof")
async def read_proof(work: Inside) -> Chain:
    return await proof(work)
