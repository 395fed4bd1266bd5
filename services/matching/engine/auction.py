"""An auction of places, compiled: for communities too large for an exact solver.

Every need that still wants something bids for the offer from which it gains most, so much that it would gain as much
from its second best, and a little more. An offer keeps its highest bids, one for each place; whoever is outbid bids
again. Prices of offers with places left stay zero, so what is lost against the optimum is at most the little more,
once for each place given. See D. Bertsekas, "The auction algorithm", Annals of Operations Research 14 (1988).
"""

from __future__ import annotations

import numpy as np

from services.matching.engine.compiling import Array, compiled

NOBODY = -1


@compiled
def hold(starts: Array, offers: Array, scores: Array, wants: Array, places: Array, step: float) -> tuple[Array, Array]:
    """Return which possible pairs are taken (their positions) and each offer's price at the end.

    Pairs lie need by need from `starts[n]` to `starts[n + 1]`; `step` is the least by which a bid must rise.
    """
    begins = np.zeros(len(places) + 1, dtype=np.int64)
    begins[1:] = np.cumsum(places)
    bids = np.zeros(begins[-1])
    held = np.full(begins[-1], NOBODY, dtype=np.int64)
    used = np.zeros(len(places), dtype=np.int64)
    prices = np.zeros(len(places))
    taken = np.zeros(len(offers), dtype=np.bool_)
    needs = np.searchsorted(starts, np.arange(len(offers)), side="right") - 1
    waiting = [np.int64(0)][:0]
    for need in range(len(wants)):
        for _ in range(min(wants[need], starts[need + 1] - starts[need])):
            waiting.append(np.int64(need))
    while len(waiting):
        need = waiting.pop()
        best, first, second = _best(starts, offers, scores, taken, prices, places, need)
        if first <= 0:
            continue
        offer = offers[best]
        bid = prices[offer] + first - max(second, 0.0) + step
        taken[best] = True
        outbid = _place(bids, held, begins, used, prices, places, offer, bid, best)
        if outbid != NOBODY:
            taken[outbid] = False
            waiting.append(needs[outbid])
    return np.flatnonzero(taken), prices


@compiled
def _best(
    starts: Array, offers: Array, scores: Array, taken: Array, prices: Array, places: Array, need: int
) -> tuple[int, float, float]:
    """Return the pair from which a need gains most of those it does not hold, that gain, and the second best."""
    best, first, second = NOBODY, -1.0, -1.0
    for pair in range(starts[need], starts[need + 1]):
        offer = offers[pair]
        if taken[pair] or places[offer] == 0:
            continue
        gain = scores[pair] - prices[offer]
        if gain > first:
            best, first, second = pair, gain, first
        elif gain > second:
            second = gain
    return best, first, second


@compiled
def _place(
    bids: Array, held: Array, begins: Array, used: Array, prices: Array, places: Array,
    offer: int, bid: float, pair: int,
) -> int:  # fmt: skip
    """Put a bid among those of an offer, lowest on top; return the pair that it drives out, or NOBODY."""
    first, size = begins[offer], used[offer]
    out = NOBODY
    if size < places[offer]:
        at = size
        used[offer] = size + 1
        while at > 0 and bids[first + (at - 1) // 2] > bid:
            above = (at - 1) // 2
            bids[first + at], held[first + at] = bids[first + above], held[first + above]
            at = above
    else:
        out = held[first]
        at = 0
        while True:
            child = 2 * at + 1
            if child >= size:
                break
            if child + 1 < size and bids[first + child + 1] < bids[first + child]:
                child += 1
            if bids[first + child] >= bid:
                break
            bids[first + at], held[first + at] = bids[first + child], held[first + child]
            at = child
    bids[first + at], held[first + at] = bid, pair
    if used[offer] == places[offer]:
        prices[offer] = bids[first]
    return out
