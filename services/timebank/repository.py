"""Every query of the time bank but its statements'. Row-level security keeps each within its transaction's tenant."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    String,
    Update,
    and_,
    case,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.timebank.domain import Limited, Move, Owner, Posting, Viewer
from services.timebank.models import Account, Entry, Hold, Policy, Transfer


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.person is not None:
        return and_(col(Account.owner_kind) == "participant", col(Account.owner_id) == viewer.person)
    if viewer.organisation is None:
        return false()
    owned = and_(col(Account.owner_kind) == "organisation", col(Account.owner_id) == viewer.organisation)
    seen = or_(col(Account.held_by) == viewer.organisation, owned)
    if viewer.among is None:
        return seen
    return and_(seen, or_(col(Account.owner_kind) != "participant", col(Account.owner_id).in_(viewer.among)))


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


async def known_accounts(session: AsyncSession, accounts: Iterable[UUID], *, viewer: Viewer) -> dict[UUID, bool]:
    """Return those of `accounts` that the tenant has, and of each whether `viewer` may see it."""
    found = select(col(Account.id), _seen_by(viewer)).where(col(Account.id).in_(set(accounts)))
    return {row[0]: bool(row[1]) for row in await session.execute(found)}


async def accounts_page(
    session: AsyncSession,
    *,
    viewer: Viewer,
    owner_kind: str | None,
    owner_id: UUID | None,
    state: str | None,
    alert: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    named: Select[UUID] | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Account]:
    """Return up to `limit` accounts that `viewer` sees, in the order of their ids."""
    wanted = {
        Account.owner_kind: owner_kind, Account.owner_id: owner_id, Account.state: state, Account.alert: alert,
    }  # fmt: skip
    statement = select(Account).where(_seen_by(viewer), *_equal(wanted), *_among(col(Account.id), ids, named))
    if updated_after is not None:
        statement = statement.where(col(Account.updated_at) > updated_after)
    return (await session.scalars(_from(statement, col(Account.id), after=after, limit=limit))).all()


def _equal(wanted: dict[Any, Any]) -> list[ColumnElement[bool]]:
    return [col(column) == value for column, value in wanted.items() if value is not None]


def _among(id_: Any, *wanted: Collection[UUID] | Select[UUID] | None) -> list[ColumnElement[bool]]:
    return [id_.in_(one) for one in wanted if one is not None]


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


async def hold_back(session: AsyncSession, account: UUID, *, seconds: int, now: datetime) -> Account | None:
    """Hold back so many seconds more of an account, or fewer; return None when it is closed or has not that many."""
    kept = col(Account.held_seconds) + seconds
    left = col(Account.balance_seconds) - kept + col(Account.opened_seconds)
    within = left >= -col(Account.debit_limit_seconds) if seconds > 0 else true()
    statement = (
        update(Account)
        .where(col(Account.id) == account, col(Account.state) == "open", kept >= 0, within)
        .values(held_seconds=kept, version=col(Account.version) + 1, updated_at=now)
        .returning(Account)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    moved: Account | None = await session.scalar(statement)
    return moved


async def post(
    session: AsyncSession, posting: Posting, moves: Sequence[Move], *, now: datetime, **values: Any
) -> Transfer | None:
    """Write a transfer and its lines in the journal and move both accounts, which are locked, all in one statement.

    Whoever waits for these accounts waits for that one alone. Return None, when one of them is closed or would fall
    below its limit; then nothing of this transaction may be kept.
    """
    row = {
        "id": values["id"], "kind": posting.kind, "from_account": posting.payer, "to_account": posting.payee,
        "seconds": posting.seconds, "reason": posting.reason, "match_id": posting.match_id,
        "source_ref": posting.source_ref, "reverses": posting.reverses, "forgotten": False, "state": "posted",
        "version": 1, "created_at": now, "updated_at": now, **values,
    }  # fmt: skip
    lines = [
        {"transfer_id": row["id"], "account_id": account, "seconds": seconds, "at": now}
        for account, seconds in posting.legs().items()
    ]
    moved = aliased(Account, _moved(moves, now).returning(Account).cte("moved"))
    written = (insert(Transfer).values(row).cte("made"), insert(Entry).values(lines).cte("lines"))
    statement = select(moved).add_cte(*written).execution_options(populate_existing=True)
    found = (await session.scalars(statement)).all()
    return Transfer(**row) if len(found) == len(moves) else None


def _moved(moves: Sequence[Move], now: datetime) -> Update:
    def of(**by: Any) -> ColumnElement[Any]:
        ((name, kind),) = by.items()
        return case({one.account: literal(getattr(one, name), kind) for one in moves}, value=col(Account.id))

    gain, held, opened = of(seconds=BigInteger), of(held=BigInteger), of(opened=BigInteger)
    balance, kept = col(Account.balance_seconds) + gain, col(Account.held_seconds) + held
    paid = col(Account.opened_seconds) + opened
    within = balance - kept + paid >= -col(Account.debit_limit_seconds)
    values = {
        "balance_seconds": balance, "held_seconds": kept, "opened_seconds": paid, "alert": of(alert=String),
        "version": col(Account.version) + 1, "updated_at": now,
    }  # fmt: skip
    may = and_(col(Account.state) == "open", kept >= 0, or_(gain - held + opened >= 0, within))  # who gains always may
    return update(Account).where(col(Account.id).in_([one.account for one in moves]), may).values(values)


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
    ids: Collection[UUID] | None,
    named: Select[UUID] | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Transfer]:
    """Return up to `limit` transfers that `viewer` sees, in the order of their ids."""
    wanted = {Transfer.kind: kind, Transfer.match_id: match}
    statement = select(Transfer).where(_touches(viewer), *_equal(wanted), *_among(col(Transfer.id), ids, named))
    if account is not None:
        statement = statement.where(or_(col(Transfer.from_account) == account, col(Transfer.to_account) == account))
    if updated_after is not None:
        statement = statement.where(col(Transfer.updated_at) > updated_after)
    return (await session.scalars(_from(statement, col(Transfer.id), after=after, limit=limit))).all()


async def transfers_of_people(session: AsyncSession, people: Collection[UUID]) -> Sequence[UUID]:
    """Return the transfers from and to accounts of these people."""
    theirs = (
        select(col(Account.id))
        .where(col(Account.owner_kind) == "participant", col(Account.owner_id).in_(people))
        .scalar_subquery()
    )
    touched = or_(col(Transfer.from_account).in_(theirs), col(Transfer.to_account).in_(theirs))
    return (await session.scalars(select(col(Transfer.id)).where(touched).order_by(col(Transfer.id)))).all()


async def posted_refs(session: AsyncSession, refs: Iterable[str]) -> set[str]:
    """Return those of `refs` that a transfer has been posted for."""
    statement = select(col(Transfer.source_ref)).where(col(Transfer.source_ref).in_(list(refs)))
    return {ref for ref in await session.scalars(statement) if ref is not None}


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


async def opening_of(session: AsyncSession, account: UUID) -> tuple[int | None, int]:
    """Return what an account was opened with, None if with nothing, and how many openings of it were given back."""
    gained = case((col(Transfer.to_account) == account, col(Transfer.seconds)), else_=-col(Transfer.seconds))
    stands = col(Transfer.state) == "posted"
    found = select(func.sum(gained).filter(stands), func.count().filter(~stands)).where(
        col(Transfer.kind) == "opening",
        or_(col(Transfer.from_account) == account, col(Transfer.to_account) == account),
    )
    opened, given_back = (await session.execute(found)).one()
    return None if opened is None else int(opened), int(given_back)


async def accounts_of(session: AsyncSession, owners: Iterable[Owner]) -> Sequence[UUID]:
    """Return the open accounts of `owners`."""
    pairs = [(owner.kind, owner.id) for owner in owners]
    mine = tuple_(col(Account.owner_kind), col(Account.owner_id)).in_(pairs)
    return (await session.scalars(select(col(Account.id)).where(mine, col(Account.state) == "open"))).all()


async def people_of(session: AsyncSession, accounts: Collection[UUID], *, holder: UUID) -> dict[UUID, UUID]:
    """Return, of those of `accounts` that are people's and held by `holder`, whose they are."""
    query = select(col(Account.id), col(Account.owner_id)).where(
        col(Account.id).in_(accounts), col(Account.owner_kind) == "participant", col(Account.held_by) == holder
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def policy(session: AsyncSession) -> Policy | None:
    """Return what the community has decided, if it has."""
    found: Policy | None = await session.scalar(select(Policy).execution_options(populate_existing=True))
    return found


async def watch_again(session: AsyncSession, policy: Limited, *, now: datetime) -> Sequence[Row[Any]]:
    """Set every open account's alert as `policy` has it now; return those that changed (alert, whose, held by whom).

    All of them are locked first, in the order of their ids: whoever has just read the policy as it was has written
    before us, and whoever comes later reads it as it is.
    """
    open_ = and_(col(Account.state) == "open", col(Account.owner_kind) != "community")
    await session.execute(select(col(Account.id)).where(open_).order_by(col(Account.id)).with_for_update())
    balance = col(Account.balance_seconds)
    alert = case(
        (balance < func.coalesce(col(Account.low_alert_seconds), _bound(policy.low_alert_seconds)), "low"),
        (balance > func.coalesce(col(Account.high_alert_seconds), _bound(policy.high_alert_seconds)), "hoarding"),
        else_="balanced",
    )
    change = (
        update(Account)
        .where(open_, col(Account.alert) != alert)
        .values(alert=alert, version=col(Account.version) + 1, updated_at=now)
        .returning(
            *(col(one) for one in (Account.id, Account.alert, Account.owner_kind, Account.owner_id, Account.held_by))
        )
        .execution_options(synchronize_session=False)
    )
    return [*await session.execute(change)]


def _bound(seconds: int | None) -> ColumnElement[int | None]:
    return literal(seconds, BigInteger)
