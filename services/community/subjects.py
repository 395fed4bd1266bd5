"""What this room holds about a person, and what remains once she is erased: that a seat, a turn or a task was taken.

A lab's minutes and a council's votes are a group's record: she is shown the minutes of meetings at which she was, and
they stay. They name nobody but by the rows emptied here.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, or_, select
from sqlmodel import col

from services.community.models import Action, Candidate, LabMeeting, LabMember, Member, Swap, Turn, Volunteer
from services.kernel.subjects import Emptied, Holding, Holdings, Whose
from services.kernel.work import Work

_SHARES = "Turns and fair shares of the others stay true."


def _hers(table: Any) -> Whose:
    return lambda person: col(table.participant_id) == person


def _to_come(person: UUID) -> ColumnElement[bool]:
    hers = select(col(Volunteer.id)).where(_hers(Volunteer)(person))
    return and_(col(Turn.volunteer_id).in_(hers), col(Turn.state) == "planned")


def _turns(person: UUID) -> ColumnElement[bool]:
    return col(Turn.volunteer_id).in_(select(col(Volunteer.id)).where(_hers(Volunteer)(person)))


def _swaps(person: UUID) -> ColumnElement[bool]:
    hers = select(col(Turn.id)).where(_turns(person))
    to_her = select(col(Volunteer.id)).where(_hers(Volunteer)(person))
    return or_(col(Swap.turn_id).in_(hers), col(Swap.with_turn_id).in_(hers), col(Swap.to_volunteer_id).in_(to_her))


def _was_present(person: UUID) -> ColumnElement[bool]:
    """Return the condition that her seat is among those who were at a meeting."""
    seat = func.jsonb_build_array(cast(col(LabMember.id), String))
    return exists().where(
        col(LabMember.lab_id) == col(LabMeeting.lab_id),
        _hers(LabMember)(person),
        col(LabMeeting.present).contains(seat),
    )


async def _before(work: Work, person: UUID) -> None:
    """Have her leave: nobody plans with somebody who is gone."""
    for table in (Volunteer, LabMember):
        left: Any = table.left_at
        for row in await work.session.scalars(select(table).where(_hers(table)(person), left.is_(None))):
            row.change(work.now, left_at=work.now)


HOLDINGS = Holdings(
    (
        Holding(Turn, _to_come, Emptied(_SHARES, {"state": "freed"}), shown=_turns),
        Holding(
            Volunteer, _hers(Volunteer),
            Emptied(_SHARES, {"name_shown": "", "household": "", "not_on": [], "only_places": []}),
        ),
        Holding(Swap, _swaps, Emptied("That turns changed hands.")),
        Holding(LabMeeting, _was_present, Emptied("A group's minutes; her seat in them leads nowhere any more.")),
        Holding(LabMember, _hers(LabMember), Emptied("That somebody sat there.")),
        Holding(
            Action, _hers(Action),
            Emptied("What was to be done, and whether it was.", {"who": None, "why": None, "history": []}),
        ),
        Holding(
            Member, _hers(Member),
            Emptied("That a seat was filled.", {"name_shown": "", "speaks_for": [], "left_because": None}),
        ),
        Holding(
            Candidate, _hers(Candidate), Emptied("What was voted stays counted.", {"name_shown": "", "speaks_for": []}),
        ),
    ),
    before=_before,
)  # fmt: skip
