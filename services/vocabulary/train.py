"""Train the classifier from the data files: `python -m services.vocabulary.train` writes `model.npz`.

A feature speaks for a concept by the root of the share that the concept has in all its occurrences, shrunk where it is
rare. So the model is sparse, and adding it up over words is exact. Decision 0010 says what was tried beside it. How
sharp its opinion is, and below which score a text is about nothing known, is found by holding every fifth sentence
back. The same files give the same model, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, diags_array

from services.vocabulary import LANGUAGES
from services.vocabulary.classifier import FEATURES, features
from services.vocabulary.concepts import FOLDER, concepts, texts
from services.vocabulary.normal import words

_SHRINK = 3.0
_SENTENCES = ("need", "offer")
_WEIGHT = {"label": 1.0, "also": 1.0, "misspelt": 0.5, "word": 0.25, "need": 1.0, "offer": 1.0}
_FOLDS = 5
_QUIET = 0.08
"""Features that say less than this part of the loudest are left out; it costs nothing that can be measured."""
_STEPS = 255


class Example(NamedTuple):
    """One text that belongs to a concept; `fold` says in which round it is held back, -1 for never."""

    words: tuple[str, ...]
    concept: int
    weight: float
    fold: int


class Trained(NamedTuple):
    """The weights of features (rows) for concepts (columns), and the rarity of each feature."""

    weights: csr_matrix
    rarity: NDArray[np.float32]


def examples() -> list[Example]:
    """Return all rows of all languages as examples; sentences are dealt into five folds."""
    numbers = {name: number for number, name in enumerate(concepts())}
    found: list[Example] = []
    for language in LANGUAGES:
        for row in texts(language):
            fold = len(found) % _FOLDS if row.kind in _SENTENCES else -1
            found.append(Example(tuple(words(row.text)), numbers[row.concept], _WEIGHT[row.kind], fold))
    return [one for one in found if one.words]


@cache
def _counted(word: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    numbers, counts = np.unique(features(word), return_counts=True)
    return numbers, counts.astype(np.float32)


def fit(some: Sequence[Example], *, size: int) -> Trained:
    """Return what these examples teach about `size` concepts."""
    counts = _count([one.words for one in some])
    seen = np.bincount(counts.tocoo().col, minlength=FEATURES)
    rarity = np.where(seen > 0, np.log((1 + len(some)) / (1 + seen)) + 1, 0).astype(np.float32)
    weighed = weigh([one.words for one in some], rarity)
    owners = csr_matrix(
        ([one.weight for one in some], ([one.concept for one in some], range(len(some)))), shape=(size, len(some))
    )
    together = (owners @ weighed).tocoo()
    everywhere = np.asarray((owners @ weighed).sum(axis=0)).ravel()[together.col]
    share = np.sqrt(together.data / (everywhere + _SHRINK))
    return Trained(csr_matrix((share, (together.col, together.row)), shape=(FEATURES, size)), rarity)


def weigh(said: Sequence[Sequence[str]], rarity: NDArray[np.float32]) -> csr_matrix:
    """Return one row of weighed features for each text, divided by its length as the classifier measures it."""
    weighed = (_count(said) @ diags_array(rarity)).tocsr()
    return csr_matrix(diags_array(1 / np.array([_length(one, rarity) for one in said])) @ weighed)


def _length(said: Sequence[str], rarity: NDArray[np.float32]) -> float:
    squared = sum(float(((counts * rarity[numbers]) ** 2).sum()) for numbers, counts in map(_counted, said))
    return float(max(squared, 1.0) ** 0.5)


def _count(said: Sequence[Sequence[str]]) -> csr_matrix:
    parts = [[_counted(word) for word in one] for one in said]
    sizes = [sum(len(numbers) for numbers, _ in one) for one in parts]
    numbers = np.concatenate([numbers for one in parts for numbers, _ in one])
    counts = np.concatenate([counts for one in parts for _, counts in one])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return csr_matrix((counts, numbers, starts), shape=(len(said), FEATURES))


def calibrate(some: Sequence[Example], *, size: int) -> tuple[float, float]:
    """Return how sharp the classifier's opinion is, and the score of a text that is about nothing known.

    Both come from sentences that training did not see: the sharpness that makes their likelihoods truest, and a score
    that nineteen in twenty of their right concepts exceed.
    """
    held, right = [], []
    for fold in range(_FOLDS):
        known = fit([one for one in some if one.fold != fold], size=size)
        asked = [one for one in some if one.fold == fold]
        held.append((weigh([one.words for one in asked], known.rarity) @ known.weights).toarray())
        right += [one.concept for one in asked]
    scores = np.concatenate(held)
    truth = scores[np.arange(len(right)), right]

    def surprise(sharpness: float) -> float:
        values = scores * sharpness
        most = values.max(axis=1)
        return float(np.mean(most + np.log(np.exp(values - most[:, None]).sum(axis=1)) - truth * sharpness))

    sharpness = float(minimize_scalar(surprise, bounds=(0.1, 200), method="bounded").x)
    return sharpness, float(np.quantile(truth, 0.05)) * sharpness


def digest() -> str:
    """Return what tells whether the data files are those that the model was trained on."""
    names = ["concepts.csv", *(f"languages/{language}.csv" for language in LANGUAGES), "normal.py", "classifier.py"]
    content = [FOLDER.joinpath(name).read_bytes() for name in [*names, "train.py"]]
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def write(path: Path) -> None:
    """Train and write the model to `path`."""
    some, names = examples(), tuple(concepts())
    sharpness, nothing = calibrate(some, size=len(names))
    known = fit(some, size=len(names))
    weights = known.weights
    weights.data[weights.data < _QUIET * weights.data.max()] = 0
    weights.eliminate_zeros()
    unit = np.float32(weights.data.max() / _STEPS)
    kept = {
        "concepts": np.array(names), "starts": weights.indptr.astype(np.int32),
        "columns": weights.indices.astype(np.int16), "weights": np.round(weights.data / unit).astype(np.uint8),
        "unit": unit, "rarity": known.rarity.astype(np.float16), "sharpness": sharpness, "nothing": nothing,
        "trained_on": np.array(digest()),
    }  # fmt: skip
    path.write_bytes(_packed(kept.items()))


def _packed(arrays: Iterable[tuple[str, Any]]) -> bytes:
    """Return an npz file that depends on the arrays alone: no dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, values in arrays:
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(values))
            file.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


if __name__ == "__main__":
    write(Path(__file__).with_name("model.npz"))
