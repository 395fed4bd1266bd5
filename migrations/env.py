"""How alembic runs: one service at a time, under its owner role, in its own schema."""

from importlib import import_module

from alembic import context
from sqlalchemy import create_engine, make_url, pool, text

from services.kernel.tables import kernel_metadata

service = context.config.config_ini_section
package = "gateway" if service == "gateway" else f"services.{service}"
metadata = [kernel_metadata, import_module(f"{package}.models").metadata]


def main() -> None:
    """Take the owner role and run what is asked, in one transaction."""
    url = make_url(context.get_x_argument(as_dictionary=True).get("url") or context.config.attributes["url"])
    engine = create_engine(url.set(drivername="postgresql+psycopg"), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'set role "cando_{service}_owner"'))
        connection.execute(text(f'set search_path to "{service}"'))
        connection.execute(text("set lock_timeout to '5s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()


main()
