"""Contacts that are participants.

In: a contact of the mapped group or tag who has agreed (a field says so) is registered, and what she agreed to is
granted here; who agrees no longer has those grants revoked that came from there, and stays registered. Which contacts
are in a group changes without any of them changing, so the group is read whole each time; only those whose hash
differs cost a request here. Out: her name, and contacts for those registered here, if the mapping says so.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from langcodes import tag_is_valid

from services.connect.civicrm import domain
from services.connect.civicrm.api import CiviBusy, CiviRefused, CiviUnclear, Record
from services.connect.civicrm.cando import CandoClosed
from services.connect.civicrm.paging import by_id, known, numbers
from services.connect.civicrm.run import Run
from services.connect.models import ConnectionLink
from services.connect.public import Refused

_CHUNK = 200
_NOT_BINNED = ["is_deleted", "=", False]
"""Said always: asked for by id, they would be answered from the bin too."""


async def read_in(run: Run) -> None:
    """Bring in every contact of the group, then look where those are who are known and were not among them."""
    after = run.progress.get("contacts_after", 0)
    async for page in by_id(run, "Contact", select=_fields(run), where=[_membership(run), _NOT_BINNED], after=after):
        known = await run.links("contact", [one["id"] for one in page])
        for record in page:
            await _take(run, record, known.get(record["id"]))
            await run.breathe()
        await run.move(contacts_after=page[-1]["id"])
    await run.move(contacts_after=0)


def _membership(run: Run) -> list[Any]:
    contacts = run.mapping.contacts
    return ["groups:name", "IN", [contacts.group]] if contacts.group else ["tags:name", "IN", [contacts.tag]]


def _fields(run: Run) -> list[str]:
    consent = run.mapping.contacts.consent
    fields = ["id", "modified_date", "preferred_language", *run.mapping.contacts.called]
    if consent is not None:
        fields += [consent.field, *([consent.given_on] if consent.given_on else [])]
    return list(dict.fromkeys(fields))


def _called(run: Run, record: Record) -> str | None:
    return next((said for one in run.mapping.contacts.called if (said := domain.line(record.get(one)))), None)


def _wanted(run: Run, record: Record) -> list[str]:
    consent = run.mapping.contacts.consent
    return [] if consent is None else domain.purposes_of(record.get(consent.field), list(consent.purposes))


def _given_at(run: Run, record: Record) -> datetime | None:
    """Return since when she agrees: the beginning of the day that the field names. A day to come is not believed."""
    consent = run.mapping.contacts.consent
    day = domain.day_of(record.get(consent.given_on)) if consent and consent.given_on else None
    given_at = None if day is None else datetime.combine(day, time(), tzinfo=UTC)
    return given_at if given_at is not None and given_at <= run.kernel.clock() else None


def _hash(run: Run, record: Record) -> str:
    """Return two hashes in one: of her name, and of what she agreed to."""
    agreed = run.digest(purposes=_wanted(run, record), since=str(_given_at(run, record)))
    return f"{run.digest(called=_called(run, record))}.{agreed}"


async def _take(run: Run, record: Record, link: ConnectionLink | None) -> None:
    """Bring in one contact."""
    try:
        if link is None:
            await _register(run, record)
        elif link.erased or link.gone == "here":
            reason = "erased-here" if link.erased else "deleted-here"
            run.note("contact", "in", "skipped", reason, link=link, again=True)
        elif link.their_hash == _hash(run, record) and link.gone is None and not run.thorough:
            run.note("contact", "in", "unchanged", link=link)
        else:
            await settle(run, link, record)
    except Refused as refused:
        run.note("contact", "in", "refused", why(refused), link=link, their_id=record["id"])


async def _register(run: Run, record: Record) -> None:
    wanted, called, theirs = _wanted(run, record), _called(run, record), record["id"]
    if not wanted:
        run.note("contact", "in", "skipped", "no-consent", their_id=theirs, again=True)
        return
    if called is None:
        run.note("contact", "in", "refused", "no-name", their_id=theirs)
        return
    if run.dry:
        imagined = run.link("contact", theirs, run.id, participant=None, origin="civicrm")
        run.note("contact", "in", "created", their_id=theirs)
        await run.keep(imagined)
        return
    tag = domain.language_of(record.get("preferred_language"))
    body: dict[str, Any] = {"called": called, "consents": [_grant(run, record, one) for one in wanted]}
    if tag and tag_is_valid(tag):
        body["languages"] = [{"tag": tag}]
    made = await run.cando.change("PUT", "/v1/participants/by-external-id", body, system=run.system, value=str(theirs))
    if made["registered_by"] != str(run.organisation):
        if made["version"] == 1:  # not left with an organisation that she has never heard of
            await run.cando.change("DELETE", f"/v1/participants/{made['id']}")
        raise CandoClosed("cando-wrong-organisation")
    person = UUID(made["id"])
    before = await run.ours("contact", person)
    if before is not None:
        await _also_known(run, before, theirs)
        return
    link = run.link("contact", theirs, person, participant=person, origin="civicrm")
    link.their_hash, link.our_hash = _hash(run, record), run.digest(called=made["called"])
    run.note("contact", "in", "created" if made["version"] == 1 else "updated", link=link)
    if run.follows_activities:
        run.progress = {**run.progress, "fresh": [*run.progress.get("fresh", []), theirs]}
    await run.keep(link)


async def _also_known(run: Run, link: ConnectionLink, theirs: int) -> None:
    """Note that somebody known under one number there is registered under another: the newer number is kept."""
    run.note("contact", "in", "conflict", "two-numbers", link=link, their_id=theirs)
    link.their_id, link.their_hash, link.gone = str(theirs), None, None
    await run.keep(link)


def _grant(run: Run, record: Record, purpose: str) -> dict[str, Any]:
    consent = run.mapping.contacts.consent
    assert consent is not None
    grant = {
        "purpose": purpose, "recipient_id": str(run.organisation), "notice_version": consent.notice_version,
        "language": consent.language, "method": consent.method,
    }  # fmt: skip
    given_at = _given_at(run, record)
    if given_at is not None:
        grant["given_at"] = given_at.isoformat()
    return grant


async def settle(run: Run, link: ConnectionLink, record: Record) -> None:
    """Bring somebody known to what both sides say now."""
    ours = await run.cando.find(f"/v1/participants/{link.resource_id}")
    if ours is None:
        run.note("contact", "in", "skipped", "deleted-here", link=link)
        link.gone = "here"
        await run.keep(link)
        return
    granted = await _agree(run, link, record)
    before = link.their_hash or "."
    called, named = _called(run, record), before.partition(".")[0]
    verdict = domain.decide(
        theirs_changed=named != run.digest(called=called),
        ours_changed=link.our_hash != run.digest(called=ours["called"]),
        wins=run.mapping.contacts.wins, ours_at=datetime.fromisoformat(ours["updated_at"]),
        theirs_at=domain.moment_of(record.get("modified_date"), run.mapping.time_zone),
    )  # fmt: skip
    if called is None or called == ours["called"]:
        verdict = domain.Verdict(None)
    elif verdict.direction == "out" and not run.mapping.contacts.writes:
        verdict = domain.Verdict(None, verdict.conflict)
    await _apply(run, link, record, ours, verdict, granted=granted)


async def _apply(
    run: Run, link: ConnectionLink, record: Record, ours: dict[str, Any], verdict: domain.Verdict, *, granted: bool
) -> None:
    now = ours["called"]
    if verdict.conflict:
        run.note("contact", verdict.direction or "in", "conflict", f"{_winner(verdict)}-won", link=link)
    if verdict.direction == "in":
        now = _called(run, record)
        if not run.dry:
            path = f"/v1/participants/{link.resource_id}"
            await run.cando.change("PATCH", path, {"called": now}, version=ours["version"])
    elif verdict.direction == "out":
        await _write(run, link, {run.mapping.contacts.called[0]: now})
        record = {**record, run.mapping.contacts.called[0]: now}
    changed = granted or (verdict.direction is not None and not verdict.conflict)
    run.note("contact", verdict.direction or "in", "updated" if changed else "unchanged", link=link)
    link.their_hash, link.our_hash, link.gone = _hash(run, record), run.digest(called=now), None
    await run.keep(link)


def _winner(verdict: domain.Verdict) -> str:
    return "civicrm" if verdict.direction == "in" else "cando"


async def _write(run: Run, link: ConnectionLink, values: dict[str, Any]) -> None:
    if not run.dry:
        await run.civi.update("Contact", int(link.their_id), values)


async def _agree(run: Run, link: ConnectionLink, record: Record) -> bool:
    """Bring the grants to what she agreed to there; say whether any changed.

    What was revoked here is granted again only if she agreed there on a later day: a repeat brings nothing back.
    What somebody else recorded here is nobody's to revoke from there.
    """
    consent = run.mapping.contacts.consent
    if consent is None:
        return False
    path = f"/v1/participants/{link.resource_id}/consents"
    given = [one for one in (await run.cando.read(path))["items"] if one["recipient_id"] == str(run.organisation)]
    wanted, changed = _wanted(run, record), False
    for purpose in consent.purposes:
        of_it = [one for one in given if one["purpose"] == purpose]
        live = [one for one in of_it if one["live"]]
        if purpose in wanted and not live:
            changed |= await _grant_again(run, link, record, purpose, of_it)
        for one in live if purpose not in wanted else []:
            if one["captured_by"] == f"app:{run.cando.client_id}":
                changed = True
                if not run.dry:
                    await run.cando.change("POST", f"{path}/{one['id']}:revoke")
    return changed


async def _grant_again(
    run: Run, link: ConnectionLink, record: Record, purpose: str, before: Sequence[dict[str, Any]]
) -> bool:
    ended = [one["revoked_at"] or one["expires_at"] for one in before if one["revoked_at"] or one["expires_at"]]
    if not domain.may_grant_again(_given_at(run, record), [datetime.fromisoformat(one) for one in ended]):
        run.note("contact", "in", "skipped", "revoked-here", link=link, again=True)
        return False
    if not run.dry:
        path = f"/v1/participants/{link.resource_id}/consents"
        await run.cando.change("POST", path, _grant(run, record, purpose))
    return True


def why(refused: Refused) -> str:
    """Return why something was refused here: the problem's type and the fields it names, never what stood in them."""
    fields = [str(one.get("path", "")) for one in refused.problem.get("errors", [])[:3]]
    return " ".join([refused.slug or str(refused.status), *fields])[:200]


