"""What the rows of TimeOverflow's reports say: members with their balance, and posts, which are offers or inquiries."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from services.connect.timeoverflow import columns
from services.connect.timeoverflow.sheets import Row, Unreadable

PostKind = Literal["offer", "need"]
MOST_SECONDS = 24 * 3600 * 365
"""A year: no balance of a person's is larger, either way."""
_UID = re.compile(r"[0-9]{1,12}")
_WHOSE = re.compile(r"\(([0-9]{1,12})\)\s*$")
_SECONDS = re.compile(r"[+-]?[0-9]{1,12}")
_CLOCK = re.compile(r"(-?)([0-9]{1,6}):([0-5][0-9])(?::([0-5][0-9]))?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a bank; `seconds` is None where the file has no balances."""

    line: int
    uid: str
    name: str
    email: str = ""
    phones: tuple[str, ...] = ()
    locale: str | None = None
    seconds: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Post:
    """An offer or an inquiry of the member `uid`; `named` says that it has an id of its own."""

    line: int
    kind: PostKind
    id: str
    uid: str
    title: str
    description: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    active: bool = True
    named: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be taken, and why, in words that repeat nothing of it."""

    line: int
    why: str


def seconds_in(text: str) -> int:
    """Return a balance in whole seconds, from seconds (`-5400`) or as shown (`-1:30`). Raises ValueError."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        sign, hours, minutes, rest = clock.groups()
        amount = int(hours) * 3600 + int(minutes) * 60 + int(rest or 0)
        found = -amount if sign else amount
    elif _SECONDS.fullmatch(text):
        found = int(text)
    else:
        raise ValueError("its balance is neither whole seconds nor hours:minutes")
    if abs(found) > MOST_SECONDS:
        raise ValueError("its balance is more than a year")
    return found


class _Cells:
    def __init__(self, row: Row, places: dict[str, int]) -> None:
        self._row, self._places = row, places

    def __getitem__(self, meaning: str) -> str:
        place = self._places.get(meaning)
        return "" if place is None or place >= len(self._row.cells) else self._row.cells[place]

    def has(self, meaning: str) -> bool:
        return meaning in self._places

    def active(self) -> bool:
        return columns.plain(self["active"]) not in columns.NO


def members(rows: Sequence[Row]) -> Iterator[Member | Refusal]:
    """Yield what each row of a report of members says, or why it is refused. Raises Unreadable."""
    places = columns.found_in(
        rows[0].cells, columns.MEMBER, order=columns.MEMBER_ORDER, needed=("uid", "name")
    )  # fmt: skip
    seen: dict[str, int] = {}
    for row in rows[1:]:
        try:
            member = _member(row, _Cells(row, places), width=len(rows[0].cells))
            if member.uid in seen:
                raise ValueError(f"its member number stands on line {seen[member.uid]} already")
            seen[member.uid] = row.line
            yield member
        except ValueError as wrong:
            yield Refusal(row.line, str(wrong))


def _member(row: Row, cells: _Cells, *, width: int) -> Member:
    if len(row.cells) > width:
        raise ValueError("it has more cells than there are columns")
    if not _UID.fullmatch(cells["uid"]):
        raise ValueError("it has no member number" if not cells["uid"] else "its member number is no number")
    if not cells["name"]:
        raise ValueError("it has no name")
    locale = cells["locale"] if _LANGUAGE.fullmatch(cells["locale"]) else None
    seconds = seconds_in(cells["balance"]) if cells["balance"] else None
    phones = tuple(one for one in (cells["phone"], cells["other_phone"]) if one)
    return Member(
        row.line, str(int(cells["uid"])), cells["name"], cells["email"], phones, locale, seconds, cells.active()
    )


def posts(rows: Sequence[Row], kind: PostKind) -> Iterator[Post | Refusal]:
    """Yield what each row of a report of posts says. A row with nothing but a title opens a category.

    Raises Unreadable.
    """
    places = columns.found_in(rows[0].cells, columns.POST, order=columns.POST_ORDER, needed=("title",))
    if "user" not in places and "uid" not in places:
        raise Unreadable("it has no column for whose posts they are")
    group, seen = "", dict[str, int]()
    for row in rows[1:]:
        cells = _Cells(row, places)
        if "category" not in places and _opens_category(row, places):
            group = "" if cells["title"] == "-" else cells["title"]
            continue
        try:
            post = _post(row, cells, kind, group)
            if post.id in seen:
                raise ValueError(f"the same post stands on line {seen[post.id]} already")
            seen[post.id] = row.line
            yield post
        except ValueError as wrong:
            yield Refusal(row.line, str(wrong))


def _opens_category(row: Row, places: dict[str, int]) -> bool:
    title = places["title"]
    return bool(row.cells[title:]) and not any(cell for place, cell in enumerate(row.cells) if place != title)


def _post(row: Row, cells: _Cells, kind: PostKind, group: str) -> Post:
    if not cells["title"]:
        raise ValueError("it has no title")
    uid = cells["uid"] or (found.group(1) if (found := _WHOSE.search(cells["user"])) else "")
    if not _UID.fullmatch(uid):
        raise ValueError("it does not say which member's it is")
    uid = str(int(uid))
    given = cells["id"] if _UID.fullmatch(cells["id"]) else ""
    tags = tuple(dict.fromkeys(tag for one in re.split("[,\n]", cells["tags"]) if (tag := one.strip())))
    return Post(
        row.line, _kind(cells["type"], kind), given or _made_id(uid, cells["title"]), uid, cells["title"],
        cells["description"], cells["category"] or group, tags, cells.active(), named=bool(given),
    )  # fmt: skip


def _kind(said: str, kind: PostKind) -> PostKind:
    name = columns.plain(said)
    if name in columns.OFFERS:
        return "offer"
    return "need" if name in columns.INQUIRIES else kind


def _made_id(uid: str, title: str) -> str:
    """Return an id for a post that has none: the same for the same member and title."""
    return "t" + hashlib.sha256(f"{uid}\n{title}".encode()).hexdigest()[:24]
