"""The inner loops, compiled by numba: they touch every listing of a community within milliseconds.

Arrays only, no records. A gate here may let through what the exact gate in `gates` refuses, never the reverse: what
comes out is looked at again there. Decision 0009 says why there is a compiler.
"""

from typing import NamedTuple

import numpy as np

from services.matching.engine.compiling import Array, compiled
from services.matching.engine.places import EARTH_KM

SLACK = 1.001
"""Distances are kept in single precision: a listing at the very edge is left to the exact gate."""
UNSTATED = 0.5
"""What a factor is worth where one side says nothing about it."""
INTERPRETED = 0.25
"""What speaking is worth where somebody interprets."""
BY_CHANCE, STEEP = 0.3, 10.0
"""Sentences about different things reach this cosine; beyond it, each hundredth says ten times as much."""
HALFWAY = 0.25
"""With so much evidence, relevance is one half."""
CONCEPTS = 8
"""How many concepts of a listing are kept."""
EVERY_HOUR = 2**57 - 1
"""The first of three numbers that say when somebody has time, where nothing is stated: more than 56 hours have."""
PASSES, REFUSED, NEVER = range(3)
"""What a gate here says: may pass, is certainly refused, or was never to be looked at."""


COLUMNS = np.dtype(
    [
        ("latitude", np.float32), ("longitude", np.float32), ("reach", np.float32), ("owner", np.int32),
        ("alive", np.bool_), ("excluded", np.bool_), ("places", np.bool_), ("interpreter", np.bool_),
        ("means", np.uint8), ("settings", np.uint8), ("category", np.uint8), ("gender", np.uint8),
        ("expires", np.int64), ("languages", np.uint64), ("hours", np.uint64, 3),
        ("concepts", np.uint16, CONCEPTS), ("certainty", np.uint8, CONCEPTS),
        ("length", np.float32), ("given", np.float32), ("shown", np.float32), ("cost", np.int32),
        ("wants_gender", np.uint8), ("grown_up", np.bool_), ("wants_grown_up", np.bool_),
        ("checks", np.uint64), ("wants_checks", np.uint64),
    ],
    align=True,
)  # fmt: skip
"""What is known of a listing, side by side in memory, since whoever asks one thing of it soon asks the next."""


class Postings(NamedTuple):
    """Who has a word, a concept or a category, block by block.

    Block b holds the listings from `firsts[b]` to `firsts[b + 1]` and knows the first `words[b]` words. Its part of
    `begins` starts at `offsets[b, 0]`, with the words first, then concepts, then categories; its part of `who` (the
    listing within the block) and `much` (in 255ths) starts at `offsets[b, 1]`.
    """

    firsts: Array
    words: Array
    offsets: Array
    begins: Array
    who: Array
    much: Array


class Asked(NamedTuple):
    """One listing, asked from: the same facts, and the weights of everything but relevance."""

    now: int
    owner: int
    has_place: bool
    latitude: float
    longitude: float
    reach: float
    means: int
    settings: int
    languages: int
    bridges: int
    hours_0: int
    hours_1: int
    hours_2: int
    cost: int
    is_need: bool
    gender: int
    wants_gender: int
    grown_up: bool
    wants_grown_up: bool
    checks: int
    wants_checks: int
    category: int
    w_relevance: float
    w_category: float
    w_distance: float
    w_language: float
    w_availability: float
    w_fairness: float
    least_text: float
    least_concept: float


