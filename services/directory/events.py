"""The facts that the directory publishes. Their subjects are ids; none carries a name, a text or an address."""

PARTICIPANT_CREATED = "participant.created"
PARTICIPANT_CHANGED = "participant.changed"
PARTICIPANT_DELETED = "participant.deleted"
CONSENT_GIVEN = "consent.given"
CONSENT_REVOKED = "consent.revoked"
IMPORT_FINISHED = "import.finished"
TERM_CREATED = "term.created"
TERM_DELETED = "term.deleted"


def asset(kind: str, happened: str) -> str:
    """Return the name of a fact about an asset, such as `organisation.created`."""
    return f"{kind}.{happened}"
