"""Reads the definition of an instrument, as files and requests write it, and writes it again.

    Invalid
    └── DefinitionWrong      it does not hold together; `errors` name every place

The words stand beside the definition, per language: `{"review": "original", "texts": {key: text or lines}}`, with
`reviews` for single texts that are further, or less far, than the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.assessments.instruments.questions import (
    AGREEING,
    Instrument,
    Question,
    Review,
    Score,
    Section,
    Wording,
    least_reviewed,
)
from services.assessments.instruments.texts import list_of
from services.kernel.problems import FieldError, Invalid

Raw = Mapping[str, Any]
AGREEMENTS = ("yes", "perhaps", "not_now")


class DefinitionWrong(Invalid):
    slug = "definition-wrong"
    title = "The definition of the instrument does not hold together"

    @classmethod
    def at(cls, faults: Iterable[tuple[str, str]]) -> "DefinitionWrong":
        """Return the problem of these places (JSON pointers) and what is wrong with each."""
        errors = [FieldError(source="body", path=path, message=message) for path, message in faults]
        return cls(f"{errors[0].path} {errors[0].message}", errors=errors)


@dataclass(frozen=True, slots=True)
class Cards:
    """The keys of the everyday vocabulary: its categories in their order, and every category and concept."""

    categories: tuple[str, ...]
    all: frozenset[str]


def instrument_of(raw: Raw, cards: Cards, **kept: Any) -> Instrument:
    """Return the instrument that a sound definition describes; `kept` is what is known of it beside, such as its id."""
    choices = {name: tuple(offered) for name, offered in raw.get("choices", {}).items()}
    return Instrument(
        name=raw["name"],
        use=raw.get("use", "assessment"),
        default_language=raw.get("default_language", "en"),
        sections=tuple(Section(one["key"], one.get("show_if")) for one in raw["sections"]),
        choices=choices,
        questions=tuple(_question(one, one["section"], choices, cards) for one in raw["questions"]),
        scores=tuple(_score(one) for one in raw.get("scores", ())),
        wordings={tongue: wording_of(tongue, one) for tongue, one in raw.get("translations", {}).items()},
        **kept,
    )


def wording_of(language: str, raw: Raw) -> Wording:
    """Return the texts of one language."""
    texts = {key: (text,) if isinstance(text, str) else tuple(text) for key, text in raw.get("texts", {}).items()}
    general, special = raw.get("review", "unreviewed"), raw.get("reviews", {})
    return Wording(language, texts, {key: special.get(key, general) for key in texts})


def definition_of(instrument: Instrument) -> dict[str, Any]:
    """Return the definition of `instrument` without its words; what is as by default is left out."""
    made: dict[str, Any] = {
        "name": instrument.name,
        "use": instrument.use,
        "default_language": instrument.default_language,
        "sections": [_filled({"key": one.key, "show_if": one.show_if}) for one in instrument.sections],
        "choices": {name: list(offered) for name, offered in instrument.choices.items()},
        "questions": [_written(one) for one in instrument.questions],
    }
    if instrument.scores:
        made["scores"] = [_written_score(one) for one in instrument.scores]
    return made


def translations_of(instrument: Instrument) -> dict[str, Any]:
    """Return the words of `instrument`, language by language."""
    return {tongue: written_wording(instrument.wordings[tongue]) for tongue in instrument.languages}


def written_wording(wording: Wording) -> dict[str, Any]:
    """Return the texts of one language as they are posted."""
    general: Review = least_reviewed(map(wording.review_of, wording.texts)) if wording.texts else "unreviewed"
    special = {key: wording.review_of(key) for key in wording.texts if wording.review_of(key) != general}
    texts = {key: lines[0] if _is_single(key, lines) else list(lines) for key, lines in wording.texts.items()}
    return {"review": general, "texts": texts} | ({"reviews": special} if special else {})


def _is_single(key: str, lines: tuple[str, ...]) -> bool:
    many = key.endswith((".prompts", ".examples")) or key in {"strength_prompts", "rules"}
    return len(lines) == 1 and not many


def _question(raw: Raw, section: str, choices: Mapping[str, tuple[str, ...]], cards: Cards) -> Question:
    name = list_of(raw["type"], raw.get("choices"))
    return Question(
        id=raw["id"],
        section=section,
        type=raw["type"],
        required=raw.get("required", False),
        repeats=raw.get("repeats", False),
        list_name=name,
        offered=_offered(raw["type"], name, choices, cards),
        known=cards.all if raw["type"] == "concepts" else frozenset(),
        concepts=tuple(raw.get("concepts", ())),
        least=raw.get("least"),
        most=raw.get("most"),
        step=raw.get("step"),
        whole=raw.get("whole", False),
        show_if=raw.get("show_if"),
        parts=tuple(_question(part, section, choices, cards) for part in raw.get("parts", ())),
        makes=raw.get("makes"),
        fills=raw.get("fills"),
        done_already=raw.get("done_already", False),
        public=raw.get("public", True),
    )


def _offered(kind: str, name: str | None, choices: Mapping[str, tuple[str, ...]], cards: Cards) -> tuple[str, ...]:
    if kind == "category":
        return cards.categories
    return choices.get(name or "", AGREEMENTS if kind == AGREEING else ())


def _score(raw: Raw) -> Score:
    named = frozenset(raw.get("reversed", ()))
    return Score(raw["key"], raw["method"], tuple(raw["questions"]), named, dict(raw.get("values", {})))


def _written(question: Question) -> dict[str, Any]:
    made = {
        "id": question.id,
        "section": question.section,
        "type": question.type,
        "required": question.required,
        "repeats": question.repeats,
        "choices": question.list_name,
        "least": question.least,
        "most": question.most,
        "step": question.step,
        "whole": question.whole,
        "concepts": list(question.concepts),
        "show_if": question.show_if,
        "parts": [_written_part(part) for part in question.parts],
        "makes": question.makes,
        "fills": question.fills,
        "done_already": question.done_already,
    }
    return _filled(made) | ({} if question.public else {"public": False})


def _written_part(part: Question) -> dict[str, Any]:
    made = _written(part)
    del made["section"]
    return made


def _written_score(score: Score) -> dict[str, Any]:
    made = {"key": score.key, "method": score.method, "questions": list(score.questions)}
    return made | _filled({"reversed": sorted(score.reversed), "values": dict(score.values)})


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value or (value == 0 and not isinstance(value, bool))}
