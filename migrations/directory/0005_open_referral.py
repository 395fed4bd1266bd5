"""The public feed: which services are at which places, and the taxonomies whose terms they carry."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.frame import TENANT, guard

revision = "0005"
down_revision = "0004"
SERVICE = "directory"

_AT_PLACES = ("services", "activities", "micro_providers")
# A service at a place has the same id for ever: it is made from the two ids, as an RFC 9562 name-based one.
_DERIVED = "overlay(overlay(md5({asset} || '/' || {place}) placing '3' from 13) placing '8' from 17)::uuid"
_KEEP_PLACES = f"""
create function keep_places() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        delete from assets_at_places where tenant_id = old.tenant_id and asset_id = old.id;
        return null;
    end if;
    if tg_op = 'UPDATE' then
        if new.place_ids = old.place_ids then
            return null;
        end if;
        delete from assets_at_places where tenant_id = new.tenant_id and asset_id = new.id;
    end if;
    insert into assets_at_places (tenant_id, id, asset_id, kind, place_id)
        select new.tenant_id, {_DERIVED.format(asset="new.id", place="place")}, new.id, tg_table_name, place::uuid
        from jsonb_array_elements_text(new.place_ids) place
        on conflict do nothing;
    return null;
end $$
"""  # noqa: S608


def upgrade() -> None:
    _create_taxonomies()
    op.create_table(
        "assets_at_places",
        *_owned(),
        sa.Column("asset_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("place_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    )
    op.create_index("assets_at_places_of_asset", "assets_at_places", ["tenant_id", "asset_id"])
    op.create_index("assets_at_places_of_place", "assets_at_places", ["tenant_id", "place_id"])
    guard(SERVICE, "taxonomies", "taxonomy_terms", "assets_at_places")
    op.execute(_KEEP_PLACES)
    for table in _AT_PLACES:
        _fill_in(table)
        op.execute(
            f"create trigger keep_places after insert or delete or update of place_ids on {table}"
            " for each row execute function keep_places()"
        )


def _owned() -> list[sa.Column[Any]]:
    return [
        sa.Column("tenant_id", sa.Uuid, server_default=TENANT, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
    ]


def _kept() -> list[Any]:
    return [
        *_owned(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("external_ids", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("description", sa.String),
        sa.Column("uri", sa.String),
        sa.PrimaryKeyConstraint("tenant_id", "id"),
    ]


def _create_taxonomies() -> None:
    op.create_table("taxonomies", *_kept(), sa.Column("edition", sa.String), sa.Column("source", sa.String))
    op.create_table(
        "taxonomy_terms",
        *_kept(),
        sa.Column("taxonomy_id", sa.Uuid, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("code", sa.String, nullable=False),
        sa.ForeignKeyConstraint(["tenant_id", "taxonomy_id"], ["taxonomies.tenant_id", "taxonomies.id"]),
    )
    op.create_index("taxonomy_terms_by_code", "taxonomy_terms", ["tenant_id", "code"])
    op.create_index("taxonomy_terms_of_taxonomy", "taxonomy_terms", ["tenant_id", "taxonomy_id"])


def _fill_in(table: str) -> None:
    op.execute(
        "insert into assets_at_places (tenant_id, id, asset_id, kind, place_id)"  # noqa: S608
        f" select a.tenant_id, {_DERIVED.format(asset='a.id', place='place')}, a.id, '{table}', place::uuid"
        f" from {table} a, jsonb_array_elements_text(a.place_ids) place on conflict do nothing"
    )


def downgrade() -> None:
    for table in _AT_PLACES:
        op.execute(f"drop trigger keep_places on {table}")
    op.execute("drop function keep_places()")
    for table in ("assets_at_places", "taxonomy_terms", "taxonomies"):
        op.drop_table(table)
