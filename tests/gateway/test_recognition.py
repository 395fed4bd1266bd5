"""Whom the edge remembers: whoever's token is over is a stranger again, and counted as one."""

import time

import httpx
import psycopg
import pytest

from gateway import identity
from tests.gateway.conftest import Gate
from tests.gateway.test_limits import another_gate


def _until_counted(app: httpx.Client) -> None:
    statuses = [app.get("/v1/needs").status_code for _ in range(14)]
    assert (statuses[0], statuses[-1], {*statuses}) == (401, 429, {401, 429})


def test_a_token_that_was_swept_away_is_counted_like_any_that_is_not_good(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has run out goes when its client asks for another, and nobody is told."""
    monkeypatch.setattr(identity, "REMEMBERED", 0.0)
    with psycopg.connect(gate.admin_url, autocommit=True) as connection, another_gate(gate, rate_address=10) as one:
        connection.execute("truncate gateway.rate_buckets")
        client = gate.client(gate.tenant())
        app = one.http(gate.token(client))
        assert app.get("/v1/needs").status_code == 200
        connection.execute("delete from gateway.access_tokens where client_id = %s", [client["id"]])
        _until_counted(app)


def test_a_token_that_has_run_out_is_counted_like_any_that_is_not_good(gate: Gate) -> None:
    with psycopg.connect(gate.admin_url, autocommit=True) as connection, another_gate(gate, rate_address=10) as one:
        connection.execute("truncate gateway.rate_buckets")
        client = gate.client(gate.tenant())
        app = one.http(gate.token(client))
        soon = "update gateway.access_tokens set expires_at = now() + interval '2 seconds' where client_id = %s"
        connection.execute(soon, [client["id"]])
        assert app.get("/v1/needs").status_code == 200
        time.sleep(2.1)
        _until_counted(app)
