"""The public `/v1` as an ordinary client asks it from a terminal: signed in, patient, and never twice for one effect.

CannotDo    nothing can be done; the message is one sentence for whoever asked
Refused     one request was refused, for the reason that its problem gives
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

_TRIES = 4
_PAGE = 200
_LINES = "application/x-ndjson"
_LONGEST_WAIT = 30.0
_AGAIN = frozenset({429, 502, 503, 504})


class CannotDo(Exception):
    pass


class Refused(Exception):
    """`/v1` answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status, self.problem = status, problem
        super().__init__(self.why)

    @property
    def why(self) -> str:
        """Return why, in the problem's words, and which fields it is about."""
        errors = self.problem.get("errors") or []
        fields = "; ".join(f"{one.get('path', '').lstrip('/')} {one.get('message', '')}".strip() for one in errors)
        return fields or str(self.problem.get("detail") or self.problem.get("title") or f"answered {self.status}")

    def about(self, field: str) -> bool:
        """Say whether it is about a field of the body."""
        return any(str(one.get("path", "")).startswith(f"/{field}") for one in self.problem.get("errors") or [])


class Desk:
    """One API client of one organisation. `CANDO_URL`, `CANDO_CLIENT_ID` and `CANDO_CLIENT_SECRET` say which, where."""

    def __init__(self, http: httpx.Client, environment: Mapping[str, str] = os.environ) -> None:
        self._http = http
        names = ("CANDO_CLIENT_ID", "CANDO_CLIENT_SECRET")
        if missing := [name for name in names if not environment.get(name)]:
            raise CannotDo(f"{' and '.join(missing)} must say which API client asks.")
        self._credentials = (environment[names[0]], environment[names[1]])
        self._sign_in()

    def _sign_in(self) -> None:
        answer = self._http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=self._credentials)
        if answer.status_code != 200:
            raise CannotDo(f"Cando does not let this API client in (it answered {answer.status_code}).")
        self._http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return what is answered; a list goes out, and comes back, as NDJSON. Raises Refused, CannotDo.

        A PUT and an import are sent again when no answer came: the same again changes nothing.
        """
        headers = {"content-type": _LINES} if isinstance(body, list) else {}
        asked = {name: value for name, value in query.items() if value is not None}
        repeatable = method in ("GET", "PUT") or isinstance(body, list)
        for number in range(_TRIES):
            last = number == _TRIES - 1
            try:
                answer = self._http.request(method, path, params=asked, headers=headers, **_sent(body))
            except httpx.TransportError as error:
                if last or not repeatable:
                    raise CannotDo(f"Cando does not answer ({type(error).__name__}).") from None
                time.sleep(2**number)
                continue
            if answer.status_code == 401 and not last:
                self._sign_in()
            elif answer.status_code in _AGAIN and not last and (repeatable or answer.status_code == 429):
                time.sleep(_wait(answer, number))
            else:
                return _content(answer)
        raise CannotDo("Cando does not answer.")

    def everything(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield every item of a collection, page after page. Raises Refused, CannotDo."""
        cursor, seen = None, set()
        while True:
            page = self.ask("GET", path, limit=_PAGE, cursor=cursor, **query)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return
            if cursor in seen:
                raise CannotDo(f"The pages of {path} lead in a circle.")
            seen.add(cursor)


def _sent(body: Any) -> dict[str, Any]:
    """Return what httpx sends: a list goes out as NDJSON, anything else as JSON."""
    if isinstance(body, list):
        return {"content": "".join(json.dumps(one) + "\n" for one in body).encode()}
    return {} if body is None else {"json": body}


def _wait(answer: httpx.Response, number: int) -> float:
    said = answer.headers.get("retry-after", "")
    return min(_LONGEST_WAIT, float(said)) if said.isdigit() else float(2**number)


def _content(answer: httpx.Response) -> Any:
    if answer.status_code < 400:
        if answer.headers.get("content-type", "").startswith(_LINES):
            return [json.loads(line) for line in answer.text.splitlines() if line]
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    if answer.status_code in (401, 403):
        raise CannotDo(f"This API client may not do that: {problem.get('detail') or problem.get('title', '')}")
    raise Refused(answer.status_code, problem if isinstance(problem, dict) else {})
