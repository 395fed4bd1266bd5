"""A bank's files come in: members with consent become participants with an account, posts become offers and needs.

Everything carries its number in the bank as external id of the system `timeoverflow:{bank}`, so that the same files
again change nothing. The bank's file decides what it knows of: names, titles, descriptions, categories, whether a post
is active. Everything else is left as it is here. A balance comes in once, as the opening balance of an account; from
then on the ledger here counts. Consent is recorded at registration alone: what was revoked stays revoked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.connect.timeoverflow import mapping
from services.connect.timeoverflow.categories import ours
from services.connect.timeoverflow.desk import Desk, Refused
from services.connect.timeoverflow.records import Member, Post, PostKind, Refusal
from services.connect.timeoverflow.report import Outcome, Report

_ACCOUNTS_AT_ONCE = 500
COLLECTIONS: Mapping[PostKind, str] = {"offer": "offers", "need": "needs"}


@dataclass(frozen=True, slots=True)
class Consent:
    """What the bank states that its members have agreed to, and how."""

    organisation: str
    notice_version: str
    method: str
    given_on: str
    purposes: tuple[str, ...]

    def grants(self, language: str) -> list[dict[str, Any]]:
        """Return the grants to record with a member."""
        return [
            {
                "purpose": purpose, "recipient_id": self.organisation, "notice_version": self.notice_version,
                "method": self.method, "language": language, "given_at": f"{self.given_on}T00:00:00Z",
            }
            for purpose in self.purposes
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a bank's files are to be taken."""

    bank: str
    language: str = "en"
    exchange: str = "credit"
    consent: Consent | None = None
    released: bool = False
    complete: bool = False
    dry: bool = False

    @property
    def system(self) -> str:
        """Return what the bank is called among external ids."""
        return f"timeoverflow:{self.bank}"


@dataclass(slots=True)
class Import:
    """One run: who asks, what is wished, and who is here by number."""

    desk: Desk
    wishes: Wishes
    report: Report = field(default_factory=Report)
    here: dict[str, dict[str, Any]] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def known(self, path: str) -> dict[str, dict[str, Any]]:
        """Return what is here of a collection, by its number in the bank."""
        return {
            name["value"]: one for one in self.desk.everything(path) for name in one["external_ids"]
            if name["system"] == self.wishes.system
        }  # fmt: skip

    def by_number(self, value: str) -> dict[str, str]:
        """Return the query that names something by its number in the bank."""
        return {"system": self.wishes.system, "value": value}


# --- members -------------------------------------------------------------------------------------------------------


def take_members(run: Import, members: Iterable[Member | Refusal], *, file: str) -> None:
    """Register or change members, then open their accounts."""
    run.here = run.known("/v1/participants")
    accounts = run.known("/v1/accounts")
    taken: list[Member] = []
    for one in members:
        if isinstance(one, Refusal):
            run.report.note(file, one.line, "refused", "line", one.why)
            continue
        run.languages[one.uid] = one.locale or run.wishes.language
        try:
            outcome, why = _take_member(run, one)
        except Refused as refused:
            outcome, why = "refused", refused.why
        if outcome not in ("skipped", "refused"):
            taken.append(one)
        elif not one.active:
            run.left_out.add(one.uid)
        if one.seconds is not None and one.uid in accounts and accounts[one.uid]["balance_seconds"] != one.seconds:
            why = why or "its balance came in before; the ledger here has moved on"
        run.report.note(file, one.line, outcome, f"member {one.uid}", why)
    _open_accounts(run, [one for one in taken if one.uid not in accounts], file)


def _take_member(run: Import, one: Member) -> tuple[Outcome, str]:
    known = run.here.get(one.uid)
    if not one.active:
        return "skipped", "deactivated in the bank"
    if known is None:
        return _register(run, one)
    if known["called"] == one.name:
        return "unchanged", ""
    if not run.wishes.dry:
        run.desk.ask("PATCH", f"/v1/participants/{known['id']}", {"called": one.name})
    return "updated", ""


def _register(run: Import, one: Member) -> tuple[Outcome, str]:
    if run.wishes.consent is None:
        return "skipped", "no consent is stated"
    language = run.languages[one.uid]
    body = {
        "called": one.name, "languages": [{"tag": language}], "consents": run.wishes.consent.grants(language),
    }  # fmt: skip
    if run.wishes.dry:
        run.here[one.uid] = {"id": None}
        return "created", ""
    made = run.desk.ask("PUT", "/v1/participants/by-external-id", body, **run.by_number(one.uid))
    run.here[one.uid] = made
    entries = mapping.contact(one)
    if not entries:
        return "created", ""
    try:
        run.desk.ask("PUT", f"/v1/participants/{made['id']}/contact", {"entries": entries})
    except Refused as refused:
        return "created", f"without contact: {refused.why}"
    return "created", ""


