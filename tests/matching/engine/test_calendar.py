"""When two sides both have time: our expansion of rules against dateutil's, and what it must survive."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from dateutil.tz import gettz
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.engine import Window, check_window
from services.matching.engine.calendar import HORIZON, Times, common_minutes, overlaps, spans
from tests.matching.engine.cast import NOW, SATURDAYS, SUNDAYS

naive = datetime


def window(
    rule: str | None, starts: datetime = naive(2026, 11, 23, 10), minutes: int = 60, zone: str = "UTC"
) -> Window:
    return Window(starts, minutes, zone, rule)


rules = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds("FREQ=DAILY;BYDAY={}".format, st.sampled_from(["MO", "TU,TH", "SA,SU"])),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={};WKST={}".format,
        st.integers(1, 4), st.sampled_from(["MO", "SU", "TU,SU", "MO,WE,FR"]), st.sampled_from(["MO", "SU"]),
    ),
    st.builds("FREQ=WEEKLY;COUNT={}".format, st.integers(1, 60)),
    st.builds("FREQ=MONTHLY;BYDAY={}".format, st.sampled_from(["2SA", "-1SU", "1MO,3MO", "FR"])),
    st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.sampled_from(["1", "-1", "15,31", "30"])),
    st.builds("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS={}".format, st.sampled_from(["1", "-1", "2,-2"])),
    st.just("FREQ=MONTHLY"), st.just("FREQ=YEARLY"), st.just("FREQ=WEEKLY"),
    st.just("FREQ=YEARLY;BYMONTH=12,1;BYDAY=1SU"), st.just("FREQ=YEARLY;BYDAY=-5MO"),
    st.just("FREQ=YEARLY;BYMONTHDAY=28"), st.just("FREQ=WEEKLY;BYMONTH=12;BYDAY=WE"),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rule=rules, days_ago=st.integers(0, 900), hour=st.integers(0, 23))
def test_a_rule_opens_the_same_days_as_dateutil_says(rule: str, days_ago: int, hour: int) -> None:
    starts = naive(2026, 12, 1, hour) - timedelta(days=days_ago)
    expected = [
        (start.replace(tzinfo=UTC), start.replace(tzinfo=UTC) + timedelta(minutes=30))
        for start in rrulestr(rule, dtstart=starts).between(
            NOW.replace(tzinfo=None), (NOW + HORIZON).replace(tzinfo=None) - timedelta(minutes=30), inc=True
        )
    ]
    found = [span for span in spans((window(rule, starts, 30),), now=NOW) if span[1] - span[0] == timedelta(minutes=30)]
    assert found == expected


def test_a_window_is_local_time_also_when_the_clocks_change() -> None:
    before = datetime(2026, 10, 23, tzinfo=UTC)
    weekly = window("FREQ=WEEKLY", naive(2026, 10, 24, 10), zone="Europe/London")
    first, second = spans((weekly,), now=before)[:2]
    assert (first[0].hour, second[0].hour) == (9, 10)


def test_windows_in_two_zones_meet_where_the_moments_are_the_same() -> None:
    london = window("FREQ=WEEKLY", naive(2026, 11, 24, 10), 120, "Europe/London")
    berlin = window("FREQ=WEEKLY", naive(2026, 11, 24, 11), 120, "Europe/Berlin")
    assert common_minutes(Times((london,)), Times((berlin,)), now=NOW, at_least=120) == 8 * 120


def test_different_days_never_meet() -> None:
    assert common_minutes(Times((SATURDAYS,)), Times((SUNDAYS,)), now=NOW, at_least=30) == 0


def test_a_common_stretch_shorter_than_the_meeting_does_not_count() -> None:
    late = window("FREQ=WEEKLY;BYDAY=SA", naive(2026, 11, 28, 11, 30), 120, "Europe/London")
    assert common_minutes(Times((SATURDAYS,)), Times((late,)), now=NOW, at_least=30) == 8 * 30
    assert common_minutes(Times((SATURDAYS,)), Times((late,)), now=NOW, at_least=31) == 0


def test_windows_that_touch_make_one_long_stretch() -> None:
    morning = window(None, naive(2026, 11, 24, 10), 60)
    noon = window(None, naive(2026, 11, 24, 11), 60)
    assert len(spans((noon, morning), now=NOW)) == 1


def test_a_window_under_way_counts_from_now() -> None:
    long = window(None, naive(2026, 11, 22, 11), 120)
    assert spans((long,), now=NOW)[0][0] == NOW


@pytest.mark.parametrize(
    ("until", "meetings"), [("20261130", 2), ("20261130T090000", 1), ("20261130T100000Z", 2), ("20261123T095959Z", 0)]
)
def test_a_rule_ends_with_its_last_day(until: str, meetings: int) -> None:
    assert len(spans((window(f"FREQ=WEEKLY;UNTIL={until}"),), now=NOW)) == meetings


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=WEEKLY;BYSETPOS=300",
             "FREQ=YEARLY;INTERVAL=900;BYMONTHDAY=31;BYMONTH=2", "FREQ=DAILY;COUNT=9999;BYMONTH=2;BYMONTHDAY=30"],
)  # fmt: skip
def test_a_rule_that_never_comes_true_is_given_up_at_once(rule: str) -> None:
    began = time.perf_counter()
    assert spans((window(rule, naive(1900, 1, 1)),), now=NOW) == []
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "rule", ["FREQ=HOURLY", "FREQ=WEEKLY;UNTIL=20261399", "FREQ=WEEKLY;BYDAY=XX",
             "FREQ=MONTHLY;BYMONTHDAY=77", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=x"],
)  # fmt: skip
def test_an_unreadable_rule_is_refused_where_it_is_entered_and_opens_nothing_elsewhere(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_window(window(rule))
    assert spans((window(rule),), now=NOW) == []


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        check_window(window(None, zone="Mars/Olympus"))


moments = st.integers(0, 200)
span_lists = st.lists(st.tuples(moments, st.integers(1, 20)), max_size=8)


@given(a=span_lists, b=span_lists)
def test_overlaps_are_the_same_both_ways_and_lie_within_both(
    a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> None:
    def free(windows: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
        made = tuple(Window(naive(2026, 11, 23) + timedelta(minutes=s), m, "UTC") for s, m in windows)
        return spans(made, now=NOW)

    ours, theirs = free(a), free(b)
    common = list(overlaps(ours, theirs))
    assert common == list(overlaps(theirs, ours))
    for start, end in common:
        assert any(s <= start and end <= e for s, e in ours)
        assert any(s <= start and end <= e for s, e in theirs)


def test_the_zone_names_are_those_of_this_machine_and_dateutil() -> None:
    assert gettz("Europe/Berlin") is not None
