"""Holding back for a match, and settling what matching's feed reports: hours confirmed, matches ended.

Locks are taken in one order everywhere: holds by match, then accounts by id. A page of facts takes all of its
locks before it moves anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.kernel.problems import Invalid, NotFound
from services.kernel.work import Work
from services.timebank import domain, repository
from services.timebank.accounts.operations import add_account
from services.timebank.domain import Ended, Hours, Owner, Posting
from services.timebank.models import Account, Hold
from services.timebank.transfers.operations import post


async def read_hold(work: Work, match: UUID) -> Hold:
    """Return the hold of a match. Raises NotFound."""
    hold = await repository.hold_of(work.session, match)
    if hold is None:
        raise NotFound
    return hold


async def make_hold(
    work: Work, *, match: UUID, payer: Owner, payee: Owner, seconds: int, organisation: UUID
) -> tuple[Hold, bool]:
    """Hold back `seconds` of the payer's credit for a match; return the hold and whether it is new.

    Accounts are opened where there are none. Raises InsufficientCredit, HoldDiffers, HoldReleased.
    """
    if payer == payee:
        raise Invalid.field("/payee", "must be somebody else")
    accounts = await _accounts_of(work, {payer: organisation, payee: organisation})
    locked = await repository.lock_accounts(work.session, accounts.values())
    giver, taker = locked[accounts[payer]], locked[accounts[payee]]
    hold = await _insert(work, match=match, payer=giver, payee=taker, seconds=seconds, organisation=organisation)
    if hold is None:
        existing = await read_hold(work, match)
        _check_same(existing, payer=giver, payee=taker, seconds=seconds)
        return existing, False
    domain.check_open(giver, taker)
    domain.check_credit(giver, seconds)
    if await repository.hold_back(work.session, giver.id, seconds=seconds, now=work.now) is None:
        raise domain.InsufficientCredit
    await work.record("hold.made", hold.id, match=match, account=giver.id, seconds=seconds, organisation=organisation)
    return hold, True


async def _insert(
    work: Work, *, match: UUID, payer: Account, payee: Account, seconds: int, organisation: UUID
) -> Hold | None:
    return await repository.insert_hold(
        work.session,
        id=work.new_id(),
        match_id=match,
        payer_account=payer.id,
        payee_account=payee.id,
        organisation=organisation,
        seconds=seconds,
        posted_seconds=0,
        state="held",
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )


def _check_same(hold: Hold, *, payer: Account, payee: Account, seconds: int) -> None:
    if hold.state == "released":
        raise domain.HoldReleased
    # a hold that is wholly posted may outlive the accounts it was made for
    parties = (hold.payer_account, hold.payee_account) == (payer.id, payee.id) or hold.state == "posted"
    if hold.seconds != seconds or not parties:
        raise domain.HoldDiffers(held_seconds=hold.seconds)


async def _accounts_of(work: Work, owners: Mapping[Owner, UUID | None]) -> dict[Owner, UUID]:
    """Return the open account of each owner, opened where there is none and an organisation to hold it."""
    found = {}
    for owner in sorted(owners):
        account = await repository.account_of(work.session, owner)
        holder = owners[owner]
        if account is None and holder is not None:
            account = await add_account(work, owner=owner, held_by=holder)
            # a rival may have opened it since we looked; then it is there now
            account = account or await repository.account_of(work.session, owner)
        if account is not None:
            found[owner] = account.id
    return found


@dataclass(frozen=True, slots=True)
class _Locked:
    """What one page of facts is settled with, all of it locked."""

    holds: Mapping[UUID, Hold]
    accounts: Mapping[UUID, Account]
    account_of: Mapping[Owner, UUID]


async def settle(work: Work, *, news: Sequence[Hours | Ended]) -> None:
    """Post confirmed hours and release the holds of ended matches, in the order in which that happened."""
    locked = await _lock(work, news)
    refs = {_ref(one) for one in news if isinstance(one, Hours)}
    posted = await repository.posted_refs(work.session, refs)
    for one in news:
        if isinstance(one, Ended):
            await _release(work, locked.holds.get(one.match))
        elif _ref(one) not in posted:
            await _post_hours(work, one, locked)
            posted.add(_ref(one))


def _ref(hours: Hours) -> str:
    return f"hours:{hours.id}"


async def _lock(work: Work, news: Sequence[Hours | Ended]) -> _Locked:
    holds = await repository.lock_holds(work.session, [one.match for one in news])
    owners = await _accounts_of(work, _holders(news, holds))
    wanted = {*owners.values(), *(hold.payer_account for hold in holds.values())}
    return _Locked(holds, await repository.lock_accounts(work.session, wanted), owners)


def _holders(news: Iterable[Hours | Ended], holds: Mapping[UUID, Hold]) -> dict[Owner, UUID | None]:
    """Return for each party of confirmed hours the organisation that would hold an account opened for it."""
    holders: dict[Owner, UUID | None] = {}
    for one in news:
        if isinstance(one, Hours):
            hold = holds.get(one.match)
            known = one.organisation or (hold.organisation if hold else None)
            for owner in (one.payer, one.payee):
                holders[owner] = holders.get(owner) or known
    return holders


async def _post_hours(work: Work, hours: Hours, locked: _Locked) -> None:
    payer, payee = locked.account_of.get(hours.payer), locked.account_of.get(hours.payee)
    if payer is None or payee is None or payer == payee:
        await _short(work, hours, hours.seconds)
        return
    hold = _hold_for(locked.holds.get(hours.match), payer=payer, payee=payee)
    covered = domain.share(hours.seconds, held=hold.left if hold else 0, free=domain.available(locked.accounts[payer]))
    if covered.posted:
        posting = Posting(
            "hours", payer, payee, covered.posted, "Hours confirmed by both sides",
            match_id=hours.match, source_ref=_ref(hours), from_hold=covered.from_hold,
        )  # fmt: skip
        await post(work, posting, accounts=locked.accounts)
    if hold and covered.from_hold:
        await _use(work, hold, covered.from_hold)
    if covered.short:
        await _short(work, hours, covered.short)


def _hold_for(hold: Hold | None, *, payer: UUID, payee: UUID) -> Hold | None:
    """Return the hold if it was made for these two in this direction: hours may also have gone the other way."""
    return hold if hold and (hold.payer_account, hold.payee_account) == (payer, payee) else None


async def _use(work: Work, hold: Hold, seconds: int) -> None:
    hold.posted_seconds += seconds
    if hold.posted_seconds == hold.seconds:
        hold.state = "posted"
    await _touch(work, hold)


async def _short(work: Work, hours: Hours, seconds: int) -> None:
    """Put on record that credit did not cover the hours: people must settle it, nothing is silently dropped."""
    await work.record("hours.short", hours.id, match=hours.match, seconds=seconds, organisation=hours.organisation)


async def _release(work: Work, hold: Hold | None) -> None:
    if hold is None or hold.state != "held":
        return
    left = hold.left
    hold.state = "released"
    await _touch(work, hold)
    await repository.hold_back(work.session, hold.payer_account, seconds=-left, now=work.now)
    related = {"match": hold.match_id, "account": hold.payer_account, "organisation": hold.organisation}
    await work.record("hold.released", hold.id, seconds=left, **related)


async def _touch(work: Work, hold: Hold) -> None:
    hold.version += 1
    hold.updated_at = work.now
    await work.session.flush()
