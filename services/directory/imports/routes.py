"""HTTP for imports: queue one, see how far it is, read what could not be used."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.directory.imports import operations, repository
from services.directory.imports.schemas import ImportCreate, ImportLinePublic, ImportPublic
from services.directory.models import Import, ImportLine
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(prefix="/v1/imports", route_class=WorkRoute, tags=["imports"])
Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]


def _shown(job: Import) -> ImportPublic:
    return ImportPublic.model_validate(job.model_dump(exclude={"files"}))


def _shown_line(line: ImportLine) -> ImportLinePublic:
    return ImportLinePublic.model_validate(line.model_dump())


def _number(part: object) -> int:
    if type(part) is not int or not 0 <= part < 2**31:
        raise ValueError("not the number of a line")
    return part


@router.post("", operation_id="start_import", summary="Import a directory's files", status_code=201)
async def start(body: ImportCreate, work: Write, response: Response) -> ImportPublic:
    job = await operations.queue(work, **body.model_dump())
    tag(response, job.version, f"/v1/imports/{job.id}")
    return _shown(job)


@router.get("", operation_id="list_imports", summary="List imports")
async def list_imports(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[ImportPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    shown, following = cut(await repository.page(work, after=after, limit=limit + 1), limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[_shown(row) for row in shown], next=following)


@router.get("/{import_id}", operation_id="read_import", summary="See how far an import is")
async def read(import_id: UUID, work: Read, response: Response) -> ImportPublic:
    job = await operations.find(work, import_id)
    tag(response, job.version)
    return _shown(job)


@router.get("/{import_id}/lines", operation_id="list_import_lines", summary="Read what an import could not use")
async def lines(
    import_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 200, cursor: Cursor = None
) -> Page[ImportLinePublic]:
    await operations.find(work, import_id)
    after = decode(cursor, _number)[0] if cursor else 0
    rows = await repository.lines(work, import_id, after=after, limit=limit + 1)
    shown, following = cut(rows, limit, lambda row: encode(row.number))
    link_next(request, response, following)
    return Page(items=[_shown_line(row) for row in shown], next=following)
