"""`python -m deploy.prepare [--show]`: makes a database ready for a process per service, or for a newer Cando.

It may run beside Cando, and several times at once. With --show it prints what each process must be told, with its
password: not in a place where logs are kept.
"""

import sys

from deploy.database import SERVICES, Refused, known, prepare, revision, runtime_url
from deploy.database import connected as connected_to
from services.kernel.secrets import derived
from services.kernel.settings import FromEnvironment


class Settings(FromEnvironment):
    """Read from `CANDO_…`. Documented in docs/configuration.md; a test fails when one is missing there."""

    database_url: str = ""
    """A PostgreSQL 16 or newer, as a role that may create roles and schemas."""
    secret: str = ""
    """What every other secret is derived from, 32 characters or more."""


def main(arguments: list[str]) -> int:
    """Prepare the database of CANDO_DATABASE_URL with CANDO_SECRET; return the exit code."""
    settings = Settings()
    if not settings.database_url or len(settings.secret) < 32:
        print("CANDO_DATABASE_URL and CANDO_SECRET (32 characters or more) are needed.", file=sys.stderr)
        return 2
    try:
        prepare(settings.database_url, settings.secret)
        _say(settings.database_url)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    if "--show" in arguments:
        _show(settings)
    return 0


def _say(admin: str) -> None:
    with connected_to(admin) as connection:
        for service in SERVICES:
            there, newest = revision(connection, service), known(service)
            note = "" if there in newest else ", which a newer Cando made: left as it is"
            print(f"# {service} is at revision {there}{note}")


def _show(settings: Settings) -> None:
    for service in SERVICES:
        print(f"# {service}\nCANDO_DATABASE_URL={runtime_url(settings.database_url, service, settings.secret)}")
        kept = ("CANDO_SECRET", settings.secret) if service == "gateway" else (
            "CANDO_SERVICE_SECRET", derived(settings.secret, f"service:{service}"))  # fmt: skip
        print("=".join(kept) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
