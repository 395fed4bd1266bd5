"""The data files: whoever corrects a word in them is told here what does not hold together any more."""

import re
import unicodedata
from collections import Counter
from itertools import chain

import pytest

from services.vocabulary import CATEGORIES, LANGUAGES
from services.vocabulary.classifier import model
from services.vocabulary.concepts import NAMES, Text, concepts, names, texts
from services.vocabulary.normal import plain
from services.vocabulary.train import digest

SCRIPTS = {"ar": "ARABIC", "prs": "ARABIC", "ur": "ARABIC", "ti": "ETHIOPIC", "uk": "CYRILLIC"}
KINDS = {"label", "also", "misspelt", "word", "need", "offer"}
every_language = pytest.mark.parametrize("language", list(LANGUAGES))


def test_there_are_at_least_three_hundred_concepts_with_a_picture_each() -> None:
    assert len(concepts()) >= 300
    for one in concepts().values():
        assert re.fullmatch(r"[a-z0-9_]{2,40}", one.id)
        assert one.icon
        assert all(ord(sign) > 0x2000 for sign in one.icon)
        assert one.about


def test_every_concept_leads_to_a_category_and_is_related_to_known_ones_only() -> None:
    for one in concepts().values():
        assert one.category in CATEGORIES
        assert one.broader in CATEGORIES or one.broader in concepts()
        assert one.related <= set(concepts()) - {one.id}
        assert all(one.id in concepts()[other].related for other in one.related)


def test_every_category_has_concepts() -> None:
    assert {one.category for one in concepts().values()} == set(CATEGORIES)


def test_an_esco_uri_is_one_and_stands_for_one_concept() -> None:
    uris = [one.esco for one in concepts().values() if one.esco]
    assert all(uri.startswith("http://data.europa.eu/esco/") for uri in uris)
    assert len(set(uris)) == len(uris)


@every_language
def test_every_concept_is_complete_in_every_language(language: str) -> None:
    found: dict[str, Counter[str]] = {}
    for row in texts(language):
        found.setdefault(row.concept, Counter())[row.kind] += 1
    assert set(found) == set(concepts())
    for concept, kinds in found.items():
        assert set(kinds) <= KINDS, concept
        assert kinds["label"] == 1, concept
        assert kinds["also"] >= 3, concept
        assert min(kinds["need"], kinds["offer"]) >= 4, concept


@every_language
def test_a_name_of_two_concepts_says_so_and_nothing_is_there_twice(language: str) -> None:
    meanings: dict[str, set[str]] = {}
    rows = [row for row in texts(language) if row.kind in NAMES]
    for row in rows:
        meanings.setdefault(plain(row.text), set()).add(row.concept)
    for row in rows:
        assert row.shares == meanings[plain(row.text)] - {row.concept}, row.text
    twice = Counter((row.concept, row.kind, row.text) for row in texts(language))
    assert [row for row, many in twice.items() if many > 1] == []


@every_language
def test_every_text_has_letters_of_its_language_and_a_known_state_of_review(language: str) -> None:
    script = SCRIPTS.get(language, "LATIN")
    strange: list[Text] = []
    for row in texts(language):
        assert row.review in {"unreviewed", "reviewed"}
        assert row.text == " ".join(row.text.split())
        letters = [sign for sign in row.text if sign.isalpha()]
        assert letters or row.kind in {"word", "also"}, row.text  # people do mention numbers
        own = sum(script in unicodedata.name(sign, "") for sign in letters)
        if row.kind in {"label", "need", "offer"} and own < 0.5 * len(letters):
            strange.append(row)
    assert strange == []


def test_no_two_concepts_have_the_same_label_in_a_language() -> None:
    for language in LANGUAGES:
        labels = Counter(plain(some[0].text) for some in names(language).values())
        assert [label for label, many in labels.items() if many > 1] == [], language


def test_no_sentence_stands_for_two_concepts() -> None:
    for language in LANGUAGES:
        sentences = [row for row in texts(language) if row.kind in {"need", "offer"}]
        by_text: dict[str, set[str]] = {}
        for row in sentences:
            by_text.setdefault(row.text, set()).add(row.concept)
        assert [text for text, some in by_text.items() if len(some) > 1] == []


def test_the_model_was_trained_on_these_files() -> None:
    assert model().trained_on == digest(), "run `make vocabulary`"
    assert set(model().concepts) == set(concepts())


def test_every_icon_and_name_can_be_read_by_a_browser() -> None:
    everything = chain.from_iterable(texts(language) for language in LANGUAGES)
    assert not [row for row in everything if any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in row.text)]
