"""The client that waits for each answer."""

import time
from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar

import httpx

from cando_client import asking, pages, tokens
from cando_client.operations import Operations
from cando_client.pages import Page
from cando_client.problems import NoAnswer

Item = TypeVar("Item")
P = ParamSpec("P")


class Client(Operations):
    """Asks one Cando as one caller. Close it, or use it with `with`.

    `tries`: how often what is safe to repeat is asked at most, where nobody answers or the answer is 429 or 503.
    `http`: a client of your own, for proxies, certificates or tests; it stays yours to close.
    """

    def __init__(
        self,
        url: str,
        client_id: str = "",
        client_secret: str = "",
        *,
        token: str = "",
        http: httpx.Client | None = None,
        timeout: float = 30.0,
        tries: int = 5,
        auth: httpx.Auth | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.auth = auth or (tokens.Bearer(token) if token else tokens.Tokens(self.url, client_id, client_secret))
        self.http = http or httpx.Client(timeout=timeout)
        self._mine = http is None
        self._tries = tries

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._mine:
            self.http.close()

    def as_person(self, participant: str) -> "Client":
        """Return a client that asks as a participant who uses this app."""
        return self._as(subject_token=participant, subject_token_type=tokens.PERSON)

    def as_staff(self, staff: str, *, on_behalf_of: str | None = None) -> "Client":
        """Return a client that asks as a member of staff, perhaps on behalf of a participant."""
        behalf = {} if on_behalf_of is None else {"on_behalf_of": on_behalf_of}
        return self._as(subject_token=staff, subject_token_type=tokens.STAFF, **behalf)

    def _as(self, **form: str) -> "Client":
        if not isinstance(self.auth, tokens.Tokens):
            raise TypeError("Only a client with credentials of its own can ask as somebody else.")
        return Client(self.url, auth=self.auth.exchanged(**form), http=self.http, tries=self._tries)

    def each(self, page: Callable[P, Page[Item]], /, *args: P.args, **kwargs: P.kwargs) -> Iterator[Item]:
        """Yield every item of a collection: `client.each(client.list_needs, state="open")`."""

        def ask(cursor: str | None) -> Page[Item]:
            return page(*args, **{**kwargs, **({} if cursor is None else {"cursor": cursor})})  # type: ignore[arg-type]

        return pages.each(ask)

    def send(self, question: asking.Ask) -> httpx.Response:
        """Ask, again where that is safe, and return the answer whatever it is. Raises NoAnswer."""
        tried = 0
        while True:
            tried += 1
            answer, silence = self._once(question)
            rest = asking.pause(question, answer, tried=tried, tries=self._tries)
            if rest is not None:
                time.sleep(rest)
            elif answer is not None:
                return answer
            else:
                raise NoAnswer(f"{self.url} does not answer ({type(silence).__name__}).") from silence

    def _once(self, question: asking.Ask) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return self.http.request(
                question.method, self.url + question.path, params=question.query, headers=question.headers,
                content=question.content, auth=self.auth,
            ), None  # fmt: skip
        except httpx.TransportError as silence:
            return None, silence

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        return asking.read(self.send(asking.ask(method, path, **request)))
