"""The peers: the same question, top 20 of all texts, each asked in the form natural to it.

A peer that is not installed is left out and reported as missing; extra `bench` in pyproject.toml names them all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOP = 20
Answer = Callable[[str], Any]


class Naive:
    """scikit-learn as one would write it: word tf-idf, every text times the question, argpartition."""

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.words = TfidfVectorizer(dtype=np.float32)
        self.matrix = self.words.fit_transform(texts)

    def __call__(self, text: str) -> NDArray[Any]:
        scores = (self.matrix @ self.words.transform([text]).T).toarray().ravel()
        best = np.argpartition(-scores, TOP)[:TOP]
        return best[np.argsort(-scores[best])]


def naive(texts: Sequence[str]) -> Naive:
    """Return the naive peer."""
    return Naive(texts)


def sparse_dot_topn(known: Naive) -> Answer:
    """Return top-n sparse multiplication over the naive peer's tf-idf."""
    from sparse_dot_topn import sp_matmul_topn

    turned = known.matrix.T.tocsr()
    return lambda text: sp_matmul_topn(known.words.transform([text]), turned, top_n=TOP, threshold=0.0)


def bm25(texts: Sequence[str]) -> Answer:
    """Return BM25 by bm25s, compiled by numba."""
    import bm25s

    index = bm25s.BM25(backend="numba")
    index.index(bm25s.tokenize(list(texts), stopwords=None, show_progress=False), show_progress=False)

    def answer(text: str) -> Any:
        asked = bm25s.tokenize(text, stopwords=None, show_progress=False, return_ids=False)
        return index.retrieve(asked, k=TOP, show_progress=False, n_threads=0)

    return answer


def tantivy(texts: Sequence[str]) -> Answer:
    """Return tantivy on disk, one segment; words are joined by OR, as in the others."""
    import tantivy as engine

    schema = engine.SchemaBuilder().add_unsigned_field("id", stored=True).add_text_field("text").build()
    index = engine.Index(schema, path=tempfile.mkdtemp(prefix="cando-bench-"))
    writer = index.writer(heap_size=512_000_000, num_threads=1)
    for number, text in enumerate(texts):
        writer.add_document(engine.Document(id=number, text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def answer(text: str) -> Any:
        query, _ = index.parse_query_lenient(text, ["text"])
        return searcher.search(query, TOP, count=False).hits

    return answer


def missing(*modules: str) -> list[str]:
    """Return which of these packages are not installed."""
    return [module for module in modules if find_spec(module) is None]
