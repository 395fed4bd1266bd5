"""The time-bank network's client reads a neighbourhood: what members let be shown, page by page, and not a word more."""

import json
import threading
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.connect.komunitin import MEDIA_TYPE, SCOPES, Komunitin, errors, member, offer
from tests.town import Quarter, Town, ok


@pytest.fixture(scope="module")
def quarter(town: Town) -> Quarter:
    """A neighbourhood of these tests' own."""
    return town.found(
        f"mill-end-{uuid4().hex[:6]}", language="en", zone="Europe/London", organisation="Mill End Time Bank"
    )


@pytest.fixture(scope="module")
def people(quarter: Quarter) -> dict[str, dict[str, str]]:
    """Amina and Yusuf let themselves be shown; Selam not in the directory, Eden not by the time bank, Hanna has no entry."""
    return {
        "Amina": member(quarter, "Amina, who sews"),
        "Yusuf": member(quarter, "Yusuf"),
        "Selam": member(quarter, "Selam", purposes=("matching", "timebank")),
        "Eden": member(quarter, "Eden", purposes=("matching", "timebank", "directory")),
        "Hanna": member(quarter, "Hanna", entry=False),
    }


@pytest.fixture(scope="module")
def code(quarter: Quarter, client: Komunitin) -> str:
    return str(client.read("/social/groups")["data"][0]["attributes"]["code"])


@pytest.fixture(scope="module")
def client(town: Town, quarter: Quarter, people: dict[str, dict[str, str]]) -> Komunitin:
    eden = people["Eden"]["id"]
    grants = ok(quarter.council.get(f"/v1/participants/{eden}/consents", params={"live": True}))["items"]
    grant = next(one["id"] for one in grants if one["purpose"] == "timebank")
    ok(quarter.council.post(f"/v1/participants/{eden}/consents/{grant}:revoke"))
    return Komunitin(town, quarter)


def test_a_token_is_given_for_the_reads_alone_whatever_else_is_asked(client: Komunitin) -> None:
    assert client.told["scope"].split() == SCOPES.split()[:2]
    assert client.told["token_type"] == "Bearer"
    assert client.told["expires_in"] > 0
    basic = httpx.post(
        f"{client.base}/auth/token", data={"grant_type": "client_credentials", "scope": "email social:read"},
        auth=(client.credentials["client_id"], client.credentials["client_secret"]), timeout=30,
    )  # fmt: skip
    assert ok(basic)["scope"] == "social:read"
    assert basic.headers["cache-control"] == "no-store"
    every = ok(client.ask_token())["scope"].split()
    assert every == [*SCOPES.split()[:2], "komunitin_accounting"]


def test_a_token_is_refused_in_oauths_words(client: Komunitin) -> None:
    wrong = client.ask_token(client_secret="cando_wrong")
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    assert wrong.headers["access-control-allow-origin"] == "*"
    for form, error in (
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "komunitin_auth_impersonate_all"}, "invalid_scope"),
    ):
        answer = client.ask_token(**form)
        assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_client_gets_what_it_may_have_of_what_it_asks(town: Town, quarter: Quarter) -> None:
    reader = ["participants:read", "matching:read", "timebank:read"]
    asked = f"{SCOPES} komunitin_accounting"
    assert Komunitin(town, quarter, scope=asked, scopes=reader).told["scope"].split() == SCOPES.split()[:2]
    writer = ["participants:write", "matching:write", "timebank:write"]
    for scope, status in ((" ".join(SCOPES.split()[:2]), 403), (SCOPES, 422)):
        told = Komunitin(town, quarter, scope=scope, scopes=writer).told
        assert told["scope"].split() == SCOPES.split()[:2], "it is not told that it may write"
        tried = town.http(told["access_token"]).post("/v1/transfers", json={})
        assert tried.status_code == status, "who asked to pose as users moves hours in its own name, who did not reads"
    poor = Komunitin(town, quarter, scope="", scopes=["events:read"])
    assert poor.ask_token(scope=SCOPES).json()["error"] == "invalid_scope"
    errors(poor.get("/social/groups"), 403, "Forbidden")


