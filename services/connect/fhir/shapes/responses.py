"""Assessments and their answers as QuestionnaireResponses, in the order and grouping of the Questionnaire."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.connect.fhir.shapes.parts import Row, filled, identifiers, instant, plain, reference, resource
from services.connect.fhir.shapes.questionnaires import canonical, systems_of

_STATUS = {
    "draft": "in-progress", "in_progress": "in-progress", "completed": "completed", "reviewed": "completed",
    "declined": "stopped",
}  # fmt: skip
_CHOICES = ("single", "several", "likert", "category", "concepts", "yes_perhaps_not_now")


def questionnaire_response(assessment: Row, instrument: Row, answers: Sequence[Row]) -> dict[str, Any]:
    """Return an assessment with the answers that may be read."""
    updated = max((one["updated_at"] for one in (assessment, *answers)), key=instant)
    version = sum(one["version"] for one in (assessment, *answers))
    made = resource("QuestionnaireResponse", assessment["id"], version=version, updated=updated)
    names = identifiers(assessment["external_ids"])
    return made | filled(
        {
            "language": assessment["language"],
            "identifier": names[0] if names else None,
            "questionnaire": f"{canonical(instrument)}|{instrument['version']}",
            "status": _STATUS[assessment["state"]],
            "subject": reference("Patient", assessment["participant_id"]),
            "authored": instant(assessment["completed_at"] or updated),
            "item": _sections(instrument, {one["question_id"]: one["value"] for one in answers}),
        }
    )


def _sections(instrument: Row, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    systems = systems_of(instrument)
    made = []
    for section in instrument["sections"]:
        inside = [
            item
            for question in instrument["questions"]
            if question["section"] == section["key"] and question["id"] in answers
            for item in _items(question, answers[question["id"]], systems)
        ]
        if inside:
            made.append({"linkId": f"section/{section['key']}", "text": section["title"], "item": inside})
    return made


def _items(question: Row, value: Any, systems: Mapping[str, str]) -> list[dict[str, Any]]:
    if not question["parts"]:
        values = value if isinstance(value, list) and question["repeats"] else [value]
        found = [one for each in values for one in _answers(question, each, systems[question["id"]])]
        return [_item(question, question["id"], found)] if found else []
    entries = value if isinstance(value, list) else [value]
    return [_entry(question, entry, systems) for entry in entries if isinstance(entry, dict)]


def _entry(question: Row, entry: Row, systems: Mapping[str, str]) -> dict[str, Any]:
    inside = [{"linkId": f"{question['id']}.text", "answer": _answers(question, entry.get("text"), "")}]
    for part in question["parts"]:
        link = f"{question['id']}.{part['id']}"
        inside.append(_item(part, link, _answers(part, entry.get(part["id"]), systems[link])))
    return {"linkId": question["id"], "text": question["text"], "item": [one for one in inside if one.get("answer")]}


def _item(question: Row, link: str, answers: list[dict[str, Any]]) -> dict[str, Any]:
    return filled({"linkId": link, "text": question["text"], "answer": answers})


def _answers(question: Row, value: Any, system: str) -> list[dict[str, Any]]:
    """Return the answers that a value holds, each in FHIR's kind for it."""
    if value is None:
        return []
    if isinstance(value, list):
        return [one for each in value for one in _answers(question, each, system)]
    kind = question["type"]
    if kind in _CHOICES and isinstance(value, str):
        return [{"valueCoding": _coding(question, value, system)}]
    if isinstance(value, bool):
        return [{"valueBoolean": value}]
    if isinstance(value, int | float):
        return [{"valueInteger": value} if isinstance(value, int) else {"valueDecimal": value}]
    if kind == "date":
        return [{"valueDate": value}]
    text = plain(_in_words(kind, value))
    return [{"valueString": text}] if text else []


def _coding(question: Row, key: str, system: str) -> dict[str, Any]:
    labels = {one["key"]: one["label"] for one in (*question["options"], *question["cards"])}
    return filled({"system": system, "code": key, "display": labels.get(key)})


def _in_words(kind: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if kind == "languages":
        return " ".join(filter(None, (value.get("language"), value.get("level"))))
    if kind == "availability":
        return ", ".join(
            filter(
                None,
                (value.get("starts"), f"{value.get('minutes')} minutes", value.get("time_zone"), value.get("rule")),
            )
        )
    if kind == "conditions":
        return ", ".join(f"{name} {shown}" for name, shown in value.items() if shown)
    return str(value.get("text", ""))
