"""The inner loops over spellings: which terms look alike, and how long a listing's vector of n-grams is."""

import numpy as np

from services.matching.engine.compiling import Array, compiled


@compiled
def turn(starts: Array, short: Array, grams: Array, features: int) -> tuple[Array, Array]:
    """Return, for each longer n-gram, which terms have it: where each begins, and the terms.

    The first `short` n-grams of a term are left out.
    """
    begins = np.zeros(features + 1, dtype=np.int64)
    for term in range(len(starts) - 1):
        for i in range(starts[term] + short[term], starts[term + 1]):
            begins[grams[i] + 1] += 1
    begins = np.cumsum(begins)
    terms = np.empty(begins[-1], dtype=np.int32)
    at = begins.copy()
    for term in range(len(starts) - 1):
        for i in range(starts[term] + short[term], starts[term + 1]):
            terms[at[grams[i]]] = term
            at[grams[i]] += 1
    return begins, terms


@compiled
def terms_like(
    asked: Array, numbers: Array, begins: Array, turned: Array, turned_to: int, starts: Array, grams: Array,
    lengths: Array, first: int, last: int, least: float,
) -> tuple[Array, Array]:  # fmt: skip
    """Return the terms from `first` to `last` whose product with `asked` exceeds `least` times their length, and it.

    Terms that are turned round are only looked at when they share one of `numbers`, the longer n-grams asked for.
    """
    met = np.zeros(turned_to, dtype=np.bool_)
    found, values = [np.int32(0)][:0], [np.float32(0)][:0]
    for number in numbers:
        for i in range(begins[number], begins[number + 1]):
            term = turned[i]
            if met[term] or term < first:
                continue
            met[term] = True
            total = _product(asked, starts, grams, term)
            if total > least * lengths[term]:
                found.append(np.int32(term))
                values.append(np.float32(total))
    for term in range(max(first, turned_to), last):
        total = _product(asked, starts, grams, term)
        if total > least * lengths[term]:
            found.append(np.int32(term))
            values.append(np.float32(total))
    return np.array(found, dtype=np.int32), np.array(values, dtype=np.float32)


@compiled
def _product(asked: Array, starts: Array, grams: Array, term: int) -> float:
    total = np.float32(0)
    for i in range(starts[term], starts[term + 1]):
        total += asked[grams[i]]
    return total


@compiled
def term_lengths(rarity: Array, starts: Array, grams: Array, first: int, last: int) -> Array:
    """Return the Euclidean length of each term's n-gram vector."""
    out = np.zeros(last - first, dtype=np.float32)
    for term in range(first, last):
        total = 0.0
        for i in range(starts[term], starts[term + 1]):
            total += rarity[grams[i]] ** 2
        out[term - first] = np.sqrt(total)
    return out


@compiled
def count_listings_with(
    starts: Array, terms: Array, alive: Array, term_starts: Array, grams: Array, features: int
) -> Array:
    """Return in how many living listings each n-gram occurs."""
    seen = np.zeros(features, dtype=np.int32)
    last_in = np.full(features, -1, dtype=np.int32)
    for slot in range(len(starts) - 1):
        if not alive[slot]:
            continue
        for i in range(starts[slot], starts[slot + 1]):
            for j in range(term_starts[terms[i]], term_starts[terms[i] + 1]):
                gram = grams[j]
                if last_in[gram] != slot:
                    last_in[gram] = slot
                    seen[gram] += 1
    return seen


@compiled
def listing_lengths(
    starts: Array, terms: Array, term_starts: Array, grams: Array, rarity: Array, first: int, out: Array
) -> None:
    """Write into `out` the Euclidean length of each listing's n-gram vector, from listing `first` on."""
    counts = np.zeros(len(rarity), dtype=np.int32)
    for slot in range(first, len(starts) - 1):
        for i in range(starts[slot], starts[slot + 1]):
            for j in range(term_starts[terms[i]], term_starts[terms[i] + 1]):
                counts[grams[j]] += 1
        total = 0.0
        for i in range(starts[slot], starts[slot + 1]):
            for j in range(term_starts[terms[i]], term_starts[terms[i] + 1]):
                gram = grams[j]
                total += (counts[gram] * rarity[gram]) ** 2
                counts[gram] = 0
        out[slot] = np.sqrt(total) if total > 0 else 1.0
