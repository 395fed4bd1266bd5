"""The bodies of requests and answers about webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gateway.models import Webhook
from gateway.webhooks.domain import MOST_TYPES, OLD_SECRET_LIVES, is_pattern
from services.kernel.fields import Body, Line, Moment, Patch, Whole


def _pattern(text: str) -> str:
    if not is_pattern(text):
        raise ValueError("must be a type such as offer.created, the beginning of some such as offer.*, or *")
    return text


def _each_once(patterns: list[str]) -> list[str]:
    return sorted(set(patterns))


Url = Annotated[str, Field(min_length=1, max_length=2000, examples=["https://crm.example.org/cando"])]
Patterns = Annotated[
    list[Annotated[str, Field(max_length=100, examples=["offer.*"]), AfterValidator(_pattern)]],
    Field(min_length=1, max_length=MOST_TYPES), AfterValidator(_each_once),
]  # fmt: skip
Lives = Annotated[Whole, Field(ge=0, le=7 * 86_400)]


class NewWebhook(Body):
    """Where your organisation wants to be told of what."""

    url: Url
    event_types: Patterns = Field(description="Types of facts as in the feed: exact, or `offer.*`, or `*` for all.")
    description: Line | None = Field(default=None, examples=["The CRM's inbox"])


class WebhookPatch(Patch):
    """A change: what waits goes to the new address; types count for facts that happen later."""

    _required = frozenset({"url", "event_types"})

    url: Url | None = None
    event_types: Patterns | None = None
    description: Line | None = None


class WebhookPublic(BaseModel):
    """A webhook; its secrets are never shown again.

    `failing_since`: nothing has arrived since then. `disabled_because`: `gone` (it answered 410) or `unreached`.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int
    organisation_id: UUID
    url: str
    event_types: list[str]
    description: str
    state: Literal["enabled", "paused", "disabled"]
    disabled_because: str | None
    failing_since: datetime | None
    secret_created_at: datetime
    old_secret_ends_at: datetime | None


class WebhookWithSecret(WebhookPublic):
    """A webhook just made, or just given a new secret: the only time that it is shown."""

    secret: str = Field(examples=["whsec_" + 43 * "A" + "="])


class SecretRotation(Body):
    """How long messages are signed with the old secret too."""

    old_secret_lives: Lives = Field(default=OLD_SECRET_LIVES, description="Seconds; 0 ends the old secret at once.")


class DeliveryAttempt(BaseModel):
    """One attempt: the status that was answered, or why there is none. What was answered beyond is not read."""

    at: datetime
    milliseconds: int
    status: int | None
    reason: str | None = None


class DeliveryPublic(BaseModel):
    """One message: a fact for a webhook. `webhook-id` in its headers is `event_id`, at each attempt."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    webhook_id: UUID
    event_id: UUID
    type: str
    subject: UUID
    at: datetime
    state: Literal["waiting", "delivered", "failed"]
    next_attempt_at: datetime | None
    attempts: list[DeliveryAttempt]
    created_at: datetime
    updated_at: datetime


class Recovery(Body):
    """A period, by when the facts happened; without an end, until now."""

    since: Moment
    until: Moment | None = None


class Recovered(BaseModel):
    """How many failed deliveries are sent again; ten thousand at most, then ask once more."""

    recovered: int


def shown_delivery(row: Any) -> DeliveryPublic:
    """Return what is shown of a delivery."""
    upcoming = row.next_at if row.state == "waiting" else None
    return DeliveryPublic.model_validate({**row.model_dump(), "next_attempt_at": upcoming})


def with_secret(webhook: Webhook, secret: str) -> WebhookWithSecret:
    """Return a webhook together with its new secret."""
    return WebhookWithSecret.model_validate({**webhook.model_dump(), "secret": secret})
