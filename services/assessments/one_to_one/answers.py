"""What happens to answers: given one by one or merged from devices, kept all of them, decided where two differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.assessments.access import check_consent
from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument, Question, checked
from services.assessments.models import Answer, AnswerEntry, Assessment
from services.assessments.one_to_one import conflicts, domain, operations, repository
from services.assessments.one_to_one.conflicts import Author, ClientIdReused
from services.kernel.pages import After
from services.kernel.problems import Invalid, NotFound, Problem
from services.kernel.versions import check_version
from services.kernel.work import Work

_SAID_OF_THEMSELVES = frozenset({"person", "representative"})


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as a device delivers it. `replaces` names the entry that its author had seen."""

    client_id: UUID
    question_id: str
    value: Any
    language: str | None
    answered_at: datetime
    author: Author
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one line: kept, repeated (it was here already), or refused and why."""

    client_id: UUID
    outcome: Literal["kept", "repeated", "refused"]
    entry_id: UUID | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An assessment that is being filled in, locked, with what the rules about its answers need to know."""

    assessment: Assessment
    instrument: Instrument
    interpreters: tuple[str | None, ...]


async def put(
    work: Work,
    assessment_id: UUID,
    *,
    question_id: str,
    value: Any,
    language: str | None,
    answered_at: datetime | None,
    author: Author,
    resolves: Sequence[UUID],
    if_match: str | None,
) -> tuple[Answer, bool]:
    """Keep the answer to one question, in place of the present one; say whether it is the first."""
    sheet = await _sheet(work, assessment_id)
    sheet.instrument.question(question_id)  # the database is asked about known questions only
    found = await repository.answer(work, sheet.assessment.id, question_id)
    kept = _read(work, sheet, question_id, value, language, answered_at or work.now, author)
    if found is not None:
        check_version(if_match, found.version)
        if not resolves and (found.value, found.language) == (kept["value"], kept["language"]):
            return found, False
    seen = [] if found is None or found.entry_id is None else [found.entry_id]
    replaced = await _known(work, sheet.assessment, question_id, [*seen, *resolves], path="/resolves")
    await _keep(work, sheet.assessment, kept, replaces=replaced)
    present = await _settle(work, sheet.assessment, question_id)
    return present, found is None


async def merge(work: Work, assessment_id: UUID, *, lines: Sequence[Line]) -> list[Delivered]:
    """Keep what devices have gathered without a connection. Twice delivered is kept once; a bad line stops no other."""
    sheet = await _sheet(work, assessment_id)
    ids = [line.client_id for line in lines]
    known = {one.client_id: one for one in await repository.entries_of_clients(work, sheet.assessment.id, ids)}
    done, touched = [], set()
    for line in lines:
        try:
            one, new = await _deliver(work, sheet, line, known)
        except Problem as problem:
            done.append(Delivered(line.client_id, "refused", problem=problem))
            continue
        touched |= {line.question_id} if new else set()
        done.append(Delivered(line.client_id, "kept" if new else "repeated", entry_id=one.id))
    for question_id in sorted(touched):
        await _settle(work, sheet.assessment, question_id)
    return done


async def _deliver(
    work: Work, sheet: _Sheet, line: Line, known: dict[UUID | None, AnswerEntry]
) -> tuple[AnswerEntry, bool]:
    kept = _read(work, sheet, line.question_id, line.value, line.language, line.answered_at, line.author)
    earlier = known.get(line.client_id)
    if earlier is not None:
        if any(getattr(earlier, name) != kept[name] for name in ("question_id", "value", "language", "answered_at")):
            raise ClientIdReused
        return earlier, False
    seen = [] if line.replaces is None else [line.replaces]
    replaced = await _known(work, sheet.assessment, line.question_id, seen, path="/replaces")
    made = await _keep(work, sheet.assessment, {**kept, "client_id": line.client_id}, replaces=replaced)
    known[line.client_id] = made
    return made, True


async def resolve(work: Work, assessment_id: UUID, question_id: str, *, entry_id: UUID, author: Author) -> Answer:
    """Let one of the answers that stand against each other count. Raises NotFound when none do."""
    sheet = await _sheet(work, assessment_id)
    sheet.instrument.question(question_id)
    found = conflicts.heads(await repository.entries(work, sheet.assessment.id, question_id))
    if not conflicts.in_conflict(found):
        raise NotFound("Nothing is in conflict here.")
    chosen = next((one for one in found if one.id == entry_id), None)
    if chosen is None:
        raise Invalid.field("/entry_id", "is none of the answers in conflict")
    kept = _read(work, sheet, question_id, chosen.value, chosen.language, work.now, author)
    await _keep(work, sheet.assessment, kept, replaces=[one.id for one in found])
    return await _settle(work, sheet.assessment, question_id)


