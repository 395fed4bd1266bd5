"""Old transfers lose their words, never their seconds."""

from alembic import op

revision = "0003"
down_revision = "0002"
SERVICE = "timebank"

_FORGET = """
create function forget_old_reasons(before timestamptz) returns integer language plpgsql security definer
set search_path = timebank, pg_temp as $$
declare
    n integer;
begin
    update transfers set reason = ''
        where tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
        and created_at < before and reason <> '';
    get diagnostics n = row_count;
    return n;
end $$
"""


def upgrade() -> None:
    op.execute(_FORGET)
    op.execute("revoke execute on function forget_old_reasons(timestamptz) from public")
    op.execute('grant execute on function forget_old_reasons(timestamptz) to "cando_timebank"')


def downgrade() -> None:
    op.execute("drop function forget_old_reasons(timestamptz)")
