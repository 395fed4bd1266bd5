"""Credits are conserved: whatever happens at once or one after another, the journal sums to nothing."""

import asyncio
import random
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.problems import Conflict, Invalid
from services.kernel.work import Work
from services.timebank.accounts.operations import add_account, close_account
from services.timebank.domain import Ended, Hours, InsufficientCredit, Owner
from services.timebank.holds.operations import make_hold, settle
from services.timebank.transfers.operations import reverse, transfer
from tests.timebank.conftest import Bank, Neighbours, build_app

LIMIT = 3600
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
        and balance_seconds - held_seconds < -debit_limit_seconds
"""


def faults(bank: Bank) -> list[tuple[Any, ...]]:
    """Return what is wrong with a tenant's ledger, seen by the administrator."""
    return bank.as_owner(_FAULTS.replace("%(t)s", f"'{bank.tenant}'"))


class Desk:
    """Works for one tenant on a kernel of its own, as a process of its own would."""

    def __init__(self, kernel: Kernel, tenant: UUID, organisation: UUID) -> None:
        self.kernel = kernel
        self.tenant = tenant
        self.caller = Caller("app", "desk", "desk", frozenset(), tenant=tenant, organisation=organisation)

    @asynccontextmanager
    async def work(self) -> Any:
        async with self.kernel.database.transaction(self.tenant) as session:
            yield Work(self.kernel, session, self.caller, self.tenant, self.kernel.clock())


async def _open(bank: Bank, count: int) -> tuple[list[UUID], list[Owner]]:
    accounts, owners = [], [Owner("participant", uuid4()) for _ in range(count)]
    async with bank.work() as work:
        for owner in owners:
            account = await add_account(work, owner=owner, held_by=bank.organisation, debit_limit=LIMIT)
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
    return ends


