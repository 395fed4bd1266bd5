"""Finding what a community has: the words, the places, the times, the counts, and what stays hidden."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.directory.search import operations, repository
from tests.town import Quarter, Town, ok, problem

Found = dict[str, Any]


def until(look: Callable[[], bool], *, seconds: float = 20) -> bool:
    """Wait until `look` says yes: what is read in the background takes a moment."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def search(api: httpx.Client, **asked: Any) -> Found:
    found: Found = ok(api.get("/v1/assets", params=asked))
    return found


def names(found: Found) -> list[str]:
    return [one["name"] for one in found["items"]]


def word() -> str:
    """A word that stands nowhere else, and looks like no other."""
    return "q" + uuid4().hex[:12].translate(str.maketrans("0123456789", "ghijklmnop"))


def service(quarter: Quarter, name: str, **facts: Any) -> dict[str, Any]:
    body = {"name": name, "organisation_id": quarter.organisation, **facts}
    made: dict[str, Any] = ok(quarter.council.post("/v1/services", json=body))
    return made


def place(quarter: Quarter, name: str, latitude: float, longitude: float, **facts: Any) -> str:
    body = {"name": name, "latitude": latitude, "longitude": longitude, **facts}
    return str(ok(quarter.council.post("/v1/places", json=body))["id"])


@pytest.fixture(scope="session")
def millbrook(town: Town) -> Quarter:
    """A neighbourhood of this file alone, so that its counts are its own."""
    return town.found("millbrook", language="en", zone="Europe/London", organisation="Millbrook Council")


def test_every_kind_is_found_at_once_by_its_words_with_reasons(hazelbrook: Quarter) -> None:
    tag = word()
    owner = {"organisation_id": hazelbrook.organisation}
    ok(hazelbrook.council.post("/v1/organisations", json={"name": f"Friends {tag}", "kind": "charity"}))
    ok(hazelbrook.council.post("/v1/groups", json={"name": f"Choir {tag}", **owner}))
    place(hazelbrook, f"Hall {tag}", 52.58, -1.98)
    service(hazelbrook, "Lunch club", description=f"For everybody, {tag}.")
    ok(hazelbrook.council.post("/v1/activities", json={"name": f"Walk {tag}", **owner}))
    errands = {"name": f"Errands {tag}", "trades_as": "sole-trader", "kind": "transport", "paid": "unpaid"}
    ok(hazelbrook.council.post("/v1/micro-providers", json={**errands, "business_model": "voluntary"}))
    found = search(hazelbrook.council, q=tag)
    assert {one["kind"] for one in found["items"]} == {
        "organisation", "group", "place", "service", "activity", "micro_provider",
    }  # fmt: skip
    assert search(hazelbrook.council, q=f"{tag} trader", kind="micro_provider")["some_words"]  # that is not its name
    assert found["items"][-1]["name"] == "Lunch club"  # a word in the description counts least
    assert found["items"][-1]["why"] == [{"factor": "description_words", "says": f"Its description has: {tag}"}]
    assert found["items"][0]["why"][0]["factor"] == "name_words"
    assert {one["value"]: one["count"] for one in found["facets"]["kind"]}["service"] == 1
    assert names(search(hazelbrook.council, q=tag, kind=["place", "group"])) == [f"Choir {tag}", f"Hall {tag}"]
    assert search(hazelbrook.council, q=f"hall {tag}")["items"][0]["why"][0] == {
        "factor": "name",
        "says": "This is its name",
    }


def test_changes_and_deletions_are_seen_at_once_and_never_by_another_community(
    hazelbrook: Quarter, lindenau: Quarter
) -> None:
    old, new = word(), word()
    made = service(hazelbrook, f"Club {old}")
    assert names(search(lindenau.council, q=old)) == []
    ok(hazelbrook.council.patch(f"/v1/services/{made['id']}", json={"name": f"Club {new}"}))
    assert names(search(hazelbrook.council, q=old)) == []
    assert names(search(hazelbrook.council, q=new)) == [f"Club {new}"]
    ok(hazelbrook.council.delete(f"/v1/services/{made['id']}"))
    assert search(hazelbrook.council, q=new)["total"] == 0


def test_a_question_in_arabic_and_a_broader_concept_find_an_english_entry(millbrook: Quarter) -> None:
    made = service(millbrook, "Knitting circle", description="We knit scarves together.")
    arabic = "حياكة"

    def found() -> bool:
        hits = search(millbrook.council, q=arabic, language="ar")["items"]
        return [one["id"] for one in hits][:1] == [made["id"]]

    assert until(found)
    first = search(millbrook.council, q=arabic, language="ar")["items"][0]
    assert first["why"][0]["factor"] in ("concept", "concept_near")
    assert first["concepts"]
    key = first["concepts"][0]
    broader = ok(millbrook.council.get(f"/v1/concepts/{key}"))["broader"]
    assert made["id"] in {one["id"] for one in search(millbrook.council, concept=broader)["items"]}
    problem(millbrook.council.get("/v1/assets", params={"concept": "no_such_thing"}), 422, "invalid-request")


