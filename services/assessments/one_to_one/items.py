"""What happens to one capability or need of an assessment: added by hand, put right, made known, taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.assessments.models import Assessment, Capability, Publication, StatedNeed
from services.assessments.one_to_one import domain, operations, repository
from services.assessments.one_to_one.repository import Item
from services.assessments.paging import After
from services.assessments.publications import operations as publications
from services.assessments.publications.domain import Source, Terms
from services.kernel.problems import NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def add(work: Work, kind: type[Item], assessment_id: UUID, *, values: dict[str, Any]) -> Item:
    """Add one that the answers did not tell of."""
    assessment = await operations.get(work, assessment_id)
    return await operations.add_item(work, kind, assessment, {"language": assessment.language, **values})


async def page(work: Work, kind: type[Item], assessment_id: UUID, *, after: After, limit: int) -> Sequence[Item]:
    """Return a page of them, and put on record that they were read."""
    assessment = await operations.read(work, assessment_id)
    return await repository.item_page(work, kind, assessment.id, after=after, limit=limit)


async def read(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> Item:
    """Return one, and put on record that it was read. Raises NotFound."""
    await operations.read(work, assessment_id)
    return (await _find(work, kind, assessment_id, item_id))[1]


async def change(
    work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Item:
    """Put one right; what is published of it follows."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    check_version(if_match, item.version)
    if item.change(work.now, **changes):
        await _tell(work, "changed", assessment, item)
        await publications.follow_source(work, source=source_of(assessment, item))
    return item


async def delete(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, if_match: str | None) -> None:
    """Delete one; what is published of it is taken back."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    check_version(if_match, item.version)
    await publications.drop(work, source_id=item.id)
    item.change(work.now, deleted_at=work.now)
    await _tell(work, "deleted", assessment, item)


async def publish(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID, *, terms: Terms) -> Publication:
    """Make one known to matching, with the person's consent and only when she is willing."""
    assessment, item = await _find(work, kind, assessment_id, item_id)
    domain.check_publishable(assessment.state)
    return await publications.publish(work, source=source_of(assessment, item), terms=terms)


async def unpublish(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> Publication:
    """Take back what is published of one. Raises NotPublished."""
    _, item = await _find(work, kind, assessment_id, item_id)
    return await publications.unpublish(work, source_id=item.id)


def source_of(assessment: Assessment, item: Capability | StatedNeed) -> Source:
    """Return what a publication of `item` is made from."""
    owner: dict[str, Any] = {
        "parent": assessment.id,
        "participant_id": assessment.participant_id,
        "held_by": assessment.held_by,
        "language": item.language,
        "category": item.category,
    }
    if isinstance(item, StatedNeed):
        return Source(kind="need", system="assessment", id=item.id, text=item.text, **owner)
    return Source(
        kind="offer", system="assessment", id=item.id, text=item.activity, willing=item.willing,
        means=item.means, minutes=item.minutes, availability=item.availability, **owner,
    )  # fmt: skip


async def _find(work: Work, kind: type[Item], assessment_id: UUID, item_id: UUID) -> tuple[Assessment, Item]:
    assessment = await operations.get(work, assessment_id)
    found = await repository.item(work, kind, assessment.id, item_id)
    if found is None:
        raise NotFound
    return assessment, found


async def _tell(work: Work, happened: str, assessment: Assessment, item: Capability | StatedNeed) -> None:
    about = "capability" if isinstance(item, Capability) else "stated_need"
    await work.record(f"{about}.{happened}", item.id, assessment=assessment.id, participant=assessment.participant_id)
