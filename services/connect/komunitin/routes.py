"""The facade's addresses: `/komunitin/auth`, `/komunitin/social`, `/komunitin/accounting`. None is in our contract."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse

from services.connect.komunitin import operations, schemas, tokens
from services.connect.komunitin.briefs import Brief
from services.connect.komunitin.clients import Kind
from services.connect.komunitin.jsonapi import (
    MEDIA_TYPE,
    Allowed,
    Query,
    Shape,
    asked,
    collection,
    paged,
    refuse,
    single,
)
from services.connect.komunitin.operations import Asking, Collected
from services.connect.komunitin.remembered import Memory
from services.connect.public import EDGE, Public, Refused
from services.kernel.context import Kernel
from services.kernel.edge import BASE_HEADER
from services.kernel.problems import MEDIA_TYPE as PROBLEM
from services.kernel.problems import Malformed, NotFound, Unauthenticated, Unavailable
from services.kernel.upstream import UpstreamUnavailable

_PASSED_ON = ("www-authenticate", "retry-after")
_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}


class _Translating(APIRoute):
    """A route that passes on as a problem what `/v1` refuses; the door puts it into JSON:API's words."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await answer(request)
            except Refused as refused:
                if refused.status >= 500:
                    raise UpstreamUnavailable from None
                headers = {name: value for name, value in refused.headers.items() if name in _PASSED_ON}
                return JSONResponse(dict(refused.problem), refused.status, headers, PROBLEM)

        return handle


router = APIRouter(prefix="/komunitin", route_class=_Translating, include_in_schema=False)


def _asking(request: Request) -> Asking:
    kernel: Kernel = request.app.state.kernel
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send Authorization: Bearer with a token of /komunitin/auth/token.")
    public = Public(kernel.peers.apps[EDGE], token.strip())
    base = request.headers.get(BASE_HEADER) or str(request.base_url).rstrip("/")
    memory: Memory = request.app.state.komunitin
    return Asking(public, base, kernel.clock(), memory.of(public.token))


def _paging(request: Request) -> Asking:
    """Return who asks for a collection: one that has a cursor goes on where it was."""
    return replace(_asking(request), further=request.query_params.get("page[after]", "0") not in ("", "0"))


def _asked(request: Request, allowed: Allowed) -> Query:
    return asked(request.query_params.multi_items(), allowed)