async def tell(run: Run, person: UUID) -> None:
    """Tell the other side what has changed about a participant here."""
    link = await run.ours("contact", person)
    if link is None:
        if run.mapping.contacts.create:
            await _make(run, person)
        return
    if link.erased or link.gone is not None:
        return
    found = await run.civi.get("Contact", select=_fields(run), where=[["id", "=", int(link.their_id)]], limit=1)
    try:
        if found:
            await settle(run, link, found[0])
    except CiviRefused as refused:
        if isinstance(refused, CiviUnclear):
            run.later("participant", person)
        run.note("contact", "out", "refused", refused.code, link=link)
    except Refused as refused:
        run.note("contact", "out", "refused", why(refused), link=link)


async def _make(run: Run, person: UUID) -> None:
    """Make a contact of somebody whom the organisation registered here; look first whether it is there already."""
    ours = await run.cando.find(f"/v1/participants/{person}")
    if ours is None or ours["registered_by"] != str(run.organisation):
        return
    name = f"cando:{person}"
    try:
        theirs = await _ensure(run, name, ours["called"])
    except CiviRefused as refused:
        if isinstance(refused, CiviUnclear):
            run.later("participant", person)
        run.note("contact", "out", "refused", refused.code, resource_id=person, participant=person)
        return
    if theirs is None:
        run.note("contact", "out", "created", resource_id=person, participant=person)
        return
    await _join(run, theirs)
    link = run.link("contact", theirs, person, participant=person, origin="cando")
    link.our_hash = run.digest(called=ours["called"])
    names = [one for one in ours["external_ids"] if one["system"] != run.system]
    names.append({"system": run.system, "value": str(theirs)})
    await run.cando.change("PATCH", f"/v1/participants/{person}", {"external_ids": names})
    run.note("contact", "out", "created", link=link)
    await run.keep(link)


