"""The rules of a project: its steps, who agrees to it, and that nobody spends what is not there.

Conflict
├── BudgetOverspent        409  more than is left; says how much that is
├── RefundExceeded         409  more comes back than was spent
├── BudgetOverLimit        409  dearer than the council lets one project be
├── ProjectHasSpending     409  its books stay; it is stopped, not deleted
└── VoteNotCarried         409  the council's vote did not carry it, or counts more votes than members
"""

from collections.abc import Mapping
from typing import Literal

from services.kernel.problems import Conflict, IllegalState

State = Literal["proposed", "agreed", "running", "finished", "stopped"]
Kind = Literal["spend", "refund"]

MOST_MONEY = 1_000_000_000
"""Ten million, in minor units: more than any council decides, and it fits the column."""
_FOLLOWS: Mapping[str, frozenset[str]] = {
    "agreed": frozenset({"proposed"}),
    "running": frozenset({"agreed"}),
    "finished": frozenset({"running"}),
    "stopped": frozenset({"proposed", "agreed", "running"}),
}
_SPENDS = frozenset({"agreed", "running"})
_BEGUN = frozenset({"running", "finished", "stopped"})


class BudgetOverspent(Conflict):
    slug = "budget-overspent"
    title = "The project has less than that left"


class RefundExceeded(Conflict):
    slug = "refund-exceeded"
    title = "More comes back than was spent"


class BudgetOverLimit(Conflict):
    slug = "budget-over-limit"
    title = "The council lets no project cost that much"


class ProjectHasSpending(Conflict):
    slug = "project-has-spending"
    title = "Money was spent on this project; stop it instead, so that its books stay"


class VoteNotCarried(Conflict):
    slug = "vote-not-carried"
    title = "The council's vote does not carry this"


def check_step(state: str, to: State) -> None:
    """Raise IllegalState unless a project that is `state` may become `to`."""
    if state not in _FOLLOWS.get(to, frozenset()):
        raise IllegalState(f"A project that is {state} cannot become {to}.")


def check_proposed(state: str) -> None:
    """Raise IllegalState once a budget is agreed: from then on it is raised, with a reason."""
    if state != "proposed":
        raise IllegalState("The budget is agreed; raise it with a reason.")


def check_raise(state: str) -> None:
    """Raise IllegalState for a budget that is not agreed yet, or of a project that is over."""
    if state not in _SPENDS:
        raise IllegalState(f"The budget of a project that is {state} cannot be raised.")


def check_begun(state: str) -> None:
    """Raise IllegalState for a project of which there is nothing to evaluate yet."""
    if state not in _BEGUN:
        raise IllegalState(f"A project that is {state} cannot be evaluated.")


def check_elected(state: str) -> None:
    """Raise IllegalState when a council is to decide that nobody has elected."""
    if state != "elected":
        raise IllegalState(f"A council that is {state} cannot agree to a project.")


def check_vote(votes_for: int, votes_against: int, abstained: int, *, members: int) -> None:
    """Raise VoteNotCarried unless more members are for it than against it."""
    if votes_for + votes_against + abstained > members:
        raise VoteNotCarried(f"The council has {members} members who serve.", members=members)
    if votes_for <= votes_against:
        raise VoteNotCarried(f"{votes_for} for it, {votes_against} against it.")


def check_limit(budget: int, *, limit: int | None) -> None:
    """Raise BudgetOverLimit when a project is dearer than its council allows; None: no council, no limit."""
    if limit is not None and budget > limit:
        raise BudgetOverLimit(f"One project may cost {limit}; raise the council's limit first.", limit=limit)


def check_money(budget: int) -> None:
    """Raise BudgetOverLimit for a budget that no column holds."""
    if budget > MOST_MONEY:
        raise BudgetOverLimit(f"No project costs more than {MOST_MONEY}.", limit=MOST_MONEY)


def after(kind: Kind, amount: int, *, state: str, budget: int, spent: int) -> int:
    """Return what is spent after this. Raises BudgetOverspent, RefundExceeded, IllegalState."""
    if kind == "refund":
        if state == "proposed":
            raise IllegalState("Nothing was spent yet.")
        if amount > spent:
            raise RefundExceeded(f"{spent} were spent.", spent=spent)
        return spent - amount
    if state not in _SPENDS:
        raise IllegalState(f"A project that is {state} spends nothing.")
    if amount > budget - spent:
        raise BudgetOverspent(f"{budget - spent} of {budget} are left.", left=budget - spent, budget=budget)
    return spent + amount
