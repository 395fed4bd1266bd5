"""What the desk answers to anybody: tokens, keys, health, the contract, the docs, the catalogue of problems.

Also the merged feed, which needs a caller but belongs to no table of the desk.
"""

import asyncio
import hmac
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, Security
from starlette.responses import HTMLResponse, JSONResponse

from gateway import contract, dialects, docs, exchange, feed
from gateway.credentials import Mint
from gateway.exchange import App, OAuthError
from gateway.routing import CONTRACT_PATH
from gateway.schemas import OAuthErrorBody, ServiceToken, ServiceTokenWanted, TokenAnswer
from gateway.settings import Settings
from gateway.signing import SERVICE_TOKEN_SECONDS, Signer
from services.kernel.app import NAMES
from services.kernel.caller import JWKS_PATH, Caller, authenticate, external_token
from services.kernel.context import Kernel
from services.kernel.edge import BASE_HEADER
from services.kernel.events import After, Feed, Most, Wait
from services.kernel.peers import TOKEN_PATH
from services.kernel.problems import BASE, NotFound, Unauthenticated, Unavailable, every_problem
from services.kernel.readiness import Glance
from services.kernel.secrets import derived
from services.kernel.upstream import call

CATALOGUE = Path(__file__).parent / "problems.json"
_READY_TIMEOUT = 2.0
_MOST_MADE = 8
_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
_FORM: dict[str, Any] = {"type": "string", "minLength": 1}
_CLIENT = {"client_id": _FORM, "client_secret": _FORM}
_WANTED = {
    **_CLIENT,
    "grant_type": {"type": "string", "enum": ["client_credentials", exchange.EXCHANGE]},
    "scope": {**_FORM, "description": "Some of the scopes, separated by spaces; without it, all."},
    "subject_token": {
        **_FORM,
        "description": "Token exchange: the id of the member of staff or the participant; or, with"
        " `id_token` or `jwt` for a type, the token that a member of staff got where she signed in.",
    },
    "subject_token_type": {
        "type": "string",
        "enum": [exchange.STAFF, exchange.PERSON, exchange.ID_TOKEN, exchange.JWT],
    },
    "requested_token_type": {"type": "string", "enum": [exchange.ACCESS_TOKEN]},
    "on_behalf_of": {**_FORM, "description": "For staff: the participant on whose behalf they act."},
}

_LATER = OAuthError("temporarily_unavailable", "Something this needs does not answer.", Unavailable.status)

router = APIRouter(include_in_schema=False)
oauth = APIRouter(tags=["oauth"])


# --- tokens --------------------------------------------------------------------------------------------------------


def _form(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": OAuthErrorBody, "description": "The request for a token is wrong"},
    401: {"model": OAuthErrorBody, "description": "Unknown client, or wrong secret"},
    503: {"model": OAuthErrorBody, "description": "The directory, or the identity provider, does not answer"},
}


async def _asking(request: Request) -> tuple[dict[str, str], App]:
    form = exchange.fields_of(await request.body(), request.headers.get("content-type", ""))
    client_id, secret = exchange.credentials_of(request.headers.get("authorization", ""), form)
    state = request.app.state
    return form, await exchange.authenticate(state.kernel, state.mint, client_id=client_id, secret=secret)


def _refusal(error: OAuthError) -> Response:
    headers = {**_NO_STORE, **({"www-authenticate": 'Basic realm="cando"'} if error.status == 401 else {})}
    return JSONResponse({"error": error.error, "error_description": error.description}, error.status, headers)


@oauth.post("/oauth/token", operation_id="obtain_token", summary="Obtain an access token", response_model=TokenAnswer,
            response_model_exclude_none=True, responses=_ERRORS,
            openapi_extra=_form(_WANTED, ["grant_type"]))  # fmt: skip
