"""A rota to hang up in the house: a table per month, in a language of the house, as HTML or PDF."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from services.community.models import Turn
from services.community.rotas.turns import Place, Whole
from services.kernel import printing

_FALLBACK = "en"
_STYLE = """
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", sans-serif; margin: 2rem auto;
  max-width: 52rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: start; vertical-align: middle; padding: .5rem .7rem; border-bottom: 1px solid #bbb; }
thead th { background: #eee; }
tbody th small { display: block; font-weight: normal; color: #666; }
.free { color: #666; font-style: italic; }
@media print { body { margin: 0; } table { break-inside: auto; } tr { break-inside: avoid; } }
"""


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    text = files("services.community.rotas").joinpath("words.json").read_text(encoding="utf-8")
    known: Mapping[str, Mapping[str, Any]] = json.loads(text)
    return known


def language_of(language: str) -> str:
    """Return the language in which the sheet's own words are printed: the one asked for, its main one, or English."""
    return next((tag for tag in (language, language.partition("-")[0]) if tag in _words()), _FALLBACK)


def content(found: Whole, language: str) -> dict[str, Any]:
    """Return what stands on the sheet, as plain data; a place without a helper says that it is free."""
    tag = language_of(language)
    words = _words()[tag]
    return {
        "language": tag, "direction": printing.direction(tag), "title": found.rota.title, "area": found.rota.area,
        "title_language": found.rota.language, "title_direction": printing.direction(found.rota.language),
        "words": words, "months": _months(found, words["weekdays"]),
    }  # fmt: skip


async def pdf(found: Whole, language: str, *, at: datetime) -> bytes:
    """Return the sheet as a PDF that says it was made `at`."""
    template = files("services.community.rotas").joinpath("sheet.typ").read_text(encoding="utf-8")
    data = content(found, language)
    return await printing.pdf(template, {**data, "title_language": printing.tongue(data["title_language"])}, at=at)


def page(found: Whole, language: str) -> str:
    """Return the sheet as a page of HTML that needs nothing from elsewhere."""
    data = content(found, language)
    title = f'<bdi lang="{escape(data["title_language"])}">{escape(data["title"])}</bdi>'
    area = f"<p>{escape(data['area'])}</p>" if data["area"] else ""
    months = "".join(_month(month, data["words"]) for month in data["months"])
    return (
        f'<!doctype html>\n<html lang="{data["language"]}" dir="{data["direction"]}"><head><meta charset="utf-8">'
        f"<title>{escape(data['title'])}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{area}{months}</body></html>\n"
    )


def _months(found: Whole, weekdays: Sequence[str]) -> list[dict[str, Any]]:
    places = found.by_place
    days = sorted({day for day, _ in places})
    return [
        {"name": f"{month} / {year}", "days": [_day(found, day, places, weekdays) for day in some]}
        for (year, month), some in groupby(days, key=lambda day: (day.year, day.month))
    ]


def _day(
    found: Whole, day: date, taken: Mapping[Place, Sequence[Turn]], weekdays: Sequence[str]
) -> dict[str, Any]:  # fmt: skip
    places = []
    for name in found.rota.places:
        names: list[str | None] = [found.volunteers[one.volunteer_id].name_shown for one in taken.get((day, name), ())]
        free = [None] * max(0, found.rota.helpers_each - len(names))
        places.append({"name": name, "helpers": [{"name": one} for one in (*names, *free)]})
    return {"date": f"{day:%d.%m.%Y}", "weekday": weekdays[day.weekday()], "places": places}


def _month(month: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    head = "".join(f'<th scope="col">{escape(words[name])}</th>' for name in ("day", "place", "who"))
    rows = "".join(_rows(day, words) for day in month["days"])
    return f"<h2>{month['name']}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _rows(day: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    said = []
    for number, place in enumerate(day["places"]):
        first = (
            f'<th scope="rowgroup" rowspan="{len(day["places"])}">{day["date"]}<small>{escape(day["weekday"])}</small>'
        )
        names = "<br>".join(_helper(one["name"], words) for one in place["helpers"])
        cells = f"<td><bdi>{escape(place['name'])}</bdi></td><td>{names}</td>"
        said.append(f"<tr>{first + '</th>' if number == 0 else ''}{cells}</tr>")
    return "".join(said)


def _helper(name: str | None, words: Mapping[str, Any]) -> str:
    if name is None:
        return f'<span class="free">{escape(words["free"])}</span>'
    return f"&#9744; <bdi>{escape(name)}</bdi>"
