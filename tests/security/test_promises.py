"""Two promises over real HTTP: what is taken back is gone at once whatever the feed does, and a repeated request counts once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.kernel.events import Event
from services.kernel.follow import Follower
from services.kernel.work import Work
from tests.town import Quarter, ok, problem


@pytest.fixture
def feeds_held_up(hazelbrook: Quarter, monkeypatch: pytest.MonkeyPatch) -> list[Follower]:
    """Every follower of every service stands still: whatever it reads it cannot apply."""

    async def stuck(_: Work, __: Sequence[Event]) -> None:
        raise ConnectionError

    house = hazelbrook.town.house
    assert house is not None
    followers = [one for app in (house.gateway.desk, *house.apps.values()) for one in app.state.followers]
    for one in followers:
        monkeypatch.setattr(one, "_handle", stuck)
    return list(followers)


def test_what_she_takes_back_is_gone_on_the_next_request_while_the_feeds_are_held_up(
    hazelbrook: Quarter, request: pytest.FixtureRequest
) -> None:
    council = hazelbrook.council
    her, he = (hazelbrook.register(name)["id"] for name in ("Amina", "Graham"))
    said = {"language": "en", "category": "repair", "means": ["in_person"]}
    offer = ok(council.post("/v1/offers", json={**said, "participant_id": her, "title": "Teaches the oud"}))["id"]
    need = ok(council.post("/v1/needs", json={**said, "participant_id": he, "title": "Learn the oud"}))["id"]
    candidates = f"/v1/needs/{need}/candidates"
    assert offer in council.get(candidates, params={"limit": 100}).text
    assert len(request.getfixturevalue("feeds_held_up")) >= 6
    grants = ok(council.get(f"/v1/participants/{her}/consents"))["items"]
    (matching,) = [one["id"] for one in grants if one["purpose"] == "matching"]
    ok(council.post(f"/v1/participants/{her}/consents/{matching}:revoke"))
    assert offer not in council.get(candidates, params={"limit": 100}).text
    kept = ok(council.get(f"/v1/offers/{offer}"))
    assert kept["withheld"]
    assert "oud" not in str(kept)


def _participant(quarter: Quarter) -> dict[str, Any]:
    return {"called": f"Once {uuid4().hex[:8]}"}


def _need(quarter: Quarter) -> dict[str, Any]:
    return {
        "participant_id": quarter.register("Celia")["id"],
        "title": "A ladder",
        "language": "en",
        "category": "repair",
    }


def _account(quarter: Quarter) -> dict[str, Any]:
    return {"owner": {"kind": "participant", "id": quarter.register("Bashir")["id"]}}


@pytest.mark.parametrize(
    ("path", "made", "other"),
    [
        ("/v1/participants", _participant, {"called": "Another"}),
        ("/v1/needs", _need, {"title": "Another ladder"}),
        ("/v1/accounts", _account, {"debit_limit_seconds": 60}),
    ],
)
def test_fifty_times_the_same_request_at_once_is_one_and_another_under_its_key_is_refused(
    hazelbrook: Quarter, path: str, made: Callable[[Quarter], dict[str, Any]], other: dict[str, Any]
) -> None:
    body, key = made(hazelbrook), {"idempotency-key": uuid4().hex}

    def post(_: int) -> httpx.Response:
        return hazelbrook.council.post(path, json=body, headers=key)

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(post, range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    problem(hazelbrook.council.post(path, json={**body, **other}, headers=key), 422, "idempotency-key-reused")
