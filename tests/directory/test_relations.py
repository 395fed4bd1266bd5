"""Relations: both ends are seen, each by its own name for it; nobody acts for somebody who has not said yes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from tests.directory.conftest import Inside
from tests.town import Quarter, ok, problem

TODAY = datetime.now(UTC).date()
ACTS = {"kind": "acts_for", "basis": "power_of_attorney", "evidence_seen_by": "Hazelbrook Council"}


def of(person: dict[str, Any]) -> str:
    return f"/v1/participants/{person['id']}/relations"


def relate(api: httpx.Client, one: dict[str, Any], other: dict[str, Any], **facts: Any) -> httpx.Response:
    return api.post(of(one), json={"other_id": other["id"], **facts})


@pytest.fixture
def charity(hazelbrook: Quarter) -> tuple[str, httpx.Client]:
    """Another organisation of the quarter, and its app."""
    organisation = hazelbrook.organisation_named(f"Good Neighbours {uuid4().hex[:6]}")
    return organisation, hazelbrook.app(organisation)


def test_a_relation_is_seen_from_both_ends_each_by_its_own_name(hazelbrook: Quarter) -> None:
    api, amina, bashir = hazelbrook.council, hazelbrook.register("Amina"), hazelbrook.register("Bashir")
    for kind, inverse in (("carer_of", "cared_for_by"), ("family_of", "family_of")):
        answer = relate(api, amina, bashir, kind=kind)
        made = ok(answer)
        assert (answer.status_code, made["relation"], made["holds"]) == (201, kind, True)
        assert ok(api.get(answer.headers["location"])) == made
        back = ok(api.get(f"{of(bashir)}/{made['id']}"))
        assert (back["relation"], back["participant_id"], back["other_id"]) == (inverse, bashir["id"], amina["id"])
        problem(relate(api, amina, bashir, kind=kind), 409, "already-related")
    problem(relate(api, bashir, amina, kind="family_of"), 409, "already-related")
    assert len(ok(api.get(of(bashir)))["items"]) == 2
    herself = hazelbrook.person(bashir["id"], hazelbrook.credentials())
    assert {one["other_id"] for one in ok(herself.get(of(bashir)))["items"]} == {amina["id"]}
    problem(relate(api, amina, amina, kind="family_of"), 422, "relates-to-itself")


def test_who_acts_for_somebody_needs_the_yes_of_that_side(
    hazelbrook: Quarter, charity: tuple[str, httpx.Client]
) -> None:
    theirs_id, theirs = charity
    grant = {"purpose": "matching", "recipient_id": theirs_id, "notice_version": "1"}
    celia = ok(hazelbrook.council.post("/v1/participants", json={"called": "Celia", "consents": [grant]}))
    dawit = ok(theirs.post("/v1/participants", json={"called": "Dawit"}))
    made = ok(relate(theirs, dawit, celia, **ACTS))
    assert (made["holds"], made["confirmed_at"]) == (False, None)
    problem(theirs.post(f"{of(dawit)}/{made['id']}:confirm"), 403, "not-yours")
    seen = ok(hazelbrook.council.get(of(celia)))["items"]  # she does not see him, yet must know who claims to act
    assert [(one["relation"], one["holds"]) for one in seen] == [("represented_by", False)]
    problem(hazelbrook.council.get(f"/v1/participants/{dawit['id']}"), 404, "not-found")
    assert ok(hazelbrook.council.post(f"{of(celia)}/{made['id']}:confirm"))["holds"] is True
    herself = hazelbrook.person(celia["id"], hazelbrook.credentials())
    assert ok(herself.post(f"{of(celia)}/{made['id']}:confirm"))["confirmed_at"]  # said already: it stays so
    ended = ok(herself.post(f"{of(celia)}/{made['id']}:end"))
    assert (ended["holds"], ended["ended_at"] is None) == (False, False)
    problem(theirs.post(f"{of(dawit)}/{made['id']}:end"), 409, "relation-ended")
    problem(hazelbrook.council.post(f"{of(celia)}/{made['id']}:confirm"), 409, "relation-ended")
    assert ok(theirs.get(of(dawit)))["items"] == []
    assert [one["id"] for one in ok(theirs.get(of(dawit), params={"ended": True}))["items"]] == [made["id"]]


def test_a_relation_holds_only_within_its_dates_and_while_both_are_there(
    hazelbrook: Quarter, lindenau: Quarter, inside: Inside
) -> None:
    api, esther, farid = hazelbrook.council, hazelbrook.register("Esther"), hazelbrook.register("Farid")
    internal = f"/internal/participants/{farid['id']}/acting?actor={esther['id']}"
    over = str(TODAY - timedelta(days=1))
    made = ok(relate(api, esther, farid, **ACTS, valid_until=over))
    assert (made["holds"], made["confirmed_at"] is None) == (False, False)  # the council answers for both
    later = ok(relate(api, farid, esther, kind="carer_of", valid_from=str(TODAY + timedelta(days=1))))
    assert later["holds"] is False
    ok(api.post(f"{of(esther)}/{made['id']}:end"))
    assert ok(inside(hazelbrook).get(internal))["allowed"] is False
    again = ok(relate(api, esther, farid, **ACTS, valid_until=str(TODAY)))
    assert again["holds"] is True
    told = {"allowed": True, "basis": "power_of_attorney", "valid_until": str(TODAY)}
    assert ok(inside(hazelbrook).get(internal)) == told
    backwards = f"/internal/participants/{esther['id']}/acting?actor={farid['id']}"
    assert ok(inside(hazelbrook).get(backwards))["allowed"] is False
    assert ok(inside(lindenau).get(internal))["allowed"] is False
    assert api.delete(f"/v1/participants/{esther['id']}").status_code == 204
    assert ok(inside(hazelbrook).get(internal))["allowed"] is False


def test_both_must_be_visible_and_one_of_them_ones_own(
    hazelbrook: Quarter, lindenau: Quarter, charity: tuple[str, httpx.Client]
) -> None:
    _, theirs = charity
    gwen, hana = hazelbrook.register("Gwen"), ok(theirs.post("/v1/participants", json={"called": "Hana"}))
    unseen = problem(relate(hazelbrook.council, gwen, hana, kind="family_of"), 422, "invalid-request")
    assert unseen == problem(relate(hazelbrook.council, gwen, {"id": str(uuid4())}, kind="family_of"), 422,
                             "invalid-request")  # fmt: skip
    grant = {"purpose": "matching", "recipient_id": hazelbrook.organisation, "notice_version": "1"}
    given = ok(theirs.post(f"/v1/participants/{hana['id']}/consents", json=grant))
    made = ok(relate(hazelbrook.council, gwen, hana, kind="family_of"))
    problem(relate(hazelbrook.council, hana, gwen, kind="carer_of"), 403, "not-yours")
    ok(theirs.post(f"/v1/participants/{hana['id']}/consents/{given['id']}:revoke"))
    assert ok(hazelbrook.council.get(of(gwen)))["items"] == []
    problem(hazelbrook.council.get(f"{of(gwen)}/{made['id']}"), 404, "not-found")
    assert ok(theirs.get(of(hana)))["items"] == []
    problem(lindenau.council.get(of(gwen)), 404, "not-found")
    problem(relate(lindenau.council, gwen, hana, kind="family_of"), 404, "not-found")
    stranger = hazelbrook.person(hazelbrook.register("Idris")["id"], hazelbrook.credentials())
    problem(stranger.get(of(gwen)), 404, "not-found")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"kind": "acts_for"}, ""),
        ({"kind": "carer_of", "basis": "informal"}, ""),
        ({"kind": "employer_of"}, "/kind"),
        ({**ACTS, "basis": "because"}, "/basis"),
        ({**ACTS, "document": "what it says"}, "/document"),
        ({**ACTS, "evidence_seen_by": "\x00"}, "/evidence_seen_by"),
        ({**ACTS, "valid_from": "2027-01-02", "valid_until": "2027-01-01"}, ""),
    ],
)
def test_bad_input_names_the_field(hazelbrook: Quarter, body: dict[str, Any], path: str) -> None:
    one = hazelbrook.register("Jonas")
    found = problem(relate(hazelbrook.council, one, {"id": str(uuid4())}, **body), 422, "invalid-request")
    assert [error["path"] for error in found["errors"]] == [path]


def test_the_fact_names_her_whom_it_is_about_and_not_who_else(hazelbrook: Quarter) -> None:
    kofi, lin = hazelbrook.register("Kofi"), hazelbrook.register("Lin")
    made = ok(relate(hazelbrook.council, kofi, lin, **ACTS))
    ok(hazelbrook.council.post(f"{of(kofi)}/{made['id']}:end"))
    with psycopg.connect(hazelbrook.town.admin_url) as connection:
        query = "select type, ids from directory.events where subject = %s order by at, id"
        facts = connection.execute(query, (made["id"],)).fetchall()
    ids = {"by": hazelbrook.organisation, "participant": lin["id"], "registered_by": hazelbrook.organisation}
    assert facts == [("relation.made", ids | {"state": "confirmed"}), ("relation.changed", ids | {"state": "ended"})]
