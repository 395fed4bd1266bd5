"""A CiviCRM and Cando stay in step both ways, and nobody is brought in or kept against her will."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.connect.subjects import HOLDINGS
from services.kernel import subjects
from services.kernel.work import as_service
from tests.connect.crm import MAPPING, Crm, apart, crm_of
from tests.life import until
from tests.town import Quarter, Town, ok, problem


@pytest.fixture
def quarter(town: Town) -> Quarter:
    """A tenant for one test alone, so that what happened in another is not told to its CRM."""
    return town.found(f"crm-{uuid4().hex[:8]}", language="en", zone="Europe/London", organisation="Hazelbrook Council")


@pytest.fixture
def crm(quarter: Quarter, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    with crm_of(quarter, town, monkeypatch) as made:
        yield made


def state_need(crm: Crm, person: str, title: str = "A lift on Fridays", **facts: Any) -> dict[str, Any]:
    body = {"participant_id": person, "title": title, **facts}
    return dict(ok(crm.quarter.council.post("/v1/needs", json=body)))


def written_for(crm: Crm, listing: dict[str, Any], kind: str = "need") -> list[dict[str, Any]]:
    name = f"cando:{kind}:{listing['id']}"
    return [one for one in crm.stub.rows.get("Activity", []) if one["Cando.reference"] == name]


def test_contacts_who_agreed_their_needs_and_offers_come_in_once_and_an_echo_changes_nothing(crm: Crm) -> None:
    amina = crm.stub.contact("Amina", nick_name="Mina")
    crm.stub.contact("Silent", **{"Cando.consent": False})
    crm.stub.contact("Elsewhere", groups=[])
    need = crm.stub.activity("Cando need", amina, "A  lift\ton Fridays", details="<p>To <b>market</b> &amp; back</p>")
    crm.stub.activity("Cando offer", amina, "Sewing")
    crm.stub.activity("Phone Call", amina, "About something else")
    crm.connect()
    assert crm.finished() == {
        ("contact", "in", "created"): 1, ("contact", "in", "skipped"): 1,
        ("need", "in", "created"): 1, ("offer", "in", "created"): 1,
    }  # fmt: skip
    person = crm.person(amina)
    assert person is not None
    assert (person["called"], person["languages"][0]["tag"]) == ("Mina", "en")
    grants = ok(crm.quarter.council.get(f"/v1/participants/{person['id']}/consents"))["items"]
    assert {(one["purpose"], one["notice_version"], one["live"]) for one in grants} == {
        ("matching", "2026-01", True), ("introduction", "2026-01", True)
    }  # fmt: skip
    (stated,) = crm.mine("need")
    assert (stated["title"], stated["text"]) == ("A lift on Fridays", "To market & back")
    assert stated["external_ids"] == [{"system": crm.system, "value": str(need)}]
    for how in ({}, {"thorough": True}):
        assert {key: n for key, n in crm.finished(**how).items() if key[2] != "skipped"} == {}
    assert crm.stub.written == []
    assert ok(crm.quarter.council.get(f"/v1/needs/{stated['id']}"))["version"] == 1


def test_what_is_changed_on_either_side_is_changed_on_the_other_and_withdrawn_alike(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    there = crm.stub.activity("Cando need", amina, "A lift")
    crm.connect()
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    here = state_need(crm, person["id"], "Somebody to read with", text="Two lines\nof <text> & more")
    assert crm.finished() == {("need", "out", "created"): 1}
    (written,) = written_for(crm, here)
    assert (written["subject"], written["status_id:name"]) == ("Somebody to read with", "Scheduled")
    assert written["details"] == "<p>Two lines<br />of &lt;text&gt; &amp; more</p>"
    crm.stub.pass_time(hours=1)
    crm.stub.change("Activity", there, subject="A lift on Mondays")
    crm.stub.change("Activity", written["id"], details="<div>Other words</div>")
    assert crm.finished() == {("need", "in", "updated"): 2}
    assert ok(crm.quarter.council.get(f"/v1/needs/{here['id']}"))["text"] == "Other words"
    (stated,) = crm.mine("need")
    ok(crm.quarter.council.patch(f"/v1/needs/{stated['id']}", json={"title": "A lift on Tuesdays"}))
    ok(crm.quarter.council.post(f"/v1/needs/{here['id']}:withdraw"))
    assert crm.finished() == {("need", "out", "updated"): 2}
    assert crm.stub.row("Activity", there)["subject"] == "A lift on Tuesdays"
    assert crm.stub.row("Activity", written["id"])["status_id:name"] == "Cancelled"
    crm.stub.change("Activity", there, **{"status_id:name": "Completed"})
    assert crm.finished() == {("need", "in", "updated"): 1}
    assert ok(crm.quarter.council.get(f"/v1/needs/{stated['id']}"))["state"] == "withdrawn"
    assert crm.finished() == {}


def test_a_dry_run_says_what_would_be_done_and_changes_neither_side(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    crm.stub.activity("Cando need", amina, "A lift")
    crm.connect()
    told = crm.finished(dry_run=True)
    assert told == {("contact", "in", "created"): 1, ("need", "in", "created"): 1}
    assert (crm.person(amina), crm.mine("need"), crm.stub.written) == (None, [], [])
    assert crm.finished() == told
    person = crm.person(amina)
    assert person is not None
    here = state_need(crm, person["id"])
    assert crm.finished(dry_run=True) == {("need", "out", "created"): 1}
    assert written_for(crm, here) == []
    assert crm.finished() == {("need", "out", "created"): 1}


def test_where_both_changed_the_mapping_says_who_wins_and_the_report_says_so(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    rules = {"Cando need": "civicrm", "Cando offer": "cando", "Cando wish": "newest"}
    cases = [("Cando need", 1, "Theirs"), ("Cando offer", 20_000, "Ours"), ("Cando wish", 20_000, "Theirs"),
             ("Cando wish", 1, "Ours")]  # fmt: skip
    there = [crm.stub.activity(type, amina, f"A lift {place}") for place, (type, _, _) in enumerate(cases)]
    crm.connect(mapping={**MAPPING, "activities": [
        {"type": type, "kind": "offer" if type == "Cando offer" else "need", "wins": wins}
        for type, wins in rules.items()
    ]})  # fmt: skip
    crm.finished()

    def ours(place: int) -> dict[str, Any]:
        every = crm.mine("need") + crm.mine("offer")
        return next(one for one in every if one["external_ids"][0]["value"] == str(there[place]))

    now = crm.stub.now
    for place, (type, days, _) in enumerate(cases):
        kind = "offers" if type == "Cando offer" else "needs"
        ok(crm.quarter.council.patch(f"/v1/{kind}/{ours(place)['id']}", json={"title": "Ours"}))
        crm.stub.now = now + timedelta(days=days)
        crm.stub.change("Activity", there[place], subject="Theirs")
    told = crm.finished(thorough=True)
    assert (told["need", "in", "conflict"], told["need", "out", "conflict"], told["offer", "out", "conflict"]) == (
        2,
        1,
        1,
    )
    assert {(one[0], one[3]) for one in crm.lines() if one[2] == "conflict"} == {
        ("need", "civicrm-won"), ("need", "cando-won"), ("offer", "cando-won")
    }  # fmt: skip
    for place, (_, _, title) in enumerate(cases):
        assert (ours(place)["title"], crm.stub.row("Activity", there[place])["subject"]) == (title, title)
    assert "conflict" not in {key[2] for key in crm.finished(thorough=True)}


def test_consent_taken_back_there_ends_the_grants_from_there_and_taken_back_here_is_not_brought_back(crm: Crm) -> None:
    amina = crm.stub.contact("Amina", **{"Cando.consent_date": "2026-01-05"})
    there = crm.stub.activity("Cando need", amina, "A lift")
    consent = {**MAPPING["contacts"]["consent"], "given_on": "Cando.consent_date", "purposes": ["matching"]}
    crm.connect(mapping={**MAPPING, "contacts": {"group": "Cando", "consent": consent}})
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    grants = f"/v1/participants/{person['id']}/consents"

    def live() -> list[str]:
        return [one["id"] for one in ok(crm.quarter.council.get(grants, params={"live": True}))["items"]]

    crm.stub.change("Contact", amina, **{"Cando.consent": False})
    assert crm.finished() == {("contact", "in", "updated"): 1, ("need", "out", "updated"): 1}
    assert live() == []
    assert crm.stub.row("Activity", there)["status_id:name"] == "Cancelled"
    crm.stub.change("Contact", amina, **{"Cando.consent": True, "Cando.consent_date": "2026-01-06"})
    assert crm.finished() == {("contact", "in", "skipped"): 1}
    assert live() == []
    crm.stub.change("Contact", amina, **{"Cando.consent_date": "2199-01-01"})  # a day to come is not believed
    assert crm.finished() == {("contact", "in", "skipped"): 1}
    grant = {"purpose": "matching", "recipient_id": crm.quarter.organisation, "notice_version": "2026-01"}
    ok(crm.quarter.council.post(grants, json=grant))
    crm.finished()
    assert crm.stub.row("Activity", there)["status_id:name"] == "Scheduled"
    ok(crm.quarter.council.post(f"{grants}/{live()[0]}:revoke"))
    assert crm.finished()["need", "out", "updated"] == 1
    assert crm.stub.row("Activity", there)["status_id:name"] == "Cancelled"
    assert crm.stub.row("Activity", there)["subject"] == "A lift"


def test_who_agrees_later_brings_in_what_was_said_of_her_before(crm: Crm) -> None:
    late = crm.stub.contact("Late", **{"Cando.consent": None})
    crm.stub.activity("Cando offer", late, "Gardening")
    crm.connect()
    assert ("offer", "in", "skipped") in crm.finished()
    crm.stub.pass_time(days=3)
    crm.stub.activity("Cando need", late, "Newer than that")
    crm.finished()
    crm.stub.row("Contact", late)["Cando.consent"] = True
    assert crm.finished() == {
        ("contact", "in", "created"): 1, ("offer", "in", "created"): 1, ("need", "in", "created"): 1,
    }  # fmt: skip


async def erase(crm: Crm, town: Town, person: str) -> None:
    """Take away what this room holds of somebody, as the directory has it done."""
    kernel = apart(town)
    async with as_service(kernel, UUID(crm.quarter.id)) as work:
        await subjects.erase(work, HOLDINGS, UUID(person))
    await kernel.database.close()


async def test_who_is_erased_here_never_comes_back_and_what_was_written_of_her_from_here_is_emptied(
    crm: Crm, town: Town
) -> None:
    amina = crm.stub.contact("Amina")
    there = crm.stub.activity("Cando need", amina, "Told there")
    crm.connect()
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    here = state_need(crm, person["id"], "Told here")
    crm.finished()
    erased = ok(crm.quarter.council.post(f"/v1/participants/{person['id']}:erase", json={
        "reason": "withdrawn", "requested_by": "person"}))  # fmt: skip
    until(lambda: ok(crm.quarter.council.get(f"/v1/erasures/{erased['id']}"))["state"] == "done")
    await erase(crm, town, person["id"])
    crm.stub.pass_time(hours=1)
    crm.stub.change("Contact", amina, nick_name="Back again")
    crm.stub.change("Activity", there, subject="Told there anew")
    told = crm.finished(thorough=True)
    assert crm.person(amina) is None
    assert not {key for key in told if key[1:] == ("in", "created")}
    (written,) = written_for(crm, here)
    assert (written["status_id:name"], written["subject"], written["details"]) == ("Cancelled", "Removed", "")
    assert crm.stub.row("Activity", there)["subject"] == "Told there anew"
    assert {key[2] for key in crm.finished()} <= {"skipped"}


def test_contacts_that_leave_go_into_the_bin_or_are_merged_are_deleted_nowhere(crm: Crm) -> None:
    left, binned, double = (crm.stub.contact(name) for name in ("Left", "Binned", "Double"))
    kept = crm.stub.contact("Kept", **{"Cando.consent": False})
    gone = crm.stub.contact("Gone")
    crm.connect()
    crm.finished()
    person = crm.person(double)
    assert person is not None
    crm.stub.change("Contact", left, groups=[])
    crm.stub.change("Contact", binned, is_deleted=True)
    crm.stub.change("Contact", double, is_deleted=True, merged_to=kept)
    crm.stub.drop("Contact", gone)
    crm.finished(thorough=True)
    reasons = sorted(one[3] for one in crm.lines() if one[0] == "contact" and one[3])
    assert reasons == ["gone-there", "gone-there", "left-group", "merged-there", "no-consent"]
    assert None not in (crm.person(left), crm.person(binned), crm.person(gone))
    again = crm.person(kept)
    assert again is not None
    assert again["id"] == person["id"]


def test_activities_in_the_bin_or_gone_for_good_are_withdrawn_and_those_of_ours_are_not_made_again(crm: Crm) -> None:
    amina = crm.stub.contact("Amina")
    binned, gone = (crm.stub.activity("Cando need", amina, name) for name in ("Binned", "Gone"))
    crm.connect()
    crm.finished()
    person = crm.person(amina)
    assert person is not None
    here = state_need(crm, person["id"])
    crm.finished()
    crm.stub.change("Activity", binned, is_deleted=True)
    crm.stub.drop("Activity", gone)
    (written,) = written_for(crm, here)
    crm.stub.drop("Activity", written["id"])
    crm.finished(thorough=True)
    assert {one["state"] for one in crm.mine("need")} == {"withdrawn"}
    crm.finished(thorough=True)
    assert written_for(crm, here) == []
    assert ok(crm.quarter.council.get(f"/v1/needs/{here['id']}"))["state"] == "open"


def test_matches_are_told_on_each_side_without_the_other_side_and_in_her_case(crm: Crm) -> None:
    amina, bertram = crm.stub.contact("Amina"), crm.stub.contact("Bertram")
    crm.stub.activity("Cando need", amina, "A lift")
    crm.stub.activity("Cando offer", bertram, "Driving")
    crm.connect(mapping={**MAPPING, "matches": {"type": "Cando match", "case_type": "cando_case"}})
    crm.finished()
    need, offer = crm.mine("need")[0], crm.mine("offer")[0]
    match = ok(crm.quarter.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    assert crm.finished() == {("match", "out", "created"): 2}
    told = {
        one["Cando.reference"]: one
        for one in crm.stub.rows["Activity"]
        if one["activity_type_id:name"] == "Cando match"
    }
    hers, his = told[f"cando:match:{match['id']}:need"], told[f"cando:match:{match['id']}:offer"]
    assert (hers["subject"], his["subject"]) == ("Match for: A lift", "Match for: Driving")
    assert {one["contact_id"] for one in crm.stub.rows["ActivityContact"] if one["activity_id"] == hers["id"]} == {
        amina
    }
    assert hers["case_id"] != his["case_id"]
    for side in ("need", "offer"):
        ok(crm.quarter.council.post(f"/v1/matches/{match['id']}:accept", json={"side": side}))
    assert crm.finished() == {("match", "out", "updated"): 2}
    ok(crm.quarter.council.post(f"/v1/matches/{match['id']}/introduction"))
    for step in ("activate", "complete"):
        ok(crm.quarter.council.post(f"/v1/matches/{match['id']}:{step}"))
    crm.finished()
    assert (hers["status_id:name"], len(crm.stub.rows["Case"])) == ("Completed", 2)
    said = " ".join(str(hers[name]) for name in ("subject", "details"))
    assert not {"Bertram", "Driving", offer["id"], str(bertram)} & set(said.split())
    assert "completed" in said


def test_participants_registered_here_become_contacts_once_if_the_mapping_says_so(crm: Crm) -> None:
    grants = [{"purpose": "matching", "recipient_id": crm.quarter.organisation, "notice_version": "2026-01"}]
    body = {"called": "Greta", "consents": grants}
    greta = ok(crm.quarter.council.post("/v1/participants", json=body))
    need = state_need(crm, greta["id"])
    contacts = {**MAPPING["contacts"], "create": True, "writes": True}
    crm.connect(mapping={**MAPPING, "contacts": contacts})
    crm.finished()
    name = f"cando:{greta['id']}"
    (contact,) = [one for one in crm.stub.rows["Contact"] if one["external_identifier"] == name]
    assert (contact["first_name"], contact["groups"]) == ("Greta", ["Cando"])
    crm.finished()
    assert len(written_for(crm, need)) == 1
    ok(crm.quarter.council.patch(f"/v1/participants/{greta['id']}", json={"called": "Gretel"}))
    crm.finished()
    assert contact["nick_name"] == "Gretel"
    assert len([one for one in crm.stub.rows["Contact"] if one["external_identifier"] == name]) == 1


def test_a_connection_is_its_organisations_alone_and_never_shows_a_secret(crm: Crm, town: Town) -> None:
    made = crm.connect()
    shown = crm.quarter.council.get(crm.path)
    assert crm.stub.key not in shown.text
    assert "secret" not in shown.text
    other = crm.quarter.app(crm.quarter.organisation_named("Hazelbrook Time Bank"))
    run = crm.run(dry_run=True)["id"]
    for asked in (other.get(crm.path), other.post(f"{crm.path}:run", json={}), other.post(f"{crm.path}:check"),
                  other.get(f"{crm.path}/runs"), other.get(f"{crm.path}/runs/{run}/lines")):  # fmt: skip
        problem(asked, 404, "not-found")
    few = crm.quarter.app(scopes=["matching:write"])
    problem(few.get("/v1/connections"), 403, "forbidden")
    problem(
        crm.quarter.council.patch(crm.path, json={"schedule": "off"}, headers={"if-match": '"9"'}), 412, "stale-version"
    )
    again = {"name": made["name"], "base_url": crm.url, "api_key": "x", "client_id": "x", "client_secret": "x"}
    problem(crm.quarter.council.post("/v1/connections", json={**again, "mapping": MAPPING}), 409, "connection-exists")
    bad = {**MAPPING, "reference": None}
    problem(crm.quarter.council.patch(crm.path, json={"mapping": bad}), 422, "invalid-request")
    for address in ("https://127.0.0.1", "https://169.254.169.254", "http://crm.hazelbrook.example", f"{crm.url}/#x",
                    "https://crm.hazelbrook.example/?a=", "https://me:word@crm.hazelbrook.example"):  # fmt: skip
        moved = {"base_url": address, "api_key": "another"}
        problem(crm.quarter.council.patch(crm.path, json=moved), 422, "invalid-request")
    refused = crm.quarter.council.patch(crm.path, json={"base_url": f"{crm.url}/elsewhere"})
    assert problem(refused, 422, "invalid-request")["errors"][0]["path"] == "/api_key"
    assert ok(crm.quarter.council.patch(crm.path, json={"base_url": crm.url}))["base_url"] == crm.url
    ok(crm.quarter.council.delete(crm.path))
    problem(crm.quarter.council.get(crm.path), 404, "not-found")
