"""PostgreSQL as a service sees it: one transaction, one tenant, a role that can neither own nor bypass.

The tenant is set for the transaction only (`set_config(…, true)`), once, as it begins; row-level security does
the rest. Without a tenant there are no rows. Work on the feed of all tenants takes the feed role, which can
read events and nothing else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast
from uuid import UUID

from sqlalchemy import QueuePool, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from services.kernel.problems import Conflict, Unavailable

OLDEST_SERVER = 160_000
_FAREWELL = 2.0
_SET_TENANT = text("select set_config('app.tenant', :tenant, true)")
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


class Database:
    """The pool of one service on its own schema, under its own runtime role."""

    def __init__(self, url: str, *, schema: str, pool: int = 8) -> None:
        self.schema = schema
        self.url = make_url(url).set(drivername="postgresql+psycopg")
        self._engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool,
            max_overflow=pool,
            pool_timeout=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"options": _OPTIONS, "connect_timeout": 5},
        )

    @property
    def conninfo(self) -> str:
        """Return the address for libpq, for the few who need a connection of their own."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @asynccontextmanager
    async def transaction(self, tenant: UUID | None) -> AsyncIterator[AsyncSession]:
        """Open one transaction for one tenant; commit at the end, roll back on any error.

        With `None` no tenant is set and row-level security shows no row that belongs to one.
        """
        async with _answered(), AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            if tenant is not None:
                await session.execute(_SET_TENANT, {"tenant": str(tenant)})
            yield session

    @asynccontextmanager
    async def all_tenants_feed(self) -> AsyncIterator[AsyncConnection]:
        """Open a read of the events of all tenants, under the feed role."""
        async with _answered(), self._engine.begin() as connection:
            await connection.execute(text(f'set local role "cando_{self.schema}_feed"'))
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


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    """Turn what the database refuses or cannot do into a problem."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("It names something that is not there, or repeats what must be unique.") from error
    except PoolTimeout:
        raise DatabaseUnavailable("All connections are busy.") from None
    except DBAPIError as error:
        if error.connection_invalidated or _sqlstate(error)[:2] in {"08", "40", "53", "55", "57"}:
            raise DatabaseUnavailable from error
        raise


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or "08000"
