"""Those who are told: servers on loopback that keep what arrives and answer as a test wishes."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.town import served


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.body)
        return told


Answers = Callable[["Arrived"], Response]


@dataclass
class Receiver:
    """Keeps what arrives; `answer` says with what it is answered, after `delay` seconds."""

    answer: Answers = field(default=lambda _: Response(status_code=204))
    delay: float = 0.0
    url: str = ""
    got: list[Arrived] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            arrived = Arrived(dict(request.headers), await request.body())
            self.got.append(arrived)
            await asyncio.sleep(self.delay)
            await self.answer(arrived)(scope, receive, send)
        finally:
            self.open -= 1

    def ids(self) -> list[str]:
        return [one.id for one in self.got]


@contextlib.contextmanager
def receiving(answer: Answers | None = None, *, delay: float = 0.0) -> Iterator[Receiver]:
    """Serve a receiver while the context is open."""
    receiver = Receiver(delay=delay)
    if answer is not None:
        receiver.answer = answer
    with served(receiver) as url:
        receiver.url = f"{url}/told"
        yield receiver


def until(true: Callable[[], Any], *, seconds: float = 20) -> Any:
    """Return what `true` says as soon as that is something."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, "it never came true"
        threading.Event().wait(0.02)
    return found
