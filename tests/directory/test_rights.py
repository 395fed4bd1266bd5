"""What people may ask by law, over HTTP: to be shown everything, to be left alone, to be gone, and to be answered."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.house import House
from services.directory.rights import erasing
from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem


def person(quarter: Quarter, **facts: Any) -> str:
    return str(quarter.register("Amina", **facts)["id"])


def until(look: Callable[[], Any], patience: float = 20) -> Any:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def herself(quarter: Quarter, participant: str) -> httpx.Client:
    return quarter.person(participant, quarter.credentials())


ERASE = {"reason": "withdrawn", "requested_by": "person"}


def test_she_and_who_registered_her_are_shown_everything_that_every_service_holds(hazelbrook: Quarter) -> None:
    her = person(hazelbrook)
    council, home = hazelbrook.council, f"/v1/participants/{her}"
    contact = {"entries": [{"kind": "phone", "value": "01922 000 111"}]}
    ok(council.put(f"{home}/contact", json=contact))
    offer = ok(council.post("/v1/offers", json={"participant_id": her, "title": "Mending", "language": "en"}))
    ok(council.put("/v1/accounts/by-external-id", params={"system": "bank", "value": her},
                   json={"owner": {"kind": "participant", "id": her}}))  # fmt: skip
    for asked in (council, herself(hazelbrook, her)):
        export = ok(asked.get(f"{home}/export"))
        services = export["services"]
        assert (export["person"], export["missing"], export["also"]) == (her, [], [])
        assert services["directory"]["contacts"][0]["entries"] == contact["entries"]
        assert {one["purpose"] for one in services["directory"]["consents"]} >= {"matching", "timebank"}
        assert [one["id"] for one in services["matching"]["offers"]] == [offer["id"]]
        assert services["timebank"]["accounts"]
    looked = [one["action"] for one in services["directory"]["audit"]]
    assert "participant.exported" in looked
    assert not any("actor" in one for one in services["directory"]["audit"])
    assert services["gateway"]["access_tokens"], "her own token is held too"


def test_nobody_else_exports_restricts_or_erases_her(hazelbrook: Quarter, lindenau: Quarter) -> None:
    friend = hazelbrook.organisation_named(f"Friends {uuid4().hex[:6]}")
    her = person(hazelbrook, purposes=("matching",), recipient=friend)
    home = f"/v1/participants/{her}"
    few = hazelbrook.app(scopes=["participants:write"])
    doers: list[tuple[httpx.Client, int, str]] = [
        (few, 403, "forbidden"),
        (hazelbrook.app(friend), 403, "not-yours"),
        (hazelbrook.app(hazelbrook.organisation_named(f"Others {uuid4().hex[:6]}")), 404, "not-found"),
        (lindenau.council, 404, "not-found"),
        (herself(hazelbrook, person(hazelbrook)), 404, "not-found"),
    ]
    for doer, status, slug in doers:
        problem(doer.get(f"{home}/export"), status, slug)
        problem(doer.post(f"{home}:erase", json=ERASE), status, slug)
        problem(doer.post(f"{home}:restrict", json={"reason": "contested"}), status, slug)
    assert ok(hazelbrook.council.get(home))["called"] == "Amina"


def test_a_service_that_does_not_answer_is_named_and_nothing_is_left_out_in_silence(
    hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.directory.rights import clients
    from services.kernel.upstream import UpstreamUnavailable

    real = clients.held

    async def one_is_down(peers: Any, service: str, *more: Any, **named: Any) -> Any:
        if service == "community":
            raise UpstreamUnavailable
        return await real(peers, service, *more, **named)

    monkeypatch.setattr(clients, "held", one_is_down)
    home = f"/v1/participants/{person(hazelbrook)}/export"
    assert problem(hazelbrook.council.get(home), 503, "export-incomplete")["missing"] == ["community"]
    partial = ok(hazelbrook.council.get(home, params={"partial": True}))
    assert partial["missing"] == ["community"]
    assert "community" not in partial["services"]


def test_a_restriction_ends_every_use_and_every_other_reading_until_it_is_lifted(
    hazelbrook: Quarter, inside: Inside
) -> None:
    friend = hazelbrook.organisation_named(f"Friends {uuid4().hex[:6]}")
    her, friends = person(hazelbrook, purposes=("matching",), recipient=friend), hazelbrook.app(friend)
    home, council = f"/v1/participants/{her}", hazelbrook.council
    question = {"people": [her], "organisation": friend, "purpose": "matching"}

    def allowed() -> tuple[bool, bool]:
        found = ok(inside(hazelbrook).post("/internal/authority", json=question))["people"][her]
        return found["allowed"], found["ask"]

    assert allowed() == (True, True)
    assert ok(friends.get(home))["called"] == "Amina"
    assert ok(council.post(f"{home}:restrict", json={"reason": "contested"}))["reason"] == "contested"
    problem(council.post(f"{home}:restrict", json={"reason": "contested"}), 409, "already-restricted")
    assert allowed() == (False, False)
    problem(friends.get(home), 404, "not-found")
    assert her not in [one["id"] for one in ok(friends.get("/v1/participants"))["items"]]
    assert ok(council.get(home))["called"] == "Amina"
    assert ok(herself(hazelbrook, her).get(home))["called"] == "Amina"
    assert ok(council.post(f"{home}:unrestrict"))["restricted_at"] is None
    problem(council.post(f"{home}:unrestrict"), 409, "not-restricted")
    assert allowed() == (True, True)


def test_a_restriction_stops_the_changes_of_who_registered_her_too_but_not_her_own_and_not_what_protects_her(
    hazelbrook: Quarter,
) -> None:
    council, organisation = hazelbrook.council, hazelbrook.organisation
    bank = {"system": "crm", "value": uuid4().hex}
    her, other = person(hazelbrook, external_ids=[bank], purposes=("matching", "directory")), person(hazelbrook)
    home = f"/v1/participants/{her}"
    shown = ok(council.post("/v1/people", json={"participant_id": her, "name": "Amina mends coats"}))["id"]
    offer = {"participant_id": her, "title": "Mending", "language": "en"}
    listed = ok(council.post("/v1/offers", json=offer))["id"]
    need = {"participant_id": other, "title": "A coat", "language": "en"}
    wanted = ok(council.post("/v1/needs", json=need))["id"]
    block = ok(council.post(f"{home}/blocks", json={"other_id": person(hazelbrook)}))["id"]
    grant = {"purpose": "research", "recipient_id": organisation, "notice_version": "1"}
    ok(council.post(f"{home}:restrict", json={"reason": "contested"}))
    instrument = next(iter(ok(council.get("/v1/instruments"))["items"]))["id"]
    refused: list[tuple[str, str, Any]] = [
        ("PATCH", home, {"called": "Another"}),
        ("DELETE", home, None),
        ("PUT", f"{home}/household", {"adults": 2, "children": []}),
        ("PUT", f"{home}/safeguards", {"gender": "female"}),
        ("POST", f"{home}/consents", grant),
        ("POST", f"{home}/relations", {"other_id": other, "kind": "carer_of"}),
        ("POST", f"/v1/participants/{other}/relations", {"other_id": her, "kind": "carer_of"}),
        ("PATCH", f"/v1/people/{shown}", {"name": "Another"}),
        ("DELETE", f"{home}/blocks/{block}", None),
    ]
    for method, path, body in refused:
        problem(council.request(method, path, json=body), 409, "restricted")
    same = {"called": "Amina", "languages": [{"tag": "en"}]}
    ok(council.put("/v1/participants/by-external-id", params=bank, json=same))  # what changes nothing may be said
    for path, asked in (
        ("/v1/offers", offer),
        ("/v1/matches", {"need_id": wanted, "offer_id": listed}),
        ("/v1/assessments", {"participant_id": her, "instrument_id": instrument, "language": "en"}),
    ):
        answer = council.post(path, json=asked)
        assert answer.status_code in (403, 404, 409, 422), f"{path}: {answer.status_code} {answer.text}"
    found = ok(council.get(f"/v1/needs/{wanted}/candidates"))
    assert listed not in str(found), "gone from candidates on the next request"
    assert her not in ok(council.get("/v1/assets", params={"kind": "person"})).__repr__()
    ok(council.put(f"{home}/contact", json={"entries": [{"kind": "phone", "value": "01922 000 333"}]}))
    ok(council.post(f"{home}/blocks", json={"other_id": other}))
    (own,) = [one for one in ok(council.get(f"{home}/consents"))["items"] if one["purpose"] == "matching"]
    ok(council.post(f"{home}/consents/{own['id']}:revoke"))
    assert ok(herself(hazelbrook, her).patch(home, json={"called": "Amina M."}))["called"] == "Amina M."
    ok(council.request("DELETE", f"/v1/people/{shown}"))
    ok(council.post(f"{home}:unrestrict"))
    assert ok(council.patch(home, json={"called": "Amina"}))["called"] == "Amina"


def test_the_erased_are_gone_at_once_and_every_service_acknowledges(hazelbrook: Quarter, lindenau: Quarter) -> None:
    her = person(hazelbrook)
    home, council = f"/v1/participants/{her}", hazelbrook.council
    ok(council.put(f"{home}/contact", json={"entries": [{"kind": "phone", "value": "01922 000 222"}]}))
    own = herself(hazelbrook, her)
    answer = own.post(f"{home}:erase", json=ERASE)
    assert answer.status_code == 202, answer.text
    problem(council.get(home), 404, "not-found")
    erasure = answer.headers["location"]
    done = until(lambda: (found := ok(council.get(erasure)))["state"] == "done" and found)
    assert done["missing"] == []
    assert done["acknowledged"]["directory"]["contacts"] == 1
    assert set(done["acknowledged"]) == {
        "directory",
        "assessments",
        "matching",
        "timebank",
        "community",
        "connect",
        "gateway",
    }
    assert own.get(home).status_code == 401, "her own tokens ended too"
    again = council.post(f"{home}:erase", json=ERASE)
    assert (again.status_code, again.json()["id"]) == (202, done["id"]), "asked again it is the same erasure"
    assert done["id"] in [one["id"] for one in ok(council.get("/v1/erasures"))["items"]]
    for other in (lindenau.council, hazelbrook.app(hazelbrook.organisation_named(f"Others {uuid4().hex[:6]}"))):
        problem(other.get(erasure), 404, "not-found")
    facts = until(lambda: [one for one in _facts(council) if one["subject"] == her and one["type"].endswith("erased")])
    assert facts[0]["ids"].keys() <= {"by", "erasure", "registered_by"}


def _facts(api: httpx.Client) -> list[dict[str, Any]]:
    found, after = [], ""
    while page := ok(api.get("/v1/events", params={"after": after, "limit": 1000}))["items"]:
        found += page
        after = ok(api.get("/v1/events", params={"after": after, "limit": 1000}))["next"]
    return found


def test_a_service_that_is_down_is_asked_again_until_it_answers(
    hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.directory.rights import clients
    from services.kernel.upstream import UpstreamUnavailable

    real, down = clients.erase, {"matching"}

    async def one_is_down(peers: Any, service: str, *more: Any, **named: Any) -> Any:
        if service in down:
            raise UpstreamUnavailable
        return await real(peers, service, *more, **named)

    monkeypatch.setattr(clients, "erase", one_is_down)
    council = hazelbrook.council
    erasure = council.post(f"/v1/participants/{person(hazelbrook)}:erase", json=ERASE).headers["location"]
    waiting = until(lambda: (found := ok(council.get(erasure)))["missing"] == ["matching"] and found)
    assert (waiting["state"], waiting["finished_at"]) == ("running", None)
    down.clear()
    assert until(lambda: ok(council.get(erasure))["state"] == "done")


async def test_the_hourly_task_goes_on_with_what_is_unfinished_and_takes_away_what_came_late(
    hazelbrook: Quarter,
) -> None:
    council, admin = hazelbrook.council, hazelbrook.town.admin_url
    her = person(hazelbrook)
    ok(council.put("/v1/accounts/by-external-id", params={"system": "bank", "value": her},
                   json={"owner": {"kind": "participant", "id": her}}))  # fmt: skip
    erasure = council.post(f"/v1/participants/{her}:erase", json=ERASE).headers["location"]
    until(lambda: ok(council.get(erasure))["state"] == "done")
    late = '[{"system": "bank", "value": "came late"}]'
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("update timebank.accounts set external_ids = %s where owner_id = %s", (late, her))
        connection.execute(
            "update directory.erasures set state = 'running', finished_at = null,"
            " acknowledged = acknowledged - 'matching' where participant_id = %s", (her,),
        )  # fmt: skip
    house = House(admin, secret=hazelbrook.town.secret)  # the running one belongs to another loop
    await house.gateway.desk.state.signer.load()
    for _ in range(2):  # first what is missing; once it is done, everybody is asked again for a day
        await erasing.resume(house.apps["directory"].state.kernel)
    for app in (house.gateway.desk, *house.apps.values()):
        await app.state.kernel.database.close()
    assert ok(council.get(erasure))["state"] == "done"
    with psycopg.connect(admin) as connection:
        query = "select external_ids from timebank.accounts where owner_id = %s"
        assert connection.execute(query, (her,)).fetchone() == ([],)


def test_a_request_is_due_a_month_later_and_counts_as_overdue_after_that(hazelbrook: Quarter) -> None:
    her, council = person(hazelbrook), hazelbrook.council
    today = datetime.now(UTC).date()
    long_ago = {"participant_id": her, "kind": "access", "received_on": "2026-01-31", "asked": "What do you know?"}
    late = ok(council.post("/v1/rights-requests", json=long_ago))
    assert (late["due_on"], late["overdue"], late["state"]) == ("2026-02-28", True, "open")
    fresh = ok(herself(hazelbrook, her).post("/v1/rights-requests", json={"participant_id": her, "kind": "object"}))
    assert not fresh["overdue"]
    assert fresh["due_on"] > (today + timedelta(days=26)).isoformat()
    listed = [one["id"] for one in ok(council.get("/v1/rights-requests"))["items"]]
    assert listed.index(late["id"]) < listed.index(fresh["id"])
    overdue = [one["id"] for one in ok(council.get("/v1/rights-requests", params={"overdue": True}))["items"]]
    assert late["id"] in overdue
    assert fresh["id"] not in overdue
    path, answer = f"/v1/rights-requests/{late['id']}", {"state": "refused", "answer": "Asked last week, and answered."}
    problem(herself(hazelbrook, her).patch(path, json=answer), 403, "forbidden")
    closed = ok(council.patch(path, json=answer, headers={"if-match": '"1"'}))
    assert (closed["state"], closed["overdue"]) == ("refused", False)
    problem(council.patch(path, json=answer), 409, "request-closed")
    assert ok(herself(hazelbrook, her).get(path))["answer"] == answer["answer"]
    stranger = herself(hazelbrook, person(hazelbrook))
    problem(stranger.get(path), 404, "not-found")
    assert ok(stranger.get("/v1/rights-requests"))["items"] == []
    ok(council.post(f"/v1/participants/{her}:erase", json=ERASE))
    assert ok(council.get(path))["asked"] is None


def test_the_runtime_cannot_empty_grants_but_by_the_function_made_for_it(hazelbrook: Quarter) -> None:
    from deploy.database import runtime_url

    with psycopg.connect(runtime_url(hazelbrook.town.admin_url, "directory", hazelbrook.town.secret)) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("update directory.consents set interpreter = null")
        connection.rollback()
        her = person(hazelbrook)
        assert connection.execute("select forget_consents(%s)", (her,)).fetchone() == (0,), "not without the tenant"
