"""What can go wrong between a client and Cando.

CandoError
├── NoAnswer     nobody answered, or what came was no answer
└── Problem      Cando answered, and refused: `status`, `slug`, `title`, `detail`, `errors`
"""

from typing import Any

import httpx


class CandoError(Exception):
    """The root of what this package raises for requests."""


class NoAnswer(CandoError):
    """Nobody answered. What was asked may have happened: only what is safe to repeat was repeated."""


class Problem(CandoError):
    """An answer of 400 or above, as problem details (RFC 9457), or as the token endpoint's error (RFC 6749)."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.type = str(body.get("type") or body.get("error") or "about:blank")
        self.slug = self.type.rpartition("/")[2]
        self.title = str(body.get("title") or body.get("error") or f"HTTP {status}")
        self.detail = str(body.get("detail") or body.get("error_description") or "")
        self.errors: list[dict[str, Any]] = body.get("errors") or []
        self.body = body
        super().__init__(f"{status} {self.slug}: {self.title} {self.detail}".rstrip())

    @classmethod
    def of(cls, answer: httpx.Response) -> "Problem":
        """Return the problem that an answer is; what a proxy says in its own words has the slug `about:blank`."""
        try:
            body = answer.json()
        except ValueError:
            body = None
        return cls(answer.status_code, body if isinstance(body, dict) else {})
