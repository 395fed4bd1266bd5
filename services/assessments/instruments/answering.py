"""Whether an answer is of the kind that its question asks for, and the form in which it is kept.

    Invalid
    └── WrongAnswer          the value is not of the question's type; `errors` name the place

An answer to a repeated question is a list of entries. An entry of a question with parts is `{"text": …}` and what
is known of its parts; a plain text is the short form of it. Answers are kept in the long form. A place is kept as
the middle of its 1 km cell.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from services.assessments.instruments.questions import Question
from services.kernel.fields import Body, Language, Line, Point, Switch, Window
from services.kernel.places import snap
from services.kernel.problems import FieldError, Invalid, field_errors, pointer

Path = tuple[str | int, ...]

LONGEST_TEXT = 10_000
MOST_ENTRIES = 50
_LARGEST = 1e12
_ALLOWED_CONTROLS = "\n\r\t"


class WrongAnswer(Invalid):
    slug = "wrong-answer"
    title = "The answer is not of the kind that the question asks for"


class Spoken(Body):
    """A language that somebody speaks, and how well."""

    language: Language
    level: Literal["native", "fluent", "basic"] | None = None


class Sharing(Body):
    """What somebody asks of those she would meet: the conditions that matching's listings understand."""

    gender: Literal["female", "male", "diverse"] | None = None
    grown_up: Switch = False
    checks: Annotated[
        list[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]], Field(max_length=10)
    ] = []


_WINDOWS: TypeAdapter[list[Window]] = TypeAdapter(Annotated[list[Window], Field(max_length=MOST_ENTRIES)])
_SPOKEN: TypeAdapter[list[Spoken]] = TypeAdapter(Annotated[list[Spoken], Field(max_length=20)])
_SHARING: TypeAdapter[Sharing] = TypeAdapter(Sharing)
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_POINT: TypeAdapter[Point] = TypeAdapter(Point)


def checked(question: Question, value: Any) -> Any:
    """Return `value` in the form it is kept in. Raises WrongAnswer with every place that is wrong."""
    errors: list[FieldError] = []
    kept = _repeated(question, value, errors) if question.repeats else _one(question, value, ("value",), errors)
    if errors:
        raise WrongAnswer("The value does not fit the question.", errors=errors)
    return kept


def _wrong(errors: list[FieldError], path: Path, message: str) -> None:
    errors.append(FieldError(source="body", path=pointer(path), message=message))


def _repeated(question: Question, value: Any, errors: list[FieldError]) -> Any:
    if not isinstance(value, list):
        return _wrong(errors, ("value",), "must be a list of entries")
    if len(value) > MOST_ENTRIES:
        return _wrong(errors, ("value",), f"must have at most {MOST_ENTRIES} entries")
    read = _entry if question.parts else _one
    return [read(question, entry, ("value", place), errors) for place, entry in enumerate(value)]


def _entry(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict):
        return _wrong(errors, path, "must be a text, or an object with a text")
    parts = {part.id: part for part in question.parts}
    if set(value) - {"text", *parts}:
        return _wrong(errors, path, f"may have only text, {', '.join(parts)}")
    kept = {"text": _one(question, value.get("text"), (*path, "text"), errors)}
    for key, part in parts.items():
        if value.get(key) is not None:
            kept[key] = _one(part, value[key], (*path, key), errors)
    return kept


def _one(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    return _READERS[question.type](question, value, path, errors)


def _text(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, str) or not value.strip():
        return _wrong(errors, path, "must be a text that is not blank")
    if len(value) > LONGEST_TEXT:
        return _wrong(errors, path, f"must be at most {LONGEST_TEXT} characters long")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value if c not in _ALLOWED_CONTROLS):
        return _wrong(errors, path, "must not contain control characters")
    return value.strip()


def _single(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, str) or value not in question.offered:
        return _wrong(errors, path, f"must be one of {', '.join(sorted(question.offered))}")
    return value


