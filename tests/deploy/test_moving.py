"""Tables move while Cando runs: nobody who writes waits long, and what was there stays."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from deploy.database import SERVICES, configuration, connected, ground, known, prepare, revision, runtime_url
from migrations import frame
from tests.conftest import SECRET
from tests.deploy.policy import Unsafe, Watch, watched
from tests.deploy.previous import REVISIONS

MIGRATIONS = Path(frame.__file__).parent
_HELD = 3.5
"""Seconds that somebody reads a table which a migration wants to change."""
_LONGEST = 2.5
"""Seconds that a write may take meanwhile, on a busy machine: a second for the lock, and the machine's own."""


@pytest.fixture(scope="module")
def before(new_database: Callable[[], str]) -> str:
    """A database with the gateway's tables as the release before made them."""
    url = new_database()
    with connected(url) as connection:
        ground(connection, "gateway", SECRET)
    command.upgrade(_at(url), REVISIONS["gateway"])
    return url


def _at(url: str, service: str = "gateway", *, watch: Watch | None = None) -> Config:
    config = configuration(service)
    config.attributes.update(url=url, watch=watch)
    return config


def _drafted(url: str, folder: Path, body: str, *, watch: Watch | None = None) -> Config:
    """Return a configuration in which one more migration follows the gateway's newest."""
    config = _at(url, watch=watch)
    text = (
        f'"""Drafted."""\n\nimport sqlalchemy as sa\nfrom alembic import op\nfrom migrations import frame\n\n'
        f'revision = "drafted"\ndown_revision = "{known("gateway")[0]}"\n\n\n'
        f"def upgrade() -> None:\n    {body}\n\n\ndef downgrade() -> None:\n    pass\n"
    )
    (folder / "drafted.py").write_text(text)
    places = f"{MIGRATIONS / 'gateway'}:{folder}"
    config.set_section_option("gateway", "version_locations", places)
    return config


# --- nobody waits long -----------------------------------------------------------------------------------------------


@dataclass
class Writers:
    """Writes to a table again and again, and remembers the slowest."""

    url: str
    slowest: float = 0.0
    count: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        tenant = str(uuid4())
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("select set_config('app.tenant', %s, false)", [tenant])
            while not self.ended.is_set():
                begun = time.monotonic()
                connection.execute("delete from access_tokens where expires_at < now()")
                self.slowest = max(self.slowest, time.monotonic() - begun)
                self.count += 1
                time.sleep(0.01)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(self.write)
            try:
                yield
            finally:
                self.ended.set()
            done.result(30)


@contextmanager
def _somebody_reads(url: str, seconds: float) -> Iterator[None]:
    with psycopg.connect(url) as reader:
        reader.execute("select count(*) from gateway.access_tokens")
        ends = threading.Timer(seconds, reader.rollback)
        ends.start()
        yield
        ends.join()


def test_a_migration_that_waits_for_a_table_lets_writers_go_first(before: str, tmp_path: Path) -> None:
    command.upgrade(_at(before), "head")
    writers = Writers(runtime_url(before, "gateway", SECRET))
    config = _drafted(before, tmp_path, 'op.add_column("access_tokens", sa.Column("drafted", sa.Text()))')
    begun = time.monotonic()
    with writers.writing(), _somebody_reads(before, _HELD):
        command.upgrade(config, "drafted")
        waited = time.monotonic() - begun
    assert waited > _HELD - 0.5, "nothing was in the migration's way: the test proves nothing"
    assert writers.count > 50
    assert writers.slowest < _LONGEST
    command.downgrade(config, known("gateway")[0])


# --- what a migration may not do -------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_no_migration_since_the_last_release_holds_up_writers_or_breaks_that_release(
    service: str, new_database: Callable[[], str]
) -> None:
    if known(service)[0] == REVISIONS[service]:
        return
    url = new_database()
    with connected(url) as connection:
        ground(connection, service, SECRET)
    command.upgrade(_at(url, service), REVISIONS[service])
    engine, watch = watched(url, service)
    command.upgrade(_at(url, service, watch=watch), "head")
    engine.dispose()


