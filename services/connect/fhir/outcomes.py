"""Errors as FHIR says them: an OperationOutcome with an issue type, never with what somebody wrote.

`Wrong` is raised anywhere below the route. What `/v1` refuses (`Refused`) becomes one as well: its title, its detail
and the places of its errors, which never hold anybody's data.
"""

from collections.abc import Mapping
from typing import Any

from services.connect.public import Refused
from services.kernel.problems import Problem

TYPES: Mapping[int, str] = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    409: "conflict", 410: "deleted", 412: "conflict", 413: "too-long", 415: "not-supported", 422: "invalid",
    429: "throttled", 503: "transient",
}  # fmt: skip
"""The issue type (http://hl7.org/fhir/issue-type) of each status, where nothing says it better."""
_LONGEST = 1_000
_KEPT = ("retry-after",)


class Wrong(Exception):
    """An answer that says what went wrong: HTTP status, issue type, words, and the FHIRPath of the element."""

    def __init__(
        self, status: int, diagnostics: str, *, code: str | None = None, at: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(diagnostics)
        self.status = status
        self.diagnostics = diagnostics
        self.code = code or TYPES.get(status, "exception")
        self.at = at
        self.headers = dict(headers or {})
        if status == 401:
            self.headers["www-authenticate"] = "Bearer"

    def outcome(self) -> dict[str, Any]:
        """Return the OperationOutcome."""
        return outcome(self.code, self.diagnostics, at=self.at)


def outcome(code: str, diagnostics: str, *, severity: str = "error", at: str | None = None) -> dict[str, Any]:
    """Return an OperationOutcome of one issue."""
    issue: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": diagnostics[:_LONGEST]}
    if at is not None:
        issue["expression"] = [at]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def of_refusal(refused: Refused) -> Wrong:
    """Return what a refusal of `/v1` is here."""
    problem = refused.problem
    errors = [one for one in problem.get("errors", []) if isinstance(one, dict)]
    places = [f"{one.get('path', '')} {one.get('message', '')}".strip() for one in errors[:10]]
    words = [str(problem.get("title") or "Refused"), str(problem.get("detail") or ""), "; ".join(places)]
    kept = {name: refused.headers[name] for name in _KEPT if name in refused.headers}
    status = refused.status if refused.status in TYPES else (422 if refused.status < 500 else 503)
    return Wrong(status, ". ".join(word.rstrip(".") for word in words if word) + ".", headers=kept)


def of_problem(problem: Problem) -> Wrong:
    """Return what a problem of our own frame is here."""
    status = problem.status if problem.status in TYPES else 500
    return Wrong(status, problem.title + ".", headers=problem.headers)


def not_found() -> Wrong:
    """Return the one answer for what is unknown, gone, or somebody else's."""
    return Wrong(404, "There is no such thing here.")
