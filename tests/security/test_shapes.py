"""Row-level security as the runtime role meets it: each shape of query on each table of each service reaches nobody else.

What stands beside the tables is tried as well: functions with their owner's powers, what the server notes down about
columns, other services' schemas, queues, sequences, notifications, files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from deploy.database import SERVICES, prepare, runtime_url
from gateway import repository as gateway_repository
from tests.conftest import SECRET
from tests.security.matrix.intent import WHOLE
from tests.security.shapes import SHAPES, Guarded, guarded, leaks, plant

MINE, THEIRS = uuid4(), uuid4()
ROOT = Path(__file__).parents[2]
OPEN_TO_ALL_TENANTS = {"gateway": {"bootstrap_keys", "signing_keys", "rate_buckets"}}
"""Tables that belong to the installation, not to a tenant, by service; every service also keeps `cursors` and its queue."""


@dataclass
class Wing:
    """One service's part of a database in which every table has a row of another tenant."""

    name: str
    admin_url: str
    admin: psycopg.Connection[Any]
    runtime: psycopg.Connection[Any]
    tables: list[Guarded]


@pytest.fixture(scope="module")
def planted(new_database: Callable[[], str]) -> str:
    """Return the address of a database of its own: rows that no service would write are put into it."""
    url = new_database()
    prepare(url, SECRET)
    with psycopg.connect(url, autocommit=True) as admin:
        for service in SERVICES:
            for table in guarded(admin, service):
                plant(admin, table, THEIRS)
        admin.execute("analyze")
    return url


@pytest.fixture(params=SERVICES)
def wing(request: pytest.FixtureRequest, planted: str) -> Iterator[Wing]:
    service = str(request.param)
    address = runtime_url(planted, service, SECRET)
    with psycopg.connect(planted, autocommit=True) as admin, psycopg.connect(address, autocommit=True) as runtime:
        yield Wing(service, planted, admin, runtime, guarded(admin, service))


def test_no_shape_of_query_reaches_a_row_of_another_tenant(wing: Wing) -> None:
    assert len(SHAPES) >= 30
    for table in wing.tables:
        there = wing.admin.execute(sql.SQL("select count(*) from {}").format(table.sql)).fetchone()
        assert there is not None
        assert there[0] == 1, table.name
        assert list(leaks(wing.runtime, table, theirs=THEIRS, mine=MINE)) == [], table.name
        still = wing.admin.execute(
            sql.SQL("select count(*) from {} where tenant_id = %s").format(table.sql), (THEIRS,)
        ).fetchone()
        assert still == (1,), table.name


def test_the_shapes_do_reach_what_is_ones_own(wing: Wing) -> None:
    """Shapes that find nothing anywhere would prove nothing: asked as the tenant itself they find its row."""
    for table in wing.tables if WHOLE else wing.tables[::5]:
        reached = set(leaks(wing.runtime, table, theirs=THEIRS, mine=THEIRS))
        assert {"count", "self join", "cte", "lateral", "copy out", "prepared", "cursor", "window"} <= reached, (
            table.name
        )


def test_every_foreign_key_between_rows_of_tenants_holds_the_tenant(wing: Wing) -> None:
    """Foreign keys look past row-level security: without the tenant in them an id could be tried out."""
    keys = (
        "select k.conrelid::regclass::text, k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " join pg_attribute mine on mine.attrelid = k.conrelid and mine.attname = 'tenant_id'"
        " join pg_attribute other on other.attrelid = k.confrelid and other.attname = 'tenant_id'"
        " where k.contype = 'f' and c.relnamespace = to_regnamespace(%s)"
        " and not (mine.attnum = any(k.conkey) and other.attnum = any(k.confkey))"
    )
    assert wing.admin.execute(keys, (wing.name,)).fetchall() == []


def test_a_table_without_a_tenant_is_one_that_belongs_to_the_installation(wing: Wing) -> None:
    """And each that the service may read at all; the queue's rows name tasks and ids."""
    named = (
        "select c.relname from pg_class c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'v', 'm', 'p')"
        " and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')"
        " and c.relname not like 'alembic%%'"
    )
    found = {name for (name,) in wing.admin.execute(named, (wing.name,)).fetchall()}
    assert found <= {"cursors", *OPEN_TO_ALL_TENANTS.get(wing.name, set())}


def test_functions_with_their_owners_powers_stay_within_the_tenant(wing: Wing) -> None:
    """Each looks up names in a fixed place, is for the service alone, and does nothing to another's rows."""
    named = (
        "select p.oid::regprocedure::text, p.proname, p.proconfig::text, has_function_privilege('public', p.oid, 'execute')"
        " from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and n.nspname = %s"
    )
    for signature, name, settings, public in wing.admin.execute(named, (wing.name,)).fetchall():
        assert "search_path" in (settings or ""), signature
        assert not public, signature
        with wing.runtime.transaction(force_rollback=True):
            wing.runtime.execute("select set_config('app.tenant', %s, true)", (str(MINE),))
            if signature.endswith("(uuid)"):
                done = wing.runtime.execute(
                    sql.SQL("select {}(%s)").format(sql.Identifier(name)), (uuid4(),)
                ).fetchone()
                assert done == (0,), signature
    for table in wing.tables:
        assert wing.admin.execute(sql.SQL("select count(*) from {}").format(table.sql)).fetchone() == (1,)


def test_views_ask_with_the_powers_of_whoever_reads_them(wing: Wing) -> None:
    open_views = (
        "select c.relname from pg_class c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('v', 'm')"
        " and not coalesce(c.reloptions::text like '%%security_invoker=true%%', false)"
    )
    assert wing.admin.execute(open_views, (wing.name,)).fetchall() == []


