"""What a line of an import carries, and what is answered for each."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Line
from services.kernel.incoming.results import RefusedBecause
from services.timebank.accounts.schemas import AccountOwner, Bounded, DebitLimit
from services.timebank.domain import LONGEST
from services.timebank.openings.domain import Outcome

OpeningSeconds = Annotated[int, Field(strict=True, ge=-LONGEST, le=LONGEST, examples=[12_600])]
"""Signed: a negative one is what somebody owed. A year at the most, either way."""


class AccountSaid(Bounded):
    """Whose account, what stood on it, and its limits; what is left out stays as it is."""

    owner: AccountOwner
    opening_seconds: OpeningSeconds | None = None
    debit_limit_seconds: DebitLimit | None = None


class AccountLine(Body):
    """One line: what the sending system calls an account, and the account."""

    id: Line
    data: AccountSaid


class AccountLineResult(BaseModel):
    """What became of one line. A refused one has left nothing behind."""

    line: int = Field(description="Counted from 1, empty lines included.")
    id: str | None = Field(description="The id that the line named, in the other system.")
    outcome: Outcome
    resource_id: UUID | None = Field(None, description="Our id of the account.")
    transfer_id: UUID | None = Field(None, description="The opening balance, if this line posted it.")
    problem: RefusedBecause | None = None


class AccountsSummary(BaseModel):
    """The last line: how many lines came to what."""

    lines: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    dry_run: bool = False
