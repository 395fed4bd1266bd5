"""HTTP for relations: reads requests, calls one operation, shows its result. Nothing else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.directory.duplicates.aliases import living_id
from services.directory.models import Relation
from services.directory.relations import acting, domain, operations
from services.directory.relations.schemas import Acting, RelationCreate, RelationPublic
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/participants/{participant_id}/relations", route_class=WorkRoute, tags=["participants"])
internal = APIRouter(prefix="/internal", route_class=WorkRoute, include_in_schema=False)
Write = Annotated[Work, within("participants:write")]


def _shown(relation: Relation, participant_id: UUID, work: Work) -> RelationPublic:
    """Show a relation from the end at which somebody stands."""
    inverse = relation.other_id == participant_id
    ends = {"participant_id": participant_id, "other_id": relation.participant_id if inverse else relation.other_id}
    told = {
        "relation": domain.seen(relation.kind, inverse=inverse),
        "holds": domain.holds(relation, on=work.now.date()),
    }
    return RelationPublic.model_validate({**relation.model_dump(), **ends, **told})


async def _answer(relation: Relation, participant_id: UUID, work: Work, response: Response) -> RelationPublic:
    tag(response, relation.version)
    response.headers["content-location"] = f"/v1/participants/{participant_id}/relations/{relation.id}"
    return _shown(relation, await living_id(work, participant_id), work)


@router.post("", operation_id="make_relation", summary="Note how two participants belong together", status_code=201)
async def make(participant_id: UUID, body: RelationCreate, work: Write, response: Response) -> RelationPublic:
    """You must be allowed to see both. Who acts for somebody needs that side's yes (`:confirm`) before it holds."""
    made = await operations.make(work, participant_id, **body.model_dump())
    response.headers["location"] = f"/v1/participants/{participant_id}/relations/{made.id}"
    return await _answer(made, participant_id, work, response)


@router.get("", operation_id="list_relations", summary="List the relations of a participant, from her end")
async def list_relations(
    participant_id: UUID, request: Request, response: Response, work: Write, limit: Limit = 50, cursor: Cursor = None,
    ended: Annotated[bool, Query(description="Those that have ended too.")] = False,
) -> Page[RelationPublic]:  # fmt: skip
    """For her and for who registered her, who is shown those whose other end she may see as well."""
    after = decode(cursor, UUID)[0] if cursor else None
    rows = await operations.page(work, participant_id, ended=ended, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.id))
    link_next(request, response, following)
    hers = await living_id(work, participant_id)
    return Page(items=[_shown(row, hers, work) for row in kept], next=following)


@router.get("/{relation_id}", operation_id="read_relation", summary="Read one relation")
async def read(participant_id: UUID, relation_id: UUID, work: Write, response: Response) -> RelationPublic:
    found = await operations.find(work, participant_id, relation_id)
    tag(response, found.version)
    return _shown(found, await living_id(work, participant_id), work)


@router.post("/{relation_id}:confirm", operation_id="confirm_relation", summary="Say yes to a relation")
async def confirm(participant_id: UUID, relation_id: UUID, work: Write, response: Response) -> RelationPublic:
    """Only she whom it is about, or who registered her."""
    return await _answer(await operations.confirm(work, participant_id, relation_id), participant_id, work, response)


@router.post("/{relation_id}:end", operation_id="end_relation", summary="End a relation, from either end")
async def end(participant_id: UUID, relation_id: UUID, work: Write, response: Response) -> RelationPublic:
    """It stays as history."""
    return await _answer(await operations.end(work, participant_id, relation_id), participant_id, work, response)


@internal.get("/participants/{participant_id}/acting")
async def acts_for(
    participant_id: UUID, work: Annotated[Work, within("internal")], actor: Annotated[UUID, Query()]
) -> Acting:
    relation = await acting.acts_for(work, participant_id, actor=actor)
    if relation is None:
        return Acting(allowed=False)
    return Acting.model_validate({"allowed": True, "basis": relation.basis, "valid_until": relation.valid_until})
