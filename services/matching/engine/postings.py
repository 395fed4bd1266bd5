"""Listings turned round: who has a word, a concept or a category, and who is where on the map; both in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.matching.engine import grid, kernels
from services.matching.engine.grid import Grid
from services.matching.engine.growing import Growing
from services.matching.engine.kernels import Postings

BLOCK = 65_536
CATEGORIES = 256
KEPT_SMALL = 8
"""So many blocks that are not full may stand at the end before they become one."""


class Posted:
    """The postings of one side, block by block."""

    def __init__(self, *, concepts: int, loudest: float) -> None:
        self._concepts = concepts
        self._firsts: list[int] = [0]
        self._words: list[int] = []
        self._offsets: list[tuple[int, int]] = []
        self._begins: Growing[np.int64] = Growing(np.int64)
        self._who: Growing[np.uint16] = Growing(np.uint16)
        self._much: Growing[np.uint8] = Growing(np.uint8)
        self._arrays: Postings | None = None
        self.loudest = loudest

    @property
    def complete_to(self) -> int:
        """Return the first slot that has no postings yet."""
        return self._firsts[-1]

    @property
    def nbytes(self) -> int:
        """Return the bytes it occupies."""
        return self._begins.nbytes + self._who.nbytes + self._much.nbytes

    @property
    def arrays(self) -> Postings:
        """Return all of it, ready to be searched."""
        if self._arrays is None:
            self._arrays = self._gathered()
        return self._arrays

    def _gathered(self) -> Postings:
        return Postings(
            np.array(self._firsts, dtype=np.int64), np.array(self._words, dtype=np.int64),
            np.array(self._offsets, dtype=np.int64).reshape(-1, 2), self._begins.all, self._who.all, self._much.all,
        )  # fmt: skip

    def reopen(self) -> int:
        """Take small blocks at the end away where there are many; return where the next block begins."""
        small = 0
        while small < len(self._words) and self._firsts[-1 - small] - self._firsts[-2 - small] < BLOCK:
            small += 1
        if small >= KEPT_SMALL:
            self._take_away(small)
        return self.complete_to

    def _take_away(self, blocks: int) -> None:
        self._arrays = None
        begins, who = self._offsets[-blocks]
        self._begins.shorten(begins)
        self._who.shorten(who)
        self._much.shorten(who)
        del self._firsts[-blocks:], self._words[-blocks:], self._offsets[-blocks:]

    def add(self, starts: NDArray[Any], terms: NDArray[Any], columns: NDArray[Any], last: int, *, words: int) -> None:
        """Add one block: the listings from `complete_to` to `last`, which know `words` words."""
        self._arrays = None
        made = kernels.post(starts, terms, columns, self.complete_to, last, words, self._concepts, self.loudest)
        self._offsets.append((len(self._begins), len(self._who)))
        begins, who, much = made
        self._begins.extend(begins)
        self._who.extend(who)
        self._much.extend(much)
        self._firsts.append(last)
        self._words.append(words)


class Map:
    """Where the listings of one side are: blocks, each sorted by how far its people go, by latitude and longitude."""

    def __init__(self) -> None:
        self._firsts: list[int] = [0]
        self._keys: Growing[np.float64] = Growing(np.float64)
        self._slots: Growing[np.int64] = Growing(np.int64)
        self._arrays: Grid | None = None

    @property
    def nbytes(self) -> int:
        """Return the bytes it occupies."""
        return self._keys.nbytes + self._slots.nbytes

    @property
    def arrays(self) -> Grid:
        """Return all of it, ready to be searched."""
        if self._arrays is None:
            self._arrays = self._gathered()
        return self._arrays

    def _gathered(self) -> Grid:
        return Grid(np.array(self._firsts, dtype=np.int64), self._keys.all, self._slots.all)

    def reopen(self, first: int) -> None:
        """Forget the blocks that begin at slot `first` or later."""
        self._arrays = None
        while len(self._firsts) > 1 and self._firsts[-1] > first:
            self._firsts.pop()
        self._keys.shorten(self._firsts[-1])
        self._slots.shorten(self._firsts[-1])

    def add(self, columns: NDArray[Any], last: int) -> None:
        """Add one block: the listings up to `last`."""
        self._arrays = None
        first = self._firsts[-1]
        keys = grid.grid_keys(columns, first, last)
        order = np.argsort(keys, kind="stable")
        self._keys.extend(keys[order])
        self._slots.extend(order + first)
        self._firsts.append(last)
