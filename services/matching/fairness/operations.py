"""What can be done about fairness and weights: read and decide the policy, see how fair it is, learn from outcomes."""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from pydantic import BaseModel

from services.kernel.versions import check_version
from services.kernel.work import Work
from services.matching.engine import Policy as Weighing
from services.matching.engine.learning import Lesson, Outcome, learn
from services.matching.engine.score import PRIOR
from services.matching.fairness import repository
from services.matching.models import Policy

LATELY = timedelta(days=30)
_RIPE = timedelta(days=42)
"""After so long, what was shown and not asked for counts as not wanted."""


class Fairness(BaseModel):
    """How evenly a community asks its people, over the last thirty days."""

    open_offers: int
    never_shown: int
    median_shown: float
    most_shown_tenth: float
    givers: int
    hours: float
    busiest_tenth: float


async def policy(work: Work) -> Policy:
    """Return what the community has decided; where it has not, the prior."""
    return await repository.policy(work) or Policy(
        id=work.tenant, fairness=PRIOR["fairness"], updated_at=work.now, version=0
    )


async def decide(work: Work, *, fairness: float, if_match: str | None) -> Policy:
    """Set how much fairness counts. Nothing happens when it was so already."""
    decided = await policy(work)
    check_version(if_match, decided.version)
    if decided.version and decided.fairness == fairness:
        return decided
    return await _keep(work, decided, fairness=fairness)


async def _keep(work: Work, decided: Policy, **values: object) -> Policy:
    for name, value in values.items():
        setattr(decided, name, value)
    decided.version += 1
    decided.updated_at = work.now
    kept = await work.session.merge(decided)
    await work.session.flush()
    await work.record("matching_policy.changed", work.tenant)
    return kept


def weighing(decided: Policy) -> Weighing:
    """Return the engine's record of a policy."""
    return Weighing(fairness=decided.fairness, weights=decided.weights or PRIOR, version=decided.weights_version)


async def report(work: Work) -> Fairness:
    """Return how evenly offers were shown and hours were given of late."""
    since = work.now - LATELY
    exposure, load = await repository.exposure(work, since=since), await repository.load(work, since=since)
    shown = sorted((exposure.get(offer, 0) for offer in await repository.open_offers(work)), reverse=True)
    hours = sorted(load.values(), reverse=True)
    return Fairness(
        open_offers=len(shown), never_shown=shown.count(0), median_shown=median(shown) if shown else 0.0,
        most_shown_tenth=_share_of_tenth(shown), givers=len(hours), hours=round(sum(hours), 2),
        busiest_tenth=_share_of_tenth(hours),
    )  # fmt: skip


def _share_of_tenth(values: Sequence[float]) -> float:
    """Return which part of the whole falls to the first tenth of `values`, which are sorted from the top."""
    whole = sum(values)
    return round(sum(values[: -(-len(values) // 10)]) / whole, 4) if whole else 0.0


async def learn_from_outcomes(work: Work) -> Lesson:
    """Train new weights from what became of what was shown, and let them stand. Raises NothingLearnt."""
    rows = await repository.outcomes(work, ripe=work.now - _RIPE)
    decided = await policy(work)
    told = [Outcome(row.at, {**dict.fromkeys(PRIOR, 0.0), **row.factors}, row.rank, row.welcome) for row in rows]
    lesson = learn(told, standing=decided.weights or PRIOR)
    figures = {"shown": lesson.shown, "welcome": lesson.welcome, "before": lesson.before, "after": lesson.after}
    await _keep(work, decided, weights=dict(lesson.weights), weights_version=lesson.version, figures=figures)
    return lesson
