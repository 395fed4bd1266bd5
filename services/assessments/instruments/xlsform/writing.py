"""An instrument as an XLSForm, and the list of what an XLSForm cannot say.

What it cannot say stands in columns that begin with `cando::` and in a sheet `cando` of further words; other tools
pass over both, and an import reads them again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from services.assessments.instruments.questions import AGREEING, Instrument, Question, Score, Section
from services.assessments.instruments.xlsform import sheets
from services.assessments.instruments.xlsform.expressions import Inexpressible, written
from services.assessments.instruments.xlsform.report import Report
from services.vocabulary import CATEGORIES, LANGUAGES, label

Cells = dict[str, Any]

CATEGORY_LIST = "cando_categories"
AGREE_LIST = "cando_agree"
AGREEING_LIST = f"cando_{AGREEING}"
CONCEPT_LIST = "cando_concepts_"
"""Lists that stand for what our own types offer; an import does not read them as choices."""
_LONGEST_LIST = 40
_ORDER = ("list_name", "type", "name", "form_title", "form_id", "version", "default_language", "label", "hint",
          "required", "relevant", "constraint", "parameters", "appearance")  # fmt: skip
_TICKS = {"true": "✓", "false": "✗"}

NATIVE: Mapping[str, str] = {
    "text": "text", "date": "date", "place": "geopoint", "scale": "range", "number": "decimal",
    "single": "select_one", "likert": "select_one", "several": "select_multiple",
    "yes_perhaps_not_now": "select_one", "category": "select_one", "consent": "select_one",
    "concepts": "select_multiple", "availability": "text", "languages": "text", "conditions": "text",
}  # fmt: skip
_WHY_TYPE: Mapping[str, str] = {
    "place": "a geopoint has no words for the place",
    "concepts": "other tools see a list of choices, not image cards",
    "consent": "other tools see a choice of yes and no",
    "availability": "other tools see a free text, not times",
    "languages": "other tools see a free text, not languages",
    "conditions": "other tools see a free text, not conditions of sharing",
    "category": "other tools see a list of choices, not the vocabulary",
    "yes_perhaps_not_now": "other tools see a list of choices like any other",
}
_SAME_TYPE = frozenset({"text", "date", "single", "several", "scale", "number", "likert"})


def heading(language: str) -> str:
    """Return how XLSForms name a language in a column's heading."""
    return f"{LANGUAGES.get(language, language)} ({language})"


@dataclass(slots=True)
class _Form:
    instrument: Instrument
    survey: list[Cells] = field(default_factory=list)
    choices: list[Cells] = field(default_factory=list)
    carried_texts: set[tuple[str, str]] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    report: Report = field(default_factory=Report)

    @property
    def questions(self) -> Mapping[str, Question]:
        return {question.id: question for question in self.instrument.questions}

    def add(self, **cells: Any) -> None:
        self.survey.append({name.replace("cando_", "cando::", 1): value for name, value in cells.items()})

    def lose(self, column: str, what: str, why: str) -> None:
        self.report.lose("survey", len(self.survey) + 2, column, what, why)

    def words(self, column: str, key: str) -> Cells:
        """Return the cells that say the text `key` in each language that has it."""
        cells: Cells = {}
        for language, wording in self.instrument.wordings.items():
            if key in wording.texts:
                cells[f"{column}::{heading(language)}"] = "\n".join(wording.texts[key])
                if len(wording.texts[key]) == 1:
                    self.carried_texts.add((language, key))
        self.report.carried["texts"] += len(cells)
        return cells


def workbook(instrument: Instrument) -> tuple[bytes, Report]:
    """Return `instrument` as a workbook, and what of it an XLSForm says and does not say."""
    form = _Form(instrument)
    _own_lists(form)
    for section in instrument.sections:
        _section(form, section)
    for name, offered in instrument.choices.items():
        _choices(form, name, offered)
    if instrument.text("title", instrument.default_language).lines:
        form.carried_texts.add((instrument.default_language, "title"))
    words = list(_further_words(form))
    for score in instrument.scores:
        words.append({"cando::key": "score", "cando::text": _json(_score(score))})
        form.report.lose("cando", len(words) + 1, "cando::text", score.key, "XLSForm has no scores of this kind")
    made = {"survey": form.survey, "choices": form.choices, "settings": [_settings(instrument)], "cando": words}
    form.report.carried["languages"] = len(instrument.wordings)
    return sheets.write(made, {name: _columns(rows) for name, rows in made.items()}), form.report


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _columns(rows: Sequence[Cells]) -> list[str]:
    """Return the columns of a sheet in a steady order, those of ours last."""
    found = {column for row in rows for column in row} or {"cando::key"}
    return sorted(found, key=lambda column: (_place(column.partition("::")[0]), column))


