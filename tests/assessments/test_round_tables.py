"""Round tables: their steps, invitations, cards for two questions, pace and results."""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from services.assessments.round_tables.domain import (
    ORDER,
    State,
    TableClosed,
    check_step,
    check_takes_cards,
    results,
    turnout,
)
from services.assessments.round_tables.pacing.domain import Told, is_thin, pace
from services.kernel.problems import IllegalState
from services.vocabulary import CATEGORIES, LANGUAGES
from tests.assessments.conftest import Room, problem


@dataclass
class FakeCard:
    table_id: UUID
    question: int
    category: str = "food"
    text: str = "a card"
    language: str = "en"
    visibility: str = "plenary"
    translation: dict[str, str | None] | None = None
    id: UUID = field(default_factory=uuid4)


@dataclass
class FakeTable:
    language: str = "en"
    id: UUID = field(default_factory=uuid4)
    question: int | None = None
    question_opened: dict[str, str] = field(default_factory=dict)


@dataclass
class FakeInvitation:
    inviter: str
    language: str
    people: int
    state: str
    came: int | None = None


@pytest.mark.parametrize("state", ORDER)
@pytest.mark.parametrize("to", ORDER)
def test_each_step_follows_only_the_one_before_it(state: State, to: State) -> None:
    if ORDER.index(to) == ORDER.index(state) + 1:
        check_step(state, to)
    else:
        with pytest.raises(IllegalState):
            check_step(state, to)


def test_cards_are_laid_from_the_opening_to_the_closing() -> None:
    for state in ("planned", "inviting"):
        with pytest.raises(IllegalState):
            check_takes_cards(state)
    check_takes_cards("open")
    check_takes_cards("plenary")
    with pytest.raises(TableClosed):
        check_takes_cards("closed")


@pytest.mark.parametrize(
    ("needs", "capabilities", "thin"),
    [(0, 0, True), (0, 1, False), (1, 0, True), (2, 1, False), (3, 1, True), (4, 2, False), (5, 2, True)],
)
def test_a_table_is_thin_without_strengths_or_with_less_than_half_as_many(
    needs: int, capabilities: int, thin: bool
) -> None:
    assert is_thin(needs=needs, capabilities=capabilities) is thin


def test_a_thin_table_is_reminded_by_what_others_offered_on_the_same_image() -> None:
    thin, other = FakeTable("ti"), FakeTable("en")
    cards = [
        FakeCard(thin.id, 1, "sport"),
        FakeCard(other.id, 2, "sport", "I coach running", translation={"language": "ti", "text": "ጎያ", "by": None}),
        FakeCard(other.id, 2, "food", "I cook"),
        FakeCard(other.id, 2, "sport", "only for my table", visibility="table"),
    ]
    first, second = pace(
        [thin, other], cards, told={"ti": Told(["an example"], language="ti"), "en": Told(["another"])}
    )
    assert [(one.text, one.language, one.origin) for one in first.prompts] == [
        ("ጎያ", "ti", "card"), ("an example", "ti", "instrument"),
    ]  # fmt: skip
    assert (first.needs, first.capabilities, first.thin) == (1, 0, True)
    assert (second.thin, second.prompts) == (False, [])


def test_turnout_counts_people_not_invitations() -> None:
    found = turnout(
        [
            FakeInvitation("A", "ti", 4, "attended"),
            FakeInvitation("A", "ti", 2, "declined"),
            FakeInvitation("B", "prs", 3, "invited"),
        ]
    )
    assert (found.total.invited, found.total.attended, found.total.declined) == (9, 4, 2)
    assert (found.inviters["A"].invited, found.inviters["A"].attended) == (6, 4)
    assert (found.languages["prs"].invited, found.languages["prs"].attended) == (3, 0)


def test_a_card_that_stays_at_its_table_is_counted_but_not_read_out() -> None:
    table = uuid4()
    found = results([FakeCard(table, 1), FakeCard(table, 1, visibility="table"), FakeCard(table, 2)])
    assert [(one.question, one.count, len(one.cards)) for one in found] == [(1, 2, 1), (2, 1, 1)]


async def test_a_planned_evening_has_the_usual_questions_and_images(room: Room) -> None:
    planned = await room.evening(at="planned")
    assert planned["state"] == "planned"
    assert [set(question) for question in planned["questions"]] == [set(LANGUAGES), set(LANGUAGES)]
    assert len(planned["images"]) == len(CATEGORIES)


