"""CiviCRM's APIv4 as it really answers: `POST …/civicrm/ajax/api4/{Entity}/{action}`, one form field `params`.

    CiviFailed            a call that gave nothing; `code` is a word of ours, never theirs (a message may name somebody)
    ├── CiviRefused       this record is not taken: a value it lacks or does not like. Others may be
    │   └── CiviUnclear   it failed, and does not say of what: most sites show no reasons. Perhaps it is only unwell
    ├── CiviClosed        nothing is to be had until somebody puts it right: key, permission, address
    └── CiviBusy          later perhaps: too many requests, out of order, no answer, an answer cut short

It tells failures in the body, whatever the status: a missing value is a 500, a deadlock too, and older releases answer
200. A wrong key may be answered with a login page and 200. A JSON body would be ignored in silence, so a form is sent.
What is read may be asked again; what creates may not: its answer can be lost after it was done.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from services.connect.civicrm.domain import number_of
from services.kernel.outbound import Fetched, Outbound, OutboundFailed, OutboundRefused

Record = dict[str, Any]
Sleep = Callable[[float], Awaitable[None]]
PATH = "/civicrm/ajax/api4"
LARGEST = 8_000_000
ATTEMPTS = 5
LONGEST_REST = 60.0
_ATTEMPTS_IF_UNCLEAR = 3
_LATER = re.compile(r"deadlock|lock wait timeout|try restarting transaction|maintenance|too many connections", re.I)
_NOT_ALLOWED = re.compile(r"authori[sz]ation failed|permission denied|unauthori[sz]ed|security alert", re.I)
_NOT_THIS_ONE = re.compile(r"ACL check failed", re.I)
_WRONG = re.compile(
    r"invalid field|does not exist|illegal (operator|value)|unknown|db error: (value|data|syntax)", re.I
)
"""What does not change by being asked again."""
_PLAIN_CODE = re.compile(r"[a-z][a-z_-]{2,39}")


class CiviFailed(Exception):
    """A call that gave nothing. `code` says why in one word."""

    def __init__(self, code: str, *, after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.after = after


class CiviRefused(CiviFailed):
    """This record is not taken; others may be."""


class CiviUnclear(CiviRefused):
    """This record was not taken now, for a reason that is not said. Worth another try, and a last one later."""


class CiviClosed(CiviFailed):
    """Somebody must put something right first."""


class CiviBusy(CiviFailed):
    """It may do later; `after` says when, if they said so."""


@dataclass(slots=True)
class Pace:
    """Lets at most `per_second` requests begin each second."""

    per_second: float
    clock: Callable[[], float] = time.monotonic
    sleep: Sleep = asyncio.sleep
    _next: float = field(default=0.0)

    async def turn(self) -> None:
        """Wait until the next request may begin."""
        now = self.clock()
        due = max(now, self._next)
        self._next = due + 1 / self.per_second
        if due > now:
            await self.sleep(due - now)


@dataclass(frozen=True, slots=True)
class Civi:
    """One CiviCRM, asked with one key."""

    outbound: Outbound
    base_url: str
    key: str = field(repr=False)
    pace: Pace
    attempts: int = ATTEMPTS

    async def get(
        self,
        entity: str,
        *,
        select: Sequence[str],
        where: Sequence[Any],
        limit: int,
        order_by: Mapping[str, str] | None = None,
    ) -> list[Record]:
        """Return up to `limit` records. Raises CiviFailed; a failure that does not say of what is CiviBusy here."""
        asked: dict[str, Any] = {"select": list(select), "where": list(where), "limit": limit}
        if order_by:
            asked["orderBy"] = dict(order_by)
        try:
            return await self._patiently(entity, "get", asked, most=limit)
        except CiviUnclear:
            raise CiviBusy("out-of-order") from None

    async def update(self, entity: str, id: int, values: Mapping[str, Any]) -> None:
        """Change one record. Done twice it is as done once, so it is tried again. Raises CiviFailed."""
        asked = {"where": [["id", "=", id]], "values": dict(values)}
        if not await self._patiently(entity, "update", asked, most=1):
            raise CiviRefused("not-there")

    async def create(self, entity: str, values: Mapping[str, Any]) -> int:
        """Create a record, once: after CiviBusy it may be there or not, and who asked must look. Raises CiviFailed."""
        found = await self.call(entity, "create", {"values": dict(values)}, most=1)
        made = number_of(found[0].get("id")) if found else None
        if made is None:
            raise CiviBusy("not-understood")
        return made

    async def do(self, entity: str, action: str, params: Mapping[str, Any]) -> list[Record]:
        """Take an action that changes nothing. Raises CiviFailed."""
        return await self._patiently(entity, action, params, most=1000)

    async def rest(self, attempt: int, failed: CiviFailed) -> None:
        """Wait before the attempt after `attempt` (from 0). Raises `failed` when there is none, or none soon."""
        wait = failed.after if failed.after is not None else float(2**attempt)
        most = min(self.attempts, _ATTEMPTS_IF_UNCLEAR) if isinstance(failed, CiviUnclear) else self.attempts
        if attempt + 1 >= most or wait > LONGEST_REST:
            raise failed
        await self.pace.sleep(wait)

    async def _patiently(self, entity: str, action: str, params: Mapping[str, Any], *, most: int) -> list[Record]:
        for attempt in range(self.attempts):
            try:
                return await self.call(entity, action, params, most=most)
            except (CiviBusy, CiviUnclear) as failed:
                await self.rest(attempt, failed)
        raise CiviBusy("out-of-attempts")

    async def call(self, entity: str, action: str, params: Mapping[str, Any], *, most: int) -> list[Record]:
        """Make one call; return its values. Raises CiviFailed."""
        await self.pace.turn()
        body = urlencode({"params": json.dumps(params)}).encode()
        headers = {
            "x-civi-auth": f"Bearer {self.key}",
            "x-requested-with": "XMLHttpRequest",
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
        }
        url = f"{self.base_url.rstrip('/').removesuffix(PATH)}{PATH}/{entity}/{action}"
        try:
            answer = await self.outbound.send("POST", url, headers=headers, body=body, largest=LARGEST)
        except OutboundRefused:
            raise CiviClosed("address-not-allowed") from None
        except OutboundFailed:
            raise CiviBusy("no-answer") from None
        return values_of(answer, most=most)


def values_of(answer: Fetched, *, most: int) -> list[Record]:
    """Return the values in an answer, at most as many as were asked for. Raises CiviFailed."""
    if answer.status == 429:
        raise CiviBusy("too-many-requests", after=_retry_after(answer))
    if not answer.whole:
        raise CiviBusy("cut-short")
    body = _body(answer)
    if body is None:
        raise _without_body(answer)
    if "error_message" in body or body.get("error_code") or body.get("is_error"):
        raise _told(answer, body)
    values = body.get("values")
    if answer.status != 200 or not isinstance(values, list):
        raise CiviBusy("not-understood", after=_retry_after(answer))
    records = [one for one in values if isinstance(one, dict)]
    if len(records) > most:
        raise CiviBusy("more-than-asked")
    return records


def _body(answer: Fetched) -> dict[str, Any] | None:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _without_body(answer: Fetched) -> CiviFailed:
    """Return what an answer that is not APIv4's own means: a login page, another site, a server in trouble."""
    if answer.status >= 500 or answer.status == 408:
        return CiviBusy("out-of-order", after=_retry_after(answer))
    if answer.status in (401, 403):
        return CiviClosed("key-refused")
    if answer.status == 404:
        return CiviClosed("no-apiv4-there")
    if 300 <= answer.status < 400:
        return CiviClosed("redirects")
    return CiviClosed("no-apiv4-answer")


def _told(answer: Fetched, body: Mapping[str, Any]) -> CiviFailed:
    """Return what a failure in the body means, whatever the status says."""
    message, code = str(body.get("error_message", "")), str(body.get("error_code", ""))
    if answer.status == 503 or _LATER.search(message):
        return CiviBusy("out-of-order", after=_retry_after(answer))
    if _NOT_THIS_ONE.search(message):
        return CiviRefused("not-permitted")
    statuses = {answer.status, body.get("status")}
    if statuses & {401, 403} or code == "unauthorized" or _NOT_ALLOWED.search(message):
        return CiviClosed("not-permitted")
    if code.isdigit() and int(code) in (401, 403):
        return CiviClosed("not-permitted")
    if _PLAIN_CODE.fullmatch(code):
        return CiviRefused(code)
    said = answer.status < 500 and body.get("status") not in range(500, 600)
    return CiviRefused("refused-there") if said or _WRONG.search(message) else CiviUnclear("refused-there")


def _retry_after(answer: Fetched) -> float | None:
    """Return the seconds that `Retry-After` names; a date or nonsense counts as none."""
    told = answer.headers.get("retry-after", "").strip()
    return float(told) if re.fullmatch(r"\d{1,6}", told) else None
