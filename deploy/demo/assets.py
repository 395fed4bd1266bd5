"""What Hazelbrook has, as data: fictional organisations, groups, micro-providers, places, services and activities.

Entries refer to each other by name. Postcodes are made up: no post office knows an area called HB.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.demo.neighbourhood import COUNCIL, GOOD_NEIGHBOURS, LONDON, TIME_BANK, weekly

Entry = Mapping[str, Any]
AREAS: Sequence[tuple[str, Entry]] = (
    ("Market", {"latitude": 52.5862, "longitude": -1.9825, "radius_km": 0.7, "names": {"de": "Marktviertel"}}),
    ("Mill End", {"latitude": 52.5921, "longitude": -1.9702, "radius_km": 0.8, "names": {"de": "Mühlenviertel"}}),
    ("Hilltop", {"latitude": 52.5788, "longitude": -1.9951, "radius_km": 0.9}),
    (
        "Sidings",
        {
            "shape": {
                "type": "Polygon",
                "coordinates": [
                    [[-1.985, 52.577], [-1.968, 52.577], [-1.966, 52.585], [-1.980, 52.5835], [-1.985, 52.577]]
                ],
            }
        },
    ),
)
POSTCODES = """postcode,latitude,longitude,area
HB1 1ZZ,52.5862,-1.9825,Market
HB1 2ZZ,52.5881,-1.9790,Market
HB1 4ZZ,52.5921,-1.9702,Mill End
HB2 1ZZ,52.5788,-1.9951,Hilltop
HB2 3ZZ,52.5829,-1.9760,Sidings
HB? 9ZZ,52.5000,-1.9000,Nowhere
"""
ORGANISATIONS: Sequence[Entry] = (
    {"name": "St Brannock's Church Rooms", "kind": "faith", "languages": ["en"], "category": "community"},
    {"name": "Hazelbrook Gurdwara Kitchen", "kind": "faith", "languages": ["pa", "en"], "concepts": ["warm_meal"],
     "description": "A free meal every day, whoever you are"},
    {"name": "Hilltop School", "kind": "school", "category": "learning"},
    {"name": "Weir Lane Cycles", "kind": "business", "description": "A workshop that lends its stand on Saturdays"},
    # Nobody looked: it is in the county's list already, in another spelling.
    {"name": "Mill Race Age-Friends", "kind": "charity", "website": "https://www.millrace-age-friends.example/"},
)  # fmt: skip
PLACES: Sequence[tuple[Entry, str]] = (
    ({"name": "Market Square", "latitude": 52.5865, "longitude": -1.9832, "access": ["step-free"]}, COUNCIL),
    ({"name": "Gurdwara Hall", "latitude": 52.5840, "longitude": -1.9871, "access": ["step-free", "accessible-toilet"],
      "address": {"lines": "4 Foundry Street", "city": "Hazelbrook", "postal_code": "HB1 2ZZ", "country": "GB"}},
     "Hazelbrook Gurdwara Kitchen"),
    ({"name": "Church Rooms", "latitude": 52.5899, "longitude": -1.9764, "access": ["step-free", "hearing-loop"]},
     "St Brannock's Church Rooms"),
    ({"name": "Hilltop School Library", "latitude": 52.5781, "longitude": -1.9938}, "Hilltop School"),
    ({"name": "Cycle workshop", "latitude": 52.5916, "longitude": -1.9719, "access": ["step-free"]},
     "Weir Lane Cycles"),
    ({"name": "Weir Meadow", "latitude": 52.5944, "longitude": -1.9668}, COUNCIL),
    ({"name": "Good Neighbours' front room", "latitude": 52.5826, "longitude": -1.9772, "access": ["quiet-space"]},
     GOOD_NEIGHBOURS),
)  # fmt: skip
GROUPS: Sequence[tuple[Entry, str | None]] = (
    ({"name": "Thursday Choir", "concepts": ["singing_choir"], "areas": ["Market"]}, "Church Rooms"),
    ({"name": "Weir Walkers", "concepts": ["walking_group"], "areas": ["Mill End"]}, "Weir Meadow"),
    ({"name": "Women who sew", "concepts": ["sewing"], "languages": ["prs", "ar", "en"], "areas": ["Sidings"]},
     "Good Neighbours' front room"),
    ({"name": "Hilltop Dads", "concepts": ["new_parents"], "areas": ["Hilltop"]}, "Hilltop School Library"),
    ({"name": "Chess in the square", "concepts": ["chess"], "languages": ["en", "uk", "tr"]}, "Market Square"),
)  # fmt: skip
MICRO_PROVIDERS: Sequence[Entry] = (
    {"name": "Mill End Errands", "kind": "friendship-or-good-neighbour", "paid": "unpaid", "workers": 2,
     "business_model": "voluntary", "concepts": ["errands"], "areas": ["Mill End"]},
    {"name": "Hilltop Lifts", "kind": "transport", "paid": "mixed", "business_model": "expenses-only",
     "concepts": ["lift_sharing"], "areas": ["Hilltop"], "public": True},
)  # fmt: skip
SERVICES: Sequence[tuple[Entry, str, str]] = (
    ({"name": "Saturday workshop", "description": "Bring your bicycle; we show you how to mend the puncture and brakes",
      "category": "repair", "costs": [{"amount": 0, "currency": "GBP"}], "opening": [weekly("SA", 10)]},
     "Weir Lane Cycles", "Cycle workshop"),
    ({"name": "Open kitchen", "description": "A warm meal, sitting together", "category": "food",
      "languages": ["pa", "en"], "costs": [{"amount": 0, "currency": "GBP"}],
      "opening": [weekly("MO", 11, 8), weekly("SU", 11, 8)]},
     "Hazelbrook Gurdwara Kitchen", "Gurdwara Hall"),
    ({"name": "Hours for hours", "description": "The time bank's desk: what could you give, what do you need?",
      "category": "community", "opening": [weekly("WE", 14)]}, TIME_BANK, "Good Neighbours' front room"),
    ({"name": "Homework after school", "description": "A table, quiet, and somebody who asks good questions",
      "category": "learning", "minimum_age": 7, "maximum_age": 14, "opening": [weekly("TU", 15, 2)]},
     "Hilltop School", "Hilltop School Library"),
    ({"name": "Forms and letters", "description": "We read the council's letters with you and fill in forms",
      "category": "advice", "languages": ["en", "ar", "prs"], "costs": [{"amount": 0, "currency": "GBP"}],
      "opening": [weekly("TH", 9)]}, GOOD_NEIGHBOURS, "Good Neighbours' front room"),
)  # fmt: skip
ACTIVITIES: Sequence[tuple[Entry, str, str]] = (
    ({"name": "Singing evening", "concepts": ["singing_choir"], "opening": [weekly("TH", 18, 2)]},
     "Thursday Choir", "Church Rooms"),
    ({"name": "Every morning along the weir", "concepts": ["walk_together"], "opening": [
        {"starts": "2026-01-05T08:00:00", "minutes": 45, "time_zone": LONDON, "rule": "FREQ=DAILY"}]},
     "Weir Walkers", "Weir Meadow"),
    ({"name": "Sewing and tea", "concepts": ["sewing"], "opening": [weekly("WE", 10)]},
     "Women who sew", "Good Neighbours' front room"),
    ({"name": "Chess on Sundays", "concepts": ["chess"], "opening": [weekly("SU", 13)]},
     "Chess in the square", "Market Square"),
)  # fmt: skip
