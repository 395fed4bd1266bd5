"""One record as another system has it, said by itself: judged by the same rules as a line of a push."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.kernel.fields import Moment
from services.kernel.incoming.lines import Change, check_clock
from services.kernel.incoming.taking import Taker, check_caller
from services.kernel.problems import Conflict
from services.kernel.work import Work

_NOTHING = UUID(int=0)
SaidAt = Annotated[
    Moment | None,
    Query(description="When it was so there, by that system's clock: then it is judged as a line of `:import` is."),
]


class OlderThanKnown(Conflict):
    slug = "older-than-known"
    title = "A newer state of this is known already"


async def take(
    work: Work, taker: Taker, system: str, name: str, *, at: datetime, data: dict[str, Any] | None
) -> tuple[UUID, bool]:
    """Take one record, or that it is gone; return our id of it (of nothing: zeros), and whether it is new.

    Raises OlderThanKnown, ClockAhead, and whatever a line would be refused for.
    """
    check_caller(work.caller)
    check_clock(at, work.now)
    (result,) = await taker.take(work, system, [Change(None, name, at, data)])
    if result.problem is not None:
        raise result.problem
    if result.outcome == "stale":
        raise OlderThanKnown("Nothing was changed.")
    return result.resource or _NOTHING, result.outcome == "created"
