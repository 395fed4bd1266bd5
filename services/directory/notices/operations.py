"""What can be done about notices: publish and read. One function per use case; the route commits."""

from datetime import datetime
from uuid import UUID

from services.directory import events
from services.directory.models import Notice
from services.directory.notices import domain, repository
from services.directory.people.domain import OrganisationsOnly
from services.kernel.problems import NotFound
from services.kernel.work import Work


async def publish(
    work: Work, *, purpose: str, version: str, texts: list[dict[str, str]], valid_from: datetime | None
) -> Notice:
    """Publish what people are told about a purpose. Raises AlreadyPublished: what changes is a new version."""
    if work.caller.person is not None:
        raise OrganisationsOnly
    for known in await repository.of_purpose(work, purpose):
        if known.notice_version == version:
            raise domain.AlreadyPublished(notice_id=str(known.id))
    made = Notice(
        id=work.new_id(), purpose=purpose, notice_version=version, texts=texts, valid_from=valid_from or work.now,
        published_by=work.caller.named, created_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await work.record(events.NOTICE_PUBLISHED, made.id, purpose=purpose)
    return made


async def notice(work: Work, notice_id: UUID) -> Notice:
    """Return a notice. Raises NotFound."""
    found = await repository.notice(work, notice_id)
    if found is None:
        raise NotFound
    return found
