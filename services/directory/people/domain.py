"""The rules about participants: what counts as live consent, and the problems that break them."""

from datetime import datetime
from typing import Protocol

from services.kernel.problems import Conflict, Forbidden, IllegalState


class AlreadyRevoked(IllegalState):
    slug = "already-revoked"
    title = "This consent was revoked before"


class BlocksItself(Conflict):
    status = 422
    slug = "blocks-itself"
    title = "A participant cannot be kept apart from herself"


class OrganisationsOnly(Forbidden):
    slug = "organisations-only"
    title = "A person's own token cannot do this"


class NotYours(Forbidden):
    slug = "not-yours"
    title = "Only the organisation that registered this, or the person, may change it"


class Grant(Protocol):
    """What the rule below reads of a consent."""

    given_at: datetime
    expires_at: datetime | None


def is_live(grant: Grant, *, revoked: bool, now: datetime) -> bool:
    """Say whether a grant holds at `now`: given, not expired, not revoked."""
    return not revoked and grant.given_at <= now and (grant.expires_at is None or now < grant.expires_at)


def may_be_asked(do_not_ask: bool, until: datetime | None, *, now: datetime) -> bool:
    """Say whether a person who may have asked not to be asked may be asked at `now`."""
    return not do_not_ask or (until is not None and until <= now)
