"""Signing keys, the memory of who was recognised, and the gateway's tables themselves."""

import asyncio

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, runtime_url
from gateway import repository
from gateway.app import create_app
from gateway.credentials import Mint
from gateway.identity import Identities
from gateway.settings import Settings
from gateway.signing import Signer
from services.kernel.caller import Caller
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.problems import Unauthenticated
from services.kernel.secrets import WrongSecret
from tests.conftest import SECRET
from tests.gateway.conftest import Gate


def opened(admin_url: str) -> Database:
    return Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway")


async def test_gateways_that_start_together_agree_on_one_key(fresh: str) -> None:
    databases = [opened(fresh) for _ in range(5)]
    try:
        signers = [Signer(database, SECRET) for database in databases]
        await asyncio.gather(*(signer.load() for signer in signers))
        assert len({key["x"] for signer in signers for key in (await signer.jwks())["keys"]}) == 1
    finally:
        for database in databases:
            await database.close()


async def test_the_keys_do_not_open_under_another_secret(fresh: str) -> None:
    database = opened(fresh)
    try:
        await Signer(database, SECRET).load()
        with pytest.raises(WrongSecret):
            await Signer(database, "another-secret" * 4).load()
    finally:
        await database.close()


async def test_while_revocations_cannot_be_heard_nobody_is_remembered(gate: Gate) -> None:
    client = gate.client(gate.tenant())
    token = gate.token(client)
    database = opened(gate.admin_url)
    mint = Mint(SECRET)
    identities = Identities(database, mint, Signer(database, SECRET), system_clock)
    try:
        assert not identities.bell.connected
        await identities.internal_token(token)
        await _lose(gate, token, mint)
        with pytest.raises(Unauthenticated):
            await identities.internal_token(token)
    finally:
        await database.close()


async def test_while_they_can_one_is_remembered_for_a_moment_and_forgotten_when_the_bell_rings(gate: Gate) -> None:
    client = gate.client(gate.tenant())
    token = gate.token(client)
    database = opened(gate.admin_url)
    mint = Mint(SECRET)
    identities = Identities(database, mint, Signer(database, SECRET), system_clock)
    try:
        async with identities.bell.listening():
            await identities.bell.wait(5)
            assert identities.bell.connected
            await identities.internal_token(token)
            await _lose(gate, token, mint)
            await identities.internal_token(token)
            async with database.transaction(None) as session:
                await repository.announce_revocation(session)
            await identities.bell.wait(1)
            with pytest.raises(Unauthenticated):
                await identities.internal_token(token)
        assert not identities.bell.connected
    finally:
        await database.close()


async def test_one_is_remembered_for_a_few_seconds_at_most(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.identity.REMEMBERED", 0.3)
    token = gate.token(gate.client(gate.tenant()))
    database, mint = opened(gate.admin_url), Mint(SECRET)
    identities = Identities(database, mint, Signer(database, SECRET), system_clock)
    try:
        async with identities.bell.listening():
            await identities.bell.wait(5)
            signed = await identities.internal_token(token)
            await asyncio.sleep(0.4)
            assert await identities.internal_token(token) == signed
            await _lose(gate, token, mint)
            await asyncio.sleep(0.4)
            with pytest.raises(Unauthenticated):
                await identities.internal_token(token)
    finally:
        await database.close()


async def test_what_is_revoked_while_it_is_being_recognised_is_not_remembered(gate: Gate) -> None:
    token = gate.token(gate.client(gate.tenant()))
    database, mint = opened(gate.admin_url), Mint(SECRET)

    class Slow(Signer):
        async def sign(self, caller: Caller, *, seconds: int = 60) -> str:
            await _lose(gate, token, mint)
            async with database.transaction(None) as session:
                await repository.announce_revocation(session)
            await asyncio.sleep(0.5)
            return await super().sign(caller, seconds=seconds)

    identities = Identities(database, mint, Slow(database, SECRET), system_clock)
    try:
        async with identities.bell.listening():
            await identities.bell.wait(5)
            await identities.internal_token(token)
            with pytest.raises(Unauthenticated):
                await identities.internal_token(token)
    finally:
        await database.close()


async def _lose(gate: Gate, token: str, mint: Mint) -> None:
    """Take a token away behind the gateway's back, so that no bell rings."""
    async with await psycopg.AsyncConnection.connect(gate.admin_url) as connection:
        await connection.execute("delete from gateway.access_tokens where hash = %s", (mint.hash(token),))


def test_a_gateway_that_could_pass_by_row_level_security_does_not_start(fresh: str) -> None:
    async def start() -> None:
        app = create_app(Settings(database_url=fresh, secret=SECRET), upstreams={})
        async with app.desk.router.lifespan_context(app.desk):
            pass

    with pytest.raises(RuntimeError, match="may bypass"):
        asyncio.run(start())


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 characters"):
        Settings(secret="short")


def test_the_tables_go_and_come_again(fresh: str) -> None:
    def tables() -> set[str]:
        with psycopg.connect(fresh) as connection:
            rows = connection.execute("select table_name from information_schema.tables where table_schema = 'gateway'")
            return {name for (name,) in rows}

    config = Config(ALEMBIC_INI, ini_section="gateway")
    config.attributes["url"] = fresh
    before = tables()
    command.check(config)
    command.downgrade(config, "base")
    assert tables() == {"alembic_version"}
    command.upgrade(config, "head")
    assert tables() == before >= {"tenants", "clients", "client_secrets", "staff", "access_tokens", "signing_keys"}
