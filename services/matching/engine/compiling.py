"""How the inner loops are compiled. Decision 0009 says why there is a compiler."""

from typing import Any

import numba
from numpy.typing import NDArray

Array = NDArray[Any]
compiled = numba.njit(
    cache=True, nogil=True, error_model="numpy",
    fastmath={"reassoc", "contract", "arcp", "nsz"},  # not "nnan": a missing place is not a number
)  # fmt: skip
