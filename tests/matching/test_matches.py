"""Matches over HTTP: proposing, deciding, introducing, and every step that does not follow."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.matching.conftest import Neighbourhood, ids
from tests.town import Quarter, Town, ok, problem


def test_a_match_goes_through_all_its_states_and_meets_the_need(here: Neighbourhood) -> None:
    match = here.match()
    assert (match["state"], match["need"]["yours"], match["offer"]["yours"]) == ("proposed", True, False)
    ok(here.act(match, "accept", side="need"))
    assert ok(here.act(match, "accept", here.bank, side="offer"))["state"] == "accepted"
    assert ok(here.council.post(f"/v1/matches/{match['id']}/introduction"))["match"]["state"] == "introduced"
    assert ok(here.act(match, "activate"))["state"] == "active"
    assert ok(here.act(match, "complete", here.bank))["state"] == "completed"
    assert ok(here.council.get(f"/v1/needs/{match['need_id']}"))["state"] == "met"
    assert ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))["state"] == "used_up"
    kinds = [fact["type"] for fact in here.facts(match["id"])]
    assert kinds == ["match.proposed", "match.accepted_by_need", "match.accepted", "match.introduced", "match.active",
                     "match.completed"]  # fmt: skip
    assert here.facts(match["need_id"])[-1]["type"] == "need.met"


@pytest.mark.parametrize("step", ["activate", "complete", "withdraw", "decline", "accept"])
def test_a_step_that_does_not_follow_is_refused(here: Neighbourhood, step: str) -> None:
    match = here.match()
    ok(here.act(match, "decline", side="need"))
    side = {"side": "need"} if step in {"decline", "accept"} else None
    problem(here.council.post(f"/v1/matches/{match['id']}:{step}", json=side), 409, "illegal-state")


def test_two_are_matched_once_while_it_lives(here: Neighbourhood) -> None:
    match = here.match()
    again = {"need_id": match["need_id"], "offer_id": match["offer_id"]}
    problem(here.council.post("/v1/matches", json=again), 409, "already-matched")
    ok(here.act(match, "decline", here.bank, side="offer"))
    assert here.council.post("/v1/matches", json=again).status_code == 201


def test_of_many_equal_proposals_at_once_one_is_made(here: Neighbourhood) -> None:
    need, offer = here.pair()
    body = {"need_id": need["id"], "offer_id": offer["id"]}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: here.council.post("/v1/matches", json=body).status_code, range(8)))
    assert sorted(answers) == [201] + [409] * 7


def test_a_gate_keeps_two_apart_also_when_they_are_proposed(here: Neighbourhood) -> None:
    need = here.need(here.person(languages=[{"tag": "ti"}])["id"])
    offer = here.offer(here.person(languages=[{"tag": "de"}])["id"])
    found = problem(
        here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}), 409, "held-back"
    )
    assert found["gate"] == "language"


def test_an_unknown_a_private_and_an_unconsenting_other_side_are_unknown_alike(here: Neighbourhood) -> None:
    need = here.need(here.person()["id"])
    private = here.offer(here.person()["id"], visibility="private")
    shy = here.person()
    hidden = here.offer(shy["id"])
    grants = ok(here.council.get(f"/v1/participants/{shy['id']}/consents"))["items"]
    for grant in grants:
        ok(here.council.post(f"/v1/participants/{shy['id']}/consents/{grant['id']}:revoke"))
    answers = []
    for offer in (str(uuid4()), private["id"], hidden["id"]):
        answer = here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer})
        answers.append(problem(answer, 404, "not-found"))
    assert answers[0] == answers[1] == answers[2]


def test_nobody_proposes_for_two_others(here: Neighbourhood) -> None:
    need, offer = here.pair()
    third = here.quarter.app(here.quarter.organisation_named("Good Neighbours Hazelbrook"))
    problem(third.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}), 404, "not-found")


def test_a_match_is_seen_by_those_on_it_and_nobody_else(here: Neighbourhood, lindenau: Quarter) -> None:
    match = here.match()
    need = ok(here.council.get(f"/v1/needs/{match['need_id']}"))
    credentials = here.quarter.credentials()
    address = f"/v1/matches/{match['id']}"
    for friend in (here.council, here.bank, here.quarter.person(need["participant_id"], credentials)):
        assert ok(friend.get(address))["id"] == match["id"]
        assert [one["id"] for one in ok(friend.get("/v1/matches", params={"ids": match["id"]}))["items"]] == [
            match["id"]
        ]
    third = here.quarter.app(here.quarter.organisation_named("Good Neighbours Hazelbrook"))
    stranger = here.quarter.person(here.person()["id"], credentials)
    unknown = problem(here.council.get(f"/v1/matches/{uuid4()}"), 404, "not-found")
    for other in (third, stranger, lindenau.council):
        assert problem(other.get(address), 404, "not-found") == unknown
        problem(other.post(address + ":withdraw"), 404, "not-found")
        problem(other.post(address + "/introduction"), 404, "not-found")
        problem(other.get(address + "/hours"), 404, "not-found")
        problem(other.get(address + "/feedback"), 404, "not-found")
        problem(other.get(address + "/risks"), 404, "not-found")
        assert ok(other.get("/v1/matches", params={"ids": match["id"]}))["items"] == []


def test_each_side_decides_for_itself_alone(here: Neighbourhood) -> None:
    match = here.match()
    need = ok(here.council.get(f"/v1/needs/{match['need_id']}"))
    herself = here.quarter.person(need["participant_id"], here.quarter.credentials())
    for caller, foreign in ((here.council, "offer"), (here.bank, "need"), (herself, "offer")):
        problem(here.act(match, "accept", caller, side=foreign), 403, "not-your-side")
        problem(here.act(match, "decline", caller, side=foreign), 403, "not-your-side")
    assert ok(here.act(match, "accept", herself, side="need"))["need"]["accepted_at"]
    problem(here.act(match, "accept", side="need"), 409, "already-accepted")


def test_no_contact_before_both_accept_and_then_only_the_other_sides(here: Neighbourhood) -> None:
    match = here.match()
    offer = ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))
    giver = offer["participant_id"]
    way = [{"kind": "phone", "value": "01632 960 001"}]
    ok(here.council.put(f"/v1/participants/{giver}/contact", json={"entries": way}))
    address = f"/v1/matches/{match['id']}/introduction"
    problem(here.council.post(address), 409, "not-yet-accepted")
    ok(here.act(match, "accept", side="need"))
    problem(here.council.post(address), 409, "not-yet-accepted")
    ok(here.act(match, "accept", here.bank, side="offer"))
    answer = here.council.post(address)
    assert answer.headers["cache-control"] == "no-store"
    assert ok(answer)["contacts"] == {giver: way}
    ok(here.council.put(f"/v1/participants/{giver}/contact", json={"entries": way, "do_not_disclose": True}))
    later = ok(here.council.post(address))
    assert (later["contacts"], later["withheld"]) == ({giver: None}, {giver: "do-not-disclose"})


def test_a_contact_is_not_kept_by_matching(here: Neighbourhood, town: Town) -> None:
    match = here.accepted()
    giver = ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))["participant_id"]
    canary = "01632 960 787"
    ok(here.council.put(f"/v1/participants/{giver}/contact", json={"entries": [{"kind": "phone", "value": canary}]}))
    assert canary in here.council.post(f"/v1/matches/{match['id']}/introduction").text
    with psycopg.connect(town.admin_url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'matching'").fetchall()
        for (table,) in tables:
            found = connection.execute(f'select 1 from matching."{table}" t where t::text like %s', (f"%{canary}%",))
            assert found.fetchone() is None, table


def test_places_are_taken_on_acceptance_and_come_back(here: Neighbourhood) -> None:
    match = here.accepted()
    assert ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))["state"] == "used_up"
    ok(here.act(match, "withdraw", here.bank))
    offer = ok(here.bank.get(f"/v1/offers/{match['offer_id']}"))
    assert (offer["state"], offer["taken"]) == ("open", 0)
    assert ok(here.council.get(f"/v1/needs/{match['need_id']}"))["taken"] == 0


def test_a_place_is_given_once(here: Neighbourhood) -> None:
    offer = here.offer(here.person()["id"])
    matches = []
    for _ in range(2):
        need = here.need(here.person()["id"])
        matches.append(ok(here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]})))
    for match in matches:
        ok(here.act(match, "accept", side="need"))
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda match: here.act(match, "accept", here.bank, side="offer").status_code, matches)
    assert sorted(answers) == [200, 409]
    assert ok(here.bank.get(f"/v1/offers/{offer['id']}"))["taken"] == 1


def test_credit_is_held_at_acceptance_and_a_refusal_leaves_the_match_proposed(here: Neighbourhood) -> None:
    modest = here.accepted(exchange="credit", minutes=60)
    assert modest["state"] == "accepted"
    costly = here.match(exchange="credit", minutes=7 * 24 * 60)
    ok(here.act(costly, "accept", side="need"))
    problem(here.act(costly, "accept", here.bank, side="offer"), 409, "hold-refused")
    again = ok(here.council.get(f"/v1/matches/{costly['id']}"))
    assert (again["state"], again["offer"]["accepted_at"]) == ("proposed", None)
    assert ok(here.bank.get(f"/v1/offers/{costly['offer_id']}"))["taken"] == 0


def test_a_consent_revoked_in_between_stops_the_acceptance(here: Neighbourhood) -> None:
    match = here.match()
    ok(here.act(match, "accept", side="need"))
    person = ok(here.council.get(f"/v1/needs/{match['need_id']}"))["participant_id"]
    here.revoke(person, "matching", here.quarter.organisation)
    problem(here.act(match, "accept", here.bank, side="offer"), 409, "not-possible-now")


@pytest.mark.parametrize("side", ["need", "offer"])
def test_both_must_let_both_organisations_match_them_when_it_is_accepted(here: Neighbourhood, side: str) -> None:
    match = here.match()
    ok(here.act(match, "accept", side="need"))
    needs, offers = here.owners(match)
    if side == "need":
        here.revoke(needs, "matching", here.bank_id)
    else:
        here.revoke(offers, "matching", here.quarter.organisation)
    problem(here.act(match, "accept", here.bank, side="offer"), 409, "not-possible-now")


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("what", ["block", "revocation", "deletion"])
def test_an_introduction_looks_each_time_whether_anything_stands_between_the_two(
    here: Neighbourhood, what: str, again: bool
) -> None:
    match = here.introduced() if again else here.accepted()
    needs, offers = here.owners(match)
    if what == "block":
        ok(here.council.post(f"/v1/participants/{offers}/blocks", json={"other_id": needs}))
    elif what == "revocation":
        here.revoke(offers, "matching", here.bank_id)
    else:
        assert here.council.delete(f"/v1/participants/{offers}").status_code == 204
    answer = here.council.post(f"/v1/matches/{match['id']}/introduction")
    if what == "deletion" and answer.json()["type"].endswith("illegal-state"):
        return  # the feed was faster: the match has been withdrawn
    problem(answer, 409, "not-possible-now")


def test_a_repeated_introduction_is_an_introduction_also_with_one_key(here: Neighbourhood) -> None:
    match, key = here.accepted(), {"idempotency-key": uuid4().hex}
    _, offers = here.owners(match)
    address = f"/v1/matches/{match['id']}/introduction"
    first, second = (here.council.post(address, headers=key) for _ in range(2))
    assert ok(first) == ok(second)
    assert list(ok(second)["contacts"]) == [offers]
    assert second.headers["cache-control"] == "no-store"


def test_who_asked_not_to_be_asked_is_not_asked_by_whoever_holds_both_sides(here: Neighbourhood) -> None:
    quiet, other = here.person()["id"], here.person()["id"]
    need, offer = here.need(quiet), here.offer(other, here.council)
    ok(here.council.patch(f"/v1/participants/{quiet}", json={"do_not_ask": True}))
    both = {"need_id": need["id"], "offer_id": offer["id"]}
    problem(here.council.post("/v1/matches", json=both), 404, "not-found")
    herself = here.quarter.person(quiet, here.quarter.credentials())
    assert herself.post("/v1/matches", json=both).status_code == 201
    one_side = {"need_id": need["id"], "offer_id": here.offer(here.person()["id"])["id"]}
    assert here.council.post("/v1/matches", json=one_side).status_code == 201


def test_a_matchs_name_is_its_proposers_own(here: Neighbourhood) -> None:
    need, offer = here.pair()
    name = {"system": "crm", "value": uuid4().hex}
    body = {"need_id": need["id"], "offer_id": offer["id"], "external_ids": [name]}
    match = ok(here.council.post("/v1/matches", json=body))
    address = f"/v1/matches/{match['id']}"
    assert match["external_ids"] == [name]
    herself = here.quarter.person(offer["participant_id"], here.quarter.credentials())
    for other in (here.bank, herself):
        assert ok(other.get(address))["external_ids"] == []
        (listed,) = ok(other.get("/v1/matches", params={"ids": match["id"]}))["items"]
        assert listed["external_ids"] == []
    assert ok(here.act(match, "accept", here.bank, side="offer"))["external_ids"] == []
    need, offer = here.pair()
    again = {"need_id": need["id"], "offer_id": offer["id"], "external_ids": [name]}
    assert here.bank.post("/v1/matches", json=again).status_code == 201
    need, offer = here.pair()
    third = {"need_id": need["id"], "offer_id": offer["id"], "external_ids": [name]}
    problem(here.council.post("/v1/matches", json=third), 409, "external-id-taken")


def test_every_fact_of_a_match_names_both_holders_and_never_a_reason(here: Neighbourhood) -> None:
    match, staff = here.introduced(), here.staff()
    ok(here.act(match, "suspend", staff, reason="safeguarding"))
    told = here.facts(match["id"])
    assert told[-1]["type"] == "match.suspended"
    for fact in told:
        assert (fact["ids"]["need_held_by"], fact["ids"]["offer_held_by"]) == (here.quarter.organisation, here.bank_id)
    assert "safeguarding" not in str(told)


def test_only_staff_suspend_and_lift_and_the_match_goes_on_where_it_was(here: Neighbourhood) -> None:
    match, staff = here.introduced(), here.staff()
    problem(here.act(match, "suspend", reason="safeguarding"), 403, "staff-only")
    problem(here.act(match, "suspend", staff, reason="gossip"), 422, "invalid-request")
    suspended = ok(here.act(match, "suspend", staff, reason="safeguarding"))
    assert (suspended["state"], suspended["reason"]) == ("suspended", "safeguarding")
    problem(here.act(match, "activate"), 409, "illegal-state")
    problem(here.council.post(f"/v1/matches/{match['id']}/introduction"), 409, "illegal-state")
    assert ok(here.act(match, "lift", staff))["state"] == "introduced"
    problem(here.act(match, "lift", staff), 409, "illegal-state")


def test_why_a_match_was_suspended_is_for_organisations_alone(here: Neighbourhood) -> None:
    match = here.introduced()
    address = f"/v1/matches/{match['id']}"
    ok(here.act(match, "suspend", here.staff(), reason="safeguarding"))
    for friend in (here.council, here.bank):
        read = ok(friend.get(address))
        assert (read["reason"], read["suspended_by"]) == ("safeguarding", here.quarter.organisation)
    for person in here.owners(match):
        read = ok(here.quarter.person(person, here.quarter.credentials()).get(address))
        assert (read["state"], read["reason"], read["suspended_by"]) == ("suspended", None, None)


def test_while_a_match_is_suspended_neither_side_learns_or_does_anything_by_it(here: Neighbourhood) -> None:
    match, staff = here.introduced(), here.staff()
    address = f"/v1/matches/{match['id']}"
    ok(here.council.post(f"{address}/messages", json={"text": "Shall we meet on Thursday?"}))
    ok(here.act(match, "suspend", staff, reason="safeguarding"))
    persons = [here.quarter.person(one, here.quarter.credentials()) for one in here.owners(match)]
    hours = {"seconds": 3600, "day": "2026-01-05", "given_by": "offer"}
    for api in (here.council, here.bank, staff, *persons):
        for answer in (
            api.post(f"{address}/introduction"),
            api.post(f"{address}/messages", json={"text": "Are you there?"}),
            api.get(f"{address}/messages"),
            api.get(f"{address}/profiles"),
            api.post(f"{address}/hours", json=hours),
            api.post(f"{address}:activate"),
            api.post(f"{address}:complete"),
        ):
            assert answer.status_code in (403, 404, 409), f"{answer.request.url}: {answer.status_code} {answer.text}"
            assert "Thursday" not in answer.text
    for api in (here.council, here.bank, *persons):
        problem(api.post(f"{address}:lift"), 403, "staff-only")


def test_a_suspended_proposal_does_not_expire_in_silence_and_goes_on_or_ends_when_lifted(
    here: Neighbourhood, town: Town
) -> None:
    match, staff = here.match(), here.staff()
    ok(here.act(match, "suspend", staff, reason="safeguarding"))
    with psycopg.connect(town.admin_url) as connection:
        change = "update matching.matches set expires_at = now() - interval '1 day' where id = %s"
        connection.execute(change, (match["id"],))
    read = ok(here.council.get(f"/v1/matches/{match['id']}"))
    assert (read["state"], read["reason"]) == ("suspended", "safeguarding")
    ok(here.act(match, "lift", staff))
    assert ok(here.council.get(f"/v1/matches/{match['id']}"))["state"] == "expired"
    assert [one["type"] for one in here.facts(match["id"])][-2:] == ["match.lifted", "match.expired"]


def test_who_suspended_a_match_and_who_lifted_it_is_on_record_and_not_shown_to_its_people(
    here: Neighbourhood, town: Town
) -> None:
    match, staff = here.introduced(), here.staff()
    ok(here.act(match, "suspend", staff, reason="safeguarding"))
    ok(here.act(match, "lift", staff))
    with psycopg.connect(town.admin_url) as connection:
        rows = connection.execute(
            "select action, actor_kind, organisation_id::text, purpose, person from matching.audit"
            " where subject = %s and action in ('match.suspended', 'match.lifted') order by at",
            (match["id"],),
        ).fetchall()
    mine = ("staff", here.quarter.organisation)
    assert rows == [("match.suspended", *mine, "safeguarding", None), ("match.lifted", *mine, None, None)]


def test_only_the_organisation_that_suspended_a_match_lifts_it(here: Neighbourhood) -> None:
    match, ours, theirs = here.introduced(), here.staff(), here.staff(here.bank_id)
    ok(here.act(match, "suspend", ours, reason="safeguarding"))
    problem(here.act(match, "lift", theirs), 403, "suspended-by-another")
    assert ok(here.act(match, "lift", ours))["suspended_by"] is None


def test_whoever_ends_a_suspended_match_leaves_the_two_barred_until_it_is_lifted(here: Neighbourhood) -> None:
    match, ours = here.introduced(), here.staff()
    needs, offers = here.owners(match)
    pair = {"need_id": match["need_id"], "offer_id": match["offer_id"]}
    ok(here.act(match, "suspend", ours, reason="safeguarding"))
    problem(here.council.post("/v1/matches", json=pair), 409, "suspended-pair")
    assert ok(here.act(match, "withdraw", here.bank))["state"] == "withdrawn"
    problem(here.bank.post("/v1/matches", json=pair), 409, "suspended-pair")
    anew = {"need_id": here.need(needs)["id"], "offer_id": here.offer(offers)["id"]}
    problem(here.council.post("/v1/matches", json=anew), 409, "suspended-pair")
    turned = {"need_id": here.need(offers)["id"], "offer_id": here.offer(needs)["id"]}
    problem(here.bank.post("/v1/matches", json=turned), 409, "suspended-pair")
    assert anew["offer_id"] not in ids(here.for_need({"id": anew["need_id"]}))
    assert turned["need_id"] not in ids(here.for_offer({"id": turned["offer_id"]}))
    problem(here.act(match, "lift", here.staff(here.bank_id)), 403, "suspended-by-another")
    assert ok(here.act(match, "lift", ours))["state"] == "withdrawn"
    problem(here.act(match, "lift", ours), 409, "illegal-state")
    assert anew["offer_id"] in ids(here.for_need({"id": anew["need_id"]}))
    assert here.bank.post("/v1/matches", json=pair).status_code == 201


def test_who_knows_nothing_of_a_suspended_match_is_told_nothing_of_it(here: Neighbourhood) -> None:
    match = here.introduced()
    needs, offers = here.owners(match)
    ok(here.act(match, "suspend", here.staff(), reason="safeguarding"))
    third_id = here.quarter.organisation_named("Good Neighbours Hazelbrook")
    third = here.quarter.app(third_id)
    for person in (needs, offers):
        grant = {"purpose": "matching", "recipient_id": third_id, "notice_version": "2026-01"}
        ok(here.council.post(f"/v1/participants/{person}/consents", json=grant))
    need, offer = here.need(needs, third), here.offer(offers)
    both = {"need_id": need["id"], "offer_id": offer["id"]}
    assert problem(third.post("/v1/matches", json=both), 404, "not-found") == problem(
        third.post("/v1/matches", json={**both, "offer_id": str(uuid4())}), 404, "not-found"
    )


def test_a_proposal_made_before_is_not_accepted_while_another_match_of_the_two_halts(here: Neighbourhood) -> None:
    match = here.introduced()
    needs, offers = here.owners(match)
    beside = {"need_id": here.need(needs)["id"], "offer_id": here.offer(offers)["id"]}
    other = ok(here.council.post("/v1/matches", json=beside))
    ok(here.act(match, "suspend", here.staff(), reason="safeguarding"))
    ok(here.act(other, "accept", side="need"))
    problem(here.act(other, "accept", here.bank, side="offer"), 409, "not-possible-now")


def test_a_proposal_expires_when_its_time_is_over(here: Neighbourhood) -> None:
    need, offer = here.pair()
    body = {"need_id": need["id"], "offer_id": offer["id"], "expires_at": "2026-01-01T00:00:00Z"}
    match = ok(here.council.post("/v1/matches", json=body))
    assert ok(here.council.get(f"/v1/matches/{match['id']}"))["state"] == "expired"
    assert here.facts(match["id"])[-1]["type"] == "match.expired"
    problem(here.act(match, "accept", side="need"), 409, "illegal-state")


def test_withdrawing_a_listing_ends_what_is_proposed_and_deleting_it_ends_all(here: Neighbourhood) -> None:
    proposed, running = here.match(), here.accepted()
    ok(here.bank.post(f"/v1/offers/{proposed['offer_id']}:withdraw"))
    assert ok(here.council.get(f"/v1/matches/{proposed['id']}"))["state"] == "withdrawn"
    ok(here.bank.post(f"/v1/offers/{running['offer_id']}:withdraw"))
    assert ok(here.council.get(f"/v1/matches/{running['id']}"))["state"] == "accepted"
    assert here.bank.delete(f"/v1/offers/{running['offer_id']}").status_code == 204
    assert ok(here.council.get(f"/v1/matches/{running['id']}"))["state"] == "withdrawn"
    assert ok(here.council.get(f"/v1/needs/{running['need_id']}"))["taken"] == 0


@pytest.mark.parametrize(
    "wrong",
    [{"need_id": "x"}, {"note": "write to me@example.org"}, {"note": "\x00"}, {"side": "need"}, {"need_id": None}],
)
def test_a_wrong_proposal_is_refused(here: Neighbourhood, wrong: dict[str, Any]) -> None:
    body = {"need_id": str(uuid4()), "offer_id": str(uuid4()), **wrong}
    problem(here.council.post("/v1/matches", json=body), 422, "invalid-request")


def test_a_stale_decision_is_refused(here: Neighbourhood) -> None:
    match = here.match()
    ok(here.act(match, "accept", side="need"))
    stale = here.bank.post(
        f"/v1/matches/{match['id']}:accept", json={"side": "offer"}, headers={"if-match": f'"{match["version"]}"'}
    )
    problem(stale, 412, "stale-version")


def test_a_repeated_acceptance_with_one_key_is_one(here: Neighbourhood) -> None:
    match, key = here.match(), {"idempotency-key": uuid4().hex}
    address = f"/v1/matches/{match['id']}:accept"
    first, second = (here.council.post(address, json={"side": "need"}, headers=key) for _ in range(2))
    assert ok(first) == ok(second)
