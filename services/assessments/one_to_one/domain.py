"""The rules of a one-to-one assessment: its states, when it is complete, and what comes out of its answers.

    IllegalState
    Invalid
    ├── AnswersMissing            `errors` name the required questions that have no answer
    └── ConsentNotUnderstood      consent in words that nobody has reviewed, and nobody interpreted
    Conflict
    ├── DoNotAsk                  the person has asked not to be asked
    ├── RepresentativeMissing     somebody who decides with a representative has none on record
    ├── ItemConsentMissing        the person has not agreed that this capability or need is made known
    ├── NotAgreedByBoth           a need is recognised by the person and the worker, or it is not
    └── FollowsNothing            there is no earlier assessment to compare with

An empty list is an answer. When little has been said of what the person can do, that is no fault either: whoever
completes the assessment is then shown prompts that help to come back to it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from services.assessments.instruments.domain import Instrument, Question, missing, visible
from services.kernel.problems import Conflict, FieldError, IllegalState, Invalid

State = Literal["draft", "in_progress", "completed", "reviewed", "declined"]
Willing = Literal["yes", "perhaps", "not_now"]
Urgency = Literal["now", "soon", "can_wait"]
HowOften = Literal["once", "now_and_then", "monthly", "weekly", "daily"]
NeedState = Literal["stated", "recognised", "not_agreed"]

_MEANS = frozenset({"in_person", "phone", "online"})
ANSWERABLE = frozenset({"draft", "in_progress"})
PUBLISHABLE = frozenset({"completed", "reviewed"})
_STEPS: Mapping[str, frozenset[str]] = {
    "completed": ANSWERABLE,
    "reviewed": frozenset({"completed"}),
    "declined": ANSWERABLE,
}


class AnswersMissing(Invalid):
    slug = "answers-missing"
    title = "Required questions have no answer yet"


class ConsentNotUnderstood(Invalid):
    slug = "consent-not-understood"
    title = "Consent in words that no native speaker has reviewed needs an interpreter on record"


class DoNotAsk(Conflict):
    slug = "do-not-ask"
    title = "The person has asked not to be asked"


class RepresentativeMissing(Conflict):
    slug = "representative-missing"
    title = "The person's representative has to be on record first"


class ItemConsentMissing(Conflict):
    slug = "item-consent-missing"
    title = "The person has not agreed that this is made known"


class NotAgreedByBoth(Conflict):
    slug = "not-agreed-by-both"
    title = "A need is recognised when the person and the worker agree on it"


class FollowsNothing(Conflict):
    slug = "follows-nothing"
    title = "This assessment follows no earlier one"


@dataclass(frozen=True, slots=True)
class Said:
    """A kept answer and the language it was given in."""

    value: Any
    language: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the answers make: the values of capabilities, needs and outcomes, as their tables name them."""

    capabilities: list[dict[str, Any]] = field(default_factory=list)
    needs: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[dict[str, Any]] = field(default_factory=list)


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
    """Raise AnswersMissing, naming every required question that was shown and has no answer."""
    left = missing(instrument, _values(answers))
    if left:
        errors = [FieldError(source="answers", path=f"/{key}", message="is required") for key in left]
        raise AnswersMissing(f"Still to be answered: {', '.join(left)}.", errors=errors)


def _values(answers: Mapping[str, Said]) -> dict[str, Any]:
    return {key: said.value for key, said in answers.items()}


def check_represented(*, needed: bool, representative: Mapping[str, Any] | None) -> None:
    """Raise RepresentativeMissing when one is needed and none is on record."""
    if needed and representative is None:
        raise RepresentativeMissing


def check_understood(*, reviewed: bool, interpreters: Collection[str | None]) -> None:
    """Raise ConsentNotUnderstood unless the words were reviewed or somebody interpreted them."""
    if not reviewed and not any(interpreters):
        raise ConsentNotUnderstood


