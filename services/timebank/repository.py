"""Every query of the time bank. Row-level security keeps each within the tenant of its transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, insert, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.timebank.domain import Owner, Posting, Viewer
from services.timebank.models import Account, Entry, Hold, Transfer


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement: a transfer as one account saw it."""

    transfer_id: UUID
    kind: str
    seconds: int
    balance_seconds: int
    other_account: UUID
    reason: str
    match_id: UUID | None
    at: datetime


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.person is not None:
        return and_(col(Account.owner_kind) == "participant", col(Account.owner_id) == viewer.person)
    if viewer.organisation is None:
        return false()
    owned = and_(col(Account.owner_kind) == "organisation", col(Account.owner_id) == viewer.organisation)
    return or_(col(Account.held_by) == viewer.organisation, owned)


async def account_seen(session: AsyncSession, account: UUID, *, viewer: Viewer) -> Account | None:
    """Return the account, if `viewer` may see it."""
    found: Account | None = await session.scalar(select(Account).where(col(Account.id) == account, _seen_by(viewer)))
    return found


async def account_of(session: AsyncSession, owner: Owner) -> Account | None:
    """Return the open account of `owner`."""
    statement = select(Account).where(
        col(Account.owner_kind) == owner.kind, col(Account.owner_id) == owner.id, col(Account.state) == "open"
    )
    found: Account | None = await session.scalar(statement)
    return found


async def known_account(session: AsyncSession, account: UUID) -> bool:
    """Say whether the tenant has this account."""
    return await session.scalar(select(col(Account.id)).where(col(Account.id) == account)) is not None


async def accounts_page(
    session: AsyncSession,
    *,
    viewer: Viewer,
    owner_kind: str | None,
    owner_id: UUID | None,
    state: str | None,
    updated_after: datetime | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Account]:
    """Return up to `limit` accounts that `viewer` sees, in the order of their ids."""
    wanted = {Account.owner_kind: owner_kind, Account.owner_id: owner_id, Account.state: state}
    statement = select(Account).where(_seen_by(viewer), *_equal(wanted))
    if updated_after is not None:
        statement = statement.where(col(Account.updated_at) > updated_after)
    return (await session.scalars(_from(statement, col(Account.id), after=after, limit=limit))).all()


def _equal(wanted: dict[Any, Any]) -> list[ColumnElement[bool]]:
    return [col(column) == value for column, value in wanted.items() if value is not None]


def _from(statement: Select[Any], order: Any, *, after: UUID | None, limit: int) -> Select[Any]:
    if after is not None:
        statement = statement.where(order > after)
    return statement.order_by(order).limit(limit)


async def insert_account(session: AsyncSession, **values: Any) -> Account | None:
    """Add an account; return None when its owner has an open one already (a rival's is waited for)."""
    statement = (
        upsert(Account)
        .values(**values)
        .on_conflict_do_nothing(
            # a literal: once the statement is prepared, a parameter no longer proves which index is meant
            index_elements=["tenant_id", "owner_kind", "owner_id"],
            index_where=text("state = 'open'"),
        )
        .returning(Account)
    )
    added: Account | None = await session.scalar(statement)
    return added


