"""The table of intent, `tests/security/intent.csv`: for each operation who may, in words that can be read aloud.

| word | what is meant |
|---|---|
| `yes` | is let in |
| `may` | is let in as well; not asked here, since it would change what the others are asked about |
| `own` | is answered, and shown nothing that is another's |
| `as unknown` | gets the very answer that an id gets which was never given out |
| `no` | is refused: 403, or 401 where the token opens nothing at all |
| `everybody` | needs no token |
| `services` | exists for Cando's own services alone: to everybody else it is an address that there is not |
"""

import csv
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).parent.parent / "intent.csv"
WHOLE = os.environ.get("CANDO_MATRIX", "") == "whole"
SHARE = 1 if WHOLE else 8
"""Of how many cells one is asked; the whole table is asked by `CANDO_MATRIX=whole`."""
ROLES = (
    "other_tenant", "other_organisation", "another_person", "bootstrap_key", "herself", "consented_organisation",
    "after_revocation", "assigned_staff", "unassigned_staff", "own_app",
)  # fmt: skip
WORDS = {"yes", "may", "own", "as unknown", "no", "everybody", "services"}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation's row: what each role is meant to meet."""

    operation: str
    method: str
    path: str
    scopes: tuple[str, ...]
    meant: dict[str, str]
    needs: str


def rows(table: Path = TABLE) -> list[Row]:
    """Read the table."""
    with table.open(encoding="utf-8", newline="") as opened:
        return [
            Row(
                one["operation"], one["method"], one["path"], tuple(one["scope"].split()),
                {role: one[role] for role in ROLES}, one["needs"],
            )
            for one in csv.DictReader(opened)
        ]  # fmt: skip


def chosen(*words: str) -> bool:
    """Say whether a cell is asked in this run: always the same ones."""
    return zlib.crc32(" ".join(words).encode()) % SHARE == 0
