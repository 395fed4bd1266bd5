"""What surveys propose to list, and how long an entry of the directory may go unconfirmed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.directory.models.kept import Kept
from services.kernel.records import Versioned, document, moment


class AssetProposal(Versioned, Kept, table=True):
    """What one response to a survey said for publication; open until the survey's holder has decided."""

    __tablename__ = "asset_proposals"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "response_id", name="one_proposal_per_response"),
        sa.CheckConstraint("state in ('open', 'confirmed', 'refused')", name="proposal_state_known"),
        sa.Index("proposals_of_survey", "tenant_id", "survey_id"),
    )

    response_id: UUID
    survey_id: UUID
    held_by: UUID
    kind: str
    facts: dict[str, Any] = document()
    activities: list[dict[str, Any]] = document(default_factory=list)
    ask_again_on: date | None = None
    state: str = "open"
    reason: str | None = None
    asset_kind: str | None = None
    asset_id: UUID | None = None
    decided_at: datetime | None = moment(default=None)
    decided_by: UUID | None = None


class FreshnessPolicy(Versioned, Kept, table=True):
    """After how many months without confirmation an entry is asked for, and hidden from the feed. One row a tenant."""

    __tablename__ = "freshness_policies"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", name="one_freshness_policy_per_tenant"),
        sa.CheckConstraint("ask_after_months between 1 and hide_after_months", name="asked_before_hidden"),
    )

    ask_after_months: int
    hide_after_months: int
