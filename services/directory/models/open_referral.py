"""What the public feed needs beside the assets: taxonomies with their terms, and which asset is at which place."""

from uuid import UUID

import sqlalchemy as sa

from services.directory.models.kept import Kept
from services.kernel.records import Owned, Resource, within_tenant


class Taxonomy(Resource, Kept, table=True):
    """A classification that came with an import; what other systems call it is among its external ids."""

    __tablename__ = "taxonomies"

    name: str
    description: str | None = None
    uri: str | None = None
    edition: str | None = None
    source: str | None = None


class TaxonomyTerm(Resource, Kept, table=True):
    """One term of a taxonomy. A service carries it when its `codes` name the term's code, or its id."""

    __tablename__ = "taxonomy_terms"
    __table_args__ = (
        within_tenant("taxonomies", "taxonomy_id"),
        sa.Index("taxonomy_terms_by_code", "tenant_id", "code"),
        sa.Index("taxonomy_terms_of_taxonomy", "tenant_id", "taxonomy_id"),
    )

    taxonomy_id: UUID
    parent_id: UUID | None = None
    code: str
    name: str
    description: str | None = None
    uri: str | None = None


class AssetAtPlace(Owned, Kept, table=True):
    """A service, activity or micro-provider at a place. The database keeps these rows in step with `place_ids`."""

    __tablename__ = "assets_at_places"
    __table_args__ = (
        sa.Index("assets_at_places_of_asset", "tenant_id", "asset_id"),
        sa.Index("assets_at_places_of_place", "tenant_id", "place_id"),
    )

    asset_id: UUID
    kind: str
    place_id: UUID
