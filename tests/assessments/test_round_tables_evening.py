"""An evening as it is prepared and counted: venue, images, printed sheets, attendance, pace, and Kehl's numbers."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from deploy.database import ALEMBIC_INI, prepare
from services.assessments.round_tables.pacing.domain import Told, pace, step
from services.vocabulary.concepts import concepts
from tests.assessments.conftest import Room, problem
from tests.assessments.test_round_tables import FakeCard, FakeTable
from tests.conftest import SECRET

_OLD_ROWS = (
    "insert into round_tables (tenant_id, id, created_at, updated_at, version, external_ids, title, starts_at,"
    " languages, questions, images, held_by, state) values (%(tenant)s, %(evening)s, now(), now(), 1, '[]', 'x', now(),"
    " '[]', '[]', '[]', %(tenant)s, 'closed')",
    "insert into language_tables (tenant_id, id, created_at, updated_at, version, external_ids, round_table_id,"
    " language) values (%(tenant)s, %(table)s, now(), now(), 1, '[]', %(evening)s, 'ti')",
    "insert into cards (tenant_id, id, created_at, updated_at, version, external_ids, round_table_id, table_id,"
    " question, category, text, language, visibility, written_at) values (%(tenant)s, %(card)s, now(), now(), 1, '[]',"
    " %(evening)s, %(table)s, 1, 'food', 'x', 'ti', 'table', now())",
)
CONCEPT = next(one for one in concepts().values() if one.category == "food")


async def test_the_venue_says_what_makes_it_possible_to_come(room: Room) -> None:
    venue = {"name": "The library", "accessible": True, "childcare": True, "travel_costs": False}
    evening = await room.evening(at="planned", venue=venue, area="Northside", host_language="de")
    assert evening["venue"] == {**venue, "address": None, "room": None}
    assert (evening["area"], evening["host_language"], evening["dots_each"]) == ("Northside", "de", 3)
    path = f"/v1/round-tables/{evening['id']}"
    assert (await room.do("PATCH", path, {"venue": None, "area": "Southside"}))["venue"] is None
    problem(await room.ask("PATCH", path, {"venue": {"name": "x", "lift": True}}), 422, "invalid-request")


async def test_any_concept_can_lie_on_the_table_and_old_apps_go_on_by_category(room: Room) -> None:
    evening = await room.evening(images=[CONCEPT.id, "sport"])
    table = await room.table(evening)
    fine = await room.lay(evening, table, image=CONCEPT.id, category=None)
    assert (fine["image"], fine["category"]) == (CONCEPT.id, "food")
    old = await room.lay(evening, table, category="food")
    assert (old["image"], old["category"]) == ("food", "food")
    where = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    body = {"question": 1, "image": "garden", "text": "bread", "language": "en"}
    assert problem(await room.ask("POST", where, body), 422, "unknown-image")["errors"][0]["path"] == "/image"
    problem(await room.ask("POST", where, {**body, "image": None}), 422, "invalid-request")
    planned = {"title": "x", "starts_at": "2026-11-28T18:00:00Z", "languages": ["ti"], "images": ["astrology"]}
    problem(await room.ask("POST", "/v1/round-tables", planned), 422, "invalid-request")
    moved = await room.do("PATCH", f"/v1/round-tables/{evening['id']}/cards/{fine['id']}", {"image": "sport"})
    assert (moved["image"], moved["category"]) == ("sport", "sport")
    path = f"/v1/round-tables/{evening['id']}/cards/{fine['id']}"
    problem(await room.ask("PATCH", path, {"image": "garden"}), 422, "unknown-image")


async def test_a_card_by_the_table_names_nobody(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    assert (await room.lay(evening, table, by="table"))["by"] == "table"
    assert (await room.lay(evening, table))["by"] == "person"
    where = f"/v1/round-tables/{evening['id']}/tables/{table}/cards"
    body = {"question": 1, "category": "food", "text": "x", "language": "en", "by": "table"}
    problem(await room.ask("POST", where, {**body, "participant_id": room.participant()}), 422, "invalid-request")


@pytest.mark.parametrize("language", ["prs", "ti", "de"])
async def test_the_card_sheet_is_printed_in_the_language_of_a_table(room: Room, language: str) -> None:
    evening = await room.evening(at="planned", title="Evening <b>one</b>", host_language="de")
    path = f"/v1/round-tables/{evening['id']}/card-sheet?language={language}"
    paper = await room.ask("GET", path)
    assert (paper.status, paper.body[:5]) == (200, b"%PDF-")
    picture = await room.ask("GET", f"{path}&format=png&page=3&per_page=8")
    assert (picture.status, picture.body[1:4], picture.headers["content-type"]) == (200, b"PNG", "image/png")
    problem(await room.ask("GET", f"{path}&format=png&page=4&per_page=8"), 404, "no-such-page")
    body = (await room.ask("GET", f"{path}&format=html")).body.decode()
    way = "rtl" if language == "prs" else "ltr"
    assert f'<html lang="{language}" dir="{way}">' in body
    assert "Evening &lt;b&gt;one" in body
    assert body.count('class="label"') == 19
    assert body.count('class="beneath"') == (0 if language == "de" else 19)


async def test_any_image_cards_can_be_printed(room: Room) -> None:
    path = "/v1/round-tables/image-cards/sheet"
    body = (await room.ask("GET", f"{path}?images=food,{CONCEPT.id},food&language=ar&format=html")).body.decode()
    assert body.count('class="label"') == 2
    said = problem(await room.ask("GET", f"{path}?images=food,astrology"), 422, "no-such-image")
    assert said["errors"][0]["path"] == "/images"
    problem(await room.ask("GET", f"{path}?images=food%00"), 422, "no-such-image")


async def test_attendance_is_noted_by_name_or_by_a_count_only(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening, "prs")
    path = f"/v1/round-tables/{evening['id']}/attendance"
    counted = await room.do("POST", path, {"table_id": table, "kind": "refugee", "people": 12})
    assert (counted["language"], counted["participant_id"]) == ("prs", None)
    person = room.participant("assessment")
    body = {"kind": "local", "participant_id": person}
    await room.do("POST", path, body)
    problem(await room.ask("POST", path, body), 409, "already-attending")
    problem(await room.ask("POST", path, {**body, "people": 2}), 422, "named-crowd")
    unknown = await room.ask("POST", path, {**body, "participant_id": str(uuid4())})
    assert problem(unknown, 422, "invalid-request")["errors"][0]["path"] == "/participant_id"
    await room.do("PATCH", f"{path}/{counted['id']}", {"people": 11})
    found = (await room.do("GET", f"/v1/round-tables/{evening['id']}/turnout"))["attendance"]
    assert found == {
        "people": 12, "by_kind": {"refugee": 11, "local": 1}, "by_language": {"prs": 11}, "named": 1, "counted": 11,
    }  # fmt: skip
    assert len((await room.do("GET", f"{path}?kind=local"))["items"]) == 1
    await room.do("DELETE", f"{path}/{counted['id']}")
    assert [one["kind"] for one in (await room.do("GET", path))["items"]] == ["local"]


async def test_who_reads_a_name_on_the_attendance_is_on_record(room: Room) -> None:
    evening = await room.evening()
    path = f"/v1/round-tables/{evening['id']}/attendance"
    person = room.participant()
    noted = await room.do("POST", path, {"kind": "local", "participant_id": person})
    await room.do("GET", path)
    await room.do("GET", f"{path}/{noted['id']}")
    with psycopg.connect(room.admin) as connection:
        asked = "select action from assessments.audit where subject = %s order by action"
        found = connection.execute(asked, [person]).fetchall()
    assert found == [("attendance.listed",), ("attendance.read",)]


def test_evenings_from_before_keep_their_meaning(new_database: Callable[[], str]) -> None:
    admin = new_database()
    prepare(admin, SECRET, services=["assessments"])
    config = Config(ALEMBIC_INI, ini_section="assessments")
    config.attributes["url"] = admin
    command.downgrade(config, "0003")
    tenant, evening, table, card = (uuid4() for _ in range(4))
    row = {"tenant": tenant, "evening": evening, "table": table, "card": card}
    with psycopg.connect(admin) as connection:
        connection.execute("set search_path to assessments")
        for statement in _OLD_ROWS:
            connection.execute(statement, row)
    command.upgrade(config, "head")
    with psycopg.connect(admin) as connection:
        connection.execute("set search_path to assessments")
        evenings = "select closed_at = updated_at, host_language, dots_each from round_tables"
        assert connection.execute(evenings).fetchall() == [(True, "en", 3)]
        cards = "select image, written_by, late, wordings from cards"
        assert connection.execute(cards).fetchall() == [("food", "person", False, [])]
    command.downgrade(config, "0003")


async def test_the_same_person_noted_twice_at_once_attends_once(room: Room) -> None:
    evening = await room.evening()
    body = {"kind": "local", "participant_id": room.participant()}
    path = f"/v1/round-tables/{evening['id']}/attendance"
    answers = await asyncio.gather(*(room.ask("POST", path, body) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]


async def test_nobody_attends_before_the_round_table_is_open(room: Room) -> None:
    evening = await room.evening(at="inviting")
    path = f"/v1/round-tables/{evening['id']}/attendance"
    problem(await room.ask("POST", path, {"kind": "local", "people": 3}), 409, "illegal-state")


async def kehl_evening(room: Room, number: int, came: dict[str, int], locals_: int) -> None:
    """Hold one of four evenings: so many people of each language community, and some locals."""
    starts = f"2016-11-{7 * number:02d}T18:00:00Z"
    area = "whole town" if number == 1 else f"quarter {number}"
    evening = await room.evening(starts_at=starts, area=area, host_language="de", languages=["ar", "prs", "ti"])
    path = f"/v1/round-tables/{evening['id']}"
    for language, people in came.items():
        table = await room.table(evening, language)
        line = {"table_id": table, "kind": "refugee", "people": people}
        await room.do("POST", f"{path}/attendance", line)
        for question in (1, 1, 2):
            await room.lay(evening, table, question=question, language=language)
    await room.do("POST", f"{path}/attendance", {"kind": "local", "language": "de", "people": locals_})
    for following in ("to-plenary", "close"):
        await room.do("POST", f"{path}:{following}")


async def test_the_numbers_of_the_four_evenings_in_kehl_are_entered_and_reported(room: Room) -> None:
    evenings: list[tuple[dict[str, int], int]] = [
        ({"ar": 30, "prs": 20, "ti": 15}, 4), ({"ar": 15, "prs": 10, "ti": 10}, 2),
        ({"ar": 15, "prs": 10, "ti": 5}, 2), ({"ar": 10, "prs": 10, "ti": 10}, 2),
    ]  # fmt: skip
    for number, (came, locals_) in enumerate(evenings, start=1):
        await kehl_evening(room, number, came, locals_)
    await room.evening(at="inviting", starts_at="2016-11-29T18:00:00Z")  # has not taken place
    path = "/v1/reports/round-tables"
    found = await room.do("GET", f"{path}?from=2016-11-01T00:00:00Z&to=2016-12-01T00:00:00Z")
    assert (found["evenings"], found["people"], found["by_kind"]) == (4, 170, {"refugee": 160, "local": 10})
    assert [(one["language"], one["people"], one["evenings"], one["cards"]) for one in found["communities"]] == [
        ("ar", 70, 4, 12), ("prs", 50, 4, 12), ("ti", 40, 4, 12),
    ]  # fmt: skip
    assert (found["cards"], found["named"], found["counted"]) == ({"1": 24, "2": 12}, 0, 170)
    quarter = await room.do("GET", f"{path}?area=quarter%202")
    assert (quarter["evenings"], quarter["people"]) == (1, 37)
    assert (await room.do("GET", f"{path}?from=2017-01-01T00:00:00Z"))["evenings"] == 0
    assert (await room.do("GET", path, caller=room.app_of(uuid4())))["people"] == 0
    problem(await room.ask("GET", f"{path}?from=2017-01-01T00:00:00Z&to=2016-01-01T00:00:00Z"), 422, "invalid-request")
    unreported = room.app_of(scopes=frozenset({"assessments:write"}))
    problem(await room.ask("GET", path, caller=unreported), 403, "forbidden")


@pytest.mark.parametrize(
    ("at", "opened", "needs", "capabilities", "question", "reason"),
    [
        (None, False, 0, 0, 1, "hear_needs"),
        (1, False, 2, 0, 1, "hear_needs"),
        (1, False, 3, 0, 2, "go_on"),
        (2, True, 5, 1, 2, "stay"),
        (2, True, 5, 3, None, "enough"),
        (1, True, 8, 3, 2, "come_back"),
        (1, True, 4, 4, None, "enough"),
    ],
)
def test_each_table_is_told_where_it_should_be(
    at: int | None, opened: bool, needs: int, capabilities: int, question: int | None, reason: str
) -> None:
    table = FakeTable(question=at, question_opened={"2": "then"} if opened else {})
    found = step(table, needs=needs, capabilities=capabilities, too_fast=False)
    assert (found.question, found.reason) == (question, reason)


def test_a_table_that_comes_back_is_helped_by_its_own_words_then_others_then_questions() -> None:
    table, other = FakeTable("de"), FakeTable("en")
    cards = [FakeCard(table.id, 1, "sport", "a club"), FakeCard(other.id, 2, "sport", "I coach")]
    told = {"de": Told(["an example"], ["what do people ask you for?"], language="en", strengths_language="de")}
    found = pace([table], cards, told=told)[0].come_back
    assert [(one.origin, one.text, one.language) for one in found] == [
        ("own", "a club", "en"), ("card", "I coach", "en"), ("instrument", "an example", "en"),
        ("strength", "what do people ask you for?", "de"),
    ]  # fmt: skip


async def paced(room: Room, evening: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await room.do("GET", f"/v1/round-tables/{evening['id']}/pace"))["tables"][0]
    return found


async def test_a_table_that_left_the_second_question_too_fast_is_called_back(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening, "de")
    path = f"/v1/round-tables/{evening['id']}/tables/{table}/question"
    for _ in range(2):
        gone_on = await room.ask("PUT", path, {"question": 2})
    assert (gone_on.json()["question"], gone_on.json()["version"]) == (2, 2)
    await room.lay(evening, table, question=2, text="Ich kann kochen")
    assert (await paced(room, evening))["too_fast"] is False
    await room.do("PUT", path, {"question": 1})
    found = await paced(room, evening)
    assert (found["too_fast"], found["step"]) == (True, {"question": 2, "reason": "come_back"})
    assert [one["origin"] for one in found["come_back"]][-1] == "strength"
    assert {one["language"] for one in found["come_back"]} == {"de"}
    problem(await room.ask("PUT", path, {"question": 3}), 422, "invalid-request")
    await room.do("POST", f"/v1/round-tables/{evening['id']}:to-plenary")
    problem(await room.ask("PUT", path, {"question": 2}), 409, "illegal-state")
    assert (await paced(room, evening))["too_fast"] is True


async def test_an_evening_in_a_language_that_the_printer_has_no_name_for_is_printed_all_the_same(room: Room) -> None:
    evening = await room.evening(host_language="x-abc", languages=["x-abc"])
    home = f"/v1/round-tables/{evening['id']}"
    await room.lay(evening, await room.table(evening, "x-abc"), language="x-abc", visibility="plenary")
    await room.do("POST", f"{home}:to-plenary")
    await room.do("POST", f"{home}:publish-results?language=x-abc")
    for path in ("card-sheet?language=x-abc", "results/published?language=x-abc&format=pdf"):
        printed = await room.ask("GET", f"{home}/{path}")
        assert (printed.status, printed.body[:5]) == (200, b"%PDF-")
