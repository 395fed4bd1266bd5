"""Opening, changing, finding and closing accounts."""

from uuid import UUID, uuid4

from services.timebank.accounts.operations import add_account
from services.timebank.domain import Owner
from tests.timebank.conftest import Bank


async def test_an_opened_account_starts_at_zero_with_ten_hours_to_borrow(bank: Bank) -> None:
    account = await bank.account()
    assert account["balance_seconds"] == 0
    assert account["debit_limit_seconds"] == account["available_seconds"] == 36_000
    assert account["held_by"] == str(bank.organisation)
    answer = await bank.ask("GET", f"/v1/accounts/{account['id']}")
    assert answer.json() == account
    assert answer.headers["etag"] == '"1"'


async def test_the_hundredth_account_on_one_connection_opens_like_the_first(bank: Bank) -> None:
    async with bank.work() as work:
        for _ in range(100):
            opened = await add_account(work, owner=Owner("participant", uuid4()), held_by=bank.organisation)
            assert opened is not None


async def test_an_owner_has_one_open_account(bank: Bank) -> None:
    person = bank.newcomer()
    await bank.account(person)
    again = await bank.ask("POST", "/v1/accounts", {"owner": {"kind": "participant", "id": str(person)}})
    assert again.status == 409
    assert again.json()["type"] == "/problems/account-exists"


async def test_a_person_who_is_unknown_or_does_not_consent_gets_no_account(bank: Bank) -> None:
    for kind in ("participant", "organisation"):
        answer = await bank.ask("POST", "/v1/accounts", {"owner": {"kind": kind, "id": str(uuid4())}})
        assert answer.status == 422
        assert answer.json()["errors"][0]["path"] == "/owner/id"


async def test_without_the_directory_no_account_is_opened(bank: Bank) -> None:
    person = bank.newcomer()
    bank.neighbours.directory_answers = False
    answer = await bank.ask("POST", "/v1/accounts", {"owner": {"kind": "participant", "id": str(person)}})
    assert answer.status == 503
    assert (await bank.ask("GET", "/v1/accounts")).json()["items"] == []


async def test_the_community_has_one_pot_under_the_tenants_id(bank: Bank) -> None:
    pot = await bank.account(kind="community")
    assert pot["owner"] == {"kind": "community", "id": str(bank.tenant)}
    other = {"owner": {"kind": "community", "id": str(uuid4())}}
    assert (await bank.ask("POST", "/v1/accounts", other)).status == 422


async def test_another_organisations_account_and_an_unknown_one_answer_alike(bank: Bank) -> None:
    account = await bank.account()
    stranger, neighbour = bank.app_of(uuid4()), Bank(bank.app, bank.neighbours)
    for tail, method in (("", "GET"), ("/statement", "GET"), (":close", "POST")):
        path, unknown = f"/v1/accounts/{account['id']}{tail}", f"/v1/accounts/{uuid4()}{tail}"
        expected = await bank.ask(method, unknown)
        assert expected.status == 404
        for answer in (await bank.ask(method, path, caller=stranger), await neighbour.ask(method, path)):
            assert (answer.status, answer.json()) == (404, expected.json())
    assert (await bank.ask("GET", "/v1/accounts", caller=stranger)).json()["items"] == []
    assert (await neighbour.ask("GET", "/v1/accounts")).json()["items"] == []


async def test_a_person_sees_her_own_account_and_no_other(bank: Bank) -> None:
    person = bank.newcomer()
    own, other = await bank.account(person), await bank.account()
    herself = bank.person(person)
    listed = (await bank.ask("GET", "/v1/accounts", caller=herself)).json()["items"]
    assert [one["id"] for one in listed] == [own["id"]]
    assert (await bank.ask("GET", f"/v1/accounts/{other['id']}", caller=herself)).status == 404
    assert (await bank.transfer(other["id"], own["id"], 60, caller=herself)).status == 422
    assert (await bank.transfer(own["id"], other["id"], 60, caller=herself)).status == 201


