"""Matches, told as activities: one for each side whose person is a contact there, in her case if the mapping says so.

Such an activity says how the match stands and which need or offer of her own it is about. The other side is in none
of them, before the introduction or after: how to reach somebody is learnt here, at the introduction, and kept nowhere.
"""

from typing import Any, Literal
from uuid import UUID

from services.connect.civicrm import domain, theirs
from services.connect.civicrm.api import CiviBusy, CiviRefused, CiviUnclear
from services.connect.civicrm.contacts import why
from services.connect.civicrm.mapping import CiviMatches
from services.connect.civicrm.run import Run
from services.connect.models import ConnectionLink
from services.connect.public import Refused

Side = Literal["need", "offer"]
SIDES: tuple[Side, Side] = ("need", "offer")
ENTITIES = ("match.need", "match.offer")


async def tell(run: Run, match: dict[str, Any]) -> None:
    """Tell how a match stands, for each side that is the organisation's."""
    rule = run.mapping.matches
    status = rule.statuses.get(match["state"]) if rule else None
    if rule is None or status is None:
        return
    for side in SIDES:
        if match[side]["yours"]:
            await _tell_side(run, rule, match, side, status)


async def _tell_side(run: Run, rule: CiviMatches, match: dict[str, Any], side: Side, status: str) -> None:
    entity, resource = f"match.{side}", UUID(match["id"])
    link = await run.ours(entity, resource)
    if link is not None and (link.erased or link.gone is not None):
        return
    our_hash = run.digest(state=match["state"], status=status)
    if link is not None and link.our_hash == our_hash:
        run.note("match", "out", "unchanged", link=link)
        return
    try:
        await _write(run, rule, match, side, {"status": status, "hash": our_hash}, link)
    except CiviRefused as refused:
        if isinstance(refused, CiviUnclear):
            run.later("match", resource)
        run.note("match", "out", "refused", refused.code, link=link, resource_id=resource)
    except Refused as refused:
        run.note("match", "out", "refused", why(refused), link=link, resource_id=resource)


async def _write(
    run: Run, rule: CiviMatches, match: dict[str, Any], side: Side, said: dict[str, str], link: ConnectionLink | None
) -> None:
    listing = await run.cando.find(f"/v1/{side}s/{match[f'{side}_id']}")
    person = UUID(listing["participant_id"]) if listing and listing["participant_id"] else None
    contact = await run.ours("contact", person) if person else None
    if listing is None or contact is None or contact.erased or contact.gone is not None:
        run.note("match", "out", "skipped", "no-contact", resource_id=UUID(match["id"]), participant=person, again=True)
        return
    if run.dry:
        outcome = "created" if link is None else "updated"
        run.note("match", "out", outcome, resource_id=UUID(match["id"]), participant=person)  # type: ignore[arg-type]
        return
    about = domain.line(listing["title"])
    values: dict[str, Any] = {"status_id:name": said["status"], "details": _details(match)}
    if about is not None or link is None:
        values["subject"] = f"Match for: {about}"[:250] if about else "Match"
    number = int(contact.their_id)
    if link is not None:
        await run.civi.update("Activity", int(link.their_id), values)
    else:
        link = await _first(run, rule, match, side, number, values)
        link.participant_id = person
    run.note("match", "out", "updated" if link.our_hash else "created", match["state"], link=link)
    link.our_hash = said["hash"]
    await run.keep(link)


async def _first(
    run: Run, rule: CiviMatches, match: dict[str, Any], side: Side, contact: int, values: dict[str, Any]
) -> ConnectionLink:
    name = f"cando:match:{match['id']}:{side}"
    if rule.case_type is not None:
        values = {**values, "case_id": await _case(run, rule.case_type, contact)}
    made = await theirs.ensure(run, rule.type, name, contact, values)
    return run.link(f"match.{side}", made, UUID(match["id"]), participant=None, origin="cando")


def _details(match: dict[str, Any]) -> str:
    """Return what an activity says: how it stands, and where to look."""
    lines = [f"This match is {match['state']}.", f"In Cando: /v1/matches/{match['id']}"]
    return domain.marked_up("\n".join(lines))


async def _case(run: Run, type: str, contact: int) -> int:
    """Return the contact's open case of a type, opened if there is none. A lost answer is looked for."""
    where = [
        ["contact_id", "=", contact], ["case_id.case_type_id:name", "=", type], ["case_id.is_deleted", "=", False],
        ["case_id.status_id:name", "=", "Open"],
    ]  # fmt: skip
    for attempt in range(5):
        found = await run.civi.get("CaseContact", select=["case_id"], where=where, limit=1, order_by={"case_id": "ASC"})
        known = domain.number_of(found[0].get("case_id")) if found else None
        if known is not None:
            return known
        opened = {
            "case_type_id:name": type, "contact_id": contact, "creator_id": "user_contact_id",
            "status_id:name": "Open", "subject": "Cando",
        }  # fmt: skip
        try:
            return await run.civi.create("Case", opened)
        except (CiviBusy, CiviUnclear) as failed:
            await run.civi.rest(attempt, failed)
    raise CiviBusy("out-of-attempts")
