"""What can be done with accounts: one function per use case, each inside the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kernel import external_ids
from services.kernel.fields import ExternalId
from services.kernel.problems import NotFound
from services.kernel.versions import check_version
from services.kernel.work import Work
from services.timebank import clients, domain, repository
from services.timebank.domain import Owner, Viewer
from services.timebank.models import Account
from services.timebank.policy.operations import policy as read_policy
from services.timebank.policy.operations import record_alert

Limits = Mapping[str, int | None]
"""Those limits of an account that somebody names, by column."""
_FOR_MANAGERS = frozenset({"credit_limit_seconds", "low_alert_seconds", "high_alert_seconds"})


async def viewer_of(work: Work) -> Viewer:
    """Return who looks: the person whose token it is, or the caller's organisation, or of its staff one."""
    person = work.caller.person
    if person is not None:
        return Viewer(person=person)
    return Viewer(organisation=work.organisation, among=await clients.in_care(work))


async def read_account(work: Work, account_id: UUID) -> Account:
    """Return an account. Raises NotFound for one that the caller may not see."""
    account = await repository.account_seen(work.session, account_id, viewer=await viewer_of(work))
    if account is None:
        raise NotFound
    return account


async def silent(work: Work, accounts: Collection[UUID]) -> frozenset[UUID]:
    """Return those of `accounts` that the caller's organisation keeps of people who let it do so no longer.

    Their figures stay, so that they can be settled and closed; what was said about their hours is not for it to read.
    She herself reads hers always. Where the authority does not answer, nothing is read on trust.
    """
    holder = work.caller.organisation
    if work.caller.person is not None or holder is None:
        return frozenset()
    people = await repository.people_of(work.session, accounts, holder=holder)
    agree = await clients.consenting(work, set(people.values()), organisation=holder) if people else set()
    return frozenset(account for account, person in people.items() if person not in agree)


async def list_accounts(
    work: Work,
    *,
    owner_kind: str | None,
    owner_id: UUID | None,
    state: str | None,
    alert: str | None,
    updated_after: datetime | None,
    ids: Collection[UUID] | None,
    name: ExternalId | None = None,
    after: UUID | None,
    limit: int,
) -> Sequence[Account]:
    """Return up to `limit` of the accounts that the caller may see; of `name`, what its organisation calls so."""
    return await repository.accounts_page(
        work.session,
        viewer=await viewer_of(work),
        owner_kind=owner_kind,
        owner_id=owner_id,
        state=state,
        alert=alert,
        updated_after=updated_after,
        ids=ids,
        named=None if name is None else external_ids.named(collection(work.organisation), name),
        after=after,
        limit=limit,
    )


async def open_account(
    work: Work, *, owner: Owner, limits: Limits | None = None, names: Sequence[ExternalId] = (), known: bool = False
) -> Account:
    """Open the account of `owner`, held by the caller's organisation.

    Raises Invalid for an owner who is not known to it (unless the caller has asked: `known`), AccountExists when
    there is an open account.
    """
    holder, limits = _holder(work), limits or {}
    _check_may_open(work, owner)
    await _check_may_limit(work, limits, been=None)
    domain.check_alerts(limits.get("low_alert_seconds"), limits.get("high_alert_seconds"))
    if not known:
        await clients.check_owner(work, owner, organisation=holder)
    account = await add_account(work, owner=owner, held_by=holder, limits=limits, names=names)
    if account is None:
        raise domain.AccountExists
    return account


def collection(holder: UUID) -> str:
    """Return the collection of names that an organisation gives: they must not tell another whose account exists."""
    return f"accounts/{holder}"


async def add_account(
    work: Work, *, owner: Owner, held_by: UUID, limits: Limits | None = None, names: Sequence[ExternalId] = ()
) -> Account | None:
    """Add an account without asking who the owner is; return None when there is an open one."""
    policy = await read_policy(work)
    limits = {"debit_limit_seconds": policy.debit_limit_seconds, **(limits or {})}
    account = await repository.insert_account(
        work.session,
        id=work.new_id(),
        owner_kind=owner.kind,
        owner_id=owner.id,
        held_by=held_by,
        balance_seconds=0,
        held_seconds=0,
        **limits,
        state="open",
        external_ids=plain(names),
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )
    if account is not None:
        await external_ids.claim(work, collection(account.held_by), account.id, names)
        await work.record("account.opened", account.id, owner_kind=owner.kind, owner=owner.id, organisation=held_by)
        await _watch(work, account)
    return account


