"""Uploaded files as a reader wants them: opened again and again, of any size, never whole in memory.

The files themselves live in the database, in pieces. For the time of reading they are copied to a nameless temporary
file, which may be lost at any moment: it is made anew from the pieces.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, TextIO, cast

import ijson

from services.directory.imports import hsds_csv, open_referral
from services.directory.imports.domain import Flaw, Item

LONGEST_OBJECT = 32_000_000
MOST_MEMBERS = 1000
MOST_UNPACKED = 4_000_000_000
LARGEST_RATIO = 200
_SOME = 1_000_000
Source = tuple[str, Callable[[], BinaryIO]]
"""The name of a file, and what opens its bytes from the beginning."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was uploaded: its name, its media type, and its bytes in a temporary file."""

    name: str
    media: str
    content: BinaryIO


class _Bomb(OSError):
    """A packed file unpacks to far more than it may."""


class _Counted(io.RawIOBase):
    """Reads a member of a packed file, and stops when more comes out than may."""

    def __init__(self, inner: IO[bytes], most: int) -> None:
        self._inner = inner
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._inner.read(len(buffer))
        self._left -= len(found)
        if self._left < 0:
            raise _Bomb("unpacks to more than it may")
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._inner.close()
        super().close()


def items(form: str, uploads: Sequence[Upload]) -> Iterator[Item]:
    """Yield what the uploads say, in a format of the directory's; the same items each time."""
    sources: list[Source] = []
    for upload in uploads:
        if upload.media == "application/zip":
            found, flaws = _members(upload)
            sources += found
            yield from flaws
        else:
            sources.append((upload.name, _whole(upload)))
    reader = _csv if form == "hsds-csv" else _json
    try:
        yield from reader(sources)
    except (_Bomb, zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError):
        yield Flaw("", 0, "refused", "cannot be unpacked, or unpacks to more than it may; the rest is not read")
    except Exception as error:
        if type(error).__module__ != "zlib":
            raise
        yield Flaw("", 0, "refused", "cannot be unpacked; the rest is not read")


def _whole(upload: Upload) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        upload.content.seek(0)
        return cast(BinaryIO, _Kept(upload.content))

    return opened


class _Kept(io.RawIOBase):
    """A view of a file that is not closed with it."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._inner.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def _members(upload: Upload) -> tuple[list[Source], list[Flaw]]:
    """Return the files inside a packed one: folders are ignored, packed files inside are not opened."""
    try:
        packed = zipfile.ZipFile(upload.content)
        inside = [one for one in packed.infolist() if not one.is_dir() and "__MACOSX" not in one.filename]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError):
        return [], [Flaw(upload.name, 0, "refused", "is not a readable zip file")]
    unpacked = sum(one.file_size for one in inside)
    packed_size = max(1, sum(one.compress_size for one in inside))
    small = unpacked <= _SOME
    if len(inside) > MOST_MEMBERS or unpacked > MOST_UNPACKED or (unpacked / packed_size > LARGEST_RATIO and not small):
        return [], [Flaw(upload.name, 0, "refused", "holds too many files, or unpacks to more than it may")]
    return [(_base(one.filename), _member(packed, one)) for one in inside], []


def _base(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _member(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    most = min(MOST_UNPACKED, max(_SOME, one.compress_size * LARGEST_RATIO))

    def opened() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_Counted(packed.open(one), most)))

    return opened


def _csv(sources: Sequence[Source]) -> Iterator[Item]:
    return hsds_csv.items([(name, _as_text(opened)) for name, opened in sources])


def _as_text(opened: Callable[[], BinaryIO]) -> Callable[[], TextIO]:
    return lambda: io.TextIOWrapper(
        io.BufferedReader(cast(Any, opened())), encoding="utf-8-sig", errors="replace", newline=""
    )


def _json(sources: Sequence[Source]) -> Iterator[Item]:
    for name, opened in sources:
        if name.lower().endswith((".ndjson", ".jsonl")):
            yield from _lines(name, opened)
        elif name.lower() != "datapackage.json":
            yield from _objects(name, opened)


def _lines(name: str, opened: Callable[[], BinaryIO]) -> Iterator[Item]:
    """Read one object a line: a line that cannot be read is reported and the next one is read."""
    with io.BufferedReader(cast(Any, opened())) as file:
        line = 0
        while True:
            line += 1
            content = file.readline(LONGEST_OBJECT)
            if not content:
                return
            if len(content) == LONGEST_OBJECT and not content.endswith(b"\n"):
                yield Flaw(name, line, "refused", "is longer than can be read")
                _skip_line(file)
            elif content.strip():
                yield from _line(name, line, content)


def _skip_line(file: io.BufferedReader) -> None:
    while (rest := file.readline(_SOME)) and not rest.endswith(b"\n"):
        pass


def _line(name: str, line: int, content: bytes) -> Iterator[Item]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        yield Flaw(name, line, "refused", "is not readable JSON")
        return
    yield from open_referral.record(found, name, line)


def _objects(name: str, opened: Callable[[], BinaryIO]) -> Iterator[Item]:
    """Read a list, a page, or one object, an object at a time; what broke off is read as far as it goes."""
    line = 0
    try:
        prefix = _prefix(opened)
        if prefix is None:
            yield from _one(name, opened)
            return
        with opened() as file:
            for line, found in enumerate(ijson.items(_without_mark(file), prefix, use_float=True), start=1):
                yield from open_referral.record(found, name, line)
    except (ijson.JSONError, ValueError, RecursionError, UnicodeError):
        reason = "is not readable JSON" if not line else "breaks off; what stands before is read"
        yield Flaw(name, line and line + 1, "refused", reason)


def _one(name: str, opened: Callable[[], BinaryIO]) -> Iterator[Item]:
    with opened() as file:
        content = file.read(LONGEST_OBJECT) or b""
        more = file.read(1)
    if more:
        yield Flaw(name, 0, "refused", "is one object and longer than can be read")
    else:
        yield from open_referral.record(json.loads(content.decode("utf-8-sig")), name, 1)


def _without_mark(file: BinaryIO) -> BinaryIO:
    buffered = io.BufferedReader(cast(Any, file))
    if buffered.peek(3)[:3] == b"\xef\xbb\xbf":
        buffered.read(3)
    return cast(BinaryIO, buffered)


def _prefix(opened: Callable[[], BinaryIO]) -> str | None:
    """Return where the objects of a file stand: in the list that it is, or in that of a page; None if it is one."""
    with opened() as file:
        events = ijson.basic_parse(_without_mark(file), use_float=True)
        first, _ = next(events, ("", None))
        if first == "start_array":
            return "item"
        depth = 1
        for event, value in events:
            if depth == 1 and event == "map_key" and value == "contents":
                return "contents.item" if next(events, ("", None))[0] == "start_array" else None
            depth += event in ("start_map", "start_array")
            depth -= event in ("end_map", "end_array")
            if not depth:
                return None
    return None
