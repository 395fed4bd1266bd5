"""The third journey: a CRM, a time bank and its network go on with their own ids, and nobody types anything twice."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from deploy.demo.client import wait_for
from deploy.demo.founding import Quarter
from deploy.demo.neighbourhood import COUNCIL, GOOD_NEIGHBOURS, MARKET, TIME_BANK
from deploy.demo.story import Story, hours, listed
from deploy.demo.systems import Copied, Network, Poller

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
    lines: Mapping[str, str] = field(default_factory=dict)
    """What became of each line that was pushed, by the time bank's numbers."""
    drift: Sequence[tuple[int, int]] = ()
    """What a complete list found and mended: tried first, then in earnest, then once more."""
    members: Sequence[Sequence[str]] = ()
    """Whom the network sees: nobody at first, those who want it, and one fewer when she has taken it back."""
    paid_twice: Sequence[str] = ()
    statement: Mapping[str, Any] = field(default_factory=dict)
    copied: Mapping[str, Any] = field(default_factory=dict)
    there: Mapping[str, Any] = field(default_factory=dict)


def play(story: Story, quarter: Quarter) -> ConnectedSystems:
    """Play both systems in Hazelbrook; return what was seen."""
    systems = Systems(story, quarter)
    systems.crm_sends_contacts()
    systems.bank_pushes()
    systems.crm_asks_what_is_new()
    copy = Copied(systems.bank)
    systems.bank_deletes()
    systems.bank_pushes_a_night()
    systems.bank_looks_for_drift()
    systems.network_moves_hours()
    systems.bank_compares(copy)
    return systems.seen


class Systems:
    """The steps of the systems, in their order; each leaves what it saw in `seen`."""

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
        self.story.chapter("Systems that are there already: a CRM, a time bank, a network")
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

    # --- all at once, and what has drifted ---------------------------------------------------------------------------

    def bank_pushes_a_night(self) -> None:
        """Push what has changed during a day as lines: one is new, one late, one of somebody who is not here."""
        now = datetime.now(UTC)
        answer = self._send("offers:import", (
            _line("O-1", now, title="Ironing shirts and blouses"),
            _line("O-4", now, participant_id=self._owners[2], title="Coffee the Syrian way", category="food"),
            _line("O-2", now - timedelta(days=1), title="Weeding, mowing and pruning"),
            _line("O-5", now, participant={"system": BANK, "value": "M-404"}, title="Lifts to town"),
        ))  # fmt: skip
        self.seen.lines = {line["id"]: line["outcome"] for line in answer[:-1]}
        self.story.tell("The bank's members change their offers all day. At night it pushes one line for each change:")
        reasons = {"O-2": ": it was deleted here after that was said", "O-5": ": nobody here has its member's number"}
        self.story.items([f"{id} {outcome}{reasons.get(id, '')}" for id, outcome in sorted(self.seen.lines.items())])

    def bank_looks_for_drift(self) -> None:
        """Send the complete list: only try, then in earnest, then again. One change had never been pushed."""
        now = datetime.now(UTC)
        titles = {"O-1": "Ironing shirts and blouses", "O-3": "Knitting socks", "O-4": "Coffee the Syrian way"}
        whole = [_line(id, now, title=title) for id, title in titles.items()]
        sums = [self._send("offers:resync", whole, dry_run=tried)[-1]["summary"] for tried in (True, False, False)]
        self.seen.drift = [(one["drifted"], one["repaired"]) for one in sums]
        found, mended, again = sums[0]["drifted"], sums[1]["repaired"], sums[2]["drifted"]
        self.story.tell(
            "One change was never pushed: somebody had pulled a plug. So the bank sends its complete list now and",
            f"then. This time {found} has drifted, {mended} is put right, and then {again or 'none'} is found.",
        )

    def _send(self, what: str, lines: Iterable[Mapping[str, Any]], **query: Any) -> list[dict[str, Any]]:
        answer = self.bank.ask(
            "POST", f"/v1/{what}", params={"system": BANK, **query}, content="\n".join(map(json.dumps, lines)),
            headers={"content-type": "application/x-ndjson"},
        )  # fmt: skip
        return [json.loads(line) for line in answer.text.splitlines()]

    # --- a network of time banks -----------------------------------------------------------------------------------

    def network_moves_hours(self) -> None:
        """Let two members show themselves to the network, which moves an hour between them; then both go again."""
        network = Network(self.quarter)
        nobody = list(network.members())
        grants = {self._name(owner): self._shows_herself(owner) for owner in (self._owners[0], self._owners[2])}
        accounts = network.members()
        name, (giver, receiver) = str(uuid4()), grants
        sides = {"payer": accounts[receiver], "payee": accounts[giver]}
        self.seen.paid_twice = [network.pay(name, sides, seconds=3600) for _ in range(2)]
        self.seen.statement = self.bank.get(f"/v1/accounts/{accounts[giver]}/statement")
        for home in grants.values():
            self.council.post(f"{home}:revoke")
            self.seen.members = [*self.seen.members, sorted(network.members())]
        self.seen.members = [nobody, sorted(accounts), *self.seen.members]
        stands = hours(self.seen.statement["closing_seconds"])
        self.story.tell(
            f"The bank belongs to a network that speaks Komunitin. It is pointed here, finds {network.code}, and sees",
            f"no member until {listed(list(grants))} want to be seen. It moves an hour between them; the first answer",
            f"is lost, so it asks again. The hour has moved once: {stands} stand on {giver}'s statement. Both take",
            "back that they are shown, and the next request finds nobody.",
        )

    def _name(self, owner: str) -> str:
        return [called for called, _ in _CONTACTS.values()][self._owners.index(owner)]

    def _shows_herself(self, owner: str) -> str:
        """Let somebody show the time bank who she is, on her phone; return where the grant can be revoked."""
        hers = self.quarter.apps[COUNCIL].as_person(owner)
        self.bank.upsert("accounts", system=BANK, value=owner, body={"owner": {"kind": "participant", "id": owner}})
        grant = {
            "purpose": "directory",
            "recipient_id": self.quarter.organisations[TIME_BANK],
            "notice_version": "2026-01",
        }
        given = hers.post(f"/v1/participants/{owner}/consents", {**grant, "method": "online"})
        hers.post("/v1/people", {"name": self._name(owner)})
        return f"/v1/participants/{owner}/consents/{given['id']}"

    def bank_compares(self, copy: Copied) -> None:
        """Compare a copy that was begun before all this, and followed the feed since, with what is there."""

        def equal() -> bool:
            copy.catch_up()
            self.seen.copied, self.seen.there = copy.kept, copy.there()
            return bool(copy.fetched) and self.seen.copied == self.seen.there

        wait_for(equal, what="What the copy lacked")
        self.story.tell(
            "All the while a sheet in the bank's office has kept a copy of its offers. The feed has named",
            f"{copy.fetched} since, one of them deleted; it asked for these and nothing else, and its {len(copy.kept)}",
            "lines are equal to what is there.",
        )


def _line(id: str, at: datetime, **data: Any) -> dict[str, Any]:
    return {"id": id, "updated_at": at.isoformat(), "data": data}


def _personal(news: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return whatever in the feed is one of the people's names or one of the texts: there must be nothing."""
    words = [called for called, _ in _CONTACTS.values()] + [title for title, _ in (*_OFFERS.values(), *_NEEDS.values())]
    return [word for word in words if any(word in str(fact) for fact in news)]
