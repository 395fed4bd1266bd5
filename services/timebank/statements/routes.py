"""The address of statements, as JSON in pages or whole as CSV."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.fields import Moment
from services.kernel.paging import Cursor, Limit, cut, decode, encode, link_next, when
from services.kernel.problems import Invalid
from services.kernel.work import Work, WorkRoute, within
from services.timebank.statements import operations, sheet
from services.timebank.statements.operations import Found
from services.timebank.statements.schemas import Participation, Statement, StatementLine

router = APIRouter(route_class=WorkRoute, tags=["accounts"])

Reading = Annotated[Work, within("timebank:read")]
Since = Annotated[Moment | None, Query(alias="from", description="Included; absent: the beginning.")]
Until = Annotated[Moment | None, Query(alias="to", description="Not included; absent: now.")]
Format = Annotated[
    Literal["json", "csv"] | None, Query(alias="format", description="As `Accept` says, unless it is given.")
]
MOST_ON_A_SHEET = 10_000
_SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


@router.get(
    "/v1/accounts/{account_id}/statement",
    operation_id="read_statement",
    summary="Read what happened on an account",
    response_model=Statement,
    responses=_SHEET,
)
async def read_statement(
    account_id: UUID,
    request: Request,
    response: Response,
    work: Reading,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    form: Format = None,
) -> Any:
    """Return opening balance, lines, closing balance, totals and how often the account took part.

    As CSV it comes whole, up to 10,000 lines.
    """
    if _is_csv(request, form):
        whole = await operations.read_statement(
            work, account_id, since=since, until=until, after=None, limit=MOST_ON_A_SHEET + 1
        )
        return _csv(whole)
    after = decode(cursor, when, UUID) if cursor else None
    found = await operations.read_statement(
        work, account_id, since=since, until=until, after=(after[0], after[1]) if after else None, limit=limit + 1
    )
    rows, following = cut(found.lines, limit, lambda line: encode(line.at.isoformat(), line.transfer_id))
    link_next(request, response, following)
    response.headers["vary"] = "Accept"
    return _shown(account_id, found, rows, following)


def _is_csv(request: Request, form: str | None) -> bool:
    return form == "csv" or (form is None and request.headers.get("accept", "").startswith("text/csv"))


def _csv(whole: Found) -> Response:
    if len(whole.lines) > MOST_ON_A_SHEET:
        raise Invalid.field("/from", f"covers more than {MOST_ON_A_SHEET} lines: ask for less time", source="query")
    headers = {"Content-Disposition": 'attachment; filename="statement.csv"', "Vary": "Accept"}
    return Response(sheet.written(whole), media_type="text/csv", headers=headers)


def _shown(account_id: UUID, found: Found, rows: Any, following: str | None) -> Statement:
    return Statement(
        account_id=account_id,
        opening_seconds=found.opening,
        closing_seconds=found.closing,
        given_seconds=found.totals.given_seconds,
        received_seconds=found.totals.received_seconds,
        participation=Participation.model_validate(found.totals, from_attributes=True),
        items=[StatementLine.model_validate(line, from_attributes=True) for line in rows],
        next=following,
    )
