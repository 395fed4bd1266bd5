"""HTTP for the report on round tables."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.assessments.round_tables.report import operations
from services.kernel.fields import Line, Moment
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["reports"])


class CommunityPublic(BaseModel):
    """A language that had a table of its own: people who came, evenings it sat at, cards laid at its tables."""

    language: str
    people: int
    evenings: int
    cards: int


class RoundTableReport(BaseModel):
    """Your organisation's evenings that took place. `cards`: by question, 1 what is needed, 2 what people can do."""

    evenings: int
    people: int
    named: int
    counted: int
    by_kind: dict[str, int]
    communities: list[CommunityPublic]
    people_without_language: int
    cards: dict[int, int]


@router.get("/v1/reports/round-tables", operation_id="report_round_tables", summary="Round tables in numbers")
async def report_round_tables(
    work: Annotated[Work, within("reports:read")],
    since: Annotated[Moment | None, Query(alias="from", description="Evenings that began at or after.")] = None,
    until: Annotated[Moment | None, Query(alias="to", description="Evenings that began before.")] = None,
    area: Annotated[Line | None, Query()] = None,
) -> RoundTableReport:
    """Return how many evenings there were, who came, in which language communities, and the cards they laid."""
    found = await operations.evenings(work, since=since, until=until, area=area)
    return RoundTableReport.model_validate(asdict(found))
