"""What can be done with referrals. The same one again is the same need, however often and however many at once.

The sender owns title, text, language, end and identifiers; category, place, released text and everything else that
caseworkers add stays theirs. A referral is never `open` by itself: its need is stated, and talked over first.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from services.connect.fhir.asked import Asked, id_of, token
from services.connect.fhir.outcomes import Wrong, not_found
from services.connect.fhir.referrals import bundles, people, received
from services.connect.fhir.referrals.elements import wrong
from services.connect.fhir.referrals.received import ENDED, Name, Outcome, Referral
from services.connect.fhir.shapes.needs import service_request
from services.connect.fhir.shapes.parts import Row, identifiers, instant
from services.connect.public import Refused

Body = Mapping[str, Any]


async def create(asked: Asked, body: Body, *, if_none_exist: str | None = None) -> Outcome:
    """Take up a referral; one that is known already is left as it is. Raises Wrong, Refused."""
    referral = received.read(body, asked)
    if if_none_exist is not None:
        _check_names(referral, parse_qsl(if_none_exist.lstrip("?")), "If-None-Exist")
    return await _take(asked, referral)


async def put(asked: Asked, identity: str, body: Body, *, if_match: str | None) -> Outcome:
    """Change a referral, or end it. Raises Wrong: one that is not there is not made under an id of the sender's."""
    if id_of(identity) is None:
        raise not_found()
    if body.get("id") != identity:
        raise Wrong(400, "ServiceRequest.id: must be the id of the address", at="ServiceRequest.id")
    referral = received.read(body, asked)
    row = await asked.public.read(f"/v1/needs/{identity}")
    return await _change(asked, row, referral, if_match)


async def put_by_identifier(
    asked: Asked, query: Sequence[tuple[str, str]], body: Body, *, if_match: str | None
) -> Outcome:
    """Change the referral that carries the identifier of the address, or take it up when there is none."""
    referral = received.read(body, asked)
    _check_names(referral, query, "The address")
    row = await people.called(asked, "needs", referral.names)
    if row is None:
        return await _take(asked, referral)
    if referral.identity not in (None, row["id"]):
        raise Wrong(400, "ServiceRequest.id: is not the id of what carries this identifier", at="ServiceRequest.id")
    return await _change(asked, row, referral, if_match)


async def take_bundle(asked: Asked, body: Body) -> dict[str, Any]:
    """Carry out a transaction: a Patient, a Consent and a ServiceRequest, all or none of them."""
    parts = bundles.read(body)
    if parts.method == "PUT":
        outcome = await put_by_identifier(asked, parts.query, parts.request, if_match=parts.if_match)
    else:
        outcome = await create(asked, parts.request, if_none_exist=parts.if_none_exist)
    person = outcome.resource["subject"]["reference"].removeprefix("Patient/")
    patient = await asked.public.read(f"/v1/participants/{person}")
    grants = (await asked.public.read(f"/v1/participants/{person}/consents"))["items"]
    return bundles.answer(parts, outcome, patient, grants)


def _check_names(referral: Referral, query: Sequence[tuple[str, str]], what: str) -> None:
    """Raise Wrong unless a condition names one of the identifiers that the referral carries."""
    asked_for = [value for name, value in query if name == "identifier"]
    others = [name for name, _ in query if name not in ("identifier", "_format", "_pretty")]
    wanted = token(asked_for[0]) if len(asked_for) == 1 else None
    if wanted is None or others or not wanted.system or not wanted.value:
        raise Wrong(412, f"{what} must be identifier=system|value and nothing else.", code="not-supported")
    if not any(wanted.fits(one) for one in identifiers(referral.names)):
        raise Wrong(400, f"{what} names another identifier than the ServiceRequest.", code="invalid")


async def _take(asked: Asked, referral: Referral) -> Outcome:
    before = await people.called(asked, "needs", referral.names)
    if before is not None:
        return await _same(asked, before, referral)
    if referral.status != "active":
        raise wrong("ServiceRequest.status", "only an active one is taken up", "business-rule")
    person = await people.settled(asked, referral.person, referral.permission)
    try:
        row = await asked.public.change("POST", "/v1/needs", _need(referral, person.row["id"]))
    except Refused as refused:
        if refused.slug == "external-id-taken":  # another request with the same referral was faster
            again = await people.called(asked, "needs", referral.names)
            if again is not None:
                return await _same(asked, again, referral)
        if refused.status < 500:
            await people.forget(asked, person)
        raise _understood(refused) from None
    return Outcome(service_request(row), True, registered=person.new, granted=person.new or bool(person.granted))


