"""A desk that is not running, so that a test sends step by step; run as a program, a sender that lives until killed."""

import asyncio
import sys
from collections.abc import Mapping

from starlette.types import ASGIApp

from deploy.database import runtime_url
from gateway.app import create_app
from gateway.settings import Settings
from gateway.webhooks.delivery import Sender
from gateway.webhooks.routes import PURPOSE
from services.kernel.clock import Clock, system_clock
from services.kernel.context import Kernel
from services.kernel.secrets import Box


def kernel_of(admin_url: str, secret: str, services: Mapping[str, ASGIApp], clock: Clock = system_clock) -> Kernel:
    """Return the running parts of a desk whose lifespan nobody enters."""
    url = runtime_url(admin_url, "gateway", secret)
    settings = Settings(database_url=url, secret=secret, pool=4, outbound_allow="127.0.0.1:*")
    kernel: Kernel = create_app(settings, upstreams=services, clock=clock).desk.state.kernel
    return kernel


def box_of(secret: str) -> Box:
    return Box(secret, PURPOSE)


def sender_of(kernel: Kernel, secret: str, *, time_limit: float = 15.0) -> Sender:
    """Return a sender whose chance is even."""
    return Sender(kernel, box_of(secret), asyncio.Semaphore(3), chance=lambda: 0.5, time_limit=time_limit)


async def _send(admin_url: str, secret: str) -> None:
    await sender_of(kernel_of(admin_url, secret, {}), secret).step()


if __name__ == "__main__":
    asyncio.run(_send(*sys.argv[1:3]))
