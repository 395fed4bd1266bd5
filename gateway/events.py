"""The facts that the desk publishes: ids and states, no names, no labels, no secrets."""

TENANT_CREATED = "tenant.created"
CLIENT_CREATED = "client.created"
CLIENT_DELETED = "client.deleted"
SECRET_CREATED = "client.secret_created"  # noqa: S105
SECRET_DELETED = "client.secret_deleted"  # noqa: S105
STAFF_CREATED = "staff.created"
STAFF_CHANGED = "staff.changed"
STAFF_DELETED = "staff.deleted"