async def _sheet(work: Work, assessment_id: UUID) -> _Sheet:
    assessment = await operations.held(work, assessment_id, lock=True)
    domain.check_answerable(assessment.state)
    if work.caller.person is None:  # she may have taken it back since the assessment was started
        person, holder = assessment.participant_id, assessment.held_by
        await check_consent(work, person, organisation=holder, purpose="assessment")
    needed = assessment.under_18 or assessment.decides_with_representative
    domain.check_represented(needed=needed, representative=assessment.representative)
    sittings = await repository.sittings(work, assessment.id)
    interpreters = (assessment.interpreter, *(one.interpreter for one in sittings))
    return _Sheet(assessment, await instruments.usable(work, assessment.instrument_id), interpreters)


def _read(
    work: Work,
    sheet: _Sheet,
    question_id: str,
    value: Any,
    language: str | None,
    answered_at: datetime,
    author: Author,
) -> dict[str, Any]:
    question = sheet.instrument.question(question_id)
    spoken = language or sheet.assessment.language
    conflicts.check_clock(answered_at, now=work.now)
    if work.caller.person is not None and author.kind not in _SAID_OF_THEMSELVES:
        raise Invalid.field("/answered_by", "a person's own token answers for the person or her representative")
    kept = checked(question, value)
    if question.type == "consent" and kept is True:
        _check_understood(sheet, question, spoken, author)
    return {
        "question_id": question_id, "value": kept, "language": spoken, "answered_at": answered_at,
        "answered_by": author.kind, "author": author.role, "device_id": author.device_id,
        "interpreter": author.interpreter,
    }  # fmt: skip


def _check_understood(sheet: _Sheet, question: Question, language: str, author: Author) -> None:
    reviewed = operations.is_reviewed(sheet.instrument, f"question.{question.id}", language)
    domain.check_understood(reviewed=reviewed, interpreters=(author.interpreter, *sheet.interpreters))


async def _known(work: Work, assessment: Assessment, question_id: str, ids: Sequence[UUID], *, path: str) -> list[UUID]:
    """Return `ids` when they are all entries of this question. Raises Invalid."""
    if ids:
        here = {one.id for one in await repository.entries(work, assessment.id, question_id)}
        if set(ids) - here:
            raise Invalid.field(path, "is no answer that was given to this question")
    return list(dict.fromkeys(ids))


async def _keep(
    work: Work, assessment: Assessment, kept: Mapping[str, Any], *, replaces: Sequence[UUID]
) -> AnswerEntry:
    caller = work.caller.named
    return await repository.add(
        work,
        AnswerEntry(
            id=work.new_id(), assessment_id=assessment.id, caller=caller, created_at=work.now,
            replaces=[str(one) for one in replaces], **kept,
        ),
    )  # fmt: skip


async def _settle(work: Work, assessment: Assessment, question_id: str) -> Answer:
    """Make the entry that counts the present answer."""
    head = conflicts.heads(await repository.entries(work, assessment.id, question_id))[0]
    taken = {name: getattr(head, name) for name in _TAKEN}
    found = await repository.answer(work, assessment.id, question_id)
    if found is None:
        found = Answer(
            id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now,
            entry_id=head.id, **taken,
        )  # fmt: skip
        await repository.add(work, found)
    elif found.entry_id != head.id:
        for name, value in taken.items():
            setattr(found, name, value)
        found.entry_id, found.version, found.updated_at = head.id, found.version + 1, work.now
    await operations.note_answered(work, assessment, question_id)
    return found


_TAKEN = (
    "question_id", "value", "language", "answered_at", "answered_by", "author", "device_id", "interpreter",
)  # fmt: skip


async def read(work: Work, assessment_id: UUID, question_id: str) -> Answer:
    """Return the answer to one question. Raises NotFound, UnknownQuestion."""
    assessment = await _asked(work, assessment_id, question_id)
    found = await repository.answer(work, assessment.id, question_id)
    if found is None:
        raise NotFound
    return found


async def history(work: Work, assessment_id: UUID, question_id: str) -> Sequence[AnswerEntry]:
    """Return every answer that was ever given to one question, oldest first."""
    assessment = await _asked(work, assessment_id, question_id)
    return await repository.entries(work, assessment.id, question_id)


async def open_conflicts(work: Work, assessment_id: UUID) -> Mapping[str, list[AnswerEntry]]:
    """Return the answers that stand against each other, by question."""
    assessment = await operations.read(work, assessment_id)
    return conflicts.conflicts(await repository.entries(work, assessment.id))


async def page(work: Work, assessment_id: UUID, *, after: After, limit: int) -> Sequence[Answer]:
    """Return a page of the answers, and put on record that they were read."""
    assessment = await operations.read(work, assessment_id)
    return await repository.answer_page(work, assessment.id, after=after, limit=limit)


async def _asked(work: Work, assessment_id: UUID, question_id: str) -> Assessment:
    assessment = await operations.read(work, assessment_id)
    (await instruments.get(work, assessment.instrument_id)).question(question_id)
    return assessment