def _place(base: str) -> int:
    return _ORDER.index(base) if base in _ORDER else len(_ORDER)


def _score(score: Score) -> dict[str, Any]:
    return {"key": score.key, "method": score.method, "questions": list(score.questions),
            "reversed": sorted(score.reversed), "values": dict(score.values)}  # fmt: skip


def _settings(instrument: Instrument) -> Cells:
    title = instrument.text("title", instrument.default_language).text
    return {
        "form_title": title or instrument.name,
        "form_id": instrument.name.replace("-", "_"),
        "version": str(instrument.version),
        "default_language": heading(instrument.default_language),
        "cando::name": instrument.name,
        "cando::use": instrument.use,
    }


def _section(form: _Form, section: Section) -> None:
    asked = [question for question in form.instrument.questions if question.section == section.key]
    shown = _relevant(form, section.show_if)
    key = f"section.{section.key}"
    form.add(
        type="begin_group", name=f"section_{section.key}", cando_id=section.key, **shown, **form.words("label", key)
    )
    note = form.words("label", f"{key}.introduction")
    if note:
        form.add(type="note", name=f"section_{section.key}_note", **note)
    elif not asked:
        form.add(type="note", name=f"section_{section.key}_note", cando_kind="filler", **form.words("label", key))
    for question in asked:
        _question(form, question)
    form.add(type="end_group")
    form.report.carried["sections"] += 1


def _question(form: _Form, question: Question) -> None:
    key = f"question.{question.id}"
    form.report.carried["questions"] += 1
    if not question.repeats:
        form.add(**_asked(form, question, question.id, key), **_relevant(form, question.show_if))
        return
    form.add(type="begin_repeat", name=question.id, **_relevant(form, question.show_if), **form.words("label", key),
             **_meaning(form, question))  # fmt: skip
    form.add(**{**_asked(form, question, f"{question.id}__text", key), "cando::kind": "entry"})
    for part in question.parts:
        form.add(**_asked(form, part, f"{question.id}__{part.id}", f"{key}.{part.id}"), cando_id=part.id)
        form.report.carried["parts"] += 1
    form.add(type="end_repeat")


def _asked(form: _Form, question: Question, name: str, key: str) -> Cells:
    """Return the cells of the row that asks `question` itself, wherever it stands."""
    cells: Cells = {"type": _type(form, question), "name": name}
    cells |= form.words("label", key) | form.words("hint", f"{key}.hint")
    cells |= {"required": "yes"} if question.required else {}
    cells |= _bounds(question)
    if question.type == "likert":
        cells["appearance"] = "likert"
    if question.type not in _SAME_TYPE:
        cells["cando::type"] = question.type
        form.lose("cando::type", question.id, _WHY_TYPE[question.type])
    if question.concepts:
        cells["cando::concepts"] = " ".join(question.concepts)
    if question.type == "scale" and question.whole:
        cells["cando::whole"] = "yes"
    if question.type == "number" and question.step is not None:
        cells["cando::step"] = question.step
        form.lose("cando::step", question.id, "a constraint cannot ask for steps")
    return cells if question.repeats else cells | _meaning(form, question)


def _meaning(form: _Form, question: Question) -> Cells:
    """Return the cells for what only we make of an answer."""
    cells: Cells = {"cando::makes": question.makes, "cando::fills": question.fills}
    cells["cando::done_already"] = "yes" if question.done_already else None
    cells["cando::public"] = None if question.public else "no"
    found = {column: value for column, value in cells.items() if value is not None}
    for column in found:
        form.lose(column, question.id, "XLSForm has no word for what becomes of an answer, or for whom a question is")
    return found


