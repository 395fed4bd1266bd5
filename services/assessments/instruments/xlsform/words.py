"""The lists of choices of an XLSForm, and the words beyond labels and hints that we wrote ourselves."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.assessments.instruments.definition import AGREEMENTS
from services.assessments.instruments.questions import AGREEING
from services.assessments.instruments.texts import OF_A_QUESTION
from services.assessments.instruments.xlsform.form import OUR_LISTS, UNFIT, Form, Raw, fit, labels
from services.assessments.instruments.xlsform.sheets import Row, Sheet
from services.kernel.fields import Language

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)


def choices(form: Form, sheet: Sheet) -> None:
    for row in sheet.rows:
        name = row.cells.get("list_name") or row.cells.get("list name") or ""
        key = row.cells.get("name") or row.cells.get("value") or ""
        if name.startswith(OUR_LISTS):
            form.own_lists.add(name)
            if name == OUR_LISTS + AGREEING:
                labels(form, row, "label", f"choice.{AGREEING}.{key}", sheet="choices")
            continue
        if not name or not key:
            form.lose(row, "name", key or name, "a choice needs list_name and name", sheet="choices")
            continue
        _choice(form, row, fit(name), key)


def _choice(form: Form, row: Row, name: str, key: str) -> None:
    fit = UNFIT.sub("_", key)[:63]
    if fit != key:
        form.lose(row, "name", key[:80], f"is called {fit}: letters, digits, _ and - only", sheet="choices")
    if fit in form.choices.setdefault(name, []):
        form.lose(row, "name", fit, "is there twice", sheet="choices")
        return
    form.choices[name].append(fit)
    form.report.carried["choices"] += 1
    labels(form, row, "label", f"choice.{name}.{fit}", sheet="choices")
    for column in row.cells:
        if column.partition("::")[0].strip().lower() not in {
            "list_name",
            "list name",
            "name",
            "value",
            "label",
            "cando",
        }:
            form.lose(row, column, fit, "choices have a name and labels only", sheet="choices")


def further_words(form: Form, sheet: Sheet) -> None:
    """Read the further words that we wrote ourselves."""
    lines: dict[tuple[str, str], list[str]] = {}
    for row in sheet.rows:
        language, key = row.cells.get("cando::language", ""), row.cells.get("cando::key", "")
        if key == "score":
            _score(form, row)
            continue
        try:
            where = (_LANGUAGE.validate_python(language), key)
        except ValidationError:
            form.lose(row, "cando::language", key[:80], "names no language that is known", sheet="cando")
            continue
        if "cando::text" in row.cells:
            lines.setdefault(where, []).append(row.cells["cando::text"])
        if row.cells.get("cando::review") in {"original", "reviewed", "unreviewed"}:
            form.reviews.setdefault(where[0], {})[key] = row.cells["cando::review"]
    known = _known(form)
    for (language, key), text in lines.items():
        if key in known:
            form.say_lines(language, key, text)
        else:
            form.report.lose("cando", None, f"{language} {key}", "", "there is nothing any more that it belongs to")


def _known(form: Form) -> set[str]:
    """Return the keys of every text that what has been read can have."""
    keys = {"title", "introduction", "description", "rules", "strength_prompts", "closing"}
    for section in form.sections:
        keys |= {f"section.{section['key']}{more}" for more in ("", ".hint", ".introduction")}
    for question in form.questions:
        for word in ("", *(f".{part['id']}" for part in question.get("parts", ()))):
            key = f"question.{question['id']}{word}"
            keys |= {key, *(f"{key}.{more}" for more in OF_A_QUESTION)}
    keys |= {f"choice.{name}.{key}" for name, offered in form.choices.items() for key in offered}
    keys |= {f"choice.{AGREEING}.{key}" for key in AGREEMENTS if OUR_LISTS + AGREEING in form.own_lists}
    return keys | {f"score.{score['key']}{more}" for score in form.scores for more in ("", ".hint")}


def _score(form: Form, row: Row) -> None:
    try:
        score = json.loads(row.cells.get("cando::text", ""))
        form.scores.append({**score, "key": str(score["key"])})
    except (ValueError, RecursionError, TypeError, KeyError):
        form.lose(row, "cando::text", "score", "is no score", sheet="cando")


def fill_choices(form: Form, texts: dict[str, Any]) -> None:
    """Let a choice without a label be called by its name: a form may leave that out."""
    for name, offered in form.choices.items():
        for key in offered:
            texts.setdefault(f"choice.{name}.{key}", key)


def wording(form: Form, language: str, texts: Mapping[str, Sequence[str]]) -> Raw:
    general = "original" if language == form.default else "unreviewed"
    said = form.reviews.get(language, {})
    special = {key: review for key, review in said.items() if key in texts and review != general}
    plain = {key: _plain(key, lines) for key, lines in texts.items()}
    return {"review": general, "texts": plain} | ({"reviews": special} if special else {})


def _plain(key: str, lines: Sequence[str]) -> str | list[str]:
    many = key.endswith((".prompts", ".examples")) or key in {"strength_prompts", "rules"}
    return lines[0] if len(lines) == 1 and not many else list(lines)