def test_only_members_who_let_themselves_be_shown_exist(
    client: Komunitin, code: str, people: dict[str, dict[str, str]]
) -> None:
    shown = {one["id"]: one for one in client.crawl(f"/social/{code}/members")}
    assert set(shown) == {people["Amina"]["id"], people["Yusuf"]["id"]}
    amina = shown[people["Amina"]["id"]]
    assert amina["attributes"]["name"] == "Amina, who sews"
    assert amina["attributes"]["state"] == "active"
    assert amina["relationships"]["account"]["data"]["id"] == people["Amina"]["account"]
    assert amina["relationships"]["contacts"]["data"] == []
    for named in (amina["id"], amina["attributes"]["code"]):
        assert client.read(f"/social/{code}/members/{named}")["data"]["id"] == amina["id"]
    for hidden in ("Selam", "Eden", "Hanna"):
        unknown = errors(client.get(f"/social/{code}/members/{uuid4()}"), 404, "NotFound")
        assert errors(client.get(f"/social/{code}/members/{people[hidden]['id']}"), 404, "NotFound") == unknown
        errors(client.get(f"/accounting/{code}/accounts/{people[hidden]['account']}"), 404, "NotFound")
        errors(client.get(f"/social/users/{people[hidden]['id']}"), 404, "NotFound")
        filtered = {"filter[account]": people[hidden]["account"]}
        assert client.read(f"/social/{code}/members", **filtered)["data"] == []
    accounts = {one["id"] for one in client.crawl(f"/accounting/{code}/accounts")}
    assert accounts == {people["Amina"]["account"], people["Yusuf"]["account"]}


def test_offers_and_needs_show_what_their_owners_let_others_read(
    client: Komunitin, quarter: Quarter, code: str, people: dict[str, dict[str, str]]
) -> None:
    amina = people["Amina"]["id"]
    open_one = offer(
        quarter, amina, "Mending clothes", category="repair", text="Ring 01632 960 101 after six",
        place={"latitude": 52.5851, "longitude": -1.9821}, visibility="public", expires_at="2099-01-01T00:00:00Z",
    )  # fmt: skip
    hidden = [
        offer(quarter, amina, "Only for myself", visibility="private"),
        offer(quarter, amina, "Gone already", expires_at="2020-01-01T00:00:00Z"),
        offer(quarter, people["Selam"]["id"], "From somebody unseen"),
        offer(quarter, amina, "Sewing: ring 0151 496 0123"),
    ]
    paused = offer(quarter, amina, "Resting")
    ok(quarter.council.post(f"/v1/offers/{paused['id']}:pause"))
    need = offer(quarter, amina, "A lift to the clinic", kind="needs")
    found = {one["id"]: one for one in client.crawl(f"/social/{code}/offers", **{"filter[state]": "published"})}
    assert open_one["id"] in found
    for one in (*hidden, paused):
        assert one["id"] not in found
        errors(client.get(f"/social/{code}/offers/{one['id']}"), 404, "NotFound")
    shown = found[open_one["id"]]
    said = shown["attributes"]
    assert (said["name"], said["content"], said["images"]) == ("Mending clothes", "On Saturdays.", [])
    assert (said["state"], said["access"], said["expires"]) == ("published", "group", "2099-01-01T00:00:00.000Z")
    longitude, latitude = said["location"]["coordinates"]
    assert said["location"]["type"] == "Point"
    assert (longitude, latitude) != (-1.9821, 52.5851), "the point is the middle of its cell"
    assert abs(longitude + 1.98) < 0.02
    assert abs(latitude - 52.585) < 0.02
    assert "01632" not in str(shown)
    document = client.read(f"/social/{code}/offers/{said['code']}", include="member,category,member.group.currency")
    assert {one["type"] for one in document["included"]} == {"members", "categories", "groups", "currencies"}
    assert document["included"][0]["relationships"]["offers"]["meta"]["count"] >= 1
    needs = client.crawl(f"/social/{code}/needs", **{"filter[member]": amina})
    assert [(one["id"], one["attributes"]["content"]) for one in needs] == [(need["id"], "On Saturdays.")]
    assert not client.read(f"/social/{code}/offers", **{"filter[expired]": "true"})["data"]
    kept = client.crawl(f"/social/{code}/offers", **{"filter[expire][gt]": "2098-01-01T00:00:00Z", "page[after]": "0"})
    assert {one["id"] for one in kept} == set(found), "what never expires does so after any time"
    far = offer(quarter, amina, "In the next town", place={"latitude": 52.4, "longitude": -1.9})
    for here, order in (("-1.98,52.58", [open_one["id"], far["id"]]), ("-1.9,52.4", [far["id"], open_one["id"]])):
        near = client.crawl(f"/social/{code}/offers", **{"geo-position": here, "sort": "location", "page[size]": "1"})
        assert [one["id"] for one in near[:2]] == order, "the nearest first, as the network's app asks for every list"
    ok(quarter.council.delete(f"/v1/offers/{far['id']}"))
    assert far["id"] not in {one["id"] for one in client.crawl(f"/social/{code}/offers")}, "gone at once, page or not"
    assert client.read(f"/social/{code}/posts", **{"filter[type]": "needs"})["data"][0]["id"] == need["id"]


