"""Linking: what people say leads to what they mean, in any language, with slips, and to nothing where it is nothing."""

import pytest

from services.vocabulary.gazetteer import Term
from services.vocabulary.linking import Linker, everybodys, link
from services.vocabulary.normal import plain, spans


def _first(text: str, language: str | None = None) -> str | None:
    found = link(text, language)
    return found[0].concept if found else None


@pytest.mark.parametrize(
    ("text", "language", "concept"),
    [
        ("My bicycle has a flat tyre", "en", "bike_repair"),
        ("Der Wasserhahn tropft seit Wochen", "de", "plumbing"),
        ("Je cherche quelqu'un pour garder mon chat pendant les vacances", "fr", "pet_sitting"),
        ("أحتاج من يترجم لي عند الطبيب", "ar", "interpret_at_doctor"),
        ("می‌خواهم آببازی یاد بگیرم", "prs", "swimming_lessons"),
        ("ጸጉረይ ክቖርጸለይ ዝኽእል ሰብ", "ti", "hair_cut"),
        ("Хто може посидіти з дитиною ввечері?", "uk", "babysitting"),
        ("Saçımı kesecek birini arıyorum", "tr", "hair_cut"),
        ("Szukam kogoś do koszenia trawnika", "pl", "lawn_mowing"),
        ("مجھے سلائی سیکھنی ہے", "ur", "sewing"),
    ],
)
def test_a_sentence_leads_to_its_concept_in_every_language(text: str, language: str, concept: str) -> None:
    assert concept in [one.concept for one in link(text, language)][:3]
    assert concept in [one.concept for one in link(text, None)][:3]
    assert concept in [one.concept for one in link(text, "xx")][:3]


def test_a_wrong_language_tag_does_not_hide_what_is_said() -> None:
    assert "bike_repair" in [one.concept for one in link("Who can repair my bicycle?", "de")][:2]
    assert _first("Fahrradreparatur", "en") == "bike_repair"


def test_two_languages_in_one_sentence_are_understood() -> None:
    assert _first("Brauche help mit meinem Fahrrad, flat tyre", "de") == "bike_repair"


@pytest.mark.parametrize("text", ["bicicle repare", "bycicle repair", "Fahradreparatur", "Reparatur von Fahrrädern"])
def test_slips_and_inflection_are_forgiven(text: str) -> None:
    assert _first(text) == "bike_repair"


@pytest.mark.parametrize(
    ("one", "other"),
    [("أطفال", "اطفال"), ("مدرسة", "مدرسه"), ("کتاب", "كتاب"), ("می‌خواهم", "میخواهم"), ("ሓገዝ", "ሃገዝ"), ("ፀሓይ", "ጸሃይ"), ("ሠናይ", "ሰናይ"),
     ("Straße", "STRASSE"), ("café", "cafe"), ("ışık", "isik"), ("d'été", "d ete")],
)  # fmt: skip
def test_spellings_of_one_word_are_one(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize("text", ["", "x", "?!", "qwzx vbnm kjh", "\x00\x01\x02", "𐎀𐎁𐎂𐎃", "12345 678"])
def test_what_is_about_nothing_leads_to_nothing(text: str) -> None:
    assert link(text) == []


def test_a_very_long_text_is_read_as_far_as_anybody_writes() -> None:
    assert link("My bicycle is broken. " + "a " * 50_000, "en")


@pytest.mark.parametrize("text", ["Bitte: Fahrradreparatur!", "We cut hair", "Je cherche un appartement"])
def test_a_span_is_a_part_of_the_text(text: str) -> None:
    for one in link(text):
        start, end = one.span
        assert 0 <= start < end <= len(text)
        assert 0 < one.score <= 1


def test_positions_are_those_of_the_text_as_it_was_written() -> None:
    text = "  L’école, «مَدْرَسَة» ፈተና"
    assert [text[start:end] for _, start, end in spans(text)] == ["L", "école", "مَدْرَسَة", "ፈተና"]


def test_a_community_adds_terms_to_our_concepts_and_concepts_of_its_own() -> None:
    own = Linker([Term("bike_repair", "Drahtesel flicken", "de"), Term("ferry_pass", "Rheinfähre", "de")])
    assert own.link("Wer kann meinen Drahtesel flicken?", "de")[0].concept == "bike_repair"
    assert own.link("Ich brauche eine Karte für die Rheinfähre", "de")[0].concept == "ferry_pass"
    assert "ferry_pass" not in everybodys().concepts
