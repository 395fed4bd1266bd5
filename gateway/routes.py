"""HTTP to the desk's operations and back: tenants, clients, staff."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from sqlalchemy.ext.asyncio import AsyncSession

from gateway import operations, repository
from gateway.bootstrap import NAME as BOOTSTRAP
from gateway.credentials import Mint
from gateway.models import Staff, Tenant
from gateway.schemas import (
    ClientPublic,
    ClientWithSecret,
    NewClient,
    NewSecret,
    NewStaff,
    NewTenant,
    StaffPublic,
    StaffUpsert,
    TenantPublic,
    shown_client,
)
from services.kernel import ids as made
from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.context import Kernel
from services.kernel.fields import ExternalId, Line, Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.problems import MEDIA_TYPE, Invalid, NotFound, Unauthenticated
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

MANAGE = "clients:write"
_open_work = within(MANAGE).dependency
"""What `within` runs; here it is run with the tenant filled in that the bootstrap key names."""

NamedTenant = Annotated[UUID | None, Query(description="For the bootstrap key, which has no tenant of its own.")]
_Token = Annotated[str | None, Depends(external_token)]
_Caller = Annotated[Caller, Security(authenticate)]

tenants = APIRouter(route_class=WorkRoute, tags=["tenants"])
clients = APIRouter(route_class=WorkRoute, tags=["clients"])
staff = APIRouter(route_class=WorkRoute, tags=["staff"])


def _mint(request: Request) -> Mint:
    mint: Mint = request.app.state.mint
    return mint


async def _open(request: Request, caller: Caller, tenant_id: UUID | None) -> Work:
    if caller.tenant is None and tenant_id is None:
        raise Invalid.field("/tenant_id", "must be named with the bootstrap key", source="query")
    if caller.tenant is not None and tenant_id not in (None, caller.tenant):
        raise NotFound
    work: Work = await _open_work(request, replace(caller, tenant=caller.tenant or tenant_id), None)
    if caller.tenant is None and await repository.tenant(work.session, id=work.tenant) is None:
        raise NotFound
    return work


async def _manage(request: Request, caller: _Caller, _: _Token, tenant_id: NamedTenant = None) -> Work:
    return await _open(request, caller, tenant_id)


async def _manage_in(request: Request, body: NewClient, caller: _Caller, _: _Token) -> tuple[NewClient, Work]:
    """Open the work of the tenant that the body names. Returns the body too: read twice, its errors would double."""
    return body, await _open(request, caller, body.tenant_id)


async def _found(request: Request, caller: _Caller, _: _Token) -> Work:
    """Open the work of a tenant that does not exist yet."""
    if caller.subject != BOOTSTRAP:
        raise Unauthenticated
    kernel: Kernel = request.app.state.kernel
    now = kernel.clock()
    tenant = made.new_id(now)
    session = await request.state.stack.enter_async_context(kernel.database.transaction(tenant))
    return Work(kernel, session, caller, tenant, now)


async def _look_up(request: Request, caller: _Caller, _: _Token) -> AsyncSession:
    """Open a reading of the caller's own tenant; for the bootstrap key, of the whole register."""
    kernel: Kernel = request.app.state.kernel
    session: AsyncSession = await request.state.stack.enter_async_context(kernel.database.transaction(caller.tenant))
    if caller.subject == BOOTSTRAP and caller.tenant is None:
        await repository.open_register(session)
    return session


_Founding = Annotated[Work, Security(_found, scopes=["tenants:write"])]
Managing = Annotated[Work, Security(_manage, scopes=[MANAGE])]
_ManagingIn = Annotated[tuple[NewClient, Work], Security(_manage_in, scopes=[MANAGE])]
_Minting = Annotated[Mint, Depends(_mint)]
_Reading = Annotated[AsyncSession, Depends(_look_up)]
UNKNOWN_TENANT: dict[int | str, dict[str, Any]] = {404: {
    "description": "Not found", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}}  # fmt: skip
_Organisation = Annotated[UUID | None, Query()]
_Since = Annotated[Moment | None, Query()]


def address(work: Work, path: str) -> str:
    """Return where something is; for the bootstrap key the address names the tenant."""
    return f"{path}?tenant_id={work.tenant}" if work.caller.subject == BOOTSTRAP else path


