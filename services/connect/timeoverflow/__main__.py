"""TimeOverflow's files from a terminal: `python -m services.connect.timeoverflow import|export`.

It acts as an API client of the bank's organisation: CANDO_URL says where Cando answers, CANDO_CLIENT_ID and
CANDO_CLIENT_SECRET who asks. The client needs participants:write, matching:write and, to bring balances in,
timebank:manage. It ends with 0 when all was done, 1 when nothing was, and 2 when some lines were refused.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx

from services.connect.timeoverflow import bringing_in, records, sheets, taking_out
from services.connect.timeoverflow.bringing_in import Consent, Import, Wishes
from services.connect.timeoverflow.desk import CannotDo, Desk, Refused
from services.connect.timeoverflow.report import Report
from services.connect.timeoverflow.sheets import Row

_METHODS = ("in_person", "phone", "online", "paper")
_BANK = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FILES = ("members", "offers", "inquiries")
Record = TypeVar("Record")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        with httpx.Client(base_url=os.environ.get("CANDO_URL", "http://127.0.0.1:8000"), timeout=60) as http:
            doing: Callable[[httpx.Client, argparse.Namespace], int] = asked.doing
            return doing(http, asked)
    except (CannotDo, Refused) as cannot:
        sys.stderr.write(f"{cannot}\n")
    except httpx.HTTPError as error:
        sys.stderr.write(f"Cando does not answer ({type(error).__name__}).\n")
    return 1


def _bank(text: str) -> str:
    if not _BANK.fullmatch(text):
        raise argparse.ArgumentTypeError("small letters, digits and hyphens, at most 63")
    return text


def _consent(text: str) -> tuple[str, str, str]:
    version, method, day = (*(part.strip() for part in text.split(",")), "", "")[:3]
    try:
        date.fromisoformat(day)
    except ValueError:
        day = ""
    if text.count(",") != 2 or not version or method not in _METHODS or not day:
        raise argparse.ArgumentTypeError(f"VERSION,METHOD,DATE with one of {', '.join(_METHODS)} and 2026-01-31")
    return version, method, day


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.connect.timeoverflow", description=__doc__)
    commands = parser.add_subparsers(required=True)
    bringing = commands.add_parser("import", help="bring a bank's files in; the same files again change nothing")
    for name in _FILES:
        bringing.add_argument(f"--{name}", type=Path, help=f"the report of {name}")
    bringing.add_argument("--consent", type=_consent, help="VERSION,METHOD,DATE of what new members agreed to")
    bringing.add_argument("--organisation", help="your organisation's id: whom they agreed to let use it")
    bringing.add_argument("--purposes", default="timebank,matching", help="for what, with commas between")
    bringing.add_argument("--language", default="en", help="of members and posts that do not say")
    bringing.add_argument("--exchange", choices=("credit", "gift"), default="credit")
    bringing.add_argument("--release-descriptions", action="store_true", help="others may read them before they meet")
    bringing.add_argument("--complete", action="store_true", help="withdraw what the files no longer have")
    bringing.add_argument("--dry-run", action="store_true", help="only say what would be done")
    bringing.set_defaults(doing=_import)
    taking = commands.add_parser("export", help="write members.csv, offers.csv and inquiries.csv")
    taking.add_argument("--out", type=Path, required=True, help="a folder; files that are there are not overwritten")
    taking.add_argument("--contacts", action="store_true", help="with e-mail and telephone, which is put on record")
    taking.set_defaults(doing=_export)
    for command in (bringing, taking):
        command.add_argument("--bank", type=_bank, required=True, help="what this bank is called in external ids")
    return parser


# --- in ------------------------------------------------------------------------------------------------------------


def _import(http: httpx.Client, asked: argparse.Namespace) -> int:
    given = [name for name in _FILES if getattr(asked, name) is not None]
    if not given:
        raise CannotDo("Name at least one file: --members, --offers or --inquiries.")
    wishes = _wishes(asked)
    members = _parsed(asked.members, records.members)
    offers = _parsed(asked.offers, partial(records.posts, kind="offer"))
    inquiries = _parsed(asked.inquiries, partial(records.posts, kind="need"))
    run = Import(Desk(http), wishes)
    try:
        if "members" in given:
            bringing_in.take_members(run, members, file="members")
        if "offers" in given:
            bringing_in.take_posts(run, offers, "offer", file="offers")
        if "inquiries" in given:
            bringing_in.take_posts(run, inquiries, "need", file="inquiries")
    finally:
        _tell(run.report, given)
    _say(f"{run.report.seconds} seconds {'would come' if wishes.dry else 'came'} in as opening balances")
    return 2 if run.report.refused else 0


def _parsed(path: Path | None, parse: Callable[[list[Row]], Iterator[Record]]) -> list[Record]:
    """Return what a file says, read whole before anything is done. Raises CannotDo."""
    if path is None:
        return []
    try:
        return list(parse(sheets.read(path.read_bytes())))
    except sheets.Unreadable as unreadable:
        raise CannotDo(f"{path.name} is not taken: {unreadable}.") from None
    except OSError as error:
        raise CannotDo(f"{path} cannot be read: {error.strerror}.") from None


def _wishes(asked: argparse.Namespace) -> Wishes:
    consent = None
    if asked.consent is not None:
        if not asked.organisation:
            raise CannotDo("--consent needs --organisation: whom they agreed to let use it.")
        purposes = tuple(one.strip() for one in asked.purposes.split(",") if one.strip())
        version, method, day = asked.consent
        consent = Consent(asked.organisation, version, method, day, purposes)
    return Wishes(
        asked.bank, asked.language, asked.exchange, consent,
        released=asked.release_descriptions, complete=asked.complete, dry=asked.dry_run,
    )  # fmt: skip


def _say(line: object) -> None:
    sys.stdout.write(f"{line}\n")


def _tell(report: Report, files: Iterable[str]) -> None:
    for line in report.lines:
        _say(line)
    for name in files:
        _say(report.summary(name))


# --- out -----------------------------------------------------------------------------------------------------------


def _export(http: httpx.Client, asked: argparse.Namespace) -> int:
    asked.out.mkdir(parents=True, exist_ok=True)
    run = taking_out.Export(Desk(http), f"timeoverflow:{asked.bank}", asked.contacts, Report(), {})
    written = {
        "members": list(taking_out.members(run, file="members")),
        "offers": list(taking_out.posts(run, "offer", file="offers")),
        "inquiries": list(taking_out.posts(run, "need", file="inquiries")),
    }
    for name, rows in written.items():
        _write(asked.out / f"{name}.csv", sheets.write(rows))
    _tell(run.report, _FILES)
    _say(f"{run.report.seconds} seconds stand in members.csv")
    return 0


def _write(path: Path, content: bytes) -> None:
    """Write a new file that nobody else can read. Raises CannotDo."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except OSError as error:
        raise CannotDo(f"{path} cannot be written: {error.strerror}.") from None


if __name__ == "__main__":
    sys.exit(main())
