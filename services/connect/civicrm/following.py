"""Following Cando: what happened here since the last pass, told to the other side.

A page of facts is reduced to the things they are about, each looked at once as it stands now, and then the cursor
moves on. A cursor that is too old means everything once more, which changes nothing that is in step already.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from services.connect.civicrm import contacts, listings, matches
from services.connect.civicrm.api import CiviRefused, CiviUnclear
from services.connect.civicrm.run import Run
from services.connect.public import Refused

_PAGE = 500
_AT_ONCE = 100
_LISTINGS = ("need", "offer")


async def tell(run: Run) -> None:
    """Tell of everything that has happened; a thorough run looks at every need and offer besides."""
    if run.progress.get("again"):
        await _tell_of(run, [{"type": kind, "subject": one, "ids": True} for kind, one in run.take_up_again()])
    while True:
        page = await _page(run)
        items = page["items"]
        if items:
            await _tell_of(run, items)
        await run.move(events=page["next"])
        if len(items) < _PAGE:
            break
    if run.thorough:
        for kind in _LISTINGS:
            async for ours in run.cando.everything(f"/v1/{kind}s"):
                if ours["held_by"] == str(run.organisation):
                    await listings.tell(run, kind, ours)
                    await run.breathe()


async def _page(run: Run) -> Any:
    try:
        return await run.cando.read("/v1/events", after=run.progress.get("events", ""), limit=_PAGE)
    except Refused as refused:
        if refused.status != 410:
            raise
    run.note("event", "out", "skipped", "cursor-expired")
    return await run.cando.read("/v1/events", after="", limit=_PAGE)


async def _tell_of(run: Run, items: Iterable[dict[str, Any]]) -> None:
    about: dict[str, dict[UUID, bool]] = {}
    for one in items:
        kind = one["type"].partition(".")[0]
        kind = "participant" if kind == "consent" else kind
        ours = about.setdefault(kind, {})
        subject = UUID(one["subject"])
        ours[subject] = ours.get(subject, False) or bool(one["ids"])
    for person, concerns in about.get("participant", {}).items():
        await _tell_of_person(run, person, concerns=concerns)
    for kind in _LISTINGS:
        if any(rule.kind == kind for rule in run.mapping.activities):
            await _tell_of_listings(run, kind, about.get(kind, {}))
    if run.mapping.matches is not None:
        await _tell_of_matches(run, [one for one, concerns in about.get("match", {}).items() if concerns])


async def _tell_of_person(run: Run, person: UUID, *, concerns: bool) -> None:
    """Tell of somebody, and of all that is hers: whether she lets it be told may have changed."""
    known = await run.of_participant(person)
    if not known and not (concerns and run.mapping.contacts.create):
        return
    if known and await run.cando.find(f"/v1/participants/{person}") is None:
        await _tell_of_gone(run, person)
        return
    await contacts.tell(run, person)
    for link in known:
        if link.entity in _LISTINGS and link.gone is None and not link.erased:
            ours = await run.cando.find(f"/v1/{link.entity}s/{link.resource_id}")
            if ours is not None:
                await listings.tell(run, link.entity, ours)
    await run.breathe()


async def _tell_of_gone(run: Run, person: UUID) -> None:
    """Note that somebody is not here any more: nothing of hers comes back, what is hers there is theirs."""
    for link in await run.of_participant(person):
        if link.entity == "contact" and link.gone != "here" and not link.erased:
            run.note("contact", "out", "skipped", "deleted-here", link=link)
            link.gone = "here"
            await run.keep(link)
        elif link.entity in _LISTINGS:
            await listings.gone(run, link)


async def _tell_of_listings(run: Run, kind: str, about: dict[UUID, bool]) -> None:
    every = list(about)
    for start in range(0, len(every), _AT_ONCE):
        chunk = every[start : start + _AT_ONCE]
        asked = ",".join(str(one) for one in chunk)
        found = (await run.cando.read(f"/v1/{kind}s", ids=asked, limit=_AT_ONCE))["items"]
        for ours in found:
            if ours["held_by"] == str(run.organisation):
                await listings.tell(run, kind, ours)
                await run.breathe()
        for missing in sorted(set(chunk) - {UUID(one["id"]) for one in found}):
            link = await run.ours(kind, missing)
            if link is not None:
                await listings.gone(run, link)


async def _tell_of_matches(run: Run, every: list[UUID]) -> None:
    for start in range(0, len(every), _AT_ONCE):
        asked = ",".join(str(one) for one in every[start : start + _AT_ONCE])
        for match in (await run.cando.read("/v1/matches", ids=asked, limit=_AT_ONCE))["items"]:
            await matches.tell(run, match)
            await run.breathe()


async def tell_of_erased(run: Run) -> None:
    """Empty, there, what was written from here about people who were erased here. Their own records are theirs."""
    seen: set[UUID] = set()
    while links := [one for one in await run.erased() if one.id not in seen]:
        for link in links:
            await _empty(run, link)
        seen |= {one.id for one in links}


async def _empty(run: Run, link: Any) -> None:
    entity = link.entity.partition(".")[0]
    try:
        if link.origin == "cando" and link.entity != "contact" and not run.dry:
            values = {"subject": "Removed", "details": "", "status_id:name": _cancelled(run, link.entity)}
            await run.civi.update("Activity", int(link.their_id), values)
        run.note(entity, "out", "updated" if link.origin == "cando" else "skipped", "erased-here", link=link)
    except CiviRefused as refused:
        run.note(entity, "out", "refused", refused.code, link=link)
        if isinstance(refused, CiviUnclear):  # her words may stand there still: the next run tries again
            return
    link.told = True
    await run.keep(link)


def _cancelled(run: Run, entity: str) -> str:
    rule = next((one for one in run.mapping.activities if one.kind == entity), None)
    if rule is not None:
        return rule.withdrawn[0]
    told = run.mapping.matches
    return told.statuses.get("withdrawn", "Cancelled") if told else "Cancelled"