def _understood(refused: Refused) -> Exception:
    errors = refused.problem.get("errors", [])
    if refused.status == 422 and any(one.get("path") == "/participant_id" for one in errors):
        return wrong("ServiceRequest.subject", "has given no consent that lets your organisation match her",
                     "business-rule")  # fmt: skip
    return refused


def _need(referral: Referral, participant: str) -> dict[str, Any]:
    return {
        "participant_id": participant,
        "title": referral.title,
        "text": referral.text,
        "language": referral.language or "en",
        "category": referral.category,
        "expires_at": referral.expires_at and referral.expires_at.isoformat(),
        "external_ids": [dict(name) for name in referral.names],
        "state": "stated",
    }


async def _same(asked: Asked, row: Row, referral: Referral) -> Outcome:
    await _check_subject(asked, row, referral, status=409)
    return Outcome(service_request(row), False)


async def _check_subject(asked: Asked, row: Row, referral: Referral, *, status: int) -> None:
    """Raise Wrong unless a referral is about the person whose need `row` is: it never passes to somebody else."""
    person = await people.known(asked, referral.person)
    if person is None or person["id"] != row["participant_id"]:
        code = "duplicate" if status == 409 else "business-rule"
        raise wrong("ServiceRequest.subject", "is not the person whom this identifier stands for", code, status=status)


async def _change(asked: Asked, row: Row, referral: Referral, if_match: str | None) -> Outcome:
    if row["participant_id"] is None:
        raise not_found()
    version = _version(if_match, row["version"])
    await _check_subject(asked, row, referral, status=422)
    if referral.status in ENDED:
        return await _end(asked, row, version)
    if referral.status != "active":
        raise wrong("ServiceRequest.status", "may be active, revoked or entered-in-error", "business-rule")
    if row["withheld"]:
        raise wrong("ServiceRequest.subject", "lets your organisation match her no longer", "business-rule")
    if row["state"] in ("met", "withdrawn"):
        raise Wrong(409, "ServiceRequest.status: this one has ended", at="ServiceRequest.status")
    changes = _changes(row, referral)
    if changes:
        row = await asked.public.change("PATCH", f"/v1/needs/{row['id']}", changes, headers={"if-match": version})
    return Outcome(service_request(row), False)


async def _end(asked: Asked, row: Row, version: str) -> Outcome:
    if row["state"] != "withdrawn":
        row = await asked.public.change("POST", f"/v1/needs/{row['id']}:withdraw", headers={"if-match": version})
    return Outcome(service_request(row), False)


def _version(if_match: str | None, present: int) -> str:
    """Return the tag to send on. Raises Wrong (412) when the sender has read another version than the present one."""
    if if_match is not None and if_match.strip() != "*":
        tags = re.findall(r'(?:W/)?"([^"]*)"', if_match)
        if str(present) not in tags:
            raise Wrong(412, f"It has changed since you read it; the present version is {present}.")
    return f'"{present}"'


def _changes(row: Row, referral: Referral) -> dict[str, Any]:
    """Return what the sender says otherwise than it stands; nothing of what caseworkers have added."""
    names = _merged(row["external_ids"], referral.names)
    said = {
        "title": referral.title,
        "text": referral.text,
        "language": referral.language or row["language"],
        "external_ids": names,
    }
    changed = {name: value for name, value in said.items() if value != row[name]}
    end = referral.expires_at
    if _instant(end) != (row["expires_at"] and instant(row["expires_at"])):
        changed["expires_at"] = end and end.isoformat()
    return changed


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment.isoformat())


def _merged(present: Sequence[Name], said: Sequence[Name]) -> list[dict[str, str]]:
    latest = {one["system"]: dict(one) for one in (*present, *said)}
    return [latest[system] for system in sorted(latest)]
