"""Publications: with consent and willingness only, followed by what they are made of, taken back at once."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.assessments.publications.domain import (
    CategoryMissing,
    NotWilling,
    Source,
    Terms,
    check_publishable,
    learnt_state,
)
from services.kernel.problems import Invalid
from tests.assessments.conftest import AGREED, Room, problem, until


def _source(**more: Any) -> Source:
    facts: dict[str, Any] = {"kind": "offer", "system": "assessment", "id": uuid4(), "parent": uuid4()}
    facts |= {"participant_id": uuid4(), "held_by": uuid4(), "text": "bake", "language": "en", "category": "food"}
    return Source(**{**facts, **more})


def test_what_is_not_shared_now_or_has_no_category_is_not_publishable() -> None:
    check_publishable(_source(willing="perhaps"), Terms("x"))
    with pytest.raises(NotWilling):
        check_publishable(_source(willing="not_now"), Terms("x"))
    with pytest.raises(CategoryMissing):
        check_publishable(_source(category=None), Terms("x"))


@pytest.mark.parametrize(
    "text",
    ["ring 01922 555 010", "+49 7851 555 0100", "me@hazelbrook.example", "see www.example.org", "https://x.test/y",
     "my page hazel.org", "07700900123"],
)  # fmt: skip
def test_a_released_text_gives_nobodys_contact_away(text: str) -> None:
    with pytest.raises(Invalid) as wrong:
        check_publishable(_source(), Terms("x", released_text=text))
    assert wrong.value.errors[0].path == "/released_text"


@pytest.mark.parametrize("text", ["Bread on Saturdays, 10-12, for 3 people", "I was born in 1961.", "2 hours, 24/7"])
def test_a_released_text_may_carry_ordinary_numbers(text: str) -> None:
    check_publishable(_source(), Terms("x", released_text=text))


def test_a_fact_tells_a_state_or_none() -> None:
    assert learnt_state("need.created", None) == "open"
    assert learnt_state("need.changed", None) is None
    assert learnt_state("need.changed", "recognised") == "recognised"
    assert learnt_state("match.completed", None) == "completed"


async def _baker(room: Room, **more: Any) -> tuple[str, dict[str, Any], str]:
    person = room.participant()
    entry = {"text": "I bake bread", "category": "food", "means": ["in_person"], **more}
    done = await room.completed(person, activities=[entry], needs=[{"text": "company", "category": "company"}])
    capability = (await room.items(done, "capabilities"))[0]["id"]
    return person, done, f"/v1/assessments/{done['id']}/capabilities/{capability}"


async def _read(room: Room, *ids: str) -> list[dict[str, Any]]:
    query = ",".join(ids)
    found: list[dict[str, Any]] = await room.do("GET", f"/internal/publications?ids={query}", caller=room.service())
    return found


async def test_matching_reads_a_published_capability_in_the_agreed_form(room: Room) -> None:
    person, _, path = await _baker(room)
    window = {"starts": "2026-11-28T10:00:00", "minutes": 120, "time_zone": "Europe/London", "rule": "FREQ=WEEKLY"}
    await room.do("PATCH", path, {"minutes": 90, "availability": [window]})
    body = {"title": "Baking", "released_text": "Baking together", "exchange": "credit", "consent": AGREED}
    answer = await room.ask("POST", f"{path}:publish", body)
    assert answer.status == 201
    made = answer.json()
    assert answer.headers["location"] == f"/v1/publications/{made['id']}"
    assert await _read(room, made["id"], str(uuid4())) == [
        {
            "id": made["id"], "kind": "offer", "participant_id": person, "held_by": str(room.organisation),
            "title": "Baking", "text": "I bake bread", "released_text": "Baking together", "language": "en",
            "category": "food", "place": None, "means": ["in_person"], "minutes": 90, "availability": [window],
            "exchange": "credit", "concepts": [], "conditions": {}, "source": {"system": "assessment", "id": path.rpartition("/")[2]},
            "version": 1, "withdrawn": False,
        }
    ]  # fmt: skip


async def test_a_need_is_published_with_the_terms_it_is_given(room: Room) -> None:
    _, done, _ = await _baker(room)
    need = (await room.items(done, "needs"))[0]["id"]
    body = {"title": "Company", "means": ["phone", "phone"], "minutes": 60, "consent": AGREED}
    made = await room.do("POST", f"/v1/assessments/{done['id']}/needs/{need}:publish", body)
    found = (await _read(room, made["id"]))[0]
    assert (found["kind"], found["means"], found["minutes"], found["text"]) == ("need", ["phone"], 60, "company")


async def test_nothing_is_published_without_live_consent(room: Room) -> None:
    person, _, path = await _baker(room)
    room.revoke(person)
    problem(await room.ask("POST", f"{path}:publish", {"title": "x"}), 409, "consent-missing")
    room.neighbours.directory_answers = False
    problem(await room.ask("POST", f"{path}:publish", {"title": "x"}), 503, "consent-unknown")
    assert (await room.do("GET", "/v1/publications"))["items"] == []


async def test_nothing_is_published_against_the_persons_will_or_before_the_end(room: Room) -> None:
    _, _, path = await _baker(room, willing="not_now")
    problem(await room.ask("POST", f"{path}:publish", {"title": "x"}), 409, "not-willing")
    started = await room.started()
    home = f"/v1/assessments/{started['id']}"
    added = await room.do("POST", f"{home}/capabilities", {"activity": "x", "category": "food", "willing": "yes"})
    path = f"{home}/capabilities/{added['id']}:publish"
    problem(await room.ask("POST", path, {"title": "x"}), 409, "illegal-state")


async def test_it_is_published_once_and_can_be_taken_back_and_made_known_again(room: Room) -> None:
    _, _, path = await _baker(room)
    problem(await room.ask("POST", f"{path}:unpublish"), 409, "not-published")
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    again = problem(
        await room.ask("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED}), 409, "already-published"
    )
    assert again["publication_id"] == made["id"]
    ended = await room.do("POST", f"{path}:unpublish")
    assert (ended["state"], ended["version"]) == ("withdrawn", 2)
    withdrawn = (await _read(room, made["id"]))[0]
    assert (withdrawn["withdrawn"], withdrawn["title"], withdrawn["text"]) == (True, "", "")
    back = await room.do("POST", f"{path}:publish", {"title": "Baking again"})
    assert (back["id"], back["version"], back["title"]) == (made["id"], 3, "Baking again")
    facts = [fact["type"] for fact in await room.facts() if fact["subject"] == made["id"]]
    assert facts == ["publication.made", "publication.withdrawn", "publication.made"]


async def test_a_publication_follows_what_it_is_made_of(room: Room) -> None:
    _, _, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    problem(await room.ask("PATCH", path, {"activity": "I bake rolls"}), 409, "item-consent-missing")
    assert (await _read(room, made["id"]))[0]["text"] == "I bake bread"
    await room.do("PATCH", path, {"activity": "I bake rolls", "consent": AGREED})
    assert (await _read(room, made["id"]))[0]["text"] == "I bake rolls"
    await room.do("PATCH", path, {"for_whom": "neighbours"})
    await room.do("PATCH", path, {"willing": "not_now"})
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True
    facts = [fact["type"] for fact in await room.facts() if fact["subject"] == made["id"]]
    assert facts == ["publication.made", "publication.changed", "publication.withdrawn"]


@pytest.mark.parametrize("what", ["capability", "assessment"])
async def test_what_is_deleted_is_no_longer_published(room: Room, what: str) -> None:
    _, done, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    await room.do("DELETE", path if what == "capability" else f"/v1/assessments/{done['id']}")
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True


async def test_revoking_consent_withdraws_only_where_no_consent_is_left(room: Room) -> None:
    other = uuid4()
    person, _, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    room.participant()
    room.tell("directory", "consent.revoked", person, consent=str(uuid4()), purpose="matching", recipient=str(other))
    await room.heard()
    assert (await _read(room, made["id"]))[0]["withdrawn"] is False
    room.revoke(person)
    room.tell("directory", "consent.revoked", person, purpose="matching", recipient=str(room.organisation))
    await room.heard()
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True


async def test_a_revocation_waits_for_the_directorys_word(room: Room) -> None:
    person, _, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    room.neighbours.directory_answers = False
    room.revoke(person)
    room.tell("directory", "consent.revoked", person, purpose="matching")

    async def behind() -> bool:
        return not room.app.state.followers[0].healthy

    await until(behind)
    assert (await _read(room, made["id"]))[0]["withdrawn"] is False
    room.neighbours.directory_answers = True
    await room.heard()
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True


async def test_everything_of_somebody_who_is_gone_is_withdrawn(room: Room) -> None:
    person, _, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    room.tell("directory", "participant.deleted", person)
    await room.heard()
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True


async def test_what_matching_made_of_it_is_learnt_from_its_facts(room: Room) -> None:
    _, done, _ = await _baker(room)
    need = (await room.items(done, "needs"))[0]["id"]
    made = await room.do(
        "POST", f"/v1/assessments/{done['id']}/needs/{need}:publish", {"title": "Company", "consent": AGREED}
    )
    listing = str(uuid4())
    named = {"source": "assessment", "source_id": need, "publication": made["id"]}
    room.tell("matching", "need.created", listing, state="open", **named)
    room.tell("matching", "match.accepted", str(uuid4()), state="accepted", need=listing, offer=str(uuid4()))
    room.tell("matching", "need.met", listing, state="met", **named)
    room.tell("matching", "need.met", listing, "2026-12-24T10:00:00Z", state="met", **named)
    room.tell("matching", "need.created", str(uuid4()), state="open", publication=None)
    await room.heard()
    path = f"/v1/publications/{made['id']}"
    found = (await room.do("GET", path))["matching"]
    assert (found["listing_id"], found["state"], found["match"]) == (listing, "met", "accepted")
    assert found["met_at"] == "2026-11-28T10:00:00Z"


async def test_only_a_service_reads_the_internal_form(room: Room) -> None:
    problem(await room.ask("GET", f"/internal/publications?ids={uuid4()}"), 403, "forbidden")
    problem(await room.ask("GET", "/internal/publications?ids=x", caller=room.service()), 422, "invalid-request")


async def test_publications_are_seen_by_their_organisation_and_their_person_alone(room: Room) -> None:
    person, _, path = await _baker(room)
    made = await room.do("POST", f"{path}:publish", {"title": "Baking", "consent": AGREED})
    for caller, sees in ((room.app_of(), 1), (room.person(person), 1), (room.app_of(uuid4()), 0)):
        page = await room.do("GET", "/v1/publications?kind=offer&state=published", caller=caller)
        assert len(page["items"]) == sees
    problem(await room.ask("GET", f"/v1/publications/{made['id']}", caller=room.app_of(uuid4())), 404, "not-found")


async def test_an_evenings_cards_are_published_for_those_who_consent_and_counted_for_the_others(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    consenting, silent = room.participant(), room.participant("assessment")
    need = await room.lay(evening, table, participant_id=consenting, language="de", text="Sprachkurs")
    await room.lay(evening, table, participant_id=consenting, question=2, category="food", text="I cook")
    await room.lay(evening, table, participant_id=silent)
    await room.lay(evening, table)
    path = f"/v1/round-tables/{evening['id']}"
    report = await room.do("POST", f"{path}:publish")
    assert report == {"published": 2, "anonymous": 1, "without_consent": 1, "not_published": 0}
    assert await room.do("POST", f"{path}:publish", {"exchange": "gift"}) == report
    items = (await room.do("GET", "/v1/publications"))["items"]
    assert {(one["kind"], one["title"], one["source"]["system"]) for one in items} == {
        ("need", "Sprache", "round_table"), ("offer", "Food and cooking", "round_table"),
    }  # fmt: skip
    await room.do("POST", f"{path}/cards/{need['id']}:unpublish")
    assert (await room.do("GET", f"{path}/publications"))["not_published"] == 1
    await room.do("PATCH", f"{path}/cards/{need['id']}", {"category": "learning"})
    back = await room.do("POST", f"{path}/cards/{need['id']}:publish", {"title": "A course"})
    assert (back["category"], back["kind"]) == ("learning", "need")


@pytest.mark.parametrize("what", ["card", "round table"])
async def test_a_published_card_follows_its_image_and_ends_with_its_evening(room: Room, what: str) -> None:
    evening = await room.evening()
    card = await room.lay(evening, await room.table(evening), participant_id=room.participant(), category="language")
    home = f"/v1/round-tables/{evening['id']}"
    path = f"{home}/cards/{card['id']}"
    made = await room.do("POST", f"{path}:publish", {"title": "A course"})
    await room.do("PATCH", path, {"category": "learning"})
    assert (await _read(room, made["id"]))[0]["category"] == "learning"
    await room.do("DELETE", path if what == "card" else home)
    assert (await _read(room, made["id"]))[0]["withdrawn"] is True
    problem(await room.ask("GET", path), 404, "not-found")


async def test_a_card_of_somebody_who_lets_nobody_match_her_is_not_published(room: Room) -> None:
    evening = await room.evening()
    card = await room.lay(evening, await room.table(evening), participant_id=room.participant("assessment"))
    path = f"/v1/round-tables/{evening['id']}/cards/{card['id']}:publish"
    problem(await room.ask("POST", path, {"title": "x"}), 409, "consent-missing")


async def test_reading_what_was_made_known_of_somebody_is_put_on_record(room: Room) -> None:
    person, _, able = await _baker(room)
    made = await room.do("POST", f"{able}:publish", {"title": "Baking", "consent": AGREED})
    await room.do("GET", "/v1/publications")
    await room.do("GET", f"/v1/publications/{made['id']}")
    with psycopg.connect(room.admin) as connection:
        asked = "select action from assessments.audit where subject = %s and action like 'publication%%'"
        rows = connection.execute(asked, (person,)).fetchall()
    assert sorted(rows) == [("publication.read",), ("publications.listed",)]
