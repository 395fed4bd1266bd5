"""Finds names of concepts in a text: as they are written, inflected, or with a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from services.vocabulary.concepts import names
from services.vocabulary.normal import plain, spans

_MOST_WORDS = 5
_MOST_LOOKED_AT = 60
_SHORTEST_FUZZY = 5
_ALIKE = 86.0
"""From this share of agreeing letters on, in hundredths, two spellings are taken for one."""
_OTHER_LANGUAGE = 0.8
"""What a name counts that belongs to another language than the text is said to be in."""

Word = tuple[str, int, int]
"""A plain word, and where it begins and ends in its text."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name of a concept in a language; a community may add its own, for our concepts or for new ones."""

    concept: str
    text: str
    language: str | None = None


class Hit(NamedTuple):
    """A name found in a text: of which concept, how surely (0 to 1), and from where to where."""

    concept: str
    score: float
    start: int
    end: int


class Gazetteer:
    """Names by their plain form."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._known: dict[str, list[Term]] = {}
        for term in terms:
            said = plain(term.text)
            if said:
                self._known.setdefault(said, []).append(term)
        self._like: dict[tuple[int, str], list[str]] = {}
        for name in self._known:
            if len(name) >= _SHORTEST_FUZZY:
                self._like.setdefault((name.count(" "), name[0]), []).append(name)
        self._longest: dict[str, int] = {}
        for name in self._known:
            first = name.partition(" ")[0]
            self._longest[first] = max(self._longest.get(first, 0), name.count(" ") + 1)

    def __len__(self) -> int:
        return len(self._known)

    def exact(self, said: Sequence[Word], language: str | None) -> list[Hit]:
        """Return the names that stand in a text as they are; a longer name hides the shorter ones within it."""
        return [hit for window in self._longest_first(said) for hit in self._hits(window, language)]

    def find(self, text: str, language: str | None) -> list[Hit]:
        """Return the names in the text, also those that are nearly so spelt where nothing stands as it is.

        A slip is looked for among names with as many words and the same first letter.
        """
        told = spans(text)
        found = self.exact(told, language)
        taken = [(hit.start, hit.end) for hit in found]
        for window in _windows(told[:_MOST_LOOKED_AT], _MOST_WORDS):
            said, start, end = window
            if len(said) < _SHORTEST_FUZZY or any(start < b and a < end for a, b in taken):
                continue
            some = self._like.get((said.count(" "), said[0]), [])
            for name, likeness, _ in process.extract(said, some, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3):
                sure = (likeness - _ALIKE + 4) / (100 - _ALIKE + 4)
                found += [hit._replace(score=hit.score * sure) for hit in self._hits((name, start, end), language)]
        return sorted(_best_of_each(found), key=lambda hit: (-hit.score, hit.start, hit.concept))

    def _longest_first(self, said: Sequence[Word]) -> Iterator[Word]:
        at = 0
        while at < len(said):
            for size in range(min(self._longest.get(said[at][0], 0), len(said) - at), 0, -1):
                name = " ".join(word for word, _, _ in said[at : at + size])
                if name in self._known:
                    yield name, said[at][1], said[at + size - 1][2]
                    at += size - 1
                    break
            at += 1

    def _hits(self, window: Word, language: str | None) -> Iterator[Hit]:
        name, start, end = window
        terms = self._known[name]
        for term in terms:
            foreign = language is not None and term.language not in (None, language)
            yield Hit(term.concept, _OTHER_LANGUAGE if foreign else 1.0, start, end)


def _windows(said: Sequence[Word], most: int) -> Iterator[Word]:
    for size in range(min(most, len(said)), 0, -1):
        for at in range(len(said) - size + 1):
            some = said[at : at + size]
            yield " ".join(word for word, _, _ in some), some[0][1], some[-1][2]


def _best_of_each(hits: Iterable[Hit]) -> Iterable[Hit]:
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.concept not in best or hit.score > best[hit.concept].score:
            best[hit.concept] = hit
    return best.values()


@cache
def everyday(languages: tuple[str, ...]) -> tuple[Term, ...]:
    """Return the vocabulary's own names in these languages."""
    return tuple(
        Term(one.concept, one.text, language)
        for language in languages
        for some in names(language).values()
        for one in some
    )
