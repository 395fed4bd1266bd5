"""What image cards, groups and the two questions are called in a language, or in the nearest one that has a name."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.assessments.instruments.operations import get_shipped
from services.vocabulary import CATEGORIES, LANGUAGES, REVIEW, SOURCE_LANGUAGE
from services.vocabulary.concepts import concepts, names


@dataclass(frozen=True, slots=True)
class Named:
    """A text and the language it is in. `review` says whether a native speaker has read it; none: somebody's own."""

    text: str
    language: str
    review: str | None = None


def named(key: str, language: str) -> Named:
    """Return what a category or concept is called in `language`, else in its primary language, else in English."""
    for tongue in (language, language.partition("-")[0], SOURCE_LANGUAGE):
        if key in CATEGORIES and tongue in CATEGORIES[key].labels:
            return Named(CATEGORIES[key].labels[tongue], tongue, REVIEW.get(tongue))
        if key not in CATEGORIES and tongue in LANGUAGES and key in names(tongue):
            label = names(tongue)[key][0]
            return Named(label.text, tongue, label.review)
    raise KeyError(key)


def icon(key: str) -> str:
    """Return the pictogram of a category or concept."""
    return CATEGORIES[key].icon if key in CATEGORIES else concepts()[key].icon


def group_named(labels: Mapping[str, str], *, concept: str | None, image: str | None, language: str) -> Named:
    """Return what a group is called: as somebody named it in that language, else after its concept or image.

    A group that somebody named in other languages only, and that is about nothing in the vocabulary, keeps that name.
    """
    for tongue in (language, language.partition("-")[0]):
        if tongue in labels:
            return Named(labels[tongue], tongue)
    key = concept or image
    about = named(key, language) if key else None
    if about is not None and (not labels or about.language == language.partition("-")[0]):
        return about
    tongue = SOURCE_LANGUAGE if SOURCE_LANGUAGE in labels else next(iter(labels))
    return Named(labels[tongue], tongue)


def usual_questions() -> list[dict[str, str]]:
    """Return the two questions as the round table's instrument asks them, by language."""
    said = get_shipped("round-table").wordings
    return [{tongue: said[tongue].texts[f"question.{key}"][0] for tongue in said} for key in ("need", "contribute")]
