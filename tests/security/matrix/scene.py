"""One tenant in which everything exists once, and everybody who might ask about it.

Amina lives through the whole house (`tests/life.py`); what her life leaves out is made here. The second tenant is rich in
nothing but a token that may do everything there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from services.assessments.instruments.operations import get_shipped
from tests.caseworkers import SCOPES as CASEWORK
from tests.caseworkers import hire
from tests.connect.crm import MAPPING
from tests.life import Life, until
from tests.security.matrix.addresses import DOCUMENT, Operation, documented, with_ids
from tests.town import EVERYTHING, Quarter, Town, ok, token

WORD = "plumwort"
UNKNOWN = "01912d5c-7a4e-7c3a-9b1f-2f6d1c0a4e55"
NAMED: Mapping[str, str] = {
    "{language}": "de", "{voter}": "de-1", "{side}": "offer", "{postcode}": "HB12AB", "{question_id}": "needs",
}  # fmt: skip
"""Parameters that name no thing of their own."""


@dataclass
class Scene:
    """`ids` fills addresses: from the address up to a parameter to that parameter's value. `tokens` are by role."""

    town: Town
    quarter: Quarter
    elsewhere: Quarter
    life: Life
    ids: dict[str, str] = field(default_factory=dict)
    real: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    grants: list[str] = field(default_factory=list)

    def body_of(self, operation: Operation) -> Any:
        """Return what is sent with an operation: its example, in which ids are real."""
        return with_ids(OWN_BODIES.get(operation.name, operation.body), self.real)


OWN_BODIES: Mapping[str, Any] = {
    "open_account": {"owner": {"kind": "organisation", "id": UNKNOWN}},
    "create_need": {"organisation_id": UNKNOWN, "title": "A hall", "language": "en", "category": "repair"},
    "create_offer": {"organisation_id": UNKNOWN, "title": "A hall", "language": "en", "category": "repair"},
    "tie_outcome": {"matches": []},
    "set_retention": {"rules": {}},
    "confirm_capability_concepts": {"by": "person", "concepts": ["bike_repair"]},
    "confirm_stated_need_concepts": {"by": "person", "concepts": ["bike_repair"]},
    "add_lab_meeting": {"held_on": "2026-02-01"},
    "note_spending": {"amount": 1, "by_role": "member", "on": "2026-11-02", "what": "Mops"},
    "raise_project_budget": {"amount": 1, "by": "council meeting", "reason": "More mops"},
    "propose_swap": {"turn_id": UNKNOWN, "with_turn_id": UNKNOWN},
}
"""Bodies where the example of the contract is not one that can be sent as it stands."""


def scene_of(town: Town) -> Scene:
    """Build the scene in a running house."""
    quarter = town.found("matrix", language="en", zone="Europe/London", organisation="Matrix Council")
    elsewhere = town.found("elsewhere", language="de", zone="Europe/Berlin", organisation="Stadt Anderswo")
    life = Life(quarter, WORD)
    scene = Scene(town, quarter, elsewhere, life)
    _live(life)
    _fill_directory(scene)
    _fill_assessments(scene)
    _fill_community(scene)
    _fill_the_rest(scene)
    scene.ids = dict(_walk(quarter.council)) | _made(scene)
    scene.real = _real(scene)
    _cast(scene)
    return scene


def _live(life: Life) -> None:
    """Let her live, but for being registered twice: a merged record answers under two ids."""
    for step in (
        life.settle, life.be_looked_after, life.be_assessed, life.match, life.sit_at_a_round_table, life.take_part,
        life.show_herself,
    ):  # fmt: skip
        step()


# --- what her life leaves out ------------------------------------------------------------------------------------------


