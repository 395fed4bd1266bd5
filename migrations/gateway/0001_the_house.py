"""The gateway's first tables: tenants, clients, secrets, staff, access tokens, signing keys, the bootstrap key."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.frame import TENANT, create_kernel_tables, drop_kernel_tables, guard

revision = "0001"
down_revision = None

_TABLES = ("tenants", "clients", "client_secrets", "staff", "access_tokens")
_PRESENTED = "hash = nullif(current_setting('app.credential', true), '')"


def upgrade() -> None:
    """Create the tables. What is presented as a credential is the one row that shows itself without a tenant."""
    create_kernel_tables("gateway")
    _create_resources()
    _create_credentials()
    _create_installation_keys()
    guard("gateway", *_TABLES)
    for table in ("client_secrets", "access_tokens"):
        op.execute(f'create policy presented on {table} for select to "cando_gateway" using ({_PRESENTED})')
    op.execute(
        'create policy register on tenants for select to "cando_gateway"'
        " using (current_setting('app.register', true) = 'on')"
    )


def downgrade() -> None:
    """Drop everything again."""
    for table in ("bootstrap_keys", "signing_keys", "access_tokens", "client_secrets", "staff", "clients", "tenants"):
        op.drop_table(table)
    drop_kernel_tables()


def _owned() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), server_default=TENANT, primary_key=True),
        sa.Column("id", sa.Uuid(), primary_key=True),
    ]


def _resource() -> list[sa.Column[object]]:
    return [
        *_owned(),
        _moment("created_at"),
        _moment("updated_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_ids", postgresql.JSONB(), nullable=False),
        _moment("deleted_at", nullable=True),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _within(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"])


def _scopes() -> sa.Column[object]:
    return sa.Column("scopes", postgresql.JSONB(), nullable=False)


def _create_resources() -> None:
    op.create_table(
        "tenants",
        *_resource(),
        *_texts("slug", "name", "default_language", "time_zone"),
        _id("organisation_id"),
        sa.UniqueConstraint("slug"),
        sa.CheckConstraint("tenant_id = id", name="tenants_own_themselves"),
    )
    op.create_table("clients", *_resource(), _id("organisation_id"), *_texts("name"), _scopes())
    op.create_table("staff", *_resource(), _id("organisation_id"), *_texts("label"), _scopes())


def _create_credentials() -> None:
    op.create_table(
        "client_secrets",
        *_owned(),
        _id("client_id"),
        *_texts("hash"),
        _moment("created_at"),
        sa.UniqueConstraint("hash"),
        _within("clients", "client_id"),
    )
    op.create_index("client_secrets_of_client", "client_secrets", ["tenant_id", "client_id"])
    op.create_table(
        "access_tokens",
        *_owned(),
        *_texts("hash", "kind"),
        *(_id(name) for name in ("subject", "client_id", "secret_id", "organisation_id")),
        _id("staff_id", nullable=True),
        _id("on_behalf_of", nullable=True),
        _scopes(),
        _moment("created_at"),
        _moment("expires_at"),
        sa.UniqueConstraint("hash"),
        _within("clients", "client_id"),
        _within("client_secrets", "secret_id"),
        _within("staff", "staff_id"),
    )
    for owner in ("client", "secret", "staff"):
        op.create_index(f"access_tokens_of_{owner}", "access_tokens", ["tenant_id", f"{owner}_id"])


def _create_installation_keys() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), primary_key=True),
        sa.Column("private", sa.Text(), nullable=False, comment="encrypted with a key derived from the secret"),
        sa.Column("public", postgresql.JSONB(), nullable=False),
        _moment("created_at"),
    )
    op.create_table(
        "bootstrap_keys",
        sa.Column("single", sa.Boolean(), sa.CheckConstraint("single", name="bootstrap_keys_one"), primary_key=True),
        *_texts("hash"),
        _moment("created_at"),
        sa.UniqueConstraint("hash"),
    )
