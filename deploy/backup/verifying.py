"""Proving that what came back is what was kept: counts, references, the guard, every audit chain, the ledger."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg

from deploy.backup import contents
from deploy.backup.making import Manifest
from deploy.database import runtime_url
from services.kernel.audit import Head, prove
from services.kernel.database import Database, UnsafeDatabase


def differences(admin: str, manifest: Manifest, *, secret: str) -> list[str]:
    """Return a sentence for everything that is not as the manifest says, or not as it must be."""
    with psycopg.connect(admin) as connection:
        found = contents.count(connection, manifest["services"])
    told = [*_counts(found, manifest), *_ledger(found)]
    return told + asyncio.run(_as_the_services(admin, manifest, secret))


def _counts(found: contents.Contents, manifest: Manifest) -> Iterator[str]:
    for service, kept in manifest["services"].items():
        there = found.services[service]
        if there.revision != kept["revision"]:
            yield f"{service} is at revision {there.revision}, not {kept['revision']}."
        if there.references != kept["references"]:
            yield f"{service} checks {there.references} kinds of references, not {kept['references']}."
        yield from (f"{table} is not guarded as it was." for table in {*kept["guarded"]} ^ {*there.guarded})
        for table in kept["rows"].keys() | there.rows.keys():
            yield from _unlike(table, kept["rows"].get(table, {}), there.rows.get(table, {}))
        for tenant, head in kept["audit"].items():
            if there.audit.get(tenant) != tuple(head):
                yield f"The audit of {service} for {tenant} does not end at row {head[0]} as it did."
    if found.ledger != manifest["ledger"]:
        yield "The ledger does not say what it said."


def _unlike(table: str, kept: Mapping[str, int], there: Mapping[str, int]) -> Iterator[str]:
    for tenant in sorted(kept.keys() | there.keys()):
        if kept.get(tenant, 0) != there.get(tenant, 0):
            whose = f" of {tenant}" if tenant else ""
            yield f"{table} has {there.get(tenant, 0)} rows{whose}, not {kept.get(tenant, 0)}."


def _ledger(found: contents.Contents) -> Iterator[str]:
    for tenant, one in found.ledger.items():
        if one["journal_seconds"] or one["balances_seconds"] or one["accounts_unlike_their_journal"]:
            yield f"The ledger of {tenant} does not balance: {one}."


async def _as_the_services(admin: str, manifest: Manifest, secret: str) -> list[str]:
    """Look as the services will: bound by the guard, one tenant at a time."""
    told: list[str] = []
    for service, kept in manifest["services"].items():
        database = Database(runtime_url(admin, service, secret), schema=service, pool=1)
        try:
            await database.check()
            told += await _chains(database, service, kept["audit"])
        except UnsafeDatabase as unsafe:
            told.append(str(unsafe))
        finally:
            await database.close()
    return told


async def _chains(database: Database, service: str, heads: Mapping[str, Any]) -> list[str]:
    told = []
    for tenant, (number, chain) in heads.items():
        async with database.transaction(UUID(tenant)) as session:
            proof = await prove(session, service, UUID(tenant), anchor=Head(number, chain) if number else None)
        if proof.broken is not None:
            told.append(f"The audit of {service} for {tenant} is broken at row {proof.broken}.")
    return told
