"""A foreign client of Komunitin's kind, and a strict checker of JSON:API documents, for the facade's tests."""

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.town import Quarter, Town, ok

MEDIA_TYPE = "application/vnd.api+json"
SCOPES = "komunitin_social_read_all komunitin_accounting_read_all komunitin_auth_impersonate_all"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Komunitin:
    """Asks the three bases as the network's own client does: a token by form, JSON:API, links followed to the end."""

    def __init__(
        self,
        town: Town,
        quarter: Quarter,
        *,
        scope: str = SCOPES,
        scopes: list[str] | None = None,
        organisation: str | None = None,
    ) -> None:
        self.town, self.base = town, f"{town.url}/komunitin"
        self.credentials = quarter.credentials(organisation, scopes=scopes)
        self.told = ok(self.ask_token(scope=scope))
        self.http = httpx.Client(
            headers={"accept": MEDIA_TYPE, "authorization": f"Bearer {self.told['access_token']}"}, timeout=30
        )
        town.clients.append(self.http)

    def ask_token(self, **form: str) -> httpx.Response:
        body = {"grant_type": "client_credentials", **{n: self.credentials[n] for n in ("client_id", "client_secret")}}
        return httpx.post(f"{self.base}/auth/token", data={**body, **form}, timeout=30)

    def get(self, path: str, **params: str) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.base}{path}"
        return self.http.get(url, params=params or None, headers={"content-type": "application/json"})

    def read(self, path: str, **params: str) -> dict[str, Any]:
        answer = self.get(path, **params)
        assert answer.headers["content-type"] == MEDIA_TYPE
        document = ok(answer)
        check(document, base=self.town.url)
        return dict(document)

    def crawl(self, path: str, **params: str) -> list[dict[str, Any]]:
        """Read a collection to its end by its links."""
        found, url = [], path
        for _ in range(200):
            document = self.read(url, **params)
            found += document["data"]
            assert len({one["id"] for one in found}) == len(found), "something is shown twice"
            params = {}
            if (url := document["links"]["next"]) is None:
                assert document["meta"]["count"] == len(found)
                return found
        raise AssertionError("the pages never end")

    def pay(self, path: str, payer: str, payee: str, amount: Any, **more: Any) -> httpx.Response:
        data = transfer(payer, payee, amount, **more)
        return self.http.post(f"{self.base}{path}", json={"data": data}, headers={"content-type": MEDIA_TYPE})


def transfer(payer: str, payee: str, amount: Any, *, id: str | None = None, **attributes: Any) -> dict[str, Any]:
    said = {"amount": amount, "meta": {"description": "Two hours in the garden"}, "state": "committed", **attributes}
    sides = {"payer": payer, "payee": payee}
    named = {side: {"data": {"type": "accounts", "id": account}} for side, account in sides.items()}
    made: dict[str, Any] = {"type": "transfers", "attributes": said, "relationships": named}
    return {**made, "id": id} if id else made


def errors(answer: httpx.Response, status: int, code: str) -> list[dict[str, Any]]:
    """Return the error objects of an answer, after making sure that they are whole and as expected."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.headers["access-control-allow-origin"]
    body = answer.json()
    assert set(body) == {"errors"}
    assert body["errors"]
    for one in body["errors"]:
        assert set(one) <= {"status", "code", "title", "detail", "source"}
        assert one["status"] == str(status)
        assert one["code"] == code, one
        assert all(isinstance(one[name], str) and one[name] for name in ("title", "detail"))
    found: list[dict[str, Any]] = body["errors"]
    return found


def check(document: Mapping[str, Any], *, base: str) -> None:
    """Assert that a document is JSON:API, with absolute links and nothing twice."""
    assert set(document) <= {"data", "links", "meta", "included"}
    primary = document["data"] if isinstance(document["data"], list) else [document["data"]]
    every = [*primary, *document.get("included", [])]
    keys = [(one["type"], one["id"]) for one in every]
    assert len(set(keys)) == len(keys), "a resource stands in the document twice"
    for one in every:
        _check_resource(one)
    for link in _links(document):
        assert link is None or (isinstance(link, str) and link.startswith(f"{base}/komunitin/")), link
    linked = {(to["type"], to["id"]) for one in every for to in _linkage(one)}
    assert {key for key in keys if key not in {(p["type"], p["id"]) for p in primary}} <= linked, "full linkage"
    if isinstance(document["data"], list):
        assert set(document["links"]) == {"self", "first", "prev", "next"}
        assert isinstance(document["meta"]["count"], int)


def _check_resource(one: Mapping[str, Any]) -> None:
    assert set(one) <= {"type", "id", "attributes", "relationships", "links", "meta"}
    UUID(one["id"])
    attributes = one.get("attributes", {})
    assert "id" not in attributes  # JSON:API keeps `type` free as well, but the network gives members one
    assert not set(attributes) & set(one.get("relationships", {}))
    for name in ("created", "updated", "expires"):
        if (moment := attributes.get(name)) is not None:
            assert _TIME.fullmatch(moment), moment
            datetime.fromisoformat(moment)
    for relationship in one.get("relationships", {}).values():
        assert set(relationship) <= {"data", "links", "meta"}
        assert {"data", "links", "meta"} & set(relationship)


def _linkage(one: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for relationship in one.get("relationships", {}).values():
        data = relationship.get("data") or []
        yield from data if isinstance(data, list) else [data]


def _links(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from part.get("links", {}).values()
        yield from itertools.chain.from_iterable(_links(value) for value in part.values())
        if "href" in part:
            yield part["href"]
    elif isinstance(part, list):
        yield from itertools.chain.from_iterable(_links(value) for value in part)


def member(quarter: Quarter, called: str, *, purposes: tuple[str, ...] = (), entry: bool = True) -> dict[str, str]:
    """Register somebody with an account, who lets herself be shown unless `purposes` or `entry` say otherwise."""
    purposes = purposes or ("matching", "timebank", "directory")
    person = quarter.register(f"{called} {uuid4().hex[:4]}", purposes=purposes)["id"]
    if entry:
        ok(quarter.council.post("/v1/people", json={"participant_id": person, "name": called, "languages": ["prs"]}))
    owner = {"owner": {"kind": "participant", "id": person}, "debit_limit_seconds": 36_000}
    account = ok(quarter.council.post("/v1/accounts", json=owner))
    return {"id": person, "account": account["id"]}


def offer(quarter: Quarter, owner: str, title: str, *, kind: str = "offers", **more: Any) -> dict[str, Any]:
    body = {"participant_id": owner, "title": title, "released_text": "On Saturdays.", **more}
    made: dict[str, Any] = ok(quarter.council.post(f"/v1/{kind}", json=body))
    return made
