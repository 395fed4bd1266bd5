"""The three connected journeys, in one process and where every service is a process of its own."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.database import prepare
from tests.conftest import SECRET
from tests.journeys import connected
from tests.street import Street, bootstrap_key
from tests.town import Quarter, Town, running_town

ONLY_HERE = "127.0.0.1:*"


@pytest.fixture(scope="module", params=["one-process", "separate-processes"])
def open_town(
    request: pytest.FixtureRequest, new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """A house of either topology that may ask addresses of this machine, where the tests' foreign systems live."""
    admin_url = new_database()
    prepare(admin_url, SECRET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDO_OUTBOUND_ALLOW", ONLY_HERE)
        if request.param == "one-process":
            with running_town(admin_url, SECRET) as town:
                yield town
            return
        street = Street(admin_url, tmp_path_factory.mktemp("street") / "log", told={"CANDO_OUTBOUND_ALLOW": ONLY_HERE})
        with street.standing():
            town = Town(street.url("gateway"), asyncio.run(bootstrap_key(admin_url)))
            yield town
            town.close()


def _quarter(town: Town, slug: str) -> Quarter:
    return town.found(slug, language="en", zone="Europe/London", organisation="Hazelbrook Council")


def test_a_time_bank_plugs_in_with_its_own_ids_its_network_and_its_sheets(open_town: Town, tmp_path: Path) -> None:
    seen = connected.time_bank(_quarter(open_town, "bank"), tmp_path)
    members, members_again, offers, offers_again = seen.pushed
    assert members == {"created": 3}
    assert members_again == {"unchanged": 3}
    assert (offers["created"], offers["deleted"]) == (3, 1)
    assert set(offers_again) <= {"unchanged", "stale"}
    assert seen.late == "stale"
    assert (seen.drift["drifted"], seen.drift["repaired"]) == (1, 1)
    assert seen.members == {"Esther", "Bogdan", "Nour"}
    assert seen.offers == {"Ironing shirts"}  # the other has been taken up
    assert len(seen.balances) == 3
    assert sum(seen.balances) == 0
    assert max(seen.balances) > 0
    assert len(set(seen.paid_twice)) == 1
    assert seen.after_revoking == {"Esther", "Bogdan"}
    assert any("Esther" in sheet for sheet in seen.sheets.values()), seen.sheets


def test_a_crm_plugs_in_with_its_contacts_and_is_told_by_webhook_what_came_of_them(open_town: Town) -> None:
    seen = connected.crm(_quarter(open_town, "crm"))
    assert seen.brought_in == {"contact created": 2, "need created": 1, "offer created": 1}
    assert len(seen.candidates) == 1
    assert seen.told[-1] == "match.completed"
    assert {"match.proposed", "match.accepted"} <= set(seen.told)
    assert seen.told_again >= 1
    assert seen.signed
    assert seen.words_told == []
    assert seen.copied == seen.there
    assert seen.outcome_there == "Completed"
    assert seen.runs_without_news == {}


def test_a_practice_refers_somebody_by_fhir_and_a_low_code_tool_brings_her_to_company(open_town: Town) -> None:
    seen = connected.practice(_quarter(open_town, "practice"))
    assert seen.without_consent == 422
    assert seen.asked_again
    assert seen.tasks == ["requested", "accepted", "in-progress", "completed"]
    assert seen.operations > 300
    assert len(seen.called) == 10
