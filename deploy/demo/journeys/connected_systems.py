"""The third journey: a CRM and a time bank go on working with their own ids, and nobody types anything twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.demo.client import Api, wait_for
from deploy.demo.founding import Quarter
from deploy.demo.neighbourhood import COUNCIL, GOOD_NEIGHBOURS, MARKET, TIME_BANK
from deploy.demo.story import Story, listed

CRM, BANK = "council-crm", "time-bank"
_CONTACTS: Mapping[str, tuple[str, str]] = {
    "C-1001": ("Esther", "en"),
    "C-1002": ("Bogdan", "pl"),
    "C-1003": ("Nour", "ar"),
}
_OFFERS: Mapping[str, tuple[str, str]] = {
    "O-1": ("Ironing shirts", "household"),
    "O-2": ("Weeding and mowing", "garden"),
    "O-3": ("Knitting for beginners", "culture"),
}
_NEEDS: Mapping[str, tuple[str, str]] = {
    "N-1": ("Taming a wild garden", "garden"),
    "N-2": ("A lift to the clinic", "transport"),
}


@dataclass(slots=True)
class ConnectedSystems:
    """What the journey saw, for whoever wants to check it."""

    contacts_first: Counter[bool] = field(default_factory=Counter)
    contacts_again: Counter[bool] = field(default_factory=Counter)
    versions_kept: bool = False
    facts_of_the_second_time: Sequence[str] = ()
    first_poll: Counter[str] = field(default_factory=Counter)
    later_poll: Counter[str] = field(default_factory=Counter)
    personal_words: Sequence[str] = ()
    pushed_first: Counter[bool] = field(default_factory=Counter)
    pushed_again: Counter[bool] = field(default_factory=Counter)
    candidates: Sequence[Mapping[str, Any]] = ()
    candidates_after_deleting: Sequence[Mapping[str, Any]] = ()


def play(story: Story, quarter: Quarter) -> ConnectedSystems:
    """Play both systems in Hazelbrook; return what was seen."""
    systems = Systems(story, quarter)
    systems.crm_sends_contacts()
    systems.bank_pushes()
    systems.crm_asks_what_is_new()
    systems.bank_deletes()
    return systems.seen


class Poller:
    """A CRM that asks for news now and then, and remembers nothing but its cursor."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.cursor = ""

    def news(self) -> list[dict[str, Any]]:
        """Return all that has happened since it asked last."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._api.get("/v1/events", after=self.cursor, limit=200)
            self.cursor = page["next"]
            if not page["items"]:
                return found
            found += page["items"]


class Systems:
    """The steps of the two systems, in their order; each leaves what it saw in `seen`."""

    def __init__(self, story: Story, quarter: Quarter) -> None:
        self.story = story
        self.quarter = quarter
        self.council = quarter.api(COUNCIL)
        self.bank = quarter.api(TIME_BANK)
        self.poller = Poller(self.council)
        self.seen = ConnectedSystems()
        self._owners: list[str] = []
        self._listings: dict[str, str] = {}

    # --- the CRM ---------------------------------------------------------------------------------------------------

    def crm_sends_contacts(self) -> None:
        """Send the contacts by the CRM's own ids, and the same ones once more."""
        self.story.chapter("Systems that are there already: a CRM and a time bank")
        first = [self._upsert(number) for number in _CONTACTS]
        self._wait_until_quiet()
        again = [self._upsert(number) for number in _CONTACTS]
        self.seen.contacts_first = Counter(new for _, new in first)
        self.seen.contacts_again = Counter(new for _, new in again)
        self.seen.versions_kept = [made["version"] for made, _ in first] == [made["version"] for made, _ in again]
        self.seen.facts_of_the_second_time = [
            fact["type"] for fact in self.poller.news() if fact["subject"] in {made["id"] for made, _ in again}
        ]
        self._owners = [made["id"] for made, _ in first]
        names = listed([called for called, _ in _CONTACTS.values()])
        self.story.tell(
            f"The council's CRM sends its contacts {names} by its own numbers ({listed(list(_CONTACTS))}).",
            "At night it sends all of them again: the same numbers, the same people; nothing is new, nothing changes,",
            "and the feed stays silent about it.",
        )

    def _upsert(self, number: str) -> tuple[dict[str, Any], bool]:
        called, language = _CONTACTS[number]
        allowed = (self.quarter.organisations[name] for name in (COUNCIL, TIME_BANK, GOOD_NEIGHBOURS))
        consents = [
            {"purpose": purpose, "recipient_id": recipient, "notice_version": "2026-01"}
            for recipient in allowed
            for purpose in ("matching", "introduction", "timebank")
        ]
        body = {
            "called": called,
            "languages": [{"tag": language, "level": "native"}, {"tag": "en-GB", "level": "good"}],
            "place": {"latitude": MARKET[0], "longitude": MARKET[1]},
            "travel": ["foot", "bus"],
            "consents": consents,
        }
        return self.council.upsert("participants", system=CRM, value=number, body=body)

    def _wait_until_quiet(self) -> None:
        """Read the feed up to the last contact, and keep the cursor."""
        waiting = {"facts": 0}

        def told() -> bool:
            news = Counter(fact["type"] for fact in self.poller.news())
            self.seen.first_poll += news
            waiting["facts"] += news["participant.created"]
            return self.seen.first_poll["participant.created"] >= len(_CONTACTS) and not news

        wait_for(told, what="The news of the CRM's contacts")

    def crm_asks_what_is_new(self) -> None:
        """Poll the feed from the stored cursor."""

        def told() -> bool:
            news = self.poller.news()
            self.seen.later_poll += Counter(fact["type"] for fact in news)
            self.seen.personal_words = [*self.seen.personal_words, *_personal(news)]
            return self.seen.later_poll["offer.created"] >= len(_OFFERS)

        wait_for(told, what="The news of the time bank's offers")
        self.story.tell("The CRM asks for news now and then. It keeps one cursor, and is told what has happened since:")
        self.story.items([f"{count} × {fact}" for fact, count in sorted(self.seen.later_poll.items())])
        self.story.tell("The feed carries ids and states, no names and no texts. What it may see, the CRM then reads.")

    # --- the time bank -----------------------------------------------------------------------------------------------

    def bank_pushes(self) -> None:
        """Push offers and needs by the time bank's own ids, twice."""
        first = self._push()
        again = self._push()
        self.seen.pushed_first, self.seen.pushed_again = Counter(first), Counter(again)
        self.story.tell(
            f"The {TIME_BANK} pushes its members' {len(_OFFERS)} offers and {len(_NEEDS)} needs by its own numbers,",
            f"and an hour later again: {self.seen.pushed_again[True]} new, nothing doubled.",
        )
        self.seen.candidates = self._candidates()
        titles = [one["title"] for one in self.seen.candidates]
        self.story.tell(f"It asks who could help with “{_NEEDS['N-1'][0]}”, and is told: {listed(titles)}.")

    def _push(self) -> list[bool]:
        everything = [("offers", _OFFERS), ("needs", _NEEDS)]
        return [
            self._put(collection, number, *what) for collection, some in everything for number, what in some.items()
        ]

    def _put(self, collection: str, number: str, title: str, category: str) -> bool:
        owner = self._owners[0] if collection == "offers" else self._owners[1]
        body = {
            "participant_id": owner,
            "title": title,
            "released_text": title,
            "category": category,
            "means": ["in_person"],
            "exchange": "credit",
            "source": {"system": "time_bank", "id": number},
        }
        made, new = self.bank.upsert(collection, system=BANK, value=number, body=body)
        self._listings[number] = made["id"]
        return new

    def _candidates(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.bank.get(f"/v1/needs/{self._listings['N-1']}/candidates")["items"]
        return found

    def bank_deletes(self) -> None:
        """Delete an offer and a need, as the time bank does when a member has given up; the feed tells of both."""
        self.bank.delete(f"/v1/offers/{self._listings['O-2']}")
        self.bank.delete(f"/v1/needs/{self._listings['N-2']}")
        self.seen.candidates_after_deleting = self._candidates()
        told: Counter[str] = Counter()

        def gone() -> bool:
            told.update(fact["type"] for fact in self.poller.news())
            return told["offer.deleted"] >= 1 and told["need.deleted"] >= 1

        wait_for(gone, what="The news of the deletions")
        self.seen.later_poll += told
        self.story.tell(
            "A member gives up gardening, another has bought a car: the time bank deletes an offer and a need. Both",
            "are gone from candidates at once, and the feed tells the CRM of both.",
        )


def _personal(news: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return whatever in the feed is one of the people's names or one of the texts: there must be nothing."""
    words = [called for called, _ in _CONTACTS.values()] + [title for title, _ in (*_OFFERS.values(), *_NEEDS.values())]
    return [word for word in words if any(word in str(fact) for fact in news)]
