"""What can be done about connections: connect, change, try, run, let rest, end."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.connect import events
from services.connect.civicrm import running
from services.connect.civicrm.checking import Finding
from services.connect.civicrm.checking import check as try_both_sides
from services.connect.civicrm.mapping import CiviMapping
from services.connect.civicrm.signing_in import open_sides, seal, unseal
from services.connect.connections import domain, repository
from services.connect.models import Connection, ConnectionRun, ConnectionRunLine
from services.kernel.caller import Caller
from services.kernel.context import Kernel
from services.kernel.outbound import Outbound, OutboundRefused
from services.kernel.problems import Invalid, NotFound, Unauthenticated
from services.kernel.upkeep import tenants
from services.kernel.versions import check_version
from services.kernel.work import Work, as_service

TASK = "run_connection"
HOURLY = "run_due_connections"
_SECRETS = ("api_key", "client_id", "client_secret")
_CHECKED: set[UUID] = set()
"""The connections that are being tried by this process: each once at a time."""
run = running.run


async def connect(
    work: Work, *, name: str, base_url: str, mapping: CiviMapping, schedule: str, **facts: Any
) -> Connection:
    """Connect another system. Raises ConnectionExists, Invalid."""
    _check(work, base_url)
    if await repository.named(work, name, held_by=work.organisation) is not None:
        raise domain.ConnectionExists
    made = Connection(
        id=work.new_id(), created_at=work.now, updated_at=work.now, held_by=work.organisation, kind=facts["kind"],
        name=name, base_url=base_url, mapping=mapping.model_dump(mode="json"), schedule=schedule,
        sealed=seal(work.kernel, {one: facts[one] for one in _SECRETS}),
        next_run_at=work.now if schedule == "hourly" else None,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    await _record(work, made, "created")
    return made


def _check(work: Work, base_url: str) -> None:
    """Raise Invalid unless a key may be sent there: over https, to the public internet, by an address that goes on."""
    try:
        Outbound(allow=work.kernel.settings.outbound_allow, plain=False).judge(base_url)
    except OutboundRefused as refused:
        raise Invalid.field("/base_url", str(refused)) from None
    if "?" in base_url or "#" in base_url:
        raise Invalid.field("/base_url", "must be an address without a query or a fragment")


def _check_moved(connection: Connection, base_url: str, secrets: Mapping[str, str]) -> None:
    """Raise Invalid where a sealed key would be sent to another address than it was given for."""
    if base_url.rstrip("/") != connection.base_url.rstrip("/") and "api_key" not in secrets:
        raise Invalid.field("/api_key", "is needed with another address: the old one is not sent there")


async def _record(work: Work, connection: Connection, happened: str) -> None:
    await work.record(events.connection(happened), connection.id, held_by=connection.held_by)


async def find(work: Work, connection_id: UUID, *, lock: bool = False) -> Connection:
    """Return a connection of the caller's organisation. Raises NotFound."""
    found = await repository.connection(work, connection_id, held_by=work.organisation, lock=lock)
    if found is None:
        raise NotFound
    return found


async def page(work: Work, *, after: UUID | None, limit: int) -> Sequence[Connection]:
    """Return the connections of the caller's organisation."""
    return await repository.connections(work, held_by=work.organisation, after=after, limit=limit)


async def change(work: Work, connection_id: UUID, *, if_match: str | None, **facts: Any) -> Connection:
    """Change a connection. With another address or mapping all is looked at anew; what it rested for is over."""
    connection = await find(work, connection_id, lock=True)
    check_version(if_match, connection.version)
    secrets = {one: facts.pop(one) for one in _SECRETS if one in facts}
    if secrets:
        facts["sealed"] = seal(work.kernel, {**unseal(work.kernel, connection.sealed), **secrets})
    if "base_url" in facts:
        _check(work, facts["base_url"])
        _check_moved(connection, facts["base_url"], secrets)
    if "mapping" in facts:
        facts["mapping"] = facts["mapping"].model_dump(mode="json")
    if any(one in facts and facts[one] != getattr(connection, one) for one in ("base_url", "mapping")):
        facts["progress"] = {}
        await _cancel(work, connection)
    if "schedule" in facts:
        facts["next_run_at"] = work.now if facts["schedule"] == "hourly" else None
    if connection.change(work.now, **facts):
        connection.state, connection.attention = "ready", None
        await _record(work, connection, "changed")
    return connection


async def remove(work: Work, connection_id: UUID, *, if_match: str | None) -> None:
    """Connect it no more. What came from there stays, and so do its credentials nowhere."""
    connection = await find(work, connection_id, lock=True)
    check_version(if_match, connection.version)
    connection.change(work.now, deleted_at=work.now, sealed="", next_run_at=None)
    await _cancel(work, connection)
    await _record(work, connection, "deleted")


