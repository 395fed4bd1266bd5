"""A ledger that was there before: what its pot paid is read off the journal, and going down loses nothing."""

from collections.abc import Callable
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, prepare
from tests.conftest import SECRET

TENANT, POT, PERSON, GROUP = (str(uuid4()) for _ in range(4))
_ACCOUNT = (
    "insert into timebank.accounts (tenant_id, id, owner_kind, owner_id, held_by, balance_seconds, held_seconds,"
    " debit_limit_seconds, state, external_ids, version, created_at, updated_at)"
    " values (%s, %s, %s, %s, %s, %s, 0, 36000, 'open', '[]', 1, now(), now())"
)
_TRANSFER = (
    "insert into timebank.transfers (tenant_id, id, kind, from_account, to_account, seconds, reason, state, made_by,"
    " external_ids, version, created_at, updated_at)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s, 'x', '[]', 1, now(), now()) returning id"
)
_LINE = "insert into timebank.entries (tenant_id, transfer_id, account_id, seconds, at) values (%s, %s, %s, %s, now())"


def _moved(connection: psycopg.Connection, kind: str, payer: str, payee: str, seconds: int, **more: str) -> None:
    with connection.transaction():
        row = (TENANT, uuid4(), kind, payer, payee, seconds, more.get("reason", ""), more.get("state", "posted"))
        made = connection.execute(_TRANSFER.encode(), row).fetchone()
        assert made is not None
        for account, gained in ((payer, -seconds), (payee, seconds)):
            connection.execute(_LINE.encode(), (TENANT, made[0], account, gained))


def test_a_ledger_that_was_there_before_goes_up_and_down_with_all_that_is_in_it(
    new_database: Callable[[], str],
) -> None:
    url = new_database()
    prepare(url, SECRET, services=["timebank"])
    config = Config(ALEMBIC_INI, ini_section="timebank")
    config.attributes["url"] = url
    state = "select opened_seconds, debit_limit_seconds, alert from timebank.accounts where id = %s"
    with psycopg.connect(url, autocommit=True, options="-c search_path=timebank") as connection:
        command.downgrade(config, "0003")
        for one, kind, balance in ((POT, "community", -7200), (PERSON, "participant", 7200)):
            connection.execute(_ACCOUNT.encode(), (TENANT, one, kind, one, TENANT, balance))
        _moved(connection, "opening", POT, PERSON, 7200)
        _moved(connection, "opening", POT, PERSON, 900, state="reversed", reason="Opening")
        _moved(connection, "reversal", PERSON, POT, 900, reason="Mistake")
        command.upgrade(config, "head")
        assert connection.execute(state, (POT,)).fetchone() == (7200, 36_000, "balanced")
        forgotten = connection.execute(
            "select kind, forgotten from timebank.transfers order by seconds desc"
        ).fetchall()
        assert forgotten == [("opening", True), ("opening", False), ("reversal", False)]
        connection.execute(_ACCOUNT.encode(), (TENANT, GROUP, "group", GROUP, TENANT, 0))
        connection.execute(
            "update timebank.accounts set balance_seconds = -99999, opened_seconds = 99999 where id = %s", (POT,)
        )
        command.downgrade(config, "0003")
        kept = connection.execute("select debit_limit_seconds from timebank.accounts where id = %s", (POT,)).fetchone()
        assert kept == (36_000 + 99_999,)
        command.upgrade(config, "head")
        assert connection.execute("select count(*) from timebank.accounts").fetchone() == (3,)
        command.downgrade(config, "base")