async def test_an_evening_goes_through_its_states_and_back_through_none(room: Room) -> None:
    evening = await room.evening(at="open")
    path = f"/v1/round-tables/{evening['id']}"
    problem(await room.ask("POST", f"{path}:invite"), 409, "illegal-state")
    problem(await room.ask("POST", f"{path}:close"), 409, "illegal-state")
    answer = await room.ask("POST", f"{path}:to-plenary")
    assert (answer.status, answer.headers["content-location"]) == (200, path)


async def test_only_the_organisation_that_holds_it_sees_a_round_table(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    card = await room.lay(evening, table)
    home = f"/v1/round-tables/{evening['id']}"
    paths = ["", "/tables", f"/tables/{table}", "/invitations", "/turnout", "/pace", "/results", "/cards"]
    for caller in (room.app_of(uuid4()), room.person(room.participant())):
        for path in [*paths, f"/cards/{card['id']}", "/publications"]:
            problem(await room.ask("GET", home + path, caller=caller), 404, "not-found")
        for action in (":publish", ":to-plenary"):
            problem(await room.ask("POST", home + action, caller=caller), 404, "not-found")
        assert (await room.do("GET", "/v1/round-tables", caller=caller))["items"] == []


async def test_inviters_turnout_is_known_per_person_and_per_language(room: Room) -> None:
    evening = await room.evening(at="inviting")
    home = f"/v1/round-tables/{evening['id']}"
    body = {"inviter": "inviter A", "language": "ti", "people": 4}
    invited = await room.do("POST", f"{home}/invitations", body)
    path = f"{home}/invitations/{invited['id']}"
    problem(await room.ask("PATCH", path, {"state": "attended"}), 409, "illegal-state")
    await room.do("PATCH", path, {"state": "accepted"})
    await room.do("POST", f"{home}:open")
    await room.do("PATCH", path, {"state": "attended", "came": 3})
    found = await room.do("GET", f"{home}/turnout")
    assert found["inviters"] == [{"inviter": "inviter A", "invited": 4, "accepted": 0, "declined": 0, "attended": 3}]
    assert found["languages"][0]["language"] == "ti"


async def test_an_invitation_of_somebody_who_consented_to_nothing_is_refused(room: Room) -> None:
    evening = await room.evening(at="inviting")
    body = {"inviter": "A", "language": "ti", "participant_id": str(uuid4())}
    answer = await room.ask("POST", f"/v1/round-tables/{evening['id']}/invitations", body)
    assert problem(answer, 422, "invalid-request")["errors"][0]["path"] == "/participant_id"


async def test_after_the_plenary_has_begun_nobody_is_invited(room: Room) -> None:
    evening = await room.evening(at="plenary")
    home = f"/v1/round-tables/{evening['id']}"
    body = {"inviter": "A", "language": "ti"}
    problem(await room.ask("POST", f"{home}/invitations", body), 409, "illegal-state")
    problem(await room.ask("POST", f"{home}/tables", {"language": "ti"}), 409, "illegal-state")


async def test_a_card_without_a_participant_stays_anonymous(room: Room) -> None:
    evening = await room.evening()
    card = await room.lay(evening, await room.table(evening), device_id="tablet 3", visibility="plenary")
    assert (card["participant_id"], card["device_id"], card["visibility"]) == (None, "tablet 3", "plenary")
    path = f"/v1/round-tables/{evening['id']}/cards/{card['id']}:publish"
    problem(await room.ask("POST", path, {"title": "x"}), 409, "card-anonymous")


async def test_a_card_that_a_device_delivers_twice_counts_once(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    path = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    body = {"question": 2, "category": "food", "text": "I cook", "language": "en",
            "external_ids": [{"system": "tablet", "value": "c-1"}]}  # fmt: skip
    answers = await asyncio.gather(*(room.ask("POST", path, body) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await room.do("GET", f"/v1/round-tables/{evening['id']}/cards"))["items"]) == 1


async def test_two_evenings_may_number_their_cards_alike(room: Room) -> None:
    named = [{"system": "tablet", "value": "c-1"}]
    for _ in range(2):
        evening = await room.evening()
        await room.lay(evening, await room.table(evening), external_ids=named)


async def test_a_closed_round_table_takes_no_card(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    card = await room.lay(evening, table, external_ids=[{"system": "tablet", "value": "c-9"}])
    for step in ("to-plenary", "close"):
        await room.do("POST", f"/v1/round-tables/{evening['id']}:{step}")
    path = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    body = {"question": 1, "category": "food", "text": "too late", "language": "en"}
    problem(await room.ask("POST", path, body), 409, "table-closed")
    again = {**body, "external_ids": card["external_ids"]}
    assert (await room.ask("POST", path, again)).json()["id"] == card["id"]


@pytest.mark.parametrize(
    ("card", "path"),
    [
        ({"question": 3}, "/question"),
        ({"question": True}, "/question"),
        ({"category": "astrology"}, "/category"),
        ({"text": "nul\x00"}, "/text"),
        ({"language": "zzzz9"}, "/language"),
        ({"participant_id": str(uuid4())}, "/participant_id"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_card_that_is_not_as_it_should_be_is_refused_at_its_place(
    room: Room, card: dict[str, Any], path: str
) -> None:
    evening = await room.evening()
    where = f"/v1/round-tables/{evening['id']}/tables/{await room.table(evening)}/cards"
    body = {"question": 1, "category": "food", "text": "bread", "language": "en", **card}
    said = problem(await room.ask("POST", where, body), 422, "invalid-request")
    assert said["errors"][0]["path"] == path


async def test_an_image_that_does_not_lie_on_the_table_takes_no_card(room: Room) -> None:
    evening = await room.evening(images=["food", "sport"])
    where = f"/v1/round-tables/{evening['id']}/tables/{await room.table(evening)}/cards"
    body = {"question": 1, "category": "garden", "text": "bread", "language": "en"}
    assert problem(await room.ask("POST", where, body), 422, "unknown-image")["errors"][0]["path"] == "/category"


async def test_the_results_show_the_plenary_what_it_saw_in_both_languages(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    card = await room.lay(evening, table, text="ቋንቋ", language="ti", visibility="plenary", category="language")
    await room.lay(evening, table, text="only here", category="language")
    path = f"/v1/round-tables/{evening['id']}"
    translation = {"language": "de", "text": "Sprachkurs", "by": "interpreter A"}
    await room.do("PATCH", f"{path}/cards/{card['id']}", {"translation": translation})
    found = await room.do("GET", f"{path}/results?language=de")
    first = found["questions"][0]
    assert (first["count"], first["images"][0]["label"]) == (2, "Sprache")
    shown = first["images"][0]["tables"][0]
    assert shown["cards"] == [{"text": "ቋንቋ", "language": "ti", "translation": translation}]
    assert found["questions"][1]["images"] == []


async def test_the_pace_tells_each_table_where_it_falls_behind(room: Room) -> None:
    evening = await room.evening()
    ti, prs = await room.table(evening, "ti"), await room.table(evening, "prs")
    for _ in range(3):
        await room.lay(evening, ti, question=1, category="sport")
    await room.lay(evening, prs, question=2, category="sport", text="I coach", visibility="plenary")
    tables = (await room.do("GET", f"/v1/round-tables/{evening['id']}/pace"))["tables"]
    assert [(one["needs"], one["capabilities"], one["thin"]) for one in tables] == [(3, 0, True), (0, 1, False)]
    assert tables[0]["prompts"][0]["text"] == "I coach"
    assert tables[0]["prompts"][-1]["origin"] == "instrument"


async def test_a_round_table_put_by_its_external_id_twice_is_one(room: Room) -> None:
    body = {"title": "At the library", "starts_at": "2026-11-28T18:00:00Z", "languages": ["ti"]}
    path = "/v1/round-tables/by-external-id?system=crm&value=9"
    first, second = await room.ask("PUT", path, body), await room.ask("PUT", path, body)
    assert (first.status, second.status, second.json()["version"]) == (201, 200, 1)
    moved = await room.ask("PUT", path, {**body, "coordinates": {"latitude": 48.5, "longitude": 7.8}})
    assert (moved.json()["version"], moved.json()["coordinates"]["latitude"]) == (2, 48.5)


async def test_who_reads_the_invitation_of_somebody_named_is_on_record(room: Room) -> None:
    home = f"/v1/round-tables/{(await room.evening())['id']}/invitations"
    person = room.participant()
    made = await room.do("POST", home, {"inviter": "inviter A", "language": "ti", "participant_id": person})
    await room.do("POST", home, {"inviter": "inviter A", "language": "ti", "people": 4})
    await room.do("GET", home)
    await room.do("GET", f"{home}/{made['id']}")
    with psycopg.connect(room.admin) as connection:
        query = "select action from assessments.audit where tenant_id = %s and subject = %s order by at"
        found = [action for (action,) in connection.execute(query, (room.tenant, person))]
    assert found == ["invitations.listed", "invitation.read"]
