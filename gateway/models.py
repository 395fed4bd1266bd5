"""The gateway's tables: tenants, clients and their secrets, staff, access tokens; its signing and bootstrap keys.

The last two belong to the installation and not to a tenant. Secrets and tokens are stored as keyed hashes.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from services.kernel.records import Owned, Resource, document, moment, within_tenant


class Kept(SQLModel, registry=registry()):
    """Binds a table to the gateway's own metadata."""


metadata = Kept.metadata


class Tenant(Resource, Kept, table=True):
    __tablename__ = "tenants"
    __table_args__ = (sa.CheckConstraint("tenant_id = id", name="tenants_own_themselves"),)

    slug: str = Field(unique=True)
    name: str
    default_language: str
    time_zone: str
    organisation_id: UUID


class Client(Resource, Kept, table=True):
    __tablename__ = "clients"

    organisation_id: UUID
    name: str
    scopes: list[str] = document()


class Secret(Owned, Kept, table=True):
    __tablename__ = "client_secrets"
    __table_args__ = (
        within_tenant("clients", "client_id"),
        sa.Index("client_secrets_of_client", "tenant_id", "client_id"),
    )

    client_id: UUID
    hash: str = Field(unique=True)
    created_at: datetime = moment()


class Staff(Resource, Kept, table=True):
    __tablename__ = "staff"

    organisation_id: UUID
    label: str
    scopes: list[str] = document()


class AccessToken(Owned, Kept, table=True):
    __tablename__ = "access_tokens"
    __table_args__ = (
        within_tenant("clients", "client_id"),
        within_tenant("client_secrets", "secret_id"),
        within_tenant("staff", "staff_id"),
        sa.Index("access_tokens_of_client", "tenant_id", "client_id"),
        sa.Index("access_tokens_of_secret", "tenant_id", "secret_id"),
        sa.Index("access_tokens_of_staff", "tenant_id", "staff_id"),
    )

    hash: str = Field(unique=True)
    kind: str
    subject: UUID
    client_id: UUID
    secret_id: UUID
    staff_id: UUID | None = None
    organisation_id: UUID
    on_behalf_of: UUID | None = None
    scopes: list[str] = document()
    created_at: datetime = moment()
    expires_at: datetime = moment()


signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("private", sa.Text, nullable=False, comment="encrypted with a key derived from the secret"),
    sa.Column("public", JSONB, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

bootstrap_keys = sa.Table(
    "bootstrap_keys",
    metadata,
    sa.Column("single", sa.Boolean, sa.CheckConstraint("single", name="bootstrap_keys_one"), primary_key=True),
    sa.Column("hash", sa.String, nullable=False, unique=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)
