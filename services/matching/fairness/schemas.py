"""The bodies of the policy and of the report on fairness."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.kernel.fields import Body, Number
from services.matching.fairness.operations import Fairness


class PolicyPut(Body):
    """How much of the score goes to those who are seldom asked: 0 is none, 0.5 the most."""

    fairness: Annotated[Number, Field(ge=0, le=0.5, examples=[0.1])]


class PolicyPublic(BaseModel):
    """What the community has decided about the score, and what each factor can add to it."""

    fairness: float
    shares: dict[str, float] = Field(description="The most that each factor adds; together they are 1.")
    weights_version: str = Field(description="`prior`: set by hand, because there are no outcomes yet to learn from.")
    figures: dict[str, float] | None = Field(
        description="Of learnt weights: outcomes they come from, and surprise (log loss) before and after."
    )
    updated_at: datetime
    version: int


class FairnessReport(Fairness):
    """How evenly people were asked in the last thirty days. `…_tenth` is the part of the whole that a tenth has."""
