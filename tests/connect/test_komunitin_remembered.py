"""For how long the facade remembers what a token has read: long enough for a crawl, and no longer."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.connect.komunitin.domain import metres
from services.connect.komunitin.remembered import FIRST, FURTHER, IDLE, Memory


@dataclass
class Row:
    id: UUID
    updated_at: datetime


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_was_read_is_brought_up_to_date_for_a_while_gone_on_in_for_longer_and_then_read_whole_again() -> None:
    time = Time()
    known = Memory(time).of("a")
    older, newer = (Row(uuid4(), datetime(2026, 11, day, tzinfo=UTC)) for day in (1, 2))
    rows = known.learn("/v1/offers", [older], upto=older.updated_at)
    known.learn_members({}, {})
    rows.take([newer, older], upto=newer.updated_at)
    assert (rows.upto, set(rows.by_id)) == (newer.updated_at, {older.id, newer.id})
    assert known.kept("/v1/offers", further=False) is rows
    time.now += FIRST + 1
    assert known.kept("/v1/offers", further=False) is None
    assert known.kept("/v1/offers", further=True) is rows
    assert known.has_members()
    time.now += FURTHER
    assert known.kept("/v1/offers", further=True) is None
    assert not known.has_members()


def test_a_token_sees_nothing_of_anothers_and_what_nobody_asks_after_is_forgotten() -> None:
    time = Time()
    memory = Memory(time)
    first = memory.of("a")
    assert memory.of("b") is not first
    time.now += IDLE - 1
    assert memory.of("a") is first
    time.now += IDLE + 1
    memory.of("b")
    assert memory.of("a") is not first
    kept = memory.of("a")
    for number in range(16):
        memory.of(f"other {number}")
    assert memory.of("a") is not kept, "only the last few are remembered"


def test_a_degree_of_latitude_is_about_111_kilometres() -> None:
    assert abs(metres((0.0, 52.0), (0.0, 53.0)) - 111_195) < 100
    assert metres((-1.9, 52.4), (-1.9, 52.4)) == 0
