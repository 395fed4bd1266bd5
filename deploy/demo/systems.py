"""The foreign systems of the third journey: one that polls, one that keeps a copy, a network that speaks Komunitin."""

from collections.abc import Mapping
from typing import Any

from deploy.demo.client import Api
from deploy.demo.founding import Quarter, app
from deploy.demo.neighbourhood import TIME_BANK


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


class Copied:
    """A copy of the offers of an app, in step as docs/copy.md says: the feed's end, then everything, then news."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._feed = Poller(api)
        self._feed.cursor = api.get("/v1/events", after="now")["next"]
        self.kept = self.there()
        self.fetched = 0

    def there(self) -> dict[str, Any]:
        """Return what is there now."""
        return {one["id"]: one for one in self._api.each("/v1/offers")}

    def catch_up(self) -> None:
        """Fetch again what the feed names; what does not come back is gone."""
        told = sorted({fact["subject"] for fact in self._feed.news() if fact["type"].startswith("offer.")})
        for start in range(0, len(told), 200):
            some = told[start : start + 200]
            there = self._api.get("/v1/offers", ids=",".join(some), limit=200)["items"]
            self.kept = {id: one for id, one in self.kept.items() if id not in some}
            self.kept |= {one["id"]: one for one in there}
            self.fetched += len(some)


class Network:
    """A network of time banks, which speaks Komunitin and nothing else."""

    def __init__(self, quarter: Quarter) -> None:
        reads = ("participants:read", "matching:read", "directory:read", "timebank:write")
        client = app(quarter, TIME_BANK, scopes=reads, name="Komunitin network")
        asked = {"grant_type": "client_credentials", "scope": "komunitin_social komunitin_accounting"}
        who = {"client_id": client.client_id, "client_secret": client.client_secret}
        answer = Api(quarter.instance).ask("POST", "/komunitin/auth/token", data={**asked, **who})
        self._api = Api(quarter.instance, answer.json()["access_token"])
        self.code = self._api.get("/komunitin/social/groups")["data"][0]["attributes"]["code"]

    def members(self) -> dict[str, str]:
        """Return the accounts of the members that are shown, by name."""
        shown = self._api.get(f"/komunitin/social/{self.code}/members")["data"]
        return {one["attributes"]["name"]: one["relationships"]["account"]["data"]["id"] for one in shown}

    def pay(self, name: str, sides: Mapping[str, str], *, seconds: int) -> str:
        """Move hours between the accounts of `payer` and `payee`, under `name`; return the name it is known by."""
        document = {
            "type": "transfers",
            "id": name,
            "attributes": {"amount": seconds, "meta": {"description": "Shirts ironed"}, "state": "committed"},
            "relationships": {side: {"data": {"type": "accounts", "id": account}} for side, account in sides.items()},
        }
        headers = {"content-type": "application/vnd.api+json"}
        home = f"/komunitin/accounting/{self.code}/transfers"
        return str(self._api.ask("POST", home, json={"data": document}, headers=headers).json()["data"]["id"])
