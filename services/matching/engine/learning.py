"""From what was shown, asked, accepted, completed and rated to weights that are truer than those set by hand.

A logistic regression over the same six factors that the reasons show, none of which may count against anybody: a
higher factor never lowers the score. Where something stood in a list is learnt beside them and then left out, so that
what was shown first does not seem better for that alone. Nothing else is a feature: no attribute of a person.

Training is by time: the last third is held back, and the standing weights stay unless the new ones say truer there.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from services.matching.engine.score import PRIOR

LEAST_SHOWN, LEAST_WELCOME = 300, 30
_FACTORS = tuple(name for name in PRIOR if name != "fairness")
_HELD_BACK = 1 / 3
_SHRINK = 2.0
_MARGIN = 0.005
"""By this much of surprise (nats) new weights must be truer: less may be chance."""


class NothingLearnt(ValueError):
    """The standing weights stay; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One candidate as it was shown, with the value of each factor (0 to 1), and whether it became a welcome match."""

    at: datetime
    factors: Mapping[str, float]
    rank: int
    welcome: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """New weights for all factors but fairness, which a community decides, and how they did on what was held back.

    `before` and `after` are the mean surprise (log loss in nats) of the standing weights and of the new ones.
    """

    weights: Mapping[str, float]
    version: str
    shown: int
    welcome: int
    before: float
    after: float


def learn(outcomes: Sequence[Outcome], *, standing: Mapping[str, float] = PRIOR) -> Lesson:
    """Return weights that are truer than the standing ones. Raises NothingLearnt where there is no gain to show."""
    welcome = sum(one.welcome for one in outcomes)
    if len(outcomes) < LEAST_SHOWN or min(welcome, len(outcomes) - welcome) < LEAST_WELCOME:
        raise NothingLearnt(
            f"There are {len(outcomes)} outcomes, {welcome} of them welcome; {LEAST_SHOWN} and {LEAST_WELCOME} of each "
            "kind are needed. Until then the weights stand as they are."
        )
    ordered = sorted(outcomes, key=lambda one: one.at)
    cut = round(len(ordered) * (1 - _HELD_BACK))
    seen, unseen = ordered[:cut], ordered[cut:]
    slopes = _slopes(seen)
    total = math.fsum(slopes.values())
    if total <= 0:
        raise NothingLearnt("No factor tells welcome matches from others; the weights stand as they are.")
    weights = {name: round(slope / total, 4) for name, slope in slopes.items()} | {"fairness": PRIOR["fairness"]}
    before, after = (_surprise(one, seen, unseen) for one in (standing, weights))
    if after > before - _MARGIN:
        raise NothingLearnt(
            f"New weights would surprise as much as the standing ones ({after:.4f} against {before:.4f} on "
            f"{len(unseen)} outcomes that training did not see); those stay."
        )
    return Lesson(weights, _version(weights), len(outcomes), welcome, before, after)


def _version(weights: Mapping[str, float]) -> str:
    return hashlib.sha256(json.dumps(sorted(weights.items())).encode()).hexdigest()[:12]


def _slopes(seen: Sequence[Outcome]) -> dict[str, float]:
    """Return how much each factor speaks for a welcome match: none below zero, all drawn a little towards the prior."""
    values = np.array([[one.factors[name] for name in _FACTORS] for one in seen])
    places = np.log([one.rank for one in seen])
    truth = np.array([one.welcome for one in seen], dtype=np.float64)
    prior = np.array([PRIOR[name] for name in _FACTORS])

    def loss(x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, base, place = x[: len(_FACTORS)], x[-2], x[-1]
        logit = values @ slopes + base - place * places
        likely = 1 / (1 + np.exp(-logit))
        away = slopes - prior * slopes.sum()
        value = np.logaddexp(0, logit).sum() - (truth * logit).sum() + _SHRINK * (away**2).sum()
        error = likely - truth
        pull = 2 * _SHRINK * (away - (away * prior).sum())
        return float(value), np.concatenate([values.T @ error + pull, [error.sum(), -(error * places).sum()]])

    bounds = [(0, 50)] * len(_FACTORS) + [(-50, 50), (0, 5)]
    start = np.concatenate([prior, [0.0, 0.0]])
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
    return dict(zip(_FACTORS, found.x.tolist(), strict=False))


def _surprise(weights: Mapping[str, float], seen: Sequence[Outcome], unseen: Sequence[Outcome]) -> float:
    """Return the mean surprise of a score made a likelihood on what was seen, measured on what was not."""
    scores = np.array([_score(weights, one) for one in seen])
    truth = np.array([one.welcome for one in seen], dtype=np.float64)

    def loss(x: NDArray[np.float64]) -> float:
        logit = x[0] * scores + x[1]
        return float(np.logaddexp(0, logit).sum() - (truth * logit).sum())

    slope, base = minimize(loss, np.array([1.0, 0.0]), bounds=[(0, 100), (-50, 50)], method="L-BFGS-B").x
    logit = slope * np.array([_score(weights, one) for one in unseen]) + base
    later = np.array([one.welcome for one in unseen], dtype=np.float64)
    return float((np.logaddexp(0, logit) - later * logit).mean())


def _score(weights: Mapping[str, float], one: Outcome) -> float:
    return math.fsum(weights[name] * one.factors[name] for name in _FACTORS)
