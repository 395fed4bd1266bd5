"""What stands here goes out in TimeOverflow's columns: only people who let this bank keep an account for them, now.

E-mail addresses and telephone numbers go out only when asked for, and every reading of them is on record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.connect.timeoverflow import mapping
from services.connect.timeoverflow.bringing_in import COLLECTIONS
from services.connect.timeoverflow.categories import theirs
from services.connect.timeoverflow.desk import Desk, Refused
from services.connect.timeoverflow.records import PostKind
from services.connect.timeoverflow.report import Report

MEMBERS = ("N", "Name", "Email", "Phone", "Alternative Phone", "Created", "Last login", "Locale", "Balance")
POSTS = ("ID", "Title", "Description", "Category", "Tags", "Active", "User", "N", "Created")
Cells = tuple[str | int, ...]


@dataclass(slots=True)
class Export:
    """One run: `numbers` are the numbers in the bank of those who go out."""

    desk: Desk
    system: str
    contacts: bool
    report: Report
    numbers: dict[str, tuple[str, str]]

    def number(self, one: Mapping[str, Any]) -> str | None:
        """Return what something is numbered in the bank."""
        return next((name["value"] for name in one["external_ids"] if name["system"] == self.system), None)


def members(run: Export, *, file: str) -> Iterable[Cells]:
    """Yield the header, then a row for each member who may go out, by number."""
    people = {one["id"]: one for one in run.desk.everything("/v1/participants")}
    rows: dict[int, Cells] = {}
    for account in run.desk.everything("/v1/accounts", owner_kind="participant", state="open"):
        person = people.get(account["owner"]["id"])
        number = run.number(account) or (run.number(person) if person else None)
        why = _kept_back(run, person, number, account)
        if why or person is None or number is None:
            run.report.note(file, 0, "skipped", f"account {account['id']}", why or "")
            continue
        run.numbers[person["id"]] = (number, person["called"])
        rows[int(number)] = _member(run, person, number, account)
        run.report.seconds += account["balance_seconds"]
        run.report.note(file, 0, "created", f"member {number}")
    yield MEMBERS
    yield from (rows[number] for number in sorted(rows))


def _kept_back(run: Export, person: Mapping[str, Any] | None, number: str | None, account: Mapping[str, Any]) -> str:
    if person is None:
        return "nobody whom this client may see"
    if number is None or not number.isdecimal():
        return "has no number in this bank"
    grants = run.desk.ask("GET", f"/v1/participants/{person['id']}/consents")["items"]
    lets = any(
        one["live"] and one["purpose"] == "timebank" and one["recipient_id"] == account["held_by"] for one in grants
    )
    return "" if lets else "does not consent, or no longer"


def _member(run: Export, person: Mapping[str, Any], number: str, account: Mapping[str, Any]) -> Cells:
    email, phones = _reached(run, person) if run.contacts else ("", [])
    phone, other = [*phones, "", ""][:2]
    spoken = person["languages"]
    return (
        int(number), person["called"], email, phone, other, person["created_at"], "",
        spoken[0]["tag"] if spoken else "", account["balance_seconds"],
    )  # fmt: skip


def _reached(run: Export, person: Mapping[str, Any]) -> tuple[str, list[str]]:
    try:
        known = run.desk.ask("GET", f"/v1/participants/{person['id']}/contact")
    except Refused:
        return "", []
    entries = [] if known["do_not_disclose"] else known["entries"]
    emails = [one["value"] for one in entries if one["kind"] == "email"]
    return emails[0] if emails else "", [one["value"] for one in entries if one["kind"] == "phone"]


def posts(run: Export, kind: PostKind, *, file: str) -> Iterable[Cells]:
    """Yield the header, then a row for each offer or need of those who go out that lives here."""
    yield POSTS
    for one in run.desk.everything(f"/v1/{COLLECTIONS[kind]}"):
        whose = run.numbers.get(one["participant_id"])
        if whose is None or one["withheld"] or one["state"] not in ("open", "paused"):
            continue
        yield _post(run, one, *whose)
        run.report.note(file, 0, "created", f"{kind} {run.number(one) or one['id']}")


def _post(run: Export, one: Mapping[str, Any], number: str, called: str) -> Cells:
    """Return the row of a post. Words that nobody has released go back only to the bank that they came from."""
    from_there = run.number(one)
    description, tags = mapping.told_by(one["text"] if from_there else one["released_text"])
    return (
        _id(from_there), one["title"], description, theirs(one["category"]), ", ".join(tags),
        "true" if one["state"] == "open" else "false", f"{called} ({number})", int(number), one["created_at"],
    )  # fmt: skip


def _id(number: str | None) -> str:
    return number if number is not None and number.isdecimal() else ""
