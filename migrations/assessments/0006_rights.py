"""What a person may ask of us: erasure where rows are only added, and an audit that shows tampering."""

from alembic import op

from migrations.frame import chain_audit, let_forget, unchain_audit

revision = "0006"
down_revision = "0005"
SERVICE = "assessments"

_ASSESSMENTS = "select a.id from assessments a where a.participant_id = person and a.tenant_id ="
_HERS = "assessment_id in ({assessments} {table}.tenant_id)"
_RATED = (
    "outcome_id in (select o.id from outcomes o where o.tenant_id = {table}.tenant_id"
    " and o.assessment_id in ({assessments} {table}.tenant_id))"
)
_FORGOTTEN = {
    "answer_entries": None,
    "negotiations": None,
    "weighed_risks": None,
    "agreements": "interpreter = null, by = ''",
    "outcome_ratings": "author = null",
}


def upgrade() -> None:
    chain_audit(SERVICE)
    for table, empty in _FORGOTTEN.items():
        whose = _RATED if table == "outcome_ratings" else _HERS
        let_forget(SERVICE, table, whose=whose.format(assessments=_ASSESSMENTS, table=table), empty=empty)


def downgrade() -> None:
    unchain_audit(SERVICE)
    for table in _FORGOTTEN:
        op.execute(f"drop function forget_{table}(uuid)")
