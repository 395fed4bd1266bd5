"""The tables that every service keeps in its own schema: events, external ids, idempotency, inbox, cursors, audit.

Names carry no schema: each service's roles have a `search_path` of their own.
"""

from sqlalchemy import BigInteger, Column, DateTime, FetchedValue, Identity, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

TENANT = text("nullif(current_setting('app.tenant', true), '')::uuid")
"""The tenant of the running transaction: the server fills it in, so that no code can name another."""

kernel_metadata = MetaData()


def _tenant(*, primary_key: bool = True) -> Column[object]:
    return Column("tenant_id", UUID(as_uuid=True), primary_key=primary_key, server_default=TENANT)


events = Table(
    "events",
    kernel_metadata,
    _tenant(),
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("type", Text, nullable=False),
    Column("subject", UUID(as_uuid=True), nullable=False),
    Column("ids", JSONB, nullable=False, comment="related ids and states; never a text or a name"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("xid", BigInteger, nullable=False, server_default=text("pg_current_xact_id()::text::bigint")),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Index("events_in_order", "xid", "seq"),
    Index("events_of_tenant", "tenant_id", "xid", "seq"),
)

external_ids = Table(
    "external_ids",
    kernel_metadata,
    _tenant(),
    Column("collection", Text, primary_key=True),
    Column("system", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("resource_id", UUID(as_uuid=True), nullable=False),
    Index("external_ids_of_resource", "tenant_id", "collection", "resource_id"),
)

idempotency = Table(
    "idempotency",
    kernel_metadata,
    _tenant(),
    Column("client", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("reference", Text, comment="where the result can be read; never its body"),
    Column("at", DateTime(timezone=True), nullable=False),
)

inbox = Table(
    "inbox",
    kernel_metadata,
    _tenant(),
    Column("source", Text, primary_key=True),
    Column("event_id", UUID(as_uuid=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

cursors = Table(
    "cursors",
    kernel_metadata,
    Column("source", Text, primary_key=True),
    Column("position", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

audit = Table(
    "audit",
    kernel_metadata,
    _tenant(),
    Column("id", UUID(as_uuid=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("organisation_id", UUID(as_uuid=True)),
    Column("on_behalf_of", UUID(as_uuid=True)),
    Column("action", Text, nullable=False),
    Column("subject", UUID(as_uuid=True), nullable=False),
    Column("purpose", Text),
    Column("chain", Text, FetchedValue(), comment="hash over this row and the one before it, set in batches"),
    Column("person", UUID(as_uuid=True), comment="whose data it was, where the subject is something about her"),
    Column("number", BigInteger, FetchedValue(), comment="the place in the chain"),
    Index("audit_of_subject", "tenant_id", "subject", "at"),
    Index("audit_of_person", "tenant_id", "person", "at"),
    Index("audit_of_actor", "tenant_id", "organisation_id", "at"),
    Index("audit_in_chain", "tenant_id", "number", unique=True),
)
