"""Making a PostgreSQL ready for Cando: roles, schemas, migrations, job queues.

Per service: an owner role (migrates; owns), a runtime role (what the service logs in as; bound by row-level
security) and a feed role (reads events only; the runtime role can take it on, and does for the feed alone).
Run it again at any time, by several at once, and while Cando runs: it changes only what is missing.

Tables that a newer Cando has migrated are left as they are: during a rolling upgrade the old processes go on.
"""

import time
from collections.abc import Sequence
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from psycopg import sql
from sqlalchemy import URL, make_url
from sqlalchemy.exc import OperationalError

import migrations
from services.kernel.app import NAMES
from services.kernel.database import OLDEST_SERVER
from services.kernel.secrets import derived

SERVICES = ("gateway", *NAMES)
ALEMBIC_INI = Path(__file__).parent.parent / "alembic.ini"
_LOCK = 0x43414E444F
_PAUSE = 0.2
_TRIES = 50


class Refused(Exception):
    """The database cannot be used; the message is one sentence for whoever started Cando."""


def runtime_url(admin: str, service: str, secret: str) -> str:
    """Return the address under which `service` logs in to the database that `admin` names."""
    password = derived(secret, f"role:{service}")
    url = make_url(admin).set(drivername="postgresql", username=f"cando_{service}", password=password)
    return url.render_as_string(hide_password=False)


def prepare(admin: str, secret: str, *, services: Sequence[str] = SERVICES) -> None:
    """Create roles and schemas, migrate every service, lay its job queue. Raises Refused with one clear sentence."""
    with connected(admin) as connection:
        _check_version(connection)
        take_turns(connection)
        for service in services:
            ground(connection, service, secret)
        for service in services:
            if revision(connection, service) in {None, *known(service)}:
                migrate(admin, service)
            _queue(connection, service)


def take_turns(connection: psycopg.Connection) -> None:
    """Keep every other preparation and backup of this database out until the connection ends.

    It asks again and again rather than waits in the server: what waits there has a snapshot, for which an index that
    is being made concurrently would wait in turn, for ever.
    """
    while connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone() != (True,):
        time.sleep(_PAUSE)


def ground(connection: psycopg.Connection, service: str, secret: str) -> None:
    """Make the roles and schemas of one service, as far as they are missing."""
    _roles(connection, service, derived(secret, f"role:{service}"))
    _schemas(connection, service)


def revision(connection: psycopg.Connection, service: str) -> str | None:
    """Return the revision that the tables of one service have; None: it has none."""
    if connection.execute("select to_regclass(%s)", (f"{service}.alembic_version",)).fetchone() == (None,):
        return None
    row = connection.execute(sql.SQL("select version_num from {}.alembic_version").format(sql.Identifier(service)))
    return str(found[0]) if (found := row.fetchone()) else None


def known(service: str) -> list[str]:
    """Return the revisions of one service's tables that this Cando knows, the newest first."""
    scripts = ScriptDirectory.from_config(configuration(service))
    return [one.revision for one in scripts.walk_revisions()]


def configuration(service: str) -> Config:
    """Return how alembic migrates one service, wherever Cando is installed; alembic.ini is for its command line."""
    folder = Path(migrations.__file__).parent
    config = Config(ini_section=service)
    config.set_section_option(service, "path_separator", "os")
    config.set_section_option(service, "script_location", str(folder))
    config.set_section_option(service, "version_locations", str(folder / service))
    return config


def migrate(admin: str, service: str, *, to: str = "head") -> None:
    """Bring the tables of one service to the revision `to`."""
    config = configuration(service)
    config.attributes["url"] = admin
    try:
        command.upgrade(config, to)
    except OperationalError as error:
        if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise
        raise Refused(f"The tables of {service} are held by a long transaction; end it, and prepare again.") from None


def connected(admin: str) -> psycopg.Connection:
    """Return a connection to the database that `admin` names. Raises Refused."""
    url: URL = make_url(admin)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise Refused("CANDO_DATABASE_URL must name a PostgreSQL: postgresql://role:password@host/database.")
    url = url.set(drivername="postgresql")
    try:
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise Refused(f"The database {url.render_as_string()} cannot be reached: {reason}") from None


def _check_version(connection: psycopg.Connection) -> None:
    if connection.info.server_version < OLDEST_SERVER:
        found = connection.info.parameter_status("server_version")
        raise Refused(f"PostgreSQL 16 or newer is needed; this one is {found}.")


def _roles(connection: psycopg.Connection, service: str, password: str) -> None:
    """Make the roles of one service. They belong to the whole server, where another database may be prepared too."""
    for _ in range(_TRIES):
        try:
            with connection.transaction():
                _make_roles(connection, service, password)
            return
        except (psycopg.errors.InternalError_, psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            time.sleep(_PAUSE)
    raise Refused("Somebody else is changing the roles of this PostgreSQL all the time.")


def _make_roles(connection: psycopg.Connection, service: str, password: str) -> None:
    owner, runtime, feed = (f"cando_{service}{suffix}" for suffix in ("_owner", "", "_feed"))
    for role in (owner, runtime, feed):
        if not connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone():
            connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))
    path = sql.SQL(", ").join(map(sql.Identifier, (service, f"{service}_jobs")))
    name = sql.Identifier(runtime)
    connection.execute(sql.SQL("alter role {} login password {}").format(name, sql.Literal(password)))
    connection.execute(sql.SQL("alter role {} set search_path to {}").format(name, path))
    grant = sql.SQL("grant {} to {} with inherit false, set true")
    connection.execute(grant.format(sql.Identifier(feed), name))
    connection.execute(sql.SQL("grant {} to current_user with set true").format(sql.Identifier(owner)))


def _schemas(connection: psycopg.Connection, service: str) -> None:
    owner, runtime, feed = (sql.Identifier(f"cando_{service}{suffix}") for suffix in ("_owner", "", "_feed"))
    for schema in (service, f"{service}_jobs"):
        name = sql.Identifier(schema)
        connection.execute(sql.SQL("create schema if not exists {} authorization {}").format(name, owner))
        connection.execute(sql.SQL("grant usage on schema {} to {}, {}").format(name, runtime, feed))
        rights = sql.SQL("alter default privileges for role {} in schema {} grant {} on {} to {}")
        for right, things in (("select, insert, update, delete", "tables"), ("usage, select", "sequences")):
            connection.execute(rights.format(owner, name, sql.SQL(right), sql.SQL(things), runtime))


def _queue(connection: psycopg.Connection, service: str) -> None:
    schema = f"{service}_jobs"
    if connection.execute("select to_regclass(%s)", (f"{schema}.procrastinate_jobs",)).fetchone() != (None,):
        return
    with connection.transaction():
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(f"cando_{service}_owner")))
        connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(schema)))
        connection.execute(SchemaManager.get_schema().encode())
