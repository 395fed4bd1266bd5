"""`make run`: everything in one process, on an embedded PostgreSQL or on the one that CANDO_DATABASE_URL names.

`main` starts it and hands it, once it answers, to whoever wants to do more with it than to greet: the demo does.
"""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

import uvicorn
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from deploy import embedded
from deploy.database import Refused, prepare
from deploy.serving import Server, Serving, config, swift
from gateway.bootstrap import ensure_bootstrap_key
from services.kernel import logs
from services.kernel.clock import system_clock
from services.kernel.database import UnsafeDatabase
from services.kernel.lasting import lasting
from services.kernel.secrets import WrongSecret

if TYPE_CHECKING:
    from deploy.house import House


class Settings(BaseSettings):
    """Read from `CANDO_…`. Documented in docs/configuration.md; a test fails when one is missing there."""

    model_config = SettingsConfigDict(env_prefix="CANDO_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes a free one."""
    data: Path | None = None
    """Where the embedded PostgreSQL and the secret lie: ./data, as root /var/lib/cando."""
    database_url: str | None = None
    """A PostgreSQL 16 or newer, as a role that may create roles and schemas; embedded without it."""
    public_url: str = ""
    """What absolute links start with; without it the address that is served."""
    secret: str | None = None
    """What all other secrets are derived from, 32 characters or more; made and kept in the data folder without it."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"


@dataclass(frozen=True, slots=True)
class Started:
    """An instance that answers: its address, the house behind it, its secret, where the data lie."""

    url: str
    house: "House"
    secret: str
    data: str
    server: uvicorn.Server

    async def key(self) -> str | None:
        """Return the bootstrap key if this is the first start, else None."""
        return await ensure_bootstrap_key(self.house.gateway.desk.state.kernel.database, self.secret, system_clock)

    def stop(self) -> None:
        """Let the instance end as Ctrl-C would."""
        self.server.should_exit = True


_READY = """
Cando answers at {url}

{bootstrap}
Try, in another window:
  curl {url}/health
  curl {url}/problems/consent-unknown          (and open {url}/docs)
  curl {url}/v1/tenants -H "Authorization: Bearer $KEY"
docs/quickstart.md goes on from here. Ctrl-C stops Cando; the data stay in {data}.
"""


async def greet(started: Started) -> None:
    """Say where it answers, the key if it is new, and what to try."""
    key = await started.key()
    print(_READY.format(url=started.url, bootstrap=_about_key(key), data=started.data), flush=True)


def main(then: Callable[[Started], Awaitable[None]] = greet, **instead: object) -> int:
    """Run until interrupted; return the exit code. Whatever stands in the way is said in one sentence.

    `then` is called once it answers; `instead` are settings that hold where the environment names none.
    """
    try:
        settings = Settings()
        settings = settings.model_copy(update={k: v for k, v in instead.items() if k not in settings.model_fields_set})
        logs.configure(settings.log_level)
        logs.last_resort()
        if settings.database_url:
            make_url(settings.database_url)  # said before the code is read, which takes seconds
        with _listening(settings) as listener, _loading() as built, database_of(settings) as admin_url:
            secret = secret_of(settings)
            prepare(admin_url, secret)
            loaded = built.result()
            with lasting():
                house = loaded.House(admin_url, secret=secret, public_url=settings.public_url)
            with asyncio.Runner(loop_factory=swift()) as runner:
                runner.run(_serve(settings, listener, house, secret, then))
    except Refused as refused:
        return _say(str(refused))
    except UnsafeDatabase as unsafe:
        return _say(str(unsafe))
    except ArgumentError:
        return _say("CANDO_DATABASE_URL cannot be used: it must be like postgresql://role:password@host/database.")
    except SQLAlchemyError as error:
        return _say(f"The database refused a service ({type(error).__name__}).")
    except WrongSecret:
        return _say("CANDO_SECRET is not the one that this database was set up with.")
    except ValidationError as error:
        wrong = error.errors()[0]
        return _say(f"CANDO_{str(wrong['loc'][0]).upper()} cannot be used: {wrong['msg']}.")
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Cando has stopped; the data are kept.")
    return 0


def _say(sentence: str) -> int:
    print(f"Cando does not start. {sentence}", file=sys.stderr)
    return 1


@contextlib.contextmanager
def _loading() -> Iterator[Future[ModuleType]]:
    """Read the house's code, which takes longer than all else at the start, while the database starts."""
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(_loaded)


def _loaded() -> ModuleType:
    with lasting():
        return import_module("deploy.house")


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything else is touched."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or "it is not a port"
            raise Refused(f"Port {settings.port} cannot be used ({reason}); CANDO_PORT names another.") from None
        yield listener


@contextlib.contextmanager
def database_of(settings: Settings) -> Iterator[str]:
    """Yield the admin address of the database, started here unless one is named."""
    if settings.database_url:
        yield settings.database_url
        return
    server = embedded.start(folder_of(settings))
    try:
        with _alone(folder_of(settings)):
            yield server.get_uri()
    finally:
        server.cleanup()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second instance from these data; the system lets go of them when this process ends, however it does."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"Another Cando runs on the data in {folder}; CANDO_DATA names others.") from None
        yield


def folder_of(settings: Settings) -> Path:
    """Return where the data of an embedded database lie."""
    return settings.data or embedded.default_folder()


def secret_of(settings: Settings) -> str:
    """Return the installation's secret; keep a new one beside the data, readable by its owner alone."""
    if settings.secret:
        return settings.secret
    path = folder_of(settings) / "secret"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except OSError as error:
        raise Refused(f"The secret {path} cannot be kept: {error.strerror}.") from None


async def _serve(
    settings: Settings,
    listener: socket.socket,
    house: "House",
    secret: str,
    then: Callable[[Started], Awaitable[None]],
) -> None:
    host, port = listener.getsockname()[:2]
    url = settings.public_url.rstrip("/") or f"http://{host}:{port}"
    server = Server(config(house, Serving(), lifespan="off"))
    where = "the database" if settings.database_url else str(folder_of(settings))
    with _ending() as served:
        await _open(house, server, listener, Started(url, house, secret, where, server), then, served)


@contextlib.contextmanager
def _ending() -> Iterator[asyncio.Event]:
    """Let SIGTERM end this task in order until it only serves, when the server hears it itself.

    Otherwise the signal would cancel everything at once, and what still starts would wait for what has gone.
    """
    loop, task, served = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()
    assert task is not None
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread: no signals
        loop.add_signal_handler(signal.SIGTERM, lambda: None if served.is_set() else task.cancel())
    yield served


async def _open(
    house: "House",
    server: Server,
    listener: socket.socket,
    started: Started,
    then: Callable[[Started], Awaitable[None]],
    served: asyncio.Event,
) -> None:
    async with house.open():
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            while not server.started and not running.done():  # noqa: ASYNC110 – uvicorn has no event for it
                await asyncio.sleep(0.02)
            await then(started)
            served.set()
            await running
        except BaseException:
            started.stop()
            await running
            raise


def _about_key(key: str | None) -> str:
    if key is None:
        return "The bootstrap key was shown at the first start and is not shown again."
    return f"The bootstrap key, shown only this once (it makes tenants and clients):\n  export KEY={key}"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
