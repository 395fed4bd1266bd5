"""Our own vocabulary as a taxonomy: the categories, and below each the concepts. The same ids everywhere, for ever."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from services.directory.open_referral.domain import part_id
from services.vocabulary import CATEGORIES, SOURCE_LANGUAGE, label
from services.vocabulary.concepts import concepts

TAXONOMY = UUID(part_id("taxonomy", "cando"))
NAME = "Cando: everyday needs and capabilities"
ABOUT = "What people need and can do in everyday life: categories, and below them concepts."


@dataclass(frozen=True, slots=True)
class Term:
    """One category or concept, as a term."""

    id: UUID
    key: str
    name: str
    about: str
    parent: UUID | None
    uri: str | None


def term_id(key: str) -> UUID:
    """Return the id of the term of a category or a concept."""
    return UUID(part_id("term", key))


@cache
def terms() -> Mapping[UUID, Term]:
    """Return all terms by id, in a steady order."""
    return {one.id: one for one in _terms()}


def term(key: str | None) -> Term | None:
    """Return the term of a category or a concept, or None: a community's own concepts are no terms of ours."""
    return terms().get(term_id(key)) if key else None


def _terms() -> Iterator[Term]:
    for key in CATEGORIES:
        named = label(key, SOURCE_LANGUAGE)
        yield Term(term_id(key), key, named, named, None, None)
    for key, concept in concepts().items():
        named = label(key, SOURCE_LANGUAGE)
        yield Term(term_id(key), key, named, concept.about or named, term_id(concept.broader), concept.esco)