async def _ensure(run: Run, name: str, called: str) -> int | None:
    """Return the contact with this external identifier, made if there is none. An answer that is lost is looked for."""
    for attempt in range(5):
        where = [["external_identifier", "=", name], ["is_deleted", "IN", [0, 1]]]
        found = await run.civi.get("Contact", select=["id"], where=where, limit=1)
        if found or run.dry:
            return domain.number_of(found[0].get("id")) if found else None
        values = {
            "contact_type": "Individual", run.mapping.contacts.called[0]: called, "first_name": called,
            "external_identifier": name,
        }  # fmt: skip
        try:
            return await run.civi.create("Contact", values)
        except (CiviBusy, CiviUnclear) as failed:
            await run.civi.rest(attempt, failed)
    return None


async def _join(run: Run, contact: int) -> None:
    """Put a contact into the group, or under the tag, unless it is there."""
    contacts = run.mapping.contacts
    if await run.civi.get("Contact", select=["id"], where=[["id", "=", contact], _membership(run)], limit=1):
        return
    if contacts.group:
        await run.civi.create(
            "GroupContact", {"group_id:name": contacts.group, "contact_id": contact, "status": "Added"}
        )
    else:
        tagged = {"tag_id:name": contacts.tag, "entity_table": "civicrm_contact", "entity_id": contact}
        await run.civi.create("EntityTag", tagged)


