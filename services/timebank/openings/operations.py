"""Bringing accounts in with what stood on them.

A line opens an account, or changes the one that its external id names, and posts its opening balance once, against the
community's pot. A line stands or falls by itself. The same lines again change nothing: neither the external id nor
the balance of an account can come in twice. Imports of one tenant come one after the other.

Locks: what a line may touch and is there already is locked before the first line, in the order of ids as everywhere;
an account that a line opens is unknown to everybody else until the end.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Conflict, Invalid, Problem, Unavailable
from services.kernel.work import Work
from services.timebank import clients, domain, repository
from services.timebank.accounts.operations import add_account, collection, put_account
from services.timebank.domain import Owner, Posting
from services.timebank.models import Account, Transfer
from services.timebank.openings.domain import REASON, Outcome, Result, Unread, Wanted
from services.timebank.transfers.operations import post


async def bring_in(work: Work, *, system: str, lines: Sequence[Wanted | Unread], dry_run: bool = False) -> list[Result]:
    """Bring in `lines` of `system` in their order; return what became of each, or what would become of it."""
    await work.hold("accounts:import")
    asked = [one for one in lines if isinstance(one, Wanted)]
    known = await clients.known_owners(work, {one.owner for one in asked}, organisation=work.organisation)
    async with work.session.begin_nested() as all_of_it:
        pot = await _pot(work, asked)
        await _lock(work, asked, system, pot)
        results = [await _line(work, one, system=system, pot=pot, known=known) for one in lines]
        if dry_run:
            await all_of_it.rollback()
    return [_only_tried(one) for one in results] if dry_run else results


def _only_tried(result: Result) -> Result:
    """Return a result without the ids of what is not there after all."""
    return replace(result, account=None if result.outcome == "created" else result.account, transfer=None)


async def _pot(work: Work, lines: Sequence[Wanted]) -> UUID | None:
    """Return the community's account, opened if there is none and a balance has to come from somewhere."""
    owner = Owner("community", work.tenant)
    found = await repository.account_of(work.session, owner)
    if found is None and any(one.opening for one in lines):
        found = await add_account(work, owner=owner, held_by=work.organisation)
        found = found or await repository.account_of(work.session, owner)
    return None if found is None else found.id


async def _lock(work: Work, lines: Sequence[Wanted], system: str, pot: UUID | None) -> None:
    mine = collection(work.organisation)
    names = [ExternalId(system=system, value=name) for name in sorted({one.name for one in lines})]
    named = [await external_ids.find(work, mine, name) for name in names]
    there = await repository.accounts_of(work.session, [one.owner for one in lines])
    await repository.lock_accounts(work.session, {one for one in (*named, *there, pot) if one is not None})


async def _line(work: Work, line: Wanted | Unread, *, system: str, pot: UUID | None, known: set[Owner]) -> Result:
    if isinstance(line, Unread):
        return Result(None, "refused", problem=line.problem)
    try:
        async with work.session.begin_nested():
            return await _brought(work, line, system=system, pot=pot, known=known)
    except IntegrityError:
        return Result(line.name, "refused", problem=Conflict("It repeats what must be unique."))
    except Unavailable:
        raise
    except Problem as problem:
        return Result(line.name, "refused", problem=problem)


async def _brought(work: Work, line: Wanted, *, system: str, pot: UUID | None, known: set[Owner]) -> Result:
    if line.owner not in known:
        raise Invalid.field("/data/owner/id", "is not known here")
    name = ExternalId(system=system, value=line.name)
    before = await external_ids.find(work, collection(work.organisation), name)
    seen = None if before is None else await _version(work, before)
    account, new = await put_account(work, name=name, owner=line.owner, limits=line.limits, known=True)
    opening = await _open_with(work, account, line.opening, pot=pot)
    outcome = _outcome(new, changed=opening is not None or account.version != seen)
    return Result(line.name, outcome, account.id, None if opening is None else opening.id)


async def _version(work: Work, account: UUID) -> int | None:
    return next((one.version for one in (await repository.lock_accounts(work.session, [account])).values()), None)


def _outcome(new: bool, *, changed: bool) -> Outcome:
    if new:
        return "created"
    return "updated" if changed else "unchanged"


async def _open_with(work: Work, account: Account, opening: int | None, *, pot: UUID | None) -> Transfer | None:
    """Post what an account is opened with, if it has not been. Raises OpeningDiffers, InsufficientCredit."""
    if opening is None:
        return None
    opened, given_back = await repository.opening_of(work.session, account.id)
    if not domain.check_opening(opened, opening):
        return None
    if pot is None or account.id == pot:
        raise Invalid.field("/data/opening_seconds", "the community's account is what the others are opened against")
    payer, payee = (pot, account.id) if opening > 0 else (account.id, pot)
    ref = f"opening:{account.id}/{given_back}"
    posting = Posting("opening", payer, payee, abs(opening), REASON, source_ref=ref, opens=True)
    return await post(work, posting, accounts=await repository.lock_accounts(work.session, [account.id, pot]))
