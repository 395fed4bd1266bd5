"""A thin, typed client of Cando's API.

Client        asks, as an app; `as_staff` and `as_person` ask as somebody else. A method for each operation.
Problem       what Cando refuses is raised, with a stable `slug`
Copy          a copy of collections, kept in step with the feed of events (`cando_client.copying`)
verify        whether a webhook comes from Cando and is fresh (`cando_client.webhooks`)

`cando_client.asynchronous.AsyncClient` is the same with `await`. `cando_client.shapes` names every body and answer.
"""

from cando_client.client import Client
from cando_client.copying import Copy, Memory, Shelf
from cando_client.pages import Page
from cando_client.problems import CandoError, NoAnswer, Problem
from cando_client.webhooks import BadSignature, verify

__all__ = [
    "BadSignature",
    "CandoError",
    "Client",
    "Copy",
    "Memory",
    "NoAnswer",
    "Page",
    "Problem",
    "Shelf",
    "verify",
]
