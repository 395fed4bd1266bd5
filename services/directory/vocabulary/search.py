"""Finding concepts while somebody types: by how the words of their names begin, then by names spelt alike.

One structure for each language, made when it is first asked for and kept. What a language has no name for yet is
found, and shown, under its English name.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from services.vocabulary import LANGUAGES, SOURCE_LANGUAGE, main_language
from services.vocabulary.concepts import Concept, Text, concepts, names
from services.vocabulary.normal import plain

_AFTER_ALL = "\U0010ffff"
_SHORTEST_ALIKE = 3
_ALIKE = 75.0
"""From this share of agreeing letters on, in hundredths, a name begins like what was typed."""


class _Name(NamedTuple):
    concept: str
    said: str
    is_label: bool


def reader_language(tag: str) -> str:
    """Return the language of the vocabulary that a reader of `tag` gets."""
    main = main_language(tag)
    return main if main in LANGUAGES else SOURCE_LANGUAGE


def called(concept: str, language: str) -> tuple[str, tuple[Text, ...]]:
    """Return the language that a concept has names in for this reader, and those names, the label first."""
    own = names(language).get(concept)
    return (language, own) if own else (SOURCE_LANGUAGE, names(SOURCE_LANGUAGE)[concept])


class Search:
    """All names in one language, ready to be looked up by their beginnings."""

    def __init__(self, language: str) -> None:
        some = [one for concept in concepts() for one in called(concept, language)[1]]
        self._names = [_Name(one.concept, plain(one.text), one.kind == "label") for one in some]
        self._words = sorted({(word, n) for n, name in enumerate(self._names) for word in name.said.split()})
        self._tails = [(tail, n) for n, name in enumerate(self._names) for tail in _tails(name.said)]

    def find(self, typed: str, *, among: Collection[str], limit: int) -> list[Concept]:
        """Return up to `limit` concepts of `among` for what was typed so far, the likeliest first."""
        said = plain(typed)
        if not said:
            return []
        order = dict.fromkeys(self._concepts(self._begun(said), among))
        if len(order) < limit and len(said) >= _SHORTEST_ALIKE:
            order |= dict.fromkeys(one for one in self._concepts(self._alike(said), among) if one not in order)
        return [concepts()[one] for one in list(order)[:limit]]

    def _concepts(self, numbers: Iterable[int], among: Collection[str]) -> Iterator[str]:
        return (self._names[n].concept for n in numbers if self._names[n].concept in among)

    def _begun(self, said: str) -> list[int]:
        """Return the names in which every typed word begins a word, those that begin just so before the others."""
        found = set.intersection(*(self._with_word(word) for word in said.split()))
        return sorted(found, key=lambda n: self._rank(n, said))

    def _with_word(self, beginning: str) -> set[int]:
        first = bisect_left(self._words, (beginning,))
        return {n for _, n in self._words[first : bisect_left(self._words, (beginning + _AFTER_ALL,))]}

    def _rank(self, number: int, said: str) -> tuple[bool, bool, bool, int, int]:
        name = self._names[number]
        in_one = f" {said}" in f" {name.said}"
        return not name.said.startswith(said), not in_one, not name.is_label, len(name.said), number

    def _alike(self, said: str) -> list[int]:
        begun = [tail[: len(said) + 1] for tail, _ in self._tails]
        found = process.extract(said, begun, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None)
        return [self._tails[at][1] for _, _, at in found]


def _tails(said: str) -> Iterator[str]:
    words = said.split()
    return (" ".join(words[n:]) for n in range(len(words)))


@cache
def search_in(language: str) -> Search:
    """Return the search of a language of the vocabulary."""
    return Search(language)
