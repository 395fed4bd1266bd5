"""A statement as CSV that a spreadsheet may open without running anything."""

import csv
import io

from services.timebank.statements.operations import Found
from services.timebank.statements.repository import Line

HEADS = ("at", "kind", "seconds", "balance_seconds", "other_kind", "other_account", "match_id", "reason", "transfer_id")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def written(found: Found) -> str:
    """Return the lines between the opening and the closing balance as CSV (RFC 4180), seconds as plain numbers."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(HEADS)
    writer.writerow(_balance("opening balance", found.opening))
    writer.writerows(_row(line) for line in found.lines)
    writer.writerow(_balance("closing balance", found.closing))
    return sheet.getvalue()


def _balance(called: str, seconds: int) -> list[str | int]:
    return ["", called, "", seconds, *[""] * (len(HEADS) - 4)]


def _row(line: Line) -> list[str | int]:
    return [
        line.at.isoformat(), line.kind, line.seconds, line.balance_seconds, line.other_kind, str(line.other_account),
        str(line.match_id or ""), _harmless(line.reason), str(line.transfer_id),
    ]  # fmt: skip


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(_STARTS_A_FORMULA) else text
