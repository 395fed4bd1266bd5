"""Conditions of display as `enableWhen`, where FHIR can say them; else in an extension, as they stand.

Ours look at one answer (`is`, `is_not`, `includes`, `answered`, `at_least`, `at_most`) or join several (`all`, `any`,
`not`). FHIR joins one flat list by all or any, counts no entries, and holds `!=` of an unanswered question false.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.connect.fhir.shapes.parts import Row

CONDITION = "urn:cando:extension:display-condition"
"""The extension that holds a condition which `enableWhen` cannot say: JSON as in the instrument's definition."""
_CHOICES = ("single", "likert", "category", "yes_perhaps_not_now", "several", "concepts")
Tests = list[dict[str, Any]]


def enabling(condition: Row | None, questions: Mapping[str, Row], systems: Mapping[str, str]) -> dict[str, Any]:
    """Return what an item with `condition` carries; `systems` names the code system of each question."""
    if condition is None:
        return {}
    said = _flat(condition, questions, systems)
    if said is None:
        text = json.dumps(condition, sort_keys=True, ensure_ascii=False)
        return {"extension": [{"url": CONDITION, "valueString": text}]}
    behaviour, tests = said
    return {"enableWhen": tests} | ({"enableBehavior": behaviour} if len(tests) > 1 else {})


def _flat(condition: Row, questions: Mapping[str, Row], systems: Mapping[str, str]) -> tuple[str, Tests] | None:
    for name, behaviour in (("all", "all"), ("any", "any")):
        if name in condition:
            return _joined(condition[name], behaviour, questions, systems)
    return _test(condition, questions, systems)


def _joined(
    parts: Sequence[Row], behaviour: str, questions: Mapping[str, Row], systems: Mapping[str, str]
) -> tuple[str, Tests] | None:
    tests: Tests = []
    for part in parts:
        said = _flat(part, questions, systems)
        if said is None or (len(said[1]) > 1 and said[0] != behaviour):
            return None
        tests += said[1]
    return (behaviour, tests) if tests else None


def _test(condition: Row, questions: Mapping[str, Row], systems: Mapping[str, str]) -> tuple[str, Tests] | None:
    if "not" in condition:
        return _negated(condition["not"], questions, systems)
    question = questions.get(condition.get("question", ""))
    if question is None:
        return None
    # What has parts is a group here, and a group has no answer: its first part is asked in its place.
    link = f"{question['id']}.text" if question["parts"] else question["id"]
    if "answered" in condition:
        return "all", [{"question": link, "operator": "exists", "answerBoolean": condition["answered"]}]
    name = next((name for name in ("is", "is_not", "includes", "at_least", "at_most") if name in condition), None)
    if name is None or question["parts"]:
        return None
    answer = _answer(question, condition[name], systems)
    listed = question["repeats"] or question["type"] in ("several", "concepts")
    operator = {"is": "=", "is_not": "!=", "includes": "=", "at_least": ">=", "at_most": "<="}[name]
    if answer is None or listed != (name == "includes"):
        return None
    test = {"question": link, "operator": operator, **answer}
    if name != "is_not":
        return "all", [test]
    return "any", [{"question": link, "operator": "exists", "answerBoolean": False}, test]


def _negated(inner: Row, questions: Mapping[str, Row], systems: Mapping[str, str]) -> tuple[str, Tests] | None:
    turned = {"answered": "answered", "is": "is_not", "is_not": "is"}
    name = next((name for name in turned if name in inner), None)
    if name is None:
        return None
    value = not inner[name] if name == "answered" else inner[name]
    return _test({"question": inner.get("question", ""), turned[name]: value}, questions, systems)


def _answer(question: Row, value: Any, systems: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the answer that a test compares with, in the type of its question; None where there is none."""
    kind = question["type"]
    if kind in _CHOICES and isinstance(value, str):
        return {"answerCoding": {"system": systems[question["id"]], "code": value}}
    if kind == "consent" and isinstance(value, bool):
        return {"answerBoolean": value}
    if kind in ("number", "scale") and isinstance(value, int | float) and not isinstance(value, bool):
        return {"answerInteger": int(value)} if is_whole(question) else {"answerDecimal": value}
    if kind == "date" and isinstance(value, str):
        return {"answerDate": value}
    return {"answerString": value} if kind == "text" and isinstance(value, str) else None


def is_whole(question: Row) -> bool:
    """Say whether the numbers that answer a question are whole ones."""
    step, least = question["step"], question["least"]
    return bool(question["whole"] or (step and step == int(step) and (least is None or least == int(least))))
