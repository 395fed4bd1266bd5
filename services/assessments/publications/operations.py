"""Making known what somebody consents to make known, taking it back, and learning what matching made of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from services.assessments import clients
from services.assessments.access import check_consent
from services.assessments.models import Publication
from services.assessments.publications import repository
from services.assessments.publications.domain import (
    AlreadyPublished,
    NotPublished,
    Source,
    Terms,
    check_publishable,
    learnt_state,
)
from services.kernel.pages import After
from services.kernel.problems import NotFound
from services.kernel.work import Work

MADE = "publication.made"
CHANGED = "publication.changed"
WITHDRAWN = "publication.withdrawn"


async def publish(work: Work, *, source: Source, terms: Terms) -> Publication:
    """Make `source` known if its person consents.

    Raises NotWilling, CategoryMissing, ConsentMissing, ConsentUnknown, AlreadyPublished.
    """
    await check(work, source=source, terms=terms)
    return await make_known(work, source=source, terms=terms)


async def check(work: Work, *, source: Source, terms: Terms) -> None:
    """Raise what keeps `source` from being made known: NotWilling, CategoryMissing, ConsentMissing, ConsentUnknown."""
    check_publishable(source, terms)
    await check_consent(work, source.participant_id, organisation=source.held_by)


async def make_known(work: Work, *, source: Source, terms: Terms) -> Publication:
    """Publish `source`, whose consent has been asked for. Raises AlreadyPublished."""
    values = {**terms.values(), **source.values()}
    publication = await repository.of_source(work, source.id)
    if publication is None:
        publication = _new(work, source, values)
        await repository.add(work, publication)
    elif publication.state == "published":
        raise AlreadyPublished(publication_id=str(publication.id))
    else:
        publication.change(work.now, state="published", **values)
    await _tell(work, MADE, publication)
    return publication


def _new(work: Work, source: Source, values: Mapping[str, Any]) -> Publication:
    return Publication(
        id=work.new_id(),
        kind=source.kind,
        participant_id=source.participant_id,
        held_by=source.held_by,
        source_system=source.system,
        source_id=source.id,
        source_parent=source.parent,
        created_at=work.now,
        updated_at=work.now,
        **values,
    )


async def follow_source(work: Work, *, source: Source) -> None:
    """Bring the publication of a changed capability, need or card up to date; end it when it is shared no more."""
    publication = await repository.of_source(work, source.id)
    if publication is None or publication.state != "published":
        return
    if not source.shared or source.category is None:
        await _withdraw(work, publication)
    elif publication.change(work.now, **source.values()):
        await _tell(work, CHANGED, publication)


async def unpublish(work: Work, *, source_id: UUID) -> Publication:
    """Take back what is published of `source_id`. Raises NotPublished."""
    publication = await repository.of_source(work, source_id)
    if publication is None or publication.state != "published":
        raise NotPublished
    await _withdraw(work, publication)
    return publication


async def is_live(work: Work, *, source_id: UUID) -> bool:
    """Say whether something is published of `source_id` now."""
    publication = await repository.of_source(work, source_id)
    return publication is not None and publication.state == "published"


async def drop(work: Work, *, source_id: UUID) -> None:
    """Take back what is published of something that is being deleted, if anything is."""
    publication = await repository.of_source(work, source_id)
    if publication is not None and publication.state == "published":
        await _withdraw(work, publication)


async def drop_all_of(work: Work, *, parent: UUID) -> None:
    """Take back everything published out of an assessment or a round table that is being deleted."""
    for publication in await repository.live_of_parent(work, parent):
        await _withdraw(work, publication)


async def recheck(work: Work, *, people: Collection[UUID]) -> None:
    """Take back what these people have published towards organisations that they let match no longer."""
    live = sorted(await repository.live_of_people(work, people), key=lambda publication: publication.held_by)
    for organisation, some in groupby(live, key=lambda publication: publication.held_by):
        theirs = list(some)
        asked = {publication.participant_id for publication in theirs}
        allowed = await clients.allowed(work, asked, organisation=organisation, purpose="matching")
        for publication in theirs:
            if publication.participant_id not in allowed:
                await _withdraw(work, publication)


async def withdraw_people(work: Work, *, people: Collection[UUID]) -> None:
    """Take back everything of people who are gone."""
    for publication in await repository.live_of_people(work, people):
        await _withdraw(work, publication)


async def learn_listing(
    work: Work, *, fact: str, listing: UUID, publications: Collection[UUID], stated: str | None, at: datetime
) -> None:
    """Note what became of the listings that matching made of publications; a need is met once and for all."""
    state = learnt_state(fact, stated)
    for publication in await repository.of_listings(work, [listing], publications):
        publication.listing_id = listing
        publication.listing_state = state or publication.listing_state
        if fact == "need.met" and publication.met_at is None:
            publication.met_at = at


async def learn_match(work: Work, *, fact: str, match: UUID, listings: Collection[UUID], stated: str | None) -> None:
    """Note which matches came of a publication's listing, and how far the latest has come."""
    state = learnt_state(fact, stated)
    for publication in await repository.of_listings(work, listings, []):
        if str(match) not in publication.match_ids:
            publication.match_ids = [*publication.match_ids, str(match)]
        publication.match_state = state or publication.match_state


async def matches_of(work: Work, *, parent: UUID) -> set[UUID]:
    """Return the matches that came of what an assessment has made known, withdrawn or not."""
    found = await repository.of_parent(work, parent)
    return {UUID(match) for publication in found for match in publication.match_ids}


async def met_sources(work: Work, *, parent: UUID) -> set[UUID]:
    """Return the needs of an assessment that were met, once they had been made known."""
    found = await repository.of_parent(work, parent)
    return {publication.source_id for publication in found if publication.met_at is not None}


async def published_sources(work: Work, *, parent: UUID) -> set[UUID]:
    """Return what of an assessment is made known at present."""
    return {publication.source_id for publication in await repository.live_of_parent(work, parent)}


async def get(work: Work, publication_id: UUID) -> Publication:
    """Return one publication that the caller may see, and put on record that it was read. Raises NotFound."""
    found = await repository.get(work, publication_id)
    if found is None:
        raise NotFound
    await work.audit("publication.read", found.participant_id)
    return found


async def page(
    work: Work,
    *,
    kind: str | None,
    state: str | None,
    participant_id: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    after: After,
    limit: int,
) -> Sequence[Publication]:
    """Return a page of the publications that the caller may see, and put on record of whom."""
    found = await repository.page(
        work,
        kind=kind,
        state=state,
        participant_id=participant_id,
        updated_after=updated_after,
        ids=ids,
        after=after,
        limit=limit,
    )
    for person in sorted({publication.participant_id for publication in found[:limit]}):
        await work.audit("publications.listed", person)
    return found


async def for_matching(work: Work, *, ids: Collection[UUID]) -> Sequence[Publication]:
    """Return the named publications, withdrawn ones too; what is unknown is left out."""
    return await repository.by_ids(work, ids)


async def _withdraw(work: Work, publication: Publication) -> None:
    publication.change(work.now, state="withdrawn")
    await _tell(work, WITHDRAWN, publication)


async def _tell(work: Work, fact: str, publication: Publication) -> None:
    await work.record(
        fact,
        publication.id,
        kind=publication.kind,
        participant=publication.participant_id,
        source=publication.source_id,
        held_by=publication.held_by,
    )
