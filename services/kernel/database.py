"""PostgreSQL as a service sees it: one transaction, one tenant, a role that can neither own nor bypass.

The tenant is set for the transaction only (`set_config(…, true)`), once, as it begins; row-level security does
the rest. Without a tenant there are no rows. Work on the feed of all tenants takes the feed role, which can
read events and nothing else.
"""

import asyncio
import select
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import ClassVar, cast
from uuid import UUID

import psycopg
from psycopg.pq import ConnStatus
from sqlalchemy import Connection, QueuePool, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only

from services.kernel.metrics import CountedPool, here
from services.kernel.problems import Conflict, Unavailable

OLDEST_SERVER = 160_000
_FAREWELL = 2.0
WAIT_FOR_ONE = 10.0
"""Seconds that a request waits for a connection to be free; then it is told that all are busy."""
_DISK_FULL = "53100"
_BEGIN_OF_TENANT = b"begin; select set_config('app.tenant', '%b', true)"
_WHO_AM_I = text(
    "select rolsuper, rolbypassrls, current_setting('server_version_num')::int as version,"
    " (select count(*) from pg_class where relowner = r.oid and relkind = 'r') as owned"
    " from pg_roles r where rolname = current_user"
)
_UNGUARDED = text(
    "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = :schema and c.relkind = 'r'"
    " and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')"
    " and not (c.relrowsecurity and c.relforcerowsecurity)"
)
_OPTIONS = "-c statement_timeout=15000 -c lock_timeout=8000 -c idle_in_transaction_session_timeout=60000"


class UnsafeDatabase(RuntimeError):
    """The connection has powers that would let row-level security be passed by; the service does not start."""


class DatabaseUnavailable(Unavailable):
    slug = "database-unavailable"
    title = "The database does not answer"


class StorageFull(DatabaseUnavailable):
    slug = "storage-full"
    title = "The database has no room to write; what it holds can be read"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "60"}


def unanswered(error: BaseException | None) -> DatabaseUnavailable:
    """Return the problem that it is when the driver reports `error`: nothing was done, and it may be asked again."""
    return StorageFull() if getattr(error, "sqlstate", None) == _DISK_FULL else DatabaseUnavailable()


class Database:
    """The pool of one service on its own schema, under its own runtime role.

    Connections commit by themselves as far as the driver knows: each transaction is begun here in words, together
    with its tenant, so that a round trip does for both.
    """

    def __init__(self, url: str, *, schema: str, pool: int = 8) -> None:
        self.schema = schema
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine: AsyncEngine = create_async_engine(
            self.url,
            poolclass=CountedPool,
            pool_size=2 * pool,  # what is beyond this size would be opened and closed for each request
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=WAIT_FOR_ONE,
            hide_parameters=True,
            connect_args={"options": _OPTIONS, "connect_timeout": 5, "autocommit": True},
        )
        event.listen(self._engine.sync_engine.pool, "checkout", _refuse_dead)

    @property
    def engine(self) -> AsyncEngine:
        """Return the pool itself, for whoever watches it."""
        return self._engine

    @property
    def conninfo(self) -> str:
        """Return the address for libpq, for the few who need a connection of their own."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None) -> AsyncIterator[AsyncSession]:
        """Open one transaction for one tenant; commit at the end, roll back on any error.

        With `None` no tenant is set and row-level security shows no row that belongs to one.
        """
        beginning = b"begin" if tenant is None else _BEGIN_OF_TENANT % str(UUID(int=tenant.int)).encode()
        session = AsyncSession(self._engine, expire_on_commit=False)
        async with _answered():
            try:
                await session.run_sync(_begin, beginning)
                yield session
                await session.run_sync(_end)
            except BaseException:
                await asyncio.shield(asyncio.ensure_future(session.close()))
                raise

    @asynccontextmanager
    async def all_tenants_feed(self) -> AsyncIterator[AsyncConnection]:
        """Open a read of the events of all tenants, under the feed role."""
        beginning = f'begin; set local role "cando_{self.schema}_feed"'.encode()
        async with _answered(), self._engine.begin() as connection:
            await connection.run_sync(_said, beginning)
            yield connection

    async def check(self) -> None:
        """Refuse a server that is too old and a role that row-level security would not bind."""
        async with self._engine.connect() as connection:
            me = (await connection.execute(_WHO_AM_I)).one()
            if me.version < OLDEST_SERVER:
                raise UnsafeDatabase("PostgreSQL 16 or newer is needed.")
            if me.rolsuper or me.rolbypassrls or me.owned:
                raise UnsafeDatabase(
                    f"The role for {self.schema} is a superuser, an owner or may bypass row-level security."
                )
            open_tables = (await connection.execute(_UNGUARDED, {"schema": self.schema})).scalars().all()
            if open_tables:
                raise UnsafeDatabase(f"Row-level security is not forced on {', '.join(open_tables)}.")

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self._engine.connect() as connection:
            await connection.execute(text("select 1"))

    async def close(self) -> None:
        """Close all connections; whatever was cancelled a moment ago gets time to give its own back."""
        pool = cast(QueuePool, self._engine.pool)
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                while pool.checkedout():  # noqa: ASYNC110 - the pool tells nobody
                    await asyncio.sleep(0.01)
        await self._engine.dispose()


def _refuse_dead(connection: psycopg.AsyncConnection, _: object, __: PoolProxiedConnection) -> None:
    """Refuse a connection that the server has closed, and with it all that lay idle; it costs no round trip.

    What lies in the pool awaits nothing. If there is something to read, it is the end.
    """
    driver = connection.driver_connection.pgconn  # type: ignore[attr-defined]
    look = select.poll()
    if driver.status == ConnStatus.OK:
        look.register(driver.socket, select.POLLIN)
        if not look.poll(0):
            return
    raise InvalidatePoolError


def _begin(session: Session, beginning: bytes) -> None:
    """Begin the transaction of `session` in the words of `beginning`; all in one go, since each step aside costs."""
    _said(session.connection(), beginning)


def _said(connection: Connection, words: bytes) -> None:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    try:
        await_only(driver.execute(words))
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        connection.invalidate(error)
        raise DatabaseUnavailable from error


def _end(session: Session) -> None:
    """Commit, and give the connection back."""
    session.commit()
    session.close()


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    """Turn what the database refuses or cannot do into a problem."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("It names something that is not there, or repeats what must be unique.") from error
    except PoolTimeout:
        here().exhausted.inc()
        raise DatabaseUnavailable("All connections are busy.") from None
    except DBAPIError as error:
        if error.connection_invalidated or _sqlstate(error)[:2] in {"08", "40", "53", "55", "57"}:
            raise unanswered(error.orig) from error
        raise


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or "08000"
