"""Sending, step by step with a clock of its own: seventy-five hours, receivers of every kind, and what dies in between."""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import RedirectResponse, Response

from deploy.database import prepare
from gateway.models import Delivery, Webhook
from gateway.webhooks import operations, repository
from gateway.webhooks.delivery import HELD, Sender
from gateway.webhooks.domain import (
    MOST_FAILING,
    MOST_SENDING,
    PER_TENANT,
    PER_WEBHOOK,
    SCHEDULE,
    Due,
    Turn,
    asked_to_wait,
    turns,
)
from gateway.webhooks.post import forget_old_deliveries
from gateway.webhooks.signing import verify
from gateway.webhooks.spreading import Spreader
from services.kernel.app import NAMES
from services.kernel.context import Kernel
from services.kernel.work import Work, as_service
from tests.conftest import SECRET
from tests.gateway.conftest import ROOT, Echo, MovingClock
from tests.gateway.posts import box_of, kernel_of, sender_of
from tests.gateway.receivers import Receiver, receiving, until


@pytest.fixture(scope="module")
def apart(new_database: Callable[[], str]) -> str:
    """A database of a gateway that does not run."""
    url = new_database()
    prepare(url, SECRET, services=["gateway"])
    return url


@pytest.fixture(scope="module")
def services() -> dict[str, Echo]:
    return {name: Echo(name, {}) for name in NAMES}


@dataclass
class Desk:
    """A desk at rest: what happens, is spread and is sent only when a test says so."""

    kernel: Kernel
    clock: MovingClock
    services: dict[str, Echo]
    admin_url: str
    sender: Sender = field(init=False)
    tenant: UUID = field(default_factory=uuid4)
    organisation: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.sender = sender_of(self.kernel, SECRET)

    def work(self) -> Any:
        return as_service(self.kernel, self.tenant, organisation=self.organisation)

    async def webhook(self, url: str, *types: str) -> tuple[UUID, str]:
        async with self.work() as work:
            made, secret = await operations.create_webhook(
                work, box=box_of(SECRET), url=url, event_types=[*types] or ["*"], description=""
            )
        return made.id, secret

    def spreader(self) -> Spreader:
        return Spreader("matching", self.kernel, asyncio.Semaphore(3))

    async def happens(self, count: int = 1, *, subject: UUID | None = None, type: str = "offer.changed") -> list[str]:
        """Let something happen `count` times, and put it on for whoever wants it."""
        facts: list[dict[str, Any]] = [
            {"id": str(uuid4()), "type": type, "subject": str(subject or uuid4()), "tenant": str(self.tenant),
             "at": self.clock().isoformat(), "ids": {}}
            for _ in range(count)
        ]  # fmt: skip
        self.services["matching"].news += facts
        while await self.spreader().step():
            pass
        return [one["id"] for one in facts]

    async def rows(self, webhook: UUID) -> list[Delivery]:
        async with self.work() as work:
            query = select(Delivery).where(col(Delivery.webhook_id) == webhook).order_by(col(Delivery.number))
            return list((await work.session.scalars(query)).all())

    async def read(self, webhook: UUID) -> Webhook:
        async with self.work() as work:
            return await operations.get_webhook(work, id=webhook)

    async def facts(self) -> list[tuple[str, dict[str, Any]]]:
        from services.kernel.events import read

        async with self.kernel.database.transaction(self.tenant) as session:
            return [(one.type, one.ids) for one in (await read(session, after="", limit=100)).items]

    async def to_the_end(self, webhook: UUID) -> Delivery:
        """Let time pass until the first delivery waits no longer; return it."""
        while True:
            await self.sender.step()
            first = (await self.rows(webhook))[0]
            if first.state != "waiting":
                return first
            self.clock.ahead += first.next_at - self.clock() + timedelta(milliseconds=1)


@pytest_asyncio.fixture
async def desk(apart: str, services: dict[str, Echo]) -> AsyncIterator[Desk]:
    clock = MovingClock()
    kernel = kernel_of(apart, SECRET, services, clock)
    yield Desk(kernel, clock, services, apart)
    await kernel.database.close()
    with psycopg.connect(apart, autocommit=True) as database:
        database.execute("truncate gateway.webhooks cascade")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def status(code: int, **headers: str) -> Callable[[Any], Response]:
    return lambda _: Response(status_code=code, headers={name.replace("_", "-"): one for name, one in headers.items()})


