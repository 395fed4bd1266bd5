"""A neighbourhood with one of everything, and the public feed that shows it."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from services.directory.open_referral.taxonomies import ours
from tests.town import Quarter, Town, ok

CANARY = "Zebedee Quillfeather"
ROOT = "/open-referral-uk/open-feed"
Json = dict[str, Any]


@dataclass
class Feed:
    """The feed of one neighbourhood, the app that fills it, and what it was filled with."""

    quarter: Quarter
    public: httpx.Client
    ids: dict[str, str]
    root: str = ROOT

    def get(self, path: str = "", **query: Any) -> Json:
        body: Json = ok(self.public.get(self.root + path, params=query or None))
        return body

    def found(self, path: str = "/services", **query: Any) -> set[str]:
        """Return what is found, by the names under which it was added."""
        names = {id: name for name, id in self.ids.items()}
        bodies = self.get(path, per_page=5000, **query)["contents"]
        return {names[one["service_id"] if "service_id" in one else one["id"]] for one in bodies}

    def add(self, name: str, collection: str, **body: Any) -> str:
        made = ok(self.quarter.council.post(f"/v1/{collection}", json={"name": name.title(), **body}))
        self.ids[name] = made["id"]
        return str(made["id"])


def window(starts: str, minutes: int = 120, rule: str | None = None) -> Json:
    return {"starts": starts, "minutes": minutes, "time_zone": "Europe/London", "rule": rule}


def fill(town: Town) -> Feed:
    """Found a neighbourhood with one of everything."""
    quarter = town.found("open-feed", language="en", zone="Europe/London", organisation="Open Feed Council")
    feed = Feed(quarter, town.http(), {"council": quarter.organisation})
    _places(feed)
    _offers(feed)
    person = quarter.register(CANARY, purposes=("directory", "matching"))
    shown = {"participant_id": person["id"], "name": CANARY, "description": f"{CANARY} bakes"}
    ok(quarter.council.post("/v1/people", json=shown))
    return feed


def _places(feed: Feed) -> None:
    feed.add(
        "hall",
        "places",
        description="Brick hall",
        latitude=52.585,
        longitude=-1.982,
        access=["step-free"],
        accessibility="Ramp at the side door",
        category="culture",
        address={"lines": "1 Mill Lane", "city": "Hazelbrook", "postal_code": "HZ1 1AA", "country": "GB"},
    )
    feed.add("park", "places", latitude=52.65, longitude=-1.90, address={"city": "Hazelbrook"})


def _offers(feed: Feed) -> None:
    hall, park, council = feed.ids["hall"], feed.ids["park"], feed.quarter.organisation
    charity = feed.add(
        "charity",
        "organisations",
        kind="charity",
        parent_id=council,
        website="https://ché.example/ü",
        identifiers=[{"scheme": "GB-CHC", "value": "1234567"}],
    )
    feed.add(
        "repair",
        "services",
        organisation_id=charity,
        description="<p>Bring &amp; mend</p>",
        category="repair",
        concepts=["sewing"] if ours.term("sewing") else [],
        languages=["en", "de"],
        place_ids=[hall, park],
        access=["hearing-loop"],
        accessibility="Ask at the desk",
        cost="A donation",
        reach_km=5,
        areas=["Mill End"],
        costs=[
            {"option": "adult", "amount": 350, "currency": "GBP", "description": "a visit"},
            {"option": "child", "amount": 0, "currency": "GBP"},
        ],
        website="https://charity.example/r\u00e9pair",
        minimum_age=16,
        maximum_age=99,
        alert="Closed in August",
        assured_on="2026-10-01",
        assured_by="Role",
        codes=["R1"],
        opening=[window("2026-11-28T10:00:00", rule="FREQ=WEEKLY;BYDAY=SA"), window("2026-12-01T18:00:00")],
    )
    feed.add(
        "lunch",
        "services",
        organisation_id=council,
        category="food",
        place_ids=[park],
        minimum_age=60,
        maximum_age=120,
        opening=[window("2026-11-02T12:00:00", 60, "FREQ=DAILY")],
    )
    feed.add("closed", "services", organisation_id=council, status="inactive")
    feed.add("paused", "services", organisation_id=council, status="temporarily_closed")
    group = feed.add("choir", "groups", organisation_id=council, description="Sings")
    feed.add(
        "singing",
        "activities",
        group_id=group,
        place_ids=[hall],
        category="culture",
        opening=[window("2026-11-03T19:00:00", rule="FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1")],
    )
    maker = {"kind": "transport", "paid": "paid", "business_model": "commercial"}
    feed.add("driver", "micro-providers", public=True, **maker)
    feed.add("hidden", "micro-providers", public=False, **maker)
    feed.add("lift", "activities", micro_provider_id=feed.ids["hidden"])


def ok_lines(answer: httpx.Response) -> list[Json]:
    """Return what stands on the lines of an answer."""
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(one) for one in answer.text.splitlines()]
