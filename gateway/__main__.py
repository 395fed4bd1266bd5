"""What whoever runs the gateway does from a terminal.

`python -m gateway service-secret NAME`    what the service NAME must show the gateway (its CANDO_SERVICE_SECRET)
`python -m gateway rotate-keys`            let a new signing key take its turn in six minutes; nobody notices
`python -m gateway rotate-keys --at-once`  withdraw every signing key now, after one became known
`python -m gateway bootstrap-key`          make the installation's first key, and print it this once
`python -m gateway bootstrap-key --renew`  put a new one in the place of one that is lost or known, while all runs
"""

import asyncio
import os
import sys

from pydantic import ValidationError

from gateway import bootstrap, signing
from gateway.settings import Settings
from services.kernel import logs
from services.kernel.app import NAMES
from services.kernel.clock import system_clock
from services.kernel.database import Database
from services.kernel.secrets import derived

USAGE = f"""usage: python -m gateway service-secret {{{",".join(("gateway", *NAMES))}}}   (reads CANDO_SECRET)
       python -m gateway rotate-keys [--at-once]   (reads CANDO_SECRET and the gateway's CANDO_DATABASE_URL)
       python -m gateway bootstrap-key [--renew]   (the same)"""
_SHORTEST = 32


def main(arguments: list[str]) -> int:
    """Do what is asked, or print how to ask for it; return the exit status."""
    match arguments:
        case ["service-secret", name] if name in ("gateway", *NAMES):
            return _service_secret(name)
        case ["rotate-keys"] | ["rotate-keys", "--at-once"]:
            return _rotate_keys(at_once=len(arguments) == 2)
        case ["bootstrap-key"] | ["bootstrap-key", "--renew"]:
            return _bootstrap_key(renew=len(arguments) == 2)
    print(USAGE, file=sys.stderr)
    return 2


def _service_secret(name: str) -> int:
    secret = os.environ.get("CANDO_SECRET", "")
    if len(secret) < _SHORTEST:
        print(f"CANDO_SECRET must be set, to at least {_SHORTEST} characters.", file=sys.stderr)
        return 1
    print(derived(secret, f"service:{name}"))
    return 0


def _rotate_keys(*, at_once: bool) -> int:
    try:
        settings = Settings()
    except ValidationError:
        print(f"CANDO_SECRET must be set, to at least {_SHORTEST} characters.", file=sys.stderr)
        return 1
    print(asyncio.run(_rotated(settings, at_once=at_once)))
    return 0


async def _rotated(settings: Settings, *, at_once: bool) -> str:
    database = Database(settings.database_url, schema="gateway", pool=1)
    try:
        now = system_clock()
        if at_once:
            gone = await signing.withdraw(database, settings.secret, now=now)
            return f"A new key signs from now on; withdrawn: {gone}."
        if await signing.rotate(database, settings.secret, now=now):
            return f"A new key is published, and signs in {signing.PUBLISHED_BEFORE.seconds // 60} minutes."
        return "A new key is published already and waits for its turn."
    finally:
        await database.close()


def _bootstrap_key(*, renew: bool) -> int:
    try:
        key = asyncio.run(_made_key(Settings(), renew=renew))
    except ValidationError:
        print(f"CANDO_SECRET must be set, to at least {_SHORTEST} characters.", file=sys.stderr)
        return 1
    if key is None:
        print("There is a key, and it is not shown again; --renew puts a new one in its place.", file=sys.stderr)
        return 1
    print(key)
    return 0


async def _made_key(settings: Settings, *, renew: bool) -> str | None:
    database = Database(settings.database_url, schema="gateway", pool=1)
    try:
        make = bootstrap.renew_bootstrap_key if renew else bootstrap.ensure_bootstrap_key
        return await make(database, settings.secret, system_clock)
    finally:
        await database.close()


if __name__ == "__main__":
    logs.configure("WARNING")
    sys.exit(main(sys.argv[1:]))
