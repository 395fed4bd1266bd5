"""How long this room keeps what, beside the audit that every service has."""

from services.kernel.retention import Kind

KINDS: tuple[Kind, ...] = ()
