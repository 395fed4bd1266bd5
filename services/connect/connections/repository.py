"""Every query about connections, their runs and lines, and what is one thing on both sides."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.connect.models import Connection, ConnectionLink, ConnectionRun, ConnectionRunLine
from services.kernel.work import Work


async def connection(work: Work, connection_id: UUID, *, held_by: UUID, lock: bool = False) -> Connection | None:
    """Return a connection of an organisation."""
    query = select(Connection).where(
        col(Connection.id) == connection_id, col(Connection.held_by) == held_by, col(Connection.deleted_at).is_(None)
    )
    found: Connection | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def named(work: Work, name: str, *, held_by: UUID) -> Connection | None:
    """Return the connection of that name."""
    query = select(Connection).where(
        col(Connection.name) == name, col(Connection.held_by) == held_by, col(Connection.deleted_at).is_(None)
    )
    found: Connection | None = await work.session.scalar(query)
    return found


async def connections(work: Work, *, held_by: UUID, after: UUID | None, limit: int) -> Sequence[Connection]:
    """Return up to `limit` connections of an organisation in the order of their ids."""
    query = select(Connection).where(col(Connection.held_by) == held_by, col(Connection.deleted_at).is_(None))
    if after is not None:
        query = query.where(col(Connection.id) > after)
    return (await work.session.scalars(query.order_by(col(Connection.id)).limit(limit))).all()


async def by_id(work: Work, connection_id: UUID, *, lock: bool = False) -> Connection | None:
    """Return a connection, whoever holds it: for its runs."""
    query = select(Connection).where(col(Connection.id) == connection_id, col(Connection.deleted_at).is_(None))
    found: Connection | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def due(work: Work) -> Sequence[UUID]:
    """Return the connections whose time has come."""
    query = select(col(Connection.id)).where(
        col(Connection.deleted_at).is_(None), col(Connection.paused).is_(False), col(Connection.state) == "ready",
        col(Connection.next_run_at) <= work.now,
    )  # fmt: skip
    return (await work.session.scalars(query.order_by(col(Connection.id)))).all()


async def run(work: Work, run_id: UUID, *, lock: bool = False) -> ConnectionRun | None:
    """Return a run."""
    query = select(ConnectionRun).where(col(ConnectionRun.id) == run_id)
    found: ConnectionRun | None = await work.session.scalar(query.with_for_update() if lock else query)
    return found


async def live_run(work: Work, connection_id: UUID) -> ConnectionRun | None:
    """Return the run of a connection that has not ended."""
    query = select(ConnectionRun).where(
        col(ConnectionRun.connection_id) == connection_id, col(ConnectionRun.finished_at).is_(None)
    )
    found: ConnectionRun | None = await work.session.scalar(query.with_for_update())
    return found


async def left_behind(work: Work, *, before: datetime) -> Sequence[UUID]:
    """Return the runs that have not ended and that nobody is at, since before a moment."""
    silent = (col(ConnectionRun.claimed_until).is_(None)) | (col(ConnectionRun.claimed_until) < work.now)
    query = select(col(ConnectionRun.id)).where(
        col(ConnectionRun.finished_at).is_(None), col(ConnectionRun.updated_at) < before, silent
    )
    return (await work.session.scalars(query)).all()


async def runs(work: Work, connection_id: UUID, *, before: UUID | None, limit: int) -> Sequence[ConnectionRun]:
    """Return up to `limit` runs of a connection, the latest first."""
    query = select(ConnectionRun).where(col(ConnectionRun.connection_id) == connection_id)
    if before is not None:
        query = query.where(col(ConnectionRun.id) < before)
    return (await work.session.scalars(query.order_by(col(ConnectionRun.id).desc()).limit(limit))).all()


async def lines(
    work: Work, run_id: UUID, *, outcome: str | None, after: UUID | None, limit: int
) -> Sequence[ConnectionRunLine]:
    """Return up to `limit` lines of a run, in order."""
    query = select(ConnectionRunLine).where(col(ConnectionRunLine.run_id) == run_id)
    if outcome is not None:
        query = query.where(col(ConnectionRunLine.outcome) == outcome)
    if after is not None:
        query = query.where(col(ConnectionRunLine.id) > after)
    return (await work.session.scalars(query.order_by(col(ConnectionRunLine.id)).limit(limit))).all()


async def by_their_ids(work: Work, connection_id: UUID, entity: str, ids: Collection[str]) -> Sequence[ConnectionLink]:
    """Return the links of things of theirs."""
    query = select(ConnectionLink).where(
        col(ConnectionLink.connection_id) == connection_id, col(ConnectionLink.entity) == entity,
        col(ConnectionLink.their_id).in_(ids),
    )  # fmt: skip
    return (await work.session.scalars(query)).all()


async def by_our_id(work: Work, connection_id: UUID, entity: str, resource_id: UUID) -> ConnectionLink | None:
    """Return the link of a thing of ours."""
    query = select(ConnectionLink).where(
        col(ConnectionLink.connection_id) == connection_id, col(ConnectionLink.entity) == entity,
        col(ConnectionLink.resource_id) == resource_id,
    )  # fmt: skip
    found: ConnectionLink | None = await work.session.scalar(query)
    return found


async def of_participant(work: Work, connection_id: UUID, participant_id: UUID) -> Sequence[ConnectionLink]:
    """Return every link about a participant."""
    query = select(ConnectionLink).where(
        col(ConnectionLink.connection_id) == connection_id, col(ConnectionLink.participant_id) == participant_id
    )
    return (await work.session.scalars(query)).all()


async def links(
    work: Work, connection_id: UUID, *, entities: Collection[str], after: UUID | None, limit: int
) -> Sequence[ConnectionLink]:
    """Return up to `limit` links that lead to something on both sides, in the order of their ids."""
    query = select(ConnectionLink).where(
        col(ConnectionLink.connection_id) == connection_id, col(ConnectionLink.entity).in_(entities),
        col(ConnectionLink.gone).is_(None), col(ConnectionLink.erased).is_(False),
    )  # fmt: skip
    if after is not None:
        query = query.where(col(ConnectionLink.id) > after)
    return (await work.session.scalars(query.order_by(col(ConnectionLink.id)).limit(limit))).all()


async def erased(work: Work, connection_id: UUID, *, limit: int) -> Sequence[ConnectionLink]:
    """Return links of people who were erased of which the other side has not been told."""
    query = select(ConnectionLink).where(
        col(ConnectionLink.connection_id) == connection_id, col(ConnectionLink.erased), ~col(ConnectionLink.told)
    )
    return (await work.session.scalars(query.order_by(col(ConnectionLink.id)).limit(limit))).all()


async def keep(work: Work, link: ConnectionLink) -> None:
    """Keep a link as it is now. Of someone erased meanwhile nothing comes back."""
    values = link.model_dump(exclude={"tenant_id"})
    changed = {name: value for name, value in values.items() if name not in ("id", "connection_id", "entity", "erased")}
    made = upsert(ConnectionLink).values(**values)
    await work.session.execute(
        made.on_conflict_do_update(
            index_elements=["tenant_id", "id"], set_=changed, where=col(ConnectionLink.erased).is_(link.erased)
        )
    )


async def claimed(work: Work, run_id: UUID, *, claim: UUID, until: datetime) -> bool:
    """Keep a run for the worker that has it; say whether it still has."""
    statement = (
        update(ConnectionRun)
        .where(col(ConnectionRun.id) == run_id, col(ConnectionRun.claim) == claim)
        .values(claimed_until=until)
    )
    return (await work.session.execute(statement.returning(col(ConnectionRun.id)))).first() is not None