UNSAFE = {
    "an index": 'op.create_index("x", "events", ["at"])',
    "a default of its own for each row": 'op.add_column("events", sa.Column("x", sa.Uuid(), server_default=sa.func.gen_random_uuid()))',
    "another type": 'op.alter_column("webhook_deliveries", "tries", type_=sa.BigInteger())',
    "a check of every row": 'op.create_check_constraint("x", "events", "type <> \'\'")',
    "a reference": 'op.create_foreign_key("x", "staff", "clients", ["tenant_id", "organisation_id"], ["tenant_id", "id"])',
    "a value that must be there": 'op.alter_column("access_tokens", "staff_id", nullable=False)',
    "a column that must be given": 'op.add_column("webhook_deliveries", sa.Column("x", sa.Text(), nullable=False))',
    "a column that goes": 'op.drop_column("webhooks", "description")',
    "a column renamed": 'op.alter_column("webhooks", "description", new_column_name="words")',
    "a table that goes": 'op.drop_table("webhook_deliveries")',
    "a lock and then many rows": 'op.add_column("events", sa.Column("x", sa.Text()))\n    op.execute("update events set x = type")',
}


@pytest.mark.parametrize("body", UNSAFE.values(), ids=UNSAFE.keys())
def test_the_watch_refuses(body: str, before: str, tmp_path: Path) -> None:
    command.upgrade(_at(before), "head")
    engine, watch = watched(before, "gateway")
    with pytest.raises(Unsafe):
        command.upgrade(_drafted(before, tmp_path, body, watch=watch), "drafted")
    engine.dispose()
    with connected(before) as connection:
        assert revision(connection, "gateway") == known("gateway")[0]


def test_the_frames_own_ways_pass_the_watch(before: str, tmp_path: Path) -> None:
    command.upgrade(_at(before), "head")
    engine, watch = watched(before, "gateway")
    body = "\n    ".join([
        'op.add_column("staff", sa.Column("x", sa.Text(), server_default="y"))',
        'frame.index_beside_writes("staff_x", "staff", "tenant_id, x", where="x is not null")',
        'frame.rule_beside_writes("staff", "staff_x_short", "check (length(x) < 9)")',
        'frame.never_null_beside_writes("staff", "x")',
    ])  # fmt: skip
    command.upgrade(_drafted(before, tmp_path, body, watch=watch), "drafted")
    engine.dispose()
    with connected(before) as connection:
        valid = connection.execute("select indisvalid from pg_index where indexrelid = 'gateway.staff_x'::regclass")
        assert valid.fetchone() == (True,)
        rules = connection.execute(
            "select conname, convalidated from pg_constraint where contype = 'c' and conname like 'staff_x%'"
        )
        assert rules.fetchall() == [("staff_x_short", True)]
        connection.execute("alter table gateway.staff drop column x")
        connection.execute("update gateway.alembic_version set version_num = %s", [known("gateway")[0]])


def test_only_the_frame_leaves_the_migrations_transaction() -> None:
    for file in MIGRATIONS.glob("*/*.py"):
        assert "autocommit" not in file.read_text(), f"{file} commits by itself: migrations/frame.py has ways for that"


# --- preparing -------------------------------------------------------------------------------------------------------


def test_several_prepare_one_database_at_once(new_database: Callable[[], str]) -> None:
    url = new_database()
    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(prepare, url, SECRET, services=["connect"]) for _ in range(3)]:
            one.result(60)
    with connected(url) as connection:
        assert revision(connection, "connect") == known("connect")[0]


def test_databases_of_one_server_are_prepared_side_by_side(new_database: Callable[[], str]) -> None:
    def make_roles(url: str) -> None:
        with connected(url) as connection:
            for _ in range(20):
                ground(connection, "connect", SECRET)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(make_roles, new_database()) for _ in range(2)]:
            one.result(60)


def test_tables_of_a_newer_cando_are_left_as_they_are(new_database: Callable[[], str]) -> None:
    url = new_database()
    prepare(url, SECRET, services=["connect"])
    with connected(url) as connection:
        connection.execute("update connect.alembic_version set version_num = '9999'")
        prepare(url, SECRET, services=["connect"])
        assert revision(connection, "connect") == "9999"
