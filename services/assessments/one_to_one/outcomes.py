"""What the person wants to change: chosen by her, rated by her at the beginning and later, tied to what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.assessments.models import Assessment, Outcome, OutcomeRating
from services.assessments.one_to_one import operations, repository
from services.assessments.publications import operations as publications
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work

Rated = Mapping[UUID, Sequence[OutcomeRating]]


async def add(work: Work, assessment_id: UUID, *, values: dict[str, Any]) -> Outcome:
    """Add an outcome that she chose."""
    assessment = await operations.get(work, assessment_id)
    made = Outcome(
        id=work.new_id(), assessment_id=assessment.id, created_at=work.now, updated_at=work.now,
        **{"language": assessment.language, **values},
    )  # fmt: skip
    await repository.add(work, made)
    await _tell(work, "created", assessment, made)
    return made


async def listed(work: Work, assessment_id: UUID) -> tuple[Sequence[Outcome], Rated]:
    """Return the outcomes of an assessment with their ratings, and put on record that they were read."""
    assessment = await operations.read(work, assessment_id)
    found = await repository.outcomes(work, assessment.id)
    return found, await ratings_of(work, found)


async def ratings_of(work: Work, outcomes: Sequence[Outcome]) -> Rated:
    """Return the ratings of each outcome in the order of their times."""
    rated: dict[UUID, list[OutcomeRating]] = {outcome.id: [] for outcome in outcomes}
    for rating in await repository.ratings(work, list(rated)):
        rated[rating.outcome_id].append(rating)
    return rated


async def read(work: Work, assessment_id: UUID, outcome_id: UUID) -> Outcome:
    """Return one, and put on record that it was read. Raises NotFound."""
    await operations.read(work, assessment_id)
    return (await _find(work, assessment_id, outcome_id))[1]


async def change(
    work: Work, assessment_id: UUID, outcome_id: UUID, *, if_match: str | None, changes: dict[str, Any]
) -> Outcome:
    """Put one right."""
    assessment, outcome = await _find(work, assessment_id, outcome_id)
    check_version(if_match, outcome.version)
    if outcome.change(work.now, **changes):
        await _tell(work, "changed", assessment, outcome)
    return outcome


async def rate(
    work: Work,
    assessment_id: UUID,
    outcome_id: UUID,
    *,
    value: int,
    at: datetime | None,
    rated_in: UUID | None,
    author: str | None,
) -> Outcome:
    """Add where she stands with it now, or stood `at`; earlier ratings stay. `rated_in` is a later assessment."""
    assessment, outcome = await _find(work, assessment_id, outcome_id)
    if at is not None and at > work.now:
        raise Invalid.field("/at", "lies in the future")
    if rated_in is not None:
        await _check_same_person(work, assessment, rated_in)
    rating = OutcomeRating(
        id=work.new_id(), outcome_id=outcome.id, value=value, at=at or work.now,
        assessment_id=rated_in, author=author, created_at=work.now,
    )  # fmt: skip
    await repository.add(work, rating)
    await _tell(work, "rated", assessment, outcome)
    return outcome


async def _check_same_person(work: Work, assessment: Assessment, other: UUID) -> None:
    found = await repository.get(work, other)
    if found is None or found.participant_id != assessment.participant_id:
        raise Invalid.field("/assessment_id", "is no assessment of this person")


async def tie(
    work: Work, assessment_id: UUID, outcome_id: UUID, *, matches: Sequence[UUID], if_match: str | None
) -> Outcome:
    """Say which matches an outcome came of: only those of what this assessment has made known."""
    assessment, outcome = await _find(work, assessment_id, outcome_id)
    check_version(if_match, outcome.version)
    known = await publications.matches_of(work, parent=assessment.id)
    for place, match in enumerate(matches):
        if match not in known:
            raise Invalid.field(f"/matches/{place}", "did not come of what this assessment has made known")
    if outcome.change(work.now, matches=[str(match) for match in matches]):
        await _tell(work, "changed", assessment, outcome)
    return outcome


async def _find(work: Work, assessment_id: UUID, outcome_id: UUID) -> tuple[Assessment, Outcome]:
    assessment = await operations.get(work, assessment_id)
    found = await repository.outcome(work, assessment.id, outcome_id)
    if found is None:
        raise NotFound
    return assessment, found


async def _tell(work: Work, happened: str, assessment: Assessment, outcome: Outcome) -> None:
    ids = {"assessment": assessment.id, "participant": assessment.participant_id}
    await work.record(f"outcome.{happened}", outcome.id, **ids)
