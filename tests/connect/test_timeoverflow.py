"""TimeOverflow's files: read as banks send them, brought in once however often, and out again as they came."""

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.connect.timeoverflow import mapping, records, sheets
from services.connect.timeoverflow.__main__ import main
from services.connect.timeoverflow.categories import ours
from services.connect.timeoverflow.records import Member, Post, Refusal
from services.connect.timeoverflow.sheets import Unreadable
from tests.town import Quarter, Town, ok

MEMBERS = """N,Name,Email,Phone,Alternative Phone,Created,Last login,Locale,Balance
1,Amina,amina@hazelbrook.example,01632 960101,,2019-03-01 10:00:00 UTC,,en,5400
2,=Bruno,,,,2019-03-01 10:00:00 UTC,,es,-5400
3,Célia,,,,2019-03-01 10:00:00 UTC,,ca,0
"""
OFFERS = """,Offer,Tags,User,Created
,Acompañamiento,,,
11,Un paseo por el río,"paseo, río",Bruno (2),2020-01-01 10:00:00 UTC
,Malabares,,,
12,Juggling for beginners,,Amina (1),2020-01-01 10:00:00 UTC
13,Nobody's,,Dora (9),2020-01-01 10:00:00 UTC
"""
INQUIRIES = """ID,Title,Description,Category,Type,User,N,Active
21,Shelves to put up,"Two shelves,
in the hall",Tareas domésticas,Inquiry,Amina,1,true
22,Old request,,,Inquiry,Amina,1,false
"""


# --- reading -------------------------------------------------------------------------------------------------------


def _members(text: str | bytes) -> list[Member | Refusal]:
    return list(records.members(sheets.read(text if isinstance(text, bytes) else text.encode())))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_report_is_read_in_every_usual_encoding_and_with_every_separator(encoding: str, separator: str) -> None:
    text = MEMBERS.replace(",", separator)
    found = _members(text.encode(encoding))
    assert [(one.uid, one.name, one.seconds) for one in found if isinstance(one, Member)] == [
        ("1", "Amina", 5400), ("2", "=Bruno", -5400), ("3", "Célia", 0)
    ]  # fmt: skip


@pytest.mark.parametrize("header", [
    "N,Nombre,Correo,Teléfono,Teléfono alternativo,Creado,Fecha último login,Idioma,Balance",
    "N,Nom,Correu,Telèfon,Telèfon alternatiu,Creat,Data darrera connexió,Llengua,Balanç",
    "N,Izena,Eposta,Telefonoa,Ordezko telefonoa,Sortua,Azken saioa,Hizkuntza,Balantzea",
    "sep=,\nN°,NAME,E-Mail,Phone,Alt. phone,Created,Last login,Locale,Balance",
    "رقم,اسم,بريد,هاتف,هاتف آخر,أنشئ,دخول,لغة,رصيد",
])  # fmt: skip
def test_the_columns_are_known_by_meaning_or_else_by_their_order(header: str) -> None:
    found = _members(header + "\n" + MEMBERS.partition("\n")[2])
    first = found[0]
    assert isinstance(first, Member)
    assert (first.uid, first.email, first.phones, first.seconds) == (
        "1", "amina@hazelbrook.example", ("01632 960101",), 5400,
    )  # fmt: skip


