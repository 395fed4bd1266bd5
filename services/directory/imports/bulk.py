"""Writing many rows with one statement: they travel as one JSON list, and the database takes it apart.

A thousand rows of forty columns cost one parameter instead of forty thousand. What JSON or the database cannot hold
(NUL, half a character, a number without end) is replaced here by what every check refuses, so that no single entry
stops its batch.
"""

import asyncio
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text

from services.kernel.work import Work

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


def written(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as the database reads them; ids and times as texts."""
    try:
        made = json.dumps(rows, default=str, ensure_ascii=False, allow_nan=False)
        if "\\u0000" not in made:
            made.encode()
            return made
    except ValueError:
        pass
    return json.dumps(_writable(list(rows)), default=str, ensure_ascii=False, allow_nan=False)


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNWRITABLE.sub("\x1a", value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {_writable(name): _writable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(one) for one in value]
    return value


async def insert(work: Work, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to one of our tables. All of them name the same columns."""
    if rows:
        content = await asyncio.to_thread(written, rows)
        await work.session.execute(_insertion(table, tuple(rows[0])), {"rows": content})


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> TextClause:
    names = ", ".join(columns)
    return text(
        f"insert into {table} ({names}) select {names}"  # noqa: S608  our own names of tables and columns
        f" from jsonb_populate_recordset(cast(null as {table}), cast(:rows as jsonb))"
    )
