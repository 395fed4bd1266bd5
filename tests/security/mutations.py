"""`python -m tests.security.mutations`: takes one guard away at a time and sees the proofs notice.

Each row-level policy of each table of each service is opened to all rows, in a database of its own, and put back; each
route's scopes are taken from it, in a running house, and put back. What nobody notices is printed; it ends with 1 then.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from fastapi.dependencies import utils as resolving
from psycopg import sql
from sqlalchemy import make_url

from deploy import embedded
from deploy.database import SERVICES, prepare, runtime_url
from services.kernel import logs
from tests.conftest import SECRET
from tests.security.matrix.addresses import Operation, documented
from tests.security.matrix.asking import Asker
from tests.security.matrix.scene import UNKNOWN, token_of
from tests.security.shapes import Guarded, guarded, leaks, plant
from tests.town import EVERYTHING, Quarter, Town, running_town

EVERY = 1


# --- policies --------------------------------------------------------------------------------------------------------


@contextmanager
def opened(admin: psycopg.Connection[Any], table: Guarded) -> Iterator[None]:
    """Let the tenant's policy of a table pass every row, until the context ends."""
    admin.execute(sql.SQL("alter policy tenant on {} using (true) with check (true)").format(table.sql))
    yield
    mine = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
    admin.execute(
        sql.SQL("alter policy tenant on {t} using ({m}) with check ({m})").format(t=table.sql, m=sql.SQL(mine))
    )


def policies_not_missed(url: str, *, every: int = EVERY) -> tuple[int, list[str]]:
    """Return how many policies were opened, and those whose loss no shape noticed."""
    theirs, mine = uuid4(), uuid4()
    tried, unnoticed = 0, []
    for service in SERVICES:
        with (
            psycopg.connect(url, autocommit=True) as admin,
            psycopg.connect(runtime_url(url, service, SECRET), autocommit=True) as runtime,
        ):
            for table in guarded(admin, service)[::every]:
                plant(admin, table, theirs)
                tried += 1
                with opened(admin, table):
                    if not any(leaks(runtime, table, theirs=theirs, mine=mine)):
                        unnoticed.append(f"{service}.{table.name}")
                assert not any(leaks(runtime, table, theirs=theirs, mine=mine)), table.name
    return tried, unnoticed


# --- scopes ----------------------------------------------------------------------------------------------------------


@contextmanager
def unscoped() -> Iterator[None]:
    """Let routes forget which scopes they name, until the context ends: what the next request meets is one such route.

    What an operation checks again by itself stays.
    """
    kept = vars(resolving)["SecurityScopes"]
    vars(resolving)["SecurityScopes"] = lambda scopes: kept([])
    try:
        yield
    finally:
        vars(resolving)["SecurityScopes"] = kept


def scopes_not_missed(town: Town, quarter: Quarter, *, every: int = EVERY) -> tuple[int, list[str]]:
    """Return how many routes lost their scopes, and those whose loss the matrix' question did not notice.

    A route that checks a scope again within its operation goes on refusing, and is named.
    """
    tokens = {scope: token_of(quarter, scopes=_without(scope)) for scope in _all_scopes()}
    asker = Asker(town.url)
    tried, unnoticed = 0, []
    for one in [one for one in documented() if one.scopes][::every]:
        tried += 1
        if not _refused(asker, one, tokens[one.scopes[0]]):
            unnoticed.append(f"{one.name}, which was open before")
        with unscoped():
            if _refused(asker, one, tokens[one.scopes[0]]):
                unnoticed.append(one.name)
    asker.close()
    return tried, unnoticed


def _all_scopes() -> set[str]:
    return {scope for one in documented() for scope in one.scopes}


def _without(scope: str) -> list[str]:
    implying = {scope, scope.removesuffix("read") + "write"} if scope.endswith(":read") else {scope}
    return sorted(set(EVERYTHING) - implying)


def _refused(asker: Asker, one: Operation, token: str) -> bool:
    path = one.path
    for part in one.parameters:
        path = path.replace("{" + part + "}", UNKNOWN)
    said = asker.ask(one.method, path, token, body=None if one.method == "GET" else {})
    return (said.status, said.slug) == (403, "forbidden")


def main() -> int:
    """Take away every guard in turn; return the exit code."""
    logs.configure("ERROR")
    with tempfile.TemporaryDirectory(prefix="cando-tests-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = embedded.start(Path(folder), settings={"fsync": "off", "full_page_writes": "off"})
        try:
            return _run(server.get_uri())
        finally:
            server.cleanup()


def _run(url: str) -> int:
    with psycopg.connect(url, autocommit=True) as admin:  # rows that no service would write: in no house's database
        admin.execute("create database policies")
    apart = make_url(url).set(database="policies").render_as_string(hide_password=False)
    prepare(apart, SECRET)
    policies, missed_policies = policies_not_missed(apart)
    prepare(url, SECRET)
    with running_town(url, SECRET) as town:
        quarter = town.found("mutations", language="en", zone="Europe/London", organisation="Mutations Council")
        scopes, missed_scopes = scopes_not_missed(town, quarter)
    for kind, tried, missed in (("policies", policies, missed_policies), ("scopes", scopes, missed_scopes)):
        print(f"{kind}: {tried - len(missed)} of {tried} were missed at once", *missed, sep="\n  ")  # noqa: T201
    return 1 if missed_policies or missed_scopes else 0


if __name__ == "__main__":
    sys.exit(main())
