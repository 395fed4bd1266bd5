"""HTTP to what an organisation does with its webhooks, and back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.models import Webhook
from gateway.webhooks import operations
from gateway.webhooks.domain import is_pattern
from gateway.webhooks.schemas import (
    DeliveryPublic,
    NewWebhook,
    Recovered,
    Recovery,
    SecretRotation,
    WebhookPatch,
    WebhookPublic,
    WebhookWithSecret,
    shown_delivery,
    with_secret,
)
from services.kernel import pages
from services.kernel.fields import Moment
from services.kernel.paging import Cursor, Limit, Page
from services.kernel.problems import Invalid
from services.kernel.secrets import Box
from services.kernel.versions import IfMatch, tag
from services.kernel.work import Work, WorkRoute, within

PURPOSE = "webhooks"
router = APIRouter(route_class=WorkRoute, tags=["webhooks"])


def _box(request: Request) -> Box:
    return Box(request.app.state.kernel.settings.secret, PURPOSE)


Managing = Annotated[Work, within("webhooks:manage")]
Hearing = Annotated[Work, within("webhooks:manage", "events:read")]
"""Whoever is told of facts by a webhook may read them in the feed, too."""
Sealing = Annotated[Box, Depends(_box)]
_Since = Annotated[Moment | None, Query()]
_State = Annotated[Literal["waiting", "delivered", "failed"] | None, Query()]
_Type = Annotated[str | None, Query(max_length=100, description="One type, exactly.")]


def _at(id: UUID) -> str:
    return f"/v1/webhooks/{id}"


def _acted(response: Response, webhook: Webhook) -> Webhook:
    """Say which resource an action has left, and its version."""
    tag(response, webhook.version)
    response.headers["content-location"] = _at(webhook.id)
    return webhook


@router.post("/v1/webhooks", operation_id="create_webhook", summary="Be told of events at an address", status_code=201)
async def create_webhook(body: NewWebhook, work: Hearing, box: Sealing, response: Response) -> WebhookWithSecret:
    """Have your organisation told of what happens from now on. The secret is shown now and never again."""
    webhook, secret = await operations.create_webhook(
        work, box=box, url=body.url, event_types=body.event_types, description=body.description or ""
    )
    tag(response, webhook.version, _at(webhook.id))
    return with_secret(webhook, secret)


@router.get("/v1/webhooks", operation_id="list_webhooks", summary="List your organisation's webhooks")
async def list_webhooks(
    request: Request, response: Response, work: Managing, cursor: Cursor = None, limit: Limit = 50,
    updated_after: _Since = None,
) -> Page[WebhookPublic]:  # fmt: skip
    rows = await operations.list_webhooks(work, updated_after=updated_after, after=pages.after(cursor), limit=limit)
    return pages.page(request, response, rows, limit, WebhookPublic.model_validate)


@router.get(
    "/v1/webhooks/{webhook_id}", operation_id="read_webhook", summary="Read a webhook", response_model=WebhookPublic
)
async def read_webhook(webhook_id: UUID, work: Managing, response: Response) -> Webhook:
    webhook = await operations.get_webhook(work, id=webhook_id)
    tag(response, webhook.version)
    return webhook


@router.patch("/v1/webhooks/{webhook_id}", operation_id="change_webhook", summary="Change a webhook",
              response_model=WebhookPublic)  # fmt: skip
async def change_webhook(
    webhook_id: UUID, body: WebhookPatch, work: Hearing, response: Response, if_match: IfMatch = None
) -> Webhook:
    """Change it. What waits goes to the new address; types count for facts that happen later."""
    values = body.model_dump(exclude_unset=True)
    if "description" in values:
        values["description"] = values["description"] or ""
    webhook = await operations.change_webhook(work, id=webhook_id, if_match=if_match, **values)
    tag(response, webhook.version)
    return webhook


@router.delete("/v1/webhooks/{webhook_id}", operation_id="delete_webhook", summary="Delete a webhook", status_code=204)
async def delete_webhook(webhook_id: UUID, work: Managing, if_match: IfMatch = None) -> None:
    """Delete it with its secrets, its deliveries and whatever waits. What is on its way may still arrive."""
    await operations.delete_webhook(work, id=webhook_id, if_match=if_match)


@router.post("/v1/webhooks/{webhook_id}:rotate-secret", operation_id="rotate_webhook_secret",
             summary="Give a webhook a new secret")  # fmt: skip
async def rotate_secret(
    webhook_id: UUID, work: Managing, box: Sealing, response: Response, body: SecretRotation | None = None
) -> WebhookWithSecret:
    """Sign with a new secret, shown now and never again, and for a time with the old one too."""
    lives = (body or SecretRotation()).old_secret_lives
    webhook, secret = await operations.rotate_secret(work, box=box, id=webhook_id, old_lives=lives)
    return with_secret(_acted(response, webhook), secret)


@router.post("/v1/webhooks/{webhook_id}:end-old-secret", operation_id="end_old_webhook_secret",
             summary="Sign with the newer secret alone", response_model=WebhookPublic)  # fmt: skip
async def end_old_secret(webhook_id: UUID, work: Managing, response: Response) -> Webhook:
    return _acted(response, await operations.end_old_secret(work, id=webhook_id))


@router.post("/v1/webhooks/{webhook_id}:pause", operation_id="pause_webhook", summary="Pause a webhook",
             response_model=WebhookPublic)  # fmt: skip
async def pause_webhook(webhook_id: UUID, work: Managing, response: Response) -> Webhook:
    """Send nothing for the time being. Facts are kept for it, for 30 days, and sent when it is enabled again."""
    return _acted(response, await operations.pause(work, id=webhook_id))


@router.post("/v1/webhooks/{webhook_id}:enable", operation_id="enable_webhook", summary="Enable a webhook",
             response_model=WebhookPublic)  # fmt: skip
async def enable_webhook(webhook_id: UUID, work: Managing, response: Response) -> Webhook:
    """Send again, after a pause or after it was disabled, beginning with what has been kept."""
    return _acted(response, await operations.enable(work, id=webhook_id))


@router.post("/v1/webhooks/{webhook_id}:test", operation_id="test_webhook", summary="Send a test message",
             status_code=201)  # fmt: skip
async def test_webhook(webhook_id: UUID, work: Managing, response: Response) -> DeliveryPublic:
    """Send a message of the type `webhook.test`, which says that nothing happened."""
    made = await operations.test(work, id=webhook_id)
    response.headers["location"] = f"{_at(webhook_id)}/deliveries/{made.id}"
    return shown_delivery(made)


@router.post("/v1/webhooks/{webhook_id}:recover", operation_id="recover_webhook",
             summary="Send what has failed again")  # fmt: skip
async def recover_webhook(webhook_id: UUID, body: Recovery, work: Managing, response: Response) -> Recovered:
    """Send the failed deliveries of a period again, in their order, each with ten new attempts."""
    webhook, count = await operations.recover(work, id=webhook_id, since=body.since, until=body.until)
    _acted(response, webhook)
    return Recovered(recovered=count)


@router.get("/v1/webhooks/{webhook_id}/deliveries", operation_id="list_webhook_deliveries",
            summary="List what was or is to be sent")  # fmt: skip
async def list_deliveries(
    webhook_id: UUID, request: Request, response: Response, work: Managing, cursor: Cursor = None, limit: Limit = 50,
    state: _State = None, event_type: _Type = None, updated_after: _Since = None,
) -> Page[DeliveryPublic]:  # fmt: skip
    """Show deliveries, the eldest first; they are kept for 30 days."""
    if event_type is not None and not is_pattern(event_type):
        raise Invalid.field("/event_type", "is not a type of facts", source="query")
    rows = await operations.list_deliveries(
        work, id=webhook_id, state=state, type=event_type, updated_after=updated_after,
        after=pages.after(cursor), limit=limit,
    )  # fmt: skip
    return pages.page(request, response, rows, limit, shown_delivery)


@router.get("/v1/webhooks/{webhook_id}/deliveries/{delivery_id}", operation_id="read_webhook_delivery",
            summary="Read a delivery and its attempts")  # fmt: skip
async def read_delivery(webhook_id: UUID, delivery_id: UUID, work: Managing) -> DeliveryPublic:
    return shown_delivery(await operations.get_delivery(work, id=webhook_id, delivery_id=delivery_id))


@router.post("/v1/webhooks/{webhook_id}/deliveries/{delivery_id}:replay", operation_id="replay_webhook_delivery",
             summary="Send one message again")  # fmt: skip
async def replay_delivery(webhook_id: UUID, delivery_id: UUID, work: Managing, response: Response) -> DeliveryPublic:
    """Send it now, whether it failed, waits or was delivered: under its message id, with ten new attempts."""
    found = await operations.replay(work, id=webhook_id, delivery_id=delivery_id)
    response.headers["content-location"] = f"{_at(webhook_id)}/deliveries/{delivery_id}"
    return shown_delivery(found)
