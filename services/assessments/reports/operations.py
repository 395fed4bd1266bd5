"""Making the gap report, and deciding from how many people on it counts something and what it keeps apart."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from services.assessments.models import ReportPolicy
from services.assessments.reports import repository
from services.assessments.reports.disclosure import Cell, Entry, Keeps, partition
from services.assessments.reports.domain import Asked, Gap, gaps
from services.assessments.round_tables.domain import NEED_QUESTION
from services.assessments.settings import Settings
from services.kernel.problems import Forbidden
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.vocabulary import CATEGORIES, main_language


async def report(work: Work, *, asked: Asked) -> tuple[Sequence[Gap], int]:
    """Return the rows that answer `asked`, and from how many people on something is counted."""
    decided = await policy(work)
    threshold = decided.threshold
    found = partition(await _entries(work), threshold=threshold, keeps=cast(Keeps, decided.keeps))
    return gaps(found, asked, threshold=threshold, rows=_always(asked)), threshold


def _always(asked: Asked) -> Iterable[tuple[str | None, ...]]:
    """Return the rows that are there even when nothing is in them: the categories, asked for alone."""
    if tuple(asked.group_by) != ("category",):
        return []
    wanted = asked.equal.get("category")
    return [(wanted,)] if wanted else [(key,) for key in CATEGORIES]


async def _entries(work: Work) -> Sequence[Entry]:
    needs = (_named("need", row) for row in await repository.named_needs(work))
    capabilities = (_named("capability", row) for row in await repository.named_capabilities(work))
    seats = {table: int(people) for table, people in await repository.attendances(work)}
    return [*needs, *capabilities, *_laid(await repository.cards(work), seats)]


def _named(kind: Any, row: Any) -> Entry:
    month, area, language, category, concepts, person, done, published = row
    concept = min(concepts) if concepts else None
    return Entry(kind, Cell(month, area, main_language(language), category, concept), person, done, published)


def _laid(rows: Iterable[Any], seats: Mapping[UUID, int]) -> Iterator[Entry]:
    """Yield the cards. Those without a name stand for no more people than are known to have sat at their table."""
    unnamed: Counter[UUID] = Counter()
    for month, area, language, category, image, grouped, question, person, table, done, published in rows:
        concept = grouped or (image if image not in CATEGORIES else None)
        kind = "need" if question == NEED_QUESTION else "capability"
        writer = person or (table, unnamed[table] % max(1, seats.get(table, unnamed[table] + 1)))
        unnamed[table] += person is None
        cell = Cell(month, area, main_language(language), category, concept)
        yield Entry(cast(Any, kind), cell, writer, done, published)


async def smallest_group(work: Work) -> int:
    """Return from how many people on the tenant's reports count something."""
    decided = await repository.policy(work)
    return decided.threshold if decided else _usual(work)


def _usual(work: Work) -> int:
    return cast(Settings, work.kernel.settings).report_threshold


async def policy(work: Work) -> ReportPolicy:
    """Return what the tenant has decided, or the usual."""
    decided = await repository.policy(work)
    return decided or ReportPolicy(id=UUID(int=0), threshold=_usual(work), updated_at=work.now, version=0)


async def decide(work: Work, *, threshold: int, keeps: Keeps | None, if_match: str | None) -> ReportPolicy:
    """Decide from how many people on reports count something, and what they keep; the next report obeys it."""
    if work.caller.person:
        raise Forbidden("This is decided by an organisation.")
    decided = await repository.policy(work, lock=True)
    check_version(if_match, decided.version if decided else 0)
    if decided is None:
        decided = ReportPolicy(id=work.new_id(), threshold=threshold, updated_at=work.now, version=0)
    elif (decided.threshold, decided.keeps) == (threshold, keeps or decided.keeps):
        return decided
    decided.threshold, decided.keeps = threshold, keeps or decided.keeps
    decided.updated_at, decided.version = work.now, decided.version + 1
    await repository.keep(work, decided)
    await work.record("report_policy.changed", decided.id, threshold=threshold, keeps=decided.keeps)
    return decided
