"""What requests about accounts carry and answers show."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import Body, ExternalId, ExternalIds
from services.timebank.domain import HIGHEST_LIMIT, Alert, OwnerKind

DebitLimit = Annotated[int, Field(strict=True, ge=0, le=HIGHEST_LIMIT, examples=[36_000])]
"""How many seconds the account may go below zero."""
AccountState = Literal["open", "closed"]
Threshold = Annotated[int, Field(strict=True, ge=-HIGHEST_LIMIT, le=HIGHEST_LIMIT)]


class Bounded(Body):
    """What an account says for itself of too little and too much; null: what the policy says."""

    credit_limit_seconds: DebitLimit | None = Field(
        default=None, description="The most it may be given by transfer; hours are always posted.", examples=[360_000]
    )
    low_alert_seconds: Threshold | None = Field(
        default=None, description="Below this balance it is low.", examples=[-28_800]
    )
    high_alert_seconds: Threshold | None = Field(
        default=None, description="Above this balance it hoards.", examples=[180_000]
    )


LIMITS = frozenset({"debit_limit_seconds", *Bounded.model_fields})


def limits_in(body: Body) -> dict[str, int | None]:
    """Return the limits that a body names; a debit limit of null is none."""
    given = body.model_dump(include=set(LIMITS & body.model_fields_set))
    return {name: value for name, value in given.items() if value is not None or name != "debit_limit_seconds"}


class AccountOwner(Body):
    """Whose account. The community's pot needs no id."""

    kind: OwnerKind
    id: UUID | None = None

    @model_validator(mode="after")
    def _named(self) -> "AccountOwner":
        if self.id is None and self.kind != "community":
            raise ValueError("needs the owner's id")
        return self


class AccountCreate(Bounded):
    owner: AccountOwner
    debit_limit_seconds: DebitLimit | None = None
    external_ids: ExternalIds = []


class AccountPut(Bounded):
    """What an account should be. External ids of other systems stay unless a list is given."""

    owner: AccountOwner
    debit_limit_seconds: DebitLimit | None = None
    external_ids: ExternalIds | None = None


class AccountUpdate(Bounded):
    debit_limit_seconds: DebitLimit = 0
    external_ids: ExternalIds = []


class OwnerPublic(BaseModel):
    kind: OwnerKind
    id: UUID


class AccountPublic(BaseModel):
    """An account: a pseudonymous owner and whole seconds."""

    id: UUID
    owner: OwnerPublic
    held_by: UUID = Field(description="The organisation that keeps the account.")
    balance_seconds: int
    held_seconds: int = Field(description="Kept back for accepted matches.")
    available_seconds: int = Field(description="What can still be given: balance, less what is held, plus the limit.")
    debit_limit_seconds: int
    credit_limit_seconds: int | None = Field(description="The most it may be given; null: as the policy says.")
    low_alert_seconds: int | None = Field(description="Below this balance it is low; null: as the policy says.")
    high_alert_seconds: int | None = Field(description="Above this balance it hoards; null: as the policy says.")
    alert: Alert
    opened_seconds: int = Field(
        description="Of the community's pot: what it paid, on balance, as opening balances. It is no debt of the pot's."
    )
    state: AccountState
    external_ids: list[ExternalId]
    created_at: datetime
    updated_at: datetime
    version: int
