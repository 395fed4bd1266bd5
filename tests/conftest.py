"""What the tests stand on: a real PostgreSQL, prepared databases, and whole houses that answer over real HTTP."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from deploy import embedded
from deploy.database import prepare
from services.kernel import logs
from tests.town import Quarter, Town, running_town

logs.configure("WARNING")
os.environ.setdefault("CANDO_PATIENCE", "4")
for patience in ("CANDO_CONSENT_TIMEOUT", "CANDO_AUTHORITY_TIMEOUT"):
    os.environ.setdefault(patience, "4")  # these machines are busy; the limits themselves have tests of their own
SECRET = "tests-only-" + "s" * 40


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """The admin address of a PostgreSQL of these tests alone."""
    folder = Path(tempfile.mkdtemp(prefix="cando-tests-"))
    folder.chmod(0o755)
    server = embedded.start(folder, settings={"fsync": "off", "full_page_writes": "off"})
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(cluster: str) -> Callable[[], str]:
    """Make a fresh, empty database; return its admin address."""

    def make() -> str:
        name = f"cando_{os.getpid()}_{uuid4().hex[:8]}"
        with psycopg.connect(cluster, autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        return make_url(cluster).set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], str]) -> str:
    """The admin address of a prepared database: roles, schemas, tables, queues."""
    url = new_database()
    prepare(url, SECRET)
    return url


@pytest.fixture(scope="session")
def apart_url(new_database: Callable[[], str]) -> str:
    """Another prepared database, in which no house runs: nobody follows its feeds or takes its jobs."""
    url = new_database()
    prepare(url, SECRET)
    return url


@pytest.fixture(scope="session")
def town(database_url: str) -> Iterator[Town]:
    """The whole house, answering over HTTP."""
    with running_town(database_url, SECRET) as town:
        yield town


@pytest.fixture(scope="session")
def hazelbrook(town: Town) -> Quarter:
    """The English neighbourhood."""
    return town.found("hazelbrook", language="en", zone="Europe/London", organisation="Hazelbrook Council")


@pytest.fixture(scope="session")
def lindenau(town: Town) -> Quarter:
    """The German neighbourhood: the second tenant, which must never see the first."""
    return town.found("lindenau", language="de", zone="Europe/Berlin", organisation="Stadt Lindenau")
