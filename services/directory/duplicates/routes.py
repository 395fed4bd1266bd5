"""HTTP for duplicates and merges: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.duplicates import domain, merging, operations, repository
from services.directory.duplicates.likeness import LIKELY, likelihood
from services.directory.duplicates.schemas import (
    DuplicateKind,
    DuplicateMerge,
    DuplicatePublic,
    DuplicateReason,
    DuplicateRefusal,
    DuplicatesLook,
    DuplicatesLooked,
    DuplicateState,
    Likelihood,
    MergePublic,
)
from services.directory.models import Merge, Suspicion
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

duplicates = APIRouter(route_class=WorkRoute, tags=["duplicates"])
merges = APIRouter(route_class=WorkRoute, tags=["merges"])
routers = (duplicates, merges)
Read = Annotated[Work, within("directory:read")]
_LEAST: dict[str, float] = {"likely": LIKELY, "possible": 0.0}


def _shown(found: Suspicion) -> DuplicatePublic:
    return DuplicatePublic(
        **found.model_dump(include={"id", "created_at", "updated_at", "version", "score", "refused_because",
                                    "refused_at", "merge_id"}),
        kind=cast(DuplicateKind, found.kind),
        entry_ids=[found.one_id, found.other_id],
        likelihood="likely" if likelihood(found.score) == "likely" else "possible",
        reasons=[DuplicateReason(**one) for one in found.reasons],
        state=cast(DuplicateState, found.state),
    )  # fmt: skip


def _shown_merge(made: Merge) -> MergePublic:
    return MergePublic(
        **made.model_dump(include={"id", "created_at", "updated_at", "version", "survivor_id", "absorbed_id",
                                   "undone_at", "stayed"}),
        kind=cast(DuplicateKind, made.kind),
        state=cast(Literal["done", "undone"], made.state),
        duplicate_id=made.suspicion_id,
        moved=len(made.moved),
    )  # fmt: skip


@duplicates.post(
    "/v1/duplicates:look", operation_id="look_for_duplicates", summary="Look for entries that may be the same",
    responses={202: {"model": DuplicatesLooked, "description": "Queued: everything of a kind is looked at later"}},
)  # fmt: skip
async def look(body: DuplicatesLook, work: Read, response: Response) -> DuplicatesLooked:
    """One entry at once; everything of a kind in the background. It needs the scope that deciding needs."""
    response.headers["content-location"] = f"/v1/duplicates?kind={body.kind}"
    if body.entry_id is None:
        await operations.ask_for_all(work, kind=body.kind)
        response.status_code = 202
        return DuplicatesLooked(queued=True, items=[])
    response.headers["content-location"] += f"&entry_id={body.entry_id}"
    found = await operations.ask_for_one(work, kind=body.kind, entry=body.entry_id)
    return DuplicatesLooked(queued=False, items=[_shown(one) for one in found])


@duplicates.get(
    "/v1/duplicates", operation_id="list_duplicates", summary="List what may be the same, the most likely first"
)
async def list_all(
    request: Request,
    response: Response,
    work: Read,
    kind: Annotated[DuplicateKind | None, Query()] = None,
    state: Annotated[DuplicateState, Query()] = "open",
    entry_id: Annotated[UUID | None, Query(description="Only pairs with this entry.")] = None,
    likelihood: Annotated[Likelihood, Query(description="`possible` shows the likely ones as well.")] = "possible",
    minimum: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False, description="Lowest score.")] = 0.0,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[DuplicatePublic]:
    """Pairs of participants are shown to organisations that may see both and registered one of them."""
    after = decode(cursor, float, UUID) if cursor else None
    least = max(minimum, _LEAST[likelihood])
    rows = await repository.page(
        work, kind=kind, state=state, entry=entry_id, minimum=least, after=after, limit=limit + 1
    )  # fmt: skip
    shown, following = cut(rows, limit, lambda row: encode(row.score, row.id))
    link_next(request, response, following)
    return Page(items=[_shown(row) for row in shown], next=following)


@duplicates.get("/v1/duplicates/{duplicate_id}", operation_id="read_duplicate", summary="Read one suspicion")
async def read(duplicate_id: UUID, work: Read, response: Response) -> DuplicatePublic:
    found = await operations.find(work, duplicate_id)
    tag(response, found.version)
    return _shown(found)


@duplicates.post(
    "/v1/duplicates/{duplicate_id}:refuse", operation_id="refuse_duplicate", summary="Say that the two are not the same"
)
async def refuse(duplicate_id: UUID, body: DuplicateRefusal, work: Read, response: Response) -> DuplicatePublic:
    """Needs `directory:manage`, for participants `participants:write`. The pair is not suggested again."""
    found = await operations.refuse(work, duplicate_id, reason=body.reason)
    response.headers["content-location"] = f"/v1/duplicates/{found.id}"
    tag(response, found.version)
    return _shown(found)


@duplicates.post(
    "/v1/duplicates/{duplicate_id}:merge",
    operation_id="merge_duplicate",
    summary="Make the two one",
    status_code=201,
)
async def merge(duplicate_id: UUID, body: DuplicateMerge, work: Read, response: Response) -> MergePublic:
    """Needs `directory:manage`, for participants `participants:write`. It can be undone."""
    made = await merging.merge(work, duplicate_id, survivor=body.survivor, take=body.take)
    tag(response, made.version, f"/v1/merges/{made.id}")
    return _shown_merge(made)


@merges.get("/v1/merges", operation_id="list_merges", summary="List what was merged")
async def list_merges(
    request: Request,
    response: Response,
    work: Read,
    kind: Annotated[DuplicateKind | None, Query()] = None,
    entry_id: Annotated[UUID | None, Query(description="Only those of this survivor or absorbed entry.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[MergePublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    kinds = [one for one in domain.KINDS if kind in (None, one) and merging.readable(work, one)]
    rows = await repository.merges(work, kinds=kinds, entry=entry_id, after=after, limit=limit + 1)
    shown, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown_merge(row) for row in shown], next=following)


@merges.get("/v1/merges/{merge_id}", operation_id="read_merge", summary="Read one merge")
async def read_merge(merge_id: UUID, work: Read, response: Response) -> MergePublic:
    made = await merging.find(work, merge_id)
    tag(response, made.version)
    return _shown_merge(made)


@merges.post("/v1/merges/{merge_id}:undo", operation_id="undo_merge", summary="Make one entry two again")
async def undo(merge_id: UUID, work: Read, response: Response) -> MergePublic:
    """What has changed since stays as it is and is named in `stayed`; references added since stay the survivor's."""
    made = await merging.undo(work, merge_id)
    response.headers["content-location"] = f"/v1/merges/{made.id}"
    tag(response, made.version)
    return _shown_merge(made)
