"""What can be done with accounts: one function per use case, each inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import Invalid, NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.timebank import clients, domain, repository
from services.timebank.domain import Owner, Viewer
from services.timebank.models import Account
from services.timebank.repository import Line
from services.timebank.settings import Settings


def viewer_of(work: Work) -> Viewer:
    """Return who looks: the person whose token it is, or else the caller's organisation."""
    person = work.caller.person
    return Viewer(person=person) if person is not None else Viewer(organisation=work.organisation)


async def read_account(work: Work, account_id: UUID) -> Account:
    """Return an account. Raises NotFound for one that the caller may not see."""
    account = await repository.account_seen(work.session, account_id, viewer=viewer_of(work))
    if account is None:
        raise NotFound
    return account


async def list_accounts(
    work: Work,
    *,
    owner_kind: str | None,
    owner_id: UUID | None,
    state: str | None,
    updated_after: datetime | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Account]:
    """Return up to `limit` of the accounts that the caller may see."""
    return await repository.accounts_page(
        work.session,
        viewer=viewer_of(work),
        owner_kind=owner_kind,
        owner_id=owner_id,
        state=state,
        updated_after=updated_after,
        after=after,
        limit=limit,
    )


async def open_account(
    work: Work, *, owner: Owner, debit_limit: int | None = None, names: Sequence[ExternalId] = ()
) -> Account:
    """Open the account of `owner`, held by the caller's organisation.

    Raises Invalid for an owner who is not known to it, AccountExists when there is an open account.
    """
    holder = _holder(work)
    _check_may_open(work, owner, debit_limit)
    await clients.check_owner(work, owner, organisation=holder)
    account = await add_account(work, owner=owner, held_by=holder, debit_limit=debit_limit, names=names)
    if account is None:
        raise domain.AccountExists
    return account


def collection(holder: UUID) -> str:
    """Return the collection of names that an organisation gives: they must not tell another whose account exists."""
    return f"accounts/{holder}"


