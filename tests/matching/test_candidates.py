"""Candidates over HTTP: who is shown to whom, what stays unknown, and that the authority has the last word."""

from collections.abc import Callable
from typing import Any, cast

import psycopg
import pytest

from services.matching.settings import Settings
from tests.matching.conftest import SATURDAYS, Neighbourhood, ids
from tests.town import Quarter, Town, ok, problem

SUNDAYS = {**SATURDAYS, "starts": "2026-01-04T10:00:00", "rule": "FREQ=WEEKLY;BYDAY=SU"}
Found = Callable[[str], Neighbourhood]


def test_what_was_just_written_is_found_both_ways_with_reasons_and_shares(here: Neighbourhood) -> None:
    need, offer = here.pair("repair", title="I mend bicycles", released_text="Bicycles are my joy")
    (found,) = [one for one in here.for_need(need, language="de")["items"] if one["offer_id"] == offer["id"]]
    assert found["title"] == "Bicycles are my joy"
    assert round(sum(found["factors"].values()), 4) == found["score"]
    assert any("gehören zu" in reason for reason in found["reasons"])
    (back,) = [one for one in here.for_offer(offer)["items"] if one["need_id"] == need["id"]]
    assert back["score"] == found["score"]
    assert back["title"] != need["title"], "without a released text the category stands for it"


def test_nothing_raw_and_nobody_is_named_before_both_accept(here: Neighbourhood) -> None:
    canary = "Canaryname 52 Elm Row"
    need = here.need(here.person()["id"], category="household")
    person = here.person()["id"]
    here.offer(person, category="household", title=canary, text=canary)
    answer = here.council.get(f"/v1/needs/{need['id']}/candidates", params={"limit": 100}).text
    assert "Canaryname" not in answer
    assert person not in answer


def test_a_change_a_pause_a_privacy_and_a_withdrawal_count_on_the_next_request(here: Neighbourhood) -> None:
    need, offer = here.pair("transport")
    address = f"/v1/offers/{offer['id']}"
    assert offer["id"] in ids(here.for_need(need))
    ok(here.bank.post(address + ":pause"))
    assert offer["id"] not in ids(here.for_need(need))
    ok(here.bank.post(address + ":resume"))
    assert offer["id"] in ids(here.for_need(need))
    ok(here.bank.patch(address, json={"visibility": "private"}))
    assert offer["id"] not in ids(here.for_need(need))
    ok(here.bank.patch(address, json={"visibility": "matching", "category": "garden", "title": "Hedges"}))
    assert offer["id"] not in ids(here.for_need(need))
    ok(here.bank.patch(address, json={"category": "transport"}))
    assert offer["id"] in ids(here.for_need(need))
    ok(here.bank.post(address + ":withdraw"))
    assert offer["id"] not in ids(here.for_need(need))


def test_each_gate_holds_back_and_is_told_in_coarse_counts(quarter: Found) -> None:
    there = quarter("gates")
    need = there.need(
        there.person(languages=[{"tag": "ti"}, {"tag": "en"}], place={"latitude": 52.5, "longitude": -2.0},
                     travel=["foot"], availability=[SATURDAYS])["id"],
        means=["in_person"], minutes=60,
    )  # fmt: skip
    far = {"latitude": 52.9, "longitude": -2.0}
    for _ in range(5):
        there.offer(there.person(languages=[{"tag": "pl"}])["id"], means=["in_person"])
    there.offer(there.person(place=far, travel=["bus"])["id"], means=["in_person"])
    there.offer(there.person(availability=[SUNDAYS])["id"], means=["in_person"])
    there.offer(there.person()["id"], means=["phone"])
    there.offer(there.person()["id"], title="Hedges", category="garden")
    fits = there.offer(there.person(place={"latitude": 52.505, "longitude": -2.0}, availability=[SATURDAYS])["id"])
    found = there.for_need(need)
    assert ids(found) == [fits["id"]]
    assert found["items"][0]["distance_km"] in (0, 1)
    assert found["held_back"] == {
        "language": 5, "distance": "a few", "availability": "a few", "means": "a few", "relevance": "a few",
    }  # fmt: skip


def test_when_nobody_is_left_the_answer_says_why(quarter: Found) -> None:
    there = quarter("empty")
    need = there.need(there.person(languages=[{"tag": "ti"}])["id"])
    assert there.for_need(need)["note"]
    there.offer(there.person(languages=[{"tag": "de"}])["id"])
    assert there.for_need(need)["held_back"] == {"language": "a few"}
    ok(there.council.post(f"/v1/needs/{need['id']}:withdraw"))
    assert "withdrawn" in there.for_need(need)["note"]


def _revoke(there: Neighbourhood, person: dict[str, Any], recipient: str) -> None:
    address = f"/v1/participants/{person['id']}/consents"
    for grant in ok(there.council.get(address))["items"]:
        if grant["recipient_id"] == recipient and grant["purpose"] == "matching":
            ok(there.council.post(f"{address}/{grant['id']}:revoke"))


def test_a_revoked_consent_removes_the_offer_on_the_next_request_and_from_the_counts(quarter: Found) -> None:
    there = quarter("consent")
    need = there.need(there.person()["id"])
    giver, speechless = there.person(), there.person(languages=[{"tag": "pl"}])
    offer = there.offer(giver["id"])
    there.offer(speechless["id"])
    before = there.for_need(need)
    assert ids(before) == [offer["id"]]
    assert before["held_back"] == {"language": "a few"}
    council = there.quarter.organisation
    _revoke(there, giver, council)
    _revoke(there, speechless, council)
    after = there.for_need(need)
    assert (after["items"], after["held_back"]) == ([], {})


