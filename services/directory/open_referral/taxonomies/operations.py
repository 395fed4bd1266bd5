"""Keeping a taxonomy and its terms as a source has them, and reading them."""

from typing import Any
from uuid import UUID

from services.directory.models import Taxonomy, TaxonomyTerm
from services.directory.open_referral.taxonomies import repository
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import NotFound
from services.kernel.work import Work


async def keep(
    work: Work,
    external: ExternalId,
    *,
    name: str,
    description: str | None = None,
    uri: str | None = None,
    edition: str | None = None,
    source: str | None = None,
) -> Taxonomy:
    """Add or change the taxonomy that a source calls `external`; the same facts again change nothing."""
    facts = {"name": name, "description": description, "uri": uri, "edition": edition, "source": source}
    return await _keep(work, Taxonomy, external, facts)


async def keep_term(
    work: Work,
    external: ExternalId,
    *,
    taxonomy_id: UUID,
    code: str,
    name: str,
    description: str | None = None,
    parent_id: UUID | None = None,
    uri: str | None = None,
) -> TaxonomyTerm:
    """Add or change the term that a source calls `external`. Services carry it by its `code`, or by its id."""
    facts = {
        "taxonomy_id": taxonomy_id, "code": code, "name": name, "description": description, "parent_id": parent_id,
        "uri": uri,
    }  # fmt: skip
    return await _keep(work, TaxonomyTerm, external, facts)


async def _keep(work: Work, kind: type[repository.K], external: ExternalId, facts: dict[str, Any]) -> repository.K:
    collection = str(kind.__tablename__)
    known = await external_ids.find(work, collection, external)
    found = await repository.one(work, kind, known, lock=True) if known else None
    if found is not None:
        found.change(work.now, **facts)
        return found
    made = kind(
        id=work.new_id(), created_at=work.now, updated_at=work.now, external_ids=[external.model_dump()], **facts
    )
    work.session.add(made)
    await work.session.flush()
    await external_ids.claim(work, collection, made.id, [external])
    return made


async def find(work: Work, id: UUID) -> Taxonomy:
    """Return a taxonomy that an import brought. Raises NotFound."""
    found = await repository.one(work, Taxonomy, id)
    if found is None:
        raise NotFound
    return found
