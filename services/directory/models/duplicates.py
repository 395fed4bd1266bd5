"""Suspicions that two entries are one, what finds them without comparing all with all, and merges that can be undone.

Nothing here holds a name or an address. A participant's keys are keyed hashes; reasons are words that fit everybody.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.directory.models.kept import PERSONAL, Kept
from services.kernel.records import Owned, Versioned, document, moment


class Suspicion(Versioned, Kept, table=True):
    """Two entries of one kind that may be the same; `one_id` is the smaller id, so that a pair stands once."""

    __tablename__ = "suspicions"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "kind", "one_id", "other_id"),
        sa.Index("suspicions_of_other", "tenant_id", "kind", "other_id"),
    )

    kind: str
    one_id: UUID
    other_id: UUID
    score: float
    reasons: list[dict[str, Any]] = document(default_factory=list)
    state: str = "open"
    names: str  # a keyed hash of both names: whether one was changed
    refused_because: str | None = None
    refused_by: UUID | None = None
    refused_at: datetime | None = moment(default=None)
    merge_id: UUID | None = None


class DuplicateKey(Owned, Kept, table=True):
    """Something two spellings of the same thing are likely to share: only entries that share a key are compared."""

    __tablename__ = "duplicate_keys"
    __table_args__ = (
        sa.Index("duplicate_keys_shared", "tenant_id", "kind", "key"),
        sa.Index("duplicate_keys_of_entry", "tenant_id", "entry_id"),
    )

    kind: str
    entry_id: UUID
    key: int = Field(sa_type=sa.BigInteger)  # a keyed hash: what it was made of cannot be read


class DuplicateLook(Owned, Kept, table=True):
    """That the entry of the same id was looked at in this version, so that only what has changed is looked at again."""

    __tablename__ = "duplicate_looks"

    kind: str
    seen: int


class Merge(Versioned, Kept, table=True):
    """One entry absorbed by another, with exactly what was moved: the way back."""

    __tablename__ = "merges"
    __table_args__ = (
        sa.Index("merges_of_absorbed", "tenant_id", "absorbed_id"),
        sa.Index("merges_of_survivor", "tenant_id", "survivor_id"),
    )

    kind: str
    survivor_id: UUID
    absorbed_id: UUID
    state: str = "done"
    suspicion_id: UUID | None = None
    before: dict[str, Any] = document(default_factory=dict, sa_column_kwargs=PERSONAL)
    moved: list[dict[str, str]] = document(default_factory=list)
    merged_by: UUID
    undone_at: datetime | None = moment(default=None)
    undone_by: UUID | None = None
    stayed: list[str] = document(default_factory=list)
