"""Printing: a page that typst sets from a template and plain data, as PDF or as a picture.

The fonts come as a package (Noto Sans for Latin, Cyrillic, Arabic and Ethiopic script, and Noto Emoji for the
pictograms), so a page looks alike on every machine. What people wrote reaches a template as data only: it is never read
as typst's own language.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import typst

FONT_PACKAGE = "manimgx_fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", "Noto Emoji")
"""In the order in which they are asked for a letter."""
_DOTS_PER_INCH = 96
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "prs", "ps", "ur"})


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return which way a language is written."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def tongue(language: str) -> str:
    """Return what typst calls a language: two or three letters; `und` for one that has no such name."""
    primary = language.partition("-")[0].lower()
    return primary if re.fullmatch("[a-z]{2,3}", primary) else "und"


@cache
def _fonts() -> typst.Fonts:
    folder = str(files(FONT_PACKAGE))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


async def pdf(template: str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the pages that `template` (typst) makes of `data`, as a PDF that says it was made `at`.

    The template reads the data by `json(bytes(sys.inputs.data))`. It is set in a thread: a long one takes a while.
    """
    return (await asyncio.to_thread(_set, template, data, "pdf", at))[0]


async def pictures(template: str, data: Mapping[str, Any], *, at: datetime) -> list[bytes]:
    """Return each page as a PNG picture."""
    return await asyncio.to_thread(_set, template, data, "png", at)


def _set(template: str, data: Mapping[str, Any], kind: Literal["pdf", "png"], at: datetime) -> list[bytes]:
    made = typst.compile(
        template.encode(),
        font_paths=_fonts(),
        format=kind,
        ppi=_DOTS_PER_INCH,
        sys_inputs={"data": json.dumps({**data, "fonts": FAMILIES}, ensure_ascii=False, default=str)},
        timestamp=at.replace(microsecond=0),  # typst takes whole seconds
    )
    return made if isinstance(made, list) else [made]
