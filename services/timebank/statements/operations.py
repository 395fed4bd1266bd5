"""Reading a statement: balances, lines and totals that add up, of one moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.kernel.problems import Invalid
from services.kernel.work import Work
from services.timebank.accounts.operations import read_account
from services.timebank.accounts.operations import silent as silent_accounts
from services.timebank.statements import repository
from services.timebank.statements.repository import Line, Totals


@dataclass(frozen=True, slots=True)
class Found:
    """A statement: closing = opening + received - given, all in seconds; `lines` may be a page of them."""

    opening: int
    closing: int
    totals: Totals
    lines: list[Line]


async def read_statement(
    work: Work,
    account_id: UUID,
    *,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Found:
    """Return an account's balances at `since` and at `until`, its totals between, and up to `limit` lines.

    Who gave hours to whom is somebody's life: reading a person's statement is put on record.
    """
    account = await read_account(work, account_id)
    if since is not None and until is not None and until < since:
        raise Invalid.field("/to", "must not lie before `from`", source="query")
    if account.owner_kind == "participant":
        await work.audit("statement.read", account.owner_id)
    await repository.freeze(work.session, account)
    opening = 0 if since is None else await repository.balance_before(work.session, account.id, moment=since)
    totals = await repository.totals(work.session, account.id, since=since, until=until)
    lines = await repository.statement_lines(
        work.session, account.id, opening=opening, since=since, until=until, after=after, limit=limit
    )
    closing = opening + totals.received_seconds - totals.given_seconds
    return Found(opening, closing, totals, await _readable(work, account_id, lines))


async def _readable(work: Work, account_id: UUID, lines: Sequence[Line]) -> list[Line]:
    """Return the lines, those with somebody whose words are withheld without them."""
    silent = await silent_accounts(work, {account_id, *(line.other_account for line in lines)})
    return [
        replace(line, reason="", withheld=True) if {account_id, line.other_account} & silent else line for line in lines
    ]