def check_negotiated(outcome: str, *, person_agrees: bool, why_not: str | None) -> None:
    """Raise NotAgreedByBoth when a need would be recognised over the person's head, Invalid for a no without a why."""
    if outcome == "not_agreed" and why_not is None:
        raise Invalid.field("/why_not", "says why the need is not recognised")
    if outcome == "recognised" and not person_agrees:
        raise NotAgreedByBoth


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
        elif question.makes == "outcome":
            drawn.outcomes.append(_outcome(entry, language))
        elif entry["text"].casefold() not in seen:
            seen.add(entry["text"].casefold())
            general = _general("capability", instrument, answers)
            drawn.capabilities.append(_capability(question, entry, language, general))
    return drawn


def _entries(instrument: Instrument, answers: Mapping[str, Said]) -> Iterator[tuple[Question, Mapping[str, Any], str]]:
    for question in visible(instrument, _values(answers)):
        said = answers.get(question.id)
        if question.makes is None or said is None:
            continue
        for entry in said.value if isinstance(said.value, list) else [said.value]:
            yield question, entry if isinstance(entry, dict) else {"text": entry}, said.language


def _general(made: str, instrument: Instrument, answers: Mapping[str, Said]) -> dict[str, Any]:
    filled = {}
    for question in visible(instrument, _values(answers)):
        target, _, attribute = (question.fills or "").partition(".")
        if target == made and question.id in answers:
            filled[attribute] = answers[question.id].value
    return filled


def _capability(
    question: Question, entry: Mapping[str, Any], language: str, general: Mapping[str, Any]
) -> dict[str, Any]:
    known = {**general, **entry}
    # Conditions are said in words, or (by the question type of that name) as the rules that matching understands.
    rules = known.get("conditions") if isinstance(known.get("conditions"), dict) else known.get("sharing")
    return {
        "activity": entry["text"],
        "language": language,
        "done_already": question.done_already,
        "willing": _one_of(get_args(Willing), known.get("willing")) or "not_now",
        "how_often": _one_of(get_args(HowOften), known.get("how_often")),
        **_texts(known, "category", "for_whom", "conditions", "support_wanted"),
        "sharing": rules if isinstance(rules, dict) else {},
        "means": [one for one in _list(known, "means") if one in _MEANS],
        "availability": _list(known, "availability"),
        **_picked(entry),
    }


def _need(entry: Mapping[str, Any], language: str, general: Mapping[str, Any]) -> dict[str, Any]:
    known = {**general, **entry}
    return {
        "text": entry["text"],
        "language": language,
        **_texts(known, "category", "why", "own_effort"),
        "urgency": _one_of(get_args(Urgency), known.get("urgency")),
        **_picked(entry),
    }


def _outcome(entry: Mapping[str, Any], language: str) -> dict[str, Any]:
    grades = {"importance": entry.get("importance"), "baseline": entry.get("now"), "wished": entry.get("wished")}
    kept = {name: _one_of(range(11), value) for name, value in grades.items()}
    return {"text": entry["text"], "language": language, **kept, **_picked(entry)}


# An organisation's own instrument may fill a field from a question of another type. What does not fit stays an answer
# and is not forced into the field.


def _one_of(known: Collection[Any], value: Any) -> Any:
    return value if not isinstance(value, list | dict) and value in known else None


def _texts(known: Mapping[str, Any], *names: str) -> dict[str, str | None]:
    told = {name: known.get(name) for name in names}
    return {name: value if isinstance(value, str) else None for name, value in told.items()}


def _list(known: Mapping[str, Any], name: str) -> list[Any]:
    value = known.get(name)
    return list(value) if isinstance(value, list) else []


def _picked(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the concepts that the person has picked from the cards for this entry, if she was asked."""
    picked = _list(entry, "concepts")
    return {"concepts": picked} if picked else {}


def is_thin(*, capabilities: int, needs: int) -> bool:
    """Say whether strengths should be asked for again: none was named, or fewer than half as many as needs."""
    return capabilities == 0 or 2 * capabilities < needs