def _document(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def _address(request: Request, asking: Asking) -> str:
    return asking.base + request.url.path


def _one(request: Request, asking: Asking, shape: Shape, query: Query) -> Response:
    return _document(single(shape, query, address=_address(request, asking)))


async def _many(request: Request, asking: Asking, found: Collected | list[Brief], query: Query) -> Response:
    page = paged(found, query) if isinstance(found, list) else await found.page(asking, query)
    pairs = request.query_params.multi_items()
    return _document(collection(page, query, address=_address(request, asking), pairs=pairs))


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Malformed("The body is not valid JSON.") from None


# --- auth -----------------------------------------------------------------------------------------------------------


@router.post("/auth/token")
async def token(request: Request) -> Response:
    """Give a client an access token for what it may have of the scopes that it asks for."""
    kernel: Kernel = request.app.state.kernel
    headers = request.headers
    try:
        form = tokens.read_form(await request.body(), headers.get("content-type", ""), headers.get("authorization"))
        return JSONResponse(await tokens.obtain(kernel.peers.apps[EDGE], form), headers=_NO_STORE)
    except tokens.Refusal as refusal:
        return _refusal(refusal)
    except Unavailable:
        return _refusal(tokens.LATER)


def _refusal(refusal: tokens.Refusal) -> Response:
    told = {"www-authenticate": 'Basic realm="cando"'} if refusal.status == Unauthenticated.status else {}
    body = {"error": refusal.error, "error_description": refusal.description}
    return JSONResponse(body, refusal.status, {**_NO_STORE, **told})


# --- social: what is called by no group -----------------------------------------------------------------------------


@router.get("/social/groups")
async def groups(request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.GROUPS)
    return await _many(request, asking, await operations.groups(asking), query)


@router.get("/social/groups/{code}")
async def group_of_list(code: str, request: Request) -> Response:
    return await group(code, request)


@router.get("/social/users")
async def users(request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.USERS)
    return await _many(request, asking, await operations.users(asking, query), query)


@router.get("/social/users/{user}")
async def user(user: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.USERS)
    return _one(request, asking, await operations.user(asking, user, query), query)


@router.get("/social/users/{user}/settings")
async def user_settings(user: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.SETTINGS)
    return _one(request, asking, await operations.user_settings(asking, user), query)


# --- social: a group ------------------------------------------------------------------------------------------------


@router.get("/social/{code}")
async def group(code: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.GROUPS)
    return _one(request, asking, await operations.group(asking, code), query)


@router.get("/social/{code}/settings")
async def group_settings(code: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.SETTINGS)
    return _one(request, asking, await operations.group_settings(asking, code), query)


@router.get("/social/{code}/categories")
async def categories(code: str, request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.CATEGORIES_ASKED)
    return await _many(request, asking, await operations.categories(asking, code, query), query)


@router.get("/social/{code}/categories/{category}")
async def category(code: str, category: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.CATEGORIES_ASKED)
    return _one(request, asking, await operations.category(asking, code, category, query), query)


@router.get("/social/{code}/members")
async def members(code: str, request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.MEMBERS)
    return await _many(request, asking, await operations.members(asking, code), query)


@router.get("/social/{code}/members/{member}")
async def member(code: str, member: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.MEMBERS)
    return _one(request, asking, await operations.member(asking, code, member), query)


_LISTINGS: dict[str, tuple[Kind, ...]] = {
    "offers": ("offer",), "needs": ("need",), "posts": ("offer", "need"),
}  # fmt: skip


@router.get("/social/{code}/{listings}")
async def listings(code: str, listings: str, request: Request) -> Response:
    kinds = _kinds(listings)
    asking, query = _paging(request), _asked(request, operations.LISTINGS)
    return await _many(request, asking, await operations.listings(asking, code, query, *kinds), query)


@router.get("/social/{code}/{listings}/{listing}")
async def listing(code: str, listings: str, listing: str, request: Request) -> Response:
    kinds = _kinds(listings)
    asking, query = _asking(request), _asked(request, operations.LISTINGS)
    return _one(request, asking, await operations.listing(asking, code, listing, query, *kinds), query)


def _kinds(listings: str) -> tuple[Kind, ...]:
    if listings not in _LISTINGS:
        raise NotFound
    return _LISTINGS[listings]


# --- accounting -----------------------------------------------------------------------------------------------------


@router.get("/accounting/currencies")
async def currencies(request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.CURRENCIES)
    return await _many(request, asking, operations.fixed([await operations.currency(asking, None)]), query)


@router.get("/accounting/{code}/currency")
async def currency(code: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.CURRENCIES)
    return _one(request, asking, await operations.currency(asking, code), query)


@router.get("/accounting/{code}/currency/settings")
async def currency_settings(code: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.SETTINGS)
    return _one(request, asking, await operations.currency_settings(asking, code), query)


@router.get("/accounting/{code}/accounts")
async def accounts(code: str, request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.ACCOUNTS)
    return await _many(request, asking, await operations.accounts(asking, code), query)


@router.get("/accounting/{code}/accounts/{account}")
async def account(code: str, account: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.ACCOUNTS)
    return _one(request, asking, await operations.account(asking, code, account), query)


@router.get("/accounting/{code}/accounts/{account}/settings")
async def account_settings(code: str, account: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.SETTINGS)
    return _one(request, asking, await operations.account_settings(asking, code, account), query)


@router.get("/accounting/{code}/stats/transfers")
@router.get("/accounting/{code}/stats/accounts")
async def statistics(code: str, request: Request) -> Response:
    """Show one number for the time `from` … `to`: `interval` is not read."""
    said = request.query_params
    times = [(f"filter[{name}]", said[name]) for name in ("from", "to") if said.get(name)]
    least = said.get("minTransactions") or "0"
    if not (least.isascii() and least.isdigit() and len(least) < 7):
        refuse("minTransactions", "must be a number")
    asking, query = _asking(request), asked(times, operations.TRANSFERS)
    accounts = request.url.path.endswith("/accounts")
    found = await operations.counted(asking, code, query, accounts=accounts, least=int(least))
    return _one(request, asking, found, query)


@router.get("/accounting/{code}/transfers")
async def transfers(code: str, request: Request) -> Response:
    asking, query = _paging(request), _asked(request, operations.TRANSFERS)
    return await _many(request, asking, await operations.transfers(asking, code, query), query)


@router.post("/accounting/{code}/transfers")
async def make_transfer(code: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.TRANSFERS)
    wanted = schemas.new_transfer(await _body(request))
    made = await operations.make_transfer(asking, code, wanted, key=request.headers.get("idempotency-key"))
    address = made.body["links"]["self"]
    return _document(single(made, query, address=address), 201, {"location": address})


@router.get("/accounting/{code}/transfers/{transfer}")
async def transfer(code: str, transfer: str, request: Request) -> Response:
    asking, query = _asking(request), _asked(request, operations.TRANSFERS)
    return _one(request, asking, await operations.transfer(asking, code, transfer), query)


@router.patch("/accounting/{code}/transfers/{transfer}")
async def change_transfer(code: str, transfer: str, request: Request) -> Response:
    """Show a transfer that is to be `committed`, which it is; nothing else can be done with it."""
    asking, query = _asking(request), _asked(request, operations.TRANSFERS)
    found = await operations.transfer(asking, code, transfer)
    schemas.committed(await _body(request))
    return _one(request, asking, found, query)
