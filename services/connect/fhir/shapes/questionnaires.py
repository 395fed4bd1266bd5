"""Instruments as Questionnaires: sections as groups, questions as items, every language in `translation` extensions.

A question with parts is a group that repeats, with the item `{question}.text` and one `{question}.{part}` for each.
Places, hours, languages and conditions, for which FHIR has no kind of answer, are texts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.connect.fhir.shapes.conditions import enabling, is_whole
from services.connect.fhir.shapes.parts import (
    CATEGORY,
    CONCEPT,
    TRANSLATION,
    Row,
    filled,
    resource,
    uuid_identifier,
)
from services.vocabulary import LANGUAGES, label

_STATUS = {"draft": "draft", "published": "active", "withdrawn": "retired"}
_KINDS = {
    "text": "text", "single": "choice", "several": "choice", "likert": "choice", "category": "choice",
    "yes_perhaps_not_now": "choice", "concepts": "open-choice", "date": "date", "consent": "boolean",
    "place": "string", "availability": "string", "languages": "string", "conditions": "string",
}  # fmt: skip
_MANY = ("several", "concepts", "availability", "languages")
_LIMITS = {
    "least": "http://hl7.org/fhir/StructureDefinition/minValue",
    "most": "http://hl7.org/fhir/StructureDefinition/maxValue",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """The texts of the languages that are not shown, by key."""

    others: Mapping[str, Mapping[str, Any]]

    def of(self, key: str) -> dict[str, Any]:
        """Return the extensions that hold a text in the other languages."""
        found = ((tongue, texts.get(key)) for tongue, texts in self.others.items())
        lines = [(tongue, text if isinstance(text, str) else "\n".join(text)) for tongue, text in found if text]
        return _translations(lines)

    def card(self, key: str) -> dict[str, Any]:
        """Return what the vocabulary calls a category or concept in the other languages."""
        return _translations([(tongue, label(key, tongue)) for tongue in self.others if tongue in LANGUAGES])


def _translations(lines: Iterable[tuple[str, str]]) -> dict[str, Any]:
    made = [
        {
            "url": TRANSLATION,
            "extension": [{"url": "lang", "valueCode": tongue}, {"url": "content", "valueString": text}],
        }
        for tongue, text in lines
    ]
    return {"extension": made} if made else {}


def canonical(instrument: Row) -> str:
    """Return the url that all versions of an instrument share, here and in every other house."""
    holder = f"{instrument['held_by']}:" if instrument["held_by"] else ""
    return f"urn:cando:instrument:{holder}{instrument['name']}"


def systems_of(instrument: Row) -> dict[str, str]:
    """Return the code system that the answers to each question come from; a part as `question.part`."""
    found = {}
    for question in instrument["questions"]:
        found[question["id"]] = _system(instrument, question)
        for part in question["parts"]:
            found[f"{question['id']}.{part['id']}"] = _system(instrument, part)
    return found


def _system(instrument: Row, question: Row) -> str:
    special = {"category": CATEGORY, "concepts": CONCEPT}
    return special.get(question["type"]) or f"{canonical(instrument)}:{question['choices'] or question['type']}"


def questionnaire(instrument: Row, translations: Mapping[str, Row]) -> dict[str, Any]:
    """Return an instrument in the language it is shown in, with the others beside it."""
    shown = instrument["shown"]
    words = _Words({tongue: one["texts"] for tongue, one in sorted(translations.items()) if tongue != shown})
    head = resource("Questionnaire", instrument["id"], version=instrument["version"], updated=instrument["updated_at"])
    return head | filled(
        {
            "language": shown,
            "url": canonical(instrument),
            "identifier": [uuid_identifier(instrument["id"])],
            "version": str(instrument["version"]),
            "name": "".join(word.capitalize() for word in instrument["name"].split("-")),
            "title": instrument["title"],
            "_title": words.of("title"),
            "status": _STATUS[instrument["state"]],
            "subjectType": ["Patient"],
            "description": instrument["introduction"],
            "_description": words.of("introduction"),
            "item": _sections(instrument, words),
        }
    )


def _sections(instrument: Row, words: _Words) -> list[dict[str, Any]]:
    questions = {one["id"]: one for one in instrument["questions"]}
    systems = systems_of(instrument)
    made = []
    for section in instrument["sections"]:
        key = section["key"]
        inside = [_question(one, questions, systems, words) for one in questions.values() if one["section"] == key]
        if inside:
            item = {"linkId": f"section/{key}", "text": section["title"], "_text": words.of(f"section.{key}")}
            shown = enabling(section["show_if"], questions, systems)
            made.append(filled({**item, "type": "group", **shown, "item": inside}))
    return made


def _question(question: Row, questions: Mapping[str, Row], systems: Mapping[str, str], words: _Words) -> dict[str, Any]:
    key = f"question.{question['id']}"
    hint = _hint(question, key, words)
    shown = enabling(question["show_if"], questions, systems)
    if not question["parts"]:
        item = _item(question, question["id"], key, systems[question["id"]], words)
        return _with(item, shown, hint)
    text = {"linkId": f"{question['id']}.text", "type": _kind(question), "required": True}
    parts = [
        _item(part, f"{question['id']}.{part['id']}", f"{key}.{part['id']}",
              systems[f"{question['id']}.{part['id']}"], words)
        for part in question["parts"]
    ]  # fmt: skip
    group = {"linkId": question["id"], "text": question["text"], "_text": words.of(key), "type": "group"}
    flags = {"required": question["required"] or None, "repeats": question["repeats"] or None}
    return _with(filled({**group, **flags}), shown, [*hint, text, *parts])


def _with(item: dict[str, Any], shown: Mapping[str, Any], inside: list[dict[str, Any]]) -> dict[str, Any]:
    extensions = [*item.pop("extension", []), *shown.get("extension", [])]
    return filled({**item, **shown, "extension": extensions, "item": [*inside, *item.get("item", [])]})


def _hint(question: Row, key: str, words: _Words) -> list[dict[str, Any]]:
    if not question["hint"]:
        return []
    made = {"linkId": f"{question['id']}/hint", "text": question["hint"], "_text": words.of(f"{key}.hint")}
    return [filled({**made, "type": "display"})]


def _item(question: Row, link: str, key: str, system: str, words: _Words) -> dict[str, Any]:
    many = question["repeats"] or question["type"] in _MANY
    return filled(
        {
            "extension": _limits(question),
            "linkId": link,
            "text": question["text"],
            "_text": words.of(key),
            "type": _kind(question),
            "required": question["required"] or None,
            "repeats": many or None,
            "answerOption": _options(question, system, words),
        }
    )


def _kind(question: Row) -> str:
    if question["type"] in ("number", "scale"):
        return "integer" if is_whole(question) else "decimal"
    return _KINDS.get(question["type"], "string")


def _limits(question: Row) -> list[dict[str, Any]]:
    if question["type"] not in ("number", "scale"):
        return []
    name = "valueInteger" if is_whole(question) else "valueDecimal"
    read = int if is_whole(question) else float
    return [{"url": url, name: read(question[limit])} for limit, url in _LIMITS.items() if question[limit] is not None]


def _options(question: Row, system: str, words: _Words) -> list[dict[str, Any]]:
    laid = question["cards"] or question["options"]
    made = []
    for one in laid:
        named = question["type"] in ("category", "concepts")
        others = words.card(one["key"]) if named else words.of(f"choice.{question['choices']}.{one['key']}")
        coding = {"system": system, "code": one["key"], "display": one["label"], "_display": others}
        made.append({"valueCoding": filled(coding)})
    return made
