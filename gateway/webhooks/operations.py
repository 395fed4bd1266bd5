"""What an organisation does with its webhooks. Each runs in one transaction and never commits.

A webhook belongs to the organisation, not to the app that made it: it goes on when that app is revoked. To every other
organisation it is as one that does not exist.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.models import Delivery, Webhook
from gateway.webhooks import events, repository
from gateway.webhooks.domain import (
    KEPT,
    MOST_PER_ORGANISATION,
    TEST,
    NoOldSecret,
    TooManyWebhooks,
    TwoSecretsLive,
)
from gateway.webhooks.signing import new_secret
from services.kernel.outbound import Outbound, OutboundRefused
from services.kernel.problems import IllegalState, Invalid, NotFound
from services.kernel.secrets import Box
from services.kernel.versions import check_version
from services.kernel.work import Work

MOST_AT_ONCE = 10_000


async def create_webhook(
    work: Work, *, box: Box, url: str, event_types: list[str], description: str
) -> tuple[Webhook, str]:
    """Create a webhook that is told of what happens from now on; its secret is the second of the two, and nowhere else.

    Raises TooManyWebhooks.
    """
    _check_address(work, url)
    await work.hold(f"webhooks/{work.organisation}")
    if len(await repository.webhooks(work.session, organisation=work.organisation)) >= MOST_PER_ORGANISATION:
        raise TooManyWebhooks(f"At most {MOST_PER_ORGANISATION}.")
    secret = new_secret()
    webhook = Webhook(
        id=work.new_id(), created_at=work.now, updated_at=work.now, organisation_id=work.organisation,
        url=url, event_types=event_types, description=description,
        secret=box.seal(secret.encode()), secret_created_at=work.now,
    )  # fmt: skip
    work.session.add(webhook)
    await work.session.flush()
    await work.record(events.CREATED, webhook.id, organisation=webhook.organisation_id)
    return webhook, secret


async def get_webhook(work: Work, *, id: UUID) -> Webhook:
    """Return a webhook of the caller's organisation."""
    return await _mine(work, id)


async def list_webhooks(work: Work, **asked: Any) -> Sequence[Webhook]:
    """Return the webhooks of the caller's organisation, one more than asked for."""
    return await repository.webhooks(work.session, organisation=work.organisation, **asked)


async def change_webhook(work: Work, *, id: UUID, if_match: str | None, **values: Any) -> Webhook:
    """Change address, wanted types or description. What waits goes to the new address; types count for later facts."""
    webhook = await _mine(work, id, hold=True)
    check_version(if_match, webhook.version)
    if "url" in values:
        _check_address(work, values["url"])
    if webhook.change(work.now, **values):
        await _record_change(work, webhook)
    return webhook


async def delete_webhook(work: Work, *, id: UUID, if_match: str | None) -> None:
    """Delete a webhook with its secrets and all that waits for it. What is being sent may still arrive."""
    webhook = await _mine(work, id, hold=True)
    check_version(if_match, webhook.version)
    await _end(work, webhook)


async def close_organisation(work: Work, *, organisation: UUID) -> None:
    """Delete all webhooks of an organisation that is no longer there."""
    for webhook in await repository.webhooks(work.session, organisation=organisation):
        await _end(work, webhook)


async def _end(work: Work, webhook: Webhook) -> None:
    webhook.change(work.now, deleted_at=work.now, secret="", old_secret=None, old_secret_ends_at=None, url="")
    await work.session.flush()
    await repository.drop_deliveries(work.session, webhook=webhook.id)
    await work.record(events.DELETED, webhook.id, organisation=webhook.organisation_id)


# --- secrets -------------------------------------------------------------------------------------------------------


async def rotate_secret(work: Work, *, box: Box, id: UUID, old_lives: int) -> tuple[Webhook, str]:
    """Give a webhook a second secret; messages are signed with both until the old one ends. Raises TwoSecretsLive."""
    webhook = await _mine(work, id, hold=True)
    if webhook.old_secret_ends_at is not None and webhook.old_secret_ends_at > work.now:
        raise TwoSecretsLive(f"The old one ends by itself at {webhook.old_secret_ends_at.isoformat()}.")
    secret = new_secret()
    ends = work.now + timedelta(seconds=old_lives) if old_lives else None
    webhook.change(
        work.now, secret=box.seal(secret.encode()), secret_created_at=work.now,
        old_secret=webhook.secret if ends else None, old_secret_ends_at=ends,
    )  # fmt: skip
    await _record_change(work, webhook)
    return webhook, secret


