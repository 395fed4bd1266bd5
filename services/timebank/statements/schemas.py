"""What a statement shows."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.kernel.paging import Page
from services.timebank.domain import OwnerKind
from services.timebank.transfers.schemas import WITHHELD


class StatementLine(BaseModel):
    transfer_id: UUID
    kind: str
    seconds: int = Field(description="What the account gained; negative when it gave.")
    balance_seconds: int = Field(description="The balance after this line.")
    other_account: UUID
    other_kind: OwnerKind = Field(description="Whose the other account is: a kind, never a name.")
    reason: str
    withheld: bool = Field(default=False, description=WITHHELD)
    match_id: UUID | None
    at: datetime


class Participation(BaseModel):
    """How often the account took part, whatever the hours: transfers and hours that stand, none of them weighed."""

    times_given: int = Field(description="How often others received from it.", examples=[3])
    times_received: int = Field(description="How often others gave to it.", examples=[5])
    partners: int = Field(description="With how many other accounts.", examples=[4])


class Statement(Page[StatementLine]):
    """What happened on an account, oldest first; balances, totals and counts are of the whole time asked for."""

    account_id: UUID
    opening_seconds: int
    closing_seconds: int = Field(description="Opening, plus what was received, less what was given.")
    given_seconds: int
    received_seconds: int
    participation: Participation
