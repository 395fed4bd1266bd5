"""HTTP for imports: queue one or upload its file, see how far it is, stop it, read what could not be used."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from starlette.responses import StreamingResponse

from services.directory.exports.formats import table
from services.directory.imports import operations, repository, running, uploading
from services.directory.imports.schemas import ImportCreate, ImportFormat, ImportLinePublic, ImportPublic
from services.directory.models import Import, ImportLine
from services.kernel.caller import Caller, authenticate, external_token
from services.kernel.context import Kernel
from services.kernel.fields import Line
from services.kernel.paging import Cursor, Limit, Page, cut, decode, encode, link_next
from services.kernel.problems import UnsupportedMedia
from services.kernel.versions import IfMatch, tag
from services.kernel.work import KEY_HEADER, Work, WorkRoute, as_service, within

router = APIRouter(prefix="/v1/imports", route_class=WorkRoute, tags=["imports"])
uploads = APIRouter(prefix="/v1/imports", tags=["imports"])
"""Its route opens transactions of its own: an upload may take longer than one should."""
Read = Annotated[Work, within("directory:read")]
Write = Annotated[Work, within("directory:write")]
Manage = Annotated[Work, within("directory:manage")]
_ROWS = 500
_MEDIA = {
    "application/zip": "files.zip",
    "text/csv": "services.csv",
    "application/x-ndjson": "services.ndjson",
    "application/json": "services.json",
}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_CONTENT: dict[str, Any] = {"requestBody": {"required": True, "content": dict.fromkeys(_MEDIA, _BINARY)}}
_SHEET: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


def shown(job: Import, work: Work) -> ImportPublic:
    """Return an import as it is shown."""
    done, per_second = running.pace(job, work.now)
    facts = job.model_dump(exclude={"files", "progress"})
    return ImportPublic.model_validate({**facts, "done": done, "per_second": per_second})


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
    return shown(job, work)


@uploads.post(
    ":upload", operation_id="upload_import", summary="Import one file of any size", status_code=201,
    openapi_extra=_CONTENT,
)  # fmt: skip
async def upload(
    request: Request,
    response: Response,
    caller: Annotated[Caller, Security(authenticate, scopes=["directory:write"])],
    _: Annotated[str | None, Depends(external_token)],
    format: Annotated[ImportFormat, Query()],
    source: Annotated[Line, Query()],
    name: Annotated[Line | None, Query(description="The file's name, where the format knows files by it.")] = None,
) -> ImportPublic:
    """Take a zip of files, a CSV file, a JSON file or one object a line, as the body itself.

    With an `Idempotency-Key` the file is taken once; while it is still being sent, the same key is refused (409).
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _MEDIA:
        raise UnsupportedMedia(f"Send {', '.join(_MEDIA)}.")
    kernel: Kernel = request.app.state.kernel
    sent = uploading.Sent(
        format=format, source=source, name=_named(name, media), media=media, content=request.stream(),
        asked=f"{request.method} {request.url.path}?{request.url.query}", key=request.headers.get(KEY_HEADER),
    )  # fmt: skip
    made, replayed = await uploading.upload(kernel, caller, sent)
    if replayed:
        response.headers["idempotency-replayed"] = "true"
    assert caller.tenant is not None
    async with as_service(kernel, caller.tenant) as work:
        job = await operations.find(work, made)
        tag(response, job.version, f"/v1/imports/{job.id}")
        return shown(job, work)


def _named(name: str | None, media: str) -> str:
    """Return the name by which a file is read: one object a line ends in .ndjson."""
    given = name or _MEDIA[media]
    return (
        f"{given}.ndjson" if media.endswith("ndjson") and not given.lower().endswith((".ndjson", ".jsonl")) else given
    )


@router.get("", operation_id="list_imports", summary="List imports")
async def list_imports(
    request: Request, response: Response, work: Read, limit: Limit = 50, cursor: Cursor = None
) -> Page[ImportPublic]:
    after = decode(cursor, UUID)[0] if cursor else None
    rows, following = cut(await repository.page(work, after=after, limit=limit + 1), limit, lambda row: encode(row.id))
    link_next(request, response, following)
    return Page(items=[shown(row, work) for row in rows], next=following)


@router.get("/{import_id}", operation_id="read_import", summary="See how far an import is")
async def read(import_id: UUID, work: Read, response: Response) -> ImportPublic:
    job = await operations.find(work, import_id)
    tag(response, job.version)
    return shown(job, work)


def _moved(job: Import, work: Work, response: Response) -> ImportPublic:
    tag(response, job.version)
    response.headers["content-location"] = f"/v1/imports/{job.id}"
    return shown(job, work)


@router.post("/{import_id}:cancel", operation_id="cancel_import", summary="Stop an import; what is in stays")
async def cancel(import_id: UUID, work: Write, response: Response, if_match: IfMatch = None) -> ImportPublic:
    return _moved(await operations.cancel(work, import_id, if_match=if_match), work, response)


@router.post(
    "/{import_id}:accept-deletions", operation_id="accept_import_deletions",
    summary="Let a suspect import delete what its source no longer has",
)  # fmt: skip
async def accept_deletions(import_id: UUID, work: Manage, response: Response, if_match: IfMatch = None) -> ImportPublic:
    return _moved(await operations.accept_deletions(work, import_id, if_match=if_match), work, response)


@router.get("/{import_id}/lines", operation_id="list_import_lines", summary="Read what an import could not use")
async def lines(
    import_id: UUID, request: Request, response: Response, work: Read, limit: Limit = 200, cursor: Cursor = None
) -> Page[ImportLinePublic]:
    await operations.find(work, import_id)
    after = decode(cursor, _number)[0] if cursor else 0
    rows = await repository.lines(work, import_id, after=after, limit=limit + 1)
    kept, following = cut(rows, limit, lambda row: encode(row.number))
    link_next(request, response, following)
    return Page(items=[_shown_line(row) for row in kept], next=following)


@router.get(
    "/{import_id}/lines.csv", operation_id="download_import_lines", summary="The same as a sheet, whole",
    response_class=Response, responses=_SHEET,
)  # fmt: skip
async def sheet(import_id: UUID, work: Read) -> Response:
    await operations.find(work, import_id)
    content = _sheet(work.kernel, work.tenant, import_id)
    headers = {"content-disposition": 'attachment; filename="lines.csv"'}
    return StreamingResponse(content, media_type="text/csv", headers=headers)


async def _sheet(kernel: Kernel, tenant: UUID, import_id: UUID) -> AsyncIterator[str]:
    """Yield the sheet some rows at a time, each with a transaction of its own."""
    yield "file,line,outcome,field,reason\r\n"
    after, more = 0, True
    while more:
        async with as_service(kernel, tenant) as work:
            rows = await repository.lines(work, import_id, after=after, limit=_ROWS)
        yield table([[one.file, one.line, one.outcome, one.field, one.reason] for one in rows])
        after, more = (rows[-1].number, True) if len(rows) == _ROWS else (after, False)