def test_who_takes_back_her_consent_is_gone_on_the_next_request_with_all_that_was_hers(
    client: Komunitin, quarter: Quarter, code: str
) -> None:
    leaving = member(quarter, "Luwam")
    listed = offer(quarter, leaving["id"], "Homework help")
    path = f"/social/{code}/offers/{listed['id']}"
    code_of_offer = client.read(path)["data"]["attributes"]["code"]
    assert client.read(f"/social/{code}/offers/{code_of_offer}")["data"]["id"] == listed["id"]
    begun = {
        way: client.read(f"/{way}", **{"page[size]": "1", "sort": sort})["links"]["next"]
        for way, sort in (
            (f"social/{code}/offers", "created"), (f"social/{code}/members", "created"), ("social/users", "created"),
            (f"accounting/{code}/accounts", "created"),
        )
    }  # fmt: skip
    grants = ok(quarter.council.get(f"/v1/participants/{leaving['id']}/consents", params={"live": True}))["items"]
    grant = next(one["id"] for one in grants if one["purpose"] == "directory")
    ok(quarter.council.post(f"/v1/participants/{leaving['id']}/consents/{grant}:revoke"))
    for way, further in begun.items():
        rest: list[Any] = []
        while further:
            page = client.read(further)
            rest, further = rest + page["data"], page["links"]["next"]
        assert rest or "offers" in way
        assert not {leaving["id"], leaving["account"], listed["id"]} & {one["id"] for one in rest}, way
    errors(client.get(path), 404, "NotFound")
    errors(client.get(f"/social/{code}/offers/{code_of_offer}"), 404, "NotFound")
    errors(client.get(f"/social/{code}/members/{leaving['id']}"), 404, "NotFound")
    errors(client.get(f"/accounting/{code}/accounts/{leaving['account']}"), 404, "NotFound")
    assert leaving["id"] not in {one["id"] for one in client.crawl(f"/social/{code}/members")}


def _lessons(quarter: Quarter, owner: str, many: int) -> list[str]:
    """Add offers by one import; return their ids in the order in which they were made."""
    data = {"participant_id": owner, "released_text": "On Saturdays.", "visibility": "matching"}
    now = datetime.now(UTC).isoformat()
    lines = [
        json.dumps({"id": uuid4().hex, "updated_at": now, "data": {**data, "title": f"Lesson {number:03}"}})
        for number in range(many)
    ]
    told = quarter.council.post(
        "/v1/offers:import", params={"system": "bank"}, content="\n".join(lines) + "\n",
        headers={"content-type": "application/x-ndjson"},
    )  # fmt: skip
    return [one["resource_id"] for one in map(json.loads, told.text.splitlines()) if "resource_id" in one]


