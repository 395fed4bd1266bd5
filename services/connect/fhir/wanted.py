"""What a search asks for: its parameters, read once; which of them `/v1` can narrow by; and whether a resource fits.

Every resource understands `_id`, `identifier`, `_lastUpdated`, `_count`; each some of its own. Commas mean or,
repetition means and. What is unknown is ignored, as FHIR has it, unless `Prefer: handling=strict` says otherwise.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.connect.fhir.asked import Span, Token, either, id_of, moment_of, reference_id, span, token, unescaped
from services.connect.fhir.outcomes import Wrong

COUNT = 50
MOST = 200
POSITION = "_cursor"
_MOST_PARAMS = 50
_LONGEST = 2_000
_OF_HER = (
    "patient.identifier", "subject.identifier", "patient:identifier", "subject:identifier",
    "patient:Patient.identifier", "subject:Patient.identifier",
)  # fmt: skip
_ABOUT_THE_ANSWER = ("_format", "_pretty", "_total", "_contentLanguage")


class Position(NamedTuple):
    """Where a page goes on: in which page of `/v1`, at which row, after how many resources of it."""

    cursor: str | None = None
    row: str | None = None
    shown: int = 0

    def text(self) -> str:
        """Return it as an opaque parameter."""
        return base64.urlsafe_b64encode(json.dumps(self).encode()).decode().rstrip("=")


def _position(text: str) -> Position:
    try:
        cursor, row, shown = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, RecursionError):
        raise Wrong(400, f"{POSITION} is none of ours.", code="value") from None
    known = isinstance(cursor, str | None) and isinstance(row, str | None) and isinstance(shown, int)
    if not known or (row is not None and id_of(row) is None) or not 0 <= shown <= 10_000:
        raise Wrong(400, f"{POSITION} is none of ours.", code="value")
    return Position(cursor, row, shown)


class Test(NamedTuple):
    """One more condition: `param` of kind `kind` has one of `values`."""

    param: str
    kind: str
    values: Sequence[str]


@dataclass(slots=True)
class Wanted:
    """A search. `since` is the moment after which something must have changed; `nothing` can fit at all if set."""

    count: int = COUNT
    position: Position = field(default_factory=Position)
    ids: set[str] | None = None
    since: datetime | None = None
    spans: list[Span] = field(default_factory=list)
    identifiers: list[list[Token]] = field(default_factory=list)
    name: Token | None = None
    person: str | None = None
    person_named: Token | None = None
    nothing: bool = False
    tests: list[Test] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)

    def fits(self, resource: Mapping[str, Any]) -> bool:
        """Say whether a resource is what is looked for."""
        if self.ids is not None and resource["id"] not in self.ids:
            return False
        return self._is_named(resource) and self._is_of_the_time(resource) and all(
            _passes(resource, test) for test in self.tests
        )  # fmt: skip

    def _is_named(self, resource: Mapping[str, Any]) -> bool:
        found = resource.get("identifier", [])
        named = [found] if isinstance(found, Mapping) else found
        return all(any(one.fits(name) for one in either for name in named) for either in self.identifiers)

    def _is_of_the_time(self, resource: Mapping[str, Any]) -> bool:
        if not self.spans:
            return True
        updated = resource.get("meta", {}).get("lastUpdated")
        return updated is not None and all(one.holds(moment_of(updated)) for one in self.spans)


def read(params: Sequence[tuple[str, str]], own: Mapping[str, str], *, base: str, strict: bool) -> Wanted:
    """Read a search; `own` are the parameters of the resource with their kinds. Raises Wrong."""
    if len(params) > _MOST_PARAMS or any(len(name) + len(value) > _LONGEST for name, value in params):
        raise Wrong(400, "The search is longer than is read here.", code="too-costly")
    wanted = Wanted()
    for full, value in params:
        if full in _OF_HER and ("subject" in own or "patient" in own):
            _her_identifier(wanted, full, value)
            continue
        name = _known(full, value, own, strict=strict)
        if name is None:
            continue
        if any(ord(character) < 32 for character in value):
            raise Wrong(400, f"{name} holds control characters.", code="value")
        _COMMON.get(name, _own)(wanted, name, value, own, base)
        if name not in ("_count", POSITION):
            wanted.used.append((full, value))
    return wanted


def _known(full: str, value: str, own: Mapping[str, str], *, strict: bool) -> str | None:
    """Return the parameter's name, or None for one to be passed over. Raises Wrong for what is not understood."""
    name, _, modifier = full.partition(":")
    if "." in name and name.partition(".")[0] in own:
        raise Wrong(400, "Of chained parameters, only the patient's identifier is understood.", code="not-supported")
    if name in _ABOUT_THE_ANSWER or value == "":
        return None
    if not (name in _COMMON or name in own):
        if strict:
            raise Wrong(400, "One of the search parameters is not known here.", code="not-supported")
        return None
    if modifier and not (own.get(name) == "reference" and modifier in ("Patient", "ServiceRequest", "Organization")):
        raise Wrong(400, f"{name} is understood without a modifier only.", code="not-supported")
    return name


