"""What Cando really stores about people, and how long: the page that data-protection papers are filled in from.

Read off the tables themselves: columns that are tagged personal, what each service lists as held about a person, and
the kinds that it keeps for a time. `make contracts` writes docs/data-protection/stored.md; `--check` compares.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from deploy.database import SERVICES
from services.kernel.app import Room
from services.kernel.retention import shown
from services.kernel.subjects import Deleted, Emptied, Holding

_SCHEDULE = """
A community decides its own periods (`PUT /v1/retention`, scope `rights:manage`). What it has not decided is counted
and does not end: `GET /v1/retention/reports` says how much is older than proposed.

| kind | what it is | proposed | then |
|---|---|---|---|
"""
PAGE = Path(__file__).parent.parent / "docs" / "data-protection" / "stored.md"
_HEAD = """# What is stored about people, and how long

Written by `make contracts` from the tables, so it is what this version really stores. Papers beside it refer to it.
Every table lies in PostgreSQL, in its service's own schema, behind row-level security. A test refuses a text
column that is neither here nor listed, with a reason, as telling nothing about a participant.

*Erased* says what becomes of the rows when a person is erased ([rights](../rights.md)).
"""


def page() -> str:
    """Return docs/data-protection/stored.md."""
    rooms = [_room(name) for name in SERVICES]
    parts = [_HEAD, *(_about(room) for room in rooms if room.holdings.of), "\n## How long\n", _SCHEDULE]
    parts += [f"| {one.name} | {one.why} | {_months(one.months)} | {one.ends} |\n" for room in rooms for one in
              shown(room.retention)]  # fmt: skip
    return "".join(parts)


def _room(name: str) -> Room:
    module = import_module("gateway.app" if name == "gateway" else f"services.{name}.app")
    room: Room = module.ROOM
    return room


def _about(room: Room) -> str:
    rows = "".join(f"| {table} | {', '.join(columns)} | {erased} |\n" for table, columns, erased in _held(room))
    return f"\n## {room.name}\n\n{room.summary}\n\n| table | about a person | erased |\n|---|---|---|\n{rows}"


def _held(room: Room) -> Iterator[tuple[str, list[str], str]]:
    for holding in room.holdings.of:
        table: sa.Table = holding.table.__table__  # type: ignore[attr-defined]
        said = [column.name for column in table.columns if column.info.get("personal")]
        yield table.name, said or ["ids and states alone"], _erased(holding)


def _erased(holding: Holding) -> str:
    rule = holding.erased
    if isinstance(rule, Deleted):
        return "deleted"
    return f"{'emptied' if isinstance(rule, Emptied) else 'words taken out'}: {rule.because}"


def _months(months: int | None) -> str:
    return "no limit" if months is None else "1 month" if months == 1 else f"{months} months"
