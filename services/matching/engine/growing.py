"""An array that grows at its end without being copied each time."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


class Growing(Generic[Scalar]):
    """Rows of one type, `width` values each (0: plain values); `all` is a view of those that are there."""

    def __init__(self, kind: type[Scalar] | np.dtype[Any], first: Sequence[Any] = (), *, width: int = 0) -> None:
        self._room: NDArray[Scalar] = np.zeros((1024, width) if width else 1024, dtype=kind)
        self._used = 0
        if len(first):
            self.extend(np.asarray(first, dtype=kind))

    def __len__(self) -> int:
        return self._used

    @property
    def all(self) -> NDArray[Scalar]:
        """Return the rows; writing into them changes them here."""
        return self._room[: self._used]

    @property
    def nbytes(self) -> int:
        """Return the bytes it occupies."""
        return self._room.nbytes

    def append(self, value: Any) -> None:
        """Add one row."""
        self._reserve(1)
        self._room[self._used] = value
        self._used += 1

    def extend(self, values: NDArray[Any]) -> None:
        """Add rows."""
        self._reserve(len(values))
        self._room[self._used : self._used + len(values)] = values
        self._used += len(values)

    def shorten(self, length: int) -> None:
        """Keep the first `length` rows."""
        self._used = length

    def _reserve(self, more: int) -> None:
        needed = self._used + more
        if needed > len(self._room):
            room = np.zeros((max(needed, 2 * len(self._room)), *self._room.shape[1:]), dtype=self._room.dtype)
            room[: self._used] = self._room[: self._used]
            self._room = room
