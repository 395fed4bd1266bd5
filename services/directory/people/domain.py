"""The rules about participants: who may be asked, and the problems that break them."""

from datetime import datetime

from services.kernel.problems import Conflict, Forbidden


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


class Restricted(Conflict):
    slug = "restricted"
    title = "The use of what is held about this person is restricted"


def may_be_asked(do_not_ask: bool, until: datetime | None, *, now: datetime) -> bool:
    """Say whether a person who may have asked not to be asked may be asked at `now`."""
    return not do_not_ask or (until is not None and until <= now)
