"""Relayed contact: two sides write to each other through us, and learn nothing of each other before both have accepted."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from services.matching.messages.domain import MOST_PER_HOUR
from tests.matching.conftest import PURPOSES, Neighbourhood
from tests.town import Quarter, Town, ok, problem

CANARY = "Canary Rosewater"
PHONE = "01632 960 777"
ADDRESS = "7 Canary Lane"
WAYS = [{"kind": "phone", "value": PHONE}, {"kind": "address", "value": ADDRESS}]
SECRETS = (CANARY, "Canary", PHONE, "960777", "Rosewater")


def of(match: dict[str, Any], rest: str = "messages") -> str:
    return f"/v1/matches/{match['id']}/{rest}"


def say(
    api: httpx.Client, match: dict[str, Any], text: str = "Would Saturday suit you?", **facts: Any
) -> httpx.Response:
    return api.post(of(match), json={"text": text, **facts})


def canaries(here: Neighbourhood) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the need and the offer of two people with a name, a phone and an address that must show nowhere."""
    listings = []
    for number in (1, 2):
        person = here.quarter.register(
            f"{CANARY} {number}", purposes=PURPOSES, place={"latitude": 52.5851, "longitude": -1.9823},
            languages=[{"tag": "ar", "level": "native"}, {"tag": "en"}],
        )  # fmt: skip
        for purpose in PURPOSES:
            grant = {"purpose": purpose, "recipient_id": here.bank_id, "notice_version": "2026-01"}
            ok(here.council.post(f"/v1/participants/{person['id']}/consents", json=grant))
        ok(here.council.put(f"/v1/participants/{person['id']}/contact", json={"entries": WAYS}))
        listings.append(person["id"])
    told: dict[str, Any] = {"text": f"Ask for {CANARY}", "released_text": "Somebody to go for a walk with"}
    return here.need(listings[0], **told), here.offer(listings[1], **told)