def test_a_mistyped_word_finds_what_was_meant(hazelbrook: Quarter) -> None:
    tag = word()
    service(hazelbrook, f"Kestrel {tag}")
    wrong = tag[:4] + tag[5] + tag[4] + tag[6:]
    assert until(lambda: names(search(hazelbrook.council, q=wrong)) == [f"Kestrel {tag}"])
    assert names(search(hazelbrook.council, q=tag[:6])) == [f"Kestrel {tag}"]  # and so does its beginning


def test_some_of_the_words_are_enough_only_when_nothing_has_all(hazelbrook: Quarter) -> None:
    one, two = word(), word()
    service(hazelbrook, f"Alpha {one}")
    service(hazelbrook, f"Beta {one} {two}")
    both = search(hazelbrook.council, q=f"{one} {two}")
    assert names(both) == [f"Beta {one} {two}"]
    assert both["some_words"] is False
    some = search(hazelbrook.council, q=f"{two} zzzzqqqzzz")
    assert names(some) == [f"Beta {one} {two}"]
    assert some["some_words"] is True


def test_what_a_filter_hides_is_said(hazelbrook: Quarter) -> None:
    tag = word()
    pounds = {"currency": "GBP"}
    service(
        hazelbrook, f"Free {tag}", costs=[{"amount": 0, **pounds}], languages=["prs"], access=["step-free", "online"]
    )
    service(hazelbrook, f"Cheap {tag}", costs=[{"amount": 250, **pounds}], languages=["de"], access=["step-free"])
    service(hazelbrook, f"Silent {tag}", minimum_age=60)
    ask = {"q": tag, "sort": "name"}
    spoken = search(hazelbrook.council, **ask, spoken="fa-AF")
    assert names(spoken) == [f"Free {tag}"]
    assert spoken["hidden"] == {"spoken": 2}
    assert names(search(hazelbrook.council, **ask, cost="free")) == [f"Free {tag}"]
    assert names(search(hazelbrook.council, **ask, max_cost=300)) == [f"Cheap {tag}", f"Free {tag}"]
    assert names(search(hazelbrook.council, **ask, access=["step-free", "online"])) == [f"Free {tag}"]
    assert names(search(hazelbrook.council, **ask, age=59)) == [f"Cheap {tag}", f"Free {tag}"]
    both = search(hazelbrook.council, **ask, spoken="de", max_cost=100)
    assert both["items"] == []
    assert both["hidden"] == {"spoken": 1, "cost": 1}
    assert {one["value"] for one in search(hazelbrook.council, **ask)["facets"]["language"]} == {"prs", "de"}
    problem(hazelbrook.council.get("/v1/assets?spokne=de"), 422, "invalid-request")


def test_radius_distance_and_a_place_that_moves(hazelbrook: Quarter) -> None:
    tag = word()
    near = place(hazelbrook, f"Near {tag}", 52.5850, -1.9820)
    place(hazelbrook, f"Far {tag}", 52.6750, -1.9820)  # ten kilometres to the north
    service(hazelbrook, f"Visits {tag}", place_ids=[near])
    around = {"near": "52.585,-1.982", "sort": "distance"}
    found = search(hazelbrook.council, q=tag, **around, radius_km=2)
    assert names(found) == [f"Near {tag}", f"Visits {tag}"]
    assert found["hidden"] == {"near": 1}
    assert found["items"][0]["distance_km"] == 0
    wide = search(hazelbrook.council, q=tag, **around, radius_km=20)["items"]
    assert wide[-1]["name"] == f"Far {tag}"
    assert wide[-1]["distance_km"] == pytest.approx(10.0, abs=0.05)
    ok(hazelbrook.council.patch(f"/v1/places/{near}", json={"latitude": 53.5, "longitude": -1.982}))
    assert search(hazelbrook.council, q=tag, **around, radius_km=2)["items"] == []  # the service has moved with it
    problem(hazelbrook.council.get("/v1/assets?sort=distance"), 422, "invalid-request")
    problem(hazelbrook.council.get("/v1/assets?near=91,0"), 422, "invalid-request")


def _window(day: str, rule: str | None, minutes: int = 120) -> dict[str, Any]:
    return {"starts": f"{day}T10:00:00", "minutes": minutes, "time_zone": "Europe/London", "rule": rule}


