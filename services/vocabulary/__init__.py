"""The everyday language of needs and capabilities, in many languages: data files and a pure library.

The categories are also the image cards that lie on a round table. A language whose labels no native speaker has
read yet says so in `REVIEW`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from services.vocabulary.concepts import names

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Category:
    """An everyday issue: its stable key, an emoji that pictures it, and what it is called per language."""

    key: str
    icon: str
    labels: Mapping[str, str]


def _read() -> Mapping[str, Any]:
    content: dict[str, Any] = json.loads(files(__name__).joinpath("categories.json").read_text(encoding="utf-8"))
    return content


_content = _read()
CATEGORIES: Mapping[str, Category] = MappingProxyType(
    {row["key"]: Category(row["key"], row["icon"], MappingProxyType(row["labels"])) for row in _content["categories"]}
)
LANGUAGES: Mapping[str, str] = MappingProxyType({tag: row["name"] for tag, row in _content["languages"].items()})
"""The languages that have labels, each with its own name for itself."""
REVIEW: Mapping[str, str] = MappingProxyType({tag: row["review"] for tag, row in _content["languages"].items()})
"""Whether a native speaker has read a language's labels: `reviewed` or `unreviewed`."""

_SAME = {"fa": "prs"}


def main_language(tag: str) -> str:
    """Return the language that the vocabulary tells apart: `de` for Austrian German, `prs` for any Persian."""
    primary = tag.partition("-")[0]
    return _SAME.get(primary, primary)


def label(key: str, language: str = SOURCE_LANGUAGE) -> str:
    """Return what a category or concept is called in `language`, else in its primary language, else in English.

    Raises KeyError for a key that is neither.
    """
    tongues = (language, language.partition("-")[0], SOURCE_LANGUAGE)
    if key in CATEGORIES:
        labels = CATEGORIES[key].labels
        return next(labels[tongue] for tongue in tongues if tongue in labels)
    return next(names(tongue)[key][0].text for tongue in tongues if tongue in LANGUAGES)
