"""A time bank pushes needs and offers by its own ids: twice, out of order, with deletions, wrong clocks and drift."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.matching.conftest import PURPOSES, SATURDAYS, Neighbourhood
from tests.pushing import NDJSON, at, body_of, gone, line, moved, outcomes, push
from tests.town import ok, problem


@pytest.fixture
def member(here: Neighbourhood) -> str:
    """Somebody whom the time bank may match, by our id."""
    return str(here.person()["id"])


def _name() -> str:
    return f"o-{uuid4().hex[:8]}"


def _offer(here: Neighbourhood, member: str, **data: Any) -> tuple[str, dict[str, Any]]:
    """Push one offer as of the tenth hour; return its id there and what it is here."""
    name = _name()
    said, _ = push(here.bank, "offers", [line(name, 10, participant_id=member, title="Mending", **data)])
    assert outcomes(said) == ["created"], said
    return name, ok(here.bank.get(f"/v1/offers/{said[0]['resource_id']}"))


def _read(here: Neighbourhood, offer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = ok(here.bank.get(f"/v1/offers/{offer['id']}"))
    return found


def _origins(here: Neighbourhood, offer: dict[str, Any]) -> dict[str, Any]:
    found = ok(here.bank.get(f"/v1/offers/{offer['id']}/origins"))
    return {"": found["system"]} | {one["field"]: one["system"] for one in found["fields"]}


def test_a_push_makes_listings_and_said_again_it_changes_nothing_and_records_no_fact(
    here: Neighbourhood, member: str
) -> None:
    names = [_name() for _ in range(3)]
    lines = [
        line(name, 10, participant_id=member, title=f"Number {name}", category="repair", availability=[SATURDAYS],
             place={"latitude": 52.58, "longitude": -1.98}, expires_at="2099-01-01T00:00:00Z")
        for name in names
    ]  # fmt: skip
    said, summary = push(here.bank, "offers", lines)
    assert outcomes(said) == ["created"] * 3
    assert [one["id"] for one in said] == names
    assert (summary["lines"], summary["created"], summary["refused"]) == (3, 3, 0)
    offer = ok(here.bank.get(f"/v1/offers/{said[0]['resource_id']}"))
    assert offer["external_ids"] == [{"system": "time-bank", "value": names[0]}]
    assert (offer["title"], offer["state"], offer["version"]) == (f"Number {names[0]}", "open", 1)
    again, summary = push(here.bank, "offers", lines)
    assert outcomes(again) == ["unchanged"] * 3
    assert [one["resource_id"] for one in again] == [one["resource_id"] for one in said]
    assert _read(here, offer) == offer
    assert [fact["type"] for fact in here.facts(offer["id"])] == ["offer.created"]
    where = {"system": "time-bank", "value": names[0]}
    assert ok(here.bank.put("/v1/offers/by-external-id", params=where, json={
        "participant_id": member, "title": "By itself"}))["id"] == offer["id"]  # fmt: skip


def test_lines_in_any_order_end_as_they_would_in_theirs(here: Neighbourhood, member: str) -> None:
    name = _name()
    late = line(name, 30, participant_id=member, title="Third")
    said, _ = push(here.bank, "offers", [late, line(name, 20, participant_id=member, title="Second")])
    assert outcomes(said) == ["updated", "created"]  # in one body the older line is taken first
    said, _ = push(here.bank, "offers", [line(name, 25, participant_id=member, title="In between"), gone(name, 29)])
    assert outcomes(said) == ["stale", "stale"]
    offer = ok(here.bank.get(f"/v1/offers/{said[0]['resource_id']}"))
    assert offer["title"] == "Third"
    said, _ = push(here.bank, "offers", [line(name, 30, participant_id=member, title="Same second")])
    assert outcomes(said) == ["updated"]  # of the same time the later delivered counts
    assert [fact["type"] for fact in here.facts(offer["id"])] == ["offer.created"] + ["offer.changed"] * 2


def test_a_deletion_ends_matches_and_only_a_newer_word_brings_the_listing_back(
    here: Neighbourhood, member: str
) -> None:
    name, offer = _offer(here, member, category="company")
    need = here.need(here.person()["id"])
    match = ok(here.council.post("/v1/matches", json={"need_id": need["id"], "offer_id": offer["id"]}))
    said, _ = push(here.bank, "offers", [gone(name, 20), gone(_name(), 20)])
    assert outcomes(said) == ["deleted", "unchanged"]
    problem(here.bank.get(f"/v1/offers/{offer['id']}"), 404, "not-found")
    assert ok(here.council.get(f"/v1/matches/{match['id']}"))["state"] == "withdrawn"
    assert [fact["type"] for fact in here.facts(offer["id"])] == ["offer.created", "offer.deleted"]
    old = line(name, 20, participant_id=member, title="Mending")
    assert outcomes(push(here.bank, "offers", [old])[0]) == ["stale"]
    assert outcomes(push(here.bank, "offers", [gone(name, 21)])[0]) == ["unchanged"]
    said, _ = push(here.bank, "offers", [line(name, 22, participant_id=member, title="Mending")])
    assert outcomes(said) == ["created"]
    assert said[0]["resource_id"] != offer["id"]


def test_what_was_deleted_here_is_not_brought_back_by_an_older_word(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member)
    ok(here.bank.delete(f"/v1/offers/{offer['id']}"))
    assert outcomes(push(here.bank, "offers", [line(name, 40, participant_id=member, title="M")])[0]) == ["stale"]
    later = {"id": name, "updated_at": datetime.now(UTC).isoformat(), "data": {"participant_id": member, "title": "M"}}
    assert outcomes(push(here.bank, "offers", [later])[0]) == ["created"]


def test_one_bad_line_never_stops_the_others(here: Neighbourhood, member: str) -> None:
    good, ahead = _name(), (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    nearly = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    terms = {"participant_id": member, "title": "Mending"}
    lines: list[Any] = [
        b"{not json", b'["no object"]', b'{"id": "a", "updated_at": "2026-01-01T00:00:00Z", "data": {"n": NaN}}',
        b"[" * 100_000, b"\xff\xfe", b"", {"id": "a", "updated_at": at(1)},
        {"id": "a", "updated_at": "2026-01-01T10:00:00", "deleted": True}, {**gone("a", 1), "data": terms},
        {"id": "a\x00", "updated_at": at(1), "deleted": True}, {"id": _name(), "updated_at": ahead, "data": terms},
        line(_name(), 1, **{**terms, "title": " "}), line(_name(), 1, **terms, mood="good"),
        line(_name(), 1, title="Nobody's"), line(_name(), 1, title="X", organisation_id=here.quarter.organisation),
        line(_name(), 1, title="X", participant={"system": "time-bank", "value": "nobody"}),
        line(_name(), 1, title="X", participant_id=str(uuid4())),
        line(_name(), 1, **terms, external_ids=[{"system": "time-bank", "value": "another"}]),
        {"id": good, "updated_at": nearly, "data": terms},
    ]  # fmt: skip
    said, summary = push(here.bank, "offers", lines)
    assert outcomes(said) == [
        *["malformed-request"] * 5, *["invalid-request"] * 4, "change-ahead", *["invalid-request"] * 4,
        "unknown-owner", "consent-missing", "invalid-request", "created",
    ]  # fmt: skip
    assert [one["line"] for one in said][:6] == [1, 2, 3, 4, 5, 7]
    assert (summary["lines"], summary["refused"], summary["created"]) == (18, 17, 1)
    assert {one["path"] for one in said[10]["problem"]["errors"]} == {"/title"}
    assert outcomes(push(here.bank, "offers", [lines[-1]])[0]) == ["unchanged"]


def test_what_the_database_refuses_is_refused_by_itself(here: Neighbourhood, member: str) -> None:
    crm = [{"system": "crm", "value": _name()}]
    lines = [
        line(_name(), 1, participant_id=member, title=f"{n}", external_ids=crm if n != 1 else []) for n in (1, 2, 3)
    ]
    assert outcomes(push(here.bank, "offers", lines)[0]) == ["created", "created", "external-id-taken"]


def test_an_id_belongs_to_one_owner(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member)
    other = here.person()["id"]
    assert outcomes(push(here.bank, "offers", [line(name, 20, participant_id=other, title="Hers")])[0]) == [
        "external-id-taken"
    ]
    assert outcomes(push(here.bank, "offers", [line(name, 21, title="Whose is known")])[0]) == ["updated"]
    assert _read(here, offer)["participant_id"] == member


def test_the_system_that_a_listing_came_from_overrules_what_was_changed_here(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member, text="Bicycles.")
    ok(here.bank.patch(f"/v1/offers/{offer['id']}", json={"title": "Ours", "text": "Also ours"}))
    assert _origins(here, offer)["title"] == "here"
    said, _ = push(here.bank, "offers", [line(name, 20, title="Mending again")])
    assert said[0]["fields"] == ["title"]
    now = _read(here, offer)
    assert (now["title"], now["text"]) == ("Mending again", "Also ours")  # what is left out stays
    assert _origins(here, offer)["title"] == "time-bank"
    crm = [{"system": "time-bank", "value": name}, {"system": "crm", "value": name}]
    ok(here.bank.patch(f"/v1/offers/{offer['id']}", json={"external_ids": crm}))
    said, _ = push(here.bank, "offers", [line(name, 30, title="A CRM's")], system="crm")
    assert said[0]["outcome"] == "unchanged"
    assert said[0]["kept"]["title"]["rule"] == "owner"
    assert said[0]["kept"]["title"]["system"] == "time-bank"
    assert outcomes(push(here.bank, "offers", [gone(name, 31)], system="crm")[0]) == ["unlinked"]
    assert _read(here, offer)["external_ids"] == crm[:1]


def test_what_was_made_here_stays_ours_when_another_system_learns_of_it(here: Neighbourhood, member: str) -> None:
    offer, name = here.offer(member, title="Made here"), _name()
    link = {"external_ids": [{"system": "time-bank", "value": name}]}
    ok(here.bank.patch(f"/v1/offers/{offer['id']}", json=link))
    said, _ = push(here.bank, "offers", [line(name, 700, title="Theirs", capacity=3)])
    assert (said[0]["outcome"], list(said[0]["kept"])) == ("unchanged", ["capacity", "title"])


def test_of_capacity_and_state_the_newest_word_counts(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member, capacity=2)
    said, _ = push(here.bank, "offers", [line(name, 20, title="Mending", capacity=3, state="paused")])
    assert said[0]["fields"] == ["capacity", "state"]
    ok(here.bank.post(f"/v1/offers/{offer['id']}:resume"))
    ok(here.bank.patch(f"/v1/offers/{offer['id']}", json={"capacity": 7}))
    said, _ = push(here.bank, "offers", [line(name, 30, title="Mending", capacity=4, state="paused")])
    assert {field: kept["system"] for field, kept in said[0]["kept"].items()} == {"capacity": "here", "state": "here"}
    later = {"title": "Mending", "capacity": 5, "state": "withdrawn"}
    said, _ = push(here.bank, "offers", [{"id": name, "updated_at": datetime.now(UTC).isoformat(), "data": later}])
    now = _read(here, offer)
    assert (now["capacity"], now["state"]) == (5, "withdrawn")
    assert here.facts(offer["id"])[-1]["type"] == "offer.withdrawn"


def test_what_protects_somebody_is_hers_once_it_was_decided_here(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member, visibility="public", conditions={"gender": "female"}, released_text="Bikes.")
    push(here.bank, "offers", [line(name, 20, title="Mending", released_text="Bicycles.")])
    address = f"/v1/offers/{offer['id']}"
    assert _read(here, offer)["released_text"] == "Bicycles."  # nobody here has decided yet
    decided = {"visibility": "matching", "conditions": {"gender": "female", "grown_up": True}, "released_text": "Ours."}
    ok(here.bank.patch(address, json=decided))
    wider = {"visibility": "public", "conditions": {}, "released_text": "Theirs."}
    future = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    said, _ = push(here.bank, "offers", [{"id": name, "updated_at": future, "data": {"title": "Mending", **wider}}])
    assert said[0]["outcome"] == "unchanged"
    assert {field: one["rule"] for field, one in said[0]["kept"].items()} == {
        "visibility": "narrower", "conditions": "here", "released_text": "here",
    }  # fmt: skip
    said, _ = push(here.bank, "offers", [
        {"id": name, "updated_at": future, "data": {"title": "Mending", "visibility": "private"}}])  # fmt: skip
    assert said[0]["fields"] == ["visibility"]
    rules = {one["field"]: one["rule"] for one in ok(here.bank.get("/v1/offers:import-rules"))["fields"]}
    assert (rules["title"], rules["capacity"], rules["visibility"]) == ("owner", "newest", "narrower")


def test_an_id_that_changes_takes_its_listing_along(here: Neighbourhood, member: str) -> None:
    (old, offer), new = _offer(here, member), _name()
    other, _ = _offer(here, member)
    rename = moved(old, 20, new)
    assert outcomes(push(here.bank, "offers", [rename, moved(other, 20, new)])[0]) == ["renamed", "external-id-taken"]
    assert _read(here, offer)["external_ids"] == [{"system": "time-bank", "value": new}]
    assert outcomes(push(here.bank, "offers", [rename])[0]) == ["unchanged"]
    said, _ = push(here.bank, "offers", [
        line(old, 15, participant_id=member, title="Old"), line(new, 25, title="New"), moved(_name(), 5, _name())
    ])  # fmt: skip
    assert outcomes(said) == ["stale", "updated", "unknown-record"]  # what is said of it may still come
    assert _read(here, offer)["title"] == "New"


def test_what_is_said_of_the_new_id_before_the_old_one_is_renamed_is_its_later_life(
    here: Neighbourhood, member: str
) -> None:
    (one, first), (other, second), new, gone_by_now = _offer(here, member), _offer(here, member), _name(), _name()
    early = [line(new, 30, participant_id=member, title="Already there"), gone(gone_by_now, 30)]
    made, _ = push(here.bank, "offers", early)
    assert outcomes(made) == ["created", "unchanged"]
    said, _ = push(here.bank, "offers", [moved(one, 20, new), moved(other, 20, gone_by_now)])
    assert outcomes(said) == ["deleted", "deleted"]
    for offer in (first, second):
        problem(here.bank.get(f"/v1/offers/{offer['id']}"), 404, "not-found")
    assert ok(here.bank.get(f"/v1/offers/{made[0]['resource_id']}"))["title"] == "Already there"
    again = [line(one, 19, participant_id=member, title="M"), line(gone_by_now, 29, participant_id=member, title="M")]
    assert outcomes(push(here.bank, "offers", again)[0]) == ["stale", "stale"]


def test_pages_that_loop_do_no_harm(here: Neighbourhood, member: str) -> None:
    page = [line(_name(), 1, participant_id=member, title="Mending") for _ in range(3)]
    otherwise = {**page[0], "data": {**page[0]["data"], "title": "Otherwise"}}
    said, summary = push(here.bank, "offers", [*page, otherwise, *(page * 199)])
    assert (summary["created"], summary["lines"]) == (3, 601)
    assert ok(here.bank.get(f"/v1/offers/{said[-3]['resource_id']}"))["title"] == "Mending"  # it stands last


def test_a_withdrawn_consent_withholds_what_was_pushed_and_refuses_what_comes(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member, text="Come to my kitchen.")
    here.revoke(member, "matching", here.bank_id)
    said, _ = push(here.bank, "offers", [
        line(name, 20, title="Newer words"), line(_name(), 20, participant_id=member, title="One more")
    ])  # fmt: skip
    assert outcomes(said) == ["consent-missing"] * 2
    kept = _read(here, offer)
    assert (kept["withheld"], kept["title"]) == (True, "")
    assert outcomes(push(here.bank, "offers", [line(name, 21, title="Newer", state="withdrawn")])[0]) == ["updated"]
    assert _read(here, offer)["state"] == "withdrawn"
    assert outcomes(push(here.bank, "offers", [gone(name, 22)])[0]) == ["deleted"]


def _twelve(member: str) -> tuple[str, list[dict[str, Any]]]:
    """Return a system of a test's own, and twelve offers that it pushes."""
    return _name(), [line(_name(), 1, participant_id=member, title=f"Number {n}") for n in range(12)]


