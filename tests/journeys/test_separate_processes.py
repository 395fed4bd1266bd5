"""The same journey where the gateway and each service are processes of their own, and one of them goes missing."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from deploy.database import prepare
from deploy.demo.client import Instance, Refused, wait_for
from deploy.demo.founding import Quarter, found_hazelbrook, register
from deploy.demo.journeys import partner_app
from deploy.demo.neighbourhood import GOOD_NEIGHBOURS, Neighbour
from deploy.demo.story import silent
from tests.conftest import SECRET
from tests.street import Street, bootstrap_key


@pytest.fixture(scope="module")
def street(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    admin_url = new_database()
    prepare(admin_url, SECRET)
    street = Street(admin_url, tmp_path_factory.mktemp("street") / "log")
    with street.standing():
        yield street


@pytest.fixture(scope="module")
def quarter(street: Street) -> Iterator[Quarter]:
    with Instance(street.url("gateway"), asyncio.run(bootstrap_key(street.admin_url))) as instance:
        yield found_hazelbrook(instance)


def test_the_first_journey_passes_in_full_where_every_service_is_its_own_process(quarter: Quarter) -> None:
    seen = partner_app.play(silent(), quarter)
    assert seen.states == ["proposed", "proposed", "accepted", "introduced", "active", "completed"]
    assert seen.contacts == ["01632 960 102", "01632 960 101"]
    assert seen.balances_after == {"Leyla": -5400, "Margaret": 5400}
    assert seen.gap_after["unmet"] != seen.gap_before["unmet"]
    assert seen.seen_before_revoking
    assert not seen.seen_after_revoking


def test_while_matching_is_down_only_its_routes_answer_503_and_later_it_catches_up(
    street: Street, quarter: Quarter
) -> None:
    register(quarter, GOOD_NEIGHBOURS, [Neighbour("Dilan", {"tr": "native", "en": "good"})])
    app = quarter.api(GOOD_NEIGHBOURS)
    street.stop("matching")
    with pytest.raises(Refused) as refused:
        app.get("/v1/offers")
    assert (refused.value.status, refused.value.slug) == (503, "upstream-unavailable")
    assert app.get("/v1/participants")["items"]
    published = _publish_an_offer(quarter)
    street.start("matching")
    street.wait_until_ready("matching")

    def arrived() -> bool:
        offers = app.get("/v1/offers", participant_id=quarter.people["Dilan"])["items"]
        return [one["title"] for one in offers] == [published]

    assert wait_for(arrived, what="The offer that was published while matching was down", patience=60)


def _publish_an_offer(quarter: Quarter) -> str:
    app = quarter.api(GOOD_NEIGHBOURS)
    instrument = next(one for one in app.each("/v1/instruments") if one["name"] == "needs-and-capabilities")
    body = {"participant_id": quarter.people["Dilan"], "instrument_id": instrument["id"], "language": "en"}
    home = f"/v1/assessments/{app.post('/v1/assessments', body)['id']}"
    answers = {"activities": [{"text": "I mend clothes", "category": "household"}], "willing": "yes", "needs": []}
    for question, value in answers.items():
        app.put(f"{home}/answers/{question}", {"value": value})
    app.post(f"{home}:complete")
    capability = app.get(f"{home}/capabilities")["items"][0]
    consent = {"given": True, "method": "spoken", "language": "en"}
    terms = {"title": "Mending clothes", "consent": consent}
    return str(app.post(f"{home}/capabilities/{capability['id']}:publish", terms)["title"])