def _open_accounts(run: Import, members: list[Member], file: str) -> None:
    """Open an account for each member, with the balance of the file as its opening balance."""
    run.report.seconds += sum(one.seconds or 0 for one in members) if run.wishes.dry else 0
    for start in range(0, 0 if run.wishes.dry else len(members), _ACCOUNTS_AT_ONCE):
        some = members[start : start + _ACCOUNTS_AT_ONCE]
        lines = [
            {
                "id": one.uid,
                "data": {
                    "owner": {"kind": "participant", "id": run.here[one.uid]["id"]}, "opening_seconds": one.seconds,
                },
            }
            for one in some
        ]  # fmt: skip
        results = run.desk.ask("POST", "/v1/accounts:import", lines, system=run.wishes.system)
        for one, result in zip(some, results, strict=False):
            if result["outcome"] == "refused":
                why = Refused(422, result["problem"]).why
                run.report.note(file, one.line, "refused", f"account of member {one.uid}", why)
            else:
                run.report.seconds += one.seconds or 0


# --- posts ---------------------------------------------------------------------------------------------------------


def take_posts(run: Import, posts: Iterable[Post | Refusal], kind: PostKind, *, file: str) -> None:
    """Make offers and needs of posts, and withdraw what a complete file no longer has."""
    known = {one: run.known(f"/v1/{path}") for one, path in COLLECTIONS.items()}
    if not run.here:
        run.here = run.known("/v1/participants")
    named: set[tuple[str, str]] = set()
    for one in posts:
        if isinstance(one, Refusal):
            run.report.note(file, one.line, "refused", "line", one.why)
            continue
        named.add((one.kind, one.id))
        try:
            outcome, why = _take_post(run, one, known[one.kind].get(one.id))
        except Refused as refused:
            outcome, why = "refused", refused.why
        run.report.note(file, one.line, outcome, f"{one.kind} {one.id}", why)
    if run.wishes.complete:
        _withdraw_missing(run, kind, known[kind], named, file)


def _take_post(run: Import, one: Post, known: Mapping[str, Any] | None) -> tuple[Outcome, str]:
    if one.uid in run.left_out or one.uid not in run.here:
        return _step(run, one, known, active=False) or ("skipped", f"member {one.uid} is not taken")
    if known is None:
        return _state(run, one) if one.active else ("skipped", "not active in the bank")
    if known["withheld"]:
        return "skipped", f"member {one.uid} lets the bank match her no longer"
    language = run.languages.get(one.uid, run.wishes.language)
    wanted = mapping.listing(one, language=language, released=run.wishes.released)
    changed = _change(run, one, known, mapping.differing(wanted, known))
    moved = _step(run, one, known, active=one.active)
    return moved or (("updated", "") if changed else ("unchanged", ""))


def _state(run: Import, one: Post) -> tuple[Outcome, str]:
    why = "" if ours(one.category) or not one.category else "its category is none of ours"
    if not one.named:
        why = "; ".join(part for part in (why, "without a number of its own it is known by its title") if part)
    if run.wishes.dry:
        return "created", why
    language = run.languages.get(one.uid, run.wishes.language)
    body = {
        **mapping.listing(one, language=language, released=run.wishes.released),
        "participant_id": run.here[one.uid]["id"], "exchange": run.wishes.exchange,
        "source": {"system": "time_bank", "id": one.id},
    }  # fmt: skip
    path = f"/v1/{COLLECTIONS[one.kind]}/by-external-id"
    try:
        run.desk.ask("PUT", path, body, **run.by_number(one.id))
    except Refused as refused:
        if "released_text" not in body or not refused.about("released_text"):
            raise
        body.pop("released_text")
        run.desk.ask("PUT", path, body, **run.by_number(one.id))
        why = "; ".join(part for part in (why, "its description tells how to reach somebody: not released") if part)
    return "created", why


def _change(run: Import, one: Post, known: Mapping[str, Any], values: dict[str, Any]) -> bool:
    if not values or run.wishes.dry:
        return bool(values)
    path = f"/v1/{COLLECTIONS[one.kind]}/{known['id']}"
    try:
        made = run.desk.ask("PATCH", path, values)
    except Refused as refused:
        if not refused.about("released_text"):
            raise
        values.pop("released_text")
        made = run.desk.ask("PATCH", path, values) if values else known
    return bool(made["version"] != known["version"])


def _step(run: Import, one: Post, known: Mapping[str, Any] | None, *, active: bool) -> tuple[Outcome, str] | None:
    """Let an offer rest or take it up again, or withdraw a need, as the file has it; say so if that was to do."""
    if known is None:
        return None
    steps = {
        ("offer", "open", False): "pause", ("offer", "paused", True): "resume", ("need", "open", False): "withdraw",
    }  # fmt: skip
    action = steps.get((one.kind, known["state"], active))
    if action is None:
        gone = known["state"] == "withdrawn" and active
        return ("skipped", "it was withdrawn here, which is for good") if gone else None
    if not run.wishes.dry:
        run.desk.ask("POST", f"/v1/{COLLECTIONS[one.kind]}/{known['id']}:{action}")
    return "updated", {"pause": "it rests", "resume": "taken up again", "withdraw": "withdrawn"}[action]


def _withdraw_missing(
    run: Import, kind: PostKind, known: Mapping[str, Mapping[str, Any]], named: set[tuple[str, str]], file: str
) -> None:
    for number, one in known.items():
        if (kind, number) in named or one["state"] in ("withdrawn", "met"):
            continue
        if not run.wishes.dry:
            run.desk.ask("POST", f"/v1/{COLLECTIONS[kind]}/{one['id']}:withdraw")
        run.report.note(file, 0, "updated", f"{kind} {number}", "withdrawn: the file no longer has it")
