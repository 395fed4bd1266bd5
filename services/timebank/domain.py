"""The rules of the ledger: what may move between whom, and the problems that say why not.

    Conflict
    ├── AccountExists        somebody has one open account, and this owner has it already
    ├── AccountClosed        a closed account neither gives nor takes
    ├── AccountInUse         only an empty account that nobody counts on can be closed
    ├── InsufficientCredit   the account would fall below its limit
    ├── LimitInUse           the account is lower already than the new limit allows
    ├── OwnerDiffers         an external id names an account of another owner
    ├── AlreadyReversed      a transfer is given back once
    ├── NotReversible        a reversal is not itself reversed
    ├── HoldDiffers          the match has another hold already
    └── HoldReleased         the match has ended and its hold with it
    Invalid
    └── IdempotencyKeyRequired
    Forbidden
    └── NotYourAccount       seen, but not to be spent from or changed by this caller

Amounts are whole seconds. Every transfer takes from one account what it gives to another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from services.kernel.problems import Conflict, FieldError, Forbidden, Invalid

OwnerKind = Literal["participant", "organisation", "community"]
RequestedKind = Literal["transfer", "donation", "opening"]
Kind = Literal["transfer", "hours", "donation", "reversal", "opening"]

SHORTEST = 60
LONGEST = 24 * 3600 * 365
HIGHEST_LIMIT = 100_000_000


MANAGE = "timebank:manage"
"""The scope to run the time bank itself."""


class AccountExists(Conflict):
    slug = "account-exists"
    title = "This owner has an open account already"


class AccountClosed(Conflict):
    slug = "account-closed"
    title = "This account is closed"


class AccountInUse(Conflict):
    slug = "account-in-use"
    title = "Only an account at zero with nothing held can be closed"


class InsufficientCredit(Conflict):
    slug = "insufficient-credit"
    title = "The account would fall below its limit"


class LimitInUse(Conflict):
    slug = "limit-in-use"
    title = "The account is already lower than this limit allows"


class OwnerDiffers(Conflict):
    slug = "owner-differs"
    title = "This external id names an account of another owner"


class AlreadyReversed(Conflict):
    slug = "already-reversed"
    title = "This transfer has been reversed"


class NotReversible(Conflict):
    slug = "not-reversible"
    title = "A reversal cannot be reversed"


class HoldDiffers(Conflict):
    slug = "hold-differs"
    title = "This match has another hold already"


class HoldReleased(Conflict):
    slug = "hold-released"
    title = "The hold of this match has been released"


class NotYourAccount(Forbidden):
    slug = "not-your-account"
    title = "The account is held by another organisation"


class IdempotencyKeyRequired(Invalid):
    slug = "idempotency-key-required"
    title = "A transfer needs an Idempotency-Key"


class Ledgered(Protocol):
    """What the rules look at in an account."""

    balance_seconds: int
    held_seconds: int
    debit_limit_seconds: int
    state: str
    owner_kind: str


@dataclass(frozen=True, order=True, slots=True)
class Owner:
    """Whose account: a kind and an id, never a name. The community's pot has the tenant's id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a person at her own account, or an organisation at those that it holds or owns."""

    organisation: UUID | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer about to be posted; `from_hold` of its seconds are freed from what the payer has held back."""

    kind: Kind
    payer: UUID
    payee: UUID
    seconds: int
    reason: str
    match_id: UUID | None = None
    source_ref: str | None = None
    reverses: UUID | None = None
    from_hold: int = 0

    def legs(self) -> Mapping[UUID, int]:
        """Return what each account gains; the sum is zero."""
        return {self.payer: -self.seconds, self.payee: self.seconds}


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours that both sides have confirmed. `organisation` holds an account that has to be opened for them."""

    id: UUID
    match: UUID
    payer: Owner
    payee: Owner
    seconds: int
    organisation: UUID | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A match is over: what is still held for it is free again."""

    match: UUID


@dataclass(frozen=True, slots=True)
class Share:
    """How hours are paid: out of the hold, out of free credit, and what nothing covers."""

    from_hold: int
    beyond: int
    short: int

    @property
    def posted(self) -> int:
        """Return what is posted in all."""
        return self.from_hold + self.beyond


def available(account: Ledgered) -> int:
    """Return how many seconds the account can still give, down to its limit; never negative."""
    return max(0, account.balance_seconds - account.held_seconds + account.debit_limit_seconds)


def share(seconds: int, *, held: int, free: int) -> Share:
    """Divide `seconds`: first what is held for them, then free credit, and the rest is short."""
    from_hold = min(seconds, held)
    beyond = min(seconds - from_hold, free)
    return Share(from_hold, beyond, seconds - from_hold - beyond)


def check_open(*accounts: Ledgered) -> None:
    """Raise AccountClosed unless all accounts are open."""
    if any(account.state != "open" for account in accounts):
        raise AccountClosed


def check_credit(account: Ledgered, seconds: int) -> None:
    """Raise InsufficientCredit when the account cannot give `seconds`."""
    if seconds > available(account):
        raise InsufficientCredit(available_seconds=available(account))


def check_limit(account: Ledgered, limit: int) -> None:
    """Raise LimitInUse when the account is lower than `limit` would allow."""
    if account.balance_seconds - account.held_seconds < -limit:
        raise LimitInUse


def check_empty(account: Ledgered, *, expected: bool) -> None:
    """Raise AccountInUse unless the account is at zero, holds nothing back and no hold is `expected` to pay it."""
    if account.balance_seconds or account.held_seconds or expected:
        raise AccountInUse


def check_kind(kind: RequestedKind, *, payer: Ledgered, payee: Ledgered) -> None:
    """Raise Invalid unless a donation goes to the community's pot and an opening balance comes from it."""
    if kind == "donation" and payee.owner_kind != "community":
        raise Invalid.field("/to_account", "a donation goes to the community's account")
    if kind == "opening" and payer.owner_kind != "community":
        raise Invalid.field("/from_account", "an opening balance comes from the community's account")


def check_reversible(kind: str, state: str) -> None:
    """Raise NotReversible or AlreadyReversed unless a transfer can be given back."""
    if kind == "reversal":
        raise NotReversible
    if state == "reversed":
        raise AlreadyReversed


def check_idempotency_key(key: str | None) -> None:
    """Raise IdempotencyKeyRequired when there is none: a repeated transfer would move hours twice."""
    if key is None:
        error = FieldError(source="header", path="/idempotency-key", message="is required")
        raise IdempotencyKeyRequired("Send a fresh one, and the same one again when you repeat.", errors=[error])
