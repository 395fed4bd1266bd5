"""Old assessments lose their words where rows are only added."""

from alembic import op

revision = "0007"
down_revision = "0006"
SERVICE = "assessments"

_END = """
create function end_assessments(old uuid[]) returns void language plpgsql security definer
set search_path = assessments, pg_temp as $$
declare
    mine uuid := nullif(current_setting('app.tenant', true), '')::uuid;
begin
    delete from answer_entries where tenant_id = mine and assessment_id = any(old);
    delete from negotiations where tenant_id = mine and assessment_id = any(old);
    delete from weighed_risks where tenant_id = mine and assessment_id = any(old);
    update agreements set interpreter = null, by = '' where tenant_id = mine and assessment_id = any(old);
    update outcome_ratings set author = null where tenant_id = mine and outcome_id in (
        select id from outcomes where tenant_id = mine and assessment_id = any(old));
end $$
"""


def upgrade() -> None:
    op.execute(_END)
    op.execute("revoke execute on function end_assessments(uuid[]) from public")
    op.execute('grant execute on function end_assessments(uuid[]) to "cando_assessments"')


def downgrade() -> None:
    op.execute("drop function end_assessments(uuid[])")