def test_a_complete_list_finds_drift_and_repairs_it(here: Neighbourhood, member: str) -> None:
    system, lines = _twelve(member)
    said, _ = push(here.bank, "offers", lines, system=system)
    ids = [one["resource_id"] for one in said]
    ok(here.bank.patch(f"/v1/offers/{ids[0]}", json={"title": "Drifted", "capacity": 4}))
    mine = here.offer(member, title="Made here")
    lost = line(_name(), 2, participant_id=member, title="Lost on the way")
    listed = [*lines[:10], lost]
    counted = {"missing_here": 1, "extra_here": 2, "drifted": 1}
    said, summary = push(here.bank, "offers", listed, how="resync", dry_run=True, system=system)
    assert {**counted, "repaired": 0, "dry_run": True}.items() <= summary.items()
    assert said[0]["fields"] == ["title"]
    assert ok(here.bank.get(f"/v1/offers/{ids[0]}"))["title"] == "Drifted"
    ok(here.bank.get(f"/v1/offers/{ids[-1]}"))
    said, summary = push(here.bank, "offers", listed, how="resync", system=system)
    assert {**counted, "repaired": 4}.items() <= summary.items()
    assert [(one["line"], one["outcome"]) for one in said[-2:]] == [(None, "deleted")] * 2
    assert ok(here.bank.get(f"/v1/offers/{ids[0]}"))["title"] == "Number 0"
    assert ok(here.bank.get(f"/v1/offers/{ids[0]}"))["capacity"] == 4  # it was not said
    ok(here.bank.get(f"/v1/offers/{mine['id']}"))
    _, summary = push(here.bank, "offers", listed, how="resync", system=system)
    assert {"missing_here": 0, "extra_here": 0, "drifted": 0, "unchanged": 11}.items() <= summary.items()
    said, summary = push(here.bank, "offers", [*lines, lost], how="resync", system=system)
    assert (summary["missing_here"], summary["stale"]) == (2, 0)  # what a wrong list took away a right one brings back


