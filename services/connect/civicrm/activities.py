"""Reading activities in: those that changed there since the last pass, all of them once a day, and a new one's own.

"Since" is said by their clock alone. Before a pass begins the newest change there is noted, and the next pass begins
there: what changes meanwhile is seen again, whatever the order. Their times carry no zone and go back an hour in
autumn, and what is written may be seen late: so a pass begins somewhat earlier. A time in the future would end all
following; such times are left out of the mark, and what carries one is simply read every time.
"""

from datetime import datetime, timedelta
from typing import Any

from services.connect.civicrm import listings, theirs
from services.connect.civicrm.api import Record
from services.connect.civicrm.paging import by_id, known, numbers
from services.connect.civicrm.run import Run
from services.connect.models import ConnectionLink

OVERLAP = timedelta(minutes=75)
AHEAD = timedelta(days=1)
_EARLIEST = "1990"
_FORMAT = "%Y-%m-%d %H:%M:%S"
_MOST_NEW = 200


async def read_in(run: Run) -> None:
    """Bring in what changed. A pass that broke off goes on where it was."""
    if not run.mapping.activities:
        return
    if "activities_until" not in run.progress:
        await run.move(activities_until=await _newest(run), activities_after=0)
    where = [*_of_type(run), *_since(run)]
    after = run.progress.get("activities_after", 0)
    async for page in by_id(run, "Activity", select=theirs.fields(run), where=where, after=after):
        await _take_page(run, page)
        await run.move(activities_after=page[-1]["id"])
    await _of_new_ones(run)
    since = run.progress.pop("activities_until")
    await run.move(activities_since=since or run.progress.get("activities_since"), activities_after=0, fresh=[])


def _of_type(run: Run) -> list[list[Any]]:
    types = list(run.mapping.every_type)
    return [["activity_type_id:name", "IN", types], ["is_deleted", "IN", [0, 1]]]


def _since(run: Run) -> list[list[Any]]:
    told = run.progress.get("activities_since")
    if told is None or run.thorough:
        return []
    return [["modified_date", ">=", (datetime.strptime(told, _FORMAT) - OVERLAP).strftime(_FORMAT)]]  # noqa: DTZ007


async def _newest(run: Run) -> str | None:
    """Return the time of the newest change there, as they write it; None where nothing has one that can be believed."""
    limit = (run.kernel.clock() + AHEAD).strftime(_FORMAT)
    found = await run.civi.get(
        "Activity", select=["modified_date"], where=[*_of_type(run), ["modified_date", "<=", limit]], limit=1,
        order_by={"modified_date": "DESC"},
    )  # fmt: skip
    told = found[0].get("modified_date") if found else None
    try:
        newest = datetime.fromisoformat(str(told)).strftime(_FORMAT)
    except ValueError:
        return None
    return newest if _EARLIEST < newest <= limit else None


async def _take_page(run: Run, page: list[Record]) -> None:
    fit = [one for one in page if str(one.get("activity_type_id:name")) in run.mapping.every_type]
    linked: dict[int, ConnectionLink] = {}
    for kind in ("need", "offer"):
        linked |= await run.links(kind, [one["id"] for one in fit if _kind(run, one) == kind])
    contacts = await theirs.contacts_of(run, [one["id"] for one in fit if one["id"] not in linked])
    for record in fit:
        await listings.take(run, record, linked.get(record["id"]), contacts.get(record["id"], []))
        await run.breathe()


def _kind(run: Run, record: Record) -> str:
    return run.mapping.every_type[record["activity_type_id:name"]].kind


async def _of_new_ones(run: Run) -> None:
    """Bring in what was said of contacts before they took part: it has not changed since."""
    new: list[int] = [] if run.thorough else run.progress.get("fresh", [])
    for start in range(0, len(new), _MOST_NEW):
        where = [
            ["contact_id", "IN", new[start : start + _MOST_NEW]],
            ["record_type_id:name", "=", "Activity Targets"],
            ["activity_id.activity_type_id:name", "IN", list(run.mapping.every_type)],
        ]
        rows = await numbers(run, "ActivityContact", where, field="activity_id")
        ids = sorted({one for one in rows.values() if isinstance(one, int)})
        if ids:
            where = [*_of_type(run), ["id", "IN", ids]]
            async for page in by_id(run, "Activity", select=theirs.fields(run), where=where):
                await _take_page(run, page)


async def look_for_missing(run: Run) -> None:
    """See which known activities are there no more, not even in the bin: what they told of is withdrawn here."""
    async for links in known(run, ["need", "offer"]):
        by_number = {int(one.their_id): one for one in links}
        where = [["id", "IN", list(by_number)], ["is_deleted", "IN", [0, 1]]]
        there = await numbers(run, "Activity", where)
        for number in sorted(by_number.keys() - there.keys()):
            await listings.vanished(run, by_number[number])
