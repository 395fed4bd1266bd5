"""The typed client: tokens, problems, pages, and repeating only what is safe; against the house and against a sham."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from cando_client import Client, Copy, Memory, NoAnswer, Problem
from cando_client.asynchronous import AsyncClient
from tests.town import Quarter

CLIENT = Path(__file__).parents[2] / "client"


class Sham:
    """Stands for Cando: answers with what `answers` has next, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 900})
        self.asked.append(httpx.Request(request.method, request.url, headers=request.headers))  # as it is now
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


Make = Callable[..., tuple[Client, Sham]]


@pytest.fixture
def sham(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr("time.sleep", lambda _: None)
    made = []

    def make(*answers: httpx.Response | Exception) -> tuple[Client, Sham]:
        cando = Sham(*answers)
        made.append(httpx.Client(transport=httpx.MockTransport(cando)))
        return Client("https://cando.example/", "id", "secret", http=made[-1]), cando

    yield make
    for http in made:
        http.close()


def test_a_copy_refuses_a_collection_that_cannot_be_fetched_by_ids(sham: Make) -> None:
    client, _ = sham()
    with pytest.raises(ValueError, match="assignments"):
        Copy(client, ["needs", "assignments"], Memory())
    with pytest.raises(ValueError, match="wishes"):
        Copy(client, ["wishes"], Memory())


def _need(**more: Any) -> httpx.Response:
    return httpx.Response(200, json={"id": "n", "version": 1, **more})


def _problem(status: int, slug: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"type": f"/problems/{slug}", "title": "No", "status": status}, headers=headers)


def test_a_token_is_obtained_once_and_renewed_once_when_it_is_refused(sham: Make) -> None:
    client, cando = sham(_need(), _problem(401, "unauthenticated"), _need(), *[_problem(401, "unauthenticated")] * 2)
    client.read_need("n")
    client.read_need("n")
    assert [one.headers["authorization"] for one in cando.asked] == ["Bearer t1", "Bearer t1", "Bearer t2"]
    with pytest.raises(Problem, match="unauthenticated"):
        client.read_need("n")
    assert cando.tokens == 3


def test_a_refusal_is_a_problem_with_a_slug(sham: Make) -> None:
    client, _ = sham(_problem(412, "stale"), httpx.Response(502, text="<html>no</html>"))
    with pytest.raises(Problem) as refused:
        client.change_need("n", {"title": "Reading letters"}, if_match=3)
    assert (refused.value.status, refused.value.slug) == (412, "stale")
    with pytest.raises(Problem) as broken:
        client.read_need("n")
    assert broken.value.slug == "about:blank"


def test_what_is_safe_is_asked_again_with_the_same_key_and_what_is_not_is_asked_once(sham: Make) -> None:
    client, cando = sham(httpx.ReadError("gone"), _problem(503, "unavailable"), httpx.Response(201, json={"id": "n"}))
    client.create_need({"title": "Reading letters"})
    keys = {one.headers["idempotency-key"] for one in cando.asked}
    assert (len(cando.asked), len(keys)) == (3, 1)
    client, cando = sham(_problem(503, "unavailable"), _need())
    with pytest.raises(Problem):
        client.change_need("n", {"title": "Reading letters"}, if_match=1)
    assert len(cando.asked) == 1
    client, cando = sham(httpx.ReadError("gone"))
    with pytest.raises(NoAnswer):
        client.delete_need("n")
    client, cando = sham(_problem(429, "too-many", **{"retry-after": "1"}), _need())
    client.change_need("n", {"title": "Reading letters"}, if_match=1)
    assert [one.headers["if-match"] for one in cando.asked] == ['"1"', '"1"']


def test_a_pause_that_is_too_long_is_left_to_the_caller(sham: Make) -> None:
    client, cando = sham(_problem(503, "unavailable", **{"retry-after": "3600"}))
    with pytest.raises(Problem):
        client.read_need("n")
    assert len(cando.asked) == 1


def test_a_page_that_leads_to_itself_ends_in_an_error_and_not_never(sham: Make) -> None:
    page = {"items": [{"id": "n"}], "next": "round"}
    client, _ = sham(*(httpx.Response(200, json=page) for _ in range(5)))
    with pytest.raises(RuntimeError, match="leads back to itself"):
        list(client.each(client.list_needs))


def test_values_are_written_as_the_api_reads_them(sham: Make) -> None:
    client, cando = sham(_need(), httpx.Response(200, json={"items": []}), httpx.Response(200, content=b"%PDF-"))
    client.read_need("a/b c")
    assert cando.asked[0].url.raw_path == b"/v1/needs/a%2Fb%20c"
    client.list_needs(ids=[UUID(int=1), UUID(int=2)], state="open")
    assert cando.asked[1].url.query == f"state=open&ids={UUID(int=1)}%2C{UUID(int=2)}".encode()
    assert client.read_summary("a", format="pdf") == b"%PDF-"


def test_the_house_answers_the_client_as_app_and_as_a_person(hazelbrook: Quarter) -> None:
    made = hazelbrook.credentials(name="typed")
    with Client(hazelbrook.town.url, made["client_id"], made["client_secret"]) as client:
        amina = hazelbrook.register("Amina")["id"]
        need = client.create_need({"participant_id": amina, "title": "Reading letters", "language": "en"})
        changed = client.change_need(need["id"], {"title": "Reading post"}, if_match=need["version"])
        assert changed["title"] == "Reading post"
        with pytest.raises(Problem) as stale:
            client.change_need(need["id"], {"title": "Too late"}, if_match=need["version"])
        assert stale.value.slug == "stale-version"
        assert need["id"] in {one["id"] for one in client.each(client.list_needs, limit=1)}
        assert client.as_person(amina).read_need(need["id"])["id"] == need["id"]
        first = client.create_offer({"participant_id": amina, "title": "Sewing"}, key="sewing-1")
        assert client.create_offer({"participant_id": amina, "title": "Sewing"}, key="sewing-1")["id"] == first["id"]
        client.delete_need(need["id"])
        assert need["id"] not in {one["id"] for one in client.list_needs(ids=[need["id"]])["items"]}


async def test_the_client_that_is_awaited_asks_alike(hazelbrook: Quarter) -> None:
    made = hazelbrook.credentials(name="typed")
    async with AsyncClient(hazelbrook.town.url, made["client_id"], made["client_secret"]) as client:
        amina = (await asyncio.to_thread(hazelbrook.register, "Amina"))["id"]
        need = await client.create_need({"participant_id": amina, "title": "Reading letters", "language": "en"})
        assert need["id"] in {one["id"] async for one in client.each(client.list_needs, limit=200)}
        with pytest.raises(Problem) as refused:
            await client.read_need(str(UUID(int=1)))
        assert refused.value.slug == "not-found"


def test_the_package_needs_nothing_of_the_house_and_is_imported_quickly() -> None:
    script = "import sys, json, cando_client; print(json.dumps(sorted({one.split('.')[0] for one in sys.modules})))"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
        env={"PYTHONPATH": str(CLIENT)},
    )
    loaded = set(json.loads(ran.stdout))
    assert not {"services", "gateway", "deploy", "fastapi", "pydantic", "sqlalchemy"} & loaded
