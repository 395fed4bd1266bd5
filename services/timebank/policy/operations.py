"""What can be done with the policy: read it, and decide it anew for every account at once."""

from typing import Protocol
from uuid import UUID

from services.kernel.versions import check_version
from services.kernel.work import Work
from services.timebank import repository
from services.timebank.models import Policy
from services.timebank.settings import Settings


class Alerted(Protocol):
    """An account, as far as a fact about its alert tells of it."""

    @property
    def id(self) -> UUID: ...
    @property
    def alert(self) -> str: ...
    @property
    def owner_kind(self) -> str: ...
    @property
    def owner_id(self) -> UUID: ...
    @property
    def held_by(self) -> UUID: ...


async def policy(work: Work) -> Policy:
    """Return what the community has decided; where it has not, the setting's limit and no alerts (version 0)."""
    return await repository.policy(work.session) or Policy(
        id=work.tenant, debit_limit_seconds=_settings(work).debit_limit_seconds, updated_at=work.now, version=0
    )


def _settings(work: Work) -> Settings:
    settings = work.kernel.settings
    assert isinstance(settings, Settings)
    return settings


async def decide(
    work: Work,
    *,
    debit_limit: int,
    credit_limit: int | None,
    low_alert: int | None,
    high_alert: int | None,
    if_match: str | None,
) -> Policy:
    """Set the policy. Alerts are looked at again for every account, now. Nothing happens when it was so already."""
    await work.hold("timebank-policy")
    decided = await policy(work)
    check_version(if_match, decided.version)
    values = {
        "debit_limit_seconds": debit_limit, "credit_limit_seconds": credit_limit,
        "low_alert_seconds": low_alert, "high_alert_seconds": high_alert,
    }  # fmt: skip
    if decided.version and decided.model_dump(include=set(values)) == values:
        return decided
    for name, value in values.items():
        setattr(decided, name, value)
    decided.updated_at = work.now
    decided.version += 1
    decided = await work.session.merge(decided)
    await work.session.flush()
    await work.record("timebank_policy.changed", work.tenant)
    for row in await repository.watch_again(work.session, decided, now=work.now):
        await record_alert(work, row)
    return decided


async def record_alert(work: Work, account: Alerted) -> None:
    """Record that an account is low, hoards, or is balanced again: once, as it becomes so."""
    await work.record(
        f"account.{account.alert}",
        account.id,
        owner_kind=account.owner_kind,
        owner=account.owner_id,
        organisation=account.held_by,
    )
