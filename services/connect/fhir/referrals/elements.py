"""Reading what was sent, element by element: whatever is wrong is named by its FHIRPath, and never repeated."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.connect.fhir.asked import moment_of
from services.connect.fhir.outcomes import Wrong
from services.kernel.fields import Language, Line, Text

_LINE: TypeAdapter[str] = TypeAdapter(Line)
_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MOST = 50
_ALLOWANCE = timedelta(minutes=5)
_NOT_IGNORED = ("modifierExtension", "implicitRules")
_OF_EVERY_RESOURCE = frozenset({"resourceType", "id", "meta", "language", "text", "contained", "extension"})


def wrong(at: str, words: str, code: str = "invalid", *, status: int = 422) -> Wrong:
    """Return what is wrong with the element `at`."""
    return Wrong(status, f"{at}: {words}", code=code, at=at)


@dataclass(frozen=True, slots=True)
class Element:
    """An object of the JSON that was sent, and its FHIRPath."""

    value: Mapping[str, Any]
    at: str

    def one(self, name: str) -> "Element | None":
        """Return the object in `name`. Raises Wrong for anything else."""
        found = self.value.get(name)
        if found is None:
            return None
        if not isinstance(found, dict):
            raise wrong(f"{self.at}.{name}", "must be an object", "structure")
        return Element(found, f"{self.at}.{name}")

    def each(self, name: str, *, needed: bool = False) -> list["Element"]:
        """Return the objects in the list `name`. Raises Wrong for anything else."""
        found = self.value.get(name, [])
        at = f"{self.at}.{name}"
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise wrong(at, "must be a list of objects", "structure")
        if len(found) > _MOST:
            raise wrong(at, f"has more than {_MOST} entries", "too-costly")
        if needed and not found:
            raise wrong(at, "is missing", "required")
        return [Element(one, f"{at}[{place}]") for place, one in enumerate(found)]

    def word(self, name: str, *, needed: bool = False) -> str | None:
        """Return the text in `name`, as it is."""
        found = self.value.get(name)
        if found is None and needed:
            raise wrong(f"{self.at}.{name}", "is missing", "required")
        if found is not None and not isinstance(found, str):
            raise wrong(f"{self.at}.{name}", "must be a string", "structure")
        return found

    def needed(self, name: str) -> str:
        """Return the text in `name`. Raises Wrong when it is missing."""
        return self.word(name, needed=True) or ""

    def code(self, name: str, known: Collection[str], *, needed: bool = True) -> str | None:
        """Return the code in `name`. Raises Wrong unless it is one of `known`."""
        found = self.word(name, needed=needed)
        if found is not None and found not in known:
            raise wrong(f"{self.at}.{name}", f"is none of {', '.join(known)}", "code-invalid")
        return found

    def flag(self, name: str) -> bool:
        """Return the boolean in `name`; false when it is missing."""
        found = self.value.get(name, False)
        if not isinstance(found, bool):
            raise wrong(f"{self.at}.{name}", "must be true or false", "structure")
        return found

    def moment(self, name: str) -> datetime | None:
        """Return the time in `name`. Raises Wrong for what is no time, or an absurd one."""
        found = self.word(name)
        if found is None:
            return None
        try:
            moment = moment_of(found if len(found) > 4 else f"{found}-01-01")
        except (ValueError, OverflowError):
            raise wrong(f"{self.at}.{name}", "is no date or time", "value") from None
        if not _EARLIEST <= moment <= _LATEST:
            raise wrong(f"{self.at}.{name}", "must lie between the years 1900 and 2200", "value")
        return moment

    def past(self, name: str, now: datetime) -> datetime | None:
        """Return a time that is over. A clock may be five minutes fast; what it says then counts as now."""
        moment = self.moment(name)
        if moment is not None and moment > now + _ALLOWANCE:
            raise wrong(f"{self.at}.{name}", "lies in the future: is the clock right?", "value")
        return moment if moment is None else min(moment, now)

    def language(self, name: str) -> str | None:
        """Return the language tag in `name`."""
        return fit(_LANGUAGE, self.word(name), f"{self.at}.{name}", "is no language")

    def codings(self, name: str) -> list["Element"]:
        """Return the codings of the CodeableConcept in `name`."""
        concept = self.one(name)
        return [] if concept is None else concept.each("coding")


def line(text: str | None, at: str) -> str | None:
    """Return a text of at most 200 characters. Raises Wrong."""
    return fit(_LINE, text, at, "must be 1 to 200 characters without control characters")


def text(given: str | None, at: str) -> str | None:
    """Return a text of at most 10,000 characters. Raises Wrong."""
    return fit(_TEXT, given, at, "must be 1 to 10,000 characters without control characters")


def fit(kind: TypeAdapter[str], given: str | None, at: str, words: str) -> str | None:
    """Return `given` as `kind` keeps it. Raises Wrong with `words`."""
    if given is None:
        return None
    try:
        return kind.validate_python(given)
    except ValidationError:
        raise wrong(at, words, "value") from None


def resource(given: Any, kind: str, known: Collection[str]) -> Element:
    """Return a resource as an element. Raises Wrong for another type, or for elements that R4 does not have there."""
    if not isinstance(given, dict) or given.get("resourceType") != kind:
        raise wrong(kind, f"a {kind} is expected here", "structure")
    for name in given:
        if name.removeprefix("_") not in known and name not in _OF_EVERY_RESOURCE:
            raise wrong(kind, "has an element that R4 does not know, or that is not understood here", "structure")
    return Element(given, kind)


def check_nothing_modifies(given: Any, kind: str) -> None:
    """Raise Wrong for what would change the meaning of the rest and is not understood here."""
    for one in _objects(given):
        if any(name in one for name in _NOT_IGNORED):
            raise wrong(kind, "has a modifier extension or implicit rules, which are not understood here", "extension")


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield from _objects(one)
