"""Reading a result: the authority is asked anew about exactly the people in it; who may not be shown is left out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast
from uuid import UUID

from services.kernel.work import Work
from services.matching import clients
from services.matching.models import Need, Offer, Plan
from services.matching.plans import repository
from services.matching.plans.domain import STANDING, both_ways
from services.matching.settings import Settings

_PEOPLE_AT_ONCE = 200
Kept = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A result as it may be shown now, and whether anything had to be left out."""

    result: Kept
    withdrawn: bool


async def as_it_may_be_shown(work: Work, plan: Plan) -> Read | None:
    """Return what may be shown of a plan's result, or None where there is none yet. Raises ConsentUnknown."""
    if plan.state != "done" or plan.result is None:
        return None
    result = plan.result
    kept = _KEEP[plan.kind](result, await _present(work, result))
    withdrawn = any(len(kept[name]) < len(result[name]) for name in kept)
    return Read({**result, **kept}, withdrawn)


@dataclass(frozen=True, slots=True)
class _Present:
    """The listings that still stand, who may still be shown, and who is kept from whom by now."""

    rows: Mapping[str, Need | Offer]
    people: frozenset[UUID]
    apart: Mapping[UUID, Collection[UUID]]

    def owner(self, name: str) -> UUID | None:
        """Return whose listing it is, or None where it may not be shown."""
        row = self.rows.get(name)
        if row is None or (row.participant_id is not None and row.participant_id not in self.people):
            return None
        return row.owner

    def pair(self, one: Mapping[str, str]) -> bool:
        """Say whether a need and an offer may still be shown together."""
        need, offer = self.owner(one["need"]), self.owner(one["offer"])
        return need is not None and offer is not None and offer not in self.apart.get(need, ())


async def _present(work: Work, result: Mapping[str, Any]) -> _Present:
    named = list(_named(result))
    rows: dict[UUID, Need | Offer] = {}
    for kind in ("need", "offer"):
        rows |= await repository.by_their_ids(work, kind, {UUID(name) for which, name in named if which == kind})
    standing = {str(name): row for name, row in rows.items() if _stands(row, work)}
    people = {row.participant_id for row in standing.values() if row.participant_id is not None}
    people |= {UUID(name) for which, name in named if which == "staff"}
    said: dict[UUID, clients.Verdict] = {}
    within = cast(Settings, work.kernel.settings).consent_timeout
    for part in repository.parts(sorted(people), _PEOPLE_AT_ONCE):
        said |= await clients.verdicts(work, part, organisation=work.organisation, within=within)
    blocks = [(one, other) for one, verdict in said.items() for other in verdict.blocks]
    apart = both_ways([*await repository.barred(work), *blocks])
    return _Present(standing, frozenset(one for one, v in said.items() if v.allowed and v.ask), apart)


def _stands(row: Need | Offer, work: Work) -> bool:
    hidden = row.visibility == "private" and row.held_by != work.organisation
    return row.state in STANDING and row.deleted_at is None and not hidden


def _named(result: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield every need, offer and member of staff that a result names."""
    steps = [step for ring in result.get("rings", ()) for step in ring["steps"]]
    for one in (*result.get("pairs", ()), *steps):
        yield from (("need", one["need"]), ("offer", one["offer"]))
    yield from (("need", one["need"]) for one in result.get("unserved", ()))
    yield from (("need", name) for name in result.get("below", ()))
    for lab in result.get("labs", ()):
        for which, names in (("need", lab["needs"]), ("offer", lab["offers"]), ("staff", lab["staff"])):
            yield from ((which, name) for name in names)


def _allocation(result: Mapping[str, Any], present: _Present) -> Kept:
    return {
        "pairs": [one for one in result["pairs"] if present.pair(one)],
        "unserved": [one for one in result["unserved"] if present.owner(one["need"]) is not None],
        "below": [name for name in result["below"] if present.owner(name) is not None],
    }


def _rings(result: Mapping[str, Any], present: _Present) -> Kept:
    return {"rings": [ring for ring in result["rings"] if all(map(present.pair, ring["steps"]))]}


def _labs(result: Mapping[str, Any], present: _Present) -> Kept:
    shown = (_lab(lab, present) for lab in result["labs"])
    return {"labs": [lab for lab in shown if lab is not None]}


def _lab(lab: Kept, present: _Present) -> Kept | None:
    """Return a lab with the listings that still stand, or None when somebody in it may not meet the others now."""
    needs, offers = (_standing(lab[name], present) for name in ("needs", "offers"))
    staff = {UUID(one) for one in lab["staff"]}
    members = {owner for name in (*needs, *offers) if (owner := present.owner(name)) is not None} | staff
    if len(members) < lab["participants"] or not staff <= present.people:
        return None
    if any(other in present.apart.get(one, ()) for one, other in combinations(members, 2)):
        return None
    return {**lab, "needs": needs, "offers": offers}


def _standing(names: Sequence[str], present: _Present) -> list[str]:
    return [name for name in names if present.owner(name) is not None]


_KEEP = {"allocation": _allocation, "rings": _rings, "labs": _labs}
