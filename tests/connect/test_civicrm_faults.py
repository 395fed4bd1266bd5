"""Whatever goes wrong between a CiviCRM and Cando: nothing is lost, nothing is done twice, and the report says why."""

import json
from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from services.connect.civicrm import domain, running
from services.connect.civicrm.api import CiviFailed, Pace, values_of
from services.connect.civicrm.cando import Cando
from services.connect.civicrm.run import Run
from services.connect.connections import repository
from services.connect.connections.domain import CLAIM_LIVES
from services.connect.models import ConnectionLink, ConnectionRun
from services.connect.public import Refused
from services.kernel.clock import system_clock
from services.kernel.outbound import Fetched
from services.kernel.upstream import Proxy
from services.kernel.work import as_service
from tests.connect.civicrm_stub import login_page, out_of_order
from tests.connect.crm import MAPPING, Crm, always, apart, crm_of
from tests.connect.test_civicrm import quarter, state_need, written_for  # noqa: F401
from tests.town import Quarter, Town, ok, problem


@pytest.fixture
def crm(quarter: Quarter, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:  # noqa: F811
    with crm_of(quarter, town, monkeypatch) as made:
        yield made


def with_amina(crm: Crm) -> tuple[int, str]:
    """Connect, with one contact who takes part."""
    amina = crm.stub.contact("Amina")
    crm.connect()
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    return amina, person["id"]


def lost(entity: str, action: str) -> Response:
    """Answer something else in place of what was done."""
    return PlainTextResponse("Bad gateway", 502)


def test_an_answer_that_is_lost_after_it_was_done_makes_nothing_twice(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    crm.stub.activity("Cando offer", amina, "Sewing")
    crm.connect(mapping={**MAPPING, "matches": {"type": "Cando match", "case_type": "cando_case"}})
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    need = state_need(crm, person["id"])
    other = ok(crm.quarter.council.post("/v1/offers", json={
        "organisation_id": crm.quarter.organisation, "title": "Driving"}))  # fmt: skip
    of_activities, of_cases = always(lost, of="Activity", times=3), always(lost, of="Case", times=3)
    crm.stub.after_writing = lambda entity, action: of_activities(entity, action) or of_cases(entity, action)
    ok(crm.quarter.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": other["id"]}))
    crm.finished()
    assert (len(written_for(crm, need)), len(crm.stub.rows["Case"])) == (1, 1)
    crm.finished(thorough=True)
    assert len(written_for(crm, need)) == 1
    crm.stub.after_writing = always(lost, of="Activity")  # every answer, for a whole run
    again = state_need(crm, person["id"], "Another")
    assert crm.run()["state"] == "interrupted"
    crm.stub.after_writing = lambda entity, action: None
    crm.finished()
    assert len(written_for(crm, again)) == 1


def test_a_crm_that_answers_500_for_a_day_loses_nothing_and_gets_nothing_twice(crm: Crm) -> None:
    amina, person = with_amina(crm)
    need = state_need(crm, person)
    crm.stub.activity("Cando need", amina, "Told there meanwhile")
    crm.stub.trouble = always(out_of_order)
    for _ in range(3):
        told = crm.run()
        assert (told["state"], told["reason"]) == ("interrupted", "out-of-order")
    assert [one for one in crm.slept if one >= 1][:4] == [1, 2, 4, 8]
    assert ok(crm.quarter.council.get(crm.path))["state"] == "ready"
    crm.stub.trouble = lambda entity, action: None
    assert crm.finished() == {("need", "in", "created"): 1, ("need", "out", "created"): 1}
    assert len(written_for(crm, need)) == 1


def test_too_many_requests_are_waited_for_as_long_as_they_say_and_not_longer_than_a_minute(crm: Crm) -> None:
    with_amina(crm)
    busy = JSONResponse({"error_message": "Slow down"}, 429, {"retry-after": "7"})
    crm.stub.trouble = always(lambda entity, action: busy, times=2)
    crm.finished()
    assert [one for one in crm.slept if one >= 1] == [7, 7]
    later = JSONResponse({}, 429, {"retry-after": "3600"})
    crm.stub.trouble = always(lambda entity, action: later)
    assert crm.run()["reason"] == "too-many-requests"


async def test_a_wrong_key_stops_the_connection_until_somebody_puts_it_right(crm: Crm, town: Town) -> None:
    crm.stub.contact("Amina")
    crm.connect(api_key="wrong", schedule="hourly")
    assert crm.run()["state"] == "failed"
    shown = ok(crm.quarter.council.get(crm.path))
    assert (shown["state"], shown["attention"]) == ("needs-attention", "key-refused")
    kernel = apart(town)
    async with as_service(kernel, UUID(crm.quarter.id)) as work:
        assert not [one for one in await repository.due(work) if str(one) == crm.made["id"]]
    await kernel.database.close()
    ok(crm.quarter.council.patch(crm.path, json={"api_key": crm.stub.key}))
    assert crm.finished()["contact", "in", "created"] == 1
    crm.stub.trouble = login_page
    assert crm.run()["reason"] == "no-apiv4-answer"
    crm.stub.trouble = lambda entity, action: None
    ok(crm.quarter.council.post(f"{crm.path}:pause"))
    problem(crm.quarter.council.post(f"{crm.path}:run", json={}), 409, "connection-paused")
    assert ok(crm.quarter.council.post(f"{crm.path}:resume"))["state"] == "ready"
    crm.finished()


def test_the_check_says_in_words_what_is_missing_on_either_side(crm: Crm) -> None:
    crm.stub.contact("Amina")
    crm.connect()
    crm.stub.activity("Cando need", 1, "So that there is one")
    assert ok(crm.quarter.council.post(f"{crm.path}:check"))["ok"] is True
    few = crm.quarter.credentials(scopes=["participants:read", "events:read"])
    contacts = {"group": "No such", "consent": {"field": "Cando.misspelt", "notice_version": "1"}}
    change = {"client_id": few["client_id"], "client_secret": few["client_secret"]}
    ok(crm.quarter.council.patch(crm.path, json={**change, "mapping": {**MAPPING, "contacts": contacts}}))
    told = ok(crm.quarter.council.post(f"{crm.path}:check"))
    wrong = {one["what"]: one["advice"] for one in told["findings"] if not one["ok"]}
    assert told["ok"] is False
    assert wrong.keys() == {
        "group No such",
        "contact field Cando.misspelt",
        "read needs",
        "read offers",
        "read matches",
        "scopes",
    }
    assert "matching:write" in wrong["scopes"]
    held: list[int] = []

    def meanwhile(entity: str, action: str) -> None:
        if not held:
            held.append(crm.kernel.database._engine.pool.checkedout())  # type: ignore[attr-defined]
            problem(crm.quarter.council.post(f"{crm.path}:check"), 409, "check-under-way")

    crm.stub.trouble = meanwhile
    ok(crm.quarter.council.post(f"{crm.path}:check"))
    assert held == [0]  # nothing is held here while they are asked
    crm.stub.denied = {("Contact", "get")}
    told = ok(crm.quarter.council.post(f"{crm.path}:check"))
    assert "access AJAX API" in told["findings"][0]["advice"]
    assert crm.run()["state"] == "failed"


def test_pages_that_loop_end_the_run_and_are_said_to(crm: Crm) -> None:
    for name in ("Amina", "Bertram"):
        crm.stub.contact(name)
    crm.stub.looping = True
    crm.connect()
    told = crm.run()
    assert (told["state"], told["reason"]) == ("interrupted", "pages-loop")
    assert len(crm.stub.calls) < 10
    crm.stub.looping, crm.stub.page_limit = False, 1  # and a server that gives fewer than it is asked for
    crm.stub.contact("Third")
    assert crm.finished(thorough=True) == {("contact", "in", "created"): 1}


def test_one_that_is_refused_there_stops_no_other_and_the_report_names_nobody(crm: Crm) -> None:
    _, person = with_amina(crm)
    for crm.stub.answers_as_200 in (False, True):
        refused, taken = state_need(crm, person, "a forbidden word"), state_need(crm, person, "Fine")
        assert crm.finished() == {("need", "out", "created"): 1, ("need", "out", "refused"): 1}
        assert ("need", "out", "refused", "invalid_value") in crm.lines()
        assert (len(written_for(crm, refused)), len(written_for(crm, taken))) == (0, 1)
    last = ok(crm.quarter.council.get(crm.path))["last_run_id"]
    assert "Canary" not in crm.quarter.council.get(f"{crm.path}/runs/{last}/lines").text
    crm.stub.debug_output = False
    ok(crm.quarter.council.patch(f"/v1/needs/{refused['id']}", json={"title": "Not forbidden any more: forbidden"}))
    for _ in range(2):  # whether it is bad or only unwell is not said: each run tries once more
        crm.finished()
        assert ("need", "out", "refused", "refused-there") in crm.lines()
    ok(crm.quarter.council.patch(f"/v1/needs/{refused['id']}", json={"title": "Fine as well"}))
    assert crm.finished() == {("need", "out", "created"): 1}


def unwell(entity: str, action: str) -> Response:
    """Answer as a site does that shows no reasons: so it is, for a minute."""
    told = "Sorry an error occurred and your request was not completed. (Error ID: abcd-efgh-ijkl)"
    return JSONResponse({"error_code": "1", "error_message": told, "status": 500}, 500)


def test_a_crm_that_is_unwell_and_does_not_say_so_is_asked_again_and_needs_nobody(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina, person = with_amina(crm)
    crm.stub.activity("Cando need", amina, "Told there")
    crm.stub.trouble = always(unwell, of="Contact")
    told = crm.run()
    assert (told["state"], told["reason"]) == ("interrupted", "out-of-order")
    assert ok(crm.quarter.council.get(crm.path))["state"] == "ready"
    with monkeypatch.context() as patch:
        patch.setattr(running, "LONGEST", timedelta(0))
        assert crm.run()["reason"] == "took-too-long"

        async def fault(_: Run) -> None:
            raise KeyError("Canary")

        patch.undo()
        patch.setattr(running, "_STAGES", (fault,))
        assert crm.run()["reason"] == "fault"
    crm.stub.trouble = lambda entity, action: None
    here = state_need(crm, person, "Told here")
    writing = {("Activity", "create"), ("Activity", "update")}
    crm.stub.trouble = lambda entity, action: unwell(entity, action) if (entity, action) in writing else None
    assert crm.finished() == {("need", "in", "created"): 1, ("need", "out", "refused"): 1}
    crm.stub.trouble = lambda entity, action: None
    assert crm.finished() == {("need", "out", "created"): 1}
    assert len(written_for(crm, here)) == 1
    name = f"cando:need:{here['id']}"  # somebody copies the activity, our reference included
    crm.stub.activity("Cando need", amina, "A copy", **{"Cando.reference": name})
    crm.stub.activity("Cando need", amina, "Of nobody here", **{"Cando.reference": f"cando:need:{UUID(int=1)}"})
    assert crm.finished(thorough=True) == {("need", "in", "skipped"): 2}
    assert {one[3] for one in crm.lines() if one[0] == "need"} == {"copied-there", "deleted-here"}


def test_credentials_of_another_organisation_register_nobody(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    other = crm.quarter.organisation_named("Hazelbrook Time Bank")
    theirs = crm.quarter.credentials(other)
    api = crm.quarter.app(other)
    crm.connect(client_id=theirs["client_id"], client_secret=theirs["client_secret"])
    assert crm.run()["reason"] == "cando-wrong-organisation"
    assert ok(crm.quarter.council.get(crm.path))["attention"] == "cando-wrong-organisation"
    assert ok(api.get("/v1/participants"))["items"] == []
    assert crm.person(amina) is None


def test_one_that_is_refused_here_stops_no_other(crm: Crm) -> None:
    amina, _ = with_amina(crm)
    crm.stub.activity("Cando need", amina, "\x00\ud83d\x07 ")
    crm.stub.activity("Cando need", amina, "x" * 900, details="&#0;<script>no</script>\x08fine")
    crm.stub.contact("\x00")
    told = crm.finished()
    assert told["need", "in", "created"] == 1
    assert told["contact", "in", "refused"] == 1
    (stated,) = crm.mine("need")
    assert (len(stated["title"]), stated["text"]) == (200, "\ufffdfine")


async def test_a_run_that_is_killed_between_doing_and_noting_is_gone_on_with_and_nothing_is_done_twice(
    crm: Crm, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    amina, person = with_amina(crm)
    real = Run.keep
    killed_at = ""

    async def keep(self: Run, link: ConnectionLink) -> None:
        if link.entity == killed_at:
            raise KeyboardInterrupt
        await real(self, link)

    async def nothing(*_: object) -> None:
        """Write no end: a process that is killed does not."""

    kernel, later = apart(town), apart(town, lambda: system_clock() + CLAIM_LIVES)
    for number, killed_at in enumerate(("offer", "need"), 1):  # noqa: B007 - `keep` looks at it
        crm.stub.activity("Cando offer", amina, f"Sewing {number}")  # taken in from there
        need = state_need(crm, person)  # written from here
        async with as_service(kernel, UUID(crm.quarter.id)) as work:
            row = ConnectionRun(
                id=work.new_id(), created_at=work.now, updated_at=work.now, connection_id=UUID(crm.made["id"])
            )
            work.session.add(row)
        with monkeypatch.context() as patch:
            patch.setattr(Run, "keep", keep)
            patch.setattr(running, "_end", nothing)
            with pytest.raises(KeyboardInterrupt):
                await running.run(kernel, tenant=crm.quarter.id, run_id=str(row.id))
        with pytest.raises(running.StillClaimed):
            await running.run(kernel, tenant=crm.quarter.id, run_id=str(row.id))
        problem(crm.quarter.council.post(f"{crm.path}:run", json={}), 409, "run-under-way")
        await running.run(later, tenant=crm.quarter.id, run_id=str(row.id))
        assert ok(crm.quarter.council.get(f"{crm.path}/runs/{row.id}"))["state"] == "finished"
        assert (len(crm.mine("offer")), len(written_for(crm, need))) == (number, 1)
    for one in (kernel, later):
        for app in one.peers.apps.values():
            assert isinstance(app, Proxy)
            await app.close()
        await one.database.close()
    assert crm.finished(thorough=True) == {}


def test_a_time_in_the_future_or_none_does_not_end_the_following(crm: Crm) -> None:
    amina, _ = with_amina(crm)
    ahead = crm.stub.activity("Cando need", amina, "From the future", modified_date="2099-01-01 00:00:00")
    crm.finished()
    crm.stub.pass_time(minutes=5)
    crm.stub.activity("Cando need", amina, "As usual")
    assert crm.finished() == {("need", "in", "created"): 1}
    crm.stub.pass_time(minutes=-30)  # clocks go back
    crm.stub.activity("Cando need", amina, "An hour earlier")
    assert crm.finished() == {("need", "in", "created"): 1}
    crm.stub.change("Activity", ahead, modified_date="nonsense")
    assert len(crm.mine("need")) == 3


def test_an_expired_cursor_of_ours_means_everything_once_more_and_changes_nothing(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, person = with_amina(crm)
    need = state_need(crm, person)
    crm.finished()

    real, told = Cando.read, [0]

    async def read(self: Cando, path: str, **query: Any) -> Any:
        if path == "/v1/events" and query["after"]:
            told[0] += 1
            raise Refused(410, {"type": "/problems/cursor-expired"})
        return await real(self, path, **query)

    monkeypatch.setattr(Cando, "read", read)
    assert crm.finished() == {("event", "out", "skipped"): 1}
    assert (len(written_for(crm, need)), told) == (1, [1])


def test_answers_are_told_apart_by_what_they_say_and_not_by_their_status_alone() -> None:
    def of(status: int, body: object, **headers: str) -> str:
        text = body if isinstance(body, str) else json.dumps(body)
        try:
            return str(values_of(Fetched(status, headers, text.encode()), most=2))
        except CiviFailed as failed:
            return f"{type(failed).__name__} {failed.code}"

    told = {"error_code": 0, "error_message": "DB Error: deadlock found"}
    assert of(200, {"values": [{"id": 1}, "odd"]}) == "[{'id': 1}]"
    assert of(200, {"values": [{}, {}, {}]}) == "CiviBusy more-than-asked"
    assert of(200, {"values": {"a": 1}}) == "CiviBusy not-understood"
    assert of(500, told) == "CiviBusy out-of-order"
    assert of(200, {"error_code": "mandatory_missing", "error_message": "x"}) == "CiviRefused mandatory_missing"
    assert of(200, {"is_error": 1}) == "CiviRefused refused-there"
    assert of(500, {"error_code": 0, "error_message": "Invalid field 'x'"}) == "CiviRefused refused-there"
    assert of(500, {"error_code": "Person Name", "error_message": "x"}) == "CiviUnclear refused-there"
    assert of(200, {"error_code": "1", "error_message": "Sorry", "status": 500}) == "CiviUnclear refused-there"
    assert of(403, {"error_code": 0, "error_message": "ACL check failed"}) == "CiviRefused not-permitted"
    assert of(403, {"error_code": "1", "error_message": "Sorry"}) == "CiviClosed not-permitted"
    assert of(503, {"status_code": 503, "status_message": "Maintenance"}) == "CiviBusy not-understood"
    assert of(401, "HTTP 401 Invalid credential") == "CiviClosed key-refused"
    assert of(404, "<html>") == "CiviClosed no-apiv4-there"
    assert of(302, "") == "CiviClosed redirects"
    assert of(200, "[" * 100_000) == "CiviClosed no-apiv4-answer"


def test_what_is_written_as_rich_text_is_read_back_as_it_was() -> None:
    for text in ("One line", "a < b & c > d", "Two\n\nparagraphs\nand a line", "&amp; stays", "<b>not bold</b>"):
        assert domain.plain(domain.marked_up(text)) == text == domain.plain_text(text)
    assert domain.plain("<p>One</p>\n<p>Two</p>") == "One\n\nTwo"
    assert domain.plain("a<script>x</script >b<!-- c -->d<STYLE>e</style>f<script>g") == "abdf"


def test_a_text_that_is_made_to_be_read_slowly_is_read_at_once() -> None:
    begun = perf_counter()
    for part in ("<!--", "<script ", "<br ", "</script ", "<style>x</style>", "<", "&#"):
        domain.plain(part * 50_000)
    assert perf_counter() - begun < 5  # quadratic, each of the first three took minutes


async def test_requests_begin_no_faster_than_the_mapping_says() -> None:
    now, slept = [0.0], list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(5, clock=lambda: now[0], sleep=sleep)
    for _ in range(11):
        await pace.turn()
    assert now[0] == pytest.approx(2.0)
