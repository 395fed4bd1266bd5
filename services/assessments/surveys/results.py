"""What a survey has found: counts and shares per choice, means, scores, and free texts on their own."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from services.assessments.instruments.domain import Instrument, Question, scores, visible
from services.assessments.surveys.domain import Answers, Readable, percent

CHOSEN = frozenset({"single", "several", "likert", "category", "concepts", "yes_perhaps_not_now", "consent"})
MEASURED = frozenset({"number", "scale"})


@dataclass(frozen=True, slots=True)
class Choice:
    """How many chose it; `percent` of those who answered the question."""

    key: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Found:
    """What is found for one question. `n` answered it; None, and nothing else, when they are too few."""

    question: Question
    n: int | None
    choices: Sequence[Choice] = ()
    mean: float | None = None
    texts: Sequence[str] | None = None

    @property
    def withheld(self) -> bool:
        """Say whether it was answered by too few people to be shown."""
        return self.n is None


@dataclass(frozen=True, slots=True)
class Scored:
    """How a score is spread: its mean, and how many have which value (to the nearest tenth)."""

    key: str
    n: int | None
    mean: float | None = None
    spread: Mapping[float, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that may be read of one survey; nothing, and `n` None, when too few have answered."""

    n: int | None
    questions: Sequence[Found] = ()
    scores: Sequence[Scored] = ()


def results(instrument: Instrument, responses: Readable[Answers], *, with_texts: bool) -> Results:
    """Return what `responses` come to. Only questions that were asked of somebody are counted for her."""
    counted = responses.where(lambda _: True)
    if not counted:
        return Results(None)
    used = responses.each(lambda answers: _used(instrument, answers))
    found = [_found(question, used, with_texts) for question in instrument.questions]
    return Results(len(counted), found, _scored(instrument, used))


def _used(instrument: Instrument, answers: Answers) -> Answers:
    asked = {question.id for question in visible(instrument, answers)}
    return {key: value for key, value in answers.items() if key in asked}


def _found(question: Question, used: Readable[Answers], with_texts: bool) -> Found:
    told = used.where(lambda answers: answers.get(question.id) is not None)
    if told is None:
        return Found(question, None)
    answers, n = [answers[question.id] for answers in told], len(told)
    values = [value for answer in answers for value in _values(answer)]
    if question.type in CHOSEN:
        return Found(question, n, choices=_choices(question, values, n))
    if question.type in MEASURED:
        spread = _choices(question, [f"{value:g}" for value in values], n) if question.type == "scale" else ()
        return Found(question, n, choices=spread, mean=_mean(values))
    texts = _shuffled(values) if question.type == "text" and with_texts else None
    return Found(question, n, texts=texts)


def _values(answer: Any) -> Sequence[Any]:
    """Return the single values in an answer; of an entry with parts only its text, apart from its other parts."""
    listed = answer if isinstance(answer, list) else [answer]
    return [one.get("text") if isinstance(one, dict) else one for one in listed]


def _choices(question: Question, values: Iterable[Any], n: int) -> Sequence[Choice]:
    counts = Counter(_key(value) for value in values)
    return [Choice(key, counts[key], percent(counts[key], n)) for key in _offered(question, counts)]


def _key(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _offered(question: Question, counted: Iterable[str]) -> Sequence[str]:
    if question.type == "consent":
        return "yes", "no"
    if question.type == "scale":
        return sorted(counted, key=float)
    return list(dict.fromkeys([*question.offered, *sorted(counted)]))


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _shuffled(values: Iterable[Any]) -> Sequence[str]:
    """Return the texts in an order that tells nothing of who wrote what beside what."""
    texts = [str(value) for value in values if value]
    random.SystemRandom().shuffle(texts)
    return texts


def _scored(instrument: Instrument, used: Readable[Answers]) -> Sequence[Scored]:
    each = used.each(lambda answers: scores(instrument, answers))
    return [_score(score.key, each.each(itemgetter(score.key))) for score in instrument.scores]


def _score(key: str, counted: Readable[float | None]) -> Scored:
    told = counted.where(lambda value: value is not None)
    if told is None:
        return Scored(key, None)
    values = [value for value in told if value is not None]
    spread = Counter(round(value, 1) for value in values)
    return Scored(key, len(values), _mean(values), dict(sorted(spread.items())))
