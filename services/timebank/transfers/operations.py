"""What can be done with transfers: one function per use case, each inside the caller's transaction.

Whoever moves hours locks the accounts first, all at once, in the order of their ids (`lock_accounts`).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.timebank import domain, repository
from services.timebank.accounts.operations import plain, viewer_of
from services.timebank.domain import Bounds, Move, Posting, RequestedKind
from services.timebank.models import Account, Transfer
from services.timebank.policy.operations import policy as read_policy
from services.timebank.policy.operations import record_alert


async def transfer(
    work: Work,
    *,
    payer: UUID,
    payee: UUID,
    seconds: int,
    reason: str,
    kind: RequestedKind = "transfer",
    names: Sequence[ExternalId] = (),
) -> Transfer:
    """Move `seconds` from an account that the caller may spend from to any open one of the tenant."""
    if kind == "opening":
        work.caller.require(domain.MANAGE)
    known = await repository.known_accounts(work.session, [payer, payee], viewer=await viewer_of(work))
    if not known.get(payer):
        raise Invalid.field("/from_account", "is not an account that you can spend from")
    if payee not in known:
        raise Invalid.field("/to_account", "is not known here")
    if payer == payee:
        raise Invalid.field("/to_account", "must be another account")
    accounts = await repository.lock_accounts(work.session, [payer, payee])
    domain.check_kind(kind, payer=accounts[payer], payee=accounts[payee])
    posting = Posting(kind, payer, payee, seconds, reason, opens=kind == "opening")
    return await post(work, posting, accounts=accounts, names=names)


async def post(
    work: Work, posting: Posting, *, accounts: Mapping[UUID, Account], names: Sequence[ExternalId] = ()
) -> Transfer:
    """Post a transfer between two of `accounts`, which are locked.

    Raises AccountClosed, InsufficientCredit, AccountFull.
    """
    payer, payee = accounts[posting.payer], accounts[posting.payee]
    policy = await read_policy(work)  # only now that they are locked: see `repository.watch_again`
    within = {one.id: domain.bounds(one, policy, owner_kind=one.owner_kind) for one in (payer, payee)}
    domain.check_open(payer, payee)
    if not (posting.opens and payer.owner_kind == "community"):
        domain.check_credit(payer, posting.seconds - posting.from_hold)
    domain.check_room(payee, posting, within[payee.id].credit_limit)
    alerts = {one.id: one.alert for one in (payer, payee)}
    transfer = await repository.post(
        work.session, posting, [_move(posting, one, within[one.id]) for one in (payer, payee)],
        now=work.now, id=work.new_id(), made_by=work.caller.named, external_ids=plain(names),
    )  # fmt: skip
    if transfer is None:
        raise domain.InsufficientCredit
    if names:
        await external_ids.claim(work, _collection(work), transfer.id, names)
    for account in (payer, payee):
        if account.alert != alerts[account.id]:
            await record_alert(work, account)
    await _record(work, posting, transfer, payer=payer, payee=payee)
    return transfer


def _collection(work: Work) -> str:
    """Return the collection of names that the caller's organisation gives to transfers."""
    return f"transfers/{work.caller.organisation}"


def _move(posting: Posting, account: Account, within: Bounds) -> Move:
    seconds = posting.legs()[account.id]
    return Move(
        account.id,
        seconds,
        held=-posting.from_hold if account.id == posting.payer else 0,
        opened=-seconds if posting.opens and account.owner_kind == "community" else 0,
        alert=domain.alert_of(account.balance_seconds + seconds, within),
    )


async def _record(work: Work, posting: Posting, transfer: Transfer, *, payer: Account, payee: Account) -> None:
    related = {
        "from": posting.payer,
        "from_holder": payer.held_by,
        "to": posting.payee,
        "to_holder": payee.held_by,
        "match": posting.match_id,
        "reverses": posting.reverses,
    }
    await work.record("transfer.posted", transfer.id, kind=posting.kind, seconds=posting.seconds, **related)


async def reverse(work: Work, transfer_id: UUID, *, reason: str, if_match: str | None = None) -> Transfer:
    """Give a transfer back in full, once. To give back is to spend: the caller must hold what received it."""
    await read_transfer(work, transfer_id)
    original = await repository.lock_transfer(work.session, transfer_id)
    check_version(if_match, original.version)
    domain.check_reversible(original.kind, original.state)
    payer, payee = original.to_account, original.from_account
    if await repository.account_seen(work.session, payer, viewer=await viewer_of(work)) is None:
        raise domain.NotYourAccount("Whoever holds the account that received it can give it back.")
    accounts = await repository.lock_accounts(work.session, [payer, payee])
    posting = Posting(
        "reversal", payer, payee, original.seconds, reason, match_id=original.match_id, reverses=original.id,
        opens=original.kind == "opening",
    )  # fmt: skip
    given_back = await post(work, posting, accounts=accounts)
    original.state, original.updated_at = "reversed", work.now
    original.version += 1
    await work.session.flush()
    await work.record("transfer.reversed", original.id, by=given_back.id)
    return given_back


async def read_transfer(work: Work, transfer_id: UUID) -> Transfer:
    """Return a transfer. Raises NotFound for one that touches no account the caller may see."""
    found = await repository.transfer_seen(work.session, transfer_id, viewer=await viewer_of(work))
    if found is None:
        raise NotFound
    return found


async def tell_of_consent(work: Work, people: Collection[UUID]) -> None:
    """Record of every transfer of these people that its words may read differently now: copies must drop them."""
    if people:
        touched = await repository.transfers_of_people(work.session, people)
        await work.record_all([("transfer.consent_changed", transfer, {}) for transfer in touched])


async def list_transfers(
    work: Work,
    *,
    account: UUID | None,
    kind: str | None,
    match: UUID | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    name: ExternalId | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[Transfer]:
    """Return up to `limit` of the transfers that touch an account the caller may see.

    Of `name`: what its organisation calls so.
    """
    return await repository.transfers_page(
        work.session,
        viewer=await viewer_of(work),
        account=account,
        kind=kind,
        match=match,
        updated_after=updated_after,
        ids=ids,
        named=None if name is None else external_ids.named(_collection(work), name),
        after=after,
        limit=limit,
    )
