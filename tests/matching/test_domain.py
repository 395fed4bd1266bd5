"""The pure rules of the room."""

from uuid import UUID

import pytest

from services.kernel.problems import IllegalState
from services.matching.candidates.domain import coarse, may_be_shown
from services.matching.listings.domain import step
from services.matching.matches import domain
from services.vocabulary.contact import reveals_contact

HERE, THERE, US, THEM = (UUID(int=number) for number in range(1, 5))


@pytest.mark.parametrize(
    "text",
    [
        "Ring 01632 960 001", "+44 (0)1632-960001", "write to amal@example.org", "see https://example.org",
        "www.example.org", "I am on example.com", "٠١٦٣٢٩٦٠٠٠١", "0 1 6 3 2 9 6 0", "HTTP://EXAMPLE.ORG",
        "hazelbrook.uk/me", "07700\u200b900\u2060123", "０７７００．９００．１２３", "amal＠example．org", "example。org",
        "0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e39\ufe0f\u20e30", "www\u00ad.example.org",
        "07700-x-900123", "07700x900y123", "07700_900_123", "0·7·7·0·0·9·0", "07700 * 900 ~ 123",
        "zero seven seven zero zero nine zero", "null sieben sieben null null neun null", "O77OO 9OOl23", "➊➋➌➍➎➏➐",
        "amal at example dot org", "amal (at) example", "amal [ät] example punkt de", "a m a l @ e x a m p l e . o r g",
        "amal@example", "amal @ example . org", "amal gmail com", "hxxps://example", "example.online",
        "صفر سبعة سبعة صفر صفر تسعة صفر",
    ],
)  # fmt: skip
def test_a_way_to_reach_somebody_is_recognised(text: str) -> None:
    assert reveals_contact(text)


@pytest.mark.parametrize(
    "text", ["I can help on Tuesdays from 10 to 12.", "Since 2019 I bake bread.", "3 children, 2 dogs, 1 cat",
             "Slowly.I like walking", "At 10.30 or 11.30 a.m.", "Room for 4-6 people", "e.g. knitting",
             "2 or 3 hours", "10h30-12h30 / 14h00-18h00", "10:00-12:00 14:00-16:00", "In 1990, 1995, 2001 and 2010",
             "Songs of the 60s 70s 80s 90s", "On 3, 5, 7, 9, 11, 13 and 15 May", "2x15, 3x20, 2x10", "Flat 4 b, 12 steps",
             "On 2026-11-23 or 2026-11-30 at ten", "From 23.11.2026 to 24/11/2026", "Two of us, one dog, three cats",
             "See you @ noon. Bring tea", "Look at the dot on the map", "I need help with gmail", "İki bir"],
)  # fmt: skip
def test_ordinary_words_are_not_taken_for_one(text: str) -> None:
    assert not reveals_contact(text)


def test_a_match_takes_no_step_that_does_not_follow() -> None:
    states = ["proposed", "accepted", "introduced", "active", "completed", "declined", "withdrawn", "expired"]
    allowed = {
        ("proposed", "accept"), ("proposed", "decline"), ("proposed", "expire"), ("accepted", "introduce"),
        ("introduced", "activate"), ("active", "complete"),
        *((state, step) for state in states[:4] for step in ("withdraw", "suspend")),
    }  # fmt: skip
    actions = ["accept", "decline", "expire", "introduce", "activate", "complete", "withdraw", "suspend", "lift"]
    for state in states:
        for action in actions:
            if (state, action) in allowed:
                assert domain.step(state, action) != state
            else:
                with pytest.raises((IllegalState, domain.NotYetAccepted)):
                    domain.step(state, action)


def test_what_ended_while_suspended_stays_ended_when_that_is_lifted() -> None:
    assert domain.lifted("suspended", suspended_from="active", barred=True) == "active"
    assert domain.lifted("withdrawn", suspended_from=None, barred=True) == "withdrawn"
    with pytest.raises(IllegalState):
        domain.lifted("withdrawn", suspended_from=None, barred=False)


def test_a_need_and_an_offer_take_no_step_that_does_not_follow() -> None:
    assert step("need", "stated", "recognise") == "recognised"
    assert step("offer", "used_up", "free") == "open"
    for kind, state, action in (
        ("need", "stated", "open"), ("need", "met", "withdraw"), ("offer", "withdrawn", "resume")
    ):  # fmt: skip
        with pytest.raises(IllegalState):
            step(kind, state, action)  # type: ignore[arg-type]


def test_a_person_decides_for_herself_and_an_organisation_for_what_it_holds() -> None:
    need, offer = domain.Party(HERE, US), domain.Party(None, THEM)
    assert domain.sides_of(need, offer, person=HERE, organisation=THEM) == ("need",)
    assert domain.sides_of(need, offer, person=THERE, organisation=US) == ()
    assert domain.sides_of(need, offer, person=None, organisation=THEM) == ("offer",)
    assert domain.sides_of(need, domain.Party(THERE, US), person=None, organisation=US) == ("need", "offer")
    assert domain.sides_of(need, offer, person=None, organisation=None) == ()


def test_small_counts_are_told_as_a_few() -> None:
    assert coarse(["language"] * 5 + ["means"] * 4) == {"language": 5, "means": "a few"}


def test_consent_asking_and_blocks_each_hide_alone() -> None:
    fine = {"to": US, "allowed": True, "ask": True, "blocks": frozenset[UUID]()}
    assert may_be_shown(HERE, **fine)  # type: ignore[arg-type]
    for hidden in ({"allowed": False}, {"ask": False}, {"blocks": frozenset({US})}, {"to": HERE}):
        assert not may_be_shown(HERE, **{**fine, **hidden})  # type: ignore[arg-type]
