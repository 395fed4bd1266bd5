"""People's rights from a terminal: `python -m deploy.rights export|erase|report`, on a running instance.

It acts as an API client that holds `participants:write` and `rights:manage`: CANDO_URL says where Cando answers,
CANDO_CLIENT_ID and CANDO_CLIENT_SECRET who asks. The tenant is the client's own.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 60.0
"""Seconds to wait for every service to acknowledge an erasure."""
_REASONS = ("withdrawn", "objected", "no_longer_needed", "unlawful", "died", "other")
_WHO = ("person", "representative", "organisation", "authority")


class CannotDo(Exception):
    """It was not done; the message is one sentence for whoever asked."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the exit code: 0 done, 1 not done, 2 still under way."""
    asked = _parser().parse_args(arguments)
    try:
        with httpx.Client(base_url=os.environ.get("CANDO_URL", "http://127.0.0.1:8000"), timeout=60) as http:
            _sign_in(http)
            doing: Callable[[httpx.Client, argparse.Namespace], int] = asked.doing
            return doing(http, asked)
    except CannotDo as cannot:
        print(cannot, file=sys.stderr)
    except httpx.HTTPError as error:
        print(f"Cando does not answer ({type(error).__name__}).", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.rights", description="People's rights, from a terminal.")
    commands = parser.add_subparsers(required=True)
    export = commands.add_parser("export", help="everything that any service holds about a person, as JSON")
    export.add_argument("participant")
    export.add_argument("--to", type=Path, help="a new file, for you alone; else it is printed")
    export.add_argument("--partial", action="store_true", help="also when a service does not answer")
    export.set_defaults(doing=_export)
    erase = commands.add_parser("erase", help="erase a person in every service; it cannot be undone")
    erase.add_argument("participant")
    erase.add_argument("--reason", choices=_REASONS, required=True)
    erase.add_argument("--requested-by", choices=_WHO, required=True)
    erase.set_defaults(doing=_erase)
    report = commands.add_parser("report", help="how much is older than it should be, by kind")
    report.set_defaults(doing=_report)
    return parser


def _sign_in(http: httpx.Client) -> None:
    """Give the client a token. Raises CannotDo."""
    names = ("CANDO_CLIENT_ID", "CANDO_CLIENT_SECRET")
    if missing := [name for name in names if not os.environ.get(name)]:
        raise CannotDo(f"{' and '.join(missing)} must say which API client asks.")
    credentials = (os.environ[names[0]], os.environ[names[1]])
    answer = http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
    http.headers["authorization"] = f"Bearer {_told(answer)['access_token']}"


def _told(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise CannotDo(f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code}: "
                       f"{answer.text[:300]}")  # fmt: skip
    return answer.json()


def _export(http: httpx.Client, asked: argparse.Namespace) -> int:
    found = _told(http.get(f"/v1/participants/{asked.participant}/export", params={"partial": asked.partial}))
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if asked.to is None:
        print(text)
    else:
        with _new_file(asked.to) as file:
            file.write(text + "\n")
    return 0


def _new_file(path: Path) -> Any:
    """Open a file that nobody else can read. Raises CannotDo for one that is there already."""
    try:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise CannotDo(f"{path} cannot be written: {error.strerror}.") from None


def _erase(http: httpx.Client, asked: argparse.Namespace) -> int:
    body = {"reason": asked.reason, "requested_by": asked.requested_by}
    erasure = _told(http.post(f"/v1/participants/{asked.participant}:erase", json=body))
    until = time.monotonic() + PATIENCE
    while erasure["state"] != "done" and time.monotonic() < until:
        time.sleep(0.5)
        erasure = _told(http.get(f"/v1/erasures/{erasure['id']}"))
    print(json.dumps(erasure, indent=2))
    if erasure["state"] == "done":
        return 0
    print(f"Still to acknowledge: {', '.join(erasure['missing'])}; Cando goes on asking them.", file=sys.stderr)
    return 2


def _report(http: httpx.Client, _: argparse.Namespace) -> int:
    found = _told(http.get("/v1/retention"))
    for one in found["kinds"]:
        period = "for ever" if one["months"] is None else f"{one['months']} months"
        older = "not counted yet" if one["counts"] is None else f"{one['counts']['older']} older"
        print(f"{one['kind']:40} {period:12} {'ends by itself' if one['enforce'] else 'only counted':15} {older}")
    if found["missing"]:
        print(f"These did not answer: {', '.join(found['missing'])}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
