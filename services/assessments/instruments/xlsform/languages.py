"""Languages as the headings of XLSForms name them: `Deutsch (de)`, `de`, `German`."""

import re
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from services.kernel.fields import Language
from services.vocabulary import LANGUAGES

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_TAG = re.compile(r"\(([A-Za-z-]{2,35})\)\s*$")
_IN_ENGLISH: Mapping[str, str] = {
    "arabic": "ar", "dari": "prs", "english": "en", "french": "fr", "german": "de", "polish": "pl", "spanish": "es",
    "tigrinya": "ti", "turkish": "tr", "ukrainian": "uk", "urdu": "ur",
}  # fmt: skip
_BY_NAME = {**_IN_ENGLISH, **{name.casefold(): tag for tag, name in LANGUAGES.items()}}


def language_of(named: str) -> str | None:
    """Return the tag of a language as a heading names it, or None for one that is not known."""
    text = named.strip()
    tag = _TAG.search(text)
    by_name = _BY_NAME.get(text.casefold())
    try:
        return by_name or _LANGUAGE.validate_python(tag[1] if tag else text)
    except ValidationError:
        return None
