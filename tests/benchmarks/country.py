"""A synthetic country: any number of offers and needs, the same ones for the same seed.

Texts are drawn from the words that people use for a concept in one of six languages, mixed with words that everybody
uses and a long tail of rare ones; 12.5 words in the mean. People live in towns of very different sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.matching.engine import Listing, Window
from services.vocabulary.concepts import concepts, texts
from services.vocabulary.normal import words

LANGUAGES = ("en", "de", "fr", "ar", "prs", "ti")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_TOWNS = 400
_MEAN_WORDS = 12.5
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TRAVEL = (frozenset({"foot"}), frozenset({"bicycle"}), frozenset({"bus"}), frozenset({"car"}))


class Tongue(NamedTuple):
    """The words of a language: those of each concept, and all of them as often as they occur."""

    of_concept: list[NDArray[np.str_]]
    common: NDArray[np.str_]


class Country:
    """Draws listings."""

    def __init__(self, *, seed: int = 1) -> None:
        self._random = np.random.default_rng(seed)
        self._categories = [one.category for one in concepts().values()]
        self._tongues = [_tongue(language) for language in LANGUAGES]
        self._towns = np.column_stack(
            [self._random.uniform(47.5, 54.5, _TOWNS), self._random.uniform(6.5, 14.5, _TOWNS)]
        )
        size = self._random.pareto(1.1, _TOWNS) + 0.2
        self._sizes = size / size.sum()

    def listings(self, kind: Literal["need", "offer"], many: int) -> Iterator[Listing]:
        """Yield listings of one kind, `many` of them."""
        draw = self._random
        concept = draw.integers(0, len(self._categories), many)
        language = draw.integers(0, len(LANGUAGES), many)
        lengths = np.clip(draw.poisson(_MEAN_WORDS, many), 3, 30)
        towns = self._towns[draw.choice(_TOWNS, many, p=self._sizes)] + draw.normal(0, 0.05, (many, 2))
        travel = draw.choice(4, many, p=[0.4, 0.2, 0.25, 0.15])
        chances = draw.random((many, 5))
        for n in range(many):
            text = self._text(self._tongues[language[n]], concept[n], lengths[n])
            yield self._listing(f"{kind[0]}{n}", kind, text, concept[n], language[n], towns[n], travel[n], chances[n])

    def _text(self, tongue: Tongue, concept: int, length: int) -> str:
        draw, own = self._random, tongue.of_concept[concept]
        kinds = draw.random(length)
        mine = own[draw.integers(0, len(own), length)]
        common = tongue.common[draw.integers(0, len(tongue.common), length)]
        rare = draw.integers(0, 200_000, length)
        return " ".join(
            mine[i] if kinds[i] < 0.55 else common[i] if kinds[i] < 0.98 else f"{common[i]}{rare[i]}"
            for i in range(length)
        )

    def _listing(
        self, name: str, kind: Literal["need", "offer"], text: str, concept: int, language: int,
        place: NDArray[np.float64], travel: int, chances: NDArray[np.float64],
    ) -> Listing:  # fmt: skip
        second = LANGUAGES[int(chances[3] * len(LANGUAGES))]
        return Listing(
            id=name, kind=kind, owner=f"{name} owner", title=text, language=LANGUAGES[language],
            category=self._categories[concept] if chances[0] < 0.8 else None,
            place=(float(place[0]), float(place[1])), travel=_TRAVEL[travel],
            means=frozenset({"in_person"}) if chances[1] < 0.8 else frozenset({"in_person", "online"}),
            languages=frozenset({LANGUAGES[language], second}), windows=_windows(chances[2], chances[4]),
            capacity_left=int(chances[4] < 0.95),
        )  # fmt: skip


_WINDOWS = [
    Window(datetime(2026, 1, 5 + day, hour), 180, "Europe/Berlin", f"FREQ=WEEKLY;BYDAY={_DAYS[day]}")  # noqa: DTZ001
    for day in range(7)
    for hour in (8, 11, 14, 17, 19)
]


def _windows(first: float, second: float) -> tuple[Window, ...]:
    if first < 0.3:
        return ()
    return (_WINDOWS[int(first * len(_WINDOWS))], _WINDOWS[int(second * len(_WINDOWS))])


def _tongue(language: str) -> Tongue:
    of_concept: dict[str, list[str]] = {name: [] for name in concepts()}
    for row in texts(language):
        of_concept[row.concept] += words(row.text)
    everything = [word for some in of_concept.values() for word in some]
    return Tongue([np.array(some or everything[:50]) for some in of_concept.values()], np.array(everything))
