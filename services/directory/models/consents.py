"""Grants and the ends of them: rows are added and never changed."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Owned, document, moment, within_tenant


class Consent(Owned, Kept, table=True):
    """A grant. It is never changed; a revocation is a row of its own."""

    __tablename__ = "consents"
    __table_args__ = (
        within_tenant("participants", "participant_id"),
        within_tenant("organisations", "recipient_id"),
        sa.Index("consents_of_participant", "tenant_id", "participant_id"),
    )

    participant_id: UUID
    purpose: str
    recipient_id: UUID
    categories: list[str] = document(default_factory=list)
    legal_basis: str
    notice_version: str
    method: str
    language: str
    interpreter: str | None = Field(default=None, sa_column_kwargs=PERSONAL)
    captured_by: str
    given_at: datetime = moment()
    expires_at: datetime | None = moment(default=None)
    created_at: datetime = moment()


class Revocation(Owned, Kept, table=True):
    """The end of the grant that carries the same id."""

    __tablename__ = "revocations"
    __table_args__ = (within_tenant("consents", "id"),)

    revoked_at: datetime = moment()
    revoked_by: str


class Notice(Owned, Kept, table=True):
    """What people are told about one purpose, in every language in which it may be said. It is never changed."""

    __tablename__ = "notices"
    __table_args__ = (sa.UniqueConstraint("tenant_id", "purpose", "notice_version"),)

    purpose: str
    notice_version: str
    texts: list[dict[str, str]] = document()
    valid_from: datetime = moment()
    published_by: str
    created_at: datetime = moment()
