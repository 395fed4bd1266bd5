"""Staff sign in at their council's identity provider: whose token counts, for what, and how that ends."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import structlog

from services.kernel.secrets import derived
from tests.conftest import SECRET
from tests.gateway.conftest import EXCHANGE, Gate, made, refused
from tests.gateway.issuers import TENANT, Issuer, forged, held, issuing, part
from tests.gateway.test_oauth import STAFF, error, reached, staff_of

ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
JWT = "urn:ietf:params:oauth:token-type:jwt"
ENTRA_APP = "0b6fdd83-1a5e-4f0b-8f0f-0c6f8f4f3f10"
NOT_ACCEPTED = "This sign-in is not accepted here."
ROLES = {"caseworker": ["participants:write", "matching:write"], "reader": ["participants:read"]}


@pytest.fixture
def issuer(gate: Gate) -> Iterator[Issuer]:
    with issuing(gate.clock) as issuer:
        yield issuer


@pytest.fixture
def tenant(gate: Gate) -> dict[str, Any]:
    return gate.tenant()


@pytest.fixture
def app(gate: Gate, tenant: dict[str, Any]) -> dict[str, Any]:
    return gate.client(tenant, "act:staff", "participants:write", "matching:read", "timebank:read")


def provider(gate: Gate, tenant: dict[str, Any], issuer: Issuer, **more: Any) -> dict[str, Any]:
    """Let staff of the council sign in at a Keycloak."""
    body = {
        "organisation_id": tenant["organisation_id"], "name": "Hazelbrook Council's accounts", "issuer": issuer.issuer,
        "audiences": ["casework"], "roles_claim": "realm_access.roles", "roles": ROLES, "provision": True, **more,
    }  # fmt: skip
    asked = gate.bootstrap.post("/v1/identity-providers", params={"tenant_id": tenant["id"]}, json=body)
    return made(asked)


def sign_in(gate: Gate, app: dict[str, Any], token: str, *, kind: str = ID_TOKEN, **form: str) -> httpx.Response:
    return gate.ask(app, grant_type=EXCHANGE, subject_token=token, subject_token_type=kind, **form)


def not_accepted(answer: httpx.Response) -> None:
    error(answer, 400, "invalid_grant")
    assert answer.json()["error_description"] == NOT_ACCEPTED


def opens_nothing(answer: httpx.Response) -> None:
    error(answer, 400, "invalid_grant")
    assert "no place or no role here" in answer.json()["error_description"]


# --- the right ones ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ID_TOKEN, JWT])
def test_a_keycloak_sign_in_gives_the_same_opaque_token_of_the_same_member_of_staff(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, kind: str
) -> None:
    provider(gate, tenant, issuer)
    first = made(sign_in(gate, app, issuer.keycloak("f:1:ruth", "caseworker"), kind=kind), 200)
    assert first["access_token"].startswith("cando_at_")
    assert first["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    caller = reached(gate, first["access_token"])
    assert (caller["kind"], caller["act"]["sub"], caller["org"]) == ("staff", app["id"], tenant["organisation_id"])
    assert caller["scope"] == "matching:read participants:read participants:write"
    again = made(sign_in(gate, app, issuer.keycloak("f:1:ruth", "caseworker"), kind=kind), 200)
    assert reached(gate, again["access_token"])["sub"] == caller["sub"]
    other = made(sign_in(gate, app, issuer.keycloak("f:1:omar", "reader"), kind=kind), 200)
    assert reached(gate, other["access_token"])["sub"] != caller["sub"]
    assert reached(gate, other["access_token"])["scope"] == "participants:read"


def test_an_entra_sign_in_is_known_by_oid_and_only_of_the_councils_own_tenant(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(
        gate, tenant, issuer, audiences=[ENTRA_APP], subject_claim="oid", required_claims={"tid": TENANT},
        roles_claim="roles", jwks_uri=issuer.issuer + "/certs",
    )  # fmt: skip
    oid = str(uuid4())
    first = reached(gate, made(sign_in(gate, app, issuer.entra(oid, "caseworker")), 200)["access_token"])
    in_another_app = issuer.entra(oid, "caseworker", sub="BBBB")
    assert reached(gate, made(sign_in(gate, app, in_another_app), 200)["access_token"])["sub"] == first["sub"]
    assert f"{issuer.issuer}/.well-known/openid-configuration".removeprefix(issuer.url) not in issuer.asked
    for tid in (str(uuid4()), None, [str(uuid4())], True):
        not_accepted(sign_in(gate, app, issuer.entra(oid, "caseworker", tid=tid)))
    not_accepted(sign_in(gate, app, issuer.entra(oid, "caseworker", oid=None)))
    opens_nothing(sign_in(gate, app, issuer.entra(oid)))


@pytest.mark.parametrize("algorithm", ["PS256", "ES256", "EdDSA"])
def test_a_provider_signs_with_what_it_was_said_to_sign_with_and_nothing_else(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, algorithm: str
) -> None:
    provider(gate, tenant, issuer, algorithms=[algorithm])
    key = issuer.turn_over(held(algorithm))
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    if algorithm == "PS256":  # the same key, in a way that was not named
        key.algorithm = "RS256"
        not_accepted(sign_in(gate, app, issuer.keycloak("ruth", "reader")))


def test_without_roles_staff_whom_somebody_here_has_made_may_what_they_may_here(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer, roles_claim=None, roles={}, provision=False)
    opens_nothing(sign_in(gate, app, issuer.keycloak("ruth")))
    body = {"organisation_id": tenant["organisation_id"], "label": "Caseworker 3", "scopes": ["timebank:read"]}
    at = {"tenant_id": tenant["id"], "system": issuer.issuer, "value": "ruth"}
    ruth = made(gate.bootstrap.put("/v1/staff/by-external-id", params=at, json=body))
    caller = reached(gate, made(sign_in(gate, app, issuer.keycloak("ruth", "caseworker")), 200)["access_token"])
    assert (caller["sub"], caller["scope"]) == (ruth["id"], "timebank:read")


def test_a_sign_in_may_be_narrowed_and_be_on_behalf_of_a_person(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    token, person = issuer.keycloak("ruth", "caseworker"), str(uuid4())
    error(sign_in(gate, app, token, scope="timebank:read"), 400, "invalid_scope")
    error(sign_in(gate, app, token, on_behalf_of=person), 400, "invalid_request")
    gate.directory.people[person] = tenant["organisation_id"]
    caller = reached(gate, made(sign_in(gate, app, token, on_behalf_of=person), 200)["access_token"])
    assert caller["obo"] == person


# --- the wrong ones ------------------------------------------------------------------------------------------------


def _wrong(issuer: Issuer) -> dict[str, str]:
    now = int(issuer.now().timestamp())
    make, key, stranger = issuer.keycloak, issuer.keys[-1], held(which=1)
    good = make("ruth", "caseworker")
    head = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
    theirs = stranger.published | {"kid": stranger.kid}
    same_name = stranger.__class__(key.kid, stranger.private, "RS256")
    return {
        "another issuer": make("ruth", "caseworker", iss=issuer.issuer + "/"),
        "an issuer with a NUL": make("ruth", "caseworker", iss=issuer.issuer + "\0"),
        "an issuer that is no text": make("ruth", "caseworker", iss=issuer.issuer + "\ud800"),
        "another audience": make("ruth", "caseworker", aud="payroll", azp="payroll"),
        "no audience": make("ruth", "caseworker", aud=None),
        "another party": make("ruth", "caseworker", azp="payroll"),
        "two audiences and no party": make("ruth", "caseworker", aud=["casework", "payroll"], azp=None),
        "a party that is none": make("ruth", "caseworker", azp=["casework"]),
        "expired": make("ruth", "caseworker", exp=now - 31),
        "no end": make("ruth", "caseworker", exp=None),
        "an end that is none": make("ruth", "caseworker", exp="tomorrow"),
        "an endless end": make("ruth", "caseworker", exp=1e300),
        "no beginning": make("ruth", "caseworker", iat=None),
        "not yet": make("ruth", "caseworker", nbf=now + 60),
        "made in the future": make("ruth", "caseworker", iat=now + 60),
        "made long ago": make("ruth", "caseworker", iat=now - 1000),
        "no subject": make("ruth", "caseworker", sub=None),
        "a subject that is none": make("ruth", "caseworker", sub=["ruth"]),
        "a subject of spaces": make("ruth", "caseworker", sub=" ruth"),
        "a long subject": make("r" * 201, "caseworker"),
        "a refresh token": make("ruth", "caseworker", typ="Refresh"),
        "a logout": make("ruth", "caseworker", events={"http://schemas.openid.net/event/backchannel-logout": {}}),
        "none": forged(good, head=head | {"alg": "none"}),
        "None": forged(good, head=head | {"alg": "None"}),
        "unsigned": good.rpartition(".")[0] + ".",
        "two parts": good.rpartition(".")[0],
        "the public key as a secret": forged(good, head=head | {"alg": "HS256"}, secret=key.pem),
        "another signature": good.rpartition(".")[0] + "." + make("omar").rpartition(".")[2],
        "other claims": ".".join((good.split(".")[0], make("ruth", "reader").split(".")[1], good.split(".")[2])),
        "an unknown key": make("ruth", "caseworker", _key=stranger),
        "another's key by the same name": make("ruth", "caseworker", _key=same_name),
        "its own key inside": make("ruth", "caseworker", _key=same_name, _head={"jwk": theirs}),
        "its own address of keys": make("ruth", "caseworker", _key=stranger, _head={"jku": issuer.url + "/evil"}),
        "its own certificate": make("ruth", "caseworker", _key=stranger, _head={"x5u": issuer.url + "/evil"}),
        "no key named": forged(good, head={"alg": "RS256", "typ": "JWT"}),
        "a key that is no name": forged(good, head=head | {"kid": ["x"]}),
        "what must be understood": make("ruth", "caseworker", _head={"crit": ["exp"]}),
        "nested": make("ruth", "caseworker", _head={"cty": "JWT"}),
        "another kind": make("ruth", "caseworker", _head={"typ": "logout+jwt"}),
        "huge": make("ruth", "caseworker", more="x" * 20_000),
        "deep": f"{part(head)}.{part(0)[:0]}{'W1tb' * 3000}.x",
        "no token": "ruth",
        "encrypted": "a.b.c.d.e",
        "a list": f"{part([])}.{part([])}.x",
    }  # fmt: skip


def test_whatever_is_wrong_with_a_token_it_is_refused_in_the_same_words(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sign_in.keys.REST", 0.0)
    provider(gate, tenant, issuer)
    assert sign_in(gate, app, issuer.keycloak("ruth", "caseworker")).status_code == 200
    answers = set()
    for name, token in _wrong(issuer).items():
        answer = sign_in(gate, app, token)
        assert answer.status_code == 400, (name, answer.text)
        assert answer.json()["error"] in ("invalid_grant", "invalid_request"), name
        answers.add(answer.content)
    assert len(answers) == 1
    assert {path for path in issuer.asked if "evil" in path} == set()


def test_an_unsigned_in_form_is_refused_before_anybody_is_asked(
    gate: Gate, tenant: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    token = issuer.keycloak("ruth", "caseworker")
    error(sign_in(gate, gate.client(tenant, "matching:read"), token), 400, "unauthorized_client")
    error(sign_in(gate, {"client_id": str(uuid4()), "client_secret": "x"}, token), 401, "invalid_client")
    assert issuer.asked == []


def test_the_log_says_why_and_nothing_of_the_token(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    with structlog.testing.capture_logs() as logged:
        not_accepted(sign_in(gate, app, issuer.keycloak("ruth-4711", "caseworker", aud="payroll")))
        opens_nothing(sign_in(gate, app, issuer.keycloak("ruth-4711")))
    refusals = [one for one in logged if one["event"] == "sign-in-refused"]
    assert [one["reason"] for one in refusals] == ["audience", "no-role"]
    assert "ruth" not in json.dumps(logged, default=str)


def test_a_token_opens_nothing_to_the_app_of_another_organisation_or_tenant(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    token = issuer.keycloak("ruth", "caseworker")
    assert sign_in(gate, app, token).status_code == 200
    charity = gate.organisation(tenant)
    elsewhere = gate.client(tenant, "act:staff", "participants:write", organisation=charity)
    not_accepted(sign_in(gate, elsewhere, token))
    provider(gate, tenant, issuer, organisation_id=charity)
    opens_nothing(sign_in(gate, elsewhere, token))
    other = gate.tenant()
    not_accepted(sign_in(gate, gate.client(other, "act:staff", "participants:write"), token))


# --- roles ---------------------------------------------------------------------------------------------------------


def test_a_role_that_is_taken_away_counts_at_the_next_sign_in_and_ends_what_it_gave(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    both = gate.http(made(sign_in(gate, app, issuer.keycloak("ruth", "caseworker", "reader")), 200)["access_token"])
    assert both.get("/v1/needs").status_code == 200
    less = made(sign_in(gate, app, issuer.keycloak("ruth", "reader")), 200)
    assert less["scope"] == "participants:read"
    _ends(both)
    reading = gate.http(less["access_token"])
    assert reading.get("/v1/needs").status_code == 200
    opens_nothing(sign_in(gate, app, issuer.keycloak("ruth")))
    _ends(reading)


def _ends(http: httpx.Client) -> None:
    end = time.monotonic() + 1
    while http.get("/v1/needs").status_code != 401:
        assert time.monotonic() < end, "the token went on"


def test_roles_may_stand_at_any_depth_or_alone_and_what_is_none_gives_none(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer, roles_claim="https://hazelbrook.example/roles")
    claim = {"https://hazelbrook.example/roles": "reader"}
    assert made(sign_in(gate, app, issuer.keycloak("ruth", **claim)), 200)["scope"] == "participants:read"
    for odd in ({"caseworker": 1}, 7, [["caseworker"]], ["Caseworker", "caseworker "], True, ["admin"]):
        opens_nothing(sign_in(gate, app, issuer.keycloak("ruth", **{"https://hazelbrook.example/roles": odd})))


def test_nobody_unknown_is_let_in_where_sign_ins_make_nobody(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer, provision=False)
    opens_nothing(sign_in(gate, app, issuer.keycloak("ruth", "caseworker")))


def test_two_first_sign_ins_at_once_make_one_member_of_staff(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    tokens = [issuer.keycloak("ruth", "caseworker") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda token: made(sign_in(gate, app, token), 200), tokens))
    assert len({reached(gate, one["access_token"])["sub"] for one in answers}) == 1


def test_whom_a_sign_in_has_made_is_acted_for_by_sign_in_alone_and_so_is_everybody_where_it_is_exclusive(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    known = staff_of(gate, tenant, "matching:read")
    by_id = {"grant_type": EXCHANGE, "subject_token_type": STAFF}
    http = gate.http(gate.token(app, subject_token=known, **by_id))
    assert http.get("/v1/needs").status_code == 200
    one = provider(gate, tenant, issuer)
    token = made(sign_in(gate, app, issuer.keycloak("ruth", "reader")), 200)["access_token"]
    ruth = reached(gate, token)["sub"]
    error(gate.ask(app, subject_token=ruth, **by_id), 400, "unauthorized_client")
    assert gate.ask(app, subject_token=known, **by_id).status_code == 200
    _change(gate, tenant, one, exclusive=True)
    error(gate.ask(app, subject_token=known, **by_id), 400, "unauthorized_client")
    _ends(http)


# --- how it ends ---------------------------------------------------------------------------------------------------


def _change(gate: Gate, tenant: dict[str, Any], one: dict[str, Any], **values: Any) -> dict[str, Any]:
    path = f"/v1/identity-providers/{one['id']}"
    return made(gate.bootstrap.patch(path, params={"tenant_id": tenant["id"]}, json=values), 200)


@pytest.mark.parametrize("how", ["deleted", "changed", "staff"])
def test_what_was_obtained_by_signing_in_ends_with_the_provider_and_with_the_member_of_staff(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, how: str
) -> None:
    one = provider(gate, tenant, issuer)
    token = issuer.keycloak("ruth", "caseworker")
    http = gate.http(made(sign_in(gate, app, token), 200)["access_token"])
    staff = made(http.get("/v1/needs"), 200)["caller"]["sub"]
    at = {"tenant_id": tenant["id"]}
    _change(gate, tenant, one, name="The council's accounts")
    assert http.get("/v1/needs").status_code == 200
    if how == "changed":
        _change(gate, tenant, one, audiences=["another"])
    else:
        path = f"/v1/staff/{staff}" if how == "staff" else f"/v1/identity-providers/{one['id']}"
        assert gate.bootstrap.delete(path, params=at).status_code == 204
    _ends(http)
    if how == "staff":
        with psycopg.connect(gate.admin_url) as connection:
            rows = connection.execute("select external_ids from gateway.staff where id = %s", (staff,)).fetchall()
            kept = connection.execute("select 1 from gateway.external_ids where resource_id = %s", (staff,)).fetchall()
        assert (rows, kept) == ([([],)], [])
    else:
        not_accepted(sign_in(gate, app, token))


def test_a_provider_that_changes_while_somebody_signs_in_lets_nobody_in(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    one = provider(gate, tenant, issuer)
    token = issuer.keycloak("ruth", "caseworker")
    with psycopg.connect(gate.admin_url) as connection, ThreadPoolExecutor(1) as pool:
        connection.execute("update gateway.identity_providers set version = 2 where id = %s", (one["id"],))
        asked = pool.submit(sign_in, gate, app, token)
        time.sleep(0.5)
        assert not asked.done()
        connection.commit()
        not_accepted(asked.result())


def test_when_an_organisation_goes_its_providers_go_and_no_name_of_its_staff_stays(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    assert sign_in(gate, app, issuer.keycloak("ruth-leaves", "caseworker")).status_code == 200
    gate.directory.news.append({
        "id": str(uuid4()), "type": "organisation.deleted", "subject": tenant["organisation_id"],
        "tenant": tenant["id"], "at": gate.clock().isoformat(), "ids": {},
    })  # fmt: skip
    end = time.monotonic() + 15
    while sign_in(gate, app, issuer.keycloak("ruth-leaves", "caseworker")).status_code == 200:
        assert time.monotonic() < end
        time.sleep(0.1)
    with psycopg.connect(gate.admin_url) as connection:
        for table in ("staff", "external_ids"):
            rows = connection.execute(f"select * from gateway.{table} where tenant_id = %s", (tenant["id"],)).fetchall()
            assert "ruth-leaves" not in str(rows)
        alive = connection.execute(
            "select 1 from gateway.identity_providers where tenant_id = %s and deleted_at is null", (tenant["id"],)
        ).fetchall()
    assert alive == []


# --- keys ----------------------------------------------------------------------------------------------------------


def test_new_keys_of_a_provider_are_read_when_one_is_named_and_withdrawn_ones_count_no_longer(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sign_in.keys.REST", 0.2)
    provider(gate, tenant, issuer)
    old = issuer.keys[-1]
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    issuer.turn_over()
    time.sleep(0.3)
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    time.sleep(0.3)
    not_accepted(sign_in(gate, app, issuer.keycloak("ruth", "reader", _key=old)))


def test_however_many_unknown_keys_are_named_the_provider_is_asked_every_few_seconds_at_most(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    asked = len(issuer.asked)
    for _ in range(20):
        not_accepted(sign_in(gate, app, issuer.keycloak("ruth", "reader", _head={"kid": uuid4().hex})))
    assert len(issuer.asked) <= asked + 4


def test_keys_that_were_read_count_for_a_while_when_the_provider_is_down_and_then_no_longer(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sign_in.keys.REST", 0.0)
    monkeypatch.setattr("gateway.sign_in.keys.FRESH", 0.0)
    provider(gate, tenant, issuer)
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    issuer.fault = "down"
    assert sign_in(gate, app, issuer.keycloak("ruth", "reader")).status_code == 200
    error(sign_in(gate, app, issuer.keycloak("ruth", "reader", _key=held(which=1))), 503, "temporarily_unavailable")
    monkeypatch.setattr("gateway.sign_in.keys.KEPT", 0.0)
    error(sign_in(gate, app, issuer.keycloak("ruth", "reader")), 503, "temporarily_unavailable")
    issuer.fault = ""
    monkeypatch.undo()


@pytest.mark.parametrize("fault", ["down", "huge", "text", "other", "redirects"])
def test_a_provider_that_answers_oddly_is_as_one_that_is_down(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, fault: str
) -> None:
    provider(gate, tenant, issuer)
    issuer.fault, issuer.elsewhere = fault, issuer.issuer + "/certs"
    error(sign_in(gate, app, issuer.keycloak("ruth", "reader")), 503, "temporarily_unavailable")


def test_a_provider_never_leads_inside(gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer) -> None:
    provider(gate, tenant, issuer)
    issuer.elsewhere = "http://10.0.0.1/certs"
    error(sign_in(gate, app, issuer.keycloak("ruth", "reader")), 503, "temporarily_unavailable")
    for inside in ("http://sign-in.hazelbrook.example", "https://10.0.0.1", "https://localhost/x", "ftp://x.example",
                   "https://sign-in.hazelbrook.example/?a=b", "https://u:p@sign-in.hazelbrook.example"):  # fmt: skip
        body = _body(tenant["organisation_id"], issuer=inside)
        answer = gate.bootstrap.post("/v1/identity-providers", params={"tenant_id": tenant["id"]}, json=body)
        assert refused(answer, 422, "invalid-request")["errors"][0]["path"] == "/issuer"


def test_a_provider_that_hangs_holds_up_nobody_else_and_no_connection(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sign_in.recognition._TIMEOUT", 2.5)  # or the edge loses its patience first
    provider(gate, tenant, issuer)
    issuer.fault = "hangs"
    with issuing(gate.clock) as well, ThreadPoolExecutor(20) as pool:
        provider(gate, tenant, well)
        hanging = [pool.submit(sign_in, gate, app, issuer.keycloak(f"ruth-{number}", "reader")) for number in range(20)]
        time.sleep(0.3)
        assert sign_in(gate, app, well.keycloak("omar", "reader")).status_code == 200
        assert gate.ask(app).status_code == 200
        with psycopg.connect(gate.admin_url) as connection:
            waiting = connection.execute(
                "select count(*) from pg_stat_activity where datname = current_database() and"
                " state = 'idle in transaction' and usename = 'cando_gateway'"
            ).fetchone()
        assert waiting == (0,)
        assert not any(one.done() for one in hanging)
        for one in hanging:
            assert one.result().status_code == 503
        assert len(issuer.asked) == 1


# --- who names providers -------------------------------------------------------------------------------------------


def _body(organisation: str, **more: Any) -> dict[str, Any]:
    return {
        "organisation_id": organisation, "name": "Accounts", "issuer": "https://sign-in.hazelbrook.example/realms/x",
        "audiences": ["casework"], **more,
    }  # fmt: skip


def test_providers_are_named_changed_and_read_by_those_who_manage_clients(gate: Gate, tenant: dict[str, Any]) -> None:
    admin = gate.app(tenant, "clients:write", "participants:read", "events:read")
    organisation = tenant["organisation_id"]
    answer = admin.post("/v1/identity-providers", json=_body(organisation))
    one = made(answer)
    assert (one["algorithms"], one["subject_claim"], one["longest_age"]) == (["RS256"], "sub", 900)
    refused(admin.post("/v1/identity-providers", json=_body(organisation)), 409, "issuer-taken")
    assert made(admin.get(answer.headers["location"]), 200) == one
    assert made(admin.get("/v1/identity-providers"), 200)["items"] == [one]
    path = f"/v1/identity-providers/{one['id']}"
    changed = admin.patch(path, json={"audiences": ["a", "b"]}, headers={"if-match": answer.headers["etag"]})
    assert made(changed, 200)["audiences"] == ["a", "b"]
    refused(admin.patch(path, json={"name": "x"}, headers={"if-match": answer.headers["etag"]}), 412, "stale-version")
    assert admin.delete(path).status_code == 204
    refused(admin.get(path), 404, "not-found")
    made(admin.post("/v1/identity-providers", json=_body(organisation)))
    facts = [one["type"] for one in made(admin.get("/v1/events"), 200)["items"]]
    assert [one for one in facts if one.startswith("identity_provider")] == [
        f"identity_provider.{what}" for what in ("created", "changed", "deleted", "created")
    ]


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"algorithms": ["HS256"]}, "/algorithms"),
        ({"algorithms": ["none"]}, "/algorithms"),
        ({"algorithms": []}, "/algorithms"),
        ({"audiences": []}, "/audiences"),
        ({"subject_claim": "email"}, "/subject_claim"),
        ({"roles_claim": "roles"}, "/roles"),
        ({"roles": {"reader": ["participants:read"]}}, "/roles"),
        ({"roles_claim": "roles", "roles": {"boss": ["clients:write"]}}, "/roles"),
        ({"provision": True}, "/provision"),
        ({"longest_age": 59}, "/longest_age"),
        ({"jwks_uri": "https://169.254.169.254/keys"}, "/jwks_uri"),
    ],
)
def test_a_provider_that_would_let_in_more_than_was_meant_is_refused(
    gate: Gate, tenant: dict[str, Any], said: dict[str, Any], path: str
) -> None:
    body = _body(tenant["organisation_id"], **said)
    answer = gate.bootstrap.post("/v1/identity-providers", params={"tenant_id": tenant["id"]}, json=body)
    assert refused(answer, 422, "invalid-request")["errors"][0]["path"].startswith(path)


def test_an_organisation_names_its_own_providers_only_and_gives_no_role_what_it_does_not_hold(
    gate: Gate, tenant: dict[str, Any]
) -> None:
    charity = gate.organisation(tenant)
    helper = gate.app(tenant, "clients:write", "participants:read", organisation=charity)
    council = gate.app(tenant, "clients:write", "participants:write")
    of_council = made(council.post("/v1/identity-providers", json=_body(tenant["organisation_id"])))
    refused(helper.post("/v1/identity-providers", json=_body(tenant["organisation_id"])), 403, "forbidden")
    foreign = gate.app(gate.tenant(), "clients:write")
    for http in (helper, foreign):
        for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
            path = f"/v1/identity-providers/{of_council['id']}"
            refused(http.request(method, path, json=body), 404, "not-found")
        assert made(http.get("/v1/identity-providers"), 200)["items"] == []
    mighty = {"roles_claim": "roles", "roles": {"caseworker": ["participants:write"]}}
    refused(helper.post("/v1/identity-providers", json=_body(charity, **mighty)), 403, "scope-not-held")
    one = made(council.post("/v1/identity-providers", json=_body(charity, **mighty)))
    refused(helper.patch(f"/v1/identity-providers/{one['id']}", json={"audiences": ["mine"]}), 403, "scope-not-held")
    refused(gate.app(tenant, "matching:read").get("/v1/identity-providers"), 403, "forbidden")


def test_whom_no_sign_in_has_brought_for_long_is_let_go_where_a_community_says_so(
    gate: Gate, tenant: dict[str, Any], app: dict[str, Any], issuer: Issuer
) -> None:
    provider(gate, tenant, issuer)
    http = gate.http(made(sign_in(gate, app, issuer.keycloak("ruth-long-gone", "reader")), 200)["access_token"])
    kept = staff_of(gate, tenant, "matching:read")
    asked = {"service": "directory", "tenant": tenant["id"]}
    shown = gate.http(derived(SECRET, "service:directory")).post("/internal/service-tokens", json=asked)
    service = gate.http(shown.json()["token"])
    for before, gone in ((timedelta(days=-1), 0), (timedelta(days=1), 1)):
        old = {"before": {"gateway.signed-in-staff": (gate.clock() + before).isoformat()}}
        ended = made(service.post("/internal/retention:enforce", json=old), 200)
        assert ended["gone"] == {"gateway.signed-in-staff": gone}
        assert http.get("/v1/needs").status_code == (401 if gone else 200)
    with psycopg.connect(gate.admin_url) as connection:
        for table in ("staff", "external_ids"):
            rows = connection.execute(f"select * from gateway.{table} where tenant_id = %s", (tenant["id"],)).fetchall()
            assert "ruth-long-gone" not in str(rows)
        alive = connection.execute("select id from gateway.staff where deleted_at is null and id = %s", (kept,))
        assert alive.fetchone() is not None