def paged(request: Request, response: Response, found: Any, limit: int, id_of: Any) -> tuple[Any, str | None]:
    """Cut what was found to a page; return it and the cursor of the next."""
    rows, following = cut(found, limit, lambda row: encode(id_of(row)))
    link_next(request, response, following)
    return rows, following


def after_id(cursor: str | None) -> UUID | None:
    """Return the id behind a cursor. Raises Invalid for a text that is none."""
    return decode(cursor, UUID)[0] if cursor else None


# --- tenants -------------------------------------------------------------------------------------------------------


@tenants.post("/v1/tenants", operation_id="create_tenant", summary="Create a tenant", status_code=201,
              response_model=TenantPublic)  # fmt: skip
async def create_tenant(body: NewTenant, work: _Founding, response: Response) -> Tenant:
    """Create a neighbourhood partnership and its founding organisation; for the bootstrap key alone.

    Sent again it is refused by its slug (`slug-taken`); an `Idempotency-Key` is not needed here and has no effect.
    """
    described = body.model_dump(include={"slug", "name", "default_language", "time_zone"})
    tenant = await operations.create_tenant(work, organisation=body.organisation.name, **described)
    tag(response, tenant.version, f"/v1/tenants/{tenant.id}")
    return tenant


@tenants.get("/v1/tenants", operation_id="list_tenants", summary="List tenants")
async def list_tenants(
    request: Request, response: Response, session: _Reading, cursor: Cursor = None, limit: Limit = 50
) -> Page[TenantPublic]:
    """Show the caller's own tenant; to the bootstrap key, all."""
    found = await repository.tenants(session, after=after_id(cursor), limit=limit)
    rows, following = paged(request, response, found, limit, lambda row: row.id)
    return Page(items=[TenantPublic.model_validate(row) for row in rows], next=following)


@tenants.get(
    "/v1/tenants/{tenant_id}", operation_id="read_tenant", summary="Read a tenant", response_model=TenantPublic
)
async def get_tenant(tenant_id: UUID, session: _Reading, response: Response) -> Tenant:
    tenant = await repository.tenant(session, id=tenant_id)
    if tenant is None:
        raise NotFound
    tag(response, tenant.version)
    return tenant


# --- clients -------------------------------------------------------------------------------------------------------


@clients.post("/v1/clients", operation_id="create_client", summary="Create a client", status_code=201,
              response_model=ClientWithSecret)  # fmt: skip
async def create_client(asked: _ManagingIn, mint: _Minting, response: Response) -> dict[str, Any]:
    """Create an app that acts for an organisation. Its secret is shown now and never again, not on a replay either."""
    body, work = asked
    client, secret, minted = await operations.create_client(
        work, mint=mint, organisation_id=body.organisation_id, name=body.name, scopes=body.scopes
    )
    tag(response, client.version, address(work, f"/v1/clients/{client.id}"))
    return shown_client(client, [secret], client_id=client.id, client_secret=minted.text)


@clients.get("/v1/clients", operation_id="list_clients", summary="List clients", responses=UNKNOWN_TENANT)
async def list_clients(
    request: Request, response: Response, work: Managing, cursor: Cursor = None, limit: Limit = 50,
    organisation_id: _Organisation = None, updated_after: _Since = None, ids: TheseIds = None,
) -> Page[ClientPublic]:  # fmt: skip
    found = await operations.list_clients(
        work,
        organisation=organisation_id,
        updated_after=updated_after,
        ids=these(ids),
        after=after_id(cursor),
        limit=limit,
    )
    rows, following = paged(request, response, found, limit, lambda row: row[0].id)
    return Page(items=[ClientPublic.model_validate(shown_client(*row)) for row in rows], next=following)


@clients.get(
    "/v1/clients/{client_id}", operation_id="read_client", summary="Read a client", response_model=ClientPublic
)
async def get_client(client_id: UUID, work: Managing, response: Response) -> dict[str, Any]:
    client, secrets = await operations.get_client(work, id=client_id)
    tag(response, client.version)
    return shown_client(client, secrets)


