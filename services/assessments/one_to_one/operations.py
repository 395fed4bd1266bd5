"""What happens to an assessment: started, met for, completed, reviewed, declined, followed by another, deleted."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.assessments import clients
from services.assessments.access import check_assessed, check_assigned, check_readable, check_worker, readable
from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument
from services.assessments.models import Assessment, Capability, Outcome, Sitting, StatedNeed
from services.assessments.one_to_one import concepts, conflicts, domain, repository
from services.assessments.one_to_one.domain import Said
from services.assessments.publications import operations as publications
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


async def start(
    work: Work, *, participant_id: UUID, instrument_id: UUID, externals: Sequence[ExternalId] = (), **more: Any
) -> Assessment:
    """Start an assessment of somebody who lets the caller's organisation do so; `more` is what the talk is like.

    Raises Invalid, DoNotAsk, ConsentUnknown, and what keeps an instrument from being asked from.
    """
    await _check_instrument(work, instrument_id)
    await check_assessed(work, participant_id)
    await _check_may_ask(work, participant_id)
    assessment = Assessment(
        id=work.new_id(), participant_id=participant_id, instrument_id=instrument_id, held_by=work.organisation,
        external_ids=[one.model_dump() for one in externals], created_at=work.now, updated_at=work.now, **more,
    )  # fmt: skip
    await repository.add(work, assessment)
    await external_ids.claim(work, _collection(work), assessment.id, externals)
    await _tell(work, "assessment.created", assessment)
    return assessment


async def _check_instrument(work: Work, instrument_id: UUID) -> None:
    try:
        instrument = await instruments.usable(work, instrument_id)
    except NotFound:
        raise Invalid.field("/instrument_id", "is no instrument") from None
    if instrument.use != "assessment":
        raise Invalid.field("/instrument_id", "is not made for assessments")


async def _check_may_ask(work: Work, participant_id: UUID) -> None:
    # Whoever starts it herself is not being asked.
    if work.caller.person == participant_id:
        return
    if not await clients.may_be_asked(work, participant_id, organisation=work.organisation):
        raise domain.DoNotAsk


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


_PROTECTING = ("representative", "under_18", "decides_with_representative")


async def _change(work: Work, assessment: Assessment, if_match: str | None, changes: dict[str, Any]) -> Assessment:
    check_version(if_match, assessment.version)
    if any(changes.get(name, getattr(assessment, name)) != getattr(assessment, name) for name in _PROTECTING):
        check_worker(work)
    if "external_ids" in changes:
        named: list[ExternalId] = changes["external_ids"]
        await external_ids.claim(work, _collection(work), assessment.id, named)
        changes = {**changes, "external_ids": [one.model_dump() for one in named]}
    if assessment.change(work.now, **changes):
        await _tell(work, "assessment.changed", assessment)
    return assessment


async def get(work: Work, assessment_id: UUID, *, lock: bool = False) -> Assessment:
    """Return an assessment that the caller may see now. Raises NotFound, ConsentRevoked, ConsentUnknown."""
    found = await held(work, assessment_id, lock=lock)
    if work.caller.staff is None:
        await check_readable(work, found.participant_id)
    return found


async def held(work: Work, assessment_id: UUID, *, lock: bool = False) -> Assessment:
    """Return an assessment of the caller's, for what a revoked consent must not keep an app from. Raises NotFound."""
    found = await repository.get(work, assessment_id, lock=lock)
    if found is None:
        raise NotFound
    await check_assigned(work, found.participant_id)
    return found


async def read(work: Work, assessment_id: UUID) -> Assessment:
    """Return an assessment to be shown, and put on record that it was read."""
    assessment = await get(work, assessment_id)
    await work.audit("assessment.read", assessment.participant_id)
    return assessment


_LOOKED_THROUGH = 200
"""Rows at once, of which those are dropped whose people do not let the caller read them any more."""


async def page(
    work: Work,
    *,
    participant_id: UUID | None,
    state: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    review_before: date | None,
    name: ExternalId | None = None,
    after: After,
    limit: int,
) -> Sequence[Assessment]:
    """Return a page of the assessments that may be read now, and put on record of whom."""
    named = None if name is None else external_ids.named(_collection(work), name)
    found: list[Assessment] = []
    while len(found) <= limit:
        rows = await repository.page(
            work, participant_id=participant_id, state=state, updated_after=updated_after, ids=ids,
            review_before=review_before, named=named, after=after, limit=_LOOKED_THROUGH,
        )  # fmt: skip
        seen = await readable(work, {row.participant_id for row in rows})
        found += [row for row in rows if row.participant_id in seen]
        if len(rows) <= _LOOKED_THROUGH:
            break
        after = (rows[-1].created_at, rows[-1].id)
    found = found[: limit + 1]
    for person in sorted({assessment.participant_id for assessment in found[:limit]}):
        await work.audit("assessments.listed", person)
    return found


async def delete(work: Work, assessment_id: UUID, *, if_match: str | None) -> None:
    """Delete an assessment; what it has published is taken back."""
    assessment = await held(work, assessment_id, lock=True)
    check_version(if_match, assessment.version)
    await publications.drop_all_of(work, parent=assessment.id)
    await external_ids.release(work, _collection(work), assessment.id)
    assessment.change(work.now, deleted_at=work.now)
    await _tell(work, "assessment.deleted", assessment)


async def note_answered(work: Work, assessment: Assessment, question_id: str) -> None:
    """Note that a question was answered: the first answer sets an assessment going."""
    assessment.change(work.now, state="in_progress")
    await _tell(work, "assessment.answered", assessment, question=question_id)


