"""What happens to an assessment: started, answered, completed, reviewed, deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessments.access import check_participant
from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import checked
from services.assessments.models import Answer, Assessment, Capability, StatedNeed
from services.assessments.one_to_one import domain, repository
from services.assessments.one_to_one.domain import Said
from services.assessments.paging import After
from services.assessments.publications import operations as publications
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def start(
    work: Work,
    *,
    participant_id: UUID,
    instrument_id: UUID,
    language: str,
    interpreter: str | None = None,
    acted_for_by: str | None = None,
    externals: Sequence[ExternalId] = (),
) -> Assessment:
    """Start an assessment of somebody who lets the caller's organisation do so. Raises Invalid, ConsentUnknown."""
    try:
        instruments.get(instrument_id)
    except NotFound:
        raise Invalid.field("/instrument_id", "is no instrument") from None
    await check_participant(work, participant_id, "assessment")
    assessment = Assessment(
        id=work.new_id(), participant_id=participant_id, instrument_id=instrument_id, language=language,
        interpreter=interpreter, acted_for_by=acted_for_by, held_by=work.organisation,
        external_ids=[one.model_dump() for one in externals], created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    await repository.add(work, assessment)
    await external_ids.claim(work, _collection(work), assessment.id, externals)
    await _tell(work, "assessment.created", assessment)
    return assessment


def _collection(work: Work) -> str:
    # Each organisation names its own assessments: a name must not tell that another one's exists.
    return f"assessments/{work.organisation}"


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[Assessment, bool]:
    """Start the assessment that `external` names, or bring it up to date; say whether it is new."""
    others = [one for one in wanted.pop("externals") if one.system != external.system]
    found = await external_ids.find(work, _collection(work), external)
    if found is None:
        return await start(work, externals=[external, *others], **wanted), True
    assessment = await get(work, found, lock=True)
    for fixed in ("participant_id", "instrument_id"):
        if getattr(assessment, fixed) != wanted.pop(fixed):
            raise Invalid.field(f"/{fixed}", "cannot be changed once the assessment is started")
    return await _change(work, assessment, if_match, {**wanted, "external_ids": [external, *others]}), False


async def change(work: Work, assessment_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Assessment:
    """Change what is known about the talk itself."""
    return await _change(work, await get(work, assessment_id, lock=True), if_match, changes)


async def _change(work: Work, assessment: Assessment, if_match: str | None, changes: dict[str, Any]) -> Assessment:
    check_version(if_match, assessment.version)
    if "external_ids" in changes:
        named: list[ExternalId] = changes["external_ids"]
        await external_ids.claim(work, _collection(work), assessment.id, named)
        changes = {**changes, "external_ids": [one.model_dump() for one in named]}
    if assessment.change(work.now, **changes):
        await _tell(work, "assessment.changed", assessment)
    return assessment


async def get(work: Work, assessment_id: UUID, *, lock: bool = False) -> Assessment:
    """Return an assessment that the caller may see. Raises NotFound."""
    found = await repository.get(work, assessment_id, lock=lock)
    if found is None:
        raise NotFound
    return found


async def read(work: Work, assessment_id: UUID) -> Assessment:
    """Return an assessment to be shown, and put on record that it was read."""
    assessment = await get(work, assessment_id)
    await work.audit("assessment.read", assessment.participant_id)
    return assessment


async def page(
    work: Work,
    *,
    participant_id: UUID | None,
    state: str | None,
    updated_after: datetime | None,
    after: After,
    limit: int,
) -> Sequence[Assessment]:
    """Return a page of assessments, and put on record of whom."""
    found = await repository.page(
        work, participant_id=participant_id, state=state, updated_after=updated_after, after=after, limit=limit
    )
    for person in sorted({assessment.participant_id for assessment in found[:limit]}):
        await work.audit("assessments.listed", person)
    return found


async def delete(work: Work, assessment_id: UUID, *, if_match: str | None) -> None:
    """Delete an assessment; what it has published is taken back."""
    assessment = await get(work, assessment_id, lock=True)
    check_version(if_match, assessment.version)
    await publications.drop_all_of(work, parent=assessment.id)
    await external_ids.release(work, _collection(work), assessment.id)
    assessment.change(work.now, deleted_at=work.now)
    await _tell(work, "assessment.deleted", assessment)


async def answer(
    work: Work,
    assessment_id: UUID,
    *,
    question_id: str,
    value: Any,
    language: str | None,
    answered_at: datetime | None,
    if_match: str | None,
) -> tuple[Answer, bool]:
    """Keep the answer to one question, in place of an earlier one; say whether it is the first."""
    assessment = await get(work, assessment_id, lock=True)
    question = instruments.get(assessment.instrument_id).question(question_id)
    domain.check_answerable(assessment.state)
    kept = {"value": checked(question, value), "language": language or assessment.language}
    found = await repository.answer(work, assessment.id, question_id)
    if found is None:
        return await _first_answer(work, assessment, question_id, {**kept, "answered_at": answered_at or work.now})
    check_version(if_match, found.version)
    if any(getattr(found, name) != new for name, new in kept.items()):
        found.value, found.language, found.answered_at = kept["value"], kept["language"], answered_at or work.now
        found.version, found.updated_at = found.version + 1, work.now
        await _answered(work, assessment, question_id)
    return found, False


async def _first_answer(
    work: Work, assessment: Assessment, question_id: str, kept: dict[str, Any]
) -> tuple[Answer, bool]:
    made = Answer(
        id=work.new_id(), assessment_id=assessment.id, question_id=question_id,
        created_at=work.now, updated_at=work.now, **kept,
    )  # fmt: skip
    await repository.add(work, made)
    await _answered(work, assessment, question_id)
    return made, True


async def _answered(work: Work, assessment: Assessment, question_id: str) -> None:
    assessment.change(work.now, state="in_progress")
    await _tell(work, "assessment.answered", assessment, question=question_id)


async def read_answer(work: Work, assessment_id: UUID, question_id: str) -> Answer:
    """Return the answer to one question. Raises NotFound, UnknownQuestion."""
    assessment = await read(work, assessment_id)
    instruments.get(assessment.instrument_id).question(question_id)
    found = await repository.answer(work, assessment.id, question_id)
    if found is None:
        raise NotFound
    return found


async def answers(work: Work, assessment_id: UUID, *, after: After, limit: int) -> Sequence[Answer]:
    """Return a page of the answers, and put on record that they were read."""
    assessment = await read(work, assessment_id)
    return await repository.answer_page(work, assessment.id, after=after, limit=limit)


async def complete(work: Work, assessment_id: UUID) -> Assessment:
    """Close the answers and draw capabilities and needs from them. Raises AnswersMissing, IllegalState."""
    assessment = await get(work, assessment_id, lock=True)
    domain.check_step(assessment.state, "completed")
    instrument = instruments.get(assessment.instrument_id)
    said = {one.question_id: Said(one.value, one.language) for one in await repository.answers(work, assessment.id)}
    domain.check_complete(instrument, said)
    drawn = domain.drawn_from(instrument, said)
    for values in drawn.capabilities:
        await add_item(work, Capability, assessment, values)
    for values in drawn.needs:
        await add_item(work, StatedNeed, assessment, values)
    assessment.change(work.now, state="completed", completed_at=work.now)
    await _tell(work, "assessment.completed", assessment)
    return assessment


async def prompts(work: Work, assessment: Assessment) -> Sequence[str]:
    """Return what helps to find strengths, when a finished assessment names none."""
    if assessment.state not in domain.PUBLISHABLE:
        return []
    found = await repository.capabilities(work, assessment.id)
    instrument = instruments.get(assessment.instrument_id)
    return domain.strength_prompts(instrument, language=assessment.language, capabilities=found)


async def review(work: Work, assessment_id: UUID) -> Assessment:
    """Note that the person and her caseworker have gone through it again. Raises IllegalState."""
    assessment = await get(work, assessment_id, lock=True)
    domain.check_step(assessment.state, "reviewed")
    assessment.change(work.now, state="reviewed", reviewed_at=work.now)
    await _tell(work, "assessment.reviewed", assessment)
    return assessment


async def add_item(
    work: Work, kind: type[repository.Item], assessment: Assessment, values: dict[str, Any]
) -> repository.Item:
    """Store one capability or need of an assessment."""
    made = kind(id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now, **values)
    await repository.add(work, made)
    fact = "capability.created" if kind is Capability else "stated_need.created"
    await work.record(fact, made.id, assessment=assessment.id, participant=assessment.participant_id)
    return made


async def _tell(work: Work, fact: str, assessment: Assessment, **more: str) -> None:
    await work.record(fact, assessment.id, participant=assessment.participant_id, state=assessment.state, **more)
