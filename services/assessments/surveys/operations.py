"""What happens to a survey: planned, answered by nobody in particular, closed for good, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument
from services.assessments.models import Survey, SurveyResponse
from services.assessments.reports.operations import smallest_group
from services.assessments.surveys import domain, repository
from services.assessments.surveys.listing import asks_to_be_listed, said_for_listing
from services.assessments.surveys.results import Results, results
from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.pages import After
from services.kernel.problems import Forbidden, IllegalState, Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Given:
    """One response as it is delivered. `day` is only said of one that was given on paper, some time ago."""

    client_id: UUID
    language: str
    answers: dict[str, Any]
    respondent_kind: str | None = None
    organisation_id: UUID | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A survey with its questions and what may be read of its responses."""

    survey: Survey
    instrument: Instrument
    results: Results


def _collection(work: Work) -> str:
    # Each organisation names its own surveys.
    return f"surveys/{work.organisation}"


async def plan(work: Work, *, externals: Sequence[ExternalId], **values: Any) -> Survey:
    """Open a survey for the caller's organisation. Raises NotASurvey, and what an unusable instrument raises."""
    if work.caller.person:
        raise Forbidden("A survey is planned by an organisation.")
    domain.check_days(values.get("opens"), values.get("closes"))
    domain.check_use(await _asked_from(work, values["instrument_id"]))
    made = Survey(
        id=work.new_id(), held_by=work.organisation, external_ids=[one.model_dump() for one in externals],
        created_at=work.now, updated_at=work.now, **values,
    )  # fmt: skip
    await repository.add(work, made)
    await external_ids.claim(work, _collection(work), made.id, externals)
    await work.record("survey.created", made.id, state=made.state)
    return made


async def _asked_from(work: Work, instrument_id: UUID) -> Instrument:
    try:
        return await instruments.usable(work, instrument_id)
    except NotFound:
        raise Invalid.field("/instrument_id", "is not known here") from None


async def upsert(work: Work, *, external: ExternalId, if_match: str | None, **wanted: Any) -> tuple[Survey, bool]:
    """Open the survey that `external` names, or bring it up to date; say whether it is new."""
    named = [external, *(one for one in wanted.pop("externals") if one.system != external.system)]
    found = await external_ids.find(work, _collection(work), external)
    if found is None:
        return await plan(work, externals=named, **wanted), True
    return await change(work, found, if_match=if_match, changes={**wanted, "external_ids": named}), False


async def get(work: Work, survey_id: UUID) -> Survey:
    """Return a survey of the neighbourhood: whoever may answer it may see it. Raises NotFound."""
    found = await repository.get(work, survey_id)
    if found is None:
        raise NotFound
    return found


async def _held(work: Work, survey_id: UUID, if_match: str | None) -> Survey:
    """Return a survey that the caller's organisation holds, locked. Raises NotFound, Stale."""
    found = await repository.get(work, survey_id, lock=True)
    if found is None or not holds(work, found):
        raise NotFound
    check_version(if_match, found.version)
    return found


def holds(work: Work, survey: Survey) -> bool:
    """Say whether the caller's organisation holds the survey; a person's own token holds none."""
    return work.caller.person is None and survey.held_by == work.caller.organisation


async def page(work: Work, *, after: After, limit: int, **equal: Any) -> Sequence[Survey]:
    """Return a page of the neighbourhood's surveys."""
    return await repository.page(work, after=after, limit=limit, **equal)


async def change(work: Work, survey_id: UUID, *, if_match: str | None, changes: dict[str, Any]) -> Survey:
    """Change what is planned; what is asked stays."""
    survey = await _held(work, survey_id, if_match)
    if changes.get("instrument_id", survey.instrument_id) != survey.instrument_id:
        raise Invalid.field("/instrument_id", "cannot be changed: answers belong to the questions they were given to")
    domain.check_days(changes.get("opens", survey.opens), changes.get("closes", survey.closes))
    if "external_ids" in changes:
        named: list[ExternalId] = changes["external_ids"]
        await external_ids.claim(work, _collection(work), survey.id, named)
        changes = {**changes, "external_ids": [one.model_dump() for one in named]}
    if survey.change(work.now, **changes):
        await work.record("survey.changed", survey.id, state=survey.state)
    return survey


async def close(work: Work, survey_id: UUID) -> Survey:
    """Close it for good: opened again, it would tell who came last. Raises IllegalState."""
    survey = await _held(work, survey_id, None)
    if survey.state == "closed":
        raise IllegalState("This survey is closed already.")
    survey.change(work.now, state="closed")
    await work.record("survey.closed", survey.id, state=survey.state)
    return survey


async def delete(work: Work, survey_id: UUID, *, if_match: str | None) -> None:
    """Delete a survey; its responses are read no more."""
    survey = await _held(work, survey_id, if_match)
    await external_ids.release(work, _collection(work), survey.id)
    survey.change(work.now, deleted_at=work.now)
    await work.record("survey.deleted", survey.id)


