"""Two rankings made one: each place counts by one over its rank (reciprocal rank fusion)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from services.matching.engine.encoders import Encoder, cosines
from services.matching.engine.records import Listing

_SOFTENS = 20
"""Added to every rank, so that a first place is not everything."""


def fused(
    ranked: Mapping[str, Sequence[str]], needs: Sequence[Listing], offers: Sequence[Listing], made: Encoder
) -> dict[str, list[str]]:
    """Return the engine's ranking of all offers for each need, made one with that of an encoder."""
    alike = cosines(made, [need.words for need in needs], [offer.words for offer in offers])
    names = [offer.id for offer in offers]
    found = {}
    for need, row in zip(needs, alike, strict=True):
        points = dict.fromkeys(names, 0.0)
        for one in ([names[n] for n in np.argsort(-row, kind="stable")], ranked[need.id]):
            for place, name in enumerate(one):
                points[name] += 1 / (_SOFTENS + place)
        found[need.id] = sorted(names, key=lambda name: (-points[name], name))
    return found
