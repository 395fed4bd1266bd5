"""Published results on paper: as a PDF, or as a page for a browser that prints well."""

import csv
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from services.assessments.round_tables import naming
from services.assessments.round_tables.results import domain
from services.kernel import printing
from services.vocabulary import LANGUAGES

_MOST_DRAWN = 40
_STYLE = """
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", sans-serif; margin: 1rem auto;
       max-width: 46rem; line-height: 1.5; color: #111; }
.when, small { color: #555; } h2 { border-bottom: 1px solid #999; margin-top: 2rem; }
h3 { margin-bottom: .2rem; } ul { margin-top: .2rem; } li { break-inside: avoid; margin-bottom: .3rem; }
.dots { letter-spacing: .1rem; }
@page { size: A4; margin: 18mm; }
"""


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    """Return the few words of a page, by key and language."""
    found: dict[str, dict[str, str]] = {}
    with files(__package__).joinpath("words.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["key"], {})[row["language"]] = row["text"]
    return found


def _said(language: str) -> dict[str, str]:
    return {key: domain.words(texts, language).text for key, texts in _words().items()}


async def pdf(found: domain.Published, *, at: datetime) -> bytes:
    """Return the pages to print."""
    template = files(__package__).joinpath("results.typ").read_text(encoding="utf-8")
    return await printing.pdf(template, data(found), at=at)


def data(found: domain.Published) -> dict[str, Any]:
    """Return what the template sets: every text with its language, and which way that is written."""
    return {
        "title": found.title,
        "when": found.starts_at.date().isoformat(),
        "words": _said(found.language),
        **_tongue(found.language),
        "questions": [_question(one) for one in found.questions],
    }


def _question(one: domain.PublishedQuestion) -> dict[str, Any]:
    return {
        **_words_of(one.text),
        "count": one.count,
        "images": [{**_words_of(i.label), "icon": naming.icon(i.image), "count": i.count} for i in one.images],
        "groups": [
            {**_words_of(group.label), "dots": group.dots, "cards": list(map(_card, group.cards))}
            for group in one.groups
        ],
        "others": list(map(_card, one.others)),
    }


def _card(card: domain.PublishedCard) -> dict[str, Any]:
    """Return a card as it is printed: what this reader understands first, and beneath it its own words."""
    own = {"text": card.text, **_tongue(card.language), "called": LANGUAGES.get(card.language, card.language)}
    translation = None
    if card.translation:
        tongue = str(card.translation["language"])
        named = LANGUAGES.get(tongue, tongue)
        translation = {"text": card.translation["text"], **_tongue(tongue), "called": named}
    return {"shown": card.shown, "own": own, "translation": translation}


def _words_of(words: domain.Words) -> dict[str, Any]:
    return {"text": words.text, "translated": words.translated, **_tongue(words.language)}


def _tongue(language: str) -> dict[str, str]:
    return {"tag": printing.tongue(language), "direction": printing.direction(language)}


def html(found: domain.Published) -> str:
    """Return a page that asks nothing of any other server; everything people wrote is escaped."""
    told = data(found)
    words = told["words"]
    title = escape(found.title)
    questions = "\n".join(_html_question(one, words) for one in told["questions"])
    return (
        f'<!doctype html>\n<html lang="{escape(found.language)}" dir="{told["direction"]}">\n<head>'
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        f'<p class="when"><time>{told["when"]}</time></p>\n{questions}\n</body></html>\n'
    )


def _html_question(one: Mapping[str, Any], words: Mapping[str, str]) -> str:
    images = " · ".join(f"{escape(image['icon'])} {_html_text(image)} {image['count']}" for image in one["images"])
    parts = [f"<h2>{_html_text(one)}{_mark(one, words)} <small>{one['count']}</small></h2>", f"<p>{images}</p>"]
    for group in one["groups"]:
        called = f"{_html_text(group)}{_mark(group, words)}{_html_dots(group['dots'], words)}"
        parts.append(f"<h3>{called}</h3>{_html_cards(group['cards'], words)}")
    if one["others"]:
        parts.append(f"<h3>{escape(words['others'])}</h3>{_html_cards(one['others'], words)}")
    return "\n".join(parts)


def _html_dots(dots: int, words: Mapping[str, str]) -> str:
    drawn = "●" * min(dots, _MOST_DRAWN)
    return f' <span class="dots" aria-hidden="true">{drawn}</span> <small>{dots} {escape(words["dots"])}</small>'


def _mark(one: Mapping[str, Any], words: Mapping[str, str]) -> str:
    return "" if one["translated"] else f" <small>({escape(words['untranslated'])})</small>"


def _html_cards(cards: list[dict[str, Any]], words: Mapping[str, str]) -> str:
    return "<ul>" + "".join(f"<li>{_html_card(card, words)}</li>" for card in cards) + "</ul>" if cards else ""


def _html_card(card: Mapping[str, Any], words: Mapping[str, str]) -> str:
    own, translation = card["own"], card["translation"]
    missing = f", {escape(words['untranslated'])}" if card["shown"] == "untranslated" else ""
    original = f"{_html_text(own)} <small>({escape(own['called'])}{missing})</small>"
    if translation is None:
        return original
    translated = escape(words["translation"])
    if card["shown"] == "translation":
        return f"{_html_text(translation)} <small>({translated})</small><br>{original}"
    return f"{original}<br>{_html_text(translation)} <small>({translated}, {escape(translation['called'])})</small>"


def _html_text(one: Mapping[str, Any]) -> str:
    return f'<bdi lang="{escape(one["tag"])}" dir="{one["direction"]}">{escape(one["text"])}</bdi>'


def plain(found: domain.Published) -> dict[str, Any]:
    """Return the results as plain data."""
    return asdict(found)
