"""A gateway as a process of its own, as the image would serve it, before a witness that keeps every byte it was sent."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from deploy.database import runtime_url
from services.kernel.app import NAMES
from tests.conftest import SECRET
from tests.gateway.conftest import Gate

LARGEST = 50_000
TOLD = {
    "CANDO_HEADER_SECONDS": "2", "CANDO_GRACE_SECONDS": "2", "CANDO_STOP_SECONDS": "4", "CANDO_CONNECTIONS": "40",
    "CANDO_LARGEST_BODY": str(LARGEST), "CANDO_UPSTREAM_TIMEOUT": "5",
}  # fmt: skip
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


@dataclass
class Witness:
    """A service that keeps what it was sent, byte for byte, and says yes to everything; `slow` seconds late."""

    requests: list[bytes] = field(default_factory=list)
    slow: float = 0.0
    large: int = 0

    @contextlib.contextmanager
    def standing(self) -> Iterator[str]:
        """Listen while the context is open; yield the address."""
        with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            listener.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            held = b""
            while True:
                while b"\r\n\r\n" not in held:
                    held += _more(connection)
                head, _, held = held.partition(b"\r\n\r\n")
                held = self._body(connection, head, held)
                connection.sendall(self._answer(head))

    def _body(self, connection: socket.socket, head: bytes, held: bytes) -> bytes:
        """Take the body off, and note the request unless one of our own followers sent it."""
        if b"chunked" in head.lower():
            while b"0\r\n\r\n" not in held:
                held += _more(connection)
            body, _, rest = held.partition(b"0\r\n\r\n")
        else:
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            while len(held) < length:
                held += _more(connection)
            body, rest = held[:length], held[length:]
        if b" /internal/" not in head:
            self.requests.append(head + b"\r\n\r\n" + body)
        return rest

    def _answer(self, head: bytes) -> bytes:
        if b"/internal/events" in head:
            time.sleep(0.3)
            body = json.dumps({"items": [], "next": "1.0"}).encode()
        elif b"/internal/" in head:
            body = json.dumps({"id": str(uuid4())}).encode()
        else:
            time.sleep(self.slow)
            body = b"x" * self.large or b"{}"
        status = b"201 Created" if head.startswith(b"POST") else b"200 OK"
        lines = [b"HTTP/1.1 " + status, b"content-type: application/json", b"content-length: %d" % len(body)]
        return b"\r\n".join([*lines, b"", body])


def _more(connection: socket.socket) -> bytes:
    """Return what came. Raises OSError when nothing more will come."""
    part = connection.recv(65536)
    if not part:
        raise ConnectionResetError
    return part


@dataclass
class Served:
    """The process: where it answers, what stands behind it, and a good token."""

    port: int
    witness: Witness
    process: "subprocess.Popen[bytes]"
    token: bytes = b""

    def connect(self, *, buffer: int = 0) -> socket.socket:
        """Open a connection; with a small `buffer`, what is not read soon stays with the server."""
        connection = socket.socket()
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.settimeout(15)
        try:
            connection.connect(("127.0.0.1", self.port))
        except OSError:
            connection.close()
            raise
        return connection

    def say(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """Send `parts` and return all that comes back until the server closes or is silent for a while."""
        with self.connect() as connection:
            for part in parts:
                with contextlib.suppress(ConnectionError):
                    connection.sendall(part)
                time.sleep(pause)
            return rest_of(connection)

    def get(self, target: bytes, *headers: bytes) -> bytes:
        """Return the whole answer to a GET with a good token."""
        return self.say(self.head(b"GET", target, *headers, b"connection: close"))

    def head(self, method: bytes, target: bytes, *headers: bytes) -> bytes:
        """Return a request's head, with a good token."""
        lines = [method + b" " + target + b" HTTP/1.1", b"host: gate.example", b"authorization: Bearer " + self.token]
        return b"\r\n".join([*lines, *headers, b"", b""])


def rest_of(connection: socket.socket, silence: float = 1.0) -> bytes:
    """Return what comes until the other end closes, or nothing has come for a while."""
    connection.settimeout(silence)
    answer = b""
    with contextlib.suppress(OSError):
        while part := connection.recv(65536):
            answer += part
    return answer


def is_closed(connection: socket.socket, within: float) -> bool:
    """Say whether the other end closes the connection in that time; what it says before is passed over."""
    until = time.monotonic() + within
    while (left := until - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            if not connection.recv(65536):
                return True
        except TimeoutError:
            return False
        except OSError:
            return True
    return False


@contextlib.contextmanager
def serving(gate: Gate, log: Path) -> Iterator[Served]:
    """Have the process run, on the database of `gate`, before a witness."""
    witness = Witness()
    with witness.standing() as behind, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CANDO_")}
        environment |= {f"CANDO_{name.upper()}_URL": behind for name in NAMES}
        environment |= {
            "CANDO_GATEWAY_URL": f"http://127.0.0.1:{port}",
            "CANDO_PORT": str(port),
            "CANDO_SECRET": SECRET,
        }
        environment |= {"CANDO_DATABASE_URL": runtime_url(gate.admin_url, "gateway", SECRET), **TOLD}
        command = [sys.executable, "-m", "deploy.serving", "gateway"]
        with log.open("wb") as file:
            process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
        try:
            _wait_until_healthy(port, process, log)
            token = gate.token(gate.client(gate.tenant(), "matching:write")).encode()
            while gate.opened:
                gate.opened.pop().close()
            yield Served(port, witness, process, token)
        finally:
            process.kill()
            process.wait(15)


def _wait_until_healthy(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-2000:]
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/health").is_success:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
