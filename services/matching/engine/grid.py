"""Listings by place: sorted by how far their people go, then row by row from south to north."""

from typing import NamedTuple

import numpy as np

from services.matching.engine.compiling import Array, compiled
from services.matching.engine.kernels import SLACK, Asked
from services.matching.engine.places import EARTH_KM

REACHES = np.array([2.0, 5.0, 7.0, 15.0, 30.0, 1e9])
"""Listings are sorted by how far their people go at the most; last come those who go farther."""
ROW = 0.05
"""Degrees of latitude in one row of the grid, about 5.6 km."""
_CLASS, _ROW = 1e7, 1e3
_NOWHERE = len(REACHES) * _CLASS


class Grid(NamedTuple):
    """Listings by place, block by block; the blocks are those of the postings."""

    firsts: Array
    keys: Array
    slots: Array


@compiled
def grid_keys(c: Array, first: int, last: int) -> Array:
    """Return a sorting key for each listing: reach, then row of latitude, then longitude; no place comes last."""
    keys = np.empty(last - first, dtype=np.float64)
    for slot in range(first, last):
        if np.isnan(c[slot].latitude):
            keys[slot - first] = _NOWHERE
            continue
        one = 0
        while c[slot].reach > REACHES[one]:
            one += 1
        row = np.floor((c[slot].latitude + 90) / ROW)
        keys[slot - first] = one * _CLASS + row * _ROW + (c[slot].longitude + 180)
    return keys


@compiled
def near(grid: Grid, q: Asked, most: int) -> tuple[Array, bool]:
    """Return the listings that could be within reach, and all without a place, and whether these are all.

    When there would be `most` or more, none are returned.
    """
    found = np.empty(most, dtype=np.int64)
    size = 0
    for block in range(len(grid.firsts) - 1):
        keys = grid.keys[grid.firsts[block] : grid.firsts[block + 1]]
        slots = grid.slots[grid.firsts[block] : grid.firsts[block + 1]]
        for one in range(len(REACHES)):
            reach = max(REACHES[one], q.reach) * SLACK + 0.1
            if reach > 1000:
                size = _take(keys, slots, one * _CLASS, (one + 1) * _CLASS, found, size)
                continue
            high = np.degrees(reach / EARTH_KM)
            wide = _degrees_wide(q.latitude, reach)
            for row in range(int((q.latitude - high + 90) // ROW), int((q.latitude + high + 90) // ROW) + 1):
                base = one * _CLASS + row * _ROW
                for turn in (-360.0, 0.0, 360.0):
                    west = max(0.0, q.longitude + 180 - wide + turn)
                    east = min(360.0, q.longitude + 180 + wide + turn)
                    if west <= east:
                        size = _take(keys, slots, base + west, base + east, found, size)
            if size == most:
                return found[:0], False
        size = _take(keys, slots, _NOWHERE, _NOWHERE, found, size)
        if size == most:
            return found[:0], False
    return found[:size], True


@compiled
def _degrees_wide(latitude: float, km: float) -> float:
    """Return how many degrees of longitude a circle of so many kilometres spans to each side at most."""
    ratio = np.sin(km / EARTH_KM) / max(1e-9, np.cos(np.radians(latitude)))
    return 360.0 if ratio >= 1 else np.degrees(np.arcsin(ratio))


@compiled
def _take(keys: Array, slots: Array, low: float, high: float, found: Array, size: int) -> int:
    """Append the slots whose keys lie between `low` and `high`, those included, as long as there is room."""
    i = np.searchsorted(keys, low, side="left")
    while i < len(keys) and keys[i] <= high and size < len(found):
        found[size] = slots[i]
        size += 1
        i += 1
    return size