async def test_an_organisation_sees_its_own_account_that_another_holds_but_does_not_change_it(bank: Bank) -> None:
    organisation = bank.newcomer()
    account = await bank.account(organisation, kind="organisation")
    owner = bank.app_of(organisation)
    path = f"/v1/accounts/{account['id']}"
    assert (await bank.ask("GET", path, caller=owner)).status == 200
    assert (await bank.ask("PATCH", path, {"debit_limit_seconds": 99}, caller=owner)).status == 403


async def test_only_an_organisation_changes_a_limit(bank: Bank) -> None:
    person = bank.newcomer()
    account = await bank.account(person)
    path = f"/v1/accounts/{account['id']}"
    refused = await bank.ask("PATCH", path, {"debit_limit_seconds": 99_999}, caller=bank.person(person))
    assert refused.status == 403
    assert refused.json()["type"] == "/problems/not-your-account"
    changed = await bank.ask("PATCH", path, {"debit_limit_seconds": 7200}, if_match='"1"')
    assert changed.json()["debit_limit_seconds"] == 7200
    assert changed.headers["etag"] == '"2"'
    assert (await bank.ask("PATCH", path, {"debit_limit_seconds": 0}, if_match='"1"')).status == 412


async def test_a_limit_cannot_be_set_above_what_is_owed(bank: Bank) -> None:
    debtor, other = await bank.account(), await bank.account()
    await bank.transfer(debtor["id"], other["id"], 3600)
    path = f"/v1/accounts/{debtor['id']}"
    refused = await bank.ask("PATCH", path, {"debit_limit_seconds": 3599})
    assert refused.json()["type"] == "/problems/limit-in-use"
    assert (await bank.ask("PATCH", path, {"debit_limit_seconds": 3600})).status == 200