DENIED = (
    "select * from pg_statistic", "select * from pg_authid", "select pg_read_file('postgresql.conf')",
    "select lo_import('/etc/hostname')", "copy (select 1) to program 'true'", "copy (select 1) to '/dev/null'",
    "set role cando_{s}_owner", "set session authorization cando_{s}_owner", "set session_replication_role = replica",
    "alter table {s}.events disable row level security", "alter table {s}.events no force row level security",
    "create policy all_of_it on {s}.events using (true)", "drop policy tenant on {s}.events",
    "create table {s}.mine (id int)", "create function {s}.mine() returns int language sql as 'select 1'",
    "create schema mine", "alter role cando_{s} bypassrls", "truncate {s}.events", "truncate {s}.audit",
    "drop table {s}.events", "create trigger mine before insert on {s}.events execute function {s}.ring()",
)  # fmt: skip


@pytest.mark.parametrize("statement", DENIED)
def test_the_service_cannot_give_itself_more(wing: Wing, statement: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)):
        wing.runtime.execute(statement.format(s=wing.name))


def test_without_row_security_a_query_fails_and_shows_nothing(wing: Wing) -> None:
    """Dumping tools switch it off, and must be told so."""
    for table in wing.tables[:3]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), wing.runtime.transaction():
            wing.runtime.execute("set local row_security = off")
            wing.runtime.execute(sql.SQL("select * from {}").format(table.sql))


def test_what_the_server_notes_about_columns_is_not_shown(wing: Wing) -> None:
    """Statistics hold most common values: names, phone numbers."""
    for view in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        found = wing.runtime.execute(
            f"select count(*) from {view} where schemaname = %s and tablename = any(%s)",
            (wing.name, [one.name for one in wing.tables]),
        ).fetchone()
        assert found == (0,), view
    known = wing.admin.execute("select count(*) from pg_stats where schemaname = %s", (wing.name,)).fetchone()
    assert known is not None
    assert known[0] > 0


def test_the_queries_of_other_services_are_not_shown(wing: Wing) -> None:
    shown = (
        "select count(*) from pg_stat_activity where usename <> current_user and query <> '<insufficient privilege>'"
    )
    assert wing.runtime.execute(f"{shown} and query <> ''").fetchone() == (0,)


def test_no_other_services_schema_can_be_looked_into(wing: Wing) -> None:
    for other in SERVICES:
        if other == wing.name:
            continue
        for schema in (other, f"{other}_jobs"):
            asked = wing.runtime.execute("select has_schema_privilege(%s, 'usage')", (schema,)).fetchone()
            assert asked == (False,), schema


def test_a_rung_bell_says_nothing(wing: Wing) -> None:
    """Whoever listens on a channel hears every tenant's bells: so they carry no word."""
    sources = wing.admin.execute(
        "select prosrc from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = %s"
        " and prosrc ~ 'pg_notify|notify '", (wing.name,),
    ).fetchall()  # fmt: skip
    assert sources
    assert all("_events', '')" in source for (source,) in sources)
    wing.runtime.execute(sql.SQL("listen {}").format(sql.Identifier(f"{wing.name}_events")))
    with psycopg.connect(runtime_url(wing.admin_url, wing.name, SECRET)) as other:
        other.execute("select set_config('app.tenant', %s, true)", (str(uuid4()),))
        row = "insert into events (id, type, subject, ids, at) values (%s, 'test.seen', %s, '{}', now())"
        other.execute(row, (uuid4(), uuid4()))
    heard = next(iter(wing.runtime.notifies(timeout=5, stop_after=1)))
    assert heard.payload == ""


def test_what_the_feeds_role_sees_beyond_the_tenant_is_the_feed_alone(wing: Wing) -> None:
    with wing.runtime.transaction(force_rollback=True):
        wing.runtime.execute(sql.SQL("set local role {}").format(sql.Identifier(f"cando_{wing.name}_feed")))
        assert wing.runtime.execute("select count(*) from events").fetchone() is not None
        asked = "select relname from pg_class where relnamespace = to_regnamespace(%s) and relkind = 'r'"
        names = [name for (name,) in wing.admin.execute(asked, (wing.name,)).fetchall()]
        held = [one for one in names if _may(wing, f"{wing.name}.{one}", "select")]
    assert held == ["events"]


def _may(wing: Wing, table: str, what: str) -> bool:
    return wing.runtime.execute("select has_table_privilege(%s, %s)", (table, what)).fetchone() == (True,)


def test_a_transaction_that_names_another_tenant_afterwards_is_nowhere_in_the_code() -> None:
    """The database cannot tell a second `set_config` from the first: that there is one alone is a matter of the code."""
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("services", "gateway", "deploy")
        for path in (ROOT / folder).rglob("*.py")
        if "set_config('app.tenant'" in path.read_text(encoding="utf-8")
    ]
    assert named == ["services/kernel/database.py"]
    assert gateway_repository.REVOCATIONS


def test_the_tenant_is_no_value_that_an_id_could_be_mistaken_for(wing: Wing) -> None:
    """An empty, odd or missing setting is no tenant: nothing is shown, and nothing can be written."""
    for setting in ("", str(UUID(int=0))):
        for table in wing.tables:
            with wing.runtime.transaction(force_rollback=True):
                wing.runtime.execute("select set_config('app.tenant', %s, true)", (setting,))
                assert wing.runtime.execute(sql.SQL("select count(*) from {}").format(table.sql)).fetchone() == (0,)
