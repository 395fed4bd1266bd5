"""One connection, guarded: what uvicorn's own protocol does not do.

Requests are framed strictly (`framing.py`) before the parser gets them. Who sends or reads too slowly loses its
connection, and so does who sends more after the answer. A refusal is a problem like any other.
"""

import asyncio
from collections import Counter
from typing import Any

import structlog
import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from deploy.framing import Framing
from gateway.limits.addresses import Addresses, grouped
from services.kernel.edge import TooSlow
from services.kernel.problems import Malformed, Problem, Unavailable

SLOWEST = 1_000
"""Bytes a second, after some time of grace, that a body must arrive and an answer must be read with."""
LINGERS = 2.0
"""Seconds for which what still comes in is thrown away, so that the refusal before it is read and not lost."""
log = structlog.get_logger()


class Config(uvicorn.Config):
    """What uvicorn is told, and what a guarded connection needs to know beyond that."""

    header_seconds: float = 10.0
    grace: float = 20.0
    connections: int = 2_000
    of_one_address: int = 2_000
    proxies = Addresses()
    by_address: Counter[str]


class _Outlet:
    """A transport that counts what is written, and closes so that the last answer is read."""

    __slots__ = ("_connection", "_transport", "written")

    def __init__(self, transport: asyncio.Transport, connection: "Connection") -> None:
        self._transport = transport
        self._connection = connection
        self.written = 0

    def write(self, data: bytes) -> None:
        self.written += len(data)
        self._transport.write(data)

    def close(self) -> None:
        self._connection.leave()

    def is_closing(self) -> bool:
        return self._connection.leaving or self._transport.is_closing()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection whose other end may be slow, confused or hostile."""

    config: Config

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._wire = transport
        self._outlet = self.transport = _Outlet(transport, self)
        self._framing = Framing()
        self._began = self.loop.time()
        self._body_began: float | None = None
        self._unread: tuple[float, int] | None = None
        self._known: Any = None
        self._keeps = True
        self._lingers_until: float | None = None
        self.leaving = False
        self._peer = self.client[0] if self.client else ""
        self._address = grouped(self._peer)
        self.config.by_address[self._address] += 1
        if self._is_one_too_many():
            self._outlet.write(_written(Unavailable("Too many connections.")))
            self.leave(reading=True)

    def connection_lost(self, exc: Exception | None) -> None:
        self.leaving = True
        self.config.by_address[self._address] -= 1
        if not self.config.by_address[self._address]:
            del self.config.by_address[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.leaving or self._framing.refusal is not None:
            return
        if self._framing.awaits_head and not self._framing.in_head and data.strip(b"\r\n"):
            self._began = self.loop.time()
        self._unset_keepalive_if_required()
        good = self._framing.feed(data)
        if good:
            super().data_received(good)
        if self._framing.refusal is not None:
            self._refuse(self._framing.refusal)
        else:
            self._follow()

    def _follow(self) -> None:
        """Keep the connection for another request only if this one has arrived in full when its answer begins."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_started:
            if cycle is not self._known:
                self._known, self._keeps = cycle, self._keeps and cycle.keep_alive
            cycle.keep_alive = self._keeps and self._framing.awaits_head
        if self._framing.awaits_head:
            self._body_began = None
        elif self._body_began is None:
            self._body_began = self.loop.time()

    def shutdown(self) -> None:
        self._keeps = False
        super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser cannot read although it was framed well."""
        del msg
        self._refuse(Malformed("The request cannot be read."))

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: whoever offers to upgrade is answered as if it had not."""

    def look(self, now: float) -> None:
        """Give up a connection whose other end is too slow. Called every second."""
        if self._reads_too_slowly(now) or (self._lingers_until is not None and now > self._lingers_until):
            log.info("connection-given-up")
            self._wire.abort()
        elif self.leaving or self._framing.refusal is not None:
            return
        elif self._body_began is not None:
            self._look_at_body(now)
        elif self._is_busy():
            self._began = now
        elif now - self._began > self.config.header_seconds:
            if self._framing.in_head or self.cycle is None:
                self._refuse(TooSlow("The headers took too long."))
            else:  # empty lines after an answer are no request
                self.leave()

    def _look_at_body(self, now: float) -> None:
        assert self._body_began is not None
        if self.flow.read_paused:  # we are the slow ones
            self._body_began = max(self._body_began, now - self._framing.received / SLOWEST)
        elif now - self._body_began > self.config.grace + self._framing.received / SLOWEST:
            self._refuse(TooSlow(f"A body comes with {SLOWEST} bytes a second or more."))

    def _reads_too_slowly(self, now: float) -> bool:
        waiting = self._wire.get_write_buffer_size()
        read = self._outlet.written - waiting
        if not waiting:
            self._unread = None
        elif self._unread is None:
            self._unread = (now, read)
        else:
            since, before = self._unread
            return now - since > self.config.grace + (read - before) / SLOWEST
        return False

    def _is_busy(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > self.config.connections:
            return True
        many = self.config.by_address[self._address] > self.config.of_one_address
        return many and not self.config.proxies.believes(self._peer)

    def _refuse(self, problem: Problem) -> None:
        """Answer with a problem and close; where an earlier request is still answered, let that be the last."""
        log.info("request-refused", why=problem.slug)
        if self._is_busy():
            if self._framing.awaits_head:
                self._keeps = self.cycle.keep_alive = False
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self._wire.abort()
                return
        if not self._is_silent():
            self._outlet.write(_written(problem))
        self.leave(reading=True)

    def _is_silent(self) -> bool:
        """Say whether nothing was ever asked here."""
        return self.cycle is None and self._framing.is_untouched

    def leave(self, *, reading: bool = False) -> None:
        """Close once everything is written. If more is to come, it is thrown away for a moment, and then cut off."""
        if self.leaving:
            return
        self.leaving = True
        self._unset_keepalive_if_required()
        if (reading or not self._framing.awaits_head) and not self._wire.is_closing() and self._wire.can_write_eof():
            self.flow.resume_reading()
            self._wire.write_eof()
            self._lingers_until = self.loop.time() + LINGERS
        else:
            self._wire.close()


def _written(problem: Problem) -> bytes:
    answer = problem.response()
    lines = [f"HTTP/1.1 {problem.status} Refused".encode()]
    lines += [name + b": " + value for name, value in answer.raw_headers]
    return b"\r\n".join([*lines, b"x-content-type-options: nosniff", b"connection: close", b"", bytes(answer.body)])
