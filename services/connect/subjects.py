"""What this room holds about a person: nothing of its own. Facades keep nothing, connectors keep ids alone."""

from services.kernel.subjects import Holdings

HOLDINGS = Holdings(())
