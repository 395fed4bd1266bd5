"""The rules about assets: who may change one, what can be said together, and that no parent is below its child.

Conflict
├── CyclicReference    an organisation would stand above itself
└── StillInUse         something else refers to it
Forbidden
└── HeldByAnother      another organisation holds it
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.kernel.problems import Conflict, Forbidden, Invalid

HOSTS = ("organisation_id", "group_id", "micro_provider_id")
"""Who can stand behind an activity; one at the most does."""


class CyclicReference(Conflict):
    status = 422
    slug = "cyclic-reference"
    title = "An organisation cannot be above itself"


class HeldByAnother(Forbidden):
    slug = "held-by-another"
    title = "Another organisation holds this entry"


class StillInUse(Conflict):
    slug = "still-in-use"
    title = "Something still refers to this"


def goes_round(child: UUID, parents: Mapping[UUID, UUID | None]) -> bool:
    """Say whether the way up from `child` through `parents` comes back to where it was."""
    seen = {child}
    above = parents.get(child)
    while above is not None:
        if above in seen:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def check_no_cycle(child: UUID, parents: Mapping[UUID, UUID | None]) -> None:
    """Raise CyclicReference when an organisation would stand above itself."""
    if goes_round(child, parents):
        raise CyclicReference


def check_together(said: Mapping[str, Any], *, today: date) -> None:
    """Raise Invalid when what is said of one asset, taken together, cannot be so.

    `said` is the whole asset as it would stand; a kind that lacks a field is silent about it.
    """
    check_ages(said.get("minimum_age"), said.get("maximum_age"))
    check_trade(said.get("paid"), said.get("business_model"))
    check_hosts(said)
    if said.get("assured_on") is not None and said["assured_on"] > today:
        raise Invalid.field("/assured_on", "lies in the future")


def check_hosts(said: Mapping[str, Any]) -> None:
    """Raise Invalid when more than one stands behind an activity; other assets have no group to stand behind them."""
    named = [host for host in HOSTS if said.get(host) is not None]
    if "group_id" in said and len(named) > 1:
        raise Invalid.field(f"/{named[1]}", "one organisation, group or micro-provider at the most stands behind it")


def check_ages(youngest: int | None, oldest: int | None) -> None:
    """Raise Invalid when nobody could be old and young enough."""
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Invalid.field("/maximum_age", "is below the minimum age")


def check_trade(paid: str | None, business_model: str | None) -> None:
    """Raise Invalid for commerce in which nobody is paid."""
    if paid == "unpaid" and business_model == "commercial":
        raise Invalid.field("/business_model", "cannot be commercial where nobody is paid")
