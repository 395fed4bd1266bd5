"""The neighbourhood that matching is tested with: the council, the time bank, and who lives there."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from services.matching.settings import Settings
from tests.town import Quarter, Town, ok, token

SATURDAYS = {"starts": "2026-01-03T10:00:00", "minutes": 120, "time_zone": "Europe/London",
             "rule": "FREQ=WEEKLY;BYDAY=SA"}  # fmt: skip
_numbers = itertools.count(1)
PURPOSES = ("assessment", "matching", "introduction", "timebank")


@dataclass
class Neighbourhood:
    """Hazelbrook as two organisations see it: the council and the time bank."""

    quarter: Quarter
    council: httpx.Client
    bank: httpx.Client
    bank_id: str

    def person(self, *, to_bank: bool = True, purposes: tuple[str, ...] = PURPOSES, **facts: Any) -> dict[str, Any]:
        """Register somebody who consents towards the council, and towards the time bank too unless told otherwise."""
        called = f"Neighbour {next(_numbers)}"
        made = self.quarter.register(called, purposes=purposes, **facts)
        for purpose in purposes if to_bank else ():
            grant = {"purpose": purpose, "recipient_id": self.bank_id, "notice_version": "2026-01"}
            ok(self.council.post(f"/v1/participants/{made['id']}/consents", json=grant))
        return made

    def need(self, person: str, api: httpx.Client | None = None, **terms: Any) -> dict[str, Any]:
        """State a need of a person, held by the council unless told otherwise."""
        body = {"participant_id": person, "title": "Somebody to talk to", "category": "company", **terms}
        made: dict[str, Any] = ok((api or self.council).post("/v1/needs", json=body))
        return made

    def offer(self, person: str, api: httpx.Client | None = None, **terms: Any) -> dict[str, Any]:
        """Make an offer of a person, held by the time bank unless told otherwise."""
        body = {"participant_id": person, "title": "I like to listen", "category": "company", **terms}
        made: dict[str, Any] = ok((api or self.bank).post("/v1/offers", json=body))
        return made

    def pair(self, category: str = "company", **terms: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a need held by the council and an offer held by the time bank, of two people."""
        need = self.need(self.person()["id"], category=category)
        return need, self.offer(self.person()["id"], category=category, **terms)

    def match(self, category: str = "company", **terms: Any) -> dict[str, Any]:
        """Return a fresh proposal between such two."""
        need, offer = self.pair(category, **terms)
        made: dict[str, Any] = ok(
            self.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]})
        )
        return made

    def accepted(self, category: str = "company", **terms: Any) -> dict[str, Any]:
        """Return a match that both sides have accepted."""
        match = self.match(category, **terms)
        ok(self.council.post(f"/v1/matches/{match['id']}:accept", json={"side": "need"}))
        made: dict[str, Any] = ok(self.bank.post(f"/v1/matches/{match['id']}:accept", json={"side": "offer"}))
        return made

    def introduced(self, category: str = "company", **terms: Any) -> dict[str, Any]:
        """Return a match whose two have been introduced."""
        match = self.accepted(category, **terms)
        shown = ok(self.council.post(f"/v1/matches/{match['id']}/introduction"))
        made: dict[str, Any] = shown["match"]
        return made

    def for_need(self, need: dict[str, Any], api: httpx.Client | None = None, **query: Any) -> dict[str, Any]:
        """Ask which offers fit a need."""
        address = f"/v1/needs/{need['id']}/candidates"
        found: dict[str, Any] = ok((api or self.council).get(address, params={"limit": 100, **query}))
        return found

    def for_offer(self, offer: dict[str, Any], api: httpx.Client | None = None, **query: Any) -> dict[str, Any]:
        """Ask which needs fit an offer."""
        address = f"/v1/offers/{offer['id']}/candidates"
        found: dict[str, Any] = ok((api or self.bank).get(address, params={"limit": 100, **query}))
        return found

    def act(self, match: dict[str, Any], step: str, api: httpx.Client | None = None, **body: Any) -> httpx.Response:
        """Take a step of a match."""
        return (api or self.council).post(f"/v1/matches/{match['id']}:{step}", json=body or None)

    def staff(self, organisation: str | None = None) -> httpx.Client:
        """Return a member of staff of an organisation, the council unless told otherwise."""
        api = self.council if organisation is None else self.quarter.app(organisation)
        body = {"organisation_id": organisation or self.quarter.organisation, "label": "caseworker",
                "scopes": ["matching:read", "matching:write"]}  # fmt: skip
        exchanged = token(
            self.quarter.town, self.quarter.credentials(organisation),
            grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
            subject_token=ok(api.post("/v1/staff", json=body))["id"],
            subject_token_type="urn:cando:token-type:staff",
        )  # fmt: skip
        return self.quarter.town.http(exchanged["access_token"])

    def owners(self, match: dict[str, Any]) -> tuple[str, str]:
        """Return who needs and who offers in a match between the council's need and the time bank's offer."""
        need = ok(self.council.get(f"/v1/needs/{match['need_id']}"))
        return need["participant_id"], ok(self.bank.get(f"/v1/offers/{match['offer_id']}"))["participant_id"]

    def revoke(self, person: str, purpose: str, recipient: str) -> None:
        """Have somebody take back a consent."""
        address = f"/v1/participants/{person}/consents"
        for grant in ok(self.council.get(address))["items"]:
            if (grant["purpose"], grant["recipient_id"]) == (purpose, recipient):
                ok(self.council.post(f"{address}/{grant['id']}:revoke"))

    def facts(self, about: str) -> list[dict[str, Any]]:
        """Return matching's facts about an id."""
        api, after, found = self.council, "", []
        while True:
            page = ok(api.get("/v1/events", params={"after": after, "limit": 1000}))
            found += [fact for fact in page["items"] if fact["subject"] == about]
            if not page["items"]:
                return found
            after = page["next"]


def ids(found: dict[str, Any]) -> list[str]:
    """Return the ids of candidates."""
    return [one.get("offer_id") or one["need_id"] for one in found["items"]]


@pytest.fixture(scope="session")
def here(town: Town, hazelbrook: Quarter) -> Neighbourhood:
    """Hazelbrook with its council and its time bank."""
    assert town.house is not None
    settings = cast(Settings, town.house.apps["matching"].state.kernel.settings)
    settings.consent_timeout = 15  # the machine that runs the tests may be busy; what happens then is a test of its own
    bank = hazelbrook.organisation_named("Hazelbrook Time Bank")
    return Neighbourhood(hazelbrook, hazelbrook.council, hazelbrook.app(bank, name="bank"), bank)


@pytest.fixture
def quarter(town: Town, here: Neighbourhood) -> Callable[[str], Neighbourhood]:
    """Found a neighbourhood of a test's own, where counts are not disturbed by others."""

    def found(slug: str) -> Neighbourhood:
        quarter = town.found(f"{slug}-{next(_numbers)}", language="en", zone="Europe/London", organisation="Council")
        bank = quarter.organisation_named("Time Bank")
        return Neighbourhood(quarter, quarter.council, quarter.app(bank, name="bank"), bank)

    return found
