"""The matrix: every operation, asked by everybody, answers as the table of intent says; a route without a row fails.

CANDO_MATRIX=whole asks every cell; without it one in eight, always the same ones.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.security.matrix import intent
from tests.security.matrix.addresses import PARAMETER, Operation, documented, filled, undocumented
from tests.security.matrix.asking import Asker, Said
from tests.security.matrix.intent import ROLES, Row, chosen
from tests.security.matrix.scene import NAMED, UNKNOWN, WORD, Scene, revoke, scene_of, token_of
from tests.town import EVERYTHING, Town

TABLE = {(row.method, row.path): row for row in intent.rows()}
OPERATIONS = {(one.method, one.path): one for one in documented()}
QUERIES = {"/v1/events": "?limit=5", "by-external-id": "?system=matrix&value="}
SHOWN_TO_ALL = ("instruments", "concepts", "taxonomies")
"""Collections whose ids are Cando's own, alike in every tenant."""


class Matrix(NamedTuple):
    scene: Scene
    asker: Asker
    unknown: dict[str, str]
    theirs: frozenset[str]


@pytest.fixture(scope="module")
def matrix(town: Town) -> Iterator[Matrix]:
    """The scene, and how to ask about it; `theirs` are ids that nobody outside may be shown."""
    scene = scene_of(town)
    asker = Asker(town.url)
    unknown = {at: value if at.rpartition("/")[2] in NAMED else UNKNOWN for at, value in scene.ids.items()}
    shared = {value for at, value in scene.ids.items() if at.split("/")[2] in SHOWN_TO_ALL or "-" not in value}
    theirs = frozenset({*scene.ids.values(), scene.life.id, scene.life.other} - shared - {"de-1"})
    yield Matrix(scene, asker, unknown, theirs)
    asker.close()


# --- the table and the code are about the same things ----------------------------------------------------------------


def test_every_route_has_a_row_and_every_row_a_route(town: Town) -> None:
    assert town.house is not None
    routes = {(one.method, one.path) for one in undocumented(town.house)} | set(OPERATIONS)
    assert routes - set(TABLE) == set(), "a route without a row: say in intent.csv who may"
    assert set(TABLE) - routes == set(), "a row without a route"


def test_the_table_asks_for_the_scopes_that_the_code_asks_for(town: Town) -> None:
    assert town.house is not None
    told = {(one.method, one.path): one.scopes for one in undocumented(town.house)}
    told |= {key: one.scopes for key, one in OPERATIONS.items()}
    assert {key: row.scopes for key, row in TABLE.items()} == {key: told[key] for key in TABLE}


def test_the_table_can_be_read() -> None:
    for row in TABLE.values():
        assert row.needs, row
        assert set(row.meant.values()) <= intent.WORDS | {"facade"}, row
    assert all(OPERATIONS[key].name == TABLE[key].operation for key in OPERATIONS)


# --- asking ----------------------------------------------------------------------------------------------------------


def _ask(matrix: Matrix, key: tuple[str, str], token: str | None, ids: dict[str, str] | None = None) -> Said:
    method, path = key
    operation = OPERATIONS.get(key) or Operation("", method, path)
    address = filled(path, matrix.scene.ids if ids is None else ids)
    address += next((query for end, query in QUERIES.items() if address.endswith(end)), "")
    address += uuid4().hex if address.endswith("value=") else ""
    plain = operation.media in ("", "application/json")
    body = matrix.scene.body_of(operation) if plain else b"{}\n"
    media = operation.media or "application/json"
    once = {"idempotency_key": uuid4().hex} if "/transfers" in path else {}
    return matrix.asker.ask(method, address, token, body=body, media=media, **once)


def _all(matrix: Matrix, keys: list[tuple[str, str]], judge: Callable[[tuple[str, str]], str | None]) -> list[str]:
    """Return what was wrong, asking with a few threads."""
    with ThreadPoolExecutor(4) as pool:
        return [wrong for wrong in pool.map(judge, keys) if wrong]


def _asked_of(role: str) -> list[tuple[str, str]]:
    """Return what is asked as a role in this run: what it is refused or shown but its own, and what it may read."""
    return [
        key
        for key, row in TABLE.items()
        if key in OPERATIONS and chosen(role, *key) and _is_asked(row, row.meant[role])
    ]


def _is_asked(row: Row, word: str) -> bool:
    return word in ("as unknown", "no", "own") or (word == "yes" and row.method == "GET")


def _judged(matrix: Matrix, role: str, key: tuple[str, str], token: str) -> str | None:
    """Return what is wrong with the answer that a role gets, or None."""
    row, said = TABLE[key], _ask(matrix, key, token)
    meant = row.meant[role]
    where = f"{role} {row.method} {row.path}: meant {meant}, got {said.status} {said.slug}"
    if said.status >= 500:
        return where
    if meant == "no":
        return None if said.status in (401, 403) else where
    if meant == "as unknown":
        alike = said.status == 404 and said == _ask(matrix, key, token, matrix.unknown)
        return None if alike else where
    if said.status in (401, 403, 404):
        return where
    return None if meant == "yes" else _shown(matrix, role, said, where)


def _shown(matrix: Matrix, role: str, said: Said, where: str) -> str | None:
    """Return what an answer shows that is another's: to another tenant nothing at all, to others nothing about her."""
    text = said.body.decode("utf-8", "replace")
    if role == "other_tenant":
        found = [one for one in matrix.theirs if one in text]
        return f"{where} with {found}" if found or WORD in text else None
    return None


