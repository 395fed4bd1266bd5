"""What a service holds about one person: shown to her whole, and taken away whole.

A service lists its holdings: which table, which of its rows are about a person, and what becomes of them at erasure.
From that list come `/internal/subjects/{person}` (everything, table by table) and `/internal/subjects/{person}:erase`
(gone, row by row, and said how many). The directory leads both for all services and keeps who has acknowledged.

Columns that tell something about a person carry `info={"personal": True}`. A test holds the list against them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel
from sqlalchemy import ColumnElement, delete, null, or_, select, text, update
from sqlmodel import SQLModel, col

from services.kernel import tables
from services.kernel.looks import about
from services.kernel.work import Work, WorkRoute, within

Whose = Callable[[UUID], ColumnElement[bool]]
"""Returns the condition that a row is about a person."""
Before = Callable[[Work, UUID], Awaitable[None]]
"""Called in the same transaction before rows go: records the facts that let copies elsewhere go too."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The rows go."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """The rows stay, for `because`, with these columns set to these values."""

    because: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The service may only add to the table: a migration made `function(person)`, which empties the rows."""

    because: str
    function: str


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of one table about a person.

    `shown` narrows what she is shown, where a row is about her and yet another's secret (who asked to be kept from
    her). `named` is the collection under which other systems' ids of the rows are kept, if they have any.
    """

    table: type[SQLModel]
    whose: Whose
    erased: Deleted | Emptied | Forgotten
    shown: Whose | None = None
    named: Callable[[ColumnElement[str]], ColumnElement[bool]] | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a service holds about a person, in the order in which it can be taken away: children first."""

    of: Sequence[Holding]
    before: Before | None = None


class Held(BaseModel):
    """Rows about a person by table."""

    tables: dict[str, list[dict[str, Any]]]


class Gone(BaseModel):
    """How many rows went, or were emptied, by table."""

    tables: dict[str, int]


def _name(holding: Holding) -> str:
    return str(holding.table.__tablename__)


async def shown(work: Work, holdings: Holdings, person: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return every row about `person` by table, with all that stands in it but the tenant."""
    found: dict[str, list[dict[str, Any]]] = {}
    for holding in holdings.of:
        columns = (one for one in sa.inspect(holding.table).columns if one.name != "tenant_id")
        query = select(*columns).where((holding.shown or holding.whose)(person))
        rows = [dict(row) for row in (await work.session.execute(query)).mappings()]
        found.setdefault(_name(holding), []).extend(jsonable_encoder(rows))
    found["audit"] = await _looked_at(work, person)
    return {name: rows for name, rows in found.items() if rows}


async def _looked_at(work: Work, person: UUID) -> list[dict[str, Any]]:
    """Return what was done with her data, when, for which organisation and for what: not which of its people did it."""
    t = tables.audit.c
    query = select(t.at, t.actor_kind, t.organisation_id, t.action, t.purpose).where(about([person]))
    return [jsonable_encoder(dict(row)) for row in (await work.session.execute(query.order_by(t.at))).mappings()]


async def erase(work: Work, holdings: Holdings, person: UUID) -> dict[str, int]:
    """Take away everything about `person`; return how many rows by table. Doing it again finds nothing to do."""
    if holdings.before is not None:
        await holdings.before(work, person)
        await work.session.flush()
    gone: dict[str, int] = {}
    for holding in holdings.of:
        await _forget_names(work, holding, person)
        gone[_name(holding)] = gone.get(_name(holding), 0) + await _erased(work, holding, person)
    work.session.expire_all()
    await work.audit("subject.erased", person)
    return {name: count for name, count in gone.items() if count}


async def _erased(work: Work, holding: Holding, person: UUID) -> int:
    rule, table = holding.erased, holding.table
    if isinstance(rule, Forgotten):
        return int(await work.session.scalar(text(f"select {rule.function}(:person)"), {"person": person}) or 0)
    if isinstance(rule, Emptied) and not rule.values:
        return 0
    change: Any = delete(table) if isinstance(rule, Deleted) else emptying(work, table, rule)
    rows = await work.session.execute(change.where(holding.whose(person)).returning(col(table.id)))  # type: ignore[attr-defined]
    return len(rows.all())


def emptying(work: Work, table: type[SQLModel], rule: Emptied) -> Any:
    """Return what empties those rows of a table that are not empty yet; the caller says which."""
    values = {name: null() if value is None else value for name, value in rule.values.items()}
    return update(table).values(**values, **_moved(table, work)).where(is_full(table, rule))


def is_full(table: type[SQLModel], rule: Emptied) -> ColumnElement[bool]:
    """Return the condition that there is something left to empty in a row."""
    return or_(*(
        col(getattr(table, name)).is_not(None) if value is None else col(getattr(table, name)).is_distinct_from(value)
        for name, value in rule.values.items()
    ))  # fmt: skip


def _moved(table: type[SQLModel], work: Work) -> dict[str, Any]:
    """Return what shows readers of copies that a row has changed."""
    if "version" not in table.model_fields or "updated_at" not in table.model_fields:
        return {}
    return {"version": table.version + 1, "updated_at": work.now}  # type: ignore[attr-defined]


async def _forget_names(work: Work, holding: Holding, person: UUID) -> None:
    if holding.named is None:
        return
    t = tables.external_ids
    rows = select(col(holding.table.id)).where(holding.whose(person))  # type: ignore[attr-defined]
    await work.session.execute(delete(t).where(holding.named(t.c.collection), t.c.resource_id.in_(rows)))


def router(holdings: Holdings) -> APIRouter:
    """Return the two addresses, for our own services alone."""
    made = APIRouter(prefix="/internal/subjects", route_class=WorkRoute, include_in_schema=False)

    @made.get("/{person}")
    async def read(person: UUID, work: Annotated[Work, within("internal")]) -> Held:
        return Held(tables=await shown(work, holdings, person))

    @made.post("/{person}:erase")
    async def take_away(person: UUID, work: Annotated[Work, within("internal")]) -> Gone:
        return Gone(tables=await erase(work, holdings, person))

    return made
