"""Solving: few plans at once, in threads, each with a deadline that is kept whatever the solver does."""

import asyncio
from asyncio import AbstractEventLoop, Semaphore
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from services.community.rotas import domain, planning

AT_ONCE = 2
LONGEST = 10.0
"""Seconds that a plan is solved at the most, whatever was asked for."""
PATIENCE = 3.0
"""Seconds that a plan waits for its turn. It holds a database connection meanwhile, so they are few."""
GRACE = 1.0
"""Seconds beyond its own: a solver at its deadline still hands over what it has found, but may not see the time."""
# A semaphore belongs to one event loop; a process that serves has one.
_places: WeakKeyDictionary[AbstractEventLoop, Semaphore] = WeakKeyDictionary()


async def solved(
    slots: Sequence[planning.Slot], *, volunteers: Sequence[planning.Volunteer], mixed: bool, seconds: float
) -> planning.Plan:
    """Return the best plan found in time. Raises RotaTooLarge, PlanningBusy or RotaTimeUp."""
    if len(slots) * len(volunteers) > domain.MOST_PAIRS:
        raise domain.RotaTooLarge(f"Turns times volunteers may be {domain.MOST_PAIRS} at the most.")
    places = _places.setdefault(asyncio.get_running_loop(), Semaphore(AT_ONCE))
    try:
        async with asyncio.timeout(PATIENCE):
            await places.acquire()
    except TimeoutError:
        raise domain.PlanningBusy("Ask again in a few seconds.") from None
    within = min(seconds, LONGEST)
    solving = asyncio.ensure_future(
        asyncio.to_thread(planning.plan, slots, volunteers=volunteers, mixed=mixed, seconds=within)
    )
    # A thread cannot be stopped: its place is free when it has ended, even if nobody waits for it any more.
    solving.add_done_callback(lambda _: places.release())
    try:
        return await asyncio.wait_for(asyncio.shield(solving), within + GRACE)
    except (planning.TimeUp, TimeoutError):
        raise domain.RotaTimeUp("Give it more seconds, or plan fewer weeks.") from None
