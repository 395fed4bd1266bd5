"""What a statement says beyond its lines: whose the other side is, totals that add up, taking part, and a sheet."""

import csv
import io
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

from tests.timebank.conftest import Bank
from tests.timebank.test_conservation import faults
from tests.timebank.test_holds import confirmed, told


async def test_totals_make_the_closing_balance_and_taking_part_is_counted_apart_from_hours(bank: Bank) -> None:
    person, neighbour = bank.newcomer(), bank.newcomer()
    one, other = await bank.account(person), await bank.account(neighbour)
    choir, pot = await bank.account(bank.newcomer(), kind="group"), await bank.account(kind="community")
    await bank.transfer(pot["id"], one["id"], 7200, kind="opening")
    await told(bank, confirmed(bank, uuid4(), person, neighbour, 3600))
    before = quote(datetime.now(UTC).isoformat())
    await bank.transfer(one["id"], choir["id"], 600)
    await bank.transfer(choir["id"], one["id"], 60)
    await bank.transfer(one["id"], pot["id"], 120, kind="donation")
    mistake = (await bank.transfer(other["id"], one["id"], 1800)).json()
    await bank.reverse(mistake["id"], "Entered twice")
    whole = await bank.statement(one["id"])
    assert [line["other_kind"] for line in whole["items"]] == [
        "community", "participant", "group", "group", "community", "participant", "participant",
    ]  # fmt: skip
    assert (whole["given_seconds"], whole["received_seconds"]) == (3600 + 600 + 120 + 1800, 7200 + 60 + 1800)
    assert whole["closing_seconds"] == whole["received_seconds"] - whole["given_seconds"]
    assert whole["closing_seconds"] == (await bank.read(one["id"]))["balance_seconds"]
    assert whole["participation"] == {"times_given": 2, "times_received": 1, "partners": 2}
    late = await bank.statement(one["id"], f"from={before}&limit=1")
    assert len(late["items"]) == 1
    assert late["participation"] == {"times_given": 1, "times_received": 1, "partners": 1}
    assert late["closing_seconds"] == late["opening_seconds"] + late["received_seconds"] - late["given_seconds"]


async def test_whoever_withdraws_her_consent_is_no_longer_read_about_but_her_account_can_be_settled(bank: Bank) -> None:
    person, neighbour = bank.newcomer(), bank.newcomer()
    hers, other, pot = await bank.account(person), await bank.account(neighbour), await bank.account(kind="community")
    made = (await bank.transfer(hers["id"], other["id"], 600, reason="Reading to him")).json()
    await bank.transfer(other["id"], pot["id"], 60, reason="For the choir", kind="donation")
    assert {one["withheld"] for one in (await bank.ask("GET", "/v1/transfers")).json()["items"]} == {False}
    bank.neighbours.known.discard(str(person))
    for path in ("/v1/transfers", f"/v1/accounts/{other['id']}/statement"):
        lines = (await bank.ask("GET", path)).json()["items"]
        assert [(one["reason"], one["withheld"]) for one in lines] == [("", True), ("For the choir", False)]
    assert (await bank.ask("GET", f"/v1/transfers/{made['id']}")).json()["reason"] == ""
    assert "Reading" not in str((await bank.ask("GET", f"/v1/accounts/{hers['id']}/statement?format=csv")).body)
    herself = await bank.ask("GET", f"/v1/accounts/{hers['id']}/statement", caller=bank.person(person))
    assert [one["reason"] for one in herself.json()["items"]] == ["Reading to him"]
    assert (await bank.transfer(pot["id"], hers["id"], 600, reason="She has left")).status == 201
    assert (await bank.ask("POST", f"/v1/accounts/{hers['id']}:close")).json()["state"] == "closed"
    assert faults(bank) == []


async def test_whoever_cannot_be_asked_about_is_not_read_about(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    await bank.transfer(one["id"], other["id"], 600)
    bank.neighbours.directory_answers = False
    (line,) = (await bank.statement(one["id"]))["items"]
    assert (line["reason"], line["withheld"], line["seconds"]) == ("", True, -600)


async def test_a_balance_that_somebody_leaves_goes_to_the_pot_also_when_she_is_erased(bank: Bank) -> None:
    pot, other = await bank.account(kind="community"), await bank.account()
    for leaves in ("by herself", "erased"):
        person = bank.newcomer()
        hers = await bank.account(person)
        await bank.transfer(other["id"], hers["id"], 600)
        if leaves == "erased":
            bank.neighbours.known.discard(str(person))
            await bank.ask("POST", f"/internal/subjects/{person}:erase", caller=bank.service())
        assert (await bank.ask("POST", f"/v1/accounts/{hers['id']}:close")).status == 409
        gift = await bank.transfer(hers["id"], pot["id"], 600, kind="donation", reason="Left to the community")
        assert gift.status == 201
        assert (await bank.ask("POST", f"/v1/accounts/{hers['id']}:close")).status == 200
    assert (await bank.read(pot["id"]))["balance_seconds"] == 1200
    assert faults(bank) == []


async def test_a_statement_comes_as_a_sheet_that_runs_nothing(bank: Bank) -> None:
    one, other = await bank.account(), await bank.account()
    await bank.transfer(one["id"], other["id"], 600, reason='=HYPERLINK("http://x")')
    await bank.transfer(one["id"], other["id"], 60, reason='Ironing, "twice"')
    path = f"/v1/accounts/{one['id']}/statement"
    asked = await bank.ask("GET", path, accept="text/csv")
    assert asked.headers["content-type"].startswith("text/csv")
    assert (await bank.ask("GET", f"{path}?format=csv&limit=1")).body == asked.body
    rows = list(csv.DictReader(io.StringIO(asked.body.decode())))
    assert [row["kind"] for row in rows] == ["opening balance", "transfer", "transfer", "closing balance"]
    assert [row["balance_seconds"] for row in rows] == ["0", "-600", "-660", "-660"]
    assert [row["seconds"] for row in rows] == ["", "-600", "-60", ""]
    assert [row["reason"] for row in rows[1:3]] == ['\'=HYPERLINK("http://x")', 'Ironing, "twice"']
    audit = "select count(*) from timebank.audit where tenant_id = %s and action = 'statement.read'"
    assert bank.as_owner(audit, bank.tenant) == [(2,)]