def _fill_directory(scene: Scene) -> None:
    api, owner = scene.quarter.council, {"organisation_id": scene.quarter.organisation}
    for operation, more in (
        ("add_place", owner), ("add_service", {"name": "Groceries", **owner}), ("add_activity", owner),
        ("add_community_group", owner), ("add_micro_provider", {}), ("add_area", {}), ("add_term", {}),
        ("add_feed", {}), ("publish_notice", {"purpose": "research"}), ("run_retention", {}), ("start_import", {}),
    ):  # fmt: skip
        one = next(one for one in documented() if one.name == operation)
        ok(api.request(one.method, one.path, json={**(one.body or {}), **more} or None))
    for one in documented():
        if one.name == "create_identity_provider":
            ok(api.post(one.path, json=with_ids(one.body, {"organisation_id": scene.quarter.organisation})))
    rows = "postcode,latitude,longitude\nHB1 2AB,52.58,-1.98\n"
    ok(api.post("/v1/postcodes:load", content=rows, headers={"content-type": "text/csv"}))
    pairs = [_alike(scene, name) for name in ("Millrace", "Harbour")]
    ok(api.post(f"/v1/duplicates/{pairs[0][1]}:merge", json={"survivor": pairs[0][0]}))
    gone = ok(api.post("/v1/participants", json={"called": "Celia"}))["id"]
    ok(api.post(f"/v1/participants/{gone}:erase", json={"reason": "withdrawn", "requested_by": "person"}))


def _alike(scene: Scene, name: str) -> tuple[str, str]:
    """Make two organisations that look like one; return the first and the suspicion."""
    api, site = scene.quarter.council, f"https://{name.lower()}.example/"
    same = {"kind": "charity", "identifiers": [{"scheme": "GB-CHC", "value": f"1{len(name)}22"}], "website": site}
    names = (f"{name} Trust", f"{name} Trust Ltd")
    first, _ = [ok(api.post("/v1/organisations", json={"name": one, **same}))["id"] for one in names]
    (pair,) = ok(api.post("/v1/duplicates:look", json={"kind": "organisations", "entry_id": first}))["items"]
    return first, pair["id"]


def _fill_assessments(scene: Scene) -> None:
    api, home = scene.quarter.council, scene.life.assessment
    risk = {"risk": "a stair", "mitigation": "a rail", "weighed_by": "caseworker B", "decided": "accept"}
    ok(api.post(f"{home}/sittings", json={"started_at": "2026-01-05T10:00:00Z"}))
    ok(api.post(f"{home}/outcomes", json={"text": "to get out"}))
    for kind in ("needs", "capabilities"):
        for one in ok(api.get(f"{home}/{kind}"))["items"]:
            ok(api.post(f"{home}/{kind}/{one['id']}/risks", json=risk))
    survey = {"instrument_id": str(get_shipped("co-production-views", 1).id), "title": "Views"}
    ok(api.post("/v1/surveys", json=survey))
    shipped = str(get_shipped("needs-and-capabilities").id)
    ok(api.post(f"/v1/instruments/{shipped}:revise"))
    evening = ok(api.get("/v1/round-tables"))["items"][0]["id"]
    here = {"kind": "refugee", "language": "en"}
    api.post(f"/v1/round-tables/{evening}/attendance", json=here)


def _fill_community(scene: Scene) -> None:
    api = scene.quarter.council
    council = f"/v1/councils/{ok(api.get('/v1/councils'))['items'][0]['id']}"
    ok(api.post(f"{council}/electorates", json={"language": "en", "people": 40}))
    stands = ok(api.get(f"{council}/candidates"))["items"][0]["id"]
    held = {"electorate": "all_together", "held_on": "2026-11-01", "method": "ballot", "seats": {"en": 1}}
    election = ok(api.post(f"{council}/elections", json=held))["id"]
    ok(api.put(f"{council}/elections/{election}/ballots/de-1", json={"candidates": [stands], "language": "en"}))
    ok(api.post(f"{council}/elections/{election}:close-voting"))
    ok(api.post(f"{council}/elections/{election}:settle", json={}))
    project = (
        f"/v1/projects/{ok(api.post('/v1/projects', json={'title': 'Mops', 'language': 'en', 'budget': 90}))['id']}"
    )
    api.post(f"{project}:agree", json={"by": "council meeting", "on": "2026-11-01"})
    api.post(f"{project}:start", json={"on": "2026-11-01"})
    api.post(f"{project}/spending", json={"amount": 1, "by_role": "member", "on": "2026-11-02", "what": "Mops"})
    turns = ok(api.get(f"{scene.life.rota}/turns"))["items"]
    mine, other = turns[0], next(one for one in turns if one["volunteer_id"] != turns[0]["volunteer_id"])
    ok(api.post(f"{scene.life.rota}/swaps", json={"turn_id": mine["id"], "with_turn_id": other["id"]}))


