"""Activities that are needs or offers, in step both ways.

Whichever side told of a change, both are read and compared with how they stood when they last agreed: so an echo of
one's own writing changes nothing, and a change of both is seen. An activity is somebody's whose contact is a
participant; a need or an offer is told where its participant is a contact.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.connect.civicrm import domain, theirs
from services.connect.civicrm.api import CiviRefused, CiviUnclear, Record
from services.connect.civicrm.contacts import why
from services.connect.civicrm.mapping import CiviActivities
from services.connect.civicrm.run import Run
from services.connect.civicrm.theirs import Facts
from services.connect.models import ConnectionLink
from services.connect.public import Refused

_OVER = {"met": "met", "withdrawn": "withdrawn"}
_MEANWHILE = 412


async def take(run: Run, record: Record, link: ConnectionLink | None, contacts: list[int]) -> None:
    """Bring in one activity."""
    rule = run.mapping.every_type[record["activity_type_id:name"]]
    told = theirs.facts_of(rule, record)
    try:
        if link is None:
            await _begin(run, rule, record, told, contacts)
        elif link.erased or link.gone == "here":
            reason = "erased-here" if link.erased else "deleted-here"
            run.note(rule.kind, "in", "skipped", reason, link=link, again=True)
        elif link.their_hash == theirs.hash_of(run, told) and not run.thorough:
            run.note(rule.kind, "in", "unchanged", link=link)
        else:
            await _settle(run, rule, link, record, "in")
    except Refused as refused:
        if link is not None and refused.status == _MEANWHILE:
            run.later(rule.kind, link.resource_id)
        run.note(rule.kind, "in", "refused", why(refused), link=link, their_id=record["id"])
    except CiviRefused as refused:
        if link is not None and isinstance(refused, CiviUnclear):
            run.later(rule.kind, link.resource_id)
        run.note(rule.kind, "out", "refused", refused.code, link=link, their_id=record["id"])


async def _begin(run: Run, rule: CiviActivities, record: Record, told: Facts, contacts: list[int]) -> None:
    """State a need or an offer that an activity tells of for the first time."""
    number, kind = record["id"], rule.kind
    ours = theirs.reference_of(run, record, kind)
    if ours is not None:
        await _adopt(run, rule, record, ours)
        return
    owner = await _owner(run, contacts)
    reason = "not-open" if told.state != "open" else "no-title" if told.title is None else ""
    if reason or owner is None:
        run.note(kind, "in", "skipped", reason or "no-participant", their_id=number, again=True)
        return
    if run.dry:
        run.note(kind, "in", "created", their_id=number, participant=owner.participant_id)
        return
    body = {"participant_id": str(owner.resource_id), "title": told.title, "text": told.text, "language": rule.language}
    made = await run.cando.change("PUT", f"/v1/{kind}s/by-external-id", body, system=run.system, value=str(number))
    link = run.link(kind, number, UUID(made["id"]), participant=owner.resource_id, origin="civicrm")
    link.their_hash, link.our_hash = theirs.hash_of(run, told), theirs.hash_of(run, our_facts(made))
    run.note(kind, "in", "created", link=link)
    await run.keep(link)


async def _owner(run: Run, contacts: list[int]) -> ConnectionLink | None:
    known = await run.links("contact", contacts)
    fit = (known[one] for one in contacts if one in known and not known[one].erased and known[one].gone != "here")
    return next(fit, None)


async def _adopt(run: Run, rule: CiviActivities, record: Record, ours: UUID) -> None:
    """Know again an activity that was written from here, and of which only the reference there tells."""
    if await run.ours(rule.kind, ours) is not None:  # somebody copied the activity, its reference included
        run.note(rule.kind, "in", "skipped", "copied-there", their_id=record["id"], again=True)
        return
    found = await run.cando.find(f"/v1/{rule.kind}s/{ours}")
    if found is None or found["held_by"] != str(run.organisation):
        run.note(rule.kind, "in", "skipped", "deleted-here", their_id=record["id"], again=True)
        return
    person = found["participant_id"] and UUID(found["participant_id"])
    link = run.link(rule.kind, record["id"], ours, participant=person, origin="cando")
    await _settle(run, rule, link, record, "in")


def our_facts(found: dict[str, Any]) -> Facts:
    """Return what a need or an offer of ours says. Whose words are withheld says only that it is over."""
    if found["withheld"]:
        return Facts(None, None, "withdrawn")
    return Facts(domain.line(found["title"]), domain.plain_text(found["text"]), _OVER.get(found["state"], "open"))


async def _settle(run: Run, rule: CiviActivities, link: ConnectionLink, record: Record, seen: domain.Direction) -> None:
    """Bring both sides of something known to what they say now."""
    ours = await run.cando.find(f"/v1/{rule.kind}s/{link.resource_id}")
    if ours is None:
        await _over_here(run, rule, link)
        return
    told, said = theirs.facts_of(rule, record), our_facts(ours)
    verdict = domain.decide(
        theirs_changed=link.their_hash != theirs.hash_of(run, told),
        ours_changed=link.our_hash != theirs.hash_of(run, said), wins=rule.wins,
        theirs_at=theirs.changed_at(run, record), ours_at=datetime.fromisoformat(ours["updated_at"]),
    )  # fmt: skip
    if ours["withheld"]:  # whoever took back her consent is not told about, and nothing new is taken in of her
        verdict = domain.Verdict("out" if told.state != "withdrawn" else None)
    if told == said or (verdict.direction == "out" and not rule.writes):
        verdict = domain.Verdict(None)
    if verdict.conflict:
        winner = "civicrm-won" if verdict.direction == "in" else "cando-won"
        run.note(rule.kind, verdict.direction or seen, "conflict", winner, link=link)
    if verdict.direction == "in":
        said = await _put(run, rule, link, told, ours)
    elif verdict.direction == "out":
        keeps = told.state is None and said.state == "open"  # a status of theirs that means nothing here stays
        told = await _write(run, rule, link, replace(said, state=None) if keeps else said)
    if not verdict.conflict:
        run.note(rule.kind, verdict.direction or seen, "updated" if verdict.direction else "unchanged", link=link)
    link.their_hash, link.our_hash = theirs.hash_of(run, told), theirs.hash_of(run, said)
    link.gone = "there" if record.get("is_deleted") in (True, 1, "1") else None
    await run.keep(link)


async def _put(run: Run, rule: CiviActivities, link: ConnectionLink, told: Facts, ours: dict[str, Any]) -> Facts:
    """Make ours say what theirs does, as far as it can be said here; return what ours says then."""
    if run.dry:
        return told
    path, said = f"/v1/{rule.kind}s/{link.resource_id}", our_facts(ours)
    if told.state in _OVER and said.state == "open":
        ours = await run.cando.change("POST", f"{path}:withdraw", version=ours["version"])
    elif told.state == "open" and said.state != "open":
        run.note(rule.kind, "in", "refused", "cannot-reopen", link=link)
    if told.title is not None and (told.title, told.text) != (said.title, said.text):
        body = {"title": told.title, "text": told.text}
        ours = await run.cando.change("PATCH", path, body, version=ours["version"])
    return our_facts(ours)


async def _write(run: Run, rule: CiviActivities, link: ConnectionLink, said: Facts) -> Facts:
    """Make theirs say what ours does; return what theirs says then, which may not be the same."""
    if run.dry:
        return said
    await run.civi.update("Activity", int(link.their_id), theirs.values_of(rule, said))
    record = await theirs.read(run, int(link.their_id))
    return said if record is None else theirs.facts_of(rule, record)


async def _over_here(run: Run, rule: CiviActivities, link: ConnectionLink) -> None:
    """Note that something is not here any more; what is left of it there is marked as withdrawn."""
    if rule.writes and link.gone is None and not run.dry:
        values = theirs.values_of(rule, Facts(None, None, "withdrawn"))
        await run.civi.update("Activity", int(link.their_id), values)
    run.note(rule.kind, "out", "updated", "deleted-here", link=link)
    link.gone = "here"
    await run.keep(link)


async def tell(run: Run, kind: str, ours: dict[str, Any]) -> None:
    """Tell the other side how a need or an offer of ours stands."""
    resource = UUID(ours["id"])
    link = await run.ours(kind, resource)
    rule = _rule(run, kind, ours)
    try:
        if link is None:
            await _first_told(run, rule, kind, ours)
        elif not link.erased and link.gone is None:
            await follow_up(run, link)
    except CiviRefused as refused:
        if isinstance(refused, CiviUnclear):
            run.later(kind, resource)
        run.note(kind, "out", "refused", refused.code, link=link, resource_id=resource)
    except Refused as refused:
        if refused.status == _MEANWHILE:
            run.later(kind, resource)
        run.note(kind, "out", "refused", why(refused), link=link, resource_id=resource)


def _rule(run: Run, kind: str, ours: dict[str, Any]) -> CiviActivities | None:
    """Return the type of activity that ours is written as: of several the one for its language, or the first."""
    fit = [one for one in run.mapping.activities if one.kind == kind and one.writes]
    return next((one for one in fit if one.language == ours["language"]), fit[0] if fit else None)


async def follow_up(run: Run, link: ConnectionLink) -> None:
    """Compare both sides of something known, after ours has changed."""
    record = await theirs.read(run, int(link.their_id))
    rule = run.mapping.every_type.get(str(record.get("activity_type_id:name"))) if record else None
    if record is None or rule is None or rule.kind != link.entity:
        await vanished(run, link)
        return
    record["id"] = int(link.their_id)
    await _settle(run, rule, link, record, "out")


async def _first_told(run: Run, rule: CiviActivities | None, kind: str, ours: dict[str, Any]) -> None:
    said, person = our_facts(ours), ours["participant_id"]
    if rule is None or said.state != "open" or said.title is None or person is None:
        return
    if any(one["system"] == run.system for one in ours["external_ids"]):
        return  # it came from there, and is known again when its activity is read
    contact = await run.ours("contact", UUID(person))
    if contact is None or contact.erased or contact.gone is not None:
        run.note(
            kind, "out", "skipped", "no-contact", resource_id=UUID(ours["id"]), participant=UUID(person), again=True
        )
        return
    if run.dry:
        run.note(kind, "out", "created", resource_id=UUID(ours["id"]), participant=UUID(person))
        return
    values, name = theirs.values_of(rule, said), f"cando:{kind}:{ours['id']}"
    made = await theirs.ensure(run, rule.type, name, int(contact.their_id), values)
    link = run.link(kind, made, UUID(ours["id"]), participant=UUID(person), origin="cando")
    record = await theirs.read(run, made)
    told = said if record is None else theirs.facts_of(rule, record)
    link.their_hash, link.our_hash = theirs.hash_of(run, told), theirs.hash_of(run, said)
    run.note(kind, "out", "created", link=link)
    await run.keep(link)


async def gone(run: Run, link: ConnectionLink) -> None:
    """Note that a need or an offer was deleted here, or cannot be seen any more."""
    rule = next((one for one in run.mapping.activities if one.kind == link.entity), None)
    if rule is None or link.gone is not None or link.erased:
        return
    try:
        await _over_here(run, rule, link)
    except CiviRefused as refused:
        run.note(link.entity, "out", "refused", refused.code, link=link)


async def vanished(run: Run, link: ConnectionLink) -> None:
    """Withdraw what an activity told of that is there no more; what was first said here stays."""
    link.gone = "there"
    try:
        ours = await run.cando.find(f"/v1/{link.entity}s/{link.resource_id}") if link.origin == "civicrm" else None
        if ours is not None and our_facts(ours).state == "open" and not run.dry:
            path = f"/v1/{link.entity}s/{link.resource_id}:withdraw"
            await run.cando.change("POST", path, version=ours["version"])
        run.note(link.entity, "in", "updated" if ours is not None else "skipped", "gone-there", link=link)
        await run.keep(link)
    except Refused as refused:
        run.note(link.entity, "in", "refused", why(refused), link=link)
