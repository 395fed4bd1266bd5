"""CSV as time banks send it: from TimeOverflow, from a spreadsheet, in any of the usual encodings.

    Unreadable    the file as a whole cannot be taken: nothing of it is

Cells that a spreadsheet would run as a formula are written with an apostrophe before them, and read without it.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_BYTES = 64_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 64
MOST_CHARACTERS = 100_000
_RISKY = "=+-@\t\r\n＝＋－＠"
_UNSEEN = " \u00a0\ufeff\u200b"
_SEPARATORS = ",;\t"
_HINT = re.compile(r"\s*sep=(.)\r?\n", re.IGNORECASE)


class Unreadable(Exception):
    """The message is one sentence for whoever sent the file; it repeats nothing of its content."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, and the line of the file that it ends on, counted from 1."""

    line: int
    cells: Sequence[str]


def read(content: bytes) -> list[Row]:
    """Return all rows that are not empty, the header first. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"it is larger than {MOST_BYTES // 1_000_000} MB")
    text = _decoded(content)
    if "\x00" in text:
        raise Unreadable("it contains NUL characters")
    hint = _HINT.match(text)
    text = text[hint.end() :] if hint else text
    first = 1 if hint else 0
    return _rows(text, hint.group(1) if hint else _separator(text), first)


def _rows(text: str, separator: str, before: int) -> list[Row]:
    found: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"line {reader.line_num + before} has more than {MOST_COLUMNS} columns")
            if any(len(cell) > MOST_CHARACTERS for cell in cells):
                raise Unreadable(f"line {reader.line_num + before} has a cell that is too long")
            if any(cell.strip() for cell in cells):
                found.append(Row(reader.line_num + before, [unguarded(cell.strip()) for cell in cells]))
            if len(found) > MOST_ROWS + 1:
                raise Unreadable(f"it has more than {MOST_ROWS} rows")
    except csv.Error as error:
        if "field larger" in str(error):
            raise Unreadable(f"line {reader.line_num + before} has a cell that is too long") from None
        raise Unreadable(f"its quotation marks are broken at line {reader.line_num + before}") from None
    if not found:
        raise Unreadable("it is empty")
    return found


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8 with or without its mark, UTF-16 with its mark, else what Windows writes in the West."""
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeError:
            continue
    raise Unreadable("its encoding is none of UTF-8, UTF-16 and Windows-1252")


def _separator(text: str) -> str:
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(_SEPARATORS, key=header.count)


def write(rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a file that TimeOverflow and spreadsheets read: UTF-8 with its mark, commas, texts guarded."""
    kept = io.StringIO(newline="")
    csv.writer(kept, lineterminator="\r\n").writerows(
        [cell if isinstance(cell, int) else guarded(cell) for cell in row] for row in rows
    )
    return kept.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; `unguarded` gives it back."""
    return "'" + text if text.startswith("'") or text.lstrip(_UNSEEN)[:1] in tuple(_RISKY) else text


def unguarded(text: str) -> str:
    """Return what a guarded text was. A text that only begins with an apostrophe stays as it is."""
    inner = text[1:]
    return inner if text.startswith("'") and guarded(inner) == text else text
