"""What stands on a sheet of image cards.

NotFound
└── NoSuchPage           the sheet has fewer pages than that
Invalid
└── NoSuchImage          the vocabulary knows no such image
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kernel.problems import Invalid, NotFound

PER_PAGE = (6, 8)


class NoSuchPage(NotFound):
    slug = "no-such-page"
    title = "The sheet has fewer pages than that"


class NoSuchImage(Invalid):
    slug = "no-such-image"
    title = "The vocabulary knows no such image"


@dataclass(frozen=True, slots=True)
class ImageCard:
    """A pictogram with its label in the table's language and, smaller, in the evening's.

    `beneath` is left out where it would say the same again. The label's own language differs from the sheet's where
    the vocabulary lacks a label in that one.
    """

    icon: str
    label: str
    language: str
    beneath: str | None
    beneath_language: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cards to print and cut."""

    title: str
    language: str
    host_language: str
    cards: Sequence[ImageCard]
    per_page: int

    @property
    def pages(self) -> int:
        """Return how many pages they fill."""
        return -(-len(self.cards) // self.per_page)


def check_page(sheet: Sheet, page: int) -> None:
    """Raise NoSuchPage for a page after the last."""
    if page > sheet.pages:
        raise NoSuchPage(f"It has {sheet.pages}.")
