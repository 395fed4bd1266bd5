"""Random communities: whoever lives in them states anything that can be stated, or leaves it out."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from services.matching.engine import Conditions, Listing
from tests.matching.engine.cast import HAZELBROOK, NOW, SATURDAYS, SUNDAYS, north

TEXTS = [
    "a walk and a chat", "walking and talking", "mend a bicycle", "mein Fahrrad ist kaputt", "مرافقة إلى الطبيب",
    "I interpret at the doctor's", "dolmetschen beim Amt", "ቋንቋ ጀርመን ክመሃር ይደሊ", "cook together", "", "x",
]  # fmt: skip
_DAYS = [None, date(1950, 5, 1), date(2008, 11, 22), date(2008, 11, 23), date(2012, 1, 1)]
_CHECKS = st.dictionaries(
    st.sampled_from(["dbs", "first-aid"]), st.sampled_from([date(2026, 11, 21), date(2026, 11, 22), date(2030, 1, 1)]),
    max_size=2,
)  # fmt: skip
conditions = st.builds(
    Conditions,
    gender=st.sampled_from([None, None, None, "female"]),
    grown_up=st.sampled_from([False, False, True]),
    checks=st.frozensets(st.sampled_from(["dbs", "first-aid"]), max_size=1),
)
facts = st.fixed_dictionaries(
    {
        "category": st.sampled_from([None, "company", "garden", "repair"]),
        "title": st.sampled_from(TEXTS),
        "language": st.sampled_from(["en", "de", "ar", None, "xx"]),
        "languages": st.frozensets(st.sampled_from(["en", "en-GB", "de", "prs", "ti"]), max_size=3),
        "interpreter": st.booleans(),
        "means": st.frozensets(st.sampled_from(["in_person", "phone", "online"]), max_size=3),
        "settings": st.frozensets(st.sampled_from(["alone", "group"]), max_size=2),
        "place": st.sampled_from([None, HAZELBROOK, north(1.5), north(6), north(25)]),
        "travel": st.frozensets(st.sampled_from(["foot", "bicycle", "bus"]), max_size=2),
        "reach_km": st.sampled_from([None, None, 0.0, 3.0]),
        "windows": st.sampled_from([(), (SATURDAYS,), (SUNDAYS,), (SATURDAYS, SUNDAYS)]),
        "busy": st.sampled_from([(), (), (SATURDAYS,)]),
        "minutes": st.sampled_from([None, 60, 121]),
        "capacity_left": st.integers(0, 2),
        "cost": st.sampled_from([None, None, 0, 500, 900]),
        "conditions": st.one_of(st.just(Conditions()), conditions),
        "gender": st.sampled_from([None, "female", "male"]),
        "born": st.sampled_from(_DAYS),
        "guardian": st.booleans(),
        "checks": _CHECKS,
        "expires_at": st.sampled_from([None, None, None, NOW]),
        "owner": st.sampled_from(["amal", "brook", "corin", "dara", "elif"]),
        "owner_kind": st.sampled_from(["participant", "participant", "organisation"]),
    }
)
communities = st.lists(st.tuples(st.sampled_from(["need", "offer"]), facts), min_size=1, max_size=14)


def settle(made: list[tuple[Any, dict[str, Any]]]) -> list[Listing]:
    """Return the listings of a community, numbered."""
    return [Listing(id=f"l{number:02}", kind=kind, **these) for number, (kind, these) in enumerate(made)]