async def end_old_secret(work: Work, *, id: UUID) -> Webhook:
    """Sign with the newer secret alone from now on. Raises NoOldSecret."""
    webhook = await _mine(work, id, hold=True)
    if webhook.old_secret_ends_at is None or webhook.old_secret_ends_at <= work.now:
        raise NoOldSecret
    webhook.change(work.now, old_secret=None, old_secret_ends_at=None)
    await _record_change(work, webhook)
    return webhook


# --- pausing and enabling ------------------------------------------------------------------------------------------


async def pause(work: Work, *, id: UUID) -> Webhook:
    """Send nothing until it is enabled again; facts are kept for it meanwhile. A disabled one stays so."""
    webhook = await _mine(work, id, hold=True)
    if webhook.state == "disabled":
        raise IllegalState("It is disabled already.")
    if webhook.change(work.now, state="paused"):
        await _record_change(work, webhook)
    return webhook


async def enable(work: Work, *, id: UUID) -> Webhook:
    """Send again, beginning with what has been kept."""
    webhook = await _mine(work, id, hold=True)
    if webhook.change(work.now, state="enabled", disabled_because=None):
        webhook.failing_since = None
        await _record_change(work, webhook)
    return webhook


async def test(work: Work, *, id: UUID) -> Delivery:
    """Put a message on that says nothing happened. One at a time, or it would be a way to flood somebody."""
    webhook = await _mine(work, id, hold=True)
    if webhook.state != "enabled":
        raise IllegalState("It is not enabled.")
    if await repository.waits(work.session, webhook=id, type=TEST):
        raise IllegalState("A test of it is under way.")
    message = work.new_id()
    made = Delivery(
        id=message, webhook_id=id, event_id=message, type=TEST, subject=id, ids={}, at=work.now,
        next_at=work.now, created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await repository.ring(work.session)
    return made


# --- deliveries ----------------------------------------------------------------------------------------------------


async def list_deliveries(work: Work, *, id: UUID, **asked: Any) -> Sequence[Delivery]:
    """Return what was or is to be sent to a webhook, one more than asked for."""
    await _mine(work, id)
    return await repository.deliveries(work.session, webhook=id, **asked)


async def get_delivery(work: Work, *, id: UUID, delivery_id: UUID, hold: bool = False) -> Delivery:
    """Return one delivery of a webhook."""
    await _mine(work, id)
    found = await repository.delivery(work.session, webhook=id, id=delivery_id, hold=hold)
    if found is None:
        raise NotFound
    return found


async def replay(work: Work, *, id: UUID, delivery_id: UUID) -> Delivery:
    """Send a delivery (again, or sooner than it would be) with its own message id and ten new attempts."""
    found = await get_delivery(work, id=id, delivery_id=delivery_id, hold=True)
    if found.sending_until is not None and found.sending_until > work.now:
        raise IllegalState("It is being sent at this moment.")
    found.state, found.failures, found.next_at, found.updated_at = "waiting", 0, work.now, work.now
    await work.session.flush()
    await repository.ring(work.session)
    return found


async def recover(work: Work, *, id: UUID, since: datetime, until: datetime | None) -> tuple[Webhook, int]:
    """Put the failed deliveries of a period on again, at most ten thousand; return how many."""
    webhook = await _mine(work, id)
    if since < work.now - KEPT:
        raise Invalid.field("/since", f"is longer ago than deliveries are kept, {KEPT.days} days")
    count = await repository.put_on_again(
        work.session, webhook=id, since=since, until=until or work.now, now=work.now, most=MOST_AT_ONCE
    )
    await repository.ring(work.session)
    return webhook, count


async def _mine(work: Work, id: UUID, *, hold: bool = False) -> Webhook:
    found = await repository.webhook(work.session, id=id, organisation=work.organisation, hold=hold)
    if found is None:
        raise NotFound
    return found


async def _record_change(work: Work, webhook: Webhook) -> None:
    """Record it; that rings, and wakes whoever sends."""
    await work.session.flush()
    await work.record(events.CHANGED, webhook.id, organisation=webhook.organisation_id, state=webhook.state)


def _check_address(work: Work, url: str) -> None:
    """Refuse an address that could never be asked. Where its name leads is judged each time it is connected to."""
    try:
        Outbound(allow=work.kernel.settings.outbound_allow, plain=False).judge(url)
    except OutboundRefused as error:
        raise Invalid.field("/url", str(error)) from None
