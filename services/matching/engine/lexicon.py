"""The words that listings use, and how alike two words are: tf-idf over character n-grams within words (2 to 5).

The cosine of two texts over such n-grams is a sum over pairs of their words, because no n-gram crosses a space. So
words, not n-grams, are what is indexed, and spelling or inflection still makes no wall between them.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.engine import spelling
from services.matching.engine.growing import Growing

FEATURES = 2**18
_SHORTEST, _LONGEST = 2, 5
_LONG_WORD = 6
_REMEMBERED = 20_000
_FEW = 2_000
"""So many new words may be looked at one by one before all are turned round anew."""
ALIKE = 0.2
"""Two words with a lower cosine have nothing in common but chance."""


class Like(NamedTuple):
    """Known words like one asked for: their numbers, and the weight that each adds where it stands in a text."""

    terms: NDArray[np.int32]
    weights: NDArray[np.float32]
    complete_to: int


class Lexicon:
    """Numbers words and knows the n-grams of each."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.grams: Growing[np.int32] = Growing(np.int32)
        self.starts: Growing[np.int64] = Growing(np.int64, [0])
        self._short: Growing[np.int16] = Growing(np.int16)
        self._turned = spelling.turn(self.starts.all, self._short.all, self.grams.all, FEATURES)
        self._turned_to = 0
        self.rarity = np.ones(FEATURES, dtype=np.float32)
        self._lengths = np.zeros(0, dtype=np.float32)
        self._asked = np.zeros(FEATURES, dtype=np.float32)
        self._like: OrderedDict[str, Like] = OrderedDict()

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def nbytes(self) -> int:
        """Return the bytes of its arrays."""
        return self.grams.nbytes + self.starts.nbytes + self.rarity.nbytes + self._lengths.nbytes

    def number(self, word: str) -> int:
        """Return the number of a word, a new one if it has none yet."""
        found = self._numbers.get(word)
        if found is None:
            found = self._numbers[word] = len(self._numbers)
            self.grams.extend(grams(word))
            self._short.append(_short(word))
            self.starts.append(len(self.grams))
        return found

    def weigh(self, rarity: NDArray[np.float32]) -> None:
        """Take new weights of n-grams, one for each."""
        self.rarity = rarity
        self._lengths = np.zeros(0, dtype=np.float32)
        self._like.clear()

    def length(self, words: list[str]) -> float:
        """Return the Euclidean length of a text's n-gram vector."""
        numbers, counts = np.unique(np.concatenate([grams(word) for word in words]), return_counts=True)
        return float(np.linalg.norm(counts * self.rarity[numbers]))

    def like(self, word: str) -> Like:
        """Return the known words whose n-grams are like those of `word`, the same word included."""
        known = self._like.get(word)
        if known is None:
            known = Like(np.zeros(0, np.int32), np.zeros(0, np.float32), 0)
        if known.complete_to < len(self):
            known = self._look(word, known)
        self._like[word] = known
        self._like.move_to_end(word)
        if len(self._like) > _REMEMBERED:
            self._like.popitem(last=False)
        return known

    def _look(self, word: str, known: Like) -> Like:
        if len(self) - self._turned_to > max(_FEW, len(self) // 8):
            self._turned = spelling.turn(self.starts.all, self._short.all, self.grams.all, FEATURES)
            self._turned_to = len(self)
        numbers = grams(word)
        asked = self._asked
        np.add.at(asked, numbers, self.rarity[numbers] ** 2)
        length = float(np.sqrt(asked[numbers].sum()))
        near, dots = spelling.terms_like(
            asked, np.unique(numbers[_short(word) :]), *self._turned, self._turned_to, self.starts.all, self.grams.all,
            self._term_lengths(), known.complete_to, len(self), ALIKE * length,
        )  # fmt: skip
        asked[numbers] = 0
        return Like(np.concatenate([known.terms, near]), np.concatenate([known.weights, dots]), len(self))

    def _term_lengths(self) -> NDArray[np.float32]:
        missing = len(self._lengths)
        if missing < len(self):
            more = spelling.term_lengths(self.rarity, self.starts.all, self.grams.all, missing, len(self))
            self._lengths = np.concatenate([self._lengths, more])
        return self._lengths


@lru_cache(maxsize=20_000)
def grams(word: str) -> NDArray[np.int32]:
    """Return the hashed n-grams of one word, its edges marked by spaces; one that occurs twice is there twice."""
    padded = f" {word} "
    found: list[str] = []
    for size in range(_SHORTEST, _LONGEST + 1):
        found.extend(padded[i : i + size] for i in range(max(1, len(padded) - size + 1)))
        if size >= len(padded):
            break
    return np.array([zlib.crc32(one.encode()) % FEATURES for one in found], dtype=np.int32)


def _short(word: str) -> int:
    """Return how many of a word's first n-grams are too common to find others by: of two letters, or three."""
    size = len(word) + 2
    return size - 1 + (size - 2 if len(word) >= _LONG_WORD else 0)