def _several(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, list):
        return _wrong(errors, path, "must be a list of choices")
    before = len(errors)
    kept = [_single(question, one, (*path, place), errors) for place, one in enumerate(value[:MOST_ENTRIES])]
    if len(value) > MOST_ENTRIES or (len(errors) == before and len(set(kept)) != len(kept)):
        return _wrong(errors, path, "must name each choice once")
    return kept


def _concepts(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, list) or len(value) > MOST_ENTRIES:
        return _wrong(errors, path, f"must be a list of at most {MOST_ENTRIES} concepts")
    allowed = set(question.concepts) or question.known
    for place, one in enumerate(value):
        if not isinstance(one, str) or one not in allowed:
            _wrong(errors, (*path, place), "is not one of the cards" if question.concepts else "is no concept")
    return list(dict.fromkeys(one for one in value if isinstance(one, str)))


def _number(question: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return _wrong(errors, path, "must be a number")
    if question.whole and value != int(value):
        return _wrong(errors, path, "must be a whole number")
    if question.least is not None and value < question.least:
        return _wrong(errors, path, f"must be at least {question.least:g}")
    if question.most is not None and value > question.most:
        return _wrong(errors, path, f"must be at most {question.most:g}")
    if not _on_step(question, value):
        return _wrong(errors, path, f"must be a step of {question.step:g} from {question.least or 0:g}")
    return int(value) if question.whole else value


def _on_step(question: Question, value: float) -> bool:
    if question.step is None:
        return True
    steps = (value - (question.least or 0.0)) / question.step
    return math.isclose(steps, round(steps), abs_tol=1e-6)


def _date(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year < 2200:
        return _wrong(errors, path, "must be a day such as 2026-11-28, between the years 1900 and 2200")
    return day.isoformat()


def _consent(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    return value if isinstance(value, bool) else _wrong(errors, path, "must be true or false")


def _place(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    if not isinstance(value, dict) or set(value) - {"text", "latitude", "longitude"}:
        return _wrong(errors, path, "must be an object with text, and latitude and longitude where they are known")
    kept = {"text": _read(_LINE, value.get("text"), (*path, "text"), errors)}
    spot = {name: value[name] for name in ("latitude", "longitude") if value.get(name) is not None}
    if spot:
        point = _read(_POINT, spot, path, errors)
        if point is not None:
            kept["latitude"], kept["longitude"] = snap(point.latitude, point.longitude)
    return kept


def _availability(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    found = _read(_WINDOWS, value, path, errors)
    return found and [window.model_dump(mode="json", exclude_none=True) for window in found]


def _languages(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    found = _read(_SPOKEN, value, path, errors) or []
    if len({spoken.language for spoken in found}) != len(found):
        return _wrong(errors, path, "must name each language once")
    return [spoken.model_dump(mode="json", exclude_none=True) for spoken in found]


def _conditions(_: Question, value: Any, path: Path, errors: list[FieldError]) -> Any:
    found = _read(_SHARING, value, path, errors)
    return found and {**found.model_dump(mode="json"), "checks": sorted(set(found.checks))}


def _read(kind: TypeAdapter[Any], value: Any, path: Path, errors: list[FieldError]) -> Any:
    """Return `value` as `kind` reads it; what is wrong with it is named under `path`."""
    try:
        return kind.validate_python(value)
    except ValidationError as wrong:
        for one in field_errors(wrong.errors(), source="body"):
            errors.append(one.model_copy(update={"path": pointer(path) + one.path}))
        return None


_READERS: Mapping[str, Callable[[Question, Any, Path, list[FieldError]], Any]] = {
    "text": _text,
    "single": _single,
    "several": _several,
    "likert": _single,
    "scale": _number,
    "number": _number,
    "date": _date,
    "place": _place,
    "availability": _availability,
    "languages": _languages,
    "concepts": _concepts,
    "conditions": _conditions,
    "consent": _consent,
    "category": _single,
    "yes_perhaps_not_now": _single,
}
TYPES = frozenset(_READERS)
"""The types of question that are understood."""
