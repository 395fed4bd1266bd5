"""A small HTTP client for the journeys: it speaks JSON, says clearly what went wrong, and can wait.

CannotPlay          the demo stops; its message is one sentence
└── Refused         Cando answered something else than hoped
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

PERSON = "urn:cando:token-type:participant"
PATIENCE = 20.0
"""Seconds to wait at the most for what travels by the feed."""
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
Found = TypeVar("Found")


class CannotPlay(Exception):
    """The story cannot go on; the message is one sentence for whoever started it."""


class Refused(CannotPlay):
    """An answer that is not the one hoped for. `status` and `problem` say what it was."""

    def __init__(self, answer: httpx.Response) -> None:
        asked = f"{answer.request.method} {answer.request.url.path}"
        super().__init__(f"{asked} was answered {answer.status_code}: {answer.text[:500]}")
        self.status = answer.status_code
        is_problem = "json" in answer.headers.get("content-type", "")
        self.problem: dict[str, Any] = answer.json() if is_problem else {}

    @property
    def slug(self) -> str:
        """Return the name of the problem, the last part of its `type`."""
        return str(self.problem.get("type", "")).rpartition("/")[2]


class Instance:
    """A running Cando: where it answers, and the bootstrap key that makes tenants and clients. Close it in the end."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self.http = httpx.Client(base_url=self.url, timeout=60)

    def __enter__(self) -> "Instance":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()


class Api:
    """Cando as one caller sees it: each method asks, and returns the body of the answer."""

    def __init__(self, instance: Instance, token: str | None = None) -> None:
        self._instance = instance
        self._who = {} if token is None else {"authorization": f"Bearer {token}"}

    def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """Ask and return the whole answer. Raises Refused unless it is a success."""
        for patience in (1, 1, 2, 4, 0):
            answer = self._once(method, path, headers={**self._who, **(headers or {})}, **request)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or method != "GET" or not patience:
                break
            time.sleep(patience)  # a busy machine: nothing was done, so asking again does no harm
        if not answer.is_success:
            raise Refused(answer)
        return answer

    def _once(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self._instance.http.request(method, path, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise CannotPlay(f"{self._instance.url} does not answer ({type(error).__name__}).") from None

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.ask("GET", path, params=query).json()

    def each(self, path: str, **query: Any) -> Iterator[Any]:
        """Read a whole collection, page by page."""
        following: str | None = ""
        while following is not None:
            page = self.get(path, **query, **({"cursor": following} if following else {}))
            yield from page["items"]
            following = page.get("next")

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Create or act; `key` makes it repeatable."""
        headers = {"idempotency-key": key} if key else {}
        answer = self.ask("POST", path, json={} if body is None else body, headers=headers)
        return answer.json() if answer.content else None

    def put(self, path: str, body: Any, **query: Any) -> Any:
        """Replace."""
        return self.ask("PUT", path, json=body, params=query).json()

    def patch(self, path: str, body: Any) -> Any:
        """Change."""
        return self.ask("PATCH", path, json=body).json()

    def delete(self, path: str) -> None:
        """Delete."""
        self.ask("DELETE", path)

    def upsert(self, collection: str, *, system: str, value: str, body: Any) -> tuple[Any, bool]:
        """Put something under another system's id; return it and whether it is new."""
        query = {"system": system, "value": value}
        answer = self.ask("PUT", f"/v1/{collection}/by-external-id", json=body, params=query)
        return answer.json(), answer.status_code == 201


@dataclass(frozen=True, slots=True)
class App:
    """A registered client of an organisation, with its credentials."""

    instance: Instance
    client_id: str
    client_secret: str

    def token(self, **form: str) -> Api:
        """Return the API with a fresh token: the app's own, or as `form` asks."""
        asked = {"grant_type": "client_credentials", **form}
        credentials = (self.client_id, self.client_secret)
        answer = Api(self.instance).ask("POST", "/oauth/token", data=asked, auth=credentials)
        return Api(self.instance, answer.json()["access_token"])

    def as_person(self, participant: str) -> Api:
        """Return the API with a token of a participant, who uses this app."""
        return self.token(grant_type=_EXCHANGE, subject_token=participant, subject_token_type=PERSON)


def wait_for(look: Callable[[], Found | None], *, what: str, patience: float = PATIENCE) -> Found:
    """Look until there is something, a few times a second. Raises CannotPlay when `what` does not come in time."""
    until = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise CannotPlay(f"{what} did not come within {patience:.0f} seconds.")
        time.sleep(0.1)