async def respond(work: Work, survey_id: UUID, *, given: Given) -> bool:
    """Take one response; say whether it is new. The same one delivered again counts once.

    No fact is recorded and no id is handed out that a time could be read from, but of a response that asks to be
    listed by name. Raises SurveyClosed, UnknownQuestion, WrongAnswer, ResponseIncomplete.
    """
    return await _take(work, survey_id, [given], places=[()], paper=False) == 1


async def take_many(work: Work, survey_id: UUID, *, given: Sequence[Given]) -> tuple[int, int]:
    """Take many responses or, when one is wrong, none; return how many are new and how many were known."""
    places = [("responses", place) for place in range(len(given))]
    new = await _take(work, survey_id, given, places=places, paper=True)
    return new, len(given) - new


async def _take(
    work: Work, survey_id: UUID, given: Sequence[Given], *, places: Sequence[tuple[str | int, ...]], paper: bool
) -> int:
    survey = await repository.get(work, survey_id, lock=True)
    if survey is None or (paper and not holds(work, survey)):
        raise NotFound
    known = await repository.known(work, survey.id, {one.client_id for one in given})
    new = {one.client_id: (one, place) for one, place in zip(given, places, strict=True) if one.client_id not in known}
    if not new:
        return 0
    for one, _ in new.values():
        _check_named(work, survey, one)
        domain.check_takes(survey, one.day or work.now.date(), today=work.now.date())
    instrument = await instruments.usable(work, survey.instrument_id)
    kept = [(one, domain.checked_answers(instrument, one.answers, at=place)) for one, place in new.values()]
    rows = await _rows(work, survey, kept)
    await repository.add_responses(work, rows)
    for row in rows:
        if asks_to_be_listed(instrument, row["answers"]):
            await work.record("asset_answer.given", row["id"], survey=survey.id, holder=survey.held_by)
    return len(kept)


async def asset_answers(work: Work, response_id: UUID) -> tuple[Survey, dict[str, Any]]:
    """Return what a response said for the directory, and its survey. Raises NotFound for one that asks for no entry."""
    found = await repository.with_survey(work, response_id)
    if found is None:
        raise NotFound
    survey, response = found
    if not asks_to_be_listed(await instruments.get(work, survey.instrument_id), response.answers):
        raise NotFound
    return survey, said_for_listing(response.answers)


def _check_named(work: Work, survey: Survey, given: Given) -> None:
    """Raise Invalid for a response in another organisation's name, unless the holder of the survey hands it in."""
    if given.organisation_id is None or holds(work, survey):
        return
    if work.caller.person or given.organisation_id != work.caller.organisation:
        raise Invalid.field("/organisation_id", "is not your own organisation")


async def _rows(work: Work, survey: Survey, kept: Sequence[tuple[Given, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return the rows, each anonymous one in its batch; a batch never grows again once a later one has begun."""
    threshold = await smallest_group(work)
    before, latest = await repository.unnamed(work, survey.id)
    rows = []
    for given, answers in kept:
        latest = max(latest, before // threshold)
        rows.append(_row(work, survey, given, answers, latest))
        before += given.organisation_id is None
    return rows


def _row(work: Work, survey: Survey, given: Given, answers: dict[str, Any], batch: int) -> dict[str, Any]:
    # A random id: the usual ones carry the moment they were made.
    return {
        "id": uuid4(), "survey_id": survey.id, "client_id": given.client_id, "language": given.language,
        "answers": answers, "respondent_kind": given.respondent_kind, "organisation_id": given.organisation_id,
        "batch": batch if given.organisation_id is None else None, "day": given.day or work.now.date(),
    }  # fmt: skip


async def named(work: Work, survey_id: UUID, *, after: UUID | None, limit: int) -> Sequence[SurveyResponse]:
    """Return a page of the responses of organisations that name themselves, to the holder. Raises NotFound."""
    survey = await get(work, survey_id)
    if not holds(work, survey):
        raise NotFound
    return await repository.named_page(work, survey.id, after=after, limit=limit)


async def read(work: Work, survey_id: UUID) -> Read:
    """Return what may be read of a survey; free texts only for the organisation that holds it."""
    survey = await get(work, survey_id)
    instrument = await instruments.get(work, survey.instrument_id)
    threshold = await smallest_group(work)
    over = survey.state == "closed"
    every = await repository.responses(work, survey.id)
    counted = domain.readable(every, over=over, threshold=threshold)
    found = results(instrument, counted, with_texts=holds(work, survey))
    return Read(survey, instrument, found)


async def compare(work: Work, *, survey_ids: Sequence[UUID]) -> Sequence[Read]:
    """Return several waves in the order asked for. Raises NotFound, SurveysNotAlike."""
    waves = [await read(work, survey_id) for survey_id in survey_ids]
    if len({wave.survey.instrument_id for wave in waves}) > 1:
        raise domain.SurveysNotAlike
    return waves
