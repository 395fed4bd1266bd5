"""`python -m deploy.backup make|verify|restore|settle|erasures`, on what `make run` or CANDO_DATABASE_URL names.

It ends with 0 when it is done, 1 when it is not (one sentence says why), 2 when a list of erasures is still under way.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy.exc import ArgumentError

from deploy import embedded, standalone
from deploy.backup import erasures, restoring
from deploy.backup.making import Manifest, make, private
from deploy.backup.settling import settle
from deploy.database import Refused, connected
from deploy.standalone import secret_of

_AFTERWARDS = """All access tokens have ended, and every copy that follows the feed reads everything anew (410).
Start Cando again, every process of it. Then, for what happened after the backup:"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the exit code."""
    asked = parser().parse_args(arguments)
    doing: Callable[[argparse.Namespace], int] = asked.doing
    try:
        return doing(asked)
    except Refused as refused:
        print(refused, file=sys.stderr)
    except ArgumentError:
        print("CANDO_DATABASE_URL must be like postgresql://role:password@host/database.", file=sys.stderr)
    except psycopg.OperationalError as error:
        print(f"The database has gone: {str(error).strip().splitlines()[-1]}", file=sys.stderr)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ActiveSqlTransaction) as error:
        print(f"The database does not allow it: {str(error).strip().splitlines()[0]}", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """Return what understands the commands."""
    made = argparse.ArgumentParser(prog="python -m deploy.backup", description="Backups of the whole installation.")
    commands = made.add_subparsers(required=True)
    making = commands.add_parser("make", help="write a new file, while Cando runs")
    making.add_argument("file", type=Path)
    making.add_argument("--plain", action="store_true", help="not sealed: personal data, readable by whoever has it")
    making.set_defaults(doing=_make)
    verifying = commands.add_parser("verify", help="restore into a database of its own, compare everything, drop it")
    verifying.add_argument("file", type=Path)
    verifying.add_argument("--plain", action="store_true", help="take it although it is not sealed")
    verifying.set_defaults(doing=_verify)
    bringing = commands.add_parser("restore", help="put a backup in the place of the database; Cando must be stopped")
    bringing.add_argument("file", type=Path)
    bringing.add_argument("--replace", action="store_true", help="also where there is a Cando; it is kept, renamed")
    bringing.add_argument("--plain", action="store_true", help="take it although it is not sealed")
    bringing.set_defaults(doing=_restore)
    settling = commands.add_parser("settle", help="after a restoration by other means, such as a point in time")
    settling.set_defaults(doing=_settle)
    listing = commands.add_parser("erasures", help="who was erased and which consents ended: a list, or carried out")
    listing.add_argument("--since", type=datetime.fromisoformat, help="only what was done from then on")
    listing.add_argument("--apply", type=Path, metavar="LIST", help="carry out a list once more")
    listing.set_defaults(doing=_erasures)
    return made


def _make(asked: argparse.Namespace) -> int:
    settings, passphrase = standalone.Settings(), os.environ.get("CANDO_BACKUP_PASSPHRASE", "")
    with _database(settings) as admin:
        secret = "" if asked.plain or passphrase else secret_of(settings)
        manifest = make(admin, asked.file, secret=secret, passphrase=passphrase, plain=asked.plain)
    print(f"{asked.file}: {asked.file.stat().st_size} bytes, {_told(manifest)}")
    return 0


def _verify(asked: argparse.Namespace) -> int:
    settings = standalone.Settings()
    with _database(settings) as admin:
        manifest, unlike = restoring.verify(admin, asked.file, _key(settings, asked))
    print("\n".join(unlike) or f"{asked.file} can be restored, and holds what it should: {_told(manifest)}")
    return 1 if unlike else 0


def _restore(asked: argparse.Namespace) -> int:
    settings = standalone.Settings()
    with _database(settings, alone=True) as admin:
        restored = restoring.restore(admin, asked.file, _key(settings, asked), replace=asked.replace)
    print(f"Restored: {_told(restored.manifest)}")
    if restored.kept_as:
        print(f"What was there before is kept as the database {restored.kept_as}, until you drop it.")
    print(_AFTERWARDS)
    if restored.again:
        again = asked.file.with_name(f"{asked.file.name}.again")
        _keep(again, restored.again)
        print(f"  python -m deploy.backup erasures --apply {again}")
    else:
        print("  python -m deploy.backup erasures --apply LIST        (the list that you keep outside)")
    return 0


def _keep(file: Path, lines: Sequence[str]) -> None:
    with private(file) as out:
        out.write("".join(f"{line}\n" for line in lines).encode())


def _settle(_: argparse.Namespace) -> int:
    with _database(standalone.Settings(), alone=True) as admin, connected(admin) as connection:
        settle(connection)
    print(f"{_AFTERWARDS}\n  python -m deploy.backup erasures --apply LIST        (the list that you keep outside)")
    return 0


def _erasures(asked: argparse.Namespace) -> int:
    if asked.apply is None:
        with _database(standalone.Settings()) as admin:
            print("\n".join(erasures.known_to(admin, since=asked.since)))
        return 0
    try:
        lines = asked.apply.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        raise Refused(f"{asked.apply} cannot be read.") from None
    came: list[erasures.Done | str] = []

    async def then(started: standalone.Started) -> None:
        try:
            came.append(await erasures.apply(started.house.apps["directory"].state.kernel, lines))
        except erasures.NotAList as not_one:
            came.append(str(not_one))
        started.stop()

    code = standalone.main(then, port=0)
    return code or _say(came[0])


def _say(came: "erasures.Done | str") -> int:
    if isinstance(came, str):
        print(came, file=sys.stderr)
        return 1
    print(f"{came.erased} people erased, {came.revoked} consents ended, {came.already} were so already,"
          f" {came.not_there} are not in this installation.")  # fmt: skip
    if came.waiting:
        print(f"{len(came.waiting)} wait for a service that does not answer; Cando goes on asking.", file=sys.stderr)
        return 2
    return 0


@contextmanager
def _database(settings: standalone.Settings, *, alone: bool = False) -> Iterator[str]:
    """Yield the admin address; the embedded server is started if it does not run, and `alone` keeps Cando off it."""
    if settings.database_url:
        yield settings.database_url
        return
    if alone:
        with standalone.database_of(settings) as admin:
            yield admin
        return
    server = embedded.start(standalone.folder_of(settings))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _key(settings: standalone.Settings, asked: argparse.Namespace) -> restoring.Key:
    return restoring.Key(secret_of(settings), os.environ.get("CANDO_BACKUP_PASSPHRASE", ""), asked.plain)


def _told(manifest: Manifest) -> str:
    rows = sum(sum(counts.values()) for one in manifest["services"].values() for counts in one["rows"].values())
    tenants = {tenant for one in manifest["services"].values() for tenant in one["audit"]}
    return f"{rows} rows, {len(tenants)} communities, as of {manifest['made_at']}"


if __name__ == "__main__":
    sys.exit(main())
