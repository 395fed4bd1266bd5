"""Making the gap report."""

from collections.abc import Sequence
from typing import cast

from services.assessments.reports import repository
from services.assessments.reports.domain import Gap, Tally, gap
from services.assessments.settings import Settings
from services.kernel.work import Work
from services.vocabulary import CATEGORIES


async def gaps(work: Work, *, category: str | None) -> Sequence[Gap]:
    """Return what is needed, there, published, met and unmet, for each category; small counts are hidden."""
    threshold = cast(Settings, work.kernel.settings).report_threshold
    found = [Tally(*row) for row in await repository.tallies(work, category=category)]
    counted = {tally.category for tally in found}
    wanted = [category] if category else list(CATEGORIES)
    empty = [Tally(key) for key in wanted if key not in counted]
    whole = sorted([*found, *empty], key=lambda tally: (tally.category is None, tally.category or ""))
    return [gap(tally, threshold=threshold) for tally in whole]
