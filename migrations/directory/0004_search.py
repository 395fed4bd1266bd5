"""Finding assets: what a search reads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSONB

from migrations.frame import TENANT, guard

revision = "0004"
down_revision = "0003"
SERVICE = "directory"

_TABLES = ("asset_index", "asset_postings", "asset_points", "known_words", "areas", "postcodes")
_KINDS = {
    "organisations": "organisation", "groups": "group", "micro_providers": "micro_provider", "places": "place",
    "services": "service", "activities": "activity",
}  # fmt: skip
_PLAIN = sa.Text(collation="C")


def upgrade() -> None:
    _create_index()
    _create_postings()
    _create_points()
    _create_known_words()
    _create_areas()
    _create_postcodes()
    guard(SERVICE, *_TABLES)
    _note_what_is_there()


def _tenant() -> sa.Column[object]:
    return sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False)


def _texts(name: str) -> sa.Column[object]:
    return sa.Column(name, ARRAY(sa.Text), server_default=sa.text("'{}'"), nullable=False)


def _create_index() -> None:
    op.create_table(
        "asset_index",
        _tenant(),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("category", sa.String),
        *(_texts(name) for name in ("tongues", "access", "areas")),
        sa.Column("free", sa.Boolean),
        *(sa.Column(name, sa.Integer) for name in ("lowest_cost", "minimum_age", "maximum_age")),
        sa.Column("hours", INT4MULTIRANGE),
        sa.Column("zone", sa.String),
        sa.Column("plain_from", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("asset_index_by_name", "asset_index", ["tenant_id", "name", "id"])
    op.create_index("asset_index_by_zone", "asset_index", ["tenant_id", "zone"])
    unfinished = sa.text("state <> 'linked'")
    op.create_index("asset_index_unfinished", "asset_index", ["tenant_id", "state"], postgresql_where=unfinished)


def _create_postings() -> None:
    op.create_table(
        "asset_postings",
        _tenant(),
        sa.Column("term", _PLAIN, nullable=False),
        sa.Column("asset_id", sa.Uuid, nullable=False),
        sa.Column("weight", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "term", "asset_id"),
    )
    op.create_index("asset_postings_of_asset", "asset_postings", ["tenant_id", "asset_id"])


def _create_points() -> None:
    op.create_table(
        "asset_points",
        _tenant(),
        sa.Column("asset_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "asset_id", "number"),
    )
    op.create_index("asset_points_on_the_map", "asset_points", ["tenant_id", "latitude", "longitude"])


def _create_known_words() -> None:
    op.create_table(
        "known_words",
        _tenant(),
        sa.Column("word", _PLAIN, nullable=False),
        sa.Column("length", sa.SmallInteger, nullable=False),
        sa.Column("ending", _PLAIN, sa.Computed("reverse(word)", persisted=True)),
        sa.PrimaryKeyConstraint("tenant_id", "word"),
    )
    op.create_index("known_words_by_ending", "known_words", ["tenant_id", "ending"])


def _create_areas() -> None:
    op.create_table(
        "areas",
        _tenant(),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("names", JSONB, nullable=False),
        sa.Column("shape", JSONB),
        *(sa.Column(name, sa.Float) for name in ("latitude", "longitude", "radius_km")),
        sa.Column("part_of", sa.Uuid),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
        sa.ForeignKeyConstraint(["tenant_id", "part_of"], ["areas.tenant_id", "areas.id"]),
    )


def _create_postcodes() -> None:
    op.create_table(
        "postcodes",
        _tenant(),
        sa.Column("code", _PLAIN, nullable=False),
        sa.Column("outward", _PLAIN),
        sa.Column("latitude", sa.Float, nullable=False),
        sa.Column("longitude", sa.Float, nullable=False),
        sa.Column("area", sa.String),
        sa.PrimaryKeyConstraint("tenant_id", "code"),
    )
    op.create_index("postcodes_by_outward", "postcodes", ["tenant_id", "outward"])


def _note_what_is_there() -> None:
    """Enter what there is already, bare: the first search of a tenant has the rest made in the background."""
    for table, kind in _KINDS.items():
        op.execute(
            "insert into asset_index (tenant_id, id, kind, name, updated_at, state)"  # noqa: S608
            f" select tenant_id, id, '{kind}', lower(name), updated_at, 'bare' from {table} where deleted_at is null"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
