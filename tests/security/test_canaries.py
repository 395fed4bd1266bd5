"""Before both have accepted nothing says who she is: words that nobody else uses are looked for everywhere they must not be.

She is called, lives, telephones, writes and is written about in such words. Everybody who is not entitled reads
everything that can be read; then both accept, and the introduction alone shows her to the other side.
"""

import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from tests.caseworkers import hire
from tests.security.matrix.addresses import documented
from tests.security.matrix.intent import WHOLE
from tests.security.matrix.scene import STAFF
from tests.town import Quarter, Town, ok

WORD, PHONE = "quernbrook", "07700 900 642"
CANARIES = (WORD, "900 642", "52.58712", "-1.98231")
PURPOSES = ("assessment", "matching", "introduction", "timebank")


ASKED = {"another organisation", "somebody else"}
"""Who reads everything in each run; the others do with CANDO_MATRIX=whole."""


class Story(NamedTuple):
    """She offers, he needs; both are known to the time bank alone."""

    quarter: Quarter
    bank: httpx.Client
    her: str
    his: httpx.Client
    need: str
    offer: str
    strangers: dict[str, httpx.Client]


@pytest.fixture(scope="module")
def story(town: Town) -> Story:
    quarter = town.found("canaries", language="en", zone="Europe/London", organisation="Canaries Council")
    elsewhere = town.found("canaries-elsewhere", language="de", zone="Europe/Berlin", organisation="Stadt Anderswo")
    home = quarter.organisation_named("Canaries Time Bank")
    credentials = quarter.credentials(home)
    bank = quarter.app(home)
    charity = quarter.organisation_named("Canaries Neighbours")
    her = quarter.register(
        f"Amina {WORD}", bank, recipient=home, purposes=PURPOSES, place={"latitude": 52.58712, "longitude": -1.98231}
    )["id"]
    he = quarter.register("Graham", bank, recipient=home, purposes=PURPOSES)["id"]
    contact = [{"kind": "phone", "value": PHONE}, {"kind": "address", "value": f"3 {WORD} Lane"}]
    ok(bank.put(f"/v1/participants/{her}/contact", json={"entries": contact}))
    said = {"title": f"{WORD} bread", "text": f"I bake as in {WORD}", "language": "en", "category": "food"}
    offer = ok(bank.post("/v1/offers", json={**said, "participant_id": her, "means": ["in_person"]}))["id"]
    asked = {"title": "Bread", "language": "en", "category": "food", "participant_id": he, "means": ["in_person"]}
    need = ok(bank.post("/v1/needs", json=asked))["id"]
    strangers = {
        "the council, whom she granted nothing": quarter.council,
        "another organisation": quarter.app(charity),
        "another organisation's staff": hire(quarter, charity, scopes=STAFF).api,
        "her organisation's staff who are not assigned": hire(quarter, home, scopes=STAFF).api,
        "another tenant": elsewhere.council,
        "somebody else": quarter.person(he, credentials),
    }
    return Story(quarter, bank, her, strangers["somebody else"], need, offer, strangers)


def _texts(story: Story, api: httpx.Client, *more: str) -> Iterator[tuple[str, str]]:
    """Yield everything that can be read without knowing an id, and what is at the addresses of this story."""
    paths = [one.path for one in documented() if one.method == "GET" and "{" not in one.path]
    home = [f"/v1/participants/{story.her}", f"/v1/needs/{story.need}", f"/v1/offers/{story.offer}"]
    home += [
        f"{home[0]}/contact",
        f"{home[0]}/export",
        f"{home[1]}/candidates?limit=50",
        f"{home[2]}/candidates?limit=50",
    ]
    home += ["/open-referral-uk/canaries/services", "/murmurations/canaries", "/metrics", f"/v1/assets?q={WORD}"]
    for path in (*paths, *home, *more):
        answer = api.get(path, params={"limit": 200} if path == "/v1/events" else {})
        assert answer.status_code < 500, (path, answer.text)
        if answer.content[:2] == b"PK":
            zipped = zipfile.ZipFile(io.BytesIO(answer.content))
            yield path, " ".join(zipped.read(name).decode() for name in zipped.namelist())
        else:
            yield path, answer.text + str(answer.headers)


def _found(text: str) -> list[str]:
    return [one for one in CANARIES if one.lower() in text.lower()]


def test_nothing_says_who_she_is_until_both_have_accepted(
    story: Story, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    for client in ("httpx", "httpcore"):  # what this test itself asks is not the house's log
        caplog.set_level(logging.WARNING, logger=client)
    match = ok(story.bank.post("/v1/matches", json={"need_id": story.need, "offer_id": story.offer}))["id"]
    home = f"/v1/matches/{match}"
    ok(story.bank.post(f"{home}:accept", json={"side": "offer"}))
    mine = [home, f"{home}/messages", f"{home}/profiles", f"{home}/hours", f"{home}/feedback"]
    leaked = [
        (who, path, found)
        for who, api in story.strangers.items()
        if WHOLE or who in ASKED
        for path, text in _texts(story, api, *mine)
        if (found := _found(text)) and f"q={WORD}" not in path
    ]
    assert leaked == []
    early = story.his.post(f"{home}/introduction")
    assert early.status_code == 409
    assert _found(early.text) == []
    wrong = story.bank.post(
        "/v1/offers", json={"participant_id": story.her, "title": WORD, "language": f"xx-{WORD}" * 9}
    )
    assert wrong.status_code == 422
    assert _found(wrong.text) == [], "a problem quotes nothing of what was sent"
    printed = capfd.readouterr()
    assert _found(" ".join([printed.out, printed.err, *(one.getMessage() for one in caplog.records)])) == []
    ok(story.bank.post(f"{home}:accept", json={"side": "need"}))
    told = ok(story.his.post(f"{home}/introduction"))
    assert PHONE in str(told)
    strangers = {who: api for who, api in story.strangers.items() if who != "somebody else"}
    after = {
        who: api.post(f"{home}/introduction", headers={"idempotency-key": uuid4().hex})
        for who, api in strangers.items()
    }
    assert {who: (answer.status_code, _found(answer.text)) for who, answer in after.items()} == dict.fromkeys(
        strangers, (404, [])
    )


def test_the_canaries_would_be_found_where_they_may_be_read(story: Story) -> None:
    """Words that stand nowhere would prove nothing: her own organisation reads them."""
    shown: list[Any] = [_found(text) for _, text in _texts(story, story.bank)]
    assert any(WORD in found for found in shown)
    assert any("900 642" in found for found in shown)
