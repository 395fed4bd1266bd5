"""A sheet of image cards as a PDF, as pictures, or as a page for a browser."""

from datetime import datetime
from html import escape
from importlib.resources import files
from typing import Any

from services.assessments.round_tables.sheets.domain import ImageCard, Sheet
from services.kernel import printing

_STYLE = """
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", sans-serif; margin: 1rem; color: #111; }
h1 { font-size: 1.2rem; font-weight: normal; text-align: center; color: #555; }
ul { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr; }
li { border: 1px dashed #999; padding: 5mm; text-align: center; min-height: 55mm; break-inside: avoid;
     display: flex; flex-direction: column; justify-content: center; }
.icon { font-family: "Noto Emoji", "Noto Color Emoji", sans-serif; font-size: 5rem; line-height: 1.2; }
.label { font-size: 1.9rem; font-weight: bold; }
.beneath { font-size: 1rem; color: #555; margin-top: .4rem; }
@page { size: A4; margin: 12mm; }
@media print { body { margin: 0; } }
"""


async def pdf(sheet: Sheet, *, at: datetime) -> bytes:
    """Return the pages to print."""
    return await printing.pdf(_template(), _data(sheet), at=at)


async def picture(sheet: Sheet, page: int, *, at: datetime) -> bytes:
    """Return one page, counted from 1, as a PNG picture."""
    return (await printing.pictures(_template(), _data(sheet), at=at))[page - 1]


def html(sheet: Sheet) -> str:
    """Return a page that prints well from a browser and asks nothing of any other server."""
    cards = "\n".join(map(_html_card, sheet.cards))
    title, way = escape(sheet.title), printing.direction(sheet.language)
    return (
        f'<!doctype html>\n<html lang="{escape(sheet.language)}" dir="{way}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1>\n<ul>\n{cards}\n</ul></body></html>\n"
    )


def _html_card(card: ImageCard) -> str:
    beneath = "" if card.beneath is None else _html_text("beneath", card.beneath, card.beneath_language)
    icon = f'<span class="icon" aria-hidden="true">{escape(card.icon)}</span>'
    return f"<li>{icon}{_html_text('label', card.label, card.language)}{beneath}</li>"


def _html_text(kind: str, text: str, language: str) -> str:
    way = printing.direction(language)
    return f'<span class="{kind}" lang="{escape(language)}" dir="{way}">{escape(text)}</span>'


def _template() -> str:
    return files(__package__).joinpath("card_sheet.typ").read_text(encoding="utf-8")


def _data(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "per_page": sheet.per_page,
        "language": _tongue(sheet.language),
        "cards": [_card(card) for card in sheet.cards],
    }


def _card(card: ImageCard) -> dict[str, Any]:
    beneath = None if card.beneath is None else {"text": card.beneath, **_tongue(card.beneath_language)}
    return {"icon": card.icon, "label": {"text": card.label, **_tongue(card.language)}, "beneath": beneath}


def _tongue(language: str) -> dict[str, str]:
    return {"tag": printing.tongue(language), "direction": printing.direction(language)}
