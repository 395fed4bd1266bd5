"""Ids, places, cursors and versions: the small rules that everything else leans on."""

import asyncio
import math
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.ids import new_id
from services.kernel.paging import decode, encode
from services.kernel.places import snap
from services.kernel.problems import Invalid, Stale
from services.kernel.readiness import Glance
from services.kernel.versions import check_version, etag

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_id_is_a_uuid_7_of_its_moment() -> None:
    made = new_id(NOON)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == int(NOON.timestamp() * 1000)


def test_ids_sort_by_the_time_they_were_made() -> None:
    made = [new_id(NOON + timedelta(milliseconds=n)) for n in range(50)]
    assert made == sorted(made)
    assert len(set(made)) == 50


@given(st.floats(-89, 89), st.floats(-179.9, 179.9))
def test_a_snapped_place_stays_put_and_lies_within_its_cell(latitude: float, longitude: float) -> None:
    once = snap(latitude, longitude)
    assert snap(*once) == pytest.approx(once, abs=2e-6)
    tall = abs(once[0] - latitude) * 111.32
    wide = abs(once[1] - longitude) * 111.32 * math.cos(math.radians(once[0]))
    assert max(tall, wide) <= 0.51


def test_all_homes_of_one_cell_are_kept_as_one_point() -> None:
    assert {snap(52.5850 + n / 1e5, -1.9820 + n / 1e5) for n in range(20)} == {snap(52.5850, -1.9820)}


@pytest.mark.parametrize("cursor", ["", "!!!", "e30", "bnVsbA", "WzFd", encode("not-a-uuid"), encode(1, 2)])
def test_a_cursor_of_another_kind_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode(cursor, UUID)


def test_a_cursor_says_what_it_was_made_of() -> None:
    made = new_id(NOON)
    assert decode(encode(made), UUID) == (made,)


@pytest.mark.parametrize("if_match", [None, "*", etag(3), f"{etag(1)}, {etag(3)}"])
def test_a_write_passes_that_names_the_present_version_or_none(if_match: str | None) -> None:
    check_version(if_match, 3)


@pytest.mark.parametrize("if_match", [etag(2), "3", 'W/"3"', ""])
def test_a_write_that_names_another_version_is_stale(if_match: str) -> None:
    with pytest.raises(Stale):
        check_version(if_match, 3)


async def test_however_many_ask_at_once_there_is_one_look_and_the_next_to_ask_looks_anew() -> None:
    looks = 0
    answered = asyncio.Event()

    async def look() -> int:
        nonlocal looks
        looks += 1
        await answered.wait()
        return looks

    glance = Glance(look)
    crowd = [asyncio.ensure_future(glance()) for _ in range(50)]
    await asyncio.sleep(0)
    crowd[0].cancel()  # whoever leaves takes the answer from nobody
    answered.set()
    assert set(await asyncio.gather(*crowd[1:])) == {1}
    assert await glance() == 2
