"""What the vocabulary promises, on sentences that nobody chose anything by."""

import pytest

from tests.quality.measure import LANGUAGES, PARTS, Table, sentences, table


@pytest.fixture(scope="module")
def held() -> Table:
    return table("held")


def test_the_set_is_whole() -> None:
    assert len(sentences()) == 100 * 2 * len(LANGUAGES)
    assert {one.part for one in sentences()} == set(PARTS)
    assert len({(one.topic, one.language, one.kind) for one in sentences()}) == len(sentences())


def test_a_need_finds_its_offer_within_each_language(held: Table) -> None:
    assert held.within >= 0.80


def test_a_need_in_any_language_finds_the_offer_in_any_other(held: Table) -> None:
    assert held.across >= 0.70


@pytest.mark.parametrize("language", ["ar", "prs", "ti"])
def test_needs_in_the_languages_of_the_round_tables_find_english_offers(held: Table, language: str) -> None:
    assert held.figures[language, "en"].mrr >= 0.60
