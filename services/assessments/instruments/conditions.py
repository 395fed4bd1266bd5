"""Conditions of display: which questions are asked, given what has been answered before.

A condition looks back only. The answer to a hidden question is kept, but nothing looks at it: for the conditions
that follow it counts as not given.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from services.assessments.instruments.questions import Instrument, Question

Condition = Mapping[str, Any]
Answers = Mapping[str, Any]


def visible(instrument: Instrument, answers: Answers) -> list[Question]:
    """Return the questions that are asked when `answers` (values by question id) are what has been said so far."""
    hidden_by = {section.key: section.show_if for section in instrument.sections}
    used: dict[str, Any] = {}
    asked = []
    for question in instrument.questions:
        if holds(hidden_by.get(question.section), used) and holds(question.show_if, used):
            asked.append(question)
            if answers.get(question.id) is not None:
                used[question.id] = answers[question.id]
    return asked


def missing(instrument: Instrument, answers: Answers) -> list[str]:
    """Return the required questions without an answer; a required part as `question/entry/part`.

    An empty list is an answer, and so is No.
    """
    found = []
    for question in visible(instrument, answers):
        value = answers.get(question.id)
        if value is None:
            found += [question.id] if question.required else []
        elif question.parts and isinstance(value, list):
            found += _missing_parts(question, value)
    return found


def _missing_parts(question: Question, entries: list[Any]) -> Iterator[str]:
    needed = [part.id for part in question.parts if part.required]
    for place, entry in enumerate(entries):
        given = entry if isinstance(entry, Mapping) else {}
        yield from (f"{question.id}/{place}/{part}" for part in needed if given.get(part) is None)


def holds(condition: Condition | None, answers: Answers) -> bool:
    """Say whether `condition` holds; none at all always does."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(one, answers) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, answers) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    test = next(name for name in TESTS if name in condition)
    return TESTS[test](answers.get(condition["question"]), condition[test])


def asked_of(condition: Condition | None) -> Iterator[Condition]:
    """Yield the tests of single questions within a condition."""
    if condition is None:
        return
    if "question" in condition:
        yield condition
    for inner in (*condition.get("all", ()), *condition.get("any", ()), condition.get("not")):
        yield from asked_of(inner)


def _same(given: Any, wanted: Any) -> bool:
    return isinstance(given, bool) == isinstance(wanted, bool) and bool(given == wanted)


def _includes(given: Any, wanted: Any) -> bool:
    found = given if isinstance(given, list) else []
    return any(_same(one.get("text") if isinstance(one, dict) else one, wanted) for one in found)


def _amount(given: Any) -> float | None:
    if isinstance(given, list):
        return float(len(given))
    return float(given) if isinstance(given, int | float) and not isinstance(given, bool) else None


def _at_least(given: Any, wanted: float) -> bool:
    amount = _amount(given)
    return amount is not None and amount >= wanted


def _at_most(given: Any, wanted: float) -> bool:
    amount = _amount(given)
    return amount is not None and amount <= wanted


TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _same,
    "is_not": lambda given, wanted: not _same(given, wanted),
    "includes": _includes,
    "answered": lambda given, wanted: (given is not None) is wanted,
    "at_least": _at_least,
    "at_most": _at_most,
}
"""What can be asked of one answer. Of a list, `at_least` and `at_most` count the entries."""
