"""The client whose answers are awaited: as `cando_client.Client` otherwise."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

import httpx

from cando_client import asking, pages, tokens
from cando_client.async_operations import AsyncOperations
from cando_client.pages import Page
from cando_client.problems import NoAnswer

Item = TypeVar("Item")
P = ParamSpec("P")


class AsyncClient(AsyncOperations):
    """Asks one Cando as one caller. Close it, or use it with `async with`. Its arguments are those of `Client`."""

    def __init__(
        self,
        url: str,
        client_id: str = "",
        client_secret: str = "",
        *,
        token: str = "",
        http: httpx.AsyncClient | None = None,
        timeout: float = 30.0,
        tries: int = 5,
        auth: httpx.Auth | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.auth = auth or (tokens.Bearer(token) if token else tokens.Tokens(self.url, client_id, client_secret))
        self.http = http or httpx.AsyncClient(timeout=timeout)
        self._mine = http is None
        self._tries = tries

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are somebody else's."""
        if self._mine:
            await self.http.aclose()

    def as_person(self, participant: str) -> "AsyncClient":
        """Return a client that asks as a participant who uses this app."""
        return self._as(subject_token=participant, subject_token_type=tokens.PERSON)

    def as_staff(self, staff: str, *, on_behalf_of: str | None = None) -> "AsyncClient":
        """Return a client that asks as a member of staff, perhaps on behalf of a participant."""
        behalf = {} if on_behalf_of is None else {"on_behalf_of": on_behalf_of}
        return self._as(subject_token=staff, subject_token_type=tokens.STAFF, **behalf)

    def _as(self, **form: str) -> "AsyncClient":
        if not isinstance(self.auth, tokens.Tokens):
            raise TypeError("Only a client with credentials of its own can ask as somebody else.")
        return AsyncClient(self.url, auth=self.auth.exchanged(**form), http=self.http, tries=self._tries)

    def each(
        self, page: Callable[P, Awaitable[Page[Item]]], /, *args: P.args, **kwargs: P.kwargs
    ) -> AsyncIterator[Item]:
        """Yield every item of a collection: `async for need in client.each(client.list_needs, state="open")`."""

        def ask(cursor: str | None) -> Awaitable[Page[Item]]:
            return page(*args, **{**kwargs, **({} if cursor is None else {"cursor": cursor})})  # type: ignore[arg-type]

        return pages.each_async(ask)

    async def send(self, question: asking.Ask) -> httpx.Response:
        """Ask, again where that is safe, and return the answer whatever it is. Raises NoAnswer."""
        tried = 0
        while True:
            tried += 1
            answer, silence = await self._once(question)
            rest = asking.pause(question, answer, tried=tried, tries=self._tries)
            if rest is not None:
                await asyncio.sleep(rest)
            elif answer is not None:
                return answer
            else:
                raise NoAnswer(f"{self.url} does not answer ({type(silence).__name__}).") from silence

    async def _once(self, question: asking.Ask) -> tuple[httpx.Response | None, Exception | None]:
        try:
            return await self.http.request(
                question.method, self.url + question.path, params=question.query, headers=question.headers,
                content=question.content, auth=self.auth,
            ), None  # fmt: skip
        except httpx.TransportError as silence:
            return None, silence

    async def _ask(self, method: str, path: str, **request: Any) -> Any:
        return asking.read(await self.send(asking.ask(method, path, **request)))
