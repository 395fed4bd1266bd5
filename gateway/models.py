"""The gateway's tables: tenants, clients and their secrets, staff and where they sign in, access tokens, webhooks.

Signing keys and the bootstrap key belong to the installation and not to a tenant. Secrets and tokens are stored as
keyed hashes; the secrets of webhooks, which must be readable again to sign with, are sealed.
"""

from datetime import datetime
from typing import Any
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
    __table_args__ = (within_tenant("identity_providers", "provider_id"),)

    organisation_id: UUID
    label: str
    scopes: list[str] = document()
    provider_id: UUID | None = None
    """The identity provider at which the first sign-in made this row; None: somebody here did."""
    signed_in_at: datetime | None = moment(default=None)
    """Within a day of the last sign-in."""


class IdentityProvider(Resource, Kept, table=True):
    """Where an organisation's staff sign in, and what is believed of the tokens that are made there."""

    __tablename__ = "identity_providers"
    __table_args__ = (
        sa.Index(
            "identity_providers_once", "tenant_id", "organisation_id", "issuer", unique=True,
            postgresql_where=sa.text("deleted_at is null"),
        ),
    )  # fmt: skip

    organisation_id: UUID
    name: str
    issuer: str
    audiences: list[str] = document()
    authorised_parties: list[str] = document()
    algorithms: list[str] = document()
    jwks_uri: str | None = None
    subject_claim: str
    required_claims: dict[str, Any] = document()
    roles_claim: str | None = None
    roles: dict[str, list[str]] = document()
    provision: bool
    exclusive: bool
    longest_age: int


class AccessToken(Owned, Kept, table=True):
    __tablename__ = "access_tokens"
    __table_args__ = (
        within_tenant("clients", "client_id"),
        within_tenant("client_secrets", "secret_id"),
        within_tenant("staff", "staff_id"),
        within_tenant("identity_providers", "provider_id"),
        sa.Index("access_tokens_of_client", "tenant_id", "client_id"),
        sa.Index("access_tokens_of_secret", "tenant_id", "secret_id"),
        sa.Index("access_tokens_of_staff", "tenant_id", "staff_id"),
        sa.Index("access_tokens_of_provider", "tenant_id", "provider_id"),
    )

    hash: str = Field(unique=True)
    kind: str
    subject: UUID
    client_id: UUID
    secret_id: UUID
    staff_id: UUID | None = None
    provider_id: UUID | None = None
    organisation_id: UUID
    on_behalf_of: UUID | None = None
    scopes: list[str] = document()
    created_at: datetime = moment()
    expires_at: datetime = moment()


class Webhook(Resource, Kept, table=True):
    """Where an organisation is told of what. `failing_since`: nothing has arrived there since that failure."""

    __tablename__ = "webhooks"
    __table_args__ = (sa.Index("webhooks_of_organisation", "tenant_id", "organisation_id", "created_at", "id"),)

    organisation_id: UUID
    url: str
    event_types: list[str] = document()
    description: str = ""
    state: str = "enabled"
    disabled_because: str | None = None
    failing_since: datetime | None = moment(default=None)
    secret: str
    secret_created_at: datetime = moment()
    old_secret: str | None = None
    old_secret_ends_at: datetime | None = moment(default=None)


class Delivery(Owned, Kept, table=True):
    """One fact for one webhook. `tries` counts every sending ever begun, `failures` those of this round that failed.

    While it is sent, `sending_until` and `next_at` lie ahead: whoever dies in the middle holds it no longer than that.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"], ["webhooks.tenant_id", "webhooks.id"], ondelete="CASCADE"
        ),
        sa.UniqueConstraint("tenant_id", "webhook_id", "event_id", name="webhook_deliveries_once"),
        sa.Index("webhook_deliveries_in_order", "tenant_id", "webhook_id", "created_at", "id"),
        sa.Index("webhook_deliveries_of_age", "tenant_id", "created_at"),
        sa.Index(
            "webhook_deliveries_due", "tenant_id", "webhook_id", "next_at", "number",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index(
            "webhook_deliveries_of_subject", "tenant_id", "webhook_id", "subject", "number",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )  # fmt: skip

    number: int = Field(default=None, sa_column=sa.Column(sa.BigInteger, sa.Identity(always=True), nullable=False))
    webhook_id: UUID
    event_id: UUID
    type: str
    subject: UUID
    ids: dict[str, Any] = document()
    at: datetime = moment()
    state: str = "waiting"
    tries: int = 0
    failures: int = 0
    next_at: datetime = moment()
    sending_until: datetime | None = moment(default=None)
    attempts: list[dict[str, Any]] = document(default_factory=list)
    created_at: datetime = moment()
    updated_at: datetime = moment()


signing_keys = sa.Table(
    "signing_keys",
    metadata,
    sa.Column("kid", sa.Text, primary_key=True),
    sa.Column("private", sa.Text, nullable=False, comment="encrypted with a key derived from the secret"),
    sa.Column("public", JSONB, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("signs_from", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
)

bootstrap_keys = sa.Table(
    "bootstrap_keys",
    metadata,
    sa.Column("single", sa.Boolean, sa.CheckConstraint("single", name="bootstrap_keys_one"), primary_key=True),
    sa.Column("hash", sa.String, nullable=False, unique=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

rate_buckets = sa.Table(
    "rate_buckets",
    metadata,
    sa.Column("key", sa.Text, primary_key=True, comment="of a client, a tenant, or a keyed hash of an address"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("per_minute", sa.Integer, nullable=False),
    sa.Column("granted", sa.Integer, nullable=False),
    prefixes=["UNLOGGED"],
)
