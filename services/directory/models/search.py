"""What a search reads: a row for each asset, the words and concepts that lead to it, where it is; and the gazetteer.

People are in none of these tables: what they chose to show is read from their own, while their consent lives.

Row-level security lets only leakproof comparisons use an index (plain equality and order; not arrays that overlap).
So words and concepts that lead to an asset are rows of their own, and so are its places on the map.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSONB
from sqlmodel import Field

from services.directory.models.kept import Kept
from services.kernel.records import Owned, Versioned, document, moment, within_tenant
from services.kernel.tables import TENANT

BY_CODE_POINT = "C"
"""The collation of whatever is compared by its beginning, or in an order that Python must agree with."""


def _texts() -> Any:
    return Field(default_factory=list, sa_type=ARRAY(sa.Text))


def _plain(**options: Any) -> Any:
    return Field(sa_type=sa.Text(collation=BY_CODE_POINT), **options)


def _tenant() -> Any:
    return Field(default=None, primary_key=True, sa_column_kwargs={"server_default": TENANT})


class AssetIndex(Owned, Kept, table=True):
    """What filters read of an asset; its id is the asset's. `state`: bare (to be made), unlinked, linked."""

    __tablename__ = "asset_index"
    __table_args__ = (
        sa.Index("asset_index_by_name", "tenant_id", "name", "id"),
        sa.Index("asset_index_by_zone", "tenant_id", "zone"),
        sa.Index("asset_index_unfinished", "tenant_id", "state", postgresql_where=sa.text("state <> 'linked'")),
    )

    kind: str
    name: str = _plain()
    category: str | None = None
    tongues: list[str] = _texts()
    access: list[str] = _texts()
    areas: list[str] = _texts()
    free: bool | None = None
    lowest_cost: int | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    hours: Any = Field(default=None, sa_type=INT4MULTIRANGE, nullable=True)
    zone: str | None = None
    plain_from: datetime | None = moment(default=None)
    updated_at: datetime = moment()
    state: str = "unlinked"


class AssetPosting(Kept, table=True):
    """A word, a concept (`#` and its key) or a place (`@` and its id) that leads to an asset."""

    __tablename__ = "asset_postings"
    __table_args__ = (sa.Index("asset_postings_of_asset", "tenant_id", "asset_id"),)

    tenant_id: UUID = _tenant()
    term: str = _plain(primary_key=True)
    asset_id: UUID = Field(primary_key=True)
    weight: int = Field(sa_type=sa.SmallInteger)


class AssetPoint(Kept, table=True):
    """A point where an asset is to be found."""

    __tablename__ = "asset_points"
    __table_args__ = (sa.Index("asset_points_on_the_map", "tenant_id", "latitude", "longitude"),)

    tenant_id: UUID = _tenant()
    asset_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    latitude: float
    longitude: float


class KnownWord(Kept, table=True):
    """A word that has stood in some asset: what a mistyped word is compared with. `ending`: its letters backwards."""

    __tablename__ = "known_words"
    __table_args__ = (sa.Index("known_words_by_ending", "tenant_id", "ending"),)

    tenant_id: UUID = _tenant()
    word: str = _plain(primary_key=True)
    length: int = Field(sa_type=sa.SmallInteger)
    ending: str = Field(
        sa_column=sa.Column(sa.Text(collation=BY_CODE_POINT), sa.Computed("reverse(word)", persisted=True))
    )


class Area(Versioned, Kept, table=True):
    """A named part of the neighbourhood: a shape (GeoJSON), or a middle and how far it reaches."""

    __tablename__ = "areas"
    __table_args__ = (within_tenant("areas", "part_of"),)

    name: str
    names: dict[str, str] = document(default_factory=dict)
    shape: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    part_of: UUID | None = None
    deleted_at: datetime | None = moment(default=None)


class Postcode(Kept, table=True):
    """Where a postcode is: `code` without spaces, in capitals; `outward` is its first half, where it has one."""

    __tablename__ = "postcodes"
    __table_args__ = (sa.Index("postcodes_by_outward", "tenant_id", "outward"),)

    tenant_id: UUID = _tenant()
    code: str = _plain(primary_key=True)
    outward: str | None = _plain(default=None)
    latitude: float
    longitude: float
    area: str | None = None
