"""Credits are conserved: whatever happens at once, the journal sums to nothing and nobody falls below the limit.

`CANDO_TRANSFERS=10000` makes it the long proof; it prints how many attempts a second were made.
"""

import asyncio
import os
import random
import sys
import threading
import time
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.database import DatabaseUnavailable
from services.kernel.work import Work
from services.timebank.accounts.operations import add_account
from services.timebank.domain import Ended, Hours, InsufficientCredit, Owner
from services.timebank.holds.operations import make_hold, settle
from services.timebank.transfers.operations import transfer
from tests.timebank.conftest import WRITE, Bank, Neighbours, build_app

ATTEMPTS = int(os.environ.get("CANDO_TRANSFERS", "192"))
THREADS, TASKS, HOT = 4, 8, 8
"""32 workers at once, in four threads with connections of their own, on eight accounts."""
LIMIT = 3600
LATE = {"57014", "55P03"}
"""States of a statement, and of a wait for a lock, that took too long: a starved machine, nothing worse."""
LIMITS = {"debit_limit_seconds": LIMIT}
_FAULTS = """
    select 'journal' from timebank.entries where tenant_id = %(t)s having coalesce(sum(seconds), 0) <> 0
    union all
    select 'transfer' from timebank.transfers t where tenant_id = %(t)s and 0 is distinct from
        (select sum(seconds) from timebank.entries e where e.tenant_id = t.tenant_id and e.transfer_id = t.id)
    union all
    select 'balance' from timebank.accounts a where tenant_id = %(t)s and balance_seconds <>
        (select coalesce(sum(seconds), 0) from timebank.entries e
          where e.tenant_id = a.tenant_id and e.account_id = a.id)
    union all
    select 'held' from timebank.accounts a where tenant_id = %(t)s and held_seconds <>
        (select coalesce(sum(seconds - posted_seconds), 0) from timebank.holds h
          where h.tenant_id = a.tenant_id and h.payer_account = a.id and h.state = 'held')
    union all
    select 'limit' from timebank.accounts where tenant_id = %(t)s
        and balance_seconds - held_seconds + opened_seconds < -debit_limit_seconds
    union all
    select 'opened' from timebank.accounts a where tenant_id = %(t)s and state = 'open' and opened_seconds <>
        (select coalesce(sum(case t.from_account when a.id then t.seconds else -t.seconds end), 0)
           from timebank.transfers t
          where t.tenant_id = a.tenant_id and t.kind = 'opening' and t.state = 'posted'
            and a.owner_kind = 'community' and a.id in (t.from_account, t.to_account))
    union all
    select 'reason' from timebank.transfers where tenant_id = %(t)s and match_id is null and reason = '' and not forgotten
"""


def faults(bank: Bank) -> list[tuple[Any, ...]]:
    """Return what is wrong with a tenant's ledger, seen by the administrator."""
    return bank.as_owner(_FAULTS.replace("%(t)s", f"'{bank.tenant}'"))


class Desk:
    """Works for one tenant on a kernel of its own, as a process of its own would."""

    def __init__(self, kernel: Kernel, tenant: UUID, organisation: UUID) -> None:
        self.kernel = kernel
        self.tenant = tenant
        self.caller = Caller("app", "desk", "desk", WRITE, tenant=tenant, organisation=organisation)

    @asynccontextmanager
    async def work(self) -> Any:
        async with self.kernel.database.transaction(self.tenant) as session:
            yield Work(self.kernel, session, self.caller, self.tenant, self.kernel.clock())


async def _open(bank: Bank, count: int) -> tuple[list[UUID], list[Owner]]:
    accounts, owners = [], [Owner("participant", uuid4()) for _ in range(count)]
    async with bank.work() as work:
        for owner in owners:
            account = await add_account(work, owner=owner, held_by=bank.organisation, limits=LIMITS)
            assert account is not None
            accounts.append(account.id)
    return accounts, owners


async def _push(desk: Desk, accounts: list[UUID], owners: list[Owner], *, seed: int, times: int) -> list[str]:
    """Move hours about at random; return how each attempt ended."""
    chance, ends = random.Random(seed), []
    for _ in range(times):
        payer, payee = chance.sample(range(len(accounts)), 2)
        seconds = chance.randint(60, 1800)
        try:
            async with desk.work() as work:
                if chance.random() < 0.7:
                    await transfer(work, payer=accounts[payer], payee=accounts[payee], seconds=seconds, reason="x")
                else:
                    await _match(work, owners[payer], owners[payee], seconds=seconds)
            ends.append("done")
        except InsufficientCredit:
            ends.append("refused")
        except DatabaseUnavailable as error:
            if not _is_only_late(error):
                raise
            ends.append("late")
    return ends


def _is_only_late(error: DatabaseUnavailable) -> bool:
    """Say whether somebody waited longer than the database lets anybody wait: not so of those who wait in a ring."""
    return getattr(getattr(error.__cause__, "orig", None), "sqlstate", None) in LATE


async def _match(work: Work, payer: Owner, payee: Owner, *, seconds: int) -> None:
    match, organisation = uuid4(), work.organisation
    await make_hold(work, match=match, payer=payer, payee=payee, seconds=seconds, organisation=organisation)
    hours = Hours(uuid4(), match, payer, payee, seconds // 2 or 1, organisation)
    await settle(work, news=[hours, Ended(match)])


async def test_the_ledger_holds_under_concurrent_transfers_from_real_threads(bank: Bank, apart_url: str) -> None:
    accounts, owners = await _open(bank, HOT)
    ends: list[str] = []
    errors: list[BaseException] = []
    each = ATTEMPTS // (THREADS * TASKS)

    async def on_connections_of_its_own(thread: int) -> None:
        app = build_app(apart_url, Neighbours())
        desk = Desk(app.state.kernel, bank.tenant, bank.organisation)
        try:
            for found in await asyncio.gather(
                *(_push(desk, accounts, owners, seed=thread * TASKS + n, times=each) for n in range(TASKS))
            ):
                ends.extend(found)
        finally:
            await app.state.kernel.database.close()

    def run(thread: int) -> None:
        try:
            asyncio.run(on_connections_of_its_own(thread))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    rate = len(ends) / (time.perf_counter() - began)
    sys.stdout.write(f"{len(ends)} attempts, {ends.count('done')} done, {rate:.0f} a second\n")
    assert errors == []
    assert len(ends) == each * THREADS * TASKS
    assert ends.count("done") > len(ends) // 4
    assert ends.count("refused") > 0
    assert faults(bank) == []


async def test_pages_of_facts_and_transfers_do_not_wait_for_each_other_in_a_ring(bank: Bank) -> None:
    accounts, owners = await _open(bank, 4)
    desk = Desk(bank.kernel, bank.tenant, bank.organisation)

    async def page(seed: int) -> None:
        chance = random.Random(seed)
        pairs = [chance.sample(owners, 2) for _ in range(20)]
        news = [Hours(uuid4(), uuid4(), payer, payee, 60, bank.organisation) for payer, payee in pairs]
        async with desk.work() as work:
            await settle(work, news=news)

    pushes = [_push(desk, accounts, owners, seed=n, times=6) for n in range(6)]
    await asyncio.gather(*pushes, *(page(n) for n in range(4)))
    assert faults(bank) == []
