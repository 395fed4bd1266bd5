"""Taking in taxonomies and their terms, which the public feed shows with the services that carry them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.directory.imports import staging
from services.directory.imports.taking import Taken
from services.directory.models import ImportEntry
from services.directory.open_referral.taxonomies import operations as taxonomies
from services.kernel.fields import ExternalId
from services.kernel.work import Work

_LONGEST = 200


async def put_taxonomies(work: Work, source: str, entries: Sequence[ImportEntry]) -> Taken:
    """Keep taxonomies; those that say nothing new change nothing."""
    taken = Taken()
    for one in entries:
        facts = {**one.facts, "name": str(one.facts.get("name") or one.name)[:_LONGEST]}
        await taxonomies.keep(work, _called(source, one), source=source, **facts)
    return taken


async def put_terms(work: Work, source: str, entries: Sequence[ImportEntry]) -> Taken:
    """Add the terms that are new, so that each can be named as the parent of another."""
    known = await staging.references(work, "taxonomy_terms", source, (one.name for one in entries))
    fresh = [one for one in entries if one.name not in known]
    taken = await _put(work, source, fresh, {})
    taken.counts["terms"] = len(fresh) - len(taken.flaws)
    return taken


async def put_terms_below(work: Work, source: str, entries: Sequence[ImportEntry]) -> Taken:
    """Say of all terms what the source says, now that each one's parent is known."""
    named = {str(one.facts["_parent"]) for one in entries if "_parent" in one.facts}
    parents = await staging.references(work, "taxonomy_terms", source, named)
    taken = await _put(work, source, entries, parents)
    taken.flaws.clear()  # said when they were to be added
    return taken


async def _put(work: Work, source: str, entries: Sequence[ImportEntry], parents: Mapping[str, UUID]) -> Taken:
    taken = Taken()
    around = {str(one.facts.get("_taxonomy")) for one in entries}
    known = await staging.references(work, "taxonomies", source, around)
    for one in entries:
        taxonomy = known.get(str(one.facts.get("_taxonomy")))
        if taxonomy is None:
            taken.flaw(one, "left_out", "names an unknown taxonomy", "taxonomy_id")
            continue
        facts = {name: value for name, value in one.facts.items() if not name.startswith("_")}
        facts["name"] = str(facts["name"])[:_LONGEST]
        above = parents.get(str(one.facts.get("_parent")))
        above_id = None if one.facts.get("_parent") == one.name else above
        called = _called(source, one)
        await taxonomies.keep_term(work, called, taxonomy_id=taxonomy, code=one.name, parent_id=above_id, **facts)
    return taken


def _called(source: str, one: ImportEntry) -> ExternalId:
    return ExternalId(system=source, value=one.name)
