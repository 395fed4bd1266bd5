"""XLSForm in and out: what survey people's own tool accepts, what comes back the same, and what is listed as lost."""

import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import openpyxl  # type: ignore[import-untyped]
import pytest
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from services.assessments.instruments.definition import definition_of, translations_of
from services.assessments.instruments.domain import Instrument, sound
from services.assessments.instruments.operations import all_of_them, get_shipped
from services.assessments.instruments.questions import Question
from services.assessments.instruments.shipped_files import cards
from services.assessments.instruments.xlsform.expressions import Inexpressible, parsed, written
from services.assessments.instruments.xlsform.reading import definition
from services.assessments.instruments.xlsform.report import Report
from services.assessments.instruments.xlsform.sheets import MEDIA_TYPE, WorkbookTooLarge, WorkbookUnreadable, read
from services.assessments.instruments.xlsform.writing import workbook
from services.kernel.upstream import Answer
from tests.assessments.conftest import Room, problem

Rows = Sequence[Mapping[str, Any]]
SHIPPED = pytest.mark.parametrize("instrument", all_of_them(), ids=lambda one: f"{one.name}-{one.version}")


def book(survey: Rows, choices: Rows = (), settings: Rows = (), **others: Rows) -> bytes:
    """A workbook as survey people make them."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in {"survey": survey, "choices": choices, "settings": settings, **others}.items():
        sheet = made.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def imported(*survey: Mapping[str, Any], choices: Rows = (), settings: Rows = ()) -> tuple[Instrument, Report]:
    """What a form becomes."""
    raw, report = definition(read(book(survey, choices, settings)), name=None)
    return _sound(raw), report


def _sound(raw: Mapping[str, Any]) -> Instrument:
    return sound(raw, cards(), id=get_shipped("round-table").id, version=1)


def lost(report: Report) -> list[tuple[str, str]]:
    """Columns and what was lost there."""
    return [(loss.column, loss.what) for loss in report.not_carried]


@SHIPPED
def test_pyxform_accepts_what_is_exported(instrument: Instrument) -> None:
    content, _ = workbook(instrument)
    found = convert(xlsform=io.BytesIO(content), file_type=".xlsx")
    assert "<h:html" in found.xform


@SHIPPED
def test_export_import_and_export_again_is_the_same(instrument: Instrument) -> None:
    content, _ = workbook(instrument)
    raw, report = definition(read(content), name=None)
    assert report.not_carried == []
    again = _sound(raw)
    assert definition_of(again) == definition_of(instrument)
    assert translations_of(again) == translations_of(instrument)
    assert read(workbook(again)[0]) == {**read(content), "settings": read(workbook(again)[0])["settings"]}


def test_the_exports_report_says_what_other_tools_do_not_see() -> None:
    _, report = workbook(get_shipped("needs-and-capabilities", 2))
    assert ("cando::makes", "activities") in lost(report)
    assert any(loss.column == "cando::type" for loss in report.not_carried)
    assert report.carried["questions"] == len(get_shipped("needs-and-capabilities", 2).questions)


def test_a_plain_form_becomes_a_draft_in_its_languages() -> None:
    made, report = imported(
        {"type": "begin_group", "name": "you", "label::English (en)": "You", "label::Deutsch (de)": "Sie"},
        {"type": "select_one yn", "name": "help", "label::English (en)": "Do you help?",
         "label::Deutsch (de)": "Helfen Sie?", "hint::English (en)": "Think of last week", "required": "yes"},
        {"type": "integer", "name": "hours", "label::English (en)": "Hours?", "label::Deutsch (de)": "Stunden?",
         "relevant": "${help} = 'y'", "constraint": ". >= 0 and . <= 40"},
        {"type": "end_group"},
        choices=[
            {"list_name": "yn", "name": "y", "label::English (en)": "Yes", "label::Deutsch (de)": "Ja"},
            {"list_name": "yn", "name": "n", "label::English (en)": "No", "label::Deutsch (de)": "Nein"},
        ],
        settings=[{"form_title": "Helping", "form_id": "helping_out", "default_language": "English (en)"}],
    )  # fmt: skip
    hours = made.question("hours")
    assert (made.name, made.languages, report.not_carried) == ("helping-out", ["de", "en"], [])
    assert (hours.show_if, hours.least, hours.most, hours.whole) == ({"question": "help", "is": "y"}, 0, 40, True)
    assert made.question("help").required
    assert made.text("question.help", "de").text == "Helfen Sie?"
    assert made.text("question.help.hint", "en").text == "Think of last week"
    assert made.review_of("de", "question.help") == "unreviewed"
    assert report.carried["choices"] == 2


def test_a_repeat_becomes_a_repeated_question_with_parts() -> None:
    made, report = imported(
        {"type": "begin repeat", "name": "skills", "label": "What can you do?"},
        {"type": "text", "name": "what", "label": "What can you do?"},
        {"type": "text", "name": "for_whom", "label": "For whom?"},
        {"type": "end repeat"},
    )
    skills = made.question("skills")
    assert (skills.type, skills.repeats, [part.id for part in skills.parts]) == ("text", True, ["for_whom"])
    assert made.text("question.skills.for_whom", "en").text == "For whom?"
    assert report.not_carried == []


@pytest.mark.parametrize(
    ("row", "column", "what"),
    [
        ({"type": "calculate", "name": "bmi", "calculation": "1+1"}, "type", "bmi"),
        ({"type": "text", "name": "b", "calculation": "1+1"}, "calculation", "b"),
        ({"type": "select_one_from_file a.csv", "name": "town"}, "type", "town"),
        ({"type": "select_one yn", "name": "b", "choice_filter": "x=${a}"}, "choice_filter", "b"),
        ({"type": "select_one yn", "name": "b", "appearance": "minimal"}, "appearance", "b"),
        ({"type": "select_one yn or_other", "name": "b"}, "type", "b: or_other"),
        ({"type": "select_one nowhere", "name": "b"}, "type", "b: nowhere"),
        ({"type": "image", "name": "photo"}, "type", "photo"),
        ({"type": "deviceid", "name": "device"}, "type", "device"),
        ({"type": "telepathy", "name": "mind"}, "type", "mind"),
        ({"type": "text", "name": "b", "constraint": "regex(., '[0-9]+')"}, "constraint", "b"),
        ({"type": "text", "name": "b", "relevant": "${c} = 'later'"}, "relevant", "b"),
        ({"type": "text", "name": "b", "relevant": "string-length(${a}) > 3"}, "relevant", "b"),
        ({"type": "text", "name": "b", "required": "${a} = 'x'"}, "required", "b"),
        ({"type": "text", "name": "b.c"}, "name", "b.c"),
        ({"type": "text", "name": "b", "media::image": "b.png"}, "media::image", "b"),
        ({"type": "text", "name": "b", "label::Klingon": "b"}, "label::Klingon", "b"),
        ({"name": "b"}, "type", "b"),
    ],
)
def test_what_cannot_be_carried_over_is_listed(row: dict[str, Any], column: str, what: str) -> None:
    first = {"type": "text", "name": "a", "label": "A"}
    last = {"type": "text", "name": "c", "label": "C"}
    _, report = imported(first, {"label": "B", **row}, last, choices=[{"list_name": "yn", "name": "y", "label": "Y"}])
    assert (column, what) in lost(report)
    assert all(loss.row == 3 and loss.why for loss in report.not_carried)


def test_a_sheet_that_is_not_read_and_a_second_choice_of_a_name_are_listed() -> None:
    content = book(
        [{"type": "text", "name": "a", "label": "A"}],
        [{"list_name": "l", "name": "x", "label": "X", "county": "z"}, {"list_name": "l", "name": "x", "label": "X"}],
        [{"form_title": "T", "instance_name": "${a}"}],
        external_choices=[{"list_name": "l", "name": "y"}],
    )
    _, report = definition(read(content), name=None)
    assert {(loss.sheet, loss.column) for loss in report.not_carried} == {
        ("external_choices", ""), ("choices", "county"), ("choices", "name"), ("settings", "instance_name"),
    }  # fmt: skip


def test_groups_and_repeats_within_others_are_dissolved_and_listed() -> None:
    made, report = imported(
        {"type": "begin group", "name": "outer", "label": "Outer"},
        {"type": "text", "name": "a", "label": "A"},
        {"type": "begin group", "name": "inner", "label": "Inner", "relevant": "${a} != ''"},
        {"type": "text", "name": "b", "label": "B", "relevant": "${a} = 'x'"},
        {"type": "end group"},
        {"type": "begin repeat", "name": "r", "label": "R"},
        {"type": "text", "name": "what", "label": "R"},
        {"type": "begin repeat", "name": "deep", "label": "Deep"},
        {"type": "text", "name": "never", "label": "Never"},
        {"type": "end repeat"},
        {"type": "end repeat"},
        {"type": "end group"},
    )
    assert [question.id for question in made.questions] == ["a", "b", "r"]
    assert made.question("b").show_if == {"all": [{"question": "a", "answered": True}, {"question": "a", "is": "x"}]}
    assert {loss.what for loss in report.not_carried} == {"inner", "deep", "never"}


def test_somebody_who_changes_relevant_is_heard() -> None:
    content, _ = workbook(
        imported(
            {"type": "text", "name": "a", "label": "A"},
            {"type": "text", "name": "b", "label": "B", "relevant": "${a} = 'x'"},
        )[0]
    )
    opened = openpyxl.load_workbook(io.BytesIO(content))
    survey = opened["survey"]
    place = next(cell for row in survey.iter_rows() for cell in row if cell.value == "${a} = 'x'")
    place.value = "${a} = 'y'"
    changed = io.BytesIO()
    opened.save(changed)
    raw, _ = definition(read(changed.getvalue()), name=None)
    assert _sound(raw).question("b").show_if == {"question": "a", "is": "y"}


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "t", "is": "o'clock"},
        {"question": "t", "is_not": "x"},
        {"question": "t", "answered": True},
        {"question": "t", "answered": False},
        {"question": "n", "at_least": 3},
        {"question": "n", "is": 2.5},
        {"question": "c", "is": True},
        {"question": "m", "includes": "a"},
        {"question": "m", "at_most": 2},
        {
            "all": [
                {"question": "t", "is": "x"},
                {"any": [{"question": "n", "at_most": 1}, {"not": {"question": "m", "includes": "b"}}]},
            ]
        },
    ],
)
def test_a_condition_says_the_same_there_and_back(condition: dict[str, Any]) -> None:
    kinds = {"t": "text", "n": "number", "c": "consent", "m": "several"}
    questions = {key: Question(id=key, section="s", type=kind) for key, kind in kinds.items()}
    assert parsed(written(condition, questions), questions) == condition


@pytest.mark.parametrize(
    "text",
    [
        "${t} = ",
        "${t}",
        "(${t} = 'x'",
        "${t} = 'x')",
        "${t} + 1 = 2",
        "today() > 3",
        "(" * 50,
        "${t} = 'x' or",
        "x" * 6000,
    ],
)
def test_an_expression_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(Inexpressible):
        parsed(text, {"t": Question(id="t", section="s", type="text")})


def test_a_text_that_begins_like_a_formula_stays_a_text() -> None:
    made, _ = imported({"type": "text", "name": "a", "label": "A"}, settings=[{"form_title": "T", "form_id": "f"}])
    raw = {
        **definition_of(made),
        "translations": {"en": {"texts": {"title": "T", "question.a": "=1+1", "section.questions": "T"}}},
    }
    survey = read(workbook(_sound(raw))[0])["survey"]
    assert "=1+1" in survey.rows[1].cells.values()


def _zip(**entries: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name.replace("__", "/") + ".xml", data)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", WorkbookUnreadable),
        (b"not a workbook", WorkbookUnreadable),
        (_zip(xl__workbook=b"<nothing/>"), WorkbookUnreadable),
        (_zip(bomb=b"\0" * 50_000_000), WorkbookTooLarge),
        (_zip(entity=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), WorkbookUnreadable),
        (b"x" * 5_000_001, WorkbookTooLarge),
        (book([{"type": "text", "name": f"q{number}"} for number in range(2001)]), WorkbookTooLarge),
    ],
    ids=["empty", "text", "no-book", "bomb", "entity", "bytes", "rows"],
)
def test_a_workbook_that_is_damaged_or_too_large_is_refused(content: bytes, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        read(content)


@pytest.mark.parametrize("cut", range(50, 4000, 487))
def test_a_workbook_that_was_cut_off_or_garbled_is_refused_or_read_but_breaks_nothing(cut: int) -> None:
    whole = book([{"type": "text", "name": "a", "label": "A"}])
    for content in (whole[:cut], whole[:cut] + bytes(50) + whole[cut + 50 :]):
        try:
            definition(read(content), name=None)
        except (WorkbookUnreadable, WorkbookTooLarge):
            continue


async def test_a_workbook_without_a_survey_is_refused(room: Room) -> None:
    made = openpyxl.Workbook()
    content = io.BytesIO()
    made.save(content)
    problem(await _post(room, content.getvalue()), 422, "workbook-unreadable")


async def _post(room: Room, content: bytes, media: str = MEDIA_TYPE) -> Answer:
    sent = {"authorization": f"Bearer {room.neighbours.token(room.app_of())}", "content-type": media}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=room.app), base_url="http://room") as client:
        found = await client.post("/v1/instruments:import-xlsform", content=content, headers=sent)
    return Answer(found.status_code, dict(found.headers), found.content)


async def test_an_exported_instrument_can_be_imported_as_ones_own(room: Room) -> None:
    found = await room.ask("GET", f"/v1/instruments/{get_shipped('needs-and-capabilities', 2).id}/xlsform")
    assert found.headers["content-type"] == MEDIA_TYPE
    assert 'filename="needs-and-capabilities-2.xlsx"' in found.headers["content-disposition"]
    answer = await _post(room, found.body)
    assert answer.status == 201, answer.body
    body = answer.json()
    assert (body["instrument"]["state"], body["instrument"]["version"], body["not_carried"]) == ("draft", 1, [])
    assert answer.headers["location"] == f"/v1/instruments/{body['instrument']['id']}"
    published = await room.do("POST", f"{answer.headers['location']}:publish")
    assert published["state"] == "published"


async def test_the_report_of_an_export_can_be_read_alone(room: Room) -> None:
    report = await room.do("GET", f"/v1/instruments/{get_shipped('needs-and-capabilities', 2).id}/xlsform/report")
    assert report["carried"]["questions"] > 20
    assert {"sheet", "row", "column", "what", "why"} == set(report["not_carried"][0])


async def test_other_media_and_large_files_are_refused(room: Room) -> None:
    problem(await _post(room, b"{}", "application/json"), 415, "unsupported-media-type")
    problem(await _post(room, b"x" * 5_000_001), 413, "workbook-too-large")
    problem(await _post(room, b"x" * 100), 422, "workbook-unreadable")


async def test_a_form_that_makes_no_instrument_names_the_places(room: Room) -> None:
    empty = await _post(room, book([{"type": "note", "name": "n", "label": "Hello"}]))
    assert problem(empty, 422, "definition-wrong")["errors"][0]["path"] == "/questions"
    odd = book([{"type": "text", "name": "a", "label": "A", "cando::makes": "trouble"}])
    assert problem(await _post(room, odd), 422, "invalid-request")["errors"][0]["path"] == "/questions/0/makes"


def test_a_count_of_four_hundred_digits_is_listed_and_breaks_nothing() -> None:
    asked = {"type": "text", "name": "why", "label": "Why?", "relevant": "count-selected(${fruit}) > " + "9" * 400}
    fruit = {"type": "select_multiple fruits", "name": "fruit", "label": "Fruit?"}
    _, report = imported(fruit, asked, choices=[{"list_name": "fruits", "name": "fig", "label": "Fig"}])
    assert [(one.column, one.why) for one in report.not_carried] == [("relevant", "the number is too large")]


def test_far_cells_on_sheets_that_nobody_reads_cost_no_time() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([{"type": "text", "name": "a", "label": "A"}])))
    for number in range(20):
        made.create_sheet(f"more {number}").cell(60_000, 200, "x")
    content = io.BytesIO()
    made.save(content)
    started = time.process_time()
    sheets = read(content.getvalue())
    assert time.process_time() - started < 3
    assert [row.cells["name"] for row in sheets["survey"].rows] == ["a"]
    assert len(sheets) == 23


def test_entities_are_refused_in_a_sheet_whatever_its_file_is_called() -> None:
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book([{"type": "text", "name": "a"}]))) as whole,
        zipfile.ZipFile(content, "w") as other,
    ):
        for entry in whole.infolist():
            other.writestr(entry.filename, whole.read(entry))
        other.writestr("xl/worksheets/sheet9.bin", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>')
    with pytest.raises(WorkbookUnreadable):
        read(content.getvalue())
