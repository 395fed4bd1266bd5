"""How alembic runs: one service at a time, under its owner role, in its own schema, each migration a transaction.

A migration waits a second at most for a table, since every write to it waits behind the migration for as long. Then it
lets go, gives the writes a moment, and begins again.
"""

import random
import time
from importlib import import_module

from alembic import context
from psycopg import errors
from sqlalchemy import Connection, create_engine, make_url, pool, text
from sqlalchemy.exc import OperationalError

from services.kernel.tables import kernel_metadata

PATIENCE = 300.0
service = context.config.config_ini_section
package = "gateway" if service == "gateway" else f"services.{service}"
metadata = [kernel_metadata, import_module(f"{package}.models").metadata]


def main() -> None:
    """Take the owner role and run what is asked, until it has got every table that it needs."""
    url = make_url(context.get_x_argument(as_dictionary=True).get("url") or context.config.attributes["url"])
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'set role "cando_{service}_owner"'))
        connection.execute(text(f'set search_path to "{service}"'))
        connection.execute(text("set lock_timeout to '1s'"))
        connection.commit()
        until = time.monotonic() + context.config.attributes.get("patience", PATIENCE)
        while not _ran(connection, last=time.monotonic() > until):
            time.sleep(random.uniform(0.5, 1.5))  # noqa: S311 - two that wait must not always meet


def _ran(connection: Connection, *, last: bool) -> bool:
    """Run what is left; say whether that is done. What was done before a table could not be got stays done."""
    try:
        context.configure(
            connection=connection, target_metadata=metadata, compare_type=True, transaction_per_migration=True,
            on_version_apply=context.config.attributes.get("watch"),
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
    except OperationalError as error:
        if last or not isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected):
            raise
        connection.rollback()
        return False
    return True


main()
