"""What the community's room may learn of suggested labs: by a service's token, asked about anew each time."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.kernel.upstream import call
from tests.matching.conftest import Neighbourhood
from tests.matching.test_plans import Found, asked, ended
from tests.town import Town, ok, problem

CHOIR: dict[str, Any] = {"title": "I like to sing in a choir", "category": "culture"}


@pytest.fixture
def lab(quarter: Found) -> tuple[Neighbourhood, list[str], str, str]:
    """A neighbourhood, its singers, a member of staff, and the plan that suggests a lab of them."""
    there = quarter("suggested-lab")
    singers = [there.person()["id"] for _ in range(3)]
    for one in singers:
        there.offer(one, **CHOIR)
    staff = there.person()["id"]
    plan = asked(there.council, "labs", staff=[staff])["id"]
    assert len(ended(there.council, "labs", plan)["result"]["labs"]) == 1
    return there, singers, staff, plan


def become_lab(there: Neighbourhood, plan: str) -> httpx.Response:
    body = {
        "title": "A choir for all", "question": "Where can we sing?",
        "suggested_by": {"lab_plan_id": plan, "number": 1},
    }  # fmt: skip
    return there.council.post("/v1/co-production-labs", json=body)


def test_a_suggested_lab_becomes_one_with_exactly_its_people(lab: tuple[Neighbourhood, list[str], str, str]) -> None:
    there, singers, staff, plan = lab
    made = ok(become_lab(there, plan))
    members = ok(there.council.get(f"/v1/co-production-labs/{made['id']}/members"))["items"]
    roles = {(one["participant_id"], one["role"]) for one in members}
    assert roles == {(staff, "staff"), *((one, "citizen") for one in singers)}


def test_whoever_revokes_consent_is_in_no_lab_made_afterwards(lab: tuple[Neighbourhood, list[str], str, str]) -> None:
    there, singers, _, plan = lab
    there.revoke(singers[0], "matching", there.quarter.organisation)
    problem(become_lab(there, plan), 409, "lab-not-suggested")


def test_another_organisation_cannot_tell_that_the_plan_exists(lab: tuple[Neighbourhood, list[str], str, str]) -> None:
    there, _, _, plan = lab
    body = {"title": "x", "question": "y", "suggested_by": {"lab_plan_id": plan, "number": 1}}
    answers = [
        there.bank.post(
            "/v1/co-production-labs", json={**body, "suggested_by": {"lab_plan_id": one, "number": 1}}
        )
        for one in (plan, str(uuid4()))
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json() == answers[1].json()


async def test_the_internal_address_is_for_services_alone(town: Town) -> None:
    assert town.house is not None
    path = f"/internal/labs/{uuid4()}"
    answer = await call(town.house.apps["matching"], "GET", path, query={"organisation": str(uuid4())})
    assert answer.status == 401
