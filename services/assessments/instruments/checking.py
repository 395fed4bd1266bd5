"""Checks that a definition holds together, and names every place where it does not.

It is given well-formed JSON; what it checks is that the parts fit each other: no two questions with one id, choices
that exist, conditions that look back only, scores of questions that can be counted.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from services.assessments.instruments.answering import TYPES
from services.assessments.instruments.conditions import TESTS
from services.assessments.instruments.definition import AGREEMENTS, Cards, DefinitionWrong, Raw, instrument_of
from services.assessments.instruments.questions import AGREEING, Instrument, Question
from services.assessments.instruments.scoring import bounds
from services.assessments.instruments.texts import OF_A_QUESTION, allowed
from services.kernel.problems import pointer

Fault = tuple[str, str]
Faults = Iterator[Fault]
Path = tuple[str | int, ...]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
_CHOICE = re.compile(r"[A-Za-z0-9_-]{1,63}")
_NAME = re.compile(r"[a-z][a-z0-9-]{1,62}")
_TARGET = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_CHOOSING = frozenset({"single", "several", "likert"})
_COUNTED = frozenset({"number", "scale", "likert", "single", "several", "consent", AGREEING})
_OF_PARTS = frozenset({"id", "type", "required", "choices", "least", "most", "step", "whole", "concepts", "public"})
_OF_QUESTIONS = _OF_PARTS | {"section", "repeats", "parts", "show_if", "makes", "fills", "done_already"}
_USES = ("assessment", "survey", "round_table")
_MAKES = ("capability", "need", "outcome")
_DEEPEST = 8
MOST_QUESTIONS = 500
MOST_CHOICES = 1000
MOST_TESTS = 2000
"""Of all conditions together: they are looked at for each response to a survey."""


def sound(raw: Raw, cards: Cards, **kept: Any) -> Instrument:
    """Return the instrument that `raw` describes. Raises DefinitionWrong, naming every fault."""
    found = list(_structure(raw, cards))
    if found:
        raise DefinitionWrong.at(found)
    instrument = instrument_of(raw, cards, **kept)
    found = [
        *_size(instrument),
        *_conditions(instrument),
        *_scores(instrument),
        *_texts(instrument, raw.get("translations", {})),
    ]
    if found:
        raise DefinitionWrong.at(found)
    return instrument


def check_texts(instrument: Instrument, keys: Iterable[str]) -> None:
    """Raise DefinitionWrong for texts that belong to nothing in the instrument."""
    known = allowed(instrument)
    found = [(pointer(["texts", key]), "is no text of this instrument") for key in keys if key not in known]
    if found:
        raise DefinitionWrong.at(found)


def _at(*path: str | int) -> str:
    return pointer(path)


def _structure(raw: Raw, cards: Cards) -> Faults:
    if not _NAME.fullmatch(raw.get("name", "")):
        yield "/name", "must be lower case letters, digits and hyphens"
    if raw.get("use", "assessment") not in _USES:
        yield "/use", f"is none of {', '.join(_USES)}"
    sections = [section.get("key", "") for section in raw.get("sections", ())]
    yield from _each_once(("sections",), "key", sections)
    for name, offered in raw.get("choices", {}).items():
        yield from _choices(name, offered)
    questions = raw.get("questions", ())
    if not 0 < len(questions) <= MOST_QUESTIONS:
        yield "/questions", f"must be 1 to {MOST_QUESTIONS}"
    yield from _each_once(("questions",), "id", [question.get("id", "") for question in questions])
    yield from _together(questions)
    for place, question in enumerate(questions):
        yield from _asked(question, ("questions", place), raw, cards, set(sections))


def _each_once(path: Path, name: str, keys: list[str]) -> Faults:
    before: set[str] = set()
    for place, key in enumerate(keys):
        if not _ID.fullmatch(key):
            yield _at(*path, place, name), "must begin with a letter and have letters, digits, _ and - only"
        if key in before:
            yield _at(*path, place, name), f"{key} is there twice"
        before.add(key)


def _choices(name: str, offered: list[str]) -> Faults:
    if not _ID.fullmatch(name) or name.startswith("cando_"):
        yield _at("choices", name), "is no name for a list"
    if not 0 < len(offered) <= MOST_CHOICES:
        yield _at("choices", name), f"must have 1 to {MOST_CHOICES} choices"
    before: set[str] = set()
    for place, key in enumerate(offered[:MOST_CHOICES]):
        if not _CHOICE.fullmatch(key):
            yield _at("choices", name, place), "must have letters, digits, _ and - only"
        if key in before:
            yield _at("choices", name, place), f"{key} is there twice"
        before.add(key)
    if name == AGREEING and tuple(offered) != AGREEMENTS:
        yield _at("choices", name), f"must be {', '.join(AGREEMENTS)}"


def _together(questions: Collection[Raw]) -> Faults:
    """Find sections whose questions are scattered: they could not be shown as one."""
    ended: set[str] = set()
    before = None
    for place, question in enumerate(questions):
        section = question.get("section", "")
        if section != before and section in ended:
            yield _at("questions", place, "section"), f"the questions of {section} must stand together"
        if before is not None and section != before:
            ended.add(before)
        before = section


def _asked(raw: Raw, path: Path, whole: Raw, cards: Cards, sections: set[str]) -> Faults:
    if raw.get("section") not in sections:
        yield _at(*path, "section"), "is no section of this instrument"
    yield from _one(raw, path, whole, cards, _OF_QUESTIONS)
    if raw.get("makes") is not None and (raw["makes"] not in _MAKES or raw.get("type") != "text"):
        yield _at(*path, "makes"), f"must be {', '.join(_MAKES)}, and of a question of the type text"
    if raw.get("fills") is not None and not _TARGET.fullmatch(raw["fills"]):
        yield _at(*path, "fills"), "must be such as capability.willing"
    parts = raw.get("parts", ())
    if parts and not raw.get("repeats", False):
        yield _at(*path, "parts"), "belong to repeated questions only"
    yield from _each_once((*path, "parts"), "id", [part.get("id", "") for part in parts])
    for place, part in enumerate(parts):
        if part.get("id") in {"text", *OF_A_QUESTION}:
            yield _at(*path, "parts", place, "id"), f"{part['id']} has a meaning of its own"
        yield from _one(part, (*path, "parts", place), whole, cards, _OF_PARTS)


def _one(raw: Raw, path: Path, whole: Raw, cards: Cards, members: frozenset[str]) -> Faults:
    for name in sorted(set(raw) - members):
        yield _at(*path, name), "is not known here"
    kind = raw.get("type")
    if kind not in TYPES:
        yield _at(*path, "type"), f"{kind} is none of {', '.join(sorted(TYPES))}"
        return
    named = raw.get("choices")
    if kind in _CHOOSING and named not in whole.get("choices", {}):
        yield _at(*path, "choices"), f"{named} is no list of choices" if named else "is missing"
    if named is not None and kind not in _CHOOSING | {AGREEING}:
        yield _at(*path, "choices"), "belong to single, several and likert only"
    if kind == AGREEING and tuple(whole.get("choices", {}).get(named, AGREEMENTS)) != AGREEMENTS:
        yield _at(*path, "choices"), f"must be a list of {', '.join(AGREEMENTS)}"
    yield from _range(raw, path)
    for place, concept in enumerate(raw.get("concepts", ())):
        if kind != "concepts" or concept not in cards.all:
            yield _at(*path, "concepts", place), "is no concept" if kind == "concepts" else "belong to concepts only"


def _range(raw: Raw, path: Path) -> Faults:
    given: dict[str, float] = {name: raw[name] for name in ("least", "most", "step") if raw.get(name) is not None}
    if raw["type"] not in {"number", "scale"}:
        yield from ((_at(*path, name), "belongs to number and scale only") for name in given)
        return
    if raw["type"] == "scale" and not {"least", "most"} <= set(given):
        yield _at(*path), "a scale needs least and most"
    if "least" in given and "most" in given and not given["least"] < given["most"]:
        yield _at(*path, "most"), "must be more than least"
    if "step" in given and not given["step"] > 0:
        yield _at(*path, "step"), "must be more than 0"


def _size(instrument: Instrument) -> Faults:
    shown = [*(one.show_if for one in instrument.sections), *(one.show_if for one in instrument.questions)]
    if sum(1 for condition in shown for _ in _joined(condition)) > MOST_TESTS:
        yield "/questions", f"have more than {MOST_TESTS} tests in their conditions"


def _joined(condition: Any) -> Iterator[Any]:
    """Yield what a condition is joined from, and itself."""
    left = [condition]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            yield one
            inner = [one.get("not"), *(part for name in ("all", "any") for part in one.get(name) or ())]
            left += inner


def _conditions(instrument: Instrument) -> Faults:
    before: dict[str, Question] = {}
    every = {question.id for question in instrument.questions}
    first = {section.key: True for section in instrument.sections}
    for place, question in enumerate(instrument.questions):
        if first.pop(question.section, False):
            number = [section.key for section in instrument.sections].index(question.section)
            shown = instrument.sections[number].show_if
            yield from _condition(shown, ("sections", number, "show_if"), before, every)
        yield from _condition(question.show_if, ("questions", place, "show_if"), before, every)
        before[question.id] = question


def _condition(raw: Any, path: Path, before: Mapping[str, Question], every: set[str]) -> Faults:
    if raw is None:
        return
    if not isinstance(raw, Mapping) or len(path) > _DEEPEST * 2:
        yield _at(*path), "is no condition"
    elif set(raw) in ({"all"}, {"any"}) and isinstance(inner := next(iter(raw.values())), list) and inner:
        for place, one in enumerate(inner):
            yield from _condition(one or {}, (*path, next(iter(raw)), place), before, every)
    elif set(raw) == {"not"}:
        yield from _condition(raw["not"] or {}, (*path, "not"), before, every)
    elif len(raw) == 2 and "question" in raw and set(raw) & set(TESTS):
        yield from _test(raw, path, before, every)
    else:
        yield _at(*path), f"needs question and one of {', '.join(TESTS)}; or all, any, not"


def _test(raw: Raw, path: Path, before: Mapping[str, Question], every: set[str]) -> Faults:
    asked = before.get(raw["question"]) if isinstance(raw["question"], str) else None
    if asked is None:
        later = isinstance(raw["question"], str) and raw["question"] in every
        yield _at(*path, "question"), "comes later: a condition looks back only" if later else "is no question"
        return
    test = next(name for name in TESTS if name in raw)
    wanted = raw[test]
    fits = {"answered": isinstance(wanted, bool), "at_least": _number(wanted), "at_most": _number(wanted)}
    if not fits.get(test, isinstance(wanted, str | int | float | bool)):
        yield _at(*path, test), "is not a value that this can be compared with"
    elif test in {"is", "is_not", "includes"} and asked.offered and wanted not in asked.offered and not asked.repeats:
        yield _at(*path, test), f"{wanted} is none of the answers to {asked.id}"


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scores(instrument: Instrument) -> Faults:
    asked = {question.id: question for question in instrument.questions}
    yield from _each_once(("scores",), "key", [score.key for score in instrument.scores])
    for place, score in enumerate(instrument.scores):
        path: Path = ("scores", place)
        if score.method not in ("sum", "mean", "share"):
            yield _at(*path, "method"), "is none of sum, mean, share"
        if not score.questions:
            yield _at(*path, "questions"), "must name a question"
        for number, key in enumerate(score.questions):
            question = asked.get(key)
            if question is None or question.type not in _COUNTED or question.repeats:
                yield _at(*path, "questions", number), "is no question that can be counted"
            elif (key in score.reversed or score.method == "share") and bounds(question, score) is None:
                yield _at(*path, "questions", number), "needs least and most to be reversed or to be a share"
        answers = {key for name in score.questions if name in asked for key in asked[name].offered}
        for key in sorted(set(score.values) - answers):
            yield _at(*path, "values", key), "is none of the answers to its questions"
        for key in sorted(score.reversed - set(score.questions)):
            yield _at(*path, "reversed"), f"{key} is not among the questions"


def _texts(instrument: Instrument, translations: Mapping[str, Raw]) -> Faults:
    known = allowed(instrument)
    for language, wording in translations.items():
        for key in wording.get("texts", {}):
            if key not in known:
                yield _at("translations", language, "texts", key), "is no text of this instrument"