async def _match(work: Work, payer: Owner, payee: Owner, *, seconds: int) -> None:
    match, organisation = uuid4(), work.organisation
    await make_hold(work, match=match, payer=payer, payee=payee, seconds=seconds, organisation=organisation)
    hours = Hours(uuid4(), match, payer, payee, seconds // 2 or 1, organisation)
    await settle(work, news=[hours, Ended(match)])


async def test_the_ledger_holds_under_concurrent_transfers_from_real_threads(bank: Bank, apart_url: str) -> None:
    accounts, owners = await _open(bank, 4)
    ends: list[str] = []
    errors: list[BaseException] = []

    async def on_connections_of_its_own(thread: int) -> None:
        app = build_app(apart_url, Neighbours())
        desk = Desk(app.state.kernel, bank.tenant, bank.organisation)
        try:
            for found in await asyncio.gather(
                *(_push(desk, accounts, owners, seed=thread * 10 + n, times=25) for n in range(4))
            ):
                ends.extend(found)
        finally:
            await app.state.kernel.database.close()

    def run(thread: int) -> None:
        try:
            asyncio.run(on_connections_of_its_own(thread))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert errors == []
    assert len(ends) == 400
    assert ends.count("done") > 100
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

    pushes = [_push(desk, accounts, owners, seed=n, times=10) for n in range(6)]
    await asyncio.gather(*pushes, *(page(n) for n in range(6)))
    assert faults(bank) == []


class Ledger(RuleBasedStateMachine):
    """The time bank beside a model of plain integers: both refuse the same, both end with the same balances."""

    bank: Bank
    loop: asyncio.AbstractEventLoop
    kernel: Kernel

    @initialize()
    def open(self) -> None:
        self.tenant, self.organisation = uuid4(), uuid4()
        self.desk = Desk(self.kernel, self.tenant, self.organisation)
        self.view = Bank(self.bank.app, self.bank.neighbours, self.tenant, self.organisation, self.bank.admin)
        self.accounts, self.owners = self._run(self._opened())
        self.balance, self.held, self.open_ = [0] * 3, [0] * 3, [True] * 3
        self.made: list[tuple[UUID, int, int, int]] = []
        self.holds: dict[UUID, tuple[int, int, int]] = {}

    async def _opened(self) -> tuple[list[UUID], list[Owner]]:
        owners, accounts = [Owner("participant", uuid4()) for _ in range(3)], []
        async with self.desk.work() as work:
            for owner in owners:
                account = await add_account(work, owner=owner, held_by=self.organisation, debit_limit=LIMIT)
                assert account is not None
                accounts.append(account.id)
        return accounts, owners

    def _run(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def _does(self, operation: Any, **arguments: Any) -> Any:
        """Return what `operation` returned, or None when it was refused."""

        async def attempt() -> Any:
            async with self.desk.work() as work:
                return await operation(work, **arguments)

        try:
            return self._run(attempt())
        except (Conflict, Invalid):
            return None

    def _free(self, account: int) -> int:
        return self.balance[account] - self.held[account] + LIMIT

    def _moves(self, payer: int, payee: int, seconds: int) -> None:
        self.balance[payer] -= seconds
        self.balance[payee] += seconds

    @rule(payer=st.integers(0, 2), payee=st.integers(0, 2), seconds=st.integers(60, 3000))
    def transfers(self, payer: int, payee: int, seconds: int) -> None:
        done = self._does(
            transfer, payer=self.accounts[payer], payee=self.accounts[payee], seconds=seconds, reason="Help"
        )
        may = payer != payee and self.open_[payer] and self.open_[payee] and seconds <= self._free(payer)
        assert (done is not None) == may
        if may:
            self._moves(payer, payee, seconds)
            self.made.append((done.id, payer, payee, seconds))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def reverses(self, data: st.DataObject) -> None:
        one = self.made[data.draw(st.integers(0, len(self.made) - 1))]
        made, payer, payee, seconds = one
        done = self._does(reverse, transfer_id=made, reason="Mistake")
        may = self.open_[payer] and self.open_[payee] and seconds <= self._free(payee)
        assert (done is not None) == may
        if may:
            self._moves(payee, payer, seconds)
            self.made.remove(one)

    @rule(payer=st.integers(0, 2), payee=st.integers(0, 2), seconds=st.integers(60, 3000))
    def holds_back(self, payer: int, payee: int, seconds: int) -> None:
        if not (self.open_[payer] and self.open_[payee]):
            return
        match = uuid4()
        done = self._does(
            make_hold, match=match, payer=self.owners[payer], payee=self.owners[payee], seconds=seconds,
            organisation=self.organisation,
        )  # fmt: skip
        may = payer != payee and seconds <= self._free(payer)
        assert (done is not None) == may
        if may:
            self.held[payer] += seconds
            self.holds[match] = (payer, payee, seconds)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), seconds=st.integers(60, 4000), ends=st.booleans())
    def settles(self, data: st.DataObject, seconds: int, ends: bool) -> None:
        match = list(self.holds)[data.draw(st.integers(0, len(self.holds) - 1))]
        payer, payee, left = self.holds.pop(match)
        hours = Hours(uuid4(), match, self.owners[payer], self.owners[payee], seconds, self.organisation)
        self._does(settle, news=[hours, *([Ended(match)] if ends else [])])
        from_hold = min(seconds, left)
        self._moves(payer, payee, from_hold + max(0, min(seconds - from_hold, self._free(payer))))
        self.held[payer] -= left if ends else from_hold
        if not ends and left > from_hold:
            self.holds[match] = (payer, payee, left - from_hold)

    @rule(account=st.integers(0, 2))
    def closes(self, account: int) -> None:
        counted_on = any(account in parties[:2] for parties in self.holds.values())
        may = self.open_[account] and not self.balance[account] and not counted_on
        assert (self._does(close_account, account_id=self.accounts[account]) is not None) == may
        self.open_[account] = self.open_[account] and not may

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "balance"):
            return
        rows = self.view.as_owner(
            "select id, balance_seconds, held_seconds, state = 'open' from timebank.accounts where tenant_id = %s",
            self.tenant,
        )
        found = {row[0]: row[1:] for row in rows}
        model = zip(self.balance, self.held, self.open_, strict=True)
        assert [found[account] for account in self.accounts] == list(model)
        assert faults(self.view) == []


@pytest.fixture
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_the_ledger_agrees_with_a_model_of_integers(
    running: Any, apart_url: str, own_loop: asyncio.AbstractEventLoop
) -> None:
    app = build_app(apart_url, Neighbours())
    Ledger.bank = Bank(running[0], running[1], admin=apart_url)
    Ledger.loop, Ledger.kernel = own_loop, app.state.kernel
    machine = Ledger.TestCase
    machine.settings = settings(
        max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    try:
        machine().runTest()
    finally:
        own_loop.run_until_complete(app.state.kernel.database.close())