async def lock_accounts(session: AsyncSession, accounts: Iterable[UUID]) -> dict[UUID, Account]:
    """Lock `accounts`, in the order of their ids so that no two transactions wait for each other; return them fresh."""
    statement = (
        select(Account)
        .where(col(Account.id).in_(sorted(set(accounts))))
        .order_by(col(Account.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {account.id: account for account in await session.scalars(statement)}


async def move(session: AsyncSession, account: UUID, *, seconds: int, held: int, now: datetime) -> Account | None:
    """Add `seconds` to the balance and `held` to what is held back.

    Return None, and change nothing, when the account is closed or would fall below its limit.
    """
    balance, kept = col(Account.balance_seconds) + seconds, col(Account.held_seconds) + held
    within = balance - kept >= -col(Account.debit_limit_seconds)
    statement = (
        update(Account)
        .where(col(Account.id) == account, col(Account.state) == "open", kept >= 0)
        .values(balance_seconds=balance, held_seconds=kept, version=col(Account.version) + 1, updated_at=now)
        .returning(Account)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    # who only gains is never refused
    statement = statement if seconds - held >= 0 else statement.where(within)
    moved: Account | None = await session.scalar(statement)
    return moved


async def insert_transfer(session: AsyncSession, posting: Posting, **values: Any) -> Transfer:
    """Write a transfer and its lines in the journal."""
    transfer = Transfer(
        kind=posting.kind,
        from_account=posting.payer,
        to_account=posting.payee,
        seconds=posting.seconds,
        reason=posting.reason,
        match_id=posting.match_id,
        source_ref=posting.source_ref,
        reverses=posting.reverses,
        **values,
    )
    session.add(transfer)
    await session.flush()
    lines = [
        {"transfer_id": transfer.id, "account_id": account, "seconds": seconds, "at": transfer.created_at}
        for account, seconds in posting.legs().items()
    ]
    await session.execute(insert(Entry), lines)
    return transfer


def _touches(viewer: Viewer) -> ColumnElement[bool]:
    mine = select(col(Account.id)).where(_seen_by(viewer)).scalar_subquery()
    return or_(col(Transfer.from_account).in_(mine), col(Transfer.to_account).in_(mine))


async def transfer_seen(session: AsyncSession, transfer: UUID, *, viewer: Viewer) -> Transfer | None:
    """Return the transfer, if it touches an account that `viewer` may see."""
    statement = select(Transfer).where(col(Transfer.id) == transfer, _touches(viewer))
    found: Transfer | None = await session.scalar(statement)
    return found


async def lock_transfer(session: AsyncSession, transfer: UUID) -> Transfer:
    """Lock a transfer and return it fresh."""
    statement = select(Transfer).where(col(Transfer.id) == transfer).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def transfers_page(
    session: AsyncSession,
    *,
    viewer: Viewer,
    account: UUID | None,
    kind: str | None,
    match: UUID | None,
    updated_after: datetime | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Transfer]:
    """Return up to `limit` transfers that `viewer` sees, in the order of their ids."""
    statement = select(Transfer).where(_touches(viewer), *_equal({Transfer.kind: kind, Transfer.match_id: match}))
    if account is not None:
        statement = statement.where(or_(col(Transfer.from_account) == account, col(Transfer.to_account) == account))
    if updated_after is not None:
        statement = statement.where(col(Transfer.updated_at) > updated_after)
    return (await session.scalars(_from(statement, col(Transfer.id), after=after, limit=limit))).all()


async def posted_refs(session: AsyncSession, refs: Iterable[str]) -> set[str]:
    """Return those of `refs` that a transfer has been posted for."""
    statement = select(col(Transfer.source_ref)).where(col(Transfer.source_ref).in_(list(refs)))
    return {ref for ref in await session.scalars(statement) if ref is not None}


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
    within = [col(Entry.account_id) == account]
    within += [col(Entry.at) >= since] if since is not None else []
    within += [col(Entry.at) < until] if until is not None else []
    lines = select(*columns).where(*within).subquery()
    statement = select(lines, Transfer).join(Transfer, col(Transfer.id) == lines.c.transfer_id)
    if after is not None:
        statement = statement.where(tuple_(lines.c.at, lines.c.transfer_id) > tuple_(*after))
    rows = await session.execute(statement.order_by(lines.c.at, lines.c.transfer_id).limit(limit))
    return [_line(row, account) for row in rows]


def _line(row: Any, account: UUID) -> Line:
    transfer: Transfer = row.Transfer
    other = transfer.to_account if transfer.from_account == account else transfer.from_account
    return Line(
        transfer.id, transfer.kind, row.seconds, int(row.balance), other, transfer.reason, transfer.match_id, row.at
    )


async def hold_of(session: AsyncSession, match: UUID) -> Hold | None:
    """Return the hold of a match."""
    found: Hold | None = await session.scalar(select(Hold).where(col(Hold.match_id) == match))
    return found


async def insert_hold(session: AsyncSession, **values: Any) -> Hold | None:
    """Add a hold; return None when the match has one already."""
    statement = (
        upsert(Hold).values(**values).on_conflict_do_nothing(index_elements=["tenant_id", "match_id"]).returning(Hold)
    )
    added: Hold | None = await session.scalar(statement)
    return added


async def lock_holds(session: AsyncSession, matches: Iterable[UUID]) -> dict[UUID, Hold]:
    """Lock the holds of `matches` in the order of their ids; return them fresh, by match."""
    statement = (
        select(Hold)
        .where(col(Hold.match_id).in_(sorted(set(matches))))
        .order_by(col(Hold.match_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {hold.match_id: hold for hold in await session.scalars(statement)}


async def awaited(session: AsyncSession, account: UUID) -> bool:
    """Say whether a live hold counts on `account`, to pay or to be paid."""
    counts = or_(col(Hold.payer_account) == account, col(Hold.payee_account) == account)
    return await session.scalar(select(col(Hold.id)).where(counts, col(Hold.state) == "held").limit(1)) is not None
