"""The facts about webhooks: never an address, a secret or what was sent."""

CREATED = "webhook.created"
CHANGED = "webhook.changed"
DELETED = "webhook.deleted"
DISABLED = "webhook.disabled"
