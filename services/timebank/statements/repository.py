"""The queries of statements: what the journal says of one account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.timebank.domain import EXCHANGES
from services.timebank.models import Account, Entry, Transfer


@dataclass(frozen=True, slots=True)
class Totals:
    """What an account gave and received in some time, and apart from that how often it took part, with how many."""

    given_seconds: int
    received_seconds: int
    times_given: int
    times_received: int
    partners: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: a transfer as one account saw it."""

    transfer_id: UUID
    kind: str
    seconds: int
    balance_seconds: int
    other_account: UUID
    other_kind: str
    reason: str
    match_id: UUID | None
    at: datetime
    withheld: bool = False


async def freeze(session: AsyncSession, account: Account) -> None:
    """Let nothing move on `account` until the transaction ends, so that what is read of it adds up."""
    await session.refresh(account, with_for_update={"read": True})


async def balance_before(session: AsyncSession, account: UUID, *, moment: datetime | None) -> int:
    """Return what the journal says that `account` had before `moment`; without one, what it has."""
    statement = select(func.coalesce(func.sum(col(Entry.seconds)), 0)).where(col(Entry.account_id) == account)
    if moment is not None:
        statement = statement.where(col(Entry.at) < moment)
    return int(await session.scalar(statement) or 0)


async def statement_lines(
    session: AsyncSession,
    account: UUID,
    *,
    opening: int,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[Line]:
    """Return up to `limit` lines from `since` until before `until`, oldest first, with the balance after each."""
    order = (col(Entry.at), col(Entry.transfer_id))
    running = (func.sum(col(Entry.seconds)).over(order_by=order) + opening).label("balance")
    columns = (col(Entry.transfer_id), col(Entry.seconds), col(Entry.at), running)
    lines = select(*columns).where(*_within(account, since, until)).subquery()
    statement = (
        select(lines, Transfer, col(Account.owner_kind))
        .join(Transfer, col(Transfer.id) == lines.c.transfer_id)
        .join(Account, col(Account.id) == _other(account))
    )
    if after is not None:
        statement = statement.where(tuple_(lines.c.at, lines.c.transfer_id) > tuple_(*after))
    rows = await session.execute(statement.order_by(lines.c.at, lines.c.transfer_id).limit(limit))
    return [_line(row, account) for row in rows]


def _within(account: UUID, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    within = [col(Entry.account_id) == account]
    within += [col(Entry.at) >= since] if since is not None else []
    return within + ([col(Entry.at) < until] if until is not None else [])


def _other(account: UUID) -> ColumnElement[UUID]:
    return case((col(Transfer.from_account) == account, col(Transfer.to_account)), else_=col(Transfer.from_account))


def _line(row: Any, account: UUID) -> Line:
    transfer: Transfer = row.Transfer
    other = transfer.to_account if transfer.from_account == account else transfer.from_account
    return Line(
        transfer.id, transfer.kind, row.seconds, int(row.balance), other, row.owner_kind, transfer.reason,
        transfer.match_id, row.at,
    )  # fmt: skip


async def totals(session: AsyncSession, account: UUID, *, since: datetime | None, until: datetime | None) -> Totals:
    """Return what went out and came in from `since` until before `until`; a reversed exchange is none."""
    seconds, other = col(Entry.seconds), _other(account)
    exchange = col(Transfer.kind).in_(EXCHANGES) & (col(Transfer.state) == "posted")
    figures = (
        func.coalesce(-func.sum(seconds).filter(seconds < 0), 0),
        func.coalesce(func.sum(seconds).filter(seconds > 0), 0),
        func.count().filter(exchange, seconds < 0),
        func.count().filter(exchange, seconds > 0),
        func.count(other.distinct()).filter(exchange),
    )
    query = select(*figures).select_from(Entry).join(Transfer, col(Transfer.id) == col(Entry.transfer_id))
    found = (await session.execute(query.where(*_within(account, since, until)))).one()
    return Totals(*(int(figure) for figure in found))