def test_many_offers_are_read_to_the_end_by_links_while_some_come_and_go(
    client: Komunitin, quarter: Quarter, code: str, people: dict[str, dict[str, str]]
) -> None:
    yusuf = people["Yusuf"]["id"]
    made = _lessons(quarter, yusuf, 110)
    asked = {"filter[member]": yusuf, "sort": "-created", "page[size]": "30"}
    first = client.read(f"/social/{code}/offers", **asked)
    assert first["meta"]["count"] == 110
    ok(quarter.council.delete(f"/v1/offers/{first['data'][-1]['id']}"))
    late = offer(quarter, yusuf, "Lesson 999")["id"]
    found, url = [one["id"] for one in first["data"]], first["links"]["next"]
    while url:
        document = client.read(url)
        found += [one["id"] for one in document["data"]]
        url = document["links"]["next"]
    assert sorted(found) == sorted(made), "the cursor names the last one seen, even when that is gone"
    assert late not in found
    names = [one["attributes"]["name"] for one in client.crawl(f"/social/{code}/offers", **{**asked, "sort": "-name"})]
    assert names == sorted(names, reverse=True)
    searched = client.crawl(f"/social/{code}/offers", **{"filter[search]": "LESSON 10"})
    assert {one["attributes"]["name"] for one in searched} == {
        "Lesson 010",
        *(f"Lesson 10{digit}" for digit in range(10)),
    }
    sparse = client.read(f"/social/{code}/offers", **{**asked, "fields[offers]": "name,member", "page[size]": "1"})
    assert list(sparse["data"][0]["attributes"]) == ["name"]
    assert list(sparse["data"][0]["relationships"]) == ["member"]


def test_the_group_its_currency_and_its_users_are_told_as_the_network_reads_them(
    client: Komunitin, code: str, quarter: Quarter, people: dict[str, dict[str, str]]
) -> None:
    group = client.read(f"/social/{code}", include="currency,settings")
    assert group["data"]["id"] == quarter.id
    assert group["data"]["relationships"]["members"]["meta"]["count"] == 2
    external = next(one for one in group["included"] if one["type"] == "currencies")
    assert external["meta"] == {"external": True, "href": f"{client.base}/accounting/{code}/currency"}
    currency = client.read(external["meta"]["href"])["data"]
    assert (currency["id"], currency["attributes"]["code"]) == (external["id"], code)
    assert (currency["attributes"]["scale"], currency["attributes"]["rate"]) == (0, {"n": 1, "d": 3600})
    ids = f"{people['Amina']['id']},{people['Selam']['id']}"
    users = client.read("/social/users", **{"filter[members]": ids, "include": "settings"})
    (user,) = users["data"]
    (settings,) = users["included"]
    assert user["relationships"]["settings"]["data"]["id"] == settings["id"]
    assert settings["attributes"]["emails"]["group"] == "never"
    assert settings["attributes"]["language"] == "prs"
    assert "@" not in str(users)
    assert client.read(f"/social/users/{user['id']}/settings")["data"] == settings
    assert client.read(f"/accounting/{code}/currency", include="settings")["included"]
    me = client.read("/social/users/me", include="members,members.group,settings")
    assert me["data"]["relationships"]["members"]["data"] == [], "a client acts for no member"
    assert client.read("/social/users/me/settings")["data"] == me["included"][0]
    category = client.crawl(f"/social/{code}/categories")[0]
    assert client.read(category["links"]["self"])["data"]["id"] == category["id"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("include=secrets", "include"),
        ("include=member.contact", "include"),
        ("filter[shoe-size]=42", "filter[shoe-size]"),
        ("filter[created][gt]=yesterday", "filter[created]"),
        ("filter[name][gt]=2026-01-01", "filter[name][gt]"),
        ("filter=x", "filter"),
        ("sort=shoe-size", "sort"),
        ("sort=location&geo-position=here", "geo-position"),
        ("sort=location&geo-position=nan,nan", "geo-position"),
        ("sort=location&geo-position=1,91", "geo-position"),
        ("page[size]=0", "page[size]"),
        ("page[size]=many", "page[size]"),
        ("page[number]=2", "page[number]"),
        ("page[after]=nonsense", "page[after]"),
        ("page[after]=WyJhIl0", "page[after]"),
        ("page[after]=WyJuYW1lIiwgMSwgIngiXQ", "page[after]"),
    ],
)
def test_what_cannot_be_read_in_a_query_is_a_bad_request_that_names_the_parameter(
    client: Komunitin, code: str, query: str, parameter: str
) -> None:
    (error,) = errors(client.get(f"{client.base}/social/{code}/offers?{query}"), 400, "BadRequest")
    assert error["source"] == {"parameter": parameter}


