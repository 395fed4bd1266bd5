"""Starting the demo: on a running instance or on one of its own; what stands in its way is said in one sentence."""

import re
from collections.abc import Callable

import pytest

from deploy.database import prepare, runtime_url
from deploy.demo import __main__ as demo
from deploy.demo import founding
from deploy.demo.client import Instance
from deploy.demo.story import Story, hours, listed
from gateway.bootstrap import ensure_bootstrap_key, renew_bootstrap_key
from gateway.credentials import Mint
from gateway.repository import is_bootstrap_key
from services.kernel.clock import system_clock
from services.kernel.database import Database
from tests.conftest import SECRET


def test_without_the_key_of_a_running_instance_the_demo_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANDO_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("CANDO_KEY", raising=False)
    assert demo.main() == 1
    assert "CANDO_KEY must hold the bootstrap key" in capsys.readouterr().err


def test_an_instance_that_does_not_answer_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANDO_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CANDO_KEY", "cando_bk_none")
    assert demo.main() == 1
    assert capsys.readouterr().err.splitlines() == [
        "The demo cannot go on. http://127.0.0.1:9 does not answer (ConnectError)."
    ]


def test_a_wrong_key_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], instance: Instance
) -> None:
    monkeypatch.setenv("CANDO_URL", instance.url)
    monkeypatch.setenv("CANDO_KEY", "cando_bk_none")
    assert demo.main() == 1
    assert "POST /v1/tenants was answered 401" in capsys.readouterr().err


def test_without_an_instance_the_demo_starts_one_stops_it_and_can_be_played_again(
    new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CANDO_URL", "CANDO_KEY", "CANDO_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CANDO_DATABASE_URL", new_database())
    monkeypatch.setenv("CANDO_SECRET", SECRET)
    slugs = []

    def play(instance: Instance, **_: object) -> None:
        slugs.append(founding.found_lindenau(instance).slug)

    monkeypatch.setattr(demo, "play", play)
    assert demo.main() == 0
    (key,) = re.findall(r"KEY=(cando_bk_\S+)", capsys.readouterr().out)
    assert demo.main() == 1, "a key that is not the demo's own is not replaced"
    assert "CANDO_KEY must hold it" in capsys.readouterr().err
    monkeypatch.setenv("CANDO_KEY", key)
    assert demo.main() == 0
    assert slugs == ["lindenau", "lindenau-2"]


async def test_a_renewed_bootstrap_key_ends_the_one_before(new_database: Callable[[], str]) -> None:
    admin_url = new_database()
    prepare(admin_url, SECRET, services=["gateway"])
    database, mint = Database(runtime_url(admin_url, "gateway", SECRET), schema="gateway"), Mint(SECRET)
    try:
        first = await ensure_bootstrap_key(database, SECRET, system_clock)
        second = await renew_bootstrap_key(database, SECRET, system_clock)
        async with database.transaction(None) as session:
            assert not await is_bootstrap_key(session, hash=mint.hash(str(first)))
            assert await is_bootstrap_key(session, hash=mint.hash(second))
        assert await ensure_bootstrap_key(database, SECRET, system_clock) is None
    finally:
        await database.close()


def test_a_paragraph_is_wrapped_at_96_columns_and_a_list_is_set_in() -> None:
    lines: list[str] = []
    story = Story(lines.append)
    story.tell("word " * 50)
    story.item("word " * 30, depth=1)
    assert max(map(len, lines)) <= 96
    assert lines[3:] == ["    - " + "word " * 17 + "word", "      " + "word " * 11 + "word"]


def test_hours_are_told_as_hours_and_minutes() -> None:
    assert (hours(5400), hours(-5400), hours(0)) == ("1 h 30 min", "-1 h 30 min", "0 h 00 min")
    assert listed(["a", "b", "c"]) == "a, b and c"
