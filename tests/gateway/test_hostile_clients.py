"""Clients that do not speak HTTP as it should be spoken: raw sockets against the process as it is really served.

Each attack must end in a clear refusal or in one unambiguous request to the service behind, and the gateway must
answer the next client as if nothing had been.
"""

import json
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.framing import LONGEST_HEAD, MOST_HEADERS, Framing
from tests.gateway.conftest import Gate
from tests.gateway.hostile import LARGEST, Served, is_closed, rest_of, serving


@pytest.fixture(scope="module")
def server(the_gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(the_gate, tmp_path_factory.mktemp("hostile") / "log") as served:
        yield served


@pytest.fixture(autouse=True)
def nobody_else_notices(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each attack a well-behaved client is answered at once, and the witness has nothing left over."""
    yield
    if "server" in request.fixturenames:
        served: Served = request.getfixturevalue("server")
        served.witness.slow, served.witness.large = 0.0, 0
        if served.process.poll() is None:
            began = time.monotonic()
            assert b" 200 OK" in served.get(b"/v1/needs")[:20]
            assert time.monotonic() - began < 3
        served.witness.requests.clear()


def refused(answer: bytes, status: int, slug: str = "malformed-request") -> dict[str, Any]:
    """Return the problem of the only answer, after which the connection must be closed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:300]
    assert b"\r\nconnection: close" in head.lower()
    assert b"content-type: application/problem+json" in head
    problem: dict[str, Any] = json.loads(body)
    assert problem["type"] == f"/problems/{slug}"
    return problem


def begin(*headers: bytes, method: bytes = b"POST", version: bytes = b"1.1", host: bytes = b"host: x\r\n") -> bytes:
    lines = b"".join(one + b"\r\n" for one in headers)
    return method + b" /v1/needs HTTP/" + version + b"\r\n" + host + lines + b"\r\n"


SMUGGLED = b"GET /v1/offers HTTP/1.1\r\nhost: x\r\n\r\n"
CHUNKED = b"transfer-encoding: chunked"
CONFUSING = {
    "a length beside chunks": begin(b"content-length: 4", CHUNKED) + b"0\r\n\r\n" + SMUGGLED,
    "chunks beside a length": begin(CHUNKED, b"content-length: 60") + b"0\r\n\r\n" + SMUGGLED,
    "two lengths": begin(b"content-length: 0", b"content-length: 38") + SMUGGLED,
    "the same length twice": begin(b"content-length: 2", b"Content-Length: 2") + b"{}",
    "a list of lengths": begin(b"content-length: 2, 2") + b"{}",
    "a negative length": begin(b"content-length: -1"),
    "a signed length": begin(b"content-length: +2") + b"{}",
    "a length in hex": begin(b"content-length: 0x2") + b"{}",
    "an empty length": begin(b"content-length:"),
    "a length beyond everything": begin(b"content-length: 99999999999999999999"),
    "a space before the colon": begin(b"content-length : 38") + SMUGGLED,
    "an unknown coding": begin(b"transfer-encoding: gzip, chunked"),
    "chunked twice": begin(CHUNKED, CHUNKED),
    "a coding with a tab": begin(b"transfer-encoding: \x0bchunked"),
    "identity": begin(b"transfer-encoding: identity", b"content-length: 2") + b"{}",
    "chunks in HTTP/1.0": begin(CHUNKED, version=b"1.0"),
    "a folded line": begin(b"x-a: 1\r\n content-length: 38"),
    "a header without a name": begin(b": 1"),
    "a header without a colon": begin(b"nothing"),
    "a space in a name": begin(b"x a: 1"),
    "a NUL in a value": begin(b"x-a: 1\x002"),
    "a NUL in a name": begin(b"x\x00a: 1"),
    "a lone CR in a value": begin(b"x-a: 1\r2"),
    "a lone CR at a line's end": begin(b"x-a: 1\rcontent-length: 4"),
    "bare line feeds": begin().replace(b"\r\n", b"\n"),
    "one bare line feed": begin(b"x-a: 1\nx-b: 2"),
    "no host": begin(host=b""),
    "two hosts": begin(b"host: y"),
    "the same host twice": begin(b"Host: x"),
    "a host with a path": begin(host=b"host: x/../y\r\n"),
    "a host with a name": begin(host=b"host: a@b\r\n"),
    "a host of 8 bits": begin(host=b"host: \xff\r\n"),
    "an absolute target": b"GET http://inside.example/v1/needs HTTP/1.1\r\nhost: x\r\n\r\n",
    "an authority as target": b"CONNECT inside.example:443 HTTP/1.1\r\nhost: inside.example:443\r\n\r\n",
    "an asterisk as target": b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
    "a target of 8 bits": b"GET /v1/n\xc3\xa9eds HTTP/1.1\r\nhost: x\r\n\r\n",
    "a space in the target": b"GET /v1/needs /x HTTP/1.1\r\nhost: x\r\n\r\n",
    "a tab for a space": b"GET\t/v1/needs HTTP/1.1\r\nhost: x\r\n\r\n",
    "no version": b"GET /v1/needs\r\nhost: x\r\n\r\n",
    "another version": b"GET /v1/needs HTTP/2.0\r\nhost: x\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a handshake of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a chunk without a size": begin(CHUNKED) + b"\r\nhello\r\n0\r\n\r\n",
    "a negative chunk": begin(CHUNKED) + b"-1\r\nhello\r\n0\r\n\r\n",
    "a chunk of 0x": begin(CHUNKED) + b"0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk of 2^64": begin(CHUNKED) + b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than it says": begin(CHUNKED) + b"3\r\nhello\r\n0\r\n\r\n",
    "a chunk ended by a line feed": begin(CHUNKED) + b"5\nhello\r\n0\r\n\r\n",
    "a bomb of an extension": begin(CHUNKED) + b"5;" + b"x" * 70_000,
    "a smuggled header in a trailer": begin(CHUNKED) + b"0\r\nauthorization Bearer x\r\n\r\n",
    "a bomb of trailers": begin(CHUNKED) + b"0\r\n" + b"x: y\r\n" * 2_000,
}


@pytest.mark.parametrize("attack", CONFUSING.values(), ids=CONFUSING.keys())
def test_what_two_could_read_differently_is_refused(server: Served, attack: bytes) -> None:
    before = server.say(attack)
    refused(before, 405 if attack.startswith(b"CONNECT") and b" /" in attack[:10] else 400)
    assert before.count(b"HTTP/1.1 ") == 1
    assert server.witness.requests == []


@pytest.mark.parametrize("attack", CONFUSING.values(), ids=CONFUSING.keys())
def test_it_is_refused_just_as_well_a_byte_at_a_time(attack: bytes) -> None:
    framing, passed = Framing(), b""
    for place in range(len(attack)):
        passed += framing.feed(attack[place : place + 1])
        if framing.refusal is not None:
            break
    assert framing.refusal is not None
    assert SMUGGLED not in passed


BOMBS = {
    "one of a megabyte": b"GET / HTTP/1.1\r\nhost: x\r\nx-a: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "ten thousand": b"GET / HTTP/1.1\r\nhost: x\r\n" + b"".join(b"x-%d: y\r\n" % n for n in range(10_000)) + b"\r\n",
    "too many small ones": b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * MOST_HEADERS + b"\r\n",
    "an address of a megabyte": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
    "just beyond": b"GET / HTTP/1.1\r\nhost: x\r\nx-a: " + b"a" * LONGEST_HEAD + b"\r\n\r\n",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_of_headers_is_refused(server: Served, bomb: bytes) -> None:
    refused(server.say(bomb), 431, "headers-too-large")


def test_headers_up_to_the_limit_pass(server: Served) -> None:
    headers = [b"x-%d: y" % number for number in range(MOST_HEADERS - 4)]
    assert server.get(b"/v1/needs", *headers).startswith(b"HTTP/1.1 200 ")


# --- bodies --------------------------------------------------------------------------------------------------------


def test_a_body_without_end_gets_413_and_the_connection_is_closed(server: Served) -> None:
    """Chunked, so that nobody announces its size; the client goes on sending after the answer."""
    with server.connect() as connection:
        connection.sendall(server.head(b"POST", b"/v1/needs", CHUNKED, b"content-type: application/json"))
        sent, stopped = 0, False
        chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        try:
            for _ in range(2_000):
                connection.sendall(chunk)
                sent += len(chunk)
                time.sleep(0.01)
        except OSError:
            stopped = True
        assert stopped
        assert sent < 20_000_000
    answer = server.say(server.head(b"POST", b"/v1/needs", CHUNKED), *[chunk] * 6)
    refused(answer, 413, "too-large")


def test_an_announced_body_that_is_too_large_is_refused_unread(server: Served) -> None:
    answer = server.say(server.head(b"POST", b"/v1/needs", b"content-length: %d" % (LARGEST + 1)))
    refused(answer, 413, "too-large")


def test_chunks_of_a_byte_each_are_refused(server: Served) -> None:
    refused(server.say(server.head(b"POST", b"/v1/needs", CHUNKED), b"1;abcdefgh\r\nx\r\n" * 30_000), 400)


def test_extensions_and_trailers_do_not_reach_a_service(server: Served) -> None:
    body = b"5;evil=1\r\nhello\r\n0\r\nx-cando-tenant: 1\r\nauthorization: Bearer y\r\n\r\n"
    answer = server.say(server.head(b"POST", b"/v1/needs", CHUNKED, b"trailer: authorization", b"te: trailers"), body)
    assert answer.startswith(b"HTTP/1.1 201 ")
    (seen,) = server.witness.requests
    assert seen.endswith(b"\r\n\r\nhello")
    for word in (b"evil", b"x-cando-tenant", b"Bearer y", b"trailer", b"\r\nte:"):
        assert word not in seen.lower()


def test_whoever_expects_to_be_asked_on_is_asked_only_where_the_body_is_wanted(server: Served) -> None:
    expecting = server.head(b"POST", b"/v1/needs", b"expect: 100-continue", b"content-length: 2")
    with server.connect() as connection:
        connection.sendall(expecting)
        time.sleep(0.5)
        connection.sendall(b"{}")
        assert rest_of(connection).startswith(b"HTTP/1.1 100 ")
    refused(server.say(begin(b"expect: 100-continue", b"content-length: 2")), 401, "unauthenticated")
    large = server.head(b"POST", b"/v1/needs", b"expect: 100-continue", b"content-length: 900000")
    refused(server.say(large), 413, "too-large")


# --- one connection ------------------------------------------------------------------------------------------------


def test_pipelined_requests_are_answered_in_their_order(server: Served) -> None:
    needs, offers = (server.head(b"GET", b"/v1/" + name) for name in (b"needs", b"offers"))
    answer = server.say(needs + offers + begin(method=b"GET") + needs)
    assert [found for found in re.findall(rb"HTTP/1.1 (\d+) ", answer)] == [b"200", b"200", b"401", b"200"]
    assert [seen.split(b" ")[1] for seen in server.witness.requests] == [b"/v1/needs", b"/v1/offers", b"/v1/needs"]


def test_what_follows_a_good_request_is_judged_for_itself(server: Served) -> None:
    answer = server.say(server.head(b"GET", b"/v1/needs") + b"G\x00T / HTTP/1.1\r\n\r\n" + SMUGGLED)
    assert re.findall(rb"HTTP/1.1 (\d+) ", answer) == [b"200"]
    assert len(server.witness.requests) == 1


def test_an_offer_to_upgrade_is_passed_over(server: Served) -> None:
    for offer in (b"h2c", b"websocket"):
        answer = server.get(b"/v1/needs", b"upgrade: " + offer, b"http2-settings: AAMAAABkAARAAAAA")
        assert answer.startswith(b"HTTP/1.1 200 ")
    assert all(b"upgrade" not in seen and b"http2" not in seen for seen in server.witness.requests)


def test_http_1_0_is_answered_and_closed(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        assert rest_of(connection).startswith(b"HTTP/1.1 200 ")
        assert is_closed(connection, 1)


# --- what a service gets to see ------------------------------------------------------------------------------------


def test_headers_named_by_connection_take_nothing_away_and_none_says_who_asks(server: Served) -> None:
    """A proxy that drops what `Connection` names would drop our own token; one that keeps it would believe a forgery."""
    answer = server.say(
        server.head(
            b"GET", b"/v1/needs", b"connection: close, authorization, x-request-id", b"x-cando-tenant: 1",
            b"keep-alive: timeout=9", b"proxy-connection: keep-alive", b"x-forwarded-for: 1.1.1.1", b"cookie: a=b",
            b"x-name: caf\xe9",
        )
    )  # fmt: skip
    assert answer.startswith(b"HTTP/1.1 200 ")
    (seen,) = server.witness.requests
    headers = [line.partition(b":")[0].lower() for line in seen.split(b"\r\n")[1:-2]]
    assert headers.count(b"authorization") == 1
    assert headers.count(b"host") == 1
    assert not set(headers) & {
        b"connection",
        b"keep-alive",
        b"x-cando-tenant",
        b"x-forwarded-for",
        b"cookie",
        b"x-name",
    }
    assert server.token not in seen
    assert b"gate.example" not in seen


TRICKS = [
    b"/v1/..%2finternal/events", b"/v1/needs/%252e%252e/internal/events", b"/v1/needs/..;/internal/events",
    b"/v1/needs/%2E%2e/x", b"/v1/needs/%2e/x", b"//v1/needs", b"/v1//needs", b"/v1/needs/%2F/x", b"/v1/needs/%5C..",
    b"/v1/needs/%ef%bc%8e%ef%bc%8e%ef%bc%8finternal", b"/v1/needs/%e2%80%a5%ef%bc%8fx", b"/v1/needs;x=/../y",
    b"/V1/needs", b"/v1/NEEDS", b"/v1/%6eeeds", b"/v1/needs%00", b"/v1/needs/%c0%ae%c0%ae/x", b"/v1/needs/.%2e/x",
    b"/v1/needs#/../x", b"/v1/needs/%u002e%u002e/x", b"/v1/needs/x%0d%0ahost:y", b"/internal/events", b"/v1/needs?/../..",
]  # fmt: skip


@pytest.mark.parametrize("target", TRICKS)
def test_a_path_reaches_a_service_as_it_was_checked_or_not_at_all(server: Served, target: bytes) -> None:
    """Not decoded twice, not normalised on the way: byte for byte below the collection that was checked."""
    answer = server.get(target)
    status = int(answer[9:12])
    assert status in (200, 400, 404), answer[:200]
    seen = [one.split(b" ")[1] for one in server.witness.requests]
    assert seen == ([target.partition(b"#")[0]] if status == 200 else [])
    for path in seen:
        assert path.startswith((b"/v1/needs", b"/v1/%6eeeds"))
        assert not re.search(rb"(^|/)(\.|%2e){1,2}(/|$)|//|%2f|%5c", path.partition(b"?")[0], re.IGNORECASE)


# --- slow ones -----------------------------------------------------------------------------------------------------


def test_headers_that_drip_are_given_up(server: Served) -> None:
    with server.connect() as connection:
        began = time.monotonic()
        connection.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n")
        threading.Thread(target=_drip, args=(connection, b"x-a: 1\r\n", 0.2), daemon=True).start()
        answer = rest_of(connection, 6)
        refused(answer, 408, "too-slow")
        assert 1.5 < time.monotonic() - began < 6


def test_whoever_says_nothing_is_given_up(server: Served) -> None:
    with server.connect() as silent, server.connect() as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        assert is_closed(silent, 5)
        assert is_closed(idle, 6)


def test_empty_lines_hold_no_connection(server: Served) -> None:
    with server.connect() as never, server.connect() as after:
        threading.Thread(target=_drip, args=(never, b"\r\n", 0.3), daemon=True).start()
        after.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        time.sleep(0.3)
        after.sendall(b"\r\n")
        assert is_closed(never, 6)
        assert is_closed(after, 6)


def test_a_body_of_a_few_bytes_a_second_is_given_up(server: Served) -> None:
    with server.connect() as connection:
        connection.sendall(server.head(b"POST", b"/v1/needs", b"content-length: 5000"))
        threading.Thread(target=_drip, args=(connection, b"x", 0.3), daemon=True).start()
        refused(rest_of(connection, 6), 408, "too-slow")
    assert server.witness.requests == []


def test_an_answer_that_is_never_read_is_given_up(server: Served) -> None:
    server.witness.large = 30_000_000
    with server.connect(buffer=4096) as connection:
        connection.sendall(server.head(b"GET", b"/v1/needs"))
        time.sleep(6)
        got = 0
        with pytest.raises(OSError):  # noqa: PT011 - reset, in whichever way the system says it
            while part := connection.recv(1_000_000):
                got += len(part)
            raise ConnectionResetError
        assert got < 30_000_000


def _drip(connection: socket.socket, part: bytes, every: float) -> None:
    try:
        for _ in range(60):
            connection.sendall(part)
            time.sleep(every)
    except OSError:
        pass


# --- many, and the end ---------------------------------------------------------------------------------------------


def test_one_address_cannot_hold_every_connection(server: Served) -> None:
    """Of 40, one address may have 20; the next is refused at once, and those that are there go on."""
    held = [server.connect() for _ in range(20)]
    try:
        time.sleep(0.3)
        refused(server.say(), 503, "unavailable")
        held[0].sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        assert held[0].recv(100).startswith(b"HTTP/1.1 200 ")
    finally:
        for one in held:
            one.close()
        time.sleep(0.3)


def test_told_to_stop_it_finishes_what_is_under_way_and_takes_nothing_new(server: Served) -> None:
    server.witness.slow = 1.5
    with server.connect() as busy, server.connect() as idle:
        idle.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        busy.sendall(server.head(b"GET", b"/v1/needs"))
        time.sleep(0.5)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            server.connect()
        assert is_closed(idle, 1)
        assert rest_of(busy, 5).startswith(b"HTTP/1.1 200 ")
    assert time.monotonic() - began < 4
    assert server.process.wait(15) == 0