async def _watch(work: Work, account: Account) -> None:
    """Look whether limits that have just been set make an account low or hoarding, or neither any more."""
    within = domain.bounds(account, await read_policy(work), owner_kind=account.owner_kind)
    alert = domain.alert_of(account.balance_seconds, within)
    if alert != account.alert:
        account.alert = alert
        await work.session.flush()
        await record_alert(work, account)


def _check_may_open(work: Work, owner: Owner) -> None:
    """Refuse an account that is not the caller's affair. Raises Forbidden."""
    own = owner.kind == "organisation" and owner.id == work.organisation
    if not own and owner.kind != "participant":
        work.caller.require(domain.MANAGE)


async def _check_may_limit(work: Work, limits: Limits, *, been: Account | None) -> None:
    """Refuse a debit limit that would be a gift, and any say in what is too much to hold. Raises Forbidden."""
    usual = (await read_policy(work)).debit_limit_seconds
    highest = usual if been is None else max(usual, been.debit_limit_seconds)
    others = any(limits.get(name) != (getattr(been, name) if been else None) for name in _FOR_MANAGERS & set(limits))
    if others or (limits.get("debit_limit_seconds") or 0) > highest:
        work.caller.require(domain.MANAGE)


def _holder(work: Work) -> UUID:
    """Return the caller's organisation; a person opens or changes no account herself."""
    if work.caller.person is not None:
        raise domain.NotYourAccount("An organisation opens and changes accounts.")
    return work.organisation


def plain(names: Sequence[ExternalId]) -> list[dict[str, str]]:
    """Return `names` as they are kept with the resource."""
    return external_ids.merged([name.model_dump() for name in names])


async def change_account(
    work: Work,
    account_id: UUID,
    *,
    limits: Limits | None = None,
    names: Sequence[ExternalId] | None = None,
    if_match: str | None = None,
) -> Account:
    """Change what of `limits` is named, or an account's names elsewhere. Only its holder may."""
    account = await _locked_of_holder(work, account_id, if_match=if_match)
    domain.check_open(account)
    limits = limits or {}
    await _check_may_limit(work, limits, been=account)
    wanted = {**limits, "external_ids": account.external_ids if names is None else plain(names)}
    if all(getattr(account, name) == value for name, value in wanted.items()):
        return account
    await _set(work, account, wanted, names=names)
    await _changed(work, account, "account.changed")
    await _watch(work, account)
    return account


async def _set(work: Work, account: Account, wanted: Mapping[str, Any], *, names: Sequence[ExternalId] | None) -> None:
    domain.check_limit(account, wanted.get("debit_limit_seconds", account.debit_limit_seconds))
    if names is not None:
        await external_ids.claim(work, collection(account.held_by), account.id, names)
    for name, value in wanted.items():
        setattr(account, name, value)
    domain.check_alerts(account.low_alert_seconds, account.high_alert_seconds)


async def close_account(work: Work, account_id: UUID, *, if_match: str | None = None) -> Account:
    """Close an empty account that no match counts on; its names elsewhere are free again."""
    account = await _locked_of_holder(work, account_id, if_match=if_match)
    domain.check_open(account)
    domain.check_empty(account, expected=await repository.awaited(work.session, account.id))
    await external_ids.release(work, collection(account.held_by), account.id)
    account.state, account.external_ids, account.alert = "closed", [], "balanced"
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
    work: Work,
    *,
    name: ExternalId,
    owner: Owner,
    limits: Limits | None = None,
    names: Sequence[ExternalId] | None = None,
    known: bool = False,
) -> tuple[Account, bool]:
    """Open or change the account that another system calls `name`; return it and whether it is new.

    An open account of the same owner that the caller's organisation holds takes on the name. Without `names` the
    names that other systems have given it stay.
    """
    account = await _named(work, name)
    if account is None:
        account = await repository.account_of(work.session, owner)
        if account is None or account.held_by != _holder(work):
            given = [name, *(names or ())]
            return await open_account(work, owner=owner, limits=limits, names=given, known=known), True
    if (account.owner_kind, account.owner_id) != (owner.kind, owner.id):
        raise domain.OwnerDiffers
    kept = [ExternalId(**one) for one in account.external_ids] if names is None else names
    all_names = [name, *(one for one in kept if one.system != name.system)]
    return await change_account(work, account.id, limits=limits, names=all_names), False


async def _named(work: Work, name: ExternalId) -> Account | None:
    found = await external_ids.find(work, collection(work.organisation), name)
    if found is None:
        return None
    account = await repository.account_seen(work.session, found, viewer=await viewer_of(work))
    if account is None:
        raise external_ids.ExternalIdTaken(f"In the system {name.system}.")
    return account