def is_reviewed(instrument: Instrument, key: str, language: str) -> bool:
    """Say whether a native speaker vouches for the text `key` in `language`, not in one shown instead of it."""
    return instrument.review_of(language, key) != "unreviewed"


async def complete(work: Work, assessment_id: UUID) -> Assessment:
    """Close the answers and draw capabilities and needs from them. Raises AnswersMissing, IllegalState."""
    assessment = await get(work, assessment_id, lock=True)
    domain.check_step(assessment.state, "completed")
    instrument = await instruments.get(work, assessment.instrument_id)
    conflicts.check_settled(await repository.entries(work, assessment.id))
    said = await said_in(work, assessment.id)
    domain.check_complete(instrument, said)
    await _draw(work, assessment, domain.drawn_from(instrument, said))
    assessment.change(work.now, state="completed", completed_at=work.now)
    await _tell(work, "assessment.completed", assessment)
    return assessment


async def said_in(work: Work, assessment_id: UUID) -> dict[str, Said]:
    """Return the present answers by question."""
    return {one.question_id: Said(one.value, one.language) for one in await repository.answers(work, assessment_id)}


async def _draw(work: Work, assessment: Assessment, drawn: domain.Drawn) -> None:
    for values in drawn.capabilities:
        await add_item(work, Capability, assessment, values)
    for values in drawn.needs:
        await add_item(work, StatedNeed, assessment, values)
    for values in drawn.outcomes:
        made = Outcome(
            id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now, **values
        )
        await repository.add(work, made)
        await work.record("outcome.created", made.id, assessment=assessment.id, participant=assessment.participant_id)


async def review(work: Work, assessment_id: UUID) -> Assessment:
    """Note that the person and her caseworker have gone through it again. Raises IllegalState."""
    assessment = await get(work, assessment_id, lock=True)
    check_worker(work)
    domain.check_step(assessment.state, "reviewed")
    assessment.change(work.now, state="reviewed", reviewed_at=work.now)
    await _tell(work, "assessment.reviewed", assessment)
    return assessment


async def do_not_ask(work: Work, assessment_id: UUID, *, until: datetime | None) -> Assessment:
    """Note that the person is not to be asked again; one that is under way ends as declined. Raises ConsentUnknown."""
    if until is not None and until <= work.now:
        raise Invalid.field("/until", "is over already: that would let her be asked at once")
    assessment = await held(work, assessment_id, lock=True)
    await clients.do_not_ask(work, assessment.participant_id, until=until)
    if assessment.state in domain.ANSWERABLE:
        assessment.change(work.now, state="declined")
        await _tell(work, "assessment.declined", assessment)
    return assessment


async def reassess(
    work: Work, assessment_id: UUID, *, instrument_id: UUID | None, language: str | None, interpreter: str | None
) -> Assessment:
    """Start an assessment of the same person that follows this one. Nothing that she said is copied."""
    before = await get(work, assessment_id)
    if before.state not in domain.PUBLISHABLE:
        raise IllegalState("Only what is completed can be followed by another assessment.")
    taken = {name: getattr(before, name) for name in _STAYS}
    return await start(
        work, participant_id=before.participant_id, instrument_id=instrument_id or before.instrument_id,
        language=language or before.language, interpreter=interpreter, follows=before.id, **taken,
    )  # fmt: skip


_STAYS = ("representative", "under_18", "decides_with_representative", "area")


async def add_sitting(work: Work, assessment_id: UUID, **facts: Any) -> Sitting:
    """Note a sitting: when, where, and which roles were present."""
    assessment = await get(work, assessment_id, lock=True)
    if facts["ended_at"] is not None and facts["ended_at"] < facts["started_at"]:
        raise Invalid.field("/ended_at", "is before it started")
    made = Sitting(
        id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now, **facts
    )  # fmt: skip
    return await repository.add(work, made)


async def sittings(work: Work, assessment_id: UUID) -> Sequence[Sitting]:
    """Return the sittings of an assessment, oldest first."""
    return await repository.sittings(work, (await read(work, assessment_id)).id)


_PICKED = "picked from the cards"


async def sitting(work: Work, assessment_id: UUID, sitting_id: UUID) -> Sitting:
    """Return one sitting. Raises NotFound."""
    found = next((one for one in await sittings(work, assessment_id) if one.id == sitting_id), None)
    if found is None:
        raise NotFound
    return found


async def add_item(
    work: Work, kind: type[repository.Item], assessment: Assessment, values: dict[str, Any]
) -> repository.Item:
    """Store one capability or need of an assessment."""
    said = values["activity"] if kind is Capability else values["text"]
    suggested = await concepts.suggested(said, values["language"])
    if picked := values.get("concepts"):
        values = {**values, "concepts_confirmed_by": _PICKED, "concepts_confirmed_at": work.now}
        values["category"] = values.get("category") or concepts.category_of(picked[0])
    made = kind(
        id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now,
        concepts_suggested=suggested, **values,
    )  # fmt: skip
    await repository.add(work, made)
    fact = "capability.created" if kind is Capability else "stated_need.created"
    await work.record(fact, made.id, assessment=assessment.id, participant=assessment.participant_id)
    return made


async def _tell(work: Work, fact: str, assessment: Assessment, **more: str) -> None:
    await work.record(fact, assessment.id, participant=assessment.participant_id, state=assessment.state, **more)
