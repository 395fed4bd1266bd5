"""Scores: what the answers to several questions come to together.

A likert answer counts by its place in the list (the first is 1) unless the score gives it a value; a number and a
scale count as they are; several choices count one each; consent counts 1 or 0. A reversed item counts from the other
end of its range. A score without all its answers is no score: it says what is missing. A question that was not
asked, because a condition hid it, is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.assessments.instruments.conditions import visible
from services.assessments.instruments.questions import Instrument, Question, Score


def scores(instrument: Instrument, answers: Mapping[str, Any]) -> Mapping[str, float | None]:
    """Return each score of the instrument, None for one that cannot be counted yet."""
    asked = visible(instrument, answers) if instrument.scores else []
    return {score.key: _counted(score, _of(score, asked), answers) for score in instrument.scores}


def unscored(instrument: Instrument, answers: Mapping[str, Any]) -> Mapping[str, list[str]]:
    """Return the questions whose answers each score still lacks; scores that lack none are left out."""
    asked = visible(instrument, answers) if instrument.scores else []
    lacking = {score.key: _lacking(_of(score, asked), answers) for score in instrument.scores}
    return {key: questions for key, questions in lacking.items() if questions}


def bounds(question: Question, score: Score) -> tuple[float, float] | None:
    """Return the least and the most that an answer can count; None where the question has no such bounds."""
    if question.type in {"number", "scale"}:
        if question.least is None or question.most is None:
            return None
        return question.least, question.most
    if question.type == "consent":
        return 0.0, 1.0
    worth = [_worth(question, score, key) for key in question.offered]
    if question.type == "several":
        return sum(min(one, 0.0) for one in worth), sum(max(one, 0.0) for one in worth)
    return (min(worth), max(worth)) if worth else None


def _of(score: Score, asked: Sequence[Question]) -> Sequence[Question]:
    return [question for question in asked if question.id in score.questions]


def _lacking(asked: Sequence[Question], answers: Mapping[str, Any]) -> list[str]:
    return [one.id for one in asked if answers.get(one.id) is None]


def _counted(score: Score, asked: Sequence[Question], answers: Mapping[str, Any]) -> float | None:
    if not asked or any(answers.get(one.id) is None for one in asked):
        return None
    items = [_item(question, score, answers[question.id]) for question in asked]
    return sum(items) if score.method == "sum" else sum(items) / len(items)


def _item(question: Question, score: Score, value: Any) -> float:
    counted = _value(question, score, value)
    if question.id not in score.reversed and score.method != "share":
        return counted
    low, high = bounds(question, score) or (0.0, 1.0)
    if question.id in score.reversed:
        counted = low + high - counted
    return (counted - low) / ((high - low) or 1.0) if score.method == "share" else counted


def _value(question: Question, score: Score, value: Any) -> float:
    if isinstance(value, list):
        return sum(_worth(question, score, one) for one in value)
    return _worth(question, score, value) if isinstance(value, str) else float(value)


def _worth(question: Question, score: Score, key: str) -> float:
    if key in score.values or question.type == "several":
        return float(score.values.get(key, 1.0))
    return float(question.offered.index(key) + 1) if key in question.offered else 0.0