def _fill_the_rest(scene: Scene) -> None:
    api, quarter = scene.quarter.council, scene.quarter
    for path in ("allocations", "rings", "labs"):
        api.post(f"/v1/{path}", json={"staff": [scene.life.id]} if path == "labs" else {})
    hook = {"url": "https://crm.example.org/cando", "event_types": ["*"]}
    hooked = ok(api.post("/v1/webhooks", json=hook))["id"]
    api.post(f"/v1/webhooks/{hooked}:test")
    told = quarter.credentials(name="crm")
    connection = {
        "name": "council-crm", "base_url": "https://crm.hazelbrook.example", "api_key": "k" * 20, "mapping": MAPPING,
        "client_id": told["client_id"], "client_secret": told["client_secret"],
    }  # fmt: skip
    made = ok(api.post("/v1/connections", json=connection))["id"]
    ok(api.post(f"/v1/connections/{made}:run", json={}))
    choir = {
        "name": "Thursday Choir", "kind": "community_group", "activities": ["Singing"], "consent_listed": True,
        "area_served": "Mill End", "languages": [{"language": "en"}], "place": {"text": "The hall"},
    }  # fmt: skip
    survey = {"instrument_id": str(get_shipped("community-asset-survey", 1).id), "title": "What we have"}
    asked = ok(api.post("/v1/surveys", json=survey))["id"]
    ok(api.post(f"/v1/surveys/{asked}/responses", json={"client_id": str(uuid4()), "language": "en", "answers": choir}))
    until(lambda: ok(api.get("/v1/asset-proposals"))["items"])
    until(lambda: ok(api.get(f"/v1/connections/{made}/runs"))["items"])


# --- ids ---------------------------------------------------------------------------------------------------------------


def _walk(api: httpx.Client) -> Iterator[tuple[str, str]]:
    """Yield for each address up to a parameter what really fills it, as the lists of the running house show it."""
    known: dict[str, str] = {}
    ends = {path[: path.index("}", start) + 1] for path in DOCUMENT["paths"] for start in _braces(path)}
    for template in sorted(ends, key=len):
        above, _, parameter = template.rpartition("/")
        value = NAMED.get(parameter) or _first(api, _real_address(above, known))
        if value is not None:
            known[template] = value
            yield template, value


def _made(scene: Scene) -> dict[str, str]:
    """Return what lists do not show first: an instrument of one's own, and a secret, whose id only its maker learns."""
    api = scene.quarter.council
    own = next(one for one in ok(api.get("/v1/instruments", params={"limit": 200}))["items"] if one["state"] == "draft")
    told = scene.quarter.credentials()
    secret = ok(api.post(f"/v1/clients/{told['client_id']}/secrets"))["id"]
    return {
        "/v1/instruments/{instrument_id}": own["id"], "/v1/clients/{client_id}": told["client_id"],
        "/v1/clients/{client_id}/secrets/{secret_id}": secret,
    }  # fmt: skip


def _braces(path: str) -> Iterator[int]:
    yield from (at for at, letter in enumerate(path) if letter == "{")


def _real_address(path: str, known: Mapping[str, str]) -> str:
    template = real = ""
    for part in path.split("/")[1:]:
        template = f"{template}/{part}"
        real = f"{real}/{known.get(template, part)}"
    return real


