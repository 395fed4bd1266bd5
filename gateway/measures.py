"""What is measured of the gateway's own rows: webhooks that nothing arrives at, and deliveries that wait."""

from services.kernel.measures import Measure, age

MEASURES = (
    Measure(
        "cando_webhook_waiting", "Deliveries that wait to be sent, or to be sent again",
        "select count(*) from webhook_deliveries where state = 'waiting'",
    ),
    Measure(
        "cando_webhook_waiting_seconds", "How old the delivery is that has waited longest",
        f"select {age('created_at')} from webhook_deliveries where state = 'waiting'", "largest",  # noqa: S608
    ),
    Measure(
        "cando_webhooks_disabled", "Webhooks that were disabled because nothing arrived at them",
        "select count(*) from webhooks where state = 'disabled' and disabled_because in ('gone', 'unreached')"
        " and deleted_at is null",
    ),
)  # fmt: skip