@compiled
def post(
    starts: Array, terms: Array, columns: Array, first: int, last: int, words: int, concepts: int, loudest: float
) -> tuple[Array, Array, Array]:
    """Turn the listings from `first` to `last` round: for each word, concept and category, who has it and how much.

    Returns where each begins (words first, then concepts, then categories), who, relative to `first`, and how much,
    in 255ths: of `loudest` (the greatest inverse length) for words, of 1 for concepts and categories.
    """
    begins = np.zeros(words + concepts + 257, dtype=np.int64)
    for slot in range(first, last):
        for i in range(starts[slot], starts[slot + 1]):
            begins[terms[i] + 1] += 1
        for k in range(CONCEPTS):
            if columns[slot].certainty[k] > 0:
                begins[words + columns[slot].concepts[k] + 1] += 1
        begins[words + concepts + columns[slot].category + 1] += 1
    for i in range(1, len(begins)):
        begins[i] += begins[i - 1]
    who = np.empty(begins[-1], dtype=np.uint16)
    much = np.empty(begins[-1], dtype=np.uint8)
    at = begins.copy()
    for slot in range(first, last):
        loud = np.uint8(max(1.0, min(255.0, np.round(255.0 / (columns[slot].length * loudest)))))
        for i in range(starts[slot], starts[slot + 1]):
            who[at[terms[i]]] = slot - first
            much[at[terms[i]]] = loud
            at[terms[i]] += 1
        for k in range(CONCEPTS):
            if columns[slot].certainty[k] > 0:
                one = words + columns[slot].concepts[k]
                who[at[one]] = slot - first
                much[at[one]] = max(1, columns[slot].certainty[k])
                at[one] += 1
        one = words + concepts + columns[slot].category
        who[at[one]] = slot - first
        much[at[one]] = 255
        at[one] += 1
    return begins, who, much


@compiled
def gate(c: Array, q: Asked, slot: int) -> int:
    """Return whether a gate certainly holds a listing back."""
    if not c[slot].alive or c[slot].excluded or c[slot].expires <= q.now or c[slot].owner == q.owner:
        return NEVER
    means = _means(c, q, slot)
    if means == 0 or (not means & 6 and far(c, q, slot) > 1):
        return REFUSED
    if not c[slot].places or not _safe(c, q, slot):
        return REFUSED
    asked, most = (c[slot].cost, q.cost) if q.is_need else (q.cost, c[slot].cost)
    if asked > 0 and most >= 0 and asked > most:
        return REFUSED
    if q.settings and c[slot].settings and not q.settings & c[slot].settings:
        return REFUSED
    theirs = c[slot].languages
    if q.languages and theirs and not q.languages & theirs and not (q.bridges & theirs and c[slot].interpreter):
        return REFUSED
    meet = q.hours_0 & c[slot].hours[0] or q.hours_1 & c[slot].hours[1] or q.hours_2 & c[slot].hours[2]
    return PASSES if meet else REFUSED


@compiled
def _safe(c: Array, q: Asked, slot: int) -> bool:
    """Say whether what one side asks of the other for its safety may be met; when checks run out is not seen here."""
    if q.wants_gender and q.wants_gender != c[slot].gender:
        return False
    if c[slot].wants_gender and c[slot].wants_gender != q.gender:
        return False
    if (q.wants_grown_up and not c[slot].grown_up) or (c[slot].wants_grown_up and not q.grown_up):
        return False
    return not (q.wants_checks & ~c[slot].checks or c[slot].wants_checks & ~q.checks)


@compiled
def _means(c: Array, q: Asked, slot: int) -> int:
    theirs = c[slot].means
    if q.means and theirs:
        return q.means & theirs
    stated = q.means | theirs
    return stated if stated else 1


@compiled
def far(c: Array, q: Asked, slot: int) -> float:
    """Return the distance as a part of what either can travel, or -1 when it is not known."""
    if not q.has_place or np.isnan(c[slot].latitude):
        return -1.0
    reach = max(q.reach, c[slot].reach)
    north = np.radians(c[slot].latitude - q.latitude)
    if abs(north) * EARTH_KM > reach * SLACK + 0.01:
        return 2.0
    east = np.radians(c[slot].longitude - q.longitude)
    h = np.sin(north / 2) ** 2
    h += np.cos(np.radians(q.latitude)) * np.cos(np.radians(c[slot].latitude)) * np.sin(east / 2) ** 2
    km = 2 * EARTH_KM * np.arcsin(min(1.0, np.sqrt(h)))
    return km / (reach * SLACK + 0.01)


