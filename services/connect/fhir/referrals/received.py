"""What a referral is made of: the request, whom it is about, and what she permits. Read whole before anything is done.

Of the Patient the identifiers, the first given name and the languages are taken; everything else that came with her
(family name, birth date, address, telecom) is not looked at and nowhere kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.connect.fhir.asked import Asked, external_of, id_of, reference_id
from services.connect.fhir.referrals.elements import (
    Element,
    check_nothing_modifies,
    line,
    resource,
    text,
    wrong,
)
from services.connect.fhir.referrals.known import PATIENT, SERVICE_REQUEST
from services.connect.fhir.referrals.permission import Permission, permission
from services.connect.fhir.shapes.parts import CATEGORY
from services.vocabulary import CATEGORIES

_STATUSES = ("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
_INTENTS = (
    "proposal", "plan", "directive", "order", "original-order", "reflex-order", "filler-order", "instance-order",
    "option",
)  # fmt: skip
_PRIORITIES = ("routine", "urgent", "asap", "stat")
_NOT_UNDERSTOOD = ("occurrenceTiming", "quantityQuantity", "quantityRatio", "quantityRange")
ENDED = ("revoked", "entered-in-error")
_MOST_CONTAINED = 10
_A_DAY = timedelta(days=1)
Name = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a write: the ServiceRequest as it stands now, whether it is new, and what else is."""

    resource: dict[str, Any]
    created: bool
    registered: bool = False
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: somebody of ours by `identity`, or by `names`; `described` when a Patient came along."""

    identity: str | None = None
    names: Sequence[Name] = ()
    described: bool = False
    called: str | None = None
    languages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Referral:
    """A ServiceRequest as it will be kept."""

    names: Sequence[Name]
    status: str
    title: str | None
    text: str | None
    language: str | None
    category: str | None
    expires_at: datetime | None
    person: Person
    permission: Permission | None
    identity: str | None = None


def read(given: Mapping[str, Any], asked: Asked) -> Referral:
    """Read a ServiceRequest with what it contains. Raises Wrong."""
    check_nothing_modifies(given, "ServiceRequest")
    request = resource(given, "ServiceRequest", SERVICE_REQUEST)
    status = request.code("status", _STATUSES) or ""
    request.code("intent", _INTENTS)
    request.code("priority", _PRIORITIES, needed=False)
    if request.flag("doNotPerform"):
        raise wrong("ServiceRequest.doNotPerform", "what is not to be done is no need", "business-rule")
    for name in _NOT_UNDERSTOOD:
        if name in given:
            raise wrong(f"ServiceRequest.{name}", "is not understood here", "not-supported")
    _check_authored(request, asked.now)
    contained = _contained(request)
    person, subjects = _person(request, contained, asked)
    consents = [one for one in contained.values() if one["resourceType"] == "Consent"]
    if len(consents) > 1:
        raise wrong("ServiceRequest.contained", "has more than one Consent", "structure")
    return Referral(
        names=names_of(request),
        status=status,
        title=_title(request, needed=status not in ENDED),
        text=_text(request),
        language=request.language("language"),
        category=_category(request),
        expires_at=_end(request, asked.now) if status not in ENDED else None,
        person=person,
        permission=permission(consents[0], asked, subjects) if consents and status not in ENDED else None,
        identity=request.word("id"),
    )


def names_of(element: Element) -> list[Name]:
    """Return the identifiers as external ids, at least one. Raises Wrong."""
    found: dict[str, str] = {}
    for one in element.each("identifier", needed=True):
        if one.word("system") is None or one.word("value") is None:
            raise wrong(one.at, "needs system and value", "required")
        system = line(external_of(one.needed("system")), f"{one.at}.system") or ""
        value = line(one.needed("value"), f"{one.at}.value") or ""
        if found.setdefault(system, value) != value:
            raise wrong(one.at, "names one system twice", "duplicate")
    if len(found) > _MOST_CONTAINED:
        raise wrong(f"{element.at}.identifier", f"has more than {_MOST_CONTAINED} entries", "too-costly")
    return [{"system": system, "value": value} for system, value in found.items()]


def _check_authored(request: Element, now: datetime) -> None:
    authored = request.moment("authoredOn")
    if authored is not None and authored > now + _A_DAY:
        raise wrong("ServiceRequest.authoredOn", "lies in the future: is the clock right?", "value")


def _contained(request: Element) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for one in request.each("contained"):
        key = one.needed("id")
        one.needed("resourceType")
        if key in found or "contained" in one.value:
            raise wrong(one.at, "must have an id of its own, and contain nothing itself", "structure")
        found[key] = one.value
    if len(found) > _MOST_CONTAINED:
        raise wrong("ServiceRequest.contained", f"has more than {_MOST_CONTAINED} entries", "too-costly")
    return found


def _person(request: Element, contained: Mapping[str, Mapping[str, Any]], asked: Asked) -> tuple[Person, set[str]]:
    """Return whom a request is about, and the references by which a Consent may mean her."""
    subject = request.one("subject")
    if subject is None:
        raise wrong("ServiceRequest.subject", "is missing", "required")
    named = subject.word("reference")
    if named is None:
        identifier = subject.one("identifier")
        if identifier is None:
            raise wrong("ServiceRequest.subject", "needs a reference or an identifier", "required")
        return Person(names=names_of(Element({"identifier": [dict(identifier.value)]}, subject.at))), _within(contained)
    if named.startswith("#"):
        return _described(contained.get(named[1:])), {named}
    identity = reference_id(named, "Patient", asked.base)
    if identity is None or id_of(identity) is None or not named.endswith(f"Patient/{identity}"):
        raise unknown_subject()
    return Person(identity=identity), {named, f"Patient/{identity}", asked.url("Patient", identity)}


def _within(contained: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {f"#{key}" for key, one in contained.items() if one["resourceType"] == "Patient"}


def unknown_subject() -> Exception:
    """Return the one answer for a subject that is unknown, or of somebody else."""
    return wrong("ServiceRequest.subject", "is nobody who is known here", "not-found")


def _described(given: Mapping[str, Any] | None) -> Person:
    if given is None:
        raise wrong("ServiceRequest.subject", "refers to nothing that it contains", "not-found")
    patient = resource(given, "Patient", PATIENT)
    if patient.flag("deceasedBoolean") or "deceasedDateTime" in given:
        raise wrong("Patient.deceasedBoolean", "the person has died", "business-rule")
    given_names = [name for one in patient.each("name")[:1] for name in one.value.get("given", [])[:1]]
    called = given_names[0] if given_names and isinstance(given_names[0], str) else None
    return Person(
        names=names_of(patient), described=True, called=line(called, "Patient.name[0].given[0]"),
        languages=_languages(patient),
    )  # fmt: skip


def _languages(patient: Element) -> list[str]:
    found = []
    for one in patient.each("communication"):
        found += [coding.language("code") or "" for coding in one.codings("language")[:1]]
    return list(dict.fromkeys(tag for tag in found if tag))[:20]


def _title(request: Element, *, needed: bool) -> str | None:
    concept = request.one("code")
    said = None
    if concept is not None:
        said = concept.word("text") or next((one.word("display") for one in concept.each("coding")), None)
    if said is None and needed:
        raise wrong("ServiceRequest.code.text", "is missing: what does the person want?", "required")
    return line(said, "ServiceRequest.code.text")


def _text(request: Element) -> str | None:
    reasons = [
        one.word("text") or next((coding.word("display") for coding in one.each("coding")), None)
        for one in request.each("reasonCode")
    ]
    notes = [one.needed("text") for one in request.each("note")]
    said = "\n\n".join(one for one in (*notes, *reasons) if one)
    return text(said or None, "ServiceRequest.note")


def _category(request: Element) -> str | None:
    for one in request.each("category"):
        for coding in one.each("coding"):
            if coding.word("system") == CATEGORY:
                return coding.code("code", sorted(CATEGORIES))
    return None


def _end(request: Element, now: datetime) -> datetime | None:
    period = request.one("occurrencePeriod")
    request.moment("occurrenceDateTime")
    end = None if period is None else period.moment("end")
    start = None if period is None else period.moment("start")
    if end is not None and (end <= now or (start is not None and end < start)):
        raise wrong("ServiceRequest.occurrencePeriod.end", "is over already, or before its start", "value")
    return end