async def add_account(
    work: Work, *, owner: Owner, held_by: UUID, debit_limit: int | None = None, names: Sequence[ExternalId] = ()
) -> Account | None:
    """Add an account without asking who the owner is; return None when there is an open one."""
    account = await repository.insert_account(
        work.session,
        id=work.new_id(),
        owner_kind=owner.kind,
        owner_id=owner.id,
        held_by=held_by,
        balance_seconds=0,
        held_seconds=0,
        debit_limit_seconds=_default_limit(work) if debit_limit is None else debit_limit,
        state="open",
        external_ids=plain(names),
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    if account is not None:
        await external_ids.claim(work, collection(account.held_by), account.id, names)
        await work.record("account.opened", account.id, owner_kind=owner.kind, owner=owner.id, organisation=held_by)
    return account


def _check_may_open(work: Work, owner: Owner, debit_limit: int | None) -> None:
    """Refuse an account that is not the caller's affair, or a limit that would be a gift. Raises Forbidden."""
    others = owner.kind == "community" or (owner.kind == "organisation" and owner.id != work.organisation)
    if others or (debit_limit or 0) > _default_limit(work):
        work.caller.require(domain.MANAGE)


def _holder(work: Work) -> UUID:
    """Return the caller's organisation; a person opens or changes no account herself."""
    if work.caller.person is not None:
        raise domain.NotYourAccount("An organisation opens and changes accounts.")
    return work.organisation


def _default_limit(work: Work) -> int:
    settings = work.kernel.settings
    assert isinstance(settings, Settings)
    return settings.debit_limit_seconds


def plain(names: Sequence[ExternalId]) -> list[dict[str, str]]:
    """Return `names` as they are kept with the resource."""
    return external_ids.merged([name.model_dump() for name in names])


async def change_account(
    work: Work,
    account_id: UUID,
    *,
    debit_limit: int | None = None,
    names: Sequence[ExternalId] | None = None,
    if_match: str | None = None,
) -> Account:
    """Change how far an account may go below zero, or its names elsewhere. Only its holder may."""
    account = await _locked_of_holder(work, account_id, if_match=if_match)
    domain.check_open(account)
    limit = account.debit_limit_seconds if debit_limit is None else debit_limit
    if limit > max(account.debit_limit_seconds, _default_limit(work)):
        work.caller.require(domain.MANAGE)
    wanted = account.external_ids if names is None else plain(names)
    if (limit, wanted) == (account.debit_limit_seconds, account.external_ids):
        return account
    domain.check_limit(account, limit)
    if names is not None:
        await external_ids.claim(work, collection(account.held_by), account.id, names)
    account.debit_limit_seconds, account.external_ids = limit, wanted
    await _changed(work, account, "account.changed")
    return account


async def close_account(work: Work, account_id: UUID, *, if_match: str | None = None) -> Account:
    """Close an empty account that no match counts on; its names elsewhere are free again."""
    account = await _locked_of_holder(work, account_id, if_match=if_match)
    domain.check_open(account)
    domain.check_empty(account, expected=await repository.awaited(work.session, account.id))
    await external_ids.release(work, collection(account.held_by), account.id)
    account.state, account.external_ids = "closed", []
    await _changed(work, account, "account.closed")
    return account


async def _locked_of_holder(work: Work, account_id: UUID, *, if_match: str | None) -> Account:
    seen = await read_account(work, account_id)
    if seen.held_by != _holder(work):
        raise domain.NotYourAccount
    account = (await repository.lock_accounts(work.session, [seen.id]))[seen.id]
    check_version(if_match, account.version)
    return account


async def _changed(work: Work, account: Account, fact: str) -> None:
    account.version += 1
    account.updated_at = work.now
    await work.session.flush()
    await work.record(
        fact, account.id, owner_kind=account.owner_kind, owner=account.owner_id, organisation=account.held_by
    )


async def put_account(
    work: Work, *, name: ExternalId, owner: Owner, debit_limit: int | None, names: Sequence[ExternalId] | None
) -> tuple[Account, bool]:
    """Open or change the account that another system calls `name`; return it and whether it is new.

    An open account of the same owner that the caller's organisation holds takes on the name. Without `names` the
    names that other systems have given it stay.
    """
    account = await _named(work, name)
    if account is None:
        account = await repository.account_of(work.session, owner)
        if account is None or account.held_by != _holder(work):
            return await open_account(work, owner=owner, debit_limit=debit_limit, names=[name, *(names or ())]), True
    if (account.owner_kind, account.owner_id) != (owner.kind, owner.id):
        raise domain.OwnerDiffers
    kept = [ExternalId(**one) for one in account.external_ids] if names is None else names
    all_names = [name, *(one for one in kept if one.system != name.system)]
    return await change_account(work, account.id, debit_limit=debit_limit, names=all_names), False


async def _named(work: Work, name: ExternalId) -> Account | None:
    found = await external_ids.find(work, collection(work.organisation), name)
    if found is None:
        return None
    account = await repository.account_seen(work.session, found, viewer=viewer_of(work))
    if account is None:
        raise external_ids.ExternalIdTaken(f"In the system {name.system}.")
    return account


async def read_statement(
    work: Work,
    account_id: UUID,
    *,
    since: datetime | None,
    until: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[int, int, list[Line]]:
    """Return an account's balance at `since`, that at `until`, and up to `limit` lines between.

    Who gave hours to whom is somebody's life: reading a person's statement is put on record.
    """
    account = await read_account(work, account_id)
    if since is not None and until is not None and until < since:
        raise Invalid.field("/to", "must not lie before `from`", source="query")
    if account.owner_kind == "participant":
        await work.audit("statement.read", account.owner_id)
    await repository.freeze(work.session, account)
    opening = 0 if since is None else await repository.balance_before(work.session, account.id, moment=since)
    closing = await repository.balance_before(work.session, account.id, moment=until)
    lines = await repository.statement_lines(
        work.session, account.id, opening=opening, since=since, until=until, after=after, limit=limit
    )
    return opening, closing, lines
