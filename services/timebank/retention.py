"""How long the time bank keeps what. A ledger is kept whole; only words beside its figures end."""

from sqlalchemy import and_
from sqlmodel import col

from services.kernel.retention import Kind, Stays
from services.kernel.subjects import Forgotten
from services.timebank.models import Account, Entry, Hold, Transfer

_LEDGER = Stays("the ledger must sum to zero, and every balance follow from its journal")

KINDS = (
    Kind(
        "timebank.reasons", Transfer,
        lambda before: and_(col(Transfer.created_at) < before, col(Transfer.reason) != ""),
        Forgotten("the seconds stand in the ledger", "forget_old_reasons"), "what hours were given for, in words", 72,
    ),
    Kind("timebank.transfers", Transfer, lambda before: col(Transfer.created_at) < before, _LEDGER, "hours that moved"),
    Kind("timebank.journal", Entry, lambda before: col(Entry.at) < before, _LEDGER, "the lines of the journal"),
    Kind(
        "timebank.ended-holds", Hold, lambda before: and_(col(Hold.state) != "held", col(Hold.updated_at) < before),
        _LEDGER, "hours that were promised to matches",
    ),
    Kind(
        "timebank.closed-accounts", Account,
        lambda before: and_(col(Account.state) == "closed", col(Account.updated_at) < before), _LEDGER,
        "accounts that were closed",
    ),
)  # fmt: skip