# --- when it does not arrive ---------------------------------------------------------------------------------------


async def test_ten_attempts_over_seventy_five_hours_each_with_the_same_id_and_a_time_of_its_own(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answer = status(500)
    webhook, _ = await desk.webhook(receiver.url)
    (told,) = await desk.happens()
    row = await desk.to_the_end(webhook)
    assert (row.state, row.failures, receiver.ids()) == ("failed", 10, [told] * 10)
    assert len({one.body for one in receiver.got}) == 1
    stamps = [int(one.headers["webhook-timestamp"]) for one in receiver.got]
    waits = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    assert waits == [pytest.approx(one.total_seconds(), abs=3) for one in SCHEDULE]
    assert stamps[-1] - stamps[0] == pytest.approx(75.6 * 3600, abs=120)
    assert [(one["status"], one["reason"]) for one in row.attempts] == [(500, "answered 500")] * 10
    assert (await desk.read(webhook)).state == "enabled"
    receiver.answer = status(200)
    async with desk.work() as work:
        _, count = await operations.recover(work, id=webhook, since=row.at, until=None)
    await desk.sender.step()
    assert (count, (await desk.rows(webhook))[0].state, receiver.ids()) == (1, "delivered", [told] * 11)


async def test_gone_disables_at_once_and_what_waits_is_kept(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = status(410)
    webhook, _ = await desk.webhook(receiver.url)
    subject = uuid4()
    told = await desk.happens(3, subject=subject)
    await desk.sender.step()
    await desk.sender.step()
    assert receiver.ids() == told[:1]
    assert [one.state for one in await desk.rows(webhook)] == ["failed", "waiting", "waiting"]
    disabled = await desk.read(webhook)
    assert (disabled.state, disabled.disabled_because) == ("disabled", "gone")
    assert (await desk.facts())[-1] == (
        "webhook.disabled", {"organisation": str(desk.organisation), "because": "gone"}
    )  # fmt: skip
    receiver.answer = status(200)
    more = await desk.happens()
    async with desk.work() as work:
        await operations.enable(work, id=webhook)
    await desk.sender.step()
    assert [one for one in receiver.ids() if one in told] == told
    assert set(more) < set(receiver.ids())


async def test_five_days_without_any_success_disable_and_one_success_begins_them_anew(
    desk: Desk, receiver: Receiver
) -> None:
    receiver.answer = status(500)
    webhook, _ = await desk.webhook(receiver.url)
    began = desk.clock()
    for day in range(3):
        await desk.happens()
        await desk.to_the_end(webhook)
        if day == 0:  # four days out of reach, then well for a moment
            desk.clock.ahead += timedelta(days=4) - (desk.clock() - began)
            receiver.answer = status(200)
            await desk.happens()
            await desk.sender.step()
            receiver.answer, began = status(500), desk.clock()
        async with desk.work() as work:
            await work.session.execute(Delivery.__table__.delete())  # type: ignore[attr-defined]
        assert (await desk.read(webhook)).state == ("disabled" if day == 2 else "enabled")
    assert timedelta(days=5) < desk.clock() - began < timedelta(days=8)
    assert (await desk.facts())[-1][1]["because"] == "unreached"


@pytest.mark.parametrize(
    ("code", "asked", "seconds"), [(503, "600", 600), (429, "date", 600), (429, "999999", 86_400), (503, "1", 5),
                                   (500, "600", 5), (503, "soon", 5), (503, "-3", 5)],
    ids=["503", "429-date", "bounded", "never-sooner", "of-no-500", "garbled", "negative"],
)  # fmt: skip
async def test_a_receiver_that_asks_for_time_gets_it(
    desk: Desk, receiver: Receiver, code: int, asked: str, seconds: int
) -> None:
    asked = format_datetime(desk.clock() + timedelta(seconds=600)) if asked == "date" else asked
    receiver.answer = status(code, retry_after=asked)
    webhook, _ = await desk.webhook(receiver.url)
    await desk.happens()
    await desk.sender.step()
    (row,) = await desk.rows(webhook)
    assert (row.next_at - desk.clock()).total_seconds() == pytest.approx(seconds, abs=4)


async def test_only_a_2xx_counts_and_nothing_of_an_answer_is_read_or_told(desk: Desk, receiver: Receiver) -> None:
    desk.sender = sender_of(desk.kernel, SECRET, time_limit=0.6)
    huge = Response(b"x" * 50_000_000, headers={"x-told": "secret-of-the-receiver"})
    kinds: dict[str, tuple[Callable[[Any], Response], float, str, str]] = {
        "huge": (lambda _: huge, 0, "delivered", ""),
        "redirect": (lambda _: RedirectResponse("/elsewhere", 307), 0, "waiting", "answered 307"),
        "slow": (status(200), 2, "waiting", "did not answer in time"),
    }
    for answer, delay, state, reason in kinds.values():
        receiver.answer, receiver.delay = answer, delay
        before = len(receiver.got)
        webhook, _ = await desk.webhook(receiver.url)
        await desk.happens()
        await desk.sender.step()
        (row,) = await desk.rows(webhook)
        assert (row.state, row.attempts[0].get("reason", "")) == (state, reason)
        assert len(receiver.got) == before + 1
        async with desk.work() as work:
            await operations.delete_webhook(work, id=webhook, if_match=None)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        webhook, _ = await desk.webhook(f"http://127.0.0.1:{port}/")
    await desk.happens()
    await desk.sender.step()
    (row,) = await desk.rows(webhook)
    assert row.attempts[0]["reason"] == "does not answer"
    assert str(port) not in str(row.attempts)


async def test_an_address_that_has_come_to_lie_inside_is_not_asked(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = await desk.webhook(receiver.url)
    await desk.happens()
    monkeypatch.setattr(desk.kernel.settings, "outbound_allow", "")
    await desk.sender.step()
    (row,) = await desk.rows(webhook)
    assert (receiver.got, row.attempts[0]["reason"]) == ([], "must be an https address")


# --- order and fairness --------------------------------------------------------------------------------------------


async def test_facts_about_one_subject_come_in_order_and_hold_up_nobody_else(desk: Desk, receiver: Receiver) -> None:
    ill, well = uuid4(), uuid4()
    receiver.answer = lambda one: Response(status_code=500 if one.said["data"]["subject"] == str(ill) else 200)
    webhook, _ = await desk.webhook(receiver.url)
    first = await desk.happens(4, subject=ill)
    fine = await desk.happens(6, subject=well)
    await desk.sender.step()
    assert [one for one in receiver.ids() if one in fine] == fine
    assert [one for one in receiver.ids() if one in first] == first[:1]
    late = await desk.happens(1, subject=ill)
    await desk.sender.step()
    assert late[0] not in receiver.ids()
    receiver.answer = status(200)
    desk.clock.ahead += timedelta(minutes=2)
    await desk.sender.step()
    assert [one for one in receiver.ids() if one not in fine] == [first[0], *first, *late]
    assert {one.state for one in await desk.rows(webhook)} == {"delivered"}


async def test_what_fails_for_good_lets_the_next_about_its_subject_go(desk: Desk, receiver: Receiver) -> None:
    subject = uuid4()
    webhook, _ = await desk.webhook(receiver.url)
    told = await desk.happens(2, subject=subject)
    receiver.answer = lambda one: Response(status_code=500 if one.id == told[0] else 200)
    await desk.to_the_end(webhook)
    assert [one.state for one in await desk.rows(webhook)] == ["failed", "delivered"]
    assert receiver.ids() == [told[0]] * 10 + [told[1]]


async def test_one_that_hangs_holds_up_nobody(desk: Desk, receiver: Receiver) -> None:
    with receiving(delay=30) as hanging:
        stuck = [(await desk.webhook(hanging.url))[0] for _ in range(8)]
        await desk.happens(20)
        task = asyncio.create_task(desk.sender.step())
        await asyncio.to_thread(until, lambda: hanging.open == PER_TENANT)  # a tenant's places are all taken
        other = Desk(desk.kernel, desk.clock, desk.services, desk.admin_url)
        other.sender = desk.sender
        webhook, _ = await other.webhook(receiver.url)
        told = await other.happens(20)
        for _ in range(100):
            await other.sender.begin()
            await asyncio.sleep(0.05)
            if len(receiver.got) == 20:
                break
        assert sorted(receiver.ids()) == sorted(told)
        assert receiver.most_open <= PER_WEBHOOK
        assert hanging.most_open == PER_TENANT
        assert len(stuck) == 8
        for one in list(desk.sender._busy):
            one.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(await other.rows(webhook)) == 20


def test_places_are_shared_between_tenants_and_half_stay_free_of_what_fails() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    large, small = uuid4(), uuid4()
    many = [Due(large, uuid4(), now, failing=False) for _ in range(30)]
    one = Due(small, uuid4(), now + timedelta(hours=1), failing=False)
    given = {turn.due: turn.most for turn in turns([*many, one], busy=[])}
    assert (given[one], sum(given.values())) == (PER_WEBHOOK, PER_TENANT + PER_WEBHOOK)
    ill = [Due(uuid4(), uuid4(), now, failing=True) for _ in range(100)]
    assert sum(turn.most for turn in turns(ill, busy=[])) == MOST_FAILING
    assert turns(ill, busy=ill[:MOST_FAILING]) == []
    assert turns([*ill, one], busy=ill[:MOST_FAILING]) == [Turn(one, PER_WEBHOOK)]
    assert turns([one], busy=ill[:MOST_SENDING]) == []


async def test_an_organisation_with_much_that_waits_hides_nobody_elses_from_who_sends(desk: Desk) -> None:
    many = [(await desk.webhook("https://hangs.example"))[0] for _ in range(4)]
    desk.organisation = uuid4()
    one, _ = await desk.webhook("https://answers.example")
    await desk.happens()
    async with desk.kernel.database.transaction(None) as session:
        found = [one.webhook for one in await repository.due(session, failing_since=desk.clock(), most=500)]
    assert found.index(one) < sorted(found.index(webhook) for webhook in many)[1]


@pytest.mark.parametrize("year", ["99999999999999999999", "2030 00:00:00 +99999999999999"])
def test_a_time_to_come_back_that_is_no_time_is_not_heeded(year: str) -> None:
    said = {"retry-after": f"Mon, 01 Jan {year} 00:00:00 GMT"}
    assert asked_to_wait(429, said, now=datetime(2026, 1, 1, tzinfo=UTC)) is None


# --- at least once -------------------------------------------------------------------------------------------------


async def test_killed_between_sending_and_marking_it_is_sent_again_with_the_same_id(
    desk: Desk, receiver: Receiver
) -> None:
    webhook, secret = await desk.webhook(receiver.url)
    told = await desk.happens()
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "tests.gateway.posts", desk.admin_url, SECRET], cwd=ROOT
    ) as dying:

        def kill(_: Any) -> Response:
            os.kill(dying.pid, signal.SIGKILL)
            return Response(status_code=200)

        receiver.answer = kill
        assert await asyncio.to_thread(dying.wait, 60) == -signal.SIGKILL
    receiver.answer = status(200)
    await desk.sender.step()
    assert (receiver.ids(), [one.state for one in await desk.rows(webhook)]) == (told, ["waiting"])
    desk.clock.ahead += HELD
    await desk.sender.step()
    (row,) = await desk.rows(webhook)
    assert (receiver.ids(), row.state, row.tries, len(row.attempts)) == (told * 2, "delivered", 2, 1)
    assert receiver.got[0].body == receiver.got[1].body
    assert verify(secret, receiver.got[0].headers, receiver.got[0].body) == receiver.got[1].said


async def test_two_senders_do_not_send_the_same(desk: Desk, receiver: Receiver) -> None:
    await desk.webhook(receiver.url)
    told = await desk.happens(60)
    other = sender_of(desk.kernel, SECRET)
    await asyncio.gather(desk.sender.step(), other.step())
    assert sorted(receiver.ids()) == sorted(told)


async def test_a_page_is_spread_once_by_whoever_comes_first_and_again_after_a_fall(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, _ = await desk.webhook("http://127.0.0.1:9/")
    facts = [
        {"id": str(uuid4()), "type": "need.created", "subject": str(uuid4()), "tenant": str(tenant),
         "at": desk.clock().isoformat(), "ids": {}}
        for tenant in (desk.tenant, uuid4())
    ]  # fmt: skip
    desk.services["matching"].news += facts
    falling = desk.spreader()
    spread = falling._spread

    async def fall(tenant: UUID, *more: Any) -> None:
        if tenant != desk.tenant:
            raise RuntimeError
        await spread(tenant, *more)

    monkeypatch.setattr(falling, "_spread", fall)
    with pytest.raises(RuntimeError):
        await falling.step()
    assert len(await desk.rows(webhook)) == 1
    assert await asyncio.gather(*(desk.spreader().step() for _ in range(3))) == [2, 2, 2]
    assert len(await desk.rows(webhook)) == 1
    assert await desk.spreader().step() == 0


# --- changed in between --------------------------------------------------------------------------------------------


async def _while_sending(desk: Desk, receiver: Receiver, change: Callable[[Work], Any]) -> None:
    """Change something while the one delivery that there is has been sent and not yet answered."""
    receiver.delay = 0.5
    sending = asyncio.create_task(desk.sender.step())
    await asyncio.to_thread(until, lambda: receiver.got)
    async with desk.work() as work:
        await change(work)
    await sending
    receiver.delay = 0


async def test_a_new_address_counts_from_the_next_attempt(desk: Desk, receiver: Receiver) -> None:
    receiver.answer = status(500)
    webhook, _ = await desk.webhook(receiver.url)
    told = await desk.happens()
    with receiving() as elsewhere:
        await _while_sending(
            desk, receiver, lambda work: operations.change_webhook(work, id=webhook, if_match=None, url=elsewhere.url)
        )
        await desk.to_the_end(webhook)
        assert (receiver.ids(), elsewhere.ids()) == (told, told)


async def test_a_secret_that_ends_while_a_message_is_on_its_way_costs_one_attempt(
    desk: Desk, receiver: Receiver
) -> None:
    webhook, old = await desk.webhook(receiver.url)
    told = await desk.happens()
    fresh: list[str] = []
    receiver.answer = lambda one: Response(status_code=200 if fresh and _signed(fresh[0], one) else 401)

    async def rotate(work: Work) -> None:
        fresh.append((await operations.rotate_secret(work, box=box_of(SECRET), id=webhook, old_lives=0))[1])

    await _while_sending(desk, receiver, rotate)
    row = await desk.to_the_end(webhook)
    assert (row.state, receiver.ids(), len(row.attempts)) == ("delivered", told * 2, 2)
    assert (_signed(old, receiver.got[0]), _signed(old, receiver.got[1])) == (True, False)


def _signed(secret: str, one: Any) -> bool:
    from gateway.webhooks.signing import headers_for

    at = datetime.fromtimestamp(int(one.headers["webhook-timestamp"]), UTC)
    expected = headers_for(UUID(one.id), one.body, secrets=[secret], at=at)["webhook-signature"]
    return expected in one.headers["webhook-signature"].split(" ")


async def test_a_webhook_deleted_while_a_message_is_on_its_way_takes_everything_with_it(
    desk: Desk, receiver: Receiver
) -> None:
    webhook, _ = await desk.webhook(receiver.url)
    await desk.happens(3, subject=uuid4())
    await _while_sending(desk, receiver, lambda work: operations.delete_webhook(work, id=webhook, if_match=None))
    await desk.happens()
    await desk.sender.step()
    assert (len(receiver.got), await desk.rows(webhook)) == (1, [])


async def test_after_thirty_days_a_delivery_is_gone_sent_or_not(desk: Desk, receiver: Receiver) -> None:
    webhook, _ = await desk.webhook(receiver.url)
    async with desk.work() as work:
        await operations.pause(work, id=webhook)
    await desk.happens(2)
    desk.clock.ahead = timedelta(days=29)
    await desk.happens()
    await forget_old_deliveries(desk.kernel)
    assert len(await desk.rows(webhook)) == 3
    desk.clock.ahead = timedelta(days=30, minutes=1)
    await forget_old_deliveries(desk.kernel)
    assert len(await desk.rows(webhook)) == 1