async def test_an_account_is_closed_only_at_zero_and_then_takes_nothing(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    await bank.transfer(one["id"], other["id"], 3600)
    for account in (one, other):
        refused = await bank.ask("POST", f"/v1/accounts/{account['id']}:close")
        assert refused.json()["type"] == "/problems/account-in-use"
    await bank.transfer(other["id"], one["id"], 3600)
    closed = await bank.ask("POST", f"/v1/accounts/{one['id']}:close")
    assert (closed.status, closed.json()["state"]) == (200, "closed")
    assert closed.headers["content-location"] == f"/v1/accounts/{one['id']}"
    for payer, payee in ((one, other), (other, one)):
        assert (await bank.transfer(payer["id"], payee["id"], 60)).json()["type"] == "/problems/account-closed"
    assert (await bank.ask("POST", f"/v1/accounts/{one['id']}:close")).status == 409
    assert (await bank.account(UUID(one["owner"]["id"])))["id"] != one["id"]


async def test_an_account_that_a_match_counts_on_is_not_closed(bank: Bank) -> None:
    payer, payee = bank.newcomer(), bank.newcomer()
    await bank.hold(uuid4(), payer, payee, 600)
    for account in (await bank.ask("GET", "/v1/accounts")).json()["items"]:
        assert (await bank.ask("POST", f"/v1/accounts/{account['id']}:close")).status == 409


async def test_putting_by_external_id_twice_changes_nothing_and_tells_nothing(bank: Bank) -> None:
    owner = {"kind": "participant", "id": str(bank.newcomer())}
    path = "/v1/accounts/by-external-id?system=hours-book&value=A%2F7"
    first = await bank.ask("PUT", path, {"owner": owner, "debit_limit_seconds": 60})
    again = await bank.ask("PUT", path, {"owner": owner, "debit_limit_seconds": 60})
    assert (first.status, again.status) == (201, 200)
    assert first.json() == again.json()
    assert [one["type"] for one in await bank.facts()] == ["account.opened"]
    changed = await bank.ask("PUT", path, {"owner": owner, "debit_limit_seconds": 120})
    assert (changed.json()["debit_limit_seconds"], changed.json()["version"]) == (120, 2)


async def test_an_external_id_stays_with_its_owner_and_its_holder(bank: Bank) -> None:
    path = "/v1/accounts/by-external-id?system=hours-book&value=7"
    owner = {"kind": "participant", "id": str(bank.newcomer())}
    await bank.ask("PUT", path, {"owner": owner})
    other = {"kind": "participant", "id": str(bank.newcomer())}
    assert (await bank.ask("PUT", path, {"owner": other})).json()["type"] == "/problems/owner-differs"
    for caller, count in ((bank.app_of(), 1), (bank.app_of(uuid4()), 0)):
        found = await bank.ask("GET", "/v1/accounts?system=hours-book&value=7", caller=caller)
        assert len(found.json()["items"]) == count
    assert (await bank.ask("GET", "/v1/accounts?value=7")).json()["errors"][0]["path"] == "/system"
    foreign = await bank.ask("PUT", path, {"owner": owner}, caller=bank.app_of(uuid4()))
    assert foreign.json()["type"] == "/problems/account-exists"


async def test_an_account_that_is_there_takes_on_the_name_and_keeps_its_others(bank: Bank) -> None:
    person = bank.newcomer()
    known = [{"system": "civicrm", "value": "4711"}]
    account = await bank.account(person, external_ids=known)
    path = "/v1/accounts/by-external-id?system=hours-book&value=7"
    answer = await bank.ask("PUT", path, {"owner": {"kind": "participant", "id": str(person)}})
    assert (answer.status, answer.json()["id"]) == (200, account["id"])
    assert answer.json()["external_ids"] == [*known, {"system": "hours-book", "value": "7"}]


async def test_accounts_come_in_pages(bank: Bank) -> None:
    opened = [(await bank.account())["id"] for _ in range(5)]
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = await bank.ask("GET", f"/v1/accounts?limit=2{cursor}")
        seen += [one["id"] for one in page.json()["items"]]
        cursor = f"&cursor={page.json()['next']}"
        assert ("link" in page.headers) == (page.json()["next"] is not None)
    assert seen == sorted(opened)
    assert (await bank.ask("GET", "/v1/accounts?cursor=WzVd")).status == 422


async def test_bad_input_names_its_field(bank: Bank) -> None:
    person = {"kind": "participant", "id": str(bank.newcomer())}
    for body, path in [
        ({"owner": {"kind": "participant"}}, "/owner"),
        ({"owner": {"kind": "robot", "id": str(uuid4())}}, "/owner/kind"),
        ({"owner": person, "debit_limit_seconds": True}, "/debit_limit_seconds"),
        ({"owner": person, "debit_limit_seconds": -1}, "/debit_limit_seconds"),
        ({"owner": person, "debit_limit_seconds": 10**30}, "/debit_limit_seconds"),
        ({"owner": person, "name": "x"}, "/name"),
        ({"owner": person, "external_ids": [{"system": "a\u0000", "value": "b"}]}, "/external_ids/0/system"),
    ]:
        answer = await bank.ask("POST", "/v1/accounts", body)
        assert (answer.status, answer.json()["errors"][0]["path"]) == (422, path)
    nul = await bank.ask("PUT", "/v1/accounts/by-external-id?system=a%00&value=b", {"owner": person})
    assert nul.status == 422


async def test_reading_needs_the_scope_and_internal_routes_need_a_service(bank: Bank) -> None:
    caller = bank.app_of()
    weak = type(caller)("app", "x", "x", frozenset({"directory:read"}), bank.tenant, bank.organisation)
    assert (await bank.ask("GET", "/v1/accounts", caller=weak)).status == 403
    reader = type(caller)("app", "x", "x", frozenset({"timebank:read"}), bank.tenant, bank.organisation)
    account = await bank.account()
    assert (await bank.ask("GET", "/v1/accounts", caller=reader)).status == 200
    assert (await bank.transfer(account["id"], account["id"], 60, caller=reader)).status == 403
    body = {"match_id": str(uuid4()), "payer": str(uuid4()), "payee": str(uuid4()), "seconds": 60,
            "organisation": str(bank.organisation)}  # fmt: skip
    assert (await bank.ask("POST", "/internal/holds", body)).status == 403