async def pause(work: Work, connection_id: UUID) -> Connection:
    """Let a connection rest: what is being run stops, nothing is run until it is resumed."""
    connection = await find(work, connection_id, lock=True)
    if connection.change(work.now, paused=True):
        await _cancel(work, connection)
        await _record(work, connection, "paused")
    return connection


async def resume(work: Work, connection_id: UUID) -> Connection:
    """Let a connection be run again."""
    connection = await find(work, connection_id, lock=True)
    due = work.now if connection.schedule == "hourly" else None
    if connection.change(work.now, paused=False, state="ready", attention=None, next_run_at=due):
        await _record(work, connection, "resumed")
    return connection


async def _cancel(work: Work, connection: Connection) -> None:
    live = await repository.live_run(work, connection.id)
    if live is not None:
        live.change(work.now, state="cancelled", finished_at=work.now, claim=None, claimed_until=None)


async def check(kernel: Kernel, caller: Caller, connection_id: UUID) -> list[Finding]:
    """Try both sides, and say what is missing. Nothing changes. Raises NotFound, CheckUnderWay.

    No transaction is held while the other side is asked: it may let itself be waited for.
    """
    if caller.tenant is None:
        raise Unauthenticated("This token belongs to no tenant.")
    async with as_service(kernel, caller.tenant, organisation=caller.organisation) as work:
        connection = await find(work, connection_id)
    mapping = CiviMapping.model_validate(connection.mapping)
    if connection_id in _CHECKED:
        raise domain.CheckUnderWay
    _CHECKED.add(connection_id)
    try:
        civi, cando = open_sides(kernel, connection, mapping, once=True)
        return await try_both_sides(civi, cando, mapping)
    finally:
        _CHECKED.discard(connection_id)


async def start(work: Work, connection_id: UUID, *, dry_run: bool, thorough: bool) -> ConnectionRun:
    """Queue a run. Raises RunUnderWay, ConnectionPaused."""
    connection = await find(work, connection_id, lock=True)
    if connection.paused:
        raise domain.ConnectionPaused
    if await repository.live_run(work, connection.id) is not None:
        raise domain.RunUnderWay
    return await _start(work, connection, dry_run=dry_run, thorough=thorough)


async def _start(work: Work, connection: Connection, *, dry_run: bool = False, thorough: bool = False) -> ConnectionRun:
    made = ConnectionRun(
        id=work.new_id(), created_at=work.now, updated_at=work.now, connection_id=connection.id, dry_run=dry_run,
        thorough=thorough,
    )  # fmt: skip
    work.session.add(made)
    await work.session.flush()
    connection.last_run_id = made.id
    await work.defer(TASK, run_id=str(made.id))
    return made


async def runs(work: Work, connection_id: UUID, *, before: UUID | None, limit: int) -> Sequence[ConnectionRun]:
    """Return the runs of a connection, the latest first. Raises NotFound."""
    connection = await find(work, connection_id)
    return await repository.runs(work, connection.id, before=before, limit=limit)


async def find_run(work: Work, connection_id: UUID, run_id: UUID) -> ConnectionRun:
    """Return one run. Raises NotFound."""
    connection = await find(work, connection_id)
    found = await repository.run(work, run_id)
    if found is None or found.connection_id != connection.id:
        raise NotFound
    return found


async def lines(
    work: Work, connection_id: UUID, run_id: UUID, *, outcome: str | None, after: UUID | None, limit: int
) -> Sequence[ConnectionRunLine]:
    """Return what a run did, thing by thing. Raises NotFound."""
    found = await find_run(work, connection_id, run_id)
    return await repository.lines(work, found.id, outcome=outcome, after=after, limit=limit)


async def start_due(kernel: Kernel) -> None:
    """Run the connections whose time has come; take up the runs that nobody is at."""
    async for tenant in tenants(kernel):
        async with as_service(kernel, tenant) as work:
            for lost in await repository.left_behind(work, before=work.now - domain.CLAIM_LIVES):
                await work.defer(TASK, run_id=str(lost))
            due = await repository.due(work)
        for connection_id in due:
            await _start_due(kernel, tenant, connection_id)


async def _start_due(kernel: Kernel, tenant: UUID, connection_id: UUID) -> None:
    async with as_service(kernel, tenant) as work:
        connection = await repository.by_id(work, connection_id, lock=True)
        if connection is None or connection.next_run_at is None or connection.next_run_at > work.now:
            return
        connection.next_run_at = work.now + domain.EVERY_HOUR
        if await repository.live_run(work, connection.id) is None:
            await _start(work, connection)
