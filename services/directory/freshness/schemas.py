"""Bodies about freshness."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.assets.said import AssetKind
from services.kernel.fields import Body, Whole

Months = Annotated[Whole, Field(ge=1, le=120)]


class FreshnessPolicyPut(Body):
    """After how many months the holder is asked, and after how many the public feed hides the entry."""

    ask_after_months: Months = 6
    hide_after_months: Months = 12


class FreshnessPolicyPublic(BaseModel):
    """What holds here; `version` 0 while nobody has decided otherwise."""

    ask_after_months: int
    hide_after_months: int
    version: int


class StaleAsset(BaseModel):
    """An entry that nobody has confirmed for long; `hidden` when the public feed shows it no more."""

    kind: AssetKind
    id: UUID
    name: str
    held_by: UUID | None
    confirmed_at: datetime
    asked_at: datetime | None
    hidden: bool
