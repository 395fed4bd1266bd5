"""How every process of Cando is served: `python -m deploy.serving PART`, and the same for all in one.

One place for what a server must do that faces the world: how large, how slow, how many; how it stops. Forwarded
headers are not believed here; the gateway does that, for the proxies it is told of.
"""

import asyncio
import contextlib
import resource
import signal
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import structlog
import uvicorn
from pydantic import Field, ValidationError
from pydantic_settings import SettingsConfigDict
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.connection import Config, Connection
from gateway.limits.addresses import Addresses, Networks
from services.kernel import logs
from services.kernel.app import NAMES
from services.kernel.database import UnsafeDatabase
from services.kernel.lasting import lasting
from services.kernel.settings import FromEnvironment

PARTS = ("gateway", *NAMES)
USAGE = f"usage: python -m deploy.serving {{{','.join(PARTS)}}}"
_FIRST_PORT = 8000
_OTHER_FILES = 200
_LOOKS_EVERY = 10
_SWITCH = 0.0005
log = structlog.get_logger()


class Serving(FromEnvironment):
    """What a process is told about serving, from `CANDO_…`."""

    model_config = SettingsConfigDict(env_prefix="CANDO_", extra="ignore")

    host: str = "127.0.0.1"
    port: int | None = None
    """None: the one of the part."""
    connections: int = Field(default=2_000, ge=10)
    """Connections at one time; one address may have half of them, unless it is a trusted proxy or a service of ours."""
    header_seconds: float = Field(default=10.0, gt=0)
    """Seconds within which the headers of a request must have come."""
    grace_seconds: float = Field(default=20.0, gt=0)
    """Seconds for which a body may come, or an answer be read, slower than 1,000 bytes a second."""
    stop_seconds: int = Field(default=5, ge=0)
    """Seconds that requests under way get to finish when the process is told to stop."""
    trusted_proxies: Networks = ""


def config(app: ASGIApp | str, serving: Serving, *, faces_the_world: bool = True, **more: Any) -> Config:
    """Return how `app` is served."""
    told = Config(
        app, http=Connection, ws="none", log_config=None, log_level="error", access_log=False, server_header=False,
        proxy_headers=False, backlog=1024, timeout_keep_alive=5, timeout_graceful_shutdown=serving.stop_seconds, **more,
    )  # fmt: skip
    told.connections = min(serving.connections, _files() - _OTHER_FILES)
    told.of_one_address = max(1, told.connections // 2) if faces_the_world else told.connections
    told.header_seconds, told.grace = serving.header_seconds, serving.grace_seconds
    told.proxies, told.by_address = Addresses(serving.trusted_proxies), Counter()
    return told


def swift() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Make this process quick to answer, and return what makes its loop.

    Threads that compute let the loop in after half a millisecond instead of five: an answer waits for the loop about
    ten times, so that beside one busy thread it would take 50 ms.
    """
    sys.setswitchinterval(_SWITCH)
    return uvicorn.Config("", log_config=None).get_loop_factory()


class Server(uvicorn.Server):
    """uvicorn's server, which every second looks whether somebody is too slow."""

    async def on_tick(self, counter: int) -> bool:
        if counter % _LOOKS_EVERY == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, Connection):
                    connection.look(now)
        return await super().on_tick(counter)


def _files() -> int:
    """Return how many files this process may have open, after asking for all it can get."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        wanted = min(hard, 65_536) if hard != resource.RLIM_INFINITY else 65_536
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
            soft = max(soft, wanted)
    return max(soft, 2 * _OTHER_FILES)


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Take a port. Raises OSError, OverflowError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        yield listener


def main(arguments: list[str]) -> int:
    """Serve the part that is named until told to stop; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in PARTS:
        print(USAGE, file=sys.stderr)
        return 2
    part = arguments[0]
    try:
        serving = Serving()
        port = _FIRST_PORT + PARTS.index(part) if serving.port is None else serving.port
        with listening(serving.host, port) as listener:
            return _serve(part, serving, listener)
    except ValidationError as error:
        wrong = error.errors()[0]
        return _say(f"CANDO_{str(wrong['loc'][0]).upper()} cannot be used: {wrong['msg']}.")
    except (OSError, OverflowError) as error:
        return _say(f"The port cannot be used: {getattr(error, 'strerror', None) or 'it is not a port'}.")
    except KeyboardInterrupt:
        return 0


def _serve(part: str, serving: Serving, listener: socket.socket) -> int:
    package = "gateway" if part == "gateway" else f"services.{part}"
    with lasting():
        app = import_module(f"{package}.app").create_app()
    server = Server(config(_telling(app, part), serving, faces_the_world=part == "gateway"))
    signal.signal(signal.SIGTERM, server.handle_exit)
    swift()
    server.run(sockets=[listener])
    return 0 if server.started else 3


def _telling(app: ASGIApp, part: str) -> ASGIApp:
    """Return `app`, which then says in the log why it does not start."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception as error:
            if scope["type"] == "lifespan":
                ours = logs.sentence(error) if isinstance(error, UnsafeDatabase) else {}
                log.critical("does-not-start", service=part, **logs.trail(error), **ours)
            raise

    return told


def _say(sentence: str) -> int:
    print(f"Cando does not start. {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
