"""Where one request ends and the next begins: decided here, strictly, before any parser sees a byte.

Whatever two programs could read differently is refused: bare line feeds, folded lines, a length beside chunks, two
lengths, two hosts. What is passed on is canonical: chunks without extensions, no trailers, no offer to upgrade. So it
does not matter how lenient the parser behind is, nor which one it is. No sockets and no clock here.
"""

import re
from typing import ClassVar

from services.kernel.edge import HeadersTooLarge
from services.kernel.problems import Malformed, MethodNotAllowed, Problem

LONGEST_HEAD = 16_384
MOST_HEADERS = 100
_LONGEST_LINE = 256
_LONGEST_TRAILERS = 4_096
_OVERHEAD = 65_536
"""Bytes of framing that a chunked body may have beyond its own size: chunks of a byte each are an attack."""
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
_HEAD = re.compile(
    _TOKEN + rb"{1,20} /[\x21-\x7e]* HTTP/1\.[01]\r\n(?:" + _TOKEN + rb"+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n"
)
_TRAILER = re.compile(_TOKEN + rb"+:[\t\x20-\x7e\x80-\xff]*\r\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n")
_HOST = re.compile(rb"(?:[A-Za-z0-9._\-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?|")
_LENGTH = re.compile(rb"[0-9]{1,15}")
_MATTER = frozenset({b"host", b"content-length", b"transfer-encoding", b"upgrade", b"http2-settings"})
_DROPPED = frozenset({b"upgrade", b"http2-settings"})


class Framing:
    """Follows one connection. `feed` returns what may be passed on; `refusal` says why nothing more is."""

    _HEAD_STATE: ClassVar[str] = "head"

    def __init__(self) -> None:
        self.refusal: Problem | None = None
        self.received = 0
        """Bytes of the present body, framing included."""
        self._state = self._HEAD_STATE
        self._held = bytearray()
        self._left = 0
        self._content = 0
        self._trailers = 0
        self.is_untouched = True

    @property
    def awaits_head(self) -> bool:
        """Say whether the last request is complete."""
        return self._state == self._HEAD_STATE

    @property
    def in_head(self) -> bool:
        """Say whether a request has begun whose head is not complete."""
        return self._state == self._HEAD_STATE and bool(self._held)

    def feed(self, data: bytes) -> bytes:
        """Return what of `data`, and of what was held back before, is good to be parsed."""
        out: list[bytes] = []
        self.is_untouched = False
        self._held += data
        if self._state != self._HEAD_STATE:
            self.received += len(data)
        try:
            while self._held and getattr(self, "_" + self._state)(out):
                pass
        except Problem as problem:
            self.refusal = problem
            self._held.clear()
        return out[0] if len(out) == 1 else b"".join(out)

    def _line(self, longest: int = _LONGEST_LINE) -> bytes | None:
        """Take a line off, with its end; None if it is not there yet."""
        end = self._held.find(b"\n", 0, longest)
        if end < 0:
            if len(self._held) >= longest:
                raise Malformed("A line of the framing is too long.")
            return None
        line = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        return line

    def _head(self, out: list[bytes]) -> bool:
        if self._held.startswith(b"\r\n"):  # an empty line before a request is passed over (RFC 9112, 2.2)
            del self._held[:2]
            return True
        end = self._held.find(b"\r\n\r\n", 0, LONGEST_HEAD)
        if end < 0:
            if len(self._held) >= LONGEST_HEAD:
                raise HeadersTooLarge(f"At most {LONGEST_HEAD} bytes.")
            if b"\n\n" in self._held or self._held[:1] < b"!":
                raise Malformed("Lines end with CR LF.")
            return False
        head = bytes(self._held[: end + 4])
        del self._held[: end + 4]
        out.append(self._checked(head))
        return True

    def _checked(self, head: bytes) -> bytes:
        """Return the head to be passed on, and know from it what follows."""
        if not _HEAD.fullmatch(head):
            raise Malformed("The request line or a header is not well-formed.")
        lines = head[:-4].split(b"\r\n")
        if len(lines) > MOST_HEADERS + 1:
            raise HeadersTooLarge(f"At most {MOST_HEADERS} headers.")
        if head.startswith((b"CONNECT ", b"TRACE ")):
            raise MethodNotAllowed
        said: dict[bytes, bytes] = {}
        dropped = False
        for line in lines[1:]:
            name, _, value = line.partition(b":")
            name = name.lower()
            if name in _MATTER:
                if name in said and name not in _DROPPED:
                    raise Malformed(f"{name.decode()} is there twice.")
                said[name] = value.strip(b" \t")
                dropped = dropped or name in _DROPPED
        self._follow(said, newer=lines[0].endswith(b"1"))
        return _without(lines, _DROPPED) if dropped else head

    def _follow(self, said: dict[bytes, bytes], *, newer: bool) -> None:
        host, length, coding = (said.get(one) for one in (b"host", b"content-length", b"transfer-encoding"))
        if (host is None and newer) or (host is not None and not _HOST.fullmatch(host)):
            raise Malformed("One well-formed host is needed.")
        if coding is not None:
            if length is not None or not newer or coding.lower() != b"chunked":
                raise Malformed("A body is chunked or of a length, and nothing else.")
            self._begin("chunk")
            self._content = self._trailers = 0
        elif length is not None:
            if not _LENGTH.fullmatch(length):
                raise Malformed("The content-length is not a length.")
            self._left = int(length)
            self._begin("body" if self._left else self._HEAD_STATE)

    def _begin(self, state: str) -> None:
        self._state = state
        self.received = len(self._held)

    def _body(self, out: list[bytes]) -> bool:
        part = self._part()
        out.append(part)
        if not self._left:
            self._state = self._HEAD_STATE
        return True

    def _part(self) -> bytes:
        part = bytes(self._held[: self._left])
        del self._held[: len(part)]
        self._left -= len(part)
        return part

    def _chunk(self, out: list[bytes]) -> bool:
        line = self._line()
        if line is None:
            return False
        found = _CHUNK.fullmatch(line)
        if found is None:
            raise Malformed("A chunk does not say its size.")
        self._left = int(found[1], 16)
        if self.received - len(self._held) > 2 * self._content + _OVERHEAD:
            raise Malformed("The chunks are too small.")
        self._state = "data" if self._left else "end"
        out.append(b"%x\r\n" % self._left if self._left else b"")
        return True

    def _data(self, out: list[bytes]) -> bool:
        part = self._part()
        self._content += len(part)
        out.append(part)
        if not self._left:
            self._state = "after"
        return True

    def _after(self, out: list[bytes]) -> bool:
        if len(self._held) < 2:
            return False
        if self._held[:2] != b"\r\n":
            raise Malformed("A chunk is not as long as it says.")
        del self._held[:2]
        out.append(b"\r\n")
        self._state = "chunk"
        return True

    def _end(self, out: list[bytes]) -> bool:
        """Pass over trailers: nothing that comes after a body may speak for the request."""
        line = self._line(_LONGEST_TRAILERS)
        if line is None:
            return False
        self._trailers += len(line)
        if line == b"\r\n":
            out.append(b"0\r\n\r\n")
            self._state = self._HEAD_STATE
        elif self._trailers > _LONGEST_TRAILERS or not _TRAILER.fullmatch(line):
            raise Malformed("A trailer is not well-formed.")
        return True


def _without(lines: list[bytes], names: frozenset[bytes]) -> bytes:
    kept = [line for line in lines[1:] if line.partition(b":")[0].lower() not in names]
    return b"\r\n".join([lines[0], *kept, b"", b""])