# --- the matrix ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["nothing", "revoked token", "expired token", "nonsense"])
def test_without_a_token_that_holds_nothing_is_answered(matrix: Matrix, shown: str) -> None:
    token = None if shown == "nothing" else matrix.scene.tokens.get(shown, "cando_at_nonsense")
    keys = [key for key in OPERATIONS if TABLE[key].meant["own_app"] != "everybody" and chosen(shown, *key)]

    def judge(key: tuple[str, str]) -> str | None:
        said = _ask(matrix, key, token)
        return None if (said.status, said.slug) == (401, "unauthenticated") else f"{key}: {said.status} {said.body!r}"

    assert _all(matrix, keys, judge) == []


def test_a_token_that_may_do_everything_else_is_refused_for_want_of_the_scope(matrix: Matrix) -> None:
    """And a token that may only read is refused what changes something."""
    lacking = {scope: token_of(matrix.scene.quarter, scopes=_without(scope)) for scope in _scopes()}

    def judge(key: tuple[str, str]) -> str | None:
        wrong = [
            f"{key} without {scope}: {said.status} {said.slug}"
            for scope in TABLE[key].scopes
            if (said := _ask(matrix, key, lacking[scope])) and (said.status, said.slug) != (403, "forbidden")
        ]
        return ", ".join(wrong) or None

    keys = [key for key in OPERATIONS if TABLE[key].scopes and chosen("scope", *key)]
    assert _all(matrix, keys, judge) == []


def _scopes() -> list[str]:
    return sorted({scope for key in OPERATIONS for scope in TABLE[key].scopes})


def _without(scope: str) -> list[str]:
    """Return every scope but one, and but those that imply it."""
    implying = {scope, scope.removesuffix("read") + "write"} if scope.endswith(":read") else {scope}
    return sorted(set(EVERYTHING) - implying)


TOKENS = {
    "other_tenant": "other tenant", "other_organisation": "other organisation", "another_person": "another person",
    "bootstrap_key": "bootstrap key", "herself": "herself", "consented_organisation": "consented organisation",
    "assigned_staff": "assigned staff", "unassigned_staff": "unassigned staff",
}  # fmt: skip


@pytest.mark.parametrize("role", TOKENS)
def test_everybody_meets_what_is_meant_for_them(matrix: Matrix, role: str) -> None:
    token = matrix.scene.tokens[TOKENS[role]]
    assert _all(matrix, _asked_of(role), lambda key: _judged(matrix, role, key, token)) == []


def test_what_she_took_back_is_gone_for_the_organisation_on_the_next_request(matrix: Matrix) -> None:
    revoke(matrix.scene)
    token = matrix.scene.tokens["consented organisation"]
    keys = [key for key in _asked_of("after_revocation") if TABLE[key].meant["consented_organisation"] != "own"]
    keys += [("GET", "/v1/participants/{participant_id}")]
    assert _all(matrix, keys, lambda key: _judged(matrix, "after_revocation", key, token)) == []


def test_what_exists_for_our_services_alone_is_nowhere_for_anybody_else(matrix: Matrix) -> None:
    keys = [key for key, row in TABLE.items() if row.meant["own_app"] == "services" and chosen("services", *key)]
    token = matrix.scene.tokens["own app"]

    def judge(key: tuple[str, str]) -> str | None:
        path = PARAMETER.sub(UNKNOWN, key[1])
        with_token = matrix.asker.ask(key[0], path, token).status
        without = matrix.asker.ask(key[0], path).status
        return None if with_token in (401, 404) and without in (401, 404) else f"{key}: {with_token}, {without}"

    assert _all(matrix, keys, judge) == []


def test_a_facade_shows_nothing_to_who_has_no_token_and_nothing_of_another_tenant(matrix: Matrix) -> None:
    """Of its addresses none answers without a token but those that name the protocol itself."""
    keys = [
        key for key, row in TABLE.items() if row.meant["own_app"] == "facade" and key[0] in ("GET", "POST", "PATCH")
    ]

    def judge(key: tuple[str, str]) -> str | None:
        path = PARAMETER.sub(UNKNOWN, key[1].replace("{code}", "MATRIX").replace("{rest:path}", "Task"))
        without = matrix.asker.ask(key[0], path, body={} if key[0] != "GET" else None)
        other = matrix.asker.ask(
            key[0], path, matrix.scene.tokens["other tenant"], body={} if key[0] != "GET" else None
        )
        text = other.body.decode("utf-8", "replace")
        leaked = WORD in text or any(one in text for one in matrix.theirs)
        fine = without.status in (400, 401, 404, 405) and other.status < 500 and not leaked
        return None if fine else f"{key}: {without.status}, {other.status}, {text[:200]}"

    assert _all(matrix, keys, judge) == []


def test_what_is_asked_rightly_is_answered(matrix: Matrix) -> None:
    """Last: the own app, which reads everything and then changes everything. Nothing of it fails on our side."""
    token = matrix.scene.tokens["own app"]
    keys = [key for key in OPERATIONS if TABLE[key].meant["own_app"] in ("yes", "own") and chosen("own_app", *key)]
    reads = [key for key in keys if key[0] == "GET"]
    assert _all(matrix, reads, lambda key: _judged(matrix, "own_app", key, token)) == []
    changes = sorted((key for key in keys if key[0] != "GET"), key=_gentle_first)
    found = [(key, _ask(matrix, key, token)) for key in changes]
    wrong = [(key, said.status, said.slug) for key, said in found if said.status >= 500 or said.slug == "forbidden"]
    assert wrong == []


def _gentle_first(key: tuple[str, str]) -> tuple[Any, ...]:
    method, path = key
    ends = method == "DELETE" or path.endswith((":erase", ":end", ":dissolve", ":close", ":withdraw"))
    return ends, -path.count("/"), path


def test_every_role_of_the_table_is_asked() -> None:
    assert set(TOKENS) | {"after_revocation", "own_app"} == set(ROLES)
