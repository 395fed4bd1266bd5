"""How long a service keeps what: a list of kinds, counted first, and ended only where a community has said so.

A service lists its kinds: which rows of which table, when they count as old, how they end. `/internal/retention`
shows the list and counts what is older than a moment; `:enforce` ends it, some thousand rows at a time. The
directory leads both for all services: it keeps each community's periods and a report of every run.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Table, delete, func, select, text, true
from sqlmodel import SQLModel, col

from services.kernel import tables
from services.kernel.fields import Body, Moment
from services.kernel.subjects import Deleted, Emptied, Forgotten, Holdings, emptying, is_full
from services.kernel.work import Work, WorkRoute, within

MOST_AT_ONCE = 2000
"""Rows of one kind that end in one run: the next hour takes the next ones."""
Older = Callable[[datetime], ColumnElement[bool]]
"""Returns the condition that a row is of this kind and has been so since before a moment."""


@dataclass(frozen=True, slots=True)
class Stays:
    """The rows never end, for `because`: the kind is listed so that it can be counted and asked about."""

    because: str


@dataclass(frozen=True, slots=True)
class Led:
    """The rows end by a use case of the service, called with the ids of some that are old; it says how many it took."""

    how: str
    end: Callable[[Work, Sequence[UUID], datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table that are kept for `months`, or for ever. A Forgotten's function is given the moment."""

    name: str
    table: Any
    older: Older
    ends: Deleted | Emptied | Forgotten | Led | Stays
    why: str
    months: int | None = None


def audit_of(service: str) -> Kind:
    """Return the kind that every service keeps: who looked at whose data. It never ends."""
    return Kind(
        f"{service}.audit", tables.audit, lambda before: tables.audit.c.at < before,
        Stays("each row is chained to the one before it; without the old ones nobody could tell a forged chain"),
        "who looked at whose data, when and what for",
    )  # fmt: skip


def as_at_erasure(holdings: Holdings, table: type[SQLModel]) -> Emptied:
    """Return how rows of `table` are emptied when somebody is erased; here they keep their names in other systems."""
    for one in holdings.of:
        if one.table is table and isinstance(one.erased, Emptied):
            values = {name: value for name, value in one.erased.values.items() if name != "external_ids"}
            return Emptied(one.erased.because, values)
    raise LookupError(f"{table.__name__} is not emptied at erasure.")


class KindShown(BaseModel):
    """A kind of data that a service keeps: for how many months unless a community says otherwise, and how it ends."""

    name: str
    table: str
    why: str
    ends: str
    months: int | None


class KindsShown(BaseModel):
    """All kinds of one service."""

    items: list[KindShown]


class Ageing(Body):
    """Kinds, each with the moment before which its rows are old."""

    before: Annotated[dict[str, Moment], Field(max_length=200)]


class Aged(BaseModel):
    """How many rows of each kind were old, and how many of them have ended."""

    older: dict[str, int]
    gone: dict[str, int] = {}


def _ends(kind: Kind) -> str:
    rule = kind.ends
    if isinstance(rule, Deleted):
        return "deleted"
    if isinstance(rule, Stays):
        return f"kept: {rule.because}"
    return rule.how if isinstance(rule, Led) else f"emptied: {rule.because}"


def shown(kinds: Sequence[Kind]) -> list[KindShown]:
    """Return the list as it is shown."""
    return [
        KindShown(name=one.name, table=_table(one), why=one.why, ends=_ends(one), months=one.months) for one in kinds
    ]


def _table(kind: Kind) -> str:
    return kind.table.name if isinstance(kind.table, Table) else str(kind.table.__tablename__)


async def count(work: Work, kinds: Sequence[Kind], before: Mapping[str, datetime]) -> dict[str, int]:
    """Return how many rows of each kind that `before` names are older than its moment. Nothing changes."""
    found: dict[str, int] = {}
    for kind in kinds:
        if kind.name in before:
            old = kind.older(before[kind.name])
            if isinstance(kind.ends, Emptied):
                old &= is_full(kind.table, kind.ends)
            query = select(func.count()).select_from(kind.table).where(old)
            found[kind.name] = int(await work.session.scalar(query) or 0)
    return found


async def enforce(work: Work, kinds: Sequence[Kind], before: Mapping[str, datetime]) -> dict[str, int]:
    """End the rows of each kind that `before` names which are older than its moment; return how many ended."""
    gone: dict[str, int] = {}
    for kind in kinds:
        if kind.name in before and not isinstance(kind.ends, Stays):
            gone[kind.name] = await _ended(work, kind, before[kind.name])
    work.session.expire_all()
    return gone


async def _ended(work: Work, kind: Kind, before: datetime) -> int:
    rule, table = kind.ends, kind.table
    if isinstance(rule, Forgotten):
        return int(await work.session.scalar(text(f"select {rule.function}(:before)"), {"before": before}) or 0)
    row_id, full = col(table.id), is_full(table, rule) if isinstance(rule, Emptied) else true()
    old = select(row_id).where(kind.older(before), full).order_by(row_id).limit(MOST_AT_ONCE)
    if isinstance(rule, Led):
        return await rule.end(work, (await work.session.scalars(old)).all(), before)
    change: Any = emptying(work, table, rule) if isinstance(rule, Emptied) else delete(table)
    rows = await work.session.execute(change.where(row_id.in_(old.scalar_subquery())).returning(row_id))
    return len(rows.all())


def router(kinds: Sequence[Kind]) -> APIRouter:
    """Return the addresses of one service, for our own services alone."""
    made = APIRouter(prefix="/internal/retention", route_class=WorkRoute, include_in_schema=False)

    @made.get("")
    async def read(_: Annotated[Work, within("internal")]) -> KindsShown:
        return KindsShown(items=shown(kinds))

    @made.post(":count")
    async def report(body: Ageing, work: Annotated[Work, within("internal")]) -> Aged:
        return Aged(older=await count(work, kinds, body.before))

    @made.post(":enforce")
    async def end(body: Ageing, work: Annotated[Work, within("internal")]) -> Aged:
        older = await count(work, kinds, body.before)
        return Aged(older=older, gone=await enforce(work, kinds, body.before))

    return made