def test_a_list_that_lacks_much_is_not_believed_without_asking(here: Neighbourhood, member: str) -> None:
    system, lines = _twelve(member)
    push(here.bank, "offers", lines, system=system)

    def resync(content: bytes, **query: Any) -> httpx.Response:
        asked = {"system": system, **query}
        return here.bank.post("/v1/offers:resync", params=asked, content=content, headers=NDJSON)

    refused = problem(resync(body_of(lines[:1])), 409, "resync-would-delete")
    assert (refused["would_delete"], refused["known"]) == (11, 12)
    problem(resync(body_of(lines[:5])), 409, "resync-would-delete")  # of a small bank, more than half
    problem(resync(body_of([])), 409, "resync-would-delete")
    problem(resync(body_of([*lines, b"{torn"])), 422, "invalid-request")
    problem(resync(body_of(lines[:11]), lines=12), 422, "invalid-request")
    assert outcomes(push(here.bank, "offers", lines, system=system)[0]) == ["unchanged"] * 12
    _, summary = push(here.bank, "offers", lines[:1], how="resync", taken_at=at(0), system=system)
    assert summary["extra_here"] == 0  # what was heard of after the list was taken is not missing from it
    _, summary = push(here.bank, "offers", lines[:1], how="resync", confirm_deletions=11, system=system)
    assert (summary["extra_here"], summary["repaired"]) == (11, 11)


