"""What requests about accounts carry and answers show."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.kernel.fields import Body, ExternalId, ExternalIds
from services.kernel.paging import Page
from services.timebank.domain import HIGHEST_LIMIT, OwnerKind

DebitLimit = Annotated[int, Field(strict=True, ge=0, le=HIGHEST_LIMIT, examples=[36_000])]
"""How many seconds the account may go below zero."""
AccountState = Literal["open", "closed"]


class AccountOwner(Body):
    """Whose account. The community's pot needs no id."""

    kind: OwnerKind
    id: UUID | None = None

    @model_validator(mode="after")
    def _named(self) -> "AccountOwner":
        if self.id is None and self.kind != "community":
            raise ValueError("needs the owner's id")
        return self


class AccountCreate(Body):
    owner: AccountOwner
    debit_limit_seconds: DebitLimit | None = None
    external_ids: ExternalIds = []


class AccountPut(Body):
    """What an account should be. External ids of other systems stay unless a list is given."""

    owner: AccountOwner
    debit_limit_seconds: DebitLimit | None = None
    external_ids: ExternalIds | None = None


class AccountUpdate(Body):
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
    state: AccountState
    external_ids: list[ExternalId]
    created_at: datetime
    updated_at: datetime
    version: int


class StatementLine(BaseModel):
    transfer_id: UUID
    kind: str
    seconds: int = Field(description="What the account gained; negative when it gave.")
    balance_seconds: int = Field(description="The balance after this line.")
    other_account: UUID
    reason: str
    match_id: UUID | None
    at: datetime


class Statement(Page[StatementLine]):
    """What happened on an account, oldest first; opening and closing are of the whole time asked for."""

    account_id: UUID
    opening_seconds: int
    closing_seconds: int
