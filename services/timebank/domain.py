"""The rules of the ledger: what may move between whom, and the problems that say why not.

    Conflict
    ├── AccountExists        somebody has one open account, and this owner has it already
    ├── AccountClosed        a closed account neither gives nor takes
    ├── AccountInUse         only an empty account that nobody counts on can be closed
    ├── InsufficientCredit   the account would fall below its limit
    ├── AccountFull          the account would hold more than its limit
    ├── LimitInUse           the account is lower already than the new limit allows
    ├── OwnerDiffers         an external id names an account of another owner
    ├── AlreadyReversed      a transfer is given back once
    ├── NotReversible        a reversal is not itself reversed
    ├── OpeningDiffers       the account was opened with another balance
    ├── HoldDiffers          the match has another hold already
    └── HoldReleased         the match has ended and its hold with it
    Invalid
    └── IdempotencyKeyRequired
    Forbidden
    └── NotYourAccount       seen, but not to be spent from or changed by this caller

Amounts are whole seconds. Every transfer takes from one account what it gives to another, for a match or a reason.

Limits: nobody gives below `-debit_limit_seconds`, whatever it is for. Nobody is given a transfer or a donation beyond
`credit_limit_seconds`; hours that were worked, opening balances and what is given back are never turned away. The
community's pot pays opening balances without limit: they stand for what was there before the ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from services.kernel.problems import Conflict, FieldError, Forbidden, Invalid

OwnerKind = Literal["participant", "organisation", "group", "community"]
RequestedKind = Literal["transfer", "donation", "opening"]
Kind = Literal["transfer", "hours", "donation", "reversal", "opening"]
Alert = Literal["balanced", "low", "hoarding"]

SHORTEST = 60
LONGEST = 24 * 3600 * 365
HIGHEST_LIMIT = 100_000_000
REFUSED_WHEN_FULL = frozenset({"transfer", "donation"})
EXCHANGES = frozenset({"transfer", "hours"})
"""What counts as taking part: somebody did something for somebody else."""

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


class AccountFull(Conflict):
    slug = "account-full"
    title = "The account would hold more than its limit"


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


class OpeningDiffers(Conflict):
    slug = "opening-differs"
    title = "This account has another opening balance already"


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
    opened_seconds: int
    state: str
    owner_kind: str


class Limited(Protocol):
    """What an account, or the policy for all, says of how much is too much; null where it says nothing."""

    credit_limit_seconds: int | None
    low_alert_seconds: int | None
    high_alert_seconds: int | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What counts for one account: the most it may be given, and beyond what balance it is low or hoards."""

    credit_limit: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, order=True, slots=True)
class Owner:
    """Whose account: a kind and an id, never a name. The community's pot has the tenant's id."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: a person at her own account, or an organisation at those that it holds or owns.

    A member of its staff sees of its people's accounts those of people `among` whom she is assigned to.
    """

    organisation: UUID | None = None
    person: UUID | None = None
    among: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """A transfer about to be posted; `from_hold` of its seconds are freed from what the payer has held back.

    `opens` says that it is an opening balance of an account, or gives one back.
    """

    kind: Kind
    payer: UUID
    payee: UUID
    seconds: int
    reason: str
    match_id: UUID | None = None
    source_ref: str | None = None
    reverses: UUID | None = None
    from_hold: int = 0
    opens: bool = False

    def legs(self) -> Mapping[UUID, int]:
        """Return what each account gains; the sum is zero."""
        return {self.payer: -self.seconds, self.payee: self.seconds}


@dataclass(frozen=True, slots=True)
class Move:
    """What a posting changes of one account: seconds of its balance, held back, paid as openings; the alert after."""

    account: UUID
    seconds: int
    held: int
    opened: int
    alert: Alert


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
    mine = account.balance_seconds - account.held_seconds + account.opened_seconds
    return max(0, mine + account.debit_limit_seconds)


def bounds(account: Limited, policy: Limited, *, owner_kind: str) -> Bounds:
    """Return what counts for an account: what it says itself, else the policy; for the pot only what it says."""
    said = [account.credit_limit_seconds, account.low_alert_seconds, account.high_alert_seconds]
    if owner_kind != "community":
        rules = [policy.credit_limit_seconds, policy.low_alert_seconds, policy.high_alert_seconds]
        said = [rule if own is None else own for own, rule in zip(said, rules, strict=True)]
    return Bounds(*said)


def alert_of(balance: int, within: Bounds) -> Alert:
    """Return whether a balance lies below `low`, above `high`, or neither."""
    if within.low is not None and balance < within.low:
        return "low"
    return "hoarding" if within.high is not None and balance > within.high else "balanced"


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


def check_room(account: Ledgered, posting: Posting, limit: int | None) -> None:
    """Raise AccountFull when the payee cannot be given this much more of what may be refused."""
    if limit is None or posting.kind not in REFUSED_WHEN_FULL:
        return
    if account.balance_seconds + posting.seconds > limit:
        raise AccountFull(room_seconds=max(0, limit - account.balance_seconds))


def check_limit(account: Ledgered, limit: int) -> None:
    """Raise LimitInUse when the account is lower than `limit` would allow."""
    if account.balance_seconds - account.held_seconds + account.opened_seconds < -limit:
        raise LimitInUse


def check_alerts(low: int | None, high: int | None) -> None:
    """Raise Invalid when an account would be low and hoarding at once."""
    if low is not None and high is not None and low > high:
        raise Invalid.field("/high_alert_seconds", "must not lie below `low_alert_seconds`")


def check_opening(opened: int | None, wanted: int) -> bool:
    """Say whether an opening balance has still to be posted. Raises OpeningDiffers when there is another."""
    if opened is not None and opened != wanted:
        raise OpeningDiffers(opened_seconds=opened)
    return opened is None and wanted != 0


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
