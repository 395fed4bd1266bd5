"""Afterwards: strengths to come back to, outcomes and what they came of, what has changed, the person's own copy."""

from importlib.resources import files
from typing import Any
from uuid import uuid4

import pytest

from services.assessments.instruments.operations import get_shipped
from services.assessments.one_to_one.domain import is_thin
from services.assessments.one_to_one.texts import _table, fixed, listed
from services.kernel.clock import system_clock
from services.kernel.printing import pictures
from services.vocabulary import LANGUAGES
from tests.assessments.conftest import AGREED, Room, problem

BREAD = {"text": "I bake bread", "category": "food"}


@pytest.mark.parametrize(("able", "needs", "thin"), [(0, 0, True), (1, 2, False), (1, 3, True), (2, 4, False)])
def test_strengths_are_thin_when_there_are_none_or_fewer_than_half_the_needs(able: int, needs: int, thin: bool) -> None:
    assert is_thin(capabilities=able, needs=needs) is thin


def test_the_fixed_words_are_there_in_every_language_of_the_vocabulary() -> None:
    keys = {key for key, _ in _table()}
    assert {(key, tongue) for key in keys for tongue in LANGUAGES} == set(_table())
    assert fixed("none", "de-AT") == fixed("none", "de")
    assert fixed("none", "so") == fixed("none", "en")


def test_words_in_a_row_stand_between_the_commas_of_their_language() -> None:
    said = [listed(["a", "b"], tongue) for tongue in ("en", "prs", "ti", "ar-SY")]
    assert said == ["a, b", "a، b", "a፣ b", "a، b"]


async def _read(room: Room, done: dict[str, Any], what: str) -> Any:
    return await room.do("GET", f"/v1/assessments/{done['id']}/{what}")


async def test_prompts_come_from_what_she_named_from_the_cards_and_from_the_instrument(room: Room) -> None:
    started = await room.started(language="de")
    path = f"/v1/assessments/{started['id']}/answers/"
    await room.do("PUT", f"{path}needs", {"value": ["Deutsch lernen", "ein Bett", "ein Arzt"], "language": "de"})
    await room.do("PUT", f"{path}activities", {"value": [{**BREAD, "text": "Ich backe Brot"}], "language": "de"})
    found = await _read(room, started, "strengths")
    assert (found["capabilities"], found["needs"], found["thin"]) == (1, 3, True)
    by_source = {one["source"]: one for one in found["prompts"]}
    assert set(by_source) == {"instrument", "named", "card"}
    assert "Ich backe Brot" in next(one["text"] for one in found["prompts"] if one["source"] == "named")
    assert not [one for one in found["prompts"] if "Deutsch lernen" in one["text"]]  # a need is nothing she does
    assert {one["language"] for one in found["prompts"]} == {"de"}
    cards = [one["about"][0] for one in found["prompts"] if one["source"] == "card"]
    assert cards
    assert "food" not in cards


async def test_when_enough_is_named_nothing_is_prompted(room: Room) -> None:
    done = await room.completed(activities=[BREAD], needs=["company"])
    found = await _read(room, done, "strengths")
    assert (found["thin"], found["prompts"]) == (False, [])


async def test_what_others_offer_is_shown_from_five_people_on_and_without_their_words(room: Room) -> None:
    thin = await room.completed(needs=["company"])
    for number in range(5):
        assert [one for one in (await _read(room, thin, "strengths"))["prompts"] if one["source"] == "community"] == []
        done = await room.completed(activities=[{**BREAD, "text": f"CANARY {number}"}])
        able = (await room.items(done, "capabilities"))[0]["id"]
        body = {"title": "CANARY", "consent": AGREED}
        await room.do("POST", f"/v1/assessments/{done['id']}/capabilities/{able}:publish", body)
    found = (await _read(room, thin, "strengths"))["prompts"]
    assert [one["about"] for one in found if one["source"] == "community"] == [["food"]]
    assert "CANARY" not in str(found)


