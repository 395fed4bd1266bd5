"""Trying a connection: what each side lets the connector do, said in words for whoever set it up. Nothing changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.connect.civicrm.api import Civi, CiviClosed, CiviFailed, CiviRefused
from services.connect.civicrm.cando import Cando, CandoBusy, CandoClosed
from services.connect.civicrm.mapping import CiviMapping
from services.connect.public import Refused

LONGEST = 25.0
"""Seconds that trying both sides may take: whoever asked is not waited for longer."""
_ADVICE = {
    "key-refused": "The API key is not accepted. Is it a contact's, and does AuthX take keys in X-Civi-Auth?",
    "not-permitted": "The key's contact lacks a permission: access CiviCRM, access AJAX API, or for what is mapped.",
    "no-apiv4-there": "There is no APIv4 at this address. It is the site's own address, before /civicrm.",
    "no-apiv4-answer": "The address answers with a page, as it does to a wrong key or for another site.",
    "redirects": "The address redirects. Name the one that it leads to, with https.",
    "address-not-allowed": "The address is not one of the public internet.",
    "no-answer": "It does not answer.",
    "out-of-order": "It answers that it is out of order.",
    "too-many-requests": "It answers that it was asked too often. Set per_second lower.",
    "cando-credentials-refused": "Client id and secret are not those of an API client here.",
    "cando-scope-missing": "The API client lacks a scope.",
    "cando-wrong-organisation": "The API client belongs to another organisation than the connection.",
    "cando-busy": "It does not answer.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried, and what to do if it did not work."""

    side: str
    what: str
    ok: bool
    advice: str | None = None


async def check(civi: Civi, cando: Cando, mapping: CiviMapping) -> list[Finding]:
    """Return what was tried on both sides, as far as there was time for it."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(LONGEST):
            await _check_civi(civi, mapping, found)
            await _check_cando(cando, mapping, found)
    except TimeoutError:
        found.append(Finding("civicrm", "answer soon enough to be tried", False, "It takes too long over each answer."))
    return found


async def _try(side: str, what: str, ask: Callable[[], Awaitable[str | None]]) -> Finding:
    try:
        advice = await ask()
    except (CiviFailed, CandoClosed, CandoBusy) as failed:
        advice = _ADVICE.get(str(failed), f"It answers: {failed}.")
    except Refused as refused:
        advice = f"It answers: {refused.slug or refused.status}."
    return Finding(side, what, advice is None, advice)


async def _check_civi(civi: Civi, mapping: CiviMapping, found: list[Finding]) -> None:
    found.append(await _try("civicrm", "sign in and read contacts", lambda: _signed_in(civi)))
    if not found[-1].ok:
        return
    contacts = mapping.contacts
    entity, name = ("Group", contacts.group) if contacts.group else ("Tag", contacts.tag)
    found.append(
        await _try("civicrm", f"{entity.lower()} {name}", lambda: _is_there(civi, entity, [["name", "=", name]]))
    )
    for field in _contact_fields(mapping):
        found.append(await _field(civi, "Contact", field))
    if mapping.reference is not None:
        found.append(await _field(civi, "Activity", mapping.reference))
    for group, value in _options(mapping):
        where = [["option_group_id:name", "=", group], ["name", "=", value]]
        what = f"{group.replace('_', ' ')} {value}"
        found.append(await _try("civicrm", what, lambda where=where: _is_there(civi, "OptionValue", where)))  # type: ignore[misc]
    if mapping.matches and mapping.matches.case_type:
        case = [["name", "=", mapping.matches.case_type]]
        found.append(await _try("civicrm", "case type", lambda: _is_there(civi, "CaseType", case)))


async def _signed_in(civi: Civi) -> str | None:
    await civi.get("Contact", select=["id"], where=[], limit=1)
    return None


async def _is_there(civi: Civi, entity: str, where: Sequence[Sequence[Any]]) -> str | None:
    return None if await civi.get(entity, select=["id"], where=where, limit=1) else "There is none of this name."


async def _field(civi: Civi, entity: str, name: str) -> Finding:
    async def ask() -> str | None:
        try:
            await civi.do(entity, "get", {"select": ["id", name], "where": [[name, "IS NOT EMPTY"]], "limit": 1})
            known = await civi.do(entity, "getFields", {"where": [["name", "=", name]], "select": ["name"]})
        except CiviClosed:
            raise
        except CiviRefused:
            return "There is no such field."
        return None if known else "There is no such field. A custom field is written as Group.field, by their names."

    return await _try("civicrm", f"{entity.lower()} field {name}", ask)


def _contact_fields(mapping: CiviMapping) -> list[str]:
    consent = mapping.contacts.consent
    fields = list(mapping.contacts.called)
    if consent is not None:
        fields += [consent.field, *([consent.given_on] if consent.given_on else [])]
    return fields


def _options(mapping: CiviMapping) -> list[tuple[str, str]]:
    types = [one.type for one in mapping.activities]
    statuses = {name for one in mapping.activities for name in (*one.open, *one.met, *one.withdrawn)}
    if mapping.matches is not None:
        types.append(mapping.matches.type)
        statuses |= set(mapping.matches.statuses.values())
    return [("activity_type", one) for one in types] + [("activity_status", one) for one in sorted(statuses)]


async def _check_cando(cando: Cando, mapping: CiviMapping, found: list[Finding]) -> None:
    found.append(await _try("cando", "sign in", lambda: _signed_in_here(cando)))
    if not found[-1].ok:
        return
    asked = [("read participants", "/v1/participants"), ("follow what happens", "/v1/events")]
    asked += [(f"read {one.kind}s", f"/v1/{one.kind}s") for one in mapping.activities]
    asked += [("read matches", "/v1/matches")] if mapping.matches else []
    for what, path in dict.fromkeys(asked):
        found.append(await _try("cando", what, lambda path=path: _read(cando, path)))  # type: ignore[misc]
    missing = sorted(_needed(mapping) - cando.scopes)
    if missing:
        found.append(Finding("cando", "scopes", False, f"The API client lacks: {', '.join(missing)}."))


def _needed(mapping: CiviMapping) -> set[str]:
    return {"participants:write", "events:read", *(["matching:write"] if mapping.activities or mapping.matches else [])}


async def _signed_in_here(cando: Cando) -> str | None:
    await cando.sign_in()
    return None


async def _read(cando: Cando, path: str) -> str | None:
    await cando.read(path, limit=1)
    return None
