"""What the desk holds about a person: the access tokens that she, or an app in her name, was given."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from gateway import repository
from gateway.models import AccessToken
from services.kernel.subjects import Deleted, Holding, Holdings
from services.kernel.work import Work


def _hers(person: UUID) -> ColumnElement[bool]:
    return or_(col(AccessToken.subject) == person, col(AccessToken.on_behalf_of) == person)


async def _announce(work: Work, _: UUID) -> None:
    await repository.announce_revocation(work.session)


HOLDINGS = Holdings((Holding(AccessToken, _hers, Deleted()),), before=_announce)
