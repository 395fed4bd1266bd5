"""The gap report as a plain picture (SVG): needs against capabilities, row by row, what is unmet hatched.

It is read without colour (outline, hatching and numbers say the same) and without eyes (title and description).
Where only the least number of unmet needs may be told, nothing is hatched: a short bar would look like the truth.
"""

from collections.abc import Mapping, Sequence
from html import escape

from services.assessments.reports.domain import Gap, Shown
from services.vocabulary import label

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Needs and capabilities", "needs": "needs", "unmet": "of them unmet (hatched)",
        "capabilities": "capabilities", "unknown": "not known", "empty": "There is nothing to show.",
    },
    "de": {
        "title": "Bedarfe und Fähigkeiten", "needs": "Bedarfe", "unmet": "davon ungedeckt (schraffiert)",
        "capabilities": "Fähigkeiten", "unknown": "nicht bekannt", "empty": "Es gibt nichts zu zeigen.",
        "fewer than": "weniger als", "at least": "mindestens", "withheld": "nicht angegeben",
    },
}  # fmt: skip
_WIDTH, _LEFT, _BAR, _ROW, _TOP = 800, 260, 440, 52, 84
_HATCHED = (
    '<pattern id="unmet" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#000" stroke-width="2.5"/>'
    "</pattern>"
)


def drawn(gaps: Sequence[Gap], *, language: str) -> str:
    """Return the picture with its words in `language`, as far as they are known in it."""
    words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
    told = words is _WORDS.get(language.partition("-")[0])
    most = max((shown.count or 0 for gap in gaps for shown in (gap.needs, gap.capabilities)), default=0)
    names = [_name(gap, language, words) for gap in gaps]
    rows = [_row(gap, name, place, most, words) for place, (gap, name) in enumerate(zip(gaps, names, strict=True))]
    height = _TOP + _ROW * max(1, len(gaps)) + 10
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-labelledby="title desc" lang="{escape(language if told else "en")}" font-family="sans-serif" '
        'font-size="14">'
    )
    parts = [
        head, f'<title id="title">{escape(words["title"])}</title>',
        f'<desc id="desc">{escape(_spoken(gaps, names, words))}</desc>', f"<defs>{_HATCHED}</defs>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>', _legend(words), *rows, "</svg>",
    ]  # fmt: skip
    return "\n".join(parts) + "\n"


def _name(gap: Gap, language: str, words: Mapping[str, str]) -> str:
    return " · ".join(
        words["unknown"] if value is None else _called(dimension, value, language)
        for dimension, value in gap.key.items()
    )


def _called(dimension: str, value: str, language: str) -> str:
    if dimension not in ("category", "concept"):
        return value
    try:
        return label(value, language)
    except (KeyError, StopIteration):
        return value


def _spoken(gaps: Sequence[Gap], names: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the picture in words, for those who do not see it."""
    if not gaps:
        return words["empty"]
    said = [
        f"{name}: {words['needs']} {_told(gap.needs, words)}, {words['unmet']} {_told(gap.unmet, words)}, "
        f"{words['capabilities']} {_told(gap.capabilities, words)}."
        for gap, name in zip(gaps, names, strict=True)
    ]
    return " ".join(said)


def _legend(words: Mapping[str, str]) -> str:
    return "\n".join([
        _text(20, 28, words["title"], more='font-size="18" font-weight="bold"'),
        _box(20, 44, 22, "#fff"), _text(48, 57, words["needs"]),
        _box(150, 44, 22, "url(#unmet)"), _text(178, 57, words["unmet"]),
        _box(430, 44, 22, "#555"), _text(458, 57, words["capabilities"]),
    ])  # fmt: skip


def _row(gap: Gap, name: str, place: int, most: int, words: Mapping[str, str]) -> str:
    top = _TOP + place * _ROW
    short = name if len(name) <= 34 else name[:33] + "…"
    needs, unmet = _length(gap.needs, most), _length(gap.unmet, most) if _exact(gap.unmet) else 0
    capabilities = _length(gap.capabilities, most)
    return "\n".join([
        f"<g><title>{escape(name)}</title>", _text(_LEFT - 10, top + 24, short, more='text-anchor="end"'),
        _box(_LEFT, top, needs, "#fff"), _box(_LEFT, top, min(unmet, needs), "url(#unmet)"),
        _text(_LEFT + needs + 6, top + 13, _said(gap, words)),
        _box(_LEFT, top + 20, capabilities, "#555"),
        _text(_LEFT + capabilities + 6, top + 33, _told(gap.capabilities, words)), "</g>",
    ])  # fmt: skip


def _exact(shown: Shown) -> bool:
    return shown.shown == str(shown.count)


def _told(shown: Shown, words: Mapping[str, str]) -> str:
    """Return a number or what stands in its place, as "fewer than 5", in the language of the picture."""
    said, _, number = shown.shown.rpartition(" ")
    return f"{words.get(said, said)} {number}" if said else words.get(number, number)


def _said(gap: Gap, words: Mapping[str, str]) -> str:
    """Return the needs in words; a question mark where how many are unmet may not be told, and nothing is hatched."""
    needs = _told(gap.needs, words)
    return needs if _exact(gap.unmet) else f"{needs} (?)"


def _length(shown: Shown, most: int) -> int:
    return round(_BAR * (shown.count or 0) / most) if most else 0


def _box(left: int, top: int, width: int, fill: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{width}" height="16" fill="{fill}" stroke="#000"/>' if width else ""


def _text(left: int, base: int, text: str, *, more: str = "") -> str:
    return f'<text x="{left}" y="{base}" {more}>{escape(text)}</text>'