@pytest.mark.parametrize(("content", "why"), [
    (b"", "empty"), (b"a,b\n1,2\n", "no column for uid and name"), (b"N,Name\n1,A\x00\n", "NUL"),
    (b'N,Name\n1,"Amina\n2,B\n', "broken at line"), (b'N,Name\n1,"Ami"na\n', "broken at line 2"),
    (b"N,Name\n1," + b"A" * 140_000 + b"\n", "too long"), (b"N,Name\n1,\x81\x8d\n", "encoding"), (b"N" + b"," * 80 + b"\n", "columns"),
], ids=["empty", "columns", "nul", "open-quote", "inner-quote", "long", "encoding", "wide"])  # fmt: skip
def test_a_file_that_cannot_be_taken_says_why(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        _members(content)


@pytest.mark.parametrize(("row", "why"), [
    ("1,Again,0", "stands on line 2"), (",Nobody,0", "no member number"), ("x1,Nobody,0", "no number"),
    ("4,,0", "no name"), ("4,D,1.5", "neither"), ("4,D,31536001", "more than a year"), ("4,D,99999999:00", "neither"),
    ("4,D,-9000:00", "more than a year"), ("4,D,0,5", "more cells"),
])  # fmt: skip
def test_a_line_that_cannot_be_taken_is_refused_and_the_others_are_not(row: str, why: str) -> None:
    found = _members(f"N,Name,Balance\n1,Amina,60\n{row}\n5,Edda,-0:30\n")
    assert isinstance(found[1], Refusal)
    assert why in found[1].why
    assert (found[1].line, found[2].seconds if isinstance(found[2], Member) else None) == (3, -1800)


def test_as_many_lines_are_read_as_are_allowed_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sheets.MOST_ROWS == 100_000
    monkeypatch.setattr(sheets, "MOST_ROWS", 1_000)
    rows = "".join(f"{number},M{number},{number}\n" for number in range(1, 1_001))
    found = _members("N,Name,Balance\n" + rows)
    assert (len(found), sum(one.seconds or 0 for one in found if isinstance(one, Member))) == (1_000, 500_500)
    with pytest.raises(Unreadable, match="more than 1000 rows"):
        _members("N,Name,Balance\n" + rows + "1001,M,0\n")


def test_posts_are_read_from_the_grouped_report_and_from_the_full_one() -> None:
    found = list(records.posts(sheets.read(OFFERS.encode()), "offer"))
    assert [(one.id, one.uid, one.category, one.tags) for one in found if isinstance(one, Post)] == [
        ("11", "2", "Acompañamiento", ("paseo", "río")), ("12", "1", "Malabares", ()), ("13", "9", "Malabares", ()),
    ]  # fmt: skip
    full = [one for one in records.posts(sheets.read(INQUIRIES.encode()), "offer") if isinstance(one, Post)]
    assert [(one.kind, one.active, one.description) for one in full] == [
        ("need", True, "Two shelves,\nin the hall"), ("need", False, "")
    ]  # fmt: skip
    odd = list(records.posts(sheets.read(b"ID,Title,User\n1,,A (1)\n2,B,A\n,C,A (1)\n,C,A (1)\n"), "offer"))
    assert [type(one) for one in odd] == [Refusal, Refusal, Post, Refusal]


def test_their_categories_are_ours_by_name_in_any_language() -> None:
    assert [ours(name) for name in ("ACOMPAÑAMIENTO", "Tasques domèstiques", "Jardin", "Otro", "Malabares", "")] == [
        "company", "household", "garden", None, None, None,
    ]  # fmt: skip


@given(st.text(max_size=30).map(str.strip).filter(lambda text: "\x00" not in text))
def test_no_cell_that_goes_out_is_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    text = "".join(one for one in text if one.isprintable() or one in "\t\n")
    cell = sheets.guarded(text)
    assert cell.lstrip(" \u00a0\ufeff\u200b")[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert sheets.unguarded(cell) == text


@given(st.text("abc\n ", max_size=20), st.lists(st.text("abc", min_size=1, max_size=5), max_size=3, unique=True))
def test_description_and_tags_survive_as_one_text(description: str, tags: list[str]) -> None:
    post = Post(1, "offer", "1", "1", "T", description.strip(), "", tuple(tags))
    assert mapping.told_by(mapping.text_of(post)) == (post.description, post.tags)


# --- in and out ----------------------------------------------------------------------------------------------------


@dataclass
class Bank:
    """A time bank that moves in: its organisation, its files, and the command with its credentials."""

    quarter: Quarter
    id: str
    folder: Path
    capture: pytest.CaptureFixture[str]

    def __post_init__(self) -> None:
        self.api = self.quarter.app(self.id)
        self.name = f"millrace-{uuid4().hex[:6]}"

    def run(self, *arguments: str, code: int = 0) -> str:
        done = main([*arguments, "--bank", self.name])
        said = self.capture.readouterr()
        assert done == code, said.out + said.err
        return said.out + said.err

    def bring(self, *more: str, files: Mapping[str, str] | None = None, code: int = 0, consent: bool = True) -> str:
        arguments = ["import", *more]
        for name, text in (files or {}).items():
            path = self.folder / f"{name}-{uuid4().hex[:6]}.csv"
            path.write_text(text, encoding="utf-8")
            arguments += [f"--{name}", str(path)]
        stated = ["--consent", "2026-01,paper,2026-01-31", "--organisation", self.id]
        return self.run(*arguments, *(stated if consent else []), code=code)

    def take(self, *more: str) -> dict[str, list[dict[str, str]]]:
        out = self.folder / uuid4().hex[:6]
        self.said = self.run("export", "--out", str(out), *more)
        self.files = {path.stem: path.read_bytes() for path in sorted(out.iterdir())}
        return {
            name: list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")))) for name, content in self.files.items()
        }

    def all(self, path: str) -> dict[str, Any]:
        items = ok(self.api.get(f"/v1/{path}", params={"limit": 200}))["items"]
        return {
            name["value"]: one
            for one in items
            for name in one["external_ids"]
            if name["system"] == f"timeoverflow:{self.name}"
        }


@pytest.fixture(scope="module")
def quarter(town: Town) -> Quarter:
    """A neighbourhood in which each test moves a bank of its own in."""
    return town.found("overflow", language="en", zone="Europe/London", organisation="Council")


@pytest.fixture
def bank(quarter: Quarter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bank:
    made = quarter.organisation_named("Millrace Time Bank")
    credentials = quarter.credentials(made)
    monkeypatch.setenv("CANDO_URL", quarter.town.url)
    monkeypatch.setenv("CANDO_CLIENT_ID", credentials["client_id"])
    monkeypatch.setenv("CANDO_CLIENT_SECRET", credentials["client_secret"])
    return Bank(quarter, made, tmp_path, capsys)


def test_a_bank_comes_in_once_and_goes_out_as_it_came(bank: Bank) -> None:
    files = {"members": MEMBERS, "offers": OFFERS, "inquiries": INQUIRIES}
    told = bank.bring("--dry-run", files=files)
    assert "members: 3 created" in told
    assert bank.all("participants") == {}
    told = bank.bring(files=files)
    assert "members: 3 created, 0 updated, 0 unchanged, 0 skipped, 0 refused" in told
    assert "offers:5 created offer 12: its category is none of ours" in told
    assert "offer 13: member 9 is not taken" in told
    assert "need 22: not active in the bank" in told
    assert not [name for name in ("Amina", "Bruno", "amina@", "Juggling") if name in told]
    accounts = bank.all("accounts")
    assert {number: one["balance_seconds"] for number, one in accounts.items()} == {"1": 5400, "2": -5400, "3": 0}
    offers = bank.all("offers")
    assert (offers["11"]["category"], offers["11"]["language"], offers["11"]["released_text"]) == (
        "company",
        "es",
        None,
    )
    assert (offers["11"]["visibility"], offers["11"]["exchange"]) == ("matching", "credit")
    people = bank.all("participants")
    grants = ok(bank.api.get(f"/v1/participants/{people['1']['id']}/consents"))["items"]
    assert {one["purpose"] for one in grants} == {"timebank", "matching"}

    again = bank.bring(files=files)
    assert "members: 0 created, 0 updated, 3 unchanged, 0 skipped, 0 refused" in again
    assert "offers: 0 created, 0 updated, 2 unchanged, 1 skipped" in again
    assert {one["version"] for one in bank.all("offers").values()} == {1}

    out = bank.take("--contacts")
    first = bank.files
    assert [(one["N"], one["Name"], one["Email"], one["Balance"]) for one in out["members"]] == [
        ("1", "Amina", "amina@hazelbrook.example", "5400"), ("2", "'=Bruno", "", "-5400"), ("3", "Célia", "", "0"),
    ]  # fmt: skip
    assert "0 seconds stand in members.csv" in bank.said
    assert [(one["ID"], one["Category"], one["Tags"]) for one in out["offers"]] == [
        ("11", "Company", "paseo, río"), ("12", "", "")
    ]  # fmt: skip
    third = bank.bring(files={name: content.decode("utf-8-sig") for name, content in first.items()})
    for name, lines in (("members", 3), ("offers", 2), ("inquiries", 1)):
        assert f"{name}: 0 created, 0 updated, {lines} unchanged, 0 skipped, 0 refused" in third
    bank.take("--contacts")
    assert bank.files == first
    assert [one["Email"] for one in bank.take()["members"]] == ["", "", ""]


def test_what_a_bank_exports_arrives_alike_in_an_empty_neighbourhood(
    bank: Bank, lindenau: Quarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank.bring(files={"members": MEMBERS, "offers": OFFERS, "inquiries": INQUIRIES})
    mine = {name: _lasting(rows) for name, rows in bank.take("--contacts").items()}
    assert {name: len(rows) for name, rows in mine.items()} == {"members": 3, "offers": 2, "inquiries": 1}
    first = {name: content.decode("utf-8-sig") for name, content in bank.files.items()}
    made = lindenau.organisation_named("Zeitbank")
    credentials = lindenau.credentials(made)
    monkeypatch.setenv("CANDO_CLIENT_ID", credentials["client_id"])
    monkeypatch.setenv("CANDO_CLIENT_SECRET", credentials["client_secret"])
    other = Bank(lindenau, made, bank.folder, bank.capture)
    other.bring(files=first)
    assert {name: _lasting(rows) for name, rows in other.take("--contacts").items()} == mine


def _lasting(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.items() if name != "Created"} for row in rows]


def test_nobody_comes_in_without_stated_consent_or_once_deactivated(bank: Bank) -> None:
    told = bank.bring(consent=False, files={"members": MEMBERS, "offers": OFFERS})
    assert "members: 0 created, 0 updated, 0 unchanged, 3 skipped" in told
    assert "offers: 0 created, 0 updated, 0 unchanged, 3 skipped" in told
    assert bank.all("participants") == bank.all("accounts") == {}
    left = "N,Name,Active\n1,Amina,true\n2,Bruno,false\n"
    told = bank.bring(files={"members": left})
    assert "member 2: deactivated in the bank" in told
    assert set(bank.all("participants")) == {"1"}
    bank.bring(files={"members": MEMBERS, "offers": OFFERS})
    told = bank.bring(files={"members": left, "offers": OFFERS})
    assert "offer 11: it rests" in told
    assert {number: one["state"] for number, one in bank.all("offers").items()} == {"11": "paused", "12": "open"}


def test_an_import_that_broke_off_is_finished_by_the_next_one(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (os.environ["CANDO_CLIENT_ID"], os.environ["CANDO_CLIENT_SECRET"])
    some = bank.quarter.credentials(bank.id, scopes=["participants:write", "matching:write", "timebank:read"])
    monkeypatch.setenv("CANDO_CLIENT_ID", some["client_id"])
    monkeypatch.setenv("CANDO_CLIENT_SECRET", some["client_secret"])
    assert "timebank:manage" in bank.bring(code=1, files={"members": MEMBERS})
    assert (len(bank.all("participants")), bank.all("accounts")) == (3, {})
    monkeypatch.setenv("CANDO_CLIENT_ID", whole[0])
    monkeypatch.setenv("CANDO_CLIENT_SECRET", whole[1])
    assert "members: 0 created, 0 updated, 3 unchanged" in bank.bring(files={"members": MEMBERS})
    assert {number: one["balance_seconds"] for number, one in bank.all("accounts").items()} == {
        "1": 5400, "2": -5400, "3": 0,
    }  # fmt: skip


def test_what_changes_in_the_bank_changes_here_and_a_balance_comes_in_once(bank: Bank) -> None:
    bank.bring(files={"members": MEMBERS, "offers": OFFERS, "inquiries": INQUIRIES})
    changed = MEMBERS.replace("Célia", "Cèlia").replace("5400\n2", "9000\n2")
    told = bank.bring(files={"members": changed})
    assert "updated member 3" in told
    assert "member 1: its balance came in before" in told
    assert bank.all("accounts")["1"]["balance_seconds"] == 5400
    posts = "ID,Title,Description,Category,N,Active\n11,Un paseo largo,,Salud,2,false\n12,Juggling,,,1,true\n"
    told = bank.bring(files={"offers": posts, "inquiries": "ID,Title,N,Active\n21,Shelves to put up,1,false\n"})
    assert "offer 11: it rests" in told
    offers, needs = bank.all("offers"), bank.all("needs")
    assert (offers["11"]["title"], offers["11"]["category"], offers["11"]["state"]) == (
        "Un paseo largo", "health", "paused",
    )  # fmt: skip
    assert needs["21"]["state"] == "withdrawn"
    told = bank.bring(files={"offers": posts.replace("false", "true"), "inquiries": INQUIRIES})
    assert "offer 11: taken up again" in told
    assert "need 21: it was withdrawn here" in told
    told = bank.bring("--complete", files={"offers": posts.partition("12,")[0]})
    assert "offer 12: withdrawn: the file no longer has it" in told


def test_words_are_released_only_when_the_bank_says_so_and_never_with_a_way_to_reach_anybody(bank: Bank) -> None:
    posts = "ID,Title,Description,N\n31,Tea,With a cup of tea,1\n32,Ring,Ring 01632 960 101,1\n"
    told = bank.bring("--release-descriptions", files={"members": MEMBERS, "offers": posts})
    offers = bank.all("offers")
    assert [offers[one]["released_text"] for one in ("31", "32")] == ["With a cup of tea", None]
    assert "offer 32: its description tells how to reach somebody" in told
    again = bank.bring("--release-descriptions", files={"members": MEMBERS, "offers": posts})
    assert "offers: 0 created, 0 updated, 2 unchanged" in again


def test_who_takes_consent_back_does_not_go_out_and_does_not_come_back_in(bank: Bank) -> None:
    bank.bring(files={"members": MEMBERS, "offers": OFFERS})
    hers = bank.all("participants")["2"]["id"]
    for grant in ok(bank.api.get(f"/v1/participants/{hers}/consents"))["items"]:
        ok(bank.api.post(f"/v1/participants/{hers}/consents/{grant['id']}:revoke"))
    told = bank.bring(files={"members": MEMBERS, "offers": OFFERS})
    assert "offer 11: member 2 lets the bank match her no longer" in told
    assert not [one for one in ok(bank.api.get(f"/v1/participants/{hers}/consents"))["items"] if one["live"]]
    out = bank.take()
    assert [one["N"] for one in out["members"]] == ["1", "3"]
    assert [one["ID"] for one in out["offers"]] == ["12"]
    assert "does not consent, or no longer" in bank.said


def test_a_wrong_file_or_client_does_nothing_at_all(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    told = bank.bring(code=1, files={"members": MEMBERS, "offers": "Something,Else\n1,2\n"})
    assert "is not taken: it has no column for title." in told
    assert bank.all("participants") == {}
    assert "Name at least one file" in bank.bring(code=1)
    assert "refused line: its balance is more than a year" in bank.bring(
        code=2, files={"members": "N,Name,Balance\n7,Gill,99999999\n"}
    )
    monkeypatch.setenv("CANDO_CLIENT_SECRET", "wrong")
    assert "does not let this API client in (it answered 401)" in bank.bring(code=1, files={"members": MEMBERS})
    monkeypatch.delenv("CANDO_CLIENT_ID")
    assert "CANDO_CLIENT_ID must say" in bank.bring(code=1, files={"members": MEMBERS})
