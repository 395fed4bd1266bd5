"""What a tenant has decided about its reports."""

from datetime import datetime

import sqlalchemy as sa

from services.assessments.models.kept import Kept
from services.kernel.records import Owned, moment


class ReportPolicy(Owned, Kept, table=True):
    """From how many people on something is counted in reports, and what they keep for longest. One row a tenant."""

    __tablename__ = "report_policies"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", name="one_report_policy_per_tenant"),
        sa.CheckConstraint("threshold between 3 and 50", name="threshold_within_bounds"),
        sa.CheckConstraint("keeps in ('category', 'language', 'area')", name="keeps_known"),
    )

    threshold: int
    keeps: str = "category"
    updated_at: datetime = moment()
    version: int = 1
