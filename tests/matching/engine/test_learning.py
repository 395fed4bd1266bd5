"""Learning: it finds what was put in, refuses what is not better, and never lets a factor count against anybody."""

from datetime import timedelta

import numpy as np
import pytest

from services.matching.engine.learning import NothingLearnt, Outcome, learn
from services.matching.engine.score import PRIOR, Policy
from tests.matching.engine.cast import NOW

_FACTORS = [name for name in PRIOR if name != "fairness"]


def _outcomes(slopes: dict[str, float], many: int, *, seed: int = 1) -> list[Outcome]:
    draw = np.random.default_rng(seed)
    made = []
    for number in range(many):
        factors = dict.fromkeys(PRIOR, 0.5) | {name: float(draw.random()) for name in _FACTORS}
        rank = int(draw.integers(1, 11))
        logit = sum(slope * (factors[name] - 0.5) for name, slope in slopes.items()) - 1.2 * np.log(rank)
        made.append(
            Outcome(NOW + timedelta(hours=number), factors, rank, bool(draw.random() < 1 / (1 + np.exp(-logit))))
        )
    return made


def test_what_makes_matches_welcome_is_found() -> None:
    lesson = learn(_outcomes({"availability": 8.0, "distance": 3.0}, 4_000))
    assert lesson.after < lesson.before
    ranked = sorted(_FACTORS, key=lambda name: -lesson.weights[name])
    assert ranked[:2] == ["availability", "distance"]
    assert sum(Policy(weights=lesson.weights).shares.values()) == pytest.approx(1)
    assert lesson.version == learn(_outcomes({"availability": 8.0, "distance": 3.0}, 4_000)).version


def test_no_factor_ever_counts_against_somebody() -> None:
    lesson = learn(_outcomes({"availability": 8.0, "relevance": -6.0}, 4_000))
    assert min(lesson.weights.values()) >= 0
    assert lesson.weights["relevance"] < 0.05


def test_a_model_that_is_better_already_stays() -> None:
    outcomes = _outcomes({"availability": 8.0, "distance": 3.0}, 4_000)
    lesson = learn(outcomes)
    with pytest.raises(NothingLearnt, match="stay"):
        learn(outcomes, standing=lesson.weights)


def test_with_too_few_outcomes_the_prior_stands_and_says_so() -> None:
    with pytest.raises(NothingLearnt, match="Until then the weights stand"):
        learn(_outcomes({"availability": 8.0}, 200))


def test_only_welcome_outcomes_teach_nothing() -> None:
    same = [Outcome(NOW, dict.fromkeys(PRIOR, 0.5), 1, True)] * 400
    with pytest.raises(NothingLearnt):
        learn(same)


@pytest.mark.parametrize("fairness", [-0.1, 0.51, float("nan")])
def test_fairness_has_its_bounds(fairness: float) -> None:
    with pytest.raises(ValueError, match="fairness"):
        Policy(fairness=fairness)
