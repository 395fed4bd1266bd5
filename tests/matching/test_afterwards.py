"""What follows a match: hours that both sides confirm, feedback, risks, and what other services may learn."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.matching.conftest import Neighbourhood
from tests.town import ok, problem

HOURS = {"seconds": 5400, "day": "2026-01-10"}
RISK = {"what": "A large dog", "weighed_by": "caseworker", "mitigation": "First meeting outside",
        "agreed_by": "both sides"}  # fmt: skip


def test_hours_are_true_once_both_sides_have_confirmed(here: Neighbourhood) -> None:
    match = here.introduced()
    address = f"/v1/matches/{match['id']}/hours"
    stated = here.council.post(address, json=HOURS)
    hours = ok(stated)
    assert stated.status_code == 201
    assert (hours["state"], hours["given_by"]) == ("stated", "offer")
    problem(here.council.post(f"{address}/{hours['id']}:confirm", json={"side": "offer"}), 403, "not-your-side")
    assert ok(here.council.post(f"{address}/{hours['id']}:confirm", json={"side": "need"}))["state"] == "stated"
    problem(here.council.post(f"{address}/{hours['id']}:confirm", json={"side": "need"}), 409, "already-confirmed")
    assert ok(here.bank.post(f"{address}/{hours['id']}:confirm", json={"side": "offer"}))["state"] == "confirmed"
    assert [one["id"] for one in ok(here.bank.get(address))["items"]] == [hours["id"]]
    told = here.facts(hours["id"])
    assert [fact["type"] for fact in told] == ["hours.stated", "hours.confirmed"]
    need = ok(here.council.get(f"/v1/needs/{match['need_id']}"))
    offer = ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))
    expected = {
        "match": match["id"], "payer": need["participant_id"], "payee": offer["participant_id"], "seconds": 5400,
        "exchange": "gift", "organisation": here.bank_id, "payer_kind": "participant", "payee_kind": "participant",
        "need_held_by": here.quarter.organisation, "offer_held_by": here.bank_id,
    }  # fmt: skip
    for fact in told:
        assert expected.items() <= fact["ids"].items()


@pytest.mark.parametrize("ending", ["withdraw", "suspend"])
def test_hours_are_not_confirmed_on_a_match_that_has_ended_or_halts(here: Neighbourhood, ending: str) -> None:
    match = here.introduced()
    address = f"/v1/matches/{match['id']}/hours"
    hours = ok(here.council.post(address, json=HOURS))
    ok(here.council.post(f"{address}/{hours['id']}:confirm", json={"side": "need"}))
    if ending == "suspend":
        ok(here.act(match, "suspend", here.staff(), reason="complaint"))
    else:
        ok(here.act(match, "withdraw"))
    problem(here.bank.post(f"{address}/{hours['id']}:confirm", json={"side": "offer"}), 409, "illegal-state")
    assert [fact["type"] for fact in here.facts(hours["id"])] == ["hours.stated"]


def test_whoever_is_named_gave_the_hours_and_a_stranger_cannot_have(here: Neighbourhood) -> None:
    match = here.introduced()
    address = f"/v1/matches/{match['id']}/hours"
    assert ok(here.council.post(address, json={**HOURS, "given_by": "need"}))["given_by"] == "need"
    problem(here.council.post(address, json={**HOURS, "given_by": "somebody"}), 422, "invalid-request")


@pytest.mark.parametrize(
    "wrong", [{"seconds": 0}, {"seconds": 90_000}, {"seconds": 1.5}, {"day": "2199-01-01"}, {"day": "2026-02-30"},
              {"hours": 1}],
)  # fmt: skip
def test_impossible_hours_are_refused(here: Neighbourhood, wrong: dict[str, Any]) -> None:
    match = here.introduced()
    problem(here.council.post(f"/v1/matches/{match['id']}/hours", json={**HOURS, **wrong}), 422, "invalid-request")


def test_nothing_is_told_of_two_who_have_not_met(here: Neighbourhood) -> None:
    match = here.accepted()
    address = f"/v1/matches/{match['id']}"
    said = {"side": "need", "rating": 5, "would_again": True}
    problem(here.council.post(address + "/hours", json=HOURS), 409, "illegal-state")
    problem(here.council.post(address + "/feedback", json=said), 409, "illegal-state")


def test_hours_of_one_match_are_not_found_under_another(here: Neighbourhood) -> None:
    one, other = here.introduced(), here.introduced()
    hours = ok(here.council.post(f"/v1/matches/{one['id']}/hours", json=HOURS))
    problem(here.council.get(f"/v1/matches/{other['id']}/hours/{hours['id']}"), 404, "not-found")
    confirm = f"/v1/matches/{other['id']}/hours/{hours['id']}:confirm"
    problem(here.council.post(confirm, json={"side": "need"}), 404, "not-found")


def test_each_side_speaks_once_and_reads_its_own_words_only(here: Neighbourhood) -> None:
    match = here.introduced()
    address = f"/v1/matches/{match['id']}/feedback"
    said = {"side": "need", "rating": 5, "outcome_text": "I go out again.", "would_again": True}
    given = here.council.post(address, json=said)
    assert given.status_code == 201
    assert ok(here.council.get(given.headers["location"])) == ok(given)
    problem(here.council.get(address + "/offer"), 403, "not-your-side")
    problem(here.council.post(address, json=said), 409, "feedback-already-given")
    problem(here.bank.post(address, json=said), 403, "not-your-side")
    ok(here.bank.post(address, json={"side": "offer", "rating": 4, "would_again": False}))
    assert [one["side"] for one in ok(here.council.get(address))["items"]] == ["need"]
    assert [one["side"] for one in ok(here.bank.get(address))["items"]] == ["offer"]
    told = [fact for fact in here.facts(match["id"]) if fact["type"] == "feedback.given"]
    assert [fact["ids"]["side"] for fact in told] == ["need", "offer"]
    assert "go out" not in str(told)
    holders = {"need_held_by": here.quarter.organisation, "offer_held_by": here.bank_id}
    assert all(holders.items() <= fact["ids"].items() for fact in told)


@pytest.mark.parametrize(
    "wrong", [{"rating": 0}, {"rating": 6}, {"rating": True}, {"would_again": "yes"}, {"side": "x"}]
)
def test_wrong_feedback_is_refused(here: Neighbourhood, wrong: dict[str, Any]) -> None:
    body = {"side": "need", "rating": 5, "would_again": True, **wrong}
    problem(here.council.post(f"/v1/matches/{uuid4()}/feedback", json=body), 422, "invalid-request")


def test_a_risk_is_recorded_and_shown_and_excludes_nobody(here: Neighbourhood) -> None:
    match = here.match()
    address = f"/v1/matches/{match['id']}/risks"
    made = here.council.post(address, json=RISK)
    assert ok(here.bank.get(made.headers["location"])) == ok(made)
    (shown,) = ok(here.bank.get(address))["items"]
    assert RISK.items() <= shown.items()
    assert ok(here.act(match, "accept", side="need"))["state"] == "proposed"
    (told,) = [fact for fact in here.facts(match["id"]) if fact["type"] == "match.risk_weighed"]
    assert {"need_held_by": here.quarter.organisation, "offer_held_by": here.bank_id}.items() <= told["ids"].items()


@pytest.mark.parametrize("field", sorted(RISK))
@pytest.mark.parametrize("text", ["Ring 01632 960 001", "amal@example.org"])
def test_a_risk_says_of_nobody_how_to_reach_them(here: Neighbourhood, field: str, text: str) -> None:
    body = {**RISK, field: text}
    found = problem(here.council.post(f"/v1/matches/{uuid4()}/risks", json=body), 422, "invalid-request")
    assert [error["path"] for error in found["errors"]] == [f"/{field}"]


def test_a_risk_is_for_the_organisations_that_hold_the_match_alone(here: Neighbourhood) -> None:
    match = here.match()
    address = f"/v1/matches/{match['id']}/risks"
    one = here.council.post(address, json=RISK).headers["location"]
    for side, api in (("need", here.council), ("offer", here.bank)):
        owner = ok(api.get(f"/v1/{side}s/{match[f'{side}_id']}"))["participant_id"]
        herself = here.quarter.person(owner, here.quarter.credentials())
        for answer in (herself.get(address), herself.get(one), herself.post(address, json=RISK)):
            problem(answer, 403, "forbidden")
            assert "dog" not in answer.text


def test_the_inside_is_for_services_alone(here: Neighbourhood) -> None:
    for path in (f"/internal/facts?ids={uuid4()}", f"/internal/hours/{uuid4()}", "/internal/events"):
        assert here.council.get(path).status_code in (403, 404)


def test_ids_are_sorted_by_when_they_were_made(here: Neighbourhood) -> None:
    one, other = here.match(), here.match()
    assert UUID(one["id"]) < UUID(other["id"])
