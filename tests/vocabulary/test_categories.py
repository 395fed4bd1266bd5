"""The categories: complete in every language, and found by a fallback that never fails."""

import pytest

from services.vocabulary import CATEGORIES, LANGUAGES, REVIEW, label

KEYS = {
    "housing", "learning", "language", "work", "health", "childcare", "family", "sport", "culture",
    "company", "household", "garden", "repair", "transport", "shopping", "advice", "food", "digital",
    "community",
}  # fmt: skip


def test_the_everyday_issues_are_there() -> None:
    assert set(CATEGORIES) == KEYS


def test_every_category_has_a_picture_and_a_label_in_every_language() -> None:
    for category in CATEGORIES.values():
        assert category.icon
        assert set(category.labels) == set(LANGUAGES)
        assert all(text.strip() for text in category.labels.values())


def test_no_language_calls_two_categories_the_same() -> None:
    for tag in LANGUAGES:
        assert len({category.labels[tag] for category in CATEGORIES.values()}) == len(CATEGORIES)


def test_every_language_says_whether_a_native_speaker_has_read_it() -> None:
    assert set(REVIEW) == set(LANGUAGES)
    assert set(REVIEW.values()) <= {"reviewed", "unreviewed"}


@pytest.mark.parametrize(
    ("asked", "shown"), [("de", "Garten"), ("de-AT", "Garten"), ("sw", "Garden"), ("", "Garden"), ("prs", "باغ")]
)
def test_a_label_falls_back_to_the_primary_language_and_then_to_english(asked: str, shown: str) -> None:
    assert label("garden", asked) == shown


def test_an_unknown_category_is_not_passed_over_in_silence() -> None:
    with pytest.raises(KeyError):
        label("astrology", "en")


def test_the_categories_cannot_be_changed_by_a_reader() -> None:
    with pytest.raises(TypeError):
        CATEGORIES["garden"].labels["en"] = "Jungle"  # type: ignore[index]
