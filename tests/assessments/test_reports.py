"""The gap report: counts what is needed and what is there, and lets nobody be recognised."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest

from services.assessments.reports import chart, sheet
from services.assessments.reports.domain import Gap, Shown
from services.assessments.reports.sheet import written
from services.vocabulary import CATEGORIES
from tests.assessments.conftest import Room, problem

FEW = {"count": None, "shown": "fewer than 5"}
WITHHELD = {"count": None, "shown": "withheld"}


async def _report(room: Room, category: str, more: str = "") -> dict[str, Any]:
    items = (await room.do("GET", f"/v1/reports/gaps?category={category}{more}"))["items"]
    assert [item["category"] for item in items] == [category]
    return dict(items[0])


async def _each_needs(room: Room, people: int, category: str, **more: Any) -> list[dict[str, Any]]:
    """Complete an assessment with one need for each of so many people."""
    need = {"text": "something", "category": category}
    return [await room.completed(needs=[need], **more) for _ in range(people)]


async def test_assessments_and_anonymous_cards_are_counted_together(room: Room) -> None:
    done = await _each_needs(room, 3, "food", activities=[{"text": "cook", "category": "food"}])
    evening = await room.evening()
    table = await room.table(evening)
    for question, count in ((1, 3), (2, 4)):
        for _ in range(count):
            await room.lay(evening, table, question=question, category="food")
    found = await _report(room, "food")
    assert (found["needs"]["count"], found["capabilities"]["count"]) == (6, 7)
    assert (found["met"]["count"], found["unmet"]["count"], found["published"]["count"]) == (0, 6, 0)
    assert (found["people"], found["withheld"]) == ("at least 5", False)
    for one in done:
        await room.do("DELETE", f"/v1/assessments/{one['id']}")
    assert (await _report(room, "food"))["needs"] == FEW
    await room.do("DELETE", f"/v1/round-tables/{evening['id']}")
    assert (await _report(room, "food"))["needs"] == {"count": 0, "shown": "0"}


async def test_many_needs_of_one_person_are_still_of_one_person(room: Room) -> None:
    await room.completed(needs=[{"text": f"n{i}", "category": "sport"} for i in range(9)])
    found = await _report(room, "sport")
    assert (found["needs"], found["met"], found["people"], found["withheld"]) == (FEW, FEW, "fewer than 5", True)


async def test_cards_without_a_name_stand_for_no_more_people_than_sat_at_the_table(room: Room) -> None:
    evening = await room.evening()
    table = await room.table(evening)
    for _ in range(7):
        await room.lay(evening, table, category="food")
    assert (await _report(room, "food"))["needs"]["count"] == 7
    came = {"table_id": table, "kind": "refugee", "people": 3}
    await room.do("POST", f"/v1/round-tables/{evening['id']}/attendance", came)
    assert (await _report(room, "food"))["needs"] == FEW


async def _all_published(room: Room, done: list[dict[str, Any]]) -> None:
    for one in done:
        for need in await room.items(one, "needs"):
            home = f"/v1/assessments/{one['id']}/needs/{need['id']}"
            await room.do("POST", f"{home}:agree", {"given": True, "method": "spoken", "language": "en"})
            made = await room.do("POST", f"{home}:publish", {"title": "x"})
            listing = str(uuid4())
            room.tell("matching", "need.created", listing, state="open", publication=made["id"])
            room.tell("matching", "need.met", listing, state="met", publication=made["id"])
    await room.heard()


async def test_a_met_need_is_counted_once_and_stays_met_after_its_publication_ends(room: Room) -> None:
    done = await _each_needs(room, 10, "garden")
    await _all_published(room, done[:5])
    found = await _report(room, "garden")
    assert (found["met"]["count"], found["unmet"]["count"], found["published"]["count"]) == (5, 5, 5)
    for one in done[:5]:
        for need in await room.items(one, "needs"):
            await room.do("POST", f"/v1/assessments/{one['id']}/needs/{need['id']}:unpublish")
    found = await _report(room, "garden")
    assert (found["met"]["count"], found["published"]["count"]) == (5, 0)


async def test_when_one_of_a_few_needs_is_met_neither_part_is_told(room: Room) -> None:
    done = await _each_needs(room, 5, "garden")
    assert (await _report(room, "garden"))["unmet"]["count"] == 5
    await _all_published(room, done[:1])
    found = await _report(room, "garden")
    assert (found["needs"]["count"], found["met"], found["unmet"]) == (5, WITHHELD, WITHHELD)


async def test_who_is_willing_and_published_but_was_never_matched_is_unasked(room: Room) -> None:
    doing = [{"text": "I bake", "category": "food", "willing": "yes"}]
    listings = []
    for _ in range(10):
        done = await room.completed(activities=doing)
        (item,) = await room.items(done, "capabilities")
        home = f"/v1/assessments/{done['id']}/capabilities/{item['id']}"
        await room.do("PATCH", home, {"willing": "yes"})
        await room.do("POST", f"{home}:agree", {"given": True, "method": "spoken", "language": "en"})
        made = await room.do("POST", f"{home}:publish", {"title": "x"})
        listings.append(str(uuid4()))
        room.tell("matching", "offer.created", listings[-1], state="open", publication=made["id"])
    await room.heard()
    assert (await _report(room, "food"))["unasked"]["count"] == 10
    for listing in listings[:5]:
        room.tell("matching", "match.proposed", str(uuid4()), state="proposed", offer=listing, need=str(uuid4()))
    await room.heard()
    found = await _report(room, "food")
    assert (found["capabilities"]["count"], found["published"]["count"], found["unasked"]["count"]) == (10, 10, 5)


async def test_the_report_is_grouped_and_narrowed_without_telling_on_a_small_language(room: Room) -> None:
    evening = await room.evening(languages=["ti", "prs", "en"])
    table = await room.table(evening)
    for language, count in (("en", 6), ("ti", 5), ("prs", 2)):
        for _ in range(count):
            await room.lay(evening, table, category="food", language=language)
    answer = await room.do("GET", "/v1/reports/gaps?group_by=category,language")
    found = {(one["category"], one["language"]): one["needs"]["count"] for one in answer["items"]}
    assert found == {("food", "en"): 6, ("food", "ti"): 5}
    assert answer["counted_elsewhere"]
    small = await _report(room, "food", "&language=prs")
    none = await _report(room, "food", "&language=uk")
    assert small["needs"] == none["needs"] == WITHHELD
    assert small["withheld"] == none["withheld"]
    assert (await _report(room, "food", "&language=ti"))["needs"]["count"] == 5
    by_month = (await room.do("GET", "/v1/reports/gaps?group_by=period&periods=month&category=food"))["items"]
    assert [(len(one["period"]), one["needs"]["count"]) for one in by_month] == [(7, 11)]
    assert (await _report(room, "food", "&from=2090-01"))["needs"] == WITHHELD


async def test_the_threshold_is_the_tenants_own_and_raising_it_is_immediate(room: Room) -> None:
    await _each_needs(room, 6, "sport")
    assert (await room.do("GET", "/v1/reports/policy"))["decided"] is False
    assert (await _report(room, "sport"))["needs"]["count"] == 6
    decided = await room.do("PUT", "/v1/reports/policy", {"threshold": 7})
    assert (decided["threshold"], decided["version"]) == (7, 1)
    assert (await _report(room, "sport"))["needs"] == {"count": None, "shown": "fewer than 7"}
    again = await room.do("PUT", "/v1/reports/policy", {"threshold": 7})
    assert again == decided
    stale = await room.ask("PUT", "/v1/reports/policy", {"threshold": 8}, if_match='"0"')
    problem(stale, 412, "stale-version")
    elsewhere = Room(room.app, room.neighbours, room.admin)
    assert (await elsewhere.do("GET", "/v1/reports/policy"))["threshold"] == 5


async def test_what_a_tenant_keeps_for_longest_is_obeyed_by_the_next_report(room: Room) -> None:
    evening = await room.evening(languages=["ti", "prs"])
    table = await room.table(evening)
    for language in ("ti", "prs"):
        for category in ("food", "sport"):
            for _ in range(3):
                await room.lay(evening, table, category=category, language=language)

    async def by(dimension: str) -> dict[str, Any]:
        items = (await room.do("GET", f"/v1/reports/gaps?group_by={dimension}"))["items"]
        return {one[dimension]: one["needs"]["count"] for one in items if one["needs"] != {"count": 0, "shown": "0"}}

    assert (await room.do("GET", "/v1/reports/policy"))["keeps"] == "category"
    assert (await by("category"), await by("language")) == ({"food": 6, "sport": 6}, {})
    decided = await room.do("PUT", "/v1/reports/policy", {"threshold": 5, "keeps": "language"})
    assert (decided["keeps"], decided["version"]) == ("language", 1)
    assert (await by("category"), await by("language")) == ({"food": None, "sport": None}, {"ti": 6, "prs": 6})
    raised = await room.do("PUT", "/v1/reports/policy", {"threshold": 6})
    assert (raised["keeps"], raised["version"]) == ("language", 2)
    problem(await room.ask("PUT", "/v1/reports/policy", {"threshold": 6, "keeps": "concept"}), 422, "invalid-request")
    facts = [one["ids"] for one in await room.facts() if one["type"] == "report_policy.changed"]
    assert [(one["threshold"], one["keeps"]) for one in facts] == [(5, "language"), (6, "language")]


@pytest.mark.parametrize("threshold", [2, 51, "5", True, None])
async def test_a_threshold_that_hides_nothing_or_everything_is_refused(room: Room, threshold: Any) -> None:
    answer = await room.ask("PUT", "/v1/reports/policy", {"threshold": threshold})
    problem(answer, 422, "invalid-request")


async def test_two_who_decide_at_once_do_not_collide(room: Room) -> None:
    answers = await asyncio.gather(
        *(room.ask("PUT", "/v1/reports/policy", {"threshold": threshold}) for threshold in (6, 7, 8))
    )
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert (await room.do("GET", "/v1/reports/policy"))["version"] == 3


async def test_a_reader_of_reports_decides_nothing_about_them(room: Room) -> None:
    reader = room.app_of(scopes=frozenset({"reports:read"}))
    assert (await room.ask("GET", "/v1/reports/policy", caller=reader)).status == 200
    problem(await room.ask("PUT", "/v1/reports/policy", {"threshold": 5}, caller=reader), 403, "forbidden")
    person = room.person(room.participant())
    problem(await room.ask("PUT", "/v1/reports/policy", {"threshold": 5}, caller=person), 403, "forbidden")


async def test_a_tenants_report_counts_nothing_of_another(room: Room) -> None:
    await _each_needs(room, 6, "sport")
    elsewhere = Room(room.app, room.neighbours, room.admin)
    assert (await _report(room, "sport"))["needs"]["count"] == 6
    assert (await _report(elsewhere, "sport"))["needs"]["count"] == 0


async def test_the_report_names_every_category_and_needs_its_own_scope(room: Room) -> None:
    await room.completed(needs=["something without a category"])
    items = (await room.do("GET", "/v1/reports/gaps"))["items"]
    assert (len(items), items[-1]["category"]) == (len(CATEGORIES) + 1, None)
    reader = room.app_of(scopes=frozenset({"assessments:read"}))
    problem(await room.ask("GET", "/v1/reports/gaps", caller=reader), 403, "forbidden")
    problem(await room.ask("GET", "/v1/reports/gaps?category=astrology"), 422, "invalid-request")


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("group_by=name", "wrong-grouping"), ("group_by=area,area", "wrong-grouping"), ("area=%00", "invalid-request"),
        ("from=2026-13", "invalid-request"), ("language=qqqq1", "invalid-request"), ("period=2026", "invalid-request"),
        ("format=pdf", "invalid-request"),
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_refused(room: Room, query: str, slug: str) -> None:
    problem(await room.ask("GET", f"/v1/reports/gaps?{query}"), 422, slug)


async def test_the_report_is_given_as_a_table_and_as_a_picture(room: Room) -> None:
    await _each_needs(room, 5, "food")
    table = await room.ask("GET", "/v1/reports/gaps?category=food", accept="text/csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.body.decode().splitlines() == [
        "category,needs,capabilities,published,met,unmet,unasked,people,withheld",
        "food,5,0,0,0,5,0,at least 5,no",
    ]
    one = await room.ask("GET", "/v1/reports/gaps?format=svg&labels=de")
    other = await room.ask("GET", "/v1/reports/gaps.svg?labels=de")
    assert one.headers["content-type"] == other.headers["content-type"] == "image/svg+xml"
    assert one.body == other.body
    assert "Bedarfe 5" in one.body.decode()


def _gap(area: str | None, needs: int, unmet: int) -> Gap:
    def shown(count: int) -> Shown:
        return Shown(count, str(count))

    return Gap(
        key={"area": area}, needs=shown(needs), capabilities=shown(3), published=shown(0), met=shown(0),
        unmet=shown(unmet), unasked=shown(0), people="at least 5", withheld=False,
    )  # fmt: skip


def test_the_picture_escapes_what_people_have_written_and_is_read_aloud() -> None:
    drawn = chart.drawn([_gap('<script>alert("x")</script>', 8, 4), _gap(None, 2, 0)], language="en")
    root = ElementTree.fromstring(drawn)
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
    said = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    assert "needs 8, of them unmet (hatched) 4, capabilities 3." in said
    assert "not known: needs 2" in said
    assert root.attrib["role"] == "img"
    assert "url(#unmet)" in drawn


def test_a_number_that_is_only_the_least_it_can_be_is_not_drawn_as_if_it_were_exact() -> None:
    exact = _gap("Mill Lane", 8, 4)
    drawn = chart.drawn([replace(exact, unmet=Shown(4, "at least 4"))], language="en")
    assert (drawn.count("url(#unmet)"), chart.drawn([exact], language="en").count("url(#unmet)")) == (1, 2)
    assert "8 (?)" in drawn


def test_a_small_number_is_held_back_in_the_language_of_the_picture() -> None:
    few = replace(_gap("Lindenau", 8, 4), needs=Shown(None, "fewer than 5"), capabilities=Shown(None, "withheld"))
    drawn = chart.drawn([few], language="de")
    assert "Bedarfe weniger als 5" in drawn
    assert "Fähigkeiten nicht angegeben" in drawn
    assert "fewer" in chart.drawn([few], language="en")


def test_an_empty_picture_says_so() -> None:
    assert "There is nothing to show." in chart.drawn([], language="en")


def test_a_text_that_looks_like_a_formula_is_harmless_in_a_spreadsheet() -> None:
    written = sheet.gap_sheet([_gap('=HYPERLINK("x")', 8, 4)], ["area"])
    assert written.splitlines()[1].startswith("\"'=HYPERLINK")


async def test_only_who_may_manage_decides_what_reports_count_and_vouches_for_translations(room: Room) -> None:
    writer = room.app_of(scopes=frozenset({"assessments:write", "reports:read"}))
    problem(await room.ask("PUT", "/v1/reports/policy", {"threshold": 3}, caller=writer), 403, "forbidden")
    shipped = (await room.do("GET", "/v1/instruments?name=round-table"))["items"][0]["id"]
    review = f"/v1/instruments/{shipped}/translations/prs:review"
    problem(await room.ask("POST", review, {"by": "interpreter A"}, caller=writer), 403, "forbidden")


def test_a_heading_that_a_spreadsheet_would_run_is_quoted() -> None:
    assert written(["label", "=1+1"], [["@x", 1]]).splitlines() == ["label,'=1+1", "'@x,1"]
