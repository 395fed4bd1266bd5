"""Whether this process should be asked: readiness is about this one, not about what all of its kind lack.

A balancer that is told "not ready" sends requests elsewhere. That helps where another replica does better: this one is
still warming, cannot follow a feed that others follow, or cannot bring its index up. It would harm where all are alike:
when a neighbour is down no replica follows its feed, and taking all of them out would make its fault everybody's. So
that is told (in the answer and in the metrics) and the process stays ready.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from fastapi import APIRouter
from starlette.responses import JSONResponse

from services.kernel.context import Kernel
from services.kernel.follow import Follower
from services.kernel.problems import Unavailable

BEHIND_HEADER = "x-cando-behind"


class NotReady(Unavailable):
    slug = "not-ready"
    title = "This process should not be asked at the moment; another one of its kind may answer"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one thing stands: a word for it, how many seconds it is behind, and why this hinders the whole process."""

    state: str
    seconds: float = 0.0
    hinders: str = ""


Check = Callable[[], Standing]


Answer = TypeVar("Answer")


class Glance(Generic[Answer]):
    """One look at a time: whoever asks meanwhile gets the same answer, so that asking often costs nobody anything."""

    def __init__(self, look: Callable[[], Awaitable[Answer]]) -> None:
        self._look = look
        self._under_way: asyncio.Future[Answer] | None = None

    async def __call__(self) -> Answer:
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.ensure_future(self._look())
        return await asyncio.shield(self._under_way)


def router(kernel: Kernel, followers: Sequence[Follower], checks: Mapping[str, Check]) -> APIRouter:
    """Return `/health`, the process lives, and `/ready`, it should be asked; an edge says more at `/ready` alone."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "service": kernel.name}

    async def look() -> JSONResponse:
        try:
            await kernel.database.ping()
        except Exception:
            raise Unavailable("The database does not answer.") from None
        feeds = {one.source: await feed_standing(kernel, one) for one in followers}
        others = {name: check() for name, check in checks.items()}
        return _answer(kernel, feeds, others)

    glance = Glance(look)

    @router.get("/ready/itself")
    @router.get("/ready")
    async def ready() -> JSONResponse:
        return await glance()

    return router


async def feed_standing(kernel: Kernel, follower: Follower) -> Standing:
    """Say how a feed stands here; it hinders where another replica has followed it in the time and this one has not."""
    most = kernel.settings.ready_lag
    seconds = round(follower.behind, 1)
    if seconds <= most:
        return Standing("following" if follower.healthy else "behind", seconds)
    elsewhere = await follower.behind_everywhere()
    if elsewhere > most:
        return Standing("behind everywhere", seconds)
    why = f"The feed of {follower.source} is {seconds:.0f} s behind here, and {max(0.0, elsewhere):.0f} s elsewhere."
    return Standing("behind here", seconds, why)


def _answer(kernel: Kernel, feeds: Mapping[str, Standing], others: Mapping[str, Standing]) -> JSONResponse:
    hindering = [one.hinders for one in (*feeds.values(), *others.values()) if one.hinders]
    told = {"feeds": _told(feeds), **_told(others)}
    if hindering:
        raise NotReady(" ".join(hindering), service=kernel.name, **told)
    behind = ", ".join(f"{name};seconds={one.seconds:.0f}" for name, one in feeds.items() if "behind" in one.state)
    headers = {BEHIND_HEADER: behind} if behind else {}
    return JSONResponse({"status": "ready", "service": kernel.name, **told}, headers=headers)


def _told(standings: Mapping[str, Standing]) -> dict[str, Any]:
    return {name: {k: v for k, v in asdict(one).items() if k != "hinders"} for name, one in standings.items()}
