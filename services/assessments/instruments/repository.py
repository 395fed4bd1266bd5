"""Reads the instruments that are shipped with this room: one JSON file per version."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from services.assessments.instruments.domain import TYPES, Instrument, Option, Question
from services.vocabulary import CATEGORIES

Raw = Mapping[str, Any]


@cache
def shipped() -> Mapping[UUID, Instrument]:
    """Return every shipped instrument by its id, in the order of name and version."""
    folder = files(__package__).joinpath("shipped")
    raw = [json.loads(file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".json")]
    instruments = sorted(map(built, raw), key=lambda instrument: (instrument.name, instrument.version))
    return {instrument.id: instrument for instrument in instruments}


def built(raw: Raw) -> Instrument:
    """Return the instrument that a file describes. Raises ValueError for a type of question nobody can read."""
    return Instrument(
        name=raw["name"],
        version=raw["version"],
        titles=raw["titles"],
        sections=[(section["key"], section["titles"]) for section in raw["sections"]],
        questions=[_question(question, raw, question["section"]) for question in raw["questions"]],
        strength_prompts=raw["strength_prompts"],
    )


def _question(raw: Raw, instrument: Raw, section: str) -> Question:
    if raw["type"] not in TYPES:
        raise ValueError(f"The question {raw['id']} has the unknown type {raw['type']}.")
    return Question(
        id=raw["id"],
        section=section,
        type=raw["type"],
        texts=raw["texts"],
        prompts=raw.get("prompts", {}),
        examples=raw.get("examples", {}),
        required=raw.get("required", False),
        repeats=raw.get("repeats", False),
        options=_options(raw, instrument),
        parts=[_question(part, instrument, section) for part in raw.get("parts", [])],
        makes=raw.get("makes"),
        fills=raw.get("fills"),
        done_already=raw.get("done_already", False),
    )


def _options(raw: Raw, instrument: Raw) -> Sequence[Option]:
    if raw["type"] == "category":
        return [Option(category.key, category.labels) for category in CATEGORIES.values()]
    named = raw["type"] if raw["type"] == "yes_perhaps_not_now" else raw.get("options_of")
    return [Option(option["key"], option["texts"]) for option in instrument["options"].get(named, [])]
