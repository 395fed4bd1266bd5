"""From what people say to concepts: names found in the text, and the classifier's opinion of the whole of it.

Either alone misses what the other sees: a name hits exactly or with a slip, the classifier understands "the bills are
piling up". Their sum is what counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.vocabulary import LANGUAGES, main_language
from services.vocabulary.classifier import model, scores, word_vector
from services.vocabulary.concepts import concepts
from services.vocabulary.gazetteer import Gazetteer, Hit, Term, everyday
from services.vocabulary.normal import spans, words

_NAMED = 1.5
"""What a name that stands in the text adds to a concept, in the classifier's units before they become likelihoods."""
_SURE = 0.6
"""How likely a text is about a concept whose name, and no other's, stands in it, whatever the classifier says."""
_LEAST = 0.12
_SHORTEST = 2
"""Of fewer letters nobody can say what they are about."""
_MOST = 6
_NARROWER, _BROADER, _RELATED = 0.5, 0.5, 0.25


class Link(NamedTuple):
    """A concept that a text is about: how likely, and which part of the text says so."""

    concept: str
    score: float
    span: tuple[int, int]


class Linker:
    """Reads texts with the everyday vocabulary and the terms that a community has added to it."""

    def __init__(self, terms: Iterable[Term] = (), *, languages: tuple[str, ...] | None = None) -> None:
        own = tuple(terms)
        trained = model().concepts
        self.concepts = trained + tuple(sorted({term.concept for term in own} - set(trained)))
        self._number = {name: number for number, name in enumerate(self.concepts)}
        self._names = Gazetteer((*everyday(languages or tuple(LANGUAGES)), *own))

    def akin(self) -> csr_matrix:
        """Return how much each concept (column) speaks for each other one (row): broader, narrower and related ones."""
        rows, columns, values = [], [], []
        for one in concepts().values():
            links = {other: _RELATED for other in one.related}
            if one.broader in concepts():
                links[one.broader] = _BROADER
            for other, value in links.items():
                narrower = value if other != one.broader else _NARROWER
                rows += [self._number[other], self._number[one.id]]
                columns += [self._number[one.id], self._number[other]]
                values += [value, narrower]
        size = len(self.concepts)
        kin = csr_matrix((values, (rows, columns)), shape=(size, size), dtype=np.float32)
        kin.data = np.minimum(kin.data, _NARROWER)
        return kin

    def link(self, text: str, language: str | None = None) -> list[Link]:
        """Return what a text is about, most likely first, at most six concepts; none when it is about nothing known."""
        told = words(text)
        if sum(map(len, told)) < _SHORTEST:
            return []
        hits = self._names.find(text, language and main_language(language))
        likely = self._likely([told], [hits], softened=1.0)[0]
        for hit in hits:
            alike = sum((one.start, one.end) == (hit.start, hit.end) for one in hits)
            number = self._number[hit.concept]
            likely[number] = 1 - (1 - likely[number]) * (1 - _SURE * hit.score / alike)
        order = np.argsort(-likely, kind="stable")[:_MOST]
        said = {hit.concept: hit for hit in hits}
        return [
            Link(self.concepts[n], round(float(likely[n]), 4), self._span(text, n, said)) for n in order
            if likely[n] >= _LEAST
        ]  # fmt: skip

    def profiles(self, texts: Sequence[tuple[str, str | None]], *, softened: float) -> NDArray[np.float32]:
        """Return how likely each (text, language) is about each concept: an array of texts by concepts."""
        told = [spans(text) for text, _ in texts]
        hits = [
            self._names.exact(said, language and main_language(language))
            for said, (_, language) in zip(told, texts, strict=True)
        ]
        return self._likely([[word for word, _, _ in said] for said in told], hits, softened=softened)

    def _likely(
        self, told: Sequence[Sequence[str]], hits: Sequence[Iterable[Hit]], *, softened: float
    ) -> NDArray[np.float32]:
        known = model()
        values = np.zeros((len(told), len(self.concepts) + 1), dtype=np.float32)
        values[:, : len(known.concepts)] = scores(told) * known.sharpness
        for row, some in zip(values, hits, strict=True):
            strongest = max(known.nothing, float(row[: len(known.concepts)].max()))
            for hit in some:
                number = self._number[hit.concept]
                if number >= len(known.concepts):  # a community's own concept: the classifier has never met it
                    row[number] = strongest
                row[number] += _NAMED * hit.score
        values[:, -1] = known.nothing
        values /= softened
        risen = np.exp(values - values.max(axis=1, keepdims=True))
        likely: NDArray[np.float32] = (risen / risen.sum(axis=1, keepdims=True))[:, :-1]
        return likely

    def _span(self, text: str, number: int, said: dict[str, Hit]) -> tuple[int, int]:
        hit = said.get(self.concepts[number])
        if hit is not None:
            return hit.start, hit.end
        found = spans(text)
        share = [float(word_vector(word)[0][number]) for word, _, _ in found]
        strong = [at for at, value in enumerate(share) if value >= 0.5 * max(share)]
        return found[strong[0]][1], found[strong[-1]][2]


@cache
def everybodys() -> Linker:
    """Return the linker that knows no community's own terms."""
    return Linker()


def linker_with(terms: Iterable[Term]) -> Linker:
    """Return a linker that knows these terms of a community besides everybody's; making one takes a while."""
    own = tuple(terms)
    return Linker(own) if own else everybodys()


def link(text: str, language: str | None = None) -> list[Link]:
    """Return the concepts that `text` is about, each with a likelihood (0 to 1) and the span that says so.

    `language` (BCP 47) helps but may be wrong or missing. At most six, most likely first; none for a text that is
    about nothing in the vocabulary.
    """
    return everybodys().link(text, language)
