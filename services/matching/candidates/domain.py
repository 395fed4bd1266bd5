"""The rules of showing candidates: who may be shown to whom, and how counts are told without telling on anybody."""

from collections.abc import Iterable, Mapping
from uuid import UUID

SMALLEST_COUNT = 5
A_FEW = "a few"


def coarse(gates: Iterable[str]) -> Mapping[str, int | str]:
    """Count how many each gate held back; fewer than five are told as "a few"."""
    counts: dict[str, int] = {}
    for gate in gates:
        counts[gate] = counts.get(gate, 0) + 1
    return {gate: count if count >= SMALLEST_COUNT else A_FEW for gate, count in sorted(counts.items())}


def may_be_shown(owner: UUID, *, to: UUID, allowed: bool, ask: bool, blocks: frozenset[UUID]) -> bool:
    """Say whether the owner of a candidate may be named to `to`. Nobody is told of it when not."""
    return allowed and ask and to not in blocks and owner != to
