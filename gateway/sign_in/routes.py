"""HTTP to what an organisation does with its identity providers, and back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from gateway.models import IdentityProvider
from gateway.routes import UNKNOWN_TENANT, Managing, address, after_id, paged
from gateway.sign_in import operations
from gateway.sign_in.schemas import IdentityProviderPatch, IdentityProviderPublic, NewIdentityProvider
from services.kernel.fields import Moment
from services.kernel.ids import TheseIds, these
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.versions import IfMatch, tag
from services.kernel.work import WorkRoute

router = APIRouter(prefix="/v1/identity-providers", route_class=WorkRoute, tags=["identity providers"])
_Organisation = Annotated[UUID | None, Query()]
_Since = Annotated[Moment | None, Query()]


@router.post("", operation_id="create_identity_provider", summary="Let staff sign in at an identity provider",
             status_code=201, response_model=IdentityProviderPublic)  # fmt: skip
async def create_provider(body: NewIdentityProvider, work: Managing, response: Response) -> IdentityProvider:
    """Say whose sign-ins count for an organisation's staff. Apps show the provider's tokens at `/oauth/token`."""
    provider = await operations.create_provider(work, **body.model_dump())
    tag(response, provider.version, address(work, f"/v1/identity-providers/{provider.id}"))
    return provider


@router.get("", operation_id="list_identity_providers", summary="List identity providers", responses=UNKNOWN_TENANT)
async def list_providers(
    request: Request, response: Response, work: Managing, cursor: Cursor = None, limit: Limit = 50,
    organisation_id: _Organisation = None, updated_after: _Since = None, ids: TheseIds = None,
) -> Page[IdentityProviderPublic]:  # fmt: skip
    rows = await operations.list_providers(
        work, organisation=organisation_id, updated_after=updated_after, ids=these(ids), after=after_id(cursor),
        limit=limit,
    )  # fmt: skip
    kept, following = paged(request, response, rows, limit, lambda row: row.id)
    return Page(items=[IdentityProviderPublic.model_validate(row) for row in kept], next=following)


@router.get("/{provider_id}", operation_id="read_identity_provider", summary="Read an identity provider",
            response_model=IdentityProviderPublic)  # fmt: skip
async def read_provider(provider_id: UUID, work: Managing, response: Response) -> IdentityProvider:
    provider = await operations.get_provider(work, id=provider_id)
    tag(response, provider.version)
    return provider


@router.patch("/{provider_id}", operation_id="change_identity_provider", summary="Change an identity provider",
              response_model=IdentityProviderPublic)  # fmt: skip
async def change_provider(
    provider_id: UUID, body: IdentityProviderPatch, work: Managing, response: Response, if_match: IfMatch = None
) -> IdentityProvider:
    """Change it. The tokens that were obtained by signing in there end at once, unless the name alone changes."""
    provider = await operations.change_provider(
        work, id=provider_id, if_match=if_match, **body.model_dump(exclude_unset=True)
    )
    tag(response, provider.version)
    return provider


@router.delete("/{provider_id}", operation_id="delete_identity_provider", summary="Remove an identity provider",
               status_code=204)  # fmt: skip
async def delete_provider(provider_id: UUID, work: Managing, if_match: IfMatch = None) -> None:
    """Let nobody sign in there any more; the tokens that were obtained so end at once and everywhere."""
    await operations.delete_provider(work, id=provider_id, if_match=if_match)
