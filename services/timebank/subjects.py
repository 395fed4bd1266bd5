"""What the time bank holds about a person. The ledger stays as it is, seconds for seconds; its words go.

An account belongs to an id that leads nowhere once its person is erased, and sums to nothing with all the others.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlmodel import col

from services.kernel.subjects import Emptied, Forgotten, Holding, Holdings
from services.timebank.models import Account, Entry, Hold, Transfer

_LEDGER = "The ledger must sum to zero."


def _account(person: UUID) -> ColumnElement[bool]:
    return and_(col(Account.owner_kind) == "participant", col(Account.owner_id) == person)


def _accounts(person: UUID) -> Select[UUID]:
    return select(col(Account.id)).where(_account(person))


def _transfers(person: UUID) -> ColumnElement[bool]:
    hers = _accounts(person)
    return or_(col(Transfer.from_account).in_(hers), col(Transfer.to_account).in_(hers))


def _holds(person: UUID) -> ColumnElement[bool]:
    hers = _accounts(person)
    return or_(col(Hold.payer_account).in_(hers), col(Hold.payee_account).in_(hers))


def _entries(person: UUID) -> ColumnElement[bool]:
    return col(Entry.account_id).in_(_accounts(person))


HOLDINGS = Holdings(
    (
        Holding(Entry, _entries, Emptied(_LEDGER)),
        Holding(Hold, _holds, Emptied(_LEDGER)),
        Holding(
            Transfer,
            _transfers,
            Forgotten("Transfers are never changed; only their words go.", "forget_transfers"),
            named=lambda kept: kept.startswith("transfers", autoescape=True),
        ),
        Holding(
            Account,
            _account,
            Emptied(_LEDGER, {"external_ids": []}),
            named=lambda kept: kept.startswith("accounts", autoescape=True),
        ),
    )
)