async def look_for_missing(run: Run) -> None:
    """See where known contacts are who are in the group no more: left, in the bin, merged, or gone altogether."""
    async for links in known(run, ["contact"]):
        by_number = {int(one.their_id): one for one in links}
        within = ["id", "IN", list(by_number)]
        there = await numbers(run, "Contact", [within, _membership(run), _NOT_BINNED])
        absent = by_number.keys() - there.keys()
        where = [["id", "IN", sorted(absent)], ["is_deleted", "IN", [0, 1]]]
        binned = await numbers(run, "Contact", where, field="is_deleted") if absent else {}
        for number in sorted(absent):
            await _missing(run, by_number[number], binned.get(number, True))


async def _missing(run: Run, link: ConnectionLink, binned: object) -> None:
    """Note what became of a contact. Nobody is deleted here for that: her number there is kept."""
    if binned in (False, 0, "0"):
        run.note("contact", "in", "skipped", "left-group", link=link, again=True)
        return
    into = await _merged_into(run, int(link.their_id))
    other = (await run.links("contact", [into])).get(into) if into else None
    if into is None or other is not None:
        run.note("contact", "in", "skipped", "gone-there" if into is None else "merged-there", link=link)
        link.gone = "there"
        await run.keep(link)
        return
    run.note("contact", "in", "updated", "merged-there", link=link)
    link.their_id = str(into)
    if not run.dry:
        ours = await run.cando.find(f"/v1/participants/{link.resource_id}") or {"external_ids": []}
        names = [one for one in ours["external_ids"] if one["system"] != run.system]
        names.append({"system": run.system, "value": str(into)})
        await run.cando.change("PATCH", f"/v1/participants/{link.resource_id}", {"external_ids": names})
    await run.keep(link)


async def _merged_into(run: Run, contact: int) -> int | None:
    """Return the contact that one was merged into; None too where their release cannot tell."""
    try:
        found = await run.civi.do("Contact", "getMergedTo", {"contactId": contact})
    except CiviRefused:
        return None
    return domain.number_of(found[0].get("id")) if found else None
