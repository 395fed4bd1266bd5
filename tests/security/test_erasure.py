"""The proof of erasure: somebody lives through the whole house, is erased, and not a word of hers is left anywhere.

Afterwards every row of every table of every service, its queues included, is read as the database's owner.

What cannot be hers: an answer to a survey names nobody, so nobody could find hers; an import reads assets and no
participants. Whoever writes her own name into either has published it, and whoever holds it takes it away by hand.
"""

import io
import logging
import zipfile
from typing import Any

import httpx
import psycopg
import pytest

from services.assessments.models import SurveyResponse
from services.directory.models import ImportEntry, ImportLine
from services.directory.rights.domain import SERVICES
from tests.life import Life, key_of, until, words_left
from tests.town import Quarter, ok, problem

CANARY = "quillfeather"
HERS = {
    "assessments.agreements", "assessments.answers", "assessments.answer_entries", "assessments.capabilities",
    "assessments.cards", "assessments.publications", "assessments.round_tables", "assessments.stated_needs",
    "community.actions", "community.candidates", "community.volunteers", "directory.checks", "directory.consents",
    "directory.contacts", "directory.external_ids", "directory.merges", "directory.overrides",
    "directory.participants", "directory.people", "directory.relations", "directory.rights_requests",
    "matching.feedback", "matching.messages", "matching.offers", "matching.risks",
    "timebank.accounts",
}  # fmt: skip
"""Tables that hold a word of hers before she is erased: without it the proof would prove nothing about them."""


def ledger(admin_url: str) -> int:
    with psycopg.connect(admin_url) as connection:
        found = connection.execute("select coalesce(sum(balance_seconds), 0)::bigint from timebank.accounts").fetchone()
    assert found is not None
    return int(found[0])


def test_no_word_of_an_erased_person_is_left_anywhere_and_all_counts_stay(
    hazelbrook: Quarter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for client in ("httpx", "httpcore"):  # what this test itself asks is not the house's log
        caplog.set_level(logging.WARNING, logger=client)
    life = Life(hazelbrook, CANARY)
    life.live()
    admin, api = hazelbrook.town.admin_url, hazelbrook.council
    before = words_left(admin, CANARY)
    assert HERS - set(before) == set()
    assert CANARY in api.get("/v1/assets", params={"q": CANARY}).text
    assert CANARY in api.get(life.evening).text
    problem(api.delete(f"/v1/participants/{life.twin}"), 409, "illegal-state")
    export = ok(api.get(f"{life.home}/export"))
    looks = [one["action"] for one in export["services"]["directory"]["audit"]]
    assert {"override.opened", "override.reviewed"} <= set(looks)
    assert export["also"] == [life.twin]
    assert {"lab_meetings", "lab_members", "turns"} <= export["services"]["community"].keys()
    assert {one["title"].split()[-1] for one in export["services"]["matching"]["offers"]} >= {"bakes", "repairs"}
    gaps, load = ok(api.get("/v1/reports/gaps"))["items"], ok(api.get(f"{life.rota}/turns"))["items"]
    answer = api.post(f"{life.home}:erase", json={"reason": "withdrawn", "requested_by": "person"})
    assert answer.status_code == 202, answer.text
    for record in (life.id, life.twin):
        problem(api.get(f"/v1/participants/{record}"), 404, "not-found")
    problem(api.post(f"/v1/merges/{life.merge}:undo"), 404, "not-found")
    done = until(lambda: (found := ok(api.get(answer.headers["location"])))["state"] == "done" and found)
    assert set(done["acknowledged"]) == set(SERVICES)
    assert life.herself.get(life.home).status_code == 401
    assert words_left(admin, CANARY) == {}
    assert ledger(admin) == 0
    assert _counted(ok(api.get("/v1/reports/gaps"))["items"]) == _counted(gaps)
    assert len(ok(api.get(f"{life.rota}/turns"))["items"]) == len(load)
    printed = capfd.readouterr()
    ours = [one.getMessage() for one in caplog.records]
    for text in (*_shown(api, life), *ours, printed.out, printed.err):
        assert CANARY not in text
        assert key_of(CANARY) not in text


def _shown(api: httpx.Client, life: Life) -> list[str]:
    """Return what can still be read of everything that she was in."""
    paths = [
        "/v1/offers", "/v1/matches", "/v1/participants", "/v1/people", "/v1/overrides", "/v1/assignments", "/v1/audit",
        "/v1/rights-requests", "/v1/erasures", "/v1/merges", "/v1/assets.csv", "/v1/assets.ndjson",
        f"/v1/needs/{life.pair['need_id']}/candidates", f"/v1/matches/{life.pair['id']}", life.evening,
        f"{life.rota}/volunteers", "/open-referral-uk/hazelbrook/services", "/open-referral-uk/hazelbrook/organizations",
    ]  # fmt: skip
    found = [api.get(path) for path in paths]
    found += [api.get("/v1/assets", params={"q": CANARY}), api.get(f"{life.evening}?format=html")]
    assert [one.url for one in found if not one.is_success] == []
    zipped = zipfile.ZipFile(io.BytesIO(api.get("/v1/assets/hsds.zip").content))
    told, after = [], ""
    while page := ok(api.get("/v1/events", params={"after": after, "limit": 1000})):
        told.append(str(page["items"]))
        if not page["items"]:
            break
        after = page["next"]
    return [one.text for one in found] + [zipped.read(name).decode() for name in zipped.namelist()] + told


def test_nothing_in_a_survey_or_an_import_says_whose_it_is() -> None:
    for table in (SurveyResponse, ImportEntry, ImportLine):
        names = {name for name in table.model_fields if "participant" in name or name in ("called", "person", "author")}
        assert names == set()


def _counted(gaps: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what was said to be needed and offered: that what she offered is still open does change."""
    return {one["category"]: one["needs"] for one in gaps}