def test_a_cursor_belongs_to_its_order(client: Komunitin, code: str, people: dict[str, dict[str, str]]) -> None:
    page = client.read(f"/social/{code}/members", **{"page[size]": "1", "sort": "name"})
    assert page["data"][0]["id"] == people["Amina"]["id"]
    rest = client.read(page["links"]["next"])
    assert [one["id"] for one in rest["data"]] == [people["Yusuf"]["id"]]
    assert rest["links"]["next"] is None
    errors(client.get(page["links"]["next"].replace("sort=name", "sort=-name")), 400, "BadRequest")


def test_every_error_is_json_api_with_the_networks_words(town: Town, client: Komunitin, code: str) -> None:
    errors(client.get("/social/NOWHERE/members"), 404, "NotFound")
    errors(client.get(f"/social/{code}/shoes"), 404, "NotFound")
    errors(client.get("/elsewhere"), 404, "NotFound")
    refused = client.http.delete(f"{client.base}/social/{code}/members")
    errors(refused, 405, "NotImplemented")
    for token in (None, "Bearer cando_at_wrong", "Basic eDp5"):
        answer = httpx.get(
            f"{client.base}/social/groups", headers={"authorization": token} if token else {}, timeout=30
        )
        errors(answer, 401, "Unauthorized")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    url = f"{client.base}/accounting/{code}/transfers"
    errors(client.http.post(url, content=b"{", headers={"content-type": MEDIA_TYPE}), 400, "BadRequest")
    errors(client.http.post(url, content=b"a=b", headers={"content-type": "text/plain"}), 415, "BadRequest")
    profile = {"content-type": f"{MEDIA_TYPE};charset=utf-8"}
    errors(client.http.post(url, content=b"{}", headers=profile), 415, "BadRequest")
    for accept, status in (("text/html", 406), (f"{MEDIA_TYPE};charset=utf-8", 406), ("text/html, */*;q=0.1", 200)):
        assert client.http.get(f"{client.base}/social/groups", headers={"accept": accept}).status_code == status


def test_a_page_of_any_origin_may_ask_and_read_the_answer(client: Komunitin, code: str) -> None:
    origin = "https://app.timebanks.example"
    asked = {
        "origin": origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
    }
    preflight = httpx.options(f"{client.base}/social/{code}/offers", headers=asked, timeout=30)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    for answer in (preflight, client.http.get(f"{client.base}/social/{code}", headers={"origin": origin}),
                   httpx.get(f"{client.base}/social/{code}", headers={"origin": origin}, timeout=30)):  # fmt: skip
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]


def test_a_neighbouring_group_is_as_unknown_as_none(
    town: Town, client: Komunitin, code: str, lindenau: Quarter, people: dict[str, dict[str, str]]
) -> None:
    other = Komunitin(town, lindenau)
    ours = other.read("/social/groups")["data"]
    assert [one["attributes"]["code"] for one in ours] == ["LINDENAU"]
    assert other.read("/accounting/LINDENAU/currency")["data"]["attributes"]["namePlural"] == "Sekunden"
    unknown = errors(other.get("/social/NOWHERE/members"), 404, "NotFound")
    assert errors(other.get(f"/social/{code}/members"), 404, "NotFound") == unknown
    errors(other.get(f"/social/LINDENAU/members/{people['Amina']['id']}"), 404, "NotFound")
    errors(other.get(f"/accounting/LINDENAU/accounts/{people['Amina']['account']}"), 404, "NotFound")


def test_a_revoked_client_is_refused_on_the_next_request(town: Town, quarter: Quarter) -> None:
    gone = Komunitin(town, quarter)
    gone.read("/social/groups")
    answer = town.http(town.key).delete(
        f"/v1/clients/{gone.credentials['client_id']}", params={"tenant_id": quarter.id}
    )
    ok(answer)
    threading.Event().wait(1)
    errors(gone.get("/social/groups"), 401, "Unauthorized")
    assert gone.ask_token().status_code == 401
