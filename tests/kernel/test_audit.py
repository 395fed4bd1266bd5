"""The audit's chain: what is changed, taken out, put between, cut off or written anew is found, and by its number."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.audit import anchors_in, look_through
from deploy.database import runtime_url
from deploy.house import House
from services.kernel.audit import Head, chain_tenant, prove, seed
from services.kernel.context import Kernel
from services.kernel.work import as_service
from tests.conftest import SECRET


@pytest.fixture
async def kernel(apart_url: str) -> AsyncIterator[Kernel]:
    """The running parts of a directory in which nobody else writes."""
    kernel: Kernel = House(apart_url, secret=SECRET).apps["directory"].state.kernel
    yield kernel
    await kernel.database.close()


async def looked(kernel: Kernel, tenant: UUID, times: int, *, earlier: timedelta = timedelta()) -> None:
    """Write some rows of the audit."""
    for _ in range(times):
        async with as_service(kernel, tenant) as work:
            work.now -= earlier
            await work.audit("participant.read", uuid4(), person=uuid4())
            await work.record("looked", uuid4())


async def proved(kernel: Kernel, tenant: UUID, anchor: Head | None = None) -> tuple[int, int | None, int]:
    """Return what a proof says: how many rows hold, the first that does not, how many are not chained."""
    async with kernel.database.transaction(tenant) as session:
        proof = await prove(session, kernel.name, tenant, anchor=anchor)
    return proof.head.number, proof.broken, proof.unchained


def tampered(url: str, tenant: UUID, statement: str, *more: object) -> None:
    """Do to the audit what only somebody with the whole database in hand can."""
    with psycopg.connect(url, autocommit=True) as connection:
        assert connection.execute(statement, (*more, tenant)).rowcount == 1


async def test_rows_are_chained_afterwards_and_late_ones_with_an_earlier_time_do_not_break_it(kernel: Kernel) -> None:
    tenant = uuid4()
    await looked(kernel, tenant, 3)
    assert await proved(kernel, tenant) == (0, None, 3)
    assert await chain_tenant(kernel, tenant) == 3
    await looked(kernel, tenant, 2, earlier=timedelta(hours=1))
    assert await proved(kernel, tenant) == (3, None, 2)
    assert await chain_tenant(kernel, tenant) == 2
    assert await chain_tenant(kernel, tenant) == 0
    assert await proved(kernel, tenant) == (5, None, 0)


CHANGES = {
    "changed": "update directory.audit set action = 'nothing' where number = 3 and tenant_id = %s",
    "whose": "update directory.audit set person = gen_random_uuid() where number = 3 and tenant_id = %s",
    "deleted": "delete from directory.audit where number = 3 and tenant_id = %s",
    "inserted": (
        "insert into directory.audit (tenant_id, id, at, actor_kind, actor, action, subject, chain, number)"
        " select tenant_id, gen_random_uuid(), at, actor_kind, 'x', action, subject, chain, 0"
        " from directory.audit where number = 3 and tenant_id = %s"
    ),
}


@pytest.mark.parametrize(("what", "where"), [("changed", 3), ("whose", 3), ("deleted", 3), ("inserted", 1)])
async def test_the_first_row_that_is_not_as_it_was_written_is_named(
    kernel: Kernel, apart_url: str, what: str, where: int
) -> None:
    tenant = uuid4()
    await looked(kernel, tenant, 5)
    await chain_tenant(kernel, tenant)
    tampered(apart_url, tenant, CHANGES[what])
    assert (await proved(kernel, tenant))[1] == where


async def test_what_is_cut_off_the_end_is_found_by_a_head_kept_elsewhere(kernel: Kernel, apart_url: str) -> None:
    tenant = uuid4()
    await looked(kernel, tenant, 4)
    await chain_tenant(kernel, tenant)
    lines, _ = await look_through(kernel, {})
    (line,) = [line for line in lines if str(tenant) in line]
    assert line.endswith(" holds")
    anchor = anchors_in([line])["directory", tenant]
    assert await proved(kernel, tenant, anchor) == (4, None, 0)
    tampered(apart_url, tenant, "delete from directory.audit where number = 4 and tenant_id = %s")
    assert await proved(kernel, tenant) == (3, None, 0)
    assert await proved(kernel, tenant, anchor) == (3, 4, 0)
    lines, sound = await look_through(kernel, {("directory", tenant): anchor})
    assert not sound
    assert any(str(tenant) in line and line.endswith("BROKEN at row 4") for line in lines)
    await looked(kernel, tenant, 1)
    await chain_tenant(kernel, tenant)
    assert (await proved(kernel, tenant, anchor))[1] == 4
    tampered(apart_url, tenant, "delete from directory.audit where number = 4 and tenant_id = %s")


async def test_the_service_itself_chains_a_row_once_and_changes_nothing(kernel: Kernel, apart_url: str) -> None:
    tenant = uuid4()
    await looked(kernel, tenant, 1)
    await chain_tenant(kernel, tenant)
    refused = ("update audit set chain = 'x'", "update audit set number = 9", "update audit set action = 'x'",
               "update audit set person = null", "delete from audit")  # fmt: skip
    for statement in refused:
        with psycopg.connect(runtime_url(apart_url, "directory", SECRET)) as connection:
            connection.execute("select set_config('app.tenant', %s, true)", (str(tenant),))
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_each_tenant_and_service_starts_from_a_seed_of_its_own() -> None:
    one, other = uuid4(), uuid4()
    assert len({seed("directory", one), seed("directory", other), seed("matching", one)}) == 3
