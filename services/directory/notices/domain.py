"""The rules about notices: which one a grant may name, and which of its texts may be read out for it.

What a machine or nobody but its author has read is not good enough to consent to, unless an interpreter was there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.kernel.problems import Conflict, Invalid, Problem

REVIEWED = "reviewed"


class AlreadyPublished(Conflict):
    slug = "notice-published"
    title = "A notice of this version was published before, and is never changed"


class NotReviewed(Problem):
    status = 422
    slug = "notice-not-reviewed"
    title = "This text has not been reviewed; record the interpreter, or use a language in which it has"


class Published(Protocol):
    """What the rule below reads of a notice."""

    notice_version: str
    texts: list[dict[str, str]]
    valid_from: datetime


def check(
    published: Sequence[Published], *, version: str, language: str, interpreter: str | None, at: datetime, path: str
) -> None:
    """Raise unless a grant given `at` may name `version` in `language`. Raises Invalid, NotReviewed.

    Where no notice was published for the purpose by then, any version is believed, unless a notice carries its name.
    """
    named = next((one for one in published if one.notice_version == version), None)
    if named is None:
        if any(one.valid_from <= at for one in published):
            raise Invalid.field(f"{path}/notice_version", "is none of the notices published for this purpose")
        return
    if at < named.valid_from:
        raise Invalid.field(f"{path}/notice_version", "was not valid yet when the consent was given")
    text = _in(language, named.texts)
    if text is None:
        raise Invalid.field(f"{path}/language", "is no language of this notice")
    if text["review"] != REVIEWED and interpreter is None:
        raise NotReviewed


def _in(language: str, texts: Sequence[Mapping[str, str]]) -> Mapping[str, str] | None:
    """Return the text in a language, or in the one that it is a variety of."""
    for wanted in (language, language.partition("-")[0]):
        for text in texts:
            if text["language"] == wanted:
                return text
    return None