def test_opening_hours_with_every_kind_of_rule(hazelbrook: Quarter) -> None:
    tag = word()
    service(hazelbrook, f"Weekly {tag}", opening=[_window("2026-01-05", "FREQ=WEEKLY;BYDAY=TU,TH")])
    service(hazelbrook, f"Second {tag}", opening=[_window("2026-01-05", "FREQ=MONTHLY;BYDAY=2TU")])
    service(hazelbrook, f"Fortnight {tag}", opening=[_window("2026-01-06", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")])
    service(hazelbrook, f"Ended {tag}", opening=[_window("2026-01-06", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20260201")])
    service(hazelbrook, f"Once {tag}", opening=[_window("2026-07-14", None)])
    service(hazelbrook, f"Silent {tag}")
    ask = {"q": tag, "sort": "name"}

    def at(moment: str) -> set[str]:
        return {one.split()[0] for one in names(search(hazelbrook.council, **ask, open_at=moment))}

    assert at("2026-07-14T11:00:00+01:00") == {"Weekly", "Second", "Once"}  # the second Tuesday of July
    assert at("2026-07-07T11:00:00+01:00") == {"Weekly", "Fortnight"}
    assert at("2026-07-07T12:30:00+01:00") == set()
    assert at("2026-07-07T09:30:00+00:00") == {"Weekly", "Fortnight"}  # 10:30 in London's summer
    morning = {"open_from": "2026-07-07T08:00:00+01:00", "open_until": "2026-07-07T10:30:00+01:00"}
    found = search(hazelbrook.council, **ask, **morning)
    assert {one.split()[0] for one in names(found)} == {"Weekly", "Fortnight"}
    assert found["hidden"] == {"open": 4}
    years = {"open_from": "1900-01-01T00:00:00Z", "open_until": "2199-12-31T00:00:00Z"}
    problem(hazelbrook.council.get("/v1/assets", params=years), 422, "invalid-request")


@pytest.mark.parametrize("sort", ["relevance", "name", "distance"])
def test_every_hit_stands_on_one_page(hazelbrook: Quarter, sort: str) -> None:
    tag = word()
    for number in range(7):
        place(hazelbrook, f"Bench {number % 3} {tag}", 52.58 + number / 1000, -1.98)
    asked: dict[str, Any] = {"q": tag, "sort": sort, "limit": 3, "near": "52.58,-1.98", "radius_km": 3}
    seen: list[str] = []
    while True:
        found = search(hazelbrook.council, **asked)
        seen += [one["id"] for one in found["items"]]
        if not found["next"]:
            break
        assert (found["facets"] is None) == ("cursor" in asked)
        asked["cursor"] = found["next"]
    assert len(seen) == len(set(seen)) == 7
    problem(hazelbrook.council.get("/v1/assets", params={**asked, "cursor": "x"}), 422, "invalid-request")


def test_people_are_found_only_while_their_consent_names_the_caller(hazelbrook: Quarter) -> None:
    tag = word()
    charity = hazelbrook.organisation_named(f"Neighbours {uuid4().hex[:6]}")
    theirs = hazelbrook.app(charity)
    her = hazelbrook.register("Rosa", purposes=("matching",))
    shown = {"participant_id": her["id"], "name": f"Rosa {tag}", "description": "Mends clothes"}
    ok(hazelbrook.council.post("/v1/people", json=shown))
    assert search(theirs, q=tag)["total"] == 0
    grant = {"purpose": "directory", "recipient_id": charity, "notice_version": "2026-01"}
    consent = ok(hazelbrook.council.post(f"/v1/participants/{her['id']}/consents", json=grant))
    found = search(theirs, q=tag)
    assert [(one["kind"], one["name"]) for one in found["items"]] == [("person", f"Rosa {tag}")]
    assert found["facets"]["kind"] == [{"value": "person", "label": "person", "count": 1}]
    assert search(theirs, q=tag, kind="service")["hidden"] == {
        "kind": 0
    }  # other kinds were asked for: not a hint of her
    assert tag not in theirs.get("/v1/assets.csv", params={"q": tag}).text
    assert tag not in theirs.get("/v1/assets.ndjson", params={"q": tag}).text
    ok(hazelbrook.council.post(f"/v1/participants/{her['id']}/consents/{consent['id']}:revoke"))
    gone = search(theirs, q=tag)
    assert (gone["total"], gone["hidden"], gone["facets"]["kind"]) == (0, {}, [])


def test_nobody_is_found_while_her_record_is_restricted_and_each_finding_is_audited(hazelbrook: Quarter) -> None:
    tag = word()
    charity = hazelbrook.organisation_named(f"Neighbours {uuid4().hex[:6]}")
    theirs = hazelbrook.app(charity)
    her = hazelbrook.register("Rosa", purposes=("directory",), recipient=charity)
    ok(hazelbrook.council.post("/v1/people", json={"participant_id": her["id"], "name": f"Rosa {tag}"}))
    assert names(search(theirs, q=tag)) == [f"Rosa {tag}"]
    ok(hazelbrook.council.post(f"/v1/participants/{her['id']}:restrict", json={"reason": "contested"}))
    assert (search(theirs, q=tag)["total"], search(theirs, q=tag)["facets"]["kind"]) == (0, [])
    ok(hazelbrook.council.post(f"/v1/participants/{her['id']}:unrestrict"))
    assert names(search(theirs, q=tag)) == [f"Rosa {tag}"]
    seen = ok(theirs.get("/v1/audit", params={"subject": her["id"]}))["items"]
    assert [one["action"] for one in seen] == ["person.found", "person.found"]


def test_what_cannot_be_looked_at_one_by_one_is_refused(
    hazelbrook: Quarter, lindenau: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = word()
    for number in range(3):
        service(hazelbrook, f"Second {number} {tag}", opening=[_window("2026-01-05", "FREQ=MONTHLY;BYDAY=2TU")])
    charity = hazelbrook.organisation_named(f"Neighbours {uuid4().hex[:6]}")
    for _ in range(2):
        her = hazelbrook.register("Rosa", purposes=("directory",), recipient=charity)
        ok(hazelbrook.council.post("/v1/people", json={"participant_id": her["id"], "name": "Rosa"}))
    open_then = {"q": tag, "open_at": "2026-07-14T11:00:00+01:00"}
    assert search(hazelbrook.council, **open_then)["total"] == 3
    monkeypatch.setattr(operations, "_LOOKED_AT", 2)
    problem(hazelbrook.council.get("/v1/assets", params=open_then), 422, "search-too-wide")
    monkeypatch.setattr(operations, "_MOST_PEOPLE", 1)
    problem(hazelbrook.app(charity).get("/v1/assets"), 422, "search-too-wide")
    assert search(hazelbrook.app(charity), kind="service", q=tag)["total"] == 3


def test_counting_stops_where_nobody_reads_on_and_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shire = town.found("shire", language="en", zone="Europe/London", organisation="Shire Council")
    tag = word()
    for number in range(4):
        facts: dict[str, Any] = {"languages": ["de"]} if number else {"costs": [{"amount": 0, "currency": "GBP"}]}
        place(shire, f"Bench {number} {tag}", 52.58 + number / 100, -1.98, **facts)
    monkeypatch.setattr(repository, "COUNTED", 2)
    found = search(shire.council, kind="place")
    assert (len(found["items"]), found["total"], found["at_least"], found["hidden"]) == (4, 2, True, {"kind": 1})
    assert search(shire.council, near="52.58,-1.98", radius_km=0.5)["hidden"] == {"near": 2}  # of three
    worded = search(shire.council, q=tag, spoken="de")
    assert (worded["total"], worded["at_least"], worded["hidden"]) == (3, False, {"spoken": 1})
    monkeypatch.undo()
    whole = search(shire.council)
    assert (whole["total"], whole["at_least"]) == (5, False)
    assert {one["value"]: one["count"] for one in whole["facets"]["language"]} == {"de": 3}
    both = search(shire.council, kind="place", cost="free", max_cost=500, spoken="de")
    assert (both["total"], both["hidden"]) == (0, {"kind": 0, "cost": 3, "spoken": 1})


def test_a_communitys_own_term_reaches_what_was_there_before(millbrook: Quarter) -> None:
    tag = word()
    made = service(millbrook, f"Zappelclub {tag}")
    assert until(lambda: bool(search(millbrook.council, q=tag)["items"]))
    term = {"concept": "fidget_club", "category": "sport", "text": f"zappelclub {tag}", "language": "de"}
    ok(millbrook.council.post("/v1/terms", json=term))
    assert until(
        lambda: [one["id"] for one in search(millbrook.council, concept="fidget_club")["items"]] == [made["id"]]
    )


def test_the_search_needs_its_scope_and_bears_anything_typed(hazelbrook: Quarter) -> None:
    nothing = hazelbrook.app(scopes=["matching:read"])
    problem(nothing.get("/v1/assets"), 403, "forbidden")
    for q in ("%' or 1=1 --", "#bike_repair @x", "\u202e", "ሰላም ሰላም", "a" * 200, "_ %"):
        answer = hazelbrook.council.get("/v1/assets", params={"q": q})
        assert answer.status_code in (200, 422), answer.text
    problem(hazelbrook.council.get("/v1/assets?q=a%00b"), 422, "invalid-request")


def test_time_moves_on(hazelbrook: Quarter) -> None:
    tag = word()
    made = service(hazelbrook, f"Later {tag}")
    then = datetime.fromisoformat(made["updated_at"])
    asked = {"q": tag, "updated_after": (then - timedelta(seconds=1)).isoformat()}
    assert search(hazelbrook.council, **asked)["total"] == 1
    assert search(hazelbrook.council, q=tag, updated_after=made["updated_at"])["total"] == 0
