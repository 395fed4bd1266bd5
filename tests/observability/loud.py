"""A service that breaks in every way it can while it holds what must never be logged: run by its test as a process."""

import asyncio
import gc
import logging
import threading
import warnings
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import text
from starlette.responses import JSONResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from services.kernel.app import Room, build, from_environment
from services.kernel.clock import system_clock
from services.kernel.context import Kernel
from services.kernel.events import Event
from services.kernel.settings import ServiceSettings
from services.kernel.work import Work, as_service

CANARY = "Wrenna Finchley 07700 900123 wrenna@example.org"
TENANT = UUID("0199d1b8-0000-7000-8000-000000000001")
router = APIRouter()
kept: set[asyncio.Task[None]] = set()


class Given(BaseModel):
    number: int


def _kernel(request: Request) -> Kernel:
    kernel: Kernel = request.app.state.kernel
    return kernel


async def _break() -> None:
    raise ValueError(CANARY)


@router.get("/raise/{word}")
async def raise_it(word: str) -> None:
    try:
        await _break()
    except ValueError as error:
        raise RuntimeError(f"{word} {CANARY}") from error


@router.get("/integrity")
async def integrity(request: Request) -> None:
    insert = text(
        "insert into external_ids (collection, system, value, resource_id) values ('x', 'x', :value, :id)"
    )  # fmt: skip
    async with _kernel(request).database.engine.begin() as connection:
        await connection.execute(text("begin"))
        await connection.execute(text("select set_config('app.tenant', :t, true)"), {"t": str(TENANT)})
        for _ in range(2):
            await connection.execute(insert, {"value": CANARY, "id": uuid4()})


@router.get("/statement")
async def statement(request: Request) -> None:
    async with _kernel(request).database.engine.begin() as connection:
        await connection.execute(text(f"select '{CANARY}'::integer"))


@router.get("/task")
async def task() -> None:
    running = asyncio.create_task(_break())
    await asyncio.sleep(0.01)
    del running
    gc.collect()


@router.get("/loop")
async def loop() -> None:
    def broken() -> None:
        raise ValueError(CANARY)

    asyncio.get_running_loop().call_soon(broken)
    asyncio.get_running_loop().call_exception_handler({"message": CANARY, "name": CANARY})
    await asyncio.sleep(0.01)


@router.get("/thread")
async def thread() -> None:
    def broken() -> None:
        raise ValueError(CANARY)

    one = threading.Thread(target=broken, name=CANARY)
    one.start()
    one.join()


class _Left:
    def __init__(self) -> None:
        self.name = CANARY

    def __del__(self) -> None:
        raise ValueError(self.name)


@router.get("/left")
async def left() -> None:
    _Left()
    gc.collect()


@router.get("/warn")
async def warn() -> None:
    warnings.warn(CANARY, UserWarning, stacklevel=1)


@router.get("/library")
async def library() -> None:
    logger = logging.getLogger("some.library")
    logger.error("A request of %s failed", CANARY)
    logger.error(f"A request of {CANARY} failed")
    logger.error("%d", CANARY)
    logger.error(CANARY, extra={"name_of": CANARY})
    logging.getLogger(CANARY).error("The logger itself is named after somebody")
    try:
        await _break()
    except ValueError:
        logger.exception("It broke: %r", CANARY)


@router.get("/ours")
async def ours() -> None:
    log = structlog.get_logger()
    log.info("request", route=CANARY, method=CANARY, status=CANARY, name=CANARY)
    log.warning(CANARY, reason=CANARY, webhook=CANARY, because=CANARY, says=CANARY)
    try:
        await _break()
    except ValueError as error:
        log.exception("unhandled")
        log.error("unhandled", exc_info=error, trail=[CANARY], error=CANARY, request_id=CANARY)


@router.get("/job")
async def job(request: Request) -> None:
    async with as_service(_kernel(request), TENANT) as work:
        await work.defer("fail", words=CANARY)


@router.post("/given")
async def given(given: Given) -> Given:
    return given


@router.get("/stream")
async def stream() -> StreamingResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"a beginning"
        raise ValueError(CANARY)

    return StreamingResponse(parts())


async def _fail(kernel: Kernel, *, tenant: str, words: str) -> None:
    raise ValueError(words)


async def _follow(work: Work, events: Sequence[Event]) -> None:
    raise ValueError(CANARY)


async def _neighbour(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand for the gateway, which grants a token, and for the directory, whose feed has one fact."""
    fact = {"id": str(uuid4()), "type": "x", "subject": str(uuid4()), "tenant": str(TENANT),
            "at": datetime.now(UTC).isoformat(), "ids": {"name": CANARY}}  # fmt: skip
    body: dict[str, Any] = {"token": CANARY, "expires_in": 60, "items": [fact], "next": "1.1"}
    await JSONResponse(body)(scope, receive, send)


def create_app() -> FastAPI:
    """Return the app, which logs all that there is to log."""
    told = from_environment(ServiceSettings)
    logging.getLogger().setLevel(logging.DEBUG)
    room = Room("community", "Loud.", [router], tasks={"fail": _fail}, follows={"directory": _follow})
    return build(room, told, peers={"gateway": _neighbour, "directory": _neighbour}, clock=system_clock)