def _type(form: _Form, question: Question) -> str:
    native = "integer" if question.type == "number" and question.whole else NATIVE[question.type]
    if not native.startswith("select"):
        return native
    own = {"category": CATEGORY_LIST, "consent": AGREE_LIST, "concepts": CONCEPT_LIST + _cards_key(question)}
    if question.type == AGREEING and question.list_name not in form.instrument.choices:
        return f"{native} {AGREEING_LIST}"
    return f"{native} {own.get(question.type) or question.list_name}"


def _cards_key(question: Question) -> str:
    named = "_".join(question.concepts) or "all"
    return named if len(named) <= _LONGEST_LIST else f"{crc32(named.encode()):08x}"


def _bounds(question: Question) -> Cells:
    least, most = (None if one is None else _plain(one) for one in (question.least, question.most))
    if question.type == "scale":
        step = "" if question.step is None else f" step={_plain(question.step)}"
        return {"parameters": f"start={least} end={most}{step}"}
    tests = [f". {sign} {one}" for sign, one in ((">=", least), ("<=", most)) if one is not None]
    return {"constraint": " and ".join(tests)} if tests else {}


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))


def _relevant(form: _Form, condition: Mapping[str, Any] | None) -> Cells:
    if condition is None:
        return {}
    cells: Cells = {"cando::show_if": _json(condition)}
    try:
        cells["relevant"] = written(condition, form.questions)
        form.report.carried["conditions"] += 1
    except Inexpressible as why:
        form.lose("cando::show_if", "show_if", str(why))
    return cells


def _own_lists(form: _Form) -> None:
    """Write the lists that stand for our own types, where a question asks for one."""
    tongues = [language for language in form.instrument.wordings if language in LANGUAGES]
    for question in form.instrument.questions:
        for one in (question, *question.parts):
            if one.type == "category":
                _vocabulary(form, CATEGORY_LIST, tuple(CATEGORIES), tongues)
            elif one.type == "concepts":
                _vocabulary(form, CONCEPT_LIST + _cards_key(one), one.concepts or tuple(CATEGORIES), tongues)
            elif one.type == AGREEING and one.list_name not in form.instrument.choices:
                _agreements(form, one)
            elif one.type == "consent" and AGREE_LIST not in form.lists:
                form.lists.add(AGREE_LIST)
                form.choices += [{"list_name": AGREE_LIST, "name": key, **_everywhere(form, tick)}
                                 for key, tick in _TICKS.items()]  # fmt: skip


def _agreements(form: _Form, question: Question) -> None:
    if AGREEING_LIST not in form.lists:
        form.lists.add(AGREEING_LIST)
        _choices(form, AGREEING, question.offered, called=AGREEING_LIST)


def _everywhere(form: _Form, text: str) -> Cells:
    return {f"label::{heading(language)}": text for language in form.instrument.wordings}


def _vocabulary(form: _Form, name: str, keys: Sequence[str], tongues: Sequence[str]) -> None:
    if name in form.lists:
        return
    form.lists.add(name)
    for key in keys:
        labels = {f"label::{heading(language)}": label(key, language) for language in tongues}
        form.choices.append({"list_name": name, "name": key, **(labels or _everywhere(form, label(key)))})


def _choices(form: _Form, name: str, offered: Sequence[str], *, called: str | None = None) -> None:
    for key in offered:
        labels = form.words("label", f"choice.{name}.{key}")
        form.choices.append({"list_name": called or name, "name": key, **labels})
        form.report.carried["choices"] += 1


def _further_words(form: _Form) -> Iterator[Cells]:
    """Yield the words that no label and no hint has said, and who has read each."""
    for language, wording in sorted(form.instrument.wordings.items()):
        for key, lines in sorted(wording.texts.items()):
            where = {"cando::language": language, "cando::key": key, "cando::review": wording.review_of(key)}
            if (language, key) in form.carried_texts:
                yield where
                continue
            for line in lines:
                yield {**where, "cando::text": line}
            form.report.lose("cando", None, "cando::text", f"{language} {key}", "neither a label nor a hint")