async def test_outcomes_that_she_chose_are_rated_again_and_again(room: Room) -> None:
    done = await room.completed()
    home = f"/v1/assessments/{done['id']}/outcomes"
    made = await room.do("POST", home, {"text": "to get out more", "importance": 9, "baseline": 2, "wished": 7})
    path = f"{home}/{made['id']}"
    for value, at in ((4, "2026-11-01T10:00:00Z"), (6, "2026-11-20T10:00:00Z")):
        await room.do("POST", f"{path}/ratings", {"value": value, "at": at, "author": "person"})
    assert [one["value"] for one in (await room.do("GET", home))["items"][0]["ratings"]] == [4, 6]
    changed = await room.do("PATCH", path, {"wished": 8}, if_match=f'"{made["version"]}"')
    assert (changed["wished"], changed["baseline"], len(changed["ratings"])) == (8, 2, 2)
    problem(await room.ask("PATCH", path, {"wished": 9}, if_match='"1"'), 412, "stale-version")
    for wrong in (
        {"value": 11},
        {"value": 5, "at": "2099-01-01T00:00:00Z"},
        {"value": 5, "assessment_id": str(uuid4())},
    ):
        problem(await room.ask("POST", f"{path}/ratings", wrong), 422, "invalid-request")
    other = await room.started()
    foreign = {"value": 5, "assessment_id": other["id"]}
    problem(await room.ask("POST", f"{path}/ratings", foreign), 422, "invalid-request")


async def test_an_outcome_is_tied_only_to_matches_that_came_of_this_assessment(room: Room) -> None:
    done = await room.completed(activities=[BREAD])
    able = (await room.items(done, "capabilities"))[0]["id"]
    home = f"/v1/assessments/{done['id']}"
    body = {"title": "Baking", "consent": AGREED}
    made = await room.do("POST", f"{home}/capabilities/{able}:publish", body)
    listing, match = str(uuid4()), str(uuid4())
    room.tell("matching", "offer.created", listing, state="open", publication=made["id"])
    room.tell("matching", "match.proposed", match, state="proposed", offer=listing, need=str(uuid4()))
    room.tell("matching", "match.accepted", match, state="accepted", offer=listing, need=str(uuid4()))
    await room.heard()
    assert (await room.do("GET", f"/v1/publications/{made['id']}"))["matching"]["matches"] == [match]
    outcome = await room.do("POST", f"{home}/outcomes", {"text": "to be needed"})
    path = f"{home}/outcomes/{outcome['id']}/matches"
    assert (await room.do("PUT", path, {"matches": [match, match]}))["matches"] == [match]
    said = problem(await room.ask("PUT", path, {"matches": [match, str(uuid4())]}), 422, "invalid-request")
    assert said["errors"][0]["path"] == "/matches/1"


async def test_outcomes_are_drawn_from_the_instrument_that_asks_for_them(room: Room) -> None:
    started = await room.started(instrument_id=str(get_shipped("personal-outcomes").id))
    home = f"/v1/assessments/{started['id']}"
    entry = {"text": "to sleep well", "importance": 8, "now": 3, "wished": 7}
    instrument = get_shipped("personal-outcomes")
    answers: dict[str, Any] = {"outcomes": [entry], "consent_record": True}
    for question in instrument.questions:
        if question.required and question.id not in answers:
            answers[question.id] = question.offered[0] if question.offered else 5
    for key, value in answers.items():
        await room.do("PUT", f"{home}/answers/{key}", {"value": value})
    await room.do("POST", f"{home}:complete")
    found = (await room.do("GET", f"{home}/outcomes"))["items"]
    assert [(one["text"], one["baseline"], one["wished"]) for one in found] == [("to sleep well", 3, 7)]


async def test_a_reassessment_copies_nothing_and_shows_what_has_changed(room: Room) -> None:
    person = room.participant()
    before = await room.completed(person, activities=[BREAD, "chess"], needs=["company", "a lift"], for_whom="children")
    home = f"/v1/assessments/{before['id']}"
    problem(await room.ask("GET", f"{home}/changes"), 409, "follows-nothing")
    lift = (await room.items(before, "needs"))[1]["id"]
    await room.do("PATCH", f"{home}/needs/{lift}", {"category": "company"})
    made = await room.do("POST", f"{home}/needs/{lift}:publish", {"title": "A lift", "consent": AGREED})
    room.tell("matching", "need.met", str(uuid4()), state="met", publication=made["id"])
    await room.heard()
    after = await room.do("POST", f"{home}:reassess", {})
    assert (after["follows"], after["state"], after["participant_id"]) == (before["id"], "draft", person)
    assert (await _read(room, after, "answers"))["items"] == []
    for key, value in {"activities": ["I BAKE bread"], "could_do": ["sing"], "willing": "yes", "needs": []}.items():
        await room.do("PUT", f"/v1/assessments/{after['id']}/answers/{key}", {"value": value})
    await room.do("POST", f"/v1/assessments/{after['id']}:complete")
    found = await _read(room, after, "changes")
    words = {
        kind: {what: [one["text"] for one in some] for what, some in found[kind].items()}
        for kind in ("capabilities", "needs")
    }
    assert words["capabilities"] == {"new": ["sing"], "same": ["I BAKE bread"], "gone": ["chess"], "met": []}
    assert words["needs"] == {"new": [], "same": [], "gone": ["company"], "met": ["a lift"]}
    assert found["answers"]["for_whom"] == {"before": "children", "now": None}
    assert "willing" not in found["answers"]


