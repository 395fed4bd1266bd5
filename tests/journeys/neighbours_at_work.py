"""A neighbourhood in which things happen at random: people come and go, agree and take back, offer, need, meet, merge.

Every change goes through the public API, as apps of two organisations would make it. What is refused because somebody
else was quicker is not counted.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from cando_client import Client, Problem

NAMES = ("Amina", "Graham", "Luwam", "Margaret", "Mina", "Tesfay", "Zahra")
TITLES = ("Repairing bicycles", "Baking bread", "Reading letters", "Mowing a lawn", "Company on a walk")
_SOMEBODY_WAS_QUICKER = {403, 404, 409, 412, 422}


class Neighbourhood:
    """Makes random changes as the council's app; `charity` is the organisation that people let see them at times."""

    def __init__(self, council: Client, *, organisation: str, charity: str, seed: int) -> None:
        self.api, self.organisation, self.charity = council, organisation, charity
        self.chance = random.Random(seed)
        self.known: dict[str, list[str]] = {
            kind: []
            for kind in ("people", "grants", "needs", "offers", "matches", "organisations", "services", "accounts")
        }
        self.done: Counter[str] = Counter()
        self._ways: list[tuple[int, Callable[[], Any]]] = [
            (8, self.register), (6, self.rename), (7, self.agree), (9, self.take_back), (2, self.leave),
            (9, self.need), (9, self.offer), (8, self.reword), (4, self.withdraw), (3, self.take_away),
            (12, self.propose), (12, self.answer), (4, self.found), (3, self.redescribe), (2, self.close),
            (4, self.serve), (3, self.open_account), (5, self.give), (2, self.merge),
        ]  # fmt: skip

    @property
    def ways(self) -> set[str]:
        """Return what can happen here."""
        return {way.__name__ for _, way in self._ways}

    def change(self) -> bool:
        """Make one change; say whether it came about."""
        (way,) = self.chance.choices([way for _, way in self._ways], [weight for weight, _ in self._ways])
        try:
            made = way() is not None
        except Problem as problem:
            if problem.status not in _SOMEBODY_WAS_QUICKER:
                raise
            return False
        self.done[way.__name__] += made
        return made

    def _one(self, kind: str) -> str:
        if not self.known[kind]:
            raise Problem(404, {})
        return self.chance.choice(self.known[kind])

    def _grant(self, recipient: str) -> dict[str, Any]:
        return {"purpose": "matching", "recipient_id": recipient, "notice_version": "2026-01"}

    # --- people ---

    def register(self) -> Any:
        recipients = [self.organisation, self.charity][: self.chance.choice((1, 1, 2))]
        grants: Any = [self._grant(one) for one in recipients]
        grants.append({**self._grant(self.organisation), "purpose": "timebank"})
        made = self.api.register_participant(
            {"called": self.chance.choice(NAMES), "languages": [{"tag": "en"}], "consents": grants}
        )
        self.known["people"].append(made["id"])
        self.known["grants"] += [
            f"{made['id']} {grant['id']}" for grant in self.api.list_consents(made["id"])["items"]
            if grant["purpose"] == "matching"
        ]  # fmt: skip
        return made

    def rename(self) -> Any:
        return self.api.change_participant(self._one("people"), {"called": self.chance.choice(NAMES)})

    def agree(self) -> Any:
        person = self._one("people")
        grant: Any = self._grant(self.chance.choice((self.organisation, self.charity)))
        made = self.api.give_consent(person, grant)
        self.known["grants"].append(f"{person} {made['id']}")
        return made

    def take_back(self) -> Any:
        grant = self._one("grants")
        self.known["grants"].remove(grant)
        return self.api.revoke_consent(*grant.split())

    def leave(self) -> Any:
        person = self._one("people")
        self.api.delete_participant(person)
        self.known["people"].remove(person)
        return person

    def merge(self) -> Any:
        called = f"{self.chance.choice(NAMES)} {self.chance.randrange(10**6)}"
        grants: Any = [self._grant(self.organisation)]
        said: Any = {"called": called, "languages": [{"tag": "en"}], "consents": grants}
        pair = [self.api.register_participant(said) for _ in range(2)]
        self.known["people"].append(pair[0]["id"])
        for one in pair:
            self.known["needs"].append(self._listing(one["id"], self.api.create_need)["id"])
        self.api.look_for_duplicates({"kind": "participants", "entry_id": pair[0]["id"]})
        page = self.api.list_duplicates(kind="participants", entry_id=pair[0]["id"])
        found = next(iter(page["items"]), None)
        if found is None:
            return None
        merged = self.api.merge_duplicate(found["id"], {"survivor": pair[0]["id"]})
        grants = self.api.list_consents(pair[0]["id"], live=True)["items"]
        self.known["grants"] += [f"{pair[0]['id']} {grant['id']}" for grant in grants]
        return merged

    # --- needs, offers, matches ---

    def _listing(self, person: str, create: Callable[..., Any]) -> Any:
        title = self.chance.choice(TITLES)
        return create({"participant_id": person, "title": title, "category": "repair", "language": "en"})

    def need(self) -> Any:
        made = self._listing(self._one("people"), self.api.create_need)
        self.known["needs"].append(made["id"])
        return made

    def offer(self) -> Any:
        made = self._listing(self._one("people"), self.api.create_offer)
        self.known["offers"].append(made["id"])
        return made

    def reword(self) -> Any:
        if self.chance.random() < 0.5:
            return self.api.change_need(self._one("needs"), {"title": self.chance.choice(TITLES), "capacity": 3})
        return self.api.change_offer(self._one("offers"), {"title": self.chance.choice(TITLES), "capacity": 3})

    def withdraw(self) -> Any:
        if self.chance.random() < 0.5:
            return self.api.withdraw_need(self._one("needs"))
        return self.api.pause_offer(self._one("offers"))

    def take_away(self) -> Any:
        if self.chance.random() < 0.5:
            need = self._one("needs")
            self.known["needs"].remove(need)
            self.api.delete_need(need)
            return need
        offer = self._one("offers")
        self.known["offers"].remove(offer)
        self.api.delete_offer(offer)
        return offer

    def propose(self) -> Any:
        made = self.api.propose_match({"need_id": self._one("needs"), "offer_id": self._one("offers")})
        self.known["matches"].append(made["id"])
        return made

    def answer(self) -> Any:
        match = self._one("matches")
        if self.chance.random() < 0.3:
            return self.api.decline_match(match, {"side": self.chance.choice(("need", "offer"))})
        return self.api.accept_match(match, {"side": self.chance.choice(("need", "offer"))})

    # --- what there is, and hours ---

    def found(self) -> Any:
        name = f"Millrace {self.chance.randrange(10**6)}"
        made = self.api.add_organisation({"name": name, "kind": "charity"})
        self.known["organisations"].append(made["id"])
        return made

    def redescribe(self) -> Any:
        text = f"Open on Thursdays, room {self.chance.randrange(100)}."
        return self.api.change_organisation(self._one("organisations"), {"description": text})

    def close(self) -> Any:
        if self.known["services"] and self.chance.random() < 0.5:
            service = self._one("services")
            self.known["services"].remove(service)
            self.api.delete_service(service)
            return service
        organisation = self._one("organisations")
        self.known["organisations"].remove(organisation)
        self.api.delete_organisation(organisation)
        return organisation

    def serve(self) -> Any:
        made = self.api.add_service({"name": "Lunch club", "organisation_id": self._one("organisations")})
        self.known["services"].append(made["id"])
        return made

    def open_account(self) -> Any:
        owner: Any = {"kind": "participant", "id": self._one("people")}
        made = self.api.open_account({"owner": owner, "debit_limit_seconds": 36_000})
        self.known["accounts"].append(made["id"])
        return made

    def give(self) -> Any:
        accounts = {self._one("accounts"), self._one("accounts")}
        if len(accounts) < 2:
            return None
        one, other = accounts
        seconds = 60 * self.chance.randint(1, 9)
        return self.api.make_transfer(
            {"from_account": one, "to_account": other, "seconds": seconds, "reason": "A favour"}
        )
