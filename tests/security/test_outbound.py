"""An address that somebody else named never leads inside: written oddly, by name, by redirect, or by changing its mind."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.kernel.outbound import Outbound, OutboundFailed, OutboundRefused, is_public

INSIDE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/",
    "http://0177.0.0.1/", "http://017700000001/", "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://127。0。0。1/",
    "http://0.0.0.0/", "http://0/", "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://192.0.0.8/", "http://198.18.0.1/",
    "http://192.0.2.1/", "http://198.51.100.7/", "http://203.0.113.9/", "http://224.0.0.1/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://192.88.99.1/", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fec0::1]/", "http://[ff02::1]/",
    "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "http://[2001:db8::1]/", "http://[100::1]/", "http://[3fff::1]/",
    "http://[5f00::1]/", "http://localhost/", "http://localhost./", "http://a.localhost/", "http://metadata/",
    "http://metadata.google.internal/", "http://printer.local/", "http://1.0.0.127.in-addr.arpa/",
    "http://feeds.example:22/", "http://feeds.example:5432/", "https://feeds.example:80/", "http://feeds.example:0/",
    "ftp://feeds.example/", "file:///etc/passwd", "gopher://feeds.example/", "unix:///run/postgresql", "//feeds.example/",
    "http://user:secret@feeds.example/", "http://feeds.example@127.0.0.1/", "http://127.0.0.1\\@feeds.example/",
    "http://feeds.example /", "http://feeds.exam\nple/", "http://", "http:///x", "", "http://.../", "http://[::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4009:81f::200e"]


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        onward = {"/inside": "http://169.254.169.254/", "/decimal": "http://2130706433/", "/round": "/round",
                  "/other": "http://127.0.0.1:9/", "/file": "file:///etc/passwd", "/once": "/"}.get(self.path)  # fmt: skip
        if onward:
            self.send_response(302)
            self.send_header("location", onward)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("content-length", "20")
        self.end_headers()
        self.wfile.write(b"x" * (10 if self.path == "/cut" else 20))
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def neighbour() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that a socket of this thread was told to connect to; only this machine is really reached.

    Towns of other tests may still run in theirs, and look for their neighbours.
    """
    made: list[object] = []
    here = threading.get_ident()
    real = asyncio.SelectorEventLoop.sock_connect

    async def connect(loop: asyncio.SelectorEventLoop, sock: socket.socket, address: Any) -> None:
        if threading.get_ident() == here:
            made.append(address)
            if not (isinstance(address, tuple) and str(address[0]).startswith("127.")):
                raise ConnectionRefusedError
        await real(loop, sock, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    return made


@pytest.mark.parametrize("url", INSIDE)
async def test_an_address_inside_is_refused_however_it_is_written(url: str, connections: list[object]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with pytest.raises(OutboundRefused):
        await Outbound(resolve=resolve).get(url)
    assert connections == []


@pytest.mark.parametrize("told", [["127.0.0.1"], ["1.1.1.1", "10.0.0.1"], ["64:ff9b::a00:1"], ["::ffff:10.0.0.1"]])
async def test_a_name_that_leads_inside_is_refused(told: list[str], connections: list[object]) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return told

    with pytest.raises(OutboundRefused):
        await Outbound(resolve=resolve).get("http://feeds.example/")
    assert connections == []


async def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_judged(connections: list[object]) -> None:
    answers = iter([["203.0.114.1"], ["127.0.0.1"], ["127.0.0.1"]])

    async def resolve(host: str, port: int) -> list[str]:
        return next(answers)

    with pytest.raises(OutboundFailed):
        await Outbound(resolve=resolve, timeout=0.3).get("http://feeds.example/")
    assert {address[0] for address in connections if isinstance(address, tuple)} <= {"203.0.114.1"}
    with pytest.raises(OutboundRefused):
        await Outbound(resolve=resolve).get("http://feeds.example/")


async def test_the_socket_itself_is_refused_if_everything_before_was_deceived(
    monkeypatch: pytest.MonkeyPatch, connections: list[object]
) -> None:
    from services.kernel import outbound

    monkeypatch.setattr(outbound, "_judge_host", lambda *_: None)
    with pytest.raises(OutboundRefused):
        await Outbound().get("http://127.0.0.1/")
    assert connections == []


@pytest.mark.parametrize("path", ["/inside", "/decimal", "/other", "/file"])
async def test_a_redirect_leads_no_further_than_a_first_address(
    path: str, neighbour: str, connections: list[object]
) -> None:
    with pytest.raises(OutboundRefused):
        await Outbound(allow=f"{neighbour}, 127.0.0.1:9").get(f"http://{neighbour}{path}")
    assert len(connections) == 1


async def test_what_is_allowed_by_name_is_asked_and_redirects_end(neighbour: str) -> None:
    outbound = Outbound(allow=neighbour)
    assert (await outbound.get(f"http://{neighbour}/once")).body == b"x" * 20
    with pytest.raises(OutboundFailed, match="too often"):
        await outbound.get(f"http://{neighbour}/round")
    assert (await outbound.send("POST", f"http://{neighbour}/", body=b"{}")).status == 501
    with pytest.raises(OutboundRefused):
        await Outbound(allow="127.0.0.1:1").get(f"http://{neighbour}/")


async def test_an_answer_that_breaks_off_says_so_and_one_that_is_too_large_is_not_taken(neighbour: str) -> None:
    outbound = Outbound(allow=neighbour)
    cut = await outbound.get(f"http://{neighbour}/cut")
    assert (cut.body, cut.whole) == (b"x" * 10, False)
    with pytest.raises(OutboundFailed, match="more than is taken"):
        await outbound.get(f"http://{neighbour}/", largest=19)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)