def test_only_an_organisations_app_pushes_and_only_lines(here: Neighbourhood, member: str) -> None:
    content = body_of([line(_name(), 1, participant_id=member, title="Mending")])
    asked: dict[str, Any] = {"params": {"system": "time-bank"}, "content": content}
    person = here.quarter.person(member, here.quarter.credentials())
    for other in (person, here.staff(here.bank_id)):
        problem(other.post("/v1/offers:import", headers=NDJSON, **asked), 403, "forbidden")
    reader = here.quarter.app(here.bank_id, scopes=["matching:read"])
    problem(reader.post("/v1/offers:import", headers=NDJSON, **asked), 403, "forbidden")
    media = {"content-type": "application/json"}
    problem(here.bank.post("/v1/offers:import", headers=media, **asked), 415, "unsupported-media-type")
    problem(here.bank.post("/v1/offers:import", headers=NDJSON, content=content), 422, "invalid-request")


def test_each_organisation_has_its_own_names(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member)
    said, _ = push(here.council, "offers", [line(name, 30, participant_id=member, title="The council's")])
    assert outcomes(said) == ["created"]
    assert _read(here, offer)["title"] == "Mending"
    problem(here.council.get(f"/v1/offers/{offer['id']}/origins"), 404, "not-found")


def test_owners_are_named_by_the_ids_of_the_system(here: Neighbourhood) -> None:
    owner = {"system": "time-bank", "value": _name()}
    grants = [{"purpose": one, "recipient_id": here.bank_id, "notice_version": "2026-01"} for one in PURPOSES]
    people, _ = push(here.bank, "participants", [line(owner["value"], 1, called="Amina", consents=grants)])
    said, _ = push(here.bank, "needs", [line(_name(), 2, title="A lift", participant=owner, state="stated")])
    need = ok(here.bank.get(f"/v1/needs/{said[0]['resource_id']}"))
    assert (need["participant_id"], need["state"]) == (people[0]["resource_id"], "stated")
    asked = {"reason": "withdrawn", "requested_by": "person"}
    assert here.bank.post(f"/v1/participants/{need['participant_id']}:erase", json=asked).is_success
    assert erased_within(here.bank, f"/v1/needs/{need['id']}")
    again = line(said[0]["id"], 2, title="A lift", participant=owner)
    assert outcomes(push(here.bank, "needs", [again])[0]) == ["stale"]  # nothing that was said before brings it back


