"""Which kind of answer a row of an XLSForm asks for, with its choices and its bounds."""

import re
from collections.abc import Mapping

from services.assessments.instruments.definition import AGREEMENTS
from services.assessments.instruments.questions import AGREEING
from services.assessments.instruments.xlsform.form import Form, Raw, fit
from services.assessments.instruments.xlsform.sheets import Row

_BOUNDS = re.compile(r"\.\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)")
_TYPES: Mapping[str, str] = {
    "text": "text", "string": "text", "integer": "number", "int": "number", "decimal": "number", "range": "scale",
    "date": "date", "geopoint": "place", "location": "place", "acknowledge": "consent", "trigger": "consent",
}  # fmt: skip
_CHOOSING: Mapping[str, str] = {
    "select_one": "single", "select one": "single", "select one from": "single", "select1": "single",
    "select_multiple": "several", "select multiple": "several", "select all that apply": "several",
    "select all that apply from": "several",
}  # fmt: skip
_WHY_NOT: Mapping[str, str] = {
    "calculate": "calculations are not made while asking", "calculation": "calculations are not made while asking",
    "hidden": "what is hidden is no question", "rank": "answers cannot be put in an order of preference",
    "xml-external": "choices from another file are not read", "csv-external": "choices from another file are not read",
    "select_one_external": "choices from another file are not read",
    "select_one_from_file": "choices from another file are not read",
    "select_multiple_from_file": "choices from another file are not read",
    **dict.fromkeys(["image", "photo", "audio", "video", "file", "barcode"], "answers are words, not files"),
    **dict.fromkeys(["geotrace", "geoshape"], "a place is a point"),
    **dict.fromkeys(["time", "datetime"], "times of day are asked for as availability"),
    **dict.fromkeys(
        ["start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email",
         "audit", "start-geopoint", "background-audio"],
        "nothing is recorded about the device or about who holds it",
    ),
}  # fmt: skip


def answer_of(form: Form, row: Row) -> Raw | None:
    """Return the type of answer that a row asks for, with its bounds and choices; None for one that is not read."""
    kind, named = _kind(row.cells.get("type", ""))
    native = _TYPES.get(kind) or _CHOOSING.get(kind)
    if native is None:
        why = _WHY_NOT.get(kind.replace(" ", "_"), _WHY_NOT.get(kind, "is no type of question that is understood"))
        form.lose(row, "type", row.cells.get("name", "") or kind[:80], why)
        return None
    answer: Raw = {"type": row.cells.get("cando::type", native)}
    if kind in _CHOOSING and not _listed(form, row, answer, named):
        return None
    if answer["type"] == "single" and row.cells.get("appearance") == "likert":
        answer["type"] = "likert"
    if kind in {"integer", "int"} or row.cells.get("cando::whole"):
        answer["whole"] = True
    if "cando::concepts" in row.cells:
        answer["concepts"] = row.cells["cando::concepts"].split()
    return answer | _required(form, row) | _range(form, row, kind) | _constraint(form, row, answer["type"])


def _kind(text: str) -> tuple[str, str]:
    """Return the type and the list that it names."""
    words = " ".join(text.split())
    for kind in sorted(_CHOOSING, key=len, reverse=True):
        if words.lower().startswith(kind + " "):
            return kind, words[len(kind) + 1 :]
    first = words.lower().partition(" ")[0]
    return (first, "") if first in _WHY_NOT else (words.lower(), "")


def _listed(form: Form, row: Row, answer: Raw, named: str) -> bool:
    name, _, other = named.partition(" ")
    if other:
        why = "an open further answer is not offered" if "other" in other else "is not understood"
        form.lose(row, "type", f"{row.cells.get('name', '')}: {other[:40]}", why)
    if name in form.own_lists:
        return True
    if fit(name) not in form.choices:
        form.lose(row, "type", f"{row.cells.get('name', '')}: {name[:40]}", "there is no such list of choices")
        return False
    if answer["type"] == AGREEING and tuple(form.choices[fit(name)]) != AGREEMENTS:
        answer["type"] = "single"
    answer["choices"] = fit(name)
    return True


def _required(form: Form, row: Row) -> Raw:
    said = row.cells.get("required", "").lower()
    if said in {"yes", "true", "true()", "1"}:
        return {"required": True}
    if said not in {"", "no", "false", "false()", "0"}:
        form.lose(row, "required", row.cells.get("name", ""), "a question is required or it is not")
    return {}


def _range(form: Form, row: Row, kind: str) -> Raw:
    given = dict(part.partition("=")[::2] for part in re.split(r"[;,\s]+", row.cells.get("parameters", "")) if part)
    if kind != "range":
        if given:
            form.lose(row, "parameters", row.cells.get("name", ""), "parameters are read of ranges only")
        return {}
    numbers = {"least": _number(given.pop("start", "1")), "most": _number(given.pop("end", "10"))}
    numbers |= {"step": _number(given.pop("step"))} if "step" in given else {}
    for name in given:
        form.lose(row, "parameters", f"{row.cells.get('name', '')}: {name[:40]}", "is no parameter of a scale")
    if any(number is None for number in numbers.values()):
        form.lose(row, "parameters", row.cells.get("name", ""), "are no numbers; the scale goes from 1 to 10")
        return {"least": 1, "most": 10}
    return numbers


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not abs(value) <= 1e12:
        return None
    return int(value) if value.is_integer() else value


def _constraint(form: Form, row: Row, kind: str) -> Raw:
    made: Raw = {}
    if (step := _number(row.cells.get("cando::step", ""))) is not None:
        made["step"] = step
    text = row.cells.get("constraint", "")
    if not text:
        return made
    tests = [_BOUNDS.fullmatch(part.strip(" ()")) for part in re.split(r"\s+and\s+", text)]
    if kind != "number" or not all(tests):
        form.lose(row, "constraint", row.cells.get("name", ""), "only the least and the most of a number are checked")
        return made
    made |= {"least" if test[1] == ">=" else "most": _number(test[2]) for test in tests if test}
    form.report.carried["constraints"] += 1
    return made
