"""Windows and their rules as schedules of the feed, which repeat by the week and by the month alone."""

import re
from typing import Any

import pytest

from services.directory.open_referral.domain import schedule

OWNER = "0190c0de-0000-7000-8000-000000000001"


def shown(
    rule: str | None, starts: str = "2026-11-28T10:00:00", minutes: int = 120, zone: str = "Europe/London"
) -> Any:
    window = {"starts": starts, "minutes": minutes, "time_zone": zone, "rule": rule}
    return schedule(OWNER, window)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "repeats", "says"), [
    ("FREQ=WEEKLY", {"freq": "WEEKLY", "interval": 1, "byday": "SA"}, "Every week on Saturday"),
    ("FREQ=WEEKLY;BYDAY=MO,WE", {"freq": "WEEKLY", "interval": 1, "byday": "MO,WE"}, "Every week on Monday, Wednesday"),
    ("FREQ=WEEKLY;INTERVAL=2", {"freq": "WEEKLY", "interval": 2, "byday": "SA"}, "Every 2 weeks on Saturday"),
    ("FREQ=DAILY", {"freq": "WEEKLY", "interval": 1, "byday": "MO,TU,WE,TH,FR,SA,SU"}, "Every week on Monday, Tue"),
    ("FREQ=DAILY;BYDAY=SA,SU", {"freq": "WEEKLY", "interval": 1, "byday": "SA,SU"}, "Every week on Saturday, Sunday"),
    ("FREQ=MONTHLY", {"freq": "MONTHLY", "interval": 1, "bymonthday": "28"}, "Every month on day 28"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15", {"freq": "MONTHLY", "interval": 1, "bymonthday": "1,15"}, "on day 1, 15"),
    ("FREQ=MONTHLY;BYDAY=-1SA", {"freq": "MONTHLY", "interval": 1, "byday": "-1SA"}, "on the last Saturday"),
    ("FREQ=MONTHLY;BYDAY=1SA,3SA", {"freq": "MONTHLY", "interval": 1, "byday": "1SA,3SA"},
     "on Saturday number 1, Saturday number 3"),
    ("FREQ=MONTHLY;INTERVAL=3;BYDAY=+2TU", {"freq": "MONTHLY", "interval": 3, "byday": "+2TU"},
     "Every 3 months on Tuesday number 2"),
    ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=-1", {"freq": "MONTHLY", "interval": 1, "byday": "-1SA"}, "on the last Saturday"),
])  # fmt: skip
def test_what_repeats_by_the_week_or_the_month_is_said_so(rule: str, repeats: dict[str, Any], says: str) -> None:
    made = shown(rule)
    assert {name: made[name] for name in ("freq", "interval", "byday", "bymonthday") if name in made} == repeats
    assert says in made["description"]
    assert made["description"].endswith("10:00 to 12:00 (Europe/London)")
    assert (made["opens_at"], made["closes_at"], made["dtstart"]) == ("10:00:00", "12:00:00", "2026-11-28")
    assert "valid_to" not in made


@pytest.mark.parametrize("rule", [
    "FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYMONTH=6,7,8",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1,3", "FREQ=DAILY;BYMONTHDAY=1",
])  # fmt: skip
def test_what_repeats_in_another_way_is_told_in_words_and_has_no_frequency(rule: str) -> None:
    made = shown(rule)
    assert not {"freq", "interval", "byday", "bymonthday"} & set(made)
    assert rule in made["description"]
    assert made["valid_from"] == "2026-11-28"


@pytest.mark.parametrize(("rule", "zone", "last"), [
    ("FREQ=WEEKLY;COUNT=3", "Europe/London", "2026-12-12"),
    ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2", "Europe/London", "2027-01-31"),
    ("FREQ=WEEKLY;UNTIL=20261231", "Europe/London", "2026-12-31"),
    ("FREQ=WEEKLY;UNTIL=20261231T230000Z", "Europe/London", "2026-12-31"),
    ("FREQ=WEEKLY;UNTIL=20261231T230000Z", "Europe/Berlin", "2027-01-01"),
    ("FREQ=WEEKLY;UNTIL=20261231T120000", "Europe/Berlin", "2026-12-31"),
    (None, "Europe/London", "2026-11-28"),
])  # fmt: skip
def test_what_ends_says_on_which_day_where_it_happens(rule: str | None, zone: str, last: str) -> None:
    assert shown(rule, zone=zone)["valid_to"] == last


def test_an_end_that_cannot_be_read_is_left_out() -> None:
    assert "valid_to" not in shown("FREQ=WEEKLY;UNTIL=2026111")


def test_what_lasts_over_midnight_closes_on_the_next_day() -> None:
    made = shown("FREQ=WEEKLY", starts="2026-11-28T22:00:00", minutes=300)
    assert (made["opens_at"], made["closes_at"], made["byday"]) == ("22:00:00", "03:00:00", "SA")


def test_what_comes_once_has_a_date_and_no_frequency() -> None:
    made = shown(None)
    assert "freq" not in made
    assert made["description"] == "Saturday 28 November 2026, 10:00 to 12:00 (Europe/London)"


def test_each_window_has_an_id_of_its_own_that_stays() -> None:
    windows = [shown("FREQ=WEEKLY"), shown("FREQ=DAILY"), shown(None), shown("FREQ=WEEKLY", minutes=60)]
    assert len({one["id"] for one in windows}) == 4
    assert shown("FREQ=WEEKLY") == windows[0]
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one["id"]) for one in windows)
