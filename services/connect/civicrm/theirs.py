"""Activities as the mapping reads and writes them: facts that can be compared, and values that they take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.connect.civicrm import domain
from services.connect.civicrm.api import CiviBusy, CiviUnclear, Record
from services.connect.civicrm.mapping import CiviActivities
from services.connect.civicrm.paging import by_id
from services.connect.civicrm.run import Run

State = Literal["open", "met", "withdrawn"]
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Facts:
    """What a need or an offer says on one side. `state` is None where the mapping does not name theirs."""

    title: str | None
    text: str | None
    state: str | None


def fields(run: Run) -> list[str]:
    """Return what is read of an activity."""
    names = ["id", "subject", "details", "status_id:name", "activity_type_id:name", "modified_date", "is_deleted"]
    return [*names, *([run.mapping.reference] if run.mapping.reference else [])]


def facts_of(rule: CiviActivities, record: Mapping[str, Any]) -> Facts:
    """Return what an activity says. In the bin it is withdrawn."""
    status = record.get("status_id:name")
    states: dict[State, list[str]] = {"open": rule.open, "met": rule.met, "withdrawn": rule.withdrawn}
    state = next((name for name, statuses in states.items() if status in statuses), None)
    if record.get("is_deleted") in (True, 1, "1"):
        state = "withdrawn"
    return Facts(domain.line(record.get("subject")), domain.plain(record.get("details")), state)


def values_of(rule: CiviActivities, facts: Facts) -> dict[str, Any]:
    """Return the values that make an activity say `facts`. What they leave out stays as it is."""
    values: dict[str, Any] = {}
    if facts.title is not None:
        values["subject"] = facts.title
        values["details"] = "" if facts.text is None else domain.marked_up(facts.text)
    if facts.state is not None:
        values["status_id:name"] = {"open": rule.open, "met": rule.met, "withdrawn": rule.withdrawn}[facts.state][0]
    return values


def hash_of(run: Run, facts: Facts) -> str:
    """Return the keyed hash of what one side says."""
    return run.digest(title=facts.title, text=facts.text, state=facts.state)


def changed_at(run: Run, record: Mapping[str, Any]) -> datetime | None:
    """Return when an activity was changed last, by their clock."""
    return domain.moment_of(record.get("modified_date"), run.mapping.time_zone)


def reference_of(run: Run, record: Mapping[str, Any], kind: str) -> UUID | None:
    """Return which need or offer of ours an activity says it was written from."""
    told = record.get(run.mapping.reference) if run.mapping.reference else None
    start = f"cando:{kind}:"
    if not isinstance(told, str) or not told.startswith(start):
        return None
    try:
        return UUID(told.removeprefix(start))
    except ValueError:
        return None


async def read(run: Run, activity: int) -> Record | None:
    """Return one activity, also from the bin."""
    where = [["id", "=", activity], ["is_deleted", "IN", [0, 1]]]
    found = await run.civi.get("Activity", select=fields(run), where=where, limit=1)
    return found[0] if found else None


async def contacts_of(run: Run, activities: Iterable[int]) -> dict[int, list[int]]:
    """Return with whom activities are: their target contacts, by activity. Works in every release of APIv4."""
    ids = sorted(set(activities))
    found: dict[int, list[int]] = {}
    for start in range(0, len(ids), _CHUNK):
        of_these = ["activity_id", "IN", ids[start : start + _CHUNK]]
        where = [of_these, ["record_type_id:name", "=", "Activity Targets"]]
        async for page in by_id(run, "ActivityContact", select=["id", "activity_id", "contact_id"], where=where):
            for row in page:
                activity, contact = domain.number_of(row.get("activity_id")), domain.number_of(row.get("contact_id"))
                if activity and contact:
                    found.setdefault(activity, []).append(contact)
    return found


async def ensure(run: Run, type: str, reference: str, contact: int, values: Mapping[str, Any]) -> int:
    """Return the activity that carries our reference, made if there is none yet; it then says `values`.

    Whether an answer was lost after the activity was made shows in looking again: it is never made twice.
    """
    assert run.mapping.reference is not None
    where = [[run.mapping.reference, "=", reference], ["is_deleted", "IN", [0, 1]]]
    for attempt in range(5):
        found = await run.civi.get("Activity", select=["id"], where=where, limit=2, order_by={"id": "ASC"})
        known = domain.number_of(found[0].get("id")) if found else None
        if known is not None:
            await run.civi.update("Activity", known, values)
            return known
        whole = {
            "activity_type_id:name": type, "source_contact_id": "user_contact_id", "target_contact_id": [contact],
            run.mapping.reference: reference, **values,
        }  # fmt: skip
        try:
            return await run.civi.create("Activity", whole)
        except (CiviBusy, CiviUnclear) as failed:
            await run.civi.rest(attempt, failed)
    raise CiviBusy("out-of-attempts")