def _first(api: httpx.Client, path: str) -> str | None:
    if "{" in path:
        return None
    answer = api.get(path)
    items = answer.json().get("items") if answer.status_code == 200 else None
    return str(items[0]["id"]) if items and "id" in items[0] else None


def _real(scene: Scene) -> dict[str, Any]:
    """Return what properties of bodies name, by the property."""
    life, ids = scene.life, scene.ids
    return {
        "participant_id": life.id, "organisation_id": scene.quarter.organisation, "other_id": life.other,
        "recipient_id": scene.quarter.organisation, "tenant_id": scene.quarter.id, "staff": [life.id],
        "instrument_id": str(get_shipped("co-production-views", 1).id), "need_id": life.pair["need_id"],
        "offer_id": life.pair["offer_id"], "staff_id": ids["/v1/staff/{staff_id}"],
        "client_id": str(uuid4()), "group_id": ids["/v1/round-tables/{round_table_id}/groups/{group_id}"],
    }  # fmt: skip


# --- everybody who asks ------------------------------------------------------------------------------------------------


def _cast(scene: Scene) -> None:
    """Give everybody their token: see `roles.py` for who they are."""
    quarter, life = scene.quarter, scene.life
    everything = token_of(quarter)
    scene.tokens = {
        "own app": everything,
        "bootstrap key": scene.town.key,
        "other tenant": token_of(scene.elsewhere),
        "unassigned staff": bearer(hire(quarter, scopes=STAFF).api),
        "assigned staff": _assigned(scene),
        "herself": bearer(quarter.person(life.id, quarter.credentials())),
        "another person": bearer(quarter.person(quarter.register("Farid")["id"], quarter.credentials())),
    }
    charity = quarter.organisation_named("Good Neighbours")
    scene.tokens["other organisation"] = token_of(quarter, charity)
    friend = quarter.organisation_named("Harbour House")
    for purpose in ("matching", "assessment"):
        given = {"purpose": purpose, "recipient_id": friend, "notice_version": "1"}
        scene.grants.append(ok(quarter.council.post(f"{life.home}/consents", json=given))["id"])
    scene.tokens["consented organisation"] = token_of(quarter, friend)
    scene.tokens["revoked token"] = _revoked(quarter)
    scene.tokens["expired token"] = _expired(quarter)


STAFF = sorted({*CASEWORK, *EVERYTHING} - {"act:staff", "act:person", "clients:write", "rights:manage"})
"""What staff may do at the most who do not answer for people's rights: to those who do, `rights:manage` opens more."""


def token_of(quarter: Quarter, organisation: str | None = None, *, scopes: list[str] | None = None) -> str:
    """Return the token of a new app."""
    made: str = token(quarter.town, quarter.credentials(organisation, scopes=scopes))["access_token"]
    return made


def bearer(api: httpx.Client) -> str:
    """Return the token that a client shows."""
    return api.headers["authorization"].removeprefix("Bearer ")


def _assigned(scene: Scene) -> str:
    worker = hire(scene.quarter, scopes=STAFF)
    worker.assign(scene.life.id)
    return bearer(worker.api)


def _revoked(quarter: Quarter) -> str:
    told = quarter.credentials()
    made: str = token(quarter.town, told)["access_token"]
    ended = quarter.town.http().post(
        "/oauth/revoke", data={"token": made}, auth=httpx.BasicAuth(told["client_id"], told["client_secret"])
    )
    assert ended.status_code == 200
    return made


def _expired(quarter: Quarter) -> str:
    told = quarter.credentials()
    made: str = token(quarter.town, told)["access_token"]
    with psycopg.connect(quarter.town.admin_url) as connection:
        past = "update gateway.access_tokens set expires_at = now() - interval '1 second' where client_id = %s"
        assert connection.execute(past, (told["client_id"],)).rowcount == 1
    return made


def revoke(scene: Scene) -> None:
    """Take back what she granted the consented organisation."""
    for grant in scene.grants:
        ok(scene.quarter.council.post(f"{scene.life.home}/consents/{grant}:revoke"))
