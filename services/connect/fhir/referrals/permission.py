"""What a Consent permits: to which organisations, for which purposes, on which notice, since when and until when.

A referral is taken up on a Consent that is active, is about the person, names at least one organisation
(`provision.actor`), and says on what it was given (`policyRule` or `policy`). Exceptions that would have to be
understood to be kept (nested provisions, classes of data, …) are refused rather than passed over.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.connect.fhir.asked import Asked, id_of, reference_id
from services.connect.fhir.referrals.elements import Element, line, resource, wrong
from services.connect.fhir.referrals.known import CONSENT
from services.connect.fhir.shapes.parts import NOTICE, PURPOSE

_STATUSES = ("draft", "proposed", "active", "rejected", "inactive", "entered-in-error")
_SCOPES = ("patient-privacy", "treatment")
_EXCEPTIONS = ("provision", "action", "securityLabel", "class", "code", "dataPeriod", "data")
_REASONS = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_FOR_CARE = ("TREAT", "CAREMGT", "COC", "ETREAT")
PURPOSES = ("referral", "matching")
"""What a Consent permits here unless it names its purposes: to be referred, and to be matched."""
_ALSO = ("introduction",)
_MOST_RECIPIENTS = 5


@dataclass(frozen=True, slots=True)
class Permission:
    """A person's consent, as grants of `/v1` keep it."""

    recipients: tuple[str, ...]
    purposes: tuple[str, ...]
    notice: str
    language: str
    given_at: datetime
    expires_at: datetime | None

    def grants(self) -> list[dict[str, Any]]:
        """Return the grants, one for each purpose and recipient."""
        said = {
            "notice_version": self.notice,
            "language": self.language,
            "given_at": self.given_at.isoformat(),
            "expires_at": self.expires_at and self.expires_at.isoformat(),
        }
        return [
            {"purpose": purpose, "recipient_id": one, **said} for one in self.recipients for purpose in self.purposes
        ]


def permission(given: Any, asked: Asked, subjects: set[str]) -> Permission:
    """Read a Consent; `subjects` are the references that mean the person. Raises Wrong (422)."""
    consent = resource(given, "Consent", CONSENT)
    if consent.code("status", _STATUSES) != "active":
        raise wrong("Consent.status", "only a consent that is active permits anything", "business-rule")
    if not any(one.word("code") in _SCOPES for one in consent.codings("scope")):
        raise wrong("Consent.scope", f"must be one of {', '.join(_SCOPES)}", "code-invalid")
    consent.each("category", needed=True)
    about = consent.one("patient")
    if about is None or about.word("reference") not in subjects:
        raise wrong("Consent.patient", "must be the subject of the ServiceRequest", "business-rule")
    given_at = consent.past("dateTime", asked.now)
    if given_at is None:
        raise wrong("Consent.dateTime", "is missing: when did the person agree?", "required")
    provision = _provision(consent)
    return Permission(
        recipients=_recipients(provision, asked),
        purposes=_purposes(provision),
        notice=_notice(consent),
        language=consent.language("language") or "en",
        given_at=given_at,
        expires_at=_end(provision, asked.now),
    )


def _provision(consent: Element) -> Element:
    provision = consent.one("provision")
    if provision is None:
        raise wrong("Consent.provision", "is missing: whom does the person let?", "required")
    if provision.code("type", ("permit", "deny"), needed=False) == "deny":
        raise wrong("Consent.provision.type", "the person does not permit it", "business-rule")
    for name in _EXCEPTIONS:
        if name in provision.value:
            raise wrong(f"Consent.provision.{name}", "is not understood here, and may be an exception", "not-supported")
    return provision


def _recipients(provision: Element, asked: Asked) -> tuple[str, ...]:
    found = []
    for actor in provision.each("actor"):
        named = actor.one("reference")
        if actor.one("role") is None or named is None:
            raise wrong(actor.at, "needs role and reference", "required")
        identity = reference_id(named.word("reference") or "-", "Organization", asked.base)
        if identity is not None and id_of(identity) is not None:
            found.append(identity)
    if not found or len(found) > _MOST_RECIPIENTS:
        raise wrong("Consent.provision.actor", "must name the organisation that may: Organization/{id}", "required")
    return tuple(dict.fromkeys(found))


def _purposes(provision: Element) -> tuple[str, ...]:
    named = provision.each("purpose")
    if not named:
        return PURPOSES
    found = {one.word("code") for one in named if one.word("system") == PURPOSE}
    if any(one.word("system") == _REASONS and one.word("code") in _FOR_CARE for one in named):
        found |= set(PURPOSES)
    if "matching" not in found:
        raise wrong("Consent.provision.purpose", "does not permit that somebody is looked for", "business-rule")
    return tuple(one for one in (*PURPOSES, *_ALSO) if one in found)


def _notice(consent: Element) -> str:
    rule = consent.one("policyRule")
    codings = consent.codings("policyRule")
    if any(one.word("code") == "OPTOUT" for one in codings):
        raise wrong("Consent.policyRule", "the person does not permit it", "business-rule")
    said = [one.word("code") for one in codings if one.word("system") == NOTICE]
    said += [rule.word("text")] if rule is not None else []
    said += [one.word("uri") for one in consent.each("policy")]
    found = line(next((one for one in said if one), None), "Consent.policyRule")
    if found is None:
        raise wrong("Consent.policyRule", "is missing: what was the person told? (or policy.uri)", "required")
    return found


def _end(provision: Element, now: datetime) -> datetime | None:
    period = provision.one("period")
    if period is None:
        return None
    period.past("start", now)
    end = period.moment("end")
    if end is not None and end <= now:
        raise wrong("Consent.provision.period.end", "the consent has run out", "business-rule")
    return end