async def obtain_token(request: Request) -> Response:
    """Client credentials (RFC 6749), or token exchange (RFC 8693) for a member of staff or a person.

    The client authenticates by HTTP Basic or by the form. The token is opaque and lives for 15 minutes at the most.
    """
    settings: Settings = request.app.state.kernel.settings
    mint: Mint = request.app.state.mint
    try:
        form, app = await _asking(request)
        state = request.app.state
        issued = await exchange.issue(state.kernel, mint, state.sign_ins, app, form, seconds=settings.token_seconds)
    except OAuthError as error:
        return _refusal(error)
    except Unavailable:
        return _refusal(_LATER)
    answer = {
        "access_token": issued.text, "token_type": "Bearer", "expires_in": issued.seconds,
        "scope": " ".join(sorted(issued.scopes)),
    }  # fmt: skip
    if form["grant_type"] == exchange.EXCHANGE:
        answer["issued_token_type"] = exchange.ACCESS_TOKEN
    return JSONResponse(answer, headers=_NO_STORE)


@oauth.post("/oauth/revoke", operation_id="revoke_token", summary="Revoke an access token", responses=_ERRORS,
            openapi_extra=_form({**_CLIENT, "token": _FORM, "token_type_hint": _FORM}, ["token"]))  # fmt: skip
async def revoke_token(request: Request) -> Response:
    """End one of the client's tokens at once (RFC 7009). A token that is not known is answered alike."""
    try:
        form, app = await _asking(request)
        if "token" not in form:
            raise OAuthError("invalid_request", "token is missing.")
        await exchange.revoke(request.app.state.kernel, request.app.state.mint, app, token=form["token"])
    except OAuthError as error:
        return _refusal(error)
    except Unavailable:
        return _refusal(_LATER)
    return JSONResponse({}, headers=_NO_STORE)


@router.get(JWKS_PATH)
async def keys(request: Request) -> dict[str, Any]:
    signer: Signer = request.app.state.signer
    return await signer.jwks()


@router.post(TOKEN_PATH)
async def service_token(request: Request, wanted: ServiceTokenWanted) -> ServiceToken:
    """Give a service a token of its own, for what it shows: the secret that is derived for its name."""
    settings: Settings = request.app.state.kernel.settings
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    expected = derived(settings.secret, f"service:{wanted.service}")
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), expected.encode()):
        raise Unauthenticated
    caller = Caller(
        kind="service", subject=wanted.service, client=wanted.service, scopes=frozenset({"internal"}),
        tenant=wanted.tenant, on_behalf_of=wanted.on_behalf_of, purpose=wanted.purpose,
    )  # fmt: skip
    token = await request.app.state.signer.sign(caller, seconds=SERVICE_TOKEN_SECONDS)
    return ServiceToken(token=token, expires_in=SERVICE_TOKEN_SECONDS)


# --- the merged feed -----------------------------------------------------------------------------------------------


@router.get("/v1/events")
async def follow_everything(
    request: Request,
    caller: Annotated[Caller, Security(authenticate, scopes=["events:read"])],
    _: Annotated[str | None, Depends(external_token)],
    after: After = "",
    wait: Wait = 0,
    limit: Most = 100,
) -> Feed:
    """Stands before the kernel's route of the same address, whose contract it keeps; that one is in the document."""
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    kernel: Kernel = request.app.state.kernel
    signer: Signer = request.app.state.signer

    async def token() -> str:
        return await signer.sign(caller)

    sources = {name: feed.neighbour(kernel, name, token=token) for name in NAMES}
    sources["gateway"] = feed.own(kernel, tenant=caller.tenant, organisation=caller.organisation)
    return await feed.follow(sources, after=after, wait=wait, limit=limit)


# --- health, contract, docs ----------------------------------------------------------------------------------------


@router.get("/")
async def welcome() -> dict[str, Any]:
    links = {"docs": "/docs", "contract": "/openapi.json", "token": "/oauth/token", "health": "/health"}
    return {"name": "Cando", "links": links}


