"""HTTP for freshness: what waits to be confirmed, and how long it may."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.assets.said import AssetKind
from services.directory.freshness import operations, repository
from services.directory.freshness.domain import Policy, hidden_from_feed
from services.directory.freshness.schemas import FreshnessPolicyPublic, FreshnessPolicyPut, StaleAsset
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next, when
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/assets", route_class=WorkRoute, tags=["freshness"])
Read = Annotated[Work, within("directory:read")]
Manage = Annotated[Work, within("directory:manage")]


@router.get("/stale", operation_id="list_stale_assets", summary="List what nobody has confirmed for long")
async def list_stale(
    request: Request,
    response: Response,
    work: Read,
    months: Annotated[
        int | None, Query(ge=1, le=120, description="Not for so many; else as long as until somebody is asked.")
    ] = None,
    kind: AssetKind | None = None,
    mine: Annotated[bool, Query(description="Only what your organisation holds.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[StaleAsset]:
    """Return entries of every kind but people, the longest unconfirmed first."""
    after = decode(cursor, when, UUID) if cursor else None
    rows = await operations.stale(
        work, months=months, kind=kind, mine=mine, after=(after[0], after[1]) if after else None, limit=limit + 1
    )
    policy, _ = await operations.policy(work)
    kept, following = cut(rows, limit, lambda row: encode(row.confirmed_at.isoformat(), row.id))
    link_next(request, response, following)
    return Page(items=[_stale(row, work, policy) for row in kept], next=following)


def _stale(row: repository.Stale, work: Work, policy: Policy) -> StaleAsset:
    hidden = hidden_from_feed(row.confirmed_at, now=work.now, policy=policy)
    return StaleAsset.model_validate({name: getattr(row, name) for name in row.__slots__} | {"hidden": hidden})


@router.get("/freshness-policy", operation_id="read_freshness_policy", summary="How long an entry may go unconfirmed")
async def read_policy(work: Read, response: Response) -> FreshnessPolicyPublic:
    return _shown(await operations.policy(work), response)


@router.put("/freshness-policy", operation_id="decide_freshness_policy", summary="Decide how long entries stay fresh")
async def decide_policy(
    body: FreshnessPolicyPut, work: Manage, response: Response, if_match: IfMatch = None
) -> FreshnessPolicyPublic:
    """Decide, for the neighbourhood, when holders are asked and when the public feed hides what is unconfirmed."""
    wanted = Policy(body.ask_after_months, body.hide_after_months)
    return _shown(await operations.decide(work, wanted, if_match=if_match), response)


def _shown(held: tuple[Policy, int], response: Response) -> FreshnessPolicyPublic:
    policy, version = held
    tag(response, version)
    return FreshnessPolicyPublic(
        ask_after_months=policy.ask_after_months, hide_after_months=policy.hide_after_months, version=version
    )
