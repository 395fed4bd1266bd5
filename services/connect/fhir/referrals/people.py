"""Whom a referral is about, in `/v1`: found by her identifiers, or registered with what she has consented to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.connect.fhir.asked import Asked, moment_of
from services.connect.fhir.outcomes import Wrong
from services.connect.fhir.referrals.elements import wrong
from services.connect.fhir.referrals.permission import Permission
from services.connect.fhir.referrals.received import Name, Person, unknown_subject
from services.connect.fhir.shapes.parts import Row
from services.connect.public import Refused

_CALLED = "Referred person"


@dataclass(frozen=True, slots=True)
class Found:
    """A participant, and whether she has just been registered."""

    row: Row
    new: bool
    granted: tuple[str, ...] = ()


async def known(asked: Asked, person: Person) -> Row | None:
    """Return the participant who is meant, if she is here. Raises Wrong for an id that is nobody's."""
    if person.identity is None:
        return await called(asked, "participants", person.names)
    try:
        found: Row = await asked.public.read(f"/v1/participants/{person.identity}")
    except Refused as refused:
        if refused.status == 404:
            raise unknown_subject() from None
        raise
    return found


async def called(asked: Asked, collection: str, names: Any) -> Row | None:
    """Return what carries one of `names` in a collection. Raises Wrong (409) when they name two."""
    found: dict[str, Row] = {}
    for name in names:
        page = await asked.public.read(f"/v1/{collection}", limit=1, **_named(name))
        found |= {row["id"]: row for row in page["items"]}
    if len(found) > 1:
        raise Wrong(409, "The identifiers belong to more than one.", code="multiple-matches")
    return next(iter(found.values()), None)


def _named(name: Name) -> dict[str, str]:
    return {"system": name["system"], "value": name["value"]}


async def settled(asked: Asked, person: Person, permission: Permission | None) -> Found:
    """Return the participant, registered if need be, with her consent on record. Raises Wrong, Refused."""
    row = await known(asked, person)
    if row is not None:
        return Found(row, False, () if permission is None else await _record(asked, row, permission))
    if not person.described:
        raise unknown_subject()
    if permission is None:
        raise wrong("ServiceRequest.contained", "the person's Consent is missing: nobody is referred without it",
                    "business-rule")  # fmt: skip
    body = {
        "called": person.called or _CALLED,
        "languages": [{"tag": tag} for tag in person.languages],
        "external_ids": [dict(name) for name in person.names],
        "consents": permission.grants(),
    }
    answer = await asked.public.ask("PUT", "/v1/participants/by-external-id", query=_named(person.names[0]), body=body)
    if answer.status >= 400:
        raise Refused(answer.status, answer.json(), answer.headers)
    return Found(answer.json(), answer.status == 201)


async def _record(asked: Asked, row: Row, permission: Permission) -> tuple[str, ...]:
    """Put on record what she grants and is not there yet; return the ids of those grants.

    An old form does not bring back what she took back since. Raises Wrong, Refused: nothing is recorded then.
    """
    address = f"/v1/participants/{row['id']}/consents"
    before = (await asked.public.read(address))["items"]
    missing = []
    for grant in permission.grants():
        same = [
            one for one in before
            if (one["purpose"], one["recipient_id"]) == (grant["purpose"], grant["recipient_id"])
        ]  # fmt: skip
        ended = [moment_of(one["revoked_at"]) for one in same if one["revoked_at"]]
        if any(one["live"] for one in same):
            continue
        if any(end >= permission.given_at for end in ended):
            raise wrong("Consent.dateTime", "the person has taken back a consent since", "business-rule")
        missing.append(grant)
    if missing:
        await _check_may_refer(asked)
    made: list[str] = []
    try:
        for grant in missing:
            made.append((await asked.public.change("POST", address, grant))["id"])
    except Refused:
        await forget(asked, Found(row, False, tuple(made)))
        raise
    return tuple(made)


async def _check_may_refer(asked: Asked) -> None:
    """Raise Refused for a token that may not state needs, before anything is recorded: no need has this id."""
    answer = await asked.public.ask("POST", f"/v1/needs/{UUID(int=0)}:withdraw")
    if answer.status in (401, 403):
        raise Refused(answer.status, answer.json(), answer.headers)


async def forget(asked: Asked, found: Found) -> None:
    """Take back what was put on record of somebody whose referral was refused after all."""
    address = f"/v1/participants/{found.row['id']}"
    if found.new:
        await asked.public.ask("DELETE", address)
    for grant in found.granted:
        await asked.public.ask("POST", f"{address}/consents/{grant}:revoke")
