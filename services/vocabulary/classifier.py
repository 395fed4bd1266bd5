"""From words to concepts: a linear classifier over parts of words, trained by `python -m services.vocabulary.train`.

Each word has a vector over all concepts; a text is the sum of its words, and nothing else. So a word's vector is
worked out once, however many texts it stands in. Scores of different texts can be compared: they are divided by the
length of the text, and `train` has found out how sure one may be at which score.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.vocabulary.concepts import FOLDER
from services.vocabulary.normal import skeleton

FEATURES = 2**20
Vector = NDArray[np.float32]


class Model(NamedTuple):
    """What training has found; see `train` for how.

    For each feature, `starts` says where its row begins in `concepts` and `weights`; `rarity` weighs the feature;
    `sharpness` turns scores into logarithms of likelihoods; `nothing` is that of a text about nothing known.
    """

    concepts: tuple[str, ...]
    starts: NDArray[np.int32]
    columns: NDArray[np.int16]
    weights: Vector
    rarity: Vector
    sharpness: float
    nothing: float
    trained_on: str


def features(word: str) -> list[int]:
    """Return the numbers of a word's features: its parts of 2 to 5 letters, itself, and its consonants in Ge'ez."""
    padded = f" {word} "
    parts = [padded[i : i + size] for size in range(2, 6) for i in range(len(padded) - size + 1)]
    bones = f"<{skeleton(word)}>"
    if len(bones) > 2:
        parts += ["§" + bones[i : i + size] for size in range(2, 5) for i in range(len(bones) - size + 1)]
    parts += [f"={word}"]
    return [zlib.crc32(part.encode()) % FEATURES for part in parts]


@cache
def model() -> Model:
    """Return the trained model. Raises FileNotFoundError when it has not been trained."""
    with FOLDER.joinpath("model.npz").open("rb") as file, np.load(file) as kept:
        return Model(
            tuple(kept["concepts"].tolist()), kept["starts"], kept["columns"],
            kept["weights"].astype(np.float32) * kept["unit"], kept["rarity"].astype(np.float32),
            float(kept["sharpness"]), float(kept["nothing"]), str(kept["trained_on"]),
        )  # fmt: skip


@lru_cache(maxsize=30_000)
def word_vector(word: str) -> tuple[Vector, float]:
    """Return how much a plain word speaks for each concept, and its squared length."""
    known = model()
    numbers = np.array(features(word))
    weighed = known.rarity[numbers]
    first, sizes = known.starts[numbers], known.starts[numbers + 1] - known.starts[numbers]
    places = np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    said = np.repeat(weighed, sizes) * known.weights[places]
    vector = np.bincount(known.columns[places], said, len(known.concepts)).astype(np.float32)
    return vector, float(weighed @ weighed)


def scores(told: Sequence[Sequence[str]]) -> Vector:
    """Return how much each text, given as plain words, speaks for each concept: an array of texts by concepts."""
    known = {word: number for number, word in enumerate(sorted({word for said in told for word in said}))}
    if not known:
        return np.zeros((len(told), len(model().concepts)), dtype=np.float32)
    vectors, squares = zip(*map(word_vector, known), strict=True)
    lengths = np.array(squares, dtype=np.float32)
    numbers = np.array([known[word] for said in told for word in said], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum([len(said) for said in told])])
    counts = csr_matrix((np.ones(len(numbers), dtype=np.float32), numbers, starts), shape=(len(told), len(known)))
    totals: Vector = counts @ np.array(vectors) / np.sqrt(np.maximum(counts @ lengths, 1))[:, None]
    return totals
