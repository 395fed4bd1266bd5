"""The rules of plans: who may have them, how much one may ask about, and why a need stays unserved.

A plan goes queued → running → done or failed. It keeps ids and numbers, never a text.
"""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from services.kernel.problems import Conflict, Forbidden

Kind = Literal["allocation", "rings", "labs"]
State = Literal["queued", "running", "done", "failed"]
Why = Literal["gates", "weak", "nobody", "places"]
COLLECTIONS: Mapping[Kind, str] = {"allocation": "allocations", "rings": "rings", "labs": "labs"}
TASK = "work_out_plan"
MOST_AT_ONCE = 5
MOST_NEEDS = 5_000
MOST_LISTINGS = 20_000
MOST_TRIES = 5
STANDING = {"open", "met", "used_up"}
"""States in which a listing may still be named in a plan: what the plan itself led to does not take it out."""


class OrganisationsOnly(Forbidden):
    slug = "organisations-only"
    title = "A person's own token cannot do this"


class TooManyPlans(Conflict):
    slug = "too-many-plans"
    title = "So many plans of yours are being worked out already"


class TooMuch(ValueError):
    """A plan was asked about more than can be weighed at once."""


def why_unserved(*, found: bool, weak: bool, refused: bool) -> Why:
    """Say why a need got nothing: others had the places, nobody scored enough, a gate stood there, or nobody is."""
    if found:
        return "places"
    if weak:
        return "weak"
    return "gates" if refused else "nobody"


def why_empty(reasons: Iterable[Why]) -> Why | None:
    """Return the reason that most needs share, or None where there were no needs."""
    counts: dict[Why, int] = {}
    for one in reasons:
        counts[one] = counts.get(one, 0) + 1
    return max(counts, key=lambda one: (counts[one], one), default=None)


def both_ways(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    """Return for each who is kept from whom, when each pair is kept from each other."""
    kept: dict[UUID, set[UUID]] = {}
    for one, other in pairs:
        kept.setdefault(one, set()).add(other)
        kept.setdefault(other, set()).add(one)
    return kept
