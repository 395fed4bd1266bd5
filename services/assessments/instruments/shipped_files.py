"""Reads the instruments that are shipped with this room: a folder per name and version, a table of words per language.

`shipped/<name>/<version>/instrument.json` is the definition; `languages/<language>.csv` has the columns `key`, `text`
and `review`. A key in several rows is a list in their order; it is reviewed when each of its rows is.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from uuid import UUID

from services.assessments.instruments.domain import Cards, Instrument, check_complete, shipped_id, sound
from services.assessments.instruments.questions import least_reviewed
from services.vocabulary import CATEGORIES
from services.vocabulary.concepts import concepts


@cache
def shipped() -> Mapping[UUID, Instrument]:
    """Return every shipped instrument by its id, in the order of name and version."""
    folder = files(__package__).joinpath("shipped")
    found = [read(version) for name in _folders(folder) for version in _folders(name)]
    found.sort(key=lambda instrument: (instrument.name, instrument.version))
    return {instrument.id: instrument for instrument in found}


@cache
def cards() -> Cards:
    """Return the keys of the vocabulary that questions and answers may name."""
    return Cards(tuple(CATEGORIES), frozenset(CATEGORIES) | frozenset(concepts()))


def read(folder: Traversable) -> Instrument:
    """Return the instrument in a folder. Raises DefinitionWrong or TextsMissing for one that is not fit to be used."""
    raw: dict[str, Any] = json.loads(folder.joinpath("instrument.json").read_text(encoding="utf-8"))
    version = raw.pop("version")
    raw["translations"] = {
        file.name.removesuffix(".csv"): _words(file)
        for file in sorted(folder.joinpath("languages").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".csv")
    }
    made = sound(raw, cards(), id=shipped_id(raw["name"], version), version=version, shipped=True)
    check_complete(made)
    return made


def _folders(folder: Traversable) -> Iterator[Traversable]:
    return (one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(("_", ".")))


def _words(file: Traversable) -> dict[str, Any]:
    lines: dict[str, list[str]] = {}
    reviews: dict[str, list[Any]] = {}
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))):
        lines.setdefault(row["key"], []).append(row["text"])
        reviews.setdefault(row["key"], []).append(row["review"])
    return {"texts": lines, "reviews": {key: least_reviewed(found) for key, found in reviews.items()}}
