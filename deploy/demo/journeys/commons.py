"""What the neighbourhood has: entered, found in another language, shown to everybody or to a few, and let go."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.demo import assets
from deploy.demo.client import Api, wait_for
from deploy.demo.founding import Quarter
from deploy.demo.neighbourhood import COUNCIL, GOOD_NEIGHBOURS, TIME_BANK
from deploy.demo.story import Story, listed

ARABIC, MEANING = "تصليح الدراجات", "repairing bicycles"
_SWAPPED, _TWICE = "Canal Street Meeting Room", "Mill Race Age-Friends"
_SHOWS, _LEAVES = "Priya", "Margaret"


@dataclass(slots=True)
class Commons:
    """What the journey saw, for whoever wants to check it."""

    entered: dict[str, int] = field(default_factory=dict)
    put_right: tuple[float, float] = (0.0, 0.0)
    postcodes: Mapping[str, Any] = field(default_factory=dict)
    found_in_arabic: Sequence[str] = ()
    near_the_market: Sequence[str] = ()
    on_the_map: int = 0
    reasons: Sequence[str] = ()
    leads_to: str = ""
    feed: Mapping[str, Any] = field(default_factory=dict)
    shown_before: Sequence[str] = ()
    shown_after: Sequence[str] = ()
    exported: Mapping[str, int] = field(default_factory=dict)
    erased: Mapping[str, Any] = field(default_factory=dict)
    sums: list[int] = field(default_factory=list)
    owed: list[int] = field(default_factory=list)


def play(story: Story, quarter: Quarter) -> Commons:
    """Play the chapter in a Hazelbrook where the other journeys have been; return what was seen."""
    commons = _Commons(story, quarter)
    story.chapter("What the neighbourhood has: and who may see what of it")
    commons.enter()
    commons.draw()
    commons.search()
    commons.merge()
    commons.publish()
    commons.show_a_person()
    commons.let_go()
    return commons.seen


class _Commons:
    def __init__(self, story: Story, quarter: Quarter) -> None:
        self.story = story
        self.quarter = quarter
        self.council = quarter.api(COUNCIL)
        self.seen = Commons()
        self._ids = dict(quarter.organisations)

    def enter(self) -> None:
        """Enter what everybody in Hazelbrook knows, and no list has."""
        self._add("organisations", [dict(one) for one in assets.ORGANISATIONS])
        self._add("places", [{**one, "organisation_id": self._ids[by]} for one, by in assets.PLACES])
        self._add("groups", [{**one, "place_ids": [self._ids[at]] if at else []} for one, at in assets.GROUPS])
        self._add("micro-providers", [dict(one) for one in assets.MICRO_PROVIDERS])
        self._add("services", [{**one, **self._of("organisation_id", by, at)} for one, by, at in assets.SERVICES])
        self._add("activities", [{**one, **self._of("group_id", by, at)} for one, by, at in assets.ACTIVITIES])
        told = [f"{count} {kind.replace('-', ' ')}" for kind, count in self.seen.entered.items()]
        self.story.tell(
            "Imported lists know organisations. What neighbours have beside them the council writes down with them:",
            f"{listed(told)}.",
        )

    def _of(self, owner: str, by: str, at: str) -> dict[str, Any]:
        return {owner: self._ids[by], "place_ids": [self._ids[at]]}

    def _add(self, collection: str, bodies: Sequence[Mapping[str, Any]]) -> None:
        for body in bodies:
            self._ids[body["name"]] = self.council.post(f"/v1/{collection}", body)["id"]
        self.seen.entered[collection] = len(bodies)

    def draw(self) -> None:
        """Name the parts of the quarter, load its postcodes, and put a swapped place where it belongs."""
        for name, area in assets.AREAS:
            self.council.post("/v1/areas", {"name": name, **area})
        csv = {"content-type": "text/csv"}
        answer = self.council.ask("POST", "/v1/postcodes:load", headers=csv, content=assets.POSTCODES)
        self.seen.postcodes = codes = answer.json()
        lost = next(one for one in self.council.each("/v1/places", q=_SWAPPED) if one["name"] == _SWAPPED)
        position = {"latitude": lost["longitude"], "longitude": lost["latitude"]}
        found = self.council.patch(f"/v1/places/{lost['id']}", position)
        self.seen.put_right = (found["latitude"], found["longitude"])
        self.story.tell(
            f"It draws {listed([name for name, _ in assets.AREAS])}, loads {codes['kept']} postcodes",
            f"({codes['refused']} line is no postcode), and brings the {_SWAPPED} home from the Indian Ocean.",
        )

    def search(self) -> None:
        """Search in Arabic what is written in English; search around a postcode; count what is on the map."""
        found = wait_for(self._in_arabic, what="What the new entries are about")
        self.seen.found_in_arabic = [one["name"] for one in found]
        self.story.tell(
            f"Somebody types “{ARABIC}” ({MEANING}). Nothing here is written in Arabic. Found all the same:"
        )
        for one in found[:2]:
            self.story.item(f"{one['name']}: {'; '.join(why['says'] for why in one['why'])}")
        near = self.council.get("/v1/assets", postcode="HB1 1ZZ", radius_km=1, cost="free", sort="distance")
        self.seen.near_the_market = [one["name"] for one in near["items"]]
        self.story.tell(
            f"Free of charge within a kilometre of HB1 1ZZ: {listed(self.seen.near_the_market)}.",
            f"The answer also says that {near['hidden']['cost']} more are near by that have a price, or name none.",
        )
        self.seen.on_the_map = len(self.council.get("/v1/assets.geojson")["features"])
        self.story.tell(f"{self.seen.on_the_map} entries have a place and go onto a map: GET /v1/assets.geojson.")

    def _in_arabic(self) -> list[dict[str, Any]] | None:
        items: list[dict[str, Any]] = self.council.get("/v1/assets", q=ARABIC, language="ar")["items"]
        return items if any(one["name"] == "Saturday workshop" for one in items) else None

    def merge(self) -> None:
        """Notice that an organisation has been entered twice, and make the two one."""
        twin = self._ids[_TWICE]
        looked = self.council.post("/v1/duplicates:look", {"kind": "organisations", "entry_id": twin})["items"]
        (pair,) = [one for one in looked if one["likelihood"] == "likely"]
        (imported,) = set(pair["entry_ids"]) - {twin}
        self.seen.reasons = [why["says"] for why in pair["reasons"]]
        self.council.post(f"/v1/duplicates/{pair['id']}:merge", {"survivor": imported})
        self.seen.leads_to = name = self.council.get(f"/v1/organisations/{twin}")["name"]
        self.story.tell(f"“{_TWICE}” is suspected to be “{name}” from the county's list, and why is said:")
        self.story.items(self.seen.reasons)
        self.story.tell("The council makes them one. The id of the other still leads to it, and it can be undone.")

    def publish(self) -> None:
        """Read the public feed as anybody can, without a token."""
        anybody = Api(self.quarter.instance)
        home = f"/open-referral-uk/{self.quarter.slug}"
        listing = anybody.get(f"{home}/services", full="true")
        texts = str(listing)
        first = next(one for one in listing["contents"] if one["name"] == "Saturday workshop")
        self.seen.feed = {
            "total": listing["total_items"],
            "people": [one for one in self.quarter.people if re.search(rf"\b{one}\b", texts)],
            "micro_providers": [one["name"] for one in assets.MICRO_PROVIDERS if one["name"] in texts],
        }
        self.story.tell(
            f"{listing['total_items']} services stand in the public feed (Open Referral UK), for anybody to read.",
            f"One of them: “{first['name']}” by {first['organization']['name']}.",
            f"{first['schedules'][0]['description']}. Of two micro-providers one wants to be listed, and is.",
            f"No person is in it: GET {home}/services.",
        )

    def show_a_person(self) -> None:
        """Let Priya show the time bank what she can do, and take it back."""
        app, bank = self.quarter.apps[GOOD_NEIGHBOURS], self.quarter.api(TIME_BANK)
        hers = app.as_person(self.quarter.people[_SHOWS])
        consents = f"/v1/participants/{self.quarter.people[_SHOWS]}/consents"
        grant = {"purpose": "directory", "recipient_id": self._ids[TIME_BANK], "notice_version": "2026-01"}
        given = hers.post(consents, {**grant, "method": "online"})
        hers.post("/v1/people", {"name": "Priya, patient with phones", "concepts": ["phone_help"], "languages": ["pa"]})
        self.seen.shown_before = [one["name"] for one in bank.each("/v1/people")]
        hers.post(f"{consents}/{given['id']}:revoke")
        self.seen.shown_after = [one["name"] for one in bank.each("/v1/people")]
        self.story.tell(
            f"People are assets, too, as far as they want. {_SHOWS} shows the {TIME_BANK}, and nobody else, what she",
            f"can do: it sees “{listed(self.seen.shown_before)}”. She takes it back on her phone, and the next",
            f"request finds {len(self.seen.shown_after) or 'nobody'}.",
        )

    def let_go(self) -> None:
        """Let Margaret, who moves away, read everything that is held about her, and have it erased."""
        person = self.quarter.people[_LEAVES]
        hers, bank = self.quarter.apps[TIME_BANK].as_person(person), self.quarter.api(TIME_BANK)
        held = hers.get(f"/v1/participants/{person}/export")["services"]
        self.seen.exported = {name: sum(map(len, tables.values())) for name, tables in held.items() if tables}
        self._weigh(bank)
        asked = hers.post(f"/v1/participants/{person}:erase", {"reason": "withdrawn", "requested_by": "person"})

        def done() -> Mapping[str, Any] | None:
            found: Mapping[str, Any] = bank.get(f"/v1/erasures/{asked['id']}")
            return found if found["state"] == "done" else None

        self.seen.erased = wait_for(done, what="The last service's word that she is erased")["acknowledged"]
        self._weigh(bank)
        rows = [f"{count} from {name}" for name, count in self.seen.exported.items()]
        gone = sum(sum(tables.values()) for tables in self.seen.erased.values())
        self.story.tell(
            f"{_LEAVES} moves away. She reads every row that is held about her ({listed(rows)}) and has it all erased:",
            f"{gone} rows go or are emptied, and {len(self.seen.erased)} services have said so. What remains has no",
            "word of hers: that an offer about language was met, that grants were given and ended, and an hour and a",
            f"half in the ledger, which still sums to {self.seen.sums[-1]}. Leyla's balance is what it was.",
        )

    def _weigh(self, bank: Api) -> None:
        accounts = list(bank.each("/v1/accounts"))
        self.seen.sums.append(sum(one["balance_seconds"] for one in accounts))
        leyla = self.quarter.people["Leyla"]
        self.seen.owed += [one["balance_seconds"] for one in accounts if one["owner"]["id"] == leyla]