@router.get("/ready")
async def ready(request: Request) -> dict[str, Any]:
    """Say whether everything behind the edge is ready to answer; name what is not."""
    if not hasattr(request.app.state, "glance"):
        request.app.state.glance = Glance(partial(_states, request.app.state.kernel))
    states: dict[str, str] = await request.app.state.glance()
    missing = [name for name, state in states.items() if state != "ready"]
    if missing:
        raise Unavailable(f"Not ready: {', '.join(missing)}.", services=states)
    return {"status": "ready", "services": states}


async def _states(kernel: Kernel) -> dict[str, str]:
    answers = await asyncio.gather(_database_answers(kernel), *(_is_ready(kernel, name) for name in NAMES))
    return {name: "ready" if ok else "not ready" for name, ok in zip(("gateway", *NAMES), answers, strict=True)}


async def _database_answers(kernel: Kernel) -> bool:
    try:
        async with asyncio.timeout(_READY_TIMEOUT):
            await kernel.database.ping()
    except Exception:
        return False
    return True


async def _is_ready(kernel: Kernel, name: str) -> bool:
    try:
        return (await call(kernel.peers.apps[name], "GET", "/ready", timeout=_READY_TIMEOUT)).status == 200
    except Unavailable:
        return False


def _built(request: Request, dialect: str = "", *, at: str = "") -> contract.Document:
    """Return the contract as built (before it was first built: the desk's own part of it), as it is served `at`."""
    document = contract.built(dialect)
    if document is None:
        document = contract.merge([request.app.openapi()])
        document = dialects.older(document) if dialect else document
        document = dialects.oldest(document) if dialect == "2.0" else document
    return dialects.at(document, at)


def _made_once(request: Request, name: str, make: Callable[[], bytes]) -> bytes:
    """Return what is large and always the same: made when first asked for."""
    state = request.app.state
    if not hasattr(state, "made_once"):
        state.made_once = {}
    made: dict[str, bytes] = state.made_once
    if name not in made:
        if len(made) >= _MOST_MADE:  # names hold what the asker calls us
            made.clear()
        made[name] = make()
    return made[name]


def _contract(request: Request, dialect: str = "") -> Response:
    at: str = request.app.state.kernel.settings.public_url
    if dialect == "2.0":  # it cannot name the address of tokens but in full
        at = request.headers.get(BASE_HEADER, at)
    name = f"openapi {dialect} {at}"
    text = _made_once(request, name, lambda: bytes(JSONResponse(_built(request, dialect, at=at)).body))
    return Response(text, media_type="application/json")


@router.get(CONTRACT_PATH)
async def openapi(request: Request) -> Response:
    return _contract(request)


@router.get("/openapi-3.0.json")
async def older_openapi(request: Request) -> Response:
    return _contract(request, "3.0")


@router.get("/openapi-2.0.json")
async def oldest_openapi(request: Request) -> Response:
    return _contract(request, "2.0")


@router.get("/docs")
async def docs_page(request: Request) -> Response:
    page = _made_once(request, "docs", lambda: docs.page(_built(request)).encode())
    return HTMLResponse(page, headers={"content-security-policy": docs.SECURITY_POLICY})


@router.get("/docs/style.css")
async def docs_style() -> Response:
    return Response(docs.STYLE, media_type="text/css")


@router.get("/problems")
async def problems() -> dict[str, Any]:
    return {"items": list(_catalogue().values())}


@router.get("/problems/{slug}")
async def problem(slug: str) -> dict[str, Any]:
    """Show what a problem's `type` leads to."""
    try:
        return _catalogue()[slug]
    except KeyError:
        raise NotFound from None


def _catalogue() -> dict[str, dict[str, Any]]:
    """Return every problem by slug: those built for all services, and those of this process."""
    built = json.loads(CATALOGUE.read_text(encoding="utf-8")) if CATALOGUE.exists() else []
    loaded = [{"type": BASE + one.slug, "title": one.title, "status": one.status} for one in every_problem()]
    return {one["type"].removeprefix(BASE): one for one in sorted([*built, *loaded], key=lambda one: str(one["type"]))}
