"""The rules of the desk and of the exchange: what may be given to whom. Pure: no database, no clock.

Problem
├── Conflict
│   ├── SlugTaken          409  another tenant has this slug
│   └── TooManySecrets     409  two secrets are live already
└── Forbidden
    └── ScopeNotHeld       403  nobody gives what they do not hold
"""

from collections.abc import Callable, Iterable, Set

from services.kernel.problems import Conflict, Forbidden

MOST_SECRETS = 2
ONLY_BOOTSTRAP = frozenset({"tenants:write"})
NEVER_FOR_STAFF = ONLY_BOOTSTRAP | {"clients:write", "act:staff", "act:person"}
_NOT_HANDED_ON = frozenset({"tenants:write", "clients:write", "act:staff", "act:person"})
FOR_PERSONS = frozenset({
    "participants:read", "participants:write", "assessments:read", "assessments:write",
    "matching:read", "matching:write", "timebank:read",
})  # fmt: skip
"""What a person may do with her own token, through an app that may do it too."""


class SlugTaken(Conflict):
    slug = "slug-taken"
    title = "Another tenant has this slug"


class TooManySecrets(Conflict):
    slug = "too-many-secrets"
    title = "This client has two live secrets already; delete one first"


class ScopeNotHeld(Forbidden):
    slug = "scope-not-held"
    title = "You can only give scopes that you hold yourself"


def check_given(scopes: Iterable[str], *, may: Callable[[str], bool]) -> None:
    """Raise ScopeNotHeld when the giver lacks one of `scopes`."""
    if lacking := sorted(scope for scope in scopes if not may(scope)):
        raise ScopeNotHeld(f"You do not hold {', '.join(lacking)}.")


def check_room_for_secret(live: int) -> None:
    """Raise TooManySecrets when no further secret may live beside the `live` ones."""
    if live >= MOST_SECRETS:
        raise TooManySecrets


def implied(scopes: Iterable[str]) -> frozenset[str]:
    """Return `scopes` with the reading that each writing implies."""
    given = frozenset(scopes)
    return given | {scope.removesuffix("write") + "read" for scope in given if scope.endswith(":write")}


def handed_on(client: Iterable[str], actor: Set[str]) -> frozenset[str]:
    """Return what `actor` may do through an app: what both may, without what an app never hands on."""
    return (implied(set(client) - _NOT_HANDED_ON) & implied(actor)) - _NOT_HANDED_ON
