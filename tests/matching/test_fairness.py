"""Fairness, safety conditions and the log for learning, over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.kernel.work import as_service
from services.matching.engine.learning import NothingLearnt
from services.matching.fairness import operations
from tests.matching.conftest import Neighbourhood, ids
from tests.town import Town, ok, problem

Found = Callable[[str], Neighbourhood]


def test_a_community_decides_how_much_fairness_counts(quarter: Found) -> None:
    here = quarter("fair")
    need, offer = here.pair()
    assert ok(here.council.get("/v1/matching-policy"))["weights_version"] == "prior"
    before = here.for_need(need)["items"][0]["factors"]
    put = ok(here.council.put("/v1/matching-policy", json={"fairness": 0.3}))
    assert put["shares"]["fairness"] == 0.3
    assert round(sum(put["shares"].values()), 6) == 1
    after = here.for_need(need)["items"][0]["factors"]
    assert after["fairness"] > before["fairness"]
    assert after["category"] < before["category"]
    assert ids(here.for_need(need)) == [offer["id"]]


@pytest.mark.parametrize("fairness", ["-0.1", "0.6", '"0.1"', "null", "NaN", "true"])
def test_fairness_out_of_bounds_is_refused(here: Neighbourhood, fairness: str) -> None:
    answer = here.council.put(
        "/v1/matching-policy", content=f'{{"fairness": {fairness}}}', headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 422)


def test_only_who_manages_matching_decides(here: Neighbourhood) -> None:
    problem(here.staff().put("/v1/matching-policy", json={"fairness": 0.2}), 403, "forbidden")


def test_what_is_shown_is_logged_with_what_was_weighed_and_what_stood_beside_it(quarter: Found, town: Town) -> None:
    here = quarter("logged")
    need, _ = here.pair()
    here.offer(here.person()["id"])
    assert len(here.for_need(need)["items"]) == 2
    with psycopg.connect(town.admin_url) as connection:
        rows = connection.execute(
            "select rank, factors, search_id, weights from matching.shown where listing_id = %s order by rank",
            (need["id"],),
        ).fetchall()
    assert [row[0] for row in rows] == [1, 2]
    assert len({row[2] for row in rows}) == 1
    for _, factors, _, weights in rows:
        assert set(factors) == {"relevance", "category", "distance", "language", "availability", "fairness"}
        assert all(0 <= value <= 1 for value in factors.values())
        assert weights == "prior"


def test_the_report_says_who_was_never_asked(quarter: Found) -> None:
    here = quarter("report")
    need, _ = here.pair()
    here.offer(here.person()["id"], category="garden", title="I mow lawns")
    here.for_need(need, limit=1)
    told = ok(here.council.get("/v1/reports/fairness"))
    assert (told["open_offers"], told["never_shown"]) == (2, 1)


async def test_until_there_are_outcomes_the_prior_stands_and_says_so(quarter: Found, town: Town) -> None:
    here = quarter("learn")
    need, _ = here.pair()
    here.for_need(need)
    assert town.house is not None
    kernel = town.house.apps["matching"].state.kernel
    with psycopg.connect(town.admin_url) as connection:
        row = connection.execute("select tenant_id from matching.needs where id = %s", (need["id"],)).fetchone()
    assert row is not None
    with pytest.raises(NothingLearnt, match="Until then the weights stand"):
        async with as_service(kernel, UUID(str(row[0]))) as work:
            await operations.learn_from_outcomes(work)


def _safeguards(here: Neighbourhood, person: str, **facts: Any) -> None:
    ok(here.council.put(f"/v1/participants/{person}/safeguards", json=facts))


def test_women_only_meets_women_who_have_said_so_and_nobody_else(quarter: Found) -> None:
    here = quarter("women")
    need = here.need(here.person()["id"], conditions={"gender": "female"})
    her, him, unsaid = (here.person()["id"] for _ in range(3))
    _safeguards(here, her, gender="female")
    _safeguards(here, him, gender="male")
    offer = here.offer(her)
    here.offer(him)
    here.offer(unsaid)
    _until(lambda: ids(here.for_need(need)) == [offer["id"]])
    assert here.for_need(need)["held_back"] == {"gender": "a few"}


def test_a_check_counts_until_its_last_day(quarter: Found) -> None:
    here = quarter("checks")
    need = here.need(here.person()["id"], conditions={"checks": ["dbs-enhanced"]})
    held, over = here.person()["id"], here.person()["id"]
    check = {"kind": "dbs-enhanced", "checked_on": "2024-01-01", "checked_by": "Hazelbrook Council"}
    _safeguards(here, held, checks=[{**check, "valid_until": "2199-01-01"}])
    _safeguards(here, over, checks=[{**check, "valid_until": "2025-01-01"}])
    offer = here.offer(held)
    here.offer(over)
    _until(lambda: ids(here.for_need(need)) == [offer["id"]])


def test_cost_settings_and_days_off_are_gates_too(quarter: Found) -> None:
    here = quarter("terms")
    need = here.need(here.person()["id"], cost=300, settings=["alone"])
    here.offer(here.person()["id"], cost=500)
    here.offer(here.person()["id"], settings=["group"])
    fits = here.offer(here.person()["id"], cost=300, settings=["alone", "group"])
    found = here.for_need(need)
    assert ids(found) == [fits["id"]]
    assert found["held_back"] == {"cost": "a few", "settings": "a few"}
    assert any("costs the person something" in reason for reason in found["items"][0]["reasons"])


def test_terms_come_back_as_they_were_said_and_bad_ones_are_refused(here: Neighbourhood) -> None:
    person = here.person()["id"]
    said: dict[str, Any] = {"cost": 250, "settings": ["group"], "interpreter": False,
            "conditions": {"gender": "female", "grown_up": True, "checks": ["first-aid"]}}  # fmt: skip
    kept = here.need(person, **said)
    assert {name: kept[name] for name in said} == said
    body = {"participant_id": person, "title": "x"}
    for wrong in ({"cost": -1}, {"cost": 1.5}, {"settings": ["crowd"]}, {"conditions": {"gender": "lady"}},
                  {"conditions": {"checks": ["No Such!"]}}, {"busy": [{"starts": "soon"}]}):  # fmt: skip
        problem(here.council.post("/v1/needs", json={**body, **wrong}), 422, "invalid-request")


def _until(come: Callable[[], bool]) -> None:
    """Wait until the feed has told of a change."""
    import time

    for _ in range(100):
        if come():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def test_nobody_is_a_bridge_between_languages_who_has_not_agreed_to_be_matched(quarter: Found) -> None:
    here = quarter("bridge")
    need = here.need(here.person(languages=[{"tag": "ti"}])["id"])
    offer = here.offer(here.person(languages=[{"tag": "en"}])["id"])
    bridge = here.person(languages=[{"tag": "ti"}, {"tag": "en"}])
    here.offer(bridge["id"], category="language", title="I interpret for you at the office")
    _until(lambda: offer["id"] in ids(here.for_need(need)))
    here.revoke(bridge["id"], "matching", here.quarter.organisation)
    assert offer["id"] not in ids(here.for_need(need))
