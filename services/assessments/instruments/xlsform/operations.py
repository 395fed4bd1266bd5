"""What can be done with XLSForms: write an instrument as one, read one as the definition of an instrument."""

import asyncio
from typing import Any
from uuid import UUID

from services.assessments.instruments import operations
from services.assessments.instruments.domain import Instrument
from services.assessments.instruments.xlsform import reading, sheets, writing
from services.assessments.instruments.xlsform.report import Report
from services.kernel.work import Work


async def export(work: Work, instrument_id: UUID) -> tuple[Instrument, bytes, Report]:
    """Return an instrument as a workbook, and what an XLSForm says and does not say of it."""
    found = await operations.read(work, instrument_id)
    return found, *(await asyncio.to_thread(writing.workbook, found))


async def definition(content: bytes, *, name: str | None) -> tuple[dict[str, Any], Report]:
    """Return the definition in a workbook, and what could not be carried over.

    Raises WorkbookUnreadable, WorkbookTooLarge.
    """
    return await asyncio.to_thread(_read, content, name)


def _read(content: bytes, name: str | None) -> tuple[dict[str, Any], Report]:
    return reading.definition(sheets.read(content), name=name)
