"""HTTP for XLSForms: an instrument as a workbook, and a workbook as the draft of an instrument."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from services.assessments.instruments import operations as instruments
from services.assessments.instruments.requests import InstrumentCreate, dumped
from services.assessments.instruments.schemas import whole
from services.assessments.instruments.xlsform import operations
from services.assessments.instruments.xlsform.schemas import CarriedPublic, ImportedPublic, carried
from services.assessments.instruments.xlsform.sheets import MEDIA_TYPE
from services.kernel.fields import Slug
from services.kernel.problems import Invalid, UnsupportedMedia, field_errors
from services.kernel.versions import tag
from services.kernel.work import Work, WorkRoute, within

router = APIRouter(route_class=WorkRoute, tags=["instruments"])
Reads = Annotated[Work, within("assessments:read")]
Writes = Annotated[Work, within("assessments:write")]
_FILE: dict[str, Any] = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}
_BODY = {"requestBody": {"required": True, "content": _FILE}}
_TAKEN = {MEDIA_TYPE, "application/octet-stream"}


@router.get(
    "/v1/instruments/{instrument_id}/xlsform",
    operation_id="read_instrument_xlsform", summary="Read an instrument as an XLSForm",
    response_class=Response, responses={200: {"description": "A workbook.", "content": _FILE}},
)  # fmt: skip
async def get_xlsform(instrument_id: UUID, work: Reads) -> Response:
    """Return a workbook that the tools for XLSForms read, with all languages; see its report for what they cannot."""
    found, content, _ = await operations.export(work, instrument_id)
    name = f'attachment; filename="{found.name}-{found.version}.xlsx"'
    answer = Response(content, media_type=MEDIA_TYPE, headers={"content-disposition": name})
    tag(answer, found.tag)
    return answer


@router.get(
    "/v1/instruments/{instrument_id}/xlsform/report",
    operation_id="read_instrument_xlsform_report", summary="See what an XLSForm cannot say of an instrument",
)  # fmt: skip
async def get_report(instrument_id: UUID, work: Reads) -> CarriedPublic:
    """Return what other tools would see, and what stands in columns of ours only."""
    return carried((await operations.export(work, instrument_id))[2])


@router.post(
    "/v1/instruments:import-xlsform",
    operation_id="import_instrument_xlsform", summary="Make a draft from an XLSForm",
    status_code=201, openapi_extra=_BODY,
)  # fmt: skip
async def import_xlsform(
    request: Request,
    response: Response,
    work: Writes,
    name: Annotated[Slug | None, Query(description="What to call it, if not as the form says.")] = None,
) -> ImportedPublic:
    """Make a draft from the workbook in the body (at most 5 MB). `not_carried` lists all that it could not hold."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _TAKEN:
        raise UnsupportedMedia(f"Send {MEDIA_TYPE}.")
    raw, report = await operations.definition(await request.body(), name=name)
    try:
        body = InstrumentCreate.model_validate(raw)
    except ValidationError as wrong:
        errors = field_errors(wrong.errors(), source="definition")
        raise Invalid("The form makes no instrument.", errors=errors) from None
    made = await instruments.create(work, definition=dumped(body))
    tag(response, made.tag, f"/v1/instruments/{made.id}")
    shown = whole(made, language=made.default_language)
    return ImportedPublic(instrument=shown, **carried(report).model_dump())
