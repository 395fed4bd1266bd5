"""Tables as CSV that a spreadsheet may open without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from services.assessments.reports.domain import Dimension, Gap

MEASURES = ("needs", "capabilities", "published", "met", "unmet", "unasked")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV (RFC 4180). A text that a spreadsheet would take for a formula is quoted."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([_harmless(head) for head in heads])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return sheet.getvalue()


def _harmless(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value
    return "" if value is None else value


def gap_sheet(gaps: Iterable[Gap], dimensions: Sequence[Dimension]) -> str:
    """Return the gap report as CSV; a count that is not shown is the words for it."""
    heads = [*dimensions, *MEASURES, "people", "withheld"]
    rows = [
        [
            *(gap.key[dimension] for dimension in dimensions),
            *(getattr(gap, measure).shown for measure in MEASURES),
            gap.people,
            "yes" if gap.withheld else "no",
        ]
        for gap in gaps
    ]
    return written(heads, rows)