@compiled
def fit(c: Array, q: Asked, slot: int) -> float:
    """Return the most that everything but relevance can add to the score of a listing that passed."""
    apart = far(c, q, slot)
    near = UNSTATED if apart < 0 else max(0.0, 1 - apart * (1 - 2e-3))
    if _means(c, q, slot) & 6:
        near = max(near, UNSTATED)
    theirs = c[slot].languages
    speaks = UNSTATED if not (q.languages and theirs) else (1.0 if q.languages & theirs else INTERPRETED)
    seldom = 1 / (1 + c[slot].given) if q.is_need else 1.0
    fair = 0.5 * (seldom + 1 / (1 + c[slot].shown))
    unsaid = c[slot].hours[0] == EVERY_HOUR or q.hours_0 == EVERY_HOUR
    free = UNSTATED if unsaid else 1.0
    return q.w_distance * near + q.w_language * speaks + q.w_availability * free + q.w_fairness * fair


@compiled
def push(values: Array, slots: Array, size: int, value: float, slot: int) -> int:
    """Put one into a heap whose least is on top; a full heap loses its least. Returns how many are in it."""
    if size == len(values):
        if value <= values[0]:
            return size
        _sink(values, slots, size, value, slot)
        return size
    at = size
    while at > 0 and values[(at - 1) // 2] > value:
        values[at], slots[at] = values[(at - 1) // 2], slots[(at - 1) // 2]
        at = (at - 1) // 2
    values[at], slots[at] = value, slot
    return size + 1


@compiled
def _sink(values: Array, slots: Array, size: int, value: float, slot: int) -> None:
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and values[child + 1] < values[child]:
            child += 1
        if values[child] >= value:
            break
        values[at], slots[at] = values[child], slots[child]
        at = child
    values[at], slots[at] = value, slot


@compiled
def text_of(starts: Array, terms: Array, c: Array, like: Array, slot: int) -> float:
    """Return the cosine of a listing's text with the one asked for, whose words' weights are `like`."""
    total = np.float32(0)
    for i in range(starts[slot], starts[slot + 1]):
        total += like[terms[i]]
    return min(1.0, total / c[slot].length)


@compiled
def concepts_of(c: Array, meant: Array, slot: int) -> float:
    """Return the cosine of a listing's concepts with those asked for."""
    total = np.float32(0)
    for k in range(CONCEPTS):
        total += meant[c[slot].concepts[k]] * c[slot].certainty[k]
    return min(1.0, total / 255)


@compiled
def wording(text: float) -> float:
    """Return how much evidence the cosine of two texts is: little while it may be chance, much where wordings agree."""
    return text + STEEP * max(0.0, text - BY_CHANCE)


@compiled
def relevant(text: float, concept: float) -> float:
    """Return how relevant two listings are to each other, 0 to 1, by the cosines of their texts and concepts."""
    evidence = concept + wording(text)
    return evidence / (evidence + HALFWAY)


@compiled
def relevance(starts: Array, terms: Array, c: Array, q: Asked, like: Array, meant: Array, slot: int) -> float:
    """Return the relevance's share of the score, or -1 when the two are not about the same thing at all."""
    text = text_of(starts, terms, c, like, slot)
    concept = concepts_of(c, meant, slot)
    same = q.category != 0 and c[slot].category == q.category
    if not same and text < q.least_text and concept < q.least_concept:
        return -1.0
    return q.w_relevance * relevant(text, concept) + (q.w_category if same else 0.0)


@compiled
def likenesses(some: Array, starts: Array, terms: Array, c: Array, like: Array, meant: Array) -> Array:
    """Return for each listing the cosines of text and concepts, and the concept that most of the latter comes from."""
    out = np.empty((len(some), 3), dtype=np.float64)
    for i in range(len(some)):
        slot = some[i]
        out[i, 0] = text_of(starts, terms, c, like, slot)
        out[i, 1] = concepts_of(c, meant, slot)
        best, most = 0, -1.0
        for k in range(CONCEPTS):
            value = meant[c[slot].concepts[k]] * c[slot].certainty[k]
            if value > most:
                best, most = k, value
        out[i, 2] = c[slot].concepts[best]
    return out


@compiled
def relevances(some: Array, starts: Array, terms: Array, c: Array, q: Asked, like: Array, meant: Array) -> Array:
    """Return the relevance of some listings; -2 for those that are gone or excluded."""
    out = np.empty(len(some), dtype=np.float64)
    for i in range(len(some)):
        there = c[some[i]].alive and not c[some[i]].excluded
        out[i] = relevance(starts, terms, c, q, like, meant, some[i]) if there else -2.0
    return out


@compiled
def look_at(
    some: Array, starts: Array, terms: Array, c: Array, q: Asked, like: Array, meant: Array,
    best: Array, best_slots: Array, held: Array, held_slots: Array,
) -> tuple[int, int]:  # fmt: skip
    """Look at each listing in `some`: the best that pass go into one heap, the most relevant refused into the other.

    Returns how many are in each. Those about something else are among the refused, behind all others.
    """
    passed, refused = 0, 0
    for slot in some:
        verdict = gate(c, q, slot)
        if verdict == NEVER:
            continue
        if verdict != PASSES and len(held) == 0:
            continue
        about = relevance(starts, terms, c, q, like, meant, slot)
        if verdict == PASSES and about >= 0:
            passed = push(best, best_slots, passed, about + fit(c, q, slot), slot)
        elif len(held):
            refused = push(held, held_slots, refused, about, slot)
    return passed, refused


@compiled
def add_up(p: Postings, block: int, kind: int, keys: Array, weights: Array, sums: Array) -> None:
    """Add to `sums` what each posting of one block adds; `kind` 0 is words, 1 all else."""
    known, base, at = p.words[block], p.offsets[block, 0], p.offsets[block, 1]
    for k in range(len(keys)):
        if kind == 0 and keys[k] >= known:
            continue
        key, weight = base + keys[k] + (known if kind else 0), weights[k]
        for i in range(at + p.begins[key], at + p.begins[key + 1]):
            sums[p.who[i]] += weight * p.much[i]


@compiled
def find(
    p: Postings, words: Array, word_weights: Array, others: Array, other_weights: Array,
    c: Array, q: Asked, gated: bool, sums: Array, best: Array, best_slots: Array,
) -> int:  # fmt: skip
    """Go through the postings block by block; put the best that pass into the heap. Returns how many are in it.

    Relevance is approximate here: words count by their listing's length in 255ths, and only words like those asked
    for count. `gated` False asks for the best by relevance alone. `sums` are two rows, for words and for all else.
    """
    passed, least = 0, 0.0
    most = q.w_distance + q.w_language + q.w_availability + q.w_fairness if gated else 0.0
    for block in range(len(p.words)):
        first = p.firsts[block]
        size = p.firsts[block + 1] - first
        sums[:, :size] = 0
        add_up(p, block, 0, words, word_weights, sums[0])
        add_up(p, block, 1, others, other_weights, sums[1])
        for local in range(size):
            evidence = sums[1, local] + wording(sums[0, local])
            if evidence <= least:
                continue
            slot = first + local
            about = q.w_relevance * evidence / (evidence + HALFWAY)
            if q.category and c[slot].category == q.category:
                about += q.w_category
            if not gated:
                if c[slot].alive and not c[slot].excluded:
                    passed = push(best, best_slots, passed, about, slot)
            elif gate(c, q, slot) == PASSES:
                passed = push(best, best_slots, passed, about + fit(c, q, slot), slot)
            if passed == len(best):
                least = _needed(best[0] - q.w_category - most, q.w_relevance)
    return passed


@compiled
def _needed(share: float, most: float) -> float:
    """Return the evidence without which relevance cannot add `share` to a score of which it is `most` at the most."""
    if share <= 0:
        return 0.0
    if share >= most:
        return np.inf
    return HALFWAY * share / (most - share)
