"""The addresses of accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.kernel.external_ids import AskedSystem, AskedValue, asked
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within
from services.timebank.accounts import operations
from services.timebank.accounts.schemas import (
    AccountCreate,
    AccountOwner,
    AccountPublic,
    AccountPut,
    AccountState,
    AccountUpdate,
    OwnerPublic,
    limits_in,
)
from services.timebank.domain import Alert, Owner, OwnerKind, available
from services.timebank.models import Account

router = APIRouter(route_class=WorkRoute, tags=["accounts"])

Reading = Annotated[Work, within("timebank:read")]
Writing = Annotated[Work, within("timebank:write")]


def shown(account: Account) -> AccountPublic:
    """Return an account as it is answered."""
    owner = {"kind": account.owner_kind, "id": account.owner_id}
    return AccountPublic.model_validate(
        {**account.model_dump(), "owner": OwnerPublic.model_validate(owner), "available_seconds": available(account)}
    )


def _answer(response: Response, account: Account) -> AccountPublic:
    tag(response, account.version)
    response.headers["content-location"] = _path(account)
    return shown(account)


def _path(account: Account) -> str:
    return f"/v1/accounts/{account.id}"


def _owner(work: Work, owner: AccountOwner) -> Owner:
    return Owner(owner.kind, owner.id or work.tenant)


@router.post("/v1/accounts", status_code=201, operation_id="open_account", summary="Open somebody's account")
async def open_account(body: AccountCreate, work: Writing, response: Response) -> AccountPublic:
    """Open an account; it is held by the caller's organisation."""
    account = await operations.open_account(
        work, owner=_owner(work, body.owner), limits=limits_in(body), names=body.external_ids
    )
    tag(response, account.version, _path(account))
    return shown(account)


@router.get("/v1/accounts", operation_id="list_accounts", summary="List accounts")
async def list_accounts(
    request: Request,
    response: Response,
    work: Reading,
    limit: Limit = 50,
    cursor: Cursor = None,
    owner_kind: OwnerKind | None = None,
    owner_id: UUID | None = None,
    state: AccountState | None = None,
    alert: Annotated[Alert | None, Query(description="Those that are low, or hoard.")] = None,
    updated_after: Moment | None = None,
    ids: TheseIds = None,
    system: AskedSystem = None,
    value: AskedValue = None,
) -> Page[AccountPublic]:
    """List the accounts that the caller's organisation holds or owns; a person sees her own."""
    found = await operations.list_accounts(
        work,
        owner_kind=owner_kind,
        owner_id=owner_id,
        state=state,
        alert=alert,
        updated_after=updated_after,
        ids=these(ids),
        name=asked(system, value),
        after=decode(cursor, UUID)[0] if cursor else None,
        limit=limit + 1,
    )
    rows, following = cut(found, limit, lambda account: encode(account.id))
    link_next(request, response, following)
    return Page(items=[shown(account) for account in rows], next=following)


@router.put(
    "/v1/accounts/by-external-id",
    operation_id="upsert_account",
    summary="Open or change the account that another system knows",
    responses={201: {"model": AccountPublic, "description": "Opened"}},
)
async def put_account(
    body: AccountPut,
    work: Writing,
    response: Response,
    system: Annotated[Line, Query()],
    value: Annotated[Line, Query()],
) -> AccountPublic:
    """Open the account, or change it; putting the same again changes nothing."""
    account, new = await operations.put_account(
        work,
        name=ExternalId(system=system, value=value),
        owner=_owner(work, body.owner),
        limits=limits_in(body),
        names=body.external_ids,
    )
    if new:
        response.status_code = 201
        response.headers["location"] = _path(account)
    return _answer(response, account)


@router.get("/v1/accounts/{account_id}", operation_id="read_account", summary="Read an account")
async def read_account(account_id: UUID, work: Reading, response: Response) -> AccountPublic:
    """Return one account with its balance."""
    account = await operations.read_account(work, account_id)
    tag(response, account.version)
    return shown(account)


@router.patch("/v1/accounts/{account_id}", operation_id="change_account", summary="Change an account's limits or names")
async def change_account(
    account_id: UUID, body: AccountUpdate, work: Writing, response: Response, if_match: IfMatch = None
) -> AccountPublic:
    """Change how far the account may go below zero, how much it may hold, when it alerts, or its external ids."""
    account = await operations.change_account(
        work,
        account_id,
        limits=limits_in(body),
        names=body.external_ids if "external_ids" in body.model_fields_set else None,
        if_match=if_match,
    )
    return _answer(response, account)


@router.post("/v1/accounts/{account_id}:close", operation_id="close_account", summary="Close an empty account")
async def close_account(account_id: UUID, work: Writing, response: Response, if_match: IfMatch = None) -> AccountPublic:
    """Close an account that is at zero and that no match counts on."""
    return _answer(response, await operations.close_account(work, account_id, if_match=if_match))
