"""Taking what another system pushes: a batch a transaction, so that a cut connection leaves whole batches.

A batch that the database refuses is taken again line by line, and only the line that is to blame is refused. A
complete list (`resync`) also takes away what it does not have, but not without asking when that would be much.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from services.kernel import tables
from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.incoming.lines import AT_ONCE, Change, Read, Unread, batches
from services.kernel.incoming.results import Result, Tally, because
from services.kernel.origins import Copies, Record, Rule, key_of
from services.kernel.problems import Conflict, Forbidden, Invalid, Problem, Unauthenticated, Unavailable
from services.kernel.work import Work

_FEW, _SHARE = 10, 0.2
_HALF = 0.5
_PAUSES = (0.2, 1.0)


class ResyncWouldDelete(Conflict):
    slug = "resync-would-delete"
    title = "The list lacks so much that it may not be complete"


class Taker(Protocol):
    """What one collection does with changes. Its operations never commit."""

    collection: str
    at_once: int
    rules: Mapping[str, Rule]
    copies: Copies

    async def take(self, work: Work, system: str, changes: Sequence[Change]) -> list[Result]:
        """Take changes in which no record is named twice. A problem it raises means that nothing of them was kept."""
        ...

    async def origins(self, work: Work, resource: UUID) -> Record:
        """Return where a record came from. Raises NotFound."""
        ...


@dataclass(frozen=True, slots=True)
class Push:
    """One push: who, into which collection, from which system, what, and whether it is only tried out."""

    kernel: Kernel
    caller: Caller
    taker: Taker
    system: str
    said: Read
    dry_run: bool = False
    complete: bool = False


def check_caller(caller: Caller) -> None:
    """Raise Forbidden for anybody but an organisation's app: a push speaks for a whole system."""
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    if caller.kind != "app" or caller.organisation is None:
        raise Forbidden("This needs an organisation's own token, not a person's or a member of staff's.")


class _OnlyTried(Exception):
    pass


@asynccontextmanager
async def _working(push: Push) -> AsyncIterator[Work]:
    """Open one transaction of the push; one that is only tried out is rolled back at its end."""
    kernel, tenant = push.kernel, push.caller.tenant
    assert tenant is not None  # check_caller
    try:
        async with kernel.database.transaction(tenant) as session:
            yield Work(kernel, session, push.caller, tenant, kernel.clock())
            if push.dry_run:
                raise _OnlyTried
    except _OnlyTried:
        pass


def collection_of(push: Push) -> str:
    """Return the collection of names that the caller's organisation gives."""
    return f"{push.taker.collection}/{push.caller.organisation}"


async def missing(push: Push, *, taken_at: datetime | None, confirmed: int, lines: int | None) -> list[Change]:
    """Return, as deletions, what this system has here and a complete list has not.

    What was heard of after the list was taken is left out. Raises Invalid where a line of the list has no id to be
    read or there are not as many as were announced (`lines`), and ResyncWouldDelete where much would go (`_is_much`)
    and not so many were confirmed.
    """
    if lines is not None and lines != push.said.lines:
        raise Invalid(f"The list has {push.said.lines} lines, not {lines}: it may have been cut short.")
    if unread := [str(one.number) for one in push.said.refused if one.name is None]:
        raise Invalid(f"A complete list must be readable: see line {', '.join(unread[:20])}.")
    async with _working(push) as work:
        await work.hold(_whole(push))
        known = await _names(work, push)
        listed = {name for one in push.said.changes for name in one.names} | {one.name for one in push.said.refused}
        gone = await _not_heard_since(work, push, known - listed, taken_at)
        said_at = min(taken_at or work.now, work.now)
    if gone and (not listed or _is_much(len(gone), of=len(known))) and len(gone) > confirmed:
        raise ResyncWouldDelete(
            f"{len(gone)} of {len(known)} would be deleted. If that is right, say confirm_deletions={len(gone)}.",
            would_delete=len(gone), known=len(known),
        )  # fmt: skip
    return [Change(None, name, said_at, extra=True) for name in sorted(gone)]


def _is_much(gone: int, *, of: int) -> bool:
    """Say whether so many may have gone by mistake: more than ten and a fifth of all, or more than one and half."""
    return (gone > _FEW and gone > _SHARE * of) or (gone > 1 and gone > _HALF * of)


def _whole(push: Push) -> str:
    """Return the name that is held while something of a system is taken: its pushes go one batch after the other."""
    return f"{collection_of(push)}/{push.system}"


async def _names(work: Work, push: Push) -> set[str]:
    t = tables.external_ids
    mine = (t.c.collection == collection_of(push), t.c.system == push.system)
    return set(await work.session.scalars(select(t.c.value).where(*mine)))


async def _not_heard_since(work: Work, push: Push, names: Collection[str], taken_at: datetime | None) -> set[str]:
    if taken_at is None:
        return set(names)
    by_key = {key_of(work.tenant, collection_of(push), push.system, name): name for name in names}
    words = await push.taker.copies.last_words(work, by_key)
    return {name for key, name in by_key.items() if key not in words or words[key].said_at <= taken_at}


async def answered(push: Push, gone: Sequence[Change] = ()) -> AsyncIterator[bytes]:
    """Take a push and yield what became of it: a line for each line, then the sum.

    Where it breaks off, because the database or the authority does not answer, a problem is the last line instead.
    """
    tally = Tally()
    try:
        async for results in _taken(push, [*push.said.changes, *gone]):
            tally.add(results)
            yield _written(one.shown() for one in results)
    except Problem as problem:
        yield _written([{"problem": because(problem)}])
        return
    yield _written([{"summary": tally.shown(dry_run=push.dry_run, complete=push.complete)}])


def _written(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n" for row in rows)


async def _taken(push: Push, changes: Sequence[Change]) -> AsyncIterator[list[Result]]:
    judged = [_refused(one, one.problem) for one in push.said.refused]
    judged += [Result(one.number, one.name, "unchanged") for one in push.said.repeated]
    for start in range(0, len(judged), AT_ONCE):
        yield judged[start : start + AT_ONCE]
        await asyncio.sleep(0)  # others have their turn
    for batch in batches(changes, most=min(AT_ONCE, push.taker.at_once)):
        yield await _take(push, batch)


def _refused(one: Unread | Change, problem: Problem) -> Result:
    return Result(one.number, one.name, "refused", problem=problem)


async def _take(push: Push, batch: Sequence[Change]) -> list[Result]:
    """Take a batch in one transaction; if it is refused as a whole, each of its lines in one of its own."""
    try:
        return await _patiently(push, batch)
    except Unavailable:
        raise
    except (Problem, DBAPIError) as error:
        if len(batch) == 1:
            return [_refused(batch[0], error if isinstance(error, Problem) else Problem())]
    return [result for one in batch for result in await _take(push, [one])]


async def _patiently(push: Push, batch: Sequence[Change]) -> list[Result]:
    """Take a batch, again after a moment where something did not answer or two waited for each other."""
    for pause in _PAUSES:
        try:
            return await _in_turn(push, batch)
        except Unavailable:
            await asyncio.sleep(pause)
    return await _in_turn(push, batch)


async def _in_turn(push: Push, batch: Sequence[Change]) -> list[Result]:
    """Take a batch while no other of the same system is taken."""
    async with _working(push) as work:
        await work.hold(_whole(push))
        return await push.taker.take(work, push.system, batch)
