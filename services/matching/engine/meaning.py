"""What texts are about, as the vocabulary understands them: concepts with how certain each is, in any language.

Two texts are about the same thing as far as the directions of their concept vectors agree. So a need in one language
meets an offer in another without a translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.engine.kernels import CONCEPTS
from services.vocabulary.linking import Linker, everybodys

SOFTENED = 3.0
"""How much wider than its certainty a text's meaning is spread for comparing."""


class Meant(NamedTuple):
    """For each text its foremost concepts, by number, and how certain each is, in 255ths of a unit vector."""

    concepts: NDArray[np.uint16]
    certainty: NDArray[np.uint8]


class Meaning:
    """Reads texts with one community's vocabulary: everybody's concepts and its own terms."""

    def __init__(self, linker: Linker | None = None) -> None:
        self._linker = linker or everybodys()
        self.names = self._linker.concepts
        self._akin = self._linker.akin()

    def __len__(self) -> int:
        return len(self.names)

    def of(self, texts: Sequence[tuple[str, str | None]]) -> Meant:
        """Return the foremost concepts of each (text, language), most certain first."""
        likely = self._linker.profiles(texts, softened=SOFTENED)
        order = np.argsort(-likely, axis=1, kind="stable")[:, :CONCEPTS]
        top = np.take_along_axis(likely, order, axis=1)
        length = np.linalg.norm(top, axis=1, keepdims=True)
        certainty = np.where(length > 0, top / np.where(length > 0, length, 1), 0)
        return Meant(order.astype(np.uint16), np.round(certainty * 255).astype(np.uint8))

    def spread(self, text: str, language: str | None) -> NDArray[np.float32]:
        """Return the direction of a text over all concepts, with those akin to what it says."""
        meant = self.of([(text, language)])
        said = np.zeros(len(self), dtype=np.float32)
        said[meant.concepts[0]] = meant.certainty[0] / np.float32(255)
        wide: NDArray[np.float32] = said + self._akin @ said
        return wide
