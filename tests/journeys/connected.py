"""Three systems plug in with what they already speak, and what they saw: a time bank, a CRM, a practice with its tool.

Each journey is told twice: against the house in one process, and where every service is a process of its own. Nobody
here knows anything of Cando but its addresses, its documents and the standards.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from starlette.responses import Response

from cando_client import Client, Copy, Memory, verify
from tests.connect.care import CareSystem, referral
from tests.connect.civicrm_stub import CiviStub
from tests.connect.crm import ENDED, MAPPING
from tests.connect.komunitin import Komunitin
from tests.foreign.tools import judging
from tests.gateway.receivers import Arrived, Receiver, receiving, until
from tests.town import Quarter, ok, served

HOUR = 3600
BANK = "timeoverflow:hazelbrook"
_MORNING = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
_PURPOSES = ("matching", "introduction", "timebank", "directory")


def client_of(quarter: Quarter, organisation: str | None = None) -> Client:
    """Return the typed client of an app of an organisation."""
    told = quarter.credentials(organisation)
    return Client(quarter.town.url, told["client_id"], told["client_secret"])


# --- what happens between two people -----------------------------------------------------------------------------------


def bring_together(client: Client, need: str, offer: str) -> str:
    """Propose the two to each other, and let both sides agree; return the match."""
    match = client.propose_match({"need_id": need, "offer_id": offer})["id"]
    client.accept_match(match, {"side": "need"})
    client.accept_match(match, {"side": "offer"})
    return match


def help_given(client: Client, match: str, *, seconds: int) -> None:
    """Let them meet, and both confirm the hours."""
    client.introduce_match(match)
    client.activate_match(match)
    stated = client.state_hours(match, {"seconds": seconds, "day": datetime.now(UTC).date().isoformat()})
    for side in ("need", "offer"):
        client.confirm_hours(match, stated["id"], {"side": side})
    client.complete_match(match)


# --- the time bank -----------------------------------------------------------------------------------------------------


@dataclass
class TimeBank:
    """What the time bank and its network saw."""

    pushed: list[Counter[str]] = field(default_factory=list)
    facts_of_the_second_time: int = 0
    drift: Mapping[str, int] = field(default_factory=dict)
    late: str = ""
    members: set[str] = field(default_factory=set)
    offers: set[str] = field(default_factory=set)
    balances: list[int] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    after_revoking: set[str] = field(default_factory=set)
    sheets: Mapping[str, str] = field(default_factory=dict)


def time_bank(quarter: Quarter, folder: Path) -> TimeBank:
    """Push by its own ids, twice and out of order; settle hours; let the network read; leave with its own sheets."""
    seen, bank = TimeBank(), quarter.organisation_named("Hazelbrook Time Bank", kind="time_bank")
    with client_of(quarter, bank) as client:
        people = _push_members(seen, client, bank)
        offers, needs = _push_listings(seen, client)
        match = bring_together(client, needs["N-1"], offers["O-1"])
        help_given(client, match, seconds=2 * HOUR)
        until(lambda: _balance(client, people["1"]) == 2 * HOUR)
        _network_reads(seen, quarter, bank, client, people)
        _leave(seen, quarter, bank, folder)
    return seen


def _line(id: str, *, minute: int = 0, **said: Any) -> dict[str, Any]:
    return {"id": id, "updated_at": (_MORNING + timedelta(minutes=minute)).isoformat(), **said}


def _push(client: Client, collection: str, lines: Iterable[Mapping[str, Any]], *, how: str = "import") -> list[Any]:
    body = "".join(json.dumps(one) + "\n" for one in lines)
    told = getattr(client, f"{how}_{collection}")(body, system=BANK)
    text = told if isinstance(told, str) else told.decode()
    return [json.loads(line) for line in text.splitlines()]


def _outcomes(answer: list[Any]) -> Counter[str]:
    assert "summary" in answer[-1], answer
    return Counter(one["outcome"] for one in answer[:-1])


def _push_members(seen: TimeBank, client: Client, bank: str) -> dict[str, str]:
    grants = [{"purpose": one, "recipient_id": bank, "notice_version": "2026-01"} for one in _PURPOSES]
    people = {"1": "Esther", "2": "Bogdan", "3": "Nour"}
    lines = [
        _line(number, data={"called": called, "languages": [{"tag": "en"}], "consents": grants})
        for number, called in people.items()
    ]
    first = _push(client, "participants", lines)
    seen.pushed += [_outcomes(first), _outcomes(_push(client, "participants", lines))]
    ids = {one["id"]: one["resource_id"] for one in first[:-1]}
    for number, called in people.items():
        client.add_person({"participant_id": ids[number], "name": called})
        client.open_account({"owner": {"kind": "participant", "id": ids[number]}, "debit_limit_seconds": 10 * HOUR})
    return ids


def _push_listings(seen: TimeBank, client: Client) -> tuple[dict[str, str], dict[str, str]]:
    def said(owner: str, title: str, category: str, **more: Any) -> dict[str, Any]:
        whose = {"system": BANK, "value": owner}
        terms = {
            "category": category,
            "exchange": "credit",
            "released_text": title,
            "means": ["in_person"],
            "minutes": 120,
        }
        return {"participant": whose, "title": title, **terms, **more}

    offers = [
        _line("O-1", data=said("1", "Weeding and mowing", "garden")),
        _line("O-2", data=said("2", "Ironing shirts", "household")),
        _line("O-3", minute=2, deleted=True),
        _line("O-3", minute=1, data=said("3", "Knitting", "culture")),
    ]
    needs = [_line("N-1", data=said("2", "Taming a wild garden", "garden"))]
    first, needed = _push(client, "offers", offers), _push(client, "needs", needs)
    seen.pushed += [_outcomes(first), _outcomes(_push(client, "offers", offers))]
    seen.late = _push(client, "offers", [_line("O-3", data=said("3", "Knitting", "culture"))])[0]["outcome"]
    ids = {one["id"]: one["resource_id"] for one in first[:-1] if "resource_id" in one}
    client.change_offer(ids["O-2"], {"title": "Ironing anything"})
    seen.drift = _push(client, "offers", offers[:2], how="resync")[-1]["summary"]
    return ids, {one["id"]: one["resource_id"] for one in needed[:-1]}


def _balance(client: Client, person: str) -> int:
    accounts = client.each(client.list_accounts)
    return next(one["balance_seconds"] for one in accounts if one["owner"]["id"] == person)


def _network_reads(seen: TimeBank, quarter: Quarter, bank: str, client: Client, people: Mapping[str, str]) -> None:
    """Read as a Komunitin client does, pay by it, and read again when somebody has taken her consent back."""
    network = Komunitin(quarter.town, quarter, organisation=bank)
    (group,) = network.crawl("/social/groups")
    social, accounting = (f"/{base}/{group['attributes']['code']}" for base in ("social", "accounting"))
    seen.members = {one["attributes"]["name"] for one in network.crawl(f"{social}/members")}
    seen.offers = {one["attributes"]["name"] for one in network.crawl(f"{social}/offers")}
    accounts = network.crawl(f"{accounting}/accounts")
    seen.balances = sorted(one["attributes"]["balance"] for one in accounts)
    _, payee, payer = sorted(accounts, key=lambda one: one["attributes"]["balance"])
    number = str(uuid4())
    for _ in range(2):
        paid = ok(network.pay(f"{accounting}/transfers", payer["id"], payee["id"], HOUR, id=number))
        seen.paid_twice.append(paid["data"]["id"])
    grants = client.each(client.list_consents, people["3"])
    client.revoke_consent(people["3"], next(one["id"] for one in grants if one["purpose"] == "directory"))
    seen.after_revoking = {one["attributes"]["name"] for one in network.crawl(f"{social}/members")}


def _leave(seen: TimeBank, quarter: Quarter, bank: str, folder: Path) -> None:
    """Take everything along as TimeOverflow's sheets."""
    told = quarter.credentials(bank)
    environment = {"CANDO_URL": quarter.town.url, "CANDO_CLIENT_ID": told["client_id"],
                   "CANDO_CLIENT_SECRET": told["client_secret"]}  # fmt: skip
    command = [sys.executable, "-m", "services.connect.timeoverflow", "export", "--bank", "hazelbrook"]
    done = subprocess.run(
        [*command, "--out", str(folder)], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    seen.sheets = {sheet.name: sheet.read_text(encoding="utf-8-sig") for sheet in folder.glob("*.csv")}


# --- the CRM -----------------------------------------------------------------------------------------------------------


@dataclass
class CaseworkersCrm:
    """What the CRM saw, and what reached its webhook."""

    brought_in: Counter[str] = field(default_factory=Counter)
    candidates: list[str] = field(default_factory=list)
    outcome_there: str = ""
    told: list[str] = field(default_factory=list)
    told_again: int = 0
    signed: bool = False
    words_told: list[str] = field(default_factory=list)
    copied: Mapping[str, Any] = field(default_factory=dict)
    there: Mapping[str, Any] = field(default_factory=dict)
    runs_without_news: Counter[str] = field(default_factory=Counter)


def crm(quarter: Quarter) -> CaseworkersCrm:
    """Bring contacts and needs in from CiviCRM, match, be told by webhook although it is down, write the outcome back."""
    seen, stub = CaseworkersCrm(), CiviStub()
    with ExitStack() as open_now:
        there = open_now.enter_context(served(stub.app()))
        hook = open_now.enter_context(receiving())
        client = open_now.enter_context(client_of(quarter))
        hook.answer = _being_updated(hook)
        made = client.create_webhook({"url": hook.url, "event_types": ["match.*", "need.*"]})
        home = _connect(client, quarter, stub, there)
        match = _from_contact_to_match(seen, client, stub, home)
        copy = Copy(client, ["needs", "offers", "matches"], shelf := Memory())
        copy.begin()
        help_given(client, match, seconds=HOUR)
        _wait_until_told(seen, hook, made["secret"], match)
        copy.catch_up()
        seen.copied = shelf.items["matches"][match]
        seen.there = client.read_match(match)
        seen.outcome_there = _written_back(client, stub, home, match)
        seen.runs_without_news = _run(client, home)
    return seen


def _connect(client: Client, quarter: Quarter, stub: CiviStub, url: str) -> str:
    told = quarter.credentials(name="crm")
    return client.create_connection({
        "name": "council-crm", "base_url": url, "api_key": stub.key, "mapping": MAPPING,  # type: ignore[typeddict-item]
        "client_id": told["client_id"], "client_secret": told["client_secret"],
    })["id"]  # fmt: skip


def _run(client: Client, home: str) -> Counter[str]:
    """Run the connection to its end; return what it did."""
    run = client.run_connection(home, {})["id"]
    until(lambda: client.read_connection_run(home, run)["state"] in ENDED, seconds=60)
    done = client.read_connection_run(home, run)
    assert done["state"] == "finished", done
    return Counter({
        f"{one['entity']} {outcome}": one[outcome]
        for one in done["counts"] for outcome in ("created", "updated", "refused", "conflict") if one[outcome]
    })  # fmt: skip


def _from_contact_to_match(seen: CaseworkersCrm, client: Client, stub: CiviStub, home: str) -> str:
    amina, winston = stub.contact("Amina"), stub.contact("Winston")
    stub.activity("Cando need", amina, "Somebody to mend my bicycle")
    stub.activity("Cando offer", winston, "Repairing bicycles")
    seen.brought_in = _run(client, home)
    (need,) = client.each(client.list_needs)
    found = client.list_need_candidates(need["id"])["items"]
    seen.candidates = [one["title"] or "" for one in found]
    return bring_together(client, need["id"], found[0]["offer_id"])


def _being_updated(hook: Receiver) -> Callable[[Arrived], Response]:
    """Answer like a CRM that is down when the first two messages come, and back when they come again."""
    missed: set[str] = set()

    def answer(arrived: Arrived) -> Response:
        if len(missed) < 2 and arrived.id not in missed:
            missed.add(arrived.id)
            return Response(status_code=503)
        return Response(status_code=204)

    return answer


def _wait_until_told(seen: CaseworkersCrm, hook: Receiver, secret: str, match: str) -> None:
    """Wait until the CRM has been told of everything about the match."""
    until(lambda: "match.completed" in [one.said["type"] for one in hook.got], seconds=60)
    about = [one for one in hook.got if one.said["data"]["subject"] == match]
    seen.told = list(dict.fromkeys(one.said["type"] for one in about))
    seen.told_again = sum(times > 1 for times in Counter(hook.ids()).values())
    for one in hook.got:
        verify(one.body, one.headers, secret)  # raises where it was not Cando
    seen.signed = True
    seen.words_told = [
        word for word in ("Amina", "Winston", "bicycle") for one in hook.got if word in one.body.decode()
    ]


def _written_back(client: Client, stub: CiviStub, home: str, match: str) -> str:
    _run(client, home)
    named = f"cando:match:{match}"
    return next(
        str(one["status_id:name"]) for one in stub.rows["Activity"] if str(one.get("Cando.reference")).startswith(named)
    )


# --- the practice and its tool -----------------------------------------------------------------------------------------


@dataclass
class Practice:
    """What the general practice saw of its referral, and the low-code tool of the documents."""

    tasks: list[str] = field(default_factory=list)
    asked_again: bool = False
    without_consent: int = 0
    operations: int = 0
    called: list[str] = field(default_factory=list)


def practice(quarter: Quarter) -> Practice:
    """Refer somebody by FHIR; a caseworker's low-code tool, built from the OpenAPI 2.0 document, does the rest."""
    seen = Practice()
    tool = Tool(quarter)
    with judging() as judge, client_of(quarter) as client:
        surgery = CareSystem(quarter.app(scopes=["participants:write", "matching:write"], name="surgery"), judge)
        sent = referral(quarter)
        refused = {name: value for name, value in sent.items() if name != "supportingInfo"}
        refused["contained"] = sent["contained"][:1]
        seen.without_consent = surgery.send("POST", "/ServiceRequest", refused).status_code
        made = ok(surgery.send("POST", "/ServiceRequest", sent))
        seen.asked_again = ok(surgery.send("POST", "/ServiceRequest", sent))["id"] == made["id"]

        def look() -> None:
            (task,) = surgery.found(f"/Task?focus=ServiceRequest/{made['id']}")
            seen.tasks.append(task["status"])

        look()
        tool.call("recognise_need", need_id=made["id"])
        tool.call("open_need", need_id=made["id"])
        look()
        offer = _walker(quarter, client)
        match = tool.call("propose_match", body={"need_id": made["id"], "offer_id": offer})["id"]
        for side in ("need", "offer"):
            tool.call("accept_match", match_id=match, body={"side": side})
        look()
        person = tool.call("read_need", need_id=made["id"])["participant_id"]
        agreed = {"purpose": "introduction", "recipient_id": quarter.organisation, "notice_version": "2026-01"}
        tool.call("give_consent", participant_id=person, body=agreed)  # the practice had asked for less
        tool.call("introduce_match", match_id=match)
        tool.call("activate_match", match_id=match)
        tool.call("complete_match", match_id=match)
        look()
    seen.operations, seen.called = len(tool.operations), tool.called
    return seen


def _walker(quarter: Quarter, client: Client) -> str:
    person = quarter.register("Margaret")["id"]
    return client.create_offer({"participant_id": person, "title": "Walks in the park"})["id"]


def _base(document: Mapping[str, Any], *, fetched_from: str) -> str:
    """Return where operations are: what a document does not say of it is where it was fetched from."""
    here = httpx.URL(fetched_from)
    scheme = document.get("schemes", [here.scheme])[0]
    return f"{scheme}://{document.get('host', here.netloc.decode())}{document.get('basePath', '')}".rstrip("/")


class Tool:
    """A low-code tool as a custom connector makes it: it knows an OpenAPI 2.0 document, and nothing else."""

    def __init__(self, quarter: Quarter) -> None:
        self.http = quarter.town.http()
        self.document = ok(self.http.get("/openapi-2.0.json"))
        self.base = _base(self.document, fetched_from=quarter.town.url)
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if method != "parameters"
        }
        self.called: list[str] = []
        flow = next(one for one in self.document["securityDefinitions"].values() if one["type"] == "oauth2")
        told = quarter.credentials(name="tool")
        form = {"grant_type": "client_credentials", **{name: told[name] for name in ("client_id", "client_secret")}}
        address = httpx.URL(self.base + "/").join(flow["tokenUrl"])
        self.token = ok(self.http.post(address, data=form))["access_token"]

    def call(self, operation: str, *, body: Any = None, **told: str) -> Any:
        """Call an operation by its id with what its description asks for."""
        method, path, about = self.operations[operation]
        self.called.append(operation)
        wanted = [one for one in about.get("parameters", []) if one["in"] == "path"]
        for one in wanted:
            path = path.replace("{" + one["name"] + "}", told[one["name"]])
        assert (body is not None) == any(one["in"] == "body" for one in about.get("parameters", [])), operation
        answer = self.http.request(
            method.upper(), self.base + path, json=body, headers={"authorization": f"Bearer {self.token}"}
        )
        assert str(answer.status_code) in about["responses"], (operation, answer.status_code, answer.text)
        return ok(answer)
