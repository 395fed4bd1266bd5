"""The fixed words of summaries and prompts: `shipped/summary_texts.csv`, in the languages of the vocabulary."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

FALLBACK = "en"
_COMMAS = {"ar": "، ", "fa": "، ", "prs": "، ", "ti": "፣ ", "ur": "، "}


@cache
def _table() -> Mapping[tuple[str, str], str]:
    folder = files("services.assessments.one_to_one.shipped")
    with folder.joinpath("summary_texts.csv").open(encoding="utf-8") as lines:
        return {(row["key"], row["language"]): row["text"] for row in csv.DictReader(lines)}


def fixed(key: str, language: str, **filled: str) -> str:
    """Return the text `key` in `language`, else in its primary language, else in English; `{…}` filled in."""
    table = _table()
    tongues = (language, language.partition("-")[0], FALLBACK)
    text = next(table[key, tongue] for tongue in tongues if (key, tongue) in table)
    for name, value in filled.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def has(language: str) -> bool:
    """Say whether the fixed words are there in `language` or its primary language."""
    return any(("title", tongue) in _table() for tongue in (language, language.partition("-")[0]))


def listed(words: Iterable[str], language: str) -> str:
    """Return `words` in a row, with the comma of `language`."""
    return _COMMAS.get(language.partition("-")[0], ", ").join(words)
