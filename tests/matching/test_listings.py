"""Needs and offers over HTTP: who may state them, who sees them, what is refused, what is told to the feed."""

from typing import Any
from uuid import uuid4

import pytest

from tests.matching.conftest import PURPOSES, SATURDAYS, Neighbourhood
from tests.town import Quarter, ok, problem


def test_a_listing_is_kept_as_stated_and_its_place_made_coarse(here: Neighbourhood) -> None:
    person = here.person()
    place = {"latitude": 52.5851234, "longitude": -1.9823456}
    made = here.council.post(
        "/v1/needs",
        json={
            "participant_id": person["id"], "title": "A walk", "text": "Slowly, please.", "language": "en",
            "category": "company", "place": place, "reach_km": 3, "means": ["phone", "in_person", "phone"],
            "languages": ["fa-AF", "en"], "availability": [SATURDAYS], "minutes": 60, "capacity": 2,
            "exchange": "credit", "external_ids": [{"system": "crm", "value": uuid4().hex}],
            "source": {"system": "time_bank", "id": "n-1"},
        },
    )  # fmt: skip
    need = ok(made)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/needs/{need['id']}"
    assert made.headers["etag"] == '"1"'
    assert need["state"] == "open"
    assert need["means"] == ["in_person", "phone"]
    assert need["languages"] == ["en", "prs"]
    assert need["source"] == {"system": "time_bank", "id": "n-1"}
    assert need["place"] != place
    assert abs(need["place"]["latitude"] - place["latitude"]) < 0.006
    read = here.council.get(f"/v1/needs/{need['id']}")
    assert ok(read) == need
    (fact,) = here.facts(need["id"])
    assert fact["type"] == "need.created"
    assert fact["ids"]["category"] == "company"
    assert "walk" not in str(fact).lower()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"title": " "}, "/title"), ({"category": "magic"}, "/category"), ({"language": "xx"}, "/language"),
        ({"minutes": 2**31}, "/minutes"), ({"capacity": 0}, "/capacity"), ({"reach_km": 1e9}, "/reach_km"),
        ({"text": "nul \x00"}, "/text"), ({"expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
        ({"mood": "good"}, "/mood"), ({"state": "met"}, "/state"), ({"capacity": True}, "/capacity"),
        ({"place": {"latitude": 91, "longitude": 0}}, "/place/latitude"), ({"title": None}, "/title"),
        ({"availability": [{**SATURDAYS, "rule": "FREQ=WEEKLY;UNTIL=20261399"}]}, "/availability/0"),
        ({"released_text": "call 07700 900 123"}, "/released_text"),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named_and_nothing_is_kept(here: Neighbourhood, wrong: dict[str, Any], path: str) -> None:
    person = here.person()["id"]
    body = {"participant_id": person, "title": "A walk", **wrong}
    found = problem(here.council.post("/v1/needs", json=body), 422, "invalid-request")
    assert path in {error["path"] for error in found["errors"]}
    assert ok(here.council.get("/v1/needs", params={"participant_id": person}))["items"] == []


def test_a_listing_has_exactly_one_owner(here: Neighbourhood) -> None:
    for owner in ({}, {"participant_id": str(uuid4()), "organisation_id": here.bank_id}):
        problem(here.council.post("/v1/offers", json={"title": "A walk", **owner}), 422, "invalid-request")


def test_an_unknown_a_foreign_and_an_unconsenting_participant_are_refused_alike(
    here: Neighbourhood, lindenau: Quarter
) -> None:
    foreign = lindenau.register("Somebody elsewhere")["id"]
    shy = here.person(purposes=("assessment",))["id"]
    answers = []
    for person in (str(uuid4()), foreign, shy):
        answer = here.council.post("/v1/needs", json={"participant_id": person, "title": "A walk"})
        answers.append(problem(answer, 422, "invalid-request"))
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["errors"][0]["path"] == "/participant_id"


def test_an_organisation_lists_for_itself_only(here: Neighbourhood) -> None:
    body = {"title": "A room to study in", "category": "learning", "organisation_id": here.bank_id}
    assert ok(here.bank.post("/v1/offers", json=body))["organisation_id"] == here.bank_id
    problem(here.council.post("/v1/offers", json=body), 422, "invalid-request")


def test_a_listing_is_seen_by_its_person_and_its_holder_and_by_nobody_else(
    here: Neighbourhood, lindenau: Quarter
) -> None:
    person, stranger = here.person(), here.person()
    credentials = here.quarter.credentials()
    need = here.need(person["id"])
    address = f"/v1/needs/{need['id']}"
    ok(here.quarter.person(person["id"], credentials).get(address))
    ok(here.council.get(address))
    unknown = here.bank.get(f"/v1/needs/{uuid4()}").json()
    for other in (here.bank, here.quarter.person(stranger["id"], credentials), lindenau.council):
        assert problem(other.get(address), 404, "not-found") == unknown
        problem(other.patch(address, json={"title": "Mine now"}), 404, "not-found")
        problem(other.post(address + ":withdraw"), 404, "not-found")
        problem(other.delete(address), 404, "not-found")
        assert need["id"] not in str(ok(other.get("/v1/needs", params={"ids": need["id"]})))


def test_a_person_states_her_own_needs_and_nobody_elses(here: Neighbourhood) -> None:
    credentials = here.quarter.credentials()
    me, other = here.person()["id"], here.person()["id"]
    mine = here.quarter.person(me, credentials)
    assert ok(mine.post("/v1/needs", json={"participant_id": me, "title": "A walk"}))["participant_id"] == me
    problem(mine.post("/v1/needs", json={"participant_id": other, "title": "A walk"}), 422, "invalid-request")


def test_a_demand_becomes_a_need_step_by_step_and_by_no_other_way(here: Neighbourhood) -> None:
    need = here.need(here.person()["id"], state="stated")
    problem(here.council.post(f"/v1/needs/{need['id']}:open"), 409, "illegal-state")
    for action, state in (("recognise", "recognised"), ("open", "open"), ("withdraw", "withdrawn")):
        assert ok(here.council.post(f"/v1/needs/{need['id']}:{action}"))["state"] == state
        problem(here.council.post(f"/v1/needs/{need['id']}:{action}"), 409, "illegal-state")
    kinds = [fact["type"] for fact in here.facts(need["id"])]
    assert kinds == ["need.created", "need.changed", "need.changed", "need.withdrawn"]


def test_an_offer_can_rest_and_be_taken_up_again(here: Neighbourhood) -> None:
    offer = here.offer(here.person()["id"])
    for action, state in (("pause", "paused"), ("resume", "open"), ("withdraw", "withdrawn")):
        assert ok(here.bank.post(f"/v1/offers/{offer['id']}:{action}"))["state"] == state
    problem(here.bank.post(f"/v1/offers/{offer['id']}:resume"), 409, "illegal-state")


def test_a_change_names_what_changes_and_a_stale_one_is_refused(here: Neighbourhood) -> None:
    need = here.need(here.person()["id"], text="One", minutes=60)
    address = f"/v1/needs/{need['id']}"
    changed = ok(here.council.patch(address, json={"text": None}, headers={"if-match": '"1"'}))
    assert (changed["text"], changed["minutes"], changed["version"]) == (None, 60, 2)
    stale = here.council.patch(address, json={"minutes": 30}, headers={"if-match": '"1"'})
    problem(stale, 412, "stale-version")
    assert ok(here.council.patch(address, json={"minutes": 60}))["version"] == 2, "nothing differed, nothing happened"
    problem(here.council.patch(address, json={"title": None}), 422, "invalid-request")
    assert [fact["type"] for fact in here.facts(need["id"])] == ["need.created", "need.changed"]


def test_a_push_by_external_id_makes_changes_and_repeats_without_effect(here: Neighbourhood) -> None:
    person, value = here.person()["id"], uuid4().hex
    query = {"system": "time-bank", "value": value}
    body = {"participant_id": person, "title": "Mending", "category": "repair"}
    first = here.bank.put("/v1/offers/by-external-id", params=query, json=body)
    assert first.status_code == 201
    offer = ok(first)
    assert offer["external_ids"] == [query]
    again = here.bank.put("/v1/offers/by-external-id", params=query, json=body)
    assert again.status_code == 200
    assert ok(again) == offer
    changed = ok(here.bank.put("/v1/offers/by-external-id", params=query, json={**body, "title": "Mending bicycles"}))
    assert (changed["id"], changed["version"]) == (offer["id"], 2)
    assert [fact["type"] for fact in here.facts(offer["id"])] == ["offer.created", "offer.changed"]
    other = here.person()["id"]
    problem(
        here.bank.put("/v1/offers/by-external-id", params=query, json={**body, "participant_id": other}),
        422, "invalid-request",
    )  # fmt: skip


def test_one_systems_push_does_not_undo_anothers_name(here: Neighbourhood) -> None:
    person, value = here.person()["id"], uuid4().hex
    body = {"participant_id": person, "title": "Mending"}
    names = [{"system": "crm", "value": value}]
    ok(here.bank.put("/v1/offers/by-external-id", params={"system": "time-bank", "value": value},
                     json={**body, "external_ids": names}))  # fmt: skip
    again = ok(here.bank.put("/v1/offers/by-external-id", params={"system": "time-bank", "value": value}, json=body))
    assert {name["system"] for name in again["external_ids"]} == {"crm", "time-bank"}


def test_each_organisation_names_its_own_and_learns_of_nobody_elses(here: Neighbourhood) -> None:
    person, query = here.person()["id"], {"system": "crm", "value": uuid4().hex}
    body = {"participant_id": person, "title": "Mending", "external_ids": [query]}
    theirs = ok(here.bank.post("/v1/offers", json=body))
    ours = here.council.put("/v1/offers/by-external-id", params=query, json=body)
    assert ours.status_code == 201, "the same name in another organisation is another listing"
    assert ok(ours)["id"] != theirs["id"]
    again = ok(here.bank.put("/v1/offers/by-external-id", params=query, json=body))
    assert (again["id"], again["external_ids"]) == (theirs["id"], [query])
    problem(here.bank.post("/v1/offers", json=body), 409, "external-id-taken")


def test_a_name_is_shown_to_and_changed_by_the_organisation_that_gave_it_alone(here: Neighbourhood) -> None:
    person = here.person(purposes=(*PURPOSES, "acting"))["id"]
    name = {"system": "crm", "value": uuid4().hex}
    need = here.need(person, external_ids=[name])
    elsewhere = here.quarter.person(person, here.quarter.credentials(here.bank_id))
    address = f"/v1/needs/{need['id']}"
    assert ok(elsewhere.get(address))["external_ids"] == []
    (listed,) = ok(elsewhere.get("/v1/needs", params={"ids": need["id"]}))["items"]
    assert listed["external_ids"] == []
    problem(elsewhere.patch(address, json={"external_ids": []}), 422, "invalid-request")
    assert ok(elsewhere.patch(address, json={"minutes": 30}))["external_ids"] == []
    assert ok(here.council.get(address))["external_ids"] == [name]
    assert elsewhere.delete(address).status_code == 204
    here.need(person, external_ids=[name])


@pytest.mark.parametrize(
    ("system", "called", "told"),
    [("time_bank", "Mrs Example", False), ("directory", "5d3c1f0e-7a52-4a86-9f1b-0c2d4e6f8a10", False), ("assessment", "Mrs Example", False),
     ("assessment", "5d3c1f0e-7a52-4a86-9f1b-0c2d4e6f8a11", True),
     ("round_table", "5d3c1f0e-7a52-4a86-9f1b-0c2d4e6f8a12", True)],
)  # fmt: skip
def test_a_fact_tells_no_name_that_another_system_gave(
    here: Neighbourhood, system: str, called: str, told: bool
) -> None:
    need = here.need(here.person()["id"], source={"system": system, "id": called})
    (fact,) = here.facts(need["id"])
    assert fact["ids"].get("source_id") == (called if told else None)
    assert fact["ids"]["source"] == system


def test_a_nul_in_the_query_is_the_callers_mistake(here: Neighbourhood) -> None:
    body = {"organisation_id": here.bank_id, "title": "A room"}
    put = here.bank.put("/v1/offers/by-external-id", params={"system": "a\x00", "value": "b"}, json=body)
    problem(put, 422, "invalid-request")
    for query in ({"category": "a\x00"}, {"ids": "x"}, {"cursor": "x"}, {"state": "met\x00"}):
        problem(here.bank.get("/v1/offers", params=query), 422, "invalid-request")


def test_what_is_deleted_is_gone_its_name_is_free_and_the_feed_says_so(here: Neighbourhood) -> None:
    person, value = here.person()["id"], uuid4().hex
    query, body = {"system": "time-bank", "value": value}, {"participant_id": person, "title": "Mending"}
    offer = ok(here.bank.put("/v1/offers/by-external-id", params=query, json=body))
    assert here.bank.delete(f"/v1/offers/{offer['id']}").status_code == 204
    problem(here.bank.get(f"/v1/offers/{offer['id']}"), 404, "not-found")
    assert [fact["type"] for fact in here.facts(offer["id"])][-1] == "offer.deleted"
    assert ok(here.bank.put("/v1/offers/by-external-id", params=query, json=body))["id"] != offer["id"]


def test_lists_are_narrowed_and_paged(here: Neighbourhood) -> None:
    person = here.person()["id"]
    made = [here.need(person, category="garden")["id"] for _ in range(3)] + [here.need(person, category="work")["id"]]
    ok(here.council.post(f"/v1/needs/{made[0]}:withdraw"))
    query: dict[str, Any] = {"participant_id": person, "category": "garden", "limit": 2}
    page = here.council.get("/v1/needs", params=query)
    assert [one["id"] for one in ok(page)["items"]] == made[:2]
    following = ok(here.council.get(page.links["next"]["url"]))
    assert ([one["id"] for one in following["items"]], following["next"]) == ([made[2]], None)
    opened = ok(here.council.get("/v1/needs", params={**query, "state": "open"}))
    assert [one["id"] for one in opened["items"]] == made[1:3]
    since = ok(here.council.get(f"/v1/needs/{made[3]}"))["updated_at"]
    late = ok(here.council.get("/v1/needs", params={"participant_id": person, "updated_after": since}))
    assert [one["id"] for one in late["items"]] == [made[0]]


def test_a_repeated_post_with_one_key_makes_one_need(here: Neighbourhood) -> None:
    person, key = here.person()["id"], {"idempotency-key": uuid4().hex}
    body = {"participant_id": person, "title": "A walk"}
    first, second = (here.council.post("/v1/needs", json=body, headers=key) for _ in range(2))
    assert ok(first)["id"] == ok(second)["id"]
    assert len(ok(here.council.get("/v1/needs", params={"participant_id": person}))["items"]) == 1


def test_words_are_withheld_once_she_takes_her_consent_back_and_the_listing_can_still_be_ended(
    here: Neighbourhood,
) -> None:
    person = here.person()["id"]
    need = here.need(person, text="I cannot sleep at night")
    grants = [one for one in ok(here.council.get(f"/v1/participants/{person}/consents"))["items"] if one["live"]]
    for grant in grants:
        ok(here.council.post(f"/v1/participants/{person}/consents/{grant['id']}:revoke"))
    read = ok(here.council.get(f"/v1/needs/{need['id']}"))
    (listed,) = ok(here.council.get("/v1/needs", params={"ids": need["id"]}))["items"]
    for shown in (read, listed):
        assert shown["withheld"]
        assert (shown["title"], shown["text"], shown["category"], shown["concepts"]) == ("", None, None, [])
    assert ok(here.council.post(f"/v1/needs/{need['id']}:withdraw"))["state"] == "withdrawn"
    assert here.council.delete(f"/v1/needs/{need['id']}").status_code == 204
