"""Answer bodies about taxonomies."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.directory.models import Taxonomy, TaxonomyTerm
from services.directory.open_referral.taxonomies import ours


class TaxonomyPublic(BaseModel):
    id: UUID
    name: str
    description: str | None
    uri: str | None
    edition: str | None = Field(description="Which edition of it, as its source says.")
    source: str | None


class TaxonomyTermPublic(BaseModel):
    id: UUID
    taxonomy_id: UUID
    parent_id: UUID | None
    code: str = Field(description="What stands in a service's `codes`; of our own: the category or the concept.")
    name: str
    description: str | None
    uri: str | None


def own() -> TaxonomyPublic:
    """Return our own taxonomy."""
    return TaxonomyPublic(id=ours.TAXONOMY, name=ours.NAME, description=ours.ABOUT, uri=None, edition=None, source=None)


def own_term(term: ours.Term) -> TaxonomyTermPublic:
    """Return a term of our own."""
    return TaxonomyTermPublic(
        id=term.id, taxonomy_id=ours.TAXONOMY, parent_id=term.parent, code=term.key, name=term.name,
        description=term.about, uri=term.uri,
    )  # fmt: skip


def kept(taxonomy: Taxonomy) -> TaxonomyPublic:
    """Return a taxonomy that an import brought."""
    return TaxonomyPublic.model_validate(taxonomy.model_dump())


def kept_term(term: TaxonomyTerm) -> TaxonomyTermPublic:
    """Return a term that an import brought."""
    return TaxonomyTermPublic.model_validate(term.model_dump())
