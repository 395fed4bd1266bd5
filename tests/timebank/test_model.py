"""The time bank beside a model of plain integers: both refuse the same, both end with the same balances and alerts."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.kernel.context import Kernel
from services.kernel.problems import Conflict, Invalid
from services.timebank.accounts.operations import add_account, change_account, close_account
from services.timebank.domain import Ended, Hours, Owner
from services.timebank.holds.operations import make_hold, settle
from services.timebank.models import Account
from services.timebank.openings.domain import Wanted
from services.timebank.openings.operations import bring_in
from services.timebank.policy.operations import decide
from services.timebank.transfers.operations import reverse, transfer
from tests.timebank.conftest import Bank, Neighbours, build_app
from tests.timebank.test_conservation import Desk, faults

PEOPLE, POT = 3, 3
LIMIT = 3600
who = st.integers(0, PEOPLE - 1)
seconds = st.integers(60, 3000)
bound = st.none() | st.integers(0, 3000)


@dataclass
class Sum:
    """One account of the model."""

    balance: int = 0
    held: int = 0
    opened: int = 0
    full: int | None = None
    high: int | None = None
    open: bool = True
    opening: int | None = None


@dataclass
class Made:
    """A transfer of the model that still stands."""

    id: UUID
    payer: int
    payee: int
    seconds: int
    opens: int | None = None


@dataclass
class Model:
    """All accounts: three people's and the pot's."""

    sums: list[Sum] = field(default_factory=lambda: [Sum() for _ in range(PEOPLE + 1)])
    full: int | None = None
    low: int | None = None
    high: int | None = None

    def free(self, one: int) -> int:
        mine = self.sums[one]
        return mine.balance - mine.held + mine.opened + LIMIT

    def room(self, one: int, amount: int) -> bool:
        mine = self.sums[one]
        most = mine.full if one == POT or mine.full is not None else self.full
        return most is None or mine.balance + amount <= most

    def alert(self, one: int) -> str:
        mine = self.sums[one]
        low = None if one == POT else self.low
        high = mine.high if one == POT or mine.high is not None else self.high
        if not mine.open:
            return "balanced"
        if low is not None and mine.balance < low:
            return "low"
        return "hoarding" if high is not None and mine.balance > high else "balanced"

    def move(self, payer: int, payee: int, amount: int) -> None:
        self.sums[payer].balance -= amount
        self.sums[payee].balance += amount


class Ledger(RuleBasedStateMachine):
    """Every step is done on both sides; what one refuses the other must refuse."""

    bank: Bank
    loop: asyncio.AbstractEventLoop
    kernel: Kernel

    @initialize()
    def open(self) -> None:
        self.tenant, self.organisation = uuid4(), uuid4()
        self.desk = Desk(self.kernel, self.tenant, self.organisation)
        self.view = Bank(self.bank.app, self.bank.neighbours, self.tenant, self.organisation, self.bank.admin)
        self.owners = [Owner("participant", uuid4()) for _ in range(PEOPLE)] + [Owner("community", self.tenant)]
        self.bank.neighbours.known |= {str(owner.id) for owner in self.owners}
        self.accounts = [self._does(self._opened, owner=owner).id for owner in self.owners]
        self.model, self.made, self.holds = Model(), list[Made](), dict[UUID, tuple[int, int, int]]()

    async def _opened(self, work: Any, *, owner: Owner) -> Account | None:
        return await add_account(work, owner=owner, held_by=self.organisation, limits={"debit_limit_seconds": LIMIT})

    def _does(self, operation: Any, **arguments: Any) -> Any:
        """Return what `operation` returned, or None when it was refused."""

        async def attempt() -> Any:
            async with self.desk.work() as work:
                return await operation(work, **arguments)

        try:
            return self.loop.run_until_complete(attempt())
        except (Conflict, Invalid):
            return None

    def _open(self, *accounts: int) -> bool:
        return all(self.model.sums[one].open for one in accounts)

    @rule(payer=st.integers(0, POT), payee=who, amount=seconds)
    def transfers(self, payer: int, payee: int, amount: int) -> None:
        self._gives(payer, payee, amount, "transfer")

    @rule(payer=who, amount=seconds)
    def donates(self, payer: int, amount: int) -> None:
        self._gives(payer, POT, amount, "donation")

    def _gives(self, payer: int, payee: int, amount: int, kind: str) -> None:
        made = self._does(
            transfer, payer=self.accounts[payer], payee=self.accounts[payee], seconds=amount, reason="Help", kind=kind
        )
        may = payer != payee and self._open(payer, payee)
        may = may and amount <= self.model.free(payer) and self.model.room(payee, amount)
        assert (made is not None) == may
        if may:
            self.model.move(payer, payee, amount)
            self.made.append(Made(made.id, payer, payee, amount))

    @rule(person=who, amount=st.integers(-4000, 4000))
    def opens_with(self, person: int, amount: int) -> None:
        if not self._open(person):
            return
        line = Wanted(str(person), self.owners[person], amount)
        (result,) = self._does(bring_in, system="book", lines=[line])
        mine = self.model.sums[person]
        fresh = mine.opening is None and amount != 0
        may = mine.opening in (None, amount) and (not fresh or -amount <= self.model.free(person))
        assert (result.problem is None) == may
        assert (result.transfer is not None) == (may and fresh)
        if result.transfer is not None:
            self.model.move(POT, person, amount)
            self.model.sums[POT].opened += amount
            mine.opening = amount
            payer, payee = (POT, person) if amount > 0 else (person, POT)
            self.made.append(Made(result.transfer, payer, payee, abs(amount), opens=person))

    @precondition(lambda self: self.made)
    @rule(data=st.data())
    def reverses(self, data: st.DataObject) -> None:
        one = self.made[data.draw(st.integers(0, len(self.made) - 1))]
        done = self._does(reverse, transfer_id=one.id, reason="Mistake")
        covered = one.seconds <= self.model.free(one.payee) or (one.opens is not None and one.payee == POT)
        may = self._open(one.payer, one.payee) and covered
        assert (done is not None) == may
        if may:
            self.model.move(one.payee, one.payer, one.seconds)
            if one.opens is not None:
                self.model.sums[POT].opened -= one.seconds if one.payer == POT else -one.seconds
                self.model.sums[one.opens].opening = None
            self.made.remove(one)

    @rule(payer=who, payee=who, amount=seconds)
    def holds_back(self, payer: int, payee: int, amount: int) -> None:
        if not self._open(payer, payee):
            return
        match, ours = uuid4(), self.organisation
        done = self._does(
            make_hold, match=match, payer=self.owners[payer], payee=self.owners[payee], seconds=amount,
            organisation=ours,
        )  # fmt: skip
        may = payer != payee and amount <= self.model.free(payer)
        assert (done is not None) == may
        if may:
            self.model.sums[payer].held += amount
            self.holds[match] = (payer, payee, amount)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), amount=st.integers(60, 4000), ends=st.booleans())
    def settles(self, data: st.DataObject, amount: int, ends: bool) -> None:
        match = list(self.holds)[data.draw(st.integers(0, len(self.holds) - 1))]
        payer, payee, left = self.holds.pop(match)
        hours = Hours(uuid4(), match, self.owners[payer], self.owners[payee], amount, self.organisation)
        self._does(settle, news=[hours, *([Ended(match)] if ends else [])])
        from_hold = min(amount, left)
        self.model.move(payer, payee, from_hold + max(0, min(amount - from_hold, self.model.free(payer))))
        self.model.sums[payer].held -= left if ends else from_hold
        if not ends and left > from_hold:
            self.holds[match] = (payer, payee, left - from_hold)

    @rule(account=st.integers(0, POT), full=bound, high=bound)
    def limits(self, account: int, full: int | None, high: int | None) -> None:
        limits = {"credit_limit_seconds": full, "high_alert_seconds": high}
        done = self._does(change_account, account_id=self.accounts[account], limits=limits)
        mine = self.model.sums[account]
        assert (done is not None) == mine.open
        if mine.open:
            mine.full, mine.high = full, high

    @rule(full=bound, low=st.none() | st.integers(-3000, 0), high=bound)
    def decides(self, full: int | None, low: int | None, high: int | None) -> None:
        self._does(decide, debit_limit=LIMIT, credit_limit=full, low_alert=low, high_alert=high, if_match=None)
        self.model.full, self.model.low, self.model.high = full, low, high

    @rule(account=who)
    def closes(self, account: int) -> None:
        counted_on = any(account in parties[:2] for parties in self.holds.values())
        mine = self.model.sums[account]
        may = mine.open and not mine.balance and not counted_on
        assert (self._does(close_account, account_id=self.accounts[account]) is not None) == may
        mine.open = mine.open and not may

    @invariant()
    def agrees_with_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        query = (
            "select id, balance_seconds, held_seconds, opened_seconds, state = 'open', alert"
            " from timebank.accounts where tenant_id = %s"
        )
        found = {row[0]: row[1:] for row in self.view.as_owner(query, self.tenant)}
        model = [(one.balance, one.held, one.opened, one.open, self.model.alert(n)) for n, one in self._numbered()]
        assert [found[account] for account in self.accounts] == model
        assert sum(one.balance for _, one in self._numbered()) == 0
        assert faults(self.view) == []

    def _numbered(self) -> Iterator[tuple[int, Sum]]:
        return iter(enumerate(self.model.sums))


@pytest.fixture
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def test_the_ledger_agrees_with_a_model_of_integers(
    running: Any, apart_url: str, own_loop: asyncio.AbstractEventLoop
) -> None:
    neighbours = Neighbours()
    app = build_app(apart_url, neighbours)
    Ledger.bank = Bank(app, neighbours, admin=apart_url)
    Ledger.loop, Ledger.kernel = own_loop, app.state.kernel
    machine = Ledger.TestCase
    machine.settings = settings(
        max_examples=12, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    try:
        machine().runTest()
    finally:
        own_loop.run_until_complete(app.state.kernel.database.close())
