"""How alike two texts are: tf-idf over character n-grams within words (2 to 5), compared by cosine.

N-grams are hashed, and how common each is is counted as listings come and go. So an answer depends on the present
listings alone, not on the order in which they came: every replica gives the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_FEATURES = 2**18
_LONGEST = 1_000


class TextIndex:
    """The texts of all listings, ready to be compared with one."""

    def __init__(self) -> None:
        self._rows: dict[str, csr_matrix] = {}
        self._seen_in: NDArray[np.int64] = np.zeros(_FEATURES, dtype=np.int64)
        self._weighted: tuple[dict[str, int], csr_matrix] | None = None

    def add(self, texts: Sequence[tuple[str, str]]) -> None:
        """Add (id, text) pairs; an id that is there already is replaced."""
        if not texts:
            return
        for name, _ in texts:
            self.remove(name)
        counts = _count([text for _, text in texts])
        for number, (name, _) in enumerate(texts):
            row = counts[number]
            self._rows[name] = row
            self._seen_in[row.indices] += 1
        self._weighted = None

    def remove(self, name: str) -> None:
        """Forget a text, if it is there."""
        row = self._rows.pop(name, None)
        if row is not None:
            self._seen_in[row.indices] -= 1
            self._weighted = None

    def similarities(self, text: str, names: Sequence[str]) -> list[float]:
        """Return the cosine between `text` and each named text, 0 to 1."""
        if not names:
            return []
        places, weighted = self._weigh_all()
        asked = _weigh(_count([text]), self._rarity())
        chosen = weighted[[places[name] for name in names]]
        cosines = np.asarray((chosen @ asked.T).todense()).ravel()
        return [float(value) for value in np.clip(cosines, 0.0, 1.0)]

    def _weigh_all(self) -> tuple[dict[str, int], csr_matrix]:
        if self._weighted is None:
            from scipy.sparse import vstack

            names = sorted(self._rows)
            stacked = vstack([self._rows[name] for name in names], format="csr")
            self._weighted = ({name: n for n, name in enumerate(names)}, _weigh(stacked, self._rarity()))
        return self._weighted

    def _rarity(self) -> NDArray[np.float64]:
        rarity: NDArray[np.float64] = np.log((1 + len(self._rows)) / (1 + self._seen_in)) + 1
        return rarity


def _weigh(counts: csr_matrix, rarity: NDArray[np.float64]) -> csr_matrix:
    weighted = counts.copy()
    weighted.data = weighted.data * rarity[weighted.indices]
    lengths = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted.data /= np.repeat(np.where(lengths > 0, lengths, 1.0), np.diff(weighted.indptr))
    return weighted


def _count(texts: Sequence[str]) -> csr_matrix:
    return _counter().transform([text[:_LONGEST] for text in texts]).tocsr()


@lru_cache(maxsize=1)
def _counter() -> Any:
    # Imported here because it takes a second, which only a process that compares texts should spend.
    from sklearn.feature_extraction.text import HashingVectorizer

    return HashingVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), n_features=_FEATURES, alternate_sign=False, norm=None
    )
