"""What a row read could cost at best: bare FastAPI on a raw psycopg pool, with a signed token and a tenant's transaction.

`python -m tests.benchmarks.bare` serves it as Cando's own processes are served; `BARE_CONNINFO` and `BARE_KEYS` (a JSON
Web Key Set) say where and what it reads. `/nothing` is one bare request, for whatever is measured against that.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import jwt
from fastapi import FastAPI, HTTPException, Request, Response
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from deploy.serving import Server, Serving, config, listening
from services.kernel.caller import AUDIENCE, ISSUER

_ONE = "select * from organisations where id = %s and deleted_at is null and merged_into is null"
_PAGE = "select * from organisations where deleted_at is null and merged_into is null order by id limit %s"
_TENANT = "select set_config('app.tenant', %s, true)"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    keys = json.loads(os.environ.get("BARE_KEYS", '{"keys": []}'))["keys"]
    app.state.keys = {one["kid"]: jwt.PyJWK(one) for one in keys}
    conninfo = os.environ.get("BARE_CONNINFO")
    if not conninfo:
        yield
        return
    async with AsyncConnectionPool(conninfo, min_size=8, max_size=16, open=False) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_lifespan)


def _tenant(request: Request) -> str:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    key = app.state.keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=AUDIENCE, issuer=ISSUER)
    if "directory:read" not in claims["scope"].split():
        raise HTTPException(403)
    return str(claims["tenant"])


async def _rows(request: Request, query: Any, argument: Any) -> list[dict[str, Any]]:
    tenant = _tenant(request)
    async with app.state.pool.connection() as connection, connection.transaction():
        await connection.execute(_TENANT, (tenant,))
        found = connection.cursor(row_factory=dict_row)
        await found.execute(query, (argument,))
        rows: list[dict[str, Any]] = await found.fetchall()
        return rows


def _bytes(what: Any) -> Response:
    return Response(json.dumps(what, default=str).encode(), media_type="application/json")


@app.get("/nothing")
async def nothing() -> Response:
    """Answer, and do nothing else."""
    return _bytes({"status": "ok"})


@app.get("/v1/organisations/{organisation_id}")
async def read(organisation_id: UUID, request: Request) -> Response:
    """Read one row."""
    rows = await _rows(request, _ONE, organisation_id)
    if not rows:
        raise HTTPException(404)
    return _bytes(rows[0])


@app.get("/v1/organisations")
async def page(request: Request, limit: int = 50) -> Response:
    """Read a page of rows."""
    return _bytes({"items": await _rows(request, _PAGE, limit)})


if __name__ == "__main__":
    serving = Serving()
    with listening(serving.host, serving.port or 0) as listener:
        Server(config(app, serving)).run(sockets=[listener])
