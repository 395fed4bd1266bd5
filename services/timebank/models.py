"""The time bank's tables: accounts, transfers between them, their journal, what is held for matches, and the policy."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel.records import Owned, document, moment, within_tenant
from services.kernel.tables import TENANT

_OPEN = text("state = 'open'")


class Kept(SQLModel, registry=registry()):
    """Binds a table to the time bank's own metadata."""


class Timed(Owned):
    """A row with a version and times. Nothing of a ledger is deleted: accounts close, transfers are reversed."""

    version: int = 1
    created_at: datetime = moment()
    updated_at: datetime = moment()


class Account(Timed, Kept, table=True):
    """The credit of one owner. `held_seconds` are promised to matches and cannot be spent on anything else.

    `opened_seconds` is what the community's pot has paid, on balance, as opening balances: that is no debt of its own
    and does not count against its limit. Where limit and alerts are null, the policy's count.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("owner_kind in ('participant', 'organisation', 'group', 'community')", name="owner_kind_known"),
        CheckConstraint("state in ('open', 'closed')", name="account_state_known"),
        CheckConstraint("held_seconds >= 0 and debit_limit_seconds >= 0", name="never_negative"),
        CheckConstraint("balance_seconds - held_seconds + opened_seconds >= -debit_limit_seconds", name="within_limit"),
        CheckConstraint("alert in ('balanced', 'low', 'hoarding')", name="alert_known"),
        CheckConstraint("credit_limit_seconds >= 0", name="room_never_negative"),
        CheckConstraint("owner_kind = 'community' or opened_seconds = 0", name="only_the_pot_opens"),
        CheckConstraint("state = 'open' or (balance_seconds = 0 and held_seconds = 0)", name="closed_is_empty"),
        Index("one_open_account_per_owner", "tenant_id", "owner_kind", "owner_id", unique=True, postgresql_where=_OPEN),
        Index("accounts_of_holder", "tenant_id", "held_by", "id"),
        Index("accounts_in_alert", "tenant_id", "alert", "id", postgresql_where=text("alert <> 'balanced'")),
    )

    owner_kind: str
    owner_id: UUID
    held_by: UUID
    balance_seconds: int = Field(default=0, sa_type=BigInteger)
    held_seconds: int = Field(default=0, sa_type=BigInteger)
    debit_limit_seconds: int = Field(sa_type=BigInteger)
    credit_limit_seconds: int | None = Field(default=None, sa_type=BigInteger)
    low_alert_seconds: int | None = Field(default=None, sa_type=BigInteger)
    high_alert_seconds: int | None = Field(default=None, sa_type=BigInteger)
    alert: str = Field(default="balanced", sa_column_kwargs={"server_default": "balanced"})
    opened_seconds: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    state: str = "open"
    external_ids: list[dict[str, str]] = document(default_factory=list)


class Transfer(Timed, Kept, table=True):
    """Seconds that went from one account to another, for a match or a reason. Only its state changes, when reversed.

    `forgotten` says that its words went with a person who was erased, or with age.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint("kind in ('transfer', 'hours', 'donation', 'reversal', 'opening')", name="kind_known"),
        CheckConstraint("state in ('posted', 'reversed')", name="transfer_state_known"),
        CheckConstraint("seconds > 0 and from_account <> to_account", name="something_moves"),
        CheckConstraint("forgotten or match_id is not null or btrim(reason) <> ''", name="something_says_why"),
        within_tenant("accounts", "from_account"),
        within_tenant("accounts", "to_account"),
        within_tenant("transfers", "reverses"),
        Index("posted_once", "tenant_id", "source_ref", unique=True),
        Index("reversed_once", "tenant_id", "reverses", unique=True),
        Index("transfers_of_payer", "tenant_id", "from_account", "id"),
        Index("transfers_of_payee", "tenant_id", "to_account", "id"),
    )

    kind: str
    from_account: UUID
    to_account: UUID
    seconds: int = Field(sa_type=BigInteger)
    reason: str = Field(sa_column_kwargs={"info": {"personal": True}})
    forgotten: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    match_id: UUID | None = None
    source_ref: str | None = None
    reverses: UUID | None = None
    state: str = "posted"
    made_by: str
    external_ids: list[dict[str, str]] = document(default_factory=list)


class Entry(Kept, table=True):
    """One line of the journal: what one account gained by one transfer. Never changed, never deleted."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("seconds <> 0", name="not_nothing"),
        within_tenant("transfers", "transfer_id"),
        within_tenant("accounts", "account_id"),
        Index("entries_of_account", "tenant_id", "account_id", "at", "transfer_id"),
    )

    tenant_id: UUID = Field(default=None, primary_key=True, sa_column_kwargs={"server_default": TENANT})
    transfer_id: UUID = Field(primary_key=True)
    account_id: UUID = Field(primary_key=True)
    seconds: int = Field(sa_type=BigInteger)
    at: datetime = moment()


class Hold(Timed, Kept, table=True):
    """Seconds that the payer of an accepted match keeps back for it until its hours are confirmed or it ends."""

    __tablename__ = "holds"
    __table_args__ = (
        CheckConstraint("state in ('held', 'posted', 'released')", name="hold_state_known"),
        CheckConstraint("seconds > 0 and posted_seconds between 0 and seconds", name="posted_within_held"),
        within_tenant("accounts", "payer_account"),
        within_tenant("accounts", "payee_account"),
        Index("one_hold_per_match", "tenant_id", "match_id", unique=True),
        Index("holds_of_payer", "tenant_id", "payer_account"),
        Index("holds_of_payee", "tenant_id", "payee_account"),
    )

    match_id: UUID
    payer_account: UUID
    payee_account: UUID
    organisation: UUID
    seconds: int = Field(sa_type=BigInteger)
    posted_seconds: int = Field(default=0, sa_type=BigInteger)
    state: str = "held"

    @property
    def left(self) -> int:
        """Return the seconds that are still held."""
        return self.seconds - self.posted_seconds if self.state == "held" else 0


class Policy(Owned, Kept, table=True):
    """What a community has decided for all accounts that do not say otherwise. Its id is the tenant's."""

    __tablename__ = "policies"
    __table_args__ = (
        CheckConstraint("debit_limit_seconds >= 0 and credit_limit_seconds >= 0", name="limits_never_negative"),
        CheckConstraint("low_alert_seconds <= 0 and high_alert_seconds >= 0", name="nothing_is_balanced"),
    )

    debit_limit_seconds: int = Field(sa_type=BigInteger)
    credit_limit_seconds: int | None = Field(default=None, sa_type=BigInteger)
    low_alert_seconds: int | None = Field(default=None, sa_type=BigInteger)
    high_alert_seconds: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: datetime = moment()
    version: int = 1


metadata = Kept.metadata
