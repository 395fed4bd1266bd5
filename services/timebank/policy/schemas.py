"""The bodies of the time bank's policy."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.kernel.fields import Body
from services.timebank.domain import HIGHEST_LIMIT

Limit = Annotated[int, Field(strict=True, ge=0, le=HIGHEST_LIMIT)]


class TimebankPolicyPut(Body):
    """What counts for every account that does not say otherwise. What is left out is not limited, or not told."""

    debit_limit_seconds: Limit = Field(
        description="How far an account opened from now on may go below zero.", examples=[36_000]
    )
    credit_limit_seconds: Limit | None = Field(
        default=None, description="The most that an account may be given by transfer.", examples=[360_000]
    )
    low_alert_seconds: Annotated[int, Field(strict=True, ge=-HIGHEST_LIMIT, le=0)] | None = Field(
        default=None, description="Below this balance an account is low.", examples=[-28_800]
    )
    high_alert_seconds: Limit | None = Field(
        default=None, description="Above this balance an account hoards.", examples=[180_000]
    )


class TimebankPolicy(BaseModel):
    """What the community has decided for its accounts; version 0: nothing yet."""

    debit_limit_seconds: int
    credit_limit_seconds: int | None
    low_alert_seconds: int | None
    high_alert_seconds: int | None
    updated_at: datetime
    version: int
