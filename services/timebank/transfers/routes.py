"""The addresses of transfers."""

from collections.abc import Collection, Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from services.kernel.external_ids import AskedSystem, AskedValue, asked
from services.kernel.fields import Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.timebank.accounts import operations as accounts
from services.timebank.domain import Kind, check_idempotency_key
from services.timebank.models import Transfer
from services.timebank.transfers import operations
from services.timebank.transfers.schemas import Reversal, TransferCreate, TransferPublic

router = APIRouter(route_class=WorkRoute, tags=["transfers"])

Reading = Annotated[Work, within("timebank:read")]
Writing = Annotated[Work, within("timebank:write")]
Key = Annotated[str | None, Header(alias="Idempotency-Key", include_in_schema=False)]
_KEY_REQUIRED = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "A fresh one for each transfer or reversal; the same one when you repeat it.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        }
    ]
}


def shown(transfer: Transfer, silent: Collection[UUID] = ()) -> TransferPublic:
    """Return a transfer as it is answered: between `silent` accounts without its words."""
    withheld = transfer.from_account in silent or transfer.to_account in silent
    whole = TransferPublic.model_validate({**transfer.model_dump(), "withheld": withheld})
    return whole.model_copy(update={"reason": ""}) if withheld else whole


async def _silent(work: Work, transfers: Iterable[Transfer]) -> Collection[UUID]:
    return await accounts.silent(work, {one for it in transfers for one in (it.from_account, it.to_account)})


def _made(response: Response, transfer: Transfer) -> TransferPublic:
    tag(response, transfer.version, f"/v1/transfers/{transfer.id}")
    return shown(transfer)


@router.post(
    "/v1/transfers",
    status_code=201,
    operation_id="make_transfer",
    summary="Transfer hours",
    openapi_extra=_KEY_REQUIRED,
)
async def make_transfer(body: TransferCreate, work: Writing, response: Response, key: Key = None) -> TransferPublic:
    """Move hours from an account that the caller's organisation keeps to any open account."""
    check_idempotency_key(key)
    transfer = await operations.transfer(
        work,
        payer=body.from_account,
        payee=body.to_account,
        seconds=body.seconds,
        reason=body.reason,
        kind=body.kind,
        names=body.external_ids,
    )
    return _made(response, transfer)


@router.get("/v1/transfers", operation_id="list_transfers", summary="List transfers")
async def list_transfers(
    request: Request,
    response: Response,
    work: Reading,
    limit: Limit = 50,
    cursor: Cursor = None,
    account_id: UUID | None = None,
    kind: Kind | None = None,
    match_id: UUID | None = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    system: AskedSystem = None,
    value: AskedValue = None,
) -> Page[TransferPublic]:
    """List the transfers that touch an account which the caller may see."""
    found = await operations.list_transfers(
        work,
        account=account_id,
        kind=kind,
        match=match_id,
        updated_after=updated_after,
        ids=these(ids),
        name=asked(system, value),
        after=decode(cursor, UUID)[0] if cursor else None,
        limit=limit + 1,
    )
    rows, following = cut(found, limit, lambda transfer: encode(transfer.id))
    link_next(request, response, following)
    silent = await _silent(work, rows)
    return Page(items=[shown(transfer, silent) for transfer in rows], next=following)


@router.get("/v1/transfers/{transfer_id}", operation_id="read_transfer", summary="Read a transfer")
async def read_transfer(transfer_id: UUID, work: Reading, response: Response) -> TransferPublic:
    """Return one transfer."""
    transfer = await operations.read_transfer(work, transfer_id)
    tag(response, transfer.version)
    return shown(transfer, await _silent(work, [transfer]))


@router.post(
    "/v1/transfers/{transfer_id}:reverse",
    status_code=201,
    operation_id="reverse_transfer",
    summary="Give a transfer back",
    openapi_extra=_KEY_REQUIRED,
)
async def reverse_transfer(
    transfer_id: UUID, body: Reversal, work: Writing, response: Response, if_match: IfMatch = None, key: Key = None
) -> TransferPublic:
    """Give a transfer back in full, once. The account that received it must be the caller's to spend from."""
    check_idempotency_key(key)
    return _made(response, await operations.reverse(work, transfer_id, reason=body.reason, if_match=if_match))
