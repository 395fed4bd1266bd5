"""The rules of people's rights: by when a request is answered, who is left to answer for an erasure, and problems.

Problem
├── Conflict
│   ├── AlreadyRestricted    409
│   ├── NotRestricted        409
│   └── RequestClosed        409
└── Unavailable
    └── ExportIncomplete     503
"""

from collections.abc import Collection
from datetime import date

from dateutil.relativedelta import relativedelta

from services.kernel.problems import Conflict, Unavailable

SERVICES = ("directory", "assessments", "matching", "timebank", "community", "connect", "gateway")
"""Who may hold something about a person, in the order in which it is taken away."""
TO_ANSWER = relativedelta(months=1)


class AlreadyRestricted(Conflict):
    slug = "already-restricted"
    title = "The use of this person's data is restricted already"


class NotRestricted(Conflict):
    slug = "not-restricted"
    title = "The use of this person's data is not restricted"


class RequestClosed(Conflict):
    slug = "request-closed"
    title = "This request has been answered"


class ExportIncomplete(Unavailable):
    slug = "export-incomplete"
    title = "Not every service has answered; a partial export must be asked for"


def due_on(received_on: date) -> date:
    """Return the last day to answer a request: one month later, or the last day of that month."""
    return received_on + TO_ANSWER


def missing(acknowledged: Collection[str]) -> list[str]:
    """Return which services have not acknowledged an erasure."""
    return [name for name in SERVICES if name not in acknowledged]
