"""The rules of keeping one thing in step on both sides: pure, without their words or ours for it.

Each side is a few facts. A keyed hash of them is kept from when the two last agreed, so that a change is told from an
echo of one's own writing, and no text needs to be kept.
"""

import hashlib
import hmac
import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Direction = Literal["in", "out"]
LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
_BREAKS = re.compile(r"<(br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.I)
_UNSAID = re.compile(r"<(script|style)\b|<!--", re.I)
_ENDS = {
    "script": re.compile(r"</script[^<>]*>", re.I),
    "style": re.compile(r"</style[^<>]*>", re.I),
    None: re.compile(r"-->"),
}
_TAG = re.compile(r"<[^<>]*>")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which way a change goes, if any, and whether both sides had changed."""

    direction: Direction | None
    conflict: bool = False


def decide(
    *, theirs_changed: bool, ours_changed: bool, wins: str, theirs_at: datetime | None, ours_at: datetime
) -> Verdict:
    """Return which side gives way. Where both changed, `wins` says; of equally new ones, ours stays."""
    if not (theirs_changed and ours_changed):
        return Verdict("in" if theirs_changed else "out" if ours_changed else None)
    if wins == "newest":
        newer = theirs_at is not None and theirs_at > ours_at
        return Verdict("in" if newer else "out", conflict=True)
    return Verdict("in" if wins == "civicrm" else "out", conflict=True)


def digest(key: str, facts: Mapping[str, Any]) -> str:
    """Return the keyed hash of some facts: without the key nobody can try names against it."""
    said = json.dumps(facts, sort_keys=True, ensure_ascii=True).encode()
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()[:40]


def plain(markup: object, *, longest: int = LONGEST_TEXT) -> str | None:
    """Return what a rich text says, without its markup; None where that is nothing."""
    if not isinstance(markup, str):
        return None
    text = _TAG.sub("", _BREAKS.sub("\n", _said(markup[: 20 * longest])))
    return _tidy(html.unescape(text), longest)


def _said(markup: str) -> str:
    """Return a rich text without scripts, styles and comments; one without an end goes on to the end of the text.

    Each is looked for from where the one before ended: whatever is sent, the text is passed through once.
    """
    kept, at = [], 0
    while begun := _UNSAID.search(markup, at):
        kept.append(markup[at : begun.start()])
        ended = _ENDS[begun[1] and begun[1].lower()].search(markup, begun.end())
        at = ended.end() if ended else len(markup)
    return "".join([*kept, markup[at:]])


def line(text: object, *, longest: int = LONGEST_TITLE) -> str | None:
    """Return a text as one line without control characters; None where that is nothing."""
    if not isinstance(text, str):
        return None
    cleaned = _tidy(text, 20 * longest)
    return " ".join(cleaned.split())[:longest].strip() or None if cleaned else None


def _tidy(text: str, longest: int) -> str | None:
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).replace("\xa0", " ")
    text = "\n".join(one.strip() for one in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip()[:longest].strip() or None


def marked_up(text: str) -> str:
    """Return a text as their rich text field holds it. `plain` of it is the text again."""
    return "<p>" + html.escape(text, quote=False).replace("\n", "<br />") + "</p>"


def moment_of(told: object, zone: str) -> datetime | None:
    """Return a time of theirs, which carries no zone, as a moment; None for what is none."""
    if not isinstance(told, str):
        return None
    try:
        found = datetime.fromisoformat(told)
        return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_of(told: object) -> date | None:
    """Return the day that a date field of theirs names; None for what is none."""
    try:
        return date.fromisoformat(told[:10]) if isinstance(told, str) else None
    except ValueError:
        return None


def number_of(told: object) -> int | None:
    """Return an id of theirs as a number; None for what is none. Some releases write ids as text."""
    if isinstance(told, bool):
        return None
    if isinstance(told, str) and re.fullmatch(r"[1-9][0-9]{0,9}", told):
        return int(told)
    return told if isinstance(told, int) and 0 < told < 2**32 else None


def purposes_of(told: object, all_of_them: list[str]) -> list[str]:
    """Return for which purposes a consent field says yes: a switch for all, a list for those that it names."""
    if isinstance(told, list):
        return [one for one in all_of_them if one in told]
    return list(all_of_them) if told is True or told == 1 or told == "1" else []


def language_of(told: object) -> str | None:
    """Return the language of a locale such as `en_GB`; None for what is none."""
    found = re.fullmatch(r"([a-z]{2,3})(_[A-Za-z0-9]{2,8})*", told) if isinstance(told, str) else None
    return found[1] if found else None


def plain_text(text: object) -> str | None:
    """Return a plain text of ours as `plain` would return it after it went there and back."""
    return _tidy(text, LONGEST_TEXT) if isinstance(text, str) else None


def may_grant_again(given_at: datetime | None, ended: Sequence[datetime]) -> bool:
    """Say whether what was agreed to at `given_at` is newer than every end of such a grant: else it is a repeat."""
    return not ended or (given_at is not None and given_at > max(ended))
