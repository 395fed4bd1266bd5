"""Members of staff for tests: hired by an organisation, with a token of their own, assigned to people."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.town import Quarter, ok, token

SCOPES = ["participants:write", "assessments:write", "matching:write", "rights:manage"]


@dataclass
class Worker:
    """A member of staff: the pseudonym, an HTTP client with a token of their own, and who employs them."""

    id: str
    api: httpx.Client
    quarter: Quarter
    organisation: str

    def assign(self, person: str) -> dict[str, Any]:
        """Have the council assign them to somebody."""
        body = {"participant_id": person, "staff_id": self.id}
        made: dict[str, Any] = ok(self.quarter.council.post("/v1/assignments", json=body))
        return made


def hire(quarter: Quarter, organisation: str | None = None, *, scopes: list[str] | None = None) -> Worker:
    """Return a new member of staff of an organisation, the founding one unless told otherwise."""
    employer = organisation or quarter.organisation
    body = {"organisation_id": employer, "label": f"caseworker {uuid4().hex[:6]}", "scopes": scopes or SCOPES}
    made = ok((quarter.app(employer) if organisation else quarter.council).post("/v1/staff", json=body))
    exchanged = token(
        quarter.town, quarter.credentials(employer),
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange", subject_token=made["id"],
        subject_token_type="urn:cando:token-type:staff",
    )  # fmt: skip
    return Worker(made["id"], quarter.town.http(exchanged["access_token"]), quarter, employer)