@clients.delete("/v1/clients/{client_id}", operation_id="delete_client", summary="Revoke a client", status_code=204)
async def delete_client(client_id: UUID, work: Managing, if_match: IfMatch = None) -> None:
    """Revoke a client with its secrets and its tokens, at once and everywhere."""
    await operations.delete_client(work, id=client_id, if_match=if_match)


@clients.post("/v1/clients/{client_id}/secrets", operation_id="create_client_secret", summary="Add a second secret",
              status_code=201, response_model=NewSecret)  # fmt: skip
async def create_secret(client_id: UUID, work: Managing, mint: _Minting, response: Response) -> dict[str, Any]:
    """Add a second live secret, to change over without a gap. It is shown now and never again."""
    client, secret, minted = await operations.add_secret(work, mint=mint, client_id=client_id)
    tag(response, client.version, address(work, f"/v1/clients/{client_id}"))
    return {
        "id": secret.id, "client_id": client_id, "client_secret": minted.text, "created_at": secret.created_at,
    }  # fmt: skip


@clients.delete("/v1/clients/{client_id}/secrets/{secret_id}", operation_id="delete_client_secret",
                summary="Revoke a secret", status_code=204)  # fmt: skip
async def delete_secret(client_id: UUID, secret_id: UUID, work: Managing) -> None:
    """Revoke a secret with the tokens obtained by it, at once and everywhere."""
    await operations.delete_secret(work, client_id=client_id, id=secret_id)


# --- staff ---------------------------------------------------------------------------------------------------------


@staff.post("/v1/staff", operation_id="create_staff", summary="Create a member of staff", status_code=201,
            response_model=StaffPublic)  # fmt: skip
async def create_staff(body: NewStaff, work: Managing, response: Response) -> Staff:
    """Create a member of staff, known by a role or a pseudonym; an app obtains tokens for them by token exchange."""
    created = await operations.create_staff(
        work, organisation_id=body.organisation_id, label=body.label, scopes=body.scopes, externals=body.external_ids
    )
    tag(response, created.version, address(work, f"/v1/staff/{created.id}"))
    return created


@staff.put("/v1/staff/by-external-id", operation_id="upsert_staff", summary="Create or change staff by external id",
           response_model=StaffPublic, responses={201: {"model": StaffPublic, "description": "Created"}})  # fmt: skip
async def upsert_staff(
    body: StaffUpsert, work: Managing, response: Response,
    system: Annotated[Line, Query()], value: Annotated[Line, Query()],
) -> Staff:  # fmt: skip
    found, new = await operations.upsert_staff(
        work, external=ExternalId(system=system, value=value), organisation_id=body.organisation_id,
        label=body.label, scopes=body.scopes,
    )  # fmt: skip
    response.status_code = 201 if new else 200
    tag(response, found.version, address(work, f"/v1/staff/{found.id}") if new else None)
    return found


@staff.get("/v1/staff", operation_id="list_staff", summary="List staff", responses=UNKNOWN_TENANT)
async def list_staff(
    request: Request, response: Response, work: Managing, cursor: Cursor = None, limit: Limit = 50,
    organisation_id: _Organisation = None, updated_after: _Since = None, ids: TheseIds = None,
) -> Page[StaffPublic]:  # fmt: skip
    found = await operations.list_staff(
        work,
        organisation=organisation_id,
        updated_after=updated_after,
        ids=these(ids),
        after=after_id(cursor),
        limit=limit,
    )
    rows, following = paged(request, response, found, limit, lambda row: row.id)
    return Page(items=[StaffPublic.model_validate(row) for row in rows], next=following)


@staff.get("/v1/staff/{staff_id}", operation_id="read_staff", summary="Read a member of staff",
           response_model=StaffPublic)  # fmt: skip
async def get_staff(staff_id: UUID, work: Managing, response: Response) -> Staff:
    found = await operations.get_staff(work, id=staff_id)
    tag(response, found.version)
    return found


@staff.delete("/v1/staff/{staff_id}", operation_id="delete_staff", summary="Remove a member of staff", status_code=204)
async def delete_staff(staff_id: UUID, work: Managing, if_match: IfMatch = None) -> None:
    """Remove a member of staff; tokens for them end at once and everywhere."""
    await operations.delete_staff(work, id=staff_id, if_match=if_match)
