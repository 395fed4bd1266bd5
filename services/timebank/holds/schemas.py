"""What matching asks when a match is accepted, and what it is told."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.kernel.fields import Body
from services.timebank.transfers.schemas import TransferSeconds

Party = Literal["participant", "organisation"]


class HoldCreate(Body):
    match_id: UUID
    payer: UUID
    payee: UUID
    payer_kind: Party = "participant"
    payee_kind: Party = "participant"
    seconds: TransferSeconds
    organisation: UUID


class HoldPublic(BaseModel):
    id: UUID
    match_id: UUID
    payer_account: UUID
    payee_account: UUID
    seconds: int
    posted_seconds: int
    state: Literal["held", "posted", "released"]
