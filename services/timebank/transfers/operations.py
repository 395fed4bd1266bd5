"""What can be done with transfers: one function per use case, each inside the caller's transaction.

Whoever moves hours locks the accounts first, all at once, in the order of their ids (`lock_accounts`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.timebank import domain, repository
from services.timebank.accounts.operations import plain, viewer_of
from services.timebank.domain import Posting, RequestedKind
from services.timebank.models import Account, Transfer


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
    if await repository.account_seen(work.session, payer, viewer=viewer_of(work)) is None:
        raise Invalid.field("/from_account", "is not an account that you can spend from")
    if not await repository.known_account(work.session, payee):
        raise Invalid.field("/to_account", "is not known here")
    if payer == payee:
        raise Invalid.field("/to_account", "must be another account")
    accounts = await repository.lock_accounts(work.session, [payer, payee])
    domain.check_kind(kind, payer=accounts[payer], payee=accounts[payee])
    return await post(work, Posting(kind, payer, payee, seconds, reason), accounts=accounts, names=names)


async def post(
    work: Work, posting: Posting, *, accounts: Mapping[UUID, Account], names: Sequence[ExternalId] = ()
) -> Transfer:
    """Post a transfer between two of `accounts`, which are locked. Raises AccountClosed, InsufficientCredit."""
    domain.check_open(accounts[posting.payer], accounts[posting.payee])
    domain.check_credit(accounts[posting.payer], posting.seconds - posting.from_hold)
    transfer = await repository.insert_transfer(
        work.session,
        posting,
        id=work.new_id(),
        made_by=work.caller.named,
        external_ids=plain(names),
        created_at=work.now,
        updated_at=work.now,
    )
    await external_ids.claim(work, f"transfers/{work.caller.organisation}", transfer.id, names)
    for account, seconds in posting.legs().items():
        held = -posting.from_hold if account == posting.payer else 0
        if await repository.move(work.session, account, seconds=seconds, held=held, now=work.now) is None:
            raise domain.InsufficientCredit
    related = {
        "from": posting.payer,
        "from_holder": accounts[posting.payer].held_by,
        "to": posting.payee,
        "to_holder": accounts[posting.payee].held_by,
        "match": posting.match_id,
        "reverses": posting.reverses,
    }
    await work.record("transfer.posted", transfer.id, kind=posting.kind, seconds=posting.seconds, **related)
    return transfer


async def reverse(work: Work, transfer_id: UUID, *, reason: str, if_match: str | None = None) -> Transfer:
    """Give a transfer back in full, once. To give back is to spend: the caller must hold what received it."""
    await read_transfer(work, transfer_id)
    original = await repository.lock_transfer(work.session, transfer_id)
    check_version(if_match, original.version)
    domain.check_reversible(original.kind, original.state)
    payer, payee = original.to_account, original.from_account
    if await repository.account_seen(work.session, payer, viewer=viewer_of(work)) is None:
        raise domain.NotYourAccount("Whoever holds the account that received it can give it back.")
    accounts = await repository.lock_accounts(work.session, [payer, payee])
    posting = Posting(
        "reversal", payer, payee, original.seconds, reason, match_id=original.match_id, reverses=original.id
    )
    given_back = await post(work, posting, accounts=accounts)
    original.state, original.updated_at = "reversed", work.now
    original.version += 1
    await work.session.flush()
    await work.record("transfer.reversed", original.id, by=given_back.id)
    return given_back


async def read_transfer(work: Work, transfer_id: UUID) -> Transfer:
    """Return a transfer. Raises NotFound for one that touches no account the caller may see."""
    found = await repository.transfer_seen(work.session, transfer_id, viewer=viewer_of(work))
    if found is None:
        raise NotFound
    return found


async def list_transfers(
    work: Work,
    *,
    account: UUID | None,
    kind: str | None,
    match: UUID | None,
    updated_after: datetime | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Transfer]:
    """Return up to `limit` of the transfers that touch an account the caller may see."""
    return await repository.transfers_page(
        work.session,
        viewer=viewer_of(work),
        account=account,
        kind=kind,
        match=match,
        updated_after=updated_after,
        after=after,
        limit=limit,
    )
