"""Staff sign in with their council's own accounts, and signing keys take turns."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.frame import TENANT, guard, index_beside_writes, rule_beside_writes

revision = "0004"
down_revision = "0003"
SERVICE = "gateway"
_POINTING = ("access_tokens", "staff")
_REFERENCE = "foreign key (tenant_id, provider_id) references identity_providers (tenant_id, id)"


def upgrade() -> None:
    _create_providers()
    for table in _POINTING:
        op.add_column(table, sa.Column("provider_id", sa.Uuid(), nullable=True))
    op.add_column("staff", _moment("signed_in_at", nullable=True))
    # A gateway of the version before writes no such time, and signs with what it has made at once.
    op.add_column("signing_keys", _moment("signs_from", server_default=sa.func.now()))
    op.execute("update signing_keys set signs_from = created_at")
    for table in _POINTING:
        rule_beside_writes(table, f"{table}_of_provider", _REFERENCE)
    index_beside_writes("access_tokens_of_provider", "access_tokens", "tenant_id, provider_id")


def downgrade() -> None:
    op.drop_column("signing_keys", "signs_from")
    op.drop_column("staff", "signed_in_at")
    op.drop_index("access_tokens_of_provider", "access_tokens")
    for table in _POINTING:
        op.drop_constraint(f"{table}_of_provider", table)
        op.drop_column(table, "provider_id")
    op.drop_table("identity_providers")


def _moment(name: str, *, nullable: bool = False, server_default: Any = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)


def _document(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False)


def _create_providers() -> None:
    op.create_table(
        "identity_providers",
        sa.Column("tenant_id", sa.Uuid(), server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        _document("external_ids"),
        _moment("deleted_at", nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        *(_document(name) for name in ("audiences", "authorised_parties", "algorithms")),
        sa.Column("jwks_uri", sa.String(), nullable=True),
        sa.Column("subject_claim", sa.String(), nullable=False),
        _document("required_claims"),
        sa.Column("roles_claim", sa.String(), nullable=True),
        _document("roles"),
        sa.Column("provision", sa.Boolean(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("longest_age", sa.Integer(), nullable=False),
    )
    op.create_index(
        "identity_providers_once", "identity_providers", ["tenant_id", "organisation_id", "issuer"], unique=True,
        postgresql_where=sa.text("deleted_at is null"),
    )  # fmt: skip
    guard(SERVICE, "identity_providers")
