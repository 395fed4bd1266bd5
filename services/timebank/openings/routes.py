"""The address of the import of accounts: a JSON object a line, there and back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from pydantic import BaseModel, ValidationError

from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.context import Kernel
from services.kernel.fields import Line
from services.kernel.incoming.media import MEDIA, check_media
from services.kernel.incoming.results import because
from services.kernel.problems import Invalid, TooLarge, Unauthenticated, field_errors
from services.kernel.work import Work
from services.timebank.accounts.schemas import limits_in
from services.timebank.domain import MANAGE, Owner
from services.timebank.openings import operations
from services.timebank.openings.domain import LONGEST_LINE, MOST_LINES, Result, Unread, Wanted
from services.timebank.openings.schemas import AccountLine, AccountLineResult, AccountsSummary

router = APIRouter(tags=["accounts"])

_EXAMPLE = (
    '{"id": "17", "data": {"owner": {"kind": "participant", "id": "0198c3d2-7a10-7c4e-9d2f-3b1f0f6f2a11"},'
    ' "opening_seconds": 12600}}\n'
)
_TEXT: dict[str, Any] = {"schema": {"type": "string"}}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {MEDIA: {**_TEXT, "example": _EXAMPLE}}}}
_ANSWER = (
    f"A line for each line, each a JSON object (`{AccountLineResult.__name__}`: `line`, `id`, `outcome`, and as it"
    " applies `resource_id`, `transfer_id`, `problem`); the last line is"
    f' `{{"summary": …}}` (`{AccountsSummary.__name__}`).'
)


@router.post(
    "/v1/accounts:import",
    operation_id="import_accounts",
    summary="Bring in accounts with their opening balances (NDJSON)",
    openapi_extra=_BODY,
    response_class=Response,
    responses={200: {"description": _ANSWER, "content": {MEDIA: _TEXT}}},
)
async def import_accounts(
    request: Request,
    caller: Annotated[Caller, Security(authenticate, scopes=[MANAGE])],
    _: Annotated[str | None, Depends(external_token)],
    system: Annotated[Line, Query(description="The system whose ids these are.", examples=["hours-book"])],
    dry_run: Annotated[bool, Query(description="Say what would become of it, and change nothing.")] = False,
) -> Response:
    """Take up to 1,000 lines (empty ones count), an account each; a line stands or falls by itself.

    The same lines again change nothing. Opening balances are posted once, against the community's account, which may
    go below zero for them. An `Idempotency-Key` is not needed and not looked at: sent again, the lines are taken again.
    """
    check_media(request)
    content = (await request.body()).rstrip(b"\r\n")
    if content.count(b"\n") >= MOST_LINES:  # before they are taken apart: they might be millions
        raise TooLarge(f"At most {MOST_LINES} lines at once.")
    numbered = list(_numbered(content))
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    lines = [_wanted(caller.tenant, line) for _, line in numbered]
    results = await _bring_in(request.app.state.kernel, caller, caller.tenant, system, lines, dry_run=dry_run)
    return Response(_written([number for number, _ in numbered], results, dry_run=dry_run), media_type=MEDIA)


async def _bring_in(
    kernel: Kernel, caller: Caller, tenant: UUID, system: str, lines: list[Wanted | Unread], *, dry_run: bool
) -> list[Result]:
    """Bring the lines in; they are committed when this returns, before a byte is answered."""
    async with kernel.database.transaction(tenant) as session:
        work = Work(kernel, session, caller, tenant, kernel.clock())
        return await operations.bring_in(work, system=system, lines=lines, dry_run=dry_run)


def _numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _wanted(tenant: UUID, line: bytes) -> Wanted | Unread:
    if len(line) > LONGEST_LINE:
        return Unread(TooLarge(f"At most {LONGEST_LINE} bytes a line."))
    try:
        read = AccountLine.model_validate_json(line)
    except ValidationError as error:
        wrong = field_errors(error.errors(), source="body")
        return Unread(Invalid("The line is not as it should be.", errors=wrong))
    owner = Owner(read.data.owner.kind, read.data.owner.id or tenant)
    return Wanted(read.id, owner, read.data.opening_seconds, limits_in(read.data))


def _written(numbers: Sequence[int], results: Sequence[Result], *, dry_run: bool) -> str:
    counts: Counter[str] = Counter(one.outcome for one in results)
    lines = [_json(_shown(number, one)) for number, one in zip(numbers, results, strict=True)]
    summary = AccountsSummary(lines=len(lines), **counts, dry_run=dry_run)
    return "".join(f"{line}\n" for line in (*lines, f'{{"summary":{summary.model_dump_json()}}}'))


def _shown(number: int, result: Result) -> AccountLineResult:
    return AccountLineResult.model_validate({
        "line": number, "id": result.name, "outcome": result.outcome, "resource_id": result.account,
        "transfer_id": result.transfer, "problem": None if result.problem is None else because(result.problem),
    })  # fmt: skip


def _json(shown: BaseModel) -> str:
    return shown.model_dump_json(exclude_none=True)
