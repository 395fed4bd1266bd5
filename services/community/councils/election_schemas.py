"""Bodies about elections: how they are held, the votes, ties and how those were settled."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, model_validator

from services.community.councils.domain import ElectionState, Method, SettledBy, Together
from services.community.councils.schemas import Quota, Seats
from services.community.models import Election
from services.community.shapes import People, Row, shown
from services.kernel.fields import Body, Day, Language, Line


def _no_one_twice(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) != len(ids):
        raise ValueError("names somebody twice")
    return ids


Candidates = Annotated[list[UUID], Field(max_length=100), AfterValidator(_no_one_twice)]
SeatsByLanguage = Annotated[dict[Language, Seats], Field(min_length=1, max_length=30)]
Heads = Annotated[dict[Language, People], Field(max_length=30)]


class OpenElection(Body):
    """`seats` in all, or by language; without them the council's. `by_language`: each community votes for its own."""

    method: Method
    electorate: Together
    held_on: Day
    seats: Seats | SeatsByLanguage | None = Field(default=None, examples=[{"prs": 3, "ti": 3}])
    votes_each: Annotated[int, Field(ge=1, le=30, strict=True)] = 1

    @model_validator(mode="after")
    def _seats_fit(self) -> "OpenElection":
        if self.electorate == "by_language" and not isinstance(self.seats, dict):
            raise ValueError("where each language community elects its own, seats is a number for each language")
        if isinstance(self.seats, dict) and sum(self.seats.values()) > 30:
            raise ValueError("seats add up to more than 30")
        return self


class VotesFor(Body):
    candidate_id: UUID
    votes: People


class GiveCounts(Body):
    """The votes of a show of hands: for each candidate, and how many people were present, in all and by language."""

    counts: list[VotesFor] = Field(max_length=100)
    present: People
    present_by_language: Heads | None = None

    @model_validator(mode="after")
    def _each_once(self) -> "GiveCounts":
        _no_one_twice([one.candidate_id for one in self.counts])
        return self


class CastBallot(Body):
    """The candidates chosen; none is a vote for nobody. `language` says in which community the voter votes."""

    candidates: Candidates
    language: Language | None = None


class BallotPublic(BaseModel):
    """That somebody has voted. Whom for is not kept with it."""

    voted: bool


class Settlement(Body):
    """How a tie was settled. A lot is drawn from a `seed`; a runoff or an agreement names those `chosen`."""

    settled_by: SettledBy
    seed: Line | None = None
    chosen: Candidates = []
    witness: Line = Field(description="By role: who saw that it was done fairly.", examples=["interpreter"])

    @model_validator(mode="after")
    def _one_way(self) -> "Settlement":
        if (self.settled_by == "lot") != (self.seed is not None) or (self.settled_by == "lot") == bool(self.chosen):
            raise ValueError("a lot needs a seed and nothing else; a runoff or an agreement needs chosen and no seed")
        return self


class SettleElection(Body):
    leave_vacant: Annotated[bool, Field(strict=True)] = False
    settlement: Settlement | None = None


class LeaveCouncil(Body):
    """From when; `settlement` is needed when those who would move up are tied."""

    on: Day
    because: Line | None = None
    settlement: Settlement | None = None


class Elected(BaseModel):
    """`votes` is null where counts are withheld."""

    candidate_id: UUID
    votes: int | None


class SettledTie(BaseModel):
    tied: list[UUID]
    places: int
    settled_by: SettledBy
    chosen: list[UUID]
    seed: str | None
    witness: str
    at: datetime


class ElectionResult(BaseModel):
    """Who is elected; if some are `tied`, `places` of them are still to be chosen. `vacant` seats stay empty."""

    elected: list[Elected]
    tied: list[UUID]
    places: int
    vacant: int


class ElectionTurnout(BaseModel):
    """People who voted. `by_language` counts those whose language community is known."""

    voted: int
    by_language: dict[str, int]


class ElectionPublic(Row):
    """A secret vote shows no counts before it is closed and counted: between two votes they would show who chose whom.

    `counts_withheld`: fewer than three cast a ballot (where each language community elects its own: in one of them),
    so what its candidates got is not shown, as that too would show who chose whom.
    """

    council_id: UUID
    method: Method
    electorate: Together
    held_on: date
    seats: int
    seats_by_language: dict[str, int] | None
    quotas: list[Quota]
    votes_each: int
    turnout: ElectionTurnout
    counts: list[VotesFor]
    counts_withheld: bool
    settlements: list[SettledTie]
    result: ElectionResult | None
    state: ElectionState
    settled_at: datetime | None


def election_shown(row: Election, turnout: Mapping[str | None, int]) -> ElectionPublic:
    """Return an election as it is shown."""
    told = {one: votes for one, votes in sorted(row.counts.items()) if one not in row.withheld}
    counts = [VotesFor(candidate_id=UUID(one), votes=votes) for one, votes in told.items()]
    known = {language: heads for language, heads in sorted((k or "", v) for k, v in turnout.items()) if language}
    heads = ElectionTurnout(voted=sum(turnout.values()), by_language=known)
    return shown(
        ElectionPublic, row, counts=counts, turnout=heads, result=_result(row), counts_withheld=bool(row.withheld)
    )


def _result(row: Election) -> ElectionResult | None:
    if row.result is None:
        return None
    result = ElectionResult.model_validate(row.result)
    for one in result.elected:
        one.votes = None if str(one.candidate_id) in row.withheld else one.votes
    if row.withheld:  # the order of votes would tell something of them too
        result.elected.sort(key=lambda one: one.candidate_id)
    return result