async def test_scores_are_shown_as_they_were_and_as_they_are(room: Room) -> None:
    definition = {
        "name": "how-it-goes", "use": "assessment", "default_language": "en", "sections": [{"key": "all"}],
        "questions": [{"id": "sleep", "section": "all", "type": "scale", "least": 0, "most": 10, "step": 1}],
        "scores": [{"key": "rest", "method": "sum", "questions": ["sleep"]}],
        "translations": {"en": {"review": "original", "texts": {
            "title": "How it goes", "section.all": "All", "question.sleep": "How do you sleep?",
            "question.sleep.least": "badly", "question.sleep.most": "well", "score.rest": "Rest"}}},
    }  # fmt: skip
    key = (await room.do("POST", "/v1/instruments", definition))["id"]
    await room.do("POST", f"/v1/instruments/{key}:publish")
    one = await room.started(instrument_id=key)
    for value in (3, 8):
        await room.do("PUT", f"/v1/assessments/{one['id']}/answers/sleep", {"value": value})
        await room.do("POST", f"/v1/assessments/{one['id']}:complete")
        last, one = one, await room.do("POST", f"/v1/assessments/{one['id']}:reassess", {})
    assert (await _read(room, last, "changes"))["scores"] == {"rest": {"before": 3.0, "now": 8.0}}


async def test_what_is_not_completed_is_not_followed_by_another(room: Room) -> None:
    started = await room.started()
    problem(await room.ask("POST", f"/v1/assessments/{started['id']}:reassess", {}), 409, "illegal-state")


async def test_her_own_copy_is_in_her_language_as_data_as_a_page_and_to_print(room: Room) -> None:
    done = await room.completed(activities=[{**BREAD, "text": "<b>أخبز الخبز</b>"}], needs=["company"])
    path = f"/v1/assessments/{done['id']}/summary?language=ar"
    found = await room.do("GET", path)
    assert (found["language"], found["direction"], found["title"]) == ("ar", "rtl", fixed("title", "ar"))
    able = found["sections"][0]
    assert (able["key"], able["items"][0]["text"]) == ("capabilities", "<b>أخبز الخبز</b>")
    assert fixed("done_already", "ar") in able["items"][0]["marks"]
    for page in (await room.ask("GET", f"{path}&format=html"), await room.ask("GET", path, accept="text/html")):
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        told = page.body.decode()
        assert '<html lang="ar" dir="rtl">' in told
        assert "&lt;b&gt;أخبز" in told
        assert "<script" not in told
        assert "<b>" not in told
    printed = await room.ask("GET", f"{path}&format=pdf")
    assert printed.body.startswith(b"%PDF")
    assert printed.headers["content-disposition"] == 'attachment; filename="summary.pdf"'
    problem(await room.ask("GET", f"{path}&format=docx"), 422, "invalid-request")


async def test_a_copy_in_a_language_without_words_says_so(room: Room) -> None:
    done = await room.completed(activities=[BREAD])
    found = await _read(room, done, "summary?language=so")
    assert (found["asked"], found["language"], found["direction"]) == ("so", "en", "ltr")


async def test_the_community_prompts_wait_for_as_many_people_as_the_tenant_has_decided(room: Room) -> None:
    await room.do("PUT", "/v1/reports/policy", {"threshold": 6})
    thin = await room.completed(needs=["company"])
    for _ in range(5):
        done = await room.completed(activities=[BREAD])
        able = (await room.items(done, "capabilities"))[0]["id"]
        body = {"title": "Bread", "consent": AGREED}
        await room.do("POST", f"/v1/assessments/{done['id']}/capabilities/{able}:publish", body)
    assert [one for one in (await _read(room, thin, "strengths"))["prompts"] if one["source"] == "community"] == []


@pytest.mark.parametrize("text", ["word " * 1900, "word\n" * 290], ids=["words", "lines"])
async def test_what_is_longer_than_a_page_is_printed_to_its_end(text: str) -> None:
    item = {"text": text, "marks": ["could do"], "lines": [{"label": "conditions", "value": "the end"}]}
    told = {"language": "en", "direction": "ltr", "title": "Copy", "head": [], "none": "none"}
    sections = [{"key": "capabilities", "title": "Can", "items": [item]}]
    template = files("services.assessments.one_to_one").joinpath("summary.typ").read_text(encoding="utf-8")
    pages = await pictures(template, {**told, "sections": sections}, at=system_clock())
    assert len(pages) > 3
