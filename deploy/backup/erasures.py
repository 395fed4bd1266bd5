"""What a backup does not know yet and must not undo: who was erased, and which consents were taken back.

The list is lines of ids and moments, to be kept outside the database; it says nothing about anybody but that.
`erased TENANT PARTICIPANT AT REASON REQUESTED_BY` and `revoked TENANT CONSENT AT`. Applied to a restored
installation each is carried out as it was the first time; what is done already, or not there, is left.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from deploy.backup.contents import as_owner, present
from deploy.database import connected
from services.directory import events
from services.directory.consents import granting
from services.directory.models import Consent, Revocation
from services.directory.rights import erasing, repository
from services.kernel.context import Kernel
from services.kernel.work import as_service

PATIENCE = 120.0
"""Seconds to wait for every service to acknowledge what was begun."""
_ERASED = "select tenant_id, participant_id, created_at, reason, requested_by from erasures where created_at >= %s"
_REVOKED = "select tenant_id, id, revoked_at from revocations where revoked_at >= %s"
_MARGIN = timedelta(hours=1)
"""What began before a backup may have been committed after it."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)


def known_to(admin: str, *, since: datetime | None = None) -> list[str]:
    """Return the list of what an installation knows, the earliest first."""
    with connected(admin) as connection, connection.transaction():
        if "directory" not in present(connection):
            return []
        as_owner(connection, "directory")
        return sorted(_lines(connection, since - _MARGIN if since else _EVER), key=lambda line: line.split()[3])


def _lines(connection: psycopg.Connection, since: datetime) -> Iterable[str]:
    for tenant, person, at, reason, by in connection.execute(_ERASED, [since]).fetchall():
        yield f"erased {tenant} {person} {at.astimezone(UTC).isoformat()} {reason} {by}"
    for tenant, consent, at in connection.execute(_REVOKED, [since]).fetchall():
        yield f"revoked {tenant} {consent} {at.astimezone(UTC).isoformat()}"


@dataclass
class Done:
    """What applying a list came to."""

    erased: int = 0
    revoked: int = 0
    already: int = 0
    not_there: int = 0
    waiting: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Tenant and id of the erasures that not every service has acknowledged."""


class NotAList(Exception):
    """A line is none that this program wrote; the message says which."""


async def apply(kernel: Kernel, lines: Sequence[str]) -> Done:
    """Carry out a list once more, in the directory that `kernel` runs. Raises NotAList before anything is done."""
    asked = [_parsed(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    done = Done()
    for tenant, subject, how in asked:
        if how is None:
            await _revoke(kernel, tenant, subject, done)
        else:
            await _erase(kernel, tenant, subject, how, done)
    await _acknowledged(kernel, done)
    return done


def _parsed(number: int, line: str) -> tuple[UUID, UUID, tuple[str, str] | None]:
    words = line.split()
    try:
        tenant, subject, _ = UUID(words[1]), UUID(words[2]), datetime.fromisoformat(words[3])
        if words[0] == "revoked" and len(words) == 4:
            return tenant, subject, None
        if words[0] == "erased" and len(words) == 6:
            return tenant, subject, (words[4], words[5])
    except (IndexError, ValueError):
        pass
    raise NotAList(f"Line {number} is none of a list of erasures; nothing was done.")


async def _erase(kernel: Kernel, tenant: UUID, person: UUID, how: tuple[str, str], done: Done) -> None:
    async with as_service(kernel, tenant) as work:
        participant = await repository.participant(work, person, lock=True)
        if participant is None:
            done.not_there += 1
            return
        if participant.erased_at is not None:
            done.already += 1
            return
        made = await erasing.begin(work, participant, reason=how[0], requested_by=how[1])
        done.erased += 1
        done.waiting.append((tenant, made.id))


async def _revoke(kernel: Kernel, tenant: UUID, consent: UUID, done: Done) -> None:
    async with as_service(kernel, tenant) as work:
        grant = await work.session.get(Consent, (tenant, consent))
        if grant is None:
            done.not_there += 1
            return
        if await work.session.get(Revocation, (tenant, consent)) is not None:
            done.already += 1
            return
        work.session.add(Revocation(id=consent, revoked_at=work.now, revoked_by=work.caller.named))
        await work.session.flush()
        await granting.record(work, events.CONSENT_REVOKED, grant)
        done.revoked += 1


async def _acknowledged(kernel: Kernel, done: Done) -> None:
    """Wait until every service has let go of everybody, but not for ever: Cando goes on asking them."""
    until = time.monotonic() + PATIENCE
    while done.waiting and time.monotonic() < until:
        tenant, erasure = done.waiting[0]
        async with as_service(kernel, tenant) as work:
            found = await repository.erasure(work, erasure)
        if found is None or found.state == "done":
            done.waiting.pop(0)
        else:
            await asyncio.sleep(0.2)
