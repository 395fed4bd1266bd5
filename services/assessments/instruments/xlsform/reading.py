"""An XLSForm as the definition of an instrument, and the list of what of it could not be carried over.

Groups become sections, repeats become repeated questions whose first question is what an entry says and whose others
are its parts. Columns of ours (`cando::…`) are read again as they were written.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from services.assessments.instruments.questions import Question
from services.assessments.instruments.texts import OF_A_QUESTION
from services.assessments.instruments.xlsform.answers import answer_of
from services.assessments.instruments.xlsform.expressions import Inexpressible, parsed, written
from services.assessments.instruments.xlsform.form import Form, Group, Raw, Repeat, fit, free, labels
from services.assessments.instruments.xlsform.languages import language_of
from services.assessments.instruments.xlsform.report import Report
from services.assessments.instruments.xlsform.sheets import Row, Sheet, WorkbookUnreadable
from services.assessments.instruments.xlsform.words import choices, fill_choices, further_words, wording

_WHY_COLUMN: Mapping[str, str] = {
    "calculation": "calculations are not made while asking",
    "choice_filter": "choices cannot depend on another answer",
    "appearance": "how a question looks is up to the app that asks",
    "default": "no answer is put into anybody's mouth",
    "repeat_count": "people say as much as they wish",
    "constraint_message": "what is wrong with an answer is said by the server",
    "required_message": "what is missing is said by the server",
    "trigger": "nothing is calculated",
    "read_only": "what cannot be answered is no question",
    "readonly": "what cannot be answered is no question",
    "media": "pictures and sounds are not carried over",
    "image": "pictures and sounds are not carried over",
    "guidance_hint": "only one hint can be shown",
}
_READ = frozenset({"type", "name", "label", "hint", "required", "relevant", "relevance", "constraint", "parameters"})
_OURS = frozenset(
    {f"cando::{name}" for name in ("id", "kind", "type", "concepts", "whole", "step", "makes", "fills",
                                   "done_already", "public", "show_if")}
)  # fmt: skip
_SILENT = frozenset({"note", "begin group", "end group", "begin repeat", "end repeat"})


def definition(book: Mapping[str, Sheet], *, name: str | None) -> tuple[Raw, Report]:
    """Return the definition that a workbook holds, and what of it was carried. Raises WorkbookUnreadable."""
    if "survey" not in book:
        raise WorkbookUnreadable("It has no sheet called survey.")
    form = _begun(book.get("settings"), name)
    for other in sorted(set(book) - {"survey", "choices", "settings", "cando"}):
        form.report.lose(other, None, "", other, "only the sheets survey, choices and settings are read")
    choices(form, book.get("choices", Sheet((), ())))
    _columns(form, book["survey"])
    for row in book["survey"].rows:
        _row(form, row)
    _close_repeat(form)
    further_words(form, book.get("cando", Sheet((), ())))
    return _ended(form), form.report


def _begun(settings: Sheet | None, name: str | None) -> Form:
    row = settings.rows[0] if settings and settings.rows else Row(2, {})
    cells = row.cells
    default = language_of(cells.get("default_language", "")) or "en"
    title = cells.get("form_title") or cells.get("title") or cells.get("form_id") or "Imported form"
    wanted = name or cells.get("cando::name") or _slug(cells.get("form_id") or title)
    form = Form(default, wanted, title, cells.get("cando::use", "assessment"))
    form.say(default, "title", title)
    known = {"form_title", "title", "form_id", "id_string", "version", "default_language", "cando::name", "cando::use"}
    for column in sorted(set(cells) - known):
        form.lose(row, column, cells[column][:80], "is no setting of ours", sheet="settings")
    form.groups.append(Group(None))
    return form


def _slug(text: str) -> str:
    made = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    made = made if made[:1].isalpha() else f"form-{made}"
    return made[:60].rstrip("-") + ("-form" if len(made) < 2 else "")


def _columns(form: Form, survey: Sheet) -> None:
    """List the columns of the survey that are not read, where they hold anything."""
    for row in survey.rows:
        for column, value in row.cells.items():
            base = column.lower().partition("::")[0].replace(" ", "_")
            likert = base == "appearance" and value == "likert"
            if column.lower() in _OURS or base in _READ or likert:
                continue
            why = _WHY_COLUMN.get(base, "is no column that is read")
            form.lose(row, column, row.cells.get("name", ""), why)


def _row(form: Form, row: Row) -> None:
    kind = " ".join(row.cells.get("type", "").lower().replace("begin_", "begin ").replace("end_", "end ").split())
    if not kind:
        if row.cells:
            form.lose(row, "type", row.cells.get("name", ""), "has no type")
    elif form.skipping:
        form.skipping += kind.startswith("begin repeat") - kind.startswith("end repeat")
        if kind not in _SILENT:
            form.lose(row, "type", row.cells.get("name", ""), "repeats cannot stand within repeats")
    elif kind in _STRUCTURE:
        _STRUCTURE[kind](form, row)
    else:
        _asked(form, row)


def _begin_group(form: Form, row: Row) -> None:
    if form.repeat is not None:
        form.repeat.depth += 1
        form.lose(row, "type", row.cells.get("name", ""), "groups within a repeat are dissolved")
        return
    if len(form.groups) > 1:
        form.lose(row, "type", row.cells.get("name", ""), "a group within a group is dissolved; its condition stays")
        form.groups.append(Group(form.groups[-1].key, _condition(form, row)))
        return
    key = free(fit(row.cells.get("cando::id") or row.cells.get("name") or "section"), _keys(form))
    condition = _condition(form, row)
    form.sections.append({"key": key} | ({"show_if": condition} if condition else {}))
    form.groups.append(Group(key))
    labels(form, row, "label", f"section.{key}")
    if f"section.{key}" not in form.texts.get(form.default, {}):
        form.say(form.default, f"section.{key}", row.cells.get("name") or key)
    form.report.carried["sections"] += 1


def _end_group(form: Form, row: Row) -> None:
    if form.repeat is not None and form.repeat.depth:
        form.repeat.depth -= 1
    elif len(form.groups) > 1:
        form.groups.pop()
    else:
        form.lose(row, "type", "", "ends a group that was not begun")


def _keys(form: Form) -> set[str]:
    return {section["key"] for section in form.sections}


def _begin_repeat(form: Form, row: Row) -> None:
    if form.repeat is not None:
        form.skipping = 1
        form.lose(row, "type", row.cells.get("name", ""), "repeats cannot stand within repeats")
        return
    question = _new(form, row) | {"type": "text", "repeats": True}
    form.repeat = Repeat(question, row)
    key = f"question.{question['id']}"
    labels(form, row, "label", key)
    labels(form, row, "hint", f"{key}.hint")


def _end_repeat(form: Form, row: Row) -> None:
    if form.repeat is None:
        form.lose(row, "type", "", "ends a repeat that was not begun")
    _close_repeat(form)


def _close_repeat(form: Form) -> None:
    repeat, form.repeat = form.repeat, None
    if repeat is None:
        return
    if not repeat.full:
        form.lose(repeat.row, "type", repeat.row.cells.get("name", ""), "a repeat without a question")
        return
    _keep(form, repeat.row, repeat.question)


def _note(form: Form, row: Row) -> None:
    """A note is said at the beginning of its section."""
    section = form.groups[-1].key
    if row.cells.get("cando::kind") == "filler":
        return
    if section is None or form.repeat is not None:
        form.lose(row, "type", row.cells.get("name", ""), "a note stands within a group or not at all")
        return
    key = f"section.{section}.introduction"
    before = {language: texts[key] for language, texts in form.texts.items() if key in texts}
    labels(form, row, "label", key)
    for language, lines in before.items():
        now = form.texts[language].get(key, [])
        form.texts[language][key] = lines if now is lines else ["\n".join([*lines, *now])]


_STRUCTURE: Mapping[str, Any] = {
    "begin group": _begin_group, "end group": _end_group, "begin repeat": _begin_repeat, "end repeat": _end_repeat,
    "note": _note,
}  # fmt: skip


def _new(form: Form, row: Row) -> Raw:
    """Return the beginning of a question: where it stands, what it is called, when it is asked."""
    name = row.cells.get("name", "")
    taken = {question["id"] for question in form.questions}
    key = free(fit(name or "question"), taken)
    if key != name:
        form.lose(row, "name", name, f"is called {key}")
    made: Raw = {"id": key, "section": _section(form)}
    conditions = [group.condition for group in form.groups if group.condition]
    if condition := _condition(form, row):
        conditions.append(condition)
    if conditions:
        made["show_if"] = conditions[0] if len(conditions) == 1 else {"all": conditions}
    return made | _meaning(row)


def _section(form: Form) -> str:
    if form.groups[-1].key is not None:
        return form.groups[-1].key
    if form.sections and form.sections[-1].get("loose"):
        return str(form.sections[-1]["key"])
    key = free("questions", _keys(form))
    form.sections.append({"key": key, "loose": True})
    form.say(form.default, f"section.{key}", form.title)
    return key


def _meaning(row: Row) -> Raw:
    cells = row.cells
    made: Raw = {name: cells[f"cando::{name}"] for name in ("makes", "fills") if f"cando::{name}" in cells}
    made |= {"done_already": True} if cells.get("cando::done_already") else {}
    return made | ({"public": False} if cells.get("cando::public") == "no" else {})


def _condition(form: Form, row: Row) -> Mapping[str, Any] | None:
    relevant = row.cells.get("relevant") or row.cells.get("relevance") or ""
    ours = _ours(form, row, relevant)
    if ours is not None or not relevant:
        return ours
    try:
        found = parsed(relevant, form.named)
    except Inexpressible as why:
        form.lose(row, "relevant", row.cells.get("name", ""), str(why))
        return None
    form.report.carried["conditions"] += 1
    return found


def _ours(form: Form, row: Row, relevant: str) -> Mapping[str, Any] | None:
    """Return the condition that we wrote ourselves, unless somebody has changed `relevant` since."""
    if "cando::show_if" not in row.cells:
        return None
    try:
        kept: Mapping[str, Any] = json.loads(row.cells["cando::show_if"])
        same = written(kept, {question.id: question for question in form.named.values()})
    except Inexpressible:
        same = ""
    except (ValueError, KeyError, TypeError, StopIteration, AttributeError, RecursionError):
        form.lose(row, "cando::show_if", row.cells.get("name", ""), "is no condition")
        return None
    if relevant != same:
        return None
    form.report.carried["conditions"] += 1
    return kept


def _asked(form: Form, row: Row) -> None:
    answer = answer_of(form, row)
    if answer is None:
        return
    if form.repeat is None:
        question = _new(form, row) | answer
        labels(form, row, "label", f"question.{question['id']}")
        labels(form, row, "hint", f"question.{question['id']}.hint")
        _keep(form, row, question)
    elif not form.repeat.full:
        _entry(form, row, form.repeat, answer)
    else:
        _part(form, row, form.repeat, answer)


def _keep(form: Form, row: Row, question: Raw) -> None:
    key = f"question.{question['id']}"
    if key not in form.texts.get(form.default, {}):
        form.say(form.default, key, row.cells.get("name") or question["id"])
    form.questions.append(question)
    form.report.carried["questions"] += 1
    listed = tuple(form.choices.get(question.get("choices", ""), ()))
    form.named[row.cells.get("name", question["id"])] = Question(
        id=question["id"], section=question["section"], type=question["type"],
        repeats=question.get("repeats", False), offered=listed,
    )  # fmt: skip


def _entry(form: Form, row: Row, repeat: Repeat, answer: Raw) -> None:
    """The first question within a repeat is what an entry says."""
    repeat.full = True
    repeat.question |= answer
    key = f"question.{repeat.question['id']}"
    spoken = {language for language, texts in form.texts.items() if key in texts}
    same = all(
        row.cells.get(heading, text) == text
        for heading, text in repeat.row.cells.items()
        if heading.startswith("label")
    )
    if not spoken:
        labels(form, row, "label", key)
    elif not same:
        form.lose(row, "label", row.cells.get("name", ""), "the repeat's own label is what is asked")
    labels(form, row, "hint", f"{key}.hint")
    if row.cells.get("relevant"):
        form.lose(row, "relevant", row.cells.get("name", ""), "within a repeat everything is asked")


def _part(form: Form, row: Row, repeat: Repeat, answer: Raw) -> None:
    taken = {"text", *OF_A_QUESTION, *(part["id"] for part in repeat.question.get("parts", ()))}
    name = row.cells.get("cando::id") or row.cells.get("name", "")
    key = free(fit(name or "part"), taken)
    if key != name:
        form.lose(row, "name", name, f"is called {key}")
    if row.cells.get("relevant"):
        form.lose(row, "relevant", name, "within a repeat everything is asked")
    public = {"public": False} if row.cells.get("cando::public") == "no" else {}
    repeat.question.setdefault("parts", []).append({"id": key, **answer, **public})
    where = f"question.{repeat.question['id']}.{key}"
    labels(form, row, "label", where)
    labels(form, row, "hint", f"{where}.hint")
    if where not in form.texts.get(form.default, {}):
        form.say(form.default, where, name or key)
    form.report.carried["parts"] += 1


def _ended(form: Form) -> Raw:
    translations = {language: wording(form, language, texts) for language, texts in form.texts.items()}
    form.report.carried["languages"] = len(translations)
    fill_choices(form, translations[form.default]["texts"])
    return {
        "name": form.name,
        "use": form.use,
        "default_language": form.default,
        "sections": [{name: value for name, value in one.items() if name != "loose"} for one in form.sections],
        "choices": form.choices,
        "questions": form.questions,
        "scores": form.scores,
        "translations": translations,
    }
