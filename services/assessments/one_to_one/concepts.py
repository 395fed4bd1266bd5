"""What a capability or need is about: concepts that the vocabulary's linker suggests and a person confirms."""

import asyncio
from typing import Any

from services.vocabulary import CATEGORIES, label
from services.vocabulary.concepts import concepts
from services.vocabulary.linking import link


async def suggested(text: str, language: str) -> list[dict[str, Any]]:
    """Return the concepts that `text` seems to be about, the likeliest first, each with its share (0 to 1).

    The linker counts for a while, so it does that beside the others' requests.
    """
    found = await asyncio.to_thread(link, text, language)
    return [{"concept": one.concept, "share": one.score} for one in found]


def is_known(key: str) -> bool:
    """Say whether `key` is a concept or a category of the vocabulary."""
    return key in CATEGORIES or key in concepts()


def category_of(key: str) -> str:
    """Return the category that a concept belongs to; a category belongs to itself."""
    return key if key in CATEGORIES else concepts()[key].category


def related(key: str) -> list[str]:
    """Return the concepts that stand near `key`, in a steady order; none for a category."""
    return sorted(concepts()[key].related & set(concepts())) if key in concepts() else []


def called(key: str, language: str) -> str:
    """Return what a concept or category is called in `language`, or its key when the vocabulary has lost it."""
    try:
        return label(key, language)
    except (KeyError, StopIteration):
        return key