def _her_identifier(wanted: Wanted, full: str, value: str) -> None:
    named = token(value)
    if not named.system or not named.value or len(either(value)) != 1 or wanted.person_named is not None:
        raise Wrong(400, "The identifier of the patient is one system|value.", code="value")
    wanted.person_named = named
    wanted.used.append((full, value))


def _count(wanted: Wanted, _: str, value: str, *__: Any) -> None:
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise Wrong(400, "_count is a whole number.", code="value")
    wanted.count = min(int(value), MOST)


def _cursor(wanted: Wanted, _: str, value: str, *__: Any) -> None:
    wanted.position = _position(value)


def _ids(wanted: Wanted, _: str, value: str, *__: Any) -> None:
    asked = {one for one in value.split(",") if one}
    wanted.ids = asked if wanted.ids is None else wanted.ids & asked
    if len(wanted.ids) > MOST:
        raise Wrong(400, f"At most {MOST} ids at once.", code="too-costly")


def _identifier(wanted: Wanted, _: str, value: str, *__: Any) -> None:
    tokens = [token(one) for one in either(value)]
    wanted.identifiers.append(tokens)
    if len(tokens) == 1:
        wanted.name = tokens[0]


def _updated(wanted: Wanted, name: str, value: str, *_: Any) -> None:
    asked = span(value, name)
    wanted.spans.append(asked)
    if asked.least is not None:
        before = asked.least - timedelta(microseconds=1)  # /v1 shows what changed after a moment
        wanted.since = before if wanted.since is None else max(before, wanted.since)


def _own(wanted: Wanted, name: str, value: str, own: Mapping[str, str], base: str) -> None:
    kind = own[name]
    values = either(value)
    if name in ("focus", "based-on"):  # a Task has the id of its ServiceRequest
        _ids(wanted, name, ",".join(reference_id(one, "ServiceRequest", base) or "-" for one in values))
        return
    if kind == "reference":
        target = "Organization" if name == "organization" else "Patient"
        values = [reference_id(one, target, base) or "" for one in values]
        if target == "Patient" and len(values) == 1:
            wanted.person = values[0]
            wanted.nothing = wanted.nothing or id_of(values[0]) is None
    if kind == "code":
        values = [one.rpartition("|")[2] for one in values]
    values = [unescaped(one) for one in values]
    wanted.tests.append(Test(name, kind, values))


_COMMON: Mapping[str, Any] = {
    "_count": _count, POSITION: _cursor, "_id": _ids, "identifier": _identifier, "_lastUpdated": _updated,
}  # fmt: skip


def _passes(resource: Mapping[str, Any], test: Test) -> bool:
    if test.kind == "reference":
        found = {_target(resource.get(name)) for name in _where(test.param)}
        return bool(found & set(test.values))
    if test.kind == "text":
        shown = str(resource.get(test.param, "")).casefold()
        return any(shown.startswith(one.casefold()) for one in test.values)
    said = resource.get(test.param)
    given = str(said).lower() if isinstance(said, bool) else said
    if test.kind == "uri":
        return any(given == one or str(given).startswith(one + "|") for one in test.values)
    return given in test.values


def _where(param: str) -> tuple[str, ...]:
    return ("providedBy", "managingOrganization") if param == "organization" else ("subject", "for", "patient")


def _target(reference: Any) -> str | None:
    return str(reference["reference"]).rpartition("/")[2] if isinstance(reference, Mapping) else None
