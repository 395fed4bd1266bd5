"""How members and posts are said in `/v1`, and back. What a bank wrote for its members stays with the bank.

A description becomes the `text`, which only the bank and the person read, unless the bank says that descriptions may
be released; tags are kept as its last line.
"""

import re
from collections.abc import Mapping
from typing import Any

from services.connect.timeoverflow.categories import ours
from services.connect.timeoverflow.records import Member, Post

_TAGS = re.compile(r"(?:^|\n\n)Tags: ([^\n]+)\Z")
LONGEST_RELEASED = 1000


def text_of(post: Post) -> str | None:
    """Return description and tags as one text; `told_by` takes it apart again."""
    tags = f"Tags: {', '.join(post.tags)}" if post.tags else ""
    return "\n\n".join(part for part in (post.description, tags) if part) or None


def told_by(text: str | None) -> tuple[str, tuple[str, ...]]:
    """Return description and tags of a text."""
    found = _TAGS.search(text or "")
    if text is None or found is None:
        return text or "", ()
    return text[: found.start()], tuple(found.group(1).split(", "))


def listing(post: Post, *, language: str, released: bool) -> dict[str, Any]:
    """Return the fields of an offer or need that the bank knows of; no others are touched by its file."""
    fields: dict[str, Any] = {
        "title": post.title, "text": text_of(post), "language": language, "category": ours(post.category),
    }  # fmt: skip
    if released and post.description and len(post.description) <= LONGEST_RELEASED:
        fields["released_text"] = post.description
    return fields


def contact(member: Member) -> list[dict[str, str]]:
    """Return how a member can be reached."""
    entries = [{"kind": "email", "value": member.email}] if member.email else []
    return entries + [{"kind": "phone", "value": phone} for phone in member.phones]


def differing(wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `wanted` is not so yet."""
    return {name: value for name, value in wanted.items() if known.get(name) != value}
