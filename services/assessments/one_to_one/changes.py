"""What has changed between an assessment and the one it follows: answers, capabilities, needs and scores.

Items are the same when a person has confirmed the same concepts for both, else when the words are the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.domain import Instrument, scores
from services.assessments.models import Assessment, Capability, StatedNeed
from services.assessments.one_to_one import domain, operations, repository
from services.assessments.one_to_one.domain import Said
from services.assessments.publications import operations as publications
from services.kernel.work import Work

Pair = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """Items of the later assessment that are new or the same, and those of the earlier one that are gone or met."""

    new: Sequence[Capability | StatedNeed]
    same: Sequence[Capability | StatedNeed]
    gone: Sequence[Capability | StatedNeed]
    met: Sequence[Capability | StatedNeed] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """`answers` and `scores` are what was before and what is now; None where there was nothing."""

    before: Assessment
    answers: Mapping[str, Pair]
    capabilities: Compared
    needs: Compared
    scores: Mapping[str, Pair]


async def read(work: Work, assessment_id: UUID) -> Changes:
    """Return what has changed since the assessment that this one follows. Raises FollowsNothing."""
    after = await operations.read(work, assessment_id)
    before = None if after.follows is None else await repository.get(work, after.follows)
    if before is None:
        raise domain.FollowsNothing
    said = [await operations.said_in(work, one.id) for one in (before, after)]
    pages = [await instruments.get(work, one.instrument_id) for one in (before, after)]
    met = await publications.met_sources(work, parent=before.id)
    return Changes(
        before=before,
        answers=_differing(*said),
        capabilities=await _compared(work, Capability, before, after, met),
        needs=await _compared(work, StatedNeed, before, after, met),
        scores=_scored(pages, said),
    )


def _differing(before: Mapping[str, Said], after: Mapping[str, Said]) -> dict[str, Pair]:
    pairs = {key: (_value(before, key), _value(after, key)) for key in {**before, **after}}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _value(said: Mapping[str, Said], key: str) -> Any:
    return said[key].value if key in said else None


async def _compared(
    work: Work, kind: type[repository.Item], before: Assessment, after: Assessment, met: set[UUID]
) -> Compared:
    earlier = await repository.all_items(work, kind, before.id)
    later = await repository.all_items(work, kind, after.id)
    same = [item for item in later if _alike(item, earlier)]
    gone = [item for item in earlier if not _alike(item, later) and item.id not in met]
    return Compared(
        new=[item for item in later if item not in same],
        same=same,
        gone=gone,
        met=[item for item in earlier if item.id in met],
    )


def _alike(item: Capability | StatedNeed, others: Iterable[Capability | StatedNeed]) -> bool:
    return any(_same(item, other) for other in others)


def _same(one: Capability | StatedNeed, other: Capability | StatedNeed) -> bool:
    if one.concepts and other.concepts:
        return set(one.concepts) == set(other.concepts)
    return text_of(one).casefold() == text_of(other).casefold()


def text_of(item: Capability | StatedNeed) -> str:
    """Return the words of a capability or need."""
    return item.activity if isinstance(item, Capability) else item.text


def _scored(pages: Sequence[Instrument], said: Sequence[Mapping[str, Said]]) -> dict[str, Pair]:
    told = [scores(page, {key: one.value for key, one in some.items()}) for page, some in zip(pages, said, strict=True)]
    return {key: (told[0].get(key), told[1].get(key)) for key in {**told[0], **told[1]}}
