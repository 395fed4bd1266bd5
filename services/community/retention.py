"""How long this room keeps what, unless a community says otherwise: names end, seats, turns and votes stay counted."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import col

from services.community.models import (
    Action,
    Ballot,
    Candidate,
    Council,
    Election,
    Lab,
    LabMeeting,
    LabMember,
    Member,
    Rota,
    Turn,
    Volunteer,
)
from services.community.subjects import HOLDINGS
from services.kernel.retention import Kind, Stays, as_at_erasure


def _of_past_rotas(table: Any) -> Any:
    ends = col(Rota.starts_on) + col(Rota.weeks) * 7
    return lambda before: col(table.rota_id).in_(select(col(Rota.id)).where(ends < sa.cast(before.date(), sa.Date)))


def _of_ended_councils(before: datetime) -> ColumnElement[bool]:
    """Return the condition that a candidate stood for a council that has ended: till then she may move up."""
    ended = select(col(Council.id)).where(col(Council.state) == "ended", col(Council.updated_at) < before)
    return col(Candidate.council_id).in_(ended)


def _past_members(before: datetime) -> ColumnElement[bool]:
    return and_(col(Member.state) != "serving", func.coalesce(col(Member.until) < before.date(), sa.false()))


def _settled(before: datetime) -> ColumnElement[bool]:
    return and_(col(Action.state).in_(("done", "dropped")), col(Action.updated_at) < before)


def _of_ended_labs(table: Any) -> Any:
    return lambda before: col(table.lab_id).in_(select(col(Lab.id)).where(col(Lab.ended_at) < before))


def _past_ballots(before: datetime) -> ColumnElement[bool]:
    past = select(col(Election.id)).where(col(Election.settled_at) < before)
    return col(Ballot.election_id).in_(past)


KINDS = (
    Kind(
        "community.past-volunteers", Volunteer, _of_past_rotas(Volunteer), as_at_erasure(HOLDINGS, Volunteer),
        "names, households and wishes of those who took turns, once a rota is over", 12,
    ),
    Kind(
        "community.past-turns", Turn, _of_past_rotas(Turn),
        Stays("who did her share before is counted when the next rota is planned"), "turns, done and missed",
    ),
    Kind(
        "community.past-members", Member, _past_members, as_at_erasure(HOLDINGS, Member),
        "the names under which people sat in a council", 36,
    ),
    Kind(
        "community.past-candidates", Candidate, _of_ended_councils, as_at_erasure(HOLDINGS, Candidate),
        "the names under which people stood for a council that has ended", 12,
    ),
    Kind(
        "community.past-ballots", Ballot, _past_ballots,
        Stays("what was voted can be counted again; nothing leads from a ballot to a voter"), "ballots",
    ),
    Kind(
        "community.settled-actions", Action, _settled, as_at_erasure(HOLDINGS, Action),
        "who was to do what, and how it went on, once it is done or dropped", 24,
    ),
    Kind(
        "community.lab-members", LabMember, _of_ended_labs(LabMember),
        Stays("it is an id alone, which leads nowhere once she is erased"), "who sat in a lab that has ended",
    ),
    Kind(
        "community.lab-minutes", LabMeeting, _of_ended_labs(LabMeeting),
        Stays("a lab's minutes are the group's own record of what was decided"), "minutes of labs that have ended",
    ),
)  # fmt: skip
