"""`python -m deploy.credentials FOLDER`: the files with secrets that each process of its own is given.

A folder for each part and one for `prepare`; in it a file for each setting, as `CANDO_SECRETS_FOLDER` wants them. They
are derived from the installation's secret alone, so the same come out every time: nothing is lost with the folder but
the secret itself. Nothing is printed but names.
"""

import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from deploy.database import SERVICES, runtime_url
from services.kernel.secrets import derived
from services.kernel.settings import FromEnvironment

USAGE = """usage: python -m deploy.credentials FOLDER

Reads CANDO_DATABASE_URL, the database as its administrator, and CANDO_SECRET (32 characters or more; one is made
if neither the environment nor FOLDER/prepare/cando_secret names it)."""
_SHORTEST = 32


class Settings(FromEnvironment):
    """Read from `CANDO_…`. Documented in docs/configuration.md."""

    database_url: str = ""
    secret: str = ""


def files(admin_url: str, secret: str) -> Iterator[tuple[str, str]]:
    """Yield each file's name below the folder, and what is in it."""
    yield "prepare/cando_database_url", admin_url
    yield "prepare/cando_secret", secret
    yield "prepare/cando_metrics_token", derived(secret, "metrics")
    yield "postgresql/password", make_url(admin_url).password or ""
    for service in SERVICES:
        yield f"{service}/cando_database_url", runtime_url(admin_url, service, secret)
        yield f"{service}/cando_service_secret", derived(secret, f"service:{service}")
        yield f"{service}/cando_metrics_token", derived(secret, "metrics")
    yield "gateway/cando_secret", secret


def write(folder: Path, admin_url: str, secret: str) -> list[Path]:
    """Write them all into folders that their owner alone can enter; return their paths.

    A container is given the file without its folders and under a user of its own, so the file itself is readable.
    """
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name, text in files(admin_url, secret):
        path = folder / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o444)
        written.append(path)
    return written


def main(arguments: list[str]) -> int:
    """Write the files; return the exit code."""
    settings = Settings()
    if len(arguments) != 1 or not settings.database_url:
        print(USAGE, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    kept = folder / "prepare" / "cando_secret"
    secret = settings.secret or (kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(48))
    if len(secret) < _SHORTEST:
        print(f"CANDO_SECRET has fewer than {_SHORTEST} characters.", file=sys.stderr)
        return 2
    try:
        written = write(folder, settings.database_url, secret)
    except ArgumentError:
        print("CANDO_DATABASE_URL must be like postgresql://role:password@host/database.", file=sys.stderr)
        return 2
    print("\n".join(map(str, written)))
    print(f"Keep {kept} in a safe place too: everything else follows from it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
