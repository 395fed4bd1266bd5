"""Workbooks as plain tables: read with limits that no workbook passes, and written.

Invalid
├── WorkbookUnreadable   422  not a workbook, or a damaged one
└── WorkbookTooLarge     413  more rows, cells or bytes than is good
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

from services.kernel.problems import Invalid, TooLarge

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_FILE = 5_000_000
LARGEST_UNPACKED = 40_000_000
MOST_ENTRIES = 500
MOST_ROWS = 2_000
MOST_WORDS = 20_000
MOST_CELLS = 400_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
_FURTHEST_ROW = 60_000
_READ = frozenset({"survey", "choices", "settings", "cando"})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ud800-\udfff]")
_DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))

# A damaged workbook makes the library trip in many ways, its XML parser (a SyntaxError) among them.
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, InvalidFileException, KeyError, ValueError, TypeError,
    AttributeError, IndexError, OSError, EOFError, SyntaxError, OverflowError, RuntimeError, AssertionError,
)  # fmt: skip


class WorkbookUnreadable(Invalid):
    slug = "workbook-unreadable"
    title = "This is not a workbook that can be read"


class WorkbookTooLarge(TooLarge):
    slug = "workbook-too-large"
    title = "The workbook is larger than allowed"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, its cells by the heading of their column; empty ones are left out."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    headings: Sequence[str]
    rows: Sequence[Row]


def read(content: bytes) -> Mapping[str, Sheet]:
    """Return the sheets of a workbook by their names in lower case; of those that are not ours, nothing but the name.

    Raises WorkbookUnreadable, WorkbookTooLarge.
    """
    if len(content) > LARGEST_FILE:
        raise WorkbookTooLarge(f"At most {LARGEST_FILE} bytes.")
    try:
        _check_package(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        left = [MOST_CELLS]
        named = {sheet.title.strip().lower(): sheet for sheet in book.worksheets[:50]}
        sheets = {name: _sheet(sheet, left) if name in _READ else Sheet((), ()) for name, sheet in named.items()}
        book.close()
    except _DAMAGED as error:
        raise WorkbookUnreadable("Send a workbook in the format .xlsx.") from error
    return sheets


def _check_package(content: bytes) -> None:
    """Refuse a package that would unfold beyond measure, or whose XML defines entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = package.infolist()
        if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
            raise WorkbookTooLarge(f"At most {LARGEST_UNPACKED} bytes when it is unpacked.")
        for entry in entries:  # of any name: a sheet may be called as its writer likes
            unpacked = package.read(entry)
            if any(mark in unpacked for mark in _DOCTYPES):
                raise WorkbookUnreadable("Its XML defines entities of its own.")


def _sheet(sheet: Any, left: list[int]) -> Sheet:
    limit = MOST_WORDS if sheet.title.strip().lower() == "cando" else MOST_ROWS
    found = _filled(sheet, left)
    try:
        headings = [" ".join(cell.split()) for cell in next(found)[1]]
    except StopIteration:
        return Sheet((), ())
    rows: list[Row] = []
    for number, cells in found:
        if len(rows) == limit:
            raise WorkbookTooLarge(f"The sheet {sheet.title} has more than {limit} rows.")
        named = {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading and cell}
        rows.append(Row(number, named))
    return Sheet(headings, rows)


def _filled(sheet: Any, left: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with anything in them, with their numbers."""
    lines = sheet.iter_rows(max_row=_FURTHEST_ROW, max_col=MOST_COLUMNS, values_only=True)
    for number, line in enumerate(lines, start=1):
        if line.count(None) == len(line):
            continue
        cells = [_text(value) for value in line]
        left[0] -= sum(1 for cell in cells if cell)
        if left[0] < 0:
            raise WorkbookTooLarge(f"At most {MOST_CELLS} cells.")
        if any(cells):
            yield number, cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    text = _CONTROLS.sub("", str(value)).strip()
    if len(text) > LONGEST_CELL:
        raise WorkbookTooLarge(f"At most {LONGEST_CELL} characters in a cell.")
    return text


def write(sheets: Mapping[str, Sequence[Mapping[str, Any]]], columns: Mapping[str, Sequence[str]]) -> bytes:
    """Return a workbook of `sheets`, each with its `columns`; a text that begins like a formula stays a text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns[name]))
        sheet.freeze_panes = "A2"
        for number, row in enumerate(rows, start=2):
            for place, column in enumerate(columns[name], start=1):
                if (value := row.get(column)) not in (None, ""):
                    cell = sheet.cell(number, place, value)
                    cell.data_type = "s" if isinstance(value, str) else "n"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
