"""What may be the same is suspected with reasons, refused for good, or merged and taken apart again."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx

from tests.town import Quarter, ok, problem


def word() -> str:
    """Return a word that no other test uses, told from others by more than its vowels."""
    return "".join("bdfgklmnprst"[int(sign, 16) % 12] + "aeio"[int(sign, 16) % 4] for sign in uuid4().hex[:7])


def organisation(api: httpx.Client, name: str, **facts: Any) -> dict[str, Any]:
    return dict(ok(api.post("/v1/organisations", json={"name": name, "kind": "charity", **facts})))


def place(api: httpx.Client, name: str, postcode: str, **facts: Any) -> dict[str, Any]:
    address = {"lines": "12 Mill Street", "postal_code": postcode}
    return dict(ok(api.post("/v1/places", json={"name": name, "address": address, **facts})))


def looked(api: httpx.Client, kind: str, entry: str) -> list[dict[str, Any]]:
    return list(ok(api.post("/v1/duplicates:look", json={"kind": kind, "entry_id": entry}))["items"])


def merged(api: httpx.Client, kind: str, survivor: str, absorbed: str, **take: str) -> dict[str, Any]:
    (pair,) = [one for one in looked(api, kind, survivor) if absorbed in one["entry_ids"]]
    return dict(ok(api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": survivor, "take": take})))


def two_alike(api: httpx.Client, **facts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    name = word().title()
    first = organisation(api, f"St. {name} Community Centre Ltd", website=f"https://{name}.example/", **facts)
    return first, organisation(api, f"Saint {name} Comm. Center", website=f"http://www.{name}.example")


def test_a_suspicion_says_why_and_quotes_nothing(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    one, other = two_alike(api)
    (pair,) = looked(api, "organisations", one["id"])
    assert sorted(pair["entry_ids"]) == sorted([one["id"], other["id"]])
    assert (pair["state"], pair["likelihood"]) == ("open", "likely")
    assert {reason["factor"] for reason in pair["reasons"]} == {"name", "website"}
    assert not any(one["name"] in reason["says"] for reason in pair["reasons"])
    listed = ok(api.get("/v1/duplicates", params={"kind": "organisations", "entry_id": other["id"]}))["items"]
    assert [found["id"] for found in listed] == [pair["id"]]
    assert ok(api.get(f"/v1/duplicates/{pair['id']}"))["id"] == pair["id"]
    assert ok(api.get("/v1/duplicates", params={"entry_id": one["id"], "minimum": 1}))["items"] == []


def test_an_equal_official_number_is_certain_and_a_different_one_is_not(hazelbrook: Quarter) -> None:
    api, number, name = hazelbrook.council, uuid4().hex[:8], word().title()
    one = organisation(api, f"{name} Trust", identifiers=[{"scheme": "GB-CHC", "value": number}])
    renamed = organisation(api, f"{word()} {word()}", identifiers=[{"scheme": "GB-CHC", "value": number}])
    branch = organisation(api, f"{name} Trust", identifiers=[{"scheme": "GB-CHC", "value": f"{number}9"}])
    pairs = {tuple(sorted(pair["entry_ids"])): pair for pair in looked(api, "organisations", one["id"])}
    assert pairs[tuple(sorted([one["id"], renamed["id"]]))]["likelihood"] == "likely"
    assert tuple(sorted([one["id"], branch["id"]])) not in pairs


def test_branches_of_one_name_at_two_places_are_not_suspected(hazelbrook: Quarter) -> None:
    api, name, host = hazelbrook.council, word().title(), organisation(hazelbrook.council, word())["id"]
    north, south = place(api, f"{word()} hall", "HB1 1AA"), place(api, f"{word()} house", "HB9 9ZZ")
    services = [
        ok(api.post("/v1/services", json={"name": name, "organisation_id": host, "place_ids": [at["id"]]}))["id"]
        for at in (north, south, north)
    ]
    assert [sorted(pair["entry_ids"]) for pair in looked(api, "services", services[1])] == []
    (pair,) = looked(api, "services", services[0])
    assert sorted(pair["entry_ids"]) == sorted([services[0], services[2]])


def test_a_refused_pair_is_not_suggested_again_until_a_name_changes_and_somebody_asks(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    one, other = two_alike(api)
    (pair,) = looked(api, "organisations", one["id"])
    refused = ok(api.post(f"/v1/duplicates/{pair['id']}:refuse", json={"reason": "Two branches"}))
    assert (refused["state"], refused["refused_because"]) == ("refused", "Two branches")
    assert looked(api, "organisations", one["id"]) == []
    problem(api.post(f"/v1/duplicates/{pair['id']}:refuse", json={"reason": "again"}), 409, "illegal-state")
    body = {"survivor": one["id"]}
    problem(api.post(f"/v1/duplicates/{pair['id']}:merge", json=body), 409, "illegal-state")
    ok(api.patch(f"/v1/organisations/{other['id']}", json={"website": "https://elsewhere.example/"}))
    assert looked(api, "organisations", other["id"]) == []
    ok(api.patch(f"/v1/organisations/{other['id']}", json={"name": one["name"]}))
    assert [found["id"] for found in looked(api, "organisations", other["id"])] == [pair["id"]]


def test_the_absorbed_entry_leads_to_the_survivor_by_id_by_name_elsewhere_and_by_reference(hazelbrook: Quarter) -> None:
    api, system = hazelbrook.council, word()
    one, other = two_alike(api, external_ids=[{"system": system, "value": "1"}])
    ok(api.patch(f"/v1/organisations/{other['id']}", json={"external_ids": [{"system": system, "value": "2"}]}))
    service = ok(api.post("/v1/services", json={"name": word(), "organisation_id": other["id"]}))
    child = organisation(api, word(), parent_id=other["id"])
    made = merged(api, "organisations", one["id"], other["id"], name="absorbed")
    assert (made["state"], made["moved"]) == ("done", 2)
    assert ok(api.get(f"/v1/organisations/{other['id']}"))["id"] == one["id"]
    assert ok(api.get(f"/v1/organisations/{one['id']}"))["name"] == other["name"]
    assert ok(api.get(f"/v1/services/{service['id']}"))["organisation_id"] == one["id"]
    assert ok(api.get(f"/v1/organisations/{child['id']}"))["parent_id"] == one["id"]
    for value in ("1", "2", "2"):
        put = {"system": system, "value": value}
        answer = api.put("/v1/organisations/by-external-id", params=put, json={"name": "Now", "kind": "charity"})
        assert (answer.status_code, ok(answer)["id"]) == (200, one["id"])
    assert ok(api.get(f"/v1/organisations/{one['id']}"))["external_ids"] == [{"system": system, "value": "1"}]
    names = [found["id"] for found in ok(api.get("/v1/organisations", params={"q": "Now"}))["items"]]
    assert names.count(one["id"]) == 1
    assert other["id"] not in names
    facts = ok(api.get("/v1/events", params={"limit": 1000}))
    while facts["items"] and not any(fact["type"] == "organisation.merged" for fact in facts["items"]):
        facts = ok(api.get("/v1/events", params={"limit": 1000, "after": facts["next"]}))
    assert any(fact["type"] == "organisation.merged" for fact in facts["items"])


def test_an_undone_merge_puts_everything_back_but_what_has_changed_since(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    one, other = two_alike(api)
    services = [
        ok(api.post("/v1/services", json={"name": word(), "organisation_id": other["id"]}))["id"] for _ in range(2)
    ]
    third = organisation(api, word())["id"]
    made = merged(api, "organisations", one["id"], other["id"], name="absorbed", website="absorbed")
    later = ok(api.post("/v1/services", json={"name": word(), "organisation_id": other["id"]}))
    assert later["organisation_id"] == one["id"]
    ok(api.patch(f"/v1/services/{services[1]}", json={"organisation_id": third}))
    ok(api.patch(f"/v1/organisations/{one['id']}", json={"website": "https://new.example/"}))
    undone = ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert undone["state"] == "undone"
    assert sorted(undone["stayed"]) == sorted(
        [f"organisations/{one['id']}/website", f"services/{services[1]}/organisation_id"]
    )
    assert ok(api.get(f"/v1/organisations/{one['id']}"))["name"] == one["name"]
    assert ok(api.get(f"/v1/organisations/{one['id']}"))["website"] == "https://new.example/"
    assert ok(api.get(f"/v1/organisations/{other['id']}"))["name"] == other["name"]
    at = [ok(api.get(f"/v1/services/{which}"))["organisation_id"] for which in (*services, later["id"])]
    assert at == [other["id"], third, one["id"]]
    problem(api.post(f"/v1/merges/{made['id']}:undo"), 409, "illegal-state")
    assert looked(api, "organisations", one["id"]) == []


def test_places_are_merged_in_every_list_and_taken_apart_again(hazelbrook: Quarter) -> None:
    api, name, host = hazelbrook.council, word().title(), organisation(hazelbrook.council, word())["id"]
    one, other = place(api, f"{name} Hall", "HB1 2CD"), place(api, f"The {name} hall", "hb12cd")
    lists = ([other["id"]], [one["id"], other["id"]])
    services = [
        ok(api.post("/v1/services", json={"name": word(), "organisation_id": host, "place_ids": ids}))["id"]
        for ids in lists
    ]
    made = merged(api, "places", one["id"], other["id"])
    assert [ok(api.get(f"/v1/services/{one_}"))["place_ids"] for one_ in services] == [[one["id"]], [one["id"]]]
    ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert [ok(api.get(f"/v1/services/{one_}"))["place_ids"] for one_ in services] == [list(ids) for ids in lists]


def test_chains_lead_to_the_last_and_are_undone_from_the_last(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    a, b = two_alike(api)
    c = organisation(api, b["name"], website=b["website"])
    first = merged(api, "organisations", b["id"], a["id"])
    second = merged(api, "organisations", c["id"], b["id"])
    assert ok(api.get(f"/v1/organisations/{a['id']}"))["id"] == c["id"]
    problem(api.post(f"/v1/merges/{first['id']}:undo"), 409, "merged-further")
    ok(api.post(f"/v1/merges/{second['id']}:undo"))
    assert ok(api.get(f"/v1/organisations/{a['id']}"))["id"] == b["id"]
    ok(api.post(f"/v1/merges/{first['id']}:undo"))
    assert ok(api.get(f"/v1/organisations/{a['id']}"))["id"] == a["id"]


def test_a_parent_is_absorbed_by_its_child_but_not_by_what_lies_deeper(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    top = organisation(api, word())
    parent, child = two_alike(api, parent_id=top["id"])
    ok(api.patch(f"/v1/organisations/{child['id']}", json={"parent_id": parent["id"]}))
    made = merged(api, "organisations", child["id"], parent["id"])
    assert ok(api.get(f"/v1/organisations/{child['id']}"))["parent_id"] == top["id"]
    ok(api.post(f"/v1/merges/{made['id']}:undo"))
    assert ok(api.get(f"/v1/organisations/{child['id']}"))["parent_id"] == parent["id"]
    high, low = two_alike(api)
    between = organisation(api, word(), parent_id=high["id"])
    ok(api.patch(f"/v1/organisations/{low['id']}", json={"parent_id": between["id"]}))
    (pair,) = looked(api, "organisations", low["id"])
    answer = api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": low["id"]})
    problem(answer, 422, "cyclic-reference")


def test_an_organisation_that_acts_in_its_own_name_is_not_absorbed(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    one, other = two_alike(api)
    hazelbrook.register("Rosalind", recipient=other["id"], purposes=("matching",))
    (pair,) = looked(api, "organisations", one["id"])
    answer = api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": one["id"]})
    problem(answer, 409, "organisation-acts")
    stays = ok(api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": other["id"]}))
    assert stays["absorbed_id"] == one["id"]


def test_who_merges_needs_the_scope_and_names_one_of_the_two(hazelbrook: Quarter, lindenau: Quarter) -> None:
    api = hazelbrook.council
    one, _ = two_alike(api)
    (pair,) = looked(api, "organisations", one["id"])
    address = f"/v1/duplicates/{pair['id']}"
    reader = hazelbrook.app(scopes=["directory:read", "directory:write", "participants:write"])
    problem(reader.post(f"{address}:merge", json={"survivor": one["id"]}), 403, "forbidden")
    problem(reader.post(f"{address}:refuse", json={"reason": "No"}), 403, "forbidden")
    problem(api.post(f"{address}:merge", json={"survivor": str(uuid4())}), 422, "invalid-request")
    take = {"held_by": "absorbed"}
    problem(api.post(f"{address}:merge", json={"survivor": one["id"], "take": take}), 422, "invalid-request")
    for answer in (
        lindenau.council.get(address),
        lindenau.council.post(f"{address}:merge", json={"survivor": one["id"]}),
        lindenau.council.post("/v1/duplicates:look", json={"kind": "organisations", "entry_id": one["id"]}),
        api.get(f"/v1/merges/{uuid4()}"),
    ):
        problem(answer, 404, "not-found")


def test_a_retried_merge_has_one_effect(hazelbrook: Quarter) -> None:
    api = hazelbrook.council
    one, other = two_alike(api)
    (pair,) = looked(api, "organisations", one["id"])
    key = {"idempotency-key": uuid4().hex}
    made = [
        ok(api.post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": one["id"]}, headers=key)) for _ in range(2)
    ]
    assert made[0]["id"] == made[1]["id"]
    found = ok(api.get("/v1/merges", params={"entry_id": other["id"]}))["items"]
    assert [one_["id"] for one_ in found] == [made[0]["id"]]


def test_a_look_at_everything_runs_in_the_background(hazelbrook: Quarter) -> None:
    api, name = hazelbrook.council, word().title()
    one, other = place(api, f"{name} Hall", "HB3 3CD"), place(api, f"{name} hall", "HB3 3CD")
    answer = api.post("/v1/duplicates:look", json={"kind": "places"})
    assert (answer.status_code, answer.json()) == (202, {"queued": True, "items": []})
    found: list[dict[str, Any]] = []
    until = time.monotonic() + 60
    while not found and time.monotonic() < until:
        time.sleep(0.2)
        found = ok(api.get("/v1/duplicates", params={"kind": "places", "entry_id": one["id"]}))["items"]
    assert [sorted(pair["entry_ids"]) for pair in found] == [sorted([one["id"], other["id"]])]


def test_of_two_merges_at_once_one_is_done(hazelbrook: Quarter) -> None:
    one, other = two_alike(hazelbrook.council)
    (pair,) = looked(hazelbrook.council, "organisations", one["id"])
    apps = {survivor: hazelbrook.app(name="at once") for survivor in (one["id"], other["id"])}

    def merge(survivor: str) -> int:
        return apps[survivor].post(f"/v1/duplicates/{pair['id']}:merge", json={"survivor": survivor}).status_code

    with ThreadPoolExecutor(2) as both:
        answers = sorted(both.map(merge, apps))
    assert answers[0] == 201
    assert answers[1] in {404, 409}
