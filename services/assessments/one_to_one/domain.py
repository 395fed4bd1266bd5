"""The rules of a one-to-one assessment: its states, when it is complete, and what comes out of its answers.

    IllegalState
    Invalid
    └── AnswersMissing       `errors` name the required questions that have no answer

An empty list is an answer. When nothing has been said of what the person can do, that is no fault either: whoever
completes the assessment is then shown prompts that help to come back to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.assessments.instruments.domain import Instrument, Question
from services.kernel.problems import FieldError, IllegalState, Invalid

State = Literal["draft", "in_progress", "completed", "reviewed"]
Willing = Literal["yes", "perhaps", "not_now"]
Urgency = Literal["now", "soon", "can_wait"]

ANSWERABLE = frozenset({"draft", "in_progress"})
PUBLISHABLE = frozenset({"completed", "reviewed"})
_STEPS: Mapping[str, frozenset[str]] = {"completed": ANSWERABLE, "reviewed": frozenset({"completed"})}


class AnswersMissing(Invalid):
    slug = "answers-missing"
    title = "Required questions have no answer yet"


@dataclass(frozen=True, slots=True)
class Said:
    """A kept answer and the language it was given in."""

    value: Any
    language: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the answers make: the values of capabilities and of needs, as their tables name them."""

    capabilities: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)


def check_step(state: str, to: str) -> None:
    """Raise IllegalState when an assessment in `state` cannot become `to`."""
    if state not in _STEPS[to]:
        raise IllegalState(f"An assessment that is {state} cannot become {to}.")


def check_answerable(state: str) -> None:
    """Raise IllegalState when answers are no longer taken."""
    if state not in ANSWERABLE:
        raise IllegalState(f"An assessment that is {state} takes no more answers.")


def check_publishable(state: str) -> None:
    """Raise IllegalState before the person has looked at the whole of what she said."""
    if state not in PUBLISHABLE:
        raise IllegalState("Nothing is published before the assessment is completed.")


def check_complete(instrument: Instrument, answers: Mapping[str, Said]) -> None:
    """Raise AnswersMissing, naming every required question without an answer."""
    missing = [question.id for question in instrument.questions if question.required and question.id not in answers]
    if missing:
        errors = [FieldError(source="answers", path=f"/{key}", message="is required") for key in missing]
        raise AnswersMissing(f"Still to be answered: {', '.join(missing)}.", errors=errors)


def drawn_from(instrument: Instrument, answers: Mapping[str, Said]) -> Drawn:
    """Return the capabilities and needs that the answers tell of, in the order of the questions.

    What an entry leaves open is filled from the questions about all of them, such as whether to share. An activity
    that is named twice becomes one capability: what is done already counts, not that it could be done.
    """
    drawn = Drawn()
    seen: set[str] = set()
    for question, entry, language in _entries(instrument, answers):
        if question.makes == "need":
            drawn.needs.append(_need(entry, language, _general("need", instrument, answers)))
        elif entry["text"].casefold() not in seen:
            seen.add(entry["text"].casefold())
            general = _general("capability", instrument, answers)
            drawn.capabilities.append(_capability(question, entry, language, general))
    return drawn


def _entries(instrument: Instrument, answers: Mapping[str, Said]) -> Iterator[tuple[Question, Mapping[str, Any], str]]:
    for question in instrument.questions:
        said = answers.get(question.id)
        if question.makes is None or said is None:
            continue
        for entry in said.value if isinstance(said.value, list) else [said.value]:
            yield question, entry if isinstance(entry, dict) else {"text": entry}, said.language


def _general(made: str, instrument: Instrument, answers: Mapping[str, Said]) -> dict[str, Any]:
    filled = {}
    for question in instrument.questions:
        target, _, attribute = (question.fills or "").partition(".")
        if target == made and question.id in answers:
            filled[attribute] = answers[question.id].value
    return filled


def _capability(
    question: Question, entry: Mapping[str, Any], language: str, general: Mapping[str, Any]
) -> dict[str, Any]:
    known = {**general, **entry}
    return {
        "activity": entry["text"],
        "language": language,
        "category": known.get("category"),
        "done_already": question.done_already,
        "willing": known.get("willing", "not_now"),
        "for_whom": known.get("for_whom"),
        "conditions": known.get("conditions"),
        "means": list(known.get("means", [])),
    }


def _need(entry: Mapping[str, Any], language: str, general: Mapping[str, Any]) -> dict[str, Any]:
    known = {**general, **entry}
    return {
        "text": entry["text"],
        "language": language,
        "category": known.get("category"),
        "why": known.get("why"),
        "own_effort": known.get("own_effort"),
        "urgency": known.get("urgency"),
    }


def strength_prompts(instrument: Instrument, *, language: str, capabilities: int) -> Sequence[str]:
    """Return what helps to come back to the question of strengths; nothing when a capability was found."""
    if capabilities:
        return []
    return instrument.strength_prompts.get(instrument.shown_in(language), [])