def erased_within(api: httpx.Client, address: str, seconds: float = 30) -> bool:
    """Say whether a listing lost its names in other systems, soon: it stays, withdrawn and without words."""
    until = time.monotonic() + seconds
    while (left := ok(api.get(address))["external_ids"]) and time.monotonic() < until:
        time.sleep(0.1)
    return not left


def test_a_single_push_that_says_its_time_follows_the_same_rules(here: Neighbourhood, member: str) -> None:
    name, offer = _offer(here, member)
    where = {"system": "time-bank", "value": name}
    body = {"participant_id": member, "title": "Later"}
    address = "/v1/offers/by-external-id"
    answer = here.bank.put(address, params={**where, "updated_at": at(20)}, json=body)
    assert (answer.status_code, ok(answer)["title"], ok(answer)["id"]) == (200, "Later", offer["id"])
    problem(here.bank.put(address, params={**where, "updated_at": at(15)}, json=body), 409, "older-than-known")
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    problem(here.bank.put(address, params={**where, "updated_at": ahead}, json=body), 422, "change-ahead")
    problem(here.bank.delete(address, params={**where, "updated_at": at(15)}), 409, "older-than-known")
    for _ in range(2):
        assert here.bank.delete(address, params={**where, "updated_at": at(30)}).status_code == 204
    problem(here.bank.get(f"/v1/offers/{offer['id']}"), 404, "not-found")
    again = here.bank.put(address, params={**where, "updated_at": at(40)}, json=body)
    assert again.status_code == 201
    assert again.headers["location"] == f"/v1/offers/{ok(again)['id']}"


def test_a_cut_connection_leaves_whole_batches_and_the_same_again_completes_them(
    here: Neighbourhood, member: str
) -> None:
    lines = [line(_name(), 1, participant_id=member, title=f"Number {n}") for n in range(520)]
    where: dict[str, Any] = {"params": {"system": "time-bank"}, "headers": NDJSON}
    with here.bank.stream("POST", "/v1/offers:import", content=body_of(lines), **where) as answer:
        next(answer.iter_lines())
    _, summary = push(here.bank, "offers", lines)
    kept = summary["unchanged"]
    assert kept in (250, 500, 520)
    assert summary["created"] == 520 - kept