def test_an_organisation_without_consent_cannot_search_for_somebody(quarter: Found) -> None:
    there = quarter("owner")
    person = there.person()
    need = there.need(person["id"])
    _revoke(there, person, there.quarter.organisation)
    problem(there.council.get(f"/v1/needs/{need['id']}/candidates"), 404, "not-found")
    herself = there.quarter.person(person["id"], there.quarter.credentials())
    assert ok(herself.get(f"/v1/needs/{need['id']}/candidates"))["items"] == []


def test_blocks_work_both_ways_and_in_silence(quarter: Found) -> None:
    there = quarter("blocks")
    one, other = there.person(), there.person()
    need, offer = there.need(one["id"]), there.offer(other["id"])
    assert ids(there.for_need(need)) == [offer["id"]]
    ok(there.council.post(f"/v1/participants/{one['id']}/blocks", json={"other_id": other["id"]}))
    for found in (there.for_need(need), there.for_offer(offer)):
        assert (found["items"], found["held_back"]) == ([], {})
    proposal = {"need_id": need["id"], "offer_id": offer["id"]}
    problem(there.council.post("/v1/matches", json=proposal), 404, "not-found")


def test_whoever_asked_not_to_be_asked_is_not_shown_but_may_look_herself(quarter: Found) -> None:
    there = quarter("quiet")
    one, other = there.person(), there.person()
    need, offer = there.need(one["id"]), there.offer(other["id"])
    ok(there.council.patch(f"/v1/participants/{other['id']}", json={"do_not_ask": True}))
    found = there.for_need(need)
    assert (found["items"], found["held_back"]) == ([], {})
    assert ids(there.for_offer(offer)) == [need["id"]]


def test_the_page_is_filled_although_the_best_may_not_be_shown(quarter: Found) -> None:
    there = quarter("refill")
    need = there.need(there.person()["id"], title="help with my bicycle", category="repair")
    for _ in range(14):
        shy = there.person()
        there.offer(shy["id"], title="help with my bicycle", category="repair")
        _revoke(there, shy, there.quarter.organisation)
    fits = there.offer(there.person()["id"], title="lamps", category="repair")
    assert ids(there.for_need(need, limit=1)) == [fits["id"]]


def test_when_the_authority_does_not_answer_in_time_nobody_is_shown(here: Neighbourhood, town: Town) -> None:
    need, _ = here.pair("culture")
    assert town.house is not None
    settings = cast(Settings, town.house.apps["matching"].state.kernel.settings)
    patience, settings.consent_timeout = settings.consent_timeout, 1e-9
    try:
        problem(here.council.get(f"/v1/needs/{need['id']}/candidates"), 503, "consent-unknown")
    finally:
        settings.consent_timeout = patience
    ok(here.council.get(f"/v1/needs/{need['id']}/candidates"))


def test_a_neighbourhood_never_finds_anothers_offers(here: Neighbourhood, lindenau: Quarter) -> None:
    person = lindenau.register("Somebody in Lindenau")["id"]
    body = {"participant_id": person, "title": "Somebody to talk to", "category": "company"}
    theirs = ok(lindenau.council.post("/v1/needs", json=body))
    need, offer = here.pair()
    found = ok(lindenau.council.get(f"/v1/needs/{theirs['id']}/candidates", params={"limit": 100}))
    assert (found["items"], found["held_back"]) == ([], {})
    problem(lindenau.council.get(f"/v1/needs/{need['id']}/candidates"), 404, "not-found")
    problem(here.council.get(f"/v1/needs/{theirs['id']}/candidates"), 404, "not-found")
    assert offer["id"] in ids(here.for_need(need))


def test_whoever_is_matched_already_is_no_candidate_until_that_has_ended(here: Neighbourhood) -> None:
    need, offer = here.pair("advice")
    assert offer["id"] in ids(here.for_need(need))
    match = ok(here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    assert offer["id"] not in ids(here.for_need(need))
    assert need["id"] not in ids(here.for_offer(offer))
    ok(here.act(match, "withdraw"))
    assert offer["id"] in ids(here.for_need(need))


def test_a_full_offer_is_nobodys_candidate(here: Neighbourhood) -> None:
    match = here.accepted("sport")
    other = here.need(here.person()["id"], category="sport", title="Running")
    assert match["offer_id"] not in ids(here.for_need(other))


def test_what_was_shown_is_on_record(here: Neighbourhood, town: Town) -> None:
    need, offer = here.pair("digital")
    here.for_need(need)
    query = "select rank, score from matching.shown where listing_id = %s and candidate_id = %s"
    with psycopg.connect(town.admin_url) as connection:
        rows = connection.execute(query, (need["id"], offer["id"])).fetchall()
    assert len(rows) == 1
    assert rows[0][0] >= 1


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 101}, {"language": "xx"}, {"limit": "x"}])
def test_a_wrong_query_is_refused(here: Neighbourhood, query: dict[str, Any]) -> None:
    need = here.need(here.person()["id"])
    problem(here.council.get(f"/v1/needs/{need['id']}/candidates", params=query), 422, "invalid-request")