def test_contact_is_released_in_stages_and_nothing_that_identifies_before_both_accept(here: Neighbourhood) -> None:
    need, offer = canaries(here)
    heard: list[str] = []

    def hear(answer: httpx.Response) -> Any:
        heard.append(answer.text + str(answer.headers))
        return ok(answer)

    candidates = hear(here.council.get(f"/v1/needs/{need['id']}/candidates", params={"limit": 100}))["items"]  # score
    assert offer["id"] in [one["offer_id"] for one in candidates]
    match = hear(here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    profiles = hear(here.council.get(of(match, "profiles")))["items"]  # pseudonymous profile
    assert [(one["side"], one["yours"], one["kind"]) for one in profiles] == [
        ("need", True, "participant"), ("offer", False, "participant"),
    ]  # fmt: skip
    other = profiles[1]
    assert (other["languages"], other["released_text"]) == (["ar", "en"], "Somebody to go for a walk with")
    assert other["area"] != {"latitude": 52.5851, "longitude": -1.9823}
    from_there = here.bank.get(of(match, "profiles"))
    assert profiles == [one | {"yours": not one["yours"]} for one in hear(from_there)["items"]]
    assert need["participant_id"] not in from_there.text
    hear(say(here.council, match))  # relayed contact
    hear(say(here.bank, match, "Yes, at ten o'clock by the library."))
    for api in (here.council, here.bank):
        assert [one["side"] for one in hear(api.get(of(match)))["items"]] == ["need", "offer"]
        hear(api.get(f"/v1/matches/{match['id']}"))
    problem(here.council.post(of(match, "introduction")), 409, "not-yet-accepted")
    for api, side in ((here.council, "need"), (here.bank, "offer")):
        hear(here.act(match, "accept", api, side=side))
    heard.append(str(here.facts(match["id"])))
    assert not [secret for secret in SECRETS for text in heard if secret in text]
    released = ok(here.council.post(of(match, "introduction")))["contacts"]  # contact after both have accepted
    assert released == {offer["participant_id"]: WAYS}


@pytest.mark.parametrize(
    "text",
    [
        "Ring me on 01632 960 777",
        "Ring me on ٠١٦٣٢ ٩٦٠ ٧٧٧",
        "me@example.org",
        "look at https://example.org/me",
        "www.example.org",
        "０１６３２９６０７７７",
    ],
)
def test_how_to_reach_somebody_is_told_only_once_both_have_accepted(here: Neighbourhood, text: str) -> None:
    match = here.match()
    refused = say(here.council, match, text)
    assert problem(refused, 422, "contact-in-message")
    assert text not in refused.text
    assert ok(here.bank.get(of(match)))["items"] == []
    ok(here.act(match, "accept", side="need"))
    problem(say(here.bank, match, text), 422, "contact-in-message")
    ok(here.act(match, "accept", here.bank, side="offer"))
    assert ok(say(here.council, match, text))["text"] == text


def test_the_two_sides_read_and_write_and_nobody_else(here: Neighbourhood, lindenau: Quarter) -> None:
    match = here.match()
    hers, his = here.owners(match)
    credentials = here.quarter.credentials()
    her, him = here.quarter.person(hers, credentials), here.quarter.person(his, credentials)
    first = ok(say(her, match, "Hello"))
    assert (first["side"], first["voice"]) == ("need", "person")
    assert set(first) == {"id", "match_id", "side", "voice", "text", "created_at"}
    answer = say(here.bank, match, "Good morning")
    second = ok(answer)
    assert (answer.status_code, second["voice"]) == (201, "organisation")
    for api in (her, him, here.council, here.bank):
        assert ok(api.get(of(match)))["items"] == [first, second]
        assert ok(api.get(answer.headers["location"])) == second
    problem(say(here.council, match, side="offer"), 403, "not-your-side")
    third = here.quarter.app(here.quarter.organisation_named("Good Neighbours Hazelbrook"))
    for api in (third, here.quarter.person(here.person()["id"], credentials), lindenau.council):
        for refused in (api.get(of(match)), say(api, match), api.get(of(match, "profiles")),
                        api.get(of(match, f"messages/{first['id']}"))):  # fmt: skip
            problem(refused, 404, "not-found")
    page = ok(here.council.get(of(match), params={"limit": 1}))
    assert ok(here.council.get(of(match), params={"limit": 1, "cursor": page["next"]}))["items"] == [second]
    problem(here.council.get(of(match, f"messages/{uuid4()}")), 404, "not-found")


def test_who_holds_both_sides_says_for_which_one_writes(here: Neighbourhood) -> None:
    need, offer = here.need(here.person()["id"]), here.offer(here.person()["id"], here.council)
    match = ok(here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    problem(say(here.council, match), 422, "invalid-request")
    assert ok(say(here.council, match, side="offer"))["side"] == "offer"


def test_consent_and_blocks_are_looked_at_on_each_reading_and_writing_and_answer_alike(here: Neighbourhood) -> None:
    unconsented, kept_apart = here.match(), here.match()
    for match in (unconsented, kept_apart):
        ok(say(here.council, match))
    _, his = here.owners(unconsented)
    here.revoke(his, "matching", here.bank_id)
    hers, other = here.owners(kept_apart)
    ok(here.council.post(f"/v1/participants/{hers}/blocks", json={"other_id": other}))
    answers = []
    for match in (unconsented, kept_apart):
        for api in (here.council, here.bank):
            closed = (say(api, match), api.get(of(match)), api.get(of(match, "profiles")))
            answers += [problem(one, 409, "not-possible-now") for one in closed]
    assert all(one == answers[0] for one in answers)


@pytest.mark.parametrize("ending", ["withdraw", "decline", "suspend"])
def test_a_match_that_was_ended_or_suspended_is_closed(here: Neighbourhood, ending: str) -> None:
    match = here.match()
    ok(say(here.council, match))
    if ending == "suspend":
        ok(here.act(match, "suspend", here.staff(), reason="safeguarding"))
    else:
        body: dict[str, Any] = {"side": "need"} if ending == "decline" else {}
        ok(here.act(match, ending, **body))
    for answer in (say(here.bank, match), here.bank.get(of(match)), here.bank.get(of(match, "profiles"))):
        problem(answer, 409, "messages-closed")


def test_what_was_written_can_be_read_after_completion_and_not_added_to(here: Neighbourhood) -> None:
    match = here.introduced()
    ok(say(here.council, match))
    ok(here.act(match, "activate"))
    ok(here.act(match, "complete", here.bank))
    assert len(ok(here.bank.get(of(match)))["items"]) == 1
    problem(say(here.bank, match), 409, "messages-closed")


def test_a_side_cannot_flood_the_other(here: Neighbourhood) -> None:
    match = here.match()
    for number in range(MOST_PER_HOUR):
        ok(say(here.council, match, f"Hello {number}"))
    problem(say(here.council, match), 409, "too-many-messages")
    ok(say(here.bank, match))
    problem(say(here.bank, match, "x" * 2001), 422, "invalid-request")
    problem(say(here.bank, match, "\x00"), 422, "invalid-request")


def test_a_message_sent_twice_with_one_key_is_one_and_the_fact_carries_ids_alone(
    here: Neighbourhood, town: Town
) -> None:
    match, key = here.match(), {"idempotency-key": uuid4().hex}
    first, again = (here.council.post(of(match), json={"text": CANARY}, headers=key) for _ in range(2))
    assert ok(first) == ok(again)
    with psycopg.connect(town.admin_url) as connection:
        query = "select type, ids from matching.events where subject = %s"
        facts = connection.execute(query, (ok(first)["id"],)).fetchall()
        looked = "select count(*) from matching.audit where subject = %s and action = 'messages.read'"
        before = connection.execute(looked, (match["id"],)).fetchone()
        ok(here.bank.get(of(match)))
        after = connection.execute(looked, (match["id"],)).fetchone()
    holders = {"need_held_by": here.quarter.organisation, "offer_held_by": here.bank_id}
    ids = {"by": here.quarter.organisation, "match": match["id"], "side": "need", **holders}
    assert facts == [("message.sent", ids)]
    assert before is not None
    assert after == (before[0] + 2,)  # one for each of the two people on it


def test_a_block_is_silent(quarter: Any) -> None:
    """The blocked side is answered exactly as where the other had never offered anything."""
    here: Neighbourhood = quarter("silent")
    her, him = here.person(), here.person()
    need, offer = here.need(her["id"], here.bank), here.offer(him["id"], here.council)
    herself = here.quarter.person(her["id"], here.quarter.credentials())
    alone = here.need(here.person()["id"], here.bank)
    assert [one["offer_id"] for one in here.for_need(need, here.bank)["items"]] == [offer["id"]]
    seen = ok(herself.get(f"/v1/participants/{her['id']}"))
    ok(here.council.post(f"/v1/participants/{him['id']}/blocks", json={"other_id": her["id"]}))
    blocked = here.bank.get(f"/v1/needs/{need['id']}/candidates")
    proposal = {"need_id": need["id"], "offer_id": offer["id"]}
    refused = problem(here.bank.post("/v1/matches", json=proposal), 404, "not-found")
    unknown = {"need_id": need["id"], "offer_id": str(uuid4())}
    assert refused == problem(here.bank.post("/v1/matches", json=unknown), 404, "not-found")
    ok(here.council.post(f"/v1/offers/{offer['id']}:withdraw"))
    nothing = here.bank.get(f"/v1/needs/{alone['id']}/candidates")
    assert ok(blocked) == ok(nothing) == {"items": [], "held_back": {}, "note": ok(nothing)["note"]}
    assert {name: value for name, value in blocked.headers.items() if name not in _OF_EACH} == {
        name: value for name, value in nothing.headers.items() if name not in _OF_EACH
    }
    assert ok(herself.get(f"/v1/participants/{her['id']}")) == seen
    assert ok(herself.get(f"/v1/participants/{her['id']}/blocks"))["items"] == []
    mine = problem(herself.get(f"/v1/participants/{him['id']}/blocks"), 404, "not-found")
    assert mine == problem(here.bank.get(f"/v1/participants/{uuid4()}/blocks"), 404, "not-found")
    facts = ok(here.bank.get("/v1/events", params={"limit": 1000}))["items"]
    assert not [one for one in facts if "block" in one["type"]]


_OF_EACH = {"date", "x-request-id", "traceparent", "content-length", "server-timing"}
